"""Every dialog of the program, opened by its menu row or by itself, for what must hold for all."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from conftest import pause, until
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QDialog, QProgressDialog, QWidget

from studio.catalog import first_models
from studio.catalog.settings import all_values
from studio.catalog.styles import PAINTING, SETTINGS
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.edit.photo_tools import photo_request
from studio.session.jobs import Job
from studio.session.losses import Loss
from studio.session.photo import clean
from studio.session.photo.style_source import LAYER, PICTURE, SELECTION, source_of
from studio.ui.commands import subject_commands
from studio.ui.dialogs import forms, questions
from studio.ui.dialogs.assets_dialog import AssetsDialog
from studio.ui.dialogs.batch_dialog import BatchDialog
from studio.ui.dialogs.clean_dialog import CleanDialog
from studio.ui.dialogs.find_dialog import FindDialog
from studio.ui.dialogs.first_model_dialog import FirstModelDialog
from studio.ui.dialogs.licence_dialog import LicenceDialog
from studio.ui.dialogs.style_dialog import StyleDialog, StyleStart
from studio.ui.models import models_panel
from studio.ui.models.model_download import ModelDownload
from studio.ui.prompt.lora_picker import LoraPicker
from studio.ui.window.main_window import MainWindow

ASKS_ENGINE = {"control_pose", "control_segmentation", "layer_rerun", "more_like"}
ASKS_ENGINE |= {"lift", "subject_select", "background_remove", "background_cut"}
ASKS_ENGINE |= {"edge_refine", "object_middle", "remove"}
"""Rows that show no dialog and let the engine load its models."""
ENDS = {"quit", "close", "close_all"}
"""Without a document most of the others cannot be asked for."""
Look = Callable[[QDialog], None]
LONG = Path("a photo with quite a long name, as cameras and phones give them, 2026-11-29.png")


def own_dialogs(kind: type[QDialog] = QDialog) -> set[type[QDialog]]:
    """Return every class of dialog that the program defines."""
    found: set[type[QDialog]] = set()
    for one in kind.__subclasses__():
        found |= own_dialogs(one)
        if one.__module__.startswith("studio."):
            found.add(one)
    return found


def look_at_every_dialog(window: MainWindow, look: Look) -> set[type[QDialog]]:
    """Call ``look`` with every dialog while it is shown; returns their classes."""
    seen: set[type[QDialog]] = set()
    wrong: list[AssertionError] = []

    def meet(dialog: QDialog) -> None:
        # What makes itself as large as its text needs has done so by now.
        dialog.ensurePolished()
        seen.update(type(dialog).__mro__)  # type: ignore[arg-type]
        try:
            look(dialog)
        except AssertionError as error:
            # Raised here it would keep the dialog open for ever.
            wrong.append(error)

    def close_modal() -> None:
        modal = QApplication.activeModalWidget()
        if isinstance(modal, QDialog) and not isinstance(modal, QProgressDialog):
            meet(modal)
            modal.reject()

    timer = QTimer(window)
    timer.setInterval(30)
    timer.timeout.connect(close_modal)
    timer.start()
    for name, action in list(window.menus.actions.items()):
        if name not in ASKS_ENGINE | ENDS and action.isEnabled():
            action.trigger()
            until(lambda: not isinstance(QApplication.activeModalWidget(), QDialog), 60)
            for dialog in shown(window):
                meet(dialog)
                dialog.hide()
    for question in (
        lambda: questions.ask_to_save(window, Loss(str(LONG), True, 3, 2), Loss("b", jobs=1)),
        lambda: questions.ask_to_save(window, Loss(str(LONG), jobs=2)),
        lambda: subject_commands.confirm(
            window, "Delete luna?", "It has to be taught again.", "Delete"
        ),
    ):
        question()
    timer.stop()
    timer.deleteLater()
    for made in by_themselves(window):
        made.show()
        pause(1)
        meet(made)
        # Closed by the artist, which also stops what is being made for it.
        made.reject()
        made.deleteLater()
    until(lambda: not window.background.is_busy)
    # What the dialogs asked for is stopped with them; the engine may be one that runs nothing.
    until(lambda: all(job.cancelled.is_set() for job in window.session.queue.jobs))
    if wrong:
        raise wrong[0]
    return seen


def shown(window: QWidget) -> list[QDialog]:
    """Return the dialogs that stay open beside the window."""
    return [
        one
        for one in window.findChildren(QDialog)
        if one.isVisible() and not isinstance(one, QProgressDialog)
    ]


def by_themselves(window: MainWindow) -> list[QDialog]:
    """Return dialogs that come after another one, or from a panel."""
    return [
        *(forms.ExportDialog(kind, Settings(None), window) for kind in ("png", "jpeg", "webp")),
        models_panel.LicencesDialog("# Licences\n\n" + "words " * 400, window),
        subject_commands.ImportDialog(LONG, window),
        AssetsDialog(window.background, window),
        FirstModelDialog(ModelDownload(window), window.background, window),
        LicenceDialog(first_models.ROWS, window),
        LoraPicker(window, window.page.icons, window.background, list, "starter"),
        FindDialog(window.background, [], window),
        CleanDialog(
            window.session,
            lambda part: Job(photo_request(window.session.document, clean.KIND), "Preview"),
            Rect(0, 0, 40, 30),
            {},
            window.background,
            window,
        ),
        BatchDialog(lambda: window.session, window.background, window),
        StyleDialog(
            window.session,
            {
                one: partial(source_of, window.session.document, one)
                for one in (PICTURE, LAYER, SELECTION)
            },
            StyleStart(all_values({}, SETTINGS) | {"style": PAINTING}),
            window.background,
            window.icons.icons.theme,
            window,
        ),
    ]
