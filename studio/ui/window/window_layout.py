"""The layout of the window and its panels: initial sizes, and the remembered arrangement."""

from __future__ import annotations

import zlib

from PySide6.QtCore import QByteArray, QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.ui.documents.current_page import CurrentPage
from studio.ui.prompt.prompt_panel import PromptPanel
from studio.ui.window.folding import Folding

STATE_VERSION = 2
"""Increased when docks or toolbars change so that an older arrangement no longer fits."""
FIRST_SIZE = QSize(1440, 900)
FRAME = QSize(16, 48)
"""Allowance for the title bar and the borders, in logical pixels."""
LEAST_CANVAS = QSize(320, 240)
"""Smallest canvas of a remembered arrangement; a smaller one is taken for an accident."""
GRIP = QSize(64, 24)
"""Part of a floating panel that must be on a screen, so that it can be dragged."""
SETTLES_MS = 3000
"""Window managers may resize a window some time after it was shown."""
RIGHT_WIDTH = 352
TRIES = 4
LEAST_PROMPT = 150
"""Height of the prompt and Generate in a very low window, in logical pixels."""


def place_window(window: QMainWindow, settings: Settings) -> None:
    """Place a window that is not shown yet as remembered, or so that it fits the screen."""
    saved = _bytes(settings.get("window_geometry", ""))
    if not saved.isEmpty() and window.restoreGeometry(saved) and _fits(window):
        return
    window.setWindowState(Qt.WindowState.WindowNoState)
    room = QGuiApplication.primaryScreen().availableGeometry()
    size = FIRST_SIZE.boundedTo(room.size() - FRAME)
    corner = room.center() - QPoint(size.width() // 2, size.height() // 2)
    window.setGeometry(QRect(corner, size))
    if size != FIRST_SIZE:
        window.setWindowState(Qt.WindowState.WindowMaximized)


def _bytes(text: object) -> QByteArray:
    """Decode the output of ``_text``; empty if it is damaged, which Qt would half apply."""
    check, _, content = str(text).partition(":")
    data = content.encode("ascii", "ignore")
    if not content or check != str(zlib.crc32(data)):
        return QByteArray()
    return QByteArray.fromBase64(data)


def _fits(window: QWidget) -> bool:
    """Whether a window is on the current screens and no larger than one."""
    place = window.normalGeometry() if window.isMaximized() else window.geometry()
    rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
    return any(
        room.contains(place.center())
        and place.width() <= room.width()
        and place.height() <= room.height()
        for room in rooms
    )


class WindowLayout(QObject):
    """Arranges the docks of one window, once it has its final size."""

    def __init__(self, window: CurrentPage) -> None:
        super().__init__(window)
        self._window = window
        self._saved = _bytes(window.settings.get("window_docks", ""))
        self.folding = Folding(window, (window.docks["tray"], window.docks["queue"]))
        self._given = 0
        self._fit = QTimer(self)
        self._fit.setSingleShot(True)
        self._fit.timeout.connect(self._on_content)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self._settle)
        self._settled = QTimer(self)
        self._settled.setSingleShot(True)
        self._settled.setInterval(SETTLES_MS)
        self._settled.timeout.connect(lambda: window.removeEventFilter(self))
        self.place_docks()
        window.installEventFilter(self)
        if window.isVisible():
            self._begin()

    @property
    def is_settling(self) -> bool:
        """Whether the window is still opening and its docks follow its changing size."""
        return self._settled.isActive() or self._soon.isActive()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrange the docks again at each resize while the window opens."""
        if event.type() == QEvent.Type.Show:
            self._begin()
        elif event.type() == QEvent.Type.Resize and self._settled.isActive():
            self._soon.start()
        return False

    def _begin(self) -> None:
        self._settled.start()
        self._soon.start()

    def _settle(self) -> None:
        window = self._window
        if not window.isVisible():
            return
        # Qt fits a remembered arrangement to the layout's current size, not to its final one.
        self._activate()
        if self._saved.isEmpty():
            # The panel in front is unchanged: the artist may have chosen another one by now.
            self._size_docks()
        else:
            self.folding.unfold()
            if not window.restoreState(self._saved, STATE_VERSION) or not self._is_sane():
                self._saved = QByteArray()
                self.reset()
        self.folding.update()
        self._activate()
        # Once more, when the panels have their own size hints.
        self._fit.start()
        window.canvas.refit()

    def _activate(self) -> None:
        layout = self._window.layout()
        if layout is not None:
            layout.activate()

    def _is_sane(self) -> bool:
        """Whether an arrangement is usable: canvas and panels are visible."""
        self._activate()
        window = self._window
        middle = window.centralWidget()
        center = middle.size() if middle is not None else QSize()
        if center.width() < LEAST_CANVAS.width() or center.height() < LEAST_CANVAS.height():
            return False
        rooms = [screen.availableGeometry() for screen in QGuiApplication.screens()]
        for dock in window.docks.values():
            if dock.isHidden():
                continue
            if dock.isFloating():
                seen = [room.intersected(dock.geometry()).size() for room in rooms]
                if not any(one.boundedTo(GRIP) == GRIP for one in seen):
                    return False
            elif not _is_behind(window, dock) and not window.rect().contains(dock.geometry()):
                return False
        return True

    def place_docks(self) -> None:
        """Stack the panels of each corner as tabs, and set the initial sizes."""
        window, docks = self._window, self._window.docks
        for name in ("history", "models", "subjects"):
            window.tabifyDockWidget(docks["layers"], docks[name])
        docks["layers"].raise_()
        window.tabifyDockWidget(docks["prompt"], docks["words"])
        docks["prompt"].raise_()
        self._size_docks()

    def _size_docks(self) -> None:
        window, docks = self._window, self._window.docks
        right = [docks["prompt"], docks["layers"]]
        window.resizeDocks(right, [RIGHT_WIDTH] * 2, Qt.Orientation.Horizontal)
        self._share_height()
        bottom = [docks["tray"], docks["queue"]]
        window.resizeDocks(bottom, [760, 260], Qt.Orientation.Horizontal)
        self.folding.apply_height()

    def watch_prompt(self, panel: PromptPanel) -> None:
        """Keep the prompt panel of a page as high as its content until the artist resizes it."""
        panel.content_resized.connect(self._fit.start)

    def _on_content(self) -> None:
        """Follow the prompt panel's height, but not while typing, when remarks come and go."""
        window, dock = self._window, self._window.docks["prompt"]
        if _is_behind(window, dock):
            return  # The panel in front determines the column; Qt keeps no height of this one.
        if dock.height() == self._given and not window.prompt.prompt.hasFocus():
            self._share_height()

    def _share_height(self) -> None:
        window, docks = self._window, self._window.docks
        right = [docks["prompt"], docks["layers"]]
        wanted = self._shared_height()
        asked = list(wanted)
        # Qt includes the tabs below the panels in the requested heights.
        for _ in range(TRIES):
            window.resizeDocks(right, asked, Qt.Orientation.Vertical)
            self._activate()
            missed = wanted[0] - docks["prompt"].height()
            if not missed or min(asked[0] + missed, asked[1] - missed) < 1:
                break
            asked = [asked[0] + missed, asked[1] - missed]
        self._given = docks["prompt"].height()
        # Qt moves a panel by copying its pixels, including tabs that briefly covered it.
        window.update()

    def _shared_height(self) -> list[int]:
        """Return heights for prompt and layers: the full prompt if six rows stay visible."""
        docks = self._window.docks
        panel, layers = self._window.prompt, self._window.layers
        titles = [_title_height(docks[name]) for name in ("prompt", "layers")]
        room = docks["prompt"].height() + docks["layers"].height() - sum(titles)
        best = panel.height_wanted()
        prompt = max(LEAST_PROMPT, min(best, room - layers.height_wanted())) + titles[0]
        room += sum(titles)
        return [max(prompt, 1), max(room - prompt, 1)]

    def reset(self) -> None:
        """Restore the panels' initial arrangement."""
        window = self._window
        area = Qt.DockWidgetArea
        for name, dock in window.docks.items():
            bottom = name in ("tray", "queue")
            dock.setFloating(False)
            window.removeDockWidget(dock)
            window.addDockWidget(
                area.BottomDockWidgetArea if bottom else area.RightDockWidgetArea, dock
            )
            dock.show()
        self.folding.forget()
        self.place_docks()
        self.folding.update()

    def remember(self) -> None:
        """Save the arrangement for the next start."""
        window, settings = self._window, self._window.settings
        # Qt divides folded docks slightly differently: saved that way, they would drift.
        height = self.folding.height
        window.setUpdatesEnabled(False)
        self.folding.unfold()
        self._activate()
        values = {
            "window_geometry": _text(window.saveGeometry()),
            "window_docks": _text(window.saveState(STATE_VERSION)),
            "window_results_height": height,
        }
        try:
            for name, value in values.items():
                settings.set(name, value)
        except StudioError:
            # The window closes anyway; next time it opens with the earlier arrangement.
            return


def _title_height(dock: QDockWidget) -> int:
    layout = dock.layout()
    if layout is not None:
        layout.activate()
    return dock.height() - dock.widget().height()


def _is_behind(window: QMainWindow, dock: QDockWidget) -> bool:
    """Whether a dock is behind the tab of another one; Qt then moves it off screen."""
    return bool(window.tabifiedDockWidgets(dock)) and dock.visibleRegion().isEmpty()


def _text(data: QByteArray) -> str:
    content = bytes(data.toBase64().data())
    return f"{zlib.crc32(content)}:{content.decode('ascii')}"
