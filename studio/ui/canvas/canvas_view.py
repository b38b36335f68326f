"""The canvas: shows the document and passes pointer events to the chosen tool."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRect, Qt, QTimer
from PySide6.QtGui import (
    QBrush,
    QColor,
    QImage,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import QWidget

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.raster import Raster, tile_rect
from studio.document.render.compositor import Compositor
from studio.edit.objects import FoundObjects
from studio.edit.reach import Reach
from studio.edit.request import EditRequest, Pixels
from studio.session.session import Session
from studio.tools.context import Tool, ToolOptions
from studio.tools.registry import ToolSpec
from studio.ui.canvas import overlays, pose_overlay
from studio.ui.canvas.canvas_input import CanvasInput
from studio.ui.canvas.object_overlay import ObjectOverlay
from studio.ui.canvas.place_outline import PlaceOutline
from studio.ui.canvas.tiles import Tiles
from studio.ui.canvas.zoomed_view import ZoomedView
from studio.ui.widgets.listening import listen
from studio.ui.widgets.theme import DARK, Theme
from studio.ui.widgets.translation import tr

PAINT_BUDGET = 0.045
"""Seconds for compositing in one paint event; the rest is painted in the next ones."""
CHECKER = 8


class CanvasView(ZoomedView):
    """Paints the session's document in device pixels, so that 100 % is one to one."""

    def __init__(self, session: Session, options: ToolOptions, parent: QWidget | None = None):
        super().__init__(session, options, parent)
        self.show_mask = True
        self._theme = DARK
        self._checker = QPixmap()
        self._tiles: Tiles | None = None
        self._rests = False
        self._mask_tint = overlays.MaskTint()
        self._place: Raster | None = None
        self._place_tint = overlays.MaskTint()
        self._place_line = PlaceOutline()
        self._selection = overlays.Outline()
        self._object: ObjectOverlay | None = None
        self._alone = ""
        self._alone_seen: tuple[Raster, int, int] | None = None
        self._preview: tuple[EditRequest, QImage] | None = None
        self._pending = QTimer(self)
        self._pending.setSingleShot(True)
        self._pending.timeout.connect(self.update)
        self._hover: QPointF | None = None
        self._handles = pose_overlay.PoseHandles()
        self._handles_area = QRect()
        self.input = CanvasInput(self)
        self.setMouseTracking(True)
        self.setTabletTracking(True)
        self.setAcceptDrops(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(200, 160)
        self.setAccessibleName(tr("Canvas"))
        self.grabGesture(Qt.GestureType.PinchGesture)
        listen(self, session.changed, self._on_changed)
        listen(self, session.opened, self._on_opened)
        listen(self, session.tray.changed, self._follow_alone)
        self.set_theme(DARK)

    # Content

    @property
    def is_complete(self) -> bool:
        """Whether everything visible has been composited and painted."""
        return self._tiles is not None and not self._pending.isActive()

    def set_theme(self, theme: Theme) -> None:
        """Paint the background in the colours of a theme."""
        self._theme = theme
        side = CHECKER * 2
        self._checker = QPixmap(side, side)
        self._checker.fill(QColor(theme.checker_a))
        painter = QPainter(self._checker)
        for x, y in ((0, 0), (CHECKER, CHECKER)):
            painter.fillRect(x, y, CHECKER, CHECKER, QColor(theme.checker_b))
        painter.end()
        self.update()

    def set_mask_colour(self, colour: tuple[int, int, int]) -> None:
        """Tint the edit mask in another colour, sRGB."""
        self._mask_tint = overlays.MaskTint(colour)
        self.update()

    def start_painting(self) -> None:
        """Start to paint the picture, once the compositor's loops are compiled."""
        self._rests = False
        self._tiles = Tiles(Compositor(), self.document)
        self.refit()
        self.update()

    def rest(self) -> None:
        """Free the composited picture while the canvas is hidden; ``wake`` makes it again."""
        self._rests = self._rests or self._tiles is not None
        self._tiles = None

    def wake(self) -> None:
        """Paint again after ``rest``."""
        if self._rests:
            self.start_painting()

    def set_tool(self, spec: ToolSpec, tool: Tool) -> None:
        """Pass the pointer to another tool."""
        self.input.set_tool(spec, tool)
        self._handles.hovered = None
        self.setToolTip("")
        self.show_picked()

    def set_preview(self, request: EditRequest | None, pixels: Pixels | None = None) -> None:
        """Show the preview of a step over the request's crop, or nothing."""
        old = self._preview
        if request is None or pixels is None:
            self._preview = None
        else:
            self._preview = request, overlays.preview_image(pixels, request)
        for shown in (old, self._preview):
            if shown is not None:
                self.update_area(shown[0].region)
        self._follow_alone()

    def show_place(self, where: Raster | None, colour: tuple[int, int, int]) -> None:
        """Tint the place of a region prompt on the document, or none."""
        old, self._place = self._place, where
        self._place_tint = overlays.MaskTint(colour)
        for shown in (old, where):
            if shown is not None:
                self.update_area(shown.bounds().intersect(self.document.rect))

    def show_object(self, found: FoundObjects | None) -> None:
        """Tint and outline an object under the pointer, or none."""
        old, self._object = self._object, ObjectOverlay(found) if found is not None else None
        for shown in (old, self._object):
            if shown is not None:
                self.update_area(shown.area, 6)

    def show_reach(self, reach: Reach | None) -> None:
        """Outline the place that the next request changes, or nothing."""
        self._place_line.reach = reach
        self.update()

    def stress_place(self, strong: bool) -> None:
        """Emphasise that outline while the pointer is on Generate."""
        if self._place_line.strong is not strong:
            self._place_line.strong = strong
            self.update()

    @property
    def shows_place(self) -> bool:
        """Whether the place is outlined: not over a result, nor over the steps of a job."""
        covered = self._preview is not None or self.session.tray.selected is not None
        return not covered and self._place_line.is_shown(self.document, self.show_mask)

    @property
    def mask_alone(self) -> str:
        """The id of the layer whose mask is shown instead of the picture, "" for none."""
        layer = self.document.find(self._alone) if self._alone else None
        return self._alone if layer is not None and layer.mask is not None else ""

    def show_mask_alone(self, layer_id: str) -> None:
        """Show the mask of a layer in grey instead of the picture, or the picture again ("")."""
        self._alone = layer_id
        self._follow_alone()

    def _mask_shown(self) -> tuple[Raster, int, int] | None:
        """The mask painted instead of the picture, and its position; steps and results override it.

        Its layer may be hidden or its mask disabled; then no tile of the picture changes.
        """
        layer = self.document.find(self._alone) if self._alone else None
        if layer is None or layer.mask is None or self._preview is not None:
            return None
        return None if self.session.tray.selected else (layer.mask.raster, layer.x, layer.y)

    def _follow_alone(self) -> None:
        old, new = self._alone_seen, self._mask_shown()
        self._alone_seen = new
        if old is None and new is None:
            return
        if old is None or new is None or old[1:] != new[1:] or old[0].default != new[0].default:
            self.update()
            return
        for key in new[0].changed_tiles(old[0]):
            self.update_area(tile_rect(key).shift(new[1], new[2]))

    def show_picked(self) -> None:
        """Show the joint or figure picked in the pose tool, also as text."""
        self._update_handles()
        text = ""
        if self.input.shows_handles:
            text = pose_overlay.picked_text(self.document, self.context.options.picked_joint)
        self.setAccessibleDescription(text)
        self.picked.emit(text)

    def _update_handles(self) -> None:
        """Repaint the handles at their old and their new position."""
        old, self._handles_area = self._handles_area, QRect()
        if self.input.shows_handles:
            self._handles_area = self._handles.area(self.view, self.ratio, self.document)
        for area in (old, self._handles_area):
            if not area.isEmpty():
                self.update(area)

    def _hover_handles(self, point: QPointF | None) -> None:
        place = self.document_point(point) if point is not None else None
        if self._handles.hover(self.document, place, self.reach):
            self.setToolTip(pose_overlay.joint_text(self.document, self._handles.hovered))
            self._update_handles()

    def hover(self, point: QPointF | None) -> None:
        """Draw the brush's circle at a logical point; None hides it."""
        if self.input.shows_handles:
            self._hover_handles(point)
        for place in (self._hover, point):
            if place is not None and self.input.shows_circle:
                radius = self.context.options.size / 2 * self.view.zoom / self.ratio + 4
                side = math.ceil(2 * radius)
                self.update(
                    math.floor(place.x() - radius),
                    math.floor(place.y() - radius),
                    side + 1,
                    side + 1,
                )
        self._hover = point
        if point is None:
            self.pointed.emit(None)
            return
        x, y = self.document_point(point)
        inside = 0 <= x < self.document.width and 0 <= y < self.document.height
        self.pointed.emit((x, y) if inside else None)

    # Changes

    def _on_opened(self) -> None:
        self.input.cancel()
        self._preview = None
        if self._tiles is not None:
            self._tiles = Tiles(Compositor(), self.document)
        self.fit()
        self.show_picked()
        self.update()

    def _on_changed(self, new: Document, old: Document) -> None:
        if self._tiles is None:
            return
        dirty = self._tiles.update(new)
        if self.input.shows_handles:
            self.show_picked()
        if (new.width, new.height) != (old.width, old.height):
            self.refit()
            self.update()
            return
        if len(dirty) > 64:
            self.update()
        else:
            for key in dirty:
                self.update_area(tile_rect(key).intersect(new.rect))
        for mine, theirs in ((new.mask, old.mask), (new.selection, old.selection)):
            self._update_mask(mine, theirs)
        self._follow_alone()

    def _update_mask(self, new: Raster | None, old: Raster | None) -> None:
        if new is old:
            return
        empty = Raster(channels=1)
        for key in (new or empty).changed_tiles(old or empty):
            self.update_area(tile_rect(key))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint background, picture and overlays; compositing stops at the time budget."""
        painter = QPainter(self)
        painter.fillRect(event.rect(), QColor(self._theme.canvas))
        ratio = self.ratio
        painter.scale(1 / ratio, 1 / ratio)
        area = _device(event.rect(), ratio)
        frame = self.view.snapped(self.document.rect)
        shown = frame.intersect(area)
        if not shown.is_empty and self._tiles is not None:
            painter.save()
            painter.setClipRect(overlays.qrect(shown))
            self._paint_picture(painter, shown, frame)
            painter.restore()
        if self._tiles is not None:
            painter.setPen(QColor(0, 0, 0, 110))
            painter.drawRect(overlays.qrect(frame).adjusted(-1, -1, 0, 0))
            self._paint_lines(painter)
        painter.end()

    def _paint_picture(self, painter: QPainter, shown: Rect, frame: Rect) -> None:
        brush = QBrush(self._checker)
        painter.setBrushOrigin(frame.x, frame.y)
        painter.fillRect(overlays.qrect(shown), brush)
        assert self._tiles is not None
        if not self._tiles.paint(painter, self.view, shown, PAINT_BUDGET):
            self._pending.start(0)
        visible = self.view.moved(-shown.x, -shown.y).visible(
            shown.width, shown.height, self.document.rect
        )
        mask = self.document.mask
        if (alone := self._mask_shown()) is not None:
            self._paint_mask_alone(painter, visible, *alone)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, self.view.zoom < 2)
        if self._preview is not None:
            request, image = self._preview
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, True)
            painter.drawImage(overlays.qrect(self.view.snapped(request.region)), image)
        elif mask is not None and self.show_mask and self.session.tray.selected is None:
            self._mask_tint.paint(painter, self.view, mask, visible)
        if self._place is not None and self._preview is None:
            self._place_tint.paint(painter, self.view, self._place, visible)

    def _paint_mask_alone(
        self, painter: QPainter, visible: Rect, mask: Raster, x: int, y: int
    ) -> None:
        if visible.is_empty:
            return
        stride = max(1, int(1 / self.view.zoom))
        picture = overlays.mask_picture(mask, visible.shift(-x, -y), stride)
        covered = Rect(visible.x, visible.y, picture.width() * stride, picture.height() * stride)
        painter.drawImage(overlays.qrect(self.view.snapped(covered)), picture)

    def _paint_lines(self, painter: QPainter) -> None:
        ratio = self.ratio
        if self.shows_place:
            self._place_line.paint(painter, self.view, self.document, ratio)
        if self._object is not None and not self.input.is_dragging:
            self._object.paint(painter, self.view, ratio)
        path = self._selection.path(self.document.selection, self.document.rect)
        if not path.isEmpty():
            overlays.paint_outline(painter, self.view, path, ratio)
        overlay = self.context.overlay
        if overlay.points:
            line = overlays.line_path(overlay.points, overlay.closed)
            overlays.paint_outline(painter, self.view, line, ratio)
        if self.input.shows_handles:
            choice = self.context.options.picked_joint
            self._handles.paint(painter, self.view, ratio, self.document, choice)
        if self._hover is not None and self.input.shows_circle:
            radius = self.context.options.size / 2 * self.view.zoom
            x, y = self._hover.x() * ratio, self._hover.y() * ratio
            overlays.paint_brush(painter, x, y, radius, ratio)


def _device(rect: QRect, ratio: float) -> Rect:
    return Rect.from_edges(
        math.floor(rect.left() * ratio),
        math.floor(rect.top() * ratio),
        math.ceil((rect.right() + 1) * ratio),
        math.ceil((rect.bottom() + 1) * ratio),
    )
