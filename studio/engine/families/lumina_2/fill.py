"""Inpainting with Lumina-Image 2.0, for which diffusers has no pipeline: the known latents are
blended in after each step, as in its pipelines for other models of rectified flow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from diffusers import Lumina2Pipeline
from diffusers.pipelines.lumina2.pipeline_lumina2 import calculate_shift
from diffusers.utils.torch_utils import randn_tensor
from PIL import Image
from torch import Tensor
from torch.nn.functional import adaptive_max_pool2d

StepEnd = Callable[[Any, int, Any, dict[str, Any]], dict[str, Any]]


class Lumina2FillPipeline(Lumina2Pipeline):  # type: ignore[misc]
    """Lumina-Image 2.0 on a picture with a mask.

    With a mask of the whole picture and a strength of 1 the pictures are those of the stock
    pipeline.
    """

    @torch.no_grad()
    def __call__(
        self,
        image: Image.Image,
        mask_image: Image.Image,
        strength: float,
        num_inference_steps: int,
        generator: torch.Generator,
        callback_on_step_end: StepEnd | None = None,
        **arguments: Any,
    ) -> Any:
        """Return a picture; ``image`` and ``mask_image`` (white = may change) have its size.

        ``arguments`` are those of the stock pipeline.
        """
        clean, mask = self._known(image, mask_image)
        noise = randn_tensor(
            clean.shape, generator=generator, device=clean.device, dtype=clean.dtype
        )
        skipped = num_inference_steps - min(
            int(num_inference_steps * strength), num_inference_steps
        )
        sigmas = np.linspace(1.0, 1 / num_inference_steps, num_inference_steps)[skipped:]
        latents = self._noised(clean, noise, self._first_sigma(sigmas, clean))

        def blend(pipeline: Any, index: int, timestep: Any, values: dict[str, Any]) -> Any:
            known = self._noised(clean, noise, float(self.scheduler.sigmas[index + 1]))
            values["latents"] = (1 - mask) * known + mask * values["latents"]
            if callback_on_step_end is not None:
                callback_on_step_end(pipeline, index, timestep, values)
            return {"latents": values["latents"]}

        return super().__call__(
            latents=latents,
            sigmas=list(sigmas),
            num_inference_steps=len(sigmas),
            generator=generator,
            callback_on_step_end=blend,
            **arguments,
        )

    def _known(self, image: Image.Image, mask_image: Image.Image) -> tuple[Tensor, Tensor]:
        """Return the latents of the picture, and the mask (1, 1, h, w) of their cells, 0 or 1."""
        device, config = self._execution_device, self.vae.config
        pixels = self.image_processor.preprocess(image).to(device, self.vae.dtype)
        latents = self.vae.encode(pixels).latent_dist.mode()
        clean = (latents - config.shift_factor) * config.scaling_factor
        mask = self.image_processor.numpy_to_pt(self.image_processor.pil_to_numpy(mask_image))
        cells = adaptive_max_pool2d(mask, clean.shape[-2:]) > 0
        # The layout in memory decides how convolutions round; noise has the usual one.
        clean = clean.to(self.text_encoder.dtype).contiguous()
        return clean, cells.to(device, clean.dtype)

    def _first_sigma(self, sigmas: Any, latents: Tensor) -> float:
        """Return the first noise level after the scheduler's shift, computed as the pipeline does.

        It takes the number of channels for the number of tokens.
        """
        config = self.scheduler.config
        shift = calculate_shift(
            latents.shape[1],
            config.get("base_image_seq_len", 256),
            config.get("max_image_seq_len", 4096),
            config.get("base_shift", 0.5),
            config.get("max_shift", 1.15),
        )
        self.scheduler.set_timesteps(sigmas=list(sigmas), mu=shift)
        return float(self.scheduler.sigmas[0])

    @staticmethod
    def _noised(clean: Tensor, noise: Tensor, sigma: float) -> Tensor:
        """Return latents on the straight line between picture and noise."""
        return noise if sigma == 1 else (1 - sigma) * clean + sigma * noise
