"""The pipelines of the GAN and the VAE, in diffusers' form."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from torch import Tensor

from studio.catalog.families.one_step import TEXT_TOKENS
from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.starter_text import encode_prompts

StepEnd = Callable[[Any, int, Any, dict[str, Any]], Any]


class OneStepPipeline(DiffusionPipeline):  # type: ignore[misc]
    """A random vector and a prompt become latents in one call, and the starter's autoencoder
    decodes them."""

    def __init__(self, tokenizer: Any, text_encoder: Any, vae: Any, generator: Any) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, vae=vae, generator=generator
        )
        # There are no steps, and so nothing that schedules them.
        self.scheduler = None

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        guidance_scale: float,
        truncation: float,
        walk: float,
        frame: Frame,
        generator: torch.Generator,
        output_type: str = "np",
        callback_on_step_end: StepEnd | None = None,
    ) -> ImagePipelineOutput:
        """Return the picture widened to the proportions of ``frame``, (1, h, w, 3) in 0..1.

        With a ``guidance_scale`` other than 1 the latents move away from those of the empty prompt
        for the same vector, as in classifier-free guidance.
        """
        network = self.generator
        vector = walked(int(network.config.latent_width), walk, generator) * truncation
        texts = [prompt] if guidance_scale == 1 else [prompt, ""]
        pooled = encode_prompts(self.tokenizer, self.text_encoder, texts, TEXT_TOKENS).pooled
        vector = vector.to(network.device, network.dtype).expand(len(texts), -1)
        made = network(vector, pooled.to(network.dtype)).float()
        latents = made[:1]
        if len(texts) > 1:
            latents = made[1:] + guidance_scale * (made[:1] - made[1:])
        if callback_on_step_end is not None:
            callback_on_step_end(self, 0, 0, {"latents": frame.widened(latents)})
        scaled = (latents / float(network.config.scale)).to(self.vae.dtype)
        pixels = frame.widened((self.vae.decode(scaled).sample.float() / 2 + 0.5).clamp(0, 1))
        images = pixels.permute(0, 2, 3, 1).cpu().numpy()
        return ImagePipelineOutput(self.numpy_to_pil(images) if output_type == "pil" else images)


class GanPipeline(OneStepPipeline):
    """The generator of the conditional GAN."""


class VaeSamplingPipeline(OneStepPipeline):
    """The decoder of the conditional VAE, with vectors from its prior."""


def walked(width: int, walk: float, generator: torch.Generator) -> Tensor:
    """Return a vector (1, width) the part ``walk`` of the way between the two of a seed.

    The way keeps the variance: cosine and sine weights of two independent normal vectors.
    """
    first, second = torch.randn(2, 1, width, generator=generator)
    angle = walk * math.pi / 2
    vector: Tensor = math.cos(angle) * first + math.sin(angle) * second
    return vector
