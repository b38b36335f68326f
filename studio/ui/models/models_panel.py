"""The models panel: the chosen model's card, its gallery and its licences."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.card import Gallery, ModelCard, load_card
from studio.catalog.families.table import family
from studio.catalog.models import STARTER, ModelSpec
from studio.catalog.vocabulary import fold
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.ui.models.library_view import LibraryView
from studio.ui.threads.background import Background
from studio.ui.widgets.add_model import add_button
from studio.ui.widgets.model_items import fill_models, model_rows
from studio.ui.widgets.pixels import Pixels, pixmap_of
from studio.ui.widgets.text_dialog import TextDialog
from studio.ui.widgets.translation import LANGUAGES, error_text, tr
from studio.ui.widgets.widgets import IconHolder, Section, Wrapped

SIDE = 64
NAME = Qt.ItemDataRole.UserRole
MOST_REASONS = 20


class ThingsList(QListWidget):
    """The gallery; Enter and a double click pick an entry."""

    taken = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setIconSize(QSize(SIDE, SIDE))
        self.setGridSize(QSize(SIDE + 34, SIDE + 30))
        self.setUniformItemSizes(True)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumHeight(2 * (SIDE + 30) + 12)
        self.itemDoubleClicked.connect(self._take)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Pick the current entry on Enter; other keys move or search."""
        item = self.currentItem()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            self._take(item)
            return
        super().keyPressEvent(event)

    def _take(self, item: QListWidgetItem) -> None:
        self.taken.emit(str(item.data(NAME)))


