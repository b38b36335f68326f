"""What changing the LoRA of the next edit costs, beside loading the model again.

Run with ``python tests/benchmarks/bench_lora_switch.py [--model PATH] [--rounds N]``.
Processor time of one thread, medians; all in one process and by turns.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from studio.catalog.models import STARTER
from studio.edit.request import AdapterUse
from studio.engine.adapters.base import attach, check_adapters
from studio.engine.engine import Engine

RANK = 16


def write(file: Path, unet: Any, seed: int) -> AdapterUse:
    """Write a LoRA of all attention layers, in the layout of PEFT."""
    torch.manual_seed(seed)
    tensors = {}
    for name, module in unet.named_modules():
        if name.endswith(("to_q", "to_k", "to_v", "to_out.0")):
            out, width = module.weight.shape
            tensors[f"unet.{name}.lora_A.weight"] = torch.randn(RANK, width) / 8
            tensors[f"unet.{name}.lora_B.weight"] = torch.randn(out, RANK) / 8
    save_file(tensors, file)
    return AdapterUse("lora", str(file))


def timed(work: Callable[[], object]) -> float:
    """Return the processor seconds of a call."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main() -> None:
    """Print the medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default=STARTER)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    torch.set_num_threads(1)
    engine = Engine("cpu")
    times: dict[str, list[float]] = {"switch": [], "weight": [], "reload": []}

    def reload() -> None:
        engine.unload()
        engine.warm_up(options.model)

    with tempfile.TemporaryDirectory() as folder:
        reload()
        loaded: Any = engine.residency.loaded
        uses = [write(Path(folder) / f"{n}.safetensors", loaded.networks.unet, n) for n in range(2)]

        def use(*adapters: AdapterUse) -> None:
            loaded = engine.residency.loaded
            check_adapters(loaded.spec, adapters)
            with ExitStack() as stack:
                attach(stack, loaded, adapters)

        for round in range(options.rounds):
            use(uses[round % 2])
            times["switch"].append(timed(lambda n=round: use(uses[(n + 1) % 2])))
            other = AdapterUse("lora", uses[(round + 1) % 2].path, 0.5)
            times["weight"].append(timed(lambda one=other: use(one)))
            times["reload"].append(timed(reload))
    medians = {name: statistics.median(values) for name, values in times.items()}
    for name, value in medians.items():
        print(f"{name:7} {value * 1000:8.1f} ms, {value / medians['reload']:.4f} of a reload")


if __name__ == "__main__":
    main()
