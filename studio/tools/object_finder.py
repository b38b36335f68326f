"""Finds objects under the pointer: asks for the encoding of the picture, decodes, applies masks."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from studio.core.errors import Cancelled, StudioError
from studio.core.events import Event
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.object_targets import with_object
from studio.edit.objects import (
    Clicks,
    EncodedPicture,
    FoundObjects,
    find_objects,
    object_mask,
    person_mask,
    replace_index,
    touches_border,
)
from studio.session.jobs import Job
from studio.session.photo.lift import lift
from studio.session.session import Session
from studio.tools.object_choice import same_object, without_point
from studio.tools.object_pictures import ObjectPictures, Start, at_once

LABEL = "Object selection"


@dataclass(slots=True, eq=False)
class Pick:
    """An object that was put into a target: ``before`` and ``after`` are the documents."""

    found: FoundObjects
    index: int
    mode: str
    target: str
    before: Document = field(repr=False)
    after: Document = field(repr=False)
    mask: Raster = field(repr=False)


class ObjectFinder:
    """The objects of one session's picture; ``start`` runs work that takes longer than a frame."""

    def __init__(self, session: Session, start: Start = at_once) -> None:
        self._session, self._start = session, start
        self.pictures = ObjectPictures(session, start)
        self._waiting: list[Callable[[], None]] = []
        self._pointed: tuple[float, float] | None = None
        self._hovering = False
        self._hover_failed = ""
        self._selecting = 0
        self._clicked: Pick | None = None
        self._lifts = False
        self.pick: Pick | None = None
        self.changed: Event[[]] = Event()
        """``is_busy`` may have changed."""
        self.hovered: Event[[FoundObjects | None]] = Event()
        """The object under the pointer, None if there is none."""
        self.failed: Event[[BaseException]] = Event()
        self.noticed: Event[[Notice]] = Event()
        self.pictures.changed.connect(self.changed.emit)
        self.pictures.replaced.connect(self._on_replaced)
        self.pictures.ready.connect(self._on_ready)
        self.pictures.failed.connect(self._on_failed)

    @property
    def is_busy(self) -> bool:
        """Whether a picture is being encoded or an object selected."""
        return self.pictures.is_busy or bool(self._selecting)

    @property
    def is_ready(self) -> bool:
        """Whether the whole of the last picture is encoded."""
        return self.pictures.is_ready

    def owns(self, job: Job) -> bool:
        """Whether a job encodes a picture of this finder."""
        return self.pictures.owns(job)

    # Encoding

    def prepare(self, visible: Rect | None = None) -> None:
        """Ask for the encoding of the picture, and of its visible part if that is small."""
        self.pictures.prepare(visible)

    def forget(self) -> None:
        """Drop what belongs to the last picture, such as clicks that wait for its encoding."""
        self.pictures.forget()

    def check_jobs(self) -> None:
        """Drop what waits for a job that failed or was cancelled."""
        if self.pictures.check_jobs() and not self.is_ready:
            self._waiting.clear()

    def _on_replaced(self) -> None:
        self._waiting.clear()
        self._pointed, self.pick, self._clicked = None, None, None
        self._lifts = False

    def _on_ready(self) -> None:
        waiting, self._waiting = self._waiting, []
        for call in waiting:
            call()
        if self._pointed is not None:
            self.hover(*self._pointed)

    def _on_failed(self, error: BaseException) -> None:
        self._waiting.clear()
        self._report(error)

    # The object under the pointer

    def hover(self, x: float, y: float) -> None:
        """Look for the object at a point; ``hovered`` follows unless the pointer moves on."""
        self._pointed = (x, y)
        if not self._contains(x, y):
            self.hovered.emit(None)
            return
        if self._hovering or not self.is_ready:
            return
        self._hovering = True
        at, look = (x, y), self.pictures.look
        pictures = self.pictures.candidates(Clicks(((x, y, True),)))

        def found(objects: FoundObjects) -> None:
            self._hovering, self._hover_failed = False, ""
            if self.pictures.look is not look or self._pointed is None:
                self.hovered.emit(None)
                return
            self.hovered.emit(objects if objects.is_clear else None)
            if self._pointed != at:
                self.hover(*self._pointed)

        def failed(error: BaseException) -> None:
            self._hovering = False
            # The pointer moves on, and the same would be said at every pixel.
            if str(error) != self._hover_failed:
                self._hover_failed = str(error)
                self._report(error)

        self._start(lambda _: _find(pictures, Clicks(((*at, True),)), None), found, failed)

    def leave(self) -> None:
        """The pointer has left the picture."""
        self._pointed = None
        self.hovered.emit(None)

    def _contains(self, x: float, y: float) -> bool:
        document = self._session.document
        return 0 <= x < document.width and 0 <= y < document.height

    # Selecting

    def select(self, clicks: Clicks, mode: str, target: str, reach: float = 0.0) -> None:
        """Put the object at a click or in a box into a target, as one history entry.

        A second click within ``reach`` of the last one chooses another size. With "add" and
        "subtract", a click that corrects the last object refines it; any other is a new object.
        Waits for the encoding. An error goes to ``failed``.
        """
        self.prepare()
        if not self.is_ready:
            if self.is_busy:
                self._waiting = [lambda: self.select(clicks, mode, target, reach)]
            return
        last = self._last()
        self._clicked, self._lifts = None, False
        if last is not None and last.mode == mode and _near(last.found.clicks, clicks, reach):
            count = len(last.found.logits)
            self._clicked = last
            if count > 1:
                self._show(last, (last.index + 1) % count)
                return
        pictures = self.pictures.candidates(clicks)
        document = self._session.document
        self._work(
            lambda: _choose(pictures, clicks, mode, last if target != "layer" else None),
            lambda found: self._put(found, mode, target, document),
        )

    def lift(self, clicks: Clicks, reach: float = 0.0) -> None:
        """Lift the object of a double click, whose first click has just selected it or is about to.

        If that click chose another size of an object, the one before it is lifted.
        """
        last = self._clicked or self._last()
        if last is not None and _near(last.found.clicks, clicks, reach):
            now = self._last()
            if now is not None and last.target not in ("selection", "lift"):
                self._session.undo()
            self._lift(last.mask)
        elif self._selecting:
            self._lifts = True
        else:
            self.select(clicks, "replace", "lift", reach)

    def step(self, direction: int) -> None:
        """Choose the next smaller (-1) or larger (1) mask of the last object.

        StudioError if there is no such object; no effect beyond the last size.
        """
        last = self._last()
        if last is None:
            raise StudioError("No object was just selected.", "Click on a thing first.")
        index = last.index + direction
        if 0 <= index < len(last.found.logits):
            self._show(last, index)

    def _last(self) -> Pick | None:
        """Return the last object while nothing else has changed the document."""
        pick = self.pick
        return pick if pick is not None and pick.after is self._session.document else None

    def _show(self, pick: Pick, index: int) -> None:
        changed = replace_index(pick.found, index)
        self._put((changed, pick.mode, pick), pick.mode, pick.target, pick.before)

    def _put(
        self, choice: tuple[FoundObjects, str, Pick | None], mode: str, target: str, now: Document
    ) -> None:
        """Make the mask of the chosen object and put it into the target."""
        found, mode, earlier = choice
        if not found.is_clear and earlier is None:
            self._report(
                StudioError(
                    "No clear object was found here.",
                    "Click on the middle of a thing, or drag a box around it.",
                )
            )
            return
        self._work(
            lambda: object_mask(now, found.picture, found.logits[found.first]),
            lambda made: self._when_free(
                lambda: self._apply(made, found, mode, target, earlier),
            ),
        )

    def _when_free(self, call: Callable[[], None]) -> None:
        """Call a function as soon as no drag is in progress."""
        history = self._session.history

        def ended() -> None:
            stop()
            self._when_free(call)

        if history.is_editing:
            stop = history.ended.connect(ended)
        else:
            call()

    def _apply(
        self,
        made: tuple[Raster, Notice | None],
        found: FoundObjects,
        mode: str,
        target: str,
        earlier: Pick | None,
    ) -> None:
        mask, said = made
        current = self._session.document
        if earlier is not None and earlier.after is not current:
            earlier = None
        base = earlier.before if earlier is not None else current
        if target == "lift" or self._lifts:
            self._lifts = False
            self._lift(mask)
            return
        try:
            after = with_object(base, mask, mode, target)
            if earlier is not None and self._session.history.position > 0:
                self._session.undo()
            self._session.edit(LABEL, lambda _: after)
        except StudioError as error:
            self._report(error)
            return
        after = self._session.document
        self.pick = Pick(found, found.first, mode, target, base, after, mask)
        if said is not None:
            self.noticed.emit(said)
        self._soften(self.pick)

    def _soften(self, pick: Pick) -> None:
        """Give a person the edge of their hair, a moment after the selection, in the same step."""

        def put(mask: Raster) -> None:
            if self._last() is not pick or self._session.history.position == 0:
                return
            after = with_object(pick.before, mask, pick.mode, pick.target)
            self._session.undo()
            self._session.edit(LABEL, lambda _: after)
            pick.mask, pick.after = mask, self._session.document

        def found(mask: Raster | None) -> None:
            if mask is not None:
                self._when_free(lambda: put(mask))

        self._start(lambda _: person_mask(pick.before, pick.mask), found, self._report)

    def _lift(self, mask: Raster) -> None:
        """Make the object a layer of its own, by the engine; nothing to choose again remains."""
        try:
            lift(self._session, mask)
        except StudioError as error:
            self._report(error)

    def _work(self, work: Callable[[], Any], done: Callable[[Any], None]) -> None:
        look = self.pictures.look
        self._selecting += 1

        def over(value: Any) -> None:
            self._selecting -= 1
            if self.pictures.look is look:
                done(value)
            self.changed.emit()

        def failed(error: BaseException) -> None:
            self._selecting -= 1
            self.changed.emit()
            self._report(error)

        self.changed.emit()
        self._start(lambda _: work(), over, failed)

    def _report(self, error: BaseException) -> None:
        self._lifts = False
        if not isinstance(error, Cancelled):
            self.failed.emit(error)


