"""The handles of the pose tool: joints and limbs of the same screen size at every zoom."""

from __future__ import annotations

import math

from PySide6.QtCore import QLineF, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from studio.control_maps.pose import COLOURS, LIMBS, Joints
from studio.control_maps.pose_edit import nearest_joint
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer
from studio.tools.context import PickedJoint
from studio.tools.pose_actions import find_pose, is_seen, shown_people, valid_pick
from studio.ui.canvas.view_transform import View
from studio.ui.widgets.translation import mark, tr

NAMES = (
    mark("nose"), mark("neck"), mark("right shoulder"), mark("right elbow"), mark("right wrist"),
    mark("left shoulder"), mark("left elbow"), mark("left wrist"), mark("right hip"),
    mark("right knee"), mark("right ankle"), mark("left hip"), mark("left knee"),
    mark("left ankle"), mark("right eye"), mark("left eye"), mark("right ear"), mark("left ear"),
)  # fmt: skip
"""The joints' names, in the order of ``studio.control_maps.pose.JOINTS``."""

RADIUS = 4.5
LARGE = 7.0
MARGIN = 14
"""Screen pixels: radii of a joint and of a hovered or picked one, and margin for repainting."""
UNSURE = 0.5
FAINT = 110
"""Opacity (of 255) of a joint whose confidence is below ``UNSURE``."""

Place = tuple[int, int]


class PoseHandles:
    """Paints the figures of the pose layer that the tool edits; ``hovered`` is (person, joint)."""

    def __init__(self) -> None:
        self.hovered: Place | None = None
        self._known: tuple[ControlLayer, Rect, list[Joints]] | None = None

    def people(self, document: Document) -> list[Joints]:
        """Return the figures in pixels of the document; none if the layer is hidden."""
        layer = find_pose(document)
        if layer is None or not is_seen(document, layer):
            return []
        if self._known is None or self._known[0] is not layer or self._known[1] != document.rect:
            people = shown_people(layer, document.rect)
            for person in people:
                person[:, :2] += (layer.x, layer.y)
            self._known = layer, document.rect, people
        return self._known[2]

    def hover(self, document: Document, place: tuple[float, float] | None, reach: float) -> bool:
        """Hover over a point of the document, or none; True if the hovered joint changed."""
        people = self.people(document) if place is not None else []
        found = nearest_joint(people, *place, reach) if place is not None and people else None
        changed = found != self.hovered
        self.hovered = found
        return changed

    def area(self, view: View, ratio: float, document: Document) -> QRect:
        """Return the bounding rectangle of the handles in logical pixels of the widget."""
        people = self.people(document)
        if not people:
            return QRect()
        xs = [float(x) for person in people for x in person[:, 0]]
        ys = [float(y) for person in people for y in person[:, 1]]
        left, top = view.to_view(min(xs), min(ys))
        right, bottom = view.to_view(max(xs), max(ys))
        corner = math.floor(left / ratio) - MARGIN, math.floor(top / ratio) - MARGIN
        width, height = math.ceil((right - left) / ratio), math.ceil((bottom - top) / ratio)
        return QRect(*corner, width + 2 * MARGIN + 1, height + 2 * MARGIN + 1)

    def paint(
        self,
        painter: QPainter,
        view: View,
        ratio: float,
        document: Document,
        choice: PickedJoint | None,
    ) -> None:
        """Paint all figures; ``painter`` works in device pixels."""
        people = self.people(document)
        chosen = valid_pick(document, choice)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, True)
        for number, person in enumerate(people):
            points = [QPointF(*view.to_view(float(x), float(y))) for x, y, _ in person]
            whole = chosen is not None and chosen.person == number
            _paint_limbs(painter, points, person, ratio, whole)
            large = {self.hovered[1]} if self.hovered and self.hovered[0] == number else set()
            if chosen is not None and whole and chosen.joint is not None:
                large.add(chosen.joint)
                _paint_ring(painter, points[chosen.joint], ratio)
            for joint, point in enumerate(points):
                seen = float(person[joint, 2])
                _paint_joint(painter, point, joint, seen, ratio, joint in large)
        painter.restore()


