"""The header of a safetensors file, read without loading a single weight."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError

MAX_HEADER = 100 * 2**20
"""Maximum bytes, the format's own limit (https://huggingface.co/docs/safetensors)."""

RESTORE_HINT = "Copy the file again from where you got the model, or choose another model."


def read_header(path: Path) -> Mapping[str, tuple[int, ...]]:
    """Return tensor name -> shape; StudioError if the file is missing, truncated or invalid.

    The layout is 8 bytes length, a JSON header, then the data; the last offset in the header gives
    the length of the file, so a broken download is detected without reading it.
    """
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            length = int.from_bytes(file.read(8), "little")
            if size < 8 or length > min(MAX_HEADER, size - 8):
                raise damaged_file_error(path)
            header: dict[str, Any] = json.loads(file.read(length))
        header.pop("__metadata__", None)
        shapes = {name: tuple(int(n) for n in entry["shape"]) for name, entry in header.items()}
        end = max((int(entry["data_offsets"][1]) for entry in header.values()), default=0)
    except FileNotFoundError as error:
        raise StudioError(
            "The weight file {path} is missing.", RESTORE_HINT, path=str(path)
        ) from error
    except OSError as error:
        raise StudioError(
            "The weight file {path} cannot be read ({reason}).",
            RESTORE_HINT,
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
        raise damaged_file_error(path) from error
    if size != 8 + length + end:
        raise damaged_file_error(path)
    return shapes


def read_metadata(path: Path) -> Mapping[str, str]:
    """Return the metadata of a safetensors file; reads the header only.

    StudioError as in ``read_header``.
    """
    read_header(path)
    with path.open("rb") as file:
        header = json.loads(file.read(int.from_bytes(file.read(8), "little")))
    said = header.get("__metadata__")
    return {str(k): str(v) for k, v in said.items()} if isinstance(said, dict) else {}


def count(shapes: Mapping[str, tuple[int, ...]]) -> int:
    """Return the number of weights in all the tensors."""
    return sum(math.prod(shape) for shape in shapes.values())


def damaged_file_error(path: Path) -> StudioError:
    """Return the error for a weight file whose data does not match its header."""
    return StudioError(
        "The weight file {path} is damaged or was not copied completely.",
        RESTORE_HINT,
        path=str(path),
    )
