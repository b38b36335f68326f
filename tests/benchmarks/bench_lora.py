"""A LoRA by our hooks beside the same LoRA by diffusers and PEFT, on one UNet.

Random weights, true shapes of Stable Diffusion 1.5 or the starter's. Seconds are processor time of
one thread, taken by turns, so that other work on the machine changes little.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import torch
from diffusers import UNet2DConditionModel
from diffusers.loaders.lora_pipeline import StableDiffusionLoraLoaderMixin
from safetensors.torch import save_file

from studio.core.paths import resource
from studio.engine.adapters.lora import Lora, loras_on
from studio.engine.adapters.lora_layouts import network_shapes, read_lora_weights

RANK = 16
LAYERS = ("to_q", "to_k", "to_v", "to_out.0")


class Loader(StableDiffusionLoraLoaderMixin):
    """diffusers' loading and unloading of LoRAs, for a UNet alone."""

    unet_name = "unet"
    text_encoder_name = "text_encoder"
    _lora_loadable_modules = ("unet",)
    hf_device_map = None
    components: ClassVar[dict[str, Any]] = {}

    def __init__(self, unet: Any) -> None:
        self.unet = unet
        self.text_encoder = None


def write(file: Path, unet: Any, *, alphas: tuple[float, ...] = (8.0,)) -> None:
    """Write a LoRA in kohya's layout over the attention layers, with alphas by turns."""
    rng = torch.Generator().manual_seed(0)
    tensors = {}
    layers = [m for m in network_shapes({"unet": unet})["unet"] if m.endswith(LAYERS)]
    for number, module in enumerate(layers):
        out, inner = unet.get_submodule(module).weight.shape
        base = f"lora_unet_{module.replace('.', '_')}"
        tensors[f"{base}.lora_down.weight"] = torch.randn(RANK, inner, generator=rng) / RANK
        tensors[f"{base}.lora_up.weight"] = torch.randn(out, RANK, generator=rng) * 0.02
        tensors[f"{base}.alpha"] = torch.tensor(alphas[number % len(alphas)])
    save_file(tensors, file)


@contextmanager
def by_hooks(unet: Any, file: Path) -> Iterator[None]:
    """Our way, the reading of the file included."""
    with loras_on({"unet": unet}, [Lora(read_lora_weights(file, {"unet": unet}), 0.8)]):
        yield


@contextmanager
def by_peft(unet: Any, file: Path) -> Iterator[None]:
    """diffusers' way: its conversion, PEFT's layers, and their removal."""
    loader = Loader(unet)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loader.load_lora_weights(file, adapter_name="one")
        unet.set_adapters(["one"], [0.8])
    try:
        yield
    finally:
        loader.unload_lora_weights()


@contextmanager
def without(unet: Any, file: Path) -> Iterator[None]:
    """Neither."""
    yield


WAYS: dict[str, Callable[[Any, Path], Any]] = {
    "none": without, "hooks": by_hooks, "PEFT": by_peft,
}  # fmt: skip


def call(unet: Any, edge: int) -> torch.Tensor:
    """One guided step."""
    rng = torch.Generator().manual_seed(1)
    latents = torch.randn(2, unet.config.in_channels, edge, edge, generator=rng)
    text = torch.randn(2, 77, unet.config.cross_attention_dim, generator=rng)
    with torch.no_grad():
        said: torch.Tensor = unet(latents, 300, encoder_hidden_states=text).sample
    return said


def effective(unet: Any) -> dict[str, torch.Tensor]:
    """The weight that each layer acts by, read from its answers to the unit vectors."""
    found = {}
    for name, module in unet.named_modules():
        if name.endswith(LAYERS):
            eye = torch.eye(module.in_features)
            with torch.no_grad():
                found[name] = (module(eye) - module(torch.zeros_like(eye))).T
    return found


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--true-shapes", action="store_true", help="those of SD 1.5 (4 GB)")
    parser.add_argument("--rounds", type=int, default=15)
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    if options.true_shapes:
        unet: Any = UNet2DConditionModel(
            sample_size=64, cross_attention_dim=768, attention_head_dim=8
        )
    else:
        unet = UNet2DConditionModel.from_pretrained(resource("starter") / "unet")
    unet = unet.eval().requires_grad_(False)
    edge = 16 if options.true_shapes else unet.config.sample_size
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "style.safetensors"
        write(file, unet)
        steps: dict[str, list[float]] = {name: [] for name in WAYS}
        changing: dict[str, list[float]] = {name: [] for name in WAYS}
        for _ in range(options.rounds):
            for name, way in WAYS.items():
                begun = time.process_time()
                with way(unet, file):
                    on = time.process_time()
                    call(unet, edge)
                    done = time.process_time()
                off = time.process_time()
                steps[name].append(done - on)
                changing[name].append(on - begun + off - done)
        plain = statistics.median(steps["none"])
        for name in WAYS:
            step, change = statistics.median(steps[name]), statistics.median(changing[name])
            print(f"{name:6} step {step:.4f} s ({step / plain:.3f}), on and off {change:.4f} s")
        write(file, unet, alphas=(4.0, 8.0, 8.0, 16.0))
        weights = read_lora_weights(file, {"unet": unet})
        for name in ("hooks", "PEFT"):
            before = effective(unet)
            with WAYS[name](unet, file):
                after = {one.replace(".base_layer", ""): w for one, w in effective(unet).items()}
            errors = []
            for module, change in weights.deltas("unet").items():
                gained = after[module] - before[module]
                errors.append(((gained - 0.8 * change).norm() / (0.8 * change).norm()).item())
            print(f"{name:6} alphas by layer: error of the change {max(errors):.1e}")


if __name__ == "__main__":
    main()
