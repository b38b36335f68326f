"""File > Batch…: a recipe for every photo of a folder, beside the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.photo_tools import PhotoTool
from studio.catalog.settings import Kind, Value
from studio.catalog.styles import PRESETS
from studio.core.errors import StudioError
from studio.document.layer import GenerativeLayer
from studio.session.batch import (
    Step,
    outputs,
    photos_in,
    read_recipe,
    step_of_layer,
    step_tools,
)
from studio.session.session import Session
from studio.ui.dialogs.batch_work import BatchWork
from studio.ui.prompt.setting_field import SettingField, setting_field
from studio.ui.threads.background import Background
from studio.ui.widgets.durations import left_text
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import form

KINDS = (".png", ".jpg", ".webp", ".ora", ".psd")
"""Endings of the results."""
STATE, STEPS = 1, 1000
FILE = "file"
"""The recipe that is read from a file."""


class BatchDialog(QDialog):
    """Chooses recipe and folders, and shows a line a photo; the window stays usable meanwhile.

    ``current`` returns the session in front, whose layers are offered as recipes.
    """

    def __init__(
        self, current: Callable[[], Session], background: Background, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Batch"))
        self._current = current
        self._recipes: dict[str, tuple[Step, ...]] = {}
        self._fields: dict[str, SettingField] = {}
        self._results: list[Path] = []
        self._open: set[int] = set()
        self._failed: set[int] = set()
        self.work = BatchWork(lambda: current().hidden(), current().queue, background, self)
        self.recipe = QComboBox()
        self.photos, self.out = QLineEdit(), QLineEdit()
        self.kind = QComboBox()
        for ending in KINDS:
            self.kind.addItem(ending[1:].upper(), ending)
        self.again = QCheckBox(tr("Make results that are already there once more"))
        self.again.setAccessibleName(self.again.text())
        self.list = QTreeWidget()
        self.list.setRootIsDecorated(False)
        self.list.setAccessibleName(tr("Photos"))
        self.list.setHeaderLabels([tr("Photo"), tr("State")])
        self.list.setColumnWidth(0, 190)
        self.bar = QProgressBar()
        self.bar.setRange(0, STEPS)
        self.bar.setTextVisible(False)
        self.bar.setFixedHeight(6)
        self.bar.setAccessibleName(tr("Progress of the batch"))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setMinimumHeight(2 * self.note.fontMetrics().lineSpacing() + 4)
        self.note.setAlignment(Qt.AlignmentFlag.AlignTop)
        self.start_button = self._button(tr("Start the batch"), self.start)
        self.start_button.setObjectName("primary")
        self.stop_button = self._button(tr("Stop"), self.work.cancel)
        self.close_button = self._button(tr("Close"), self.close)
        self._clock = QTimer(self)
        self._clock.setInterval(500)
        self._clock.timeout.connect(self._show_time)
        self._arrange()
        self._connect()
        self.fill_recipes()
        self._show_buttons()

    def _arrange(self) -> None:
        self._upper = QWidget()
        rows = self._rows = form(self._upper)
        self._add(rows, tr("Recipe"), self.recipe)
        self._add_folder(rows, tr("Photos from"), self.photos)
        self._add_folder(rows, tr("Results to"), self.out)
        self._add(rows, tr("Format"), self.kind)
        rows.addRow("", self.again)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        for button in (self.start_button, self.stop_button, self.close_button):
            buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(18, 16, 18, 14)
        column.setSpacing(10)
        column.addWidget(self._upper)
        column.addWidget(self.list, 1)
        column.addWidget(self.bar)
        column.addWidget(self.note)
        column.addLayout(buttons)
        self.resize(620, 600)

    def _add(self, rows: QFormLayout, label: str, field: QWidget) -> None:
        field.setAccessibleName(label)
        rows.addRow(label, field)

    def _add_folder(self, rows: QFormLayout, label: str, field: QLineEdit) -> None:
        field.setAccessibleName(label)
        button = self._button(tr("Choose…"), lambda: self._ask_folder(field, label))
        button.setAccessibleName(f"{label}: {button.text()}")
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(field, 1)
        line.addWidget(button)
        rows.addRow(label, line)

    def _button(self, text: str, slot: Callable[[], object]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _connect(self) -> None:
        self.recipe.activated.connect(self._on_recipe)
        for field in (self.photos, self.out):
            field.textChanged.connect(self.look)
        self.kind.currentIndexChanged.connect(self.look)
        self.again.toggled.connect(self.look)
        self.work.begun.connect(lambda number: self._say(number, tr("being made…")))
        self.work.done.connect(self._on_done)
        self.work.failed.connect(self._on_failed)
        self.work.ended.connect(self._on_ended)

    # The recipe

    def fill_recipes(self) -> None:
        """Offer the recipes of the document in front, the tools, and a file."""
        chosen, kept = self.recipe.currentData(), self._recipes.get(FILE)
        name = self.recipe.itemText(self.recipe.findData(FILE)) if kept else ""
        self.recipe.clear()
        self._recipes = {}
        for tool, row in step_tools().items():
            self.recipe.addItem(message(row.label), tool)
        for layer in reversed(list(self._current().document.walk())):
            if isinstance(layer, GenerativeLayer):
                try:
                    self._recipes[layer.id] = (step_of_layer(layer),)
                except StudioError:
                    continue
                self.recipe.addItem(tr("Like the layer “{name}”", name=layer.name), layer.id)
        if kept:
            self._recipes[FILE] = kept
            self.recipe.addItem(name, FILE)
        self.recipe.addItem(tr("A recipe file…"), "")
        self.recipe.setCurrentIndex(max(self.recipe.findData(chosen), 0))
        self._show_settings()

    def _on_recipe(self) -> None:
        if self.recipe.currentData() == "":
            self._ask_file()
        self._show_settings()

    def _ask_file(self) -> None:
        kinds = f"{tr('Recipes')} (*.json *.ora *.psd)"
        name, _ = QFileDialog.getOpenFileName(self, tr("A recipe file"), "", kinds)
        self.recipe.setCurrentIndex(0)
        if name:
            self.use_file(Path(name))

    def use_file(self, path: Path) -> None:
        """Take the recipe of a file, or say why not."""
        try:
            self._recipes[FILE] = read_recipe(str(path))
        except StudioError as error:
            self._tell(error)
            return
        old = self.recipe.findData(FILE)
        if old >= 0:
            self.recipe.removeItem(old)
        self.recipe.insertItem(self.recipe.count() - 1, path.name, FILE)
        self.recipe.setCurrentIndex(self.recipe.findData(FILE))
        self._show_settings()

    @property
    def _tool(self) -> PhotoTool | None:
        return step_tools().get(str(self.recipe.currentData()))

    def _show_settings(self) -> None:
        """Show the settings of the chosen tool."""
        for _ in self._fields:
            self._rows.removeRow(1)
        self._fields.clear()
        tool = self._tool
        for row in tool.settings if tool is not None else ():
            if row.kind is Kind.TEXT and row.id == "model":
                continue
            field = setting_field(row)
            if row.id == "style":
                # A painting comes with a layer that was made with it.
                field.set_choices(PRESETS)  # type: ignore[union-attr]
            label = message(row.label)
            if row.kind is Kind.SWITCH:
                field.setText(label)  # type: ignore[union-attr]
                label = ""
            self._fields[row.id] = field
            self._rows.insertRow(len(self._fields), label, field)

    def steps(self) -> tuple[Step, ...]:
        """Return the steps of the recipe; StudioError if it is incomplete."""
        tool = self._tool
        if tool is None:
            return self._recipes[str(self.recipe.currentData())]
        values = {name: _value(field) for name, field in self._fields.items()}
        if "prompt" in values:
            values["model"] = self._current().edit_settings.model
            if not str(values["prompt"]).strip():
                raise StudioError("The prompt is empty.", "Describe what should be there.")
        return (Step(tool.id, tool.checked(values)),)

    # The folders

    def _ask_folder(self, field: QLineEdit, label: str) -> None:
        name = QFileDialog.getExistingDirectory(self, label, field.text())
        if name:
            field.setText(name)

    def look(self, *_: object) -> None:
        """List the photos of the folder with what will become of them."""
        if self.work.is_running:
            return
        self.list.clear()
        self._results = []
        self.bar.setValue(0)
        try:
            photos, self._results = self._pairs()
        except StudioError as error:
            self._tell(error)
            self._show_buttons()
            return
        for photo, target in zip(photos, self._results, strict=True):
            there = target.exists() and not self.again.isChecked()
            item = QTreeWidgetItem([photo.name, tr("already there") if there else ""])
            item.setData(0, Qt.ItemDataRole.UserRole, str(photo))
            self.list.addTopLevelItem(item)
        count = len(photos)
        self._show_note(tr("{count} photos.", count=count) if count else "")
        self._show_buttons()

    def _pairs(self) -> tuple[list[Path], list[Path]]:
        if not self.photos.text().strip() or not self.out.text().strip():
            return [], []
        photos = photos_in(Path(self.photos.text()))
        out = Path(self.out.text()).expanduser()
        return photos, outputs(photos, out, str(self.kind.currentData()))

    # Running

    def start(self) -> None:
        """Make the results that are missing."""
        self.look()
        try:
            steps = self.steps()
        except StudioError as error:
            self._tell(error)
            return
        todo = []
        for number, target in enumerate(self._results):
            item = self.list.topLevelItem(number)
            if item is not None and (self.again.isChecked() or not target.exists()):
                photo = Path(item.data(0, Qt.ItemDataRole.UserRole))
                todo.append((number, photo, target))
                item.setText(STATE, tr("waits"))
        self._failed, self._open = set(), {number for number, _, _ in todo}
        if todo:
            self.work.start(steps, todo)
            self._clock.start()
        self._show_buttons()

    def _say(self, number: int, text: str) -> None:
        item = self.list.topLevelItem(number)
        if item is not None:
            item.setText(STATE, text)
            item.setToolTip(STATE, text)
            self.list.scrollToItem(item)

    def _on_done(self, number: int, seconds: float) -> None:
        self._open.discard(number)
        self._say(number, tr("made in {seconds} s", seconds=f"{seconds:.1f}"))

    def _on_failed(self, number: int, error: BaseException) -> None:
        text = " ".join(error_text(error)) if isinstance(error, StudioError) else str(error)
        self._open.discard(number)
        self._failed.add(number)
        self._say(number, tr("failed: {reason}", reason=text))

    def _on_ended(self, is_whole: bool) -> None:
        self._clock.stop()
        self._show_time()
        wrong = len(self._failed)
        if not is_whole:
            for number in self._open:
                self._say(number, tr("stopped"))
            self._show_note(tr("Stopped. Started again, it goes on with what is missing."))
        elif wrong:
            self._show_note(tr("Finished; {count} failed.", count=wrong), bad=True)
        else:
            self._show_note(tr("Finished."))
        self._show_buttons()

    def _show_time(self) -> None:
        self.bar.setValue(round(STEPS * self.work.fraction))
        left = self.work.time_left()
        if left is not None:
            self._show_note(left_text(left))

    def _show_buttons(self) -> None:
        running = self.work.is_running
        self.start_button.setEnabled(not running and self.list.topLevelItemCount() > 0)
        self.stop_button.setEnabled(running)
        self._upper.setEnabled(not running)

    def _tell(self, error: StudioError) -> None:
        self._show_note(" ".join(error_text(error)), bad=True)

    def _show_note(self, text: str, *, bad: bool = False) -> None:
        self.note.setObjectName("notice" if bad else "caption")
        self.note.style().polish(self.note)
        self.note.setText(text)

    def reject(self) -> None:
        """Hide the window; a running batch goes on in the queue."""
        self.hide()


def _value(field: SettingField) -> Value:
    if isinstance(field, QCheckBox):
        return field.isChecked()
    if isinstance(field, QComboBox):
        return str(field.currentData())
    return field.text() if isinstance(field, QLineEdit) else field.value
