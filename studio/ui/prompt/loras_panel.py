"""The LoRAs chosen for the next edit: a row for each, and a button that adds one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QWidget

from studio.catalog.lora_list import LoraEntry, lora_entry
from studio.catalog.models import identify
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.edit.loras import chosen_loras, moved, with_loras
from studio.edit.networks import LORA
from studio.edit.request import AdapterUse
from studio.session.edit_settings import EditState
from studio.ui.prompt.lora_picker import LoraPicker
from studio.ui.prompt.lora_pictures import pixmap, read_thumbnail
from studio.ui.prompt.lora_row import SIDE, LoraRow
from studio.ui.prompt.rows_section import RowsSection
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder

Seen = tuple[LoraEntry, QImage | None]


class LorasBox(RowsSection):
    """A row for each LoRA of an ``EditState``, in their order; ``folders`` has those to offer."""

    word_taken = Signal(str)
    """A trigger word for the prompt."""
    added = Signal(object)
    """The row of a LoRA that was just added."""
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(
        self,
        holder: IconHolder,
        state: EditState,
        folders: Callable[[], list[Path]],
        background: Background,
    ) -> None:
        super().__init__(
            tr("LoRAs"),
            holder,
            tr(
                "Small files that teach the model a style or a subject. Their weights can be mixed."
            ),
            tr("Add a LoRA…"),
        )
        self._state = state
        self._folders = folders
        self._background = background
        self._asked: tuple[str, tuple[str, ...]] = ("", ())
        self.rows: list[LoraRow] = []
        self._stack(6)
        self.add.clicked.connect(self.ask)
        holder.keep(self, self._refresh_icons)
        self._show_adapters(state.settings.adapters)
        listen(self, state.adapters_changed, self._show_adapters)
        listen(self, state.model_changed, lambda _: self._look())

    @property
    def loras(self) -> tuple[AdapterUse, ...]:
        """The LoRAs as the rows show them."""
        return tuple(row.use for row in self.rows)

    @property
    def last(self) -> QWidget:
        """The last widget in tab order."""
        return self.add

    def ask(self) -> None:
        """Let the artist choose LoRAs of the folders, or a file, and add them."""
        dialog = LoraPicker(
            self.window(), self._holder, self._background, self._folders, self._state.settings.model
        )
        dialog.crashed.connect(self.crashed)
        try:
            if dialog.exec():
                self.add_files(dialog.chosen)
        finally:
            dialog.deleteLater()

    def add_files(self, paths: Sequence[Path]) -> None:
        """Add LoRAs at weight 1, those that are there already left out."""
        known = {use.path for use in self.loras}
        new = [AdapterUse(LORA, str(path)) for path in paths if str(path) not in known]
        if new:
            self._set((*self.loras, *new))
            self.heading.setChecked(True)
            self.added.emit(self.rows[-1])

    def _set(self, loras: Sequence[AdapterUse]) -> None:
        adapters = with_loras(self._state.settings.adapters, loras)
        self._state.update(adapters=adapters)

    def _show_adapters(self, adapters: Sequence[AdapterUse]) -> None:
        """Show the LoRAs of the state; rows of the same files are updated, not rebuilt."""
        loras = chosen_loras(adapters)
        if loras == self.loras:
            return
        if [use.path for use in loras] == [use.path for use in self.loras]:
            for row, use in zip(self.rows, loras, strict=True):
                row.show_use(use)
            return
        by_path = {row.use.path: row for row in self.rows}
        for row in self.rows:
            self._list.removeWidget(row)
        self.rows = []
        for use in loras:
            row = by_path.pop(use.path) if use.path in by_path else self._new_row(use)
            row.show_use(use)
            self.rows.append(row)
            self._list.addWidget(row)
        for row in by_path.values():
            row.hide()
            row.deleteLater()
        self._update(unfold=bool(loras))
        self._look()

    def _new_row(self, use: AdapterUse) -> LoraRow:
        # A row has its own icon holder: the panel's would outlive it.
        row = LoraRow(IconHolder(self._holder.icons), use)
        row.changed.connect(lambda: self._set(self.loras))
        row.removed.connect(self._remove)
        row.moved.connect(self._on_moved)
        row.dragged.connect(self._on_dragged)
        row.word_taken.connect(self.word_taken)
        return row

    def _remove(self, row: LoraRow) -> None:
        place = self.rows.index(row)
        focus = row.hasFocus() or row.isAncestorOf(self.focusWidget() or self)
        self._set([one.use for one in self.rows if one is not row])
        if focus:
            left = self.rows[min(place, len(self.rows) - 1)] if self.rows else self.add
            left.setFocus()

    def _on_moved(self, row: LoraRow, places: int) -> None:
        place = self.rows.index(row)
        self._set(moved(self.loras, place, place + places))
        row.setFocus()

    def _on_dragged(self, row: LoraRow, where: QPoint) -> None:
        place = self.rows.index(row)
        y = self.body.mapFromGlobal(where).y()
        for other, one in enumerate(self.rows):
            middle = one.geometry().center().y()
            if (other < place and y < middle) or (other > place and y > middle):
                self._set(moved(self.loras, place, other))
                return

    def _update(self, *, unfold: bool = False) -> None:
        self._show_rows(self.rows, unfold=unfold)

    # What the files are

    def _look(self) -> None:
        """Read, on the thread pool, what the files are and whether they fit the model."""
        asked = self._state.settings.model, tuple(use.path for use in self.loras)
        self._asked = asked
        if asked[1]:
            self._background.run(
                partial(_look_at, asked), partial(self._show, asked), self._on_error, owner=self
            )

    def _show(self, asked: tuple[str, tuple[str, ...]], seen: Mapping[str, Seen]) -> None:
        if asked != self._asked:
            return
        for row in self.rows:
            if row.use.path in seen:
                entry, image = seen[row.use.path]
                row.show_entry(entry, pixmap(image))
        self._update()

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.failed.emit(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    def _refresh_icons(self) -> None:
        for row in self.rows:
            row.refresh()


def _look_at(asked: tuple[str, tuple[str, ...]], progress: Progress) -> dict[str, Seen]:
    model, paths = asked
    try:
        spec = identify(model)
    except StudioError:
        # The list of models says what is wrong with it.
        spec = None
    found = {}
    for name in paths:
        progress.check()
        path = Path(name).expanduser()
        found[name] = lora_entry(path, spec), read_thumbnail(path, SIDE)
    return found
