"""The toolbar on the left and the options bar of the chosen tool on top."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QColor, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QColorDialog,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWidget,
)

from studio.tools.context import ToolOptions
from studio.tools.control_layers import DEPTH, PAINTED, SEGMENTATION, paint_colour
from studio.tools.registry import TOOLS, ToolSpec
from studio.ui.bars.object_choice import ObjectChoice
from studio.ui.keys.keymap import Keymap, key_text
from studio.ui.widgets.class_picker import ClassPicker, swatch
from studio.ui.widgets.translation import mark, message, tr
from studio.ui.widgets.widgets import IconHolder, Scale, caption, icon_button

MAX_BRUSH = 2000
ICONS = (22, 20, 18, 16)
"""Sides of the icons of the tools in pixels; smaller ones are for low windows."""
TIGHT = "QToolButton { padding: 3px; margin: 0px; }"
MODES = (
    ("replace", mark("New selection")),
    ("add", mark("Add")),
    ("subtract", mark("Subtract")),
    ("intersect", mark("Intersect")),
)
SWITCHES = (
    (
        "remove_now",
        mark("At once"),
        mark("A stroke removes at its end; otherwise Enter removes all that is marked."),
    ),
    (
        "remove_with_model",
        mark("Also with the model"),
        mark("The current model fills the place as well; its result waits in the tray."),
    ),
    (
        "clone_aligned",
        mark("Aligned"),
        mark("All strokes copy from the same distance; otherwise each begins at the source."),
    ),
    (
        "clone_new_layer",
        mark("On a new layer"),
        mark("The copy goes to a layer of its own above the active one."),
    ),
)
"""The options that are simply on or off: field, label and tip."""
OBJECT_TARGETS = (
    ("selection", mark("To the selection")),
    ("mask", mark("To the edit mask")),
    ("layer_mask", mark("To the layer mask")),
    ("layer", mark("To a new layer")),
    ("lift", mark("Lift it")),
)
"""Labels of ``studio.edit.object_targets.TARGETS``, and of "lift", which is work of the engine."""
MARGINS = 32
"""Pixels around each option of the bar."""
KIND_OF = {"segment_class": SEGMENTATION, "depth": DEPTH}
"""Options that apply to control layers of one kind only."""


class ToolBar(QToolBar):
    """One button for each row of the table of tools."""

    chosen = Signal(object)

    def __init__(self, holder: IconHolder, keymap: Keymap) -> None:
        super().__init__(tr("Tools"))
        self.setObjectName("tools")
        self.setOrientation(Qt.Orientation.Vertical)
        self.setIconSize(QSize(ICONS[0], ICONS[0]))
        self._natural, self._is_tight = 0, False
        self.setAccessibleName(tr("Tools"))
        group = QActionGroup(self)
        self.tool_actions: dict[str, QAction] = {}
        for spec in TOOLS:
            label = message(spec.label)
            action = QAction(label, self)
            action.setCheckable(True)
            keymap.add(f"tool_{spec.id}", tr("Tools"), action, (spec.shortcut,))
            action.triggered.connect(lambda _=False, one=spec: self.choose(one))
            holder.give(action, spec.icon)
            group.addAction(action)
            self.addAction(action)
            self.tool_actions[spec.id] = action
            button = self.widgetForAction(action)
            if isinstance(button, QToolButton):
                button.setAccessibleName(label)
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.current = TOOLS[0]
        self._keymap = keymap
        keymap.changed.connect(self._show_keys)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take the largest icons with which every tool fits, and less space around the smallest."""
        if not self._is_tight:
            now = self.iconSize().height()
            self._natural = self.sizeHint().height() + (ICONS[0] - now) * len(TOOLS)
        room = event.size().height()
        needed = {side: self._natural - (ICONS[0] - side) * len(TOOLS) for side in ICONS}
        side = next((one for one in ICONS if needed[one] <= room), ICONS[-1])
        self._set_tight(needed[side] > room)
        if side != self.iconSize().height():
            self.setIconSize(QSize(side, side))
        super().resizeEvent(event)

    def _set_tight(self, tight: bool) -> None:
        if tight != self._is_tight:
            self._is_tight = tight
            self.setStyleSheet(TIGHT if tight else "")

    def _show_keys(self) -> None:
        for spec in TOOLS:
            keys = " / ".join(key_text(key) for key in self._keymap.keys(f"tool_{spec.id}"))
            label = message(spec.label) + (f" ({keys})" if keys else "")
            self.tool_actions[spec.id].setToolTip(f"{label}\n{message(spec.tip)}")

    def choose(self, spec: ToolSpec) -> None:
        """Use a tool."""
        self.current = spec
        self.tool_actions[spec.id].setChecked(True)
        self.chosen.emit(spec)


def _switch(label: str, tip: str) -> QCheckBox:
    box = QCheckBox(label)
    box.setAccessibleName(label)
    box.setToolTip(tip)
    return box


