"""Measures what comes with the UNet: ControlNets, the four-step LoRA, the IP-Adapter."""

from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from starter_recipe import captions, classes, control, fewstep, joints, judge, meter, scenes
from starter_recipe.bank import Composer, Sample, encode_pictures
from starter_recipe.concepts import concepts
from starter_recipe.painter import Painter, to_pixels
from starter_recipe.paths import Work
from studio.control_maps.segmentation import mean_iou

PICTURES = 64
HELD_OUT = 505
TOLERANCE = 1
SURFACES = {"depth": "depth_correlation", "segmentation": "segmentation_iou"}
"""The kinds of map that say something everywhere, and how their figures are named."""

SOMEBODY = 0.25
"""The part of the pictures for them that shows people."""


def measure(work: Work, painter: Painter) -> dict[str, Any]:
    """Return the figures of each of them that lies in the result folder."""
    composer = Composer(work, seed=HELD_OUT)
    found: dict[str, Any] = {}
    if (work.result / "controlnet-canny").exists():
        found |= _edges(composer, painter)
    if (work.result / "controlnet-pose").exists():
        found |= _poses(work, composer, painter)
    for kind in SURFACES:
        if (work.result / f"controlnet-{kind}").exists():
            found |= _surfaces(kind, work, composer, painter)
    if (work.result / fewstep.FILE).exists():
        found |= _four_steps(work, painter)
    if (work.result / "ip_adapter").exists():
        found |= _references(work, composer, painter)
    return found


def _four_steps(work: Work, painter: Painter) -> dict[str, Any]:
    expert = judge.load_judge(work)
    prompts = [captions.plain(i, "en") for i in range(len(concepts()))]
    made = painter.quick(prompts, 0)
    return {"top1_en_four_steps": judge.hits(judge.scores(expert, made), torch.arange(len(made)))}


def _references(work: Work, composer: Composer, painter: Painter) -> dict[str, Any]:
    """Compare what was painted after a reference, and no words, with it and with the others."""
    expert = judge.load_judge(work)
    pictures = [sample.image for sample in unmasked(composer, people=False)]
    made = painter.liken(pictures, 9000)
    with torch.no_grad():
        ours = expert.features(judge.to_judge(made))
        theirs = expert.features(judge.to_judge(joints.to_tensor(np.stack(pictures))))
    middle = theirs.mean(0)
    ours, theirs = (F.normalize(rows - middle, dim=1) for rows in (ours, theirs))
    return {"reference_auc": round(separation(ours @ theirs.T), 4)}


def separation(likeness: Tensor) -> float:
    """Return the AUC of the diagonal of (n, n) against the rest of its row."""
    own = likeness.diagonal()[:, None]
    wins = (own > likeness).float() + 0.5 * (own == likeness).float()
    count = len(likeness)
    return float((wins.sum() - 0.5 * count) / (count * (count - 1)))


def _edges(composer: Composer, painter: Painter) -> dict[str, Any]:
    samples = unmasked(composer, people=False)
    prompts = [said(composer, sample) for sample in samples]
    maps = [control.canny_map(sample.image) for sample in samples]
    figures = {}
    for name, made in _with_and_without(painter, "canny", prompts, maps):
        pictures = to_pixels(made)
        scores = [
            edge_f1(control.canny_map(picture), given)
            for picture, given in zip(pictures, maps, strict=True)
        ]
        figures[f"canny_f1{name}"] = round(float(np.mean(scores)), 4)
    return figures


def _poses(work: Work, composer: Composer, painter: Painter) -> dict[str, Any]:
    finder = joints.load_finder(work)
    samples = unmasked(composer, people=True)
    prompts = [said(composer, sample) for sample in samples]
    maps = [control.pose_map(sample) for sample in samples]
    truth = torch.from_numpy(np.stack([s.joints for s in samples if s.joints is not None]))
    figures = {}
    pictures = [*_real(painter, samples), *_with_and_without(painter, "pose", prompts, maps)]
    for name, made in pictures:
        figures[f"pose_pck{name}"] = _pck(finder, made, truth)
    return figures


def _real(painter: Painter, samples: list[Sample]) -> list[tuple[str, Tensor]]:
    """Return the pictures of samples as they are, and after the autoencoder."""
    images = [sample.image for sample in samples]
    latents = encode_pictures(painter.vae, images)
    with torch.no_grad():
        through = painter.vae.decode(latents).sample
    return [("_real", joints.to_tensor(np.stack(images))), ("_real_through_vae", through)]


