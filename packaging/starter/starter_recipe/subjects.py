"""Measures the teaching of subjects that the starter has never seen, drawn here and held out."""

import json
import tempfile
import time
from typing import Any

import cv2
import numpy as np
import torch
from PIL import Image
from torch import Tensor

from starter_recipe import scenes
from starter_recipe.concepts import concepts
from starter_recipe.models import SIDE
from starter_recipe.paths import PROJECT, Work
from starter_recipe.scenes import COLOURS
from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.edit.training import TrainPhoto, TrainRequest, TrainSettings
from studio.engine.engine import Engine
from studio.engine.training.data import with_article
from studio.engine.training.scores import ImageEncoder, drift, on_grey

KIND = "penguin"
SUBJECTS = 4
PHOTOS = 4
PICTURES = 6
SHEET = PROJECT / "docs" / "images" / "subjects.jpg"


def measure(work: Work, minutes: float) -> None:
    """Teach several subjects of one kind, with and without keeping the class, and print figures."""
    del minutes
    engine = Engine()
    engine.warm_up(str(work.result))
    encoder = ImageEncoder.of(identify(work.result))
    drawn = [[photo(_sprite(work, n), work, 100 * n + i) for i in range(PHOTOS)] for n in
             range(SUBJECTS)]  # fmt: skip
    figures: dict[str, Any] = {"kind": KIND, "subjects": SUBJECTS}
    rows = [np.hstack([image for image, _ in some]) for some in drawn[:1]]
    plain = _paint(work, engine, with_article(KIND), None)
    for prior in ("frozen", "none"):
        made, drifts, followed, seconds = [], [], [], []
        for number, photos in enumerate(drawn):
            with tempfile.TemporaryDirectory() as folder:
                began = time.monotonic()
                engine.run(_request(work, photos, folder, prior))
                seconds.append(time.monotonic() - began)
                use = AdapterUse("subject", folder)
                made.append(_paint(work, engine, "a photo of <luna>", use))
                moved = _paint(work, engine, with_article(KIND), use)
                drifts.append(drift(encoder.directions(moved), encoder.directions(plain)))
                followed.append(_follows(work, engine, "<luna>", use))
            if number == 0:
                rows += [np.hstack(list(made[0][:PHOTOS])), np.hstack(list(moved[:PHOTOS]))]
        found = {
            "auc": _separation(encoder, made, drawn),
            "drift": float(np.mean(drifts)),
            "follows": float(np.mean(followed)),
            "seconds": float(np.mean(seconds)),
        }
        figures[prior] = {name: round(value, 3) for name, value in found.items()}
        print(prior, figures[prior], flush=True)
    figures["follows_base"] = round(_follows(work, engine, with_article(KIND), None), 3)
    print(json.dumps(figures, indent=1))
    Image.fromarray(np.vstack(rows)).save(SHEET, quality=90)


def _request(
    work: Work, photos: list[tuple[scenes.Pixels, scenes.Pixels]], folder: str, prior: str
) -> TrainRequest:
    return TrainRequest(
        name="luna",
        kind=KIND,
        photos=tuple(TrainPhoto(image, mask) for image, mask in photos),
        folder=folder,
        model=str(work.result),
        settings=TrainSettings(prior=prior),
    )


def _paint(
    work: Work, engine: Engine, prompt: str, use: AdapterUse | None, count: int = PICTURES
) -> scenes.Pixels:
    """Return (count, 128, 128, 3) uint8 in 20 steps."""
    spec = identify(work.result)
    defaults = spec.defaults
    request = EditRequest(
        task=Task.GENERATE,
        prompt=prompt,
        region=Rect(0, 0, SIDE, SIDE),
        model=str(work.result),
        sampling=Sampling(
            defaults.steps, defaults.cfg_scale, defaults.sampler, seed=500, variations=count
        ),
        adapters=() if use is None else (use,),
    )
    return np.stack(engine.run(request).images)


