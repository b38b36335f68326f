"""Inpainting with aMUSEd at every size that the model takes."""

from __future__ import annotations

from typing import Any

from diffusers import AmusedInpaintPipeline
from diffusers.image_processor import VaeImageProcessor


class AmusedFillPipeline(AmusedInpaintPipeline):  # type: ignore[misc]
    """The stock pipeline, which rounds the size of the mask in tokens as if it were in pixels."""

    def __init__(
        self, vqvae: Any, tokenizer: Any, text_encoder: Any, transformer: Any, scheduler: Any
    ) -> None:
        super().__init__(vqvae, tokenizer, text_encoder, transformer, scheduler)
        self.mask_processor = VaeImageProcessor(
            vae_scale_factor=1, do_normalize=False, do_binarize=True, do_convert_grayscale=True
        )
