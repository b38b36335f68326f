"""UNets of the Stable Diffusion families, under diffusers' names and under Stability's."""

from __future__ import annotations

from dataclasses import dataclass, replace

from corpus_shapes import Shapes, expand, under

from studio.catalog.recognise.sgm_names import sgm_names


@dataclass(frozen=True)
class UNet:
    """``depths``: transformer blocks at each level, 0 without attention; ``middle`` likewise."""

    context: int
    depths: tuple[int, ...] = (1, 1, 1, 0)
    middle: int = 1
    channels: tuple[int, ...] = (320, 640, 1280, 1280)
    inputs: int = 4
    residuals: int = 2
    linear: bool = False
    label: int = 0
    label_name: str = "add_embedding"
    guidance: int = 0


SD1 = UNet(768)
SD2 = UNet(1024, linear=True)
SDXL = UNet(2048, (0, 2, 10), 10, (320, 640, 1280), linear=True, label=2816)
REFINER = UNet(1280, (0, 4, 4, 0), 4, (384, 768, 1536, 1536), linear=True, label=2560)
SSD_1B = replace(SDXL, depths=(0, 2, 4), middle=0)
VEGA = replace(SDXL, depths=(0, 1, 2), middle=0)
KOALA = replace(SDXL, depths=(0, 2, 6), middle=0, residuals=1)
UPSCALER = UNet(
    1024, (0, 1, 1, 1), channels=(256, 512, 512, 1024), inputs=7, linear=True,
)  # fmt: skip


def diffusers(unet: UNet) -> Shapes:
    """Return a UNet2DConditionModel."""
    first, time = unet.channels[0], unet.channels[0] * 4
    found = expand(
        f"""
        conv_in {first}*{unet.inputs}*3*3 wb
        time_embedding.linear_1 {time}*{first} wb
        time_embedding.linear_2 {time}*{time} wb
        conv_norm_out {first} wb
        conv_out 4*{first}*3*3 wb
        """
    )
    if unet.label:
        name = unet.label_name
        found |= expand(f"{name}.linear_1 {time}*{unet.label} wb\n{name}.linear_2 {time}*{time} wb")
    if unet.guidance:
        found["time_embedding.cond_proj.weight"] = (first, unet.guidance)
    skips = [first]
    width = first
    for level, channels in enumerate(unet.channels):
        for layer in range(unet.residuals):
            here = f"down_blocks.{level}"
            found |= _residual(f"{here}.resnets.{layer}", width, channels, time)
            found |= _attention(f"{here}.attentions.{layer}", channels, unet.depths[level], unet)
            width = channels
            skips.append(width)
        if level < len(unet.channels) - 1:
            found |= expand(f"down_blocks.{level}.downsamplers.0.conv {width}*{width}*3*3 wb")
            skips.append(width)
    found |= _residual("mid_block.resnets.0", width, width, time)
    if unet.middle:
        found |= _residual("mid_block.resnets.1", width, width, time)
        found |= _attention("mid_block.attentions.0", width, unet.middle, unet)
    for level, channels in enumerate(reversed(unet.channels)):
        depth = unet.depths[::-1][level]
        for layer in range(unet.residuals + 1):
            here = f"up_blocks.{level}"
            found |= _residual(f"{here}.resnets.{layer}", width + skips.pop(), channels, time)
            found |= _attention(f"{here}.attentions.{layer}", channels, depth, unet)
            width = channels
        if level < len(unet.channels) - 1:
            found |= expand(f"up_blocks.{level}.upsamplers.0.conv {width}*{width}*3*3 wb")
    return found


def sgm(unet: UNet) -> Shapes:
    """Return the same UNet as in Stability's code, without a prefix."""
    shapes = diffusers(replace(unet, label_name="add_embedding"))
    names = sgm_names({name.rpartition(".")[0] for name in shapes})
    found = {}
    for name, shape in shapes.items():
        module, _, end = name.rpartition(".")
        found[f"{names.get(module, module)}.{end}"] = shape
    if unet.guidance:
        found["time_embed.cond_proj.weight"] = found.pop("time_embedding.cond_proj.weight")
    return found


