"""The row of photos on the sheet, which adds, checks, keeps and removes them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from studio.core.errors import Cancelled, StudioError
from studio.core.notices import Notice
from studio.core.progress import Progress, ProgressEvent
from studio.edit.training import Pixels
from studio.photos.masks import whole
from studio.photos.photos import (
    BAD,
    MOST,
    PhotoFinding,
    PhotoReport,
    Subject,
    check_photos,
    masked_subject,
)
from studio.session.photos import LoadedPhoto, PhotoProblem
from studio.session.subject_photos import PlannedPhoto, plan_photo, subject_of, with_mask
from studio.ui.threads.background import Background
from studio.ui.training.photo_card import SEVERE, WARNING, Finding, PhotoCard
from studio.ui.training.photo_sources import Work
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import IconHolder

LIMIT = 40
"""Photos on the sheet, from which the best are chosen."""
EMPTY = 240
"""Height of the drop zone."""


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A photo that was read, and the subject detected in it."""

    name: str
    subject: Subject
    photo: PlannedPhoto
    notices: tuple[Notice, ...] = ()
    """Notices about changes made when its file was opened."""


class PhotoRow(QStackedWidget):
    """A row of photo cards; while empty, the drop zone for photos."""

    changed = Signal()
    """Photos were added, removed, kept, dropped or checked."""
    failed = Signal(object)
    crashed = Signal(object)
    mask_asked = Signal(object)

    def __init__(self, icons: Icons, background: Background) -> None:
        super().__init__()
        self._icons = icons
        self._background = background
        self._resolution = 512
        self._reading = 0
        self._looking = self._again = self._is_full = False
        self._subjects: dict[PhotoCard, Subject] = {}
        self._opened: dict[PhotoCard, tuple[Notice, ...]] = {}
        self.cards: list[PhotoCard] = []
        self.reports: tuple[PhotoReport, ...] = ()
        self.place = QLabel(
            tr("Drop 3 to 5 photos of it here: from different sides, in different places.")
        )
        self._scroll = QScrollArea()
        self._body = QWidget()
        self._row = QHBoxLayout()
        self._lay_out()

    def _lay_out(self) -> None:
        self.setAccessibleName(tr("Photos"))
        self.place.setObjectName("dropZone")
        self.place.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.place.setWordWrap(True)
        self.place.setTextFormat(Qt.TextFormat.PlainText)
        self.addWidget(self.place)
        column = QVBoxLayout(self._body)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._row)
        # All cards are exactly as high as the highest.
        column.addStretch(1)
        self._row.setSpacing(8)
        self._row.addStretch(1)
        self._scroll.setWidget(self._body)
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QScrollArea.Shape.NoFrame)
        self._scroll.setAccessibleName(tr("Photos"))
        # The sheet scrolls; the row is as high as its cards.
        self._scroll.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._body.installEventFilter(self)
        self.addWidget(self._scroll)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the row as high as its cards when their findings change."""
        if watched is self._body and event.type() is QEvent.Type.LayoutRequest:
            self._fit()
        return False

    def _fit(self) -> None:
        bar = self._scroll.horizontalScrollBar().sizeHint().height()
        heights = [card.wanted_height + bar for card in self.cards]
        self.setMinimumHeight(max(heights, default=EMPTY))

    @property
    def is_busy(self) -> bool:
        """Whether photos are being read or checked."""
        return bool(self._reading) or self._looking

    @property
    def kept(self) -> list[PlannedPhoto]:
        """The photos to train on."""
        return [card.photo for card in self.cards if card.is_kept]

    @property
    def kept_reports(self) -> list[PhotoReport]:
        """The reports on the kept photos; empty while they are being checked."""
        pairs = zip(self.cards, self.reports, strict=False)
        return [report for card, report in pairs if card.is_kept]

    def set_resolution(self, resolution: int) -> None:
        """Check the photos against the training resolution, in pixels."""
        if resolution != self._resolution:
            self._resolution = resolution
            self.look()

    def add(self, works: Sequence[Work]) -> None:
        """Read photos on the thread pool and add them to the row in this order."""
        if works:
            self._reading += 1
            self._background.run(
                partial(_read, works),
                self._on_all_read,
                self._on_failed,
                self._on_read,
                owner=self,
            )
        self.changed.emit()

    def clear(self) -> None:
        """Remove all photos."""
        for card in list(self.cards):
            self._drop(card)
        self._update()

    def set_mask(self, card: PhotoCard, mask: Pixels) -> None:
        """Set the mask that the artist has painted for a photo."""
        photo = with_mask(card.photo, mask)
        whole_photo = photo.mask is None
        self._subjects[card] = whole(photo.image) if whole_photo else masked_subject(mask)
        card.show_photo(photo)
        self.look()

    def _on_read(self, event: ProgressEvent) -> None:
        read = event.details
        if isinstance(read, StudioError):
            self.failed.emit(read)
        elif isinstance(read, Read) and len(self.cards) >= LIMIT:
            if not self._is_full:
                self.failed.emit(
                    StudioError(
                        "{count} photos are too many to learn from.",
                        "Choose the best ones: 3 to 5 work well, {limit} is the limit.",
                        count=f"> {LIMIT}",
                        limit=MOST,
                    )
                )
            self._is_full = True
        elif isinstance(read, Read):
            self._add(read)

    def _add(self, read: Read) -> None:
        # A card has its own icon holder: the sheet's would outlive it.
        card = PhotoCard(IconHolder(self._icons), read.name, read.photo)
        card.changed.connect(self.changed)
        card.mask_asked.connect(self.mask_asked)
        card.removed.connect(self._on_removed)
        self._subjects[card] = read.subject
        self._opened[card] = read.notices
        self.cards.append(card)
        self._row.insertWidget(len(self.cards) - 1, card)
        self.look()
        self._update()

    def _on_all_read(self, _: object) -> None:
        self._reading -= 1
        self._is_full = False
        self.changed.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._reading -= 1
        self._tell(error)
        self.changed.emit()

    def _tell(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.failed.emit(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    def _on_removed(self, card: PhotoCard) -> None:
        index = self.cards.index(card)
        focus = self.focusWidget()
        focused = focus is not None and (focus is card or card.isAncestorOf(focus))
        self._drop(card)
        if focused and self.cards:
            self.cards[min(index, len(self.cards) - 1)].setFocus()
        self.look()
        self._update()

    def _drop(self, card: PhotoCard) -> None:
        self.cards.remove(card)
        self._subjects.pop(card, None)
        self._opened.pop(card, None)
        self._row.removeWidget(card)
        card.hide()
        card.deleteLater()

    def _update(self) -> None:
        self.setCurrentIndex(1 if self.cards else 0)
        self._fit()
        stops: list[QWidget] = [self._scroll]
        for card in self.cards:
            stops += card.stops
        for before, after in pairwise(stops):
            self.setTabOrder(before, after)
        self.changed.emit()

    # Checking all of them

    def look(self) -> None:
        """Check the photos on another thread; the newest request wins."""
        if self._looking:
            self._again = True
            return
        if not self.cards:
            self.reports = ()
            return
        self._looking = True
        cards = list(self.cards)
        work = partial(
            _look,
            [card.photo.image for card in cards],
            [self._subjects[card] for card in cards],
            self._resolution,
        )
        self._background.run(work, partial(self._show, cards), self._on_looked_badly, owner=self)

    def _show(self, cards: list[PhotoCard], reports: tuple[PhotoReport, ...]) -> None:
        self._looking = False
        if cards == self.cards:
            self.reports = reports
            for card, report in zip(cards, reports, strict=True):
                if not card.is_decided:
                    card.keep.setChecked(report.keep)
                opened = [
                    Finding(WARNING, message(one.message, one.values))
                    for one in self._opened.get(card, ())
                ]
                card.show_findings([*opened, *(_finding(one) for one in report.findings)])
        if self._again or cards != self.cards:
            self._again = False
            self.look()
        self.changed.emit()

    def _on_looked_badly(self, error: BaseException) -> None:
        self._looking = False
        self._tell(error)
        self.changed.emit()


def _finding(found: PhotoFinding) -> Finding:
    severity = SEVERE if found.severity == BAD else WARNING
    return Finding(severity, message(found.notice.message, found.notice.values))


def _read(works: Sequence[Work], progress: Progress) -> None:
    """Read photos one by one; each is reported at once, as ``Read`` or StudioError."""
    for number, work in enumerate(works, 1):
        progress.check()
        found: Sequence[LoadedPhoto | PhotoProblem]
        try:
            found = work(progress.sub(0.0, 0.0))
        except StudioError as error:
            progress.report(number / len(works), "Reading the photos", details=error)
            continue
        for one in found:
            details: Read | StudioError
            if isinstance(one, PhotoProblem):
                details = one.error
            else:
                subject = subject_of(one)
                details = Read(one.name, subject, plan_photo(one, subject), one.notices)
            progress.report(number / len(works), "Reading the photos", details=details)


def _look(
    images: list[Pixels], subjects: list[Subject], resolution: int, progress: Progress
) -> tuple[PhotoReport, ...]:
    return check_photos(images, subjects=subjects, resolution=resolution, progress=progress)
