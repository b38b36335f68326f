"""The table of file formats, and the functions that open, place and save files."""

from __future__ import annotations

import dataclasses
import errno
import importlib
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from studio.core.atomic import replace_file
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.common import FormatModule, Opened, SaveOptions, stem
from studio.document.io.flat import flatten_opened
from studio.document.io.outgoing import export_metadata
from studio.document.io.psd_pictures import pictured
from studio.document.io.side_data import summary
from studio.document.kinds import kind_of
from studio.document.layer import GroupLayer, Layer, new_id
from studio.document.metadata import Keep
from studio.document.raster import Pixels

__all__ = [
    "FORMATS",
    "FormatSpec",
    "Notice",
    "Opened",
    "Placed",
    "SaveOptions",
    "document_from_array",
    "document_from_bytes",
    "format_for",
    "lost_metadata",
    "open_document",
    "open_layer",
    "save_document",
    "save_options",
    "sniff",
]


@dataclass(frozen=True, slots=True)
class FormatSpec:
    """One file format: its names, its signatures, and the module that reads and writes it.

    ``signatures`` are tuples of (offset, bytes) pairs; a file has all pairs of at least one tuple.
    ``read_only`` are extensions that are opened but never used for saving.
    """

    name: str
    label: str
    extensions: tuple[str, ...]
    mime: str
    module: str
    signatures: tuple[tuple[tuple[int, bytes], ...], ...]
    can_read: bool = True
    can_write: bool = True
    keeps_layers: bool = False
    read_only: tuple[str, ...] = ()

    @property
    def endings(self) -> tuple[str, ...]:
        """All extensions that are opened as this format."""
        return self.extensions + self.read_only

    def load(self) -> FormatModule:
        """Return the module, imported on first use."""
        return cast(FormatModule, importlib.import_module(self.module))


def _boxes(*brands: bytes) -> tuple[tuple[tuple[int, bytes], ...], ...]:
    """Return the signatures of ISO media files of these major brands."""
    return tuple(((4, b"ftyp" + brand),) for brand in brands)


