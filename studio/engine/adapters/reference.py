"""Reference pictures with IP-Adapter (Ye et al. 2023, https://arxiv.org/abs/2308.06721)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers.image_processor import IPAdapterMaskProcessor
from PIL import Image
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import (
    CLIPImageProcessor,
    CLIPVisionConfig,
    CLIPVisionModelWithProjection,
)

from studio.catalog.annotators import pose_weights
from studio.catalog.image_encoders import encoder_config, weights_of
from studio.catalog.recognise.safetensors_header import RESTORE_HINT
from studio.catalog.references import FACE, ReferenceSpec, find_reference
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Pixels, ReferenceUse
from studio.engine.annotators.face import face_of
from studio.engine.cancelling import cancellable
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import incomplete, is_out_of_memory
from studio.engine.scaling import resize_mask, working_size
from studio.engine.steps import Attachment, Predict, UNetCall

BLOCKS = {
    "look": ("up_blocks",),
    "composition": ("down_blocks", "mid_block"),
    "subject": ("",),
    FACE: ("",),
}
"""The blocks of the UNet in which each mode acts: InstantStyle (Wang et al. 2024) found the layout
in the lowest down block and the style in the up blocks of SDXL; Stable Diffusion 1.x is divided the
same way."""
POOLED = "proj.weight"
"""A weight found only in adapters that take the single pooled embedding of a picture."""


@dataclass(frozen=True, slots=True, eq=False)
class _Adapter:
    """A loaded IP-Adapter; ``state`` is in the layout that diffusers expects."""

    encoder: Any
    processor: Any
    state: dict[str, dict[str, torch.Tensor]]


@dataclass(frozen=True, slots=True, eq=False)
class _Seen:
    """Conditional and unconditional image embeddings: (1, 1, width) or (1, 1, patches, width)."""

    picture: torch.Tensor
    nothing: torch.Tensor
    note: Notice | None = None


@contextmanager
def with_references(
    loaded: UNetModel, request: EditRequest, progress: Progress
) -> Iterator[Attachment]:
    """Attach the IP-Adapters of a request to the UNet; yields the hook that passes the embeddings.

    A reference of weight 0 is skipped, so it equals none. On exit the UNet has its original
    attention processors.
    """
    uses = [use for use in request.references if use.weight != 0]
    if not uses:
        yield Attachment()
        return
    progress.report(0.0, "Reading the reference")
    specs = [find_reference(loaded.spec, use.model, use.mode) for use in uses]
    table = loaded.extras.references
    adapters = [loaded.extras.keep(table, spec, partial(_read, loaded)) for spec in specs]
    embeds = [_seen(loaded, spec, use, progress) for spec, use in zip(specs, uses, strict=True)]
    unet = loaded.networks.unet
    before = dict(unet.attn_processors)
    kept = (unet.encoder_hid_proj, unet.config.encoder_hid_dim_type)
    try:
        _load(unet, adapters, uses)
        hook = _Hook(unet, uses, embeds, _masks(loaded, request, uses))
        yield Attachment((hook,), tuple(one.note for one in embeds if one.note is not None))
    finally:
        unet.encoder_hid_proj = kept[0]
        unet.config.encoder_hid_dim_type = kept[1]
        unet.set_attn_processor(before)


def _load(unet: Any, adapters: Sequence[_Adapter], uses: Sequence[ReferenceUse]) -> None:
    try:
        unet._load_ip_adapter_weights([adapter.state for adapter in adapters])
    except (ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(uses[0].model or "ip_adapter", str(error)) from error


def _read(loaded: UNetModel, spec: ReferenceSpec) -> _Adapter:
    try:
        flat = load_file(spec.path)
        encoder = _read_encoder(spec.encoder, loaded.device.dtype)
    except (SafetensorError, OSError, ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(str(spec.path), str(error)) from error
    state: dict[str, dict[str, torch.Tensor]] = {"image_proj": {}, "ip_adapter": {}}
    for name, value in flat.items():
        part, _, rest = name.partition(".")
        if part in state:
            state[part][rest] = value.to(loaded.device.torch, loaded.device.dtype)
    network: Any = encoder.eval().requires_grad_(False)
    size = int(network.config.image_size)
    processor = CLIPImageProcessor(size=size, crop_size=size)
    return _Adapter(network.to(loaded.device.torch), processor, state)


def _read_encoder(path: Path, dtype: torch.dtype) -> Any:
    """Return an image encoder of a folder, or of a file in transformers' names.

    StudioError if it lacks weights, which transformers would replace by random ones.
    """
    read: Any = CLIPVisionModelWithProjection.from_pretrained
    options: dict[str, Any] = {"dtype": dtype, "output_loading_info": True}
    if path.is_dir():
        options |= {"local_files_only": True, "use_safetensors": True}
        network, info = read(path, **options)
    else:
        config = CLIPVisionConfig(**encoder_config(path))
        network, info = read(None, config=config, state_dict=load_file(path), **options)
    missing = [one for one in info["missing_keys"] if not one.endswith("position_ids")]
    if missing:
        raise incomplete(weights_of(path), missing)
    return network


def _seen(loaded: UNetModel, spec: ReferenceSpec, use: ReferenceUse, progress: Progress) -> _Seen:
    """Return the embeddings of a reference, cached by picture content as long as the model is."""
    # The face is searched for again once pose weights are installed.
    face = (pose_weights(),) if use.mode == FACE else ()
    key = (spec, face, use.image.shape, hashlib.sha256(use.image.tobytes()).hexdigest())
    kept = loaded.extras.embeddings
    if key not in kept:
        image, note = face_of(use.image, progress.sub(0.0, 0.0)) if face else (use.image, None)
        adapter: _Adapter = loaded.extras.references[spec]
        pixels = adapter.processor(Image.fromarray(square(image)), return_tensors="pt").pixel_values
        pixels = pixels.to(loaded.device.torch, loaded.device.dtype)
        with torch.no_grad(), cancellable(adapter.encoder, progress):
            kept[key] = _Seen(*_encode(adapter, pixels), note)
    found: _Seen = kept[key]
    return found


def _encode(adapter: _Adapter, pixels: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return an adapter's embeddings of (1, 3, h, w) pixels, and the unconditional ones.

    The standard adapter was trained with zeros for the latter; "plus" and "full face" use the
    hidden states of the penultimate layer, unconditionally those of an image of zeros (training
    code of Ye et al. 2023).
    """
    if POOLED in adapter.state["image_proj"]:
        embeds = adapter.encoder(pixels).image_embeds[:, None]
        return embeds, torch.zeros_like(embeds)
    both = torch.cat([pixels, torch.zeros_like(pixels)])
    states = adapter.encoder(both, output_hidden_states=True).hidden_states[-2]
    return states[:1, None], states[1:, None]


