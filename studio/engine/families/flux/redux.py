"""The prior of Flux Redux, which turns a picture into tokens beside those of the prompt."""

from __future__ import annotations

from typing import Any

from diffusers import FluxPriorReduxPipeline
from PIL import Image


class ReduxPrior(FluxPriorReduxPipeline):  # type: ignore[misc]
    """diffusers' pipeline with the arguments that the library gives to every stage."""

    def __call__(self, image: Image.Image, prompt: str, generator: object = None) -> Any:
        """Return ``prompt_embeds`` (1, tokens, width) and ``pooled_prompt_embeds`` (1, width).

        Nothing is random, so ``generator`` is not used.
        """
        return super().__call__(image, prompt=prompt)
