"""Runs the small unCLIP: from a prompt or a picture to an image embedding, and on to a picture."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from PIL import Image
from torch import Tensor

from studio.engine.clip.networks import SIDE, pooled
from studio.engine.families.small_unclip.networks import decode_step, normalized
from studio.engine.pipelines.embeddings import blended, moved_by_words, slerp

Callback = Callable[[Any, int, Any, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True)
class Words:
    """An encoded prompt: ``states`` (1, tokens, width) and ``pooled`` (1, width) for the prior,
    ``clip`` (1, d) normalized in the space of the image embeddings."""

    states: Tensor
    pooled: Tensor
    clip: Tensor


class UnclipPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Text to image, variations, blends and moves by words."""

    def __init__(
        self,
        prior: Any,
        decoder: Any,
        pictures: Any,
        texts: Any,
        unet: Any,
        vae: Any,
        text_encoder: Any,
        tokenizer: Any,
        scheduler: Any,
        prior_scheduler: Any,
    ) -> None:
        super().__init__()
        self.register_modules(
            prior=prior,
            decoder=decoder,
            pictures=pictures,
            texts=texts,
            unet=unet,
            vae=vae,
            text_encoder=text_encoder,
            tokenizer=tokenizer,
            scheduler=scheduler,
            prior_scheduler=prior_scheduler,
        )

    @torch.no_grad()
    def __call__(
        self,
        generator: torch.Generator,
        width: int,
        height: int,
        prompt: str = "",
        image: Image.Image | None = None,
        old_words: str = "",
        word_share: float = 0.35,
        own_noise: float = 0.0,
        blend: Sequence[tuple[Image.Image, float]] = (),
        prior_num_inference_steps: int = 25,
        prior_guidance_scale: float = 4.0,
        prior_candidates: int = 2,
        num_inference_steps: int = 20,
        guidance_scale: float = 2.0,
        output_type: str = "pil",
        callback_on_step_end: Callback | None = None,
    ) -> ImagePipelineOutput:
        """Return one picture of ``width`` x ``height``.

        With ``image`` it is a variation of that picture, moved by ``word_share`` from
        ``old_words`` to ``prompt`` if there is one; else it is made from ``prompt``. ``blend`` are
        further pictures, each with the share, 0..1, by which it pulls. ``own_noise`` 0..1 is the
        share of the pictures' own noise, found by DDIM inversion, in the noise to begin with.
        """
        report = _Report(self, callback_on_step_end)
        others = [(self.encode_picture(one), share) for one, share in blend]
        if image is None:
            guess = self.guess(
                prompt,
                prior_num_inference_steps,
                prior_guidance_scale,
                prior_candidates,
                generator,
                report,
            )
            embeds = guess
        else:
            embeds = self.encode_picture(image)
            if prompt.strip():
                new, old = self.encode_prompt(prompt).clip, self.encode_prompt(old_words).clip
                embeds = moved_by_words(embeds, new, old, word_share)
        noise = self.noise(width, height, generator)
        if image is not None and own_noise > 0:
            own = self.invert(image, width, height, num_inference_steps, report)
            for (one, share), _ in zip(blend, others, strict=True):
                other = self.invert(one, width, height, num_inference_steps, report)
                own = slerp(own.flatten(1), other.flatten(1), share).view_as(own)
            noise = slerp(noise.flatten(1), own.flatten(1), own_noise).view_as(noise)
        embeds = normalized(blended(embeds, others)).to(noise.dtype)
        latents = self.draw(embeds, noise, num_inference_steps, guidance_scale, generator, report)
        return self._shown(latents, output_type)

    def encode_prompt(self, prompt: str) -> Words:
        """Return a prompt encoded for the prior and for CLIP."""
        batch = self.tokenizer(
            [prompt],
            padding="max_length",
            truncation=True,
            max_length=int(self.prior.config.text_tokens),
            return_tensors="pt",
        )
        tokens = batch.input_ids.to(self.text_encoder.device)
        states = self.text_encoder(input_ids=tokens).last_hidden_state
        both = pooled(states, tokens, int(self.tokenizer.eos_token_id))
        width = states.shape[-1]
        return Words(states, both[:, :width], normalized(self.texts(both)).to(states.dtype))

    def encode_picture(self, image: Image.Image) -> Tensor:
        """Return the normalized image embedding (1, d) of the middle square of a picture."""
        side = min(image.size)
        left, top = (image.width - side) // 2, (image.height - side) // 2
        square = image.convert("RGB").resize(
            (SIDE, SIDE), Image.Resampling.BOX, (left, top, left + side, top + side)
        )
        pixels = _to_tensor(square).to(self.pictures.device, self.pictures.dtype)
        return normalized(self.pictures(pixels))

    def guess(
        self,
        prompt: str,
        steps: int,
        guidance: float,
        candidates: int,
        generator: torch.Generator,
        report: Callable[[Any, Tensor], None],
    ) -> Tensor:
        """Return the prior's image embedding (1, d) of a prompt: of several, the nearest to it."""
        words, empty = self.encode_prompt(prompt), self.encode_prompt("")
        shape = (candidates, int(self.prior.config.embed_dim))
        noisy = torch.randn(shape, generator=generator).to(self.prior.device, self.prior.dtype)
        self.prior_scheduler.set_timesteps(steps)
        for moment in self.prior_scheduler.timesteps:
            made = self._predict_embeds(noisy, moment, words)
            if guidance > 1:
                bare = self._predict_embeds(noisy, moment, empty)
                # Guidance leaves the sphere on which embeddings lie.
                made = normalized(bare + guidance * (made - bare)).to(noisy.dtype)
            noisy = self.prior_scheduler.step(made, moment, noisy).prev_sample
            report(moment, noisy)
        found = normalized(noisy)
        nearest = int((found @ words.clip.float().T)[:, 0].argmax())
        return found[nearest : nearest + 1]

    def _predict_embeds(self, noisy: Tensor, moment: Tensor, words: Words) -> Tensor:
        count = len(noisy)
        time = moment.to(noisy.device).expand(count)
        states, summary = words.states.expand(count, -1, -1), words.pooled.expand(count, -1)
        given = (states, summary, words.clip.expand(count, -1))
        made: Tensor = self.prior(noisy, time, *(one.to(noisy.dtype) for one in given))
        return made

    def invert(
        self,
        image: Image.Image,
        width: int,
        height: int,
        steps: int,
        report: Callable[[Any, Tensor], None],
    ) -> Tensor:
        """Return the noise (1, 4, h, w) from which DDIM would draw a picture, given its embedding.

        By the reversed steps of DDIM (Song et al. 2021, https://arxiv.org/abs/2010.02502).
        """
        embeds = self.encode_picture(image).to(self.unet.dtype)
        pixels = _to_tensor(image.convert("RGB").resize((width, height)))
        encoded = self.vae.encode(pixels.to(self.vae.device, self.vae.dtype)).latents
        latents = encoded * self.vae.config.scaling_factor
        signals = self.scheduler.alphas_cumprod.to(latents.device)
        spaced = torch.linspace(0, len(signals) - 1, steps + 1).round().long()
        for moment, later in pairwise(spaced.to(latents.device)):
            made = decode_step(self.unet, self.decoder, latents, moment, embeds)
            part, next_part = signals[moment], signals[later]
            # The UNet predicts v (Salimans and Ho 2022): both x0 and the noise follow from it.
            clean = part.sqrt() * latents - (1 - part).sqrt() * made
            noise = part.sqrt() * made + (1 - part).sqrt() * latents
            latents = next_part.sqrt() * clean + (1 - next_part).sqrt() * noise
            report(moment, latents)
        found: Tensor = latents
        return found

    def noise(self, width: int, height: int, generator: torch.Generator) -> Tensor:
        """Return noise (1, 4, h, w) for a picture of a size in pixels."""
        scale = 2 ** (len(self.vae.config.decoder_block_out_channels) - 1)
        shape = (1, int(self.unet.config.in_channels), height // scale, width // scale)
        return torch.randn(shape, generator=generator).to(self.unet.device, self.unet.dtype)

    def draw(
        self,
        embeds: Tensor,
        noise: Tensor,
        steps: int,
        guidance: float,
        generator: torch.Generator,
        report: Callable[[Any, Tensor], None],
    ) -> Tensor:
        """Return the latents (n, 4, h, w) drawn from noise for embeddings (n, d)."""
        self.scheduler.set_timesteps(steps, device=noise.device)
        takes = inspect.signature(self.scheduler.step).parameters
        options = {"generator": generator} if "generator" in takes else {}
        latents = noise * self.scheduler.init_noise_sigma
        both = torch.cat([torch.zeros_like(embeds), embeds]) if guidance > 1 else embeds
        for moment in self.scheduler.timesteps:
            scaled = self.scheduler.scale_model_input(latents, moment)
            if guidance > 1:
                scaled = torch.cat([scaled, scaled])
            made = decode_step(self.unet, self.decoder, scaled, moment, both)
            if guidance > 1:
                bare, seen = made.chunk(2)
                made = bare + guidance * (seen - bare)
            latents = self.scheduler.step(made, moment, latents, **options).prev_sample
            report(moment, latents)
        drawn: Tensor = latents
        return drawn

    def _shown(self, latents: Tensor, output_type: str) -> ImagePipelineOutput:
        decoded = self.vae.decode(latents / self.vae.config.scaling_factor).sample
        pixels = (decoded.float() / 2 + 0.5).clamp(0, 1).permute(0, 2, 3, 1).cpu().numpy()
        if output_type == "np":
            return ImagePipelineOutput(images=pixels)
        shown = [Image.fromarray((one * 255).round().astype(np.uint8)) for one in pixels]
        return ImagePipelineOutput(images=shown)


class _Report:
    """Counts steps of all stages for the callback of a pipeline."""

    def __init__(self, pipeline: Any, callback: Callback | None) -> None:
        self._pipeline, self._callback, self._index = pipeline, callback, 0

    def __call__(self, moment: Any, latents: Tensor) -> None:
        if self._callback is not None:
            self._callback(self._pipeline, self._index, moment, {"latents": latents})
        self._index += 1


def _to_tensor(image: Image.Image) -> Tensor:
    """Return an RGB picture as (1, 3, h, w) in -1..1."""
    levels = torch.from_numpy(np.asarray(image, np.float32).copy())
    return levels.permute(2, 0, 1)[None] / 127.5 - 1
