"""Opening, saving, exporting, placing and recovering, each on the thread pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFileDialog, QMessageBox, QProgressDialog, QWidget

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.document.document import Document
from studio.document.io import formats
from studio.document.operations import moved
from studio.session.journal import Recovered, forget, journal_unreadable
from studio.session.session import Session
from studio.ui.background import Background, Task
from studio.ui.forms import ExportDialog
from studio.ui.picture_dialog import ask_picture
from studio.ui.translation import error_text, message, tr

if TYPE_CHECKING:
    from studio.ui.document_page import DocumentPage
    from studio.ui.main_window import MainWindow

DIALOG_AFTER_MS = 400
RECENT = 10


Over = Callable[[BaseException | None], object]
"""Is called in the end, with the error if there was one."""
MOST_TOLD = 5
"""Errors of several files that are told in one message."""


class Files(QObject):
    """Moves documents between the session and the disk; nothing made is lost on an error."""

    refused = Signal(object, object)
    """A StudioError and what it is about, if that can succeed later."""
    settled = Signal(object)
    """What an error was about has succeeded."""
    crashed = Signal(object)
    told = Signal(str)
    recent_changed = Signal()

    def __init__(self, background: Background, window: MainWindow) -> None:
        super().__init__(window)
        self._background = background
        self._window = window

    # Opening

    def ask_open(self) -> None:
        """Let the artist choose a file and open it."""
        name = ask_picture(
            self._window, tr("Open"), self._folder(), _filter(can_write=False), self._background
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path, over: Over | None = None) -> None:
        """Open a file in a page of its own, or go to the page that has it open.

        An error is told to the artist, or to ``over`` instead.
        """
        documents = self._window.documents
        page = documents.find(path)
        if page is not None:
            if page is documents.current:
                self.told.emit(tr("{name} is open already.", name=path.name))
            documents.show(page)
            if over is not None:
                over(None)
            return
        self._read(path, partial(self._adopt, path), over)

    def open_all(
        self,
        paths: Sequence[Path],
        after: Callable[[], object] | None = None,
        errors: Sequence[StudioError] = (),
        by: Callable[[Path, Over], object] | None = None,
    ) -> None:
        """Open files one after the other, a page each, so that the tabs are in their order.

        One that cannot be opened keeps no other from it; what went wrong is told in the end,
        together with the ``errors`` that there were before. ``by`` opens one, in place of ``open``.
        """
        self._each(paths, by or self.open, list(errors), after)

    def _each(
        self,
        paths: Sequence[Path],
        begin: Callable[[Path, Over], object],
        errors: list[StudioError],
        after: Callable[[], object] | None = None,
    ) -> None:
        """Begin with one file after the other, until all are done or the artist cancels."""

        def over(error: BaseException | None) -> None:
            if isinstance(error, StudioError):
                errors.append(error)
            else:
                self._tell(error)
            rest = () if isinstance(error, Cancelled) else paths[1:]
            self._each(rest, begin, errors, after)

        if paths:
            begin(paths[0], over)
            return
        self._tell_all(errors)
        if after is not None:
            after()

    def open_sample(self, path: Path, over: Over | None = None) -> None:
        """Show a sample photo as a document without a file, so that saving asks for a name."""

        def show(opened: formats.Opened) -> None:
            page = self._window.documents.fill(lambda session: session.adopt(opened, None))
            page.is_sample = True

        self._read(path, show, over)

    def open_dropped(self, paths: Sequence[Path], *, place: bool) -> None:
        """Open files, a page each, or place them all as layers of the document in front."""
        if place:
            self.place_all(self._window.page, paths)
        else:
            self.open_all(paths)

    def _read(self, path: Path, done: Callable[[formats.Opened], None], over: Over | None) -> None:
        label = tr("Opening {name}…", name=path.name)
        self._run(label, lambda progress: formats.open_document(path, progress), done, over)

    def _adopt(self, path: Path, opened: formats.Opened) -> None:
        documents = self._window.documents
        page = documents.find(path)
        if page is not None:
            # It was asked for twice before it was read.
            documents.show(page)
            return
        page = documents.fill(lambda session: session.adopt(opened, path))
        self._lock(page, path)
        self.remember(path)

    def _lock(self, page: DocumentPage, path: Path | None) -> None:
        if path is not None and not page.lock.take(path):
            self.told.emit(
                tr("{name} is also open in another Lienzo: the last save counts.", name=path.name)
            )

    # Placing

    def ask_place(self) -> None:
        """Let the artist choose a picture and add it as a layer."""
        name = ask_picture(
            self._window, tr("Place"), self._folder(), _filter(can_write=False), self._background
        )
        if name:
            self.place(Path(name))

    def place(self, path: Path) -> None:
        """Add a file as a layer in the middle of the canvas."""
        self.place_all(self._window.page, [path])

    def place_all(self, page: DocumentPage, paths: Sequence[Path]) -> None:
        """Add files as layers of a document, the first one lowest."""

        def begin(path: Path, over: Over) -> None:
            label = tr("Placing {name}…", name=path.name)
            done = partial(self._placed, page)
            self._run(label, lambda progress: formats.open_layer(path, progress), done, over)

        self._each(paths, begin, [])

    def _placed(self, page: DocumentPage, placed: formats.Placed) -> None:
        if not page.is_open:
            return
        document = page.session.document
        dx = (document.width - placed.width) // 2
        dy = (document.height - placed.height) // 2
        layer = moved(placed.layer, dx, dy)
        page.session.edit("Place", lambda d: d.insert(layer, above=d.active))
        for notice in placed.notices:
            self.told.emit(message(notice.message, notice.values))

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the document's file; asks for a name where its format keeps no layers."""
        path = self._session.path
        if path is None or path.suffix.lower() != ".ora":
            self.save_as(then)
        else:
            self._write(path, then)

    def save_as(self, then: Callable[[], object] | None = None) -> None:
        """Ask for a name and save as ORA, which keeps everything."""
        path = self._session.path
        stem = path.stem if path is not None else self._window.page.title
        start = str(Path(self._folder()) / f"{stem}.ora")
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save as"), start, "OpenRaster (*.ora)"
        )
        if name:
            chosen = Path(name)
            self._write(chosen if chosen.suffix else chosen.with_suffix(".ora"), then)

    def _write(self, path: Path, then: Callable[[], object] | None) -> None:
        page = self._window.page
        document, other = page.session.document, self._window.documents.find(path)
        about = "save", page.session
        if other is not None and other is not page:
            self.refused.emit(
                StudioError(
                    "{name} is open in another tab.",
                    "Close that tab first, or choose another name.",
                    name=path.name,
                ),
                about,
            )
            return

        def done(_: Any) -> None:
            page.session.mark_saved(document, path)
            page.lock.take(path)
            self.remember(path)
            self.told.emit(tr("Saved {name}.", name=path.name))
            if then is not None:
                then()

        label = tr("Saving {name}…", name=path.name)
        self._run(
            label,
            lambda p: formats.save_document(document, path, progress=p),
            done,
            about=about,
        )

    def ask_export(self, kind: str) -> None:
        """Ask for a name and options and write a copy in a format."""
        spec = next(one for one in formats.FORMATS if one.name == kind)
        stem = self._session.path.stem if self._session.path else self._window.page.title
        start = str(Path(self._folder()) / f"{stem}{spec.extensions[0]}")
        pattern = " ".join(f"*{end}" for end in spec.extensions)
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Export"), start, f"{spec.label} ({pattern})"
        )
        if not name:
            return
        path = Path(name)
        path = path if path.suffix else path.with_suffix(spec.extensions[0])
        options = formats.SaveOptions(format=kind)
        if not spec.keeps_layers:
            dialog = ExportDialog(kind, self._session.settings, self._window)
            accepted = dialog.exec()
            options = dialog.options() if accepted else options
            dialog.deleteLater()
            if not accepted:
                return
        self.export(path, options)

    def export(self, path: Path, options: formats.SaveOptions) -> None:
        """Write a copy; the document stays as it is."""
        document: Document = self._session.document
        label = tr("Exporting {name}…", name=path.name)
        self._run(
            label,
            lambda progress: formats.save_document(document, path, options, progress),
            lambda _: self.told.emit(tr("Exported {name}.", name=path.name)),
            about=("export", self._session),
        )

    def when_saved(self, then: Callable[[], object]) -> None:
        """Go on once unsaved changes were saved or given up; not at all on Cancel."""
        page = self._window.page
        if not page.session.can_lose:
            then()
            return
        answer = ask_to_save(self._window, page.title)
        if answer is QMessageBox.StandardButton.Save:
            self.save(then)
        elif answer is QMessageBox.StandardButton.Discard:
            then()

    def close(self, page: DocumentPage | None = None) -> None:
        """Close a document, the one in front if none is named; ask about unsaved changes."""
        documents = self._window.documents
        page = page or documents.current
        if not page.session.can_lose:
            documents.drop(page)
            return
        documents.show(page)
        answer = ask_to_save(self._window, page.title)
        if answer is QMessageBox.StandardButton.Save:
            self.save(lambda: documents.drop(page))
        elif answer is QMessageBox.StandardButton.Discard:
            documents.drop(page)

    def close_all(self) -> None:
        """Close every document; one whose changes are to be kept stays."""
        for page in list(self._window.documents.pages):
            self.close(page)

    def may_quit(self) -> bool:
        """Ask about unsaved changes; False if the window stays, perhaps until they are saved."""
        unsaved = [page for page in self._window.documents.pages if page.session.can_lose]
        if not unsaved:
            return True
        answer = ask_to_save(self._window, *(page.title for page in unsaved))
        if answer is QMessageBox.StandardButton.Save:
            self._save_then_quit(unsaved)
        return answer is QMessageBox.StandardButton.Discard

    def _save_then_quit(self, pages: Sequence[DocumentPage]) -> None:
        """Save documents one after the other, then close the window; a failure ends it."""
        left = [page for page in pages if page.is_open and page.session.can_lose]
        if not left:
            self._window.close()
            return
        self._window.documents.show(left[0])
        self.save(lambda: self._save_then_quit(left[1:]))

    # Recovery

    def offer_recovery(self) -> list[StudioError]:
        """Offer all that a killed process left, a document each.

        Return what went wrong; a journal whose document cannot be opened now is offered again.
        """
        errors: list[StudioError] = []
        try:
            found = self._session.recoverable()
        except OSError as error:
            return [journal_unreadable(error)]
        for recovered in found:
            answer = ask_to_recover(self._window, recovered)
            if answer is QMessageBox.StandardButton.Yes:
                try:
                    page = self._window.documents.fill(partial(_recover, recovered))
                except StudioError as error:
                    errors.append(error)
                else:
                    self._lock(page, recovered.path)
            elif answer is QMessageBox.StandardButton.Discard:
                forget(recovered)
        return errors

    # Recent files

    @property
    def recent(self) -> list[Path]:
        """The files opened or saved last, newest first."""
        return [Path(one) for one in self._session.settings.get("recent_files", [])]

    def remember(self, path: Path) -> None:
        """Put a file on top of the recent ones."""
        rest = [str(one) for one in self.recent if one != path.resolve()]
        self._session.settings.set("recent_files", [str(path.resolve()), *rest][:RECENT])
        self.recent_changed.emit()

    def _folder(self) -> str:
        if self._session.path is not None:
            return str(self._session.path.parent)
        recent = self.recent
        return str(recent[0].parent) if recent else str(Path.home())

    @property
    def _session(self) -> Session:
        return self._window.session

    # Running

    def _run(
        self,
        label: str,
        work: Callable[[Progress], Any],
        done: Callable[[Any], None],
        over: Over | None = None,
        about: object = None,
    ) -> Task:
        """Run work under a dialog; ``done`` gets what comes out, ``over`` is called after that.

        Without ``over`` an error is told to the artist; it is ``about`` something that can succeed
        later.
        """
        dialog = QProgressDialog(label, tr("Cancel"), 0, 1000, self._window)
        dialog.setWindowModality(Qt.WindowModality.WindowModal)
        dialog.setMinimumDuration(DIALOG_AFTER_MS)
        dialog.setAutoClose(False)
        dialog.setAutoReset(False)
        dialog.setAccessibleName(label)
        tell = over or partial(self._tell, about=about)

        def end() -> None:
            dialog.canceled.disconnect()
            dialog.close()
            dialog.deleteLater()

        def succeeded(value: Any) -> None:
            end()
            try:
                done(value)
            except StudioError as error:
                tell(error)
            else:
                tell(None)

        def failed(error: BaseException) -> None:
            end()
            tell(error)

        def progressed(event: ProgressEvent) -> None:
            dialog.setValue(round(1000 * event.fraction))

        task = self._background.run(work, succeeded, failed, progressed, owner=self)
        dialog.canceled.connect(task.cancel)
        dialog.setValue(0)
        return task

    def _tell(self, error: BaseException | None, about: object = None) -> None:
        if isinstance(error, StudioError):
            self.refused.emit(error, about)
        elif error is None:
            self.settled.emit(about)
        elif not isinstance(error, Cancelled):
            self.crashed.emit(error)

    def _tell_all(self, errors: Sequence[StudioError]) -> None:
        if len(errors) < 2:
            self._tell(errors[0] if errors else None)
            return
        reasons = "\n".join(error_text(error)[0] for error in errors[:MOST_TOLD])
        self.refused.emit(
            StudioError(
                "{count} files could not be opened:\n{reasons}",
                "Open each of them by itself to see what can be done.",
                count=len(errors),
                reasons=reasons,
            ),
            None,
        )


