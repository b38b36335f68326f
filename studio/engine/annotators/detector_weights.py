"""Loads networks of controlnet-aux with weights from files that contain no code."""

from __future__ import annotations

import os
import pickle
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.catalog.detectors import SOURCE
from studio.core.errors import StudioError
from studio.engine.loading import is_out_of_memory

ENVIRONMENT = "KMP_DUPLICATE_LIB_OK"
WRAPPERS = ("state_dict", "model")
"""Possible keys of the weights in a file that also holds training state."""

BROKEN = (OSError, EOFError, ValueError, TypeError, KeyError, IndexError, AttributeError)
"""Errors that torch and pickle raise for bytes that are not weights, besides their own types."""


@contextmanager
def quiet_library() -> Iterator[None]:
    """Import controlnet-aux inside without leaking its warnings and environment settings.

    Its __init__ imports every detector, which takes about two seconds of CPU time and 80 MB, warns
    about optional packages and deprecated names, and sets an environment variable for OpenMP that
    lets two copies of it run at once instead of failing.
    """
    setting = os.environ.get(ENVIRONMENT)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        if setting is None:
            os.environ.pop(ENVIRONMENT, None)


def load_network(
    build: Callable[[], Any], path: Path, label: str, rename: bool = False
) -> torch.nn.Module:
    """Return the network that ``build`` creates, with the weights of a file, ready to run.

    ``rename`` prefixes the file's names with the first part of the network's names. The file must
    contain exactly the network's weights, in the right shapes; otherwise StudioError.
    """
    state = read_weights(path, label)
    # Allocates no memory and draws no random weights, which are replaced anyway.
    with quiet_library(), torch.device("meta"):
        network: torch.nn.Module = build().requires_grad_(False)
    if rename:
        full = {name.split(".", 1)[1]: name for name in network.state_dict()}
        state = {full.get(name, name): value for name, value in state.items()}
    try:
        network.load_state_dict(state, strict=True, assign=True)
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise StudioError(
            "The weights in {path} are not those of {label} ({reason}).",
            "Download the file again from {source}.",
            path=str(path),
            label=label,
            reason=_reason(error),
            source=SOURCE,
        ) from error
    return network.float().eval()


def read_weights(path: Path, label: str) -> dict[str, torch.Tensor]:
    """Return the weights of a file by name; it may be safetensors or torch's own format.

    A torch file is read with ``weights_only``: one that contains code is refused without running
    it. StudioError for that, for a truncated file, and for one without weights.
    """
    try:
        content = _content(path)
    except pickle.UnpicklingError as error:
        if "GLOBAL" in str(error):
            raise StudioError(
                "The file {path} contains code as well as weights and was not opened.",
                "Do not use it. Download the weights from {source}.",
                path=str(path),
                source=SOURCE,
            ) from error
        raise _damaged(path, label, "pickle") from error
    except (SafetensorError, *BROKEN) as error:
        raise _damaged(path, label, _reason(error)) from error
    except RuntimeError as error:
        if is_out_of_memory(error):
            raise
        raise _damaged(path, label, _reason(error)) from error
    for wrapper in WRAPPERS:
        if isinstance(content, Mapping) and isinstance(content.get(wrapper), Mapping):
            content = content[wrapper]
    if not isinstance(content, Mapping) or not content:
        raise _damaged(path, label, type(content).__name__)
    state: dict[str, torch.Tensor] = {}
    for name, value in content.items():
        if not isinstance(value, torch.Tensor):
            raise _damaged(path, label, str(name)[:80])
        if not bool(torch.isfinite(value).all()):
            raise _damaged(path, label, f"{str(name)[:80]}: NaN")
        # Training on several GPUs prefixes every name with "module.".
        state[str(name).removeprefix("module.")] = value
    return state


def _content(path: Path) -> Any:
    if path.suffix == ".safetensors":
        return load_file(path)
    with warnings.catch_warnings():
        # These only concern old formats; an unreadable file raises.
        warnings.simplefilter("ignore")
        return torch.load(path, map_location="cpu", weights_only=True)


def _damaged(path: Path, label: str, reason: str) -> StudioError:
    return StudioError(
        "The weights of {label} in {path} are damaged or not weights at all ({reason}).",
        "Download the file again from {source}.",
        path=str(path),
        label=label,
        reason=reason,
        source=SOURCE,
    )


def _reason(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # load_state_dict's first line only names the class.
    return (lines[1] if len(lines) > 1 else lines[0] if lines else type(error).__name__)[:200]
