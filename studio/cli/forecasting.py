"""Prints the forecast time and memory of an edit without running it."""

from __future__ import annotations

from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.edit.request import Task
from studio.session.forecast import duration_text, facts_of_request, memory_text
from studio.session.session import Session


def print_forecast(session: Session, task: Task) -> None:
    """Print the time and the memory that an edit will take, including loading its model.

    StudioError if the request is invalid, or if no similar edit has run on this machine.
    """
    request = session.request(task)
    facts = facts_of_request(identify(request.model), request)
    forecast = session.shared.forecasts.of(facts, loaded=False)
    if forecast is None:
        raise StudioError(
            "There is no forecast yet: no edit with such a model has run on this machine.",
            "Run one; the next forecast goes by what it took.",
        )
    memory = memory_text(forecast.memory)
    print(f"about {duration_text(forecast.seconds)}" + (f", {memory} of memory" if memory else ""))
