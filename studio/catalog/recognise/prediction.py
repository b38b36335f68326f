"""What a UNet predicts: noise, velocity, or one of the forms of EDM."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.recognise.finding import Guess
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.metadata import claimed_prediction
from studio.catalog.recognise.names import VELOCITY, named, words_of

VELOCITY_SPREAD = 0.09
"""Standard deviation above which the bias below belongs to a model of velocity (ComfyUI,
``comfy/supported_models.py``, SD20)."""
SPREAD_KEYS = (
    "output_blocks.11.1.transformer_blocks.0.norm1.bias",
    "up_blocks.3.attentions.2.transformer_blocks.0.norm1.bias",
)
BASE_STEPS = {220000: "epsilon", 110000: "v_prediction"}
"""``global_step`` of the two released 2.0 models, which early merges still have."""
LONGEST_YAML = 1 << 16


@dataclass(frozen=True, slots=True)
class Prediction:
    """``type`` as in ``Finding.prediction_type``; ``guess`` if no tensor decides it."""

    type: str
    zero_terminal_snr: bool = False
    guess: Guess | None = None

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """The guess, if there is one."""
        return (self.guess,) if self.guess else ()


def prediction_of(header: Header, default: str = "epsilon") -> Prediction:
    """Return the prediction type: from marker tensors, a yaml file, metadata, name, or default.

    Marker tensors ("v_pred", "ztsnr", those of EDM) are lost in merges, so that a file without any
    may still predict velocity.
    """
    zero = "ztsnr" in header
    marked = {
        "edm_vpred.sigma_max": "edm_v",
        "edm_mean": "edm",
        "v_pred": "v_prediction",
    }
    for key, kind in marked.items():
        if key in header:
            return Prediction(kind, zero)
    beside = _configured(header.path)
    claimed = claimed_prediction(header.metadata)
    said = named(words_of(header.path), VELOCITY)
    if beside:
        kind, reason = beside, "configuration beside the file"
    elif said:
        kind, reason = "v_prediction", "name"
    elif claimed:
        kind, reason = claimed, "metadata"
    else:
        kind, reason = default, "no marker of another"
    return Prediction(kind, zero, Guess("prediction_type", kind, reason))


def prediction_of_2x(header: Header) -> Prediction:
    """Return the prediction type of a Stable Diffusion 2.x UNet with four input channels.

    Reads one bias of 320 numbers; see ``VELOCITY_SPREAD``.
    """
    network = header.network
    key = network.first(*SPREAD_KEYS)
    spread = deviation(network, key) if key else 0.0
    if spread > 0:
        return Prediction("v_prediction" if spread > VELOCITY_SPREAD else "epsilon")
    data = header.peek("global_step")
    if len(data) in (4, 8) and int.from_bytes(data, "little") in BASE_STEPS:
        return Prediction(BASE_STEPS[int.from_bytes(data, "little")])
    return prediction_of(header, "v_prediction")


def deviation(header: Header, name: str) -> float:
    """Return the standard deviation of a small tensor, 0.0 if it cannot be read."""
    values = _numbers(header.peek(name), header.dtype(name))
    if not values:
        return 0.0
    mean = sum(values) / len(values)
    return float((sum((one - mean) ** 2 for one in values) / len(values)) ** 0.5)


def _numbers(data: bytes, dtype: str) -> tuple[float, ...]:
    if dtype == "BF16":
        # The upper half of a float32.
        wide = b"".join(b"\0\0" + data[at : at + 2] for at in range(0, len(data) - 1, 2))
        return struct.unpack(f"<{len(wide) // 4}f", wide)
    formats = {"F16": ("e", 2), "F32": ("f", 4), "F64": ("d", 8)}
    if dtype not in formats:
        return ()
    letter, size = formats[dtype]
    count = len(data) // size
    values: tuple[float, ...] = struct.unpack(f"<{count}{letter}", data[: count * size])
    return values if all(one == one and abs(one) < 1e6 for one in values) else ()


def _configured(path: Path) -> str:
    """Return the prediction type in the yaml file of the same name, as A1111 uses them."""
    for suffix in (".yaml", ".yml"):
        file = path.with_suffix(suffix)
        try:
            if not file.is_file() or file.stat().st_size > LONGEST_YAML:
                continue
            text = file.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        found = re.search(r"""^\s*parameterization:\s*["']?(\w+)""", text, re.MULTILINE)
        if found:
            return "v_prediction" if found[1] == "v" else "epsilon"
    return ""
