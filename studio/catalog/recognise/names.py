"""Facts that only the name of a file reveals: distilled, merged from, trained for.

Identical headers belong to models that need other settings, so that the name is all there is. It is
split into words: ``dreamshaperXL_lightningDPMSDE`` has the word ``lightning``, and
``hyperrealism`` not the word ``hyper``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from studio.catalog.recognise.finding import Guess

GENERIC = re.compile(
    r"^(diffusion_pytorch_model|pytorch_model|model|pytorch_lora_weights|adapter_model|"
    r"open_clip_pytorch_model|consolidated|unet|transformer|vae|text_encoder(_\d)?)"
    r"(\.fp16|\.bf16|\.non_ema|[-.]\d{5}-of-\d{5})*$"
)
"""Names that say nothing, so that the folder's counts instead."""
_WORD = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

DISTILLED = (
    ("lightning", r"lightning"),
    ("turbo", r"\bturbo\b"),
    ("hyper", r"\bhyper (sd|sdxl|flux|\d)|\bhyper$|^hyper\b"),
    ("dmd2", r"\bdmd ?2?\b"),
    ("lcm", r"\blcm\b"),
    ("schnell", r"schnell"),
    ("flash", r"\bflash\b"),
)
LINEAGE = (
    ("pony", r"\bpony|\bautismmix|\bpdxl\b"),
    ("illustrious", r"illustrious|\bilxl\b"),
    ("noobai", r"noob ?ai\b|noobai"),
    ("animagine", r"animagine"),
)
VELOCITY = r"\bv ?pred|\bvpred"
REASON = "name"


def words_of(path: Path) -> str:
    """Return the words of a file's name in lower case, or of its folder's if it has none."""
    name = path.name if path.is_dir() else path.stem
    if GENERIC.match(name) and path.parent.name:
        name = path.parent.name
        if GENERIC.match(name) and path.parent.parent.name:
            name = path.parent.parent.name
    return " ".join(word.lower() for word in _WORD.findall(name))


def named(words: str, *patterns: str) -> bool:
    """Whether one of the regular expressions matches the words of a name."""
    return any(re.search(pattern, words) for pattern in patterns)


def guess_traits(words: str, rows: Iterable[tuple[str, str]]) -> tuple[Guess, ...]:
    """Return a guess for the first row whose pattern matches, () if none does."""
    for value, pattern in rows:
        found = re.search(pattern, words)
        if found:
            return (Guess("trait", value, f"{REASON}: {found[0].strip()}"),)
    return ()
