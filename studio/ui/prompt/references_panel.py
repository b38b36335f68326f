"""The references of an edit: pictures that set its look, composition, subject or face, or that it
is blended with."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.reasons import reference_reason
from studio.catalog.references import MODES
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.document.io import formats
from studio.edit.steering import Reference
from studio.session.edit_settings import EditState
from studio.ui.prompt.reference_drops import PictureDrops
from studio.ui.prompt.reference_row import ReferenceRow
from studio.ui.prompt.reference_sources import (
    ReferenceSource,
    Work,
    clipboard_pictures,
    file_picture,
)
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.picture_dialog import ask_pictures
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import IconHolder, Section, Wrapped, caption, icon_button

Reasons = tuple[StudioError | None, Mapping[str, StudioError]]
"""Why references cannot be used at all, and why not in some of the modes."""


class ReferencesBox(Section):
    """A row for each reference of an ``EditState``."""

    failed = Signal(object)
    """A StudioError: a file to be added is no picture, or the model takes none."""
    crashed = Signal(object)
    reasons_changed = Signal()
    """Another model or adapter has other reasons to refuse pictures."""
    adapter_changed = Signal(str)
    """The references are to use the IP-Adapter in another folder."""

    def __init__(
        self,
        holder: IconHolder,
        state: EditState,
        source: ReferenceSource,
        background: Background,
    ) -> None:
        super().__init__(tr("References"), holder)
        self._state = state
        self._source = source
        self._background = background
        self._model = state.settings.model
        self._asked: tuple[str, str] | None = None
        self._reason: StudioError | None = None
        self._mode_reasons: Mapping[str, StudioError] = {}
        self._last_folder = ""
        self.rows: list[ReferenceRow] = []
        self.reason = Wrapped()
        self.reason.setObjectName("caption")
        self.hint = Wrapped(tr("Drop pictures or layers on this panel, or add one:"))
        self.hint.setObjectName("caption")
        self.from_file = _adder(holder, "ph.image", tr("File…"))
        self.from_clipboard = _adder(holder, "ph.clipboard", tr("Clipboard"))
        self.from_layer = _adder(holder, "ph.stack", tr("Active layer"))
        self.from_selection = _adder(holder, "ph.selection", tr("Selection"))
        self.adapter = QLineEdit()
        self.browse = icon_button(holder, "ph.folder-open", tr("Choose an IP-Adapter folder"))
        self.drops = PictureDrops(source, self)
        self._list = QVBoxLayout()
        self._lay_out()
        self._connect()
        holder.keep(self, self._refresh_icons)
        self._show_references(state.settings.references)
        listen(self, state.references_changed, self._show_references)
        listen(self, state.model_changed, self.show_model)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self.body)
        column.setContentsMargins(0, 0, 0, 4)
        column.setSpacing(8)
        self.reason.setObjectName("notice")
        for label in (self.reason, self.hint):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.hide()
        column.addWidget(self.reason)
        self._list.setSpacing(6)
        column.addLayout(self._list)
        column.addWidget(self.hint)
        grid = QGridLayout()
        grid.setSpacing(4)
        for index, button in enumerate(self._adders):
            grid.addWidget(button, index // 2, index % 2)
        column.addLayout(grid)
        self.from_file.setToolTip(tr("Add a picture file as a reference"))
        self.from_clipboard.setToolTip(tr("Add what was copied as a reference"))
        self.from_layer.setToolTip(tr("Add the active layer as a reference"))
        self.from_selection.setToolTip(tr("Add what is visible in the selection as a reference"))
        for button in self._adders:
            button.setAccessibleName(button.toolTip())
        self.adapter.setPlaceholderText(tr("The model's own"))
        self.adapter.setAccessibleName(tr("IP-Adapter folder"))
        folder = QHBoxLayout()
        folder.setSpacing(4)
        folder.addWidget(caption(tr("IP-Adapter")))
        folder.addSpacing(6)
        folder.addWidget(self.adapter, 1)
        folder.addWidget(self.browse)
        column.addLayout(folder)

    def _connect(self) -> None:
        self.from_file.clicked.connect(self.ask_files)
        self.from_clipboard.clicked.connect(self._add_clipboard)
        self.from_layer.clicked.connect(self._add_active_layer)
        self.from_selection.clicked.connect(self._add_selection)
        self.adapter.editingFinished.connect(self._on_adapter)
        self.browse.clicked.connect(self._choose_adapter)
        self.heading.toggled.connect(self._on_unfolded)
        self.drops.dropped.connect(self.add)
        self.drops.failed.connect(self.failed)

    @property
    def _adders(self) -> tuple[QToolButton, ...]:
        return self.from_file, self.from_clipboard, self.from_layer, self.from_selection

    @property
    def references(self) -> tuple[Reference, ...]:
        """The references as the rows show them."""
        return tuple(row.reference for row in self.rows)

    def _show_references(self, references: Sequence[Reference]) -> None:
        """Show the references of the state; rows of the same pictures only change their place."""
        if tuple(references) == self.references:
            return
        if _only_moved(references, self.references):
            for row, reference in zip(self.rows, references, strict=True):
                row.show_place(reference)
            return
        for row in list(self.rows):
            self._drop_row(row)
        for reference in references:
            self._add_row(reference)
        if references:
            self.adapter.setText(references[0].model)
        self._update(unfold=bool(references))

    def show_model(self, model: str) -> None:
        """Follow another model; the box is greyed out, with the reason, if it lacks references."""
        self._model = model
        if self._asked != (model, self.folder):
            self._check()

    # Adding

    def add(self, works: Sequence[Work]) -> None:
        """Read pictures on the thread pool and add them in this order."""
        if self._reason is not None:
            self.failed.emit(self._reason)
            return
        self._background.run(partial(_read, works), self._on_read, self._on_error, owner=self)

    @property
    def reasons(self) -> Reasons:
        """Why the model takes no pictures, None if it does; and why not in some of the modes."""
        return self._reason, self._mode_reasons

    @property
    def folder(self) -> str:
        """The IP-Adapter's folder, "" for the model's own."""
        return self.adapter.text().strip()

    def ask_files(self) -> None:
        """Let the artist choose picture files and add them."""
        works = [file_picture(path) for path in self.choose_files()]
        if works:
            self.add(works)

    def choose_files(self) -> list[Path]:
        """Let the artist choose picture files; empty if the dialog is cancelled."""
        endings = sorted({end for one in formats.FORMATS if one.can_read for end in one.endings})
        pattern = f"{tr('Pictures')} ({' '.join(f'*{end}' for end in endings)})"
        names = ask_pictures(
            self, tr("Add references"), self._last_folder, pattern, self._background
        )
        if names:
            self._last_folder = str(Path(names[0]).parent)
        return [Path(name) for name in names]

    def _add_clipboard(self) -> None:
        self._try(clipboard_pictures)

    def _add_active_layer(self) -> None:
        self._try(lambda: [self._source.active_layer()])

    def _add_selection(self) -> None:
        self._try(lambda: [self._source.selection()])

    def _try(self, works: Callable[[], list[Work]]) -> None:
        try:
            self.add(works())
        except StudioError as error:
            self.failed.emit(error)

    def _on_read(self, found: list[Reference | StudioError]) -> None:
        added = False
        for one in found:
            if isinstance(one, StudioError):
                self.failed.emit(one)
            else:
                self._add_row(replace(one, mode=self._usual_mode(one.mode)))
                self.rows[-1].set_adapter(self.folder)
                added = True
        if added:
            self._update(unfold=True)
            self._tell()

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.failed.emit(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    # Rows

    def _add_row(self, reference: Reference) -> None:
        # A row has its own icon holder: the panel's would outlive it.
        row = ReferenceRow(IconHolder(self._holder.icons), reference, self._source.where)
        row.changed.connect(self._tell)
        row.removed.connect(self._remove)
        row.failed.connect(self.failed)
        row.set_usable(self._reason is None)
        row.set_mode_reasons(self._mode_reasons)
        self.rows.append(row)
        self._list.addWidget(row)

    def _usual_mode(self, wanted: str) -> str:
        """Return the mode of a new reference: the usual one if the model supports it."""
        usable = [mode for mode in MODES if mode not in self._mode_reasons]
        return wanted if wanted in usable or not usable else usable[0]

    def _remove(self, row: ReferenceRow) -> None:
        place = self.rows.index(row)
        focus = row.isAncestorOf(self.focusWidget()) if self.focusWidget() else False
        self._drop_row(row)
        self._update()
        if focus:
            left = self.rows[min(place, len(self.rows) - 1)] if self.rows else self.heading
            left.setFocus()
        self._tell()

    def _drop_row(self, row: ReferenceRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _update(self, *, unfold: bool = False) -> None:
        count = len(self.rows)
        self.hint.setVisible(self._reason is None and not count)
        title = tr("References")
        self.heading.setText(f"{title} ({count})" if count else title)
        self.heading.setAccessibleName(self.heading.text())
        if unfold or not count:
            self.heading.setChecked(bool(count))
        stops: list[QWidget] = [self.heading]
        for row in self.rows:
            stops += row.stops
        stops += [*self._adders, self.adapter, self.browse]
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)

    def _tell(self) -> None:
        self._state.update(references=self.references)

    def _refresh_icons(self) -> None:
        for row in self.rows:
            row.refresh()

    # Pictures that the model takes

    def _check(self) -> None:
        self._asked = asked = self._model, self.folder
        self._background.run(
            partial(_reason_of, asked),
            partial(self._show_reason, asked),
            self._on_error,
            owner=self,
        )

    def _show_reason(self, asked: tuple[str, str], reasons: Reasons) -> None:
        if asked != self._asked:
            return
        reason, self._mode_reasons = reasons
        self._reason = reason
        text = " ".join(part for part in error_text(reason) if part) if reason else ""
        self.reason.setText(text)
        self.reason.setVisible(bool(text))
        self.heading.setToolTip(text)
        for button in self._adders:
            button.setEnabled(reason is None)
        self.hint.setVisible(reason is None and not self.rows)
        for row in self.rows:
            row.set_usable(reason is None)
            row.set_mode_reasons(self._mode_reasons)
        self.reasons_changed.emit()

    def _on_unfolded(self, unfolded: bool) -> None:
        if unfolded:
            self._check()

    def _on_adapter(self) -> None:
        if self._asked == (self._model, self.folder):
            return
        self._check()
        for row in self.rows:
            row.set_adapter(self.folder)
        if self.rows:
            self._tell()
        self.adapter_changed.emit(self.folder)

    def _choose_adapter(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Choose an IP-Adapter folder"))
        if name:
            self.adapter.setText(name)
            self._on_adapter()


def _adder(holder: IconHolder, icon: str, text: str) -> QToolButton:
    button = icon_button(holder, icon, text, text=text)
    button.setObjectName("adder")
    button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
    return button


def _only_moved(new: Sequence[Reference], old: Sequence[Reference]) -> bool:
    """Whether references are the same ones, perhaps in other places."""
    names = [one.name for one in fields(Reference) if one.name not in ("image", "where")]
    return len(new) == len(old) and all(
        one.image is other.image
        and all(getattr(one, name) == getattr(other, name) for name in names)
        for one, other in zip(new, old, strict=True)
    )


def _read(works: Sequence[Work], progress: Progress) -> list[Reference | StudioError]:
    found: list[Reference | StudioError] = []
    for work in works:
        progress.check()
        try:
            found.append(work(progress))
        except StudioError as error:
            found.append(error)
    return found


def _reason_of(asked: tuple[str, str], progress: Progress) -> Reasons:
    found = {mode: reference_reason(*asked, mode) for mode in MODES}
    return reference_reason(*asked), {mode: one for mode, one in found.items() if one is not None}
