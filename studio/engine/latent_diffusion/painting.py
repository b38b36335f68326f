"""Generates the pictures of a request, for every family with a UNet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import torch

from studio.catalog.ladder import Rung
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.request import EditRequest, EditResult, Pixels, Task
from studio.engine.in_place import keep_in_place
from studio.engine.latent_diffusion.job import Encode, Job, M, denoise, prepare
from studio.engine.latent_diffusion.pictures import decode, decode_small
from studio.engine.latent_diffusion.running import (
    Clock,
    draw_seeds,
    guidance_notes,
    memory_saving,
    schedule_notes,
    stack,
)
from studio.engine.scaling import resize
from studio.engine.steering import check_rung, make_steer
from studio.engine.steps import StepHook


def paint(
    loaded: M,
    request: EditRequest,
    progress: Progress,
    rung: Rung,
    encode: Encode[M],
    hooks: Sequence[StepHook] = (),
) -> EditResult:
    """Generate the variations of a request one after the other; ``Cancelled`` within one step.

    ``hooks`` wrap every call of the UNet, the first outermost.

    The progress fraction has one unit per step, one for encoding and one per decoded picture, which
    is about proportional to their time. Previews are (variations so far, h, w, 3) uint8, as large
    as the model's preview makes them: one pixel a latent, or eight with a tiny autoencoder.
    """
    check_rung(loaded.spec, request, rung)
    sampling = request.sampling
    seeds = draw_seeds(sampling)
    clock = Clock()
    notes: list[Notice] = [rung.note] if rung.note else []
    notes += [*schedule_notes(sampling), *guidance_notes(request)]
    device = loaded.device.torch
    images: list[Pixels] = []
    shown: list[Pixels] = []
    with memory_saving(loaded.networks, rung, loaded.device), torch.no_grad():
        with clock.part("encode"):
            job = prepare(loaded, request, progress, notes, encode)
            steer = make_steer(loaded.spec, request, partial(decode_small, loaded), device)
        steps = job.steps
        total = 1 + len(seeds) * (steps + 1)
        for index, seed in enumerate(seeds):
            begun = 1 + index * (steps + 1)

            def on_step(
                step: int, clean: torch.Tensor, begun: int = begun, before: list[Pixels] = shown
            ) -> None:
                picture = loaded.preview.image(clean)
                height, width = picture.shape[:2]
                frames = stack([*(resize(one, width, height) for one in before), picture])
                progress.report((begun + step) / total, "Painting", frames)

            with clock.part("denoise"):
                latents = denoise(loaded, job, seed, on_step, progress, hooks, steer)
            progress.report((begun + steps) / total, "Finishing the picture")
            with clock.part("decode"):
                image = decode(loaded, latents)
            shown.append(resize(image, latents.shape[-1], latents.shape[-2]))
            images.append(finish(image, request, job))
            progress.report((begun + steps + 1) / total, "Finishing the picture", stack(shown))
    masks: tuple[Pixels, ...] = ()
    if request.task is Task.INSTRUCT and request.image is not None:
        kept = keep_in_place(request.image, images)
        images, masks = list(kept.images), kept.masks
        notes += kept.notes
    return EditResult(
        request=request,
        images=tuple(images),
        seeds=seeds,
        timings=clock.parts,
        notes=tuple(notes),
        masks=masks,
    )


def finish(image: Pixels, request: EditRequest, job: Job) -> Pixels:
    """Return a picture of the model's size, resized to the request's region."""
    if job.unchanged and request.image is not None:
        return request.image.copy()
    return resize(image, request.region.width, request.region.height)
