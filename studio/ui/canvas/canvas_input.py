"""Mouse, tablet, wheel, pinch and keys on the canvas: panning, zooming, and the tools."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, Qt
from PySide6.QtGui import (
    QInputDevice,
    QInputEvent,
    QKeyEvent,
    QMouseEvent,
    QNativeGestureEvent,
    QTabletEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QGestureEvent, QPinchGesture

from studio.core.errors import StudioError
from studio.tools.context import ConfirmingTool, DeletingTool, Gesture, Pointer, Tool
from studio.tools.registry import ToolSpec
from studio.ui.canvas import pose_keys
from studio.ui.canvas.overlays import line_path
from studio.ui.canvas.zoomed_view import ZoomedView

CURSORS = {
    "brush": Qt.CursorShape.BlankCursor,
    "cross": Qt.CursorShape.CrossCursor,
    "move": Qt.CursorShape.SizeAllCursor,
    "hand": Qt.CursorShape.OpenHandCursor,
    "pick": Qt.CursorShape.CrossCursor,
}
ARROW_STEP = 48
ARROWS = {
    Qt.Key.Key_Left: (1, 0),
    Qt.Key.Key_Right: (-1, 0),
    Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}


class CanvasInput(QObject):
    """Filters the events of a canvas and turns them into views and gestures."""

    def __init__(self, canvas: ZoomedView) -> None:
        super().__init__(canvas)
        self._canvas = canvas
        self._spec: ToolSpec | None = None
        self._gesture: Gesture | None = None
        self._tool: Tool | None = None
        self._pan_from: QPointF | None = None
        self._space = False
        self._waiting = False
        kind = QEvent.Type
        self._handlers: dict[QEvent.Type, Callable[[Any], bool]] = {
            kind.MouseButtonPress: self._on_press,
            kind.MouseMove: self._on_move,
            kind.MouseButtonRelease: self._on_release,
            kind.MouseButtonDblClick: self._on_press,
            kind.TabletPress: self._on_tablet,
            kind.TabletMove: self._on_tablet,
            kind.TabletRelease: self._on_tablet,
            kind.Wheel: self._on_wheel,
            kind.NativeGesture: self._on_native_gesture,
            kind.Gesture: self._on_gesture,
            kind.KeyPress: self._on_key_press,
            kind.KeyRelease: self._on_key_release,
            kind.ShortcutOverride: self._on_shortcut_override,
            kind.Leave: self._on_leave,
            kind.FocusOut: self._on_focus_out,
        }
        canvas.installEventFilter(self)

    @property
    def is_dragging(self) -> bool:
        """Whether a gesture of a tool is running."""
        return self._gesture is not None and self._gesture.is_running

    @property
    def _tool_name(self) -> tuple[str, str]:
        return "tool", self._spec.id if self._spec is not None else ""

    @property
    def shows_circle(self) -> bool:
        """Whether the brush's circle is drawn at the pointer."""
        brush = self._spec is not None and self._spec.cursor == "brush"
        return brush and not self._space and self._pan_from is None

    @property
    def shows_handles(self) -> bool:
        """Whether the figures of a pose have handles."""
        return self._spec is not None and self._spec.id == "pose"

    def set_tool(self, spec: ToolSpec, tool: Tool) -> None:
        """Use another tool; a running gesture is rolled back."""
        self.cancel()
        self._spec = spec
        self._gesture = Gesture(tool, self._canvas.context)
        self._tool = tool
        self._update_cursor()
        self._canvas.update()

    def set_waiting(self, waiting: bool) -> None:
        """Show by the cursor that the tool is waiting."""
        self._waiting = waiting
        self._update_cursor()

    def cancel(self) -> bool:
        """Roll the running gesture back; False if there was none."""
        if self._gesture is None or not self._gesture.is_running:
            return False
        self._update_overlay()
        self._gesture.cancel()
        return True

    def finish(self) -> None:
        """End every running gesture and held key; a stroke is kept as far as it was drawn."""
        if self.is_dragging:
            self._drive("release", self._canvas.context.pointer)
        self._pan_from = None
        self._space = False
        self._update_cursor()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Handle the events of the canvas."""
        handler = self._handlers.get(event.type())
        return handler(event) if handler is not None else False

    # Pointer

    def _on_press(self, event: QMouseEvent) -> bool:
        point = event.position()
        hand = self._spec is not None and self._spec.cursor == "hand"
        button = event.button()
        if button is Qt.MouseButton.MiddleButton or (
            button is Qt.MouseButton.LeftButton and (self._space or hand)
        ):
            self._pan_from = point
            self._update_cursor()
            return True
        if button is not Qt.MouseButton.LeftButton:
            return False
        self._drive("press", self._pointer(event, point))
        return True

    def _on_move(self, event: QMouseEvent) -> bool:
        point = event.position()
        if self._pan_from is not None:
            self._canvas.pan(point.x() - self._pan_from.x(), point.y() - self._pan_from.y())
            self._pan_from = point
        elif self.is_dragging:
            self._drive("move", self._pointer(event, point))
        self._canvas.hover(point)
        return True

    def _on_release(self, event: QMouseEvent) -> bool:
        if self._pan_from is not None:
            self._pan_from = None
            self._update_cursor()
        elif self.is_dragging and event.button() is Qt.MouseButton.LeftButton:
            self._drive("release", self._pointer(event, event.position()))
        return True

    def _on_tablet(self, event: QTabletEvent) -> bool:
        if self._space or self._pan_from is not None:
            return False
        point = event.position()
        pointer = self._pointer(event, point, max(0.0, min(1.0, event.pressure())))
        if event.type() is QEvent.Type.TabletPress:
            if event.button() is not Qt.MouseButton.LeftButton:
                return False
            self._drive("press", pointer)
        elif event.type() is QEvent.Type.TabletRelease:
            self._drive("release", pointer)
        elif self.is_dragging:
            self._drive("move", pointer)
        self._canvas.hover(point)
        event.accept()
        return True

    def _pointer(self, event: QInputEvent, point: QPointF, pressure: float = 1.0) -> Pointer:
        x, y = self._canvas.document_point(point)
        held = event.modifiers()
        modifier = Qt.KeyboardModifier
        return Pointer(
            x,
            y,
            pressure,
            shift=bool(held & modifier.ShiftModifier),
            alt=bool(held & modifier.AltModifier),
            control=bool(held & modifier.ControlModifier),
            double=event.type() is QEvent.Type.MouseButtonDblClick,
        )

    def _drive(self, step: str, pointer: Pointer) -> None:
        if self._gesture is None:
            return
        canvas = self._canvas
        options = canvas.context.options
        joint = options.picked_joint
        paint = options.color, options.segment_class, options.depth
        ends = step == "release" and self._gesture.is_running
        canvas.context.reach = canvas.reach
        self._update_overlay()
        try:
            getattr(self._gesture, step)(pointer)
        except StudioError as error:
            canvas.refused.emit(error, self._tool_name)
        else:
            if ends:
                canvas.used.emit(self._tool_name)
        self._update_overlay()
        if (options.color, options.segment_class, options.depth) != paint:
            canvas.color_picked.emit()
        if options.picked_joint != joint:
            canvas.show_picked()

    def _update_overlay(self) -> None:
        overlay = self._canvas.context.overlay
        if overlay.points:
            box = line_path(overlay.points, overlay.closed).boundingRect()
            view, ratio = self._canvas.view, self._canvas.ratio
            left, top = view.to_view(box.left(), box.top())
            right, bottom = view.to_view(box.right(), box.bottom())
            self._canvas.update(
                int(left / ratio) - 4,
                int(top / ratio) - 4,
                int((right - left) / ratio) + 9,
                int((bottom - top) / ratio) + 9,
            )

    def _on_leave(self, event: QEvent) -> bool:
        self._canvas.hover(None)
        return False

    def _on_focus_out(self, event: QEvent) -> bool:
        self._space = False
        self._update_cursor()
        return False

    # Zoom

    def _on_wheel(self, event: QWheelEvent) -> bool:
        pixels, angle = event.pixelDelta(), event.angleDelta()
        held = event.modifiers()
        modifier = Qt.KeyboardModifier
        zooms = held & (modifier.ControlModifier | modifier.AltModifier)
        if zooms or not (_by_fingers(event) or held & modifier.ShiftModifier):
            # With Alt, Qt reports a horizontal wheel.
            turn = angle.y() or (angle.x() if zooms else 0)
            if turn:
                self._canvas.zoom_to(self._canvas.view.zoom * 2 ** (turn / 360), event.position())
                return True
        if not pixels.isNull():
            dx, dy = float(pixels.x()), float(pixels.y())
        else:
            dx, dy = angle.x() / 120 * ARROW_STEP, angle.y() / 120 * ARROW_STEP
        if held & modifier.ShiftModifier and dx == 0:
            dx, dy = dy, 0.0
        self._canvas.pan(dx, dy)
        return True

    def _on_native_gesture(self, event: QNativeGestureEvent) -> bool:
        if event.gestureType() is not Qt.NativeGestureType.ZoomNativeGesture:
            return False
        self._canvas.zoom_to(self._canvas.view.zoom * (1 + event.value()), event.position())
        return True

    def _on_gesture(self, event: QGestureEvent) -> bool:
        pinch = event.gesture(Qt.GestureType.PinchGesture)
        if not isinstance(pinch, QPinchGesture):
            return False
        self.cancel()
        center = self._canvas.mapFromGlobal(pinch.centerPoint().toPoint())
        self._canvas.zoom_to(self._canvas.view.zoom * pinch.scaleFactor(), QPointF(center))
        return True

    # Keys

    def _on_shortcut_override(self, event: QKeyEvent) -> bool:
        # The canvas claims Esc, Space, Return and the arrows while it has the focus; Delete only
        # while a result is shown, Tab only while it steps from joint to joint.
        own = [Qt.Key.Key_Escape, Qt.Key.Key_Space, Qt.Key.Key_Return]
        if self._canvas.session.tray.selected is not None or self._deletes:
            own.append(Qt.Key.Key_Delete)
        if self.shows_handles and pose_keys.has_stops(self._canvas.session):
            own.append(Qt.Key.Key_Tab)
        pose = self.shows_handles and pose_keys.owns(
            self._canvas.session, self._canvas.context.options, event
        )
        if pose or (event.key() in own and not event.modifiers()):
            event.accept()
            return True
        return False

    def _on_key_press(self, event: QKeyEvent) -> bool:
        key = event.key()
        canvas = self._canvas
        if key == Qt.Key.Key_Escape:
            return self.cancel() or self._deselect() or self._on_pose_key(event)
        if self._on_pose_key(event):
            return True
        if key == Qt.Key.Key_Space:
            if not event.isAutoRepeat():
                self._space = True
                self._update_cursor()
                canvas.update()
            return True
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and canvas.session.tray.selected:
            canvas.apply_asked.emit()
            return True
        if key == Qt.Key.Key_Delete and canvas.session.tray.selected:
            canvas.discard_asked.emit()
            return True
        if self._on_tool_key(key):
            return True
        for arrow, (x, y) in ARROWS.items():
            if key == arrow and not event.modifiers():
                canvas.pan(x * ARROW_STEP, y * ARROW_STEP)
                return True
        return False

    def _deselect(self) -> bool:
        """Deselect the result; False if none is selected."""
        tray = self._canvas.session.tray
        shown = tray.selected is not None
        tray.select(None)
        return shown

    @property
    def _deletes(self) -> bool:
        """Whether Delete belongs to the tool, which removes what is selected."""
        selected = self._canvas.context.document.selection is not None
        return isinstance(self._tool, DeletingTool) and selected

    def _on_tool_key(self, key: int) -> bool:
        """Let the tool handle Enter or Delete; False if it does not."""
        tool, context = self._tool, self._canvas.context
        if self.is_dragging:
            return False
        try:
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(tool, ConfirmingTool):
                return tool.confirm(context)
            if key == Qt.Key.Key_Delete and isinstance(tool, DeletingTool):
                return tool.delete(context)
        except StudioError as error:
            self._canvas.refused.emit(error, self._tool_name)
            return True
        return False

    def _on_pose_key(self, event: QKeyEvent) -> bool:
        """Pass a key to the pose tool; False if it does not handle it."""
        canvas = self._canvas
        if not self.shows_handles or self.is_dragging:
            return False
        joint = canvas.context.options.picked_joint
        try:
            return pose_keys.handle_key(canvas.session, canvas.context.options, event)
        except StudioError as error:
            canvas.refused.emit(error, self._tool_name)
            return True
        finally:
            if canvas.context.options.picked_joint != joint:
                canvas.show_picked()

    def _on_key_release(self, event: QKeyEvent) -> bool:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self._pan_from = None
            self._update_cursor()
            self._canvas.update()
            return True
        return False

    def _update_cursor(self) -> None:
        if self._pan_from is not None:
            shape = Qt.CursorShape.ClosedHandCursor
        elif self._space:
            shape = Qt.CursorShape.OpenHandCursor
        elif self._waiting:
            shape = Qt.CursorShape.BusyCursor
        else:
            shape = CURSORS[self._spec.cursor] if self._spec else Qt.CursorShape.ArrowCursor
        self._canvas.setCursor(shape)


def _by_fingers(event: QWheelEvent) -> bool:
    """Whether two fingers scroll on a touchpad, which pans the picture like a page."""
    touchpad = event.pointingDevice().type() is QInputDevice.DeviceType.TouchPad
    return touchpad or event.phase() is not Qt.ScrollPhase.NoScrollPhase
