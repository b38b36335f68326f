"""Memory and seconds of changing between models: four models in turn, each makes one step.

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

    from studio.core.errors import StudioError
    from studio.core.geometry import Rect
    from studio.edit.request import EditRequest, Sampling, Task
    from studio.engine.engine import Engine

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    engine, process = Engine("cpu"), psutil.Process()
    edge = 128

    def use(model: str) -> tuple[float, float]:
        """Make one step; return the resident gigabytes and the processor seconds."""
        request = EditRequest(
            task=Task.GENERATE,
            model=model,
            prompt="a cat",
            region=Rect(0, 0, edge, edge),
            image=np.zeros((edge, edge, 3), np.uint8),
            sampling=Sampling(steps=1, seed=1),
        )
        begun = time.process_time()
        try:
            engine.run(request)
        except StudioError as error:
            # Models whose weights are all zero predict nothing that is a picture.
            print("  ", str(error)[:90])
        return process.memory_info().rss / GIGABYTE, time.process_time() - begun

    with tempfile.TemporaryDirectory() as name:
        models = write(Path(name))
        use(models[-1])
        first = use(models[-1])[0]
        print(f"the starter alone: {first:.3f} GB")
        for number in range(rounds):
            for model in models:
                memory, seconds = use(model)
                print(
                    f"round {number} {Path(model).stem:18} {memory:7.3f} GB {seconds:6.1f} CPU s",
                    flush=True,
                )
            print(f"round {number}: {memory / first:.4f} of the memory before")


if __name__ == "__main__":
    main()
