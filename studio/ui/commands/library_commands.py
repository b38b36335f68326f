"""Loads the list of everything in the model folders, and keeps the favourites."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from studio.catalog.first_fetch import card_memory
from studio.catalog.library import list_library
from studio.catalog.models import ModelSpec
from studio.catalog.recognise.scan import kept_scanner
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.session.memory_plan import memory_of, memory_plan, seconds_of
from studio.session.whereabouts import model_folders
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.models.library_view import Library
from studio.ui.threads.background import Task

FAVOURITES = "favourite_models"
Problems = tuple[tuple[Path, StudioError], ...]


class LibraryCommands(QObject):
    """Fills the list of the Models panel while it is visible; ``reordered`` after a favourite."""

    reordered = Signal()

    def __init__(
        self, window: CurrentPage, parts: SharedParts, failed: Callable[[BaseException], None]
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._failed = window, parts, failed
        self._scanner, self._lock = kept_scanner(), threading.Lock()
        self._specs: Sequence[ModelSpec] = ()
        self._problems: Problems = ()
        self._card: int | None = None
        self._task: Task | None = None
        self._view = parts.models.library
        self._view.set_favourites(self.favourites)
        self._view.favourites_changed.connect(self._keep)
        parts.models.library_shown.connect(self.load)

    @property
    def favourites(self) -> list[str]:
        """The ids of the artist's favourites."""
        return [str(one) for one in self._window.settings.get(FAVOURITES, [])]

    def ordered(self, specs: Sequence[ModelSpec]) -> tuple[ModelSpec, ...]:
        """Return models with the favourites first."""
        chosen = set(self.favourites)
        return tuple(sorted(specs, key=lambda spec: spec.id not in chosen))

    def set_models(self, specs: Sequence[ModelSpec], problems: Problems) -> None:
        """Take the result of a search for models."""
        self._specs, self._problems = specs, problems
        self.refresh()

    def refresh(self) -> None:
        """Load the list again if it is visible; else it is loaded when it is."""
        if self._parts.models.shows_library:
            self.load()

    def load(self) -> None:
        """Recognise all files and plan all models in the background, as for the chosen model."""
        if self._task is not None:
            self._task.drop()
        folders = model_folders(self._window.settings)
        specs, problems = self._specs, self._problems
        forecasts = self._window.session.shared.forecasts
        chosen = self._window.prompt.settings.model
        model = next((spec for spec in specs if spec.id == chosen), None)

        def look(progress: Progress) -> Library:
            with self._lock:
                progress.check()
                entries = list_library(folders, self._scanner, specs, problems, progress)
                if self._card is None:
                    self._card = card_memory()
            memory = memory_of(forecasts, self._card)
            fits = {one.id: one.fit(model) for one in entries}
            plans = {spec.id: memory_plan(spec, memory, None) for spec in specs}
            return Library(entries, fits, plans, partial(seconds_of, forecasts=forecasts))

        self._task = self._parts.background.run(
            look, self._view.show_library, self._failed, owner=self
        )

    def _keep(self, ids: list[str]) -> None:
        try:
            self._window.settings.set(FAVOURITES, ids)
        except StudioError as error:
            self._failed(error)
        self._view.set_favourites(self.favourites)
        self.reordered.emit()
