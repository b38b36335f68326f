"""Runs ControlNets (Zhang et al. 2023, https://arxiv.org/abs/2302.05543) with a loaded UNet."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from diffusers import ControlNetModel, ControlNetUnionModel
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.catalog.controls import (
    FIRST_LAYERS,
    ORIGINAL_PREFIX,
    T2I,
    TASKS,
    UNION,
    ControlSpec,
    find_control,
)
from studio.catalog.recognise.safetensors_header import RESTORE_HINT, read_header
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import ControlUse, EditRequest
from studio.engine.adapters.t2i import hint_of, read_t2i
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import is_out_of_memory
from studio.engine.scaling import resize, resize_lines, working_size
from studio.engine.steps import INTRABLOCK, Attachment, Predict, UNetCall

LAYERS = "transformer_layes."
"""The transformer of union ControlNets, as its authors and diffusers spell it."""
THIN = ("canny", "scribble")
"""Kinds whose lines are a pixel or two wide."""

SOFT = 0.825
"""The factor per block outwards from the middle, if the prompt has priority or only conditional
rows get residuals; the value of the ControlNet authors' guess mode."""


@dataclass(frozen=True, slots=True, eq=False)
class _Control:
    """One control ready to run: its network and its picture, (1, 3, h, w) in 0..1.

    ``features`` are the maps of a T2I-Adapter, which do not change from step to step, each
    (1, channels, h, w); () for a ControlNet.
    """

    use: ControlUse
    spec: ControlSpec
    network: Any
    hint: torch.Tensor
    features: tuple[torch.Tensor, ...] = ()


@contextmanager
def with_controls(
    loaded: UNetModel, request: EditRequest, progress: Progress
) -> Iterator[Attachment]:
    """Load the ControlNets of a request; yields the hook that adds their residuals.

    A control of strength 0 is skipped, so it equals none. The residuals of several are summed, as
    in diffusers.
    """
    uses = [use for use in request.controls if use.strength != 0]
    if not uses:
        yield Attachment()
        return
    yield Attachment((_Hook([_prepared(loaded, request, use, progress) for use in uses]),))


def _prepared(
    loaded: UNetModel, request: EditRequest, use: ControlUse, progress: Progress
) -> _Control:
    progress.report(0.0, "Loading the control")
    spec = find_control(loaded.spec, use.kind, use.model)
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    fit = resize_lines if use.kind in THIN else resize
    picture = fit(use.image, width, height)
    network = loaded.extras.keep(loaded.extras.controls, spec, partial(_read, loaded))
    if spec.layout == T2I:
        hint = hint_of(network, picture).to(loaded.device.torch, loaded.device.dtype)
        with torch.no_grad():
            return _Control(use, spec, network, hint, tuple(network(hint)))
    sized = torch.from_numpy(picture).permute(2, 0, 1)[None]
    hint = (sized.float() / 255).to(loaded.device.torch, loaded.device.dtype)
    return _Control(use, spec, network, hint)


def _read(loaded: UNetModel, spec: ControlSpec) -> Any:
    if spec.layout == T2I:
        return _read_checked(loaded, spec, lambda: read_t2i(spec.file, loaded.device.dtype))
    if spec.layout == UNION and spec.path.is_file():
        return _read_checked(loaded, spec, lambda: _read_union(loaded, spec))
    if spec.path.is_file():
        return _read_single(loaded, spec)
    cls: Any = ControlNetUnionModel if spec.layout == UNION else ControlNetModel
    try:
        network, info = cls.from_pretrained(
            spec.path,
            torch_dtype=loaded.device.dtype,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
        )
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(spec, str(error)) from error
    if info["missing_keys"] or info.get("mismatched_keys"):
        raise _damaged(spec, ", ".join([*info["missing_keys"], "?"][:1]))
    return network.eval().requires_grad_(False).to(loaded.device.torch)


def _read_checked(
    loaded: UNetModel, spec: ControlSpec, read: Callable[[], tuple[Any, list[str]]]
) -> Any:
    """Return the network that ``read`` makes; it returns the missing weights, too."""
    try:
        network, missing = read()
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(spec, str(error)) from error
    if missing:
        raise _damaged(spec, missing[0])
    return network.eval().requires_grad_(False).to(loaded.device.torch)


def _read_union(loaded: UNetModel, spec: ControlSpec) -> tuple[Any, list[str]]:
    """Return the union ControlNet of a file in diffusers' names; the UNet's configuration counts.

    The number of heads of its own transformer is that of the published ones, 8.
    """
    tensors = {
        name.removeprefix(ORIGINAL_PREFIX): tensor.to(loaded.device.dtype)
        for name, tensor in load_file(spec.path).items()
    }
    shapes = {name: tuple(tensor.shape) for name, tensor in tensors.items()}
    with torch.device("meta"):
        like: Any = ControlNetUnionModel.from_unet(
            loaded.networks.unet,
            load_weights_from_unet=False,
            conditioning_embedding_out_channels=_hint_channels(shapes),
        )
        config = {
            **like.config,
            "in_channels": _first_channels(shapes),
            "num_control_type": shapes[TASKS][0],
            "num_trans_channel": shapes[TASKS][1],
            "num_proj_channel": shapes["spatial_ch_projs.weight"][0],
            "num_trans_layer": len({n.split(".")[1] for n in shapes if n.startswith(LAYERS)}),
        }
        # The names of entries that diffusers would replace by their defaults.
        config.pop("_use_default_values", None)
        network: Any = ControlNetUnionModel.from_config(config)
    found = network.load_state_dict(tensors, strict=False, assign=True)
    return network, list(found.missing_keys)