class OptionsBar(QToolBar):
    """Shows the fields of ``ToolOptions`` that the chosen tool uses."""

    changed = Signal()
    shown = Signal()
    """The options were refreshed, so that other views of them can follow."""

    def __init__(self, options: ToolOptions, holder: IconHolder) -> None:
        super().__init__(tr("Tool options"))
        self.setObjectName("options")
        self.setAccessibleName(tr("Tool options"))
        self._options = options
        self.name = QLabel()
        self.name.setObjectName("toolName")
        self.brush_size = Scale(tr("Size"), 1, MAX_BRUSH, suffix=" px", curve=3.0, width=120)
        self.hardness = Scale(tr("Hardness"), 0, 100, suffix=" %", width=90)
        self.opacity = Scale(tr("Opacity"), 1, 100, suffix=" %", width=90)
        self.color = QToolButton()
        self.color.setAccessibleName(tr("Colour"))
        self.color.setToolTip(tr("Colour"))
        self.color.setIconSize(QSize(28, 18))
        self.selection_mode = QComboBox()
        for mode, label in MODES:
            self.selection_mode.addItem(tr(label), mode)
        self.selection_mode.setAccessibleName(tr("Selection mode"))
        self.object_target = QComboBox()
        for target, label in OBJECT_TARGETS:
            self.object_target.addItem(tr(label), target)
        self.object_target.setAccessibleName(tr("What the object becomes"))
        self.object_target.setToolTip(tr("What the object becomes"))
        self.object_choice = ObjectChoice(holder)
        self.fill_outline = icon_button(
            holder, "ph.paint-bucket", tr("Fill the outline"), text=tr("Fill the outline")
        )
        self.fill_outline.setToolTip(tr("Fill the area inside the outline"))
        self.mask_erase = QCheckBox(tr("Erase"))
        self.mask_erase.setAccessibleName(tr("Erase"))
        self.paint_layer_mask = QCheckBox(tr("Paint on the layer mask"))
        self.paint_layer_mask.setAccessibleName(tr("Paint on the layer mask"))
        self.bone_lock = QCheckBox(tr("Bone lengths"))
        self.bone_lock.setAccessibleName(tr("Bone lengths"))
        self.bone_lock.setToolTip(tr("Bones keep their lengths when a joint is dragged."))
        self.switches = {name: _switch(tr(label), tr(tip)) for name, label, tip in SWITCHES}
        self.figure = icon_button(holder, "ph.person", tr("Figure"), text=tr("Figure"))
        self.figure.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.figure.setObjectName("figure")
        self.picked = caption("")
        self.segment_class = ClassPicker()
        self.nearness = Scale(tr("Depth"), 0, 100, suffix=" %", width=80)
        self.nearness.setToolTip(tr("How near a thing is: 100 % is nearest."))
        self._rest = QWidget()
        self._spec = TOOLS[0]
        self._kind = ""
        self._kept: dict[str, tuple[float, float, float]] = {}
        self._own_color = options.color
        self._parts: dict[str, QAction] = {}
        self._build()
        self._connect()
        self.show_options()

    def _build(self) -> None:
        self.addWidget(self.name)
        rows: tuple[tuple[str, str, QWidget], ...] = (
            ("size", tr("Size"), self.brush_size),
            ("hardness", tr("Hardness"), self.hardness),
            ("opacity", tr("Opacity"), self.opacity),
            ("color", tr("Colour"), self.color),
            ("segment_class", tr("Class"), self.segment_class),
            ("depth", tr("Depth"), self.nearness),
            ("selection_mode", "", self.selection_mode),
            ("object_target", "", self.object_target),
            ("mask_erase", "", self.mask_erase),
            ("paint_layer_mask", "", self.paint_layer_mask),
            ("bone_lock", "", self.bone_lock),
            ("picked_joint", "", self.figure),
            *((name, "", switch) for name, switch in self.switches.items()),
        )
        for field, label, widget in rows:
            box = QWidget()
            row = QHBoxLayout(box)
            row.setContentsMargins(6, 0, 10, 0)
            row.setSpacing(8)
            if label:
                row.addWidget(caption(label))
            row.addWidget(widget)
            if widget is self.figure:
                row.addWidget(self.picked)
            if widget is self.mask_erase:
                row.addWidget(self.fill_outline)
            self._parts[field] = self.addWidget(box)
            if widget is self.object_target:
                self._choice = self.addWidget(self.object_choice)
        self._rest.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(self._rest)

    def changeEvent(self, event: QEvent) -> None:
        """Adopt the height of the highest option after a change of style or font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange):
            self._keep_height()

    def showEvent(self, event: QShowEvent) -> None:
        """Adopt the height of the highest option."""
        super().showEvent(event)
        self._keep_height()

    def _keep_height(self) -> None:
        """Use the same height for every tool, so that another tool moves nothing below the bar."""
        boxes = (self.widgetForAction(action) for action in self.actions())
        heights = [box.sizeHint().height() for box in boxes if box is not self._rest]
        self._rest.setMinimumHeight(max(heights))

    def _connect(self) -> None:
        self.brush_size.changed.connect(lambda value: self._set("size", value))
        self.hardness.changed.connect(lambda value: self._set("hardness", value / 100))
        self.opacity.changed.connect(lambda value: self._set("opacity", value / 100))
        self.selection_mode.activated.connect(
            lambda: self._set("selection_mode", self.selection_mode.currentData())
        )
        self.object_target.activated.connect(
            lambda: self._set("object_target", self.object_target.currentData())
        )
        self.mask_erase.toggled.connect(lambda on: self._set("mask_erase", on))
        self.paint_layer_mask.toggled.connect(lambda on: self._set("paint_layer_mask", on))
        self.bone_lock.toggled.connect(lambda on: self._set("bone_lock", on))
        for name, switch in self.switches.items():
            switch.toggled.connect(partial(self._set, name))
        self.color.clicked.connect(self._pick_color)
        self.segment_class.chosen.connect(lambda name: self._set_meaning("segment_class", name))
        self.nearness.changed.connect(lambda value: self._set_meaning("depth", value / 100))

    def _set(self, field: str, value: object) -> None:
        setattr(self._options, field, value)
        self.changed.emit()

    def _set_meaning(self, field: str, value: object) -> None:
        """Set a class or a depth; on a layer of that kind it also sets the brush's colour."""
        setattr(self._options, field, value)
        if self._kind == KIND_OF[field]:
            self._options.color = paint_colour(self._kind, self._options)
            self.show_options()
        self.changed.emit()

    def show_tool(self, spec: ToolSpec) -> None:
        """Show the options of a tool, with its own last size, hardness and opacity."""
        options = self._options
        self._kept[self._spec.id] = (options.size, options.hardness, options.opacity)
        kept = self._kept.get(spec.id)
        if kept is not None and spec is not self._spec:
            options.size, options.hardness, options.opacity = kept
            self.show_options()
        self._spec = spec
        self.name.setText(message(spec.label))
        self._show_parts()

    def show_kind(self, kind: str) -> None:
        """Show the options for the kind of the active control layer, "" if it is none.

        On a layer of classes or depths the brush has the colour of the chosen one; elsewhere it
        gets its earlier colour back.
        """
        if kind == self._kind:
            return
        old, self._kind = self._kind, kind
        options = self._options
        if old not in PAINTED:
            self._own_color = options.color
        if kind in PAINTED:
            options.color = paint_colour(kind, options)
        elif old in PAINTED and options.color == paint_colour(old, options):
            options.color = self._own_color
        self.show_options()
        self._show_parts()

    def _show_parts(self) -> None:
        for field, action in self._parts.items():
            action.setVisible(field in self._spec.options and self._suits(field))
        self._choice.setVisible("object_target" in self._spec.options)
        self._fit_choice()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show the texts of the object tool's buttons if there is room for them."""
        super().resizeEvent(event)
        self._fit_choice()

    def _fit_choice(self) -> None:
        others = (self.name, self.selection_mode, self.object_target)
        taken = sum(one.sizeHint().width() + MARGINS for one in others)
        self.object_choice.show_texts(taken + self.object_choice.full_width() < self.width())

    def _suits(self, field: str) -> bool:
        kind = KIND_OF.get(field, self._kind)
        # The fill finds a layer itself if the active one is of neither kind.
        anywhere = self._spec.id == "control_fill" and self._kind not in PAINTED
        return kind == self._kind or anywhere

    def show_options(self) -> None:
        """Show the current options after a tool or a shortcut changed them."""
        options = self._options
        self.brush_size.show_value(options.size)
        self.hardness.show_value(options.hardness * 100)
        self.opacity.show_value(options.opacity * 100)
        self.color.setIcon(swatch(options.color))
        self.segment_class.show_class(options.segment_class)
        self.nearness.show_value(options.depth * 100)
        self.selection_mode.setCurrentIndex(self.selection_mode.findData(options.selection_mode))
        self.object_target.setCurrentIndex(self.object_target.findData(options.object_target))
        self.mask_erase.setChecked(options.mask_erase)
        self.paint_layer_mask.setChecked(options.paint_layer_mask)
        self.bone_lock.setChecked(options.bone_lock)
        for name, switch in self.switches.items():
            switch.setChecked(getattr(options, name))
        self.shown.emit()

    def show_picked(self, text: str) -> None:
        """Show which joint of which figure is picked."""
        self.picked.setText(text)

    def grow_brush(self, factor: float) -> None:
        """Make the brush larger or smaller, by at least a pixel."""
        old = self._options.size
        new = old * factor
        new = max(new, old + 1) if factor > 1 else min(new, old - 1)
        self._options.size = float(round(min(max(new, 1.0), MAX_BRUSH)))
        self.show_options()
        self.changed.emit()

    def harden_brush(self, step: float) -> None:
        """Change the hardness by a fraction."""
        self._options.hardness = min(max(self._options.hardness + step, 0.0), 1.0)
        self.show_options()
        self.changed.emit()

    def _pick_color(self) -> None:
        color = QColorDialog.getColor(QColor(*self._options.color), self, tr("Colour"))
        if color.isValid():
            self._options.color = (color.red(), color.green(), color.blue())
            self.show_options()
            self.changed.emit()
