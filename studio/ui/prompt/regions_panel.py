"""Region prompts: a prompt, and optionally a reference, for a part of the picture."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QCheckBox

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.edit.steering import MOST_REGIONS, Reference, Region
from studio.session.edit_settings import EditState
from studio.ui.prompt.reference_drops import PictureDrops
from studio.ui.prompt.reference_sources import (
    ReferenceSource,
    Work,
    clipboard_pictures,
    file_picture,
)
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.prompt.region_row import RegionRow
from studio.ui.prompt.region_sources import PlaceSource
from studio.ui.prompt.rows_section import RowsSection
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder


class RegionsBox(RowsSection):
    """A row for each region prompt of an ``EditState``.

    The box of references provides the adapter and which pictures the model accepts.
    """

    pointed = Signal(object)
    """The region prompt that is under the pointer or has the focus, or None."""
    failed = Signal(object)
    crashed = Signal(object)

    def __init__(
        self,
        holder: IconHolder,
        state: EditState,
        places: PlaceSource,
        pictures: ReferenceSource,
        references: ReferencesBox,
        background: Background,
    ) -> None:
        super().__init__(
            tr("Region prompts"),
            holder,
            tr("A prompt for one area: select or paint it, then add a region."),
            tr("Add a region"),
        )
        self._state = state
        self._places = places
        self._pictures = pictures
        self._references = references
        self._background = background
        self._shown: Region | None = None
        self.rows: list[RegionRow] = []
        self.clears = QCheckBox(tr("Then clear the selection or mask"))
        self._lay_out()
        self.add.clicked.connect(self.add_region)
        references.reasons_changed.connect(self._on_reasons)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._on_pointed)
        holder.keep(self, self._refresh_icons)
        self._show_regions(state.settings.regions)
        listen(self, state.regions_changed, self._show_regions)

    def _lay_out(self) -> None:
        self.clears.setChecked(True)
        self.clears.setToolTip(tr("So that you can paint the next area or the edit mask"))
        self.clears.setAccessibleName(self.clears.text())
        self._stack(8, self.clears)

    @property
    def regions(self) -> tuple[Region, ...]:
        """The region prompts as the rows show them."""
        return tuple(row.region for row in self.rows)

    @property
    def shown(self) -> Region | None:
        """The region prompt whose place is shown on the canvas."""
        return self._shown

    def _show_regions(self, regions: Sequence[Region]) -> None:
        """Show the region prompts of the state; rows of unchanged ones are updated, not rebuilt."""
        if tuple(regions) == self.regions:
            return
        if [_kind(one) for one in regions] == [_kind(one) for one in self.regions]:
            for row, region in zip(self.rows, regions, strict=True):
                row.show_region(region, self._share(region))
            self._on_pointed()
            return
        for row in list(self.rows):
            self._drop_row(row)
        for region in regions[:MOST_REGIONS]:
            self._add_row(region)
        self._update(unfold=bool(regions))

    def set_adapter(self, folder: str) -> None:
        """Use another IP-Adapter for the references."""
        for row in self.rows:
            row.set_adapter(folder)
        if any(row.picture is not None for row in self.rows):
            self._tell()

    def add_region(self) -> None:
        """Add a region prompt for the selection or mask, or without a place if there is neither."""
        taken = {row.region.number for row in self.rows}
        free = [number for number in range(MOST_REGIONS) if number not in taken]
        if not free:
            return
        row = self._add_row(Region(number=free[0]))
        if self._places.is_meant():
            self._take_place(row)
        self._update(unfold=True)
        self._tell()
        row.prompt.setFocus()

    # Places and pictures

    def _take_place(self, row: RegionRow) -> None:
        try:
            where = self._places.take(clear=self.clears.isChecked())
        except StudioError as error:
            self.failed.emit(error)
            return
        row.set_place(where, self._places.share(where))

    def _on_place(self, row: RegionRow) -> None:
        self._take_place(row)
        self._tell()

    def _share(self, region: Region) -> float:
        return self._places.share(region.where) if region.where is not None else 0.0

    def _on_picture_asked(self, row: RegionRow, kind: str) -> None:
        try:
            if kind == "file":
                works = [file_picture(Path(name)) for name in self._references.choose_files()]
            elif kind == "clipboard":
                works = clipboard_pictures()
            elif kind == "layer":
                works = [self._pictures.active_layer()]
            else:
                works = [self._pictures.selection()]
        except StudioError as error:
            self.failed.emit(error)
            return
        self._attach(row, works)

    def _attach(self, row: RegionRow, works: Sequence[Work]) -> None:
        """Read the first of some pictures on the thread pool and attach it to a region prompt."""
        reason = self._references.reasons[0]
        if reason is not None:
            self.failed.emit(reason)
        elif works:
            read = partial(_read, works[0])
            self._background.run(read, partial(self._on_read, row), self._on_error, owner=self)

    def _on_read(self, row: RegionRow, reference: Reference) -> None:
        if row in self.rows:
            row.set_reference(reference)
            row.set_adapter(self._references.folder)
            self._update()
            self._tell()

    def _on_error(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self.failed.emit(error)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    def _on_reasons(self) -> None:
        reason, mode_reasons = self._references.reasons
        for row in self.rows:
            row.set_usable(reason is None, mode_reasons)

    # Rows

    def _add_row(self, region: Region) -> RegionRow:
        # A row has its own icon holder: the panel's would outlive it.
        row = RegionRow(IconHolder(self._holder.icons), region)
        row.show_share(self._share(region))
        reason, mode_reasons = self._references.reasons
        row.set_usable(reason is None, mode_reasons)
        row.changed.connect(self._on_row_changed)
        row.removed.connect(self._remove)
        row.place_asked.connect(self._on_place)
        row.picture_asked.connect(self._on_picture_asked)
        row.hovered.connect(self._on_pointed)
        drops = PictureDrops(self._pictures, row)
        drops.watch(row)
        drops.dropped.connect(partial(self._attach, row))
        drops.failed.connect(self.failed)
        self.rows.append(row)
        self._list.addWidget(row)
        return row

    def _remove(self, row: RegionRow) -> None:
        place = self.rows.index(row)
        focus = row.hasFocus() or row.isAncestorOf(self.focusWidget() or self)
        self._drop_row(row)
        self._update()
        if focus:
            left = self.rows[min(place, len(self.rows) - 1)] if self.rows else self.heading
            left.setFocus()
        self._tell()

    def _drop_row(self, row: RegionRow) -> None:
        self.rows.remove(row)
        self._list.removeWidget(row)
        row.hide()
        row.deleteLater()

    def _update(self, *, unfold: bool = False) -> None:
        self._show_rows(self.rows, self.clears, unfold=unfold)
        full = len(self.rows) >= MOST_REGIONS
        self.add.setEnabled(not full)
        tip = tr("At most {count} are possible", count=MOST_REGIONS) if full else self.add.text()
        self.add.setToolTip(tip)

    def _on_row_changed(self) -> None:
        # A picture may have been removed, which changes the tab order.
        self._update()
        self._tell()

    def _tell(self) -> None:
        self._state.update(regions=self.regions)
        self._on_pointed()

    def _on_pointed(self, *_: object) -> None:
        """Emit the region prompt under the pointer, or else the focused one."""
        under = [row for row in self.rows if row.underMouse()]
        focused = QApplication.focusWidget()
        inside = [
            row
            for row in self.rows
            if focused is not None and (row is focused or row.isAncestorOf(focused))
        ]
        # A new row is not yet visible: its layout shows it later.
        found = [row.region for row in (*under, *inside)] if self.heading.isChecked() else []
        shown = found[0] if found else None
        if shown is not self._shown:
            self._shown = shown
            self.pointed.emit(shown)

    def _refresh_icons(self) -> None:
        for row in self.rows:
            row.refresh()


def _kind(region: Region) -> tuple[object, ...]:
    """Return the fields of a region prompt whose change needs a new row."""
    return region.number, region.weight, region.used, id(region.reference)


def _read(work: Work, progress: Progress) -> Reference:
    return work(progress)
