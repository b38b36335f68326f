"""Bad files: a sentence for the artist, or an open document with notices; never a traceback."""

from __future__ import annotations

import io
import random
import struct
import time
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from io_samples import noise, photo, picture, rich_document
from PIL import Image

from studio.core.errors import StudioError
from studio.document.io.describe import describe
from studio.document.io.formats import FORMATS, open_document, save_document, sniff
from studio.document.layer import RasterLayer

EXTENSIONS = [spec.extensions[0] for spec in FORMATS if spec.can_write]


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    folder = tmp_path_factory.mktemp("samples")
    found = {}
    for extension in EXTENSIONS:
        path = folder / f"a{extension}"
        save_document(rich_document(), path)
        found[extension] = path.read_bytes()
    return found


def refused(path: Path) -> str:
    """The file is refused with a sentence that can be filled in and names the file."""
    with pytest.raises(StudioError) as caught:
        open_document(path)
    text = str(caught.value)
    assert path.name in text and "{" not in text
    return text


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_zero_bytes(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    path.write_bytes(b"")
    assert "empty" in refused(path)


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_text_with_the_extension_of_a_picture(tmp_path: Path, extension: str) -> None:
    path = tmp_path / f"a{extension}"
    path.write_text("This is no picture at all.")
    assert "not a picture" in refused(path)


def test_mislabelled_files_open_by_their_content(tmp_path: Path, samples: dict[str, bytes]) -> None:
    for index, (extension, data) in enumerate(samples.items()):
        path = tmp_path / f"a{EXTENSIONS[index - 1]}"
        path.write_bytes(data)
        spec = sniff(path)
        assert spec is not None and extension in spec.extensions
        assert open_document(path).format == spec.name


def test_missing_file_and_folder(tmp_path: Path) -> None:
    assert "no file" in refused(tmp_path / "nothing.png")
    assert "folder" in refused(tmp_path)
    with pytest.raises(StudioError):
        describe(tmp_path / "nothing.png")


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_truncated(tmp_path: Path, extension: str, samples: dict[str, bytes]) -> None:
    data = samples[extension]
    path = tmp_path / f"a{extension}"
    for length in (3, 12, 27, 60, len(data) // 3, len(data) // 2, len(data) * 9 // 10):
        path.write_bytes(data[:length])
        if extension == ".psd" and length > len(data) // 2:
            # The end holds only the merged picture: the layers are whole.
            shown = [one for one in open_document(path).document.layers if one.visible]
            assert len(shown) == 4
            continue
        try:
            opened = open_document(path)
        except StudioError as error:
            assert path.name in str(error)
        else:  # What can be read opens, and says so.
            assert length > 60 and any("cut off" in str(one) for one in opened.notices)


@pytest.mark.filterwarnings("ignore")  # Libraries warn about damage; only errors count here.
@pytest.mark.parametrize("extension", EXTENSIONS)
def test_random_damage(tmp_path: Path, extension: str, samples: dict[str, bytes]) -> None:
    rng = random.Random(extension)
    path = tmp_path / f"a{extension}"
    for _ in range(60):
        data = bytearray(samples[extension])
        # Headers decide most, in a zip those at the end; much of the damage goes there.
        span = min(rng.choice((200, 2000, len(data))), len(data))
        start = rng.choice((0, len(data) - span))
        for _ in range(rng.choice((1, 3, 12))):
            data[start + rng.randrange(span)] = rng.randrange(256)
        path.write_bytes(data)
        try:
            document = open_document(path).document
        except StudioError as error:
            assert path.name in str(error)
        else:
            assert document.find(document.active) is not None or not document.layers


def png_header(width: int, height: int) -> bytes:
    """A tiny PNG that says to be of that size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1000)
    chunks = [
        struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, body)
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def jpeg_header(width: int, height: int) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", (16, 16)).save(buffer, "JPEG")
    data = bytearray(buffer.getvalue())
    at = data.index(b"\xff\xc0") + 5
    data[at : at + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def webp_header(width: int, height: int) -> bytes:
    body = b"VP8X" + struct.pack("<I", 10) + b"\x10\0\0\0"
    body += (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


@pytest.mark.parametrize("size", [(300001, 10), (10, 300001), (60000, 60000)])
@pytest.mark.parametrize("make", [png_header, jpeg_header])
def test_oversized_by_its_header(tmp_path: Path, make: object, size: tuple[int, int]) -> None:
    if make is jpeg_header and max(size) > 65535:
        size = (65000, 65000)  # The format holds no longer side.
    path = tmp_path / "bomb"
    path.write_bytes(make(*size))  # type: ignore[operator]
    tracemalloc.start()
    start = time.perf_counter()
    text = refused(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert "large" in text and "megapixels" in text
    assert peak < 8 << 20 and time.perf_counter() - start < 2


def test_oversized_webp(tmp_path: Path) -> None:
    path = tmp_path / "bomb.webp"
    path.write_bytes(webp_header(1 << 24, 1 << 24))
    refused(path)


# OpenRaster


def archive(tmp_path: Path, **entries: bytes | str) -> Path:
    path = tmp_path / "a.ora"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("mimetype", "image/openraster")
        for name, data in entries.items():
            target.writestr(name.replace("__", "/").replace("_", "."), data)
    return path


def stack(body: str, size: str = 'w="64" h="48"') -> str:
    return f"<image {size}><stack>{body}</stack></image>"


def png(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def test_zip_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    path.write_bytes(b"PK\x03\x04" + b"\0" * 500)
    assert "damaged" in refused(path)


def test_archive_without_a_stack(tmp_path: Path) -> None:
    assert "stack.xml" in refused(archive(tmp_path))
    path = tmp_path / "a.kra"
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("mimetype", "application/x-krita")
    assert "not a picture that Lienzo knows" in refused(path)


@pytest.mark.parametrize(
    "xml",
    [
        "",
        "<image",
        "\x00\xff",
        "<image/>",
        stack("", 'w="x" h="5"'),
        stack("", 'w="0" h="5"'),
        stack("", 'w="-4" h="5"'),
        stack("", 'w="400000" h="5"'),
        '<?xml version="1.0" encoding="klingon"?><image w="1" h="1"/>',
        stack("<stack>" * 200 + "</stack>" * 200),
        stack("<layer/>" * 10000),
    ],
)
def test_broken_stack(tmp_path: Path, xml: str) -> None:
    refused(archive(tmp_path, stack_xml=xml))


BOMB = """<!DOCTYPE image [<!ENTITY a "aaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;"> <!ENTITY d "&c;&c;&c;&c;&c;&c;&c;&c;">]>
<image w="64" h="48"><stack name="&d;"/></image>"""
EXTERNAL = """<!DOCTYPE image [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<image w="64" h="48"><stack><layer name="&x;" src="data/a.png"/></stack></image>"""


@pytest.mark.parametrize("xml", [BOMB, EXTERNAL, '<!DOCTYPE image SYSTEM "x.dtd"><image/>'])
def test_xml_bomb(tmp_path: Path, xml: str) -> None:
    assert "stack.xml" in refused(archive(tmp_path, stack_xml=xml, data__a_png=png(noise(48, 64))))


def test_missing_layer_opens_the_rest(tmp_path: Path) -> None:
    body = '<layer name="gone" src="data/b.png"/><layer name="here" src="data/a.png"/>'
    opened = open_document(archive(tmp_path, stack_xml=stack(body), data__a_png=png(noise(48, 64))))
    assert [layer.name for layer in opened.document.layers] == ["here"]
    assert np.array_equal(
        opened.document.layers[0].raster.read(opened.document.rect),  # type: ignore[attr-defined]
        noise(48, 64),
    )
    assert len(opened.notices) == 1 and "gone" in str(opened.notices[0])


def test_damaged_layer_opens_the_rest(tmp_path: Path) -> None:
    body = '<layer name="bad" src="data/b.png"/><layer name="here" src="data/a.png"/>'
    data = png(noise(48, 64))
    opened = open_document(
        archive(tmp_path, stack_xml=stack(body), data__a_png=data, data__b_png=data[:99])
    )
    # What is left of a damaged layer opens too.
    assert [layer.name for layer in opened.document.layers] == ["here", "bad"]
    assert "bad" in str(opened.notices[0])


def test_no_readable_layer_opens_the_merged_picture(tmp_path: Path) -> None:
    body = stack('<layer name="gone" src="data/b.png"/>')
    path = archive(tmp_path, stack_xml=body, mergedimage_png=png(photo(48, 64)))
    opened = open_document(path)
    assert np.array_equal(picture(opened.document), photo(48, 64)) and len(opened.notices) == 2
    refused(archive(tmp_path, stack_xml=body))


@pytest.mark.parametrize(
    "source", ["../../secret.png", "/etc/secret.png", "data/../../x.png", "..\\x.png", "\\x.png"]
)
def test_path_traversal(tmp_path: Path, source: str) -> None:
    """A layer that points outside is left out, even where the archive holds such an entry."""
    (tmp_path / "secret.png").write_bytes(png(noise(48, 64)))
    path = tmp_path / "deep" / "er" / "a.ora"
    path.parent.mkdir(parents=True)
    body = f'<layer name="evil" src="{source}"/><layer name="here" src="data/a.png"/>'
    with zipfile.ZipFile(path, "w") as target:
        target.writestr("stack.xml", stack(body))
        target.writestr("data/a.png", png(noise(48, 64)))
        target.writestr(source, png(noise(48, 64)))
    before = sorted(tmp_path.rglob("*"))
    opened = open_document(path)
    assert [layer.name for layer in opened.document.layers] == ["here"]
    assert "outside" in str(opened.notices[0])
    assert sorted(tmp_path.rglob("*")) == before


def test_zip_bomb_in_a_text_part(tmp_path: Path) -> None:
    path = archive(tmp_path, stack_xml=b" " * (200 << 20))
    tracemalloc.start()
    refused(path)
    assert tracemalloc.get_traced_memory()[1] < 16 << 20
    tracemalloc.stop()


def test_layer_that_is_a_decompression_bomb(tmp_path: Path) -> None:
    body = '<layer name="bomb" src="data/b.png"/><layer name="here" src="data/a.png"/>'
    opened = open_document(
        archive(
            tmp_path,
            stack_xml=stack(body),
            data__a_png=png(noise(48, 64)),
            data__b_png=png_header(60000, 60000),
        )
    )
    assert [layer.name for layer in opened.document.layers] == ["here"]


def test_password_and_unknown_compression(tmp_path: Path) -> None:
    path = archive(tmp_path, stack_xml=stack('<layer src="data/a.png"/>'), data__a_png=b"x")
    data = bytearray(path.read_bytes())
    for mark, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + offset] |= 1  # Bit 0: encrypted.
    path.write_bytes(data)
    refused(path)


def test_repeated_ids_become_unique(tmp_path: Path) -> None:
    path = tmp_path / "a.ora"
    save_document(rich_document(), path)
    with zipfile.ZipFile(path) as source:
        entries = {name: source.read(name) for name in source.namelist()}
    xml = entries["stack.xml"].decode()
    start = xml.rindex("<layer ")
    entries["stack.xml"] = (
        xml.replace(xml[start : xml.index("/>", start) + 2], "TWICE")
        .replace("TWICE", 2 * xml[start : xml.index("/>", start) + 2])
        .encode()
    )
    with zipfile.ZipFile(path, "w") as target:
        for name, data in entries.items():
            target.writestr(name, data)
    document = open_document(path).document
    ids = [layer.id for layer in document.walk()]
    assert len(ids) == len(set(ids))
    assert isinstance(document.layers[0], RasterLayer) and len(document.layers) == 5
