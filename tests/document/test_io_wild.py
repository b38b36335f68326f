"""Files from the wild: damaged, of other formats, of unusual colours and sizes; each kind opens."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pillow_heif
import pytest
from io_samples import noise, photo, picture
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import Resource

from studio.core.errors import StudioError
from studio.document.blend import BlendMode
from studio.document.document import MAX_AREA, Document
from studio.document.io.formats import open_document, save_document, sniff
from studio.document.io.pictures import digest, on_white, to_rgba
from studio.document.io.psd_layer import linear_to_image
from studio.document.layer import GroupLayer
from studio.document.mask_files import mask_of
from studio.session.photos import PhotoProblem, load_photos

WILD = Path(__file__).parents[3] / "shared" / "data" / "wild"
shared = pytest.mark.skipif(not WILD.is_dir(), reason="needs files that other programs wrote")


def encoded(kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image = Image.fromarray(photo()[:, :, :3])
    if kind == "HEIF":
        pillow_heif.from_pillow(image).save(buffer, quality=90)
    else:
        image.save(buffer, kind, **options)  # type: ignore[arg-type]
    return buffer.getvalue()


def put(tmp_path: Path, data: bytes, name: str = "a.bin") -> Path:
    path = tmp_path / name
    path.write_bytes(data)
    return path


CUTS = [
    (kind, part)
    for kind in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WEBP", "AVIF", "HEIF")
    for part in (0.6, 0.85, 0.95)
]


@pytest.mark.parametrize(("kind", "part"), CUTS)
def test_a_file_cut_off_opens_with_a_notice(tmp_path: Path, kind: str, part: float) -> None:
    data = encoded(kind)
    opened = open_document(put(tmp_path, data[: int(len(data) * part)]))
    assert any("cut off" in str(one) for one in opened.notices)
    shown = picture(opened.document)[:, :, :3].astype(int)
    near = (np.abs(shown - photo()[:, :, :3]).max(axis=2) < 40).mean()
    assert near > 0.15


def test_nothing_but_a_header_is_refused(tmp_path: Path) -> None:
    for kind in ("PNG", "BMP", "JPEG"):
        with pytest.raises(StudioError, match="damaged") as caught:
            open_document(put(tmp_path, encoded(kind)[:40]))
        assert "<" not in str(caught.value)


def chunk(kind: bytes, body: bytes, *, sound: bool = True) -> bytes:
    checksum = zlib.crc32(kind + body) ^ (0 if sound else 1)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


@pytest.mark.parametrize(
    "broken",
    [
        chunk(b"pHYs", b"\0\0\0"),
        chunk(b"zTXt", b"key\0\7data"),
        chunk(b"tEXt", b"key\0text", sound=False),
        chunk(b"iCCP", b"x\0\0" + b"junk"),
        chunk(b"tIME", b"abc", sound=False),
        chunk(b"gAMA", b"\0", sound=False),
        chunk(b"cHRM", b"\0", sound=True),
    ],
)
def test_broken_side_data_costs_no_pixel(tmp_path: Path, broken: bytes) -> None:
    data = encoded("PNG")
    opened = open_document(put(tmp_path, data[:33] + broken + data[33:]))
    assert digest(picture(opened.document)) == digest(photo())
    assert not any("cut off" in str(one) for one in opened.notices)


def test_a_picture_of_one_colour_is_no_damage(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (60, 40), (9, 200, 90)).save(buffer, "PNG")
    data = buffer.getvalue()
    opened = open_document(put(tmp_path, data[:33] + chunk(b"pHYs", b"\0") + data[33:]))
    assert (picture(opened.document)[:, :, :3] == (9, 200, 90)).all()
    assert "pixels are complete" in str(opened.notices[0])


@pytest.mark.parametrize(
    ("kind", "options"),
    [
        ("WEBP", {"lossless": True}),
        ("TIFF", {"compression": "tiff_lzw"}),
        ("TIFF", {"compression": "tiff_deflate"}),
    ],
)
def test_what_shows_nothing_without_its_end_says_so(
    tmp_path: Path, kind: str, options: dict[str, object]
) -> None:
    data = encoded(kind, **options)
    with pytest.raises(StudioError, match=r"cut off after \d+ bytes") as caught:
        open_document(put(tmp_path, data[: len(data) // 2]))
    assert "again" in str(caught.value)


def test_an_unsupported_kind_is_not_called_damaged(tmp_path: Path) -> None:
    data = bytearray(encoded("BMP"))
    data[28:30] = (2).to_bytes(2, "little")  # Bits of a pixel.
    with pytest.raises(StudioError, match="kind of BMP that Lienzo cannot read"):
        open_document(put(tmp_path, bytes(data)))


def test_an_avif_beyond_all_limits_says_its_size(tmp_path: Path) -> None:
    data = encoded("AVIF").replace(
        b"ispe\0\0\0\0" + struct.pack(">II", *photo().shape[1::-1]),
        b"ispe\0\0\0\0" + struct.pack(">II", 40000, 40000),
    )
    with pytest.raises(StudioError, match="40000 x 40000 pixels, which is too large"):
        open_document(put(tmp_path, data))


@pytest.mark.parametrize("kind", ["GIF", "BMP", "TIFF", "AVIF", "HEIF"])
def test_other_formats_open_and_are_training_photos(tmp_path: Path, kind: str) -> None:
    path = put(tmp_path, encoded(kind), f"a.{'heic' if kind == 'HEIF' else kind.lower()}")
    spec = sniff(path)
    assert spec is not None and path.suffix in spec.endings and not spec.can_write
    shown = picture(open_document(path).document)[:, :, :3].astype(int)
    assert np.abs(shown - photo()[:, :, :3]).mean() < 12
    (put(tmp_path, b"a caption", "a.txt"), put(tmp_path, b"8BPS", "b.psd"))
    found = load_photos([tmp_path])
    problems = [one for one in found if isinstance(one, PhotoProblem)]
    assert len(found) == 2 and len(problems) == 1
    assert "a.txt, b.psd" in str(problems[0].error)


def test_further_pictures_are_told(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    first, second = (Image.fromarray(noise(20, 30, 3, seed=seed)) for seed in (1, 2))
    first.save(buffer, "TIFF", save_all=True, append_images=[second])
    opened = open_document(put(tmp_path, buffer.getvalue()))
    assert "holds 2 pictures" in str(opened.notices[0])
    assert np.array_equal(picture(opened.document)[:, :, :3], noise(20, 30, 3, seed=1))


def png_with_key(depth: int, colour: int, rows: bytes, key: bytes, size: tuple[int, int]) -> bytes:
    header = struct.pack(">IIBBBBB", *size, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"tRNS", key), chunk(b"IDAT", zlib.compress(rows))]
    return b"\x89PNG\r\n\x1a\n" + b"".join([*parts, chunk(b"IEND", b"")])


@pytest.mark.parametrize("depth", [1, 2, 4, 8, 16])
def test_grey_key_of_every_depth(tmp_path: Path, depth: int) -> None:
    rows = {1: b"\0\x40", 2: b"\0\x10", 4: b"\0\x01", 8: b"\0\0\1", 16: b"\0\0\0\0\1"}[depth]
    data = png_with_key(depth, 0, rows, struct.pack(">H", 1), (2, 1))
    alpha = picture(open_document(put(tmp_path, data)).document)[0, :, 3]
    assert alpha.tolist() == [255, 0]


def test_colour_key_of_sixteen_bits_compares_all_of_them(tmp_path: Path) -> None:
    rows = b"\0" + struct.pack(">6H", 300, 2, 3, 300, 2, 4)
    data = png_with_key(16, 2, rows, struct.pack(">3H", 300, 2, 3), (2, 1))
    alpha = picture(open_document(put(tmp_path, data)).document)[0, :, 3]
    assert alpha.tolist() == [0, 255]


@pytest.mark.parametrize("extension", [".png", ".webp", ".psd"])
def test_colours_under_no_alpha_are_kept(tmp_path: Path, extension: str) -> None:
    pixels = noise(300, 280)
    pixels[:, :150, 3] = 0
    opened = open_document(put(tmp_path, png(pixels), "a.png"))
    path = tmp_path / f"b{extension}"
    from studio.document.io.formats import SaveOptions

    save_document(opened.document, path, SaveOptions(lossless=True))
    layer = open_document(path).document.layers[0]
    assert np.array_equal(layer.raster.read(opened.document.rect.shift(-layer.x, -layer.y)), pixels)  # type: ignore[attr-defined]


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_cmyk_without_a_profile_has_the_default_of_presses(tmp_path: Path) -> None:
    image = Image.new("CMYK", (8, 8), (255, 0, 0, 0))
    buffer = io.BytesIO()
    image.save(buffer, "TIFF")
    red, green, blue = picture(open_document(put(tmp_path, buffer.getvalue())).document)[0, 0, :3]
    # Cyan ink of SWOP in sRGB is about 0 174 239, not the 0 255 255 of a formula.
    assert red < 30 and 150 < green < 195 and 215 < blue < 250


@pytest.mark.parametrize("size", [(800, 20000), (20000, 600), (1, 40000)])
def test_long_sides_open_and_save(tmp_path: Path, size: tuple[int, int]) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", size, (10, 200, 90)).save(buffer, "PNG")
    document = open_document(put(tmp_path, buffer.getvalue())).document
    assert (document.width, document.height) == size
    save_document(document, tmp_path / "b.png")
    assert open_document(tmp_path / "b.png").document.rect == document.rect


def test_an_area_is_the_limit() -> None:
    with pytest.raises(StudioError, match="megapixels"):
        Document(width=MAX_AREA // 1000 + 1, height=1000)


def svg_plus(path: Path) -> np.ndarray:
    """Write an OpenRaster with a layer that adds light, and return the merged picture."""
    below, above = noise(40, 60, 3, seed=1), noise(40, 60, 3, seed=2)
    merged = np.minimum(below.astype(int) + above, 255).astype(np.uint8)
    layers = (
        '<layer name="above" src="data/above.png" composite-op="svg:plus"/>'
        '<layer name="below" src="data/below.png"/>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", "image/openraster")
        archive.writestr("stack.xml", f'<image w="60" h="40"><stack>{layers}</stack></image>')
        for name, pixels in (
            ("data/below.png", below),
            ("data/above.png", above),
            ("mergedimage.png", merged),
            ("Thumbnails/thumbnail.png", merged),
        ):
            archive.writestr(name, png(pixels))
    return merged


def test_a_layer_of_openraster_that_adds_light_looks_as_it_did(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    merged = svg_plus(path)
    assert (merged == 255).any() and (merged < 200).any()
    document = open_document(path).document
    assert [one.blend for one in document.walk()].count(BlendMode.LINEAR_DODGE) == 1
    assert np.abs(picture(document)[:, :, :3].astype(int) - merged).max() <= 1


def test_a_mask_with_one_pixel_not_opaque_is_black_and_white() -> None:
    pixels = np.zeros((40, 60, 4), np.uint8)
    pixels[:, 30:, :3], pixels[:, :, 3] = 255, 255
    pixels[3, 4, 3] = 254
    mask, _ = mask_of(pixels)
    # One pixel's alpha must not decide for all of them.
    assert np.abs(mask.astype(int) - pixels[:, :, 0]).max() <= 1 and mask.min() == 0


def far(path: Path, merged: np.ndarray) -> float:
    """Return how far a document is from a merged picture (h, w, 4), both over white, of 255."""
    shown = on_white(picture(open_document(path).document)).astype(int)
    return float(np.abs(shown - on_white(merged)).mean())


NOTICES = (
    ("psd-one-layer-unknown-blend.psd", "merged picture"),
    ("psd-legacy-brightness-gray.psd", "adjustments are pixels"),
    ("psd-shape-without-pixels.psd", "as pixels"),
    ("jpeg-no-end-marker.jpg", "cut off"),
    ("jpeg-cut-at-60-percent.jpg", "cut off"),
    ("png-bad-pHYs.png", "pixels are complete"),
    ("png-unknown-text-compression.png", "pixels are complete"),
    ("jpeg-exif-adobergb.jpg", "Adobe RGB (1998)"),
    ("png-gray-alpha-linear-profile.png", "gamma 1.0"),
)


@shared
def test_files_of_other_programs_open_with_a_notice_and_their_transparency(tmp_path: Path) -> None:
    for name, notice in NOTICES:
        texts = [str(one) for one in open_document(WILD / name).notices]
        assert any(notice in text for text in texts), name
        assert not any("pip install" in text or "<_io" in text for text in texts), name
    for name in ("png-gray16-trns.png", "png-gray4-trns.png", "png-colours-under-alpha-0.png"):
        assert (picture(open_document(WILD / name).document)[:, :, 3] == 0).any(), name
    for name in ("webtoon-800x20000.png", "photo.avif", "photo.bmp"):
        assert picture(open_document(WILD / name).document)[:, :, :3].std() > 5, name
    path = WILD / "png-gray-alpha-linear-profile.png"
    with Image.open(path) as image:
        image.convert("L").save(tmp_path / "b.png", icc_profile=image.info["icc_profile"])
    ours = picture(open_document(path).document)
    opaque = picture(open_document(tmp_path / "b.png").document)
    seen = ours[:, :, 3] == 255
    assert seen.any() and np.array_equal(ours[seen], opaque[seen])


@shared
def test_files_of_photoshop_and_krita_look_as_they_did() -> None:
    half = open_document(WILD / "psd-clip-base-half.psd").document
    assert np.abs(picture(half)[35, 35, :3].astype(int) - 127).max() <= 1, "clipped by its base"
    linear = open_document(WILD / "psd-32bit-linear.psd").document
    assert picture(linear)[0, 0, :3].tolist() == [236, 242, 251], "curved once"
    boards = open_document(WILD / "psd-artboards.psd").document
    assert all(isinstance(one, GroupLayer) and one.mask for one in boards.layers)
    for name in (
        "psd-clipping-group.psd",
        "psd-blend-soft-light.psd",
        "psd-legacy-brightness-gray.psd",
        "psd-artboards.psd",
    ):
        assert far(WILD / name, merged_picture(WILD / name)) < 8, name
    path = WILD / "ora-svg-plus.ora"
    with zipfile.ZipFile(path) as archive, archive.open("mergedimage.png") as stream:
        merged = np.asarray(Image.open(stream).convert("RGBA"))
    assert far(path, merged) < 1


def merged_picture(path: Path) -> np.ndarray:
    """Return the picture (h, w, 4) that Photoshop left in a PSD."""
    psd = PSDImage.open(path)
    linear = psd.depth == 32
    image = linear_to_image(psd.numpy("color")) if linear else psd.topil(apply_icc=False)
    assert image is not None
    profile = None if linear else psd.image_resources.get_data(Resource.ICC_PROFILE)
    return to_rgba(image, profile if isinstance(profile, bytes) else None, [])
