"""Reads the judges from their folders."""

from __future__ import annotations

from typing import Any, TypeVar

import torch

from studio.catalog.judges import HINT, LATENTS, PICTURES, judge_folder, missing_judge
from studio.core.errors import StudioError
from studio.engine.judges.networks import LatentJudge, PictureJudge

J = TypeVar("J", PictureJudge, LatentJudge)


def load_judge(device: torch.device | None = None) -> PictureJudge:
    """Return the judge of pictures in float32; StudioError if a file is missing or damaged."""
    return _load(PictureJudge, PICTURES, device)


def load_latent_judge(device: torch.device | None = None) -> LatentJudge:
    """Return the judge of noisy latents in float32, see `load_judge`."""
    return _load(LatentJudge, LATENTS, device)


def _load(cls: type[J], name: str, device: torch.device | None) -> J:
    folder = judge_folder(name)
    reason = missing_judge(name)
    if reason:
        raise StudioError(reason, HINT)
    try:
        loaded: Any = cls.from_pretrained(
            folder,
            torch_dtype=torch.float32,
            local_files_only=True,
            use_safetensors=True,
            output_loading_info=True,
        )
        judge, info = loaded
        absent = [*info["missing_keys"], *info["mismatched_keys"]]
        wrong = ", ".join(map(str, absent[:3]))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
        raise _damaged(str(folder), str(error)) from error
    if wrong:
        raise _damaged(str(folder), wrong)
    for weight in judge.parameters():
        if not torch.isfinite(weight).all():
            raise _damaged(str(folder), "NaN")
    made: J = judge.eval().requires_grad_(False)
    return made if device is None else made.to(device)


def _damaged(path: str, reason: str) -> StudioError:
    return StudioError(
        "A file of the judge cannot be read: {path} ({reason}).", HINT, path=path, reason=reason
    )
