"""The offline viewer of the user guide, with contents, search and pictures."""

from __future__ import annotations

import os
import re
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QTextBrowser,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from studio.core.paths import resource
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder, icon_button

PICTURE = 620
"""Largest width of a picture of the guide in logical pixels."""
INDENT = 90
"""Logical pixels of margins and list indent within the width of the page."""
TABLE = 99
"""Width of a table in percent of the page; 100 would be rounded up to one pixel too many."""
SETTLE_MS = 120
SIZE = QSize(1040, 720)


def guide_file(language: str) -> tuple[Path, str]:
    """Return the bundled guide and its language, English if there is no translation."""
    folder = resource().parent / "docs"
    own = folder / f"guide.{language}.md"
    return (own, language) if own.is_file() else (folder / "guide.md", "en")


def page_file(path: Path, language: str) -> tuple[Path, str]:
    """Return a page of the guide in a language, in English if it is not translated."""
    own = path.with_name(f"{path.stem}.{language}{path.suffix}")
    return (own, language) if own.is_file() else (path, "en")


def slug(heading: str) -> str:
    """Return the anchor of a heading, as in Markdown links."""
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


class GuidePage(QTextBrowser):
    """The text with its pictures, scaled down to the width of the page."""

    resized = Signal()

    @property
    def picture_width(self) -> int:
        """Largest width of a picture in logical pixels, also in a list."""
        return max(120, min(PICTURE, self.viewport().width() - INDENT))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Emit that pictures may need another width."""
        super().resizeEvent(event)
        self.resized.emit()

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        """Return a picture at the width of the page, an empty one if it is missing."""
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        path = self.document().baseUrl().resolved(QUrl(name)).toLocalFile()
        image = QImage(path)
        if image.isNull():
            return QImage(1, 1, QImage.Format.Format_ARGB32)
        width, ratio = self.picture_width, self.devicePixelRatioF()
        if image.width() > width * ratio:
            image = image.scaledToWidth(
                round(width * ratio), Qt.TransformationMode.SmoothTransformation
            )
        image.setDevicePixelRatio(max(1.0, image.width() / width))
        return image


class GuideViewer(QDialog):
    """Shows the guide; stays open beside the picture."""

    def __init__(self, holder: IconHolder, language: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Guide"))
        self.setAccessibleName(tr("Guide"))
        self._holder = holder
        self._places: dict[str, int] = {}
        self._found: list[QTextCursor] = []
        self._at = -1
        self._language = language
        self._earlier: list[tuple[Path, int]] = []
        self.path, written = guide_file(language)
        self.page = GuidePage()
        self.page.setAccessibleName(tr("Text of the guide"))
        self.page.setOpenLinks(False)
        self.page.anchorClicked.connect(self._follow)
        self.contents = QTreeWidget()
        self.contents.setHeaderHidden(True)
        self.contents.setAccessibleName(tr("Contents"))
        self.contents.itemClicked.connect(self._go_to_item)
        self.contents.itemActivated.connect(self._go_to_item)
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search the guide"))
        self.search.setAccessibleName(tr("Search the guide"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._search)
        self.search.returnPressed.connect(lambda: self.step(1))
        self.count = QLabel()
        self.count.setObjectName("caption")
        self.note = QLabel(tr("There is no guide in your language yet; this one is in English."))
        self.note.setWordWrap(True)
        self.note.setObjectName("caption")
        self.note.setVisible(written != language)
        self.back = icon_button(holder, "ph.arrow-left", tr("Back to the page before"))
        self._build()
        self._text = ""
        self._drawn = 0
        self._read(self.path)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self._fit_pictures)
        self.page.resized.connect(self._settle.start)
        holder.keep(self, self._render)
        self.search.setFocus()

    def _build(self) -> None:
        previous = icon_button(self._holder, "ph.caret-up", tr("Previous place"))
        following = icon_button(self._holder, "ph.caret-down", tr("Next place"))
        previous.clicked.connect(lambda: self.step(-1))
        following.clicked.connect(lambda: self.step(1))
        self.back.setEnabled(False)
        self.back.clicked.connect(self.go_back)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addWidget(self.search, 1)
        row.addWidget(self.count)
        row.addWidget(previous)
        row.addWidget(following)
        left = QWidget()
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.addLayout(row)
        side.addWidget(self.contents, 1)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(self.page)
        split.setStretchFactor(1, 1)
        split.setSizes([310, 730])
        split.setChildrenCollapsible(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.note)
        column.addWidget(split, 1)
        room = self.screen().availableSize()
        self.resize(SIZE.boundedTo(QSize(room.width() - 40, room.height() - 60)))
        for key, slot in (
            (QKeySequence.StandardKey.Find, self._to_search),
            (QKeySequence.StandardKey.FindNext, lambda: self.step(1)),
            (QKeySequence.StandardKey.FindPrevious, lambda: self.step(-1)),
            (QKeySequence.StandardKey.Back, self.go_back),
        ):
            QShortcut(QKeySequence(key), self).activated.connect(slot)

    # The text

    def _read(self, path: Path) -> None:
        self.path = path
        self._text = path.read_text(encoding="utf-8")
        self.page.document().setBaseUrl(QUrl.fromLocalFile(f"{path.parent.as_posix()}/"))

    def _open(self, path: Path, fragment: str = "") -> None:
        """Show another page of the guide, at a heading if it has that."""
        self._read(path)
        self.back.setEnabled(bool(self._earlier))
        self._render()
        self.page.verticalScrollBar().setValue(0)
        if fragment:
            self.go_to(fragment)

    def go_back(self) -> None:
        """Show the page before at its place."""
        if self._earlier:
            path, place = self._earlier.pop()
            self._open(path)
            self.page.verticalScrollBar().setValue(place)

    def _render(self) -> None:
        """Show the text in the colours of the theme."""
        self._drawn = self.page.picture_width
        bar = self.page.verticalScrollBar()
        share = bar.value() / max(1, bar.maximum())
        dialect = QTextDocument.MarkdownFeature.MarkdownDialectGitHub
        self.page.document().setDocumentMargin(18)
        self.page.document().setMarkdown(self._text, dialect)
        # It ends up at the end, and a resized page scrolls to its cursor.
        self.page.moveCursor(QTextCursor.MoveOperation.Start)
        self._frame_tables()
        self._wrap_code()
        self._list_headings()
        self._search(self.search.text(), stay=True)
        bar.setValue(round(share * bar.maximum()))

    def _fit_pictures(self) -> None:
        if self.page.picture_width != self._drawn:
            self._render()

    def _frame_tables(self) -> None:
        line = QColor(self._holder.icons.theme.field_border)
        for frame in self.page.document().rootFrame().childFrames():
            if isinstance(frame, QTextTable):
                form = frame.format()
                form.setBorder(1)
                form.setBorderBrush(line)
                form.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
                form.setBorderCollapse(True)
                form.setCellPadding(5)
                form.setCellSpacing(0)
                form.setWidth(QTextLength(QTextLength.Type.PercentageLength, TABLE))
                frame.setFormat(form)

    def _wrap_code(self) -> None:
        """Let long lines of code wrap, so that the page is never wider than the window."""
        ground = QColor(self._holder.icons.theme.window)
        for block in self._blocks():
            if block.blockFormat().nonBreakableLines():
                form = QTextBlockFormat()
                form.setNonBreakableLines(False)
                form.setBackground(ground)
                QTextCursor(block).mergeBlockFormat(form)

    def _list_headings(self) -> None:
        self.contents.clear()
        self._places.clear()
        above: QTreeWidgetItem | None = None
        for block in self._blocks():
            level = block.blockFormat().headingLevel()
            if level == 0:
                continue
            self._places.setdefault(slug(block.text()), block.position())
            item = QTreeWidgetItem([block.text()])
            item.setToolTip(0, block.text())
            item.setData(0, Qt.ItemDataRole.UserRole, block.position())
            if level > 2 and above is not None:
                above.addChild(item)
            else:
                self.contents.addTopLevelItem(item)
                above = item
        self.contents.expandAll()

    def _blocks(self) -> list[QTextBlock]:
        found = []
        block = self.page.document().begin()
        while block.isValid():
            found.append(block)
            block = block.next()
        return found

    # Navigation

    def go_to(self, heading: str) -> bool:
        """Scroll to a heading, given by its text or its anchor; False if there is none."""
        place = self._places.get(slug(heading))
        if place is None:
            return False
        self._show_place(place)
        return True

    def _show_place(self, position: int) -> None:
        cursor = QTextCursor(self.page.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        self.page.setTextCursor(cursor)
        cursor.setPosition(position)
        self.page.setTextCursor(cursor)
        top = self.page.cursorRect(cursor).top()
        bar = self.page.verticalScrollBar()
        bar.setValue(bar.value() + top - 12)

    def _go_to_item(self, item: QTreeWidgetItem) -> None:
        self._show_place(int(item.data(0, Qt.ItemDataRole.UserRole)))

    def _follow(self, link: QUrl) -> None:
        if link.isRelative() and not link.path() and self.go_to(link.fragment()):
            return
        if link.isRelative() and link.path().endswith(".md"):
            target = Path(os.path.normpath(self.path.parent / link.path()))
            if target.is_file() and resource().parent / "docs" in target.parents:
                self._earlier.append((self.path, self.page.verticalScrollBar().value()))
                shown, written = page_file(target, self._language)
                self.note.setVisible(written != self._language)
                self._open(shown, link.fragment())
                return
        self.note.setText(
            tr("Lienzo opens no connection. The address is {address}.", address=link.toString())
        )
        self.note.show()

    # Search

    def _to_search(self) -> None:
        self.search.setFocus()
        self.search.selectAll()

    def _search(self, text: str, *, stay: bool = False) -> None:
        document = self.page.document()
        self._found, self._at = [], -1
        cursor = document.find(text, 0) if text else QTextCursor()
        while not cursor.isNull():
            self._found.append(cursor)
            cursor = document.find(text, cursor)
        if self._found and not stay:
            self.step(1)
        self._mark()

    def step(self, step: int) -> None:
        """Show the next (+1) or the previous (-1) match of the search."""
        if self._found:
            self._at = (self._at + step) % len(self._found)
            place = QTextCursor(self._found[self._at])
            self._show_place(place.selectionStart())
            bar = self.page.verticalScrollBar()
            bar.setValue(bar.value() - self.page.viewport().height() // 3)
        self._mark()

    def _mark(self) -> None:
        theme = self._holder.icons.theme
        marks = []
        for number, cursor in enumerate(self._found):
            selection = QTextEdit.ExtraSelection()
            look = QTextCharFormat()
            current = number == self._at
            look.setBackground(QColor(theme.accent if current else theme.selected))
            look.setForeground(QColor(theme.on_accent if current else theme.text))
            selection.format = look
            selection.cursor = cursor
            marks.append(selection)
        self.page.setExtraSelections(marks)
        if not self.search.text():
            self.count.setText("")
        elif not self._found:
            self.count.setText(tr("Not found"))
        else:
            self.count.setText(
                tr("{place} of {count}", place=max(self._at, 0) + 1, count=len(self._found))
            )
