"""How much the engine adds to a bare diffusers pipeline, and where a warm edit's time goes.

Run with ``python tests/benchmarks/bench_engine.py [--model FOLDER] [--steps N] [--repeats N]``.
Both sides use the same weights, prompt, seed and steps in one process and take turns; the ratio
is that of the medians.
"""

from __future__ import annotations

import argparse
import platform
import statistics
import time
import warnings
from typing import Any

import numpy as np
import torch
from diffusers import StableDiffusionPipeline

from studio.catalog.models import STARTER, identify
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.apply import result_layer
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

SIZE = 512


class StepTimes:
    """Collects process and wall seconds between calls."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []
        self._last: tuple[float, float] | None = None

    def begin(self) -> None:
        """Forget the last call, as before a new run."""
        self._last = None

    def tick(self) -> None:
        """Note the time since the last call."""
        now = (time.perf_counter(), time.process_time())
        if self._last is not None:
            self.wall.append(now[0] - self._last[0])
            self.cpu.append(now[1] - self._last[1])
        self._last = now


def bare(loaded: Any, request: EditRequest, times: StepTimes) -> None:
    """Run the stock pipeline with its own step callback, which only looks at the clock."""
    sampling = request.sampling
    scheduler = make_scheduler(loaded.networks.scheduler_config, sampling.sampler, "normal")
    pipeline = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    times.begin()

    def callback(_pipe: Any, _step: int, _time: Any, values: dict[str, Any]) -> dict[str, Any]:
        times.tick()
        return values

    native = loaded.spec.native_size
    pipeline(
        request.prompt,
        width=native,
        height=native,
        num_inference_steps=sampling.steps,
        guidance_scale=sampling.cfg_scale,
        generator=torch.Generator("cpu").manual_seed(sampling.seed),
        output_type="np",
        callback_on_step_end=callback,
    )


def ours(engine: Engine, request: EditRequest, times: StepTimes) -> None:
    """Run the engine with previews on."""
    times.begin()

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            assert event.preview is not None
            times.tick()

    engine.run(request, Progress(listen))


def overhead(engine: Engine, model: str, steps: int, repeats: int) -> None:
    """Print seconds a step of both, and their ratio."""
    native = identify(model).native_size
    request = EditRequest(
        task=Task.GENERATE,
        prompt="a teddy bear",
        region=Rect(0, 0, native, native),
        model=model,
        sampling=Sampling(steps=steps, cfg_scale=4.0, sampler="ddim", seed=1),
    )
    loaded = engine.residency.loaded
    pipeline_times, engine_times = StepTimes(), StepTimes()
    for number in range(repeats + 1):
        if number == 1:
            # The first round warms both up.
            pipeline_times, engine_times = StepTimes(), StepTimes()
        bare(loaded, request, pipeline_times)
        ours(engine, request, engine_times)
    print("| per step (median) | diffusers | engine, previews on | ratio |")
    print("|---|---|---|---|")
    for name in ("wall", "cpu"):
        theirs = statistics.median(getattr(pipeline_times, name))
        mine = statistics.median(getattr(engine_times, name))
        print(f"| {name} s | {theirs:.4f} | {mine:.4f} | {mine / theirs:.3f} |")
    theirs, mine = min(pipeline_times.wall), min(engine_times.wall)
    print(f"| wall s, fastest | {theirs:.4f} | {mine:.4f} | {mine / theirs:.3f} |")


def warm_edit(engine: Engine, model: str, repeats: int) -> None:
    """Print the seconds of a warm fill with the model's own settings and the share of each part."""
    spec = identify(model)
    rng = np.random.default_rng(0)
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[128:384, 128:384] = 255
    request = EditRequest(
        task=Task.FILL,
        prompt="a teddy bear",
        region=Rect(0, 0, SIZE, SIZE),
        image=rng.integers(0, 256, (SIZE, SIZE, 3), dtype=np.uint8),
        mask=mask,
        model=model,
        sampling=Sampling(
            spec.defaults.steps, spec.defaults.cfg_scale, spec.defaults.sampler, seed=1
        ),
    )
    runs: list[dict[str, float]] = []
    for _ in range(repeats):
        start = time.perf_counter()
        result = engine.run(request)
        middle = time.perf_counter()
        result_layer(result, 0)
        end = time.perf_counter()
        timings = dict(result.timings)
        runs.append(
            {
                "encode": timings["encode"],
                "denoise": timings["denoise"],
                "decode": timings["decode"],
                "paste": end - middle,
                "total": end - start,
            }
        )
    best = sorted(runs, key=lambda run: run["total"])[len(runs) // 2]
    print(f"\n| warm edit, {request.sampling.steps} steps | seconds | share |")
    print("|---|---|---|")
    for name, seconds in best.items():
        print(f"| {name} | {seconds:.3f} | {seconds / best['total']:.1%} |")


def main() -> None:
    """Print both tables and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--repeats", type=int, default=5)
    parser.add_argument("--device", default=None)
    options = parser.parse_args()
    warnings.filterwarnings("ignore", "__array__ implementation")
    engine = Engine(options.device)
    engine.warm_up(options.model)
    print(f"{platform.platform()}, {engine.build_info()}\n")
    overhead(engine, options.model, options.steps, options.repeats)
    warm_edit(engine, options.model, options.repeats)


if __name__ == "__main__":
    main()
