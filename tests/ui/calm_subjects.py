"""A subjects panel in which nothing runs by itself, and photos of a ball."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np

from studio.catalog.subjects import LORA, RUN, Subject, write_subject
from studio.core.errors import Cancelled
from studio.core.progress import ProgressEvent
from studio.core.settings import Settings
from studio.edit.training import Score, TrainRequest, TrainSettings, TrainStatus
from studio.photos.photos import find_subject
from studio.session.jobs import Job, Listener
from studio.session.photos import load_photo
from studio.session.session import Session
from studio.session.subject_photos import PlannedPhoto, plan_photo
from studio.session.training_plans import make_request, write_plan
from studio.ui.training.subjects_panel import SubjectsPanel
from studio.ui.training.training_card import TrainingCard
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.theme import DARK
from studio.ui.widgets.widgets import IconHolder

QUICK = TrainSettings(steps=6, sample_every=6, batch=2, resolution=64, rank=4)


class Idle:
    """A runner that begins a job and leaves the rest to the test."""

    def __init__(self) -> None:
        self.started: list[tuple[Job, Listener]] = []

    def start(self, job: Job, listener: Listener) -> None:
        """Keep the job."""
        self.started.append((job, listener))

    def stop(self) -> None:
        """End the running job as the engine does when it was asked to stop."""
        job, listener = self.started[-1]
        assert job.cancelled.is_set()
        listener.on_failed(job, Cancelled())


class Calm:
    """A panel of a session in which nothing runs by itself."""

    def __init__(self, root: Path) -> None:
        self.runner = Idle()
        self.session = Session(self.runner, Settings(None), subjects_root=root)
        self.icons = Icons(DARK)
        self.panel = SubjectsPanel(self.session, IconHolder(self.icons))
        self.panel.resize(352, 700)
        self.panel.show()

    def put(self, name: str, **changes: object) -> Subject:
        """Put a subject into the library."""
        folder = self.session.subjects.folder_of(name)
        folder.mkdir(parents=True)
        values: dict[str, object] = {
            "name": name, "kind": "dog", "word": "sks dog", "method": "lora", "base": "starter",
            "model": "starter", "width": 512, "folder": folder, "files": (LORA,),
        }  # fmt: skip
        subject = Subject(**(values | changes))  # type: ignore[arg-type]
        for file in subject.files:
            (folder / file).write_bytes(b"")
        write_subject(subject)
        self.session.subjects.refresh()
        return subject

    def train(self, name: str = "luna") -> tuple[Job, TrainingCard]:
        """Queue a training that does not move."""
        folder = self.session.subjects.folder_of(name)
        (folder / RUN).mkdir(parents=True, exist_ok=True)
        request = TrainRequest(name=name, kind="dog", photos=(), folder=str(folder))
        job = self.session.queue.add(Job(request, name))
        card = self.panel.card_of(job)
        assert card is not None
        return job, card

    def tell(self, job: Job, step: int, **changes: object) -> None:
        """Report a step of a training, as the engine does."""
        status = TrainStatus(
            step, 300, tuple((n, 1.0 / (n + 1)) for n in range(step)),
            (Score(0, 0.4, 0.0), Score(100, 0.71, 0.05), Score(200, 0.8, 0.3)), 100,
            np.full((4, 32, 32, 3), 90, np.uint8), 42.0,
        )  # fmt: skip
        event = ProgressEvent(step / 300, "Learning", None, replace(status, **changes))  # type: ignore[arg-type]
        self.session.queue.on_progress(job, event)


def photo_file(path: Path, seed: int) -> Path:
    """Write a photo: a ball with dots somewhere on a soft ground with a little grain."""
    rng = np.random.default_rng(seed)
    soft = rng.integers(90, 190, (5, 6, 3), np.uint8)
    picture = cv2.resize(soft, (320, 240), interpolation=cv2.INTER_CUBIC)
    x, y = int(rng.uniform(110, 210)), int(rng.uniform(100, 140))
    cv2.circle(picture, (x, y), 64, (30, 40, 220), -1)
    for k in range(3):
        away = int(rng.uniform(-38, 38))
        cv2.circle(picture, (x + away, y + k * 16 - 16), 8, (255, 255, 255), -1)
    assert cv2.imwrite(str(path), cv2.add(picture, rng.integers(0, 12, picture.shape, np.uint8)))
    return path


def photos(folder: Path) -> list[PlannedPhoto]:
    found = []
    for number in range(3):
        photo = load_photo(photo_file(folder / f"photo {number}.png", number))
        found.append(plan_photo(photo, find_subject(photo.image)))
    return found


def begun(session: Session, folder: Path, settings: TrainSettings = QUICK) -> TrainRequest:
    """Leave a training that was begun and not ended."""
    taken = photos(folder)
    request = make_request("luna", "ball", taken, "starter", settings, session.subjects)
    write_plan(request, taken)
    return request
