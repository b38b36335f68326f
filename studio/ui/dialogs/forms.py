"""Dialogs of a few labelled fields."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.io.formats import SaveOptions
from studio.ui.dialogs.metadata_choice import MetadataChoice
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import Scale, form, number


class Form(QDialog):
    """A title, labelled fields, and buttons to accept and cancel."""

    def __init__(self, title: str, accept: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(380)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(18, 16, 18, 14)
        self._column.setSpacing(12)
        self._fields = QWidget()
        self.rows = form(self._fields)
        self._column.addWidget(self._fields)
        kind = QDialogButtonBox.StandardButton
        self.buttons = QDialogButtonBox(kind.Ok | kind.Cancel)
        self.accept_button: QPushButton = self.buttons.button(kind.Ok)
        self.accept_button.setText(accept)
        self.accept_button.setObjectName("primary")
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self._column.addStretch(1)
        self._column.addWidget(self.buttons)
        for button in self.buttons.buttons():
            button.setAccessibleName(button.text())

    def add_text(self, text: str) -> QLabel:
        """Add a sentence above the fields."""
        label = QLabel(text)
        label.setWordWrap(True)
        self._column.insertWidget(0, label)
        return label

    def add(self, label: str, field: QWidget) -> None:
        """Add a field."""
        field.setAccessibleName(label)
        self.rows.addRow(label, field)


class FourNumbers(Form):
    """Asks for four lengths in pixels."""

    def __init__(
        self,
        title: str,
        accept: str,
        fields: tuple[tuple[str, int, int, int], ...],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(title, accept, parent)
        self.fields: list[QSpinBox] = []
        for label, low, high, value in fields:
            field = number(label, low, high, value, " px")
            self.add(label, field)
            self.fields.append(field)

    @property
    def values(self) -> tuple[int, int, int, int]:
        """The four numbers, in the order of the fields."""
        a, b, c, d = (field.value() for field in self.fields)
        return a, b, c, d


def select_dialog(canvas: Rect, parent: QWidget | None) -> FourNumbers:
    """Return the dialog that selects a rectangle without the mouse."""
    fields = (
        (tr("Left"), 0, canvas.width - 1, canvas.width // 4),
        (tr("Top"), 0, canvas.height - 1, canvas.height // 4),
        (tr("Width"), 1, canvas.width, max(1, canvas.width // 2)),
        (tr("Height"), 1, canvas.height, max(1, canvas.height // 2)),
    )
    return FourNumbers(tr("Select a rectangle"), tr("Select"), fields, parent)


class ExportDialog(Form):
    """Asks for export options; ``profile`` is the name of the opened file's, "" for sRGB."""

    def __init__(
        self, kind: str, settings: Settings, parent: QWidget | None = None, profile: str = ""
    ) -> None:
        super().__init__(tr("Export"), tr("Export"), parent)
        self._settings = settings
        self.quality = Scale(tr("Quality"), 1, 100)
        self.quality.set_value(float(settings.get("export_quality", 92)))
        self.lossless = QCheckBox(tr("Without loss"))
        self.metadata = MetadataChoice(settings)
        self.srgb = QCheckBox(tr("Convert the colours to sRGB"))
        self.srgb.setToolTip(
            tr("Otherwise, the file keeps the colour profile {name}.", name=profile)
        )
        self.srgb.setAccessibleName(self.srgb.text())
        if kind in ("jpeg", "webp"):
            self.add(tr("Quality"), self.quality)
        if kind == "webp":
            self.lossless.toggled.connect(self.quality.setDisabled)
            self.add("", self.lossless)
            self.lossless.setAccessibleName(self.lossless.text())
        if profile:
            self.add("", self.srgb)
        self.add(tr("Metadata"), self.metadata)
        self._kind = kind

    def options(self) -> SaveOptions:
        """Return the choices, and remember them."""
        quality = int(self.quality.value)
        self._settings.set("export_quality", quality)
        return SaveOptions(
            quality=quality,
            lossless=self.lossless.isChecked(),
            metadata=self.metadata.keep,
            srgb=self.srgb.isChecked(),
            format=self._kind,
        )


class AboutDialog(Form):
    """Shows the program's description and versions, and that it opens no connection."""

    def __init__(self, version: str, build: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("About Lienzo"), tr("Close"), parent)
        self.buttons.button(QDialogButtonBox.StandardButton.Cancel).hide()
        lines = (
            f"<h2>Lienzo {version}</h2>",
            tr("An image editor whose brushes are diffusion models."),
            tr("Lienzo opens no connection: everything runs on this machine."),
            tr("Engine: {build}", build=build or tr("still loading")),
            tr("Licence: MIT. Icons: Phosphor."),
        )
        label = self.add_text("<p>".join(lines))
        label.setTextFormat(Qt.TextFormat.RichText)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
