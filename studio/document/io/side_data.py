"""Reads the metadata of the opened file into a document's form: EXIF, XMP, IPTC and texts."""

from __future__ import annotations

import json
import re
import struct
from collections.abc import Mapping
from typing import Any

from PIL import ExifTags, Image, TiffImagePlugin

from studio.core.notices import Notice, notice
from studio.document.io import iptc, xmp
from studio.document.io.comfy import comfy_parameters
from studio.document.io.exif import (
    DESCRIPTION,
    MAKE,
    MODEL,
    ORIENTATION,
    PREFIX,
    SHORT,
    USER_COMMENT,
    Directory,
    Exif,
)
from studio.document.io.parameters import parse_parameters
from studio.document.metadata import MAX_BYTES, NO_METADATA, PARAMETERS, FileMetadata
from studio.document.shareable import shareable

EXIF_ERRORS = (ValueError, struct.error, IndexError, AssertionError, KeyError, OverflowError)
RECIPES = "lienzo-recipes"
GENERATORS = ("prompt", "workflow")
"""ComfyUI's texts; in WebP it writes them as make and model of a camera."""

_UNICODE = b"UNICODE\0"
_RAW_PROFILE = re.compile(r"Raw profile type (exif|iptc|xmp|icc|icm|8bim|app1|APP1)")
_LEFT_OUT = re.compile(r"XML:com\.adobe\.xmp|Raw profile type .*|Thumb::.*")
"""Texts with metadata in another form, and file managers' notes with local paths."""
_PRIVATE = re.compile(
    r"(?:\w+:)?(?:GPS\w*|\w*Serial\w*|\w*OwnerName|Latitude|Longitude|City|Country|Location)",
    re.IGNORECASE,
)
_PHOTOSHOP = "photoshop"
_TIFF_XMP, _TIFF_IPTC = 700, 33723
_OF_PIXELS = {
    254, 255, 256, 257, 258, 259, 262, 263, 264, 265, 266, 273, 277, 278, 279, 280, 281, 284, 288,
    289, 290, 291, 292, 293, 301, 317, 318, 319, 320, 321, 322, 323, 324, 325, 330, 332, 338, 339,
    340, 341, 342, 347, 512, 513, 514, 529, 530, 531, 532, 700, 33723, 34377, 34665, 34675, 34853,
    37724, 40965, 50341,
}  # fmt: skip
"""TIFF tags for the storage of the pixels, and those that contain the other metadata."""


def collect(image: Image.Image, name: str, found: list[Notice]) -> FileMetadata:
    """Return the metadata of a decoded picture; damaged parts are left out with a notice."""
    info = image.info
    texts = {str(key): str(text) for key, text in getattr(image, "text", {}).items()}
    exif, packet, record = (_bytes(info.get(key)) for key in ("exif", "xmp", "iptc"))
    resources = info.get(_PHOTOSHOP)
    if isinstance(resources, Mapping):
        record = _bytes(resources.get(iptc.RESOURCE))
    if isinstance(image, TiffImagePlugin.TiffImageFile):
        exif, packet, record = _of_tiff(image)
    comment = info.get("comment")
    if isinstance(comment, bytes) and comment.strip(b"\0 "):
        texts.setdefault("Comment", comment.strip(b"\0").decode("utf-8", "replace"))
    for kind, body in _raw_profiles(texts).items():
        if kind == "exif":
            exif = exif or body
        elif kind == "xmp":
            packet = packet or body
    return taken_in(exif, packet, record, texts, name, found)


def taken_in(
    exif: bytes, packet: bytes, record: bytes, texts: Mapping[str, str], name: str,
    found: list[Notice],
) -> FileMetadata:  # fmt: skip
    """Return the metadata of a file from its parts; damaged ones are left out with a notice."""
    kept = {key: text for key, text in texts.items() if not _LEFT_OUT.fullmatch(key)}
    if RECIPES in kept:
        kept[RECIPES] = _recipes_without_paths(kept[RECIPES])
    if exif:
        exif = _read_exif(exif, kept, name, found)
    if packet.strip(b"\0 \t\r\n"):
        try:
            packet, more = xmp.split_texts(xmp.check_packet(packet))
            kept = {**more, **kept}
        except (ValueError, LookupError):
            packet = b""
            found.append(notice("The XMP data of {name} is damaged and was left out.", name=name))
    else:
        packet = b""
    try:
        iptc.check(record)
    except ValueError:
        record = b""
        found.append(notice("The IPTC data of {name} is damaged and was left out.", name=name))
    made = FileMetadata(exif=exif, xmp=packet, iptc=record, texts=kept)
    if made.nbytes > MAX_BYTES:
        found.append(notice("The metadata of {name} is too large and was left out.", name=name))
        return NO_METADATA
    return made if made else NO_METADATA


def damaged_exif(name: str) -> Notice:
    """Return the notice about unreadable EXIF data."""
    return notice("The camera data of {name} is damaged and was left out.", name=name)


def private(metadata: FileMetadata) -> FileMetadata:
    """Return metadata without location, serial numbers and the owner's name."""
    exif, packet = metadata.exif, metadata.xmp
    if exif:
        block = Exif(exif)
        block.drop_identity()
        exif = block.to_bytes()
    texts = {key: text for key, text in metadata.texts.items() if not _PRIVATE.fullmatch(key)}
    return FileMetadata(
        exif=exif,
        xmp=xmp.without_identity(packet) if packet else b"",
        iptc=iptc.without_place(metadata.iptc),
        texts=texts,
    )


