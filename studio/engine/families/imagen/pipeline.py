"""The pipelines of both stages, in diffusers' form."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from torch import Tensor

from studio.catalog.families.imagen import TEXT_TOKENS
from studio.edit.request import Pixels
from studio.engine.families.imagen.networks import PixelUNet
from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.starter_text import encode_prompts

StepEnd = Callable[[Any, int, Any, dict[str, Any]], Any]


@dataclass(frozen=True, slots=True, eq=False)
class Photo:
    """A photo of which only a part may change: ``image`` (h, w, 3) and ``mask`` (h, w) uint8."""

    image: Pixels
    mask: Pixels
    frame: Frame

    def pixels(self, side: int) -> Tensor:
        """Return (1, 3, side, side) in -1..1."""
        square = torch.from_numpy(self.frame.square(self.image, side))
        return square.permute(2, 0, 1)[None].float() / 127.5 - 1

    def free(self, side: int) -> Tensor:
        """Return (1, 1, side, side) bool: what may change."""
        return torch.from_numpy(self.frame.square_mask(self.mask, side))[None, None] > 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What both stages are asked: prompts, guidance, steps, the percentile of the thresholding in
    0..1, and the part ``strength`` of the noise that a photo begins with."""

    prompt: str
    negative_prompt: str
    guidance_scale: float
    steps: int
    threshold: float
    strength: float
    frame: Frame
    photo: Photo | None


class PixelPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Diffusion on pixels with dynamic thresholding; what is known of a photo replaces the picture
    at the noise of each step, as in the repainting by Lugmayr et al. 2022."""

    def sample(
        self,
        network: PixelUNet,
        asked: Asked,
        generator: torch.Generator,
        watch: StepEnd | None,
        **small: Tensor,
    ) -> Tensor:
        """Return a picture (1, 3, side, side) of the network's size; ``small`` are its further
        arguments."""
        side, device = int(network.config.sample_size), self._execution_device
        guided = asked.guidance_scale > 1
        texts = [asked.prompt, asked.negative_prompt] if guided else [asked.prompt]
        encoded = encode_prompts(self.tokenizer, self.text_encoder, texts, TEXT_TOKENS)
        states, pooled = (one.to(network.dtype) for one in encoded[:2])
        rows = len(texts)
        self.scheduler.register_to_config(dynamic_thresholding_ratio=asked.threshold)
        self.scheduler.set_timesteps(asked.steps, device=device)
        begin = asked.steps - max(1, min(asked.steps, int(asked.steps * asked.strength)))
        timesteps = self.scheduler.timesteps[begin:]
        noise = torch.randn((1, 3, side, side), generator=generator).to(device)
        known = free = None
        picture = noise
        if asked.photo is not None:
            known, free = asked.photo.pixels(side).to(device), asked.photo.free(side).to(device)
            if begin:
                picture = self.scheduler.add_noise(known, noise, timesteps[:1])
        options = self._options(generator)
        for number, time in enumerate(timesteps):
            both = picture.to(network.dtype).expand(rows, -1, -1, -1)
            more = {name: one.expand(rows, *one.shape[1:]) for name, one in small.items()}
            made = network(both, time.expand(rows), states, pooled, **more).float()
            if guided:
                made = made[1:] + asked.guidance_scale * (made[:1] - made[1:])
            step = self.scheduler.step(made, time, picture, **options)
            picture, clean = step.prev_sample, step.pred_original_sample
            if known is not None and free is not None:
                later = timesteps[number + 1 : number + 2]
                kept = self.scheduler.add_noise(known, noise, later) if len(later) else known
                picture = torch.where(free, picture, kept)
                clean = torch.where(free, clean, known)
            if watch is not None:
                watch(self, number, time, {"latents": framed(clean, asked)})
        return picture.clamp(-1, 1)

    def _options(self, generator: torch.Generator) -> dict[str, Any]:
        """Return the arguments of a step that only some schedulers take."""
        taken = inspect.signature(self.scheduler.step).parameters
        every = {"generator": generator, "use_clipped_model_output": True}
        return {name: value for name, value in every.items() if name in taken}


def framed(picture: Tensor, asked: Asked) -> Tensor:
    """Return squares in the proportions of the request: cut for a photo, widened for a new one."""
    return asked.frame.widened(picture) if asked.photo is None else asked.frame.cut(picture)


class ImagenPipeline(PixelPipeline):
    """The first stage: a picture of 32 px from the prompt."""

    def __init__(self, tokenizer: Any, text_encoder: Any, unet: Any, scheduler: Any) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, unet=unet, scheduler=scheduler
        )

    @torch.no_grad()
    def __call__(
        self,
        asked: Asked,
        generator: torch.Generator,
        only_enlarge: bool = False,
        callback_on_step_end: StepEnd | None = None,
    ) -> ImagePipelineOutput:
        """Return the small square (1, 3, 32, 32) in -1..1 as ``images``.

        With ``only_enlarge`` it is the photo, shrunk, and no step runs.
        """
        if only_enlarge and asked.photo is not None:
            return ImagePipelineOutput(asked.photo.pixels(int(self.unet.config.sample_size)))
        return ImagePipelineOutput(self.sample(self.unet, asked, generator, callback_on_step_end))


class ImagenEnlargerPipeline(PixelPipeline):
    """The second stage: a picture of 128 px from one of 32 px and the prompt."""

    def __init__(self, tokenizer: Any, text_encoder: Any, enlarger: Any, scheduler: Any) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer, text_encoder=text_encoder, enlarger=enlarger, scheduler=scheduler
        )

    @torch.no_grad()
    def __call__(
        self,
        asked: Asked,
        small: Tensor,
        level: int,
        generator: torch.Generator,
        output_type: str = "np",
        callback_on_step_end: StepEnd | None = None,
    ) -> ImagePipelineOutput:
        """Return the picture in the proportions of the request, (1, h, w, 3) in 0..1.

        ``small`` (1, 3, 32, 32) gets noise of timestep ``level`` first (noise conditioning
        augmentation); the network is told the level.
        """
        device = self._execution_device
        time = torch.tensor([level], device=device)
        noise = torch.randn(small.shape, generator=generator).to(device)
        worn = self.scheduler.add_noise(small.to(device), noise, time).to(self.enlarger.dtype)
        more = {"small": worn, "level": time}
        made = self.sample(self.enlarger, asked, generator, callback_on_step_end, **more)
        pixels = framed(made, asked) / 2 + 0.5
        images = pixels.permute(0, 2, 3, 1).cpu().numpy()
        return ImagePipelineOutput(self.numpy_to_pil(images) if output_type == "pil" else images)
