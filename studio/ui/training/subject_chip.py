"""The chip of one subject: its picture, its name, its weight and its actions."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QImageReader, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QMenu,
    QSlider,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.subjects import UNET, WORDS, Subject
from studio.ui.prompt.reference_row import Elided
from studio.ui.widgets.translation import decimals, mark, tr
from studio.ui.widgets.widgets import IconHolder, Scale, caption, icon_button

SIDE = 48
OWN_KEYS = (Qt.Key.Key_Delete, Qt.Key.Key_F2, Qt.Key.Key_Return, Qt.Key.Key_Enter)
LORA_LAYOUTS = (
    ("kohya", mark("LoRA for A1111, ComfyUI and others (kohya)…")),
    ("diffusers", mark("LoRA for older diffusers…")),
    ("peft", mark("LoRA for diffusers and PEFT…")),
)
WORD_LAYOUTS = (
    ("kohya", mark("Embedding for A1111, ComfyUI and others…")),
    ("diffusers", mark("Embedding for diffusers…")),
)
METHODS = {
    "lora": mark("LoRA"),
    "dreambooth": mark("DreamBooth"),
    "textual_inversion": mark("Textual inversion"),
    "pivotal": mark("Words and LoRA"),
    "imported": mark("Imported"),
}


class SubjectChip(QWidget):
    """Enter inserts the subject in the prompt, F2 renames it, Delete deletes it on confirmation."""

    put_asked = Signal(str)
    renamed = Signal(str, str)
    export_asked = Signal(str, str)
    delete_asked = Signal(str)
    fill_asked = Signal(str)
    weighed = Signal(str, float)

    def __init__(self, holder: IconHolder, subject: Subject, weight: float) -> None:
        super().__init__()
        self.subject = subject
        self._holder = holder
        self.picture = QLabel()
        self.name = Elided(subject.tag)
        self.field = QLineEdit(subject.name)
        self.title = QStackedWidget()
        self.kind = Elided(self._facts())
        self.put = icon_button(holder, "ph.brackets-angle", tr("Insert it into the prompt"))
        self.more = icon_button(holder, "ph.dots-three-vertical", tr("More…"))
        self.menu = QMenu(self.more)
        self.weight = Scale(tr("Weight of {name}", name=subject.name), 0, 2, decimals=2)
        self.weight.show_value(weight)
        self._describe()
        self._fill_menu()
        self._lay_out()
        self.put.clicked.connect(self._on_put)
        self.weight.changed.connect(self._on_weight)
        self.field.returnPressed.connect(self._on_named)
        self.field.installEventFilter(self)

    def _facts(self) -> str:
        subject = self.subject
        known = METHODS.get(subject.method)
        parts = [subject.kind, tr(known) if known else subject.method]
        photos = subject.facts.get("photos")
        if isinstance(photos, int):
            parts.append(tr("{count} photos", count=photos))
        return "  ·  ".join(part for part in parts if part)

    def _describe(self) -> None:
        subject = self.subject
        self.setObjectName("reference")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(tr("Subject {name}", name=subject.name))
        self.setAccessibleDescription(
            tr("Enter inserts it into the prompt, F2 renames it, Delete deletes it")
        )
        self.name.setObjectName("strong")
        self.kind.setObjectName("caption")
        self.setToolTip(self._tip())
        self.field.setAccessibleName(tr("Name of the subject"))
        self.weight.setToolTip(tr("Weight: 0 leaves only its class, 1 is the default"))
        for name in (self.put, self.more):
            name.setAccessibleDescription(subject.tag)
        self.picture.setFixedSize(SIDE, SIDE)
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setPixmap(thumbnail_of(subject, self._holder))

    def _tip(self) -> str:
        facts = self.subject.facts
        lines = [
            self.subject.tag,
            tr("Model: {model}", model=self.subject.base),
            tr("The model reads: {word}", word=self.subject.word),
        ]
        for key, text in (("likeness", tr("Likeness")), ("drift", tr("Drift"))):
            value = facts.get(key)
            if isinstance(value, int | float):
                lines.append(f"{text}: {decimals(value)}")
        return "\n".join(lines)

    def _fill_menu(self) -> None:
        self.menu.setToolTipsVisible(True)
        self.menu.addAction(tr("Insert it into the prompt"), self._on_put)
        self.fill = self.menu.addAction(tr("Fill the mask with it"), self._on_fill)
        self.menu.addAction(tr("Rename"), self.begin_renaming)
        exports = self.menu.addMenu(tr("Export"))
        exports.setToolTipsVisible(True)
        only_words = self.subject.files == (WORDS,)
        for layout, label in WORD_LAYOUTS if only_words else LORA_LAYOUTS:
            action = exports.addAction(tr(label), partial(self._on_export, layout))
            if UNET in self.subject.files:
                action.setToolTip(tr("The LoRA closest to the trained UNet"))
            elif WORDS in self.subject.files and not only_words and layout != "kohya":
                action.setToolTip(tr("Its embedding is written to a second file beside it"))
        self.menu.addSeparator()
        self.menu.addAction(tr("Delete…"), self._on_delete)
        self.more.setMenu(self.menu)
        self.more.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(7, 6, 6, 6)
        row.setSpacing(9)
        row.addWidget(self.picture, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setSpacing(2)
        self.title.addWidget(self.name)
        self.title.addWidget(self.field)
        self.title.setFixedHeight(30)
        head.addWidget(self.title, 1)
        head.addWidget(self.put)
        head.addWidget(self.more)
        column.addLayout(head)
        column.addWidget(self.kind)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(caption(tr("Weight")))
        line.addWidget(self.weight, 1)
        column.addLayout(line)
        row.addLayout(column, 1)
        for field in self.findChildren(QLineEdit):
            # Photos that are dropped here belong to the panel.
            field.setAcceptDrops(False)

    @property
    def stops(self) -> list[QWidget]:
        """The widgets in tab order."""
        weight = [*self.weight.findChildren(QSlider), *self.weight.findChildren(QDoubleSpinBox)]
        return [self, self.field, self.put, self.more, *weight]

    def show_fill(self, reason: str) -> None:
        """Offer to fill the mask, or show why that is not possible."""
        self.fill.setEnabled(not reason)
        self.fill.setToolTip(reason or tr("Makes variations with this subject alone"))

    def refresh_icons(self) -> None:
        """Show the icons of the current theme."""
        self._holder.refresh()

    def begin_renaming(self) -> None:
        """Edit the name in place; Esc restores it."""
        self.field.setText(self.subject.name)
        self.field.selectAll()
        self.title.setCurrentWidget(self.field)
        self.field.setFocus()

    def _end_renaming(self) -> None:
        focused = self.field.hasFocus()
        self.title.setCurrentWidget(self.name)
        if focused:
            self.setFocus()

    def _on_named(self) -> None:
        wanted = self.field.text().strip()
        self._end_renaming()
        if wanted and wanted != self.subject.name:
            self.renamed.emit(self.subject.name, wanted)

    def _on_put(self) -> None:
        self.put_asked.emit(self.subject.tag)

    def _on_fill(self) -> None:
        self.fill_asked.emit(self.subject.tag)

    def _on_weight(self, value: float) -> None:
        self.weighed.emit(self.subject.name, round(value, 2))

    def _on_export(self, layout: str) -> None:
        self.export_asked.emit(self.subject.name, layout)

    def _on_delete(self) -> None:
        self.delete_asked.emit(self.subject.name)

    def event(self, event: QEvent) -> bool:
        """Claim the chip's own keys before shortcuts of the window do."""
        if event.type() is QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            if plain == Qt.KeyboardModifier.NoModifier and event.key() in OWN_KEYS:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Insert in the prompt, rename or delete."""
        if event.key() == Qt.Key.Key_Delete:
            self._on_delete()
        elif event.key() == Qt.Key.Key_F2:
            self.begin_renaming()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._on_put()
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Insert the subject in the prompt."""
        self._on_put()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Restore the name on Esc, or when the field loses the focus."""
        if watched is self.field and self.title.currentWidget() is self.field:
            if isinstance(event, QKeyEvent) and event.key() == Qt.Key.Key_Escape:
                if event.type() is QEvent.Type.KeyPress:
                    self._end_renaming()
                event.accept()
                return True
            if event.type() is QEvent.Type.FocusOut:
                self._end_renaming()
        return False


def thumbnail_of(subject: Subject, holder: IconHolder) -> QPixmap:
    """Return a subject's thumbnail, or an icon if it has none."""
    reader = QImageReader(str(subject.thumbnail))
    reader.setDecideFormatFromContent(True)
    size = reader.size()
    if size.isValid():
        fitted = size.scaled(SIDE * 2, SIDE * 2, Qt.AspectRatioMode.KeepAspectRatio)
        reader.setScaledSize(fitted.expandedTo(QSize(1, 1)))
        image = reader.read()
        if not image.isNull():
            pixmap = QPixmap.fromImage(image)
            pixmap.setDevicePixelRatio(2)
            return pixmap
    return holder.icons.get("ph.paw-print").pixmap(28, 28)
