"""A figure is posed on the canvas, a look is borrowed, and the place is filled, by the starter."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from conftest import drag, until
from PIL import Image

from studio.control_maps.pose import JOINTS
from studio.document.control import people_of
from studio.document.io.formats import open_document, save_document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.document.render.compositor import composite
from studio.edit.prepare import rerun_request
from studio.edit.request import EditRequest
from studio.tools.registry import spec
from studio.ui.prompt.reference_sources import file_picture
from studio.ui.window.main_window import MainWindow

WRIST = JOINTS.index("left wrist")


def test_lift_an_arm_add_a_reference_and_fill(window: MainWindow, tmp_path: Path) -> None:
    session, actions = window.session, window.menus.actions
    photo = composite(session.document, session.document.rect)

    actions["control_figure"].trigger()
    pose = session.document.active_layer()
    assert isinstance(pose, ControlLayer) and window.tool_bar.current is spec("pose")
    x, y = people_of(pose)[0][WRIST, :2].tolist()
    drag(window, (x, y), (x + 8, y - 20), (x + 12, y - 40))
    pose = session.document.active_layer()
    assert isinstance(pose, ControlLayer)
    lifted = people_of(pose)[0][WRIST]
    assert lifted[1] < y - 30

    Image.new("RGB", (64, 64), (40, 90, 220)).save(tmp_path / "look.png")
    window.references.add([file_picture(tmp_path / "look.png")])
    until(lambda: len(session.edit_settings.references) == 1, 20)

    window.tool_bar.choose(spec("mask"))
    window.tool_options.size = 60
    drag(window, (80, 40), (80, 90))
    mask = session.document.mask
    assert mask is not None
    settings = window.prompt.settings
    sampling = replace(settings.sampling, steps=4, sampler="ddim", seed=5, variations=1)
    window.prompt.show_settings(replace(settings, prompt="a man waving", sampling=sampling))
    window.prompt.generate.click()
    until(lambda: session.tray.items)
    request = session.tray.items[0].result.request
    assert isinstance(request, EditRequest)
    assert [use.kind for use in request.controls] == ["pose"]
    assert [use.mode for use in request.references] == ["look"]
    window.tray.apply.click()

    after = composite(session.document, session.document.rect)
    outside = mask.read(session.document.rect)[:, :, 0] == 0
    assert np.array_equal(after[outside], photo[outside])
    assert (after[~outside] != photo[~outside]).any(axis=1).mean() > 0.8

    made = session.document.active_layer()
    assert isinstance(made, GenerativeLayer)
    path = tmp_path / "journey.ora"
    save_document(session.document, path)
    opened = open_document(path).document
    back = opened.find(made.id)
    assert isinstance(back, GenerativeLayer)
    again = rerun_request(opened.remove(pose.id), back)
    assert np.array_equal(again.controls[0].image, request.controls[0].image)
    assert np.array_equal(again.references[0].image, request.references[0].image)