def _surfaces(kind: str, work: Work, composer: Composer, painter: Painter) -> dict[str, Any]:
    seer = meter.load_seer(work)
    samples = solid(composer, PICTURES)
    prompts = [said(composer, sample) for sample in samples]
    maps = [control.KINDS[kind].draw(sample) for sample in samples]
    pictures = [*_real(painter, samples), *_with_and_without(painter, kind, prompts, maps)]
    return {
        f"{SURFACES[kind]}{name}": agreement(kind, seer, made, samples) for name, made in pictures
    }


def solid(composer: Composer, count: int) -> list[Sample]:
    """Return held-out samples of things, and after them of people."""
    people = round(SOMEBODY * count)
    return unmasked(composer, False, count - people) + unmasked(composer, True, people)


def agreement(kind: str, seer: meter.Seer, pictures: Tensor, samples: list[Sample]) -> float:
    """Return how well pictures (n, 3, 128, 128) in -1..1 follow the maps of samples, by the meter.

    For depth the mean correlation of the given map with how surely something stands at a pixel,
    for segmentation the mean IoU of the classes, of which all backgrounds count as one.
    """
    surely, found = seer.read(pictures)
    if kind == "depth":
        maps = (control.KINDS[kind].draw(sample)[..., 0] for sample in samples)
        scores = [correlation(m, row) for m, row in zip(maps, surely.numpy(), strict=True)]
    else:
        labels = map(classes.class_labels, samples)
        scores = [mean_iou(row, truth) for row, truth in zip(found, labels, strict=True)]
    return round(float(np.mean(scores)), 4)


def correlation(given: "np.ndarray[Any, Any]", made: "np.ndarray[Any, Any]") -> float:
    """Return Pearson's correlation of two maps (h, w); 0 where one of them says nothing."""
    first, second = (part.astype(np.float64) - part.mean() for part in (given, made))
    size = float(np.sqrt((first**2).sum() * (second**2).sum()))
    return float((first * second).sum() / size) if size > 1e-9 else 0.0


def _pck(finder: joints.Finder, pictures: Tensor, truth: Tensor) -> float:
    found = joints.find_joints(finder, pictures)
    return round(joints.correct_keypoints(found, truth), 4)


def said(composer: Composer, sample: Sample) -> str:
    """Return the caption of a sample: of a thing, of somebody or of two things."""
    texts = [one.text for pool in (composer.pool, composer.crowd, composer.pairs) for one in pool]
    return texts[sample.caption]


def unmasked(composer: Composer, people: bool, count: int = PICTURES) -> list[Sample]:
    """Return held-out samples of text to image, each with something to steer by."""
    found: list[Sample] = []
    number = 0
    while len(found) < count:
        sample = composer.person(number) if people else composer.sample(number)
        number += 1
        if sample.mask is None:
            found.append(sample)
    return found


def _with_and_without(
    painter: Painter, kind: str, prompts: list[str], maps: list[scenes.Pixels]
) -> list[tuple[str, Tensor]]:
    plain = [painter.paint(prompts[i : i + 16], 7000 + i) for i in range(0, len(prompts), 16)]
    return [("", painter.steer(kind, prompts, maps, 7000)), ("_uncontrolled", torch.cat(plain))]


def edge_f1(made: scenes.Pixels, given: scenes.Pixels) -> float:
    """Return the F1 of edges (n, n, 3) uint8 against given ones, a pixel of distance allowed."""
    ours, theirs = (edges[..., 0] > 0 for edges in (made, given))
    if not ours.any() or not theirs.any():
        return float(ours.any() == theirs.any())
    precision = float(_grown(theirs)[ours].mean())
    recall = float(_grown(ours)[theirs].mean())
    return 2 * precision * recall / max(1e-9, precision + recall)


def _grown(edges: "np.ndarray[Any, np.dtype[np.bool_]]") -> "np.ndarray[Any, np.dtype[np.bool_]]":
    size = 2 * TOLERANCE + 1
    return np.asarray(cv2.dilate(edges.astype(np.uint8), np.ones((size, size), np.uint8)) > 0)
