"""Embeddings (textual inversion): one or two vectors for a word."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.recognise.finding import Certainty, Finding, Kind
from studio.catalog.recognise.header import Header

MOST_TENSORS = 8
BASES: Mapping[int, tuple[tuple[str, ...], str]] = {
    256: (("stable_diffusion",), "Starter"),
    768: (("stable_diffusion",), "1.x"),
    1024: (("stable_diffusion",), "2.x"),
    1280: (("stable_diffusion_xl",), ""),
}
"""Width of the vectors -> the families and the variant."""
KNOWN = ("emb_params", "string_to_param.*", "text_encoders_0", "text_encoders_1")


def recognise(header: Header) -> Finding | None:
    """Return an embedding: few tensors, each of vectors as wide as a text encoder's."""
    if not 0 < len(header.shapes) <= MOST_TENSORS:
        return None
    vectors = {name: shape for name, shape in header.shapes.items() if 1 <= len(shape) <= 2}
    if len(vectors) != len(header.shapes) and not header.first(*KNOWN):
        return None
    widths = {name: shape[-1] for name, shape in vectors.items()}
    if header.has("clip_l", "t5xxl"):
        return _finding("clip_l + t5xxl", ("flux", "stable_diffusion_3"), "")
    if header.has("clip_l", "clip_g") or header.has("text_encoders_0", "text_encoders_1"):
        return _finding("clip_l + clip_g", ("stable_diffusion_xl",), "")
    known = header.first(*KNOWN, "clip_l", "clip_g")
    candidates = (known,) if known else tuple(name for name in widths if _is_word(name))
    if len(candidates) != 1:
        return None
    if widths.get(candidates[0]) not in BASES:
        # Other programs' keys are certain, whatever the width of the model.
        asked = Finding(Kind.EMBEDDING, certainty=Certainty.ASK, reason=known)
        return asked if known else None
    bases, variant = BASES[widths[candidates[0]]]
    return _finding(candidates[0], bases, variant)


def _is_word(name: str) -> bool:
    """Whether a name may be a token: diffusers uses the word itself, and no layer has one."""
    return not name.endswith((".weight", ".bias", ".alpha")) and name.count(".") < 2


def _finding(key: str, bases: tuple[str, ...], variant: str) -> Finding:
    family = bases[0] if len(bases) == 1 else ""
    return Finding(Kind.EMBEDDING, family, variant, reason=key, bases=bases, base_variant=variant)