class ModelsPanel(QScrollArea):
    """Shows one model's card; ``word_taken`` carries a gallery entry to insert in the prompt."""

    word_taken = Signal(str)
    model_chosen = Signal(str)
    folder_asked = Signal()
    file_asked = Signal()
    find_asked = Signal()
    get_asked = Signal()
    library_shown = Signal()
    """The list of everything became visible, or has to be loaded again."""
    failed = Signal(object)

    def __init__(self, background: Background, holder: IconHolder) -> None:
        super().__init__()
        self._background = background
        self._models: dict[str, ModelSpec] = {}
        self._language = "en"
        self._wanted = ""
        self._asked = False
        self._seen = False
        self.card = ModelCard()
        self.chooser = QComboBox()
        self.add_model = add_button(holder, self)
        self.library = LibraryView(holder)
        self.pages = {
            "one": _page_button(tr("This model"), "first"),
            "all": _page_button(tr("All models and parts"), "last"),
        }
        self.facts = _text("caption")
        self.demo = _text("hint")
        self.get = QPushButton(tr("Get a model…"))
        self.summary = _text()
        self.search = QLineEdit()
        self.things = ThingsList()
        self.none_found = _text("hint")
        self.more = Section(tr("About this model"), holder)
        self.styles = _text()
        self.limits = _text()
        self.licences = QPushButton(tr("Licences…"))
        self.unusable = Section(tr("Models that cannot be used"), holder)
        self.reasons = _text("hint")
        self._lay_out()
        self.chooser.activated.connect(self._on_chosen)
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._take_first)
        self.things.taken.connect(self.word_taken)
        self.library.model_chosen.connect(self.model_chosen)
        self.library.lora_taken.connect(lambda name: self.word_taken.emit(f"<lora:{name}:1>"))
        self._group.buttonClicked.connect(self._on_page)
        self.licences.clicked.connect(self.show_licences)
        self.get.clicked.connect(self.get_asked)

    def _lay_out(self) -> None:
        self.setAccessibleName(tr("Models"))
        self.chooser.setAccessibleName(tr("Model"))
        self.search.setAccessibleName(tr("Search what the model knows"))
        self.search.setPlaceholderText(tr("Search what the model knows"))
        self.things.setAccessibleName(tr("What the model knows"))
        self.things.setToolTip(tr("Press Enter or double-click to insert the word into the prompt"))
        self.licences.setAccessibleName(tr("Licences…"))
        self.demo.setText(tr("This is a small demo model: it paints simple toys."))
        self.get.setAccessibleName(self.get.text())
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 8)
        column.setSpacing(6)
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self.chooser, 1)
        row.addWidget(self.library.search, 1)
        row.addWidget(self.add_model)
        column.addLayout(row)
        column.addLayout(self._page_row())
        column.addWidget(self.library, 1)
        column.addWidget(self._lay_out_card(), 1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def _lay_out_card(self) -> QWidget:
        """Return the page of the chosen model."""
        self._one = QWidget()
        column = QVBoxLayout(self._one)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.facts)
        demo = QHBoxLayout()
        demo.setSpacing(8)
        demo.addWidget(self.demo, 1)
        demo.addWidget(self.get)
        column.addLayout(demo)
        column.addWidget(self.search)
        column.addWidget(self.things, 1)
        column.addWidget(self.none_found)
        column.addWidget(self.more)
        inner = QVBoxLayout(self.more.body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(6)
        inner.addWidget(self.summary)
        inner.addWidget(self.styles)
        inner.addWidget(self.limits)
        inner.addWidget(self.licences)
        column.addWidget(self.unusable)
        below = QVBoxLayout(self.unusable.body)
        below.setContentsMargins(0, 0, 0, 0)
        below.addWidget(self.reasons)
        self.unusable.hide()
        # Takes the room that the list of things leaves if the model has none.
        column.addStretch()
        return self._one

    def _page_row(self) -> QHBoxLayout:
        self._group = QButtonGroup(self)
        line = QHBoxLayout()
        line.setSpacing(0)
        for button in self.pages.values():
            self._group.addButton(button)
            line.addWidget(button, 1)
        self.pages["one"].setChecked(True)
        self.library.hide()
        self.library.search.hide()
        return line

    @property
    def shows_library(self) -> bool:
        """Whether the list of everything is visible."""
        return self._seen and self.pages["all"].isChecked()

    def show_library(self) -> None:
        """Show everything in the model folders instead of the chosen model."""
        self.pages["all"].setChecked(True)
        self._on_page()

    def _on_page(self, *_: object) -> None:
        every = self.pages["all"].isChecked()
        self.library.setVisible(every)
        self.library.search.setVisible(every)
        self.chooser.setVisible(not every)
        self._one.setVisible(not every)
        if every:
            self.library_shown.emit()

    def set_models(self, models: Sequence[ModelSpec]) -> None:
        """Offer models; `show_model` chooses one of them."""
        self._models = {model.id: model for model in models}
        fill_models(self.chooser, model_rows(models))

    def set_problems(self, problems: Sequence[tuple[Path, StudioError]]) -> None:
        """List the files and folders that look like models and cannot be used, with the reasons."""
        said = [_reason(path, error) for path, error in problems[:MOST_REASONS]]
        rest = len(problems) - len(said)
        if rest > 0:
            said.append(
                tr("{count} more; All models and parts lists them with the reason.", count=rest)
            )
        self.reasons.setText("\n\n".join(said))
        self.unusable.setVisible(bool(said))

    def show_model(self, model: str) -> None:
        """Show a model's card once the panel is visible: its gallery has hundreds of pictures."""
        if model in self._models:
            self.chooser.setCurrentIndex(self.chooser.findData(model))
            self._wanted, self._asked = model, False
            self.set_seen(self._seen)

    def set_seen(self, seen: bool) -> None:
        """Set whether the panel is visible, and load a card requested while it was hidden."""
        self._seen = seen
        if seen and not self._asked:
            self._load()
        if self.shows_library:
            self.library_shown.emit()

    def _load(self) -> None:
        model = self._wanted
        spec = self._models.get(model)
        if spec is None:
            return
        self._asked = True
        language = self._language

        def load(progress: Progress) -> tuple[ModelCard, tuple[Pixels, ...]]:
            card = load_card(spec, language)
            return card, tiles(card.gallery) if card.gallery else ()

        def show(found: tuple[ModelCard, tuple[Pixels, ...]]) -> None:
            if self._wanted == model:
                self._show(spec, *found)

        self._background.run(load, show, self.failed.emit, owner=self)

    def set_language(self, language: str) -> None:
        """Set the language of cards, starting with the next one."""
        self._language = language

    def _show(self, spec: ModelSpec, card: ModelCard, pictures: Sequence[Pixels]) -> None:
        self.card = card
        parts = [
            family(spec.family).label_of(spec),
            tr("{count} million parameters", count=round(spec.parameters / 1e6)),
            f"{spec.native_size} px",
        ]
        if card.things:
            parts.append(tr("knows {count} things", count=len(card.things)))
            parts.append(", ".join(LANGUAGES.get(code, code) for code in card.languages))
        self.facts.setText("  ·  ".join(parts))
        self.demo.setVisible(spec.id == STARTER)
        self.get.setVisible(spec.id == STARTER)
        self.summary.setText(card.summary)
        self.summary.setVisible(bool(card.summary))
        self.styles.setText(tr("Styles: {styles}.", styles=", ".join(card.styles)))
        self.styles.setVisible(bool(card.styles))
        self.limits.setText("\n".join(f"•  {limit}" for limit in card.limits))
        self.limits.setVisible(bool(card.limits))
        self.licences.setVisible(card.licences is not None)
        self.more.setVisible(bool(card.summary or card.styles or card.limits or card.licences))
        self._fill(card, pictures)

    def _fill(self, card: ModelCard, pictures: Sequence[Pixels]) -> None:
        self.things.clear()
        for index, name in enumerate(card.things):
            item = QListWidgetItem(name)
            item.setData(NAME, name)
            item.setToolTip(name)
            if index < len(pictures):
                picture = pixmap_of(pictures[index])
                icon = QIcon(picture)
                # Qt would tint the picture of a selected row.
                icon.addPixmap(picture, QIcon.Mode.Selected)
                item.setIcon(icon)
            self.things.addItem(item)
        self.search.setVisible(bool(card.things))
        self.things.setVisible(bool(card.things))
        self._filter()

    def _filter(self) -> None:
        wanted = fold(self.search.text().strip())
        shown = 0
        for row in range(self.things.count()):
            item = self.things.item(row)
            hidden = wanted not in fold(item.text())
            item.setHidden(hidden)
            shown += not hidden
        self.none_found.setVisible(not shown)
        if self.card.things:
            self.none_found.setText(tr("The model knows nothing by that name."))
        else:
            self.none_found.setText(tr("This model has no list of what it knows."))

    def _take_first(self) -> None:
        rows = (self.things.item(row) for row in range(self.things.count()))
        first = next((item for item in rows if not item.isHidden()), None)
        if first is not None:
            self.word_taken.emit(str(first.data(NAME)))

    def _on_chosen(self) -> None:
        self.model_chosen.emit(str(self.chooser.currentData()))

    def show_licences(self) -> None:
        """Show the licences of the model."""
        if self.card.licences is None:
            return
        try:
            text = self.card.licences.read_text("utf-8")
        except OSError as error:
            self.failed.emit(
                StudioError(
                    "The file {path} cannot be read ({reason}).",
                    "Copy the model folder again from where you got it.",
                    path=str(self.card.licences),
                    reason=error.strerror or str(error),
                )
            )
            return
        dialog = LicencesDialog(text, self)
        dialog.exec()
        dialog.deleteLater()


class LicencesDialog(TextDialog):
    """The licences of what is included, in Markdown."""

    def __init__(self, text: str, parent: QWidget) -> None:
        super().__init__(tr("Licences"), parent)
        self.page.setMarkdown(text)


def _reason(path: Path, error: StudioError) -> str:
    """Return why a file or folder cannot be used, with its name in place of its path."""
    text = " ".join(error_text(error)).strip()
    whole = str(path)
    return text.replace(whole, path.name) if whole in text else f"{path.name}: {text}"


def tiles(gallery: Gallery) -> tuple[Pixels, ...]:
    """Cut a sheet into pictures (tile, tile, 3) uint8; StudioError if it is no picture."""
    data = np.fromfile(gallery.path, np.uint8)
    sheet = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    if sheet is None:
        raise StudioError(
            "The picture {path} of the model cannot be read.",
            "Copy the model folder again from where you got it.",
            path=str(gallery.path),
        )
    side = gallery.tile
    return tuple(
        np.ascontiguousarray(sheet[top : top + side, left : left + side], dtype=np.uint8)
        for top in range(0, sheet.shape[0] - side + 1, side)
        for left in range(0, gallery.columns * side, side)
        if left + side <= sheet.shape[1]
    )


def _page_button(text: str, place: str) -> QToolButton:
    button = QToolButton()
    button.setObjectName("segment")
    button.setProperty("place", place)
    button.setText(text)
    button.setAccessibleName(text)
    button.setCheckable(True)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def _text(name: str = "") -> QLabel:
    label = Wrapped()
    if name:
        label.setObjectName(name)
    return label
