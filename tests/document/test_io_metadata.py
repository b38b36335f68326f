"""What an opened file says about itself stays with the document and goes into every export."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from pathlib import Path

import numpy as np
import pytest
from camera import (
    CITY,
    IPTC,
    LATITUDE,
    MAKER_NOTE,
    OWNER,
    PRIVATE,
    SERIAL,
    XMP,
    camera_jpeg,
    exif_block,
    pixels,
)
from io_samples import rich_document
from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
from psd_tools import PSDImage
from psd_tools.constants import Resource

from studio.document.document import Document
from studio.document.io import xmp
from studio.document.io.colour import shipped_profile, srgb_profile
from studio.document.io.exif import DATE, Directory, Exif
from studio.document.io.formats import (
    SaveOptions,
    lost_metadata,
    open_document,
    save_document,
)
from studio.document.io.side_data import EXIF_ERRORS, private
from studio.document.metadata import MAX_BYTES, NO_METADATA, FileMetadata, Keep
from studio.document.render.compositor import composite

WILD = Path(__file__).parents[1] / "data" / "wild"
BASE, IFD = ExifTags.Base, ExifTags.IFD
FLAT = (".png", ".jpg", ".webp")
WRITTEN = (*FLAT, ".psd", ".ora")
PARAMETERS = "a lake\nNegative prompt: blurry\nSteps: 20, Sampler: Euler a, CFG scale: 7, Seed: 5"


@pytest.fixture
def camera(tmp_path: Path) -> Path:
    return camera_jpeg(tmp_path / "camera.jpg")


def converted(source: Path, extension: str, **options: object) -> Path:
    path = source.with_name(f"converted{extension}")
    document = open_document(source).document
    save_document(document, path, SaveOptions(**options))  # type: ignore[arg-type]
    return path


def exif_of(path: Path) -> Image.Exif:
    """Return the EXIF data as another reader finds it; that of our own ORA as we keep it."""
    exif = Image.Exif()
    if path.suffix == ".psd":
        exif.load(bytes(PSDImage.open(path).image_resources.get_data(Resource.EXIF_DATA_1)))
    elif path.suffix == ".ora":
        with zipfile.ZipFile(path) as archive:
            exif.load(archive.read("lienzo/metadata/exif"))
    else:
        with Image.open(path) as image:
            return image.getexif()
    return exif


def xmp_of(path: Path) -> bytes:
    if path.suffix == ".psd":
        return bytes(PSDImage.open(path).image_resources.get_data(Resource.XMP_METADATA))
    if path.suffix == ".ora":
        with zipfile.ZipFile(path) as archive:
            return archive.read("lienzo/metadata/xmp.xml")
    with Image.open(path) as image:
        found = image.info["xmp"]
        return found if isinstance(found, bytes) else found.encode()


def all_bytes(path: Path) -> bytes:
    """Return a file's bytes, with the entries of an archive unpacked."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data += b"".join(archive.read(name) for name in archive.namelist())
    return data


# What a camera wrote


@pytest.mark.parametrize("extension", WRITTEN)
def test_camera_data_goes_into_every_format(camera: Path, extension: str) -> None:
    path = converted(camera, extension)
    exif = exif_of(path)
    assert exif[BASE.Make] == "ACME" and exif[BASE.Software] == "Firmware 1.2"
    assert exif[BASE.Artist] == "Ana" and exif[BASE.Copyright] == "(c) Ana 2024"
    assert exif[BASE.Orientation] == 1
    details = exif.get_ifd(IFD.Exif)
    assert details[BASE.MakerNote] == MAKER_NOTE and details[BASE.BodySerialNumber] == SERIAL
    assert details[BASE.DateTimeOriginal] == "2024:05:06 07:08:09" and details[BASE.FNumber] == 2.8
    assert details[BASE.UserComment] == b"ASCII\0\0\0by the lake"
    assert exif.get_ifd(IFD.GPSInfo)[2] == LATITUDE
    packet = xmp_of(path)
    assert "Ana Fotógrafa" in packet.decode() and b'xmp:Rating="4"' in packet
    assert b"Orientation" not in packet and SERIAL.encode() in packet
    opened = open_document(path)
    assert opened.document.dpi == 300
    assert (opened.document.width, opened.document.height) == (120, 160)


