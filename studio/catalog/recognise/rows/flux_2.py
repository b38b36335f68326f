"""Flux.2: dev, and klein with nine or four thousand million weights."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Guess, Question
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.main_network import main_network
from studio.catalog.recognise.names import named, words_of

FAMILY = "flux_2"
MODULATIONS = (
    "double_stream_modulation_img.lin.weight",
    "double_stream_modulation_img.linear.weight",
)
CONTEXT = ("txt_in.weight", "context_embedder.weight")
KINDS = {
    15360: ("dev", "mistral_3"),
    12288: ("klein 9B", "qwen_3_8b"),
    7680: ("klein 4B", "qwen_3_4b"),
}
"""Width of the text embeddings, three layers of the text encoder side by side."""
HIDDEN = {6144: 15360, 4096: 12288, 3072: 7680}


def recognise(header: Header) -> Finding | None:
    """Return a transformer whose blocks share one modulation each, as in Flux.2."""
    network = header.network
    key = network.first(*MODULATIONS)
    if not key:
        return None
    width = network.width(network.first(*CONTEXT)) or HIDDEN.get(network.width(key), 0)
    if width not in KINDS:
        return None
    variant, encoder = KINDS[width]
    traits: tuple[Guess, ...] = ()
    questions: tuple[Question, ...] = ()
    if variant != "dev":
        # The distilled models and those before distillation have the same header.
        base = named(words_of(header.path), r"\bbase\b")
        found = "base" if base else "distilled"
        traits = (Guess("trait", found, "name: base" if base else "name without base"),)
        questions = (Question("trait", ("distilled", "base")),)
    return main_network(
        header,
        FAMILY,
        variant,
        network.prefix + key,
        (encoder, "vae_flux_2"),
        traits=traits,
        questions=questions,
        certainty=Certainty.CERTAIN,
    )
