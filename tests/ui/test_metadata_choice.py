"""What exports say of the opened file: the choice in the dialog, and its default."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from conftest import until
from PIL import Image
from PySide6.QtWidgets import QDialog

from studio.core.settings import Settings
from studio.document.io import formats
from studio.document.io.colour import shipped_profile, srgb_profile
from studio.document.metadata import Keep
from studio.ui.dialogs.forms import ExportDialog
from studio.ui.dialogs.metadata_choice import SETTING, default_keep
from studio.ui.dialogs.preferences import PreferencesDialog
from studio.ui.window.main_window import MainWindow

CAPTION = b"\x1c\x02\x50\x00\x03Ana"


def photo(path: Path) -> Path:
    from studio.document.io.outgoing import jpeg_segments

    exif = Image.Exif()
    exif[0x013B] = "Ana"
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (17.0, 3.0, 1.0)
    picture = Image.fromarray(np.full((60, 80, 3), 90, np.uint8))
    icc = shipped_profile("adobe-rgb")
    picture.save(path, exif=exif, icc_profile=icc, extra=jpeg_segments(CAPTION))
    return path


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (None, None, Keep.ALL),
        (False, None, Keep.NONE),
        (False, "private", Keep.PRIVATE),
        (True, "strip", Keep.NONE),
        (True, "nonsense", Keep.ALL),
        (True, 3, Keep.ALL),
    ],
)
def test_the_default_is_the_settings(old: object, new: object, expected: Keep) -> None:
    settings = Settings(None)
    for name, value in (("export_metadata", old), (SETTING, new)):
        if value is not None:
            settings.set(name, value)
    assert default_keep(settings) is expected


def test_preferences_set_what_the_dialog_begins_with(window: MainWindow) -> None:
    settings = Settings(None)
    preferences = PreferencesDialog(settings, window)
    preferences.metadata.setCurrentIndex(preferences.metadata.findData("private"))
    preferences.save()
    dialog = ExportDialog("jpeg", settings, window, "Display P3")
    assert dialog.options().metadata is Keep.PRIVATE and not dialog.options().srgb
    assert dialog.metadata.accessibleName() == "Metadata"
    assert "serial numbers" in dialog.metadata.toolTip()
    dialog.metadata.setCurrentIndex(dialog.metadata.findData("strip"))
    dialog.srgb.setChecked(True)
    assert dialog.options().metadata is Keep.NONE and dialog.options().srgb
    assert default_keep(settings) is Keep.PRIVATE, "one export changes no default"
    plain = ExportDialog("png", settings, window)
    assert plain.srgb.isHidden() or plain.srgb.parent() is None
    for one in (preferences, dialog, plain):
        one.deleteLater()


def exported(
    window: MainWindow,
    path: Path,
    kind: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    srgb: bool = False,
) -> None:
    def accept(dialog: ExportDialog) -> int:
        dialog.srgb.setChecked(srgb)
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr("studio.ui.documents.files.ask_save", lambda *_, **__: str(path))
    monkeypatch.setattr(ExportDialog, "exec", accept)
    window.files.ask_export(kind)
    until(path.exists)


@pytest.mark.parametrize("kind", ["png", "psd", "jpeg"])
def test_exports_follow_the_default(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    window.files.open(photo(tmp_path / "photo.jpg"))
    until(lambda: window.session.path is not None)
    window.settings.set(SETTING, "private")
    exported(window, tmp_path / f"out.{kind}", kind, monkeypatch)
    found = formats.open_document(tmp_path / f"out.{kind}").document
    assert b"Ana" in found.metadata.exif and found.profile == shipped_profile("adobe-rgb")
    assert b"\x11\0\0\0\x01" not in found.metadata.exif, "the degrees of the place"
    if kind == "png":
        until(lambda: "PNG has no place for the IPTC captions." in window.messages.notices)


def test_the_dialog_can_write_srgb(
    window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window.files.open(photo(tmp_path / "photo.jpg"))
    until(lambda: window.session.path is not None)
    exported(window, tmp_path / "out.png", "png", monkeypatch, srgb=True)
    with Image.open(tmp_path / "out.png") as image:
        assert image.info["icc_profile"] == srgb_profile()
