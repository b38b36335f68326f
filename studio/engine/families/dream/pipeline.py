"""Changes latents until CLIP finds that their picture fits a prompt."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DiffusionPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from PIL import Image
from torch import Tensor

from studio.catalog.families.dream import NOISE, TEXT_TOKENS
from studio.engine.clip.networks import SIDE, pooled
from studio.engine.families.dream.cutouts import cut

LOW = (-2.21, -2.17, -5.47, -1.24)
HIGH = (1.76, 2.67, 2.01, 2.52)
"""The 1st and the 99th percentile of each channel of the latents of the starter's training pictures
(renderings on plain grounds and on photographs), at unit variance; beyond them the decoder draws
patterns that no picture has."""
MIDDLE = (0.2, 0.34, -0.13, 0.99)
"""Their means."""
FIRST = 0.5
"""The deviation of the noise at the beginning."""
AVERAGE = 0.95
"""How much of the moving average of the latents stays in a step."""
AVOID = 0.5
"""The weight of the likeness to the negative prompt."""
SHOWN = 4
"""After so many steps the picture is shown."""


class DreamPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Optimises the latents of one picture, or those inside a mask."""

    scheduler = None

    def __init__(
        self, vae: Any, text_encoder: Any, tokenizer: Any, clip_pictures: Any, clip_texts: Any
    ) -> None:
        super().__init__()
        self.register_modules(
            vae=vae,
            text_encoder=text_encoder,
            tokenizer=tokenizer,
            clip_pictures=clip_pictures,
            clip_texts=clip_texts,
        )

    def __call__(
        self,
        prompt: str,
        negative_prompt: str = "",
        image: Image.Image | None = None,
        mask_image: Image.Image | None = None,
        height: int = 128,
        width: int = 128,
        num_inference_steps: int = 150,
        learning_rate: float = 0.08,
        cutouts: int = 12,
        augment: bool = True,
        start: str = NOISE,
        smooth: float = 0.3,
        generator: torch.Generator | None = None,
        output_type: str = "np",
        callback_on_step_end: Callable[..., dict[str, Any]] | None = None,
    ) -> ImagePipelineOutput:
        """Return the picture of the moving average of the latents.

        ``callback_on_step_end`` gets the picture (1, 3, h, w) in -1..1 as "latents"; if it returns
        a true "finish" the run ends with the state that there is.
        """
        generator = generator or torch.Generator().manual_seed(0)
        with torch.no_grad():
            wanted, avoided = self._texts([prompt, negative_prompt])
            photo, free = self._given(image, mask_image, height, width)
            latents = self._first(photo, free, start, (height // 8, width // 8), generator)
        average, best = latents.clone(), latents
        latents.requires_grad_()
        optimizer = torch.optim.Adam([latents], lr=learning_rate)
        for step in range(num_inference_steps):
            with torch.enable_grad():
                picture = self._decoded(latents)
                pieces = cut(picture, cutouts, SIDE, augment, generator)
                found = self.clip_pictures(pieces)
                loss = spherical_distance(found, wanted).mean() + smooth * variation(picture)
                if negative_prompt.strip():
                    loss = loss + AVOID * F.relu((found * avoided).sum(1)).mean()
                optimizer.zero_grad()
                (latents.grad,) = torch.autograd.grad(loss, [latents])
            optimizer.step()
            with torch.no_grad():
                latents.copy_(_inside(latents))
                if photo is not None and free is not None:
                    latents.copy_(torch.where(free, latents, photo))
                # A young average would still show the beginning.
                keep = min(AVERAGE, (1 + step) / (10 + step))
                average.lerp_(latents, 1 - keep)
                best = average
            if callback_on_step_end is not None:
                shown = picture.detach() if step % SHOWN == 0 else None
                told = callback_on_step_end(self, step, step, {"latents": shown})
                if told.get("finish"):
                    break
        with torch.no_grad():
            made = self._decoded(best).float().clamp(-1, 1)[0].permute(1, 2, 0) / 2 + 0.5
        return ImagePipelineOutput(images=np.asarray(made.cpu())[None])

    def _decoded(self, latents: Tensor) -> Tensor:
        """Return the picture (1, 3, h, w) in about -1..1 of latents at unit variance."""
        picture: Tensor = self.vae.decode(latents / self.vae.config.scaling_factor).sample
        return picture

    def _texts(self, prompts: list[str]) -> tuple[Tensor, Tensor]:
        batch = self.tokenizer(
            prompts,
            padding="longest", truncation=True, max_length=TEXT_TOKENS, return_tensors="pt",
        )  # fmt: skip
        ids = batch.input_ids.to(self.text_encoder.device)
        states = self.text_encoder(input_ids=ids).last_hidden_state
        found = self.clip_texts(pooled(states, ids, self.tokenizer.eos_token_id))
        return found[:1], found[1:]

    def _given(
        self, image: Image.Image | None, mask: Image.Image | None, height: int, width: int
    ) -> tuple[Tensor | None, Tensor | None]:
        """Return the latents of the photo, and where they may change (1, 1, h / 8, w / 8)."""
        if image is None:
            return None, None
        pixels = torch.from_numpy(np.array(image.convert("RGB"))).permute(2, 0, 1)[None]
        picture = pixels.to(self.vae.dtype) / 127.5 - 1
        scaling = self.vae.config.scaling_factor
        photo = _inside(self.vae.encode(picture.to(self.vae.device)).latents * scaling)
        if mask is None:
            return photo, torch.ones(1, 1, height // 8, width // 8, dtype=torch.bool)
        covered = torch.from_numpy(np.array(mask.convert("L"))).float()[None, None] / 255
        return photo, F.max_pool2d(covered, 8) > 0.5

    def _first(
        self,
        photo: Tensor | None,
        free: Tensor | None,
        start: str,
        size: tuple[int, int],
        generator: torch.Generator,
    ) -> Tensor:
        """Return the latents (1, 4, h, w) to begin with."""
        noise = torch.randn((1, 4, *size), generator=generator) * FIRST
        blank = _inside(noise + _channels(MIDDLE))
        if photo is None or free is None:
            return blank
        return torch.where(free, blank, photo) if start == NOISE else photo.clone()


def spherical_distance(found: Tensor, wanted: Tensor) -> Tensor:
    """Return 2 asin(|a - b| / 2)^2 of unit vectors (n, d) and (1, d): (n,), as in VQGAN+CLIP."""
    half = ((found - wanted).norm(dim=1) / 2).clamp(max=1 - 1e-6)
    distance: Tensor = 2 * half.asin().square()
    return distance


def variation(picture: Tensor) -> Tensor:
    """Return the mean squared difference of neighbouring pixels of a picture (1, 3, h, w)."""
    across = (picture[..., 1:] - picture[..., :-1]).square().mean()
    return across + (picture[..., 1:, :] - picture[..., :-1, :]).square().mean()


def _channels(values: tuple[float, ...]) -> Tensor:
    return torch.tensor(values).view(1, -1, 1, 1)


def _inside(latents: Tensor) -> Tensor:
    """Return latents within the range of those that pictures have."""
    low, high = _channels(LOW), _channels(HIGH)
    inside: Tensor = torch.minimum(torch.maximum(latents.float(), low), high)
    return inside
