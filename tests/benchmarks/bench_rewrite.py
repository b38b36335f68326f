"""How near an inverted photo comes when it is painted again, and what swapping a word keeps.

Run with ``python tests/benchmarks/bench_rewrite.py [--steps N] [--cases N] [--seed N]``. Figures
are of the engine's own pictures, before anything of the original is laid over them. The second part
composes known things into photos that no training saw; it needs the art and the judge that
packaging/starter/run.py leaves in build/starter, and is left out without them.
"""

from __future__ import annotations

import argparse
import math
import platform
import sys
import time
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from skimage import data

from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.edit.request import EditRequest, EditResult, Pixels, Sampling, Task
from studio.edit.rewrite import METHODS, Inversion, RewriteUse
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pictures import decode, encode_image, to_tensor
from studio.engine.rewrite.job import psnr

PROJECT = Path(__file__).resolve().parents[2]
WORK = PROJECT / "build" / "starter"
SIDE = 128
MARGIN = 8
"""Pixels around a thing that count neither as changed nor as kept."""
PHOTOS = {
    "astronaut": "a woman in an orange suit",
    "chelsea": "a cat",
    "coffee": "a cup of coffee",
    "rocket": "a rocket",
}
SAMPLES = {
    "sample-astronaut.jpg": "a woman in an orange suit",
    "sample-cat.jpg": "a cat",
    "sample-coffee.jpg": "a cup of coffee",
}


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A thing in a photo, (128, 128, 3), where it is (128, 128) in 0..1, and what it becomes."""

    image: Pixels
    alpha: NDArray[np.float32]
    old: int
    new: int
    source: str
    target: str


def photos() -> Iterator[tuple[str, str, Pixels]]:
    """Yield name, caption and the middle square of each photo, (128, 128, 3)."""
    for name, caption in PHOTOS.items():
        yield name, caption, square(np.asarray(getattr(data, name)())[..., :3])
    for name, caption in SAMPLES.items():
        read = cv2.imread(str(resource("samples", name)))
        assert read is not None
        yield name, caption, square(np.asarray(read[..., ::-1], np.uint8))


def square(photo: Pixels) -> Pixels:
    """Return the middle of a photo at the starter's size."""
    side = min(photo.shape[:2])
    top, left = (photo.shape[0] - side) // 2, (photo.shape[1] - side) // 2
    part = np.ascontiguousarray(photo[top : top + side, left : left + side])
    return np.asarray(cv2.resize(part, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def request(image: Pixels, prompt: str, steps: int, cfg: float, **changes: Any) -> EditRequest:
    """Return an edit of a whole picture by DDIM."""
    denoise = changes.pop("denoise", 1.0)
    values: dict[str, Any] = {"task": Task.REWRITE, **changes}
    return EditRequest(
        prompt=prompt,
        region=Rect(0, 0, SIDE, SIDE),
        image=image,
        mask=np.full((SIDE, SIDE), 255, np.uint8),
        sampling=Sampling(steps, cfg, "ddim", "normal", seed=1, denoise=denoise),
        **values,
    )


def reconstruction(engine: Engine, steps: int, cfg: float) -> None:
    """Print how near each way to invert comes to the photo, and what it takes."""
    print(f"Painted again, {steps} steps, CFG {cfg}; dB against the photo at the working size\n")
    names = " | ".join(f"{method} | s" for method in METHODS)
    print(f"| photo | autoencoder alone | {names} |")
    print("|---|" + "---|" * (1 + 2 * len(METHODS)))
    short = []
    for name, caption, image in photos():
        row = []
        for method in METHODS:
            begun = time.perf_counter()
            made = engine.run(
                request(image, caption, steps, cfg, rewrite=RewriteUse(caption, method))
            )
            row.append((made, time.perf_counter() - begun))
        found = [made.inversion for made, _ in row if made.inversion is not None]
        cells = " | ".join(
            f"{one.psnr:.2f} | {seconds:.1f}" for one, (_, seconds) in zip(found, row, strict=True)
        )
        print(f"| {name} | {found[0].ceiling:.2f} | {cells} |", flush=True)
        short.append([one.ceiling - one.psnr for one in found])
    means = ", ".join(
        f"{method} {mean:.2f} (at most {most:.2f})"
        for method, mean, most in zip(METHODS, np.mean(short, 0), np.max(short, 0), strict=True)
    )
    print(f"\nBelow the autoencoder, dB, mean: {means}\n")


def swap(engine: Engine, cases: Sequence[Case], judge: Any, steps: int, cfg: float) -> None:
    """Print how often the new thing is seen, and how little the rest changes."""
    print(f"A word swapped in {len(cases)} composites, {steps} steps, CFG {cfg}\n")
    print("| way | new thing seen | old thing seen | rest, dB | of it below the autoencoder | s |")
    print("|---|---|---|---|---|---|")
    ceiling = [rest(autoencoded(engine, case.image), case) for case in cases]

    def line(name: str, made: list[Pixels], seconds: float) -> None:
        seen = [best(judge, image) for image in made]
        new = np.mean([one == case.new for one, case in zip(seen, cases, strict=True)])
        old = np.mean([one == case.old for one, case in zip(seen, cases, strict=True)])
        kept = [rest(image, case) for image, case in zip(made, cases, strict=True)]
        lost = np.nanmean(np.array(ceiling) - np.array(kept))
        print(
            f"| {name} | {new:.2f} | {old:.2f} | {np.nanmean(kept):.2f} | {lost:.2f} |"
            f" {seconds / len(cases):.1f} |",
            flush=True,
        )

    line("the composite itself", [case.image for case in cases], 0.0)
    line("the autoencoder alone", [autoencoded(engine, case.image) for case in cases], 0.0)
    for method in METHODS:
        first, seconds = run(engine, cases, steps, cfg, method)
        line(method, [one.images[0] for one in first], seconds)
        kept = [one.inversion for one in first]
        again, seconds = run(engine, cases, steps, cfg, method, kept, local=False)
        line(f"{method}, no local mask, stored", [one.images[0] for one in again], seconds)
    for denoise in (0.5, 0.7, 0.9):
        begun = time.perf_counter()
        made = [
            engine.run(
                request(case.image, case.target, steps, cfg, task=Task.REPLACE, denoise=denoise)
            ).images[0]
            for case in cases
        ]
        line(f"replace, denoising strength {denoise}", made, time.perf_counter() - begun)
    print()


def run(
    engine: Engine,
    cases: Sequence[Case],
    steps: int,
    cfg: float,
    method: str,
    kept: Sequence[Inversion | None] = (),
    local: bool = True,
) -> tuple[list[EditResult], float]:
    """Return the edits of all cases, by inversions that were kept, and the seconds they took."""
    begun = time.perf_counter()
    results = []
    for number, case in enumerate(cases):
        inversion = kept[number] if kept else None
        use = RewriteUse(case.source, method, local=local, inversion=inversion)
        results.append(engine.run(request(case.image, case.target, steps, cfg, rewrite=use)))
    return results, time.perf_counter() - begun


def autoencoded(engine: Engine, image: Pixels) -> Pixels:
    """Return a picture after encoding and decoding alone."""
    loaded: Any = engine.residency.loaded
    with torch.no_grad():
        return decode(loaded, encode_image(loaded, to_tensor(image)[None]))


def rest(image: Pixels, case: Case) -> float:
    """Return how near a picture is to the composite away from the thing, in dB."""
    reach = np.ones((2 * MARGIN + 1,) * 2, np.uint8)
    away = cv2.dilate((case.alpha > 0.02).astype(np.uint8), reach) == 0
    return psnr(image[away], case.image[away]) if away.sum() > 200 else math.nan


def best(judge: Any, image: Pixels) -> int:
    """Return the concept that the judge sees."""
    from starter_recipe.judge import scores

    picture = torch.from_numpy(image.copy()).permute(2, 0, 1)[None].float() / 127.5 - 1
    return int(scores(judge, picture).argmax())


def composites(judge: Any, count: int, seed: int) -> list[Case]:
    """Return things in photos of scikit-image, each with another thing of its kind.

    Composites whose thing the judge does not see are passed over, since it could not tell either
    whether it is gone.
    """
    from starter_recipe import captions, scenes
    from starter_recipe.concepts import concepts

    sprites = np.load(WORK / "art" / "sprites.npy", mmap_mode="r")
    grounds = [np.asarray(getattr(data, name)())[..., :3] for name in PHOTOS]
    rng = np.random.default_rng(seed)
    things = concepts()
    found: list[Case] = []
    while len(found) < count:
        old, new = (int(rng.integers(len(things))) for _ in range(2))
        pair = (things[old], things[new])
        if old == new or pair[0].kind != pair[1].kind or any(one.plural for one in pair):
            continue
        thing = scenes.place(rng, np.asarray(sprites[old, 0]), SIDE, (0.55, 0.8), False)
        ground = scenes.photo_crop(rng, grounds[len(found) % len(grounds)], SIDE)
        scene = scenes.over(thing, scenes.shadow(rng, thing, ground))
        if best(judge, scene.image) == old:
            texts = [f"{captions.plain(one, 'en')} in a photo" for one in (old, new)]
            found.append(Case(scene.image, scene.alpha, old, new, texts[0], texts[1]))
    return found


def main() -> None:
    """Print all and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=50)
    parser.add_argument("--cases", type=int, default=12)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--threads", type=int, default=None)
    parser.add_argument("--part", choices=("both", "photos", "swap"), default="both")
    parser.add_argument("--cfg-scale", type=float, nargs="*", default=(7.5, 3.0))
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "__array__ implementation")
    if options.threads:
        torch.set_num_threads(options.threads)
    engine = Engine("cpu")
    engine.warm_up()
    print(f"{platform.platform()}, {engine.build_info()}\n")
    if options.part != "swap":
        reconstruction(engine, options.steps, 7.5)
    if options.part == "photos":
        return
    if not (WORK / "art" / "sprites.npy").is_file() or not (WORK / "judge.safetensors").is_file():
        print("No art and no judge in build/starter, so the swap is left out.")
        return
    sys.path.insert(0, str(PROJECT / "packaging" / "starter"))
    from starter_recipe.judge import load_judge
    from starter_recipe.paths import Work

    judge = load_judge(Work(WORK, WORK))
    cases = composites(judge, options.cases, options.seed)
    for cfg in options.cfg_scale:
        swap(engine, cases, judge, options.steps, cfg)


if __name__ == "__main__":
    main()
