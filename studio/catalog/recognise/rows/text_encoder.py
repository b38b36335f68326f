"""Text encoders: CLIP, T5 and the language models that newer families read prompts with."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.recognise.finding import Finding, Kind, refusal
from studio.catalog.recognise.header import Header

CLIP = {768: "clip_l", 1024: "clip_h", 1280: "clip_g"}
T5 = {4096: "t5_xxl", 2048: "t5_xl", 768: "t5_base"}
UMT5_VOCABULARY, BYT5_VOCABULARY = 256384, 384
CLIP_PREFIXES = ("text_model.", "transformer.text_model.", "clip_l.transformer.text_model.",
                 "cond_stage_model.transformer.text_model.", "")  # fmt: skip
OTHER = refusal(
    "This is a text encoder ({name}) that no model of Lienzo uses.",
    "Choose the text encoder that your model asks for.",
    name="?",
)


@dataclass(frozen=True, slots=True)
class Signs:
    """The measures of a language model: width, and which optional layers it has."""

    hidden: int
    normed: bool
    post_norm: bool
    biased: int
    vision: bool


LANGUAGE: tuple[tuple[str, Signs], ...] = (
    ("gemma_2_2b", Signs(2304, False, True, 0, False)),
    ("gemma_3_4b", Signs(2560, True, True, 0, False)),
    ("gemma_3_12b", Signs(3840, True, True, 0, False)),
    ("qwen_2_5_vl_3b", Signs(2048, False, False, 256, False)),
    ("qwen_2_5_vl_7b", Signs(3584, False, False, 512, False)),
    ("qwen_3_0_6b", Signs(1024, True, False, 0, False)),
    ("qwen_3_1_7b", Signs(2048, True, False, 0, False)),
    ("qwen_3_vl_4b", Signs(2560, True, False, 0, True)),
    ("qwen_3_4b", Signs(2560, True, False, 0, False)),
    ("qwen_3_8b", Signs(4096, True, False, 0, False)),
    ("mistral_3", Signs(5120, False, False, 0, False)),
    ("llama_3_8b", Signs(4096, False, False, 0, False)),
)
"""The first row that agrees; ``vision`` False agrees with both, ``biased`` is the width of a bias
of the keys."""


def recognise(header: Header) -> Finding | None:
    """Return a text encoder by its widths."""
    return _clip(header) or _open_clip(header) or _t5(header) or _language(header)


def _found(header: Header, part: str, key: str, *more: str) -> Finding:
    return Finding(
        Kind.TEXT_ENCODER, variant=part, reason=header.prefix + key, provides=(part, *more)
    )


def _clip(header: Header) -> Finding | None:
    for prefix in CLIP_PREFIXES:
        key = f"{prefix}encoder.layers.0.self_attn.q_proj.weight"
        token = f"{prefix}embeddings.token_embedding.weight"
        if not header.has(key, token):
            continue
        width = header.width(f"{prefix}encoder.layers.0.layer_norm1.weight")
        if width in CLIP:
            vision = ("clip_vision_l",) if header.begins("vision_model.") and width == 768 else ()
            return _found(header, CLIP[width], token, *vision)
    return None


def _open_clip(header: Header) -> Finding | None:
    for prefix in ("", "model.", "cond_stage_model.model.", "conditioner.embedders.1.model."):
        token = f"{prefix}token_embedding.weight"
        if header.has(token, f"{prefix}transformer.resblocks.0.attn.in_proj_weight"):
            part = CLIP.get(header.width(f"{prefix}ln_final.weight"))
            return _found(header, part, token) if part else None
    return None


def _t5(header: Header) -> Finding | None:
    for key, norm, tokens in (
        ("encoder.block.0.layer.0.SelfAttention.q.weight", "encoder.final_layer_norm.weight",
         ("shared.weight", "encoder.embed_tokens.weight")),
        ("enc.blk.0.attn_q.weight", "enc.output_norm.weight", ("token_embd.weight",)),
    ):  # fmt: skip
        for inside in (header, header.network):
            if key not in inside:
                continue
            width = inside.width(norm) or inside.width(key)
            words = inside.width(inside.first(*tokens), 0)
            if words == BYT5_VOCABULARY:
                return _found(inside, "byt5", key)
            if words == UMT5_VOCABULARY:
                return _found(inside, "umt5_xxl", key)
            return _found(inside, T5[width], key) if width in T5 else None
    return None


def _language(header: Header) -> Finding | None:
    inside, names = _layers(header)
    if inside is None:
        return None
    key, norm, query, after, bias = names
    signs = Signs(
        hidden=inside.width(norm),
        normed=query in inside,
        post_norm=after in inside,
        biased=inside.width(bias),
        vision=header.begins("visual.") or header.mentions("\nmodel.visual."),
    )
    for part, row in LANGUAGE:
        if _agree(row, signs):
            vision = part.startswith("qwen_2_5_vl") and signs.vision
            more = ("qwen_vision",) if vision else ()
            found = _found(inside, part, key, *more)
            return found
    if header.format == "gguf" or signs.hidden:
        values = {"name": header.metadata.get("general.name", "?")[:60]}
        given = refusal(OTHER.message, OTHER.hint, **values)
        return Finding(Kind.UNUSABLE, reason=inside.prefix + key, refusal=given)
    return None


def _layers(header: Header) -> tuple[Header | None, tuple[str, ...]]:
    """Return the header and the names of a first layer's norms, of transformers or of a GGUF."""
    if "blk.0.attn_norm.weight" in header and "token_embd.weight" in header:
        block = "blk.0."
        ends = ("attn_q.weight", "attn_norm.weight", "attn_q_norm.weight", "post_ffw_norm.weight",
                "attn_k.bias")  # fmt: skip
        return header, tuple(block + end for end in ends)
    for prefix in (
        "model.",
        "model.language_model.",
        "language_model.model.",
        "language_model.",
        "",
    ):
        block = f"{prefix}layers.0."
        if (
            f"{block}self_attn.q_proj.weight" in header
            and f"{block}input_layernorm.weight" in header
        ):
            ends = ("self_attn.q_proj.weight", "input_layernorm.weight", "self_attn.q_norm.weight",
                    "post_feedforward_layernorm.weight", "self_attn.k_proj.bias")  # fmt: skip
            return header, tuple(block + end for end in ends)
    return None, ()


def _agree(row: Signs, signs: Signs) -> bool:
    same = (row.hidden, row.normed, row.post_norm, row.biased) == (
        signs.hidden, signs.normed, signs.post_norm, signs.biased,
    )  # fmt: skip
    return same and (signs.vision or not row.vision)
