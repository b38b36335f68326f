"""A Stable Diffusion model in memory."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from studio.catalog.models import ModelSpec
from studio.catalog.tokens import TokenCounter
from studio.engine.device import Device
from studio.engine.loading import Networks
from studio.engine.preview import LatentPreview


@dataclass(slots=True, eq=False)
class FewStepUNet:
    """The UNet of the few-step form, None until it is first asked for."""

    made: Any = None


@dataclass(frozen=True, slots=True, eq=False)
class LoadedStableDiffusion:
    """The networks, and what belongs to them: tokenizer limit and preview map."""

    spec: ModelSpec
    device: Device
    networks: Networks
    preview: LatentPreview
    tokens: TokenCounter
    few_step_unet: FewStepUNet = field(default_factory=FewStepUNet)
