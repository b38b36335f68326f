"""Encodes a picture for object selection with the encoder of MobileSAM."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.core.assets import asset_path
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.photo_tools import PhotoRequest, PhotoResult, Pixels
from studio.engine.device import Device
from studio.engine.photo.mobile_sam.tiny_vit import SIDE, TinyViT
from studio.engine.photo.networks import Networks

ASSET = "mobile-sam"
PREFIX = "image_encoder."
MEAN = (123.675, 116.28, 103.53)
DEVIATION = (58.395, 57.12, 57.375)
"""Of ImageNet's pixels, R G B in 0..255, with which the encoder was trained."""


def run(request: PhotoRequest, progress: Progress, networks: Networks) -> PhotoResult:
    """Return ``arrays["embedding"]``, (256, 64, 64) float16, of the picture of the request.

    Its long side is scaled to 1024 pixels. With ``extras["gently"]`` it runs on one thread,
    which leaves the other cores to the artist's work. ``Cancelled`` between two of its blocks.
    """
    progress.report(0.0, "Finding the objects of the picture")
    network = networks.get("mobile-sam encoder", lambda: load_encoder(networks.device))
    progress.report(0.2, "Finding the objects of the picture")
    start = time.perf_counter()
    with one_thread() if request.extras.get("gently") else nullcontext():
        embedding = encode(network, request.picture(), networks.device, progress.check)
    progress.check()
    timings = {"encode": time.perf_counter() - start}
    return PhotoResult(request=request, arrays={"embedding": embedding}, timings=timings)


def load_encoder(device: Device) -> TinyViT:
    """Return the encoder, ready to run; StudioError if its weights are missing or damaged."""
    path = asset_path(ASSET)
    try:
        state = {
            name.removeprefix(PREFIX): value.float() if value.is_floating_point() else value
            for name, value in load_file(path).items()
            if name.startswith(PREFIX)
        }
        # Allocates nothing and draws no random numbers; every weight is replaced.
        with torch.device("meta"):
            network = TinyViT().requires_grad_(False)
        network.load_state_dict(state, strict=True, assign=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise StudioError(
            "The weights for selecting objects cannot be read ({reason}).",
            "Fetch them again: lienzo assets fetch mobile-sam",
            reason=str(error).splitlines()[0][:200],
        ) from error
    network.eval().fold()
    return network.to(device.torch)


@contextmanager
def one_thread() -> Iterator[None]:
    """Let torch use a single thread."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def encode(
    network: TinyViT, picture: Pixels, device: Device, check: Callable[[], None] = lambda: None
) -> NDArray[np.float16]:
    """Return the embedding (256, 64, 64) float16 of a picture (h, w, 3 or 4) uint8 sRGB.

    ``check`` is called before each block of the network and may raise.
    """
    scaled = scaled_picture(picture[:, :, :3])
    pixels = torch.from_numpy(scaled).to(device.torch, torch.float32)
    mean, deviation = pixels.new_tensor(MEAN), pixels.new_tensor(DEVIATION)
    square = pixels.new_zeros(1, 3, SIDE, SIDE)
    square[0, :, : scaled.shape[0], : scaled.shape[1]] = ((pixels - mean) / deviation).permute(
        2, 0, 1
    )
    with torch.inference_mode():
        return np.asarray(network(square, check)[0].half().cpu().numpy(), np.float16)


def scaled_picture(picture: Pixels) -> Pixels:
    """Return a picture (h, w, 3) scaled so that its long side has 1024 pixels."""
    height, width = picture.shape[:2]
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    if size == (width, height):
        return np.ascontiguousarray(picture)
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(np.ascontiguousarray(picture), size, interpolation=how), np.uint8)