def _find(pictures: list[EncodedPicture], clicks: Clicks, earlier: Pick | None) -> FoundObjects:
    """Return the objects in the smallest encoded picture that has the chosen one whole."""
    found = None
    for picture in pictures:
        logits = None
        if earlier is not None and earlier.found.picture.region == picture.region:
            logits = earlier.found.logits[earlier.index]
        found = find_objects(picture, clicks, logits)
        if not touches_border(found):
            break
    assert found is not None
    return found


def _choose(
    pictures: list[EncodedPicture], clicks: Clicks, mode: str, last: Pick | None
) -> tuple[FoundObjects, str, Pick | None]:
    """Return the object of a click, how it is put there, and the pick that it replaces."""
    alone = len(clicks.points) == 1 and clicks.box is None
    if last is not None and alone and mode in ("add", "subtract") and last.mode != "subtract":
        (x, y, _) = clicks.points[0]
        more = Clicks((*last.found.clicks.points, (x, y, mode == "add")), last.found.clicks.box)
        same = [one for one in pictures if one.region == last.found.picture.region]
        if same:
            found = _find(same, more, last)
            old = last.found.logits[last.index]
            fits = same_object if mode == "add" else without_point
            if fits(old, found.logits[found.first], last.found.picture, (x, y)):
                return found, last.mode, last
    return _find(pictures, clicks, None), mode, None


def _near(old: Clicks, new: Clicks, reach: float) -> bool:
    if old.box is not None or new.box is not None or len(old.points) != 1 or len(new.points) != 1:
        return False
    (x, y, _), (u, v, _) = old.points[0], new.points[0]
    return math.hypot(u - x, v - y) <= reach
