"""The list of VAEs in the settings: the model's own, those of the folders, or a file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import QComboBox, QFileDialog

from studio.catalog.vae_files import VaeEntry
from studio.core.errors import StudioError
from studio.document.shareable import file_name
from studio.edit.request import AdapterUse
from studio.edit.vae import chosen_vae, with_vae
from studio.session.edit_settings import EditState
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import error_text, tr
from studio.ui.widgets.widgets import describe

FILE = "file"
"""Data of the last entry, which asks for a file."""


class VaeChoice(QComboBox):
    """Shows and changes the VAE of an ``EditState``; those that do not fit are greyed."""

    def __init__(self, state: EditState) -> None:
        super().__init__()
        self._state = state
        self._entries: tuple[VaeEntry, ...] = ()
        self.setMinimumContentsLength(10)
        self._tip = tr("The network that turns latents into pixels; the model has its own")
        describe(self, tr("VAE"), self._tip)
        self._fill()
        self.activated.connect(self._on_activated)
        listen(self, state.adapters_changed, self._show)

    def set_entries(self, entries: Sequence[VaeEntry], reason: StudioError | None) -> None:
        """Offer other VAEs; ``reason`` is why the model takes none."""
        self._entries = tuple(entries)
        self.setEnabled(reason is None)
        text = " ".join(part for part in error_text(reason) if part) if reason else self._tip
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self._fill()

    def _show(self, adapters: Sequence[AdapterUse]) -> None:
        if chosen_vae(adapters) != self.currentData():
            self._fill()

    def _fill(self) -> None:
        chosen = chosen_vae(self._state.settings.adapters)
        blocked = self.blockSignals(True)
        self.clear()
        self.addItem(tr("Automatic"), "")
        for entry in self._entries:
            self.addItem(entry.path.stem, str(entry.path))
            if entry.error is not None:
                self._grey(self.count() - 1, entry.error)
        if chosen and self.findData(chosen) < 0:
            self.addItem(file_name(chosen), chosen)
        self.addItem(tr("Choose a file…"), FILE)
        self.setCurrentIndex(self.findData(chosen))
        self.blockSignals(blocked)

    def _grey(self, index: int, error: StudioError) -> None:
        text = " ".join(part for part in error_text(error) if part)
        self.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)
        self.setItemData(index, text, Qt.ItemDataRole.AccessibleDescriptionRole)
        model = self.model()
        if isinstance(model, QStandardItemModel):
            model.item(index).setEnabled(False)

    def _on_activated(self, index: int) -> None:
        path = str(self.itemData(index))
        if path == FILE:
            path = self._ask()
        adapters = with_vae(self._state.settings.adapters, path)
        self._state.update(adapters=adapters)
        self._fill()

    def _ask(self) -> str:
        """Return the file that the artist chooses, the present one if the dialog is cancelled."""
        pattern = f"{tr('VAE')} (*.safetensors)"
        name, _ = QFileDialog.getOpenFileName(self.window(), tr("Choose a VAE"), "", pattern)
        return str(Path(name)) if name else chosen_vae(self._state.settings.adapters)
