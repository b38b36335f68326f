"""One of the cards of the first models: what a model is good for, its size and its needs."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton, QVBoxLayout

from studio.catalog.first_fetch import file_of
from studio.catalog.first_models import LICENCES, Card, FirstModel, Machine
from studio.ui.widgets.amounts import bytes_text
from studio.ui.widgets.translation import mark, message, tr
from studio.ui.widgets.widgets import Wrapped

LABELS = {"fast": mark("Fast"), "best": mark("Best"), "smallest": mark("Smallest")}


class ModelCardFrame(QFrame):
    """A card that is chosen by a click anywhere, or by its button with the arrow keys."""

    chosen = Signal(str)
    """The id of its model."""

    def __init__(self, cards: Sequence[Card], here: Machine) -> None:
        super().__init__()
        card = cards[0]
        self.id = card.id
        self.setObjectName("choice")
        labels = " · ".join(tr(LABELS[one.choice]) for one in cards)
        self.button = QRadioButton(labels)
        self.button.toggled.connect(self._on_toggled)
        main = next(row for row in card.rows if row.role != "loras")
        added = [row.title for row in card.rows if row.role == "loras"]
        title = " + ".join([main.title, *added])
        about = [message(main.good_for), tr("Not for: {text}", text=message(main.not_good_for))]
        about += list(dict.fromkeys(message(one.why) for one in cards))
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(7)
        column.addWidget(self.button)
        self.lines: list[Wrapped] = []
        self._add(title, "strong")
        for text in about:
            self._add(text)
        column.addStretch(1)
        self._add(size_line(card.rows), "caption")
        self._add(needs_line(main, here, fits=card.fits), "caption" if card.fits else "notice")
        self._add(licence_line(card.rows), "caption")
        if all(file_of(row).is_file() for row in card.rows):
            self._add(tr("It is there already."), "caption")
        self.button.setAccessibleName(f"{labels}: {title}")
        self.button.setAccessibleDescription(" ".join(one.text() for one in self.lines[1:]))

    def _add(self, text: str, name: str = "") -> None:
        label = Wrapped(text)
        if name:
            label.setObjectName(name)
        self.lines.append(label)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(label)

    def _on_toggled(self, checked: bool) -> None:
        self.setProperty("chosen", checked)
        self.style().unpolish(self)
        self.style().polish(self)
        if checked:
            self.chosen.emit(self.id)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Choose the card."""
        if event.button() is Qt.MouseButton.LeftButton and self.button.isEnabled():
            self.button.setChecked(True)
            self.button.setFocus()
        super().mousePressEvent(event)


def size_line(rows: Sequence[FirstModel]) -> str:
    """Return the size of the download in words."""
    size = bytes_text(sum(row.size for row in rows))
    if all(row.size for row in rows):
        return tr("Download: about {size}", size=size)
    return tr("Download: about {size} and a smaller file", size=size)


def needs_line(row: FirstModel, here: Machine, *, fits: bool) -> str:
    """Return the memory that a model asks for, and what this machine has."""
    floor = []
    if row.memory:
        floor.append(tr("{size} of memory", size=_whole(row.memory)))
    if row.card:
        floor.append(tr("a graphics card with {size}", size=_whole(row.card)))
    needs = tr("Needs {one} or {other}", one=floor[0], other=floor[1]) if len(floor) > 1 else ""
    needs = needs or (tr("Needs {one}", one=floor[0]) if floor else "")
    if fits or not needs:
        return needs
    memory = _whole(here.memory)
    if here.card:
        card = _whole(here.card)
        return tr(
            "{needs}; this machine has {memory}, and {card} on its card.",
            needs=needs,
            memory=memory,
            card=card,
        )
    return tr("{needs}; this machine has {memory}.", needs=needs, memory=memory)


def licence_line(rows: Sequence[FirstModel]) -> str:
    """Return the names of the licences."""
    names = dict.fromkeys(LICENCES[row.licence].name if row.licence else "" for row in rows)
    said = [name or tr("that of one file is not known") for name in names]
    return tr("Licence: {names}", names="; ".join(said))


def _whole(size: int) -> str:
    return f"{size / 1e9:.0f} GB"
