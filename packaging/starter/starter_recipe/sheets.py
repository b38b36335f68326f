"""Draws the pictures that ship beside the weights: the contact sheet and the gallery."""

import json
from pathlib import Path

import numpy as np
import torch.nn.functional as F
from PIL import Image
from torch import Tensor

from starter_recipe import captions, control, fewstep, scenes, steering
from starter_recipe.bank import Composer
from starter_recipe.concepts import concepts
from starter_recipe.painter import Painter, centre_mask, test_photo, to_pixels
from starter_recipe.paths import RECIPE, Work

SHOWN = (
    "teddy bear", "cat", "dog", "car", "apple", "pizza", "rocket", "tree", "house", "sunflower",
    "butterfly", "hot air balloon", "elephant", "penguin", "owl", "octopus", "strawberry",
    "donut", "birthday cake", "hamburger", "airplane", "sailboat", "castle", "guitar", "umbrella",
    "robot", "snowman", "mushroom", "fish", "bicycle",
)  # fmt: skip

ACROSS = 10

PEOPLE = (
    "a woman in a red dress waving", "a man in a blue shirt and black trousers walking",
    "a boy in a yellow shirt and green trousers running", "a girl in a pink dress jumping",
    "a man in a white shirt and red trousers with arms up",
    "una mujer con camisa verde y pantalón negro señalando", "un niño de pie, estilo plano",
    "una niña con un vestido azul saltando", "un hombre con camisa naranja y pantalón azul",
    "a woman in a purple dress on a yellow background",
)  # fmt: skip


def contact_sheet(painter: Painter, path: Path) -> None:
    """Draw the SHOWN things in English, in Spanish, in other styles, people, and fills."""
    index = {thing.en: i for i, thing in enumerate(concepts())}
    chosen = [index[name] for name in SHOWN]
    rows: list[scenes.Pixels] = []
    for number, language in enumerate(captions.LANGUAGES):
        prompts = [captions.plain(i, language) for i in chosen]
        rows += _rows(painter.paint(prompts, 40 + 100 * number))
    styled = [
        "a cartoon cat", "a flat cat", "a dog on a blue background", "a car, flat design",
        "un gato de dibujos animados", "una casa sobre fondo rosa", "a rocket on black",
        "una mariposa, estilo plano", "a pizza on a yellow background", "un búho en una foto",
    ]  # fmt: skip
    rows += _rows(painter.paint(styled, 300))
    rows += _rows(painter.paint(list(PEOPLE), 400))
    prompts = [captions.plain(i, "en") for i in chosen[:10]]
    fills = painter.fill_in(prompts, [test_photo(n) for n in range(10)], centre_mask(), 0)
    rows.append(np.concatenate(fills, axis=1))
    sheet = Image.fromarray(np.concatenate(rows, axis=0))
    sheet.save(path, quality=88)


def companion_sheet(work: Work, painter: Painter, path: Path) -> None:
    """Draw ten results of each companion under what they were steered by; none without any."""
    composer = Composer(work, seed=steering.HELD_OUT + 1)
    rows: list[scenes.Pixels] = []
    things, people = (steering.unmasked(composer, kind, ACROSS) for kind in (False, True))
    both = steering.solid(composer, ACROSS)
    shown = {"canny": things, "pose": people, "depth": both, "segmentation": both}
    for kind, samples in shown.items():
        if (painter.result / f"controlnet-{kind}").exists():
            maps = [control.KINDS[kind].draw(sample) for sample in samples]
            prompts = [steering.said(composer, sample) for sample in samples]
            rows.append(np.concatenate(maps, axis=1))
            rows += _rows(painter.steer(kind, prompts, maps, 600))
    if (painter.result / "ip_adapter").exists():
        pictures = [s.image for s in steering.unmasked(composer, False, ACROSS)]
        rows.append(np.concatenate(pictures, axis=1))
        rows += _rows(painter.liken(pictures, 700))
    if (painter.result / fewstep.FILE).exists():
        index = {thing.en: i for i, thing in enumerate(concepts())}
        rows += _rows(painter.quick([captions.plain(index[n], "en") for n in SHOWN[:20]], 40))
    if rows:
        Image.fromarray(np.concatenate(rows, axis=0)).save(path, quality=88)


def _rows(pictures: Tensor) -> list[scenes.Pixels]:
    pixels = to_pixels(pictures)
    return [
        np.concatenate(list(pixels[i : i + ACROSS]), axis=1) for i in range(0, len(pixels), ACROSS)
    ]


def gallery(pictures: Tensor, folder: Path) -> None:
    """Write one small picture of each thing, (n, 3, h, w) in -1..1, as the card says it."""
    entry = json.loads((RECIPE / "card.json").read_text("utf-8"))["gallery"]
    side, columns = int(entry["tile"]), int(entry["columns"])
    small = to_pixels(F.interpolate(pictures, (side, side), mode="area"))
    rows = -(-len(small) // columns)
    sheet = np.full((rows * side, columns * side, 3), 255, np.uint8)
    for index, picture in enumerate(small):
        top, left = index // columns * side, index % columns * side
        sheet[top : top + side, left : left + side] = picture
    Image.fromarray(sheet).save(folder / entry["file"], quality=82, method=6)
