"""What a ControlNet and a reference add to a step, how fast they switch, and live edges.

Run with ``python tests/benchmarks/bench_control.py [--model FOLDER] [--steps N] [--repeats N]``.
The engine and diffusers' own ControlNet pipeline use the same weights, map, seed and steps in one
process and take turns; ratios are of the medians.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
import warnings
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from bench_engine import StepTimes, ours
from diffusers import (
    ControlNetModel,
    StableDiffusionControlNetPipeline,
    StableDiffusionPipeline,
)
from PIL import Image

from studio.catalog.controls import find_control
from studio.catalog.models import STARTER, identify
from studio.control_maps.edges import STANDARD_SIDE, at_side, canny_edges, line_art
from studio.core.geometry import Rect
from studio.edit.request import ControlUse, EditRequest, Pixels, ReferenceUse, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

PHOTO = (4000, 6000)
"""Height and width of a photo with 24 million pixels."""


def disc(side: int) -> Pixels:
    """Return a white circle's edge on black."""
    y, x = np.mgrid[0:side, 0:side]
    away = np.hypot(x - side / 2, y - side / 2)
    return np.repeat((np.abs(away - side / 3) < 1)[..., None], 3, 2).astype(np.uint8) * 255


def bare(loaded: Any, request: EditRequest, network: Any, times: StepTimes) -> None:
    """Run diffusers' ControlNet pipeline with a step callback that only looks at the clock."""
    sampling = request.sampling
    scheduler = make_scheduler(loaded.networks.scheduler_config, sampling.sampler, "normal")
    base = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    plain = StableDiffusionControlNetPipeline(**base.components, controlnet=network)
    plain.set_progress_bar_config(disable=True)
    times.begin()

    def callback(_pipe: Any, _step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
        times.tick()
        return values

    plain(
        request.prompt,
        Image.fromarray(request.controls[0].image),
        num_inference_steps=sampling.steps,
        guidance_scale=sampling.cfg_scale,
        generator=torch.Generator("cpu").manual_seed(sampling.seed),
        output_type="np",
        callback_on_step_end=callback,
    )


def overhead(engine: Engine, request: EditRequest, repeats: int) -> None:
    """Print seconds a step of both sides with one ControlNet, and their ratio."""
    loaded = engine.residency.loaded
    spec = find_control(identify(request.model), "canny")
    network = ControlNetModel.from_pretrained(spec.path, torch_dtype=torch.float32).eval()
    theirs, mine = StepTimes(), StepTimes()
    for number in range(repeats + 1):
        if number == 1:
            theirs, mine = StepTimes(), StepTimes()
        bare(loaded, request, network, theirs)
        ours(engine, request, mine)
    print("| per step with a ControlNet (median) | diffusers | engine, previews on | ratio |")
    print("|---|---|---|---|")
    for name in ("wall", "cpu"):
        first, second = (statistics.median(getattr(times, name)) for times in (theirs, mine))
        print(f"| {name} s | {first:.4f} | {second:.4f} | {second / first:.3f} |")


def switching(engine: Engine, request: EditRequest) -> None:
    """Print what a control and a reference cost beside a plain request of the same one step."""
    short = request.replace(sampling=replace(request.sampling, steps=1))
    plain = short.replace(controls=())
    picture = np.repeat(np.arange(64, dtype=np.uint8)[:, None, None] * 4, 64, 1).repeat(3, 2)
    liked = plain.replace(references=(ReferenceUse(picture, 0.5),))
    for name, asked in (("control", short), ("reference", liked)):
        start = time.perf_counter()
        engine.run(asked)
        cold = time.perf_counter() - start
        rest = [_seconds(lambda: engine.run(plain)) for _ in range(5)]
        warm = [_seconds(lambda one=asked: engine.run(one)) for _ in range(5)]  # type: ignore[misc]
        added = statistics.median(warm) - statistics.median(rest)
        print(f"- {name}: first {cold * 1000:.0f} ms, warm, one step: {added * 1000:+.0f} ms")


def live_edges() -> None:
    """Print how long a preview of edges takes on a large photo, the photo made small once."""
    photo = np.random.default_rng(0).integers(0, 256, (*PHOTO, 3), dtype=np.uint8)
    first = _seconds(lambda: at_side(photo, STANDARD_SIDE))
    small = at_side(photo, STANDARD_SIDE)
    draws: tuple[tuple[str, Callable[..., Pixels]], ...] = (
        ("Canny", canny_edges), ("line art", line_art)
    )  # fmt: skip
    print(f"- a photo of 24 megapixels made small, once: {first * 1000:.0f} ms")
    for name, draw in draws:
        each = statistics.median(_seconds(lambda d=draw: d(small)) for _ in range(9))  # type: ignore[misc]
        whole = _seconds(lambda d=draw: d(photo))  # type: ignore[misc]
        print(f"- {name}: preview {each * 1000:.0f} ms, at full size {whole * 1000:.0f} ms")


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    """Print all and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "__array__ implementation")
    engine = Engine()
    engine.warm_up(options.model)
    native = identify(options.model).native_size
    request = EditRequest(
        task=Task.GENERATE,
        prompt="a ball",
        region=Rect(0, 0, native, native),
        model=options.model,
        sampling=Sampling(steps=options.steps, cfg_scale=3.0, sampler="ddim", seed=1),
        controls=(ControlUse("canny", disc(native)),),
    )
    print(f"{platform.platform()}, {engine.build_info()}\n")
    overhead(engine, request, options.repeats)
    switching(engine, request)
    live_edges()


if __name__ == "__main__":
    main()
