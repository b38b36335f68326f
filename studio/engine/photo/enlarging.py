"""Enlarges pictures by Real-ESRGAN: the network's precision, grey and transparent pictures."""

from __future__ import annotations

import time
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file

from studio.core.assets import asset_path
from studio.core.progress import Progress
from studio.engine.cancelling import cancellable
from studio.engine.device import Device
from studio.engine.photo.networks import Networks
from studio.engine.photo.rrdbnet import CELL, SCALE, DenseBlock, RRDBNet, network_of
from studio.engine.photo.tiles import run_tiles
from studio.retouch.resampling import LANCZOS, resample

Pixels = NDArray[np.uint8]
Floats = NDArray[np.float32]

ASSET = "realesrgan-x2"
TILE = 256
"""Edge of a tile on a CPU, in pixels: 0.4 GB of features."""
TILE_CARD = 512
"""The same on a card."""
NETWORK = 0.6
"""Share of the network in an enlargement; the rest is interpolated from the photo."""
ROWS, REACH = 512, 8
"""Rows of the photo that are anchored at a time, and the rows beyond them that this reads."""
FASTER = 0.8
"""Share of float32's time below which a shorter type is used."""
LEAST = 8
"""Smallest side in pixels that the network gets; smaller pictures are extended."""


@dataclass(frozen=True, slots=True)
class Enlarger:
    """The loaded network, and how it runs here."""

    network: RRDBNet
    device: torch.device
    dtype: torch.dtype
    tile: int

    def __call__(self, picture: Pixels, progress: Progress) -> Floats:
        """Return (2h, 2w, 3) float32 of 0..255 for a tile (h, w, 3) uint8, h and w even.

        ``Cancelled`` is raised within one layer.
        """
        tensor = torch.from_numpy(picture).to(self.device).permute(2, 0, 1)[None]
        tensor = (tensor.to(self.dtype) / 255).contiguous(memory_format=torch.channels_last)
        with torch.inference_mode(), cancellable(self.network, progress):
            made = self.network(tensor)
        found: Floats = (made[0].float().permute(1, 2, 0) * 255).cpu().numpy()
        return found


def enlarger(networks: Networks) -> Enlarger:
    """Return the network, loaded once and in the fastest precision; StudioError if missing."""
    return networks.get(ASSET, lambda: _load(networks.device))


def _load(device: Device) -> Enlarger:
    path = asset_path(ASSET, "realesrgan_x2.safetensors")
    network = network_of(load_file(path)).to(device.torch)
    dtype = device.dtype if device.is_cuda else fastest()
    network = network.to(dtype).to(memory_format=torch.channels_last)
    return Enlarger(network, device.torch, dtype, TILE_CARD if device.is_cuda else TILE)


def fastest() -> torch.dtype:
    """Return float32 or bfloat16, whichever is faster on this CPU, by one dense block.

    Some CPUs have no instructions for bfloat16 and emulate it, ten times slower than float32. The
    time of this thread counts, the shortest of three, so that other programs do not decide.
    """
    times = {}
    for dtype in (torch.float32, torch.bfloat16):
        trial = DenseBlock(64, 32).to(dtype).to(memory_format=torch.channels_last)
        features = torch.zeros(1, 64, 48, 48, dtype=dtype)
        features = features.contiguous(memory_format=torch.channels_last)
        with torch.inference_mode():
            trial(features)
            times[dtype] = min(_seconds(trial, features) for _ in range(3))
    is_faster = times[torch.bfloat16] < FASTER * times[torch.float32]
    return torch.bfloat16 if is_faster else torch.float32


def _seconds(trial: DenseBlock, features: torch.Tensor) -> float:
    """Return the processor seconds of this thread for one run."""
    start = time.thread_time()
    trial(features)
    return time.thread_time() - start