@pytest.mark.parametrize("extension", [*FLAT, ".psd"])
def test_size_and_thumbnail_are_those_of_the_picture(camera: Path, extension: str) -> None:
    exif = exif_of(converted(camera, extension))
    details = exif.get_ifd(IFD.Exif)
    assert (details[BASE.ExifImageWidth], details[BASE.ExifImageHeight]) == (120, 160)
    small = exif.get_ifd(IFD.IFD1)
    block = exif_bytes(camera.with_name(f"converted{extension}"))
    data = block[small[513] : small[513] + small[514]]
    with Image.open(io.BytesIO(data), formats=["JPEG"]) as image:
        assert image.size == (120, 160)
        found = np.asarray(image.convert("RGB")).astype(int)
    document = open_document(camera).document
    expected = composite(document, document.rect)[:, :, :3].astype(int)
    assert np.abs(found - expected).mean() < 4


def exif_bytes(path: Path) -> bytes:
    if path.suffix == ".psd":
        return bytes(PSDImage.open(path).image_resources.get_data(Resource.EXIF_DATA_1))
    with Image.open(path) as image:
        return image.info["exif"].removeprefix(b"Exif\0\0")


@pytest.mark.parametrize("extension", [".jpg", ".psd", ".ora"])
def test_captions_go_where_they_have_a_place(camera: Path, extension: str) -> None:
    path = converted(camera, extension)
    assert IPTC in all_bytes(path)
    assert open_document(path).document.metadata.iptc == IPTC


def test_captions_without_a_place_are_told(camera: Path) -> None:
    document = open_document(camera).document
    told = {end: [str(one) for one in lost_metadata(document, f"a{end}")] for end in WRITTEN}
    assert told[".png"] == ["PNG has no place for the IPTC captions."]
    assert told[".webp"] == ["WebP has no place for the IPTC captions."]
    assert not told[".jpg"] and not told[".psd"] and not told[".ora"]
    assert not lost_metadata(document, "a.png", SaveOptions(metadata=Keep.NONE))


@pytest.mark.parametrize("extension", WRITTEN)
@pytest.mark.parametrize("profile", ["adobe-rgb"])
def test_the_colour_profile_is_the_opened_files(camera: Path, extension: str, profile: str) -> None:
    before = open_document(camera).document
    path = converted(camera, extension)
    after = open_document(path).document
    assert after.profile == shipped_profile(profile)
    if extension in FLAT:
        with Image.open(path) as image:
            assert image.info["icc_profile"] == shipped_profile(profile)
        inside = exif_of(path).get_ifd(IFD.Exif)
        assert inside[BASE.ColorSpace] == 65535
    # Eight bits of another space are other steps, coarse ones beside the edge of sRGB.
    moved = np.abs(composite(after, after.rect).astype(int) - composite(before, before.rect))
    assert moved.mean() < (3 if extension in (".jpg", ".webp") else 0.4)
    assert np.percentile(moved, 90) <= (6 if extension in (".jpg", ".webp") else 1)


@pytest.mark.parametrize("extension", FLAT)
def test_srgb_is_written_when_asked(camera: Path, extension: str) -> None:
    path = converted(camera, extension, srgb=True)
    with Image.open(path) as image:
        assert image.info["icc_profile"] == srgb_profile()
    assert exif_of(path).get_ifd(IFD.Exif)[BASE.ColorSpace] == 1
    assert open_document(path).document.profile is None


# Privacy


@pytest.mark.parametrize("extension", WRITTEN)
def test_private_leaves_place_and_serial_numbers_out_and_nothing_else(
    camera: Path, extension: str
) -> None:
    path = converted(camera, extension, metadata=Keep.PRIVATE)
    data = all_bytes(path)
    assert not [text for text in PRIVATE if text.encode() in data]
    exif = exif_of(path)
    assert not exif.get_ifd(IFD.GPSInfo)
    assert exif[BASE.Artist] == "Ana" and exif[BASE.Model] == "ACME X1"
    details = exif.get_ifd(IFD.Exif)
    assert details[BASE.DateTimeOriginal] == "2024:05:06 07:08:09" and details[BASE.FNumber] == 2.8
    assert not {BASE.MakerNote, BASE.BodySerialNumber, BASE.CameraOwnerName} & set(details)
    packet = xmp_of(path)
    assert "Ana Fotógrafa" in packet.decode() and b'xmp:Rating="4"' in packet
    found = open_document(path).document.metadata
    assert found.iptc == (b"" if extension in (".png", ".webp") else IPTC.replace(place(), b""))


def place() -> bytes:
    body = CITY.encode()
    return b"\x1c\x02" + bytes([90]) + len(body).to_bytes(2, "big") + body


