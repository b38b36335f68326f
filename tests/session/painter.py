"""An engine that answers at once, and a session over it; also run as a process of its own."""

from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import numpy as np

from studio.core.settings import Settings
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.edit.settings import EditSettings
from studio.session.jobs import Job, Listener
from studio.session.session import Session


class Painter:
    """Answers each job at once with pictures that follow from the seed."""

    def __init__(self) -> None:
        self.jobs: list[Job] = []

    def start(self, job: Job, listener: Listener) -> None:
        self.jobs.append(job)
        request = job.request
        assert isinstance(request, EditRequest)
        first = max(request.sampling.seed, 0)
        seeds = tuple(first + i for i in range(request.sampling.variations))
        shape = (request.region.height, request.region.width, 3)
        images = tuple(
            np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8) for seed in seeds
        )
        listener.on_done(job, EditResult(request=request, images=images, seeds=seeds))


def painted_session(painter: Painter, journal: Path | None) -> Session:
    """Return a session with a photo, a mask and a prompt; each submit brings four results."""
    session = Session(painter, Settings(None), journal)
    session.new(300, 200)
    pixels = np.full((200, 300, 4), (10, 200, 30, 255), np.uint8)
    photo = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    session.edit("Add", lambda old: old.insert(photo))
    mask = Raster.from_array(np.full((60, 60), 255, np.uint8), 100, 80)
    session.edit("Mask", lambda old: old.replace(mask=mask))
    sampling = Sampling(seed=3, variations=4)
    session.edit_settings = EditSettings(prompt="a cat", sampling=sampling)
    return session


def main() -> None:
    """Let results land, apply one, say so, and wait to be killed.

    With ``kill`` as second argument the process kills itself as soon as the results have come.
    """
    session = painted_session(Painter(), Path(sys.argv[1]))
    if sys.argv[2:] == ["kill"]:
        session.committed.connect(lambda: os.kill(os.getpid(), signal.SIGKILL))
    session.submit(Task.FILL)
    session.apply(session.tray.items[1].id)
    assert session._journal is not None
    session._journal.flush()
    print("landed", flush=True)
    while True:
        time.sleep(1)


if __name__ == "__main__":
    main()
