"""Weights and availability of the annotators, without torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studio.core.assets.places import asset, asset_folder, missing_asset
from studio.core.errors import StudioError

POSE_ASSET = "openpose"
POSE_WEIGHTS = asset(POSE_ASSET).members[0].target
POSE_FOLDER = asset(POSE_ASSET).before
"""Where earlier versions installed the weights, below the data folder; they still work there."""

ANNOTATOR_ASSETS: Mapping[str, str] = {"pose": POSE_ASSET, "softedge": "hed", "mlsd": "mlsd"}
"""Annotator -> the asset without which it cannot run."""


def pose_weights() -> Path | None:
    """Return the weights of the person detector, None if they are not installed.

    Only the file's existence is checked here; the engine compares its checksum before reading it.
    """
    folder = asset_folder(asset(POSE_ASSET))
    return None if folder is None else folder / POSE_WEIGHTS


def annotator_reason(name: str) -> StudioError | None:
    """Return why an annotator cannot run now, None if it can."""
    needed = ANNOTATOR_ASSETS.get(name)
    return None if needed is None else missing_asset(needed)
