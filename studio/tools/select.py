"""The rectangle and lasso selection tools."""

from __future__ import annotations

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.selection import select_none, select_polygon, select_rect
from studio.tools.context import Stroke, ToolContext

Point = tuple[float, float]
CLICK = 2.0
"""A drag shorter than this many pixels is a click, which clears the selection."""


def mode_of(ctx: ToolContext) -> str:
    """Return "replace", "add", "subtract" or "intersect" from the keys, else from the options."""
    if ctx.pointer.shift and ctx.pointer.alt:
        return "intersect"
    if ctx.pointer.shift:
        return "add"
    if ctx.pointer.alt:
        return "subtract"
    return ctx.options.selection_mode


class RectangleTool:
    """Selects whole pixels between the press and the release; Control makes it a square."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Draw the outline while dragging; select at the release."""
        mode = mode_of(ctx)
        start = ctx.pointer.x, ctx.pointer.y
        with ctx.edit("Rectangle selection") as edit:
            while True:
                end = _square(start, ctx) if ctx.pointer.control else (ctx.pointer.x, ctx.pointer.y)
                corners = [start, (end[0], start[1]), end, (start[0], end[1])]
                ctx.overlay.points, ctx.overlay.closed = corners, True
                if ctx.released:
                    break
                yield
            rect = _pixels(start, end).intersect(ctx.document.rect)
            if rect.is_empty or max(abs(end[0] - start[0]), abs(end[1] - start[1])) < CLICK:
                edit.document = _clicked(edit.before, mode)
            else:
                edit.document = select_rect(edit.before, rect, mode)


class LassoTool:
    """Selects the area that the pointer encloses."""

    def drag(self, ctx: ToolContext) -> Stroke:
        """Follow the pointer; close the line at the release."""
        mode = mode_of(ctx)
        points: list[Point] = []
        with ctx.edit("Lasso selection") as edit:
            while True:
                points.append((ctx.pointer.x, ctx.pointer.y))
                ctx.overlay.points = points
                if ctx.released:
                    break
                yield
            if _extent(points) < CLICK:
                edit.document = _clicked(edit.before, mode)
            else:
                edit.document = select_polygon(edit.before, points, mode)


def _clicked(document: Document, mode: str) -> Document:
    if mode == "replace" and document.selection is not None:
        return select_none(document)
    return document


def _extent(points: list[Point]) -> float:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return max(max(xs) - min(xs), max(ys) - min(ys))


def _square(start: Point, ctx: ToolContext) -> Point:
    dx, dy = ctx.pointer.x - start[0], ctx.pointer.y - start[1]
    side = max(abs(dx), abs(dy))
    return start[0] + (side if dx >= 0 else -side), start[1] + (side if dy >= 0 else -side)


def _pixels(a: Point, b: Point) -> Rect:
    left, right = sorted((round(a[0]), round(b[0])))
    top, bottom = sorted((round(a[1]), round(b[1])))
    return Rect.from_edges(left, top, right, bottom)
