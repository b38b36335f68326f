"""Reads tensors from an adapter's file: safetensors, or a torch file without code."""

from __future__ import annotations

import pickle
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open

from studio.core.errors import StudioError
from studio.engine.loading import is_out_of_memory

AGAIN = "Copy the file again from where you got it."
PICKLE = (b"PK\x03\x04", b"\x80")
"""First bytes of torch's files: a zip archive, or a bare pickle before torch 1.6."""


def read_file(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the content of a file by key, tensors on the CPU, and a safetensors file's metadata.

    Torch's own files are read with ``weights_only``, so that none of their code can run; their
    values may be other objects than tensors. StudioError if the file is missing, damaged or
    contains code.
    """
    return (_read_torch(path), {}) if is_torch_file(path) else _read_safetensors(path)


def read_shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """Return the shapes of the tensors of a torch file without reading their data.

    StudioError as for ``read_file``.
    """
    content = _read_torch(path, "meta")
    return {key: tuple(one.shape) for key, one in content.items() if isinstance(one, torch.Tensor)}


def is_torch_file(path: Path) -> bool:
    """Whether a file is one of torch's own, by its first bytes; StudioError if it is missing."""
    try:
        with path.open("rb") as file:
            start = file.read(9)
    except OSError as error:
        raise unreadable(path, error.strerror or str(error)) from error
    # A safetensors file begins with the length of its header, whose first byte may be a pickle's.
    is_safetensors = start[4:] == b"\0\0\0\0{"
    return start.startswith(PICKLE) and not is_safetensors


def _read_safetensors(path: Path) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        with safe_open(path, "pt", device="cpu") as file:
            tensors = {key: file.get_tensor(key) for key in file.keys()}  # noqa: SIM118
            return tensors, dict(file.metadata() or {})
    except (OSError, SafetensorError, ValueError) as error:
        raise unreadable(path, str(error)) from error


def _read_torch(path: Path, device: str = "cpu") -> dict[str, Any]:
    try:
        with warnings.catch_warnings():
            # Warns of a pickle not made by torch; if it cannot be read, the load fails anyway.
            warnings.filterwarnings("ignore", "Detected pickle protocol")
            # Files written on a GPU would otherwise require one.
            content = torch.load(path, map_location=device, weights_only=True)
    except pickle.UnpicklingError as error:
        raise StudioError(
            "{path} is a Python pickle that contains more than weights and could run "
            "code; it was not loaded.",
            "Get the safetensors version of it.",
            path=str(path),
        ) from error
    except (OSError, EOFError, ValueError, KeyError, RuntimeError) as error:
        if is_out_of_memory(error):
            raise
        raise unreadable(path, str(error)) from error
    inner = content.get("state_dict") if isinstance(content, dict) else None
    content = inner if isinstance(inner, dict) else content
    if not isinstance(content, Mapping):
        raise unreadable(path, type(content).__name__)
    return {str(key): _plain(value) for key, value in content.items()}


def _plain(value: Any) -> Any:
    return value.detach() if isinstance(value, torch.Tensor) else value


def unreadable(path: Path, reason: str) -> StudioError:
    """Return the error for a file that is missing, damaged, or of another kind."""
    lines = reason.strip().splitlines() or ["?"]
    return StudioError(
        "The file {path} cannot be read ({reason}).", AGAIN, path=str(path), reason=lines[0][:200]
    )


def check_finite(path: Path, name: str, tensor: torch.Tensor) -> torch.Tensor:
    """Return a tensor of a file as float32; StudioError if it has NaN or infinite numbers."""
    found = tensor.to(torch.float32) if tensor.is_floating_point() else None
    if found is None or not torch.isfinite(found).all():
        raise StudioError(
            "The file {path} has NaN or infinite numbers, in {name}.",
            "The file itself is faulty; get another version of it.",
            path=str(path),
            name=name,
        )
    return found
