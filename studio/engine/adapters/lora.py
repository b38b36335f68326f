"""LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) from a safetensors file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from diffusers import StableDiffusionPipeline
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.core.errors import StudioError
from studio.edit.request import AdapterUse
from studio.engine.families.base import Loaded
from studio.engine.families.stable_diffusion_job import make_pipeline
from studio.engine.families.stable_diffusion_loaded import LoadedStableDiffusion
from studio.engine.loading import is_out_of_memory


@contextmanager
def attach(loaded: Loaded, uses: Sequence[AdapterUse]) -> Iterator[None]:
    """Work with one or more LoRAs, each at its ``weight`` (1 is as it was trained).

    They stand beside the base weights and are never merged into them, so taking them away leaves
    the base bit-identical. StudioError for a file that is no LoRA or was made for another base.
    """
    assert isinstance(loaded, LoadedStableDiffusion)
    files = [Path(use.path).expanduser() for use in uses]
    names = [f"lora_{number}" for number in range(len(uses))]
    pipeline = make_pipeline(StableDiffusionPipeline, loaded, None, loaded.networks.unet)
    try:
        for name, file in zip(names, files, strict=True):
            load_lora(pipeline, file, name)
        pipeline.set_adapters(names, [use.weight for use in uses])
        yield
    finally:
        pipeline.unload_lora_weights()


def load_lora(pipeline: Any, file: Path, name: str) -> None:
    """Give a pipeline the LoRA of a file under a name; StudioError where it does not fit."""
    path, state = str(file), dict(read_lora(file))
    try:
        pipeline.load_lora_weights(state, adapter_name=name, local_files_only=True)
    except (ValueError, KeyError, IndexError, RuntimeError, AttributeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        raise _does_not_fit(path, str(error).strip().splitlines()[-1:] or ["?"]) from error
    found = {entry for names in pipeline.get_list_adapters().values() for entry in names}
    if name not in found:
        raise _does_not_fit(path, ["no layer of it is known"])


def _does_not_fit(path: str, reason: list[str]) -> StudioError:
    return StudioError(
        "The LoRA {path} does not fit this model ({reason}).",
        "It was made for another base model; choose that one, or another LoRA.",
        path=path,
        reason=reason[0].strip()[:200],
    )


def read_lora(path: Path) -> Mapping[str, torch.Tensor]:
    """Return the tensors of a LoRA file; StudioError where it is missing, damaged or a pickle."""
    if path.suffix.lower() != ".safetensors":
        raise StudioError(
            "{path} is not a safetensors file.",
            "LoRAs are read as .safetensors only, because other formats can run code.",
            path=str(path),
        )
    try:
        return load_file(path)
    except (OSError, SafetensorError, ValueError) as error:
        raise StudioError(
            "The LoRA {path} cannot be read ({reason}).",
            "Copy the file again from where you got it.",
            path=str(path),
            reason=str(error).splitlines()[0] if str(error) else type(error).__name__,
        ) from error
