"""Reads the judges from their folders."""

from __future__ import annotations

from typing import Any

import torch

from studio.catalog.judges import HINT, LATENTS, PICTURES, judge_folder, missing_judge
from studio.core.errors import StudioError
from studio.engine.judges.networks import LatentJudge, PictureJudge


def load_judge(device: torch.device | None = None) -> PictureJudge:
    """Return the judge of pictures in float32; StudioError if a file is missing or damaged."""
    judge: PictureJudge = _load(PictureJudge, PICTURES, device)
    return judge


def load_latent_judge(device: torch.device | None = None) -> LatentJudge:
    """Return the judge of noisy latents in float32, see `load_judge`."""
    judge: LatentJudge = _load(LatentJudge, LATENTS, device)
    return judge


def _load(cls: Any, name: str, device: torch.device | None) -> Any:
    folder = judge_folder(name)
    reason = missing_judge(name)
    if reason:
        raise StudioError(reason, HINT)
    options = {"torch_dtype": torch.float32, "local_files_only": True, "use_safetensors": True}
    try:
        judge, info = cls.from_pretrained(folder, output_loading_info=True, **options)
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _damaged(str(folder), str(error)) from error
    absent = [*info["missing_keys"], *info["mismatched_keys"]]
    if absent:
        raise _damaged(str(folder), ", ".join(map(str, absent[:3])))
    if not all(bool(torch.isfinite(weight).all()) for weight in judge.parameters()):
        raise _damaged(str(folder), "NaN")
    judge.eval().requires_grad_(False)
    return judge if device is None else judge.to(device)


def _damaged(path: str, reason: str) -> StudioError:
    return StudioError(
        "A file of the judge cannot be read: {path} ({reason}).", HINT, path=path, reason=reason
    )
