"""The results tray: variations that stay with the document until they are discarded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial

from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import translatable
from studio.document.document import Document
from studio.document.frame import Frame
from studio.document.layer import GenerativeLayer, new_id
from studio.document.locked import check_unlocked
from studio.document.results import KeptRequest, KeptResult, Results, without
from studio.edit.apply import apply_layer, remake_layer, result_layer
from studio.edit.photo_tools import photo_task
from studio.edit.request import EditRequest, EditResult, Pixels, Task
from studio.edit.rescaling import rescaled

Keep = Callable[[Results], None]
Change = Callable[[str, Callable[[Document], Document]], None]


@dataclass(frozen=True, slots=True, eq=False)
class _Fitted:
    """A result's request and its layer on a canvas of another scale."""

    request: EditRequest
    layer: GenerativeLayer


@dataclass(frozen=True, eq=False)
class TrayItem:
    """One variation; ``result`` contains only this one."""

    kept: KeptResult
    request: EditRequest

    @property
    def id(self) -> str:
        """The id of the variation in the document."""
        return self.kept.id

    @property
    def image(self) -> Pixels:
        """The picture of the whole crop, (h, w, 3) uint8."""
        return self.kept.image

    @property
    def seed(self) -> int:
        """The seed that made it."""
        return self.kept.seed

    @property
    def prompt(self) -> str:
        """The prompt that made it."""
        return self.request.prompt

    @property
    def target(self) -> str | None:
        """The layer that it would replace, if any."""
        return self.kept.request.target

    @property
    def can_vary(self) -> bool:
        """Whether another seed makes another picture; a rewrite is deterministic."""
        tool = photo_task(self.request)
        return self.request.task is not Task.REWRITE if tool is None else tool.varies

    @cached_property
    def result(self) -> EditResult:
        """The result with this variation alone."""
        masks = () if self.kept.mask is None else (self.kept.mask,)
        return EditResult(
            request=self.request, images=(self.image,), seeds=(self.seed,), masks=masks
        )

    def layer(self) -> GenerativeLayer:
        """Return this variation's layer at its original place, the same object at every call."""
        return self._layer

    @cached_property
    def _layer(self) -> GenerativeLayer:
        return result_layer(self.result, 0)

    def offset(self, document: Document) -> tuple[int, int]:
        """Return the offset of the canvas, of the same scale, since the result was requested."""
        x, y = self.kept.request.origin
        return x - document.origin[0], y - document.origin[1]

    def _is_to_scale(self, document: Document) -> bool:
        return self.kept.request.frame.factors(document.frame) == (1.0, 1.0)

    def _fitted(self, document: Document) -> _Fitted:
        """Return the result and its layer on a canvas that was scaled since."""
        found = self._scaled.get(document.frame)
        if found is None:
            result = rescaled(self.result, self.kept.request.frame, document.frame)
            made = result_layer(result, 0).replace(id=self._layer.id)
            found = _Fitted(result.request, made)
            self._scaled.clear()
            self._scaled[document.frame] = found
        return found

    @cached_property
    def _scaled(self) -> dict[Frame, _Fitted]:
        """The newest of ``_fitted``, by the frame of the document."""
        return {}

    def placed(self, document: Document) -> Document:
        """Return a document with this variation as a new layer or in place of its target."""
        if self._is_to_scale(document):
            dx, dy = self.offset(document)
            made = self._layer
            if (dx, dy) != (0, 0):
                made = made.replace(x=dx, y=dy)
        else:
            made = self._fitted(document).layer
        if self.target is not None:
            return remake_layer(document, self.target, made)
        if document.find(made.id) is not None:
            # It was applied before and is added again.
            made = made.replace(id=new_id())
        return apply_layer(document, made)

    def applied(self, document: Document) -> Document:
        """Return a document with this variation applied and marked as such.

        StudioError if its target layer is locked.
        """
        if self.target is not None:
            check_unlocked(document, [self.target])
        return self.placed(document).replace(applied=document.applied | {self.id})

    def more(self, document: Document, variations: int) -> EditRequest:
        """Return the request for further variations, with the seeds that follow this one."""
        request = self.request
        if self._is_to_scale(document):
            region = request.region.shift(*self.offset(document))
            request = request.replace(region=region)
        else:
            request = self._fitted(document).request
        sampling = replace(request.sampling, seed=self.seed + 1, variations=variations)
        return request.replace(sampling=sampling)


