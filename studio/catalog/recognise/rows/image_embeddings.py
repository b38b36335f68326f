"""The systems in the manner of DALL-E 2: Karlo and Kandinsky, their priors and decoders."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Kind, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of
from studio.catalog.recognise.unet_signs import UNetSigns, unet_signs

KARLO, KANDINSKY = "karlo", "kandinsky_2_2"
PRIOR = "prd_embedding"
STATISTICS = ("clip_mean", "clip_std")
EMBEDDINGS = {768: KARLO, 1280: KANDINSKY}
"""Width of the image embedding: that of CLIP-L, that of CLIP-bigG."""
DECODERS = {4: "decoder", 9: "inpainting", 8: "hint"}
TEXT_PROJECTION = (
    "learned_classifier_free_guidance_embeddings",
    "clip_extra_context_tokens_proj.weight",
)
RAW = ("cf_param", "clip_tok_proj.weight")
OLD = refusal(
    "This is Kandinsky 2.1, which Lienzo does not run.", "Get Kandinsky 2.2, which replaced it."
)


def recognise(header: Header) -> Finding | None:
    """Return a prior or decoder of image embeddings."""
    network = header.network
    if PRIOR in network:
        return _prior(header)
    if network.has(*TEXT_PROJECTION):
        return _karlo(header, "text projection", network.prefix + TEXT_PROJECTION[1])
    if network.has(*RAW):
        return _karlo(header, "decoder", network.prefix + RAW[0])
    signs = unet_signs(header)
    if signs is None or not signs.diffusers:
        return None
    if "add_embedding.image_proj.weight" in network:
        return _kandinsky(header, signs)
    if not signs.context and (signs.inputs, signs.outputs) in ((3, 6), (6, 3)):
        added = "down_blocks.1.attentions.0.add_k_proj.weight"
        if signs.inputs == 3 and added in network:
            return _karlo(header, "decoder", network.prefix + added)
        if signs.inputs == 6 and not network.mentions("attentions."):
            return _karlo(header, "upscaler", f"{network.prefix}conv_in.weight")
    return None


def _prior(header: Header) -> Finding | None:
    network = header.network
    key = "proj_to_clip_embeddings.weight"
    family = EMBEDDINGS.get(network.width("proj_to_clip_embeddings.bias"))
    if family is None:
        return None
    words = words_of(header.path)
    certainty = Certainty.CERTAIN
    if family == KARLO:
        # The prior of Kandinsky 2.1 has the same header.
        if named(words, r"kandinsky"):
            return Finding(Kind.UNUSABLE, "kandinsky_2_1", reason="name", refusal=OLD)
        certainty = Certainty.PROBABLE
    big = family == KANDINSKY
    needs = ("clip_g", "clip_vision_g", "decoder") if big else ("clip_l", "decoder")
    if not network.has(*STATISTICS):
        needs = (*needs, "clip_statistics")
    return main_network(
        header,
        family,
        "prior",
        network.prefix + key,
        needs,
        prediction_type="sample",
        traits=(),
        certainty=certainty,
    )


def _kandinsky(header: Header, signs: UNetSigns) -> Finding | None:
    key = header.network.prefix + "add_embedding.image_proj.weight"
    if header.network.begins("add_embedding.text_proj."):
        return Finding(Kind.UNUSABLE, "kandinsky_2_1", reason=key, refusal=OLD)
    if signs.inputs not in DECODERS:
        return None
    return main_network(
        header,
        KANDINSKY,
        DECODERS[signs.inputs],
        key,
        ("prior", "movq"),
        prediction_type="epsilon",
        traits=(),
    )


def _karlo(header: Header, variant: str, key: str) -> Finding:
    needs = ("clip_l", "prior") if variant == "decoder" else ()
    return main_network(header, KARLO, variant, key, needs, prediction_type="epsilon", traits=())
