"""Opening, saving, exporting, placing and recovering documents on the thread pool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMessageBox

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io import formats
from studio.document.io.colour import profile_name
from studio.document.operations import shift_layer
from studio.session.jobs import Job
from studio.session.journal import Recovered, forget, journal_unreadable
from studio.session.losses import loss_of, loss_of_queue
from studio.session.session import Session
from studio.ui.dialogs.forms import ExportDialog
from studio.ui.dialogs.metadata_choice import default_keep
from studio.ui.dialogs.questions import ask_to_recover, ask_to_save
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.documents.file_work import FileWork, Over
from studio.ui.threads.background import Background
from studio.ui.widgets.picture_dialog import ask_picture, ask_save
from studio.ui.widgets.translation import message, tr

RECENT = 10


class Files(FileWork):
    """Moves documents between the session and the disk; an error loses no work."""

    told = Signal(str)
    opened = Signal(object)
    """A page (DocumentPage) shows a file that was opened."""
    recent_changed = Signal()

    def __init__(self, background: Background, window: CurrentPage) -> None:
        super().__init__(background, window)
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
        """Open a file in its own page, or switch to the page that has it open.

        An error is shown to the artist, or passed to ``over`` instead.
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
        """Open files one after the other, each in its own page, with tabs in the same order.

        A file that cannot be opened does not stop the others; errors are reported at the end,
        together with the earlier ``errors``. ``by`` opens a file instead of ``open``.
        """
        self._each(paths, by or self.open, list(errors), after)

    def open_sample(self, path: Path, over: Over | None = None) -> None:
        """Open a sample photo as a document without a file, so that saving asks for a name."""

        def show(opened: formats.Opened) -> None:
            page = self._window.documents.fill(lambda session: session.adopt(opened, None))
            page.is_sample = True

        self._read(path, show, over)

    def open_flattened(self) -> None:
        """Open the merged picture of the document's file as a new document without a file."""
        path = self._session.path
        if path is None:
            error = StudioError("This document has no file yet.", "Save it first.")
            self.refused.emit(error, None)
            return

        def read(progress: Progress) -> formats.Opened:
            return formats.open_document(path, progress, flat=True)

        def show(opened: formats.Opened) -> None:
            self._window.documents.fill(lambda session: session.adopt(opened, None))

        self._run(tr("Opening {name}…", name=path.name), read, show, None)

    def open_dropped(self, paths: Sequence[Path], *, place: bool) -> None:
        """Open files, each in its own page, or place all as layers of the document in front."""
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
            # It was requested twice before it was read.
            documents.show(page)
            return
        page = documents.fill(lambda session: session.adopt(opened, path))
        self._lock(page, path)
        self.remember(path)
        self.opened.emit(page)

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
        layer = shift_layer(placed.layer, dx, dy)
        page.session.edit("Place", lambda d: d.insert(layer, above=d.active))
        for notice in placed.notices:
            self.told.emit(message(notice.message, notice.values))

    # Saving

    def save(self, then: Callable[[], object] | None = None) -> None:
        """Save to the document's file; ask for a name if its format keeps no layers."""
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
        name = ask_save(self._window, tr("Save as"), start, "OpenRaster (*.ora)", self._background)
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
        self._write_out(
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
        kinds = f"{spec.label} ({pattern})"
        name = ask_save(self._window, tr("Export"), start, kinds, self._background)
        if not name:
            return
        path = Path(name)
        path = path if path.suffix else path.with_suffix(spec.extensions[0])
        settings, document = self._session.settings, self._session.document
        options = formats.SaveOptions(format=kind, metadata=default_keep(settings))
        if not spec.keeps_layers:
            dialog = ExportDialog(kind, settings, self._window, profile_name(document.profile))
            accepted = dialog.exec()
            options = dialog.options() if accepted else options
            dialog.deleteLater()
            if not accepted:
                return
        self.export(path, options)

    def export(self, path: Path, options: formats.SaveOptions) -> None:
        """Write a copy; the document is unchanged."""
        document: Document = self._session.document
        label = tr("Exporting {name}…", name=path.name)
        self._write_out(
            label,
            lambda progress: formats.save_document(document, path, options, progress),
            lambda _: self._exported(document, path, options),
            about=("export", self._session),
        )

    def _exported(self, document: Document, path: Path, options: formats.SaveOptions) -> None:
        self.told.emit(tr("Exported {name}.", name=path.name))
        lost = formats.lost_metadata(document, path, options)
        for said in (*lost, *formats.lost_layers(document, path, options)):
            self.told.emit(message(said.message, said.values))

    def close(self, page: DocumentPage | None = None) -> bool:
        """Close a document, by default the one in front; ask about unsaved work.

        False if the artist cancels.
        """
        documents = self._window.documents
        page = page or documents.current
        if self._when_written(partial(self.close, page)) or page not in documents.open_pages:
            return True
        if page is documents.current:
            page.leave()
        loss = loss_of(page.session, documents.label(page))
        if not loss:
            documents.drop(page)
            return True
        documents.show(page)
        answer = ask_to_save(self._window, loss)
        if answer is QMessageBox.StandardButton.Save:
            # Work done while the file is being written is asked about again.
            self.save(partial(self._close_saved, page, page.session.queue.of(page.session)))
        elif answer is QMessageBox.StandardButton.Discard:
            documents.drop(page)
        return answer is not QMessageBox.StandardButton.Cancel

    def _close_saved(self, page: DocumentPage, told: Sequence[Job]) -> None:
        """Close a saved document; the question about its changes has listed the jobs ``told``."""
        left = [job for job in page.session.queue.of(page.session) if job not in told]
        if page.session.can_lose or left:
            self.close(page)
        else:
            self._window.documents.drop(page)

    def close_all(self) -> None:
        """Close every document, until the artist cancels."""
        self.close_pages(list(self._window.documents.open_pages))

    def close_pages(self, pages: Sequence[DocumentPage]) -> None:
        """Close documents one after the other, until the artist cancels."""
        for page in pages:
            if not self.close(page):
                return

    def may_quit(self) -> bool:
        """Ask about unsaved work; False if the window stays open, perhaps until it is saved."""
        if self._when_written(self._window.close):
            return False
        documents = self._window.documents
        documents.current.leave()
        losses = [loss_of(page.session, documents.label(page)) for page in documents.open_pages]
        losses.append(loss_of_queue(self._session.queue, tr("Subjects")))
        told = [loss for loss in losses if loss]
        if not told:
            return True
        answer = ask_to_save(self._window, *told, quits=True)
        if answer is QMessageBox.StandardButton.Save:
            self._save_then_quit([page for page in documents.pages if page.session.can_lose])
        return answer is QMessageBox.StandardButton.Discard

    def _save_then_quit(self, pages: Sequence[DocumentPage]) -> None:
        """Save documents one after the other, then close the window; stop at a failure."""
        left = [page for page in pages if page.is_open and page.session.can_lose]
        if not left:
            # The question about the changes has listed the jobs as well.
            self._session.queue.clear(trainings=False)
            self._window.close()
            return
        self._window.documents.show(left[0])
        self.save(lambda: self._save_then_quit(left[1:]))

    # Recovery

    def offer_recovery(self) -> list[StudioError]:
        """Offer to recover every document that a killed process left.

        Return the errors; a journal whose document cannot be opened is offered again next time.
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
        """Add a file at the top of the recent files."""
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


def _recover(recovered: Recovered, session: Session) -> None:
    session.recover(recovered)


def _filter(*, can_write: bool) -> str:
    specs = [one for one in formats.FORMATS if (one.can_write if can_write else one.can_read)]
    ends = [(spec.label, spec.extensions if can_write else spec.endings) for spec in specs]
    everything = " ".join(f"*{end}" for _, endings in ends for end in endings)
    rows = [f"{label} ({' '.join(f'*{end}' for end in endings)})" for label, endings in ends]
    return ";;".join([f"{tr('Pictures')} ({everything})", *rows])
