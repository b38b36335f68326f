"""The list of VAEs in the settings: offered by what fits, kept in the adapters of the edit."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.catalog.vae_files import VaeEntry
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.edit.vae import chosen_vae, with_vae
from studio.ui.window.main_window import MainWindow


def test_a_vae_is_chosen_shown_and_taken_back(window: MainWindow, tmp_path: Path) -> None:
    box, state = window.prompt.form.vae, window.session.edit_state
    until(lambda: not window.background.is_busy)
    lora = AdapterUse("lora", "/somewhere/ink.safetensors")
    state.update(adapters=(lora,))
    good, bad = tmp_path / "mse.safetensors", tmp_path / "ae.safetensors"
    error = StudioError("The VAE is for Flux.1.", "Choose another.")
    box.set_entries([VaeEntry(good), VaeEntry(bad, error)], None)
    labels = [box.itemText(row) for row in range(box.count())]
    assert labels == ["Automatic", "mse", "ae", "Choose a file…"] and box.currentIndex() == 0
    model = box.model()
    assert isinstance(model, QStandardItemModel) and not model.item(2).isEnabled()
    assert "Flux.1" in box.itemData(2, Qt.ItemDataRole.ToolTipRole)
    box.setCurrentIndex(1)
    box.activated.emit(1)
    assert state.settings.adapters == (lora, AdapterUse("vae", str(good)))
    state.update(adapters=with_vae(state.settings.adapters, "/gone/old vae.safetensors"))
    assert box.currentText() == "old vae.safetensors" and len(window.page.loras.rows) == 1
    box.setCurrentIndex(0)
    box.activated.emit(0)
    assert chosen_vae(state.settings.adapters) == "" and state.settings.adapters == (lora,)


def test_cancelling_the_file_dialog_keeps_the_choice(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    box, state = window.prompt.form.vae, window.session.edit_state
    chosen = str(tmp_path / "mine.safetensors")
    names = iter([(chosen, ""), ("", "")])
    dialog = "studio.ui.prompt.vae_choice.QFileDialog.getOpenFileName"
    monkeypatch.setattr(dialog, lambda *_: next(names))
    for _ in range(2):
        last = box.count() - 1
        box.setCurrentIndex(last)
        box.activated.emit(last)
        assert chosen_vae(state.settings.adapters) == chosen
        assert box.currentText() == "mine.safetensors"


def test_a_model_that_takes_no_other_says_why(window: MainWindow) -> None:
    box = window.prompt.form.vae
    spec = identify("starter")
    reason = family(spec.family).reason(Capability.ADAPTER, "vae", spec)
    box.set_entries((), StudioError(reason, "Choose another model."))
    assert not box.isEnabled() and "VAE of its own" in box.toolTip()
    box.set_entries((), None)
    assert box.isEnabled() and "VAE of its own" not in box.toolTip()
