"""Memory and seconds of changing between models: four in turn, of which the starter makes a step.

Three of them have the true size of Stable Diffusion 1.5, its inpainting model and 2.1, as sparse
files, so that all weights are zero and no disk is needed; the fourth is the starter. The measure is
the resident memory with the starter loaded, before and after the others were loaded:

    python tests/benchmarks/bench_switching.py [--rounds 5]
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(PROJECT), str(HERE.parent / "catalog")]

GIGABYTE = 1e9


def write(place: Path) -> list[str]:
    """Write the three files and return the ids of the four models, the starter last."""
    from corpus_files import write_safetensors
    from corpus_unets import SD1, SD2, checkpoint
    from corpus_vaes import ldm_vae

    from studio.catalog.models import STARTER

    files = []
    for name, unet, text, inputs in (
        ("sd-1.5", SD1, "1", 4),
        ("sd-1.5-inpainting", SD1, "1", 9),
        ("sd-2.1", SD2, "2", 4),
    ):
        shapes = dict(checkpoint(unet, text, ldm_vae()))
        first = "model.diffusion_model.input_blocks.0.0.weight"
        shapes[first] = (shapes[first][0], inputs, *shapes[first][2:])
        path = write_safetensors(place / f"{name}.safetensors", shapes, "F16", {}, {})
        files.append(str(path))
    return [*files, STARTER]


def main() -> None:
    """Change between the models and print the memory with each, by round."""
    import numpy as np
    import psutil

    from studio.catalog.models import STARTER, identify
    from studio.core.geometry import Rect
    from studio.core.progress import Progress
    from studio.edit.request import EditRequest, Sampling, Task
    from studio.engine.engine import Engine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    engine, process = Engine("cpu"), psutil.Process()
    request = EditRequest(
        task=Task.GENERATE,
        model=STARTER,
        prompt="a cat",
        region=Rect(0, 0, 128, 128),
        image=np.zeros((128, 128, 3), np.uint8),
        sampling=Sampling(steps=1, seed=1),
    )

    def use(model: str) -> tuple[float, float]:
        """Load a model; return the resident gigabytes and the processor seconds."""
        begun = time.process_time()
        engine.residency.get(identify(model), Progress())
        seconds = time.process_time() - begun
        if model == STARTER:
            engine.run(request)
        return process.memory_info().rss / GIGABYTE, seconds

    with tempfile.TemporaryDirectory() as name:
        models = write(Path(name))
        use(models[-1])
        first, _ = use(models[-1])
        print(f"the starter alone: {first:.3f} GB")
        for number in range(rounds):
            for model in models:
                memory, seconds = use(model)
                print(f"{Path(model).stem:20} {memory:7.3f} GB {seconds:6.1f} CPU s", flush=True)
            print(f"round {number}: {memory / first:.4f} of the memory before", flush=True)


if __name__ == "__main__":
    main()