@pytest.mark.parametrize("extension", WRITTEN)
def test_strip_leaves_everything_out_but_density_and_profile(camera: Path, extension: str) -> None:
    path = converted(camera, extension, metadata=Keep.NONE)
    data = all_bytes(path)
    for text in (*PRIVATE, "Ana", "ACME", "Firmware"):
        assert text.encode() not in data, text
    opened = open_document(path).document
    assert not opened.metadata.xmp and not opened.metadata.iptc and not opened.metadata.texts
    assert opened.dpi == 300 and opened.profile == shipped_profile("adobe-rgb")


def test_private_texts_of_a_png_go_too(tmp_path: Path) -> None:
    info = PngInfo()
    for key in ("exif:GPSLatitude", "Serial-Number", "Author", "Location", "Title"):
        info.add_text(key, "x")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", pnginfo=info)
    path = converted(tmp_path / "a.png", ".png", metadata=Keep.PRIVATE)
    with Image.open(path) as image:
        assert set(image.text) == {"Serial-Number", "Author", "Title"}


# Generators' texts


def generated(path: Path) -> Path:
    info = PngInfo()
    info.add_text("parameters", PARAMETERS)
    info.add_text("prompt", '{"3": {"class_type": "KSampler"}}')
    info.add_text("workflow", '{"nodes": [1, 2]}')
    info.add_itxt("Title", "Ein Bär am Ufer €")
    info.add_text("Author", "Ana")
    Image.fromarray(pixels()).save(path, pnginfo=info)
    return path


@pytest.mark.parametrize("extension", WRITTEN)
def test_texts_of_generators_survive_every_format(tmp_path: Path, extension: str) -> None:
    source = generated(tmp_path / "a.png")
    path = converted(source, extension)
    opened = open_document(path)
    assert dict(opened.document.metadata.texts) == dict(
        open_document(source).document.metadata.texts
    )
    assert not opened.notices and not lost_metadata(opened.document, f"a{extension}")
    back = tmp_path / "back.png"
    save_document(opened.document, back)
    with Image.open(back) as image:
        assert image.text["parameters"] == PARAMETERS
        assert image.text["workflow"] == '{"nodes": [1, 2]}'
        assert image.text["Title"] == "Ein Bär am Ufer €"


@pytest.mark.parametrize("extension", [".jpg", ".webp"])
def test_a1111_finds_its_text_where_it_looks(tmp_path: Path, extension: str) -> None:
    exif = exif_of(converted(generated(tmp_path / "a.png"), extension))
    comment = exif.get_ifd(IFD.Exif)[BASE.UserComment]
    assert comment == b"UNICODE\0" + PARAMETERS.encode("utf-16-be")
    assert exif[BASE.Artist] == "Ana"


def test_comfyui_finds_its_texts_in_webp(tmp_path: Path) -> None:
    path = converted(generated(tmp_path / "a.png"), ".webp")
    exif = exif_of(path)
    assert exif[BASE.Make] == 'workflow:{"nodes": [1, 2]}'
    assert exif[BASE.Model].startswith("prompt:{")


@pytest.mark.parametrize("extension", FLAT)
def test_our_own_recipe_comes_first_and_the_opened_text_stays_beside(
    tmp_path: Path, extension: str
) -> None:
    opened = open_document(generated(tmp_path / "a.png")).document
    document = rich_document().replace(metadata=opened.metadata)
    path = tmp_path / f"b{extension}"
    save_document(document, path)
    found = open_document(path).document.metadata.texts
    assert "a teddy bear" in found["parameters"] and found["parameters"] != PARAMETERS
    assert found["parameters-opened"] == PARAMETERS
    assert found["workflow"] == '{"nodes": [1, 2]}'


def test_a_comment_of_the_photographer_gives_way_to_a_recipe_and_stays_as_text(
    camera: Path, tmp_path: Path
) -> None:
    metadata = open_document(camera).document.metadata
    path = tmp_path / "b.jpg"
    save_document(rich_document().replace(metadata=metadata), path)
    texts = open_document(path).document.metadata.texts
    assert texts["UserComment"] == "by the lake" and "a teddy bear" in texts["parameters"]


