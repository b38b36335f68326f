"""Reads a small preview of a file, without opening all of it if the format allows."""

from __future__ import annotations

import io
import struct
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree
from PIL import Image

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.io.common import broken, check_memory, check_size, flatten
from studio.document.io.formats import FormatSpec, sniff
from studio.document.io.pictures import PILLOW_ERRORS, to_rgba, upright
from studio.document.raster import Pixels

_THUMBNAIL = "Thumbnails/thumbnail.png"
_MERGED = "mergedimage.png"
_PSD_THUMBNAIL = 1036
_PSD_JPEG = 1
_PSD_HEAD = 28
_MAX_RESOURCES = 256 << 20
_MAX_TEXT = 64 << 20
_ZIP_ERRORS = (
    zipfile.BadZipFile,
    OSError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    LookupError,
)


@dataclass(frozen=True, slots=True, eq=False)
class Preview:
    """A picture of at most the requested size, (h, w, 4) straight RGBA, with the original size."""

    pixels: Pixels
    width: int
    height: int
    label: str


def read_preview(path: Path, side: int) -> Preview:
    """Return a preview of at most ``side`` pixels a side; StudioError if it is not a picture."""
    spec = sniff(path)
    if spec is None:
        raise StudioError("{name} is not a picture that Lienzo knows.", name=path.name)
    reader = {"ora": _ora, "psd": _psd}.get(spec.name, _flat)
    try:
        with open(path, "rb") as stream:
            if spec.name == "heic":  # Its decoder cannot decode at a reduced size.
                return _whole(stream, path.name, spec, side)
            try:
                return reader(stream, path.name, spec, side)
            except StudioError:
                # A damaged file may still open as a whole.
                stream.seek(0)
                return _whole(stream, path.name, spec, side)
    except OSError as error:
        raise broken(path.name, error, spec.label) from error


def _flat(stream: BinaryIO, name: str, spec: FormatSpec, side: int) -> Preview:
    try:
        image = Image.open(stream, formats=[spec.label.upper()])
        width, height = image.size
        check_size(width, height, name)
        # A JPEG is decoded at a fraction of its size.
        image.draft("RGB", (side, side))
        pixels, turned = _small(image, side)
    except (*PILLOW_ERRORS, Image.DecompressionBombError) as error:
        raise broken(name, error, spec.label) from error
    if turned:
        width, height = height, width
    return Preview(pixels, width, height, spec.label)


def _whole(stream: BinaryIO, name: str, spec: FormatSpec, side: int) -> Preview:
    """Return a preview of the whole document; StudioError if that cannot be opened either."""
    picture = spec.load().read(stream, name, Progress()).document
    pixels = flatten(picture)
    scale = min(1.0, side / max(picture.width, picture.height))
    size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
    image = Image.fromarray(pixels).resize(size, Image.Resampling.BOX)
    return Preview(np.asarray(image), picture.width, picture.height, spec.label)


def _small(image: Image.Image, side: int) -> tuple[Pixels, bool]:
    """Return an image as a small upright picture, and whether its sides were swapped."""
    wide = image.width >= image.height
    profile = image.info.get("icc_profile")
    if image.mode in ("P", "1"):
        image = image.convert("RGBA")
    image.thumbnail((side, side), Image.Resampling.BOX)
    whole = upright(image)
    exchanged = (whole.width >= whole.height) != wide and whole.width != whole.height
    return to_rgba(whole, profile, []), exchanged


def _ora(stream: BinaryIO, name: str, spec: FormatSpec, side: int) -> Preview:
    try:
        with zipfile.ZipFile(stream) as archive:
            root = SafeTree.fromstring(_entry(archive, "stack.xml", name, _MAX_TEXT))
            width, height = int(root.get("w", "")), int(root.get("h", ""))
            check_size(width, height, name)
            names = set(archive.namelist())
            data = _entry(archive, _THUMBNAIL if _THUMBNAIL in names else _MERGED, name)
        image = Image.open(io.BytesIO(data), formats=["PNG"])
        check_size(*image.size, name)
        pixels, _ = _small(image, side)
    except (*_ZIP_ERRORS, *PILLOW_ERRORS, SafeTree.ParseError, DefusedXmlException) as error:
        raise broken(name, error, spec.label) from error
    return Preview(pixels, width, height, spec.label)


def _entry(archive: zipfile.ZipFile, entry: str, name: str, limit: int = 0) -> bytes:
    info = archive.getinfo(entry)
    if limit and info.file_size > limit:
        raise ValueError(entry)
    check_memory(info.file_size * 2, name)
    return archive.read(info)


def _psd(stream: BinaryIO, name: str, spec: FormatSpec, side: int) -> Preview:
    head = stream.read(26)
    if len(head) < 26:
        raise broken(name, "header", spec.label)
    height, width = struct.unpack(">II", head[14:22])
    check_size(width, height, name)
    data = _psd_thumbnail(stream)
    try:
        if data is not None:
            image = Image.open(io.BytesIO(data), formats=["JPEG"])
            check_size(*image.size, name)
        else:
            # Pillow reads only the merged picture, which comes last, and no pixels of layers.
            stream.seek(0)
            image = Image.open(stream, formats=["PSD"])
        pixels, _ = _small(image, side)
    except (*PILLOW_ERRORS, Image.DecompressionBombError) as error:
        raise broken(name, error, spec.label) from error
    return Preview(pixels, width, height, spec.label)


def _psd_thumbnail(stream: BinaryIO) -> bytes | None:
    """Return the JPEG among the image resources of a PSD, by the file format's specification."""
    try:
        (colours,) = struct.unpack(">I", stream.read(4))
        stream.seek(colours, io.SEEK_CUR)
        (length,) = struct.unpack(">I", stream.read(4))
        block = stream.read(min(length, _MAX_RESOURCES))
        at = 0
        while block[at : at + 4] == b"8BIM":
            (number,) = struct.unpack_from(">H", block, at + 4)
            at += 6 + (block[at + 6] // 2 + 1) * 2
            (size,) = struct.unpack_from(">I", block, at)
            at += 4
            if number == _PSD_THUMBNAIL and size > _PSD_HEAD:
                (kind,) = struct.unpack_from(">I", block, at)
                return block[at + _PSD_HEAD : at + size] if kind == _PSD_JPEG else None
            at += size + size % 2
    except (struct.error, IndexError):
        return None
    return None
