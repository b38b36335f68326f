"""Measures the companions from inside the product: from a document's layers to a result's layer."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F

from starter_recipe import control, joints, judge, meter, scenes, steering
from starter_recipe.bank import Composer, Sample
from starter_recipe.models import SIDE
from starter_recipe.paths import Work
from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.control import control_layer, pose_layer
from studio.document.document import Document
from studio.document.layer import ControlLayer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.request import Sampling, Task
from studio.edit.steering import Reference
from studio.engine.engine import Engine
from studio.session.jobs import InlineRunner
from studio.session.session import Session

CANVAS = 256
TIMES = CANVAS // SIDE
PICTURES = 32
HELD_OUT = 808
PAPER = Rect(0, 0, CANVAS, CANVAS)


class Studio:
    """A session without a window over the real engine."""

    def __init__(self, work: Work) -> None:
        self.session = Session(InlineRunner(Engine()), Settings(None))
        spec = identify(work.result)
        defaults = spec.defaults
        self.sampling = Sampling(defaults.steps, defaults.cfg_scale, defaults.sampler, seed=1)
        self.model = str(work.result)

    def begin(self, prompt: str, seed: int, references: tuple[Reference, ...] = ()) -> None:
        """Open an empty canvas and fill in the prompt panel."""
        self.session.new(CANVAS, CANVAS)
        self.session.edit_settings = replace(
            self.session.edit_settings,
            prompt=prompt,
            model=self.model,
            sampling=replace(self.sampling, seed=seed),
            references=references,
        )

    def result(self, task: Task = Task.GENERATE) -> scenes.Pixels:
        """Run, apply the result and return what its layer shows, (128, 128, 3) uint8."""
        session = self.session
        session.submit(task)
        item = session.tray.items[0]
        session.apply(item.id)
        shown = composite(session.document, session.document.rect)[:, :, :3]
        return np.asarray(cv2.resize(shown, (SIDE, SIDE), interpolation=cv2.INTER_AREA))


def measure(work: Work, minutes: float) -> None:
    """Print the figures of control and reference, request to layer, and write them as JSON."""
    del minutes
    studio, composer = Studio(work), Composer(work, seed=HELD_OUT)
    figures = _edges(studio, composer) | _poses(work, studio, composer)
    for kind in steering.SURFACES:
        if (work.result / f"controlnet-{kind}").exists():
            figures |= _surfaces(kind, work, studio, composer)
    figures |= _likeness(work, studio, composer)
    text = json.dumps(figures, indent=1)
    (work.root / "product.json").write_text(text + "\n", "utf-8")
    print(text)


def _edges(studio: Studio, composer: Composer) -> dict[str, Any]:
    scores: dict[bool, list[float]] = {True: [], False: []}
    for number, sample in enumerate(steering.unmasked(composer, False, PICTURES)):
        given = control.canny_map(sample.image)
        for used in scores:
            studio.begin(steering.said(composer, sample), number)
            photo = RasterLayer(raster=Raster.from_array(_large(sample)))
            studio.session.edit("Photo", partial(Document.insert, layer=photo))
            studio.session.annotate("canny", "canny", {"side": SIDE})
            _leave(studio.session, used)
            made = studio.result()
            scores[used].append(steering.edge_f1(control.canny_map(made), given))
    means = {used: round(float(np.mean(found)), 4) for used, found in scores.items()}
    return {"canny_f1": means[True], "canny_f1_uncontrolled": means[False]}


def _leave(session: Session, used: bool) -> None:
    """Keep the control layer alone, switched on or off."""

    def only_control(document: Document) -> Document:
        (layer,) = (one for one in document.layers if isinstance(one, ControlLayer))
        layer = layer.replace(control=layer.control.replace(used=used))
        return document.replace(layers=(layer,), active=layer.id)

    session.edit("Only the control", only_control)


def _large(sample: Sample) -> scenes.Pixels:
    rgb = cv2.resize(sample.image, (CANVAS, CANVAS), interpolation=cv2.INTER_NEAREST)
    return np.dstack([rgb, np.full((CANVAS, CANVAS), 255, np.uint8)])


def _poses(work: Work, studio: Studio, composer: Composer) -> dict[str, Any]:
    finder = joints.load_finder(work)
    made: dict[bool, list[scenes.Pixels]] = {True: [], False: []}
    samples = steering.unmasked(composer, True, PICTURES)
    for number, sample in enumerate(samples):
        if sample.joints is None:
            continue
        person = sample.joints * np.array((TIMES, TIMES, 1), np.float32)
        for used, found in made.items():
            studio.begin(steering.said(composer, sample), number)
            layer = pose_layer([person], PAPER, "pose")
            studio.session.edit("Pose", partial(Document.insert, layer=layer))
            _leave(studio.session, used)
            found.append(studio.result())
    truth = torch.from_numpy(np.stack([s.joints for s in samples if s.joints is not None]))
    figures = {}
    for used, name in ((True, "pose_pck"), (False, "pose_pck_uncontrolled")):
        places = joints.find_joints(finder, joints.to_tensor(np.stack(made[used])))
        figures[name] = round(joints.correct_keypoints(places, truth), 4)
    return figures


def _surfaces(kind: str, work: Work, studio: Studio, composer: Composer) -> dict[str, Any]:
    seer = meter.load_seer(work)
    made: dict[bool, list[scenes.Pixels]] = {True: [], False: []}
    samples = steering.solid(composer, PICTURES)
    for number, sample in enumerate(samples):
        drawn = control.KINDS[kind].draw(sample)
        large = cv2.resize(drawn, (CANVAS, CANVAS), interpolation=cv2.INTER_NEAREST)
        layer = control_layer(kind, np.asarray(large, np.uint8), kind)
        for used, found in made.items():
            studio.begin(steering.said(composer, sample), number)
            studio.session.edit("Map", partial(Document.insert, layer=layer))
            _leave(studio.session, used)
            found.append(studio.result())
    name = steering.SURFACES[kind]
    return {
        name + ("" if used else "_uncontrolled"): steering.agreement(
            kind, seer, joints.to_tensor(np.stack(found)), samples
        )
        for used, found in made.items()
    }


def _likeness(work: Work, studio: Studio, composer: Composer) -> dict[str, Any]:
    """Fill the whole canvas without words after a reference, and compare with all of them."""
    expert = judge.load_judge(work)
    pictures = [sample.image for sample in steering.unmasked(composer, False, PICTURES)]
    made = []
    for number, picture in enumerate(pictures):
        studio.begin("", number, (Reference(picture, mode="subject"),))
        white = RasterLayer(raster=Raster.filled(PAPER, 255, 4))
        studio.session.edit("Paper", partial(Document.insert, layer=white))
        made.append(studio.result(Task.REPLACE))
    with torch.no_grad():
        ours, theirs = (
            expert.features(judge.to_judge(joints.to_tensor(np.stack(some))))
            for some in (made, pictures)
        )
    middle = theirs.mean(0)
    ours, theirs = (F.normalize(rows - middle, dim=1) for rows in (ours, theirs))
    return {"reference_auc": round(steering.separation(ours @ theirs.T), 4)}
