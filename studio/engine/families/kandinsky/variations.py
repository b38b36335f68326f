"""The prior of Kandinsky 2.2 for variations of a picture: its image embedding, mixed with that of a
prompt if there is one, as by diffusers' ``KandinskyV22PriorPipeline.interpolate``."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers import KandinskyV22PriorPipeline
from diffusers.pipelines.kandinsky.pipeline_kandinsky_prior import KandinskyPriorPipelineOutput
from PIL import Image

PICTURE_SHARE = 0.5
"""The share of the picture beside a prompt, that of diffusers' examples."""


class KandinskyVariationPrior(KandinskyV22PriorPipeline):  # type: ignore[misc]
    """Returns the embeddings for the decoder; without a prompt the prior does not run."""

    @torch.no_grad()
    def __call__(
        self,
        image: Image.Image,
        prompt: str,
        negative_prompt: str,
        num_inference_steps: int,
        guidance_scale: float,
        generator: torch.Generator,
        callback_on_step_end: Callable[..., Any] | None = None,
    ) -> Any:
        """Return ``image_embeds`` and ``negative_image_embeds``, each (1, width)."""
        options = {
            "num_inference_steps": num_inference_steps,
            "guidance_scale": guidance_scale,
            "generator": generator,
            "callback_on_step_end": callback_on_step_end,
        }
        encoder = self.image_encoder
        pixels = self.image_processor(image, return_tensors="pt").pixel_values
        embeds = encoder(pixels.to(encoder.device, encoder.dtype))["image_embeds"]
        if prompt.strip():
            idea = super().__call__(prompt, **options).image_embeds
            embeds = PICTURE_SHARE * embeds + (1 - PICTURE_SHARE) * idea
        if negative_prompt.strip():
            zero = super().__call__(negative_prompt, **options).image_embeds
        else:
            zero = self.get_zero_embed(1, encoder.device)
        return KandinskyPriorPipelineOutput(image_embeds=embeds, negative_image_embeds=zero)
