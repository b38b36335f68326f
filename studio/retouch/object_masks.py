"""Masks of objects from clicks and boxes: SAM's prompt encoder and mask decoder in numpy.

Kirillov et al. 2023, "Segment Anything" (arXiv 2304.02643), section 3 and appendix A. The engine
encodes a picture once (``engine.photo.encode``); each click then takes about 0.1 s here, without
torch. Coordinates are pixels of the encoder's square of ``SIDE`` pixels, in whose top left corner
the picture is, scaled so that its long side fills the square.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError, safe_open

from studio.core.errors import StudioError

Floats = NDArray[np.float32]

SIDE = 1024
"""Side of the encoder's square, in pixels."""
CELLS = 64
"""Side of the embedding."""
CHANNELS = 256
MASK_SIDE = 256
"""Side of a decoded mask: a quarter of ``SIDE``."""
HEADS = 8
LAYERS = 2
MASKS = 4
"""Decoded masks: one for prompts without ambiguity, then three, from part to whole."""

BLOCK = 16384
"""Numbers that are computed at a time."""

Weights = Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Points and at most one box, in pixels of the square.

    A point is (x, y, True if on the object). ``box`` is (left, top, right, bottom). ``logits``
    (256, 256) float32 are those of an earlier mask that this prompt refines.
    """

    points: tuple[tuple[float, float, bool], ...] = ()
    box: tuple[float, float, float, float] | None = None
    logits: Floats | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """``logits`` (4, 256, 256) float32, positive on the object; ``scores`` (4,) predicted IoU.

    The first mask is for prompts that are not ambiguous, the others range from part to whole.
    """

    logits: Floats = field(repr=False)
    scores: Floats


class Embedding:
    """An encoded picture: (256, 64, 64) float16, and the parts of the decoder that it determines.

    They are computed on first use and need 14 MB.
    """

    def __init__(self, features: NDArray[np.float16]) -> None:
        if features.shape != (CHANNELS, CELLS, CELLS):
            raise ValueError(f"not an embedding: {features.shape}")
        self.features = features
        self.parts: dict[str, Floats] = {}

    @cached_property
    def cells(self) -> Floats:
        """The features of each cell, (4096, 256) float32."""
        return np.ascontiguousarray(self.features.reshape(CHANNELS, -1).T.astype(np.float32))


class ObjectDecoder:
    """Decodes prompts on encoded pictures; ``weights`` are named as in MobileSAM's checkpoint."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self._position = _cell_positions(weights)

    @classmethod
    def load(cls, path: Path) -> ObjectDecoder:
        """Return the decoder of a safetensors file; StudioError if it is not MobileSAM's."""
        try:
            with safe_open(path, "np") as file:
                weights = {
                    name: np.ascontiguousarray(file.get_tensor(name).astype(np.float32))
                    for name in file.keys()  # noqa: SIM118 - not a mapping
                    if name.startswith(("prompt_encoder.", "mask_decoder."))
                }
            return cls(weights)
        except (OSError, SafetensorError, KeyError, ValueError) as error:
            raise StudioError(
                "The weights for selecting objects cannot be read ({reason}).",
                "Fetch them again: lienzo assets fetch mobile-sam",
                reason=str(error)[:200],
            ) from error

    def decode(self, picture: Embedding, prompt: Prompt) -> Decoded:
        """Return the masks of a prompt; ValueError if it has neither a point nor a box."""
        if not prompt.points and prompt.box is None:
            raise ValueError("a prompt needs a point or a box")
        w = self._weights
        tokens = np.concatenate(
            [
                w["mask_decoder.iou_token.weight"],
                w["mask_decoder.mask_tokens.weight"],
                self._embed(prompt),
            ]
        )
        queries, keys = self._transform(picture, tokens, prompt.logits)
        scores = self._mlp("mask_decoder.iou_prediction_head", queries[0])
        heads = [
            self._mlp(f"mask_decoder.output_hypernetworks_mlps.{i}", queries[1 + i])
            for i in range(MASKS)
        ]
        return Decoded(self._masks(keys, np.stack(heads)), scores)

    # Prompts

    def _embed(self, prompt: Prompt) -> Floats:
        """Return the tokens of points and box, (n, 256)."""
        w = self._weights
        rows: list[Floats] = []
        for x, y, inside in prompt.points:
            kind = w[f"prompt_encoder.point_embeddings.{int(inside)}.weight"][0]
            rows.append(self._place(x, y) + kind)
        if prompt.box is None:
            rows.append(w["prompt_encoder.not_a_point_embed.weight"][0])
        else:
            left, top, right, bottom = prompt.box
            for i, (x, y) in enumerate(((left, top), (right, bottom))):
                kind = w[f"prompt_encoder.point_embeddings.{2 + i}.weight"][0]
                rows.append(self._place(x, y) + kind)
        return np.stack(rows)

    def _place(self, x: float, y: float) -> Floats:
        at = np.array([(x + 0.5) / SIDE, (y + 0.5) / SIDE], np.float32)
        return _positions(self._weights, at)

    def _earlier_mask(self, logits: Floats) -> Floats:
        """Return the tokens of each cell of an earlier mask, (4096, 256)."""
        name = "prompt_encoder.mask_downscaling"
        x = logits.reshape(MASK_SIDE, MASK_SIDE, 1)
        for index in (0, 3):
            x = _halved(x, self._weights[f"{name}.{index}.weight"])
            x = x + self._weights[f"{name}.{index}.bias"]
            x = _gelu(self._norm(f"{name}.{index + 1}", x, 1e-6))
        flat = x.reshape(CELLS * CELLS, -1)
        last = self._weights[f"{name}.6.weight"].reshape(CHANNELS, -1)
        return np.asarray(flat @ last.T + self._weights[f"{name}.6.bias"], np.float32)

    # The transformer

    def _transform(
        self, picture: Embedding, tokens: Floats, logits: Floats | None
    ) -> tuple[Floats, Floats]:
        """Return the tokens (n, 256) and cells (4096, 256) after attending to each other."""
        name = "mask_decoder.transformer"
        if logits is None:
            keys = picture.cells + self._weights["prompt_encoder.no_mask_embed.weight"]
            parts = picture.parts
        else:
            keys, parts = picture.cells + self._earlier_mask(logits), {}
        queries = tokens
        for layer in range(LAYERS):
            queries, keys = self._block(f"{name}.layers.{layer}", queries, keys, tokens, parts)
            parts = {}
        places = keys + self._position
        out = self._attend(f"{name}.final_attn_token_to_image", queries + tokens, places, keys)
        return self._norm(f"{name}.norm_final_attn", queries + out), keys

    def _block(
        self, name: str, queries: Floats, keys: Floats, tokens: Floats, parts: dict[str, Floats]
    ) -> tuple[Floats, Floats]:
        """Return tokens and cells after one layer; ``parts`` keeps what the picture determines."""
        if name.endswith(".0"):
            queries = self._attend(f"{name}.self_attn", queries, queries, queries)
        else:
            at = queries + tokens
            queries = queries + self._attend(f"{name}.self_attn", at, at, queries)
        queries = self._norm(f"{name}.norm1", queries)
        places = keys + self._position
        cross = f"{name}.cross_attn_token_to_image"
        out = self._attend(cross, queries + tokens, places, keys, parts)
        queries = self._norm(f"{name}.norm2", queries + out)
        hidden = np.maximum(self._linear(f"{name}.mlp.lin1", queries), 0)
        queries = self._norm(f"{name}.norm3", queries + self._linear(f"{name}.mlp.lin2", hidden))
        cross = f"{name}.cross_attn_image_to_token"
        out = self._attend(cross, places, queries + tokens, queries, parts)
        return queries, self._norm(f"{name}.norm4", keys + out)

    def _attend(
        self,
        name: str,
        queries: Floats,
        keys: Floats,
        values: Floats,
        parts: dict[str, Floats] | None = None,
    ) -> Floats:
        """Return multi-head attention; projections of cells are kept in ``parts``."""

        def projected(which: str, rows: Floats) -> Floats:
            full = f"{name}.{which}"
            if parts is None or len(rows) != CELLS * CELLS:
                return self._linear(full, rows)
            if full not in parts:
                parts[full] = self._linear(full, rows)
            return parts[full]

        q, k, v = (
            _heads(projected(which, rows))
            for which, rows in (("q_proj", queries), ("k_proj", keys), ("v_proj", values))
        )
        weights = q @ k.transpose(0, 2, 1)
        weights /= np.float32(np.sqrt(q.shape[-1]))
        weights -= weights.max(axis=-1, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(axis=-1, keepdims=True)
        mixed = (weights @ v).transpose(1, 0, 2).reshape(len(queries), -1)
        return self._linear(f"{name}.out_proj", np.asarray(mixed, np.float32))

    # The mask

    def _masks(self, cells: Floats, heads: Floats) -> Floats:
        """Return the logits (4, 256, 256) of the masks whose filters are ``heads`` (4, 32).

        Two transposed convolutions of 2 x 2 with stride 2 double the side twice. Each pixel of
        their results belongs to one cell, so pixels are only put in their places at the end.
        """
        name = "mask_decoder.output_upscaling"
        x = self._four(f"{name}.0", cells)
        x = _gelu(self._norm(f"{name}.1", x, 1e-6))
        x = _gelu(self._four(f"{name}.3", x)) @ heads.T
        tiles = x.reshape(CELLS, CELLS, 2, 2, 2, 2, MASKS).transpose(6, 0, 2, 4, 1, 3, 5)
        return np.ascontiguousarray(tiles).reshape(MASKS, MASK_SIDE, MASK_SIDE)

    def _four(self, name: str, x: Floats) -> Floats:
        """Return the four pixels, row by row, that each row of (..., c) becomes: (..., 4, d)."""
        weight = self._weights[f"{name}.weight"]
        channels, out = weight.shape[:2]
        flat = x.reshape(-1, channels) @ weight.transpose(0, 2, 3, 1).reshape(channels, -1)
        result = flat.reshape(*x.shape[:-1], 4, out)
        result += self._weights[f"{name}.bias"]
        return np.asarray(result, np.float32)

    def _mlp(self, name: str, x: Floats) -> Floats:
        for layer in range(3):
            x = self._linear(f"{name}.layers.{layer}", x)
            if layer < 2:
                x = np.maximum(x, 0)
        return x

    def _linear(self, name: str, x: Floats) -> Floats:
        result = x @ self._weights[f"{name}.weight"].T
        result += self._weights[f"{name}.bias"]
        return np.asarray(result, np.float32)

    def _norm(self, name: str, x: Floats, eps: float = 1e-5) -> Floats:
        """Return layer normalisation over the last axis."""
        centred = x - x.mean(axis=-1, keepdims=True)
        spread = np.einsum("...i,...i->...", centred, centred)[..., None] / x.shape[-1]
        centred /= np.sqrt(spread + np.float32(eps))
        centred *= self._weights[f"{name}.weight"]
        centred += self._weights[f"{name}.bias"]
        return np.asarray(centred, np.float32)


def _heads(x: Floats) -> Floats:
    return x.reshape(len(x), HEADS, -1).transpose(1, 0, 2)


def _positions(weights: Weights, at: Floats) -> Floats:
    """Return the Fourier features (..., 256) of points (..., 2), x and y in 0..1."""
    matrix = weights["prompt_encoder.pe_layer.positional_encoding_gaussian_matrix"]
    angle = np.float32(2 * np.pi) * ((2 * at - 1) @ matrix)
    return np.concatenate([np.sin(angle), np.cos(angle)], axis=-1).astype(np.float32)


def _cell_positions(weights: Weights) -> Floats:
    """Return the Fourier features of the centres of all cells, (4096, 256)."""
    centres = (np.arange(CELLS, dtype=np.float32) + 0.5) / CELLS
    x, y = np.meshgrid(centres, centres)
    return _positions(weights, np.stack([x, y], axis=-1)).reshape(CELLS * CELLS, -1)


def _halved(x: Floats, weight: Floats) -> Floats:
    """Return a convolution of 2 x 2, stride 2: (2h, 2w, c) to (h, w, d).

    ``weight`` is (d, c, 2, 2).
    """
    height, width, channels = x.shape
    tiles = x.reshape(height // 2, 2, width // 2, 2, channels).transpose(0, 2, 1, 3, 4)
    flat = tiles.reshape(-1, 4 * channels)
    matrix = weight.transpose(2, 3, 1, 0).reshape(4 * channels, -1)
    return (flat @ matrix).reshape(height // 2, width // 2, -1)


def _gelu(x: Floats) -> Floats:
    """Return x times the normal distribution function of x, in blocks that fit the cache."""
    result = np.empty(x.size, np.float32)
    flat = np.ascontiguousarray(x).reshape(-1)
    for start in range(0, x.size, BLOCK):
        block = flat[start : start + BLOCK]
        result[start : start + BLOCK] = block * _normal(block)
    return result.reshape(x.shape)


def _normal(x: Floats) -> Floats:
    """Return the normal distribution function.

    Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26; its error is below 2e-7.
    """
    size = np.abs(x) * np.float32(np.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * size)
    series = np.float32(1.061405429) * t
    for factor in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        series += np.float32(factor)
        series *= t
    size *= -size
    series *= np.exp(size, out=size)
    # 1 - series is erf of |x| / sqrt(2); for negative x the result is half of series.
    return np.asarray(np.where(x < 0, series, 2 - series) * np.float32(0.5), np.float32)