def test_paths_in_recipes_of_older_files_do_not_go_on(tmp_path: Path) -> None:
    info = PngInfo()
    recipe = {"model": "/home/quilla/models/ink", "adapters": [{"path": r"C:\quilla\a.pt"}]}
    info.add_text("lienzo-recipes", json.dumps([recipe]), zip=True)
    info.add_text("Thumb::URI", "file:///home/quilla/photo.png")
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", pnginfo=info)
    for extension in WRITTEN:
        path = converted(tmp_path / "a.png", extension)
        assert b"quilla" not in all_bytes(path)
    texts = open_document(tmp_path / "a.png").document.metadata.texts
    assert json.loads(texts["lienzo-recipes"])[0]["model"] == "ink"


# Damage


def test_a_damaged_block_is_left_out_with_a_notice_and_the_picture_opens(tmp_path: Path) -> None:
    for number, exif in enumerate(
        (b"II*\0\xff\xff\xff\x7f", b"II*\0\x08\0\0\0\x09\0", b"garbage!")
    ):
        path = tmp_path / f"{number}.jpg"
        Image.fromarray(pixels()).save(path, exif=b"Exif\0\0" + exif)
        opened = open_document(path)
        assert opened.document.metadata == NO_METADATA or not opened.document.metadata.exif
        told = [str(one) for one in opened.notices]
        assert told == [f"The camera data of {path.name} is damaged and was left out."]
        save_document(opened.document, tmp_path / "out.jpg")


@pytest.mark.parametrize(
    "packet",
    [
        b"<x:xmpmeta",
        b"no xml",
        b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>",
        XMP[:300],
        b"\xff\xfe\0",
    ],
)
def test_damaged_xmp_is_left_out_with_a_notice(tmp_path: Path, packet: bytes) -> None:
    path = tmp_path / "a.jpg"
    Image.fromarray(pixels()).save(path, xmp=packet)
    opened = open_document(path)
    assert [str(one) for one in opened.notices] == [
        "The XMP data of a.jpg is damaged and was left out."
    ]
    assert not opened.document.metadata


@pytest.mark.parametrize("big_endian", [False, True])
def test_no_damage_of_a_block_ends_in_anything_but_a_notice(
    tmp_path: Path, big_endian: bool
) -> None:
    whole = exif_block(big_endian=big_endian)
    rng = np.random.default_rng(1)
    for trial in range(400):
        block = bytearray(whole)
        for _ in range(1 + trial % 4):
            block[int(rng.integers(4, len(block)))] = int(rng.choice((0, 1, 8, 127, 255)))
        if trial % 3 == 0:
            block = block[: int(rng.integers(8, len(block)))]
        try:
            made = Exif(bytes(block))
            made.drop_thumbnail()
            kept = private(FileMetadata(exif=made.to_bytes()))
        except EXIF_ERRORS:
            continue
        document = rich_document().replace(metadata=FileMetadata(exif=made.to_bytes()))
        if trial % 20 == 0:
            for extension in (".jpg", ".webp"):
                save_document(document, tmp_path / f"a{extension}")
                open_document(tmp_path / f"a{extension}")
        assert SERIAL.encode() not in kept.exif or SERIAL.encode() in bytes(block)


def test_a_changed_block_keeps_every_byte_of_the_makers_note_in_its_place() -> None:
    for big_endian in (False, True):
        whole = exif_block(big_endian=big_endian)
        block = Exif(whole)
        at = whole.index(MAKER_NOTE)
        block.put_text(Directory.MAIN, DATE, "2026:01:02 03:04:05")
        block.put(Directory.CAMERA, 0x9286, 7, b"ASCII\0\0\0" + b"long" * 50)
        block.put_thumbnail(b"\xff\xd8 a picture \xff\xd9")
        made = block.to_bytes()
        assert made[at : at + len(MAKER_NOTE)] == MAKER_NOTE
        read = Image.Exif()
        read.load(made)
        assert read[BASE.DateTime] == "2026:01:02 03:04:05" and read[BASE.Make] == "ACME"
        assert read.get_ifd(IFD.Exif)[BASE.UserComment].endswith(b"longlong")
        assert read.get_ifd(IFD.GPSInfo)[2] == LATITUDE
        block.drop_identity()
        assert OWNER.encode() not in block.to_bytes() and MAKER_NOTE not in block.to_bytes()


