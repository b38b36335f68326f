"""Writes OpenRaster with the `lienzo` folder beside the standard parts."""

from __future__ import annotations

import io
import json
import re
import zipfile
from concurrent.futures import Executor
from typing import Any, BinaryIO
from xml.etree import ElementTree

import numpy as np
from PIL import Image

from studio.core.atomic import Check
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io import ora_metadata, ora_results
from studio.document.io.colour import srgb_profile
from studio.document.io.common import differs, flatten
from studio.document.io.fast_png import encode_png, pool
from studio.document.io.parameters import VERSION
from studio.document.io.pictures import PILLOW_ERRORS, digest
from studio.document.kinds import in_picture, kind_of, write_layer
from studio.document.layer import Layer, LayerMask
from studio.document.metadata import Keep
from studio.document.raster import Pixels, Raster
from studio.document.shareable import shareable
from studio.document.stored import CHILDREN, Entry

MIMETYPE = "image/openraster"
EXTRA = "lienzo/document.json"
EXTRA_VERSION = 2
"""2 stores layers as the journal does; 1 stored their fields elsewhere."""
PICTURE = "raster"
"""The field of a layer whose pixels are the picture for other programs."""
ID = "lienzo-id"
"""The attribute in stack.xml that links a layer to its entry in `EXTRA`."""
INVERSIONS = ("lienzo/inversions/", ".safetensors")
"""The prefix and suffix of attachment names; in the archive the oldest comes first."""

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_THUMBNAIL = (256, 256)
Coverage = tuple[LayerMask, int, int]
"""A mask with the offset of its layer."""


def write_ora(document: Document, stream: BinaryIO, keep: Keep, progress: Progress) -> Check:
    """Write ``document`` and return a check that decodes everything again.

    ``keep`` applies to the metadata of the file that it was opened from.
    """
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive, pool() as threads:
        writer = _Writer(document, archive, threads, keep, progress)
        writer.run()
    expected, texts = writer.pictures, writer.texts

    def check(written: BinaryIO) -> None:
        try:
            with zipfile.ZipFile(written) as found:
                for count, (name, mark) in enumerate(expected.items()):
                    progress.report(0.7 + 0.3 * count / len(expected), "Reading the file back")
                    with Image.open(io.BytesIO(found.read(name)), formats=["PNG"]) as image:
                        if digest(np.asarray(image)) != mark:
                            raise differs(name)
                for name, data in texts.items():
                    if found.read(name) != data:
                        raise differs(name)
        except (*PILLOW_ERRORS, zipfile.BadZipFile) as error:
            raise differs(str(error)) from error

    return check