def square(image: Pixels) -> Pixels:
    """Return the whole picture padded to a square with its border colours.

    The stock processor crops the centre, which cuts off the head of a portrait.
    """
    height, width = image.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    around = ((top, side - height - top), (left, side - width - left), (0, 0))
    return np.pad(image, around, mode="edge")


def _masks(
    loaded: UNetModel, request: EditRequest, uses: Sequence[ReferenceUse]
) -> list[torch.Tensor] | None:
    """Return the mask of each reference, (1, 1, h, w) in 0..1; None if none has a mask."""
    if all(use.mask is None for use in uses):
        return None
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    masks = []
    for use in uses:
        shape = (request.region.height, request.region.width)
        mask = np.full(shape, 255, np.uint8) if use.mask is None else use.mask
        sized = Image.fromarray(resize_mask(mask, width, height))
        made = IPAdapterMaskProcessor().preprocess([sized], height=height, width=width)
        masks.append(made.reshape(1, 1, height, width).to(loaded.device.torch, loaded.device.dtype))
    return masks


class _Hook:
    """Passes the image embeddings to the UNet and sets the scale of each in every layer."""

    def __init__(
        self,
        unet: Any,
        uses: Sequence[ReferenceUse],
        embeds: Sequence[_Seen],
        masks: list[torch.Tensor] | None,
    ) -> None:
        self.processors = {n: p for n, p in unet.attn_processors.items() if hasattr(p, "scale")}
        self.uses, self.embeds, self.masks = uses, embeds, masks

    def __call__(self, call: UNetCall, predict: Predict) -> torch.Tensor:
        """Return the prediction with the references; see ``StepHook``."""
        for name, processor in self.processors.items():
            # The UNet needs embeddings even if none is to act: then all scales are 0.
            processor.scale = [_scale(use, name, call) for use in self.uses]
        images = [
            # The unconditional rows have no reference either, as in training.
            torch.cat([one.picture if row else one.nothing for row in call.step.conditional])
            for one in self.embeds
        ]
        call = call.with_added(image_embeds=images)
        if self.masks is not None:
            given = call.options.get("cross_attention_kwargs") or {}
            across = {**given, "ip_adapter_masks": self.masks}
            call = call.with_options(cross_attention_kwargs=across)
        return predict(call)


def _scale(use: ReferenceUse, layer: str, call: UNetCall) -> float:
    acts = not call.step.plain and call.step.within(use.start, use.end)
    return use.weight if acts and layer.startswith(BLOCKS[use.mode]) else 0.0


def _damaged(path: str, reason: str) -> StudioError:
    lines = reason.strip().splitlines() or ["?"]
    return StudioError(
        "The IP-Adapter {path} cannot be loaded ({reason}).",
        RESTORE_HINT,
        path=path,
        reason=lines[0][:200],
    )
