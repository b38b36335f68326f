"""The pipeline of the small Flux: pictures from text, fills and changes by an instruction.

It follows diffusers' FluxPipeline, FluxFillPipeline and FluxKontextPipeline, for a text encoder of
one width, an autoencoder of four channels and a picture of one size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from diffusers import DiffusionPipeline, ImagePipelineOutput
from PIL import Image
from torch import Tensor

from studio.engine.pipelines.frame import Frame
from studio.engine.pipelines.starter_text import Encoded, encode_prompts
from studio.engine.scaling import cover_cells

TEXT = 16
"""The tokens of a prompt that the network attends to; all of it is in the pooled prompt."""
REACH = 6.0
"""Pixels around a mask from which the hidden part is guessed before the picture is encoded."""

Callback = Callable[[Any, int, Any, dict[str, Any]], Any]


class SmallFluxPipeline(DiffusionPipeline):  # type: ignore[misc]
    """Makes pictures of the size ``side`` with the network of ``transformer``."""

    def __init__(
        self, transformer: Any, vae: Any, text_encoder: Any, tokenizer: Any, scheduler: Any
    ) -> None:
        super().__init__()
        self.register_modules(
            transformer=transformer,
            vae=vae,
            text_encoder=text_encoder,
            tokenizer=tokenizer,
            scheduler=scheduler,
        )
        self.channels: int = vae.config.latent_channels
        self.scale: int = 2 ** (len(vae.config.encoder_block_out_channels) - 1)
        self.extra: int = 4 * self.channels + 4

    def __call__(
        self,
        prompt: str,
        negative_prompt: str = "",
        image: Image.Image | None = None,
        mask_image: Image.Image | None = None,
        reference: Image.Image | None = None,
        width: int = 128,
        height: int = 128,
        strength: float = 1.0,
        num_inference_steps: int = 12,
        guidance_scale: float = 1.0,
        true_cfg_scale: float = 1.0,
        shift: float = 1.0,
        proportions: tuple[int, int] | None = None,
        generator: torch.Generator | None = None,
        output_type: str = "np",
        callback_on_step_end: Callback | None = None,
    ) -> ImagePipelineOutput:
        """Return a picture (1, height, width, 3) in 0..1.

        ``image`` with ``mask_image`` (255 = may change), both RGB or L of that size, are filled;
        ``strength`` below 1 starts from the image itself. ``reference`` is changed as the prompt
        says. ``guidance_scale`` is an input of the network, ``true_cfg_scale`` above 1 calls it a
        second time with the negative prompt. ``shift`` moves the steps towards the noise (Esser et
        al. 2024, https://arxiv.org/abs/2403.03206, section 5.3.2). ``proportions`` (width, height)
        other than those of the picture widen its plain ground.
        """
        prompts = [self.encode_prompt(prompt)]
        if true_cfg_scale > 1:
            prompts.append(self.encode_prompt(negative_prompt))
        shape = (1, self.channels, height // self.scale, width // self.scale)
        device, dtype = self.transformer.device, self.transformer.dtype
        noise = torch.randn(shape, generator=generator).to(device, dtype)
        whole = None if image is None or strength >= 1 else self.encode(image, None)
        latents, moments = self._start(noise, whole, num_inference_steps, strength, shift)
        extra = self._fill_channels(latents, image, mask_image)
        kept = None if reference is None else pack(self.encode(reference, None))
        rows, columns = shape[2] // 2, shape[3] // 2
        for number, moment in enumerate(moments):
            made = self._velocity(
                torch.cat([latents, extra], -1), kept, (rows, columns), moment, prompts,
                guidance_scale,
            )  # fmt: skip
            if len(prompts) > 1:
                made = made[1:] + true_cfg_scale * (made[:1] - made[1:])
            latents = self.scheduler.step(made, moment, latents, return_dict=False)[0]
            if callback_on_step_end is not None:
                callback_on_step_end(self, number, moment, {"latents": latents})
        picture = self.vae.decode(unpack(latents, rows, columns) / self.vae.config.scaling_factor)
        shown = Frame(*(proportions or (width, height))).widened(picture.sample)
        pixels = shown.div(2).add(0.5).clamp(0, 1).permute(0, 2, 3, 1)
        return ImagePipelineOutput(images=pixels.cpu().numpy())

    def encode_prompt(self, prompt: str) -> Encoded:
        """Return the whole encoded prompt (1, ...), of which TEXT states are kept."""
        longest = int(self.text_encoder.config.max_position_embeddings)
        found = encode_prompts(self.tokenizer, self.text_encoder, [prompt], longest)
        return found._replace(states=found.states[:, :TEXT])

    def encode(self, image: Image.Image, mask: Image.Image | None) -> Tensor:
        """Return the latents (1, c, h, w) of a picture, scaled to about unit variance.

        What the mask hides is guessed from its surroundings first, since each latent sees a few
        pixels beyond its own.
        """
        pixels = np.asarray(image.convert("RGB"))
        if mask is not None:
            hidden = cover_cells(np.asarray(mask), self.scale)
            pixels = cv2.inpaint(pixels, hidden, REACH, cv2.INPAINT_TELEA)
        tensor = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None]
        tensor = tensor.to(self.vae.device, self.vae.dtype) / 127.5 - 1
        latents: Tensor = self.vae.encode(tensor).latents * self.vae.config.scaling_factor
        return latents

    def _start(
        self, noise: Tensor, clean: Tensor | None, steps: int, strength: float, shift: float
    ) -> tuple[Tensor, Sequence[Tensor]]:
        """Return the packed latents of the first step, and the times of all that run."""
        self.scheduler.set_shift(shift)
        sigmas = np.linspace(1.0, 1 / steps, steps)
        self.scheduler.set_timesteps(sigmas=sigmas, device=noise.device)
        first = steps - max(1, min(steps, int(steps * strength)))
        moments = self.scheduler.timesteps[first:]
        self.scheduler.set_begin_index(first)
        if first and clean is not None:
            noise = self.scheduler.scale_noise(clean, moments[:1], noise)
        return pack(noise), list(moments)

    def _fill_channels(
        self, latents: Tensor, image: Image.Image | None, mask: Image.Image | None
    ) -> Tensor:
        """Return the channels of a fill (1, cells, extra): what stays and what may change.

        They are zero for a picture from text alone.
        """
        if image is None or mask is None:
            return latents.new_zeros(1, latents.shape[1], self.extra)
        cells = cover_cells(np.asarray(mask), self.scale)[:: self.scale, :: self.scale]
        holes = pack(torch.from_numpy(np.where(cells > 0, 1, 0)[None, None]).to(latents))
        stays = pack(self.encode(image, mask)) * (1 - holes.repeat(1, 1, self.channels))
        return torch.cat([stays, holes], -1)

    def _velocity(
        self,
        tokens: Tensor,
        kept: Tensor | None,
        grid: tuple[int, int],
        moment: Tensor,
        prompts: Sequence[Encoded],
        guidance: float,
    ) -> Tensor:
        """Return the predicted velocity (prompts, cells, 4 c) of latents with their channels.

        ``kept`` are the packed latents of a picture to change, whose positions have a first
        coordinate of 1. The last channels of a token say which place it has. The learned guidance
        is for the first prompt; the second has none.
        """
        count, cells = len(prompts), tokens.shape[1]
        ids, places = positions(*grid), torch.eye(cells).to(tokens)
        if kept is not None:
            tokens = torch.cat([tokens, F.pad(kept, (0, self.extra))], 1)
            ids = torch.cat([ids, positions(*grid, picture=1)])
            places = places.repeat(2, 1)
        tokens = torch.cat([tokens, places[None]], -1)
        scales = torch.ones(count)
        scales[0] = guidance
        made: Tensor = self.transformer(
            hidden_states=tokens.expand(count, -1, -1),
            encoder_hidden_states=torch.cat([one.states for one in prompts]),
            pooled_projections=torch.cat([one.pooled for one in prompts]),
            timestep=(moment / 1000).expand(count).to(tokens),
            img_ids=ids.to(tokens),
            txt_ids=torch.zeros(TEXT, 3).to(tokens),
            guidance=scales.to(tokens),
            return_dict=False,
        )[0]
        return made[:, :cells]


def pack(latents: Tensor) -> Tensor:
    """Return latents (n, c, 2 h, 2 w) as tokens (n, h * w, 4 c), as Flux orders them."""
    count, channels, height, width = latents.shape
    cells = latents.view(count, channels, height // 2, 2, width // 2, 2)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(count, -1, channels * 4)


def unpack(tokens: Tensor, rows: int, columns: int) -> Tensor:
    """Return tokens (n, rows * columns, 4 c) as latents (n, c, 2 rows, 2 columns)."""
    count, _, channels = tokens.shape
    cells = tokens.view(count, rows, columns, channels // 4, 2, 2)
    return cells.permute(0, 3, 1, 4, 2, 5).reshape(count, channels // 4, rows * 2, columns * 2)


def positions(rows: int, columns: int, picture: int = 0) -> Tensor:
    """Return the positions (rows * columns, 3) of a picture's tokens: picture, row, column."""
    made = torch.zeros(rows, columns, 3)
    made[..., 0] = picture
    made[..., 1] = torch.arange(rows)[:, None]
    made[..., 2] = torch.arange(columns)[None]
    return made.view(-1, 3)