class _Writer:
    def __init__(
        self,
        document: Document,
        archive: zipfile.ZipFile,
        threads: Executor,
        keep: Keep,
        progress: Progress,
    ) -> None:
        self._keep = keep
        self._document = document
        self._archive = archive
        self._threads = threads
        self._progress = progress
        self._total = sum(1 for _ in document.walk()) + 1
        self._done = 0
        self._next = 0
        self.pictures: dict[str, bytes] = {}
        self.texts: dict[str, bytes] = {}

    def run(self) -> None:
        document = self._document
        self._text("mimetype", MIMETYPE.encode())  # First and uncompressed, as the format requires.
        root = ElementTree.Element(
            "image",
            {
                "version": "0.0.5",
                "w": str(document.width),
                "h": str(document.height),
                # Whole pixels per inch; `EXTRA` has the exact value.
                "xres": str(round(document.dpi)),
                "yres": str(round(document.dpi)),
            },
        )
        stack = ElementTree.SubElement(root, "stack")
        layers = [self.layer(layer, stack, ()) for layer in document.layers]
        self._progress.report(0.7 * self._done / self._total, "Merging the layers")
        merged = flatten(document)
        self.picture("mergedimage.png", merged, profiled=True)
        image = Image.fromarray(merged)
        image.thumbnail(_THUMBNAIL)
        self.picture("Thumbnails/thumbnail.png", np.asarray(image))
        extra: dict[str, Any] = {
            "version": EXTRA_VERSION,
            "writer": VERSION,
            "active": document.active,
            "dpi": document.dpi,
            "selection": self._optional(document.selection, "lienzo/selection.png"),
            "mask": self._optional(document.mask, "lienzo/edit-mask.png"),
            "profile": None,
            "layers": layers,
        }
        if document.profile is not None:
            extra["profile"] = "lienzo/profile.icc"
            self._text("lienzo/profile.icc", document.profile)
        ora_metadata.write(document.metadata, self._keep, self._text)
        for key, data in document.attachments.items():
            self._text(key.join(INVERSIONS), data)
        results = ora_results.describe(document, self.picture)
        if results is not None:
            text = json.dumps(results, ensure_ascii=False, indent=1)
            self._text(ora_results.RESULTS, text.encode())
        self._text(EXTRA, json.dumps(extra, indent=1).encode())  # Names may have lone surrogates.
        xml = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
        self._text("stack.xml", xml)

    def layer(
        self, layer: Layer, parent: ElementTree.Element, outer: tuple[Coverage, ...]
    ) -> Entry:
        """Write a layer into ``parent``, on top of its layers so far, and return its entry."""
        self._progress.report(0.7 * self._done / self._total, "Writing the layers")
        kind = kind_of(layer)
        holds = CHILDREN in kind.parts
        node = ElementTree.Element("stack" if holds else "layer", self._attributes(layer))
        parent.insert(0, node)  # The format lists layers from the top.
        masks = outer
        if layer.mask is not None and layer.mask.enabled:
            masks = (*outer, (layer.mask, layer.x, layer.y))
        store = _LayerStore(self, node, self._next, layer, masks)
        self._next += 1
        entry = write_layer(layer, store)
        if holds:
            passes = layer.blend is BlendMode.PASS_THROUGH
            node.set("isolation", "auto" if passes else "isolate")
        elif "src" not in node.attrib:
            store.put(Raster(), PICTURE)
        self._done += 1
        return {**entry, **store.extra}

    def _attributes(self, layer: Layer) -> dict[str, str]:
        attributes = {
            "name": _NOT_XML.sub("\ufffd", layer.name),
            "opacity": repr(float(layer.opacity)),
            # Other programs would take a control layer for picture content.
            "visibility": "visible" if layer.visible and in_picture(layer) else "hidden",
            "composite-op": layer.blend.value.ora,
            ID: layer.id,
        }
        if layer.locked:
            attributes["edit-locked"] = "true"
        if layer.id == self._document.active:
            attributes["selected"] = "true"
        return attributes

    def fingerprint(self, name: str) -> Entry:
        """Return the fingerprint that identifies an unchanged picture when the file is read."""
        info = self._archive.getinfo(name)
        return {"data": name, "crc": info.CRC, "size": info.file_size}

    def _optional(self, raster: Raster | None, name: str) -> Entry | None:
        return None if raster is None else self.raster(raster, name)

    def raster(self, raster: Raster, name: str) -> Entry:
        """Write a raster; its entry names the PNG, the corner, the channels and the default."""
        box = raster.bounds()
        entry = {"src": name, "x": box.x, "y": box.y, "default": raster.default}
        if box.is_empty:
            return {**entry, "src": None, "channels": raster.channels}
        pixels = raster.read(box)
        self.picture(name, pixels[:, :, 0] if raster.channels == 1 else pixels)
        return entry

    def picture(self, name: str, pixels: Pixels, *, profiled: bool = False) -> None:
        self._progress.check()
        profile = srgb_profile() if profiled else None
        self._archive.writestr(_entry(name), encode_png(pixels, self._threads, profile))
        self.pictures[name] = digest(pixels)

    def _text(self, name: str, data: bytes) -> None:
        self.texts[name] = data
        entry = _entry(name)
        if name in (EXTRA, ora_results.RESULTS, "stack.xml"):
            entry.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(entry, data)


class _LayerStore:
    """Writes one layer: its node in the stack, and its pictures under its number."""

    def __init__(
        self,
        writer: _Writer,
        node: ElementTree.Element,
        number: int,
        layer: Layer,
        masks: tuple[Coverage, ...],
    ) -> None:
        self._writer = writer
        self._node = node
        self._number = number
        self._layer = layer
        self._masks = masks
        self.extra: Entry = {}
        """The data that reveals, on reading, whether another program changed the layer."""

    def put(self, raster: Raster, name: str) -> Entry:
        if name != PICTURE:
            return self._writer.raster(raster, f"lienzo/{name}{self._number:04}.png")
        box = raster.bounds()
        if box.is_empty:
            box = Rect(0, 0, 1, 1)  # PNG has no empty pictures.
        place = box.shift(self._layer.x, self._layer.y)
        pixels = raster.read(box)
        source = stored = f"data/layer{self._number:04}.png"
        if self._masks:
            # Other programs get the picture with its masks applied; we also store it without them.
            stored = f"lienzo/pixels{self._number:04}.png"
            self._writer.picture(stored, pixels)
            pixels[:, :, 3] = multiply_masks(pixels[:, :, 3], place, self._masks)
        self._writer.picture(source, pixels)
        self._node.attrib.update(src=source, x=str(place.x), y=str(place.y))
        self.extra = {**self._writer.fingerprint(source), "corner": [place.x, place.y]}
        return {"src": stored, "x": box.x, "y": box.y, "default": 0}

    def own(self, value: Any) -> Any:
        return shareable(value)

    def layer(self, layer: Layer) -> Entry:
        return self._writer.layer(layer, self._node, self._masks)


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed date, so that two saves of one document are identical.
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def multiply_masks(alpha: Pixels, place: Rect, masks: tuple[Coverage, ...]) -> Pixels:
    """Return ``alpha`` (h, w) of the pixels at ``place`` times every mask, rounded."""
    for mask, x, y in masks:
        part = mask.raster.read(place.shift(-x, -y))[:, :, 0]
        alpha = ((alpha.astype(np.uint16) * part + 127) // 255).astype(np.uint8)
    return alpha
