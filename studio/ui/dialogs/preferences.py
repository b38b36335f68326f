"""The preferences: theme, language, memory for undo, and model folders."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPushButton,
    QWidget,
)

from studio.catalog import models
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.session.photo.words import PUBLIC
from studio.ui.canvas.overlays import MASK_COLOURS
from studio.ui.dialogs import metadata_choice
from studio.ui.dialogs.assets_dialog import AssetsDialog
from studio.ui.dialogs.forms import Form
from studio.ui.dialogs.metadata_choice import MetadataChoice
from studio.ui.threads.background import Background
from studio.ui.widgets.class_picker import swatch
from studio.ui.widgets.translation import LANGUAGES, error_text, tr
from studio.ui.widgets.widgets import caption, number


def models_in(folder: Path, progress: Progress | None = None) -> list[models.ModelSpec]:
    """Return the models in a folder, or that of a file; StudioError with the reason if none.

    Of a folder whose files cannot be used for various reasons it is the most frequent one: a
    tokenizer that is missing concerns dozens of them.
    """
    specs, problems = models.survey([folder], progress)
    usable = [one for one in specs if one.id != models.STARTER]
    if usable:
        return usable
    shipped = models.model_folder(models.STARTER)
    errors = [error for path, error in problems if path != shipped]
    if errors:
        counts = Counter(_kind(one) for one in errors)
        raise max(errors, key=lambda one: counts[_kind(one)])
    if not folder.exists():
        models.identify(folder)
    raise StudioError(
        "There is no model in {folder}.",
        "Choose a checkpoint file, or a folder with checkpoints or with models in diffusers"
        " layout.",
        folder=folder.name,
    )


def _kind(error: StudioError) -> str:
    """Return what errors of the same cause have in common: the text apart from names of files."""
    places = ("path", "name", "folder", "file", "model")
    return repr((error.message, {k: v for k, v in error.values.items() if k not in places}))


class PreferencesDialog(Form):
    """Theme, language, model folders, metadata of exports, and memory for undo."""

    def __init__(
        self,
        settings: Settings,
        parent: QWidget | None = None,
        background: Background | None = None,
    ) -> None:
        super().__init__(tr("Preferences"), tr("Save"), parent)
        self._settings = settings
        self._background = background
        self.theme = QComboBox()
        for name, label in (
            ("dark", tr("Dark")),
            ("light", tr("Light")),
            ("system", tr("Like the system")),
        ):
            self.theme.addItem(label, name)
        self.theme.setCurrentIndex(self.theme.findData(settings.get("theme", "dark")))
        self.language = QComboBox()
        self.language.addItem(tr("Like the system"), "")
        for code, label in LANGUAGES.items():
            self.language.addItem(label, code)
        self.language.setCurrentIndex(self.language.findData(settings.get("language", "")))
        self.mask_colour = QComboBox()
        for name, (label, colour) in MASK_COLOURS.items():
            self.mask_colour.addItem(swatch(colour), tr(label), name)
        chosen = self.mask_colour.findData(settings.get("mask_colour", "pink"))
        self.mask_colour.setCurrentIndex(max(0, chosen))
        self.budget = number(
            tr("Memory for undo"), 64, 65536, int(settings.get("history_mb", 2048)), " MB"
        )
        self.metadata = MetadataChoice(settings)
        self.folders = QListWidget()
        self.folders.setFixedHeight(90)
        self._first_folders = [str(one) for one in settings.get("model_folders", [])]
        self.folders.addItems(self._first_folders)
        self.folders.currentRowChanged.connect(self._update_buttons)
        self.add_folder = QPushButton(tr("Add a folder…"))
        self.add_folder.setAccessibleName(tr("Add a model folder"))
        self.add_folder.setAutoDefault(False)
        self.add_folder.clicked.connect(self._ask_folder)
        self.remove = QPushButton(tr("Remove"))
        self.remove.setAccessibleName(tr("Remove the folder from the list"))
        self.remove.setToolTip(tr("The folder and its files stay where they are."))
        self.remove.setAutoDefault(False)
        self.remove.clicked.connect(lambda: self.folders.takeItem(self.folders.currentRow()))
        self.note = QLabel()
        self.note.setWordWrap(True)
        self.note.setObjectName("notice")
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.add_folder)
        buttons.addWidget(self.remove)
        buttons.addStretch(1)
        self.add(tr("Theme"), self.theme)
        self.add(tr("Language"), self.language)
        self.rows.addRow("", caption(tr("The language changes when you next start Lienzo.")))
        self.add(tr("Colour of the mask"), self.mask_colour)
        self.add(tr("Memory for undo"), self.budget)
        self.add(tr("Metadata of exports"), self.metadata)
        self.add(tr("Model folders"), self.folders)
        self.rows.addRow("", buttons)
        self.rows.addRow("", self.note)
        self._add_networks()
        self._update_buttons()
        self.theme.setFocus()

    def _add_public_clip(self) -> None:
        self.public_clip = QCheckBox(tr("Compare with a CLIP of these folders, if there is one"))
        self.public_clip.setAccessibleName(self.public_clip.text())
        self.public_clip.setToolTip(tr("It knows more words than the small one that ships."))
        self.public_clip.setChecked(bool(self._settings.get(PUBLIC, True)))
        self.rows.addRow("", self.public_clip)

    def _add_networks(self) -> None:
        self._add_public_clip()
        self.networks = QPushButton(tr("Networks of the photo tools…"))
        self.networks.setAutoDefault(False)
        self.networks.clicked.connect(self.show_networks)
        if self._background is not None:
            self.add(tr("Photo tools"), self.networks)
            self.networks.setAccessibleName(self.networks.text())

    def show_networks(self) -> None:
        """Show which networks of the photo tools are installed, and fetch others."""
        if self._background is not None:
            dialog = AssetsDialog(self._background, self)
            dialog.exec()
            dialog.deleteLater()

    def _update_buttons(self, *_: object) -> None:
        self.remove.setEnabled(self.folders.currentRow() >= 0)

    def _ask_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Add a model folder"))
        if name:
            self.use_folder(Path(name))

    def use_folder(self, folder: Path) -> None:
        """Add a folder with models to the list, or show why it has none."""
        try:
            found = models_in(folder)
        except StudioError as error:
            self.note.setText(" ".join(error_text(error)))
            return
        names = [self.folders.item(row).text() for row in range(self.folders.count())]
        if str(folder) not in names:
            self.folders.addItem(str(folder))
            names.append(str(folder))
        self.folders.setCurrentRow(names.index(str(folder)))
        said = ", ".join(one.name for one in found)
        self.note.setText(tr("Models in this folder: {names}", names=said))

    def save(self) -> None:
        """Write the choices to the settings; StudioError if they cannot be saved."""
        self._settings.set("theme", self.theme.currentData())
        self._settings.set("language", self.language.currentData())
        self._settings.set("mask_colour", self.mask_colour.currentData())
        self._settings.set(PUBLIC, self.public_clip.isChecked())
        self._settings.set("history_mb", self.budget.value())
        self._settings.set(metadata_choice.SETTING, self.metadata.keep.value)
        folders = [self.folders.item(row).text() for row in range(self.folders.count())]
        # A command may have added folders while the dialog was open.
        gone = set(self._first_folders) - set(folders)
        now = [one for one in self._settings.get("model_folders", []) if one not in gone]
        self._settings.set("model_folders", list(dict.fromkeys([*now, *folders])))
        self._first_folders = folders
