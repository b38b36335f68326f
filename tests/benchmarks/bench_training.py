"""Teaching the starter a subject beside a plain DreamBooth-LoRA loop, each in its own process.

The plain loop has the defaults of diffusers' example script for DreamBooth with LoRA: PEFT on the
attention layers, AdamW, photos encoded and texts read anew in each step, prior preservation with
pictures of the class in the same batch. Both sides have the same steps, batch, rank, resolution and
class pictures. Figures: steps a second and peak memory, and their ratios.

    python tests/benchmarks/bench_training.py --steps 60
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

SIDE = 128
RANK = 4
BATCH = 1


def pictures(count: int) -> list[np.ndarray]:
    """Return pictures of noise and blocks, (128, 128, 3) uint8."""
    rng = np.random.default_rng(1)
    return [
        np.kron(rng.integers(0, 256, (8, 8, 3)), np.ones((16, 16, 1))).astype(np.uint8)
        for _ in range(count)
    ]


def ours(steps: int) -> dict[str, float]:
    """Teach by Lienzo's loop; looks at the subject are left out on both sides."""
    from studio.core.progress import Progress
    from studio.edit.training import Score, TrainPhoto, TrainRequest, TrainSettings
    from studio.engine.engine import Engine
    from studio.engine.training import train as module

    engine = Engine("cpu")
    engine.warm_up()
    module._Watcher.look = lambda self, step: Score(step, 0.0, 0.0)  # type: ignore[method-assign]
    settings = TrainSettings(
        steps=steps, batch=BATCH, resolution=SIDE, rank=RANK, rate=1e-4, prior="images",
        class_images=4, snr_gamma=0, masked=False, mirror=False, sample_every=steps,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        request = TrainRequest(
            name="luna",
            kind="dog",
            photos=tuple(TrainPhoto(picture) for picture in pictures(4)),
            folder=folder,
            settings=settings,
        )
        result = engine.run(request, Progress())
    return {"seconds": result.seconds}


def plain(
    steps: int,
    folder: Path | None = None,
    side: int = SIDE,
    loaded: Callable[[], None] = lambda: None,
) -> dict[str, float]:
    """Teach by a plain loop over diffusers, transformers and PEFT.

    The model is the starter, or that in ``folder``, whose class pictures are then noise: to paint
    them takes long with a large model, and less memory than to learn. ``loaded`` is called when the
    model has been read.
    """
    import torch
    from diffusers import DDPMScheduler, StableDiffusionPipeline
    from peft import LoraConfig
    from torch.nn.functional import mse_loss

    from studio.core.paths import resource as shipped

    pipeline = StableDiffusionPipeline.from_pretrained(
        folder or shipped("starter"), safety_checker=None, torch_dtype=torch.float32,
        variant=None if folder is None else "fp16",
    )  # fmt: skip
    pipeline.set_progress_bar_config(disable=True)
    loaded()
    unet, vae, text, tokenizer = (
        pipeline.unet, pipeline.vae, pipeline.text_encoder, pipeline.tokenizer
    )  # fmt: skip
    class_made = [
        np.asarray(pipeline("a dog", width=side, height=side, num_inference_steps=12).images[0])
        if folder is None
        else np.zeros((side, side, 3), np.uint8)
        for _ in range(4)
    ]
    for network in (unet, vae, text):
        network.requires_grad_(False)
    unet.add_adapter(
        LoraConfig(
            r=RANK, lora_alpha=RANK, init_lora_weights="gaussian",
            target_modules=["to_k", "to_q", "to_v", "to_out.0"],
        )
    )  # fmt: skip
    parameters = [p for p in unet.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(parameters, lr=1e-4, weight_decay=1e-2)
    schedule = DDPMScheduler.from_config(pipeline.scheduler.config)
    photos = [np.resize(picture, (side, side, 3)) for picture in pictures(4)]
    prompts = ["a photo of sks dog", "a photo of a dog"]
    began = time.perf_counter()
    for step in range(steps):
        pair = np.stack([photos[step % 4], class_made[step % 4]])
        pixels = torch.from_numpy(pair).permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            found = vae.encode(pixels)
            latents = found.latents if "latents" in found else found.latent_dist.sample()
            latents = latents * vae.config.scaling_factor
            ids = tokenizer(
                prompts, padding="max_length", max_length=77, truncation=True, return_tensors="pt"
            ).input_ids
            states = text(ids)[0]
        noise = torch.randn_like(latents)
        times = torch.randint(0, 1000, (2,))
        predicted = unet(schedule.add_noise(latents, noise, times), times, states).sample
        is_v = schedule.config.prediction_type == "v_prediction"
        target = schedule.get_velocity(latents, noise, times) if is_v else noise
        own, prior = predicted.chunk(2)
        wanted, kept = target.chunk(2)
        loss = mse_loss(own, wanted) + mse_loss(prior, kept)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad()
    return {"seconds": time.perf_counter() - began}


def main() -> None:
    """Run both sides, in turns, and print their figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--side", choices=("ours", "plain"))
    options = parser.parse_args()
    if options.side:
        figures = (ours if options.side == "ours" else plain)(options.steps)
        figures["peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(json.dumps(figures))
        return
    found: dict[str, list[dict[str, float]]] = {"ours": [], "plain": []}
    for _ in range(options.repeats):
        for side, runs in found.items():
            command = [sys.executable, __file__, "--side", side, "--steps", str(options.steps)]
            out = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            runs.append(json.loads(out.splitlines()[-1]))
    best = {side: min(run["seconds"] for run in runs) for side, runs in found.items()}
    peak = {side: min(run["peak_mb"] for run in runs) for side, runs in found.items()}
    for side in found:
        print(f"{side:6} {options.steps / best[side]:6.2f} steps/s  {peak[side]:7.0f} MB peak")
    print(f"speed {best['plain'] / best['ours']:.2f} x the plain loop's")
    print(f"memory {peak['ours'] / peak['plain']:.2f} x the plain loop's")


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[2]))
    main()
