"""The picture encoder of MobileSAM (Zhang et al. 2023, arXiv 2306.14289).

TinyViT (Wu et al. 2022, arXiv 2207.10666) with 5 million parameters: two stages of convolutions
halve the picture twice, then attention in windows, with a depthwise convolution between attention
and MLP. The third downsampling keeps the size, so that a cell of the result covers 16 pixels.
Module names match the public weights, which are loaded strictly.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn
from torch.nn import functional

SIDE = 1024
"""Side of the square picture, in pixels."""
CELLS = 64
"""Cells of the embedding, in both directions."""
CHANNELS = 256
DIMENSIONS = (64, 128, 160, 320)
DEPTHS = (2, 2, 6, 2)
HEADS = (2, 4, 5, 10)
WINDOWS = (7, 7, 14, 7)
STRIDES = (2, 2, 1)
EXPANSION = 4
CLASSES = 1000
"""Of the classifier in the weights, which is not run."""


class TinyViT(nn.Module):
    """Maps (n, 3, 1024, 1024) normalised pixels to (n, 256, 64, 64) features."""

    def __init__(self) -> None:
        super().__init__()
        self.patch_embed = _PatchEmbed(DIMENSIONS[0])
        self.layers = nn.ModuleList(_stage(index) for index in range(len(DEPTHS)))
        self.norm_head = nn.LayerNorm(DIMENSIONS[-1])
        self.head = nn.Linear(DIMENSIONS[-1], CLASSES)
        self.neck = nn.Sequential(
            nn.Conv2d(DIMENSIONS[-1], CHANNELS, 1, bias=False),
            _ChannelNorm(CHANNELS),
            nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, bias=False),
            _ChannelNorm(CHANNELS),
        )

    def forward(self, pixels: Tensor, check: Callable[[], None] = lambda: None) -> Tensor:
        """Return the features of a batch; ``check`` is called before each block and may raise."""
        features: Tensor = self.patch_embed(pixels)
        for stage in self.layers:
            features = stage(features, check)
        result: Tensor = self.neck(features)
        return result

    @torch.no_grad()
    def fold(self) -> None:
        """Merge each normalisation into the convolution before it, which gives the same features.

        Names and shapes of the weights no longer match the file afterwards.
        """
        for parent in list(self.modules()):
            for name, child in list(parent.named_children()):
                if isinstance(child, _ConvNorm):
                    setattr(parent, name, child.folded())


class _ConvNorm(nn.Sequential):
    """A convolution without bias and its batch normalisation."""

    def __init__(
        self, channels: int, out: int, size: int = 1, stride: int = 1, groups: int = 1
    ) -> None:
        super().__init__()
        self.c = nn.Conv2d(channels, out, size, stride, size // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(out)

    def folded(self) -> nn.Conv2d:
        """Return one convolution with the same result."""
        conv, norm = self.c, self.bn
        assert norm.running_var is not None and norm.running_mean is not None
        scale = norm.weight / (norm.running_var + norm.eps).sqrt()
        one = nn.Conv2d(
            conv.in_channels,
            conv.out_channels,
            (conv.kernel_size[0], conv.kernel_size[1]),
            (conv.stride[0], conv.stride[1]),
            (conv.kernel_size[0] // 2, conv.kernel_size[1] // 2),
            groups=conv.groups,
            device=conv.weight.device,
        )
        one.weight.copy_(conv.weight * scale[:, None, None, None])
        assert one.bias is not None
        one.bias.copy_(norm.bias - norm.running_mean * scale)
        return one


class _ChannelNorm(nn.Module):
    """Layer normalisation over the channels of each cell."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        last = functional.layer_norm(
            x.permute(0, 2, 3, 1), self.weight.shape, self.weight, self.bias, 1e-6
        )
        return last.permute(0, 3, 1, 2)


class _PatchEmbed(nn.Module):
    """Two convolutions that quarter the side."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.seq = nn.Sequential(
            _ConvNorm(3, channels // 2, 3, 2),
            nn.GELU(),
            _ConvNorm(channels // 2, channels, 3, 2),
        )

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.seq(x)
        return result


class _Inverted(nn.Module):
    """An inverted bottleneck: expand, depthwise convolution, project, add."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        inner = channels * EXPANSION
        self.conv1 = _ConvNorm(channels, inner)
        self.conv2 = _ConvNorm(inner, inner, 3, groups=inner)
        self.conv3 = _ConvNorm(inner, channels)

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.gelu(self.conv1(x))
        inner = functional.gelu(self.conv2(inner))
        return functional.gelu(self.conv3(inner) + x)


