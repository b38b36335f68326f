"""Models that other programs run and Lienzo does not: each gets its name and one sentence."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.recognise.finding import Finding, Kind, Refusal, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.labels import family_label

IMAGE, VIDEO, SOUND = "image", "video", "sound"


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A family by tensors that all of its files have; ``without`` is one that none has.

    ``widths`` are (name, last edge) that must agree. A name that ends with a dot is a beginning.
    """

    family: str
    makes: str
    keys: tuple[str, ...]
    without: str = ""
    widths: tuple[tuple[str, int], ...] = ()


ROWS: tuple[Elsewhere, ...] = (
    Elsewhere("anima", IMAGE, ("llm_adapter.blocks.0.cross_attn.q_proj.weight",)),
    Elsewhere("cosmos", VIDEO, ("x_embedder.proj.1.weight",)),
    Elsewhere("wan", VIDEO, ("head.modulation",)),
    Elsewhere("wan", VIDEO,
        ("condition_embedder.time_embedder.linear_1.weight", "scale_shift_table")),
    Elsewhere("ltx_video", VIDEO, ("patchify_proj.weight",)),
    Elsewhere(
        "ltx_video",
        VIDEO,
        ("adaln_single.emb.timestep_embedder.linear_1.weight",
            "caption_projection.linear_1.weight", "proj_in.weight"),
        "pos_embed.proj.bias",
    ),
    Elsewhere("hunyuan_video", VIDEO,
        ("txt_in.individual_token_refiner.", "vector_in.in_layer.weight")),
    Elsewhere("hunyuan_image", IMAGE, ("txt_in.individual_token_refiner.",)),
    Elsewhere("mochi", VIDEO, ("t5_yproj.weight",)),
    Elsewhere("mochi", VIDEO, ("blocks.0.attn.qkv_x.weight",)),
    Elsewhere("cogvideox", VIDEO, ("patch_embed.text_proj.weight", "patch_embed.proj.weight")),
    Elsewhere("cogvideox", VIDEO, ("mixins.patch_embed.proj.weight",)),
    Elsewhere("hidream", IMAGE, ("caption_projection.0.linear.weight",)),
    Elsewhere("hidream", IMAGE, ("t_embedder1.mlp.0.weight", "x_embedder.proj1.weight")),
    Elsewhere("omnigen_2", IMAGE, ("ref_image_patch_embedder.weight",)),
    Elsewhere("aura_flow", IMAGE, ("double_layers.0.attn.w1q.weight",)),
    Elsewhere("aura_flow", IMAGE,
        ("joint_transformer_blocks.0.attn.to_q.weight", "register_tokens")),
    Elsewhere("hunyuan_dit", IMAGE, ("mlp_t5.0.weight",)),
    Elsewhere("kandinsky_5", VIDEO,
        ("visual_transformer_blocks.0.cross_attention.key_norm.weight",)),
    Elsewhere("sana", IMAGE, ("blocks.0.mlp.inverted_conv.conv.weight",)),
    Elsewhere("sana", IMAGE, ("transformer_blocks.0.ff.conv_inverted.weight",)),
    Elsewhere("stable_cascade", IMAGE, ("clf.1.weight", "clip_txt_mapper.weight")),
    Elsewhere("stable_cascade", IMAGE, ("clf.1.weight", "clip_mapper.weight")),
    Elsewhere("stable_cascade", IMAGE, ("vquantizer.codebook.weight",)),
    Elsewhere("flux_3", IMAGE, ("early_stream_modulations.image.lin.weight",)),
    Elsewhere("flux_3", IMAGE, ("ref_time_in.in_layer.weight",)),
    Elsewhere("krea_2", IMAGE, ("txtfusion.projector.weight",)),
    Elsewhere("krea_2", IMAGE, ("text_fusion.",)),
    Elsewhere("ideogram", IMAGE, ("embed_image_indicator.weight",)),
    Elsewhere("lens", IMAGE, ("transformer_blocks.0.img_mlp.w1.weight",)),
    Elsewhere("ernie_image", IMAGE,
        ("layers.0.mlp.linear_fc2.weight", "adaLN_modulation.1.weight")),
    Elsewhere("boogu", IMAGE, ("double_stream_layers.0.img_instruct_attn.",)),
    Elsewhere("mage_flow", IMAGE, ("txt_norm.weight",), widths=(("txt_norm.weight", 2560),)),
    Elsewhere("newbie", IMAGE, ("cap_embedder.1.weight", "clip_text_pooled_proj.1.weight")),
    Elsewhere("newbie", IMAGE, ("cap_embedder.1.weight", "clip_text_pooled_proj.0.weight")),
    Elsewhere("ming", IMAGE, ("cap_embedder.1.weight", "noise_refiner.0.attention.k_norm.weight"),
              "cap_pad_token", (("cap_embedder.1.bias", 3840),)),
    Elsewhere("pixel_dit", IMAGE, ("cap_embedder.1.weight", "dec_net.")),
    Elsewhere("longcat_image", IMAGE, ("double_blocks.0.img_attn.norm.key_norm.scale",),
              "vector_in.in_layer.weight", (("txt_in.weight", 3584),)),
    Elsewhere("ovis_image", IMAGE, ("double_blocks.0.img_mlp.gate_proj.weight", "txt_norm.weight")),
    Elsewhere("kolors", IMAGE, ("encoder_hid_proj.weight", "add_embedding.linear_1.weight"),
              widths=(("add_embedding.linear_1.weight", 5632),)),
    Elsewhere("stable_audio", SOUND, ("transformer.rotary_pos_emb.inv_freq",)),
    Elsewhere("stable_audio", SOUND, ("rotary_pos_emb.inv_freq", "preprocess_conv.weight")),
)  # fmt: skip


def recognise(header: Header) -> Finding | None:
    """Return the refusal of a model of another kind."""
    for network in (header.network, header):
        for row in ROWS:
            if _fits(network, row):
                reason = network.prefix + row.keys[0]
                given = _refusal(row)
                return Finding(Kind.UNUSABLE, row.family, reason=reason, refusal=given)
        if network is header:
            break
    return None


def _fits(network: Header, row: Elsewhere) -> bool:
    for key in row.keys:
        if key not in network and not (key.endswith(".") and network.begins(key)):
            return False
    if row.without and row.without in network:
        return False
    return all(network.width(name) == width for name, width in row.widths)


def _refusal(row: Elsewhere) -> Refusal:
    label = family_label(row.family)
    if row.makes == VIDEO:
        return refusal(
            "This is {family}, which makes videos; Lienzo makes pictures.",
            "Choose a model that makes pictures.",
            family=label,
        )
    if row.makes == SOUND:
        return refusal(
            "This is {family}, which makes sound; Lienzo makes pictures.",
            "Choose a model that makes pictures.",
            family=label,
        )
    return refusal(
        "This is {family}, a kind of model that Lienzo cannot run yet.",
        "Choose a model of another kind, such as Flux.2 klein, Z-Image or Stable Diffusion XL.",
        family=label,
    )
