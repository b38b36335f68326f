"""ControlNets (Zhang et al. 2023, https://arxiv.org/abs/2302.05543) beside a loaded UNet."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
from diffusers import ControlNetModel
from safetensors import SafetensorError

from studio.catalog.controls import FIRST_LAYERS, ORIGINAL_PREFIX, ControlSpec, find_control
from studio.catalog.recognise.safetensors_header import RESTORE_HINT, read_header
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import ControlUse, EditRequest
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.strength import steps_of
from studio.engine.loading import is_out_of_memory
from studio.engine.pausing import is_paused
from studio.engine.scaling import resize, resize_lines, working_size

THIN = ("canny", "scribble")
"""Kinds whose lines are a pixel or two wide."""

SOFT = 0.825
"""How much less each block outwards from the middle counts where the control yields or where it
acts on the guided half alone; the value of the ControlNet authors' guess mode."""


@dataclass(frozen=True, slots=True, eq=False)
class _Steer:
    """One control ready to run: its network and its picture, (1, 3, h, w) in 0..1."""

    use: ControlUse
    network: Any
    hint: torch.Tensor


@contextmanager
def steer(loaded: UNetModel, request: EditRequest, progress: Progress) -> Iterator[None]:
    """Let the controls of a request act on every call of the UNet; on exit nothing is left.

    One of strength 0 is left out, so that it equals none. The residuals of several are summed, as
    diffusers does.
    """
    uses = [use for use in request.controls if use.strength != 0]
    if not uses:
        yield
        return
    steers = [_ready(loaded, request, use, progress) for use in uses]
    guided = request.sampling.cfg_scale > 1
    hook = _Hook(steers, steps_of(request), guided)
    handle = loaded.networks.unet.register_forward_pre_hook(hook, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


def _ready(loaded: UNetModel, request: EditRequest, use: ControlUse, progress: Progress) -> _Steer:
    progress.report(0.0, "Loading the control")
    spec = find_control(loaded.spec, use.kind, use.model)
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    fit = resize_lines if use.kind in THIN else resize
    sized = torch.from_numpy(fit(use.image, width, height)).permute(2, 0, 1)[None]
    hint = (sized.float() / 255).to(loaded.device.torch, loaded.device.dtype)
    network = loaded.extras.keep(loaded.extras.controls, spec, partial(_read, loaded))
    return _Steer(use, network, hint)


def _read(loaded: UNetModel, spec: ControlSpec) -> Any:
    if spec.path.is_file():
        return _read_single(loaded, spec)
    try:
        network, info = ControlNetModel.from_pretrained(
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


def _read_single(loaded: UNetModel, spec: ControlSpec) -> Any:
    """Return the ControlNet of a single file; the UNet says what its configuration is."""
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
    """Return the widths of the layers that read the control image, in either layout.

    The authors' has eight convolutions with a SiLU between each two; every second one halves the
    picture and widens.
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
    """Runs before each call of the UNet and adds what the controls say to its arguments."""

    def __init__(self, steers: Sequence[_Steer], steps: int, guided: bool) -> None:
        self.steers = steers
        self.steps = max(1, steps)
        self.guided = guided
        self.calls = 0

    def __call__(self, module: Any, args: Any, kwargs: Any) -> tuple[Any, Any]:
        if is_paused():
            return args, kwargs
        step = self.calls % self.steps
        self.calls += 1
        totals: list[torch.Tensor] = []
        for item in self.steers:
            if not self._acts(item.use, step):
                continue
            found = self._residuals(item, args[0][:, :4], args[1], kwargs["encoder_hidden_states"])
            totals = [a + b for a, b in zip(totals, found, strict=True)] if totals else found
        if not totals:
            return args, kwargs
        more = {
            "down_block_additional_residuals": tuple(totals[:-1]),
            "mid_block_additional_residual": totals[-1],
        }
        return args, {**kwargs, **more}

    def _acts(self, use: ControlUse, step: int) -> bool:
        # The rule of diffusers: a step counts when it lies wholly between start and end.
        return step / self.steps >= use.start and (step + 1) / self.steps <= use.end

    def _residuals(
        self, item: _Steer, latents: torch.Tensor, time: Any, texts: torch.Tensor
    ) -> list[torch.Tensor]:
        """Return the residuals of the down blocks and, last, of the middle."""
        mode = item.use.mode
        halves = self.guided and mode == "control"
        if halves:
            # Only the half with the prompt is steered, so guidance strengthens the control.
            latents, texts = latents.chunk(2)[1], texts.chunk(2)[1]
        down, middle = item.network(
            latents,
            time,
            encoder_hidden_states=texts,
            controlnet_cond=item.hint.expand(len(latents), -1, -1, -1),
            return_dict=False,
        )
        found = [*down, middle]
        last = len(found) - 1
        soft = mode != "balanced"
        found = [
            part * (item.use.strength * (SOFT ** (last - i) if soft else 1.0))
            for i, part in enumerate(found)
        ]
        if halves:
            found = [torch.cat([torch.zeros_like(part), part]) for part in found]
        return found
