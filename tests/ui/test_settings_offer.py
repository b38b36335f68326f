"""A picture's own prompt is offered when it opens, and fills the prompt panel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from conftest import until
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from studio.document.io import formats
from studio.ui.bars.message_bar import Strip
from studio.ui.window.main_window import MainWindow

TEXT = (
    "a lake, (boat:1.2)\nNegative prompt: blurry\nSteps: 13, Sampler: Euler, "
    "Schedule type: Karras, CFG scale: 4.5, Seed: 77, Size: 512x512, Model: dreams, "
    "Clip skip: 2, Hires upscaler: Latent"
)


def generated(path: Path, text: str = TEXT) -> Path:
    info = PngInfo()
    info.add_text("parameters", text)
    Image.fromarray(np.full((60, 80, 3), 90, np.uint8)).save(path, pnginfo=info)
    return path


def offers(window: MainWindow) -> list[Strip]:
    return [one for one in window.messages._notices if not one.action.isHidden()]


def opened(window: MainWindow, path: Path) -> None:
    window.files.open(path)
    until(lambda: window.session.path == path)


def test_a_prompt_is_offered_and_fills_the_panel(window: MainWindow, tmp_path: Path) -> None:
    opened(window, generated(tmp_path / "made.png"))
    (offer,) = offers(window)
    assert offer.text.text() == "made.png has a prompt: “a lake, (boat:1.2)”"
    assert "Steps 13, Sampler Euler" in offer.hint.text() and "Seed 77" in offer.hint.text()
    assert not offer.timer.isActive() and offer.action.accessibleName() == "Use these settings"
    before = window.prompt.settings
    offer.action.setFocus()
    QTest.keyClick(offer.action, Qt.Key.Key_Space)
    until(lambda: window.prompt.settings.prompt == "a lake, (boat:1.2)")
    settings = window.prompt.settings
    assert settings.negative_prompt == "blurry" == window.prompt.negative.text()
    found = settings.sampling
    assert (found.steps, found.sampler, found.cfg_scale, found.seed) == (13, "euler", 4.5, 77)
    assert found.schedule == "karras" and found.variations == before.sampling.variations
    assert settings.model == before.model
    said = window.messages.notices
    assert any("dreams" in one for one in said)
    assert (
        "Settings that Lienzo does not have were left out: Clip skip 2, Hires upscaler Latent."
        in said
    )
    assert not offers(window)


def test_the_offer_can_be_closed_and_goes_with_the_next_document(
    window: MainWindow, tmp_path: Path
) -> None:
    opened(window, generated(tmp_path / "a.png"))
    (offer,) = offers(window)
    offer.button.setFocus()
    QTest.keyClick(offer.button, Qt.Key.Key_Space)
    assert not offers(window) and window.prompt.settings.prompt == ""
    opened(window, generated(tmp_path / "b.png"))
    assert len(offers(window)) == 1
    Image.new("RGB", (30, 20)).save(tmp_path / "plain.png")
    opened(window, tmp_path / "plain.png")
    assert not offers(window)


def test_a_photographers_comment_is_no_prompt(window: MainWindow, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8769)[0x9286] = b"ASCII\0\0\0by the lake"
    Image.new("RGB", (30, 20)).save(tmp_path / "a.jpg", exif=exif)
    opened(window, tmp_path / "a.jpg")
    assert not offers(window)
    assert formats.open_document(tmp_path / "a.jpg").metadata["comment"] == "by the lake"
