"""LoRAs on the networks of a diffusers pipeline, by diffusers' own loader and peft."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch

from studio.catalog.fit import check_fit_of, fit_notes
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.safetensors_header import read_header
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.edit.request import AdapterUse, EditRequest
from studio.engine.adapters.weights_file import is_torch_file, read_file, read_shapes
from studio.engine.loading import is_out_of_memory
from studio.engine.pipelines.loaded import LoadedPipeline

LOW_RANK = ("lora_A", "lora_B", "lora_up", "lora_down", "lora.up", "lora.down", "_lora.")
OTHER_KINDS: Mapping[str, str] = {
    "hada_w": "LoHa",
    "lokr_w": "LoKr",
    "oft_blocks": "OFT",
    "oft_diag": "OFT",
}
"""Kinds of adapters that diffusers reads for no transformer, by a part of their tensors' names."""
DORA = ("dora_scale", "lora_magnitude_vector")


def check_loras(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError for a file that is no LoRA of a kind that can run; reads headers only."""
    for use in uses:
        path = Path(use.path).expanduser()
        check_fit_of(path, spec, Kind.LORA)
        names = read_shapes(path) if is_torch_file(path) else read_header(path)
        for part, kind in OTHER_KINDS.items():
            if any(part in name for name in names):
                raise StudioError(
                    "{path} is a {kind} file, which {model} cannot use.",
                    "Look for a plain LoRA of the same subject or style.",
                    path=str(path),
                    kind=kind,
                    model=spec.name,
                )
        if not any(mark in name for name in names for mark in LOW_RANK):
            raise StudioError(
                "{path} is not a LoRA.", "Choose a LoRA file (.safetensors).", path=str(path)
            )


@contextmanager
def with_loras(
    pipeline: Any, loaded: LoadedPipeline, request: EditRequest
) -> Iterator[list[Notice]]:
    """Attach the LoRAs of a request to the pipeline's networks, each at its weight.

    Yields notices for the artist. StudioError, with nothing changed, for a file that does not fit.
    On exit, error or not, each network has its original layers and weights.
    """
    uses = [use for use in request.adapters if use.kind == "lora" and use.acts]
    if not uses:
        yield []
        return
    files = [Path(use.path).expanduser() for use in uses]
    notes = fit_notes(loaded.spec, files, Kind.LORA)
    try:
        for number, use in enumerate(uses):
            notes += _attach(pipeline, loaded, use, f"lora_{number}")
        weights = [use.weight for use in uses]
        pipeline.set_adapters([f"lora_{number}" for number in range(len(uses))], weights)
        yield notes
    finally:
        _detach(pipeline)


def _attach(pipeline: Any, loaded: LoadedPipeline, use: AdapterUse, name: str) -> list[Notice]:
    path = Path(use.path).expanduser()
    state: dict[str, Any] = read_file(path)[0]
    notes = []
    if any(mark in key for key in state for mark in DORA):
        notes.append(
            notice(
                "{path} has DoRA magnitudes, which this kind of model does not use; it was applied"
                " as a plain LoRA.",
                path=path.name,
            )
        )
    try:
        if not _fits(pipeline, state):
            raise _unfit(path, loaded)
        pipeline.load_lora_weights(state, adapter_name=name)
    except (ValueError, KeyError, RuntimeError, AttributeError, AssertionError) as error:
        if is_out_of_memory(error):
            raise
        raise _unfit(path, loaded) from error
    if not any(name in found for found in pipeline.get_list_adapters().values()):
        raise _unfit(path, loaded)
    return notes


def _fits(pipeline: Any, state: Mapping[str, Any]) -> bool:
    """Whether each pair of a LoRA's factors has the width of the layer that it names.

    diffusers would widen the layer instead, as Flux's Control LoRAs need it.
    """
    converted = pipeline.lora_state_dict(dict(state))
    tensors = converted[0] if isinstance(converted, tuple) else converted
    for key, tensor in tensors.items():
        part, _, rest = key.partition(".")
        layer_name, found, _ = rest.partition(".lora_A.")
        network = getattr(pipeline, part, None)
        if not found or not isinstance(network, torch.nn.Module):
            continue
        try:
            weight: Any = network.get_submodule(layer_name).weight
        except AttributeError:
            return False
        if tensor.shape[1] != weight.shape[1]:
            return False
    return True


def _detach(pipeline: Any) -> None:
    taken = inspect.signature(pipeline.unload_lora_weights).parameters
    more = {"reset_to_overwritten_params": True} if "reset_to_overwritten_params" in taken else {}
    pipeline.unload_lora_weights(**more)
    for network in pipeline.components.values():
        # peft leaves its configuration on a network whose layers could not be replaced.
        if hasattr(network, "peft_config"):
            del network.peft_config
            network._hf_peft_config_loaded = False


def _unfit(path: Path, loaded: LoadedPipeline) -> StudioError:
    return StudioError(
        "The LoRA {path} does not fit {model}: it was made for another kind of model.",
        "Choose a LoRA for this kind of model, or another model.",
        path=str(path),
        model=loaded.spec.name,
    )
