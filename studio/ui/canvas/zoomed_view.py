"""The base of the canvas: a widget that shows a session's document at a zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Signal
from PySide6.QtGui import QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.session.session import Session
from studio.tools.context import REACH, ToolContext, ToolOptions
from studio.ui.canvas import view_transform
from studio.ui.canvas.view_transform import View
from studio.ui.widgets.listening import listen


class ZoomedView(QWidget):
    """Maps the document to the widget by zoom and position; paints nothing.

    Works in device pixels, so that 100 % is one to one. ``CanvasView`` paints it, and
    ``CanvasInput`` turns its events into gestures.
    """

    viewed = Signal()
    """The zoom or the position changed."""
    pointed = Signal(object)
    """The document point under the pointer (x, y), or None outside."""
    refused = Signal(object, object)
    """A StudioError that a tool raised, and which tool."""
    used = Signal(object)
    """The tool that has finished its action."""
    color_picked = Signal()
    picked = Signal(str)
    """Text that describes the pose tool's pick, after the pick or its object changed."""
    apply_asked = Signal()
    discard_asked = Signal()

    def __init__(self, session: Session, options: ToolOptions, parent: QWidget | None = None):
        super().__init__(parent)
        self.session = session
        self.context = ToolContext(session, options)
        self.view = View()
        self._fitted = True
        self._fitted_in = QSize()
        self._fitted_hidden = True
        self._corner = QPoint()
        listen(self, self.context.zoom_asked, self._on_zoom_asked)

    @property
    def document(self) -> Document:
        """The document that is painted, including the selected variation."""
        return self.session.shown

    @property
    def ratio(self) -> float:
        """Device pixels per logical pixel."""
        return self.devicePixelRatioF()

    @property
    def device_size(self) -> tuple[int, int]:
        """Width and height in device pixels."""
        return round(self.width() * self.ratio), round(self.height() * self.ratio)

    def hover(self, point: QPointF | None) -> None:
        """Follow the pointer to a logical point, None when it leaves the widget."""
        raise NotImplementedError

    def show_picked(self) -> None:
        """Show the joint or figure picked in the pose tool, also as text."""
        raise NotImplementedError

    # Zoom and place

    def set_view(self, view: View) -> None:
        """Show another part of the document."""
        self._fitted = False
        self._set_view(view)

    def fit(self) -> None:
        """Show the whole canvas, also when the window changes its size."""
        self._fitted = True
        self._fitted_in = self.window().size()
        self._fitted_hidden = not self.isVisible()
        self._corner = self.mapTo(self.window(), QPoint(0, 0))
        self._set_view(view_transform.fit(*self.device_size, self.document.rect))

    def refit(self) -> None:
        """Fit the picture again if it was fitted before the window had its final size."""
        if self._fitted:
            self.fit()

    def zoom_to(self, zoom: float, at: QPointF | None = None) -> None:
        """Set the zoom, around a logical point or the centre."""
        point = at if at is not None else QPointF(self.width() / 2, self.height() / 2)
        x, y = point.x() * self.ratio, point.y() * self.ratio
        self.set_view(self.view.zoomed(zoom, x, y))

    def _on_zoom_asked(self, area: Rect, out: bool) -> None:
        if area.is_empty:
            self.zoom_step(-1 if out else 1, QPointF(self.widget_point(area.x, area.y)))
        else:
            self.set_view(view_transform.around(*self.device_size, area))

    def zoom_step(self, direction: int, at: QPointF | None = None) -> None:
        """Zoom in (+1) or out (-1) by one step."""
        self.zoom_to(view_transform.step(self.view.zoom, direction), at)

    def pan(self, dx: float, dy: float) -> None:
        """Move the picture by logical pixels."""
        self.set_view(self.view.moved(dx * self.ratio, dy * self.ratio))

    def _set_view(self, view: View) -> None:
        view = view.kept(*self.device_size, self.document.rect)
        if view != self.view:
            self.view = view
            self.update()
            self.viewed.emit()

    def document_point(self, point: QPointF) -> tuple[float, float]:
        """Return the document point under a logical point of the widget."""
        return self.view.to_document(point.x() * self.ratio, point.y() * self.ratio)

    def widget_point(self, x: float, y: float) -> QPoint:
        """Return the logical point of the widget at a document point."""
        u, v = self.view.to_view(x, y)
        return QPoint(round(u / self.ratio), round(v / self.ratio))

    def update_area(self, area: Rect, margin: int = 3) -> None:
        """Repaint a document rectangle."""
        if area.is_empty:
            return
        rect, ratio = self.view.snapped(area), self.ratio
        left, top = math.floor(rect.x / ratio), math.floor(rect.y / ratio)
        right, bottom = math.ceil(rect.right / ratio), math.ceil(rect.bottom / ratio)
        self.update(
            QRect(left, top, right - left, bottom - top).adjusted(-margin, -margin, margin, margin)
        )

    @property
    def reach(self) -> float:
        """Largest distance at which a handle is picked, in document pixels."""
        return REACH * self.ratio / self.view.zoom

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitted picture fitted after a resize; otherwise leave the picture in place.

        A picture fitted before the page was shown is fitted again to the current size.
        A panel or a bar that opens takes space from the canvas. The picture is then neither scaled
        nor moved: the point under the pointer stays under it.
        """
        size = self.window().size()
        if self._fitted and (size != self._fitted_in or self._fitted_hidden):
            self.fit()
        else:
            self._stay()

    def moveEvent(self, event: QMoveEvent) -> None:
        """Keep the picture in place on the screen when the canvas moves within the window."""
        self._stay()

    def _stay(self) -> None:
        corner = self.mapTo(self.window(), QPoint(0, 0))
        moved, self._corner = corner - self._corner, corner
        shift = self.view.moved(-moved.x() * self.ratio, -moved.y() * self.ratio)
        self._set_view(shift)