def _residual(name: str, inputs: int, outputs: int, time: int) -> Shapes:
    found = expand(
        f"""
        {name}.norm1 {inputs} wb
        {name}.conv1 {outputs}*{inputs}*3*3 wb
        {name}.time_emb_proj {outputs}*{time} wb
        {name}.norm2 {outputs} wb
        {name}.conv2 {outputs}*{outputs}*3*3 wb
        """
    )
    if inputs != outputs:
        found |= expand(f"{name}.conv_shortcut {outputs}*{inputs}*1*1 wb")
    return found


def _attention(name: str, width: int, depth: int, unet: UNet) -> Shapes:
    if not depth:
        return {}
    ends = f"{width}*{width}" if unet.linear else f"{width}*{width}*1*1"
    block = f"{name}.transformer_blocks.{{0..{depth - 1}}}"
    return expand(
        f"""
        {name}.norm {width} wb
        {name}.proj_in {ends} wb
        {name}.proj_out {ends} wb
        {block}.{{norm1,norm2,norm3}} {width} wb
        {block}.attn1.{{to_q,to_k,to_v}} {width}*{width} w
        {block}.attn1.to_out.0 {width}*{width} wb
        {block}.attn2.to_q {width}*{width} w
        {block}.attn2.{{to_k,to_v}} {width}*{unet.context} w
        {block}.attn2.to_out.0 {width}*{width} wb
        {block}.ff.net.0.proj {width * 8}*{width} wb
        {block}.ff.net.2 {width}*{width * 4} wb
        """
    )


def clip_l(layers: int = 12, width: int = 768) -> Shapes:
    """Return a CLIP text model in the layout of transformers before version 5."""
    layer = f"text_model.encoder.layers.{{0..{layers - 1}}}"
    return expand(
        f"""
        text_model.embeddings.token_embedding 49408*{width} w
        text_model.embeddings.position_embedding 77*{width} w
        {layer}.self_attn.{{q_proj,k_proj,v_proj,out_proj}} {width}*{width} wb
        {layer}.{{layer_norm1,layer_norm2}} {width} wb
        {layer}.mlp.fc1 {width * 4}*{width} wb
        {layer}.mlp.fc2 {width}*{width * 4} wb
        text_model.final_layer_norm {width} wb
        """
    )


def open_clip(layers: int, width: int) -> Shapes:
    """Return the text half of an OpenCLIP model."""
    layer = f"transformer.resblocks.{{0..{layers - 1}}}"
    return expand(
        f"""
        token_embedding 49408*{width} w
        positional_embedding 77*{width}
        ln_final {width} wb
        text_projection {width}*{width}
        logit_scale -
        {layer}.attn.in_proj_weight {width * 3}*{width}
        {layer}.attn.in_proj_bias {width * 3}
        {layer}.attn.out_proj {width}*{width} wb
        {layer}.{{ln_1,ln_2}} {width} wb
        {layer}.mlp.c_fc {width * 4}*{width} wb
        {layer}.mlp.c_proj {width}*{width * 4} wb
        """
    )


PREFIX = "model.diffusion_model."
VAE_PREFIX = "first_stage_model."


def checkpoint(unet: UNet, text: str, vae: Shapes) -> Shapes:
    """Return a complete checkpoint; ``text`` are the encoders "1", "2", "xl", "refiner" or ""."""
    found = under(PREFIX, sgm(unet)) | under(VAE_PREFIX, vae)
    if text == "1":
        found |= under("cond_stage_model.transformer.", clip_l())
    if text == "2":
        found |= under("cond_stage_model.model.", open_clip(23, 1024))
    if text == "xl":
        found |= under("conditioner.embedders.0.transformer.", clip_l())
        found |= under("conditioner.embedders.1.model.", open_clip(32, 1280))
    if text == "refiner":
        found |= under("conditioner.embedders.0.model.", open_clip(32, 1280))
    return found