class _Downsample(nn.Module):
    """The convolutions between two stages."""

    def __init__(self, channels: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv1 = _ConvNorm(channels, out)
        self.conv2 = _ConvNorm(out, out, 3, stride, groups=out)
        self.conv3 = _ConvNorm(out, out)

    def forward(self, x: Tensor) -> Tensor:
        inner = functional.gelu(self.conv1(x))
        inner = functional.gelu(self.conv2(inner))
        result: Tensor = self.conv3(inner)
        return result


class _Attention(nn.Module):
    """Attention within a window, with a learned bias for each distance in rows and columns."""

    def __init__(self, channels: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.distances: Tensor
        self.norm = nn.LayerNorm(channels)
        self.qkv = nn.Linear(channels, 3 * channels)
        self.proj = nn.Linear(channels, channels)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        cells = torch.arange(window * window, device="cpu")
        rows, columns = cells // window, cells % window
        distance = (rows[:, None] - rows).abs() * window + (columns[:, None] - columns).abs()
        self.register_buffer("distances", distance, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (windows, cells, channels) for the same."""
        count, cells, channels = x.shape
        qkv = self.qkv(self.norm(x)).view(count, cells, self.heads, -1)
        query, key, value = qkv.transpose(1, 2).chunk(3, dim=-1)
        bias = self.attention_biases[:, self.distances]
        mixed = functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)
        result: Tensor = self.proj(mixed.transpose(1, 2).reshape(count, cells, channels))
        return result


class _Mlp(nn.Module):
    def __init__(self, channels: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(channels)
        self.fc1 = nn.Linear(channels, channels * EXPANSION)
        self.fc2 = nn.Linear(channels * EXPANSION, channels)

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.fc2(functional.gelu(self.fc1(self.norm(x))))
        return result


class _Block(nn.Module):
    """Attention in windows, a depthwise convolution, and an MLP."""

    def __init__(self, channels: int, heads: int, window: int) -> None:
        super().__init__()
        self.window = window
        self.attn = _Attention(channels, heads, window)
        self.mlp = _Mlp(channels)
        self.local_conv = _ConvNorm(channels, channels, 3, groups=channels)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self._windows(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        x = self.local_conv(x)
        mixed: Tensor = self.mlp(x.permute(0, 2, 3, 1)).permute(0, 3, 1, 2)
        return x + mixed

    def _windows(self, x: Tensor) -> Tensor:
        """Return the attention of (n, h, w, c), padded with zeros to whole windows."""
        count, height, width, channels = x.shape
        side = self.window
        x = functional.pad(x, (0, 0, 0, -width % side, 0, -height % side))
        rows, columns = x.shape[1] // side, x.shape[2] // side
        x = x.view(count, rows, side, columns, side, channels).transpose(2, 3)
        x = self.attn(x.reshape(-1, side * side, channels))
        x = x.view(count, rows, columns, side, side, channels).transpose(2, 3)
        x = x.reshape(count, rows * side, columns * side, channels)
        return x[:, :height, :width]


class _Stage(nn.Module):
    """Some blocks, and the convolutions to the next stage."""

    def __init__(self, blocks: list[nn.Module], downsample: nn.Module | None) -> None:
        super().__init__()
        self.blocks = nn.ModuleList(blocks)
        self.downsample = downsample

    def forward(self, x: Tensor, check: Callable[[], None]) -> Tensor:
        for block in self.blocks:
            check()
            x = block(x)
        result: Tensor = self.downsample(x) if self.downsample is not None else x
        return result


def _stage(index: int) -> _Stage:
    channels = DIMENSIONS[index]
    make = (
        (lambda: _Inverted(channels))
        if index == 0
        else (lambda: _Block(channels, HEADS[index], WINDOWS[index]))
    )
    last = index == len(DEPTHS) - 1
    down = None if last else _Downsample(channels, DIMENSIONS[index + 1], STRIDES[index])
    return _Stage([make() for _ in range(DEPTHS[index])], down)
