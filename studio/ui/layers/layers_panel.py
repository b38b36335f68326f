"""The layers panel: the stack from top to bottom, and the controls of the active layer."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDropEvent, QIcon, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QScrollArea,
    QSizePolicy,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.models import STARTER
from studio.core.geometry import Rect
from studio.document import several
from studio.document.adjustment_layer import AdjustmentLayer
from studio.document.adjustments.table import find_adjustment
from studio.document.control import people_of
from studio.document.document import Document
from studio.document.kinds import kind_of
from studio.document.layer import ControlLayer, GroupLayer, Layer, RasterLayer
from studio.session.session import Session
from studio.ui.layers.badges import badge_of, press
from studio.ui.layers.control_box import ControlBox
from studio.ui.layers.layer_commands import LayerCommands
from studio.ui.layers.mode_list import ModeList
from studio.ui.layers.settings_boxes import SettingsBoxes
from studio.ui.widgets import thumbnails
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import FitScroll, IconHolder, Scale, icon_button

EYE, NAME, MASK, BADGE, LOCK = range(5)
ID = Qt.ItemDataRole.UserRole
THUMBNAIL = 24
ROW = 28
"""Height of a row in pixels, so that six fit at 1440 x 900."""
BUTTON = 26
ROWS = 6
"""Least visible rows at the first start; see ``height_wanted``."""


class LayerTree(QTreeWidget):
    """The rows; a drop is emitted, not carried out, since the document decides."""

    dropped = Signal(object, object, object)
    """(layers, group or None, index from the bottom)."""
    toggled = Signal(str)
    mask_pressed = Signal(str, object)
    """(layer, keyboard modifiers) of a press on the thumbnail of its mask."""

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pass a press on a mask's thumbnail to the panel: there Shift and Alt act on the mask."""
        item = self.itemAt(event.position().toPoint())
        on_mask = item is not None and self.columnAt(round(event.position().x())) == MASK
        left = event.button() is Qt.MouseButton.LeftButton
        if item is None or not on_mask or not left or item.icon(MASK).isNull():
            super().mousePressEvent(event)
            return
        self.setCurrentItem(item, NAME)
        self.mask_pressed.emit(str(item.data(NAME, ID)), event.modifiers())

    def dropEvent(self, event: QDropEvent) -> None:
        """Emit the target of a dropped row."""
        moved = [str(item.data(NAME, ID)) for item in self.selectedItems()]
        place = self.indexAt(event.position().toPoint())
        where = self.dropIndicatorPosition()
        event.setDropAction(Qt.DropAction.IgnoreAction)
        event.accept()
        if not moved:
            return
        parent, row = self._target(place, where)
        siblings = self._ids(parent)
        index = sum(1 for one in siblings[row:] if one not in moved)
        group = parent.data(NAME, ID) if parent is not None else None
        # Deferred: it rebuilds the rows, which the running drop would not survive.
        QTimer.singleShot(0, self, lambda: self.dropped.emit(moved, group, index))

    def _target(
        self, place: QModelIndex, where: QAbstractItemView.DropIndicatorPosition
    ) -> tuple[QTreeWidgetItem | None, int]:
        """Return the group and the row, from the top, before which a drop inserts."""
        position = QAbstractItemView.DropIndicatorPosition
        item = self.itemFromIndex(place) if place.isValid() else None
        if item is None:
            return None, self.topLevelItemCount()
        if where is position.OnItem and item.data(BADGE, ID) == "group":
            return item, 0
        parent = item.parent()
        row = parent.indexOfChild(item) if parent else self.indexOfTopLevelItem(item)
        return parent, row + (where is position.BelowItem)

    def _ids(self, parent: QTreeWidgetItem | None) -> list[str]:
        node = parent if parent is not None else self.invisibleRootItem()
        return [str(child.data(NAME, ID)) for child in _children(node)]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Show or hide the current layer on Space; other keys work as usual."""
        item = self.currentItem()
        if event.key() == Qt.Key.Key_Space and item is not None:
            self.toggled.emit(item.data(NAME, ID))
            return
        super().keyPressEvent(event)


class LayersPanel(QWidget):
    """Shows the session's layers; every change goes through ``LayerCommands``."""

    menu_asked = Signal(QPoint)
    mask_asked = Signal(str)
    """The mask of a layer is to become the paint target."""
    pixels_asked = Signal(str)
    """The pixels of a layer are to become the paint target again."""
    alone_asked = Signal(str)
    """The mask of a layer is to be shown alone, or the picture again."""

    def __init__(self, session: Session, commands: LayerCommands, holder: IconHolder) -> None:
        super().__init__()
        self._session = session
        self._commands = commands
        self._holder = holder
        self._shape: tuple[object, ...] = ()
        self._icons: dict[str, tuple[object, ...]] = {}
        self._filling = False
        self._target = False
        self._model = STARTER
        self.blend = ModeList()
        self.opacity = Scale(tr("Opacity"), 0, 100, suffix=" %")
        self.tree = LayerTree()
        self._top = QHBoxLayout()
        self._boxes = SettingsBoxes(holder)
        self.settings = FitScroll()
        self.buttons = QHBoxLayout()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(60)
        self._timer.timeout.connect(self.refresh)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(8, 5, 8, 4)
        column.setSpacing(4)
        self.blend.setAccessibleName(tr("Blend mode"))
        self.blend.setToolTip(tr("Blend mode"))
        self.opacity.setToolTip(tr("Opacity"))
        self._top.addWidget(self.blend)
        self._top.addWidget(self.opacity, 1)
        column.addLayout(self._top)
        tree = self.tree
        tree.setAccessibleName(tr("Layers"))
        tree.setColumnCount(5)
        tree.setTreePosition(NAME)
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(14)
        tree.setIconSize(QSize(THUMBNAIL, THUMBNAIL))
        header = tree.header()
        header.setStretchLastSection(False)
        header.setMinimumSectionSize(20)
        header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
        for which, width in ((EYE, 28), (MASK, THUMBNAIL + 6), (BADGE, 26), (LOCK, 26)):
            header.setSectionResizeMode(which, QHeaderView.ResizeMode.Fixed)
            header.resizeSection(which, width)
        tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        tree.setAllColumnsShowFocus(True)
        tree.setUniformRowHeights(True)
        tree.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        tree.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
        )
        tree.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        column.addWidget(tree, 1)
        tree.setMinimumHeight(3 * ROW)
        self.settings.setWidget(self._boxes)
        self.settings.setWidgetResizable(True)
        self.settings.setFrameShape(QScrollArea.Shape.NoFrame)
        self.settings.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.settings.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.settings.setAccessibleName(tr("Layer settings"))
        self.settings.hide()
        column.addWidget(self.settings)
        self.buttons.setSpacing(2)
        column.addLayout(self.buttons)

    @property
    def control(self) -> ControlBox:
        """The settings of control layers."""
        return cast(ControlBox, self._boxes.boxes["control"])

    def height_wanted(self) -> int:
        """Return the height, in logical pixels, for ``ROWS`` rows and everything around them.

        The settings of a control layer, shown at times, take their height from the rows.
        """
        parts = [self._top.sizeHint().height(), self.buttons.sizeHint().height()]
        edges, gaps = self._column.contentsMargins(), self._column.spacing() * len(parts)
        frame = 2 * self.tree.frameWidth()
        return sum(parts) + gaps + edges.top() + edges.bottom() + frame + ROWS * ROW

    def add_button(self, icon: str, label: str, slot: object) -> None:
        """Add a button below the rows."""
        button = icon_button(self._holder, icon, label)
        button.setFixedHeight(BUTTON)
        button.clicked.connect(slot)
        self.buttons.addWidget(button)

    def _connect(self) -> None:
        listen(self, self._session.changed, lambda new, old: self._timer.start())
        listen(self, self._session.opened, self.refresh)
        listen(self, self._session.committed, self._timer.start)
        self.tree.currentItemChanged.connect(self._on_current)
        self.tree.itemSelectionChanged.connect(self._on_selection)
        self.tree.itemClicked.connect(self._on_clicked)
        self.tree.mask_pressed.connect(self._on_mask_pressed)
        self.tree.itemChanged.connect(self._on_edited)
        self.tree.itemExpanded.connect(lambda item: self._on_expanded(item, True))
        self.tree.itemCollapsed.connect(lambda item: self._on_expanded(item, False))
        self.tree.dropped.connect(self._commands.move)
        self.tree.toggled.connect(self._commands.toggle_visible)
        self.tree.customContextMenuRequested.connect(
            lambda point: self.menu_asked.emit(self.tree.viewport().mapToGlobal(point))
        )
        for box in self._boxes.boxes.values():
            box.changed.connect(self._commands.change_settings)
            box.resized.connect(self._on_control_resized)
        self.blend.chosen.connect(self._commands.set_blend)
        self.opacity.changed.connect(lambda value: self._commands.set_opacity(value / 100))

    def refresh(self) -> None:
        """Show the current document."""
        document = self._session.document
        shape = tuple(_shape(layer) for layer in document.layers)
        self._filling = True
        if shape != self._shape:
            self._shape = shape
            self.tree.clear()
            self._icons.clear()
            self._add(document.layers, None)
        for item in self._items():
            layer = document.find(item.data(NAME, ID))
            if layer is not None:
                self._show(item, layer, document)
        self._select(document)
        self.tree.setColumnHidden(LOCK, not any(layer.locked for layer in document.walk()))
        active = document.active_layer()
        for widget in (self.blend, self.opacity):
            widget.setEnabled(active is not None and not active.locked)
        if active is not None:
            self.blend.show_mode(active.blend, group=isinstance(active, GroupLayer))
            self.opacity.show_value(active.opacity * 100)
        self._show_settings(active)
        self._filling = False

    def _select(self, document: Document) -> None:
        """Mark the chosen layers; the active one is the current row."""
        chosen = several.together(document, self._session.chosen_layers)
        keep = QItemSelectionModel.SelectionFlag.NoUpdate
        for item in self._items():
            layer_id = str(item.data(NAME, ID))
            if item.isSelected() != (layer_id in chosen):
                item.setSelected(layer_id in chosen)
            if layer_id == document.active and self.tree.currentItem() is not item:
                self.tree.setCurrentItem(item, NAME, keep)

    def show_target(self, on_mask: bool) -> None:
        """Frame the mask of the active layer if brushes paint on it."""
        if on_mask != self._target:
            self._target = on_mask
            self._timer.start()

    def show_model(self, model: str) -> None:
        """Show for control layers whether another model supports them."""
        if model != self._model:
            self._model = model
            self._show_settings(self._session.document.active_layer())

    def _show_settings(self, active: Layer | None) -> None:
        self.settings.setVisible(self._boxes.show_layer(active, self._model))
        self._boxes.show_document(self._session.document)

    def _add(self, layers: tuple[Layer, ...], parent: QTreeWidgetItem | None) -> None:
        for layer in reversed(layers):
            item = QTreeWidgetItem()
            item.setData(NAME, ID, layer.id)
            for column in range(self.tree.columnCount()):
                # The icon of a mask with its margins would make its row higher.
                item.setSizeHint(column, QSize(0, ROW))
            flags = item.flags() | Qt.ItemFlag.ItemIsEditable | Qt.ItemFlag.ItemIsDragEnabled
            if isinstance(layer, GroupLayer):
                item.setData(BADGE, ID, "group")
            else:
                flags &= ~Qt.ItemFlag.ItemIsDropEnabled
            item.setFlags(flags)
            if parent is None:
                self.tree.addTopLevelItem(item)
            else:
                parent.addChild(item)
            if isinstance(layer, GroupLayer):
                self._add(layer.children, item)
                item.setExpanded(layer.expanded)

    def _items(self) -> list[QTreeWidgetItem]:
        found: list[QTreeWidgetItem] = []
        rest = [self.tree.invisibleRootItem()]
        while rest:
            item = rest.pop()
            children = _children(item)
            found.extend(children)
            rest.extend(children)
        return found

    def _show(self, item: QTreeWidgetItem, layer: Layer, document: Document) -> None:
        icons = self._holder.icons
        described = Qt.ItemDataRole.AccessibleTextRole
        eye = icons.get("ph.eye" if layer.visible else "ph.eye-slash")
        item.setData(EYE, Qt.ItemDataRole.DecorationRole, self._small(eye))
        item.setData(EYE, described, tr("Visible") if layer.visible else tr("Hidden"))
        item.setToolTip(EYE, tr("Show or hide (Space)"))
        item.setText(NAME, layer.name)
        item.setToolTip(NAME, layer.name)
        colour = self._holder.icons.theme
        pixels = getattr(layer, "raster", None)
        mask = layer.mask
        framed = self._target and layer.id == document.active
        size = document.width, document.height
        key = (pixels, layer.x, layer.y, mask, size, colour.name, framed)
        if self._icons.get(layer.id) != key:
            self._icons[layer.id] = key
            canvas = document.rect.shift(-layer.x, -layer.y)
            item.setIcon(NAME, self._picture(layer, canvas))
            if mask is not None:
                line = colour.accent if framed else colour.field_border
                picture = thumbnails.mask_icon(
                    mask.raster, canvas, THUMBNAIL, line, enabled=mask.enabled, framed=framed
                )
                item.setIcon(MASK, picture)
                state = tr("Layer mask") if mask.enabled else tr("Layer mask, switched off")
                item.setData(MASK, described, f"{state}, {tr('painted on')}" if framed else state)
                tip = tr("Layer mask: click to paint on it, Shift switches it, Alt shows it alone")
                item.setToolTip(MASK, tip)
            else:
                item.setData(MASK, Qt.ItemDataRole.DecorationRole, None)
                item.setData(MASK, described, "")
        self._show_badge(item, layer)

    def _small(self, icon: QIcon) -> QPixmap:
        return icon.pixmap(QSize(18, 18), self.devicePixelRatioF())

    def _picture(self, layer: Layer, canvas: Rect) -> QIcon:
        theme = self._holder.icons.theme
        if isinstance(layer, ControlLayer) and layer.control.people:
            return thumbnails.pose_icon(people_of(layer), THUMBNAIL, theme.field_border)
        if isinstance(layer, RasterLayer):
            return thumbnails.layer_icon(
                layer.raster, canvas, THUMBNAIL, theme.checker_b, theme.field_border
            )
        if isinstance(layer, AdjustmentLayer):
            return self._holder.icons.get(find_adjustment(layer.adjustment).icon)
        return self._holder.icons.get(kind_of(layer).icon)

    def _show_badge(self, item: QTreeWidgetItem, layer: Layer) -> None:
        icons = self._holder.icons
        described = Qt.ItemDataRole.AccessibleTextRole
        lock = self._small(icons.get("ph.lock-simple")) if layer.locked else None
        item.setData(LOCK, Qt.ItemDataRole.DecorationRole, lock)
        item.setData(LOCK, described, tr("Locked") if layer.locked else "")
        item.setToolTip(LOCK, tr("Locked: click to unlock") if layer.locked else "")
        badge = badge_of(layer)
        picture = None if badge is None else self._small(icons.get(badge.icon, accent=badge.accent))
        item.setData(BADGE, Qt.ItemDataRole.DecorationRole, picture)
        item.setData(BADGE, described, "" if badge is None else badge.text)
        item.setToolTip(BADGE, "" if badge is None else badge.tip)

    def _on_control_resized(self) -> None:
        self.settings.updateGeometry()
        QTimer.singleShot(0, self, self._scroll_to_current)
        # If the panel is too low for all of it, scroll to the unfolded section.
        if self.control.more.heading.isChecked():
            QTimer.singleShot(0, self, lambda: self.settings.ensureWidgetVisible(self.control.more))

    def _scroll_to_current(self) -> None:
        item = self.tree.currentItem()
        if item is not None:
            self.tree.scrollToItem(item)

    def _on_current(self, item: QTreeWidgetItem | None) -> None:
        if not self._filling and item is not None:
            self._commands.activate(item.data(NAME, ID))

    def _on_clicked(self, item: QTreeWidgetItem, column: int) -> None:
        layer = self._session.document.find(item.data(NAME, ID))
        if layer is None:
            return
        if column == EYE:
            self._commands.toggle_visible(layer.id)
        elif column == NAME:
            self.pixels_asked.emit(layer.id)
        elif column == LOCK and layer.locked:
            self._commands.toggle_locked(layer.id)
        elif column == BADGE:
            press(layer, self._commands)

    def _on_selection(self) -> None:
        if self._filling:
            return
        chosen = [str(one.data(NAME, ID)) for one in self.tree.selectedItems()]
        self._commands.choose(chosen)
        current = self.tree.currentItem()
        if chosen and current is not None and not current.isSelected():
            # Ctrl+click deselected the current row: another selected one becomes active.
            self._commands.activate(chosen[0])

    def _on_mask_pressed(self, layer_id: str, held: Qt.KeyboardModifier) -> None:
        if held & Qt.KeyboardModifier.ShiftModifier:
            self._commands.toggle_mask(layer_id)
        elif held & Qt.KeyboardModifier.AltModifier:
            self.alone_asked.emit(layer_id)
        else:
            self.mask_asked.emit(layer_id)

    def _on_edited(self, item: QTreeWidgetItem, column: int) -> None:
        if not self._filling and column == NAME:
            self._commands.rename(item.data(NAME, ID), item.text(NAME))

    def _on_expanded(self, item: QTreeWidgetItem, expanded: bool) -> None:
        if not self._filling:
            self._commands.set_expanded(item.data(NAME, ID), expanded)


def _children(item: QTreeWidgetItem) -> list[QTreeWidgetItem]:
    found = (item.child(i) for i in range(item.childCount()))
    return [child for child in found if child is not None]


def _shape(layer: Layer) -> object:
    if isinstance(layer, GroupLayer):
        return layer.id, tuple(_shape(child) for child in layer.children)
    return layer.id
