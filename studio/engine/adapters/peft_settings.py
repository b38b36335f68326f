"""Reads the scaling of a LoRA that PEFT and diffusers store separately from its factors."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.catalog.recognise.lora_keys import Part
from studio.engine.adapters.weights_file import unreadable

IN_FILE = "lora_adapter_metadata"
"""The key of PEFT's settings in the metadata of diffusers' safetensors files."""
BESIDE = ("adapter_model", "adapter_config.json")
"""PEFT's name for the weights file, and for the settings file in the same folder."""
ALPHAS = ("lora_alpha", "alpha")
"""The setting's name in PEFT's LoraConfig, and in those of LoHa and LoKr."""


@dataclass(frozen=True, slots=True)
class PeftSettings:
    """The scaling of PEFT's LoraConfig; patterns match the ends of module names.

    ``rank_stabilized``: the product is scaled by alpha / sqrt(rank) (Kalajdzievski 2023,
    https://arxiv.org/abs/2312.03732) instead of alpha / rank.
    """

    alpha: float
    rank: float = 0.0
    alphas: Mapping[str, float] = field(default_factory=dict)
    ranks: Mapping[str, float] = field(default_factory=dict)
    rank_stabilized: bool = False

    def scale_of(self, module: str, rank: int) -> float:
        """Return the scale of the product; ``rank`` is that of the factors, 0 if unknown."""
        alpha = _match(self.alphas, module, self.alpha)
        known = rank or _match(self.ranks, module, self.rank) or 1.0
        return alpha / (math.sqrt(known) if self.rank_stabilized else known)


def read_settings(path: Path, metadata: Mapping[str, str]) -> Callable[[Part], PeftSettings | None]:
    """Return the settings of a file as a function of the part; StudioError if they are invalid."""
    raw = metadata.get(IN_FILE, "")
    beside = path.with_name(BESIDE[1])
    try:
        if not raw and path.stem == BESIDE[0] and beside.is_file():
            raw = beside.read_text(encoding="utf-8")
        said: dict[str, Any] = json.loads(raw) if raw else {}
        parts = [key.rpartition(".")[0] for key in said if key.endswith(ALPHAS)]
        found = {part: _settings(said, f"{part}." if part else "") for part in parts}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, re.error) as error:
        raise unreadable(beside if beside.is_file() else path, str(error)) from error
    return lambda part: found.get(part, found.get(""))


def _settings(said: Mapping[str, Any], prefix: str) -> PeftSettings:
    def patterns(name: str) -> dict[str, float]:
        found = {str(k): _number(v) for k, v in (said.get(f"{prefix}{name}") or {}).items()}
        for pattern in found:
            re.compile(pattern)
        return found

    alpha = next(said[prefix + name] for name in ALPHAS if prefix + name in said)
    return PeftSettings(
        alpha=_number(alpha),
        rank=_number(said.get(f"{prefix}r", 0)),
        alphas=patterns("alpha_pattern"),
        ranks=patterns("rank_pattern"),
        rank_stabilized=bool(said.get(f"{prefix}use_rslora", False)),
    )


def _match(patterns: Mapping[str, float], module: str, default: float) -> float:
    for pattern, value in patterns.items():
        if re.fullmatch(rf"(.*\.)?({pattern})", module):
            return value
    return default


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"alpha {value}")
    return number
