"""The keymap: the shortcuts of all actions and tools, as customised by the artist."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from studio.core.settings import Settings
from studio.ui.keys.key_sets import FIXED, KRITA, SETS

OVERRIDES: Mapping[str, Mapping[str, tuple[str, ...]]] = {"krita": KRITA}
MODIFIERS = Qt.KeyboardModifier
ALTGR_ON_WINDOWS = MODIFIERS.ControlModifier | MODIFIERS.AltModifier


@dataclass(frozen=True, slots=True)
class Row:
    """An action with its default keys; ``on_canvas`` if they work on the canvas only."""

    id: str
    group: str
    action: QAction
    own: tuple[str, ...]
    on_canvas: bool


def portable(key: str) -> str:
    """Return a key such as "ctrl+shift+z" in portable form; "" if it is invalid."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.PortableText)


def key_text(key: str) -> str:
    """Return a key as shown to the artist, in the language of the system."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)


class Keymap(QObject):
    """Assigns keys to actions, from a set and the artist's changes; no two actions share one.

    A key that the artist assigns is removed from the action that has it in the set.
    """

    changed = Signal()
    refused = Signal(object)
    """A key was pressed whose action (a Row) is unavailable."""

    def __init__(self, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.rows: dict[str, Row] = {}
        self._keys: dict[str, tuple[str, ...]] = {}
        self._canvases: list[QWidget] = []
        self._chosen = str(settings.get("shortcut_set", "lienzo"))
        self._changes = _changes(settings.get("shortcuts", {}))

    # Registration

    def add(
        self, name: str, group: str, action: QAction, own: Iterable[str], *, on_canvas: bool = False
    ) -> None:
        """Register an action; call ``refresh`` after the last one."""
        keys = tuple(portable(key) for key in own if key)
        self.rows[name] = Row(name, group, action, keys, on_canvas)
        if on_canvas:
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            for canvas in self._canvases:
                canvas.addAction(action)

    def serve(self, canvas: QWidget) -> None:
        """Enable the canvas-only keys on this canvas."""
        self._canvases.append(canvas)
        canvas.destroyed.connect(lambda _=None, one=canvas: self._forget(one))
        for row in self.rows.values():
            if row.on_canvas:
                canvas.addAction(row.action)

    def _forget(self, canvas: QWidget) -> None:
        self._canvases = [one for one in self._canvases if one is not canvas]

    # Keys

    @property
    def chosen(self) -> str:
        """The id of the current set."""
        return self._chosen if self._chosen in SETS else "lienzo"

    @property
    def changes(self) -> dict[str, tuple[str, ...]]:
        """The keys changed by the artist, by action."""
        return dict(self._changes)

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of an action; menus show the first."""
        return self._keys.get(name, ())

    def defaults(self, name: str, of: str = "") -> tuple[str, ...]:
        """Return the keys of an action in a set, by default the current one."""
        row = self.rows[name]
        found = OVERRIDES.get(of or self.chosen, {}).get(name)
        return row.own if found is None else tuple(portable(key) for key in found)

    def resolved(
        self, of: str, changes: Mapping[str, tuple[str, ...]]
    ) -> dict[str, tuple[str, ...]]:
        """Return the keys of all actions for a set and changes, without duplicates.

        The artist's changes take precedence over the set, and a set's own keys over inherited ones.
        """
        taken = {portable(key) for key in FIXED}
        result: dict[str, tuple[str, ...]] = {}
        own = OVERRIDES.get(of, {})
        order = [name for name in changes if name in self.rows]
        order += [name for name in self.rows if name not in changes and name in own]
        order += [name for name in self.rows if name not in changes and name not in own]
        for name in order:
            wanted = changes[name] if name in changes else self.defaults(name, of)
            keys = tuple(key for key in dict.fromkeys(wanted) if key and key not in taken)
            taken.update(keys)
            result[name] = keys
        return result

    def use(self, chosen: str, changes: Mapping[str, tuple[str, ...]]) -> None:
        """Apply a set with changes, and save them; StudioError if they cannot be saved."""
        self._chosen = chosen
        self._changes = {name: tuple(keys) for name, keys in changes.items()}
        self.refresh()
        self._settings.set("shortcut_set", chosen)
        self._settings.set("shortcuts", {name: list(keys) for name, keys in changes.items()})

    def refresh(self) -> None:
        """Assign the current keys to all actions."""
        self._keys = self.resolved(self.chosen, self._changes)
        for name, row in self.rows.items():
            row.action.setShortcuts([QKeySequence(key) for key in self._keys[name]])
        self.changed.emit()

    def owner(self, key: str) -> str | None:
        """Return the id of the action that has a key."""
        return next((name for name, keys in self._keys.items() if portable(key) in keys), None)

    # Events

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Hide AltGr characters from Qt's shortcuts, which would also match the plain key.

        On a German keyboard AltGr+8 is a bracket, but Qt also matches the shortcut 8.
        """
        kind = event.type() is QEvent.Type.ShortcutOverride
        if kind and isinstance(event, QKeyEvent) and with_altgr(event):
            event.setAccepted(any(self.owner(key) is not None for key in spellings(event)))
            return event.isAccepted()
        return False

    def pressed(self, event: QKeyEvent) -> bool:
        """Run or refuse the action of a key that Qt's shortcuts did not match; False if none.

        A bracket that needs AltGr arrives with that modifier, which Qt does not take for the key of
        the shortcut. For an unavailable action ``refused`` is emitted.
        """
        for key in spellings(event):
            name = self.owner(key)
            if name is None:
                continue
            row = self.rows[name]
            if row.on_canvas and QApplication.focusWidget() not in self._canvases:
                return False
            if not row.action.isEnabled():
                self.refused.emit(row)
                return True
            if with_altgr(event):
                row.action.trigger()
                return True
        return False


def with_altgr(event: QKeyEvent) -> bool:
    """Whether a character was typed with AltGr, which Windows reports as Ctrl and Alt."""
    held = event.modifiers()
    typed = event.text().isprintable() and bool(event.text())
    both = held & ALTGR_ON_WINDOWS == ALTGR_ON_WINDOWS
    return bool(held & MODIFIERS.GroupSwitchModifier) or (typed and both)


def spellings(event: QKeyEvent) -> list[str]:
    """Return the shortcuts that match a key event, in portable form."""
    if event.key() in (0, Qt.Key.Key_unknown):
        return []
    held = event.modifiers() & ~(MODIFIERS.KeypadModifier | MODIFIERS.GroupSwitchModifier)
    found = [_spelled(held, event.key())]
    text = event.text()
    if len(text) == 1 and text.isprintable() and not text.isalnum() and not text.isspace():
        rest = held & ~MODIFIERS.ShiftModifier
        if with_altgr(event) and rest & ALTGR_ON_WINDOWS == ALTGR_ON_WINDOWS:
            rest &= ~ALTGR_ON_WINDOWS
        found.append(_spelled(rest, ord(text)))
    return list(dict.fromkeys(found))


def _spelled(held: Qt.KeyboardModifier, key: int) -> str:
    return QKeySequence(held.value | key).toString(QKeySequence.SequenceFormat.PortableText)


def _changes(stored: object) -> dict[str, tuple[str, ...]]:
    """Return the stored changes without invalid entries."""
    found: dict[str, tuple[str, ...]] = {}
    for name, keys in stored.items() if isinstance(stored, dict) else ():
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            spelled = tuple(portable(key) for key in keys)
            found[str(name)] = tuple(key for key in spelled if key)
    return found
