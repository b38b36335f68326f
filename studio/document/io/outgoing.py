"""Assembles the metadata of a written file, in the forms that its format supports."""

from __future__ import annotations

import io
import json
from dataclasses import dataclass, field

import cv2
import numpy as np
from PIL import Image

from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.io import density, iptc, xmp
from studio.document.io.exif import (
    ARTIST,
    COLOUR_SPACE,
    COPYRIGHT,
    DESCRIPTION,
    INTEROP_INDEX,
    LONG,
    MAKE,
    MAKER_NOTE,
    MODEL,
    PIXEL_HEIGHT,
    PIXEL_WIDTH,
    PREFIX,
    RATIONAL,
    RESOLUTION_UNIT,
    SHORT,
    SOFTWARE,
    UNDEFINED,
    USER_COMMENT,
    X_RESOLUTION,
    Y_RESOLUTION,
    Directory,
    Exif,
)
from studio.document.io.parameters import VERSION, document_parameters, recipes
from studio.document.io.side_data import GENERATORS, RECIPES, comment, comment_of, private
from studio.document.metadata import NO_METADATA, PARAMETERS, FileMetadata, Keep
from studio.document.raster import Pixels

PNG, JPEG, WEBP, PHOTOSHOP = "PNG", "JPEG", "WebP", "Photoshop"
OPENED_PARAMETERS = "parameters-opened"
"""Keyword of the opened file's A1111 text beside the one of our own result."""

_THUMBNAIL = 160
"""Longest side in pixels, as required by EXIF 2.32 (160 x 120)."""
_MOST_IN_SEGMENT = 65533
_MOST_COMMENT = 30_000
_SRGB, _UNCALIBRATED = 1, 0xFFFF
_OF_AUTHORS = {"Author": ARTIST, "Copyright": COPYRIGHT, "Description": DESCRIPTION}
"""PNG's keywords (PNG 1.2, 4.2.3.1) and the corresponding EXIF tags."""
_BESIDE = {PARAMETERS, "Software", "Comment"}
"""Texts that formats without PNG-like texts can store elsewhere."""


@dataclass(frozen=True, slots=True, eq=False)
class Outgoing:
    """The parts to write, each empty if there is none, and notices of losses (``lost``).

    ``exif`` is a TIFF block without "Exif" before it.
    """

    exif: bytes = b""
    xmp: bytes = b""
    iptc: bytes = b""
    texts: dict[str, str] = field(default_factory=dict)
    lost: tuple[Notice, ...] = ()


def export_metadata(
    document: Document,
    keep: Keep,
    kind: str,
    *,
    pixels: Pixels | None = None,
    is_srgb: bool = True,
) -> Outgoing:
    """Return the metadata of a document for a file of the format ``kind``.

    ``pixels`` (h, w, 3 or 4) are the source of the EXIF thumbnail. Our own recipe takes precedence
    over the text of the opened file.
    """
    if keep is Keep.NONE:
        # Only WebP has no other field for the density, which is not private.
        bare = _exif(document, NO_METADATA, {}, kind, is_srgb) if kind == WEBP else None
        return Outgoing(exif=bare.to_bytes() if bare else b"")
    kept = private(document.metadata) if keep is Keep.PRIVATE else document.metadata
    texts = _texts(document, kept, kind)
    block = _exif(document, kept, texts, kind, is_srgb)
    lost: list[Notice] = []
    exif = b"" if block is None else _sized(block, kept, kind, pixels, lost)
    if kind == JPEG and len(texts.get(PARAMETERS, "")) > _MOST_COMMENT:
        lost.append(notice("The prompt is too long for a JPEG; its end is left out."))
    packet, record = kept.xmp, kept.iptc
    if kind != PNG:
        rest = {key: text for key, text in texts.items() if key not in _BESIDE}
        if kind == WEBP and block is not None and _is_comfy(block):
            rest = {key: text for key, text in rest.items() if key not in GENERATORS}
        packet = _xmp(packet, rest, kind, lost)
    if record and (kind in (PNG, WEBP) or (kind == JPEG and len(record) > _MOST_IN_SEGMENT - 32)):
        record = b""
        lost.append(notice("{format} has no place for the IPTC captions.", format=kind))
    return Outgoing(exif, packet, record, texts, tuple(lost))


def _texts(document: Document, kept: FileMetadata, kind: str) -> dict[str, str]:
    texts = dict(kept.texts)
    ours = document_parameters(document)
    if not ours:
        return texts
    texts.pop(RECIPES, None)
    if PARAMETERS in texts:
        texts[OPENED_PARAMETERS] = texts[PARAMETERS]
    texts[PARAMETERS] = ours
    if kind == PNG:
        texts["Software"] = VERSION
        texts[RECIPES] = json.dumps([dict(one) for one in recipes(document)])
    return texts


