"""The work after the first paint: compile, open, find models, warm up the engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from studio.core.errors import StudioError
from studio.ui.documents.sample import sample_photo
from studio.ui.models.model_choice import kept_model
from studio.ui.widgets.translation import error_text, tr

if TYPE_CHECKING:
    from studio.ui.window.main_window import MainWindow


class Startup(QObject):
    """Starts up a shown window step by step, so that it stays responsive."""

    def __init__(self, window: MainWindow, paths: Sequence[Path], *, warm_up: bool) -> None:
        super().__init__(window)
        self._window = window
        self._paths = list(paths)
        self._warm_up = warm_up

    def begin(self) -> None:
        """Load the compiled pixel loops on the thread pool, then continue."""
        self._window.background.run(
            lambda progress: _warm_pixels(), self._go_on, self._failed, owner=self
        )

    def _go_on(self, _: object) -> None:
        window = self._window
        window.documents.start_painting()
        window.middle.setFocus()
        errors = window.files.offer_recovery()
        if self._paths or window.has_document:
            paths, by = self._paths, window.files.open
        else:
            paths, by = [sample_photo()], window.files.open_sample
        window.files.open_all(paths, window.without_document.go_on, errors, by)
        window.commands.models.load()
        window.commands.models.find.offer_once()
        window.commands.models.get.remind()
        window.commands.subjects.remind()
        window.engine.warmed.connect(self._on_warmed)
        if self._warm_up:
            window.status.show_engine(tr("Loading the engine…"))
            window.engine.warm_up(kept_model(window.settings))

    def _on_warmed(self, outcome: object) -> None:
        if isinstance(outcome, str):
            self._window.session.shared.forecasts.in_memory = kept_model(self._window.settings)
            self._window.status.show_engine("")
            self._window.status.engine.setToolTip(outcome)
        elif isinstance(outcome, StudioError):
            self._window.status.show_engine("")
            self._window.messages.show_error(outcome)
        elif isinstance(outcome, BaseException):
            self._window.status.show_engine(tr("The engine cannot be loaded"))
            self._window.crash.report(outcome)

    def _failed(self, error: BaseException) -> None:
        self._window.without_document.go_on()
        if isinstance(error, StudioError):
            self._window.messages.show_notice(*error_text(error))
        else:
            self._window.crash.report(error)


def _warm_pixels() -> None:
    from studio.document.render import brush, compositor

    compositor.warm_up()
    brush.warm_up()
