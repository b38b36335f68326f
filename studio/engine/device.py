"""Where the networks run, in which precision, and what the About box says about it."""

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
    """Leave out the warnings of the libraries about each other, which nobody here can act on."""
    with warnings.catch_warnings():
        # diffusers' schedulers hand tensors to np.array; torch's lacks NumPy 2's arguments.
        warnings.filterwarnings("ignore", "__array__ implementation doesn't accept a copy keyword")
        warnings.filterwarnings("ignore", "__array_wrap__ must accept context")
        # Several LoRAs at once are meant.
        warnings.filterwarnings("ignore", "Already found a `peft_config` attribute")
        yield


@dataclass(frozen=True, slots=True)
class Device:
    """A torch device and the precision that suits it.

    ``home`` is where weights are while nothing works on them: "" for the device itself, or "cpu"
    for a model that is too large for it.
    """

    name: str
    dtype: torch.dtype
    home: str = ""

    @property
    def storage(self) -> torch.device:
        """Where weights are loaded to."""
        return torch.device(self.home or self.name)

    @property
    def torch(self) -> torch.device:
        """The device as torch takes it."""
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
    """Return the device called ``name``, or the best one there is.

    Networks run in float32 on a CPU, and on a GPU in bfloat16 if it computes in that itself, whose
    range is that of float32, so that nothing overflows; in float16 otherwise.
    """
    if name is None:
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if not name.startswith("cuda"):
        return Device(name, torch.float32)
    has_bfloat16 = torch.cuda.is_bf16_supported(including_emulation=False)
    return Device(name, torch.bfloat16 if has_bfloat16 else torch.float16)


@dataclass(frozen=True, slots=True)
class BuildInfo:
    """What the About box shows: versions, the kind of build, and the device in words."""

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
