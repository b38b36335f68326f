"""PixArt alpha and sigma."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of

FAMILY = "pixart"
ORIGINAL = ("t_block.1.weight", "blocks.0.cross_attn.kv_linear.weight")
DIFFUSERS = ("adaln_single.emb.timestep_embedder.linear_1.weight", "pos_embed.proj.bias")
TOKENS = {120: "alpha", 300: "sigma"}
"""Number of tokens of the empty prompt that the file keeps."""
SIZES = ("ar_embedder.mlp.0.weight", "adaln_single.emb.aspect_ratio_embedder.linear_1.weight")
"""The size conditioning that only alpha at 1024 pixels has."""
VAES = {"alpha": "vae_sd", "sigma": "vae_sdxl"}


def recognise(header: Header) -> Finding | None:
    """Return a transformer with one modulation for all blocks and patches of latents."""
    network = header.network
    if not network.has(*ORIGINAL) and not network.has(*DIFFUSERS):
        return None
    key = ORIGINAL[0] if ORIGINAL[0] in network else DIFFUSERS[0]
    certainty = Certainty.CERTAIN
    questions: tuple[Question, ...] = ()
    variant = TOKENS.get(network.width("y_embedder.y_embedding", 0), "")
    if variant:
        key = "y_embedder.y_embedding"
    elif network.first(*SIZES):
        variant, key = "alpha", network.first(*SIZES)
    else:
        variant = "alpha" if named(words_of(header.path), r"\balpha\b") else "sigma"
        certainty = Certainty.PROBABLE
        questions = (Question("variant", ("alpha", "sigma")),)
    return main_network(
        header,
        FAMILY,
        variant,
        network.prefix + key,
        ("t5_xxl", VAES[variant]),
        prediction_type="epsilon",
        certainty=certainty,
        questions=questions,
    )
