"""Image encoders: CLIP's, SigLIP, and the vision part of Qwen2.5-VL."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.header import Header

CLIP = {1024: "clip_vision_l", 1280: "clip_vision_h", 1664: "clip_vision_g"}
SIGLIP_WIDTH = 1152
MERGERS = ("qwen2vl_merger", "qwen2.5vl_merger")


def recognise(header: Header) -> Finding | None:
    """Return an image encoder by the width of its patches."""
    for prefix in ("vision_model.", "image_encoder.vision_model.", ""):
        token = f"{prefix}embeddings.class_embedding"
        patch = f"{prefix}embeddings.patch_embedding.weight"
        if token in header and patch in header:
            part = CLIP.get(header.width(token))
            return _found(part, token) if part else None
        if patch in header and header.width(patch, 0) == SIGLIP_WIDTH:
            return _found("siglip", patch)
    for prefix in ("visual.", ""):
        token = f"{prefix}class_embedding"
        if header.has(
            token, f"{prefix}transformer.resblocks.0.attn.in_proj_weight", f"{prefix}proj"
        ):
            part = CLIP.get(header.width(token))
            return _found(part, token) if part else None
    if "v.blk.0.attn_q.weight" in header:
        if header.metadata.get("clip.projector_type", "") in MERGERS:
            return _found("qwen_vision", "v.blk.0.attn_q.weight")
        return None
    if header.has("visual.blocks.0.attn.qkv.weight", "visual.merger.mlp.0.weight") and not (
        header.begins("model.layers.")
    ):
        return _found("qwen_vision", "visual.blocks.0.attn.qkv.weight")
    return None


def _found(part: str, key: str) -> Finding:
    return Finding(Kind.IMAGE_ENCODER, variant=part, reason=key, provides=(part,))
