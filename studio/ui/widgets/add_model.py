"""The button that adds models: a file, or a folder of them."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMenu, QToolButton

from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, icon_button

SUFFIXES = (".safetensors", ".sft", ".gguf", ".ckpt")
FILTER = " ".join(f"*{suffix}" for suffix in SUFFIXES)
"""Weights files that may be models. Pickles are among them so that their sentence can be shown."""


def add_button(holder: IconHolder, owner: QObject) -> QToolButton:
    """Return the button; its choices emit the owner's signals.

    These are ``file_asked``, ``folder_asked``, ``find_asked`` and ``get_asked``.
    """
    button = icon_button(holder, "ph.folder-plus", tr("Add a model…"))
    menu = QMenu(button)
    menu.addAction(tr("A model file…")).triggered.connect(owner.file_asked)  # type: ignore[attr-defined]
    menu.addAction(tr("A folder with models…")).triggered.connect(owner.folder_asked)  # type: ignore[attr-defined]
    menu.addAction(tr("Models of other programs…")).triggered.connect(owner.find_asked)  # type: ignore[attr-defined]
    menu.addSeparator()
    menu.addAction(tr("Get a model…")).triggered.connect(owner.get_asked)  # type: ignore[attr-defined]
    button.setMenu(menu)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    return button


def is_model(path: Path) -> bool:
    """Whether a dropped path is a weights file or a folder, rather than a picture."""
    return path.is_dir() or path.suffix.lower() in SUFFIXES
