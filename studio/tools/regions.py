"""Superpixels of the visible picture, found once per picture on another thread."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from studio.control_maps.segmentation import superpixels
from studio.core.errors import Cancelled
from studio.core.events import Event
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.kinds import in_picture
from studio.document.layer import GroupLayer, Layer
from studio.edit.prepare import visible_rgb

STRIP = 64
"""Rows or columns per step of the search for boxes around the regions."""

Labels = NDArray[np.uint16]
Look = tuple[object, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Regions:
    """The index of the superpixel at each pixel of the canvas, (h, w), and a box around each."""

    labels: Labels
    boxes: tuple[Rect, ...]


class Running(Protocol):
    """Running work that can be stopped."""

    def cancel(self) -> None:
        """Ask the work to stop."""


Start = Callable[
    [Callable[[Progress], Regions], Callable[[Regions], None], Callable[[BaseException], None]],
    Running | None,
]
"""Starts the work and calls the second with its result or the third with its error, in the thread
of the finder, at once or later."""


def at_once(
    work: Callable[[Progress], Regions],
    done: Callable[[Regions], None],
    failed: Callable[[BaseException], None],
) -> None:
    """Do the work synchronously; errors propagate."""
    done(work(Progress()))


class RegionFinder:
    """Keeps the regions of one picture; ``start`` runs the search."""

    def __init__(self, start: Start = at_once) -> None:
        self._start = start
        self._wanted: Look = ()
        self._found: Regions | None = None
        self._running: Running | None = None
        self._waiting: list[Callable[[Regions], None]] = []
        self.is_busy = False
        self.changed: Event[[]] = Event()
        """``is_busy`` may have changed."""
        self.failed: Event[[BaseException]] = Event()

    def get(self, document: Document) -> Regions | None:
        """Return the regions of the visible picture, or start their search and return None."""
        look = (document.width, document.height, *looks(document.layers))
        if look != self._wanted:
            self._find(document, look)
        return self._found

    def when_found(self, call: Callable[[Regions], None]) -> None:
        """Call once the running search has found the regions; never if it is cancelled."""
        if self.is_busy:
            self._waiting.append(call)

    def forget(self) -> None:
        """Drop the regions of the last picture, and stop the search."""
        if self._running is not None:
            self._running.cancel()
        self._wanted, self._found, self._running = (), None, None
        self._waiting.clear()
        self._set_busy(False)

    def _find(self, document: Document, look: Look) -> None:
        self.forget()
        self._wanted = look
        self._set_busy(True)

        def done(regions: Regions) -> None:
            if self._wanted is look:
                self._found, self._running = regions, None
                self._set_busy(False)
                waiting, self._waiting = self._waiting, []
                for call in waiting:
                    call(regions)

        def failed(error: BaseException) -> None:
            if self._wanted is look:
                self.forget()
            if not isinstance(error, Cancelled):
                self.failed.emit(error)

        running = self._start(lambda progress: regions_of(document, progress), done, failed)
        if self.is_busy and self._wanted is look:
            self._running = running

    def _set_busy(self, busy: bool) -> None:
        if busy != self.is_busy:
            self.is_busy = busy
            self.changed.emit()


def regions_of(document: Document, progress: Progress) -> Regions:
    """Return the superpixels of the visible picture of a document."""
    picture = visible_rgb(document, document.rect)
    progress.check()
    found = superpixels(picture)
    progress.check()
    # There are only hundreds of them; int32 would need twice the memory.
    labels = found.astype(np.uint16)
    return Regions(labels, _boxes(labels))


def _boxes(labels: Labels) -> tuple[Rect, ...]:
    count = int(labels.max(initial=0)) + 1
    edges = []
    for axis, length in enumerate(labels.shape):
        first, last = np.full(count, length), np.zeros(count, np.intp)
        for start in range(0, length, STRIP):
            strip = labels.take(range(start, min(start + STRIP, length)), axis)
            there = np.bincount(strip.reshape(-1), minlength=count) > 0
            first[there] = np.minimum(first[there], start)
            last[there] = min(start + STRIP, length)
        edges.append((first, last))
    (top, bottom), (left, right) = edges
    return tuple(
        _exact(labels, number, *(int(edge[number]) for edge in (left, top, right, bottom)))
        for number in range(count)
    )


def _exact(labels: Labels, number: int, left: int, top: int, right: int, bottom: int) -> Rect:
    """Return the exact box around a region inside four edges."""
    region = labels[top:bottom, left:right] == number
    rows, columns = np.flatnonzero(region.any(axis=1)), np.flatnonzero(region.any(axis=0))
    if not rows.size:
        return Rect(left, top, 0, 0)
    return Rect.from_edges(
        left + int(columns[0]), top + int(rows[0]), left + int(columns[-1]) + 1,
        top + int(rows[-1]) + 1,
    )  # fmt: skip


def looks(layers: tuple[Layer, ...]) -> Iterator[object]:
    """Yield a key of the visible picture, equal for documents that share its layers and tiles.

    Control layers are no part of the picture, so that filling one does not restart the search.
    """
    for layer in layers:
        if isinstance(layer, GroupLayer):
            yield layer.visible, layer.opacity, layer.blend, layer.mask, layer.x, layer.y
            yield tuple(looks(layer.children))
        elif in_picture(layer):
            yield layer
