"""The LoRAs of the prompt panel: found, added, weighed, ordered and named with their words."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from conftest import until
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from safetensors.numpy import save_file

from studio.catalog.lora_list import lora_picture
from studio.edit.loras import chosen_loras
from studio.edit.request import OFF, AdapterUse, Task
from studio.ui.prompt.lora_picker import LoraPicker
from studio.ui.prompt.loras_panel import LorasBox
from studio.ui.window.main_window import MainWindow

CROSS = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
HELD = Qt.KeyboardModifier.ControlModifier


def lora(path: Path, width: int = 256, **metadata: str) -> Path:
    """Write a LoRA for the starter (256), for 1.x (768) or for XL (2048)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    tensors = {
        f"{CROSS}.lora_down.weight": np.zeros((2, width), np.float32),
        f"{CROSS}.lora_up.weight": np.zeros((64, 2), np.float32),
    }
    save_file(tensors, path, {key.replace("_DOT_", "."): one for key, one in metadata.items()})
    return path


def jpeg(path: Path) -> bytes:
    Image.new("RGB", (60, 40), (200, 30, 30)).save(path)
    return path.read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "loras"
    words = {"modelspec_DOT_trigger_phrase": "ink wash"}
    picture = base64.b64encode(jpeg(tmp_path / "a.jpg")).decode()
    lora(made / "ink.safetensors", modelspec_DOT_thumbnail=f"data:image/jpeg;base64,{picture}",
         **words)  # fmt: skip
    tags = {"photos": {f"tag {n}": 20 - n for n in range(9)}}
    lora(made / "luna.safetensors", ss_tag_frequency=json.dumps(tags))
    lora(made / "glow.safetensors", 2048)
    lora(made / "covers.safetensors", ssmd_cover_images=json.dumps([picture]))
    jpeg(made / "luna.preview.png")
    return made


@pytest.fixture
def box(window: MainWindow, folder: Path) -> Iterator[LorasBox]:
    window.settings.set("model_folders", [str(folder)])
    found = window.page.loras
    yield found
    until(lambda: not window.background.is_busy)


def used(window: MainWindow) -> list[tuple[str, float, bool]]:
    """The LoRAs that the session would give to an edit: name, weight, switched on."""
    loras = chosen_loras(window.session.edit_settings.adapters)
    return [(Path(use.path).stem, use.weight, not use.options.get(OFF)) for use in loras]


def picker(window: MainWindow, box: LorasBox) -> LoraPicker:
    settings = window.session.edit_settings
    dialog = LoraPicker(window, box._holder, window.background, box._folders, settings.model)
    until(lambda: dialog.list.count() > 0)
    return dialog


def test_the_picker_finds_greys_and_gives_reasons(window: MainWindow, box: LorasBox) -> None:
    dialog = picker(window, box)
    items = [dialog.list.item(row) for row in range(dialog.list.count())]
    names = [item.text().split("\n")[0] for item in items]
    assert names == ["covers", "ink", "luna", "glow"]
    assert not items[3].flags() & Qt.ItemFlag.ItemIsSelectable
    assert "Stable Diffusion XL" in items[3].text()
    assert "glow.safetensors" in items[3].toolTip() and "Starter" in items[3].toolTip()
    assert "ink wash" in items[1].text() and "3 of 4" in dialog.told.text()
    dialog.search.setText("WASH")
    assert [item.isHidden() for item in items] == [True, False, True, True]
    QTest.keyClick(dialog.search, Qt.Key.Key_Return)
    assert [path.stem for path in dialog.chosen] == ["ink"] and dialog.take.isEnabled()
    dialog.search.setText("nothing like it")
    assert dialog.chosen == [] and "nothing like it" in dialog.told.text()
    dialog.reject()
    dialog.deleteLater()


def test_a_file_of_no_folder_is_taken_or_refused(
    window: MainWindow, box: LorasBox, tmp_path: Path
) -> None:
    dialog = picker(window, box)
    dialog.use_file(lora(tmp_path / "xl.safetensors", 2048))
    until(lambda: "xl.safetensors" in dialog.told.text())
    assert "Stable Diffusion XL" in dialog.told.text() and dialog.chosen == []
    dialog.use_file(lora(tmp_path / "mine.safetensors"))
    until(lambda: dialog.result() == LoraPicker.DialogCode.Accepted)
    assert [path.stem for path in dialog.chosen] == ["mine"]
    dialog.deleteLater()


