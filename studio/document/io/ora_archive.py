"""Reads the entries of an OpenRaster file within a memory budget; notices for damaged ones."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import BinaryIO

import numpy as np
from PIL import Image

from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.document.io.common import MemoryBudget, broken, check_memory, check_size
from studio.document.io.ora_salvage import ZIP_ERRORS, open_archive
from studio.document.io.ora_values import integer
from studio.document.io.pictures import PILLOW_ERRORS, decode
from studio.document.raster import Pixels, Raster

LABEL = "OpenRaster"
MAX_TEXT = 64 << 20
EXTRA_ERRORS = (KeyError, TypeError, ValueError, AttributeError)
"""The errors that a damaged or forged entry of our own folder can raise."""


class OraArchive:
    """One file; ``notices`` collects the problems found while reading."""

    def __init__(self, stream: BinaryIO, name: str) -> None:
        self.name = name
        self.notices: list[Notice] = []
        self.budget = MemoryBudget(name)
        try:
            self.zip, self.is_cut = open_archive(stream, name)
        except ZIP_ERRORS as error:
            raise broken(name, error, LABEL) from error
        self.entries = {info.filename: info for info in self.zip.infolist()}

    def say(self, message: str, **values: object) -> None:
        """Add a notice."""
        self.notices.append(notice(message, **values))

    def entry(self, name: str) -> bytes | None:
        """Return an entry's bytes; None if it is missing or damaged."""
        info = self.entries.get(name)
        if info is None or info.is_dir():
            return None
        # The declared size is a limit: zipfile reads no byte beyond it.
        check_memory(info.file_size * 2, self.name)
        try:
            return self.zip.read(info)
        except ZIP_ERRORS:
            return None

    def text(self, name: str) -> bytes | None:
        """Return an entry of text; None if it is missing or damaged, StudioError if too long."""
        info = self.entries.get(name)
        if info is not None and info.file_size > MAX_TEXT:
            raise broken(self.name, name, LABEL)
        return self.entry(name)

    def picture(self, name: str) -> Pixels:
        """Return the pixels of an optional PNG; ValueError if they are damaged."""
        data = self.entry(name)
        try:
            with Image.open(io.BytesIO(data or b""), formats=["PNG"]) as image:
                check_size(*image.size, self.name)
                pixels = np.asarray(image)
        except (*PILLOW_ERRORS, Image.DecompressionBombError, StudioError) as error:
            raise ValueError(str(error)) from error
        # Unlike a layer, a result is optional: a lack of memory does not stop the rest.
        if not self.budget.take_bytes(pixels.nbytes):
            raise ValueError("memory")
        return pixels

    def layer_picture(self, name: str, layer: str) -> Raster | None:
        """Return the picture of a layer as RGBA in sRGB; None if it is missing or damaged."""
        data = self.entry(name)
        if data is None:
            return None
        try:
            picture = decode(io.BytesIO(data), layer or name, "PNG")
        except StudioError:
            return None
        self.notices.extend(picture.notices)
        return self.budget.take(Raster.from_array(picture.pixels))

    def raster(self, entry: object) -> Raster | None:
        """Return a raster of our own folder; None if it is damaged.

        Masks are grey or, if made by another program, anything that can be converted to grey.
        """
        if not isinstance(entry, Mapping):
            return None
        try:
            default = min(255, max(0, int(entry["default"])))
            if entry["src"] is None:
                return Raster(channels=4 if entry.get("channels") == 4 else 1, default=default)
            data = self.entry(str(entry["src"]))
            with Image.open(io.BytesIO(data or b""), formats=["PNG"]) as image:
                check_size(*image.size, self.name)
                coloured = image.mode in ("RGB", "RGBA")
                pixels = np.asarray(image.convert("RGBA") if coloured else image.convert("L"))
            x, y = integer(entry["x"]), integer(entry["y"])
            return self.budget.take(Raster.from_array(pixels, x, y, default))
        except (*PILLOW_ERRORS, Image.DecompressionBombError, *EXTRA_ERRORS):
            return None

    def mask(self, entry: object, layer: str) -> Raster | None:
        """Return a one-channel raster of our own folder; None, with a notice, if it is damaged."""
        if entry is None:
            return None
        found = self.raster(entry)
        if found is None:
            message = 'A mask of "{layer}" is missing or damaged and was left out.'
            self.say(message, layer=layer)
        elif found.channels != 1:
            grey = found.read(found.bounds())[:, :, :3].mean(axis=2).astype(np.uint8)
            box = found.bounds()
            found = Raster.from_array(grey, box.x, box.y, found.default)
        return found
