"""Remove and Lift on a full-size photo: outside the filled place the picture keeps every byte."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.photo_tools import PhotoRequest
from studio.edit.request import EditRequest
from studio.engine.device import choose_device
from studio.engine.photo.networks import Networks
from studio.engine.photo.running import run_photo_edit, run_photo_tool
from studio.retouch.holes import grown, margin_of
from studio.session.jobs import Job, Listener
from studio.session.photo.lift import lift
from studio.session.photo.remove import remove
from studio.session.session import Session

Pixels = NDArray[np.uint8]
HEIGHT, WIDTH = 1200, 1800
pytestmark = pytest.mark.needs_asset("migan", "selfie", "modnet")


class Inline:
    """Runs each request at once."""

    def __init__(self) -> None:
        self.networks = Networks(choose_device("cpu"))

    def start(self, job: Job, listener: Listener) -> None:
        request = job.request
        if isinstance(request, PhotoRequest):
            listener.on_done(job, run_photo_tool(request, Progress(), self.networks))
        else:
            assert isinstance(request, EditRequest)
            listener.on_done(job, run_photo_edit(request, Progress(), self.networks))


def photo() -> tuple[Pixels, Pixels]:
    """Return a photo of a red ball on grainy ground, and the ball's mask."""
    rng = np.random.default_rng(6)
    y, x = np.mgrid[:HEIGHT, :WIDTH]
    ground = 110 + 40 * np.sin(x / 70) + rng.integers(-9, 10, (HEIGHT, WIDTH))
    picture = np.dstack([ground, ground + 15, ground - 20]).astype(np.uint8)
    mask = np.where((x - 700) ** 2 + (y - 600) ** 2 < 240**2, 255, 0).astype(np.uint8)
    picture[mask > 0] = (200, 30, 30)
    return picture, mask


def session_of(picture: Pixels) -> Session:
    session = Session(Inline(), Settings(None))
    session.begin(document_from_array(picture, "ball"))
    return session


def seen(document: Document) -> Pixels:
    return composite(document, document.rect)[:, :, :3]


def test_a_removal_changes_no_byte_outside_the_grown_mask() -> None:
    picture, mask = photo()
    session = session_of(picture)
    remove(session, Raster.from_array(mask), variations=1)
    outside = ~grown(mask > 0, margin_of(mask > 0))
    made = seen(session.document)
    assert np.array_equal(made[outside], picture[outside])
    assert np.abs(made[mask > 0].astype(int) - picture[mask > 0]).mean() > 20


def test_a_lift_changes_no_byte_outside_the_place_behind() -> None:
    picture, mask = photo()
    session = session_of(picture)
    lift(session, Raster.from_array(mask))
    document = session.document
    behind, thing = document.layers[-2:]
    alpha = behind.raster.read(document.rect)[:, :, 3]
    # The thing's margin, and no more than a photo's edge is soft.
    assert not alpha[~grown(mask > 0, 80)].any()
    made = seen(document)
    assert np.array_equal(made[alpha == 0], picture[alpha == 0])
    away = thing.replace(x=thing.x + 700)
    moved = seen(document.update(away))
    kept = (alpha == 0) & (away.raster.read(document.rect.shift(-700, 0))[:, :, 3] == 0)
    assert kept.mean() > 0.7
    assert np.array_equal(moved[kept], picture[kept])
    assert np.abs(moved[mask > 0].astype(int) - picture[mask > 0]).mean() > 20
