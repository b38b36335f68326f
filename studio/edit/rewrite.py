"""What an edit by words needs beside the request: the caption of the picture, and its inversion."""

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
"""Details of a progress report whose preview shows noise on the way from a picture, no result."""


@dataclass(frozen=True, slots=True, eq=False)
class Inversion:
    """From which noise, and by which empty prompts, a model paints a picture again.

    ``latents`` (4, h, w) float32 is that noise; ``nulls`` (steps, tokens, width) float32 are the
    embeddings that stand for the empty prompt at each step, None where the method has none.
    ``psnr`` is how near the picture painted again comes, in dB; ``ceiling`` how near the
    autoencoder alone does. ``key`` says what it was made of, see ``inversion_key``.
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
        """Return it as a safetensors file, the embeddings in half precision."""
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
        """Return what ``to_bytes`` wrote; StudioError where it is damaged."""
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
    """How the words of a picture change; the request's prompt is the new text.

    ``source`` says what the picture shows now. ``weights`` are factors for words of the new text
    (1 is as it stands). ``cross`` and ``self_attention`` are parts of the steps, 0..1, in which the
    picture's own attention is kept: the higher, the nearer to its composition. ``local`` limits the
    change to where the words of ``blend`` act (empty: the words that differ); ``threshold`` 0..1 is
    how much they must act there. ``inversion`` is one made before, used where its key fits.

    The defaults are those that swapped most words with the starter and kept most of the rest; 0.8
    and 0.4 of the steps, which Hertz et al. 2022 take, kept the old thing's shape too well.
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
        """Return what ``to_recipe`` made; KeyError, TypeError or ValueError where it is none."""
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
    """Return the name of an inversion: a hash of the picture (h, w, 3) and of all that shaped it.

    ``model`` is whatever tells one model's weights from another's.
    """
    said = json.dumps([list(image.shape), source, model, method, steps, round(cfg_scale, 4)])
    content = hashlib.sha256(np.ascontiguousarray(image).tobytes())
    content.update(said.encode())
    return content.hexdigest()
