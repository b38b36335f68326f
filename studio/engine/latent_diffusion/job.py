"""The two parts of a run of a model with a UNet: prepare and denoise."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
import torch
import torch.nn.functional as F
from diffusers.configuration_utils import FrozenDict
from diffusers.models.embeddings import get_timestep_embedding
from diffusers.utils.torch_utils import randn_tensor

from studio.catalog.families.unet import IMAGE_GUIDANCE, unet_facts
from studio.catalog.guidance import guidance_settings
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.denoising import Conditioning, KnownArea, OnStep, Start
from studio.engine.denoising import denoise as sample
from studio.engine.guidance import Guidance, PictureGuidance, make_guidance
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import encode_image, encode_unscaled, to_tensor
from studio.engine.latent_diffusion.strength import steps_of, strength_of
from studio.engine.scaling import cover_cells, resize, resize_mask, working_size
from studio.engine.scheduling import make_scheduler, start_sampling
from studio.engine.steering import Steer
from studio.engine.steps import Denoiser, StepHook

Prompts = tuple[Conditioning, Conditioning | None]
"""The encoded prompt and negative prompt, of the same length; None without guidance."""


@dataclass(frozen=True, slots=True, eq=False)
class Job:
    """A request prepared for the model; tensors on its device, sizes in pixels.

    ``masking`` holds the arguments that only diffusers' inpainting pipelines take; empty for text
    to image. ``picture`` are the unscaled latents of the picture that an instruction changes.
    ``steps`` is the number of steps that run; ``unchanged`` if that is 0.
    """

    sampling: Sampling
    width: int
    height: int
    prompts: Prompts
    masking: Mapping[str, Any]
    unet: Any
    steps: int
    unchanged: bool = False
    picture: torch.Tensor | None = None


M = TypeVar("M", bound=UNetModel)
Encode = Callable[[M, EditRequest, tuple[int, int], list[Notice]], Prompts]
"""Takes a model, a request and the (width, height) to paint, and returns the encoded prompts.
Notices are appended to the list."""


def prepare(
    loaded: M,
    request: EditRequest,
    progress: Progress,
    notes: list[Notice],
    encode: Encode[M],
) -> Job:
    """Encode the prompts and the picture; notices for the artist are appended to ``notes``."""
    progress.report(0.0, "Reading the prompt")
    sampling = request.sampling
    width, height = working_size(loaded.spec, request.region.width, request.region.height)
    if request.task is not Task.GENERATE and not request.prompt.strip():
        notes.append(notice("The prompt is empty, so the model used only the surroundings."))
    prompts = encode(loaded, request, (width, height), notes)
    progress.check()
    masked_only = unet_facts(loaded.spec).fills_only
    fills = request.task in (Task.FILL, Task.EXTEND)
    unet = fill_unet(loaded) if fills and loaded.networks.fill_conv else loaded.networks.unet
    steps = steps_of(request)
    masking: dict[str, Any] = {}
    picture = None
    if request.task is Task.INSTRUCT and request.image is not None:
        progress.report(0.0, "Reading the picture")
        sized = to_tensor(resize(request.image, width, height))[None]
        picture = encode_unscaled(loaded, sized)
        progress.check()
    elif request.task is not Task.GENERATE or masked_only:
        progress.report(0.0, "Reading the picture")
        masking = encode_region(loaded, request, width, height, unet.config.in_channels)
        masking["strength"] = strength_of(request)
        progress.check()
    return Job(
        sampling=sampling,
        width=width,
        height=height,
        prompts=prompts,
        masking=masking,
        unet=unet,
        steps=steps,
        unchanged=steps < 1,
        picture=picture,
    )


def encode_region(
    loaded: UNetModel, request: EditRequest, width: int, height: int, channels: int
) -> dict[str, Any]:
    """Return the picture and mask of the request for the inpainting pipeline.

    The picture is passed as latents, encoded once for all variations. The mask covers every latent
    cell that it touches; the masked picture of the nine-channel UNet is grey inside the mask.
    """
    image = request.image
    mask = request.mask
    if image is None or mask is None:
        # Text to image with an inpainting-only model: everything is masked.
        image = np.full((height, width, 3), 127, dtype=np.uint8)
        mask = np.full((height, width), 255, dtype=np.uint8)
    sized = to_tensor(resize(image, width, height))[None]
    fine = resize_mask(mask, width, height)
    coarse = cover_cells(fine, unet_facts(loaded.spec).vae_scale)
    latents = encode_image(loaded, sized)
    result: dict[str, Any] = {
        "image": latents,
        "mask_image": torch.from_numpy(coarse).to(torch.float32)[None, None] / 255,
        "masked_image_latents": latents,
    }
    if channels == 9:
        keep = torch.from_numpy(fine == 0).to(torch.float32)[None, None]
        result["masked_image_latents"] = encode_image(loaded, sized * keep)
    return result


def fill_unet(loaded: UNetModel) -> Any:
    """Return the nine-channel UNet, which shares all modules but the first with the plain one."""
    plain = loaded.networks.unet
    unet = copy.copy(plain)
    # copy.copy also shares the dict of modules; without its own copy the plain UNet would change.
    unet._modules = dict(plain._modules)
    unet._modules["conv_in"] = loaded.networks.fill_conv
    frozen: Any = FrozenDict
    unet._internal_dict = frozen({**plain.config, "in_channels": 9})
    # diffusers marks an IP-Adapter by an attribute of the config, which a copy loses.
    unet.config.encoder_hid_dim_type = plain.config.encoder_hid_dim_type
    return unet


def denoise(
    loaded: UNetModel,
    job: Job,
    seed: int,
    on_step: OnStep,
    progress: Progress,
    hooks: Sequence[StepHook] = (),
    steer: Steer | None = None,
) -> torch.Tensor:
    """Return the (1, 4, h, w) scaled latents of one variation.

    ``on_step(number, clean)`` is called after each step with predicted x0. The generator is on the
    CPU, so that a seed gives the same noise on every device.
    """
    if job.unchanged:
        latents: torch.Tensor = job.masking["image"]
        return latents
    sampling = job.sampling
    scheduler = make_scheduler(
        loaded.networks.scheduler_config, sampling.sampler, sampling.schedule, sampling.steps
    )
    generator = [torch.Generator("cpu").manual_seed(seed)]
    return sample(
        Denoiser(job.unet, hooks, progress),
        scheduler,
        _begin(loaded, job, scheduler, generator),
        _guidance(job),
        generator,
        on_step,
        steer,
    )


def _guidance(job: Job) -> Guidance | PictureGuidance:
    sampling = job.sampling
    if job.picture is not None:
        image_scale = sampling.extras.get(IMAGE_GUIDANCE.id, IMAGE_GUIDANCE.default)
        return PictureGuidance(sampling.cfg_scale, float(image_scale))
    return make_guidance(sampling.cfg_scale, guidance_settings(sampling.extras), job.unet)


def _begin(loaded: UNetModel, job: Job, scheduler: Any, generator: list[torch.Generator]) -> Start:
    """Return the initial noise, and the data that preserve a picture outside its mask."""
    device, masking, (positive, negative) = loaded.device.torch, job.masking, job.prompts
    strength = masking.get("strength", 1.0)
    timesteps = start_sampling(scheduler, job.sampling.steps, device, strength)
    scale = unet_facts(loaded.spec).vae_scale
    size = (job.height // scale, job.width // scale)
    channels = loaded.networks.vae.config.latent_channels
    noise = randn_tensor((1, channels, *size), generator, device, positive.text.dtype)
    options = _options(job, positive)
    if not masking:
        latents = noise * scheduler.init_noise_sigma
        beside = None if job.picture is None else job.picture.to(noise)
        return Start(
            latents, timesteps, positive, negative, beside, options=options, blank_last=True
        )
    clean = masking["image"].to(noise)
    if strength == 1.0:
        latents = noise * scheduler.init_noise_sigma
    else:
        latents = scheduler.add_noise(clean, noise, timesteps[:1])
    mask = F.interpolate(masking["mask_image"], size=size).to(noise)
    if job.unet.config.in_channels == channels:
        known = KnownArea(clean, noise, mask)
        return Start(latents, timesteps, positive, negative, known=known, options=options)
    more = torch.cat([mask, masking["masked_image_latents"].to(noise)], dim=1)
    return Start(latents, timesteps, positive, negative, channels=more, options=options)


def _options(job: Job, positive: Conditioning) -> dict[str, Any]:
    """Return the UNet's argument for a distilled guidance scale, empty if it has none.

    Meng et al. 2022, https://arxiv.org/abs/2210.03142.
    """
    width = job.unet.config.time_cond_proj_dim
    if width is None:
        return {}
    scale = torch.tensor([1000.0 * (job.sampling.cfg_scale - 1)])
    embedding = get_timestep_embedding(scale, width, flip_sin_to_cos=False, downscale_freq_shift=1)
    return {"timestep_cond": embedding.to(positive.text)}
