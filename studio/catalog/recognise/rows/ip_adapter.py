"""IP-Adapters: basic, plus, full face and FaceID, with the image encoder that each needs."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Kind, refusal
from studio.catalog.recognise.header import Header

FIRST = "ip_adapter.1.to_k_ip.weight"
BASES = {
    256: ("stable_diffusion", "Starter"),
    768: ("stable_diffusion", "1.x"),
    1024: ("stable_diffusion", "2.x"),
    2048: ("stable_diffusion_xl", ""),
}
PROJECTED = {1024: "clip_vision_h", 1280: "clip_vision_g", 768: "clip_vision_l"}
"""Width of a picture's embedding -> the encoder that makes it."""
HIDDEN = {1280: "clip_vision_h", 1664: "clip_vision_g", 1024: "clip_vision_l"}
"""Width of the hidden state of a patch -> the encoder."""
FACE_ID = refusal(
    "This is an IP-Adapter FaceID. It needs the face recognition of InsightFace, whose networks are"
    " not for commercial use and which Lienzo does not have.",
    "Use the adapter plus-face instead.",
)
FLUX_PROJECTION = "ip_adapter_proj_model.proj.weight"


def recognise(header: Header) -> Finding | None:
    """Return an IP-Adapter by its projection of the picture."""
    if header.has(FLUX_PROJECTION) or header.mentions("ip_adapter_double_stream_k_proj"):
        encoder = PROJECTED.get(header.width(FLUX_PROJECTION), "")
        return Finding(
            Kind.REFERENCE,
            "flux",
            reason="ip_adapter_double_stream",
            missing=(encoder,) if encoder else (),
            bases=("flux",),
        )
    if not header.begins("image_proj.") or FIRST not in header:
        return None
    family, base_variant = BASES.get(header.width(FIRST), ("", ""))
    variant, encoder, key = _projection(header)
    if variant.startswith("FaceID"):
        return Finding(
            Kind.UNUSABLE,
            family,
            variant,
            reason=key,
            bases=(family,) if family else (),
            missing=("insightface",),
            refusal=FACE_ID,
            role=Kind.REFERENCE,
        )
    return Finding(
        Kind.REFERENCE,
        family,
        variant,
        Certainty.CERTAIN if family else Certainty.ASK,
        key,
        missing=(encoder,) if encoder else (),
        bases=(family,) if family else (),
        base_variant=base_variant,
    )


def _projection(header: Header) -> tuple[str, str, str]:
    """Return the kind of an adapter, its image encoder, and the deciding tensor."""
    if header.begins("image_proj.perceiver_resampler."):
        return "FaceID plus", "clip_vision_h", "image_proj.perceiver_resampler"
    if header.has("image_proj.proj.0.weight", "image_proj.norm.weight") and not header.has(
        "image_proj.proj.3.weight"
    ):
        return "FaceID", "", "image_proj.proj.0.weight"
    if "image_proj.latents" in header:
        width = header.width("image_proj.proj_in.weight")
        face = "plus"
        return face, HIDDEN.get(width, ""), "image_proj.latents"
    if "image_proj.proj.3.weight" in header:
        width = header.width("image_proj.proj.0.weight")
        return "full face", HIDDEN.get(width, ""), "image_proj.proj.3.weight"
    width = header.width("image_proj.proj.weight")
    return "basic", PROJECTED.get(width, ""), "image_proj.proj.weight"
