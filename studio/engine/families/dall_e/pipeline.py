"""A pipeline in diffusers' form that draws a picture, or a part of one, by tokens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import DiffusionPipeline
from diffusers.pipelines.pipeline_utils import ImagePipelineOutput
from torch import Tensor

from studio.edit.request import Pixels
from studio.engine.families.dall_e.sampling import (
    Choice,
    Drawn,
    Prompts,
    draw_tokens,
    least_fitting,
)
from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.route import check_finite
from studio.engine.pipelines.starter_text import encode_prompts
from studio.engine.scaling import cover_cells

StepEnd = Callable[[Any, int, Any, dict[str, Any]], Any]
Rank = Callable[[Tensor], Tensor]
"""Takes pictures (n, 3, h, w) in -1..1 and returns how well each fits the prompt, (n,)."""


@dataclass(frozen=True, slots=True, eq=False)
class Canvas:
    """What is known of the picture: ``latents`` (1, 4, 2 grid, 2 grid) of unit variance, ``tokens``
    (grid * grid,), and ``free`` (grid * grid,) bool, the places to draw."""

    latents: Tensor
    tokens: Tensor
    free: Tensor


class DallePipeline(DiffusionPipeline):  # type: ignore[misc]
    """The transformer draws tokens, the discrete autoencoder turns them into latents, and the
    starter's autoencoder turns these into the picture."""

    def __init__(
        self, tokenizer: Any, text_encoder: Any, vae: Any, dvae: Any, transformer: Any
    ) -> None:
        super().__init__()
        self.register_modules(
            tokenizer=tokenizer,
            text_encoder=text_encoder,
            vae=vae,
            dvae=dvae,
            transformer=transformer,
        )
        # There is no noise, and so nothing that schedules it.
        self.scheduler = None

    @torch.no_grad()
    def __call__(
        self,
        prompt: str,
        negative_prompt: str,
        guidance_scale: float,
        temperature: float,
        top_k: int,
        best_of: int,
        width: int,
        height: int,
        generator: torch.Generator,
        image: Pixels | None = None,
        mask: Pixels | None = None,
        strength: float = 1.0,
        name: str = "",
        rank: Rank | None = None,
        output_type: str = "pil",
        callback_on_step_end: StepEnd | None = None,
    ) -> ImagePipelineOutput:
        """Return the best of ``best_of`` pictures in the proportions of ``width`` x ``height``.

        ``image`` (height, width, 3) uint8 is kept except where ``mask`` (height, width) uint8 is
        not 0; of the tokens there, the part ``strength`` that fits the prompt least is drawn again.
        The best is the one after which the known tokens that follow are likeliest or, if none do,
        the first by ``rank``. ``name`` is that of the model, for errors. The callback gets the
        latents of what is decided so far, the mean colour elsewhere.
        """
        side = int(self.dvae.config.grid) * 2 * self.vae_scale
        frame = Frame(width, height)
        prompts = self._encoded(prompt, negative_prompt)
        canvas = self._canvas(image, mask, frame, side, name)
        free = canvas.free
        if strength < 1:
            free = least_fitting(self.transformer, prompts, canvas.tokens, free, strength)

        def watch(place: int, tokens: Tensor) -> None:
            if callback_on_step_end is not None:
                shown = self._shown(canvas, free, tokens[0], place)
                shown = frame.cut_cells(shown, self.vae_scale)
                callback_on_step_end(self, place, place, {"latents": shown})

        choice = Choice(temperature, top_k, guidance_scale)
        drawn = draw_tokens(
            self.transformer, prompts, canvas.tokens, free, best_of, choice, generator, watch, name
        )
        pixels = self._best(canvas, free, drawn, rank)
        made = frame.cut(pixels[None].float()).permute(0, 2, 3, 1).cpu().numpy()
        images = (made / 2 + 0.5).clip(0, 1)
        check_finite(images, name)
        if output_type == "pil":
            images = self.numpy_to_pil(images)
        return ImagePipelineOutput(images=images)

    @property
    def vae_scale(self) -> int:
        """Pixels along an edge of a latent cell."""
        return int(2 ** (len(self.vae.config.encoder_block_out_channels) - 1))

    def _best(self, canvas: Canvas, free: Tensor, drawn: Drawn, rank: Rank | None) -> Tensor:
        """Return the picture (3, side, side) in -1..1 of the best candidate."""
        if drawn.is_weighed or rank is None or len(drawn.tokens) == 1:
            return self._pictures(canvas, free, drawn.tokens[int(drawn.fit.argmax())][None])[0]
        made = self._pictures(canvas, free, drawn.tokens)
        return made[int(rank(made.float().cpu()).argmax())]

    def _pictures(self, canvas: Canvas, free: Tensor, tokens: Tensor) -> Tensor:
        """Return pictures (n, 3, side, side) in -1..1 of tokens (n, grid * grid)."""
        latents = self._latents(canvas, free, tokens) / self.dvae.config.scale
        found: Tensor = self.vae.decode(latents.to(self.vae.dtype)).sample
        return found

    def _encoded(self, prompt: str, negative_prompt: str) -> Prompts:
        """Return both prompts as the model was trained: cut at its limit, "" like any other."""
        longest = int(self.transformer.config.text_tokens)
        prompts = [prompt, negative_prompt]
        found = encode_prompts(self.tokenizer, self.text_encoder, prompts, longest)
        states, pooled = (one.to(self.transformer.dtype) for one in found[:2])
        return Prompts(states, found.lengths, pooled)

    def _canvas(
        self, image: Pixels | None, mask: Pixels | None, frame: Frame, side: int, name: str
    ) -> Canvas:
        """Return the tokens of a picture, all free without one."""
        grid = int(self.dvae.config.grid)
        if image is None or mask is None:
            latents = torch.zeros(1, int(self.dvae.config.channels), 2 * grid, 2 * grid)
            whole = torch.ones(grid * grid, dtype=torch.bool)
            return Canvas(latents, torch.zeros(grid * grid, dtype=torch.long), whole)
        photo, marked = frame.square(image, side), frame.square_mask(mask, side)
        pixels = torch.from_numpy(photo).permute(2, 0, 1)[None].float() / 127.5 - 1
        pixels = pixels.to(self._execution_device, self.vae.dtype)
        latents = self.vae.encode(pixels).latents.float() * self.dvae.config.scale
        check_finite(latents.cpu(), name)
        vectors = self.dvae.vectors(latents.to(self.dvae.dtype))
        check_finite(vectors.cpu(), name)
        tokens = self.dvae.nearest(vectors).flatten().cpu()
        cells = cover_cells(marked, side // grid)[:: side // grid, :: side // grid]
        return Canvas(latents.cpu(), tokens, torch.from_numpy(cells > 0).flatten())

    def _latents(self, canvas: Canvas, free: Tensor, tokens: Tensor) -> Tensor:
        """Return the latents of tokens (n, grid * grid) at the free places, else the photo's."""
        grid = int(self.dvae.config.grid)
        made = self.dvae.decode(tokens.reshape(-1, grid, grid)).float()
        return torch.where(_cells(free, grid).to(made.device), made, canvas.latents.to(made.device))

    def _shown(self, canvas: Canvas, free: Tensor, tokens: Tensor, place: int) -> Tensor:
        """Return the latents up to ``place``, with the mean, 0, where nothing is decided."""
        grid = int(self.dvae.config.grid)
        later = free.clone()
        later[: place + 1] = False
        latents = self._latents(canvas, free, tokens[None]).cpu()
        return torch.where(_cells(later, grid), 0.0, latents)


def _cells(places: Tensor, grid: int) -> Tensor:
    """Return places (grid * grid,) bool as latent cells (1, 1, 2 grid, 2 grid)."""
    square = places.reshape(1, 1, grid, grid)
    return square.repeat_interleave(2, 2).repeat_interleave(2, 3)
