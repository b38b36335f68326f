"""The functions of Stable Diffusion XL that ``engine.training`` calls."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from diffusers import StableDiffusionXLPipeline

from studio.engine.families.stable_diffusion_xl.conditioning import time_ids
from studio.engine.families.stable_diffusion_xl.loaded import LAST_BUT_ONE
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import encode_image
from studio.engine.loading import Networks
from studio.engine.scheduling import make_scheduler
from studio.engine.training import sampling
from studio.engine.training.family import Conditions, TextPart

STATES, POOLED, TIME_IDS = "encoder_hidden_states", "text_embeds", "time_ids"


class XLTraining:
    """Two text encoders, and size conditioning for a square photo without a crop."""

    text_parts = (TextPart(), TextPart("text_encoder_2", "tokenizer_2"))

    def encode(self, networks: Networks, prompts: Sequence[str], side: int) -> Conditions:
        """Return concatenated states, pooled states and ``time_ids``, one row per prompt."""
        states, pooled = [], torch.empty(0)
        for part in self.text_parts:
            encoder = getattr(networks, part.encoder)
            ids = getattr(networks, part.tokenizer)(
                list(prompts),
                padding="max_length",
                max_length=encoder.config.max_position_embeddings,
                truncation=True,
                return_tensors="pt",
            ).input_ids
            output = encoder(ids.to(encoder.device), output_hidden_states=True)
            states.append(output.hidden_states[LAST_BUT_ONE])
            pooled = getattr(output, "text_embeds", pooled)
        numbers = torch.tensor([time_ids({}, side, side)] * len(prompts)).to(pooled)
        return {STATES: torch.cat(states, dim=-1), POOLED: pooled, TIME_IDS: numbers}

    def predict(
        self, unet: Any, noisy: torch.Tensor, times: torch.Tensor, conditions: Conditions
    ) -> torch.Tensor:
        """Return the output (n, 4, h, w) of the UNet."""
        added = {name: conditions[name] for name in (POOLED, TIME_IDS)}
        output: torch.Tensor = unet(
            noisy, times, conditions[STATES], added_cond_kwargs=added
        ).sample
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
        parts: Any = loaded.networks
        pipeline = StableDiffusionXLPipeline(
            vae=parts.vae,
            text_encoder=parts.text_encoder,
            text_encoder_2=parts.text_encoder_2,
            tokenizer=parts.tokenizer,
            tokenizer_2=parts.tokenizer_2,
            unet=unet,
            scheduler=make_scheduler(parts.scheduler_config, "ddim", "normal"),
            add_watermarker=False,
        )
        pipeline.set_progress_bar_config(disable=True)
        positive, negative = conditions
        latents: torch.Tensor = pipeline(
            prompt_embeds=positive[STATES],
            pooled_prompt_embeds=positive[POOLED],
            negative_prompt_embeds=negative[STATES],
            negative_pooled_prompt_embeds=negative[POOLED],
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
