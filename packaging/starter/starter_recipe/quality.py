"""Measures what a name does not tell: seams, variety, and colours on the right thing."""

from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import captions, joints, judge, models, scenes
from starter_recipe.bank import Composer
from starter_recipe.concepts import concepts
from starter_recipe.crowd import Described, stand
from starter_recipe.painter import Painter, centre_mask, test_photo, to_pixels
from starter_recipe.paths import Work
from starter_recipe.people import CLOTHES, Person
from starter_recipe.scenes import COLOURS
from studio.control_maps.pose import JOINTS
from studio.edit.region import inner_feather
from studio.edit.settings import EditSettings

FILLED = 16
VARIED = 12
SEEDS = 8
DRESSED = 48
HELD_OUT = 606


def measure(work: Work, painter: Painter) -> dict[str, Any]:
    """Return the figures of seams and variety, and of clothes where joints can be found."""
    figures = _seams(painter) | _variety(work, painter)
    if work.weights("joints").exists():
        figures |= _clothes(work, painter)
    return figures


def _seams(painter: Painter) -> dict[str, Any]:
    mask = centre_mask()
    things = np.linspace(0, len(concepts()) - 1, FILLED).astype(int).tolist()
    photos = [test_photo(number) for number in range(FILLED)]
    filled = painter.fill_in([captions.plain(i, "en") for i in things], photos, mask, 300)
    soft = inner_feather(mask * np.uint8(255), EditSettings().mask_blur)[..., None] / np.float32(
        255
    )
    blended = [
        np.rint(f * soft + p * (1 - soft)).astype(np.uint8)
        for f, p in zip(filled, photos, strict=True)
    ]
    return {
        "seam_pasted": seam(filled, photos, mask),
        "seam_feathered": seam(blended, photos, mask),
    }


def seam(filled: list[scenes.Pixels], photos: list[scenes.Pixels], mask: scenes.Pixels) -> float:
    """Return the mean step across a mask's border over that of the untouched photographs.

    Takes pictures (n, n, 3) uint8 and a mask (n, n) uint8, 1 inside; a step is the difference of
    two neighbours, one inside and one outside, summed over the channels.
    """
    made, real = (_steps(pictures, mask) for pictures in (filled, photos))
    return round(made / max(1e-9, real), 3)


def _steps(pictures: list[scenes.Pixels], mask: scenes.Pixels) -> float:
    stacked = np.stack(pictures).astype(np.int32)
    across = np.abs(np.diff(stacked, axis=2)).sum(-1)[:, np.diff(mask.astype(int), axis=1) != 0]
    down = np.abs(np.diff(stacked, axis=1)).sum(-1)[:, np.diff(mask.astype(int), axis=0) != 0]
    return float(np.concatenate([across, down], axis=1).mean())


def _variety(work: Work, painter: Painter) -> dict[str, Any]:
    """Compare how far seeds of one prompt lie apart with how far the data of that caption do."""
    expert = judge.load_judge(work)
    composer = Composer(work, seed=HELD_OUT)
    ours, theirs = [], []
    for concept in np.linspace(0, len(concepts()) - 1, VARIED).astype(int).tolist():
        prompt = captions.plain(concept, "en")
        caption = captions.Caption(prompt, "en", concept, 0, 0)
        rng = np.random.default_rng((HELD_OUT, concept))
        real = np.stack([composer.picture(rng, caption) for _ in range(SEEDS)])
        theirs.append(spread(expert, joints.to_tensor(real)))
        ours.append(spread(expert, painter.paint([prompt] * SEEDS, 100 * concept)))
    return {"variety_over_data": round(float(np.mean(ours) / np.mean(theirs)), 3)}


def spread(expert: judge.Judge, pictures: Tensor) -> float:
    """Return the mean distance between pictures (n, 3, h, w) by the features of the judge."""
    with torch.no_grad():
        features = expert.features(judge.to_judge(pictures))
    return float(torch.pdist(features).mean())


def _clothes(work: Work, painter: Painter) -> dict[str, Any]:
    """Ask for a shirt of one colour and trousers of another, and read both at the joints."""
    finder = joints.load_finder(work)
    rng = np.random.default_rng(HELD_OUT)
    asked = [rng.choice(len(CLOTHES), 2, replace=False).tolist() for _ in range(DRESSED)]
    prompts = [
        f"a man in a {CLOTHES[top]} shirt and {CLOTHES[bottom]} trousers standing"
        for top, bottom in asked
    ]
    made = torch.cat([painter.paint(prompts[i : i + 16], 500 + i) for i in range(0, DRESSED, 16)])
    drawn = [dressed(rng, CLOTHES[top], CLOTHES[bottom]) for top, bottom in asked]
    real = joints.to_tensor(np.stack([picture for picture, _ in drawn]))
    truth = np.array(asked)
    read = worn_colours(made, joints.find_joints(finder, made).numpy())
    return {
        "binding": _same(read, truth),
        "binding_shuffled": _same(read, np.roll(truth, 1, axis=0)),
        "binding_judge_real": _same(
            worn_colours(real, joints.find_joints(finder, real).numpy()), truth
        ),
    }


def dressed(rng: np.random.Generator, top: str, bottom: str) -> tuple[scenes.Pixels, scenes.Floats]:
    """Draw a man in clothes of two colours: (128, 128, 3) uint8 and his joints (18, 3)."""
    person = Person("man", "standing", top, bottom, False, 1, 1, False)
    standing = stand(rng, Described("", "en", person, False, 0), models.SIDE, (0.8, 0.98))
    background = scenes.named_background(rng, models.SIDE, "white")
    return scenes.over(standing.thing, background).image, standing.joints


def _same(read: NDArray[np.int64], truth: NDArray[np.int64]) -> float:
    return round(float((read == truth).mean()), 4)


def worn_colours(pictures: Tensor, found: scenes.Floats) -> NDArray[np.int64]:
    """Read the colours of shirt and trousers off pictures (n, 3, 128, 128) in -1..1.

    Takes the places (n, 18, 2) of the joints in pixels and returns (n, 2) places in CLOTHES: the
    nearest colour in CIELAB, brightness counting half, in the middle of the chest and on the
    thighs.
    """
    at = {name: found[:, i] for i, name in enumerate(JOINTS)}
    sides = ("left", "right")
    chest = np.mean(
        [at[f"{side} {part}"] for side in sides for part in ("shoulder", "hip")], axis=0
    )
    thighs = [(at[f"{side} hip"] + at[f"{side} knee"]) / 2 for side in sides]
    named = _lab(np.array([[COLOURS[name] for name in CLOTHES]], np.uint8))[0]
    rows = []
    for number, picture in enumerate(to_pixels(pictures)):
        lab = _lab(picture)
        spots = [[chest[number]], [thigh[number] for thigh in thighs]]
        rows.append([_nearest(lab, places, named) for places in spots])
    return np.array(rows, np.int64)


def _lab(pixels: scenes.Pixels) -> scenes.Floats:
    lab = cv2.cvtColor(pixels.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    return np.asarray(lab * np.array([0.5, 1, 1], np.float32))


def _nearest(lab: scenes.Floats, places: list[scenes.Floats], named: scenes.Floats) -> int:
    patches = []
    for x, y in places:
        left, top = (int(np.clip(round(float(c)), 2, lab.shape[0] - 3)) for c in (x, y))
        patches.append(lab[top - 2 : top + 3, left - 2 : left + 3].reshape(-1, 3))
    colour = np.median(np.concatenate(patches), axis=0)
    return int(np.linalg.norm(named - colour, axis=1).argmin())
