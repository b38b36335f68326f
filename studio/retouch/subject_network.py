"""Finds the subject of a photo by small networks that OpenCV runs.

U2NetP (Qin et al. 2020, "U2-Net") finds anything that stands out. MODNet (Ke et al. 2022) finds
people, with their hair, but its answer for anything else is useless. A person is there if MODNet
and MediaPipe's selfie network, which were trained apart, find the same; else U2NetP decides alone.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.retouch.matting import grown

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

Get = Callable[[str], "cv2.dnn.Net | None"]
"""Returns the network of an asset id, None if the asset is missing; for optional ones only."""

U2NETP, MODNET, SELFIE = "u2netp", "modnet", "selfie"
FILES = {U2NETP: "u2netp.onnx", MODNET: "modnet.onnx", SELFIE: "selfie_segmentation.tflite"}

U2_SIDE = 320
"""Width and height of U2NetP's input, as trained."""

SELFIE_SIDE = 256
"""Width and height of the selfie network's input."""

MODNET_SHORT, MODNET_LONG, MODNET_STEP = 512, 1024, 32
"""MODNet's input: the shorter side, the limit of the longer one, and what divides both."""

MEAN = np.array((0.485, 0.456, 0.406), np.float32)
SPREAD = np.array((0.229, 0.224, 0.225), np.float32)
"""Of the colours of ImageNet, which U2NetP was trained with."""

AGREEMENT = 0.82
"""Least intersection over union of MODNet and the selfie network for a person.

On the photos tried, people have 0.94 to 0.96; painted people and cats' faces have up to 0.78, a cup
0.3, others less.
"""

AGREEMENT_WITH_ROUGH = 0.75
"""The same of either network and a mask that the artist chose, which has a coarser edge."""

BEYOND = 0.06
"""How far a person's hair may reach beyond the mask that was chosen, over the longer side."""

LEAST_PERSON = 0.01
"""The smallest share of the photo that a person covers; less is left to U2NetP."""

MARGIN = 0.15
"""The surroundings that the networks for people see, over the longer side of what was found."""

SURE, UNSURE = 0.8, 0.2
"""Answers of U2NetP that are almost certain, and that are not nothing."""

LEAST_SUBJECT = 0.001
"""The smallest share of the photo that is certainly subject."""

LEAST_CLEAR = 0.3
"""The least of what is certainly subject over what may be one.

Photos with a subject have 0.6 to 0.99, grass, bricks and a page of text 0 to 0.1.
"""


@dataclass(frozen=True, slots=True, eq=False)
class SubjectFound:
    """The subject of a photo: ``mask`` (h, w) uint8 of the photo's size, soft at its edge.

    ``person`` tells whether people were found, so that the edge is that of MODNet, with hair.
    """

    mask: Pixels = field(repr=False)
    person: bool


def read_network(path: Path) -> cv2.dnn.Net:
    """Load a network from an ONNX or TFLite file; StudioError if it cannot be read."""
    try:
        return cv2.dnn.readNet(str(path))
    except cv2.error as error:
        raise StudioError(
            "The network {name} cannot be read.",
            "Fetch it again with: lienzo assets fetch",
            name=path.name,
        ) from error


def find_subject_mask(image: Pixels, saliency: cv2.dnn.Net, get: Get) -> SubjectFound | None:
    """Find the subject of a photo (h, w, 3 or 4) uint8 sRGB; None if nothing stands out.

    ``saliency`` is U2NetP; ``get`` returns the networks for people, which may be missing.
    """
    rgb = np.ascontiguousarray(image[:, :, :3])
    small = _no_larger(rgb, 2 * MODNET_LONG)
    stands_out = saliency_map(small, saliency)
    person = _person(small, stands_out, get)
    if person is not None:
        return SubjectFound(_sized(person, rgb), True)
    sure, may_be = float((stands_out > SURE).mean()), float((stands_out > UNSURE).mean())
    if sure < LEAST_SUBJECT or sure < LEAST_CLEAR * may_be:
        return None
    return SubjectFound(_sized(stands_out, rgb), False)


def saliency_map(rgb: Pixels, network: cv2.dnn.Net) -> Floats:
    """Return U2NetP's answer for (h, w, 3) uint8 sRGB: (320, 320) float32 in 0..1."""
    small = cv2.resize(rgb, (U2_SIDE, U2_SIDE), interpolation=cv2.INTER_AREA).astype(np.float32)
    small /= max(1.0, float(small.max()))
    return _answer(network, (small - MEAN) / SPREAD)


def person_matte(rgb: Pixels, network: cv2.dnn.Net) -> Floats:
    """Return MODNet's alpha of the people in (h, w, 3) uint8 sRGB, float32 in 0..1.

    Its size is that of the network's input; the proportions are those of the photo, about.
    """
    height, width = rgb.shape[:2]
    scale = min(MODNET_SHORT / min(height, width), MODNET_LONG / max(height, width))
    size = tuple(
        max(MODNET_STEP, round(side * scale / MODNET_STEP) * MODNET_STEP)
        for side in (width, height)
    )
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    return _answer(network, small / np.float32(127.5) - 1)


