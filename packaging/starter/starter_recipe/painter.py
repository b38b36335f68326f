"""Paints with the exported folder as a stock pipeline would run it."""

from pathlib import Path

import cv2
import numpy as np
import torch
from diffusers import (
    AutoencoderTiny,
    ControlNetModel,
    DDIMScheduler,
    StableDiffusionControlNetPipeline,
    StableDiffusionPipeline,
    TCDScheduler,
)
from PIL import Image
from skimage import data
from torch import Tensor

from starter_recipe import fewstep, models, reference, scenes
from starter_recipe.bank import encode_pictures, hide
from starter_recipe.export import fill_unet

STEPS = 20
GUIDANCE = 3.0
GROUP = 16
PHOTOS = ("astronaut", "coffee", "chelsea", "rocket")


class Painter:
    """Runs the exported networks in float32 with the stock DDIM sampler."""

    def __init__(self, result: Path) -> None:
        pipeline = StableDiffusionPipeline.from_pretrained(result, safety_checker=None)
        pipeline.set_progress_bar_config(disable=True)
        self.result = result
        self.pipeline = pipeline
        self.fill = fill_unet(result)
        self.vae: AutoencoderTiny = pipeline.vae

    def paint(self, prompts: list[str], seed: int) -> Tensor:
        """Paint one picture a prompt: (n, 3, 128, 128) in -1..1; picture i has seed + i."""
        made = self.pipeline(
            prompts,
            num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="pt",
            generator=[torch.Generator().manual_seed(seed + i) for i in range(len(prompts))],
        )  # fmt: skip
        pictures: Tensor = made.images * 2 - 1
        return pictures.float()

    def steer(self, kind: str, prompts: list[str], maps: list[scenes.Pixels], seed: int) -> Tensor:
        """Paint like `paint`, steered by maps (n, n, 3) uint8 through the ControlNet of a kind."""
        folder = self.result / f"controlnet-{kind}"
        steering = ControlNetModel.from_pretrained(folder, torch_dtype=torch.float32)
        parts = self.pipeline.components
        pipeline = StableDiffusionControlNetPipeline(**parts, controlnet=steering)
        pipeline.set_progress_bar_config(disable=True)
        made = []
        for start in range(0, len(prompts), GROUP):
            some = range(start, min(start + GROUP, len(prompts)))
            made.append(
                pipeline(
                    [prompts[i] for i in some], [Image.fromarray(maps[i]) for i in some],
                    num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="pt",
                    generator=[torch.Generator().manual_seed(seed + i) for i in some],
                ).images
            )  # fmt: skip
        return (torch.cat(made) * 2 - 1).float()

    def quick(self, prompts: list[str], seed: int) -> Tensor:
        """Paint like `paint` in four steps, with the LoRA and the sampler that it was made for."""
        sampler = self.pipeline.scheduler
        self.pipeline.load_lora_weights(self.result, weight_name=fewstep.FILE)
        self.pipeline.scheduler = TCDScheduler.from_config(sampler.config)
        made = []
        for start in range(0, len(prompts), GROUP):
            some = range(start, min(start + GROUP, len(prompts)))
            made.append(
                self.pipeline(
                    [prompts[i] for i in some],
                    num_inference_steps=fewstep.STEPS, guidance_scale=1.0, eta=0.0,
                    output_type="pt",
                    generator=[torch.Generator().manual_seed(seed + i) for i in some],
                ).images
            )  # fmt: skip
        self.pipeline.unload_lora_weights()
        self.pipeline.scheduler = sampler
        return (torch.cat(made) * 2 - 1).float()

    def liken(self, references: list[scenes.Pixels], seed: int) -> Tensor:
        """Paint one picture after each reference (n, n, 3) uint8, without words."""
        self.pipeline.load_ip_adapter(
            self.result, subfolder="ip_adapter", weight_name=reference.FILE,
            image_encoder_folder="image_encoder", low_cpu_mem_usage=False,
        )  # fmt: skip
        made = [
            self.pipeline(
                "",
                ip_adapter_image=Image.fromarray(picture),
                num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="pt",
                generator=torch.Generator().manual_seed(seed + i),
            ).images
            for i, picture in enumerate(references)
        ]  # fmt: skip
        self.pipeline.unload_ip_adapter()
        return (torch.cat(made) * 2 - 1).float()

    def fill_in(
        self, prompts: list[str], photos: list[scenes.Pixels], mask: scenes.Pixels, seed: int
    ) -> list[scenes.Pixels]:
        """Fill a mask (128, 128) of photographs (128, 128, 3) uint8; the rest stays as it is."""
        count = len(prompts)
        scale = self.vae.config.scaling_factor
        hidden = encode_pictures(self.vae, [hide(photo, mask) for photo in photos]) * scale
        small = torch.from_numpy(mask[::8, ::8].copy()).float()[None, None]
        extra = torch.cat([small.expand(count, -1, -1, -1), hidden], 1)
        positive, negative = self.pipeline.encode_prompt(
            prompts, torch.device("cpu"), 1, True, [""] * count
        )
        states = torch.cat([negative, positive])
        scheduler = DDIMScheduler.from_config(self.pipeline.scheduler.config)
        scheduler.set_timesteps(STEPS)
        generators = [torch.Generator().manual_seed(seed + i) for i in range(count)]
        latent = torch.cat([torch.randn((1, 4, 16, 16), generator=g) for g in generators])
        with torch.no_grad():
            for moment in scheduler.timesteps:
                image = torch.cat([latent, extra], 1).repeat(2, 1, 1, 1)
                bare, told = self.fill(image, moment, states).sample.chunk(2)
                guided = bare + GUIDANCE * (told - bare)
                latent = scheduler.step(guided, moment, latent).prev_sample
            painted = to_pixels(self.vae.decode(latent / scale).sample)
        return [
            np.where(mask[..., None] > 0, made, photo)
            for made, photo in zip(painted, photos, strict=True)
        ]


def to_pixels(pictures: Tensor) -> scenes.Pixels:
    """Convert pictures (n, 3, h, w) in -1..1 to (n, h, w, 3) uint8."""
    levels = ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return np.asarray(levels.permute(0, 2, 3, 1).contiguous().numpy())


def test_photo(number: int) -> scenes.Pixels:
    """Return a (128, 128, 3) uint8 piece of a scikit-image photograph, by number."""
    photo = np.asarray(getattr(data, PHOTOS[number % len(PHOTOS)])())
    span = min(photo.shape[:2])
    left = (photo.shape[1] - span) * (number % 3) // 2
    piece = photo[:span, left : left + span]
    return np.asarray(cv2.resize(piece, (models.SIDE,) * 2, interpolation=cv2.INTER_AREA))


def centre_mask() -> scenes.Pixels:
    """Return a (128, 128) uint8 mask: an ellipse that leaves a rim of the photograph."""
    mask = np.zeros((models.SIDE, models.SIDE), np.uint8)
    cv2.ellipse(mask, (64, 68), (48, 48), 0, 0, 360, 1, -1)
    return mask
