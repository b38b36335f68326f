"""Cache of composited tiles as Qt images, filled within a time budget."""

from __future__ import annotations

import time
from collections import OrderedDict

from PySide6.QtCore import QRect
from PySide6.QtGui import QImage, QPainter

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.raster import TILE, Key, keys_in
from studio.document.render.compositor import Compositor
from studio.ui.canvas.view_transform import View, level_of
from studio.ui.widgets.pixels import image_of

CAPACITY = 900
"""Tiles kept as pictures, 256 KiB each."""
NEAREST_FROM = 2.0
"""From this zoom on pixels are shown as squares."""


class Tiles:
    """Paints a document; tiles not ready within the budget are painted the next time."""

    def __init__(self, compositor: Compositor, document: Document) -> None:
        self._compositor = compositor
        self._document = document
        self._images: OrderedDict[tuple[int, Key], QImage] = OrderedDict()
        self._prepared: set[tuple[int, Key]] = set()
        compositor.update(document)

    def update(self, document: Document) -> set[Key]:
        """Show another document and return the level-0 tiles that may look different."""
        dirty = self._compositor.update(document)
        if (document.width, document.height) != (self._document.width, self._document.height):
            self._images.clear()
            self._prepared.clear()
        self._document = document
        top = self._top_level()
        for column, row in dirty:
            for level in range(top + 1):
                name = level, (column >> level, row >> level)
                self._images.pop(name, None)
                self._prepared.discard(name)
        return dirty

    def paint(self, painter: QPainter, view: View, area: Rect, budget: float) -> bool:
        """Paint the part of the document in ``area`` (device pixels); False if more is to come.

        ``painter`` works in device pixels; ``budget`` is in seconds.
        """
        level = min(level_of(view.zoom), self._top_level())
        span = TILE << level
        visible = view.moved(-area.x, -area.y).visible(area.width, area.height, self._document.rect)
        keys = list(keys_in(_scaled(visible, level)))
        deadline = time.perf_counter() + budget
        complete = True
        smooth = view.zoom < NEAREST_FROM and view.zoom != 1.0
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for key in keys:
            rect = Rect(key[0] * span, key[1] * span, span, span).intersect(self._document.rect)
            image = self._image(key, level, deadline)
            if image is None:
                complete = False
                self._paint_stand_in(painter, view, key, level)
                continue
            target = view.snapped(rect)
            source_w = max(1, -(-rect.width >> level) if level else rect.width)
            source_h = max(1, -(-rect.height >> level) if level else rect.height)
            painter.drawImage(_qrect(target), image, QRect(0, 0, source_w, source_h))
        return complete

    def _top_level(self) -> int:
        longest = max(self._document.width, self._document.height)
        return max(0, (longest - 1) // TILE).bit_length()

    def _image(self, key: Key, level: int, deadline: float) -> QImage | None:
        name = level, key
        image = self._images.get(name)
        if image is not None:
            self._images.move_to_end(name)
            return image
        if time.perf_counter() > deadline or not self._prepare(key, level, deadline):
            return None
        image = image_of(self._compositor.tile(key, level), premultiplied=True)
        self._images[name] = image
        while len(self._images) > CAPACITY:
            self._images.popitem(last=False)
        return image

    def _prepare(self, key: Key, level: int, deadline: float) -> bool:
        """Composite a tile and all finer tiles below it, bottom up; False after the deadline."""
        if (level, key) in self._prepared:
            return True
        if level > 0:
            for child in _children(key):
                span = TILE << (level - 1)
                area = Rect(child[0] * span, child[1] * span, span, span)
                if area.intersect(self._document.rect).is_empty:
                    continue
                if not self._prepare(child, level - 1, deadline):
                    return False
        self._compositor.tile(key, level)
        self._prepared.add((level, key))
        return time.perf_counter() <= deadline

    def _paint_stand_in(self, painter: QPainter, view: View, key: Key, level: int) -> None:
        """Paint the matching part of a coarser cached tile, to avoid flicker."""
        span = TILE << level
        rect = Rect(key[0] * span, key[1] * span, span, span).intersect(self._document.rect)
        for up in range(1, self._top_level() - level + 1):
            image = self._images.get((level + up, (key[0] >> up, key[1] >> up)))
            if image is None:
                continue
            size = TILE << (level + up)
            x = (rect.x % size) >> (level + up)
            y = (rect.y % size) >> (level + up)
            width, height = rect.width >> (level + up), rect.height >> (level + up)
            source = QRect(x, y, max(1, width), max(1, height))
            painter.drawImage(_qrect(view.snapped(rect)), image, source)
            return


def _children(key: Key) -> tuple[Key, Key, Key, Key]:
    x, y = key[0] * 2, key[1] * 2
    return (x, y), (x + 1, y), (x, y + 1), (x + 1, y + 1)


def _scaled(rect: Rect, level: int) -> Rect:
    """Return a document rectangle in pixels of a pyramid level, rounded outwards."""
    if rect.is_empty:
        return Rect(0, 0, 0, 0)
    right, bottom = -(-rect.right >> level), -(-rect.bottom >> level)
    return Rect.from_edges(rect.x >> level, rect.y >> level, right, bottom)


def _qrect(rect: Rect) -> QRect:
    return QRect(rect.x, rect.y, rect.width, rect.height)
