"""The open document with all its state; the window and the command line both drive it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from studio.catalog.controls import CONTROL_KINDS
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document.attachments import Attachments, add_attachment, remove_attachment
from studio.document.document import Document
from studio.document.frame import Frame
from studio.document.history import Entry, History
from studio.document.io import formats
from studio.document.results import Results
from studio.edit import apply, prepare
from studio.edit.annotate import AnnotateRequest, AnnotateResult
from studio.edit.exchange import ExchangeResult
from studio.edit.judging import JudgeResult
from studio.edit.photo_tools import PhotoResult, photo_task
from studio.edit.recipes import newer_notice
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.edit.rewrite import Inversion, RewriteUse
from studio.edit.settings import EditSettings
from studio.edit.training import TrainResult
from studio.session import landing, rewrites
from studio.session.edit_settings import EditState
from studio.session.jobs import Job, JobState, Result, Runner
from studio.session.journal import Journal, Recovered, forget, recoverable
from studio.session.kept_settings import Kept
from studio.session.open_document import OpenDocument
from studio.session.photo_work import PhotoWork
from studio.session.requests import RequestMaker
from studio.session.shared import Shared
from studio.session.shown import Shown
from studio.session.tray import Tray, TrayItem
from studio.session.whereabouts import found_again, missing_weights


class Session(OpenDocument):
    """One open document: history, jobs, tray, journal. Every method belongs to one thread.

    ``journal_root`` None keeps no journal (the command line). ``subjects_root`` is the folder of
    the subjects, None for the artist's own. Several documents are open if the sessions of all but
    the first were made by ``another``: they share the queue, the subjects and the settings.
    """

    def __init__(
        self,
        runner: Runner,
        settings: Settings,
        journal_root: Path | None = None,
        subjects_root: Path | None = None,
        *,
        shared: Shared | None = None,
    ) -> None:
        super().__init__()
        self.shared = shared or Shared(runner, settings, subjects_root)
        self.settings = settings
        self.queue = self.shared.queue
        self.subjects = self.shared.subjects
        self._requests = RequestMaker(self.shared)
        self._runner = runner
        self.photo = PhotoWork(self, self._queue)
        self.tray = Tray(self._keep_results, self._change_results)
        self.edit_state = EditState()
        self.edit_state.changed.connect(self._on_settings)
        self.edit_state.layer_changed.connect(self._on_settings)
        self.chosen_layers: tuple[str, ...] = ()
        self._landing: list[tuple[Job, AnnotateResult | PhotoResult | EditResult]] = []
        self._inversions: list[Inversion] = []
        self._journal_root = journal_root
        self._journal: Journal | None = None
        self._shown = Shown(self.history.document, self.tray)
        self._shown.changed.connect(self.changed.emit)
        self._keeps_preview = False
        self._settings_failed = False
        self.queue.finished.connect(self._on_finished)
        self.queue.failed.connect(self._on_failed)
        self.tray.changed.connect(self._refresh)

    @property
    def shown(self) -> Document:
        """The document as shown on the canvas, with the variation selected in the tray."""
        return self._shown.document

    # Opening

    def new(self, width: int, height: int) -> None:
        """Open an empty document; StudioError for an impossible size."""
        self._adopt(Document(width=width, height=height), None, "New")

    def begin(self, document: Document) -> None:
        """Open a new document, which is unmodified until it is touched."""
        self._adopt(document, None, "New", clean=True)

    def open(self, path: Path, progress: Progress | None = None) -> None:
        """Open a file; on an error (StudioError) the previous document stays open."""
        self.adopt(formats.open_document(path, progress), path)

    def adopt(self, opened: formats.Opened, path: Path | None) -> None:
        """Show a document read by ``formats.open_document``, perhaps on another thread."""
        self._adopt(opened.document, path, "Open", clean=True)
        missing = missing_weights(opened.document, self.settings, self.subjects.root)
        newer = newer_notice(opened.document)
        for said in (*opened.notices, *missing, *([newer] if newer is not None else ())):
            self.noticed.emit(said)

    def recover(self, recovered: Recovered) -> None:
        """Open a document left by a killed process and take over its journal."""
        # The journal of a saved document has no results: its file has them.
        reads_file = recovered.clean and recovered.lost
        document = self._as_saved(recovered) if reads_file else recovered.document
        label, lost = recovered.label or "Recover", recovered.lost
        self._adopt(document, recovered.path, label, clean=recovered.clean)
        if recovered.kept is not None:
            layer = recovered.kept.layer
            there = layer is not None and document.find(layer.layer_id) is not None
            self.edit_state.restore(recovered.kept.draft, layer if there else None)
        if lost and not recovered.clean:
            self.noticed.emit(landing.lost_notice(lost))
        # Pending writes must reach the disk before the old journal is removed.
        if self._journal is None or self._journal.flush():
            forget(recovered)

    def _as_saved(self, recovered: Recovered) -> Document:
        """Return the document from its file if that is complete, else from the journal."""
        if recovered.path is None:
            return recovered.document
        try:
            return formats.open_document(recovered.path).document
        except StudioError:
            return recovered.document

    def recoverable(self) -> list[Recovered]:
        """Return the documents left by killed processes, newest first."""
        return recoverable(self._journal_root) if self._journal_root is not None else []

    def another(self) -> Session:
        """Return a session for another document, beside this one."""
        return Session(self._runner, self.settings, self._journal_root, shared=self.shared)

    def hidden(self) -> Session:
        """Return a session for a document that is not shown and keeps no journal."""
        return Session(self._runner, self.settings, shared=self.shared)

    def close(self) -> None:
        """Discard the document: stop its jobs and remove the journal.

        Trainings belong to no document and continue.
        """
        self.queue.disown(self)
        self.queue.finished.disconnect(self._on_finished)
        self.queue.failed.disconnect(self._on_failed)
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    # Files

    def save(self, path: Path, progress: Progress | None = None) -> None:
        """Save losslessly as ORA; on StudioError, file and document are unchanged."""
        document = self.document
        formats.save_document(document, path, progress=progress)
        self.mark_saved(document, path)

    def mark_saved(self, document: Document, path: Path) -> None:
        """Record that ``document`` is saved in the file at ``path``."""
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
        """Write a copy in the format given by the file's suffix; the document is unchanged."""
        formats.save_document(self.document, path, options or formats.SaveOptions(), progress)

    # Edits by prompt

    @property
    def edit_settings(self) -> EditSettings:
        """The settings of the next edit, owned by ``edit_state``."""
        return self.edit_state.settings

    @edit_settings.setter
    def edit_settings(self, settings: EditSettings) -> None:
        self.edit_state.replace(settings)

    def request(self, task: Task, *, region: Rect | None = None) -> EditRequest:
        """Return the request for the current document and edit settings."""
        return self._requests.edit(self.document, self.edit_settings, task, region)

    def submit(self, task: Task, *, region: Rect | None = None) -> Job:
        """Queue an edit; StudioError if it is invalid (no mask, no prompt)."""
        request = self.request(task, region=region)
        if request.prompt.strip():
            self.shared.remember_prompt(request.prompt)
        return self._queue(request, apply.layer_name(request.prompt))

    def annotate(
        self, annotator: str, kind: str, options: Mapping[str, Any] | None = None, name: str = ""
    ) -> Job:
        """Queue a control image of the visible picture, to become a control layer ``name``."""
        document = self.document
        picture = partial(prepare.visible_rgb, document, document.rect)
        request = AnnotateRequest(annotator, kind, picture, document.rect, options or {})
        return self.queue.add(Job(request, name or CONTROL_KINDS[kind].label, owner=self))

    def more_like(self, item: TrayItem, variations: int = 4) -> Job:
        """Queue further variations of a result: the same request with the seeds that follow."""
        request = item.more(self.document, variations)
        return self._queue(request, apply.title_of(request), item.target)

    def rerun(self, layer_id: str, settings: EditSettings | None = None) -> Job:
        """Queue the regeneration of a layer: its recipe with a new seed, or other settings.

        Settings include their own seed, references, region prompts and adapters; controls are
        always those of the recipe.
        """
        request, lost = self._requests.rerun(self.document, layer_id, settings)
        for said in lost:
            self.noticed.emit(said)
        layer = self.document.find(layer_id)
        return self._queue(request, layer.name if layer is not None else "", layer_id)

    # Edits by words

    def rewrite(
        self, prompt: str, use: RewriteUse, sampling: Sampling, *, target: str | None = None
    ) -> Job:
        """Queue a rewrite: the picture with ``prompt`` in place of its caption.

        The inversion kept in the document is used if it fits; otherwise the job makes one, and the
        document keeps it. ``target`` is the layer of an earlier rewrite to be regenerated.
        StudioError if the request is invalid.
        """
        self.shared.networks.refresh()
        request = self.wording(prompt, use, sampling, target=target).request()
        return self._queue(request, apply.layer_name(prompt), target)

    def invert(
        self, use: RewriteUse, sampling: Sampling, *, prompt: str = "", target: str | None = None
    ) -> Job:
        """Queue the inversion of the picture alone; ``inverted`` is emitted once it is kept.

        ``prompt`` is the intended new prompt: its subjects change the model for the inversion, too.
        """
        plain = replace(use, weights={})
        request = self.wording(prompt, plain, sampling, target=target).request()
        request = request.replace(prompt=use.source)
        return self._queue(request, apply.layer_name(use.source))

    def wording(
        self, prompt: str, use: RewriteUse, sampling: Sampling, *, target: str | None = None
    ) -> rewrites.Wording:
        """Return a rewrite of the current document; any thread may look up its inversion.

        StudioError if the prompt names an unknown subject.
        """
        settings = replace(self.edit_settings, prompt=prompt, sampling=sampling)
        return self._requests.wording(self.document, settings, use, target)

    def _queue(self, request: EditRequest, label: str, target: str | None = None) -> Job:
        request, told = found_again(request, self.settings, self.subjects.root)
        for said in told:
            self.noticed.emit(said)
        request = self._with_inversion(request)
        document = self.document
        return self.queue.add(Job(request, label, target, document.origin, self, document.scale))

    def _with_inversion(self, request: EditRequest) -> EditRequest:
        """Return a request with the inversion that the document keeps for it, if any."""
        if request.rewrite is None:
            return request
        found = rewrites.reading(request, self.document.attachments)
        if found.damaged is not None and not self.history.is_editing:
            self._attach(remove_attachment(self.document.attachments, found.key))
            self.noticed.emit(Notice(found.damaged.message, found.damaged.values))
        return rewrites.with_inversion(request, found.inversion)

    def _keep_inversion(self, inversion: Inversion) -> None:
        """Keep an inversion with the document, and add it to waiting jobs that need the same."""
        self._inversions.append(inversion)
        self._land(late=False)
        for job in self.queue.jobs:
            if job.state is JobState.WAITING and isinstance(job.request, EditRequest):
                job.request = rewrites.attach_inversion(job.request, inversion)

    def _attach(self, attachments: Attachments) -> None:
        """Add attachments to every step of the history without changing the saved state."""
        saved = [entry.document is self._saved for entry in self.history.entries]
        self.history.attach(attachments)
        if any(saved):
            self._saved = self.history.entries[saved.index(True)].document
        self._record(self.history.entries[self.history.position].label)

    def apply(self, item_id: str) -> None:
        """Apply a variation to the document as one history entry; the tray marks it as applied."""
        item = self.tray.get(item_id)
        if item is None or self.history.is_editing:
            return
        try:
            tool = photo_task(item.request)
            label = "Edit by prompt" if tool is None else tool.label
            self.edit(label if item.target is None else "Remake layer", item.applied)
        except StudioError as error:
            self.failed.emit(error)

    def hold_before(self, held: bool) -> None:
        """Show the picture without the selected variation while ``held``."""
        self._shown.holds_before = held
        self._refresh()

    @property
    def previewed(self) -> TrayItem | None:
        """The variation previewed over the document on the canvas, if any."""
        return self._shown.item

    # Jobs

    def owns(self, job: Job) -> bool:
        """Whether a job belongs to this document."""
        return job.owner is self

    @property
    def running(self) -> Job | None:
        """The running job of this document, if any."""
        return next((job for job in self.queue.of(self) if job is self.queue.running), None)

    # Inside

    def _adopt(
        self, document: Document, path: Path | None, label: str, *, clean: bool = False
    ) -> None:
        journal = Journal(self._journal_root) if self._journal_root is not None else None
        # Trainings belong to no document and continue.
        self.queue.disown(self)
        self.is_blank = False
        if self._journal is not None:
            self._journal.close()
        self._journal = journal
        self.history = History(document, label, self.shared.undo_budget)
        self.history.beginning.connect(self._on_beginning)
        self.history.changed.connect(self._on_changed)
        self.history.committed.connect(self._on_committed)
        self.history.ended.connect(self._land)
        self._landing.clear()
        self._inversions.clear()
        self.path = path
        self._saved = document if clean else None
        self.tray.select(None)
        lost = self.tray.follow(document)
        self._record(label)
        self._shown.document = document
        self.edit_state.end_layer(keep=False)
        self.edit_state.forget_places()
        self._on_settings()
        self.opened.emit()
        if lost:
            self.noticed.emit(landing.lost_notice(lost))

    def _on_beginning(self) -> None:
        """Remove the preview before the document changes under it."""
        if not self._keeps_preview:
            self.tray.select(None)
            self.beginning.emit()

    def _on_changed(self, new: Document, old: Document) -> None:
        self.tray.follow(new)
        if new.frame != old.frame:
            self.edit_state.follow_canvas(old, new)
        self._refresh()

    def _on_committed(self, entry: Entry) -> None:
        self._record(entry.label)
        layer = self.edit_state.layer
        if layer is not None and self.document.find(layer.layer_id) is None:
            self.edit_state.end_layer(keep=True)
        self.committed.emit()

    def _on_settings(self, _: object = None) -> None:
        """Keep the settings in the journal; a failed write is reported only once."""
        if self._journal is None:
            return
        state = self.edit_state
        try:
            self._journal.keep_settings(Kept(state.draft, state.layer))
        except StudioError as error:
            if not self._settings_failed:
                self.failed.emit(error)
            self._settings_failed = True
        else:
            self._settings_failed = False

    def _record(self, label: str) -> None:
        if self._journal is None:
            return
        try:
            self._journal.record(self.document, label, self.path, not self.is_modified)
        except StudioError as error:
            self.failed.emit(error)
        else:
            self.journal_written.emit()

    def _refresh(self) -> None:
        self._shown.refresh(self.document)

    def _keep_results(self, results: Results) -> None:
        """Add new results to every step of the document."""
        before = self.document.results
        self.history.keep(results)
        self._record(self.history.entries[self.history.position].label)
        self.committed.emit()
        said = landing.dropped_notice(before, self.document)
        if said is not None:
            self.noticed.emit(said)

    def _change_results(self, label: str, change: Callable[[Document], Document]) -> None:
        """Commit a change of the results alone, keeping the preview."""
        if self.history.is_editing:
            return
        self._keeps_preview = True
        try:
            self.edit(label, change)
        finally:
            self._keeps_preview = False

    def _on_finished(self, job: Job, result: Result) -> None:
        if not self.owns(job) or isinstance(result, (TrainResult, ExchangeResult, JudgeResult)):
            return
        if isinstance(result, (AnnotateResult, PhotoResult)):
            if not job.cancelled.is_set():
                self._landing.append((job, result))
                self._land(late=False)
            return
        if result.inversion is not None:
            self._keep_inversion(result.inversion)
        if result.inversion is not None and rewrites.only_reads(result.request):
            self.inverted.emit(result.inversion)
        else:
            self._landing.append((job, rewrites.without_inversions(result)))
            self._land(late=False)
        for note in result.notes:
            self.noticed.emit(note)

    def _land(self, *, late: bool = True) -> None:
        """Put finished results into the document as soon as no drag is in progress.

        Results that are ``late``, after a drag, are not selected: the artist works on something
        else.
        """
        while self._inversions and not self.history.is_editing:
            made = self._inversions.pop(0)
            kept = add_attachment(self.document.attachments, made.key, made.to_bytes())
            if kept is not self.document.attachments:
                self._attach(kept)
        while self._landing and not self.history.is_editing:
            job, result = self._landing.pop(0)
            if isinstance(result, EditResult):
                frame = Frame(job.origin, job.scale)
                self.tray.add(result, job.target, frame, select=not late)
                self._apply_tool(job, result)
                continue
            try:
                if isinstance(result, PhotoResult):
                    self.photo.land(job, result)
                    for note in result.notes:
                        self.noticed.emit(note)
                    continue
                change = landing.control_layer(self.document, job, result)
                self.edit("Control from the picture", change)
            except StudioError as error:
                self.failed.emit(error)
                continue
            said = landing.control_notice(result)
            if said is not None:
                self.noticed.emit(said)

    def _apply_tool(self, job: Job, result: EditResult) -> None:
        """Apply the first result of a photo tool whose row asks for it, unless it was stopped."""
        tool = photo_task(result.request)
        is_wanted = job.target is None and not job.cancelled.is_set()
        if tool is not None and tool.applies and is_wanted and result.images:
            self.apply(self.tray.items[0].id)

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if self.owns(job) and isinstance(error, StudioError) and not job.is_ahead:
            self.failed.emit(error)
