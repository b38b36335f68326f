"""Kinds of adapters that are not a sum with the weight, which Lienzo cannot run."""

from __future__ import annotations

KINDS = (
    ("boft_", "BOFT"),
    ("oft_", "OFT"),
    (".a1.weight", "GLoRA"),
    (".on_input", "IA3"),
    ("ia3_l", "IA3"),
    ("vera_lambda", "VeRA"),
)
"""Part of a key -> the name of the kind."""