def _follows(work: Work, engine: Engine, words: str, use: AdapterUse | None) -> float:
    """Return in how many of twelve backgrounds the border has the colour that was asked for."""
    right = 0
    for name in COLOURS:
        picture = _paint(work, engine, f"{words} on a {name} background", use, 1)[0]
        border = np.concatenate([picture[:6].reshape(-1, 3), picture[:, :6].reshape(-1, 3)])
        seen = np.median(border, axis=0)
        table = {other: np.abs(np.array(value, float) - seen).sum() for other, value in
                 COLOURS.items()}  # fmt: skip
        right += min(table, key=lambda other: table[other]) == name
    return right / len(COLOURS)


def _separation(
    encoder: ImageEncoder,
    made: list[scenes.Pixels],
    drawn: list[list[tuple[scenes.Pixels, scenes.Pixels]]],
) -> float:
    """Return the AUC of a picture's likeness to its own subject against others of the kind."""
    own_photos = [encoder.directions(on_grey(i, m) for i, m in photos) for photos in drawn]
    middle = torch.cat(own_photos).mean(0)

    def centred(rows: Tensor) -> Tensor:
        return torch.nn.functional.normalize(rows - middle, dim=1)

    photos = [centred(rows) for rows in own_photos]
    wins = total = 0.0
    for number, pictures in enumerate(made):
        rows = centred(encoder.directions(pictures))
        likeness = torch.stack([(rows @ other.T).mean(1) for other in photos], 1)
        for other in range(len(drawn)):
            if other != number:
                wins += float((likeness[:, number] > likeness[:, other]).float().sum())
                total += len(rows)
    return wins / total


def _sprite(work: Work, number: int) -> scenes.Pixels:
    """Return a kind's drawing in colours and a pattern of its own, (144, 144, 4) premultiplied."""
    names = [concept.en for concept in concepts()]
    sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
    sprite = np.array(sprites[names.index(KIND), 0]).astype(np.float32)
    alpha = sprite[..., 3:] / 255
    plain = np.where(alpha > 0, sprite[..., :3] / np.maximum(alpha, 1e-3), 0)
    hsv = cv2.cvtColor(plain.clip(0, 255).astype(np.uint8), cv2.COLOR_RGB2HSV).astype(int)
    hsv[..., 0] = (hsv[..., 0] + 180 * number // SUBJECTS) % 180
    hsv[..., 1] = np.clip(hsv[..., 1] * 1.3 + 40, 0, 255)
    coloured = cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2RGB).astype(np.float32)
    y, x = np.mgrid[:144, :144]
    patterns = ((x // 9 + y // 9) % 4 == 0, (x % 26 - 13) ** 2 + (y % 26 - 13) ** 2 < 49,
                (x + y) // 8 % 3 == 0, (y // 10) % 3 == 0)  # fmt: skip
    paint = np.random.default_rng(1000 + number).integers(0, 256, 3)
    coloured = np.where(patterns[number % 4][..., None], 0.25 * coloured + 0.75 * paint, coloured)
    return np.concatenate([coloured * alpha, alpha * 255], -1)


def photo(sprite: scenes.Pixels, work: Work, seed: int) -> tuple[scenes.Pixels, scenes.Pixels]:
    """Put a sprite onto a photograph; returns (128, 128, 3) and its mask (128, 128), uint8."""
    rng = np.random.default_rng(seed)
    photos = np.load(work.art / "photos.npy", mmap_mode="r")
    ground = np.array(photos[rng.integers(len(photos))])[..., :3]
    ground = cv2.resize(ground, (SIDE, SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    scale = SIDE / 144 * rng.uniform(0.7, 0.95)
    turn = cv2.getRotationMatrix2D((72, 72), rng.uniform(-20, 20), scale)
    across, down = SIDE / 2 - 72 + rng.uniform(-0.05, 0.05, 2) * SIDE
    turn = np.asarray(turn + np.array([[0, 0, across], [0, 0, down]]))
    turned = sprite[:, ::-1] if rng.random() < 0.5 else sprite
    placed = cv2.warpAffine(np.ascontiguousarray(turned, np.float32), turn, (SIDE, SIDE))
    alpha = placed[..., 3:] / 255
    image = placed[..., :3] + ground * (1 - alpha)
    mask = (alpha[..., 0] * 255).clip(0, 255)
    return image.clip(0, 255).astype(np.uint8), mask.astype(np.uint8)
