"""Inpainting with PixArt, for which diffusers has no pipeline: the known latents are blended in
after each step, as in RePaint without its resampling (https://arxiv.org/abs/2201.09865)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from diffusers import PixArtSigmaPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_max_pool2d

MICRO_CONDITIONED = 128
"""The models of alpha with this latent edge take the size of the picture as a condition."""


class PixArtFillPipeline(PixArtSigmaPipeline):  # type: ignore[misc]
    """PixArt alpha or Sigma on a picture with a mask.

    With a mask of the whole picture and a strength of 1 the pictures are those of the stock
    pipelines.
    """

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        image: Image.Image,
        mask_image: Image.Image,
        strength: float,
        num_inference_steps: int,
        guidance_scale: float,
        width: int,
        height: int,
        max_sequence_length: int,
        generator: torch.Generator,
        output_type: str = "np",
        clean_caption: bool = False,
        callback: Callable[[int, Any, Tensor], None] | None = None,
    ) -> ImagePipelineOutput:
        """Return a picture; ``image`` and ``mask_image`` (white = may change) have its size."""
        guided = guidance_scale > 1
        texts = self.encode_prompt(
            prompt,
            guided,
            negative_prompt=negative_prompt,
            clean_caption=clean_caption,
            max_sequence_length=max_sequence_length,
        )
        embeds, attention, no_embeds, no_attention = texts
        if guided:
            embeds = torch.cat([no_embeds, embeds])
            attention = torch.cat([no_attention, attention])
        clean, mask = self._known(image, mask_image, embeds.dtype)
        timesteps, latents, noise = self._start(clean, strength, num_inference_steps, generator)
        extra = self.prepare_extra_step_kwargs(generator, 0.0)
        conditions = self._conditions(width, height, 2 if guided else 1, embeds)
        for index, timestep in enumerate(timesteps):
            batch = torch.cat([latents] * 2) if guided else latents
            batch = self.scheduler.scale_model_input(batch, timestep)
            predicted = self.transformer(
                batch,
                encoder_hidden_states=embeds,
                encoder_attention_mask=attention,
                timestep=timestep[None].to(batch.device).expand(len(batch)),
                added_cond_kwargs=conditions,
                return_dict=False,
            )[0]
            if guided:
                without, with_prompt = predicted.chunk(2)
                predicted = without + guidance_scale * (with_prompt - without)
            if self.transformer.config.out_channels // 2 == latents.shape[1]:
                predicted = predicted.chunk(2, dim=1)[0]
            latents = self.scheduler.step(predicted, timestep, latents, **extra, return_dict=False)
            latents = latents[0]
            known = clean
            if index < len(timesteps) - 1:
                known = self.scheduler.add_noise(clean, noise, timesteps[index + 1][None])
            latents = (1 - mask) * known + mask * latents
            if callback is not None:
                callback(index, timestep, latents)
        scaled = latents.to(self.vae.dtype) / self.vae.config.scaling_factor
        pixels = self.vae.decode(scaled, return_dict=False)[0]
        images = self.image_processor.postprocess(pixels, output_type=output_type)
        return ImagePipelineOutput(images=images)

    def _known(
        self, image: Image.Image, mask_image: Image.Image, dtype: torch.dtype
    ) -> tuple[Tensor, Tensor]:
        """Return the latents of the picture, and the mask (1, 1, h, w) of their cells, 0 or 1."""
        device = self._execution_device
        pixels = self.image_processor.preprocess(image).to(device, self.vae.dtype)
        clean = self.vae.encode(pixels).latent_dist.mode() * self.vae.config.scaling_factor
        mask = self.image_processor.pil_to_numpy(mask_image)
        cells = adaptive_max_pool2d(self.image_processor.numpy_to_pt(mask), clean.shape[-2:])
        # The layout in memory decides how convolutions round; noise has the usual one.
        return clean.to(dtype).contiguous(), (cells > 0).to(device, dtype)

    def _start(
        self, clean: Tensor, strength: float, steps: int, generator: torch.Generator
    ) -> tuple[Tensor, Tensor, Tensor]:
        """Return the timesteps that run, the latents at the first one, and the noise in them."""
        device = self._execution_device
        self.scheduler.set_timesteps(steps, device=device)
        skipped = steps - min(int(steps * strength), steps)
        first = skipped * self.scheduler.order
        timesteps = self.scheduler.timesteps[first:]
        if hasattr(self.scheduler, "set_begin_index"):
            self.scheduler.set_begin_index(first)
        noise = randn_tensor(clean.shape, generator=generator, device=device, dtype=clean.dtype)
        if skipped:
            return timesteps, self.scheduler.add_noise(clean, noise, timesteps[:1]), noise
        return timesteps, noise * self.scheduler.init_noise_sigma, noise

    def _conditions(
        self, width: int, height: int, rows: int, like: Tensor
    ) -> dict[str, Tensor | None]:
        """Return the size and the aspect ratio, if the model takes them."""
        if not self.transformer.use_additional_conditions:
            return {"resolution": None, "aspect_ratio": None}
        size = torch.tensor([[height, width]]).to(like).repeat(rows, 1)
        return {"resolution": size, "aspect_ratio": (size[:, :1] / size[:, 1:]).to(like)}
