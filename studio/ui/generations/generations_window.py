"""Help > Generations side by side…: one prompt through every system on this machine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QSpinBox,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.generations import BUILT_IN_NAMES
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.edit.request import EditResult
from studio.session.generations.chart import chart_of
from studio.session.generations.run import ROWS, Column, Comparison, single
from studio.session.generations.sheet import (
    ChartWords,
    SheetColumn,
    draw_sheet,
    shareable,
    write_sheet,
)
from studio.session.generations.systems import System, list_systems
from studio.session.jobs import JobQueue
from studio.session.whereabouts import model_folders
from studio.ui.generations.chart_view import chart_words
from studio.ui.generations.columns_page import ColumnsPage
from studio.ui.generations.figure_texts import about_text, column_lines
from studio.ui.generations.measurements import Measurements
from studio.ui.generations.systems_list import SystemsList
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import Elided, IconHolder, caption, number

KEPT = "generations"
"""The setting with the last prompt, the number of seeds, the first seed and the systems."""
SIZE = (1200, 690)
LARGEST_SEED = 2**31 - 10
REFRESH_MS = 60
"""Changes of the pictures are drawn together, as the engine reports faster than the eye sees."""


class GenerationsWindow(QDialog):
    """Runs a comparison beside the window; ``taken`` carries a result for the open document."""

    taken = Signal(object, bool)
    """An ``EditResult``, and whether it becomes a layer; else it goes to the tray."""

    def __init__(
        self,
        queue: JobQueue,
        settings: Settings,
        background: Background,
        holder: IconHolder,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._settings, self._background, self._holder = settings, background, holder
        self.run = Comparison(queue)
        self._stale: set[Column] = set()
        self.setWindowTitle(tr("Generations side by side"))
        self.prompt = QLineEdit()
        self.rows: QSpinBox = number(tr("Seeds"), ROWS[0], ROWS[-1], 2)
        self.seed: QSpinBox = number(tr("First seed"), 0, LARGEST_SEED, 1)
        self.compare_button = self._button(tr("Compare"), self.compare)
        self.compare_button.setObjectName("primary")
        self.stop_button = self._button(tr("Stop all"), self.run.stop)
        self.systems = SystemsList()
        self.pictures = ColumnsPage(holder)
        self.measurements = Measurements(holder.icons)
        self.pages: dict[str, QToolButton] = {
            "pictures": _segment(tr("Pictures"), "first"),
            "measurements": _segment(tr("Measurements"), ""),
            "systems": _segment(tr("Systems"), "last"),
        }
        self.note = Elided()
        self.layer_button = self._button(tr("Take as a layer"), lambda: self._take(True))
        self.tray_button = self._button(tr("To the tray"), lambda: self._take(False))
        self.sheet_button = self._button(tr("Save the sheet…"), self._ask_sheet)
        self.close_button = self._button(tr("Close"), self.close)
        self._lay_out()
        self._connect()
        self._restore()
        self._show_buttons()

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _lay_out(self) -> None:
        self.prompt.setAccessibleName(tr("Prompt"))
        self.prompt.setPlaceholderText(tr("One prompt for all systems, for example: a red car"))
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self.prompt, 1)
        for text, field in ((tr("Seeds"), self.rows), (tr("First seed"), self.seed)):
            top.addWidget(caption(text))
            top.addWidget(field)
        top.addWidget(self.compare_button)
        top.addWidget(self.stop_button)
        self._group = QButtonGroup(self)
        segments = QHBoxLayout()
        segments.setSpacing(0)
        for button in self.pages.values():
            self._group.addButton(button)
            segments.addWidget(button)
        segments.addStretch(1)
        self.stack = QStackedWidget()
        for page in (self.pictures, self.measurements, self.systems):
            self.stack.addWidget(page)
        self.pages["pictures"].setChecked(True)
        below = QHBoxLayout()
        below.setSpacing(8)
        below.addWidget(self.note, 1)
        for one in (self.layer_button, self.tray_button, self.sheet_button, self.close_button):
            below.addWidget(one)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 14, 16, 12)
        column.setSpacing(10)
        column.addLayout(top)
        column.addLayout(segments)
        column.addWidget(self.stack, 1)
        column.addLayout(below)
        room = self.screen().availableSize()
        self.resize(min(SIZE[0], room.width() - 40), min(SIZE[1], room.height() - 60))

    def _connect(self) -> None:
        self.prompt.returnPressed.connect(self.compare)
        self._group.buttonClicked.connect(self._on_page)
        self.systems.chosen_changed.connect(self._show_buttons)
        self.pictures.chosen.connect(self._show_buttons)
        self.pictures.taken.connect(lambda: self._take(True))
        self.pictures.stop_asked.connect(self.run.stop_column)
        self.pictures.again_asked.connect(self.run.again)
        listen(self, self.run.changed, self._on_changed)
        listen(self, self.run.ended, self._on_ended)
        self._refresh = QTimer(self)
        self._refresh.setSingleShot(True)
        self._refresh.setInterval(REFRESH_MS)
        self._refresh.timeout.connect(self._draw)
        self._holder.keep(self, self.update)

    # What is kept

    def _restore(self) -> None:
        kept: dict[str, Any] = self._settings.get(KEPT, {})
        self.prompt.setText(str(kept.get("prompt", "")))
        for field, name in ((self.rows, "rows"), (self.seed, "seed")):
            if isinstance(kept.get(name), int):
                field.setValue(kept[name])
        names = kept.get("systems")
        self._wanted = [str(one) for one in names] if isinstance(names, list) else None

    def _keep(self) -> None:
        shown = self.systems.systems
        self._settings.set(
            KEPT,
            {
                "prompt": self.prompt.text(),
                "rows": self.rows.value(),
                "seed": self.seed.value(),
                "systems": [one.id for one in self.systems.chosen] if shown else self._wanted,
            },
        )

    def look(self) -> None:
        """List the systems again: the artist may have added or removed models."""
        if self.systems.systems:
            self._wanted = [one.id for one in self.systems.chosen]
        folders = model_folders(self._settings)

        def work(progress: Progress) -> tuple[System, ...]:
            return list_systems(folders, progress)

        self._background.run(work, self._show_systems, self._fail, owner=self)

    def _show_systems(self, systems: tuple[System, ...]) -> None:
        wanted = self._wanted if self._wanted is not None else list(BUILT_IN_NAMES)
        self.systems.show_systems(systems, wanted)

    # Running

    def compare(self) -> None:
        """Begin, instead of a comparison that runs."""
        try:
            self._keep()
            self.run.start(
                self.prompt.text(), self.systems.chosen, self.rows.value(), self.seed.value()
            )
        except StudioError as error:
            self._fail(error)
            return
        self._show_note("")
        self.pages["pictures"].setChecked(True)
        self._on_page()
        self.pictures.show_columns(self.run.columns)
        self.measurements.show_columns(self.run.columns)
        self._show_buttons()

    def _on_changed(self, column: Column) -> None:
        self._stale.add(column)
        if not self._refresh.isActive():
            self._refresh.start()

    def _draw(self) -> None:
        stale, self._stale = self._stale, set()
        for column in stale:
            self.pictures.refresh(column)
        self.measurements.show_columns(self.run.columns)
        self._show_buttons()

    def _on_ended(self) -> None:
        self._draw()

    def _show_buttons(self) -> None:
        running, cell = self.run.is_running, self.pictures.cell
        has_picture = cell is not None and cell.result is not None
        self.compare_button.setEnabled(bool(self.systems.systems))
        self.stop_button.setEnabled(running)
        self.layer_button.setEnabled(has_picture)
        self.tray_button.setEnabled(has_picture)
        self.sheet_button.setEnabled(any(column.results for column in self.run.columns))

    def _on_page(self, *_: object) -> None:
        place = next(n for n, one in enumerate(self.pages.values()) if one.isChecked())
        self.stack.setCurrentIndex(place)

    def _take(self, as_layer: bool) -> None:
        cell = self.pictures.cell
        result: EditResult | None = single(cell) if cell is not None else None
        if result is None:
            self._show_note(tr("This picture is not there yet."))
            return
        self.taken.emit(result, as_layer)
        said = tr("It is a layer now.") if as_layer else tr("It is in the tray now.")
        self._show_note(said)

    # The sheet

    def _ask_sheet(self) -> None:
        kinds = f"{tr('Pictures')} (*.png *.jpg *.webp)"
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the sheet"), "sheet.png", kinds)
        if name:
            self.save_sheet(Path(name))

    def save_sheet(self, path: Path) -> None:
        """Write pictures, measurements and chart as one picture, or say why not."""
        columns = [
            SheetColumn(
                one.system.name,
                about_text(one),
                tuple(cell.result.images[0] if cell.result else None for cell in one.cells),
                tuple(shareable(line, one.system.place) for line in column_lines(one)),
            )
            for one in self.run.columns
        ]
        chart = chart_of([(one.system.name, one.figures) for one in self.run.columns])
        try:
            write_sheet(
                draw_sheet(self.run.prompt, columns, chart, ChartWords(*chart_words())), path
            )
        except StudioError as error:
            self._fail(error)
            return
        self._show_note(tr("Saved as {name}.", name=path.name))

    def _fail(self, error: BaseException) -> None:
        text = " ".join(error_text(error)) if isinstance(error, StudioError) else str(error)
        self._show_note(text, bad=True)

    def _show_note(self, text: str, *, bad: bool = False) -> None:
        self.note.setObjectName("notice" if bad else "caption")
        self.note.style().polish(self.note)
        self.note.setText(text)
        self.note.setAccessibleName(text)

    def reject(self) -> None:
        """Hide the window; a running comparison goes on in the queue."""
        self.hide()


def _segment(text: str, place: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("segment")
    button.setProperty("place", place)
    button.setText(text)
    button.setAccessibleName(text)
    button.setCheckable(True)
    button.setMinimumWidth(120)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return button
