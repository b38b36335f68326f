"""Keeps the forecast below Generate up to date."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer

from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.edit.reach import reach_of
from studio.edit.request import Task
from studio.edit.settings import EditSettings
from studio.session.forecast import Forecast, Forecasts, facts_of
from studio.session.session import Session
from studio.ui.prompt.prompt_panel import PromptPanel
from studio.ui.threads.background import Background
from studio.ui.threads.background import Task as Work
from studio.ui.widgets.listening import listen

DELAY_MS = 150
"""Delay after the last change, so that dragging a slider computes it once."""


class ForecastWatch(QObject):
    """Updates the forecast from a document, its prompt panel and the cost of earlier edits."""

    def __init__(self, session: Session, prompt: PromptPanel, background: Background) -> None:
        super().__init__(prompt)
        self._session, self._prompt, self._background = session, prompt, background
        self._work: Work | None = None
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(DELAY_MS)
        self._soon.timeout.connect(self.update)
        for event in (session.opened, session.committed, session.shared.forecasts.changed):
            listen(self, event, self._soon.start)
        listen(self, session.edit_state.changed, lambda _: self._soon.start())
        listen(self, session.edit_state.layer_changed, lambda _: self._soon.start())
        self._soon.start()

    def update(self) -> None:
        """Compute the forecast of the next edit on the thread pool."""
        if self._work is not None:
            self._work.drop()
            self._work = None
        forecasts = self._session.shared.forecasts
        if not forecasts.runs:
            self._prompt.forecast.show_forecast(None)
            return
        document, prompt = self._session.document, self._prompt
        settings, task, layer = prompt.settings, prompt.task, prompt.recipe.layer_id
        self._work = self._background.run(
            lambda progress: _look(forecasts, document, settings, task, layer, progress),
            prompt.forecast.show_forecast,
            lambda error: prompt.forecast.show_forecast(None),
            owner=self,
        )


def _look(
    forecasts: Forecasts,
    document: Document,
    settings: EditSettings,
    task: Task,
    layer_id: str | None,
    progress: Progress,
) -> Forecast | None:
    progress.check()
    found = document.find(layer_id)
    layer = found if isinstance(found, GenerativeLayer) else None
    try:
        spec = identify(settings.model)
        reach = reach_of(document, task, settings.padding, layer)
    except StudioError:
        # Generate reports errors of the model or the recipe.
        return None
    region = document.rect if reach is None else reach.region
    layers = document.walk()
    controls = [one for one in layers if isinstance(one, ControlLayer) and one.control.used]
    facts = facts_of(
        spec,
        task,
        settings.sampling,
        (region.width, region.height),
        controls=len(controls),
        references=len(settings.references),
        regions=len(settings.regions),
        adapters=sum(use.acts for use in settings.adapters),
    )
    return forecasts.of(facts, loaded=forecasts.in_memory == settings.model)
