"""The subjects panel: subjects, running trainings and unfinished trainings."""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import StudioError
from studio.core.progress import ProgressEvent
from studio.edit.prepare import edit_mask
from studio.edit.training import TrainRequest
from studio.session.jobs import Job
from studio.session.session import Session
from studio.session.training_plans import read_plan, stopped_at
from studio.ui.prompt.reference_row import Elided
from studio.ui.training import photo_sources
from studio.ui.training.subject_chip import SubjectChip
from studio.ui.training.training_card import TrainingCard
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, icon_button


class UnfinishedRow(QWidget):
    """A stopped training, which can be resumed or given up."""

    def __init__(self, folder: Path, holder: IconHolder) -> None:
        super().__init__()
        self.folder = folder
        self._holder = holder
        try:
            name, usable = f"<{read_plan(folder).name}>", True
        except StudioError:
            name, usable = folder.name, False
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(tr("Unfinished training of {name}", name=name))
        self.name = Elided(name)
        self.name.setObjectName("strong")
        step = stopped_at(folder)
        stopped = tr("Stopped after {step} steps", step=step)
        self.state = Elided(stopped if step else tr("Not finished"))
        self.state.setObjectName("caption")
        self.resume = icon_button(holder, "ph.play", tr("Resume"), text=tr("Resume"))
        self.give_up = icon_button(holder, "ph.trash", tr("Discard training"))
        self.resume.setToolTip(tr("Continue where the training stopped"))
        self.give_up.setToolTip(tr("Delete the unfinished training"))
        self._usable = usable
        self.resume.setEnabled(usable)
        for button in (self.resume, self.give_up):
            button.setObjectName("adder")
            button.setAccessibleDescription(name)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addWidget(self.name)
        words.addWidget(self.state)
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 6, 7, 6)
        row.setSpacing(6)
        row.addLayout(words, 1)
        row.addWidget(self.resume)
        row.addWidget(self.give_up)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        return [self.resume, self.give_up]

    def set_resuming(self, resuming: bool) -> None:
        """Grey it out while its photos are reread."""
        self.resume.setEnabled(self._usable and not resuming)
        self.give_up.setEnabled(not resuming)

    def refresh_icons(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()


class SubjectsPanel(QScrollArea):
    """Shows the session's subjects; its signals carry the artist's requests."""

    teach_asked = Signal()
    import_asked = Signal()
    resume_asked = Signal(object)
    give_up_asked = Signal(object)
    put_asked = Signal(str)
    rename_asked = Signal(str, str)
    export_asked = Signal(str, str)
    delete_asked = Signal(str)
    fill_asked = Signal(str)
    dropped = Signal(object)
    """A list with the ``Work`` for each photo of a new subject."""
    failed = Signal(object)

    def __init__(self, session: Session, holder: IconHolder) -> None:
        super().__init__()
        self._session, self._holder = session, holder
        self.resuming: set[Path] = set()
        """Folders of trainings whose photos are being reread in order to resume."""
        self.chips: list[SubjectChip] = []
        self.cards: list[TrainingCard] = []
        self.unfinished: list[UnfinishedRow] = []
        self.empty = Wrapped(
            tr(
                "Teach Lienzo someone or something from 3 to 5 photos: a pet, a toy, a person."
                " It then has a name, such as <luna>, which you put into prompts."
                " Photos that you drop here begin to teach it."
            )
        )
        self.teach = QPushButton(tr("Teach a subject…"))
        self.bring = QToolButton()
        self._trainings = QVBoxLayout()
        self._subjects = QVBoxLayout()
        self._left = QVBoxLayout()
        self._lay_out()
        self.teach.clicked.connect(self.teach_asked)
        self.bring.clicked.connect(self.import_asked)
        listen(self, session.subjects.changed, self.refresh)
        listen(self, session.queue.changed, self._on_queue)
        listen(self, session.queue.progressed, self._on_progressed)
        holder.keep(self, self._refresh_icons)
        self.refresh()

    def _lay_out(self) -> None:
        self.setAccessibleName(tr("Subjects"))
        self.setToolTip(tr("Drop photos or a layer here to teach a subject"))
        # A scroll area receives drops on its viewport only.
        self.viewport().setAcceptDrops(True)
        self.teach.setAccessibleName(tr("Teach a subject…"))
        self._holder.give(self.teach, "ph.user-focus")
        self.bring.setObjectName("adder")
        self.bring.setText(tr("Import…"))
        self.bring.setToolTip(tr("Take a LoRA or an embedding file as a subject"))
        self.bring.setAccessibleName(tr("Import…"))
        self.bring.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.bring.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._holder.give(self.bring, "ph.download-simple")
        self.empty.setTextFormat(Qt.TextFormat.PlainText)
        self.empty.setObjectName("hint")
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(10, 8, 10, 10)
        column.setSpacing(8)
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self.teach, 1)
        row.addWidget(self.bring)
        self.bring.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        column.addLayout(row)
        column.addWidget(self.empty)
        for part in (self._trainings, self._subjects, self._left):
            part.setSpacing(6)
            column.addLayout(part)
        column.addStretch(1)
        self.setWidget(body)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)

    def show_session(self, session: Session) -> None:
        """Fill the mask and take layers of another open document."""
        self._session = session

    def refresh(self) -> None:
        """Show the current subjects, trainings and unfinished trainings."""
        library = self._session.subjects
        focused = self._focused_name()
        for chip in self.chips:
            _drop(chip)
        self.chips = []
        for subject in library.all():
            weight = library.weights.get(subject.name.lower(), 1.0)
            # A chip has its own icon holder: the panel's would outlive it.
            chip = SubjectChip(IconHolder(self._holder.icons), subject, weight)
            chip.put_asked.connect(self.put_asked)
            chip.renamed.connect(self.rename_asked)
            chip.export_asked.connect(self.export_asked)
            chip.delete_asked.connect(self.delete_asked)
            chip.fill_asked.connect(self.fill_asked)
            chip.menu.aboutToShow.connect(partial(self._show_fill, chip))
            chip.weighed.connect(self._on_weighed)
            self._subjects.addWidget(chip)
            self.chips.append(chip)
            if subject.name == focused:
                chip.setFocus()
        self._on_queue()
        self._show_unfinished()

    def _show_fill(self, chip: SubjectChip) -> None:
        masked = edit_mask(self._session.document) is not None
        chip.show_fill("" if masked else tr("Paint a mask or select a part first."))

    def _focused_name(self) -> str:
        for chip in self.chips:
            focus = self.focusWidget()
            if focus is not None and (focus is chip or chip.isAncestorOf(focus)):
                return chip.subject.name
        return ""

    def card_of(self, job: Job) -> TrainingCard | None:
        """Return the card of a job."""
        return next((card for card in self.cards if card.job is job), None)

    def _on_queue(self) -> None:
        jobs = [job for job in self._session.queue.jobs if job.can_pause]
        gone = [card for card in self.cards if card.job not in jobs]
        for card in gone:
            self.cards.remove(card)
            _drop(card)
        for job in jobs:
            if self.card_of(job) is None:
                card = TrainingCard(self._session.queue, job, IconHolder(self._holder.icons))
                self.cards.append(card)
                self._trainings.addWidget(card)
        for card in self.cards:
            card.refresh()
        if gone or len(self.unfinished) != len(self._left_over()):
            self._show_unfinished()
        self._update()

    def _on_progressed(self, job: Job, event: ProgressEvent) -> None:
        card = self.card_of(job)
        if card is not None:
            card.take(event)

    def _left_over(self) -> list[Path]:
        """Return the folders of unfinished trainings without a job."""
        busy = {
            Path(job.request.folder)
            for job in self._session.queue.jobs
            if isinstance(job.request, TrainRequest)
        }
        return [one for one in self._session.subjects.unfinished() if one not in busy]

    def _show_unfinished(self) -> None:
        for row in self.unfinished:
            _drop(row)
        self.unfinished = []
        for folder in self._left_over():
            row = UnfinishedRow(folder, IconHolder(self._holder.icons))
            row.resume.clicked.connect(partial(self.resume_asked.emit, folder))
            row.set_resuming(folder in self.resuming)
            row.give_up.clicked.connect(partial(self.give_up_asked.emit, folder))
            self._left.addWidget(row)
            self.unfinished.append(row)
        self._update()

    def set_resuming(self, folder: Path, resuming: bool) -> None:
        """Grey out an unfinished training while it is being resumed."""
        if resuming:
            self.resuming.add(folder)
        else:
            self.resuming.discard(folder)
        for row in self.unfinished:
            row.set_resuming(row.folder in self.resuming)

    @property
    def _parts(self) -> list[SubjectChip | TrainingCard | UnfinishedRow]:
        return [*self.cards, *self.chips, *self.unfinished]

    def _update(self) -> None:
        self.empty.setVisible(not (self.chips or self.cards or self.unfinished))
        stops: list[QWidget] = [self.teach, self.bring]
        for part in self._parts:
            stops += part.stops
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept photos and layers."""
        photo_sources.takes(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Accept photos and layers."""
        photo_sources.takes(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Emit the dropped photos."""
        if photo_sources.takes(event):
            try:
                self.dropped.emit(photo_sources.dropped_photos(self._session, event))
            except StudioError as error:
                self.failed.emit(error)

    def _on_weighed(self, name: str, weight: float) -> None:
        self._session.subjects.weights[name.lower()] = weight

    def _refresh_icons(self) -> None:
        for part in self._parts:
            part.refresh_icons()


def _drop(widget: QWidget) -> None:
    widget.hide()
    widget.setParent(None)
    widget.deleteLater()
