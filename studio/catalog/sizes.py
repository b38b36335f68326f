"""The working sizes of a model."""

from __future__ import annotations

import math

from studio.catalog.model_spec import ModelSpec


def working_size(spec: ModelSpec, width: int, height: int) -> tuple[int, int]:
    """Return the (width, height) in pixels at which ``spec`` works on a crop of that size.

    The area is that of the native square, the proportions are those of the crop as far as the
    model's limits and its multiple allow.
    """
    scale = spec.native_size / math.sqrt(width * height)
    return _snap(spec, width * scale), _snap(spec, height * scale)


def _snap(spec: ModelSpec, edge: float) -> int:
    multiple = spec.size_multiple
    low = -(-spec.min_size // multiple) * multiple
    high = max(low, spec.max_size // multiple * multiple)
    return min(max(round(edge / multiple) * multiple, low), high)
