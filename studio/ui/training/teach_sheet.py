"""The sheet that teaches a subject: its photos, its name and kind, and one button."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.models import ModelSpec, identify
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.io import formats
from studio.edit.training import Pixels, TrainRequest, TrainSettings
from studio.photos.photos import check_set, chosen, find_subject
from studio.session.session import Session
from studio.session.subject_photos import PlannedPhoto
from studio.session.training_plans import make_request, write_plan
from studio.ui.threads.background import Background
from studio.ui.training import photo_sources
from studio.ui.training.mask_page import MaskPage
from studio.ui.training.naming_form import NamingForm
from studio.ui.training.photo_card import PhotoCard, full_mask
from studio.ui.training.photo_row import PhotoRow
from studio.ui.training.photo_sources import Work
from studio.ui.training.training_form import TrainingForm
from studio.ui.widgets.picture_dialog import ask_pictures
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import IconHolder, icon_button

SIZE = (840, 610)
UNFOLDED = 880
"""Height of the sheet with the expert settings, if the screen is high enough."""


class TeachSheet(QDialog):
    """Stays open beside the window; ``teach_asked`` carries the planned ``TrainRequest``."""

    teach_asked = Signal(object)
    crashed = Signal(object)

    def __init__(
        self, session: Session, background: Background, holder: IconHolder, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._session, self._background = session, background
        self._model = ""
        self._last_folder = ""
        self._edited: PhotoCard | None = None
        self._sending = False
        self.naming = NamingForm(session.subjects)
        self.from_file = icon_button(holder, "ph.image", tr("Add photos"), text=tr("Files…"))
        self.from_clipboard = icon_button(
            holder, "ph.clipboard", tr("Add what was copied"), text=tr("Clipboard")
        )
        self.from_layer = icon_button(
            holder, "ph.stack", tr("Add the active layer"), text=tr("Active layer")
        )
        self.from_selection = icon_button(
            holder,
            "ph.selection",
            tr("Add what is visible in the selection"),
            text=tr("Selection"),
        )
        self.count = QLabel()
        self.trouble = QLabel()
        self.row = PhotoRow(holder.icons, background)
        self.mask_page = MaskPage(holder)
        self.form = TrainingForm(holder)
        self.pages = QStackedWidget()
        self._scroll = QScrollArea()
        self.reason = QLabel()
        self.teach = QPushButton(tr("Teach"))
        holder.give(self.teach, "ph.user-focus", on_accent=True)
        holder.keep(self, self._refresh_icons)
        self._lay_out()
        self._connect()
        self._update()

    def _lay_out(self) -> None:
        self.setWindowTitle(tr("Teach a subject"))
        self.setModal(False)
        self.setAcceptDrops(True)
        self.resize(*SIZE)
        for label in (self.count, self.trouble, self.reason):
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setWordWrap(True)
        self.count.setObjectName("caption")
        self.reason.setObjectName("caption")
        self.trouble.setObjectName("notice")
        self.trouble.hide()
        first = QWidget()
        column = QVBoxLayout(first)
        column.setContentsMargins(0, 0, 8, 0)
        column.setSpacing(10)
        column.addWidget(self.naming)
        adders = QHBoxLayout()
        adders.setSpacing(4)
        for button in self._adders:
            button.setObjectName("adder")
            button.setAccessibleName(button.toolTip())
            adders.addWidget(button)
        adders.addSpacing(8)
        adders.addWidget(self.count, 1)
        column.addLayout(adders)
        column.addWidget(self.trouble)
        column.addWidget(self.row, 1)
        column.addWidget(self.form)
        scroll = self._scroll
        scroll.setWidget(first)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.pages.addWidget(scroll)
        self.pages.addWidget(self.mask_page)
        self.teach.setObjectName("primary")
        self.teach.setAccessibleName(tr("Teach"))
        self.teach.setToolTip(tr("Ctrl+Return"))
        self.teach.setAutoDefault(False)
        self.teach.setMinimumSize(150, 36)
        foot = QHBoxLayout()
        foot.addWidget(self.reason, 1)
        foot.addWidget(self.teach)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(18, 16, 14, 14)
        whole.setSpacing(10)
        whole.addWidget(self.pages, 1)
        whole.addLayout(foot)

    @property
    def _adders(self) -> tuple[QWidget, ...]:
        return self.from_file, self.from_clipboard, self.from_layer, self.from_selection

    def _connect(self) -> None:
        self.from_file.clicked.connect(self.ask_files)
        self.from_clipboard.clicked.connect(partial(self._try, photo_sources.clipboard_photos))
        self.from_layer.clicked.connect(
            partial(self._try, lambda: [photo_sources.layer_photo(self._session)])
        )
        self.from_selection.clicked.connect(
            partial(self._try, lambda: [photo_sources.selection_photo(self._session)])
        )
        self.naming.changed.connect(self._update)
        self.form.changed.connect(self._on_settings)
        self.form.heading.toggled.connect(self._on_unfolded)
        self.row.changed.connect(self._update)
        self.row.failed.connect(self._show_trouble)
        self.row.crashed.connect(self.crashed)
        self.row.mask_asked.connect(self.edit_mask)
        self.mask_page.done.connect(self.end_mask)
        self.mask_page.search_asked.connect(self._find_again)
        self.teach.clicked.connect(self.send)
        for keys, slot in (
            (QKeySequence("Ctrl+Return"), self.teach.click),
            (QKeySequence(QKeySequence.StandardKey.Paste), self.from_clipboard.click),
        ):
            QShortcut(keys, self).activated.connect(slot)

    # Opening

    def open_for(self, model: str, language: str) -> None:
        """Show the sheet for a model; its earlier content is kept."""
        if model != self._model:
            self._model = model
            self._background.run(
                lambda progress: (identify(model), Vocabulary.load(model)),
                partial(self._show_model, model, language),
                self._on_failed,
                owner=self,
            )
        self.show()
        self.raise_()
        self.activateWindow()
        if not self.naming.name.text():
            self.naming.name.setFocus()

    def _show_model(self, model: str, language: str, found: tuple[ModelSpec, Vocabulary]) -> None:
        if model == self._model:
            spec, vocabulary = found
            self.form.show_model(spec)
            self.naming.show_model(model, vocabulary, language)
            self._on_settings()

    def _on_unfolded(self, unfolded: bool) -> None:
        wanted = UNFOLDED if unfolded else SIZE[1]
        room = self.screen().availableGeometry().height() - 60
        if unfolded == (self.height() < wanted):
            self.resize(self.width(), min(wanted, max(room, SIZE[1])))
        if unfolded:
            # If the screen is too low for all of it, scroll to the unfolded section.
            QTimer.singleShot(0, self, lambda: self._scroll.ensureWidgetVisible(self.form))

    def _on_settings(self) -> None:
        full = self.form.resolved
        if full is not None and full.resolution > 0 and not self.form.problems():
            self.row.set_resolution(full.resolution)
        self._update()

    def show_session(self, session: Session) -> None:
        """Take layers and selections from another document that is open."""
        self._session = session

    # Photos

    def add(self, works: list[Work]) -> None:
        """Read photos and add them to the sheet."""
        self.trouble.hide()
        self.row.add(works)

    def ask_files(self) -> None:
        """Let the artist choose picture files."""
        endings = sorted({end for one in formats.FORMATS if one.can_read for end in one.endings})
        pattern = f"{tr('Pictures')} ({' '.join(f'*{end}' for end in endings)})"
        names = ask_pictures(self, tr("Add photos"), self._last_folder, pattern, self._background)
        if names:
            self._last_folder = str(Path(names[0]).parent)
            self.add(photo_sources.file_photos([Path(name) for name in names]))

    def _try(self, works: Callable[[], list[Work]], *_: object) -> None:
        try:
            self.add(works())
        except StudioError as error:
            self._show_trouble(error)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept photos and layers."""
        photo_sources.takes(event)

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the dropped photos."""
        if photo_sources.takes(event):
            self._try(partial(photo_sources.dropped_photos, self._session, event))

    # The mask of one photo

    def edit_mask(self, card: PhotoCard) -> None:
        """Open one photo to correct its mask."""
        self._edited = card
        photo = card.photo
        self.mask_page.show_photo(photo.image, full_mask(photo), photo.box)
        self.pages.setCurrentWidget(self.mask_page)
        self.mask_page.view.setFocus()
        self._update()

    def end_mask(self) -> None:
        """Go back to all photos and keep the mask as painted."""
        card, self._edited = self._edited, None
        self.pages.setCurrentIndex(0)
        if card is not None and card in self.row.cards:
            if self.mask_page.is_changed:
                self.row.set_mask(card, self.mask_page.view.painted)
            card.setFocus()
        self._update()

    def _find_again(self, hint: Rect | None) -> None:
        card = self._edited
        if card is None:
            return
        image = card.photo.image
        self.mask_page.set_busy(True)

        def show(mask: Pixels) -> None:
            if self._edited is card:
                self.mask_page.show_mask(mask)

        self._background.run(
            lambda progress: find_subject(image, hint).mask, show, self._on_failed, owner=self
        )

    # Teaching

    @property
    def problem(self) -> StudioError | None:
        """Why the training cannot start, None if it can."""
        if not self.row.kept:
            return StudioError("There are no photos to learn from.", "Add 3 to 5 photos.")
        return self.naming.error or next(iter(self.form.problems()), None)

    def send(self) -> None:
        """Start to teach; the plan is written first, so that the training survives a restart."""
        if self.problem is not None or self._is_busy:
            return
        name, kind = self.naming.values
        reports = [replace(report, findings=()) for report in self.row.kept_reports]
        photos = [self.row.kept[index] for index in chosen(reports)]
        work = partial(_plan, self._session, name, kind, photos, self._model, self.form.settings)
        self._sending = True
        self._update()
        self._background.run(work, self._on_planned, self._on_failed, owner=self)

    def _on_planned(self, request: TrainRequest) -> None:
        self._sending = False
        self.naming.clear()
        self.row.clear()
        self.trouble.hide()
        self.hide()
        self.teach_asked.emit(request)

    def _on_failed(self, error: BaseException) -> None:
        self._sending = False
        self.mask_page.set_busy(False)
        if isinstance(error, StudioError):
            self._show_trouble(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)
        self._update()

    def _show_trouble(self, error: StudioError) -> None:
        text = " ".join(part for part in error_text(error) if part)
        if self.trouble.isVisibleTo(self) and text not in self.trouble.text():
            text = f"{self.trouble.text()}\n{text}"
        self.trouble.setText(text)
        self.trouble.show()

    @property
    def _is_busy(self) -> bool:
        return self._sending or self.row.is_busy

    def _update(self) -> None:
        editing = self._edited is not None
        problem = self.problem
        text = " ".join(part for part in error_text(problem) if part) if problem else ""
        if problem is not None and problem is self.naming.error:
            # The hint is shown under the fields.
            text = error_text(problem)[0]
        if self._sending:
            text = tr("Saving the photos to learn from…")
        elif self.row.is_busy and (problem is None or not self.row.kept):
            text = tr("Reading and checking the photos…")
        elif problem is None:
            text = self._plan_text()
        self.reason.setText(text)
        self.teach.setEnabled(problem is None and not self._is_busy)
        self.teach.setAccessibleDescription(text)
        for part in (self.reason, self.teach):
            part.setVisible(not editing)
        self.count.setText(self._count_text())

    def _plan_text(self) -> str:
        full = self.form.resolved
        if full is None:
            return ""
        return tr(
            "{steps} steps at {side} x {side} pixels; the editor stays usable meanwhile.",
            steps=full.steps,
            side=full.resolution,
        )

    def _count_text(self) -> str:
        kept = len(self.row.kept)
        if not self.row.cards:
            return ""
        # A photo that the artist keeps is used despite its findings.
        reports = [replace(report, findings=()) for report in self.row.kept_reports]
        for finding in check_set(reports) if len(reports) == kept else ():
            return message(finding.notice.message, finding.notice.values)
        return tr("{count} photos to learn from", count=kept)

    def reject(self) -> None:
        """On Esc, go back from the mask to the photos, or close the sheet; nothing is lost."""
        if self._edited is not None:
            self.end_mask()
            return
        super().reject()

    def _refresh_icons(self) -> None:
        for card in self.row.cards:
            card.refresh_icons()


def _plan(
    session: Session,
    name: str,
    kind: str,
    photos: list[PlannedPhoto],
    model: str,
    settings: TrainSettings,
    progress: Progress,
) -> TrainRequest:
    request = make_request(name, kind, photos, model, settings, session.subjects)
    write_plan(request, photos)
    return request
