"""The form for the name and the kind of a subject, checked while typing."""

from __future__ import annotations

from PySide6.QtCore import QStringListModel, Qt, QTimer, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QLabel, QLineEdit, QWidget

from studio.catalog.subjects import name_notice
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import StudioError
from studio.session.subjects import SubjectLibrary
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import caption

PAUSE_MS = 200
ANY_KIND = "thing"


class NamingForm(QWidget):
    """``error`` is the reason why the values cannot be used, None if they can."""

    changed = Signal()

    def __init__(self, library: SubjectLibrary) -> None:
        super().__init__()
        self._library = library
        self._model = "starter"
        self._vocabulary = Vocabulary({}, {})
        self._checked = ("", "", "")
        self._error: StudioError | None = None
        self.name = QLineEdit()
        self.kind = QLineEdit()
        self.said = QLabel()
        self._kinds = QStringListModel(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self.check)
        self._lay_out()
        for field in (self.name, self.kind):
            field.textChanged.connect(self._on_edited)

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        for column, (label, field, hint, tip) in enumerate(
            (
                (tr("Name"), self.name, tr("luna"), tr("What you write in prompts, as in <luna>")),
                (tr("Kind"), self.kind, tr("dog"), tr("What it is, in a word the model knows")),
            )
        ):
            grid.addWidget(caption(label), 0, 2 * column)
            grid.addWidget(field, 0, 2 * column + 1)
            grid.setColumnStretch(2 * column + 1, 1)
            field.setAccessibleName(label)
            field.setPlaceholderText(hint)
            field.setToolTip(tip)
        completer = QCompleter(self._kinds, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.kind.setCompleter(completer)
        self.said.setWordWrap(True)
        self.said.setTextFormat(Qt.TextFormat.PlainText)
        self.said.setObjectName("notice")
        grid.addWidget(self.said, 1, 1, 1, 3)
        self.said.hide()

    @property
    def values(self) -> tuple[str, str]:
        """Name and kind as typed in the fields."""
        return self.name.text().strip(), " ".join(self.kind.text().split())

    @property
    def error(self) -> StudioError | None:
        """Why the values cannot be used, including the latest typing."""
        if self._checked != (*self.values, self._model):
            self.check()
        return self._error

    def clear(self) -> None:
        """Empty the fields."""
        self.name.clear()
        self.kind.clear()
        self.said.hide()

    def show_model(self, model: str, vocabulary: Vocabulary, language: str) -> None:
        """Check against the vocabulary of another model, and offer the kinds in it."""
        self._model, self._vocabulary = model, vocabulary
        kinds = {*vocabulary.concepts(language), *vocabulary.concepts("en")}
        self._kinds.setStringList(sorted(kinds))
        self.check()

    def check(self) -> None:
        """Check the values of the fields now."""
        name, kind = self.values
        self._checked = (name, kind, self._model)
        self._error = self._wrong(name, kind)
        text = ""
        # An empty field is no mistake yet.
        if self._error is not None and name and (kind or not self._is_name_right(name)):
            text = " ".join(part for part in error_text(self._error) if part)
        elif self._error is None:
            text = self._advice(name, kind)
        self.said.setText(text)
        self.said.setVisible(bool(text))
        self.name.setAccessibleDescription(text)
        self.changed.emit()

    def _advice(self, name: str, kind: str) -> str:
        """Return advice about a valid name and kind."""
        unknown = self._vocabulary.unknown_words(kind)
        if unknown:
            return tr(
                "The model does not know the kind “{kind}”; a wider word works better.",
                kind=", ".join(unknown),
            )
        said = name_notice(name, self._vocabulary.known)
        return message(said.message, said.values) if said is not None else ""

    def _is_name_right(self, name: str) -> bool:
        return self._wrong(name, ANY_KIND) is None

    def _wrong(self, name: str, kind: str) -> StudioError | None:
        if not name:
            return StudioError("The subject has no name yet.", "Give it one, such as luna.")
        try:
            self._library.check_name(name, kind)
            self._library.check_unfinished(name)
        except StudioError as error:
            return error
        return None

    def _on_edited(self) -> None:
        self._timer.start()