def _read_single(loaded: UNetModel, spec: ControlSpec) -> Any:
    """Return the ControlNet of a single file; its configuration follows from the UNet's."""
    shapes = {
        name.removeprefix(ORIGINAL_PREFIX): shape for name, shape in read_header(spec.path).items()
    }
    with torch.device("meta"):
        like = ControlNetModel.from_unet(
            loaded.networks.unet,
            load_weights_from_unet=False,
            conditioning_embedding_out_channels=_hint_channels(shapes),
        )
    try:
        with tempfile.TemporaryDirectory() as folder:
            like.register_to_config(in_channels=_first_channels(shapes))
            like.save_config(folder)
            network = ControlNetModel.from_single_file(
                str(spec.path),
                config=folder,
                torch_dtype=loaded.device.dtype,
                local_files_only=True,
            )
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError, TypeError) as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(spec, str(error)) from error
    missing = [name for name, weight in network.named_parameters() if weight.is_meta]
    if missing:
        raise _damaged(spec, missing[0])
    return network.eval().requires_grad_(False).to(loaded.device.torch)


def _first_channels(shapes: Mapping[str, tuple[int, ...]]) -> int:
    return next(shapes[name][1] for name in FIRST_LAYERS if name in shapes)


def _hint_channels(shapes: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    """Return the channel counts of the layers that encode the control image, in either layout.

    The authors' layout has eight convolutions with SiLUs between them; every second one halves the
    resolution and adds channels.
    """
    found = []
    for number in range(0, 14, 4):
        name = f"input_hint_block.{number}.weight"
        found += [shapes[name][0]] if name in shapes else []
    if found:
        return tuple(found)
    number, first = 1, shapes["controlnet_cond_embedding.conv_in.weight"][0]
    found = [first]
    while (name := f"controlnet_cond_embedding.blocks.{number}.weight") in shapes:
        found.append(shapes[name][0])
        number += 2
    return tuple(found)


def _damaged(spec: ControlSpec, reason: str) -> StudioError:
    lines = reason.strip().splitlines() or ["?"]
    return StudioError(
        "The ControlNet {path} cannot be loaded ({reason}).",
        RESTORE_HINT,
        path=str(spec.path),
        reason=lines[0][:200],
    )


class _Hook:
    """Adds the residuals of the controls active in a step to the arguments of the UNet."""

    def __init__(self, controls: Sequence[_Control]) -> None:
        self.controls = controls

    def __call__(self, call: UNetCall, predict: Predict) -> torch.Tensor:
        """Return the prediction with the residuals; see ``StepHook``."""
        totals: list[torch.Tensor] = []
        features: list[torch.Tensor] = []
        for control in self.controls:
            if call.step.plain or not call.step.within(control.use.start, control.use.end):
                continue
            if control.features:
                features = _sum(features, _features(control, call))
            else:
                totals = _sum(totals, _residuals(control, call))
        if features:
            call = call.with_options(**{INTRABLOCK: tuple(features)})
        if totals:
            call = call.with_options(
                down_block_additional_residuals=tuple(totals[:-1]),
                mid_block_additional_residual=totals[-1],
            )
        return predict(call)


def _sum(totals: list[torch.Tensor], found: list[torch.Tensor]) -> list[torch.Tensor]:
    return [a + b for a, b in zip(totals, found, strict=True)] if totals else found


def _features(control: _Control, call: UNetCall) -> list[torch.Tensor]:
    """Return the feature maps of a T2I-Adapter for every row of the batch."""
    mode, last = control.use.mode, len(control.features) - 1
    found = []
    for i, part in enumerate(control.features):
        by = control.use.strength * (SOFT ** (last - i) if mode != "balanced" else 1.0)
        rows = part.expand(len(call.step.conditional), -1, -1, -1) * by
        if mode == "control":
            alone = rows.new_tensor(call.step.conditional)[:, None, None, None]
            rows = rows * alone
        found.append(rows)
    return found


def _residuals(control: _Control, call: UNetCall) -> list[torch.Tensor]:
    """Return the residuals of the down blocks and, last, of the middle block, for every row."""
    mode = control.use.mode
    # If only the conditional rows get residuals, guidance amplifies the control.
    alone = mode == "control" and not all(call.step.conditional)
    asked = call.only_conditional() if alone else call
    # The first four of an inpainting UNet's nine channels are the latents.
    latents = asked.latents[:, :4]
    hint = control.hint.expand(len(latents), -1, -1, -1)
    more: dict[str, Any] = {"controlnet_cond": hint}
    if control.spec.layout == UNION:
        types = latents.new_zeros(len(latents), control.spec.modes)
        types[:, control.spec.mode] = 1
        more = {"controlnet_cond": [hint], "control_type": types}
        more["control_type_idx"] = [control.spec.mode]
    down, middle = control.network(
        latents,
        asked.timestep,
        encoder_hidden_states=asked.text,
        added_cond_kwargs=asked.options.get("added_cond_kwargs"),
        return_dict=False,
        **more,
    )
    found = [*down, middle]
    last = len(found) - 1
    soft = mode != "balanced"
    found = [
        part * (control.use.strength * (SOFT ** (last - i) if soft else 1.0))
        for i, part in enumerate(found)
    ]
    return [_in_rows(part, call) for part in found] if alone else found


def _in_rows(part: torch.Tensor, call: UNetCall) -> torch.Tensor:
    """Return residuals of the conditional rows expanded to all rows, 0 for the others."""
    whole = part.new_zeros(len(call.step.conditional), *part.shape[1:])
    whole[call.conditional_rows] = part
    return whole