def double(
    picture: Pixels,
    network: Enlarger,
    progress: Progress,
    text: str = "",
    *,
    anchor: bool = True,
) -> Pixels:
    """Return a picture (h, w, 3 or 4) uint8 at twice its size; see ``anchored`` for ``anchor``.

    A grey picture stays grey. Alpha is resampled smoothly, and colours under transparent pixels
    are taken from the nearest visible ones, so that edges get no dark rim.
    """
    height, width = picture.shape[:2]
    colours = np.ascontiguousarray(picture[:, :, :3])
    alpha = picture[:, :, 3] if picture.shape[2] == 4 else None
    wanted: NDArray[np.bool_] | None = None
    if alpha is not None and alpha.min(initial=255) < 255:
        if not alpha.any():
            return np.zeros((height * SCALE, width * SCALE, 4), np.uint8)
        colours = spread_colours(colours, alpha)
        near = np.asarray(cv2.dilate(alpha, np.ones((9, 9), np.uint8)), np.uint8)
        wanted = _padded(near) > 0
    is_grey = bool((colours == colours[:, :, :1]).all())
    padded = _padded(colours)
    made = run_tiles(
        padded, network, progress, tile=network.tile, scale=SCALE, text=text, wanted=wanted
    )
    if anchor:
        made = anchored(made, padded)
    made = made[: height * SCALE, : width * SCALE]
    if is_grey:
        made = np.repeat(cv2.cvtColor(made, cv2.COLOR_RGB2GRAY)[:, :, None], 3, axis=2)
    if alpha is None:
        return np.ascontiguousarray(made)
    cover = resample(np.ascontiguousarray(alpha), width * SCALE, height * SCALE, LANCZOS)
    made = np.dstack([made, cover])
    made[cover == 0] = 0
    return made


def anchored(large: Pixels, small: Pixels, share: float = NETWORK) -> Pixels:
    """Return an enlargement (2h, 2w, 3) moved towards the photo (h, w, 3) that it was made from.

    It is mixed with a bicubic enlargement, of which it keeps ``share``: the network invents detail
    that is sharp but often in the wrong place, and the mean of two estimates has a smaller error
    than each. Then one step of back-projection (Irani and Peleg 1991) adds what the mixture, scaled
    down again, lacks of the photo: its colours and fine texture, which the network smooths away.
    Measures of both are in docs/performance.md; further steps gain 0.1 dB, and bring back the
    blocks of JPEG files.
    """
    made = np.empty_like(large)
    height, width = small.shape[:2]
    for top in range(0, height, ROWS):
        first, last = max(top - REACH, 0), min(top + ROWS + REACH, height)
        part = large[SCALE * first : SCALE * last].astype(np.float32)
        photo = small[first:last].astype(np.float32)
        size = (SCALE * width, SCALE * (last - first))
        part *= share
        part += (1 - share) * cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)
        photo -= cv2.resize(part, (width, last - first), interpolation=cv2.INTER_AREA)
        part += cv2.resize(photo, size, interpolation=cv2.INTER_CUBIC)
        skip = SCALE * (top - first)
        rows = SCALE * (min(top + ROWS, height) - top)
        done = np.rint(np.clip(part[skip : skip + rows], 0, 255))
        made[SCALE * top : SCALE * top + rows] = done
    return made


def spread_colours(colours: Pixels, alpha: Pixels) -> Pixels:
    """Return colours (h, w, 3) with transparent pixels filled from the visible ones around them.

    Visible pixels are unchanged. The fill is a weighted mean over growing neighbourhoods.
    """
    cover = (alpha > 0).astype(np.float32)
    made = colours.astype(np.float32)
    light = made * cover[:, :, None]
    missing = alpha == 0
    for side in (3, 9, 33, 129):
        near = cv2.blur(cover, (side, side), borderType=cv2.BORDER_CONSTANT)
        mean = cv2.blur(light, (side, side), borderType=cv2.BORDER_CONSTANT)
        found = missing & (near > 1e-6)
        made[found] = mean[found] / near[found][:, None]
        missing &= ~found
    if missing.any():
        made[missing] = light.sum(axis=(0, 1)) / max(float(cover.sum()), 1.0)
    return np.rint(np.clip(made, 0, 255)).astype(np.uint8)


def _padded(values: Pixels) -> Pixels:
    """Return an array extended at the right and bottom to an even size of at least ``LEAST``."""
    height, width = values.shape[:2]
    tall, wide = (max(-(-one // CELL) * CELL, LEAST) for one in (height, width))
    if (tall, wide) == (height, width):
        return values
    edges = [(0, tall - height), (0, wide - width), (0, 0)][: values.ndim]
    return np.pad(values, edges, mode="edge")
