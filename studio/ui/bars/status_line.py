"""The status line: zoom, colour under the cursor, size, memory, and the offline sign."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

import psutil
import shiboken6
from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QLabel, QStatusBar

from studio.core.geometry import Rect
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.widgets.translation import decimals, tr
from studio.ui.widgets.widgets import Elided, IconHolder

ZOOMS = (0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0)


class StatusLine(QStatusBar):
    """Follows a canvas."""

    zoom_chosen = Signal(float)

    def __init__(self, canvas: CanvasView, holder: IconHolder) -> None:
        super().__init__()
        self._canvas = canvas
        self._process = psutil.Process()
        self.engine_pid: Callable[[], int | None] = lambda: None
        """Returns the process id of the engine; set by the window."""
        self._point: tuple[float, float] | None = None
        self.zoom = QComboBox()
        self.zoom.setAccessibleName(tr("Zoom"))
        self.zoom.setToolTip(tr("Zoom"))
        for zoom in ZOOMS:
            self.zoom.addItem(f"{zoom * 100:g} %", zoom)
        self.zoom.setEditable(True)
        self.zoom.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.zoom.setFixedWidth(88)
        self.size_label = QLabel()
        self.place = QLabel()
        self.swatch = QLabel()
        self.swatch.setFixedSize(14, 14)
        self.colour = QLabel()
        self.memory = QLabel()
        self.work = Elided()
        self.engine = Elided()
        self.offline_icon = QLabel()
        self.offline = QLabel()
        self.show_online(False)
        holder.keep(
            self.offline_icon,
            lambda: self.offline_icon.setPixmap(
                holder.icons.get("ph.wifi-slash", accent=True).pixmap(16, 16)
            ),
        )
        for widget in (self.zoom, self.size_label, self.place, self.swatch, self.colour):
            self.addWidget(widget)
        for widget in (self.work, self.engine, self.memory, self.offline_icon, self.offline):
            self.addPermanentWidget(widget)
        self.place.setMinimumWidth(90)
        self.colour.setMinimumWidth(130)
        self._colour_timer = QTimer(self)
        self._colour_timer.setSingleShot(True)
        self._colour_timer.setInterval(30)
        self._colour_timer.timeout.connect(self._show_colour)
        self._memory_timer = QTimer(self)
        self._memory_timer.setInterval(3000)
        self._memory_timer.timeout.connect(self.show_memory)
        self._memory_timer.start()
        self.zoom.activated.connect(lambda: self._canvas.zoom_to(self.zoom.currentData()))
        edit = self.zoom.lineEdit()
        if edit is not None:
            edit.setAccessibleName(tr("Zoom"))
            edit.returnPressed.connect(self._on_typed)
        self._watch()
        self.show_memory()

    def follow(self, canvas: CanvasView) -> None:
        """Follow another canvas."""
        if canvas is self._canvas:
            return
        # The previous one may have been deleted.
        if shiboken6.isValid(self._canvas):
            self._canvas.viewed.disconnect(self.show_view)
            self._canvas.pointed.disconnect(self._on_pointed)
        self._canvas = canvas
        self._watch()
        self._on_pointed(None)

    def _watch(self) -> None:
        self._canvas.viewed.connect(self.show_view)
        self._canvas.pointed.connect(self._on_pointed)
        self.show_view()

    def show_document(self, is_open: bool) -> None:
        """Show the fields about the picture only while a document is open."""
        for part in (self.zoom, self.size_label, self.place, self.swatch, self.colour):
            part.setVisible(is_open)

    def show_view(self) -> None:
        """Show zoom and size."""
        document = self._canvas.document
        percent = self._canvas.view.zoom * 100
        self.zoom.setEditText(f"{percent:.0f} %" if percent >= 10 else f"{percent:.2g} %")
        self.size_label.setText(f"{document.width} x {document.height} px")

    def show_memory(self) -> None:
        """Show the memory that the program uses, including the engine's process."""
        used = self._process.memory_info().rss / (1 << 30)
        pid = self.engine_pid()
        if pid is not None:
            # It may end at any moment.
            with suppress(psutil.Error):
                used += psutil.Process(pid).memory_info().rss / (1 << 30)
        self.memory.setText(tr("Memory {used} GB", used=decimals(used, 1)))

    def show_work(self, text: str) -> None:
        """Show the current background work, hidden for an empty text."""
        self.work.setText(text)

    def show_online(self, online: bool) -> None:
        """Show whether a download that the artist began is running."""
        if online:
            self.offline.setText(tr("Downloading"))
            self.offline.setToolTip(tr("A model is being downloaded, as you asked."))
        else:
            self.offline.setText(tr("Offline"))
            self.offline.setToolTip(tr("Lienzo opens no connection; nothing leaves this machine."))
        self.offline_icon.setVisible(not online)

    def show_engine(self, text: str) -> None:
        """Show the state of the engine or its build."""
        self.engine.setText(text)

    def _on_typed(self) -> None:
        text = self.zoom.currentText().replace("%", "").replace(",", ".").strip()
        try:
            self._canvas.zoom_to(float(text) / 100)
        except ValueError:
            self.show_view()
        self._canvas.setFocus()

    def _on_pointed(self, point: tuple[float, float] | None) -> None:
        self._point = point
        self._colour_timer.start()

    def _show_colour(self) -> None:
        if self._point is None or not self._canvas.is_complete:
            self.place.setText("")
            self.colour.setText("")
            self.swatch.setStyleSheet("")
            return
        x, y = int(self._point[0]), int(self._point[1])
        from studio.document.render.compositor import composite

        r, g, b, a = (int(v) for v in composite(self._canvas.document, Rect(x, y, 1, 1))[0, 0])
        self.place.setText(f"{x}, {y}")
        self.colour.setText(f"{r}, {g}, {b}" + (f", {round(a / 2.55)} %" if a < 255 else ""))
        self.swatch.setStyleSheet(f"background: rgb({r},{g},{b}); border-radius: 3px;")
