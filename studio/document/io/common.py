"""Shared parts of the format modules: results, options, limits, and errors of bad files."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

import psutil

from studio.core.atomic import Check
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.document.document import MAX_AREA, MAX_SIZE, Document, fits
from studio.document.metadata import Keep
from studio.document.raster import TILE, Pixels, Raster

MAX_LAYERS = 8192
"""The most layers and groups in one file; more are treated as an attack."""

MAX_DEPTH = 64
"""The deepest nesting of groups."""


_INNER = re.compile(
    r"<_?\w+[. ]|[{}]|pip install|\bobject\b| at 0x|\bNone\b|'\w+' must be|\w+Error\b|\bb'"
    r"|\bbytes-like\b"
)
"""Library messages about internals, which are of no use to an artist."""


class MemoryBudget:
    """Counts the unpacked size of a file against the memory free at the time of opening."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left = int(psutil.virtual_memory().available * 0.8)

    def take(self, raster: Raster) -> Raster:
        """Return the raster; StudioError if it no longer fits."""
        self._left -= raster.nbytes
        if self._left < 0:
            raise StudioError(
                "{name} does not fit into the free memory.",
                "Close other programs or documents and try again.",
                name=self._name,
            )
        return raster

    def take_bytes(self, count: int) -> bool:
        """Count bytes of an optional part; False, and nothing counted, if they do not fit."""
        if count > self._left:
            return False
        self._left -= count
        return True


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A document read from a file, with notices about changes and the file's metadata.

    ``metadata`` is JSON-ready; "parameters" is the A1111 text if the file has one.
    ``format`` is the name of the row of ``FORMATS``, detected from the content.
    """

    document: Document
    notices: tuple[Notice, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    format: str = ""


@dataclass(frozen=True, slots=True)
class SaveOptions:
    """How to save: ``quality`` 1..100 applies to JPEG and WebP, ``lossless`` to WebP.

    ``metadata`` selects the part of the opened file's metadata to write; ``Keep.NONE`` strips
    prompts and recipes from flat pictures too. ``srgb`` writes sRGB even if the opened file had
    another profile. ``format`` names a row of ``FORMATS``; empty means by the extension.
    """

    quality: int = 92
    lossless: bool = False
    metadata: Keep = Keep.ALL
    srgb: bool = False
    format: str = ""


class FormatModule(Protocol):
    """The functions of a module in ``FORMATS``."""

    def read(self, stream: BinaryIO, name: str, progress: Progress) -> Opened:
        """Read a whole file; ``name`` is its name without the folder, for layers and messages."""
        ...

    def write(
        self, document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress
    ) -> Check:
        """Write the document to a seekable stream; the result is a check of the written file."""
        ...


def flatten(document: Document, rect: Rect | None = None) -> Pixels:
    """Return the composite of ``rect``, the canvas by default, as (h, w, 4) straight uint8.

    StudioError if there is not enough memory for the canvas.
    """
    # The compositor imports numba; reading a photo must not wait for it.
    from studio.document.render.compositor import composite

    check_memory(document.rect.area * 8 if rect is None else 0, "The merged picture")
    return composite(document, document.rect if rect is None else rect)


def stem(name: str) -> str:
    """Return the layer name for a file named ``name``."""
    return Path(name).stem or name


def check_size(width: int, height: int, name: str) -> None:
    """Raise StudioError unless a picture of that size fits a document and the memory."""
    if not fits(width, height):
        raise StudioError(
            "{name} is {width} x {height} pixels, which is too large to open.",
            "A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.",
            name=name,
            width=width,
            height=height,
            limit=MAX_SIZE,
            most=MAX_AREA // 10**6,
        )
    # The decoded pixels, and the tiles made of them, of which a thin picture fills little.
    tiles = -(-width // TILE) * -(-height // TILE) * TILE * TILE * 4
    check_memory(width * height * 4 + tiles, name)


def check_memory(needed: int, name: str) -> None:
    """Raise StudioError unless ``needed`` bytes are free."""
    if needed > max(64 << 20, psutil.virtual_memory().available):
        raise StudioError(
            "{name} needs {needed} MB of memory, more than is free.",
            "Close other programs or documents and try again.",
            name=name,
            needed=needed >> 20,
        )


def broken(name: str, reason: object, label: str) -> StudioError:
    """Return the error for a file that starts like the format ``label`` but is damaged."""
    told = reason_of(reason)
    if told.lower().startswith("unsupported"):
        return StudioError(
            "{name} is a kind of {label} that Lienzo cannot read ({reason}).",
            "Save it as PNG in the program that made it.",
            name=name,
            label=label,
            reason=told,
        )
    return StudioError(
        "{name} is damaged or incomplete and cannot be read as {label} ({reason}).",
        "Try to get the file again from where it came.",
        name=name,
        label=label,
        reason=told,
    )


def reason_of(reason: object) -> str:
    """Return a library's message as one short line, for people looking for the cause."""
    if isinstance(reason, BaseException) and reason.args and isinstance(reason.args[0], str):
        reason = reason.args[0]  # attrs' validators append further objects.
    text = " ".join(str(reason).split()) or type(reason).__name__
    if _INNER.search(text):
        head = text.split(":")[0]
        text = "its structure is not valid" if _INNER.search(head) else head
    return text if len(text) <= 120 else text[:119] + "…"


def differs(what: str) -> StudioError:
    """Return the error for a written file whose content differs from what was to be saved."""
    return StudioError(
        "The saved file does not read back as it was written ({what}); nothing was replaced.",
        "Save to another folder or disk.",
        what=what,
    )


def not_written(label: str) -> StudioError:
    """Return the error for a format that can only be read."""
    return StudioError(
        "Lienzo can open {label} but not write it.", "Save as PNG, JPEG or WebP.", label=label
    )
