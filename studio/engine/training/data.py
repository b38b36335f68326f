"""The photos of a subject as training data: latents, masks and captions, computed once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import torch

from studio.catalog.families.unet import unet_facts
from studio.core.progress import Progress
from studio.edit.training import Pixels, TrainPhoto
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.latent_diffusion.pictures import to_tensor
from studio.engine.scaling import resize
from studio.engine.training.family import TrainingFamily

PLACE = "{subject}"


@dataclass(frozen=True, slots=True, eq=False)
class Examples:
    """The training set: n pictures on the model's device.

    ``latents`` (n, 4, h, w) are scaled; ``places`` (n, 1, h, w) float32 in 0..1 are the
    masks of the subject, or of the photo if it has none; ``captions`` contain ``{subject}``.
    """

    latents: torch.Tensor
    places: torch.Tensor
    captions: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.captions)


def read_photos(
    loaded: UNetModel,
    family: TrainingFamily,
    photos: Sequence[TrainPhoto],
    resolution: int,
    mirror: bool,
    progress: Progress,
) -> Examples:
    """Encode photos at resolution x resolution pixels, also mirrored if ``mirror``.

    Can be cancelled between two photos.
    """
    latents, places, captions = [], [], []
    cell = unet_facts(loaded.spec).vae_scale
    for number, photo in enumerate(photos):
        progress.report(number / len(photos), "Reading the photos")
        image = fit_square(photo.image, resolution)
        mask = photo.mask
        if mask is None:
            mask = np.full(photo.image.shape[:2], 255, np.uint8)
        coarse = cv2.resize(fit_square(mask, resolution, beside=0), (resolution // cell,) * 2)
        sides = ((image, coarse), (image[:, ::-1], coarse[:, ::-1]))
        for picture, place in sides if mirror else sides[:1]:
            with torch.no_grad():
                pixels = to_tensor(np.ascontiguousarray(picture))[None]
                made = family.encode_picture(loaded, pixels)
            latents.append(made)
            share = torch.from_numpy(np.ascontiguousarray(place)).float() / 255
            places.append(share[None, None])
            captions.append(photo.caption)
    return Examples(torch.cat(latents), torch.cat(places).to(latents[0].device), tuple(captions))


def fit_square(picture: Pixels, side: int, beside: int | None = None) -> Pixels:
    """Return a picture (h, w, 3) or mask (h, w) uint8 padded to a square by repeating its edge.

    ``beside`` is a constant value of the padding instead: 0 in a mask, as the padding is no photo.
    """
    height, width = picture.shape[:2]
    full = max(height, width)
    top, left = (full - height) // 2, (full - width) // 2
    around = ((top, full - height - top), (left, full - width - left))
    widths = (*around, *((0, 0),) * (picture.ndim - 2))
    if beside is None:
        padded = np.pad(picture, widths, mode="edge")
    else:
        padded = np.pad(picture, widths, constant_values=beside)
    return resize(padded, side, side)


def fill_captions(captions: Sequence[str], words: str) -> list[str]:
    """Return captions with ``words`` in place of ``{subject}``, or prepended if it is missing."""
    return [
        caption.replace(PLACE, words) if PLACE in caption else f"{words}, {caption}".strip(", ")
        for caption in captions
    ]


def with_article(kind: str) -> str:
    """Return a class word with its article: "a dog", "an owl"; phrases with one are unchanged."""
    first = kind.split()[0].lower() if kind.split() else ""
    if not first or first in ("a", "an", "the", "some", "my"):
        return kind
    return f"{'an' if first[0] in 'aeiou' else 'a'} {kind}"
