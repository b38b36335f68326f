"""PNG: lossless, with alpha, the A1111 text in a `parameters` chunk."""

from __future__ import annotations

import json
from typing import BinaryIO

from PIL.PngImagePlugin import PngInfo

from studio.core.atomic import Check
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import Opened, SaveOptions
from studio.document.io.parameters import VERSION, document_parameters, recipes
from studio.document.io.pictures import encode, exact_check, flat, read_picture, without_alpha

_LEVEL = 4
"""zlib level: 6 takes three times as long for a tenth less."""


def read(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a PNG as a document of one layer."""
    header = stream.read(26)
    stream.seek(0)
    # Byte 24 is the bit depth in IHDR; Pillow reduces 16-bit colour silently.
    return read_picture(stream, name, "PNG", progress, wide=header[24:25] == b"\x10")


def write(document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress) -> Check:
    """Write the flattened document; the check compares every byte."""
    pixels = without_alpha(flat(document, progress))
    encode(pixels, stream, "PNG", document, compress_level=_LEVEL, pnginfo=_info(document, options))
    progress.report(0.8, "Reading the file back")
    return exact_check(pixels)


def _info(document: Document, options: SaveOptions) -> PngInfo:
    info = PngInfo()
    text = document_parameters(document)
    if options.metadata and text:
        _add(info, "parameters", text)
        _add(info, "Software", VERSION)
        _add(info, "lienzo-recipes", json.dumps([dict(one) for one in recipes(document)]))
    return info


def _add(info: PngInfo, key: str, text: str) -> None:
    try:
        info.add_text(key, text.encode("latin-1"))
    except UnicodeEncodeError:
        info.add_itxt(key, text)
