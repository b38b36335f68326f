"""The shortcut editor: all actions and tools with their keys, to search, change and reset."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QIcon, QPixmap
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QKeySequenceEdit,
    QLabel,
    QLineEdit,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.ui.keys.key_sets import FIXED, SETS
from studio.ui.keys.keymap import Keymap, key_text, portable
from studio.ui.widgets.translation import error_text, tr

NAME = Qt.ItemDataRole.UserRole


class ShortcutEditor(QDialog):
    """Edits a copy of the keys; ``apply`` assigns them to the actions and saves them."""

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keyboard shortcuts"))
        self._keymap = keymap
        self._chosen = keymap.chosen
        self._changes = keymap.changes
        self.sets = QComboBox()
        self.sets.setAccessibleName(tr("Set of shortcuts"))
        for name, label in SETS.items():
            self.sets.addItem(tr(label), name)
        self.sets.setCurrentIndex(self.sets.findData(self._chosen))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search by name or key"))
        self.search.setAccessibleName(tr("Search by name or key"))
        self.search.setClearButtonEnabled(True)
        self.table = QTreeWidget()
        self.table.setAccessibleName(tr("Actions and their keys"))
        self.table.setHeaderLabels([tr("Action"), tr("Keys"), tr("In the set")])
        self.table.setUniformRowHeights(True)
        self.target = QLabel()
        self.edit = QKeySequenceEdit()
        self.edit.setAccessibleName(tr("New key"))
        self.edit.setMaximumSequenceLength(1)
        self.give = _button(tr("Use this key"))
        self.add = _button(tr("Add as a second key"))
        self.remove = _button(tr("No key"))
        self.reset = _button(tr("As in the set"))
        self.reset_all = _button(tr("Reset all"))
        self.note = QLabel()
        self.note.setObjectName("notice")
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(34)
        kind = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kind.Ok | kind.Cancel | kind.Apply)
        self._items: dict[str, QTreeWidgetItem] = {}
        self._groups: list[QTreeWidgetItem] = []
        self._members: dict[int, list[QTreeWidgetItem]] = {}
        self._build()
        self._connect()
        self._fill()
        self.search.setFocus()

    def _build(self) -> None:
        top = QHBoxLayout()
        top.addWidget(QLabel(tr("Set")))
        top.addWidget(self.sets)
        top.addWidget(self.search, 1)
        head = self.table.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column, width in ((1, 210), (2, 210)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            self.table.setColumnWidth(column, width)
        below = QHBoxLayout()
        below.addWidget(self.target)
        below.addWidget(self.edit, 1)
        for button in (self.give, self.add, self.remove, self.reset):
            below.addWidget(button)
        kind = QDialogButtonBox.StandardButton
        for one, label in (
            (kind.Ok, tr("OK")),
            (kind.Cancel, tr("Cancel")),
            (kind.Apply, tr("Apply")),
        ):
            button = self.buttons.button(one)
            button.setText(label)
            button.setAccessibleName(label)
            button.setAutoDefault(False)
        ok = self.buttons.button(kind.Ok)
        ok.setObjectName("primary")
        last = QHBoxLayout()
        last.addWidget(self.reset_all)
        last.addWidget(self.buttons, 1)
        stack = QVBoxLayout(self)
        stack.setContentsMargins(18, 16, 18, 14)
        stack.setSpacing(10)
        stack.addLayout(top)
        stack.addWidget(self.table, 1)
        stack.addLayout(below)
        stack.addWidget(self.note)
        stack.addLayout(last)
        room = self.screen().availableSize()
        self.resize(min(860, room.width() - 40), min(660, room.height() - 60))

    def _connect(self) -> None:
        kind = QDialogButtonBox.StandardButton
        self.sets.activated.connect(self._on_set)
        self.search.textChanged.connect(self._filter)
        self.table.currentItemChanged.connect(lambda *_: self._on_row())
        self.table.itemActivated.connect(lambda *_: self.edit.setFocus())
        self.edit.keySequenceChanged.connect(lambda *_: self._on_key())
        self.give.clicked.connect(lambda: self._give(keep=False))
        self.add.clicked.connect(lambda: self._give(keep=True))
        self.remove.clicked.connect(self._remove)
        self.reset.clicked.connect(self._reset)
        self.reset_all.clicked.connect(self._reset_all)
        self.buttons.accepted.connect(self._accept)
        self.buttons.rejected.connect(self.reject)
        self.buttons.button(kind.Apply).clicked.connect(self.apply)

    # Display

    def keys(self) -> dict[str, tuple[str, ...]]:
        """Return the keys of all actions with the pending changes."""
        return self._keymap.resolved(self._chosen, self._changes)

    def _fill(self) -> None:
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        groups: dict[str, QTreeWidgetItem] = {}
        for name, row in self._keymap.rows.items():
            if row.group not in groups:
                groups[row.group] = self._add_group(row.group)
            item = QTreeWidgetItem([row.action.text().replace("&", "").rstrip("…")])
            item.setData(0, NAME, name)
            icon = row.action.icon()
            item.setIcon(0, QIcon(blank) if icon.isNull() else icon)
            self._add_item(groups[row.group], item)
            self._items[name] = item
        fixed = self._add_group(tr("Canvas (these cannot be changed)"))
        for key, does in FIXED.items():
            item = QTreeWidgetItem([tr(does), key_text(key)])
            item.setFlags(Qt.ItemFlag.ItemIsEnabled)
            item.setIcon(0, QIcon(blank))
            self._add_item(fixed, item)
        self.table.expandAll()
        self._show()

    def _add_group(self, label: str) -> QTreeWidgetItem:
        group = QTreeWidgetItem([label])
        group.setFlags(Qt.ItemFlag.ItemIsEnabled)
        self.table.addTopLevelItem(group)
        self._groups.append(group)
        self._members[id(group)] = []
        return group

    def _add_item(self, group: QTreeWidgetItem, item: QTreeWidgetItem) -> None:
        group.addChild(item)
        self._members[id(group)].append(item)

    def _show(self) -> None:
        keys = self.keys()
        for name, item in self._items.items():
            own = self._keymap.defaults(name, self._chosen)
            item.setText(1, _text(keys[name]))
            item.setText(2, _text(own) if own != keys[name] else "")
            font = item.font(1)
            font.setBold(own != keys[name])
            item.setFont(1, font)
        self._filter()
        self._on_row()

    def _filter(self) -> None:
        wanted = self.search.text().strip().casefold()
        for group in self._groups:
            seen = 0
            for item in self._members[id(group)]:
                words = f"{item.text(0)} {item.text(1)} {group.text(0)}".casefold()
                item.setHidden(wanted not in words)
                seen += not item.isHidden()
            group.setHidden(seen == 0)
        current = self.table.currentItem()
        if current is not None and current.isHidden():
            self.table.setCurrentIndex(QModelIndex())

    def chosen_action(self) -> str:
        """Return the id of the action in the current row, or ""."""
        item = self.table.currentItem()
        return str(item.data(0, NAME) or "") if item is not None else ""

    def choose(self, name: str) -> None:
        """Select the row of an action."""
        self.table.setCurrentItem(self._items[name])

    def _on_row(self) -> None:
        name = self.chosen_action()
        chosen = self._items[name].text(0) if name else ""
        self.target.setText(tr("New key of “{name}”", name=chosen) if name else tr("New key"))
        for part in (self.edit, self.remove, self.reset):
            part.setEnabled(bool(name))
        self.edit.clear()
        self._on_key()

    def _on_key(self) -> None:
        """Show the current action of a key before it is assigned to another one."""
        key, name = self._typed(), self.chosen_action()
        problem = _refusal(key)
        owner = next((one for one, keys in self.keys().items() if key in keys), "")
        if problem:
            self.note.setText(problem)
        elif key and owner and owner != name:
            self.note.setText(
                tr(
                    "“{name}” uses {key} and would lose it.",
                    key=key_text(key),
                    name=self._items[owner].text(0),
                )
            )
        else:
            self.note.setText("")
        for button in (self.give, self.add):
            button.setEnabled(bool(name and key and not problem))

    def _typed(self) -> str:
        return portable(self.edit.keySequence().toString())

    # Changes

    def _give(self, *, keep: bool) -> None:
        key, name = self._typed(), self.chosen_action()
        if not key or not name or _refusal(key):
            return
        before = self.keys()
        for other, keys in before.items():
            if other != name and key in keys:
                self._changes[other] = tuple(one for one in keys if one != key)
        old = before[name] if keep else ()
        self._changes[name] = tuple(dict.fromkeys((*old, key)))
        self._show()

    def _remove(self) -> None:
        self._changes[self.chosen_action()] = ()
        self._show()

    def _reset(self) -> None:
        """Restore the action's keys of the set, and remove them from actions that use them now."""
        name = self.chosen_action()
        own = self._keymap.defaults(name, self._chosen)
        self._changes.pop(name, None)
        for other, keys in list(self._changes.items()):
            rest = tuple(key for key in keys if key not in own)
            if rest != keys:
                self._changes[other] = rest
        self._show()

    def _reset_all(self) -> None:
        self._changes.clear()
        self._show()

    def _on_set(self) -> None:
        self._chosen = str(self.sets.currentData())
        self._changes.clear()
        self._show()

    def apply(self) -> bool:
        """Apply the keys; if they cannot be saved, show the reason and return False."""
        own = self._keymap.defaults
        kept = {
            name: keys for name, keys in self._changes.items() if keys != own(name, self._chosen)
        }
        try:
            self._keymap.use(self._chosen, kept)
        except StudioError as error:
            self.note.setText(" ".join(error_text(error)))
            return False
        return True

    def _accept(self) -> None:
        if self.apply():
            self.accept()


def _button(label: str) -> QPushButton:
    button = QPushButton(label)
    button.setAccessibleName(label)
    button.setAutoDefault(False)
    return button


def _text(keys: tuple[str, ...]) -> str:
    return "   ".join(key_text(key) for key in keys)


def _refusal(key: str) -> str:
    """Return why a key cannot be assigned, or ""."""
    for own, does in FIXED.items():
        if key and key == portable(own):
            return tr("{key} belongs to the canvas: it {does}.", key=key_text(key), does=tr(does))
    return ""
