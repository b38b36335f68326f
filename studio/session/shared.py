"""State shared by all open documents: settings, the engine's single queue, subjects."""

from __future__ import annotations

from pathlib import Path

from studio.catalog import models
from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.history import DEFAULT_BUDGET
from studio.edit.exchange import ExchangeResult
from studio.edit.photo_tools import photo_task
from studio.edit.request import EditResult
from studio.edit.training import TrainResult
from studio.session import landing
from studio.session.forecast import facts_of_request, kept_forecasts
from studio.session.jobs import Job, JobQueue, Result, Runner
from studio.session.networks import NetworkLibrary
from studio.session.subjects import SubjectLibrary
from studio.session.whereabouts import model_folders

PROMPTS = 100


class Shared:
    """Belongs to no document; handles the results of jobs without one, such as trainings.

    ``subjects_root`` is the folder of the subjects, None for the artist's own.
    """

    def __init__(
        self, runner: Runner, settings: Settings, subjects_root: Path | None = None
    ) -> None:
        self.settings = settings
        self.queue = JobQueue(runner)
        self.subjects = SubjectLibrary(subjects_root)
        self.networks = NetworkLibrary(settings)
        self.forecasts = kept_forecasts()
        self.taught: Event[[TrainResult]] = Event()
        """A subject was trained and is in ``subjects``."""
        self.noticed: Event[[Notice]] = Event()
        self.failed: Event[[StudioError]] = Event()
        """A job without a document failed."""
        self.queue.finished.connect(self._on_finished)
        self.queue.failed.connect(self._on_failed)

    @property
    def undo_budget(self) -> int:
        """Memory budget for undo and redo of one document, in bytes, from the preferences."""
        megabytes = self.settings.get("history_mb", DEFAULT_BUDGET >> 20)
        return megabytes << 20 if isinstance(megabytes, int) else DEFAULT_BUDGET

    def models(self) -> tuple[models.ModelSpec, ...]:
        """Return the models that can be chosen: the starter and those in the artist's folders."""
        return models.find_models(model_folders(self.settings))

    def prompt_history(self) -> list[str]:
        """Return earlier prompts, newest first."""
        return [str(prompt) for prompt in self.settings.get("prompt_history", [])]

    def remember_prompt(self, prompt: str) -> None:
        """Put a prompt in front of the earlier ones."""
        rest = [old for old in self.prompt_history() if old != prompt]
        self.settings.set("prompt_history", [prompt, *rest][:PROMPTS])

    def export_subject(self, name: str, path: Path, layout: str = "kohya") -> Job:
        """Queue the export of a subject; replacing a file must have been confirmed before."""
        return self.queue.add(Job(self.subjects.export_request(name, path, layout, True), name))

    def import_subject(self, path: Path, name: str, kind: str, model: str) -> Job:
        """Queue the import of a LoRA or embedding as a subject, by default named after the file."""
        request = self.subjects.import_request(path, name, kind, model=model)
        return self.queue.add(Job(request, request.name))

    def _on_finished(self, job: Job, result: Result) -> None:
        if isinstance(result, TrainResult):
            self.subjects.refresh()
            self.taught.emit(result)
        elif isinstance(result, ExchangeResult):
            self.subjects.refresh()
            for said in (landing.exchange_notice(result), *result.notes):
                self.noticed.emit(said)
        elif isinstance(result, EditResult):
            self._learn(result)

    def _learn(self, result: EditResult) -> None:
        """Add the cost of a request to the forecasts."""
        if not result.device or photo_task(result.request) is not None:
            return
        try:
            spec = models.identify(result.request.model)
        except StudioError:
            # The model's folder has been removed meanwhile; the result is still valid.
            return
        self.forecasts.learn(facts_of_request(spec, result.request), result)

    def _on_failed(self, job: Job, error: BaseException) -> None:
        if job.owner is None and isinstance(error, StudioError) and not job.cancelled.is_set():
            self.failed.emit(error)
