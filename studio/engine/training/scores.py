"""Likeness to the photos and drift of the class, measured by an image encoder."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from transformers import CLIPImageProcessor, CLIPVisionModelWithProjection

from studio.catalog.models import STARTER, ModelSpec, identify
from studio.catalog.references import find_reference
from studio.core.errors import StudioError
from studio.edit.training import Pixels
from studio.engine.adapters.reference import square


@dataclass(frozen=True, slots=True, eq=False)
class ImageEncoder:
    """Encodes pictures as unit vectors: similar pictures have similar vectors."""

    network: Any
    processor: Any

    @classmethod
    def of(cls, spec: ModelSpec) -> ImageEncoder:
        """Return the image encoder of a model's IP-Adapter, or else of the bundled model."""
        try:
            folder = find_reference(spec).encoder
        except StudioError:
            folder = find_reference(identify(STARTER)).encoder
        network: Any = CLIPVisionModelWithProjection.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        size = int(network.config.image_size)
        processor = CLIPImageProcessor(size=size, crop_size=size)
        return cls(network.eval().requires_grad_(False), processor)

    def directions(self, pictures: Iterable[Pixels]) -> torch.Tensor:
        """Return (n, width) unit vectors of pictures (h, w, 3) uint8."""
        images = [Image.fromarray(square(picture)) for picture in pictures]
        pixels = self.processor(images, return_tensors="pt").pixel_values
        with torch.no_grad():
            found: torch.Tensor = self.network(pixels).image_embeds
        return torch.nn.functional.normalize(found.float(), dim=-1)


def likeness(made: torch.Tensor, photos: torch.Tensor) -> float:
    """Return the mean cosine between pictures and photos, both (n, width) unit vectors."""
    return float((made @ photos.T).mean())


def drift(now: torch.Tensor, before: torch.Tensor) -> float:
    """Return 1 - the mean cosine between pictures of equal seeds, now and before training."""
    return float(1 - (now * before).sum(dim=-1).mean())


def on_grey(photo: Pixels, mask: Pixels | None) -> Pixels:
    """Return a photo (h, w, 3) with mid-grey outside its mask (h, w)."""
    if mask is None:
        return photo
    share = mask[..., None].astype(np.float32) / 255
    return np.asarray((photo * share + 128 * (1 - share)).round(), np.uint8)
