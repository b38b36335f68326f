"""The alphas that PEFT and diffusers keep beside the factors of a LoRA, not among them."""

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
"""Where diffusers keeps PEFT's settings in the metadata of a safetensors file."""
BESIDE = ("adapter_model", "adapter_config.json")
"""How PEFT calls a file of weights, and the settings in the same folder."""


@dataclass(frozen=True, slots=True)
class PeftSettings:
    """What PEFT's LoraConfig says about alpha; ``patterns`` hold for modules of that name's end.

    ``rank_stabilized``: the product counts by alpha / sqrt(rank), as Kalajdzievski 2023 does
    (https://arxiv.org/abs/2312.03732), and not by alpha / rank.
    """

    alpha: float
    patterns: Mapping[str, float] = field(default_factory=dict)
    rank_stabilized: bool = False

    def alpha_of(self, module: str, rank: int) -> float:
        """Return the alpha which, divided by the rank, is by how much the product counts."""
        alpha = self.alpha
        for pattern, value in self.patterns.items():
            if re.fullmatch(rf"(.*\.)?({pattern})", module):
                alpha = value
                break
        return alpha * math.sqrt(rank) if self.rank_stabilized else alpha


def read_settings(path: Path, metadata: Mapping[str, str]) -> Callable[[Part], PeftSettings | None]:
    """Return the settings that belong to a file, by part; StudioError where they make no sense."""
    raw = metadata.get(IN_FILE, "")
    beside = path.with_name(BESIDE[1])
    try:
        if not raw and path.stem == BESIDE[0] and beside.is_file():
            raw = beside.read_text(encoding="utf-8")
        said: dict[str, Any] = json.loads(raw) if raw else {}
        parts = [part for part in ("unet", "text_encoder") if f"{part}.lora_alpha" in said]
        named = {part: _settings(said, f"{part}.") for part in parts}
        alone = _settings(said, "") if "lora_alpha" in said else None
    except (OSError, ValueError, TypeError, AttributeError, KeyError, re.error) as error:
        raise unreadable(beside if beside.is_file() else path, str(error)) from error
    return lambda part: named.get(part, alone)


def _settings(said: Mapping[str, Any], prefix: str) -> PeftSettings:
    patterns = {str(k): _number(v) for k, v in (said.get(f"{prefix}alpha_pattern") or {}).items()}
    for pattern in patterns:
        re.compile(pattern)
    return PeftSettings(
        alpha=_number(said[f"{prefix}lora_alpha"]),
        patterns=patterns,
        rank_stabilized=bool(said.get(f"{prefix}use_rslora", False)),
    )


def _number(value: Any) -> float:
    number = float(value)
    if not math.isfinite(number):
        raise ValueError(f"alpha {value}")
    return number