def _exif(
    document: Document, kept: FileMetadata, texts: dict[str, str], kind: str, is_srgb: bool
) -> Exif | None:
    """Return the block to write, without its thumbnail; None if the format does not need one."""
    text = texts.get(PARAMETERS, "") if kind != PNG else ""
    named = {tag: texts[key] for key, tag in _OF_AUTHORS.items() if key in texts and kind != PNG}
    if not (kept.exif or text or named or kind == WEBP):
        return None
    block = Exif(kept.exif) if kept.exif else Exif()
    for tag, value in named.items():
        if not block.text(Directory.MAIN, tag):
            block.put_text(Directory.MAIN, tag, value)
    dpi = round(document.dpi * 1000)
    for tag in (X_RESOLUTION, Y_RESOLUTION):
        block.put_numbers(Directory.MAIN, tag, RATIONAL, dpi, 1000)
    block.put_numbers(Directory.MAIN, RESOLUTION_UNIT, SHORT, density.INCH)
    for tag, size in ((PIXEL_WIDTH, document.width), (PIXEL_HEIGHT, document.height)):
        if block.numbers(Directory.CAMERA, tag):
            block.put_numbers(Directory.CAMERA, tag, LONG, size)
    for tag, size in ((0x0100, document.width), (0x0101, document.height)):
        if block.numbers(Directory.MAIN, tag):
            block.put_numbers(Directory.MAIN, tag, LONG, size)
    _name_colours(block, is_srgb)
    if text:
        _comment(block, text if kind != JPEG else text[:_MOST_COMMENT], texts)
        if not block.text(Directory.MAIN, SOFTWARE):
            block.put_text(Directory.MAIN, SOFTWARE, VERSION)
    if kind == WEBP and not block.raw(Directory.MAIN, MAKE):
        for tag, key in ((MODEL, "prompt"), (MAKE, "workflow")):
            if key in texts:
                block.put_text(Directory.MAIN, tag, f"{key}:{texts[key]}")
    return block


def _comment(block: Exif, text: str, texts: dict[str, str]) -> None:
    """Write A1111's text to the UserComment; a comment by a person there becomes a text."""
    before = comment_of(block.raw(Directory.CAMERA, USER_COMMENT))
    if before.strip():
        texts["UserComment"] = before
    block.put(Directory.CAMERA, USER_COMMENT, UNDEFINED, comment(text))


def _name_colours(block: Exif, is_srgb: bool) -> None:
    """Set the block's colour space to that of the written pixels (DCF 2.0)."""
    if block.numbers(Directory.CAMERA, COLOUR_SPACE):
        value = _SRGB if is_srgb else _UNCALIBRATED
        block.put_numbers(Directory.CAMERA, COLOUR_SPACE, SHORT, value)
    if is_srgb and block.text(Directory.INTEROP, INTEROP_INDEX) == "R03":
        block.put_text(Directory.INTEROP, INTEROP_INDEX, "R98")


def _is_comfy(block: Exif) -> bool:
    return block.text(Directory.MAIN, MODEL).startswith("prompt:") or block.text(
        Directory.MAIN, MAKE
    ).startswith("workflow:")


def _sized(
    block: Exif, kept: FileMetadata, kind: str, pixels: Pixels | None, lost: list[Notice]
) -> bytes:
    """Return the block with a thumbnail, reduced if it is too large for a JPEG."""
    plain = block.to_bytes()
    if kept.exif and pixels is not None:
        block.put_thumbnail(_thumbnail(pixels))
    most = _MOST_IN_SEGMENT - len(PREFIX) - 2
    if kind != JPEG or len(block.to_bytes()) <= most:
        return block.to_bytes()
    if len(plain) <= most:
        return plain
    lean = Exif(plain)
    lean.drop(Directory.CAMERA, MAKER_NOTE)
    packed = _repacked(lean)
    if packed and len(packed) <= most:
        lost.append(notice("The camera data is too long for a JPEG; the maker's note is left out."))
        return packed
    lost.append(notice("The camera data is too long for a JPEG and is left out."))
    return b""


def _repacked(block: Exif) -> bytes:
    """Return a block rewritten without the gaps of removed values."""
    try:
        made = Image.Exif()
        made.load(PREFIX + block.to_bytes())
        return made.tobytes().removeprefix(PREFIX)
    except (OSError, ValueError, TypeError, KeyError, SyntaxError):
        return b""


def _xmp(packet: bytes, texts: dict[str, str], kind: str, lost: list[Notice]) -> bytes:
    most = _MOST_IN_SEGMENT - 31 if kind == JPEG else len(packet) + (64 << 20)
    whole = xmp.with_texts(packet, texts)
    if len(whole) <= most:
        return whole
    if texts and len(packet) <= most:
        named = ", ".join(texts)
        lost.append(notice("{format} has no place for: {names}.", format=kind, names=named))
        return packet
    lost.append(notice("The XMP data is too long for a JPEG and is left out."))
    return b""


def _thumbnail(pixels: Pixels) -> bytes:
    """Return a picture of at most 160 pixels as a JPEG, with white for transparent pixels."""
    height, width = pixels.shape[:2]
    scale = min(1.0, _THUMBNAIL / max(width, height))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    if small.shape[2] == 4:
        alpha = small[:, :, 3:].astype(np.uint16)
        small = ((small[:, :, :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(np.ascontiguousarray(small)).save(buffer, "JPEG", quality=80)
    return buffer.getvalue()


def jpeg_segments(record: bytes) -> bytes:
    """Return the JPEG segments that Pillow does not write: APP13 with an IPTC record."""
    if not record:
        return b""
    body = iptc.segment(record)
    return b"\xff\xed" + (len(body) + 2).to_bytes(2, "big") + body
