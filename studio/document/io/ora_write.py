"""Writes OpenRaster with the `lienzo` folder beside the standard parts."""

from __future__ import annotations

import dataclasses
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
from studio.document.layer import (
    ControlLayer,
    GenerativeLayer,
    GroupLayer,
    Layer,
    LayerMask,
    RasterLayer,
)
from studio.document.metadata import Keep
from studio.document.raster import Pixels, Raster
from studio.document.shareable import shareable

MIMETYPE = "image/openraster"
EXTRA = "lienzo/document.json"
ID = "lienzo-id"
"""Attribute in stack.xml that ties a layer to its entry in `EXTRA`."""
INVERSIONS = ("lienzo/inversions/", ".safetensors")
"""What the names of attachments begin and end with; in the archive the oldest comes first."""

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_THUMBNAIL = (256, 256)
Coverage = tuple[LayerMask, int, int]
"""A mask with the offset of its layer."""


def write_ora(document: Document, stream: BinaryIO, keep: Keep, progress: Progress) -> Check:
    """Write ``document`` and return the check that decodes everything again.

    ``keep`` counts for the metadata of the file that it was opened from.
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
        self._text("mimetype", MIMETYPE.encode())  # First and stored, as the format demands.
        root = ElementTree.Element(
            "image",
            {
                "version": "0.0.5",
                "w": str(document.width),
                "h": str(document.height),
                # Whole pixels per inch; `EXTRA` has them exactly.
                "xres": str(round(document.dpi)),
                "yres": str(round(document.dpi)),
            },
        )
        stack = ElementTree.SubElement(root, "stack")
        layers = self._layers(document.layers, stack, ())
        self._progress.report(0.7 * self._done / self._total, "Merging the layers")
        merged = flatten(document)
        self._picture("mergedimage.png", merged, profiled=True)
        image = Image.fromarray(merged)
        image.thumbnail(_THUMBNAIL)
        self._picture("Thumbnails/thumbnail.png", np.asarray(image))
        extra: dict[str, Any] = {
            "version": 1,
            "writer": VERSION,
            "active": document.active,
            "dpi": document.dpi,
            "selection": self._raster(document.selection, "lienzo/selection.png"),
            "mask": self._raster(document.mask, "lienzo/edit-mask.png"),
            "profile": None,
            "layers": layers,
        }
        if document.profile is not None:
            extra["profile"] = "lienzo/profile.icc"
            self._text("lienzo/profile.icc", document.profile)
        ora_metadata.write(document.metadata, self._keep, self._text)
        for key, data in document.attachments.items():
            self._text(key.join(INVERSIONS), data)
        results = ora_results.describe(document, self._picture)
        if results is not None:
            text = json.dumps(results, ensure_ascii=False, indent=1)
            self._text(ora_results.RESULTS, text.encode())
        self._text(EXTRA, json.dumps(extra, ensure_ascii=False, indent=1).encode())
        xml = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
        self._text("stack.xml", xml)

    def _layers(
        self, layers: tuple[Layer, ...], parent: ElementTree.Element, outer: tuple[Coverage, ...]
    ) -> list[dict[str, Any]]:
        result = []
        for layer in reversed(layers):  # The format counts from the top.
            self._progress.report(0.7 * self._done / self._total, "Writing the layers")
            number, self._next = self._next, self._next + 1
            masks = outer
            if layer.mask is not None and layer.mask.enabled:
                masks = (*outer, (layer.mask, layer.x, layer.y))
            extra = self._common(layer, number)
            if isinstance(layer, GroupLayer):
                node = ElementTree.SubElement(parent, "stack", self._attributes(layer))
                passes = layer.blend is BlendMode.PASS_THROUGH
                node.set("isolation", "auto" if passes else "isolate")
                extra["expanded"] = layer.expanded
                extra["children"] = self._layers(layer.children, node, masks)
            elif isinstance(layer, RasterLayer):
                node = ElementTree.SubElement(parent, "layer", self._attributes(layer))
                self._pixels(layer, node, extra, masks, number)
            else:
                raise TypeError(f"no way to write a {type(layer).__name__}")
            result.append(extra)
            self._done += 1
        return result

    def _attributes(self, layer: Layer) -> dict[str, str]:
        shown = layer.visible and not isinstance(layer, ControlLayer)
        attributes = {
            "name": _NOT_XML.sub("\ufffd", layer.name),
            "opacity": repr(float(layer.opacity)),
            # Elsewhere a control layer would be taken for a part of the picture.
            "visibility": "visible" if shown else "hidden",
            "composite-op": layer.blend.value.ora,
            ID: layer.id,
        }
        if layer.locked:
            attributes["edit-locked"] = "true"
        if layer.id == self._document.active:
            attributes["selected"] = "true"
        return attributes

    def _common(self, layer: Layer, number: int) -> dict[str, Any]:
        kinds = {GroupLayer: "group", GenerativeLayer: "generative", ControlLayer: "control"}
        extra: dict[str, Any] = {
            "id": layer.id,
            "kind": kinds.get(type(layer), "raster"),
            "blend": layer.blend.value.id,
            "offset": [layer.x, layer.y],
            "mask": None,
        }
        if layer.mask is not None:
            extra["mask"] = self._raster(layer.mask.raster, f"lienzo/mask{number:04}.png")
            extra["mask"]["enabled"] = layer.mask.enabled
        if isinstance(layer, GenerativeLayer):
            extra["recipe"] = shareable(layer.recipe)
            name = f"lienzo/recipe-mask{number:04}.png"
            extra["recipe_mask"] = self._raster(layer.recipe_mask, name)
            extra["recipe_pictures"] = [
                self._recipe_picture(one, f"lienzo/recipe-picture{number:04}-{i:02}.png")
                for i, one in enumerate(layer.recipe_pictures)
            ]
        if isinstance(layer, ControlLayer):
            extra["control"] = shareable(dataclasses.asdict(layer.control))
            extra["visible"] = layer.visible
        return extra

    def _pixels(
        self,
        layer: RasterLayer,
        node: ElementTree.Element,
        extra: dict[str, Any],
        masks: tuple[Coverage, ...],
        number: int,
    ) -> None:
        box = layer.raster.bounds()
        if box.is_empty:
            box = Rect(0, 0, 1, 1)  # PNG knows no empty picture.
        place = box.shift(layer.x, layer.y)
        pixels = layer.raster.read(box)
        source = f"data/layer{number:04}.png"
        if masks:
            extra["pixels"] = f"lienzo/pixels{number:04}.png"
            self._picture(extra["pixels"], pixels)
            pixels[:, :, 3] = covered(pixels[:, :, 3], place, masks)
        self._picture(source, pixels)
        info = self._archive.getinfo(source)
        extra.update(data=source, crc=info.CRC, size=info.file_size, corner=[place.x, place.y])
        node.attrib.update(src=source, x=str(place.x), y=str(place.y))

    def _raster(self, raster: Raster | None, name: str) -> dict[str, Any] | None:
        """Write a one-channel raster; its entry names the PNG, the corner and the default."""
        if raster is None:
            return None
        box = raster.bounds()
        if box.is_empty:
            return {"src": None, "x": 0, "y": 0, "default": raster.default}
        self._picture(name, raster.read(box)[:, :, 0])
        return {"src": name, "x": box.x, "y": box.y, "default": raster.default}

    def _recipe_picture(self, raster: Raster, name: str) -> str:
        """Write a picture, or a mask, whose corner lies at 0, 0; return its name."""
        box = raster.bounds()
        pixels = raster.read(Rect(0, 0, max(1, box.right), max(1, box.bottom)))
        self._picture(name, pixels[:, :, 0] if raster.channels == 1 else pixels)
        return name

    def _picture(self, name: str, pixels: Pixels, *, profiled: bool = False) -> None:
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


def _entry(name: str) -> zipfile.ZipInfo:
    # A fixed date: two saves of one document are the same bytes.
    return zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))


def covered(alpha: Pixels, place: Rect, masks: tuple[Coverage, ...]) -> Pixels:
    """Return ``alpha`` (h, w) of the pixels at ``place`` times every mask, rounded."""
    for mask, x, y in masks:
        part = mask.raster.read(place.shift(-x, -y))[:, :, 0]
        alpha = ((alpha.astype(np.uint16) * part + 127) // 255).astype(np.uint8)
    return alpha
