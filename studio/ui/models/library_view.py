"""Everything in the model folders: search, filters, favourites, and what is known of each file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from PySide6.QtCore import Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from studio.catalog.fit import KIND_LABELS, Fit
from studio.catalog.library import Entry, group_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.labels import FAMILY_LABELS
from studio.session.memory_plan import MemoryPlan
from studio.ui.models.library_list import ENTRY, LibraryList
from studio.ui.models.memory_text import plan_text
from studio.ui.widgets.amounts import bytes_text
from studio.ui.widgets.translation import error_text, message, tr
from studio.ui.widgets.widgets import IconHolder, Wrapped, icon_button


@dataclass(frozen=True)
class Library:
    """What the view shows: entries, whether each fits the model, and how each model will run.

    ``seconds`` returns the time of a picture, which is asked only for the current entry.
    """

    entries: tuple[Entry, ...] = ()
    fits: Mapping[str, Fit] = field(default_factory=dict)
    plans: Mapping[str, MemoryPlan] = field(default_factory=dict)
    seconds: Callable[[ModelSpec], float | None] = lambda spec: None


class LibraryView(QWidget):
    """Shows a ``Library``; favourites come first. ``search`` is laid out by the panel."""

    model_chosen = Signal(str)
    lora_taken = Signal(str)
    """The name of a LoRA that belongs into the prompt."""
    favourites_changed = Signal(object)
    """The ids of the favourites (list of str)."""

    def __init__(self, holder: IconHolder) -> None:
        super().__init__()
        self._holder = holder
        self._library = Library()
        self._seconds: dict[str, float | None] = {}
        self._favourites: list[str] = []
        self.search = QLineEdit()
        self.family = QComboBox()
        self.kind = QComboBox()
        self.list = LibraryList(holder.icons)
        self.count = _label("caption")
        self.name = _label("strong")
        self.facts = _label()
        self.memory = _label()
        self.reason = _label("notice")
        self.place = _label("caption")
        self.use = QPushButton()
        self.favourite = icon_button(holder, "ph.star", tr("Favourite"), checkable=True)
        self._lay_out()
        self.search.textChanged.connect(self._filter)
        self.search.returnPressed.connect(self._to_list)
        self.family.currentIndexChanged.connect(self._filter)
        self.kind.currentIndexChanged.connect(self._filter)
        self.list.currentItemChanged.connect(self._show_entry)
        self.list.used.connect(self.use.click)
        self.use.clicked.connect(self._on_use)
        self.favourite.clicked.connect(self._on_favourite)
        holder.keep(self, self._fill)

    def _lay_out(self) -> None:
        self.search.setPlaceholderText(tr("Search models and parts"))
        self.search.setAccessibleName(tr("Search models and parts"))
        self.family.setAccessibleName(tr("Family"))
        self.kind.setAccessibleName(tr("Kind"))
        for combo in (self.family, self.kind):
            combo.setMinimumContentsLength(6)
        filters = QHBoxLayout()
        filters.setSpacing(4)
        filters.addWidget(self.family, 1)
        filters.addWidget(self.kind, 1)
        head = QHBoxLayout()
        head.setSpacing(4)
        head.addWidget(self.name, 1)
        head.addWidget(self.favourite)
        head.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(filters)
        column.addWidget(self.list, 1)
        column.addWidget(self.count)
        column.addLayout(head)
        for part in (self.facts, self.memory, self.reason, self.place):
            column.addWidget(part)
        self.count.setText(tr("Looking at the models…"))
        self._show_entry()

    def set_favourites(self, ids: Sequence[str]) -> None:
        """Set the favourites, which come first."""
        self._favourites = list(ids)
        self._fill()

    def show_library(self, library: Library) -> None:
        """Show a list; the current entry stays the current one."""
        self._library, self._seconds = library, {}
        kinds = dict.fromkeys(group_of(one.kind) for one in library.entries)
        families = dict.fromkeys(
            name for one in library.entries for name in (one.family, *one.finding.bases) if name
        )
        labels = {one: FAMILY_LABELS.get(one, one) for one in families}
        _offer(self.family, tr("All families"), labels)
        _offer(self.kind, tr("All kinds"), {one: kind_label(Kind(one)) for one in kinds})
        self._fill()

    def _fill(self) -> None:
        current = self.list.entry.id if self.list.entry is not None else ""
        blocked = self.list.blockSignals(True)
        self.list.clear()
        star = self._holder.icons.get("ph.star-fill", accent=True)
        chosen = set(self._favourites)
        for entry in sorted(self._library.entries, key=lambda one: one.id not in chosen):
            fit = self._library.fits.get(entry.id, Fit())
            icon = star if entry.id in chosen else QIcon()
            tip = "\n".join(one for one in (self._memory(entry), reason_of(fit, entry)) if one)
            self.list.add(entry, line_of(entry), icon, tip, grey=fit.error is not None)
            if entry.id == current:
                self.list.setCurrentRow(self.list.count() - 1)
                self.list.scrollToItem(self.list.currentItem())
        self.list.blockSignals(blocked)
        self._filter()

    def _filter(self) -> None:
        text = self.search.text()
        family, kind = str(self.family.currentData() or ""), str(self.kind.currentData() or "")
        shown = 0
        for row in range(self.list.count()):
            item = self.list.item(row)
            wanted = item.data(ENTRY).matches(text, family, kind)
            item.setHidden(not wanted)
            shown += wanted
        self.list.leave_hidden()
        whole = len(self._library.entries)
        if whole:
            self.count.setText(tr("{shown} of {all}", shown=shown, all=whole))
        self._show_entry()

    def _to_list(self) -> None:
        """Go from the search to the first entry found; Enter there uses it."""
        self.list.setFocus()

    def _show_entry(self, *_: object) -> None:
        entry = self.list.entry
        fit = self._library.fits.get(entry.id, Fit()) if entry is not None else Fit()
        texts = (
            (self.name, entry.name if entry is not None else ""),
            (self.facts, facts_of(entry) if entry is not None else ""),
            (self.memory, self._memory(entry, timed=True) if entry is not None else ""),
            (self.reason, reason_of(fit, entry)),
            (self.place, str(entry.path) if entry is not None else ""),
        )
        for label, text in texts:
            label.setText(text)
            label.setVisible(bool(text))
        is_lora = entry is not None and entry.kind is Kind.LORA and fit.error is None
        self.use.setVisible(entry is not None and (entry.is_model or is_lora))
        self.use.setText(tr("Into the prompt") if is_lora else tr("Use"))
        self.use.setAccessibleName(self.use.text())
        self.favourite.setVisible(entry is not None)
        self.favourite.setChecked(entry is not None and entry.id in self._favourites)

    def _memory(self, entry: Entry, *, timed: bool = False) -> str:
        plan = self._library.plans.get(entry.id)
        if plan is None or entry.spec is None:
            return ""
        if timed and entry.id not in self._seconds:
            self._seconds[entry.id] = self._library.seconds(entry.spec)
        return plan_text(replace(plan, seconds=self._seconds.get(entry.id) if timed else None))

    def _on_use(self) -> None:
        entry = self.list.entry
        if entry is None or not self.use.isVisibleTo(self):
            return
        if entry.is_model:
            self.model_chosen.emit(entry.id)
        else:
            self.lora_taken.emit(entry.path.stem)

    def _on_favourite(self, on: bool) -> None:
        entry = self.list.entry
        if entry is None:
            return
        rest = [one for one in self._favourites if one != entry.id]
        self.favourites_changed.emit([*rest, entry.id] if on else rest)


def reason_of(fit: Fit, entry: Entry | None = None) -> str:
    """Return why a file does not fit the model, or what is not certain about it.

    Of the entry's path only the name is shown; the whole path is in a line of its own.
    """
    if fit.error is not None:
        text = " ".join(error_text(fit.error)).strip()
        return text.replace(str(entry.path), entry.path.name) if entry is not None else text
    return message(fit.note.message, fit.note.values) if fit.note is not None else ""


def line_of(entry: Entry) -> str:
    """Return the line below a name: kind, base, precision and size."""
    kind = "" if entry.is_model else kind_label(entry.kind)
    parts = (kind, entry.base, entry.precision, bytes_text(entry.size))
    return "  ·  ".join(one for one in parts if one)


def facts_of(entry: Entry) -> str:
    """Return what is known of a file, with its licence if the metadata has one."""
    licence = tr("licence: {name}", name=entry.licence) if entry.licence else ""
    parts = (kind_label(entry.kind), entry.base, entry.precision, bytes_text(entry.size), licence)
    return "  ·  ".join(one for one in parts if one)


def kind_label(kind: Kind) -> str:
    """Return the word for a kind."""
    if kind in KIND_LABELS:
        return message(KIND_LABELS[kind])
    return tr("not usable") if kind is Kind.UNUSABLE else tr("unknown")


def _label(name: str = "") -> Wrapped:
    label = Wrapped()
    if name:
        label.setObjectName(name)
    return label


def _offer(combo: QComboBox, every: str, choices: Mapping[str, str]) -> None:
    """Offer choices after one for all; the current one stays if it is still there."""
    current = combo.currentData()
    blocked = combo.blockSignals(True)
    combo.clear()
    combo.addItem(every, "")
    for id, label in sorted(choices.items(), key=lambda pair: pair[1].casefold()):
        combo.addItem(label, id)
    combo.setCurrentIndex(max(0, combo.findData(current)))
    combo.blockSignals(blocked)
