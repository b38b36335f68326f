"""The extra parameters of a rewrite (prompt-to-prompt): the picture's caption and inversion."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from studio.core.errors import StudioError

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

METHODS = ("null_text", "negative_prompt", "ddim")
"""Ways to invert a picture, the most faithful first: null-text inversion (Mokady et al. 2022,
https://arxiv.org/abs/2211.09794), negative-prompt inversion (Miyake et al. 2023,
https://arxiv.org/abs/2305.16807), and DDIM inversion alone (Song et al. 2020)."""
READING = "reading"
"""Details of progress reports whose previews show the inversion's noise, not a result."""


@dataclass(frozen=True, slots=True, eq=False)
class Inversion:
    """The noise and the null-text embeddings from which a model reconstructs a picture.

    ``latents`` (4, h, w) float32 is that noise; ``nulls`` (steps, tokens, width) float32 are the
    embeddings used for the empty prompt at each step, None if the method has none. ``psnr`` is that
    of the reconstruction, in dB; ``ceiling`` that of the autoencoder alone. ``key`` identifies its
    inputs, see ``inversion_key``.
    """

    key: str
    method: str
    steps: int
    cfg_scale: float
    latents: Floats = field(repr=False)
    nulls: Floats | None = field(repr=False)
    psnr: float
    ceiling: float

    def to_bytes(self) -> bytes:
        """Return the bytes of a safetensors file, with the embeddings in half precision."""
        tensors: dict[str, NDArray[Any]] = {"latents": self.latents}
        if self.nulls is not None:
            tensors["nulls"] = self.nulls.astype(np.float16)
        facts = {
            "key": self.key,
            "method": self.method,
            "steps": self.steps,
            "cfg_scale": self.cfg_scale,
            "psnr": self.psnr,
            "ceiling": self.ceiling,
        }
        return save(tensors, {"lienzo": json.dumps(facts)})

    @classmethod
    def from_bytes(cls, data: bytes) -> Inversion:
        """Return the inversion written by ``to_bytes``; StudioError if it is damaged."""
        try:
            length = int.from_bytes(data[:8], "little")
            header = json.loads(data[8 : 8 + length])
            facts = json.loads(header["__metadata__"]["lienzo"])
            tensors = load(data)
            latents = np.asarray(tensors["latents"], np.float32)
            nulls = tensors.get("nulls")
            if latents.ndim != 3 or not np.isfinite(latents).all():
                raise ValueError("latents")
            return cls(
                key=str(facts["key"]),
                method=str(facts["method"]),
                steps=int(facts["steps"]),
                cfg_scale=float(facts["cfg_scale"]),
                latents=latents,
                nulls=None if nulls is None else np.asarray(nulls, np.float32),
                psnr=float(facts["psnr"]),
                ceiling=float(facts["ceiling"]),
            )
        except (SafetensorError, KeyError, ValueError, TypeError, UnicodeDecodeError) as error:
            raise StudioError(
                "The stored inversion of the picture is damaged.",
                "The next Edit by words makes it again.",
            ) from error


@dataclass(frozen=True, slots=True, eq=False)
class RewriteUse:
    """The parameters of a rewrite; the request's prompt is the new text.

    ``source`` is the caption of the present picture. ``weights`` are factors for words of the new
    text (1 is unchanged). ``cross`` and ``self_attention`` are fractions of the steps, 0..1, in
    which the picture's own attention is kept: the higher, the closer to its composition. ``local``
    limits the change to the area where the words of ``blend`` (empty: the words that differ) have
    attention of at least ``threshold``, 0..1. ``inversion`` is an earlier one, used if its key
    matches.

    The defaults are those that swapped most words with the starter and kept most of the rest; 0.8
    and 0.4 of the steps, the values of Hertz et al. 2022, kept the old object's shape too well.
    """

    source: str
    method: str = "null_text"
    weights: Mapping[str, float] = field(default_factory=dict)
    cross: float = 0.4
    self_attention: float = 0.2
    local: bool = True
    blend: tuple[str, ...] = ()
    threshold: float = 0.7
    inversion: Inversion | None = field(default=None, repr=False)

    def to_recipe(self) -> dict[str, Any]:
        """Return the JSON-ready form, without the inversion."""
        return {
            "source": self.source,
            "method": self.method,
            "weights": dict(self.weights),
            "cross": self.cross,
            "self_attention": self.self_attention,
            "local": self.local,
            "blend": list(self.blend),
            "threshold": self.threshold,
        }

    @classmethod
    def from_recipe(cls, recipe: Mapping[str, Any]) -> RewriteUse:
        """Return the instance of a recipe; KeyError, TypeError or ValueError if it is invalid."""
        return cls(
            source=str(recipe["source"]),
            method=str(recipe.get("method", METHODS[0])),
            weights={str(k): float(v) for k, v in dict(recipe.get("weights", {})).items()},
            cross=float(recipe.get("cross", 0.4)),
            self_attention=float(recipe.get("self_attention", 0.2)),
            local=bool(recipe.get("local", True)),
            blend=tuple(map(str, recipe.get("blend", ()))),
            threshold=float(recipe.get("threshold", 0.7)),
        )


def inversion_key(
    image: Pixels, source: str, model: str, method: str, steps: int, cfg_scale: float
) -> str:
    """Return the key of an inversion: a hash of the picture (h, w, 3) and all other inputs.

    ``model`` identifies the model's weights.
    """
    said = json.dumps([list(image.shape), source, model, method, steps, round(cfg_scale, 4)])
    content = hashlib.sha256(np.ascontiguousarray(image).tobytes())
    content.update(said.encode())
    return content.hexdigest()
