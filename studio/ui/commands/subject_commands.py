"""Commands of the subjects panel: teach, resume, give up, use in the prompt, export, import."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog, QLineEdit, QMessageBox, QWidget

from studio.catalog.subjects import RUN
from studio.edit.request import Task
from studio.edit.training import TrainRequest, TrainResult
from studio.session.jobs import Job
from studio.session.subject_photos import write_thumbnail
from studio.session.training_plans import load_plan
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.forms import Form
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.training.photo_sources import Work
from studio.ui.training.teach_sheet import TeachSheet
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import error_text, language_of, tr

if TYPE_CHECKING:
    from studio.session.session import Session

LOG = logging.getLogger(__name__)


class SubjectCommands(QObject):
    """The slots for the subjects panel of one window."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        attempt: Callable[[Callable[[], object]], object],
        failed: Callable[[BaseException], None],
        focus_prompt: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._try, self._failed, self._focus_prompt = attempt, failed, focus_prompt
        self._sheet: TeachSheet | None = None
        self._last_folder = ""
        panel = parts.subjects
        panel.teach_asked.connect(self.teach)
        panel.import_asked.connect(self.ask_import)
        panel.resume_asked.connect(self.resume)
        panel.give_up_asked.connect(self.ask_give_up)
        panel.dropped.connect(self.teach_from)
        panel.failed.connect(failed)
        panel.fill_asked.connect(self.fill)
        panel.put_asked.connect(self.put_into_prompt)
        panel.rename_asked.connect(self.rename)
        panel.export_asked.connect(self.ask_export)
        panel.delete_asked.connect(self.ask_delete)
        listen(self, self._session.shared.taught, self._on_taught)
        listen(self, self._session.subjects.changed, self._offer)

    @property
    def _session(self) -> Session:
        return self._window.session

    def join(self, page: DocumentPage) -> None:
        """Offer the subjects in the prompts of a page."""
        page.prompt.set_subjects(self._session.subjects.all())

    def follow(self, session: Session) -> None:
        """Take layers and selections from the document in front."""
        self._parts.subjects.show_session(session)
        if self._sheet is not None:
            self._sheet.show_session(session)

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {"teach": self.teach}

    @property
    def sheet(self) -> TeachSheet:
        """The sheet, created on first use."""
        if self._sheet is None:
            parts = self._parts
            self._sheet = TeachSheet(self._session, parts.background, parts.icons, self._window)
            self._sheet.teach_asked.connect(self.begin)
            self._sheet.crashed.connect(parts.crash.report)
        return self._sheet

    def close(self) -> None:
        """Close the sheet with the window."""
        if self._sheet is not None:
            self._sheet.hide()

    # Teaching

    def teach(self) -> None:
        """Show the sheet."""
        language = language_of(self._session.settings.get("language", ""))
        self.sheet.open_for(self._session.edit_settings.model, language)

    def teach_from(self, works: list[Work]) -> None:
        """Show the sheet with photos."""
        self.teach()
        self.sheet.add(works)

    def begin(self, request: TrainRequest) -> None:
        """Queue a training and show it."""
        self._session.queue.add(Job(request, request.name))
        self.show_panel()

    def resume(self, folder: Path) -> None:
        """Resume an unfinished training after rereading its photos."""
        panel = self._parts.subjects
        if folder in panel.resuming or self._is_queued(folder):
            return
        panel.set_resuming(folder, True)

        def go_on(request: TrainRequest) -> None:
            panel.set_resuming(folder, False)
            # It may have been resumed in another way meanwhile.
            if not self._is_queued(folder):
                self.begin(request)

        def failed(error: BaseException) -> None:
            panel.set_resuming(folder, False)
            self._failed(error)

        self._parts.background.run(partial(load_plan, folder), go_on, failed, owner=self)

    def _is_queued(self, folder: Path) -> bool:
        return any(
            isinstance(job.request, TrainRequest) and Path(job.request.folder) == folder
            for job in self._session.queue.jobs
        )

    def remind(self) -> None:
        """Notify once at startup that a training can be resumed."""
        found = self._session.subjects.unfinished()
        if found:
            self._parts.messages.show_notice(
                tr("A training has not finished."),
                tr("Press Resume in the Subjects panel to continue it."),
            )

    def _on_taught(self, result: TrainResult) -> None:
        subjects = self._session.subjects
        folder = Path(result.request.folder)
        subject = next((one for one in subjects.all() if one.folder == folder), None)
        if subject is None:
            return
        if self._try(lambda: write_thumbnail(subject, result.request.photos)):
            subjects.refresh()
        hint = tr("Write {tag} in a prompt to mean it.", tag=subject.tag)
        if not result.is_nearer:
            hint = tr(
                "But its samples are no closer to the photos than before: try other "
                "settings, such as a lower rate or more steps."
            )
        self._parts.messages.show_notice(tr("{name} has been taught.", name=subject.name), hint)

    def ask_give_up(self, folder: Path) -> None:
        """Ask, then delete the files of an unfinished training."""
        asked = confirm(
            self._window,
            tr("Discard the training?"),
            tr("Its progress is deleted; the photos are not."),
            tr("Discard training"),
        )
        if asked and (folder / RUN).is_dir():
            self._session.subjects.give_up(folder)

    # Subjects

    def show_panel(self) -> None:
        """Bring the panel to the front."""
        dock = self._window.docks["subjects"]
        dock.show()
        dock.raise_()

    def put_into_prompt(self, tag: str) -> None:
        """Insert a subject at the cursor of the prompt."""
        self._window.prompt.insert_word(tag)
        self._focus_prompt()

    def fill(self, tag: str) -> None:
        """Fill the mask with a subject alone, as the Generate button does."""
        prompt = self._window.prompt
        prompt.set_task(Task.FILL)
        prompt.prompt.setPlainText(tag)
        prompt.generate.click()

    def rename(self, name: str, new: str) -> None:
        """Rename a subject."""
        self._try(lambda: self._session.subjects.rename(name, new))

    def ask_delete(self, name: str) -> None:
        """Ask, then delete a subject for good."""
        asked = confirm(
            self._window,
            tr("Delete {name}?", name=name),
            tr("To get it back, you would have to teach it again. Pictures made with it stay."),
            tr("Delete"),
        )
        if asked:
            self._try(lambda: self._session.subjects.delete(name))

    def ask_export(self, name: str, layout: str) -> None:
        """Ask for a file and write a subject to it in one of the layouts."""
        start = str(Path(self._last_folder) / f"{name}.safetensors")
        pattern = f"{tr('LoRA or embedding')} (*.safetensors)"
        title = tr("Export {name}", name=name)
        chosen, _ = QFileDialog.getSaveFileName(self._window, title, start, pattern)
        if not chosen:
            return
        path = Path(chosen)
        if path.suffix.lower() != ".safetensors":
            # Qt's dialog did not ask about the name with its suffix.
            path = path.with_name(f"{path.name}.safetensors")
            question = tr("Replace {name}?", name=path.name)
            lost = tr("Its current content is lost.")
            if path.exists() and not confirm(self._window, question, lost, tr("Replace")):
                return
        self._last_folder = str(path.parent)
        self._try(lambda: self._session.shared.export_subject(name, path, layout))

    def ask_import(self) -> None:
        """Ask for a LoRA or an embedding, and for its name as a subject."""
        pattern = f"{tr('LoRA or embedding')} (*.safetensors *.pt *.bin)"
        chosen, _ = QFileDialog.getOpenFileName(
            self._window, tr("Import a subject"), self._last_folder, pattern
        )
        if not chosen:
            return
        path = Path(chosen)
        self._last_folder = str(path.parent)
        dialog = ImportDialog(path, self._window)
        if dialog.exec():
            name, kind = dialog.values
            model = self._session.edit_settings.model
            self._try(lambda: self._session.shared.import_subject(path, name, kind, model))
        dialog.deleteLater()

    def _offer(self) -> None:
        for page in self._window.documents.pages:
            self.join(page)
        for error in self._session.subjects.problems():
            LOG.warning("%s", " ".join(error_text(error)))


