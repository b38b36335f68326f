"""ControlNets of every layout: original, diffusers, union, control LoRAs, LLLite, transformers."""

from __future__ import annotations

from studio.catalog.recognise.finding import Certainty, Finding, Guess, Kind, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.names import named, words_of

ORIGINAL = ("control_model.", "")
UNET_WIDTHS = {
    256: ("stable_diffusion", "Starter"),
    768: ("stable_diffusion", "1.x"),
    1024: ("stable_diffusion", "2.x"),
    2048: ("stable_diffusion_xl", ""),
}
HINTS = ("input_hint_block.0.weight", "controlnet_cond_embedding.conv_in.weight")
UNION = "control_add_embedding.linear_1.weight"
DIFFERENCE = refusal(
    "This ControlNet holds only differences from a base model, which Lienzo cannot add up.",
    "Get the complete version of it.",
)
LORA = refusal(
    "This is a control LoRA, which Lienzo cannot run.",
    "Get the complete ControlNet of that kind.",
)
LITE = refusal(
    "This is a ControlNet-LLLite, which Lienzo cannot run.",
    "Get the complete ControlNet of that kind.",
)


def recognise(header: Header) -> Finding | None:
    """Return a ControlNet; its base is decided by the cross attention, not by block widths."""
    for ask in (_lite, _unet, _transformer):
        found = ask(header)
        if found is not None:
            return found
    return None


def _lite(header: Header) -> Finding | None:
    if header.mentions("lllite_"):
        xl = header.mentions("lllite_unet")
        bases = ("stable_diffusion_xl",) if xl else ("anima",)
        return Finding(
            Kind.UNUSABLE,
            bases[0],
            "LLLite",
            reason="lllite",
            bases=bases,
            refusal=LITE,
            role=Kind.CONTROL,
        )
    if header.begins("lora_controlnet"):
        return Finding(
            Kind.UNUSABLE,
            variant="control LoRA",
            reason="lora_controlnet",
            refusal=LORA,
            role=Kind.CONTROL,
        )
    return None


def _unet(header: Header) -> Finding | None:
    inside = header.below("control_model.") if header.begins("control_model.") else header
    inside = inside.below("controlnet.") if inside.begins("controlnet.") else inside
    hint = inside.first(*HINTS)
    if not hint or "controlnet_blocks.0.weight" in inside:
        return None
    if "difference" in inside or "difference" in header:
        return Finding(Kind.UNUSABLE, reason="difference", refusal=DIFFERENCE, role=Kind.CONTROL)
    family, variant, certainty, reason = _base(inside)
    if not family:
        return Finding(Kind.CONTROL, certainty=Certainty.ASK, reason=inside.prefix + hint)
    modes = inside.width("task_embedding", 0) if UNION in inside else 0
    guesses: tuple[Guess, ...] = ()
    if named(words_of(header.path), r"shuffle"):
        guesses = (Guess("pooling", "global", "name: shuffle"),)
    return Finding(
        Kind.CONTROL,
        family,
        "union" if UNION in inside else _size(inside, family),
        certainty,
        UNION if UNION in inside else reason,
        guesses=guesses,
        diffusers_names=hint == HINTS[1],
        bases=(family,),
        base_variant=variant,
        modes=modes,
    )


def _base(inside: Header) -> tuple[str, str, Certainty, str]:
    """Return family and variant of the base, and the tensor that decides."""
    names = (
        *(f"input_blocks.{n}.1.transformer_blocks.0.attn2.to_k.weight" for n in (1, 2, 4, 5, 7, 8)),
        *(f"down_blocks.{n}.attentions.0.transformer_blocks.0.attn2.to_k.weight" for n in range(4)),
        "mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight",
    )
    key = inside.first(*names)
    if inside.width(key) in UNET_WIDTHS:
        return *UNET_WIDTHS[inside.width(key)], Certainty.CERTAIN, inside.prefix + key
    # The small ControlNet of XL has no attention at all.
    for added in ("add_embedding.linear_1.weight", "label_emb.0.0.weight"):
        if inside.width(added) == 2816:
            return "stable_diffusion_xl", "", Certainty.CERTAIN, inside.prefix + added
    return "", "", Certainty.ASK, ""


def _size(inside: Header, family: str) -> str:
    if family != "stable_diffusion_xl":
        return ""
    depth = inside.blocks(
        "down_blocks.2.attentions.0.transformer_blocks.{}.attn2.to_k.weight"
    ) or inside.blocks("input_blocks.7.1.transformer_blocks.{}.attn2.to_k.weight")
    return {0: "small", 1: "mid"}.get(depth, "")


def _transformer(header: Header) -> Finding | None:
    inside = header.network
    for ask in (_sd3, _z_image, _flux_or_qwen):
        found = ask(inside)
        if found is not None:
            return found
    return None


def _sd3(inside: Header) -> Finding | None:
    key = inside.first("pos_embed_input.proj.weight")
    if not key:
        return None
    fills = inside.width(key, 1) == 17
    return Finding(
        Kind.CONTROL,
        "stable_diffusion_3",
        "inpainting" if fills else "",
        reason=key,
        bases=("stable_diffusion_3",),
        base_variant=_sd3_variant(inside.width(key, 0), inside),
        modes=0,
    )


def _sd3_variant(width: int, inside: Header) -> str:
    if width == 2432:
        return "3.5 large"
    return "3.5 medium" if inside.mentions(".attn2.") else "3 medium"


def _z_image(inside: Header) -> Finding | None:
    key = inside.first("control_all_x_embedder.2-1.weight")
    if not key:
        return None
    newer = "control_layers.14.adaLN_modulation.0.weight" in inside
    return Finding(
        Kind.CONTROL, "z_image", "2.x" if newer else "1.x", reason=key, bases=("z_image",)
    )


def _flux_or_qwen(inside: Header) -> Finding | None:
    key = inside.first(
        "controlnet_x_embedder.weight",
        "controlnet_blocks.0.linear.weight",
        "controlnet_blocks.0.weight",
        "control_img_in.weight",
    )
    if not key:
        return None
    qwen = inside.has("txt_norm.weight") or inside.has(
        "transformer_blocks.0.img_mlp.net.0.proj.weight"
    )
    qwen = qwen or key == "control_img_in.weight"
    family = "qwen_image" if qwen else "flux"
    union = inside.first("controlnet_mode_embedder.weight", "controlnet_mode_embedder.fc.weight")
    fills = inside.width("controlnet_x_embedder.weight") == 68
    kinds = {
        "controlnet_blocks.0.linear.weight": "MistoLine",
        "controlnet_blocks.0.weight": "XLabs" if inside.begins("double_blocks.") else "",
    }
    return Finding(
        Kind.CONTROL,
        family,
        "union" if union else "inpainting" if fills else kinds.get(key, ""),
        reason=union or key,
        diffusers_names=inside.begins("transformer_blocks."),
        bases=(family,),
        modes=inside.width(union, 0) if union else 0,
    )
