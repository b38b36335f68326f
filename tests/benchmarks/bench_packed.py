"""Weights that stay packed beside expanded ones: Flux.1 at its true width, with few blocks.

The file is sparse: all weights are zero, which takes the same time. Each way runs in a process of
its own:

    python tests/benchmarks/bench_packed.py
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(PROJECT), str(HERE.parent / "catalog"), str(HERE.parent / "engine")]

KINDS = ("Q4_K", "Q8_0")
TOKENS = (256, 1024)
"""Pictures of 256 and 512 pixels."""


def write(place: Path, kind: str) -> Path:
    """Write a transformer with one block of two streams and one of one."""
    from corpus_dits import flux
    from corpus_files import write_gguf

    return write_gguf(place / f"flux1-dev-{kind}.gguf", flux(double=1, single=1), kind)


def measure(file: Path, packed: bool) -> None:
    """Print the resident bytes that the network adds, and the CPU seconds of one call per size."""
    import psutil
    import torch
    from diffusers import FluxTransformer2DModel
    from single_network import loaded_alone

    process = psutil.Process(os.getpid())
    before = process.memory_info().rss
    network = loaded_alone(
        file, FluxTransformer2DModel, ("flux", "transformer"), "", packed=packed
    ).eval()
    seconds = []
    for tokens in TOKENS:
        best = float("inf")
        for _ in range(2):
            start = time.process_time()
            with torch.no_grad():
                network(
                    hidden_states=torch.zeros(1, tokens, 64),
                    encoder_hidden_states=torch.zeros(1, 64, 4096),
                    pooled_projections=torch.zeros(1, 768),
                    timestep=torch.tensor([0.5]),
                    guidance=torch.tensor([3.5]),
                    img_ids=torch.zeros(tokens, 3),
                    txt_ids=torch.zeros(64, 3),
                )
            best = min(best, time.process_time() - start)
        seconds.append(best)
    print(process.memory_info().rss - before, *seconds)


def main() -> None:
    """Print memory and time of both ways, and their ratios."""
    with tempfile.TemporaryDirectory() as place:
        for kind in KINDS:
            file = write(Path(place), kind)
            rows = {}
            for way in ("expanded", "packed"):
                command = [sys.executable, __file__, str(file), way]
                said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
                rows[way] = [float(one) for one in said.split()]
            wide, small = rows["expanded"], rows["packed"]
            size = file.stat().st_size
            print(f"{kind}: file {size / 1e6:.0f} MB")
            print(
                f"  memory {wide[0] / 1e6:.0f} -> {small[0] / 1e6:.0f} MB: {small[0] / wide[0]:.2f}"
            )
            for tokens, before, after in zip(TOKENS, wide[1:], small[1:], strict=True):
                change = f"{before:.2f} -> {after:.2f} CPU s a call: {after / before:.2f}"
                print(f"  {tokens} tokens: {change}")


if __name__ == "__main__":
    if len(sys.argv) == 3:
        measure(Path(sys.argv[1]), sys.argv[2] == "packed")
    else:
        main()
