"""The results tray: variations that wait to be applied or discarded."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import cached_property

from studio.core.events import Event
from studio.document.layer import GenerativeLayer
from studio.edit.apply import result_layer
from studio.edit.request import EditResult, Pixels, Task

_numbers = itertools.count(1)


@dataclass(frozen=True, eq=False)
class TrayItem:
    """One variation; ``target`` is the layer that it would replace, if any."""

    result: EditResult
    index: int
    target: str | None = None
    id: int = field(default_factory=lambda: next(_numbers))

    @property
    def image(self) -> Pixels:
        """The picture of the whole region, (h, w, 3) uint8."""
        return self.result.images[self.index]

    @property
    def seed(self) -> int:
        """The seed that made it."""
        return self.result.seeds[self.index]

    @property
    def prompt(self) -> str:
        """The prompt that made it."""
        return self.result.request.prompt

    @property
    def can_vary(self) -> bool:
        """Whether another seed makes another picture; in an edit by words nothing is by chance."""
        return self.result.request.task is not Task.REWRITE

    def layer(self) -> GenerativeLayer:
        """Return the layer of this variation, the same object at every call."""
        return self._layer

    @cached_property
    def _layer(self) -> GenerativeLayer:
        return result_layer(self.result, self.index)


class Tray:
    """Variations, newest batch first; ``limit`` bounds how many are kept."""

    def __init__(self, limit: int = 60) -> None:
        self._items: list[TrayItem] = []
        self._limit = limit
        self.selected: TrayItem | None = None
        self.changed: Event[[]] = Event()

    @property
    def items(self) -> tuple[TrayItem, ...]:
        """The variations."""
        return tuple(self._items)

    def add(self, result: EditResult, target: str | None = None) -> tuple[TrayItem, ...]:
        """Put all variations of a result in front; the first one is selected."""
        new = tuple(TrayItem(result, index, target) for index in range(len(result.images)))
        self._items[:0] = new
        del self._items[self._limit :]
        if new:
            self.selected = new[0]
        self.changed.emit()
        return new

    def get(self, item_id: int) -> TrayItem | None:
        """Return a variation by its id, or None."""
        return next((item for item in self._items if item.id == item_id), None)

    def select(self, item_id: int | None) -> None:
        """Select a variation, or none."""
        self.selected = self.get(item_id) if item_id is not None else None
        self.changed.emit()

    def discard(self, item_id: int) -> None:
        """Throw a variation away; its neighbour is selected if it was."""
        item = self.get(item_id)
        if item is None:
            return
        index = self._items.index(item)
        self._items.remove(item)
        if self.selected is item:
            near = self._items[index : index + 1] or self._items[-1:]
            same = [one for one in near if one.result is item.result]
            self.selected = same[0] if same else None
        self.changed.emit()

    def take_batch(self, item_id: int) -> None:
        """Remove a variation and its siblings of the same result."""
        item = self.get(item_id)
        if item is None:
            return
        self._items = [one for one in self._items if one.result is not item.result]
        if self.selected is not None and self.selected.result is item.result:
            self.selected = None
        self.changed.emit()

    def clear(self) -> None:
        """Throw everything away."""
        self._items.clear()
        self.selected = None
        self.changed.emit()