def test_rows_weigh_switch_order_and_remove(
    window: MainWindow, box: LorasBox, folder: Path
) -> None:
    box.add_files([folder / "ink.safetensors", folder / "luna.safetensors"])
    box.add_files([folder / "ink.safetensors"])
    assert used(window) == [("ink", 1.0, True), ("luna", 1.0, True)]
    first, second = box.rows
    first.weight.set_value(-0.5)
    second.eye.click()
    assert used(window) == [("ink", -0.5, True), ("luna", 1.0, False)]
    second.setFocus()
    QTest.keyClick(second, Qt.Key.Key_Up, HELD)
    assert used(window) == [("luna", 1.0, False), ("ink", -0.5, True)]
    assert [row.use.path for row in box.rows] == [str(folder / f"{n}.safetensors")
                                                  for n in ("luna", "ink")]  # fmt: skip
    QTest.keyClick(box.rows[1], Qt.Key.Key_Delete)
    assert used(window) == [("luna", 1.0, False)]
    window.session.edit_state.update(prompt="a cat")
    uses = window.session.request(Task.GENERATE).adapters
    assert [use.acts for use in uses] == [False]


def test_rows_are_dragged_to_another_place(window: MainWindow, box: LorasBox, folder: Path) -> None:
    window.show()
    box.add_files([folder / f"{name}.safetensors" for name in ("ink", "luna", "covers")])
    until(lambda: all(row.chips for row in box.rows[:2]) and box.rows[2].height() > 10)
    row, target = box.rows[0], box.rows[2]
    below = target.mapToGlobal(QPoint(5, target.height() - 2))
    QTest.mousePress(row, Qt.MouseButton.LeftButton, pos=QPoint(3, 3))
    for _ in range(3):
        QTest.mouseMove(row, row.mapFromGlobal(below))
    QTest.mouseRelease(row, Qt.MouseButton.LeftButton)
    assert [name for name, *_ in used(window)] == ["luna", "covers", "ink"]


def test_trigger_words_go_into_the_prompt_where_the_caret_is(
    window: MainWindow, box: LorasBox, folder: Path
) -> None:
    box.add_files([folder / "ink.safetensors", folder / "luna.safetensors"])
    until(lambda: all(row.chips for row in box.rows))
    panel = window.prompt
    panel.prompt.setPlainText("a cat on a roof")
    cursor = panel.prompt.textCursor()
    cursor.setPosition(5)
    panel.prompt.setTextCursor(cursor)
    box.rows[0].chips[0].click()
    assert panel.prompt.toPlainText() == "a cat ink wash on a roof"
    shown = [chip.text() for chip in box.rows[1].chips]
    assert shown[:2] == ["tag 0", "tag 1"] and len(shown) == 7
    assert "tag 0" in box.rows[1].chips[0].accessibleName()


def test_pictures_come_from_the_metadata_or_from_beside_the_file(
    window: MainWindow, box: LorasBox, folder: Path, tmp_path: Path
) -> None:
    inside = (tmp_path / "a.jpg").read_bytes()
    assert lora_picture(folder / "ink.safetensors") == inside
    assert lora_picture(folder / "covers.safetensors") == inside
    assert lora_picture(folder / "luna.safetensors")[1:4] == b"PNG"
    assert lora_picture(folder / "glow.safetensors") == b""
    box.add_files([folder / "ink.safetensors"])
    until(lambda: bool(box.rows[0].chips))
    shown = box.rows[0].picture.pixmap().toImage().pixelColor(20, 20)
    assert shown.red() > 150 and shown.green() < 80


def test_one_that_does_not_fit_the_model_says_so_in_its_row(
    window: MainWindow, box: LorasBox, folder: Path
) -> None:
    use = AdapterUse("lora", str(folder / "glow.safetensors"))
    window.session.edit_state.update(adapters=(use,))
    (row,) = box.rows
    until(lambda: bool(row.reason.text()))
    assert "Stable Diffusion XL" in row.reason.text() and "Starter" in row.reason.text()
    assert row.isVisibleTo(box.body) and not row.name.isEnabled()
