"""Measures the exported folder as a stock pipeline would run it, and draws the contact sheet."""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderTiny
from skimage import data
from torch import Tensor

from starter_recipe import captions, judge, quality, steering, vae
from starter_recipe.bank import Composer, encode_pictures
from starter_recipe.concepts import concepts
from starter_recipe.export import write_sums
from starter_recipe.modelcard import card
from starter_recipe.painter import (
    GUIDANCE,
    PHOTOS,
    STEPS,
    Painter,
    centre_mask,
    test_photo,
    to_pixels,
)
from starter_recipe.paths import Work
from starter_recipe.sheets import companion_sheet, contact_sheet, gallery

GROUP = 17
VARIATIONS = 2


def evaluate(work: Work) -> None:
    """Print every figure of the model card, write them as JSON, and draw the sheet."""
    painter = Painter(work.result)
    figures: dict[str, Any] = {"steps": STEPS, "guidance": GUIDANCE, "concepts": len(concepts())}
    figures["psnr_db"] = reconstruction(painter.vae)
    if work.beside is not None:
        figures["psnr_beside_db"] = reconstruction(_load_beside(work.beside))
    figures |= _judged(work, painter)
    figures |= quality.measure(work, painter)
    figures |= steering.measure(work, painter)
    figures["seconds"] = _timing(painter)
    figures["bytes"] = sum(p.stat().st_size for p in work.result.rglob("*") if p.is_file())
    contact_sheet(painter, work.result / "contact-sheet.jpg")
    companion_sheet(work, painter, work.result / "companions.jpg")
    _publish(work, figures)


def companions(work: Work, minutes: float) -> None:
    """Measure the companions again and leave the other figures as they are: the base is the same.

    FileNotFoundError before `evaluate` has run once.
    """
    del minutes
    painter = Painter(work.result)
    figures = json.loads((work.root / "figures.json").read_text("utf-8"))
    figures |= steering.measure(work, painter)
    companion_sheet(work, painter, work.result / "companions.jpg")
    _publish(work, figures)


def _publish(work: Work, figures: dict[str, Any]) -> None:
    written = json.dumps(figures, indent=1)
    (work.root / "figures.json").write_text(written + "\n", "utf-8")
    print(written)
    (work.result / "README.md").write_text(card(work, figures), "utf-8")
    write_sums(work.result)


def _load_beside(folder: Path) -> AutoencoderTiny:
    other: AutoencoderTiny = AutoencoderTiny.from_pretrained(folder, torch_dtype=torch.float32)
    return other.eval().requires_grad_(False)


def reconstruction(autoencoder: AutoencoderTiny) -> dict[str, float]:
    """Return the PSNR in dB of each scikit-image photograph after encoding and decoding."""
    found = {}
    for name in PHOTOS:
        photo = np.asarray(getattr(data, name)())
        height, width = (n // 8 * 8 for n in photo.shape[:2])
        photo = photo[:height, :width]
        latents = encode_pictures(autoencoder, [photo])
        with torch.no_grad():
            back = to_pixels(autoencoder.decode(latents).sample)[0]
        error = float(((photo.astype(np.float64) - back) ** 2).mean())
        found[name] = round(10 * math.log10(255**2 / error), 2)
    found["mean"] = round(sum(found.values()) / len(found), 2)
    return found


def _judged(work: Work, painter: Painter) -> dict[str, Any]:
    expert = judge.load_judge(work)
    count = len(concepts())
    truth = torch.arange(count)
    composer = Composer(work, seed=202)
    pictures, labels = judge.real_batch(composer, 0, 2 * count)
    figures: dict[str, Any] = {"judge_real": judge.hits(judge.scores(expert, pictures), labels)}
    figures["judge_real_through_vae"] = judge.hits(
        judge.scores(expert, _round_trip(vae.load_vae(work), pictures)), labels
    )
    shuffled = torch.from_numpy(np.random.default_rng(0).permutation(count))
    made: dict[str, list[Tensor]] = {"en": [], "es": []}
    seen: dict[str, list[Tensor]] = {"en": [], "es": []}
    for language, rounds in (("en", VARIATIONS), ("es", 1)):
        for number in range(rounds):
            made[language].append(_every_thing(painter, language, 1000 * number))
            seen[language].append(judge.scores(expert, made[language][-1]))
        first = seen[language][0]
        figures[f"top1_{language}"] = judge.hits(first, truth)
        figures[f"top5_{language}"] = judge.hits(first, truth, 5)
        figures[f"top1_{language}_shuffled"] = judge.hits(first, shuffled)
    right = torch.stack([s.argmax(1) == truth for s in seen["en"]]).sum(0)
    figures["things"] = int((right >= 1).sum())
    figures["variations"] = VARIATIONS
    missed = [f"{int(n)} {c.en}" for n, c in zip(right, concepts(), strict=True) if n < VARIATIONS]
    (work.root / "missed.txt").write_text("\n".join(sorted(missed)) + "\n", "utf-8")
    figures["fill_top1_en"] = _fill_score(expert, painter)
    # The gallery shows the clearest of the pictures, as an artist would pick one of them.
    own = torch.stack([s.softmax(1)[truth, truth] for s in seen["en"]])
    stacked = torch.stack(made["en"])
    gallery(stacked[own.argmax(0), truth], work.result)
    return figures


def _every_thing(painter: Painter, language: str, seed: int) -> Tensor:
    """Paint one picture of each thing: (concepts, 3, 128, 128) in -1..1."""
    count = len(concepts())
    prompts = [captions.plain(i, language) for i in range(count)]
    starts = range(0, count, GROUP)
    return torch.cat([painter.paint(prompts[i : i + GROUP], seed + i) for i in starts])


def _fill_score(expert: judge.Judge, painter: Painter) -> float:
    """Fill a centred ellipse on photographs kept from training with every third thing."""
    picked = list(range(0, len(concepts()), 3))
    pictures = []
    for start in range(0, len(picked), GROUP):
        some = picked[start : start + GROUP]
        prompts = [captions.plain(i, "en") for i in some]
        pictures += painter.fill_in(prompts, [test_photo(i) for i in some], centre_mask(), start)
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return judge.hits(judge.scores(expert, stacked), torch.tensor(picked))


def _timing(painter: Painter) -> dict[str, float]:
    def clock(action: Callable[[], object]) -> float:
        action()
        start = time.perf_counter()
        action()
        return round(time.perf_counter() - start, 3)

    return {
        "text_to_image": clock(lambda: painter.paint(["a cat"], 0)),
        "fill": clock(
            lambda: painter.fill_in(["a cat"], [test_photo(0)], centre_mask(), 0)
        ),
    }  # fmt: skip


def _round_trip(autoencoder: AutoencoderTiny, pictures: Tensor) -> Tensor:
    parts = []
    for some in pictures.split(32):
        latents = encode_pictures(autoencoder, list(to_pixels(some)))
        with torch.no_grad():
            parts.append(autoencoder.decode(latents).sample)
    return torch.cat(parts)
