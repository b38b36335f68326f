"""What each thing and background is among ADE20K's classes, and the segmentation maps of samples.

The colours are the product's own palette, which artists paint with. Where ADE20K has no class for a
thing (it has none for hammers) the nearest counts: "sculpture" is any object that stands somewhere.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import scenes
from starter_recipe.bank import FIRST, POOL, Sample
from starter_recipe.concepts import Concept, concepts
from studio.control_maps.segmentation import CLASSES, ClassMap

KINDS: Mapping[str, str] = {
    "animal": "animal",
    "plant": "plant",
    "food": "food",
    "vehicle": "car",
    "place": "building",
    "sky": "sky",
    "object": "sculpture",
    "person": "person",
}
"""The class of the things of a kind that stand in no row of OVERRIDES."""

OVERRIDES: Mapping[str, str] = {
    name: kind
    for kind, names in {
        "flower": "bouquet, cherry blossom, rose, hibiscus, sunflower, daisy, tulip",
        "tree": "pine tree, tree, maple leaf, christmas tree, log",
        "palm": "palm tree",
        "bottle": "beer, glass of wine, glass of milk, cocktail, honey pot, teapot, cup of coffee",
        "bus": "bus, steam train",
        "truck": "truck, ambulance, fire truck, tractor",
        "bicycle": "bicycle, motorcycle, kick scooter, skateboard, sled",
        "boat": "sailboat, canoe, speedboat",
        "ship": "ship",
        "airplane": "airplane, helicopter, hot air balloon, rocket, flying saucer, satellite,"
        " parachute, kite",
        "house": "house",
        "tower": "tower, ferris wheel",
        "tent": "tent, umbrella",
        "fountain": "fountain",
        "mountain": "volcano, mountain",
        "sand": "desert island",
        "earth": "planet earth, ringed planet",
        "sea": "wave",
        "water": "water drop",
        "fireplace": "fire",
        "light": "sun, crescent moon, star, light bulb, flashlight, traffic light, candle",
        "sculpture": "statue of liberty, snowman, snowflake",
        "clothes": "t-shirt, jeans, dress, socks, sneaker, high heel, boot, top hat, boxing glove,"
        " scarf, gloves, baseball cap, backpack, handbag",
        "book": "open book, stack of books, newspaper",
        "painting": "paint palette, world map, calendar, envelope, television, laptop",
        "sign": "stop sign, dartboard",
        "door": "door",
        "bed": "bed",
        "sofa": "couch",
        "chair": "chair, toilet",
        "cabinet": "piano, package, gift, suitcase, briefcase",
        "vase": "trophy, bucket, basket, bathtub",
        "stairs": "ladder",
        "rock": "rock, diamond",
        "mirror": "mirror",
        "window": "window",
        "person": "alien, robot, smiley face, face with heart eyes, face with sunglasses,"
        " angry face, hand, eye, mouth",
        "animal": "teddy bear, seashell",
    }.items()
    for name in names.split(", ")
}
"""The class of single things by their English name, where their kind says too little."""

GROUNDS: Mapping[str, tuple[str, ...]] = {
    "white": ("wall", "ceiling"),
    "black": ("wall", "road"),
    "grey": ("wall", "road", "sidewalk", "floor"),
    "red": ("wall", "curtain", "rug"),
    "orange": ("wall", "sand", "curtain"),
    "yellow": ("wall", "sand", "field"),
    "green": ("grass", "field", "tree"),
    "blue": ("sky", "water", "sea"),
    "purple": ("wall", "curtain", "rug"),
    "pink": ("wall", "curtain", "rug"),
    "brown": ("earth", "floor", "path"),
    "turquoise": ("water", "sky", "lake"),
}
"""What a background of about a named colour may be, the commonest first."""

FIRST_CHOICE = 0.5
UNPAINTED = 0.2
"""In so many maps the background is black: artists often paint the thing alone."""

BACKDROP = CLASSES["wall"].index
"""The number that stands for every background where classes are scored."""

STREAM = 6


def class_of(concept: Concept) -> str:
    """Return the id of the class of a thing, one of the palette's."""
    return OVERRIDES.get(concept.en, KINDS[concept.kind])


@cache
def numbers() -> tuple[int, ...]:
    """Return ADE20K's number of every class that a thing may have, each once, ascending."""
    return tuple(sorted({CLASSES[class_of(concept)].index for concept in concepts()}))


@cache
def of_concepts() -> Tensor:
    """Return (concepts, classes) float32, 1 in the column of each thing's class in `numbers`."""
    rows = [numbers().index(CLASSES[class_of(concept)].index) for concept in concepts()]
    return F.one_hot(torch.tensor(rows), len(numbers())).float()


def sample_class(sample: Sample) -> str:
    """Return the id of the class of what stands in a sample, "" where nothing does."""
    if sample.alpha is None:
        return ""
    if sample.joints is not None:
        return "person"
    return class_of(concepts()[(sample.caption - FIRST) // POOL])


def segmentation_map(sample: Sample) -> scenes.Pixels:
    """Return the thing and its background in class colours, (n, n, 3) uint8."""
    rng = np.random.default_rng((*sample.key, STREAM))
    name = sample_class(sample)
    covered = solid(sample)
    ground = _ground(rng, sample.image[~covered], name)
    out = np.zeros_like(sample.image)
    if rng.random() >= UNPAINTED:
        out[:] = CLASSES[ground].colour
    if name:
        out[covered] = CLASSES[name].colour
    return out


def class_labels(sample: Sample) -> ClassMap:
    """Return ADE20K's class numbers (n, n) int16 of a sample, BACKDROP outside the thing."""
    name = sample_class(sample)
    labels = np.full(sample.image.shape[:2], BACKDROP, np.int16)
    if name:
        labels[solid(sample)] = CLASSES[name].index
    return labels


def solid(sample: Sample) -> NDArray[np.bool_]:
    """Return where the thing or person of a sample covers more than half of a pixel, (n, n)."""
    if sample.alpha is None:
        return np.zeros(sample.image.shape[:2], np.bool_)
    return np.asarray(sample.alpha > 0.5)


def _ground(rng: np.random.Generator, pixels: scenes.Pixels, thing: str) -> str:
    """Choose a background class by its colour, never the thing's own, which would hide it."""
    if len(pixels) == 0:
        return "wall"
    middle = np.median(pixels, axis=0)
    name = min(
        scenes.COLOURS, key=lambda other: float(np.abs(middle - scenes.COLOURS[other]).sum())
    )
    choices = [ground for ground in GROUNDS[name] if ground != thing]
    if rng.random() < FIRST_CHOICE:
        return choices[0]
    return choices[int(rng.integers(len(choices)))]
