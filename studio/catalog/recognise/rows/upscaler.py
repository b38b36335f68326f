"""Networks that enlarge or restore photos, by the tensors of their architectures."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.header import Header

WRAPPERS = ("module.", "netG.", "generator.")


@dataclass(frozen=True, slots=True)
class Architecture:
    """An architecture by tensors that all of its files have, and one that none has."""

    name: str
    keys: tuple[str, ...]
    without: str = ""


ROWS: tuple[Architecture, ...] = (
    Architecture("ESRGAN", ("conv_first.weight", "body.0.rdb1.conv1.weight", "conv_last.weight")),
    Architecture("ESRGAN", ("model.0.weight", "model.1.sub.0.RDB1.conv1.0.weight")),
    Architecture("ESRGAN", ("conv_first.weight", "RRDB_trunk.0.RDB1.conv1.weight")),
    Architecture(
        "Compact", ("body.0.weight", "body.1.weight", "body.2.weight"), "conv_first.weight"
    ),
    Architecture(
        "HAT", ("conv_first.weight", "layers.0.residual_group.overlap_attn.qkv.weight")
    ),
    Architecture(
        "SwinIR", ("conv_first.weight", "layers.0.residual_group.blocks.0.attn.qkv.weight")
    ),
    Architecture("DAT", ("conv_first.weight", "layers.0.blocks.0.attn.qkv.weight")),
    Architecture(
        "Swin2SR", ("conv_first.weight", "layers.0.residual_group.blocks.0.attn.logit_scale")
    ),
    Architecture("SPAN", ("block_1.c1_r.sk.weight", "conv_cat.weight")),
    Architecture(
        "OmniSR", ("input.weight", "residual_layer.0.residual_layer.0.layer.0.fn.0.weight")
    ),
    Architecture("RealCUGAN", ("unet1.conv1.conv.0.weight", "unet2.conv1.conv.0.weight")),
    Architecture("DRCT", ("conv_first.weight", "layers.0.swin1.attn.qkv.weight")),
    Architecture("RealPLKSR", ("feats.0.weight", "feats.1.channe_mixer.0.weight")),
    Architecture("SCUNet", ("m_head.0.weight", "m_tail.0.weight")),
    Architecture("NAFNet", ("intro.weight", "ending.weight", "middle_blks.0.conv1.weight")),
    Architecture("Restormer", ("patch_embed.proj.weight", "encoder_level1.0.attn.temperature")),
    Architecture("LaMa", ("model.model.1.bn_l.running_mean",)),
    Architecture("GFPGAN", ("stylegan_decoder.style_mlp.1.weight",)),
    Architecture("CodeFormer", ("position_emb", "feat_emb.weight", "ft_layers.0.linear1.weight")),
)  # fmt: skip


def recognise(header: Header) -> Finding | None:
    """Return an upscaler or a restorer of photos."""
    inside = next((header.below(one) for one in WRAPPERS if header.begins(one)), header)
    for row in ROWS:
        if inside.has(*row.keys) and (not row.without or row.without not in inside):
            reason = inside.prefix + row.keys[-1]
            return Finding(Kind.UPSCALER, variant=row.name, reason=reason)
    return None
