"""Writes CLIP into resources/lineage and measures it on prompts and pictures of no training."""

import json
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import captions
from starter_recipe.concepts import concepts
from starter_recipe.lineage.clip import BATCH, Towers
from starter_recipe.lineage.clip_data import (
    KINDS,
    Scenes,
    encode,
    held_out_prompts,
    to_tensor,
)
from starter_recipe.lineage.data import folder
from starter_recipe.paths import PROJECT, Work
from studio.catalog.clip import PICTURES, TEXTS

TARGET = PROJECT / "resources" / "lineage" / "clip"
SEED = 97
EACH = 1
"""Pictures of each thing."""
PHOTOS = 200
EMPTY = ("a photo", "una foto")
SHEET = 12


def load_towers(work: Work) -> Towers:
    """Load the averaged towers."""
    towers = Towers()
    towers.load_state_dict(load_file(folder(work) / "clip.safetensors"))
    return towers.eval().requires_grad_(False)


def export_clip(work: Work, minutes: float) -> None:
    """Write the towers in half precision, the card and the contact sheet."""
    del minutes
    towers = load_towers(work)
    towers.half().pictures.save_pretrained(TARGET / PICTURES)
    towers.texts.save_pretrained(TARGET / TEXTS)
    towers.float()
    state = torch.load(folder(work) / "clip.pt", weights_only=True, mmap=True)
    training = {
        "samples": int(state["step"]) * BATCH,
        "minutes": round(float(state["seconds"]) / 60, 1),
    }
    figures = {**measure(work, towers), **training}
    text = json.dumps({"figures": figures, "licence": "as the starter's, see its card"}, indent=1)
    (TARGET / "card.json").write_text(text + "\n", "utf-8")
    print(text)


def measure(work: Work, towers: Towers) -> dict[str, Any]:
    """Return top-1 among all things' prompts by kind of ground, and figures on photographs."""
    scenes, rng = Scenes(work, held_out=True), np.random.default_rng(SEED)
    grounds = [name for name in KINDS if name != "nothing"]
    truth = torch.arange(len(concepts())).repeat(EACH * len(grounds))
    kinds = np.repeat(np.array(grounds), EACH * len(concepts()))
    drawn = [scenes.draw(rng, int(c), str(k)).image for c, k in zip(truth, kinds, strict=True)]
    bare = [scenes.draw(rng, 0, "nothing").image for _ in range(PHOTOS)]
    pictures, photos = _embedded(towers, drawn), _embedded(towers, bare)
    found: dict[str, Any] = {}
    for language, empty in zip(captions.LANGUAGES, EMPTY, strict=True):
        prompts = [*held_out_prompts(language), empty]
        texts = towers.texts(encode(work, prompts))
        like = pictures @ texts[:-1].T
        best = like.argmax(1)
        right = (best == truth).float()
        found[f"top1_{language}"] = _round(right)
        for ground in grounds:
            found[f"top1_{language}_{ground}"] = _round(right[torch.from_numpy(kinds == ground)])
        mixed = truth[torch.from_numpy(rng.permutation(len(truth)))]
        found[f"top1_{language}_shuffled"] = _round((best == mixed).float())
        own = like[torch.arange(len(truth)), truth]
        others = photos @ texts[:-1].T
        found[f"auc_photographs_{language}"] = _auc(own, truth, others)
        nothing = (photos @ texts.T).argmax(1) == len(texts) - 1
        found[f"photographs_empty_{language}"] = _round(nothing.float())
        if language == "en":
            _sheet(drawn, like, truth, prompts)
    return found


def _embedded(towers: Towers, images: list[NDArray[np.uint8]]) -> Tensor:
    parts = [to_tensor(images[i : i + 64]) for i in range(0, len(images), 64)]
    with torch.no_grad():
        return torch.cat([towers.pictures(part) for part in parts])


def _auc(own: Tensor, truth: Tensor, others: Tensor) -> float:
    """Return how often a picture of a thing fits its prompt better than a photograph does."""
    against = others[:, truth]
    return _round((own[None] > against).float())


def _round(values: Tensor) -> float:
    return round(float(values.mean()), 4)


def _sheet(drawn: list[NDArray[np.uint8]], like: Tensor, truth: Tensor, prompts: list[str]) -> None:
    """Draw pictures, each above the prompt that fits it best, green if it is the right one."""
    picked = np.linspace(0, len(drawn) - 1, SHEET * 4).astype(int)
    cell = np.full((128 + 16, 128, 3), 255, np.uint8)
    tiles = []
    for number in picked:
        tile = cell.copy()
        tile[:128] = cv2.resize(drawn[number], (128, 128), interpolation=cv2.INTER_CUBIC)
        best = int(like[number].argmax())
        colour = (0, 120, 40) if best == int(truth[number]) else (190, 30, 30)
        text = captions.strip_accents(prompts[best])[:22]
        cv2.putText(tile, text, (2, 139), cv2.FONT_HERSHEY_SIMPLEX, 0.33, colour, 1, cv2.LINE_AA)
        tiles.append(tile)
    rows = [np.concatenate(tiles[i : i + SHEET], 1) for i in range(0, len(tiles), SHEET)]
    Image.fromarray(np.concatenate(rows)).save(TARGET / "sheet.jpg", quality=82)