class Tray:
    """Shows the results of a document, newest first; one of them may be selected.

    ``keep`` puts new results into the document, ``change`` commits a step of its history.
    """

    def __init__(self, keep: Keep, change: Change) -> None:
        self._keep, self._change = keep, change
        self._items: tuple[TrayItem, ...] = ()
        self._results: Results = ()
        self._applied: frozenset[str] = frozenset()
        self._known: dict[str, TrayItem] = {}
        self._order: dict[str, float] = {}
        self.selected: TrayItem | None = None
        self.changed: Event[[]] = Event()

    @property
    def items(self) -> tuple[TrayItem, ...]:
        """The variations, newest first, or as ``order`` has put them."""
        return self._items

    def order(self, scores: Mapping[str, float]) -> None:
        """Put the variations with the highest scores first, by their ids, and select the best.

        New ones come in front of them. Without scores the newest are first again.
        """
        self._order = dict(scores)
        self._items = self._in_order(self._items)
        best = next((item for item in self._items if item.id in self._order), None)
        self.selected = best or self.selected
        self.changed.emit()

    def score(self, item: TrayItem) -> float | None:
        """Return the score by which ``order`` has put a variation, None if it has none."""
        return self._order.get(item.id)

    def _in_order(self, items: Iterable[TrayItem]) -> tuple[TrayItem, ...]:
        if not self._order:
            places = {kept.id: place for place, kept in enumerate(self._results)}
            return tuple(sorted(items, key=lambda item: places.get(item.id, 0)))
        return tuple(sorted(items, key=lambda item: -self._order.get(item.id, math.inf)))

    def is_applied(self, item: TrayItem) -> bool:
        """Whether a step of the history that is not undone applied a variation."""
        return item.id in self._applied

    def add(
        self,
        result: EditResult,
        target: str | None = None,
        frame: Frame | None = None,
        *,
        select: bool = True,
    ) -> tuple[TrayItem, ...]:
        """Add all variations of a result at the front; the first is selected if ``select``.

        ``frame`` is that of the document at the time of the request, by default that of a canvas
        which was neither cropped nor scaled.
        """
        request = result.request
        frame = frame or Frame()
        kept = KeptRequest(
            recipe=request.to_recipe(),
            image=request.image,
            mask=request.mask,
            pictures=request.recipe_pictures(),
            target=target,
            origin=frame.origin,
            scale=frame.scale,
        )
        masks = result.masks or (None,) * len(result.images)
        new = tuple(
            TrayItem(KeptResult(request=kept, image=image, seed=seed, mask=mask), request)
            for image, seed, mask in zip(result.images, result.seeds, masks, strict=True)
        )
        self._known.update({item.id: item for item in new})
        self._keep(tuple(item.kept for item in new))
        there = tuple(item for item in new if self.get(item.id) is not None)
        if select and there:
            self.selected = there[0]
            self.changed.emit()
        return there

    def follow(self, document: Document) -> int:
        """Show the current results of a document; return the number that cannot be read."""
        if document.results is self._results and document.applied is self._applied:
            return 0
        self._results, self._applied = document.results, document.applied
        items, requests = [], dict[str, EditRequest]()
        for kept in document.results:
            item = self._known.get(kept.id)
            if item is None or item.kept is not kept:
                item = item_of(kept, requests)
            if item is not None:
                items.append(item)
        self._items = self._in_order(items)
        self._known = {item.id: item for item in items}
        if self.selected is not None and self.selected.id not in self._known:
            self.selected = None
        self.changed.emit()
        return len(document.results) - len(items)

    def get(self, item_id: str) -> TrayItem | None:
        """Return a variation by its id, or None."""
        return self._known.get(item_id)

    def select(self, item_id: str | None) -> None:
        """Select a variation, or none."""
        selected = self.get(item_id) if item_id is not None else None
        if selected is not self.selected:
            self.selected = selected
            self.changed.emit()

    def discard(self, item_id: str) -> None:
        """Discard a variation (undoable); if it was selected, its neighbour is selected."""
        item = self.get(item_id)
        if item is None:
            return
        index = self._items.index(item)
        was_selected = self.selected is item
        self._discard({item_id}, translatable("Discard a result"))
        near = (*self._items[index : index + 1], *self._items[-1:])
        if was_selected and near and near[0].kept.request is item.kept.request:
            self.select(near[0].id)

    def clear(self) -> None:
        """Discard all variations (undoable)."""
        if self._items:
            self._discard((item.id for item in self._items), translatable("Discard the results"))

    def _discard(self, gone: Iterable[str], label: str) -> None:
        self._change(label, partial(_without, gone=frozenset(gone)))


def _without(document: Document, gone: frozenset[str]) -> Document:
    return document.replace(
        results=without(document.results, gone), applied=document.applied - gone
    )


def item_of(kept: KeptResult, requests: dict[str, EditRequest] | None = None) -> TrayItem | None:
    """Return the item of a result; None if its recipe cannot be read.

    ``requests`` are those already read, by id.
    """
    requests = {} if requests is None else requests
    asked = kept.request
    request = requests.get(asked.id)
    if request is None:
        try:
            request = EditRequest.from_recipe(asked.recipe, asked.pictures)
        except StudioError:
            return None
        request = request.replace(image=asked.image, mask=asked.mask)
        requests[asked.id] = request
    return TrayItem(kept, request)
