"""Measures classifier guidance: the right thing and the sharpness at several strengths."""

import time
from typing import Any

import numpy as np

from starter_recipe import fidelity, scenes
from starter_recipe.lineage.measure import publish, ranks_of
from starter_recipe.lineage.publish_judges import TARGET
from starter_recipe.paths import Work
from studio.catalog.judges import LATENTS, PICTURES, judge_labels, missing_judge
from studio.catalog.model_spec import STARTER
from studio.catalog.settings import Value
from studio.catalog.steering import BY_LATENTS, BY_PICTURE
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.judges.score import Scorer, sharpness

COUNT, STEPS, SIDE = 20, 20, 128
CFG_SCALE = 3.0
RUNS = (
    (BY_LATENTS, LATENTS, "prompt", (0.0, 1.0, 2.0, 10.0)),
    (BY_LATENTS, LATENTS, "vague", (0.0, 10.0, 20.0)),
    (BY_PICTURE, PICTURES, "prompt", (10.0,)),
    (BY_PICTURE, PICTURES, "vague", (10.0, 20.0)),
)
"""The judge, its folder, the prompts and the classifier scales; the paper has 1 for a conditional
model and 10 for an unconditional one."""


def measure_steering(work: Work, minutes: float) -> None:
    """Steer held-out prompts, and "a thing", towards their thing, by each judge there is.

    The pictures are kept in the working folder as steered.npz, for other judges.
    """
    del minutes
    engine, scorer = Engine("cpu"), Scorer()
    prompts = fidelity.held_out(COUNT)
    wanted = np.array([one.concept for one in prompts])
    kept: dict[str, Any] = {"wanted": wanted}
    for by, folder, name, strengths in RUNS:
        if missing_judge(folder):
            continue
        # Without guidance by a prompt, since the vague one says nothing.
        texts = [one.text if name == "prompt" else "a thing" for one in prompts]
        cfg_scale = CFG_SCALE if name == "prompt" else 1.0
        for strength in strengths:
            begun = time.perf_counter()
            made = [
                painted(engine, text, thing, seed, strength, by, cfg_scale)
                for seed, (text, thing) in enumerate(zip(texts, wanted, strict=True))
            ]
            key = f"{by}_{name}_{strength:g}"
            kept[key] = np.stack(made)
            figures = {
                "right": round(float((ranks_of(scorer, kept[key], wanted) == 0).mean()), 3),
                "sharpness": round(float(sharpness(kept[key]).mean()), 1),
                "seconds": round((time.perf_counter() - begun) / COUNT, 2),
            }
            print(key, figures, flush=True)
            publish(TARGET / folder, {f"steered_{name}_{strength:g}": figures})
            np.savez_compressed(work.root / "lineage" / "steered.npz", **kept)


def painted(
    engine: Engine, text: str, thing: int, seed: int, strength: float, by: str, cfg_scale: float
) -> scenes.Pixels:
    """Return one picture of the starter (128, 128, 3), steered towards a thing."""
    extras: dict[str, Value] = {}
    if strength > 0:
        target = judge_labels().name(thing)
        extras = {"steer_towards": target, "steer_strength": strength, "steer_by": by}
    request = EditRequest(
        task=Task.GENERATE,
        prompt=text,
        region=Rect(0, 0, SIDE, SIDE),
        model=STARTER,
        sampling=Sampling(
            steps=STEPS,
            cfg_scale=cfg_scale,
            sampler="ddim",
            schedule="normal",
            seed=seed,
            extras=extras,
        ),
    )
    return engine.run(request, Progress()).images[0]
