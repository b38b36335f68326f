"""The forecast below Generate: learned from results, following the settings, moving nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget

from studio.catalog.models import identify
from studio.edit.request import EditResult, Task
from studio.session.forecast import facts_of_request
from studio.session.jobs import Job
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def asking(window: MainWindow) -> MainWindow:
    """Give a window that is set to make a new picture in ten steps."""
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=10, sampler="ddim", variations=1, seed=1)
    window.prompt.show_settings(replace(settings, prompt="a teddy bear", sampling=sampling))
    return window


def made(window: MainWindow, step: float = 0.5, load: float = 0.0) -> EditResult:
    """Return the result of a job of ten steps that took so many seconds a step."""
    request = window.session.request(Task.GENERATE)
    request = request.replace(sampling=replace(request.sampling, steps=10))
    shape = (request.region.height, request.region.width, 3)
    parts = {"load": load, "encode": 0.5, "denoise": 10 * step, "decode": 0.5}
    return EditResult(
        request=request,
        images=(np.zeros(shape, np.uint8),),
        seeds=(1,),
        timings={**parts, "total": sum(parts.values())},
        peak_bytes=1_100_000_000,
        device="CPU",
    )


def land(window: MainWindow, step: float = 0.5, load: float = 0.0) -> None:
    """Let that job end."""
    result = made(window, step, load)
    job = Job(result.request, "x", owner=window.session)
    window.session.queue.finished.emit(job, result)


def places(window: MainWindow) -> list[tuple[QPoint, QRect]]:
    panel = window.prompt
    parts: tuple[QWidget, ...] = (
        panel.generate,
        panel.place,
        panel.forecast,
        panel.references.heading,
        panel.form.heading,
        window.layers.tree,
        window.canvas,
    )
    return [(one.mapToGlobal(QPoint(0, 0)), one.rect()) for one in parts]


def test_it_is_empty_until_something_has_run_and_then_follows_the_settings(
    asking: MainWindow,
) -> None:
    label, panel = asking.prompt.forecast, asking.prompt
    until(lambda: not asking.background.is_busy)
    assert label.text() == "" and label.accessibleName() == "Forecast: not known yet"
    land(asking)
    until(lambda: label.text())
    assert label.text() == "≈ 6.0 s · 1.1 GB"
    assert label.accessibleName() == "Forecast: 6.0 s, 1.1 GB of memory"
    assert "on this machine" in label.toolTip()
    sampling = panel.settings.sampling
    panel.show_settings(replace(panel.settings, sampling=replace(sampling, steps=40)))
    until(lambda: label.text() == "≈ 21 s · 1.1 GB")
    panel.variations.setValue(2)
    until(lambda: label.text() == "≈ 42 s · 1.1 GB")


def test_a_model_that_has_to_be_loaded_first_takes_longer(asking: MainWindow) -> None:
    label = asking.prompt.forecast
    land(asking, load=30.0)
    until(lambda: label.text() == "≈ 6.0 s · 1.1 GB")
    asking.session.shared.forecasts.in_memory = ""
    asking.session.shared.forecasts.changed.emit()
    until(lambda: label.text() == "≈ 36 s · 1.1 GB")


def test_nothing_moves_when_it_comes_changes_or_when_the_place_does(asking: MainWindow) -> None:
    until(lambda: not asking.arrangement.is_settling and not asking.background.is_busy)
    before = places(asking)
    # Learned without a result, which would unfold the tray.
    result = made(asking)
    facts = facts_of_request(identify(result.request.model), result.request)
    asking.session.shared.forecasts.learn(facts, result)
    until(lambda: asking.prompt.forecast.text())
    assert places(asking) == before
    # Not Replace, whose strength is a row that comes by the artist's own click.
    for task in (Task.GENERATE, Task.EXTEND, Task.FILL):
        asking.prompt.set_task(task)
        until(lambda: not asking.background.is_busy)
        assert places(asking) == before, task


def test_a_model_that_is_gone_has_no_forecast(asking: MainWindow) -> None:
    land(asking)
    until(lambda: asking.prompt.forecast.text())
    asking.prompt.show_settings(replace(asking.prompt.settings, model="/nowhere"))
    until(lambda: not asking.prompt.forecast.text())
