"""The panel "Edit by words": a caption of the picture, and the new text that rewrites it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.document.layer import GenerativeLayer
from studio.edit.prepare import edit_mask
from studio.edit.request import EditRequest, Sampling
from studio.edit.rewrite import RewriteUse
from studio.edit.wording import Fate, compare_words, differs
from studio.session import rewrites
from studio.session.jobs import Job
from studio.session.session import Session
from studio.ui.rewrite.prompt_chips import PromptChips
from studio.ui.rewrite.prompt_marks import PromptMarks
from studio.ui.rewrite.rewrite_form import RewriteForm
from studio.ui.rewrite.rewrite_status import RewriteStatus
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.prompt_edit import PromptEdit
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, icon_button

MIN_WIDTH = 330
FIELD = 50
PAUSE = 300
"""Milliseconds after the last change before the status of the inversion is checked."""


class RewritePanel(QWidget):
    """Edits a rewrite of a session's picture, or of a layer that an earlier rewrite made."""

    failed = Signal(object)
    """A StudioError that the artist should see."""
    crashed = Signal(object)
    asked = Signal()
    """A rewrite was submitted and is queued."""
    again_asked = Signal()
    """The rewrite of the active layer is to be shown."""
    model_asked = Signal(str)
    """The model of a recipe, to choose in the prompt panel."""

    def __init__(self, session: Session, background: Background, holder: IconHolder) -> None:
        super().__init__()
        self._session, self._background = session, background
        self._target: str | None = None
        self._proposed = self._before = ""
        self._reason: StudioError | None = None
        self._busy = self._again = False
        self.caption = PromptEdit()
        self.text = PromptEdit()
        self.marks = (
            PromptMarks(self.caption, Fate.GONE, holder),
            PromptMarks(self.text, Fate.NEW, holder),
        )
        self.status = RewriteStatus(session, holder)
        self.chips = PromptChips(holder)
        self.form = RewriteForm(holder)
        self.reason = Wrapped()
        self.remakes = Wrapped()
        self.again = QPushButton(tr("Edit the words of this layer again"))
        self.whole = icon_button(holder, "ph.x", tr("Change the picture instead of the layer"))
        self.place = Wrapped(tr("Nothing changes outside the painted mask or the selection."))
        self.place.setObjectName("caption")
        self.change = QPushButton(tr("Change the picture"))
        self._head = QWidget()
        self._body = QWidget()
        self._scroll = QScrollArea()
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(PAUSE)
        self._lay_out(holder)
        self._connect()
        self._on_text()

    def _lay_out(self, holder: IconHolder) -> None:
        self.setAccessibleName(tr("Edit by words"))
        column = QVBoxLayout(self._body)
        column.setContentsMargins(12, 10, 12, 12)
        column.setSpacing(7)
        head = QHBoxLayout(self._head)
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.remakes, 1)
        head.addWidget(self.whole)
        column.addWidget(self._head)
        self.again.setAccessibleName(self.again.text())
        column.addWidget(self.again)
        column.addWidget(self.reason)
        self._field(
            column,
            self.caption,
            tr("What the picture shows now"),
            tr("Describe it, for example: a red apple on a table"),
        )
        column.addWidget(self.status)
        self._field(
            column,
            self.text,
            tr("What it should show"),
            tr("The same words with a change, for example: a green apple on a table"),
        )
        column.addWidget(self.chips)
        column.addWidget(self.place)
        column.addWidget(self.form)
        column.addStretch(1)
        self.reason.setObjectName("notice")
        self.reason.hide()
        self.change.setObjectName("primary")
        self.change.setAccessibleName(self.change.text())
        self.change.setToolTip(tr("Ctrl+Return"))
        holder.give(self.change, "ph.sparkle", on_accent=True)
        self._scroll.setAccessibleName(tr("Edit by words"))
        self._scroll.setWidget(self._body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        # Outside the scroll area, so that it is always visible.
        row = QHBoxLayout()
        row.setContentsMargins(12, 6, 12, 8)
        row.addStretch(1)
        row.addWidget(self.change)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(row)
        self._show_target()

    def _field(
        self, column: QVBoxLayout, field: QPlainTextEdit, label: str, placeholder: str
    ) -> None:
        heading = QLabel(label)
        heading.setBuddy(field)
        field.setObjectName("short")
        field.setFixedHeight(FIELD)
        field.setAccessibleName(label)
        field.setPlaceholderText(placeholder)
        column.addWidget(heading)
        column.addWidget(field)

    def _connect(self) -> None:
        session = self._session
        self.caption.textChanged.connect(self._on_caption)
        self.text.textChanged.connect(self._on_text)
        for field in (self.caption, self.text):
            field.submitted.connect(self.change.click)
        self.chips.changed.connect(self._update)
        self.chips.picked.connect(partial(self._scroll.ensureWidgetVisible, self.chips.place))
        self.form.changed.connect(self._wait.start)
        self.change.clicked.connect(self.submit)
        self.status.read.clicked.connect(self.read)
        self.whole.clicked.connect(partial(self.set_target, None))
        self.again.clicked.connect(self.again_asked)
        self._wait.timeout.connect(self._look_up)
        listen(self, session.opened, self._on_opened)
        listen(self, session.changed, lambda new, old: self._show_again())
        listen(self, session.committed, self.refresh)
        listen(self, session.inverted, lambda _: self.refresh())
        listen(self, session.queue.changed, self._update)
        listen(self, session.queue.finished, lambda job, result: self.refresh())

    def minimumSizeHint(self) -> QSize:
        """Return the width of the widest row in this language plus the scroll bar."""
        wanted = self._body.minimumSizeHint().width()
        bar = self._scroll.verticalScrollBar().sizeHint().width()
        return QSize(max(MIN_WIDTH, wanted + bar), super().minimumSizeHint().height())

    def showEvent(self, event: object) -> None:
        """Update what changed while the panel was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self.propose()
        self.refresh()

    # Content

    @property
    def use(self) -> RewriteUse:
        """The request except for the new text."""
        return self.form.use(self.caption.toPlainText().strip(), self.chips.weights)

    @property
    def sampling(self) -> Sampling:
        """The sampling settings of the request."""
        return self.form.sampling(self._session.edit_settings.sampling)

    @property
    def target(self) -> str | None:
        """The id of the layer to remake; None to change the visible picture."""
        return self._target

    def set_words(self, vocabulary: Vocabulary, language: str) -> None:
        """Complete from another model's vocabulary."""
        for field in (self.caption, self.text):
            field.set_vocabulary(vocabulary, language)

    def propose(self) -> None:
        """Propose a caption from the layers' prompts if the artist has typed none."""
        if self.caption.toPlainText().strip() not in ("", self._proposed):
            return
        self._proposed = rewrites.proposed_caption(self._session.document)
        if self._proposed and self._proposed != self.caption.toPlainText():
            self.caption.setPlainText(self._proposed)

    def show_layer(self, layer: GenerativeLayer) -> None:
        """Show the rewrite that made a layer; the next one remakes that layer."""
        recipe = EditRequest.from_recipe(layer.recipe)
        if recipe.rewrite is None:
            return
        self.form.show_use(recipe.rewrite, recipe.sampling)
        self.caption.setPlainText(recipe.rewrite.source)
        self.text.setPlainText(recipe.prompt)
        self.chips.show_weights(recipe.rewrite.weights)
        self.model_asked.emit(recipe.model)
        self.set_target(layer.id)
        self.text.setFocus()

    def set_target(self, layer_id: str | None) -> None:
        """Set the layer to remake, or None to change the visible picture."""
        self._target = layer_id
        self._show_target()
        self.refresh()

    def _show_target(self) -> None:
        layer = self._session.document.find(self._target)
        if layer is None:
            self._target = None
        self._head.setVisible(layer is not None)
        self._show_again()
        self.remakes.setText(tr("Changes the layer “{name}”", name=layer.name) if layer else "")
        self.change.setText(tr("Change the layer") if layer else tr("Change the picture"))
        self.change.setAccessibleName(self.change.text())
        masked = edit_mask(self._session.document) is not None
        self.place.setVisible(masked and layer is None)

    def _show_again(self) -> None:
        """Offer to show the rewrite of the active layer if a rewrite made it."""
        made = rewrites.is_rewritten(self._session.document.active_layer())
        self.again.setVisible(made and self._target is None)

    # Actions

    def submit(self) -> None:
        """Submit the rewrite to the engine."""
        if self.change.isEnabled():
            words = self.text.toPlainText().strip()
            if self._try(partial(self._session.rewrite, words, self.use, self.sampling)):
                self.asked.emit()

    def read(self) -> None:
        """Invert the picture, without changing it."""
        words = self.text.toPlainText().strip()
        self._try(partial(self._session.invert, self.use, self.sampling, prompt=words))

    def _try(self, work: Callable[..., Job]) -> bool:
        self._show_target()
        try:
            work(target=self._target)
        except StudioError as error:
            self.failed.emit(error)
            return False
        finally:
            self._update()
        return True

    def refresh(self) -> None:
        """Check after a short delay whether the picture was inverted."""
        self._show_target()
        self._update()
        self._wait.start()

    def _on_opened(self) -> None:
        self.set_target(None)
        self.status.forget()
        for field in (self.caption, self.text):
            field.clear()
        self.chips.show_weights({})
        self._proposed = ""
        if self.isVisible():
            self.propose()

    def _on_caption(self) -> None:
        before, self._before = self._before, self.caption.toPlainText()
        if self.text.toPlainText() == before:
            # The new text starts as a copy of the caption.
            self.text.setPlainText(self._before)
        self._on_text()

    def _on_text(self) -> None:
        source, target = self.caption.toPlainText(), self.text.toPlainText()
        found = compare_words(source, target)
        for marks in self.marks:
            marks.mark(found)
        self.chips.show_texts(source, target)
        for before, after in pairwise([self.text, *self.chips.stops]):
            QWidget.setTabOrder(before, after)
        self._update()
        self._wait.start()

    def _update(self) -> None:
        """Grey out unavailable actions."""
        source, target = self.caption.toPlainText().strip(), self.text.toPlainText().strip()
        usable = self._reason is None
        changes = bool(source and target) and differs(source, target, self.chips.weights)
        self.change.setEnabled(usable and changes)
        self.status.set_usable(usable and bool(source))
        for part in (self.caption, self.text, self.chips, self.form):
            part.setEnabled(usable)

    # Status of the inversion

    def _look_up(self) -> None:
        """Check on another thread; the newest request wins."""
        if not self.isVisible():
            return
        if self._busy:
            self._again = True
            return
        model, use = self._session.edit_settings.model, self.use
        try:
            words = self._session.wording(
                self.text.toPlainText(), use, self.sampling, target=self._target
            )
        except StudioError as error:
            self.status.show_error(error)
            return
        self._busy = True
        mark = (model, words.settings.adapters, use.source, use.method, words.settings.sampling)
        self._background.run(
            partial(_found, model, words if use.source else None),
            partial(self._show_found, mark),
            self._on_failed,
            owner=self,
        )

    def _show_found(
        self, asked: object, found: tuple[StudioError | None, rewrites.Reading | None]
    ) -> None:
        self._reason, reading = found
        text = " ".join(part for part in error_text(self._reason) if part) if self._reason else ""
        self.reason.setText(text)
        self.reason.setVisible(bool(text))
        self.status.show_reading(repr(asked), reading, again=self._target is not None)
        self._update()
        self._next()

    def _on_failed(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.status.show_error(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)
        self._next()

    def _next(self) -> None:
        self._busy = False
        if self._again:
            self._again = False
            self._look_up()


def _found(
    model: str, words: rewrites.Wording | None, progress: Progress
) -> tuple[StudioError | None, rewrites.Reading | None]:
    reason = rewrites.reason(model)
    return reason, None if reason is not None or words is None else words.reading()
