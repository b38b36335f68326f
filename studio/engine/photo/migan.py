"""MI-GAN (Sargsyan et al. 2023), the network that fills holes, in torch.

The weights are those of the ONNX file, without its last step: that one blends the filling softly
with the picture it was given, and so returns the removed thing's colours along the hole's border.
Here the thing is never seen and nothing of it returns. Only the part of the decoder around the hole
is computed, which with half precision, if the processor has it, takes 0.15 of the time of OpenCV's
runtime, and 0.4 without.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from studio.core.assets.onnx_weights import weights
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.engine.photo.enlarging import fastest

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

SIDE = 512
"""Side in pixels of the square that the network was trained on."""

RESOLUTIONS = (4, 8, 16, 32, 64, 128, 256, 512)
"""Sides of the feature maps, from the middle of the network outwards."""

GAIN = math.sqrt(2.0)
"""Factor after every activation. It is multiplied into the weights before it instead, which is the
same, because a leaky ReLU of a positive multiple is the multiple of the leaky ReLU."""

SLOPE = 0.2
"""Of the leaky ReLU for negative values."""

BEYOND = 12
"""Pixels around the hole that the decoder computes at each resolution. Five pixels along a cut are
wrong, because there the convolutions see zeros, and the next resolution leaves out six of them."""


class Migan:
    """The network loaded from its ONNX file; StudioError if the file is damaged.

    ``dtype`` is that of the features, by default the fastest on this processor.
    """

    def __init__(self, file: Path, dtype: torch.dtype | None = None) -> None:
        found = weights(file.read_bytes(), file.name)
        self._dtype = fastest() if dtype is None else dtype
        self._layers: dict[str, tuple[Tensor, Tensor | None]] = {}
        try:
            for name in _names():
                self._layers[name] = self._layer(found, name)
            self._noise = self._noises(found)
        except (KeyError, ValueError) as error:
            raise StudioError("The weights in {name} cannot be read.", name=file.name) from error

    def fill(self, image: Pixels, hole: Mask) -> Pixels:
        """Return ``image`` (512, 512, 3) uint8 RGB with ``hole`` (512, 512) filled.

        No pixel outside the hole changes, and what ``image`` has in the hole has no influence.
        """
        assert image.shape == (SIDE, SIDE, 3)
        result = image.copy()
        if not hole.any():
            return result
        known = torch.from_numpy(~hole).float()[None, None]
        colours = torch.from_numpy(np.ascontiguousarray(image)).permute(2, 0, 1)[None]
        seen = torch.cat([known - 0.5, (colours.float() / 127.5 - 1) * known], 1)
        rows, columns = np.flatnonzero(hole.any(axis=1)), np.flatnonzero(hole.any(axis=0))
        x, y = int(columns[0]), int(rows[0])
        box = Rect(x, y, int(columns[-1]) + 1 - x, int(rows[-1]) + 1 - y)
        with torch.inference_mode():
            made, part = self._run(seen, box)
        values = (made[0].permute(1, 2, 0) * 127.5 + 128).clamp_(0, 255).to(torch.uint8).numpy()
        inside = hole[part.y : part.bottom, part.x : part.right]
        result[part.y : part.bottom, part.x : part.right][inside] = values[inside]
        return result

    def _run(self, seen: Tensor, box: Rect) -> tuple[Tensor, Rect]:
        """Return the colours (1, 3, h, w), -1..1, of the part that has ``box`` in it; that part."""
        x = seen.to(self._dtype).contiguous(memory_format=torch.channels_last)
        x = _activated(self._conv(x, "encoder.b512.fromrgb"))
        skipped: dict[int, Tensor] = {}
        for side in reversed(RESOLUTIONS):
            x = skipped[side] = self._separable(x, f"encoder.b{side}.conv1")
            x = _activated(self._conv(x, f"encoder.b{side}.conv2.conv1"))
            x = _halved(x) if side > RESOLUTIONS[0] else x
            x = _activated(self._conv(x, f"encoder.b{side}.conv2.conv2"))
        place, colours = Rect(0, 0, RESOLUTIONS[0], RESOLUTIONS[0]), torch.zeros(())
        for side in RESOLUTIONS:
            name = f"synthesis.b{side}"
            part = _part_of(box, side)
            if side > RESOLUTIONS[0]:
                half = Rect(part.x // 2, part.y // 2, part.width // 2, part.height // 2)
                inner = half.shift(-place.x, -place.y)
                x, colours = _cut(x, inner), _doubled(_cut(colours, inner))
            x = _activated(self._conv(x, f"{name}.conv1.conv1"))
            x = self._conv(x, f"{name}.conv1.conv2")
            if side > RESOLUTIONS[0]:
                x = _doubled(x).add_(
                    self._noise[side][0][part.y : part.bottom, part.x : part.right]
                )
            x = _activated(x).add_(_cut(skipped[side], part))
            x = _activated(self._conv(x, f"{name}.conv2.conv1"))
            x = self._conv(x, f"{name}.conv2.conv2")
            if side > RESOLUTIONS[0]:
                x.add_(self._noise[side][1][part.y : part.bottom, part.x : part.right])
            x = _activated(x)
            colours = colours + self._conv(x, f"{name}.torgb").float()
            place = part
        return colours, place

    def _separable(self, x: Tensor, name: str) -> Tensor:
        x = _activated(self._conv(x, f"{name}.conv1"))
        return _activated(self._conv(x, f"{name}.conv2"))

    def _conv(self, x: Tensor, name: str) -> Tensor:
        weight, bias = self._layers[name]
        groups = x.shape[1] // weight.shape[1]
        return F.conv2d(x, weight, bias, padding=weight.shape[2] // 2, groups=groups)

    def _layer(
        self, found: dict[str, NDArray[np.float32]], name: str
    ) -> tuple[Tensor, Tensor | None]:
        gain = 1.0 if name.endswith("torgb") else GAIN
        weight = torch.tensor(found[f"model.{name}.weight"] * gain, dtype=self._dtype)
        if weight.ndim != 4:
            raise ValueError(name)
        bias = found.get(f"model.{name}.bias")
        own = None if bias is None else torch.tensor(bias * gain, dtype=self._dtype)
        return weight.contiguous(memory_format=torch.channels_last), own

    def _noises(self, found: dict[str, NDArray[np.float32]]) -> dict[int, list[Tensor]]:
        """Return the two constant noises of each resolution, which the exporter numbered."""
        names = [name for name in found if name.startswith("onnx::Add_") and found[name].ndim == 2]
        names.sort(key=lambda name: int(name.rpartition("_")[2]))
        result: dict[int, list[Tensor]] = {side: [] for side in RESOLUTIONS[1:]}
        for name in names:
            result[found[name].shape[0]].append(torch.tensor(found[name] * GAIN, dtype=self._dtype))
        if any(len(each) != 2 for each in result.values()):
            raise ValueError("noise")
        return result


def _names() -> list[str]:
    """Return the names of all layers with weights."""
    names = ["encoder.b512.fromrgb"]
    for side in RESOLUTIONS:
        for half in ("encoder", "synthesis"):
            names += [f"{half}.b{side}.conv{i}.conv{j}" for i in (1, 2) for j in (1, 2)]
        names.append(f"synthesis.b{side}.torgb")
    return names


def _part_of(box: Rect, side: int) -> Rect:
    """Return the part of a feature map that the pixels of ``box`` need, its bounds even."""
    scale = SIDE // side
    if side <= 2 * BEYOND:
        return Rect(0, 0, side, side)
    left, top = (max(0, at // scale - BEYOND) // 2 * 2 for at in (box.x, box.y))
    right, bottom = (
        min(side, (-(-at // scale) + BEYOND + 1) // 2 * 2) for at in (box.right, box.bottom)
    )
    return Rect(left, top, right - left, bottom - top)


def _cut(x: Tensor, part: Rect) -> Tensor:
    return x[:, :, part.y : part.bottom, part.x : part.right]


def _activated(x: Tensor) -> Tensor:
    return F.leaky_relu_(x, SLOPE)


def _halved(x: Tensor) -> Tensor:
    """Return x at half its size by the filter (1, 3, 3, 1), zeros around it."""
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0], dtype=x.dtype) / 8
    channels = x.shape[1]
    kernel = (taps[:, None] * taps).expand(channels, 1, 4, 4)
    return F.conv2d(x, kernel, stride=2, padding=1, groups=channels)


def _doubled(x: Tensor) -> Tensor:
    """Return x at twice its size by the same filter: bilinear, with zeros around it."""
    wide = F.interpolate(F.pad(x, (1, 1, 1, 1)), scale_factor=2, mode="bilinear")
    return wide[:, :, 2:-2, 2:-2]
