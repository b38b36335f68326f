"""Loads the networks of a model from its files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import torch
from diffusers import AutoencoderKL, AutoencoderTiny, UNet2DConditionModel
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import CLIPTextModel, CLIPTextModelWithProjection, CLIPTokenizer

from studio.catalog.configurations import scheduler_config, tokenizer_folder, tokenizer_options
from studio.catalog.families.unet import unet_facts
from studio.catalog.model_spec import Component, ModelSpec
from studio.catalog.recognise.safetensors_header import RESTORE_HINT
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.engine.device import Device
from studio.engine.single_file import read_part

T = TypeVar("T")

CLASSES: Mapping[str, Any] = {
    "UNet2DConditionModel": UNet2DConditionModel,
    "AutoencoderKL": AutoencoderKL,
    "AutoencoderTiny": AutoencoderTiny,
    "CLIPTextModel": CLIPTextModel,
    "CLIPTextModelWithProjection": CLIPTextModelWithProjection,
}


@dataclass(frozen=True, slots=True, eq=False)
class Networks:
    """The networks of one Stable Diffusion model, in eval mode on one device.

    ``fill_conv`` is the first convolution of the nine-channel UNet for masks, None if the model has
    none. ``scheduler_config`` is the content of scheduler_config.json.
    """

    unet: Any
    vae: Any
    text_encoder: Any
    tokenizer: Any
    scheduler_config: Mapping[str, Any]
    fill_conv: torch.nn.Conv2d | None


def load_networks(spec: ModelSpec, device: Device, progress: Progress) -> Networks:
    """Read all networks of ``spec``; can be cancelled between them.

    StudioError names a missing or damaged file. A failed load leaves nothing behind.
    """
    parts = load_components(spec, device, progress)
    tokenizer = load_tokenizer(spec)
    scheduler_config = load_scheduler_config(spec)
    fill_conv = _fill_conv(spec, parts["unet"], device) if unet_facts(spec).has_fill_conv else None
    progress.check()
    return Networks(
        unet=parts["unet"],
        vae=parts["vae"],
        text_encoder=parts["text_encoder"],
        tokenizer=tokenizer,
        scheduler_config=scheduler_config,
        fill_conv=fill_conv,
    )


def load_components(spec: ModelSpec, device: Device, progress: Progress) -> dict[str, Any]:
    """Return the networks of ``spec`` by the names of their folders, in eval mode on ``device``.

    StudioError names a missing or damaged file.
    """
    total = max(1, spec.parameters)
    done = 0
    parts: dict[str, Any] = {}
    for component in spec.components:
        progress.report(done / total, "Loading the model")
        parts[component.name] = _network(spec, component, device)
        done += component.parameters
    progress.report(min(1.0, done / total), "Loading the model")
    return parts


def load_tokenizer(spec: ModelSpec, name: str = "tokenizer") -> Any:
    """Return a CLIP tokenizer of a model; StudioError if it cannot be read."""
    folder, options = tokenizer_folder(spec, name), tokenizer_options(spec, name)
    read = CLIPTokenizer.from_pretrained
    return guarded(folder, lambda: read(folder, local_files_only=True, **options))


def load_scheduler_config(spec: ModelSpec) -> Mapping[str, Any]:
    """Return the scheduler_config.json of a model; StudioError if it cannot be read."""
    if spec.configurations is not None:
        return dict(scheduler_config(spec))
    folder = spec.path / "scheduler"
    found = guarded(
        folder,
        lambda: UNet2DConditionModel.load_config(
            folder / "scheduler_config.json", local_files_only=True
        ),
    )
    return dict(found)


def _network(spec: ModelSpec, component: Component, device: Device) -> Any:
    cls = CLASSES[component.class_name]
    options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    is_text = component.name.startswith("text_encoder")
    options["dtype" if is_text else "torch_dtype"] = device.dtype
    if component.variant:
        options["variant"] = component.variant
    folder = spec.path / component.name

    def read() -> Any:
        if component.prefix is not None:
            network, missing = read_part(spec, component, device.dtype, cls, device.packed)
            info: Mapping[str, Any] = {}
        else:
            network, info = cls.from_pretrained(folder, output_loading_info=True, **options)
            missing = [name for name in info["missing_keys"] if not name.endswith("position_ids")]
        if missing or info.get("mismatched_keys"):
            raise incomplete(component.files[0], missing[:1] or ["?"])
        return network.eval().requires_grad_(False).to(device.storage)

    return guarded(component.files[0], read)


def _fill_conv(spec: ModelSpec, unet: Any, device: Device) -> torch.nn.Conv2d:
    file = spec.path / "fill_conv_in.safetensors"

    def read() -> torch.nn.Conv2d:
        state = load_file(file)
        plain = unet.conv_in
        conv = torch.nn.Conv2d(
            9, plain.out_channels, plain.kernel_size, plain.stride, plain.padding, device="meta"
        )
        conv.load_state_dict({k: v.to(device.dtype) for k, v in state.items()}, assign=True)
        return conv.eval().requires_grad_(False).to(device.torch)

    return guarded(file, read)


def guarded(file: Path, read: Callable[[], T]) -> T:
    """Run ``read``; turns the libraries' errors for a bad file into a StudioError with its name."""
    try:
        return read()
    except (
        SafetensorError, OSError, ValueError, TypeError, LookupError, AttributeError,
        ArithmeticError, AssertionError,
    ) as error:  # fmt: skip
        raise StudioError(
            "The model file {path} cannot be loaded ({reason}).",
            RESTORE_HINT,
            path=str(file),
            reason=_first_line(error),
        ) from error
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise StudioError(
            "The model file {path} cannot be loaded ({reason}).",
            RESTORE_HINT,
            path=str(file),
            reason=_first_line(error),
        ) from error


def check_weights(network: torch.nn.Module, file: Path) -> None:
    """Raise StudioError if a weight is not a finite number; for networks that are small enough."""
    for name, weight in network.state_dict().items():
        if weight.is_floating_point() and not bool(torch.isfinite(weight).all()):
            raise StudioError(
                "The weights {path} contain values that are not finite numbers, {name} for one.",
                RESTORE_HINT,
                path=str(file),
                name=name,
            )


def incomplete(file: Path, missing: list[str]) -> StudioError:
    return StudioError(
        "The weight file {path} lacks weights that the model needs, {name} for one.",
        RESTORE_HINT,
        path=str(file),
        name=missing[0],
    )


def _first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    return text.splitlines()[0][:200]


def is_out_of_memory(error: BaseException) -> bool:
    """Whether ``error`` is one of the errors that torch or Python raise if memory runs out."""
    if isinstance(error, MemoryError | torch.OutOfMemoryError):
        return True
    text = str(error)
    return isinstance(error, RuntimeError) and (
        "not enough memory" in text or "can't allocate memory" in text or "out of memory" in text
    )
