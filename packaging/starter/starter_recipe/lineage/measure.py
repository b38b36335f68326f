"""Measures any system with the judge: (prompts, seeds) in, pictures out, figures and a sheet.

A system is a function `Paint`. Its figures go into card.json of its folder, see `publish`.
"""

import json
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from starter_recipe import bank, fidelity, plain, scenes, vae
from starter_recipe.lineage.data import SHARES, folder
from starter_recipe.lineage.judges import load_judge
from starter_recipe.paths import Work
from studio.engine.judges.score import Scorer, sharpness

Paint = Callable[[list[str], list[int]], scenes.Pixels]
"""Takes prompts and as many seeds, and returns pictures (n, 128, 128, 3) uint8."""

PROMPTS = 100
GROUP = 25
EMPTY = 24
SAME = (6, 4)
"""How many prompts are painted with how many seeds each, to see how much they differ."""
TIMED = 3
SHEET = (8, 5)
TILE = 96


def measure(
    paint: Paint, work: Work, count: int = PROMPTS, empty: int = EMPTY
) -> tuple[dict[str, Any], scenes.Pixels]:
    """Return the figures of a system and its contact sheet (h, w, 3).

    ``top1_en``, ``top1_es``, ``top5_en``, ``top5_es``: parts of held-out prompts whose thing the
    judge sees first, or among the first five. ``top1_shuffled``: the same pictures against the
    things of other prompts. ``top1_real``: the renderings that the prompts ask for, and
    ``top1_real_vae`` those through the autoencoder. ``z_mse``: mean squared distance of the
    latents, of unit variance, to the nearest rendering of the thing. ``sharpness``: variance of the
    Laplacian over that of the renderings. ``seconds`` of a picture alone, and ``peak_mb``, the
    largest resident memory of this process in MiB. For the variety see `variety`.
    """
    scorer = Scorer(load_judge(work))
    prompts = fidelity.held_out(count)
    texts, wanted = [one.text for one in prompts], np.array([one.concept for one in prompts])
    seconds = timed(paint, texts)
    made = _in_groups(paint, texts, [1000 + number for number in range(count)])
    ranks = ranks_of(scorer, made, wanted)
    shuffled = np.roll(wanted, count // 2 + 1)
    sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
    real = np.stack(
        [plain.rendering(np.asarray(sprites[one.concept, 0]), "white") for one in prompts]
    )
    spanish = np.arange(count) % 2 == 1
    figures: dict[str, Any] = {
        f"top{among}_{language}": _part(ranks[rows] < among)
        for among in (1, 5)
        for language, rows in (("en", ~spanish), ("es", spanish))
    }
    figures |= {
        "top1_shuffled": _part(ranks_of(scorer, made, shuffled) == 0),
        "top1_real": _part(ranks_of(scorer, real, wanted) == 0),
        "top1_real_vae": _part(ranks_of(scorer, through_vae(work, real), wanted) == 0),
        "z_mse": round(float(nearest(work, made, wanted).mean()), 4),
        "sharpness": round(float(sharpness(made).mean() / sharpness(real).mean()), 3),
        **(variety(paint, work, scorer, texts, empty) if empty else {}),
        "seconds": round(seconds, 3),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "prompts": count,
    }
    return figures, sheet(made)


def variety(
    paint: Paint, work: Work, scorer: Scorer, texts: Sequence[str], empty: int = EMPTY
) -> dict[str, Any]:
    """Return how much the pictures of a system differ.

    ``variety``: the mean distance of pictures of the empty prompt over that of as many renderings
    drawn as in training, for which "" stands in one caption of ten; 1 is the data's own variety.
    ``things_empty`` and ``things_data``: how many different things the judge sees in them.
    ``variety_same``: the mean distance of pictures of one held-out prompt, over that of the same
    thing in other styles and on other grounds. A prompt names one rendering in this data, so that
    the data's own is 0 there.
    """
    blank = _in_groups(paint, [""] * empty, [5000 + number for number in range(empty)])
    data = drawn(work, empty)
    same, seeds = SAME
    one_prompt = [
        scorer.variety(paint([text] * seeds, [7000 + number for number in range(seeds)]))
        for text in texts[:: max(1, len(texts) // same)][:same]
    ]
    return {
        "variety": round(float(scorer.distances(blank).mean() / scorer.distances(data).mean()), 3),
        "things_empty": len(np.unique(scorer.see(blank).things.argmax(1))),
        "things_data": len(np.unique(scorer.see(data).things.argmax(1))),
        "variety_same": round(float(np.mean(one_prompt)), 3),
    }


def ranks_of(
    scorer: Scorer, pictures: scenes.Pixels, wanted: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how many things are likelier than the wanted one in each picture, (n,)."""
    things = scorer.see(pictures).things
    own = things[np.arange(len(wanted)), wanted]
    return np.asarray((things > own[:, None]).sum(1), np.int64)


def drawn(work: Work, count: int, seed: int = 11) -> scenes.Pixels:
    """Return renderings (count, 128, 128, 3) drawn by the shares of the training."""
    rng = np.random.default_rng(seed)
    rows = plain.rows()
    place = {pair: number for number, pair in enumerate(plain.pairs())}
    groups = {name: [row for row in rows if row.group == name] for name in SHARES}
    pictures = np.load(folder(work) / "pictures.npy", mmap_mode="r")
    names = rng.choice(list(SHARES), count, p=list(SHARES.values()))
    picked = [groups[name][int(rng.integers(len(groups[name])))] for name in names]
    return np.stack([pictures[place[one.concept, one.style, one.ground]] for one in picked])


def nearest(work: Work, pictures: scenes.Pixels, wanted: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the squared distance (n,) of the latents to the thing's nearest rendering."""
    scale = bank.latent_scale(work)
    made = bank.encode_pictures(vae.load_vae(work), list(pictures)).float() * scale
    latents = np.load(work.root / "plain" / "latents.npy", mmap_mode="r")
    things = np.array([thing for thing, _, _ in plain.pairs()])
    found = []
    for one, thing in zip(made, wanted, strict=True):
        own = torch.from_numpy(latents[things == thing]).float() * scale
        found.append(float((own - one).pow(2).mean(dim=(1, 2, 3)).min()))
    return np.array(found, np.float64)


def through_vae(work: Work, pictures: scenes.Pixels) -> scenes.Pixels:
    """Return pictures after encoding and decoding by the starter's autoencoder."""
    network = vae.load_vae(work)
    latents = bank.encode_pictures(network, list(pictures)).float()
    with torch.no_grad():
        decoded = torch.cat([network.decode(some).sample for some in latents.split(GROUP)])
    return to_pixels(decoded)


def to_pixels(pictures: torch.Tensor) -> scenes.Pixels:
    """Return pictures (n, 3, h, w) in -1..1 as (n, h, w, 3) uint8."""
    scaled = (pictures * 127.5 + 127.5).round().clamp(0, 255).to(torch.uint8)
    return np.ascontiguousarray(scaled.permute(0, 2, 3, 1).numpy())


def timed(paint: Paint, texts: Sequence[str]) -> float:
    """Return the least seconds that one picture alone takes; the first is not counted."""
    taken = []
    for number in range(TIMED + 1):
        begun = time.perf_counter()
        paint([texts[number % len(texts)]], [number])
        taken.append(time.perf_counter() - begun)
    return min(taken[1:])


def sheet(pictures: scenes.Pixels) -> scenes.Pixels:
    """Return the first pictures, spread over all of them, as a contact sheet (h, w, 3)."""
    across, down = SHEET
    picked = np.linspace(0, len(pictures) - 1, across * down).astype(int)
    tiles = [np.asarray(Image.fromarray(pictures[i]).resize((TILE, TILE))) for i in picked]
    rows = [np.concatenate(tiles[i : i + across], 1) for i in range(0, len(tiles), across)]
    return np.concatenate(rows, 0)


def publish(target: Path, figures: dict[str, Any], picture: scenes.Pixels | None = None) -> None:
    """Add figures to card.json of a folder, and write its contact sheet beside it as sheet.jpg."""
    file = target / "card.json"
    card = json.loads(file.read_text("utf-8")) if file.is_file() else {}
    card["figures"] = {**card.get("figures", {}), **figures}
    target.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(card, ensure_ascii=False, indent=1) + "\n", "utf-8")
    if picture is not None:
        Image.fromarray(picture).save(target / "sheet.jpg", quality=82, optimize=True)


def _in_groups(paint: Paint, texts: Sequence[str], seeds: Sequence[int]) -> scenes.Pixels:
    parts = [
        paint(list(texts[i : i + GROUP]), list(seeds[i : i + GROUP]))
        for i in range(0, len(texts), GROUP)
    ]
    return np.concatenate(parts)


def _part(hits: NDArray[np.bool_]) -> float:
    return round(float(hits.mean()), 4)
