"""The functions of Stable Diffusion that ``engine.training`` calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from diffusers import StableDiffusionPipeline

from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import encode_image
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.loading import Networks
from studio.engine.scheduling import make_scheduler
from studio.engine.training import sampling
from studio.engine.training.family import Conditions, TextPart

STATES = "encoder_hidden_states"


class StableDiffusionTraining:
    """A single text encoder, whose last states are the UNet's cross-attention input."""

    text_parts = (TextPart(),)

    def encode(self, networks: Networks, prompts: Sequence[str], side: int) -> Conditions:
        """Return the states (n, tokens, width) of prompts; ``side`` is not used."""
        encoder = networks.text_encoder
        ids = networks.tokenizer(
            list(prompts),
            padding="max_length",
            max_length=encoder.config.max_position_embeddings,
            truncation=True,
            return_tensors="pt",
        ).input_ids
        return {STATES: encoder(ids.to(encoder.device))[0]}

    def predict(
        self, unet: Any, noisy: torch.Tensor, times: torch.Tensor, conditions: Conditions
    ) -> torch.Tensor:
        """Return the output (n, 4, h, w) of the UNet."""
        output: torch.Tensor = unet(noisy, times, conditions[STATES]).sample
        return output

    def encode_picture(self, loaded: UNetModel, picture: torch.Tensor) -> torch.Tensor:
        """Return the scaled latents (1, 4, h, w) of a picture (1, 3, h, w) in -1..1."""
        return encode_image(loaded, picture)

    def sample(
        self,
        loaded: UNetModel,
        unet: Any,
        conditions: tuple[Conditions, Conditions],
        side: int,
        generators: Sequence[torch.Generator],
        after_step: Any,
    ) -> torch.Tensor:
        """Return the scaled latents (n, 4, h, w) from the stock pipeline with DDIM."""
        scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
        pipeline = make_pipeline(StableDiffusionPipeline, loaded, scheduler, unet)
        latents: torch.Tensor = pipeline(
            prompt_embeds=conditions[0][STATES],
            negative_prompt_embeds=conditions[1][STATES],
            width=side,
            height=side,
            num_inference_steps=sampling.STEPS,
            guidance_scale=sampling.guidance_scale(loaded.spec),
            generator=list(generators),
            output_type="latent",
            return_dict=False,
            callback_on_step_end=after_step,
        )[0]
        return latents