def is_parameters(text: str) -> bool:
    """Whether a text is one of A1111's: with a line of settings that includes the steps."""
    return "Steps" in parse_parameters(text)


def generator_text(metadata: FileMetadata) -> str:
    """Return A1111's text of a picture, also that of a ComfyUI graph; empty if it has neither."""
    texts = metadata.texts
    return texts.get(PARAMETERS, "") or comfy_parameters(texts.get(GENERATORS[0], ""))


def comment_of(value: object) -> str:
    """Return the text of an EXIF UserComment; empty for none.

    The first eight bytes are the encoding (EXIF 2.32, 4.6.5); the standard leaves the byte order of
    Unicode open, so the one that gives fewer high bytes is used.
    """
    if isinstance(value, str):
        return value
    if not isinstance(value, bytes):
        return ""
    if value.startswith(_UNICODE):
        body = value[len(_UNICODE) :]
        big = sum(1 for byte in body[0::2] if byte == 0) >= sum(1 for b in body[1::2] if b == 0)
        return body.decode("utf-16-be" if big else "utf-16-le", "replace").strip("\0")
    if value[:8] in (b"ASCII\0\0\0", b"\0" * 8):
        value = value[8:]
    return value.decode("utf-8", "replace").strip("\0 ")


def comment(text: str) -> bytes:
    """Return an EXIF UserComment."""
    return _UNICODE + text.encode("utf-16-be", "replace")


def summary(metadata: FileMetadata) -> dict[str, Any]:
    """Return the metadata for `lienzo info`, JSON-ready."""
    said: dict[str, Any] = {}
    if text := generator_text(metadata):
        said[PARAMETERS] = text
    if metadata.exif:
        block = Exif(metadata.exif)
        main = {"author": 0x013B, "copyright": 0x8298, "description": DESCRIPTION}
        values = {name: block.text(Directory.MAIN, tag) for name, tag in main.items()}
        values["place"] = "in the file" if block.raw(Directory.PLACE, 2) else ""
        serial = block.text(Directory.CAMERA, 0xA431) or block.text(Directory.CAMERA, 0xA435)
        values["serial number"] = "in the file" if serial else ""
        said.update({name: value for name, value in values.items() if value})
    for name, part in (("xmp", metadata.xmp), ("iptc", metadata.iptc)):
        if part:
            said[name] = f"{len(part)} bytes"
    others = [key for key in metadata.texts if key not in (PARAMETERS, RECIPES)]
    if others:
        said["texts"] = ", ".join(others)
    return said


def _read_exif(exif: bytes, texts: dict[str, str], name: str, found: list[Notice]) -> bytes:
    """Return a block in a document's form; texts of generators in it are moved to ``texts``."""
    try:
        block = Exif(exif)
        block.drop_thumbnail()
        if block.numbers(Directory.MAIN, ORIENTATION):
            block.put_numbers(Directory.MAIN, ORIENTATION, SHORT, 1)
        text = comment_of(block.raw(Directory.CAMERA, USER_COMMENT))
        if is_parameters(text):
            texts.setdefault(PARAMETERS, text)
            block.drop(Directory.CAMERA, USER_COMMENT)
        for tag in (MAKE, MODEL):
            key, colon, content = block.text(Directory.MAIN, tag).partition(":")
            if colon and key.lower() in GENERATORS and content.lstrip().startswith("{"):
                texts.setdefault(key.lower(), content)
                block.drop(Directory.MAIN, tag)
        made = block.to_bytes()
        private(FileMetadata(exif=made))  # A block that could not be stripped is not kept.
    except EXIF_ERRORS:
        said = damaged_exif(name)
        if said not in found:
            found.append(said)
        return b""
    return made


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else b""


def _of_tiff(image: TiffImagePlugin.TiffImageFile) -> tuple[bytes, bytes, bytes]:
    """Return EXIF, XMP and IPTC of a TIFF, whose first directory is its EXIF block."""
    tags = image.tag_v2
    made = Image.Exif()
    for tag, value in tags.items():
        if tag not in _OF_PIXELS:
            made[tag] = value
    own = image.getexif()
    for directory in (ExifTags.IFD.Exif, ExifTags.IFD.GPSInfo):
        values = own.get_ifd(directory)
        if values:
            made.get_ifd(directory).update(values)
    try:
        exif = made.tobytes() if made or dict(made) else b""
    except (*EXIF_ERRORS, TypeError, AttributeError, OSError):
        exif = b""
    record = tags.get(_TIFF_IPTC, b"")
    if isinstance(record, tuple):  # Some programs declare the bytes as LONG values.
        record = b"".join(int(one).to_bytes(4, "little") for one in record if isinstance(one, int))
    return exif, _bytes(tags.get(_TIFF_XMP)), _bytes(record)


def _raw_profiles(texts: Mapping[str, str]) -> dict[str, bytes]:
    """Return ImageMagick's profiles from hexadecimal texts: a name, a length, the bytes."""
    found = {}
    for key, text in texts.items():
        kind = _RAW_PROFILE.fullmatch(key)
        if kind is None:
            continue
        try:
            body = bytes.fromhex("".join(text.split("\n")[3:]))
        except ValueError:
            continue
        name = kind[1].lower()
        found["exif" if name in ("exif", "app1") and body.startswith(PREFIX) else name] = body
    return found


def _recipes_without_paths(text: str) -> str:
    """Return the recipes of an older file of ours with names in place of paths."""
    try:
        return json.dumps(shareable(json.loads(text)))
    except (ValueError, RecursionError):
        return "[]"