class ImportDialog(Form):
    """Asks for the name and the kind of the subject in a file."""

    def __init__(self, path: Path, parent: QWidget) -> None:
        super().__init__(tr("Import a subject"), tr("Import"), parent)
        self.name = QLineEdit(re.sub(r"[^\w-]+", "-", path.stem).strip("-_")[:40])
        self.kind = QLineEdit()
        self.kind.setPlaceholderText(tr("As the file says"))
        self.name.setToolTip(tr("What you write in prompts, as in <luna>"))
        self.kind.setToolTip(tr("What it is, in a word the model knows"))
        self.add(tr("Name"), self.name)
        self.add(tr("Kind"), self.kind)

    @property
    def values(self) -> tuple[str, str]:
        """Name and kind as typed."""
        return self.name.text().strip(), " ".join(self.kind.text().split())


def confirm(window: QWidget, question: str, consequence: str, accept: str) -> bool:
    """Ask before something is deleted for good."""
    kind = QMessageBox.StandardButton
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setWindowTitle(question)
    box.setText(question)
    box.setInformativeText(consequence)
    box.setStandardButtons(kind.Yes | kind.Cancel)
    box.button(kind.Yes).setText(accept)
    box.button(kind.Cancel).setText(tr("Cancel"))
    box.setDefaultButton(kind.Cancel)
    for button in box.buttons():
        button.setAccessibleName(button.text())
    answer = box.exec()
    box.deleteLater()
    return answer == kind.Yes