def test_no_older_thumbnail_is_left_in_the_block() -> None:
    """A picture that was painted over must not be seen in a second thumbnail either."""
    block = Exif(exif_block())
    first = block._number(block._link())
    at = len(block.to_bytes())
    secret = b"\xff\xd8 what was there \xff\xd9"
    rows = struct.pack("<HHHLLHHLL", 2, 0x0201, 4, 1, at + 30, 0x0202, 4, 1, len(secret)) + bytes(4)
    block._data += rows + secret
    struct.pack_into("<L", block._data, block._link_of(first), at)
    assert secret in block.to_bytes()
    block.drop_thumbnail()
    assert secret not in block.to_bytes() and b"\xff\xd8" not in block.to_bytes()
    read = Image.Exif()
    read.load(block.to_bytes())
    assert read[BASE.Make] == "ACME" and not read.get_ifd(IFD.IFD1)


def test_what_is_too_long_for_a_jpeg_is_told_and_the_rest_is_written(tmp_path: Path) -> None:
    block = Exif(exif_block())
    block.put(Directory.CAMERA, 0x927C, 7, b"m" * 70_000)
    texts = {"workflow": json.dumps({"nodes": ["n" * 80_000]})}
    document = rich_document().replace(
        metadata=FileMetadata(exif=block.to_bytes(), xmp=xmp.check_packet(XMP), texts=texts)
    )
    assert [str(one) for one in lost_metadata(document, "a.jpg")] == [
        "The camera data is too long for a JPEG; the maker's note is left out.",
        "JPEG has no place for: workflow, UserComment.",
    ]
    save_document(document, tmp_path / "a.jpg")
    assert exif_of(tmp_path / "a.jpg")[BASE.Artist] == "Ana"
    assert "Ana Fotógrafa" in xmp_of(tmp_path / "a.jpg").decode()
    assert not lost_metadata(document, "a.webp")
    save_document(document, tmp_path / "a.webp")
    assert (
        open_document(tmp_path / "a.webp").document.metadata.texts["workflow"] == texts["workflow"]
    )


def test_more_than_the_limit_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from studio.document.io import side_data

    assert MAX_BYTES >= 1 << 20
    monkeypatch.setattr(side_data, "MAX_BYTES", 100)
    opened = open_document(camera_jpeg(tmp_path / "a.jpg"))
    assert not opened.document.metadata
    assert "The metadata of a.jpg is too large and was left out." in map(str, opened.notices)


def test_pictures_that_are_left_behind_are_left_out_of_xmp() -> None:
    packet = XMP.replace(
        b"<dc:creator>",
        b'<GCamera:MotionPhoto xmlns:GCamera="http://ns.google.com/photos/1.0/camera/">1'
        b"</GCamera:MotionPhoto><xmp:Thumbnails><rdf:Alt/></xmp:Thumbnails>"
        b'<hdrgm:Version xmlns:hdrgm="http://ns.adobe.com/hdr-gain-map/1.0/">1.0</hdrgm:Version>'
        b"<dc:creator>",
    )
    assert xmp.check_packet(packet) == xmp.check_packet(XMP)


# Other readers


def test_tags_of_a_tiff_and_of_imagemagick_come_along(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.load(exif_block())
    Image.fromarray(pixels()).save(tmp_path / "a.tif", exif=exif, dpi=(240, 240))
    opened = open_document(tmp_path / "a.tif")
    assert not opened.notices
    path = converted(tmp_path / "a.tif", ".jpg")
    found = exif_of(path)
    assert found[BASE.Artist] == "Ana" and found.get_ifd(IFD.GPSInfo)[2] == LATITUDE
    assert found.get_ifd(IFD.Exif)[BASE.BodySerialNumber] == SERIAL
    block = b"Exif\0\0" + exif_block()
    info = PngInfo()
    text = f"\nexif\n{len(block):8}\n" + "\n".join(
        block.hex()[i : i + 72] for i in range(0, 2 * len(block), 72)
    )
    info.add_text("Raw profile type exif", text, zip=True)
    Image.fromarray(pixels()).save(tmp_path / "magick.png", pnginfo=info)
    kept = open_document(tmp_path / "magick.png").document.metadata
    assert Exif(kept.exif).text(Directory.MAIN, 0x010F) == "ACME" and not kept.texts


@pytest.mark.parametrize("extension", WRITTEN)
def test_a_new_picture_says_nothing(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    save_document(Document(width=8, height=8), path)
    found = open_document(path).document.metadata
    assert not (found.xmp or found.iptc or found.texts)
    assert extension == ".webp" or not found.exif


def test_writing_twice_is_the_same_file(camera: Path) -> None:
    first = converted(camera, ".jpg").read_bytes()
    assert converted(camera, ".jpg").read_bytes() == first
    assert struct.pack(">H", 0xFFE1) in first