def selfie_map(rgb: Pixels, network: cv2.dnn.Net) -> Floats:
    """Return where the selfie network finds people: (256, 256) float32 in 0..1."""
    side = SELFIE_SIDE, SELFIE_SIDE
    small = cv2.resize(rgb, side, interpolation=cv2.INTER_AREA).astype(np.float32)
    return _answer(network, small / np.float32(255))


def person_edge(image: Pixels, rough: Pixels, get: Get) -> Pixels | None:
    """Return MODNet's alpha of a chosen person, (h, w) uint8; None if the chosen is no person.

    ``image`` (h, w, 3 or 4) uint8 sRGB shows the person with some surroundings, ``rough`` (h, w)
    uint8 is the mask that was chosen. Other people, far from that mask, are left out.
    """
    selfie, network = get(SELFIE), get(MODNET)
    if selfie is None or network is None:
        return None
    rgb = _no_larger(np.ascontiguousarray(image[:, :, :3]), 2 * MODNET_LONG)
    chosen = rough.astype(np.float32) / np.float32(255)
    if overlap(selfie_map(rgb, selfie), chosen) < AGREEMENT_WITH_ROUGH:
        return None
    matte = person_matte(rgb, network)
    if overlap(matte, chosen) < AGREEMENT_WITH_ROUGH:
        return None
    return _near(_sized(matte, image), rough)


def _near(person: Pixels, rough: Pixels) -> Pixels:
    """Return a person's alpha without other people: what is near the mask that was chosen.

    Where the person goes on beyond that, as with something that they hold, the chosen mask stays.
    """
    chosen = (rough > 127).astype(np.uint8) * np.uint8(255)
    _, _, width, height = cv2.boundingRect(chosen)
    reach = max(4, round(BEYOND * max(width, height)))
    near = grown(chosen, reach)
    more = ((person > 127) & (near == 0)).astype(np.uint8)
    more = cv2.morphologyEx(more, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    more_near = grown(np.asarray(more, np.uint8), round(1.5 * reach) + 2)
    core = cv2.erode(chosen, np.ones((5, 5), np.uint8))
    found = np.where(more_near > 0, rough, np.where(near > 0, person, 0))
    return np.maximum(found, core).astype(np.uint8)


def _person(rgb: Pixels, stands_out: Floats, get: Get) -> Floats | None:
    """Return the alpha of the people and what stands out beside them, float32 of a size of its own.

    None if there is nobody, or a network is missing.
    """
    selfie = get(SELFIE)
    if selfie is None:
        return None
    body = selfie_map(rgb, selfie)
    size = rgb.shape[1], rgb.shape[0]
    both = np.maximum(cv2.resize(stands_out, size), cv2.resize(body, size)) > 0.5
    network = get(MODNET) if float(both.mean()) >= LEAST_PERSON else None
    if network is None:
        return None
    x, y, width, height = cv2.boundingRect(both.astype(np.uint8))
    margin = round(MARGIN * max(width, height))
    rows = slice(max(0, y - margin), y + height + margin)
    columns = slice(max(0, x - margin), x + width + margin)
    part = np.ascontiguousarray(rgb[rows, columns])
    matte = person_matte(part, network)
    if overlap(_hard(matte), _hard(selfie_map(part, selfie))) < AGREEMENT:
        return None
    # MODNet leaves holes in clothes and loses what people hold; U2NetP fills in.
    core = cv2.erode((stands_out > 0.5).astype(np.float32), np.ones((5, 5), np.uint8))
    found = cv2.resize(core, size, interpolation=cv2.INTER_LINEAR)
    sized = cv2.resize(matte, part.shape[1::-1], interpolation=cv2.INTER_LINEAR)
    found[rows, columns] = np.maximum(found[rows, columns], sized)
    return np.asarray(found, np.float32)


def _hard(soft: Floats) -> Floats:
    return (soft > 0.5).astype(np.float32)


def overlap(one: Floats, other: Floats) -> float:
    """Return the intersection over union of two soft masks, the second in the first's size."""
    same = cv2.resize(other, (one.shape[1], one.shape[0]), interpolation=cv2.INTER_LINEAR)
    union = float(np.maximum(one, same).sum())
    return float(np.minimum(one, same).sum()) / union if union > 0 else 0.0


def _answer(network: cv2.dnn.Net, values: Floats) -> Floats:
    """Return the first output of a network for (h, w, 3), one channel in 0..1."""
    network.setInput(np.ascontiguousarray(values.transpose(2, 0, 1)[None], np.float32))
    found = np.asarray(network.forward(), np.float32)[0, 0]
    return np.asarray(np.clip(np.nan_to_num(found), 0, 1), np.float32)


def _no_larger(rgb: Pixels, side: int) -> Pixels:
    height, width = rgb.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return rgb
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def _sized(answer: Floats, rgb: Pixels) -> Pixels:
    size = rgb.shape[1], rgb.shape[0]
    levels = np.rint(answer * 255).astype(np.uint8)
    return np.asarray(cv2.resize(levels, size, interpolation=cv2.INTER_LINEAR), np.uint8)
