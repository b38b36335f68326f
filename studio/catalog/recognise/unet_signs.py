"""The measures of a UNet by which its family is recognised, from names of either kind."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.recognise.header import Header

_VIDEO = ("time_stack", "time_mixer", "time_mix_blocks", "temporal_transformer_blocks")


@dataclass(frozen=True, slots=True)
class UNetSigns:
    """Widths are 0 and keys "" if the UNet has no such layer.

    ``diffusers``: the tensors are named as in diffusers rather than as in Stability's code.
    ``channels`` are those of the first block, ``inputs`` and ``outputs`` of the whole network.
    ``context`` is the width of the token embeddings in cross attention, read at ``context_key``;
    ``linear``: its transformers begin with a linear layer. ``label`` is the width of what is added
    to the time embedding, read at ``label_key``. ``depth`` is the number of transformer blocks at
    the deepest level with attention, ``residuals`` of residual blocks at the first level.
    ``middle``: whether there is attention in the middle. ``guided``: it takes the guidance scale.
    """

    diffusers: bool
    channels: int
    inputs: int
    outputs: int
    context: int
    context_key: str
    linear: bool
    label: int
    label_key: str
    depth: int
    residuals: int
    middle: bool
    video: bool
    guided: bool


def unet_signs(header: Header) -> UNetSigns | None:
    """Return the measures of the UNet in a file, None if it has none or is a ControlNet."""
    return header.once("unet_signs", _signs)


def _signs(header: Header) -> UNetSigns | None:
    network = header.network
    if network.has("input_blocks.0.0.weight", "out.2.weight"):
        return _sgm(network)
    if network.has("conv_in.weight", "conv_out.weight") and network.begins("down_blocks."):
        return _diffusers(network)
    return None


def _sgm(network: Header) -> UNetSigns:
    block = "input_blocks.{}.1.transformer_blocks.0.attn2.to_k.weight"
    context = network.first(*map(block.format, (1, 2, 4, 5, 7, 8)))
    label = network.first("label_emb.0.0.weight", "label_emb.weight")
    first = context.partition("transformer_blocks")[0]
    return UNetSigns(
        diffusers=False,
        channels=network.width("input_blocks.0.0.weight", 0),
        inputs=network.width("input_blocks.0.0.weight", 1),
        outputs=network.width("out.2.weight", 0),
        context=network.width(context),
        context_key=network.prefix + context if context else "",
        linear=len(network.shape(f"{first}proj_in.weight")) == 2,
        label=network.width(label),
        label_key=network.prefix + label if label else "",
        depth=max(
            network.blocks(f"input_blocks.{deep}.1.transformer_blocks.{{}}.attn1.to_q.weight")
            for deep in (5, 7, 8)
        ),
        residuals=1 + network.has("input_blocks.2.0.in_layers.0.weight"),
        middle=network.has("middle_block.1.norm.weight"),
        video=any(network.mentions(part) for part in _VIDEO),
        guided="time_embed.cond_proj.weight" in network,
    )


def _diffusers(network: Header) -> UNetSigns:
    block = "down_blocks.{}.attentions.0.transformer_blocks.0.attn2.to_k.weight"
    context = network.first(*map(block.format, (0, 1, 2, 3)))
    label = network.first(
        "add_embedding.linear_1.weight", "class_embedding.linear_1.weight", "class_embedding.weight"
    )
    first = context.partition("transformer_blocks")[0]
    return UNetSigns(
        diffusers=True,
        channels=network.width("conv_in.weight", 0),
        inputs=network.width("conv_in.weight", 1),
        outputs=network.width("conv_out.weight", 0),
        context=network.width(context),
        context_key=network.prefix + context if context else "",
        linear=len(network.shape(f"{first}proj_in.weight")) == 2,
        label=network.width(label),
        label_key=network.prefix + label if label else "",
        depth=network.blocks("down_blocks.2.attentions.0.transformer_blocks.{}.attn1.to_q.weight"),
        residuals=network.blocks("down_blocks.0.resnets.{}.conv1.weight"),
        middle=network.has("mid_block.attentions.0.norm.weight"),
        video=any(network.mentions(part) for part in _VIDEO),
        guided="time_embedding.cond_proj.weight" in network,
    )
