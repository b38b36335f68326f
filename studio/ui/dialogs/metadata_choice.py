"""The choice of the metadata in exports, and its default."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox

from studio.core.notices import translatable
from studio.core.settings import Settings
from studio.document.metadata import Keep
from studio.ui.widgets.translation import message

SETTING = "export_keep"
LABELS = {
    Keep.ALL: translatable("Everything"),
    Keep.PRIVATE: translatable("Without place and serial numbers"),
    Keep.NONE: translatable("Nothing"),
}
TIPS = {
    Keep.ALL: translatable("Prompts and their settings, and all that the opened file says."),
    Keep.PRIVATE: translatable(
        "Leaves out GPS, place names, serial numbers, the owner's name and the camera maker's note."
    ),
    Keep.NONE: translatable("No prompt, no camera data, no author; the colour profile stays."),
}


def default_keep(settings: Settings) -> Keep:
    """Return the default choice of metadata in exports."""
    # Older settings contain only whether prompts are written.
    old = Keep.ALL if settings.get("export_metadata", True) else Keep.NONE
    try:
        return Keep(settings.get(SETTING, old.value))
    except ValueError:
        return old


class MetadataChoice(QComboBox):
    """A list of the ways to write metadata, initially the artist's default."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        for keep, label in LABELS.items():
            self.addItem(message(label), keep.value)
            self.setItemData(self.count() - 1, message(TIPS[keep]), Qt.ItemDataRole.ToolTipRole)
        self.setCurrentIndex(self.findData(default_keep(settings).value))
        self.currentIndexChanged.connect(self._explain)
        self._explain()

    @property
    def keep(self) -> Keep:
        """The chosen way."""
        return Keep(self.currentData())

    def _explain(self, *_: object) -> None:
        self.setToolTip(message(TIPS[self.keep]))
