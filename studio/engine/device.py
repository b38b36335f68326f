"""Chooses the device and precision of the networks, and describes the build for the About box."""

from __future__ import annotations

import platform
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import diffusers.utils.logging
import torch
import transformers.utils.logging

# Their progress bars and advice are written for people at a terminal, and our own progress
# replaces them; real failures arrive as exceptions.
_LIBRARY_LOGS: tuple[Any, ...] = (diffusers.utils.logging, transformers.utils.logging)
for _log in _LIBRARY_LOGS:
    _log.set_verbosity_error()
    _log.disable_progress_bar()


@contextmanager
def known_warnings() -> Iterator[None]:
    """Suppress warnings of the libraries about each other, which the user cannot act on."""
    with warnings.catch_warnings():
        # diffusers' schedulers pass tensors to np.array; torch lacks NumPy 2's arguments for it.
        warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword")
        warnings.filterwarnings("ignore", "__array_wrap__ must accept context")
        # Chroma's transformer imports a class from the place that diffusers itself has left.
        warnings.filterwarnings("ignore", "`FluxPosEmbed` is deprecated", FutureWarning)
        # Several LoRAs at once are intended.
        warnings.filterwarnings("ignore", "Already found a `peft_config` attribute")
        yield


@dataclass(frozen=True, slots=True)
class Device:
    """A torch device and the precision that suits it.

    ``home`` is the device that holds idle weights: "" for the device itself, or "cpu" for a model
    that is too large for it. ``packed``: the weights of GGUF and fp8 files stay as they are stored.
    """

    name: str
    dtype: torch.dtype
    home: str = ""
    packed: bool = False

    @property
    def storage(self) -> torch.device:
        """The device to which weights are loaded."""
        return torch.device(self.home or self.name)

    @property
    def torch(self) -> torch.device:
        """The device as a torch object."""
        return torch.device(self.name)

    @property
    def item_bytes(self) -> int:
        """Bytes of one weight on this device."""
        return self.dtype.itemsize

    @property
    def is_cuda(self) -> bool:
        """Whether this is an NVIDIA card (or an AMD one in a ROCm build)."""
        return self.torch.type == "cuda"


def choose_device(name: str | None = None) -> Device:
    """Return the device called ``name``, or the best one available.

    Networks run in float32 on a CPU, and on a GPU in bfloat16 if it supports that natively, as its
    range equals that of float32 and nothing overflows; in float16 otherwise.
    """
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if not name.startswith("cuda"):
        return Device(name, torch.float32)
    has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
    return Device(name, torch.bfloat16 if has_bfloat16 else torch.float16)


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """The contents of the About box: torch version, kind of build, and device description."""

    torch: str
    build: str
    device: str

    def __str__(self) -> str:
        return f"torch {self.torch} ({self.build}), {self.device}"


def build_info(device: Device) -> BuildInfo:
    """Return the torch version, CPU or CUDA build and the name of the device."""
    cuda = torch.version.cuda
    if device.is_cuda:
        name = torch.cuda.get_device_name(device.torch)
    else:
        name = f"CPU, {torch.get_num_threads()} threads ({platform.machine()})"
    return BuildInfo(torch.__version__, f"CUDA {cuda}" if cuda else "CPU", name)
