"""LoRAs and their variants, in every layout, by the layers that they change."""

from __future__ import annotations

import re
from collections.abc import Mapping

from studio.catalog.recognise.finding import (
    Certainty,
    Finding,
    Guess,
    Kind,
    Question,
    Refusal,
    refusal,
)
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.lora_bases import deciding_layer
from studio.catalog.recognise.lora_keys import NUMBERED, layers_of
from studio.catalog.recognise.lora_kinds import KINDS
from studio.catalog.recognise.lora_shapes import Roles, is_factor, missing, width
from studio.catalog.recognise.metadata import claimed_family
from studio.catalog.recognise.names import DISTILLED, guess_traits, words_of

MARKS = re.compile(
    r"(\.lora_(A|B|down|up|mid|magnitude)|\.lora\.|_lora\d?\.|\.lora_linear_layer\.|\.hada_|\.lokr_"
    r"|\.oft_|\.boft_|\.on_input|\.ia3_|\.vera_lambda|\.[ab][12]\.weight|\.diff(_b)?\n|\.[wb]_norm\n"
    r"|\.alpha\n|\.dora_scale|\nbundle_emb\.|:(up|down)\n|\.set_weight\n)"
)
SAMPLE = 32
"""Number of names that are looked at before all of them are."""
SHARE = 0.5
"""A file is a LoRA if at least so many of its names are; a checkpoint may keep a few of a merge."""
FAMILIES: Mapping[str, tuple[str, str]] = {
    "Starter": ("stable_diffusion", "Starter"),
    "Stable Diffusion 1.x": ("stable_diffusion", "1.x"),
    "Stable Diffusion 2.x": ("stable_diffusion", "2.x"),
    "Stable Diffusion XL": ("stable_diffusion_xl", ""),
    "Stable Diffusion 3": ("stable_diffusion_3", ""),
    "Flux": ("flux", ""),
    "Flux.2": ("flux_2", ""),
    "Qwen-Image": ("qwen_image", ""),
    "Z-Image": ("z_image", ""),
    "Lumina 2": ("lumina_2", ""),
    "Chroma": ("chroma", ""),
    "PixArt": ("pixart", ""),
    "Krea 2": ("krea_2", ""),
    "Wan": ("wan", ""),
    "Stable Cascade": ("stable_cascade", ""),
}
"""Name of a base in ``lora_bases`` -> family and variant."""
BASES = tuple(dict.fromkeys(family for family, _ in FAMILIES.values()))
KLEIN = {3072: "klein 4B", 4096: "klein 9B", 6144: "dev"}
SD3 = {1536: "3 medium", 2432: "3.5 large"}
CONTROL_WIDTH = 128
"""Columns of the first layer in a LoRA that gives Flux a control image."""


def recognise(header: Header) -> Finding | None:
    """Return a LoRA with the families that it may be for, most certain first."""
    names = list(header.shapes)
    sample = "\n".join(names[:: len(names) // SAMPLE + 1])
    if not MARKS.search(f"\n{sample}\n"):
        return None
    marked = len(MARKS.findall(header.text))
    if not marked or marked < SHARE * len(header.shapes):
        return None
    for part, kind in KINDS:
        if header.mentions(part):
            given = _unsupported(kind)
            return Finding(Kind.UNUSABLE, variant=kind, reason=part, refusal=given, role=Kind.LORA)
    layers = layers_of(header.shapes)
    half = next((name for name, roles in layers.items() if _is_half(roles)), "")
    if half:
        given = refusal(
            "This LoRA is incomplete: a factor of {name} is missing.",
            "Copy the file again from where you got it.",
            name=half[:80],
        )
        return Finding(Kind.UNUSABLE, reason=half, refusal=given, role=Kind.LORA)
    return _finding(header, layers)


def _unsupported(kind: str) -> Refusal:
    return refusal(
        "This is an adapter of the kind {kind}, which Lienzo cannot run.",
        "Choose a LoRA, LoCon, LoHa, LoKr or DoRA.",
        kind=kind,
    )


def _is_half(roles: Roles) -> bool:
    return bool(missing(roles)) and any(map(is_factor, roles))


def _finding(header: Header, layers: Mapping[str, Roles]) -> Finding:
    traits = guess_traits(words_of(header.path), DISTILLED)
    claimed, key = claimed_family(header.metadata)
    found = deciding_layer(layers)
    names = found[0].bases if found is not None else ()
    reason = found[1] if found is not None else next(iter(layers), "")
    if names == ("Flux",):
        names = _flux_or_klein(layers)
    bases = [FAMILIES[name] for name in names if name in FAMILIES]
    certainty = Certainty.CERTAIN if len(bases) == 1 else Certainty.ASK
    said = [base for base in bases if base[0] == claimed]
    if certainty is Certainty.ASK and (said or (claimed and not bases)):
        bases = said or [(claimed, "")]
        certainty, reason = Certainty.PROBABLE, key
    families = tuple(dict.fromkeys(family for family, _ in bases))
    variants = {variant for _, variant in bases}
    return Finding(
        Kind.LORA,
        families[0] if len(families) == 1 else "",
        _variant(layers),
        certainty,
        reason,
        traits=tuple(one.value for one in traits),
        guesses=(*traits, *_contradiction(families, claimed, key, certainty)),
        questions=() if len(bases) == 1 else (Question("family", families or BASES),),
        bases=families,
        base_variant=_base_variant(families, layers)
        or (variants.pop() if len(variants) == 1 else ""),
    )


def _contradiction(
    families: tuple[str, ...], claimed: str, key: str, certainty: Certainty
) -> tuple[Guess, ...]:
    """Return what the metadata says if the tensors say otherwise: merges keep stale values."""
    if certainty is Certainty.CERTAIN and claimed and claimed not in families:
        return (Guess("stale metadata", claimed, key),)
    return ()


def _flux_or_klein(layers: Mapping[str, Roles]) -> tuple[str, ...]:
    """Return Flux, and Flux.2 too if no layer is one that klein 4B lacks or has in another size."""
    for name, roles in layers.items():
        if re.search(r"(img|txt)_mlp|linear[12]|proj_mlp|ff[._]|_mod[._]|modulation|norm", name):
            return ("Flux",)
        number = re.search(r"(double_blocks|single_blocks|transformer_blocks)[._](\d+)", name)
        most = 20 if number is not None and "single" in name else 5
        if number is not None and int(number[2]) >= most:
            return ("Flux",)
        if width(roles) not in (3072, 15360, None):
            return ("Flux",)
    return "Flux", "Flux.2"


def _variant(layers: Mapping[str, Roles]) -> str:
    for name, roles in layers.items():
        if name.endswith(("img_in", "x_embedder")) and width(roles) == CONTROL_WIDTH:
            return "control"
    return "cloneofsimo" if any(NUMBERED.match(f"{name}:up") for name in layers) else ""


def _base_variant(families: tuple[str, ...], layers: Mapping[str, Roles]) -> str:
    tables = {"flux_2": KLEIN, "stable_diffusion_3": SD3}
    table = tables.get(families[0], {}) if len(families) == 1 else {}
    for roles in layers.values():
        found = table.get(width(roles) or 0)
        if found:
            return found
    return ""
