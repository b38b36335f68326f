"""What is trained for one finished UNet and is worth nothing beside another."""

import hashlib
from pathlib import Path

from starter_recipe.paths import Work


def begin(stage: str, work: Work) -> None:
    """Note which UNet a stage is trained for; a checkpoint for another one is thrown away."""
    if work.checkpoint(stage).exists() and not is_current(stage, work):
        work.checkpoint(stage).unlink()
    _stamp(stage, work).write_text(_digest(work.weights("base")), "utf-8")


def is_current(stage: str, work: Work) -> bool:
    """Tell whether a stage has weights and they were trained for the UNet as it is."""
    stamp = _stamp(stage, work)
    made = work.weights(stage).exists() and stamp.exists() and work.weights("base").exists()
    return made and stamp.read_text("utf-8") == _digest(work.weights("base"))


def _stamp(stage: str, work: Work) -> Path:
    return work.root / f"{stage}.base"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
