"""The Style window: 26 presets or a painting, how much, where, and a live preview of a part."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QDropEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.settings import Value
from studio.catalog.styles import PAINTING, SETTINGS
from studio.control_maps.edges import at_side
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.io import formats
from studio.document.raster import Pixels
from studio.edit.steering import Reference
from studio.edit.styling import mixed
from studio.session.photo import style
from studio.session.photo.style_source import LAYER, PICTURE, SELECTION, StyleSource
from studio.session.session import Session
from studio.ui.dialogs.forms import Form
from studio.ui.dialogs.part_preview import PartMap, PartPicture, centred
from studio.ui.dialogs.style_list import StyleList
from studio.ui.dialogs.style_work import StyleWork
from studio.ui.prompt.reference_sources import (
    Work,
    clipboard_pictures,
    file_picture,
    holds_pictures,
    pictures_in,
)
from studio.ui.threads.background import Background
from studio.ui.widgets.picture_dialog import ask_picture
from studio.ui.widgets.theme import Theme
from studio.ui.widgets.translation import error_text, mark, message, tr
from studio.ui.widgets.widgets import Scale

SHOWN = QSize(400, 280)
"""Size of the preview in logical pixels: a second or two on two cores."""
MAP = QSize(132, 132)
MAP_SIDE = 400
"""Longer side of the picture on the map, in pixels."""
WAIT_MS = 300
"""A choice has to rest for so long before its preview is made."""
PLACES = {
    PICTURE: mark("The whole picture"),
    LAYER: mark("The active layer"),
    SELECTION: mark("The selection or mask"),
}
DROPS = (QEvent.Type.DragEnter, QEvent.Type.DragMove, QEvent.Type.Drop)


@dataclass(frozen=True, slots=True)
class StyleStart:
    """What the window shows first: settings, a painting, and the middle of what is visible."""

    values: Mapping[str, Value]
    painting: Pixels | None = None
    middle: tuple[float, float] = (0.0, 0.0)


class StyleDialog(Form):
    """``values``, ``painting`` and ``source`` are the choices.

    ``sources`` returns what is painted for each place that can be chosen. The network paints a part
    of it on the engine's thread; the amount and the colours only mix it with the photo.
    """

    def __init__(
        self,
        session: Session,
        sources: Mapping[str, Callable[[], StyleSource]],
        start: StyleStart,
        background: Background,
        theme: Theme,
        parent: QWidget,
    ) -> None:
        is_new = len(sources) > 1 or PICTURE in sources
        accept = tr("Make a layer") if is_new else tr("Run again")
        super().__init__(tr("Style"), accept, parent)
        self._session, self._background = session, background
        self._sources = dict(sources)
        self.source = next(iter(sources.values()))()
        self.painting = start.painting
        self._made: Pixels | None = None
        self._photo: Pixels | None = None
        self._part = Rect(0, 0, 1, 1)
        self._error = ""
        self._work = StyleWork(session, self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(WAIT_MS)
        self._timer.timeout.connect(self._ask)
        self.list = StyleList(theme)
        self.preview = PartPicture(SHOWN)
        self.state = QLabel()
        self.state.setObjectName("caption")
        self.state.setWordWrap(True)
        self.map = PartMap(MAP)
        self._make_fields(start.values)
        self._arrange()
        self._connect()
        self.setAcceptDrops(True)
        self.list.choose(str(start.values["style"]))
        self.list.show_painting(start.painting)
        self._place(start.middle)
        self._work.begin()
        self._show_map()
        self._change()
        self.list.setFocus()

    def _make_fields(self, values: Mapping[str, Value]) -> None:
        rows = {row.id: row for row in SETTINGS}
        self.amount = Scale(message(rows["amount"].label), 0, 100, suffix=" %")
        self.amount.show_value(100 * float(values["amount"]))
        self.strokes = QComboBox()
        for choice in rows["strokes"].choices:
            self.strokes.addItem(message(choice.label), choice.id)
        self.strokes.setCurrentIndex(self.strokes.findData(values["strokes"]))
        self.colours = QCheckBox(message(rows["keep_colours"].label))
        self.colours.setAccessibleName(self.colours.text())
        self.colours.setChecked(bool(values["keep_colours"]))
        self.where = QComboBox(self)
        for scope in self._sources:
            self.where.addItem(tr(PLACES.get(scope, scope)), scope)
        for name, field in (
            ("amount", self.amount),
            ("strokes", self.strokes),
            ("keep_colours", self.colours),
        ):
            field.setToolTip(message(rows[name].tip))
        self.add(message(rows["amount"].label), self.amount)
        self.add(message(rows["strokes"].label), self.strokes)
        self.rows.addRow("", self.colours)
        if len(self._sources) > 1:
            self.add(tr("Where"), self.where)
        else:
            self.where.hide()

    def _arrange(self) -> None:
        self.file = self._adder(tr("Painting from a file…"), self.ask_painting)
        self.paste = self._adder(tr("Paste a painting"), self.paste_painting)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self.list, 1)
        adders = QHBoxLayout()
        adders.setSpacing(6)
        adders.addWidget(self.file, 1)
        adders.addWidget(self.paste, 1)
        left.addLayout(adders)
        lower = QHBoxLayout()
        lower.setSpacing(14)
        lower.addWidget(self._fields, 1)
        lower.addWidget(self.map)
        right = QVBoxLayout()
        right.setSpacing(10)
        right.addWidget(self.preview, 0, Qt.AlignmentFlag.AlignHCenter)
        # Two lines, so that nothing moves when the sentence changes.
        self.state.setFixedHeight(2 * self.state.fontMetrics().lineSpacing() + 4)
        right.addWidget(self.state)
        right.addLayout(lower)
        right.addStretch(1)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left)
        both.addLayout(right)
        self._column.removeWidget(self._fields)
        self._column.insertLayout(0, both)
        self._order()

    def _order(self) -> None:
        """Let Tab go as one reads; the fields were made in another order."""
        cancel = self.buttons.button(self.buttons.StandardButton.Cancel)
        ends = (self.strokes, self.colours, self.where, self.map, self.accept_button, cancel)
        amount = (*self.amount.findChildren(QSlider), *self.amount.findChildren(QDoubleSpinBox))
        for one, following in pairwise((self.list, self.file, self.paste, *amount, *ends)):
            QWidget.setTabOrder(one, following)

    def _adder(self, text: str, slot: Callable[[], None]) -> QPushButton:
        button = QPushButton(text)
        button.setAccessibleName(text)
        button.setAutoDefault(False)
        button.clicked.connect(slot)
        return button

    def _connect(self) -> None:
        self.list.chosen.connect(self._on_style)
        self.amount.changed.connect(self._show)
        self.colours.toggled.connect(self._show)
        self.strokes.currentIndexChanged.connect(self._on_size)
        self.where.currentIndexChanged.connect(self._on_where)
        self.map.moved.connect(self._on_part)
        self._work.painted.connect(self._on_painted)
        self._work.failed.connect(self._tell)
        self._work.thumbnails.connect(self.list.show_thumbnails)
        QShortcut(QKeySequence.StandardKey.Paste, self, self.paste_painting)

    @property
    def values(self) -> dict[str, Value]:
        """The settings of the tool."""
        return {
            "style": self.list.style_id,
            "amount": self.amount.value / 100,
            "strokes": str(self.strokes.currentData()),
            "keep_colours": self.colours.isChecked(),
        }

    def done(self, result: int) -> None:
        """Close the window and stop what is still being made for it."""
        self._timer.stop()
        self._work.end()
        super().done(result)

    # The part

    def _place(self, middle: tuple[float, float]) -> None:
        """Show the part around a point of the document, at the size at which it is painted."""
        region = self.source.region
        width, height = self.source.size(str(self.strokes.currentData()))
        across = width / region.width
        point = ((middle[0] - region.x) * across, (middle[1] - region.y) * across)
        whole = Rect(0, 0, width, height)
        self._part = centred((SHOWN.width(), SHOWN.height()), point, whole)
        self.map.show_part(self._part, whole)

    def _middle(self) -> tuple[float, float]:
        """Return the middle of the part in the document."""
        region, canvas = self.source.region, self.map.canvas
        x = (self._part.x + self._part.width / 2) * region.width / canvas.width
        y = (self._part.y + self._part.height / 2) * region.height / canvas.height
        return x + region.x, y + region.y

    def _show_map(self) -> None:
        source, strokes = self.source, "broad"

        def work(progress: Progress) -> Pixels:
            return at_side(source.part(strokes, Rect(0, 0, *source.size(strokes))), MAP_SIDE)

        def show(pixels: Pixels) -> None:
            if source is self.source:
                self.map.show_picture(pixels)

        self._background.run(work, show, self._tell, owner=self)

    def _on_part(self, part: Rect) -> None:
        self._part = part
        self._change()

    def _on_size(self, *_: object) -> None:
        self._place(self._middle())
        self._change()

    def _on_where(self, *_: object) -> None:
        middle = self._middle()
        self.source = self._sources[str(self.where.currentData())]()
        self._place(middle)
        self._show_map()
        self._change()

    def _on_style(self, _: str) -> None:
        self._change(keeps_photo=True)

    # The preview

    def _change(self, *, keeps_photo: bool = False) -> None:
        """Make the preview anew, once the choice rests; what is shown stays until then."""
        self._work.stop()
        self._error = ""
        if not keeps_photo:
            self._made = None
            self._photo = self.source.part(str(self.strokes.currentData()), self._part)
        self._timer.start()
        self._show()

    def _ask(self) -> None:
        if self._is_ready:
            self._work.ask(self.source, self.values, self.painting, self._part)
        self._show()

    @property
    def _is_ready(self) -> bool:
        return self.list.style_id != PAINTING or self.painting is not None

    def _on_painted(self, made: Pixels) -> None:
        self._made = made
        self._show()

    def _show(self, *_: object) -> None:
        """Show the part by the amount, and what is going on."""
        self.accept_button.setEnabled(self._is_ready)
        if self._photo is not None:
            made = self._photo
            if self._made is not None and self._is_ready:
                values = self.values
                keeps = bool(values["keep_colours"])
                made = mixed(made, self._made, float(values["amount"]), keeps)
            self.preview.show_pixels(made)
        self.state.setText(self._error or self._sentence())

    def _sentence(self) -> str:
        if not self._is_ready:
            return tr("Drop a painting here, choose a file, or paste it with Ctrl+V.")
        if self._timer.isActive() or self._work.is_busy:
            return tr("The preview is being made…")
        return tr("A part of the picture, as it will be painted.")

    def _tell(self, error: BaseException) -> None:
        text = " ".join(error_text(error)) if isinstance(error, StudioError) else str(error)
        self._error = text
        self._show()

    # The painting

    def ask_painting(self) -> None:
        """Ask for a picture file whose style is borrowed."""
        endings = [end for row in formats.FORMATS if row.can_read for end in row.endings]
        pattern = f"{tr('Pictures')} ({' '.join(f'*{end}' for end in endings)})"
        name = ask_picture(self, tr("Choose a painting"), "", pattern, self._background)
        if name:
            self._read(file_picture(Path(name)))

    def paste_painting(self) -> None:
        """Borrow the style of the picture on the clipboard."""
        try:
            self._read(clipboard_pictures()[0])
        except StudioError as error:
            self._tell(error)

    def event(self, event: QEvent) -> bool:
        """Take pictures that are dropped anywhere on the window."""
        if event.type() in DROPS and isinstance(event, QDropEvent):
            return self._on_drop(event)
        return super().event(event)

    def _on_drop(self, event: QDropEvent) -> bool:
        if not holds_pictures(event.mimeData()):
            return False
        event.acceptProposedAction()
        if event.type() is QEvent.Type.Drop:
            try:
                self._read(pictures_in(event.mimeData(), tr("Dropped picture"))[0])
            except StudioError as error:
                self._tell(error)
        return True

    def _read(self, work: Work) -> None:
        self._background.run(work, self._use, self._tell, owner=self)

    def _use(self, found: Reference) -> None:
        self.painting = style.kept_painting(found.image)
        self.list.show_painting(self.painting)
        self.list.choose(PAINTING)
        self._change(keeps_photo=True)