def _recover(recovered: Recovered, session: Session) -> None:
    session.recover(recovered)


def ask_to_save(window: QWidget, *names: str) -> QMessageBox.StandardButton:
    """Ask what happens to unsaved changes of documents: Save, Discard or Cancel."""
    kind = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(tr("Unsaved changes"))
    box.setText(tr("Save the changes to {name}?", name=", ".join(names)))
    box.setInformativeText(
        tr("Without saving, the layers and results made since the last save are lost.")
    )
    box.setStandardButtons(kind.Save | kind.Discard | kind.Cancel)
    box.setDefaultButton(kind.Save)
    return _asked(box)


def ask_to_recover(window: QWidget, recovered: Recovered) -> QMessageBox.StandardButton:
    """Ask what happens to a document that was open when Lienzo ended: Yes, No or Discard."""
    kind = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(tr("Recover a document"))
    name = recovered.path.name if recovered.path else tr("Untitled")
    box.setText(tr("Lienzo ended unexpectedly while {name} was open.", name=name))
    box.setInformativeText(
        tr("It can be opened as it was after its last step: {step}.", step=message(recovered.label))
    )
    box.setStandardButtons(kind.Yes | kind.No | kind.Discard)
    box.button(kind.Yes).setText(tr("Recover"))
    box.button(kind.No).setText(tr("Later"))
    box.setDefaultButton(kind.Yes)
    return _asked(box)


def _asked(box: QMessageBox) -> QMessageBox.StandardButton:
    answer = QMessageBox.StandardButton(box.exec())
    box.deleteLater()
    return answer


def _filter(*, can_write: bool) -> str:
    specs = [one for one in formats.FORMATS if (one.can_write if can_write else one.can_read)]
    ends = [(spec.label, spec.extensions if can_write else spec.endings) for spec in specs]
    everything = " ".join(f"*{end}" for _, endings in ends for end in endings)
    rows = [f"{label} ({' '.join(f'*{end}' for end in endings)})" for label, endings in ends]
    return ";;".join([f"{tr('Pictures')} ({everything})", *rows])