FORMATS: tuple[FormatSpec, ...] = (
    FormatSpec(
        name="ora",
        label="OpenRaster",
        extensions=(".ora",),
        mime="image/openraster",
        module="studio.document.io.ora",
        signatures=(((0, b"PK\x03\x04"),),),
        keeps_layers=True,
    ),
    FormatSpec(
        name="psd",
        label="Photoshop",
        extensions=(".psd",),
        read_only=(".psb",),
        mime="image/vnd.adobe.photoshop",
        module="studio.document.io.psd",
        signatures=(((0, b"8BPS"),),),
        keeps_layers=True,
    ),
    FormatSpec(
        name="png",
        label="PNG",
        extensions=(".png",),
        mime="image/png",
        module="studio.document.io.png",
        signatures=(((0, b"\x89PNG\r\n\x1a\n"),),),
    ),
    FormatSpec(
        name="jpeg",
        label="JPEG",
        extensions=(".jpg", ".jpeg", ".jpe", ".jfif"),
        mime="image/jpeg",
        module="studio.document.io.jpeg",
        signatures=(((0, b"\xff\xd8\xff"),),),
    ),
    FormatSpec(
        name="webp",
        label="WebP",
        extensions=(".webp",),
        mime="image/webp",
        module="studio.document.io.webp",
        signatures=(((0, b"RIFF"), (8, b"WEBP")),),
    ),
    FormatSpec(
        name="avif",
        label="AVIF",
        extensions=(".avif",),
        mime="image/avif",
        module="studio.document.io.avif",
        signatures=_boxes(b"avif", b"avis"),
        can_write=False,
    ),
    FormatSpec(
        name="heic",
        label="HEIC",
        extensions=(".heic", ".heif", ".hif"),
        mime="image/heic",
        module="studio.document.io.heic",
        signatures=_boxes(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"),
        can_write=False,
    ),
    FormatSpec(
        name="tiff",
        label="TIFF",
        extensions=(".tif", ".tiff"),
        mime="image/tiff",
        module="studio.document.io.tiff",
        signatures=tuple(((0, mark),) for mark in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")),
        can_write=False,
    ),
    FormatSpec(
        name="gif",
        label="GIF",
        extensions=(".gif",),
        mime="image/gif",
        module="studio.document.io.gif",
        signatures=(((0, b"GIF87a"),), ((0, b"GIF89a"),)),
        can_write=False,
    ),
    FormatSpec(
        name="bmp",
        label="BMP",
        extensions=(".bmp", ".dib"),
        mime="image/bmp",
        module="studio.document.io.bmp",
        signatures=(((0, b"BM"),),),
        can_write=False,
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Placed:
    """A file as one layer: a raster layer for a picture, a group for a file with layers."""

    layer: Layer
    width: int
    height: int
    notices: tuple[Notice, ...] = ()
    metadata: Mapping[str, object] = dataclasses.field(default_factory=dict)


def sniff(path: Path) -> FormatSpec | None:
    """Return the format of a file by its first bytes, whatever its extension; None if unknown."""
    with _opened(path) as stream:
        return _sniff(stream)


def _sniff(stream: BinaryIO) -> FormatSpec | None:
    head = stream.read(64)
    stream.seek(0)
    for spec in FORMATS:
        if spec.can_read and any(
            all(head[at:].startswith(mark) for at, mark in marks) for marks in spec.signatures
        ):
            return spec
    return None


def format_for(path: Path, name: str = "") -> FormatSpec:
    """Return the format to save as: by ``name``, else by the extension; StudioError if unknown."""
    extension = path.suffix.lower()
    for spec in FORMATS:
        if spec.can_write and (spec.name == name if name else extension in spec.extensions):
            return spec
    raise StudioError(
        "{name} has no extension that can be saved.",
        "Use one of: {known}.",
        name=path.name,
        known=", ".join(spec.extensions[0] for spec in FORMATS if spec.can_write),
    )


def open_document(
    path: Path | str, progress: Progress | None = None, *, flat: bool = False
) -> Opened:
    """Read a file as a document; StudioError with a clear message for any problem.

    ``flat`` gives its merged picture as the only layer. Raises ``Cancelled`` if ``progress`` was
    cancelled.
    """
    path = Path(path)
    with _opened(path) as stream:
        opened = _read(stream, path.name, progress)
    return flatten_opened(opened, path.name) if flat else opened


def document_from_bytes(data: bytes, name: str, progress: Progress | None = None) -> Opened:
    """Read a file in memory, from the clipboard for instance."""
    return _read(io.BytesIO(data), name, progress)


def document_from_array(pixels: Pixels, name: str) -> Document:
    """Return a document of one layer with (h, w), (h, w, 3) or (h, w, 4) uint8 sRGB pixels."""
    from studio.document.io.pictures import to_document

    if pixels.ndim == 2:
        pixels = np.repeat(pixels[:, :, None], 3, axis=2)
    if pixels.shape[2] == 3:
        opaque = np.full((*pixels.shape[:2], 1), 255, dtype=np.uint8)
        pixels = np.concatenate((pixels, opaque), axis=2)
    return to_document(pixels, name)


def open_layer(path: Path | str, progress: Progress | None = None) -> Placed:
    """Read a file to place it in a document: one layer with its corner at 0, 0 and fresh ids."""
    path = Path(path)
    opened = open_document(path, progress)
    document = opened.document
    layers = tuple(_renewed(layer) for layer in document.layers)
    if len(layers) == 1 and not isinstance(layers[0], GroupLayer):
        layer: Layer = layers[0].replace(name=stem(path.name), locked=False)
    else:
        layer = GroupLayer(name=stem(path.name), children=layers)
    return Placed(layer, document.width, document.height, opened.notices, opened.metadata)


def _renewed(layer: Layer) -> Layer:
    if isinstance(layer, GroupLayer):
        return layer.replace(id=new_id(), children=tuple(_renewed(c) for c in layer.children))
    return layer.replace(id=new_id())


def save_document(
    document: Document,
    path: Path | str,
    options: SaveOptions | None = None,
    progress: Progress | None = None,
) -> None:
    """Save a document in the format of the extension, read it back and only then replace ``path``.

    StudioError if it cannot be saved; the old file is then unchanged and no other file is left.
    """
    path = Path(path)
    chosen = options or SaveOptions()
    module = format_for(path, chosen.format).load()
    reporter = progress or Progress()
    replace_file(path, lambda stream: module.write(document, stream, chosen, reporter))
    reporter.report(1.0, "Saved")


def save_options(quality: int, metadata: str, srgb: bool) -> SaveOptions:
    """Return the options of a command line; ``metadata`` is the value of a ``Keep``."""
    return SaveOptions(quality=quality, metadata=Keep(metadata), srgb=srgb)


def lost_metadata(
    document: Document, path: Path | str, options: SaveOptions | None = None
) -> tuple[Notice, ...]:
    """Return notices about the document's metadata that the format to save as cannot store."""
    chosen = options or SaveOptions()
    spec = format_for(Path(path), chosen.format)
    if spec.name == "ora":
        return ()
    return export_metadata(document, chosen.metadata, spec.label).lost


def lost_layers(
    document: Document, path: Path | str, options: SaveOptions | None = None
) -> tuple[Notice, ...]:
    """Return notices about the layers that the format to save as, though layered, cannot store."""
    spec = format_for(Path(path), options.format if options is not None else "")
    if spec.name != "psd":
        return ()
    named = [(layer.name, kind_of(layer).label) for layer in pictured(document)]
    if not named:
        return ()
    message = (
        "{format} has no such layers; a picture of each with all below it is in the file: {layers}."
    )
    return (notice(message, format=spec.label, layers=Listed(tuple(named), 0)),)


def _read(stream: BinaryIO, name: str, progress: Progress | None) -> Opened:
    spec = _sniff(stream)
    if spec is None:
        if not stream.read(1):
            raise StudioError("{name} is empty (0 bytes).", name=name)
        raise StudioError(
            "{name} is not a picture that Lienzo knows.",
            "It opens {known}.",
            name=name,
            known=", ".join(spec.label for spec in FORMATS if spec.can_read),
        )
    reporter = progress or Progress()
    opened = spec.load().read(stream, name, reporter)
    reporter.report(1.0, "Opened")
    metadata = {**opened.metadata, **summary(opened.document.metadata)}
    return dataclasses.replace(opened, format=spec.name, metadata=metadata)


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    """Open a file for reading; StudioError if that fails, also later while it is read."""
    try:
        with open(path, "rb") as stream:
            yield stream
    except OSError as error:
        values = {"name": path.name, "reason": error.strerror or str(error)}
        if error.errno == errno.ENOENT:
            raise StudioError("There is no file {name}.", **values) from error
        if os.path.isdir(path):
            raise StudioError("{name} is a folder, not a picture.", **values) from error
        raise StudioError("{name} cannot be read ({reason}).", **values) from error