def joint_text(document: Document, place: Place | None) -> str:
    """Return the name of a joint and its confidence as text for the artist; "" for none."""
    layer = find_pose(document)
    if place is None or layer is None or place[0] >= len(layer.control.people):
        return ""
    seen = layer.control.people[place[0]][place[1]][2]
    name = tr(NAMES[place[1]])
    if seen <= 0:
        return tr("{joint}: hidden", joint=name)
    return tr("{joint}: confidence {percent} %", joint=name, percent=round(seen * 100))


def picked_text(document: Document, choice: PickedJoint | None) -> str:
    """Return text that describes the pick, or how to pick something."""
    chosen = valid_pick(document, choice)
    if chosen is None:
        layer = find_pose(document)
        if layer is None or not layer.control.people:
            return tr("No figure yet: add one.")
        return tr("Click a joint, or press Tab.")
    figure = tr("Figure {number}", number=chosen.person + 1)
    if chosen.joint is None:
        return figure
    return f"{figure}, {joint_text(document, (chosen.person, chosen.joint))}"


def _paint_limbs(
    painter: QPainter, points: list[QPointF], person: Joints, ratio: float, whole: bool
) -> None:
    for number, (start, end) in enumerate(LIMBS):
        hollow = [RADIUS * ratio * bool(person[joint, 2] <= 0) for joint in (start, end)]
        line = _between(points[start], points[end], *hollow)
        if line is None:
            continue
        seen = person[start, 2] > 0 and person[end, 2] > 0
        colour = QColor(*COLOURS[number])
        painter.setPen(_pen(QColor(0, 0, 0, 150 if seen else 90), 3.4 if whole else 2.8, ratio))
        painter.drawLine(line)
        pen = _pen(colour if seen else QColor(colour.red(), colour.green(), colour.blue(), 190),
                   1.8 if whole else 1.2, ratio)  # fmt: skip
        if not seen:
            pen.setDashPattern([3.0, 3.0])
        painter.setPen(pen)
        painter.drawLine(line)


def _between(start: QPointF, end: QPointF, off_start: float, off_end: float) -> QLineF | None:
    """Return the line between two joints, shortened at a joint that is a hollow disc."""
    line = QLineF(start, end)
    length = line.length()
    if length <= off_start + off_end:
        return None
    return QLineF(line.pointAt(off_start / length), line.pointAt(1 - off_end / length))


def _paint_ring(painter: QPainter, point: QPointF, ratio: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for colour, width in ((QColor(0, 0, 0, 170), 3.6), (QColor(255, 255, 255), 1.6)):
        painter.setPen(_pen(colour, width, ratio))
        painter.drawEllipse(point, (LARGE + 4) * ratio, (LARGE + 4) * ratio)


def _paint_joint(
    painter: QPainter, point: QPointF, joint: int, seen: float, ratio: float, large: bool
) -> None:
    radius = (LARGE if large else RADIUS) * ratio
    colour = QColor(*COLOURS[joint])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if seen <= 0:
        for tone, width in ((QColor(0, 0, 0, 170), 3.6), (colour, 1.8)):
            painter.setPen(_pen(tone, width, ratio))
            painter.drawEllipse(point, radius, radius)
        return
    faint = FAINT if seen < UNSURE else 255
    painter.setPen(_pen(QColor(0, 0, 0, min(faint, 170)), 3.4, ratio))
    painter.drawEllipse(point, radius, radius)
    colour.setAlpha(faint)
    painter.setBrush(colour)
    painter.setPen(_pen(QColor(255, 255, 255, min(255, faint + 60)), 1.4, ratio))
    painter.drawEllipse(point, radius, radius)


def _pen(colour: QColor, width: float, ratio: float) -> QPen:
    pen = QPen(colour, width * ratio)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen
