"""The open document with all that belongs to it; the window and the command line both drive it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from studio.catalog import models
from studio.catalog.controls import CONTROL_KINDS
from studio.core.errors import Cancelled, StudioError
from studio.core.events import Event
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.history import Entry, History
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.edit import apply, prepare
from studio.edit.annotate import AnnotateRequest, AnnotateResult, annotated_layer
from studio.edit.prepare import EditSettings
from studio.edit.request import EditRequest, Task
from studio.edit.steering import steered
from studio.session.jobs import Job, JobQueue, Result, Runner
from studio.session.journal import Journal, Recovered, forget, recoverable
from studio.session.tray import Tray, TrayItem


class Session:
    """One open document: history, jobs, tray, journal. Every method belongs to one thread.

    ``journal_root`` None keeps no journal (the command line).
    """

    def __init__(
        self, runner: Runner, settings: Settings, journal_root: Path | None = None
    ) -> None:
        self.settings = settings
        self.history = History(Document(width=1, height=1))
        self.path: Path | None = None
        self.queue = JobQueue(runner)
        self.tray = Tray()
        self.edit_settings = EditSettings()
        self.opened: Event[[]] = Event()
        """Another document is open; ``history`` is a new object."""
        self.changed: Event[[Document, Document]] = Event()
        """(new, old): what is visible changed, previews included."""
        self.committed: Event[[]] = Event()
        """An entry was added, or undo, redo, save happened."""
        self.noticed: Event[[Notice]] = Event()
        self.failed: Event[[StudioError]] = Event()
        """Something the artist asked for could not be done."""
        self._landing: list[tuple[Job, AnnotateResult]] = []
        self._journal_root = journal_root
        self._journal: Journal | None = None
        self._saved: Document | None = None
        self._shown: Document = self.history.document
        self._hold_before = False
        self._preview: tuple[Document, TrayItem, Document] | None = None
        self.queue.finished.connect(self._on_finished)
        self.queue.failed.connect(self._on_failed)
        self.tray.changed.connect(self._refresh)

    # The document

    @property
    def document(self) -> Document:
        """The document as it is, without previews."""
        return self.history.document

    @property
    def shown(self) -> Document:
        """The document as the canvas shows it: with the variation that is selected in the tray."""
        return self._shown

    @property
    def is_modified(self) -> bool:
        """Whether there are commits that no file holds."""
        return self.document is not self._saved

    @property
    def title(self) -> str:
        """The file's name, or an empty string for a document that was never saved."""
        return self.path.name if self.path else ""

    def new(self, width: int, height: int) -> None:
        """Open an empty document; StudioError for an impossible size."""
        self._adopt(Document(width=width, height=height), None, "New")

    def open(self, path: Path, progress: Progress | None = None) -> None:
        """Open a file; the document open before stays on an error (StudioError)."""
        self.adopt(formats.open_document(path, progress), path)

    def adopt(self, opened: formats.Opened, path: Path | None) -> None:
        """Show what ``formats.open_document`` read, perhaps on another thread."""
        self._adopt(opened.document, path, "Open", clean=True)
        for said in opened.notices:
            self.noticed.emit(said)

    def recover(self, recovered: Recovered) -> None:
        """Open what a killed process left; its journal is taken over."""
        self._adopt(recovered.document, recovered.path, recovered.label or "Recover")
        forget(recovered)

    def recoverable(self) -> list[Recovered]:
        """Return what killed processes left, newest first."""
        return recoverable(self._journal_root) if self._journal_root is not None else []

    def close(self) -> None:
        """Give the document up: running work is stopped, the journal removed."""
        self.queue.clear()
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def edit(self, label: str, change: Callable[[Document], Document]) -> None:
        """Commit one change as one history entry; nothing where it changes nothing."""
        with self.history.edit(label) as edit:
            edit.document = change(edit.document)

    def amend(self, document: Document) -> None:
        """Change what is no step of the history: the active layer, folded groups."""
        clean = not self.is_modified
        self.history.amend(document)
        if clean:
            self._saved = self.document

    def undo(self) -> None:
        """Go one entry back."""
        self.history.undo()

    def redo(self) -> None:
        """Go one entry forward."""
        self.history.redo()

    # Files

    def save(self, path: Path, progress: Progress | None = None) -> None:
        """Save as a file that keeps everything (ORA); StudioError leaves file and document."""
        document = self.document
        formats.save_document(document, path, progress=progress)
        self.mark_saved(document, path)

    def mark_saved(self, document: Document, path: Path) -> None:
        """Note that ``document`` lies in the file at ``path``."""
        self.path = path
        self._saved = document
        self._record("Save")
        self.committed.emit()

    def export(
        self,
        path: Path,
        options: formats.SaveOptions | None = None,
        progress: Progress | None = None,
    ) -> None:
        """Write a copy in the format of the name; the document stays as it is."""
        formats.save_document(self.document, path, options or formats.SaveOptions(), progress)

    # Edits by prompt

    def request(self, task: Task, *, region: Rect | None = None) -> EditRequest:
        """Return the request for the document and the edit settings as they are."""
        document, settings = self.document, self.edit_settings
        if task is Task.GENERATE:
            made = prepare.generate_request(region or document.rect, settings)
        elif task is Task.EXTEND:
            made = prepare.extend_request(document, settings)
        else:
            made = prepare.mask_request(document, settings, task)
        return steered(made, document, settings.references)

    def submit(self, task: Task, *, region: Rect | None = None) -> Job:
        """Queue an edit; StudioError where it cannot be asked (no mask, no prompt)."""
        request = self.request(task, region=region)
        if request.prompt.strip():
            self._remember_prompt(request.prompt)
        return self.queue.add(Job(request, apply.layer_name(request.prompt)))

    def annotate(
        self, annotator: str, kind: str, options: Mapping[str, Any] | None = None, name: str = ""
    ) -> Job:
        """Queue a control image of what is visible; it lands as a control layer of that name."""
        document = self.document
        picture = partial(prepare.visible_rgb, document, document.rect)
        request = AnnotateRequest(annotator, kind, picture, document.rect, options or {})
        return self.queue.add(Job(request, name or CONTROL_KINDS[kind].label))

    def more_like(self, item: TrayItem, variations: int = 4) -> Job:
        """Queue further variations of a result: the same request with the seeds that follow."""
        request = item.result.request
        sampling = replace(request.sampling, seed=item.seed + 1, variations=variations)
        label = apply.layer_name(request.prompt)
        return self.queue.add(Job(request.replace(sampling=sampling), label, item.target))

    def rerun(self, layer_id: str, settings: EditSettings | None = None) -> Job:
        """Queue a generative layer again, from its recipe or with other settings."""
        layer = self.document.find(layer_id)
        if not isinstance(layer, GenerativeLayer):
            raise StudioError(
                "Only a layer that was made by a prompt can be run again.",
                "Pick a layer with the sparkle sign.",
            )
        request = prepare.rerun_request(self.document, layer)
        if settings is not None:
            request = request.replace(
                prompt=settings.prompt,
                negative_prompt=settings.negative_prompt,
                model=settings.model,
                sampling=settings.sampling,
            )
        return self.queue.add(Job(request, layer.name, layer.id))

    def apply(self, item_id: int) -> None:
        """Put a variation into the document: one history entry; its siblings leave the tray."""
        item = self.tray.get(item_id)
        if item is None:
            return
        made = item.layer()
        self.tray.take_batch(item_id)
        if item.target is not None:
            target = item.target
            self.edit("Remake layer", lambda old: apply.remake_layer(old, target, made))
        else:
            self.edit("Edit by prompt", lambda old: apply.apply_layer(old, made))

    def hold_before(self, held: bool) -> None:
        """Show the picture without the selected variation while ``held``."""
        self._hold_before = held
        self._refresh()

    def models(self) -> tuple[models.ModelSpec, ...]:
        """Return the models that can be chosen: the starter and those in the artist's folders."""
        folders = [Path(folder) for folder in self.settings.get("model_folders", [])]
        return models.find_models(folders)

    def prompt_history(self) -> list[str]:
        """Return earlier prompts, newest first."""
        return [str(prompt) for prompt in self.settings.get("prompt_history", [])]

    # Inside

    def _adopt(
        self, document: Document, path: Path | None, label: str, *, clean: bool = False
    ) -> None:
        journal = Journal(self._journal_root) if self._journal_root is not None else None
        self.queue.clear()
        if self._journal is not None:
            self._journal.close()
        self._journal = journal
        self.history = History(document, label)
        self.history.changed.connect(lambda new, old: self._refresh())
        self.history.committed.connect(self._on_committed)
        self.history.ended.connect(self._land)
        self._landing.clear()
        self.path = path
        self._saved = document if clean else None
        self.tray.clear()
        self._record(label)
        self._shown = document
        self.opened.emit()

    def _on_committed(self, entry: Entry) -> None:
        self._record(entry.label)
        self.committed.emit()

    def _record(self, label: str) -> None:
        if self._journal is None:
            return
        try:
            self._journal.record(self.document, label, self.path, not self.is_modified)
        except StudioError as error:
            self.failed.emit(error)

    def _refresh(self) -> None:
        document = self.document
        item = self.tray.selected
        if item is not None and not self._hold_before:
            document = self._with_preview(document, item)
        old, self._shown = self._shown, document
        if document is not old:
            self.changed.emit(document, old)

    def _with_preview(self, document: Document, item: TrayItem) -> Document:
        if self._preview is not None and self._preview[:2] == (document, item):
            return self._preview[2]
        made = item.layer()
        if item.target is not None:
            shown = apply.remake_layer(document, item.target, made)
        else:
            shown = apply.apply_layer(document, made)
        self._preview = document, item, shown
        return shown

    def _on_finished(self, job: Job, result: Result) -> None:
        if isinstance(result, AnnotateResult):
            if not job.cancelled.is_set():
                self._landing.append((job, result))
                self._land()
            return
        self.tray.add(result, job.target)
        for note in result.notes:
            self.noticed.emit(note)

    def _land(self) -> None:
        """Put finished control images into the document, as soon as no drag is going on."""
        while self._landing and not self.history.is_editing:
            job, result = self._landing.pop(0)
            if result.request.region != self.document.rect:
                self.failed.emit(
                    StudioError(
                        "The canvas changed while “{name}” was being made, so it does not fit.",
                        "Make it again.",
                        name=job.label,
                    )
                )
                continue
            layer = annotated_layer(result, job.label)
            self.edit("Control from the picture", partial(Document.insert, layer=layer))
            if result.poses is not None and not result.poses.people:
                self.noticed.emit(
                    notice("Nobody was found in the picture; a figure to drag stands in it.")
                )

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            return
        if isinstance(error, StudioError):
            self.failed.emit(error)

    def _remember_prompt(self, prompt: str) -> None:
        rest = [old for old in self.prompt_history() if old != prompt]
        self.settings.set("prompt_history", [prompt, *rest][:100])
