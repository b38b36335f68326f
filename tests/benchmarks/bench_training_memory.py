"""Peak memory of one step of training with the true shapes of Stable Diffusion 1.5, by setting.

Weights are random, batch 1, 512 px, on the CPU. Each setting runs in a process of its own:

    python tests/benchmarks/bench_training_memory.py
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parents[2]
SIDE = 512
SETTINGS: dict[str, dict[str, Any]] = {
    "LoRA": {},
    "LoRA, class not kept": {"prior": "none"},
    "LoRA, checkpointing": {"checkpointing": True},
    "LoRA, rank 4, class pictures": {"rank": 4, "prior": "images"},
}
PLAIN = "plain loop over diffusers and PEFT, rank 4, class pictures"


def memory(name: str) -> float:
    """Return a figure of /proc/self/status (Linux) in GiB."""
    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name)) / 2**20


def mark() -> float:
    """Forget the peak so far, that of loading, and return the memory in use now, in GiB."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return memory("VmRSS")


def plain(folder: Path) -> dict[str, float]:
    """Make one step of the plain loop of bench_training.py."""
    import bench_training

    marks: list[float] = []
    spent = bench_training.plain(1, folder, SIDE, lambda: marks.append(mark()))["seconds"]
    return {
        "seconds": spent, "loaded_gb": marks[0], "peak_gb": memory("VmHWM"), "estimate_gb": 0.0
    }  # fmt: skip


def one(folder: Path, name: str) -> dict[str, float]:
    """Make one step and return seconds and bytes."""
    if name == PLAIN:
        return plain(folder)
    import torch

    from studio.catalog.models import identify
    from studio.edit.training import Score, TrainPhoto, TrainRequest, TrainSettings
    from studio.edit.training_defaults import resolve_defaults
    from studio.engine.engine import Engine
    from studio.engine.training import train as module
    from studio.engine.training.data import Examples
    from studio.engine.training.memory import training_bytes

    module._Watcher.look = lambda self, step: Score(step, 0.0, 0.0)  # type: ignore[method-assign]
    module.class_pictures = lambda loaded, request, model, progress: Examples(
        torch.zeros((4, 4, SIDE // 8, SIDE // 8)), torch.ones((4, 1, SIDE // 8, SIDE // 8)),
        ("a photo of a dog",) * 4,
    )  # fmt: skip
    settings = TrainSettings(steps=1, batch=1, sample_every=1, mirror=False, **SETTINGS[name])
    spec = identify(folder)
    engine = Engine("cpu", free=lambda: 2**40)
    engine.warm_up(str(folder))
    loaded = mark()
    picture = np.random.default_rng(0).integers(0, 256, (SIDE, SIDE, 3), dtype=np.uint8)
    with tempfile.TemporaryDirectory() as out:
        began = time.perf_counter()
        engine.run(
            TrainRequest(
                name="luna", kind="dog", photos=(TrainPhoto(picture),), folder=out,
                model=str(folder), settings=settings,
            )
        )  # fmt: skip
    return {
        "seconds": time.perf_counter() - began,
        "loaded_gb": loaded,
        "peak_gb": memory("VmHWM"),
        "estimate_gb": training_bytes(spec, resolve_defaults(settings, spec), 4) / 2**30,
    }


def main() -> None:
    """Run every setting and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "SETTING"))
    options = parser.parse_args()
    if options.one:
        print(json.dumps(one(Path(options.one[0]), options.one[1])))
        return
    sys.path.insert(0, str(PROJECT / "tests" / "engine"))
    from test_sd15_shapes import write_sd15

    with tempfile.TemporaryDirectory() as root:
        folder = write_sd15(Path(root) / "sd15")
        # The little tokenizer of the tests has no rare word to spare.
        shutil.copytree(
            PROJECT / "resources" / "starter" / "tokenizer",
            folder / "tokenizer",
            dirs_exist_ok=True,
        )
        print("| setting | loaded, GB | peak, GB | estimate above the weights, GB | s |")
        print("|---|---|---|---|---|")
        for name in (*SETTINGS, PLAIN):
            command = [sys.executable, __file__, "--one", str(folder), name]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            if done.returncode:
                reason = (done.stderr.strip().splitlines() or [str(done.returncode)])[-1]
                print(f"| {name} | failed: {reason[:90]} |", flush=True)
                continue
            f = json.loads(done.stdout.splitlines()[-1])
            print(
                f"| {name} | {f['loaded_gb']:.1f} | {f['peak_gb']:.1f} | {f['estimate_gb']:.1f}"
                f" | {f['seconds']:.0f} |",
                flush=True,
            )


if __name__ == "__main__":
    sys.path.insert(0, str(PROJECT))
    main()
