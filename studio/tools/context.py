"""The interface between canvas tools and the window: context, options and gestures, without Qt."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Protocol, runtime_checkable

from studio.core.events import Event
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.history import Edit
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder
from studio.tools.regions import RegionFinder

Stroke = Generator[None, None, None]


@dataclass(frozen=True, slots=True)
class Pointer:
    """The position of the pointer in document pixels, fractions included, and the keys held.

    ``pressure`` is 0..1; a mouse presses with 1. ``double`` is true for the second press of a
    double click.
    """

    x: float = 0.0
    y: float = 0.0
    pressure: float = 1.0
    shift: bool = False
    alt: bool = False
    control: bool = False
    double: bool = False


@dataclass(frozen=True, slots=True)
class PickedJoint:
    """The figure or joint that keys and menus of the pose tool act on.

    ``layer`` is the id of the pose layer, ``person`` the index of the figure in it.
    """

    layer: str
    person: int
    joint: int | None = None


@dataclass(slots=True)
class ToolOptions:
    """The values of the options bar; ``size`` in document pixels, the others in 0..1.

    ``color`` and ``background`` are sRGB, 0..255 each; ``selection_mode``
    "replace", "add", "subtract", "intersect".
    ``picked_joint`` may refer to something undone: use ``pose_actions.picked``.
    ``object_target`` is one of ``object_targets.TARGETS``.
    ``segment_class`` is a row of ``segmentation.CLASSES``; ``depth`` 1 is near, 0 far.
    ``remove_now``: a stroke removes at its release; ``remove_with_model``: by the model as well.
    ``clone_source`` is the point that the clone stamp copies from, ``clone_offset`` the distance
    from it to the place of the first stroke since, in whole document pixels.
    """

    size: float = 40.0
    hardness: float = 0.8
    opacity: float = 1.0
    color: tuple[int, int, int] = (0, 0, 0)
    background: tuple[int, int, int] = (255, 255, 255)
    selection_mode: str = "replace"
    mask_erase: bool = False
    paint_layer_mask: bool = False
    bone_lock: bool = False
    picked_joint: PickedJoint | None = None
    segment_class: str = "sky"
    depth: float = 1.0
    object_target: str = "selection"
    remove_now: bool = True
    remove_with_model: bool = False
    clone_aligned: bool = True
    clone_new_layer: bool = True
    clone_source: tuple[float, float] | None = None
    clone_offset: tuple[int, int] | None = None


@dataclass(slots=True)
class Overlay:
    """The line, closed or open, that the canvas draws over the picture during a gesture."""

    points: list[tuple[float, float]] = field(default_factory=list)
    closed: bool = False


REACH = 10.0
"""Largest distance at which the pointer picks a handle, in screen pixels."""


class ToolContext:
    """The session, the pointer and the options for a tool's generator.

    ``reach`` is REACH in document pixels at the zoom of the view. ``regions`` and ``objects`` are
    those of the picture; a window finds them on another thread.
    """

    def __init__(self, session: Session, options: ToolOptions) -> None:
        self.session = session
        self.options = options
        self.pointer = Pointer()
        self.released = False
        self.overlay = Overlay()
        self.reach = REACH
        self.regions = RegionFinder()
        self.objects = ObjectFinder(session)
        self.zoom_asked: Event[[Rect, bool]] = Event()
        """A tool asks the view to show a rectangle, or to zoom (True: out) at an empty one."""

    @property
    def document(self) -> Document:
        """The current document."""
        return self.session.document

    def edit(self, label: str) -> AbstractContextManager[Edit]:
        """Start one history entry; closing the generator inside it rolls it back."""
        return self.session.history.edit(label)


class Tool(Protocol):
    """A canvas tool: ``drag`` yields once per pointer event and ends after ``ctx.released``."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Run from the press of the button to its release."""


@runtime_checkable
class ConfirmingTool(Protocol):
    """A tool that Enter on the canvas confirms."""

    def confirm(self, ctx: ToolContext) -> bool:
        """Do what was prepared; False if there is nothing to do."""


@runtime_checkable
class DeletingTool(Protocol):
    """A tool with a meaning of its own for Delete on the canvas while something is selected."""

    def delete(self, ctx: ToolContext) -> bool:
        """Act on the selection; False to leave the key to others."""


class Gesture:
    """Feeds one press-move-release to a tool; ``cancel`` (Esc) rolls everything back."""

    def __init__(self, tool: Tool, ctx: ToolContext) -> None:
        self._tool = tool
        self._ctx = ctx
        self._stroke: Stroke | None = None

    @property
    def is_running(self) -> bool:
        """Whether the button is down and the tool is running."""
        return self._stroke is not None

    def press(self, pointer: Pointer) -> None:
        """Start a gesture; one that is still running is rolled back first."""
        self.cancel()
        self._ctx.pointer = pointer
        self._ctx.released = False
        self._ctx.overlay = Overlay()
        self._stroke = self._tool.drag(self._ctx)
        self._advance()

    def move(self, pointer: Pointer) -> None:
        """Continue the gesture, if one is running."""
        if self._stroke is not None:
            self._ctx.pointer = pointer
            self._advance()

    def release(self, pointer: Pointer) -> None:
        """End the gesture: the tool commits its change."""
        if self._stroke is not None:
            self._ctx.pointer = replace(pointer)
            self._ctx.released = True
            self._advance()
            self.cancel()

    def cancel(self) -> None:
        """Roll back the running gesture."""
        stroke, self._stroke = self._stroke, None
        self._ctx.overlay = Overlay()
        if stroke is not None:
            stroke.close()

    def _advance(self) -> None:
        stroke = self._stroke
        if stroke is None:
            return
        try:
            next(stroke)
        except StopIteration:
            self._stroke = None
            self._ctx.overlay = Overlay()
        except BaseException:
            self._stroke = None
            self._ctx.overlay = Overlay()
            raise
