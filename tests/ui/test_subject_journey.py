"""Photos in, a subject out, put into a photo beside a control layer, exported in layers."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from calm_subjects import photos
from conftest import drag, until

from studio.document.io.formats import open_document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.raster import Pixels
from studio.document.render.compositor import composite
from studio.edit.request import EditRequest, Task
from studio.edit.training import TrainSettings
from studio.session.jobs import Job
from studio.session.training_plans import make_request, write_plan
from studio.tools.registry import spec
from studio.ui.window.main_window import MainWindow

LEARNS = TrainSettings(steps=40, sample_every=40, batch=4, resolution=64, rank=8, rate=2e-3)


def redness(image: Pixels, where: np.ndarray) -> float:
    """Return how red a place is: red less the mean of green and blue, -255 to 255."""
    inside = image[where].astype(float)
    return float((inside[:, 0] - inside[:, 1:3].mean(axis=1)).mean())


def test_teach_pose_fill_and_export(window: MainWindow, tmp_path: Path) -> None:
    session = window.session
    planned = photos(tmp_path)
    request = make_request("luna", "ball", planned, "starter", LEARNS, session.subjects)
    write_plan(request, planned)
    session.queue.add(Job(request, "luna"))
    until(lambda: [subject.tag for subject in session.subjects.all()] == ["<luna>"])

    photo = composite(session.document, session.document.rect)
    window.menus.actions["control_figure"].trigger()
    assert isinstance(session.document.active_layer(), ControlLayer)
    window.tool_bar.choose(spec("mask"))
    window.tool_options.size = 70
    drag(window, (80, 45), (80, 80))
    mask = session.document.mask
    assert mask is not None
    where = mask.read(session.document.rect)[:, :, 0] > 0
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=12, cfg_scale=3.0, sampler="ddim", seed=4)

    found = {}
    for words in ("ball", "<luna>"):
        window.prompt.show_settings(replace(settings, prompt=words, sampling=sampling))
        session.submit(Task.FILL)
        until(lambda: session.tray.items)
        result = session.tray.items[0].result
        assert isinstance(result.request, EditRequest)
        if words == "<luna>":
            break
        found[words] = redness(composite(session.shown, session.document.rect), where)
        session.tray.clear()
    assert [use.kind for use in result.request.adapters] == ["subject"]
    assert [use.kind for use in result.request.controls] == ["pose"]
    window.tray.apply.click()

    after = composite(session.document, session.document.rect)
    assert np.array_equal(after[~where], photo[~where])
    assert redness(after, where) > found["ball"] + 15
    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer) and made.recipe["prompt"] == "<luna>"
    for suffix in (".ora", ".psd"):
        path = tmp_path / f"journey{suffix}"
        session.export(path)
        opened = open_document(path).document
        names = [layer.name for layer in opened.walk()]
        assert len(names) == len(list(session.document.walk())) and made.name in names
        assert np.array_equal(composite(opened, opened.rect), after)
