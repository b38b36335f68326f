"""Autoencoders under the names of Stability's code and of diffusers."""

from __future__ import annotations

from corpus_shapes import Shapes, expand

WIDTHS = (128, 256, 512, 512)


def ldm_vae(latent: int = 4, widths: tuple[int, ...] = WIDTHS, *, quant: bool = True) -> Shapes:
    """Return AutoencoderKL as in Stability's code."""
    last, top = widths[-1], len(widths) - 1
    found = expand(
        f"""
        encoder.conv_in {widths[0]}*3*3*3 wb
        encoder.norm_out {last} wb
        encoder.conv_out {latent * 2}*{last}*3*3 wb
        decoder.conv_in {last}*{latent}*3*3 wb
        decoder.norm_out {widths[0]} wb
        decoder.conv_out 3*{widths[0]}*3*3 wb
        """
    )
    if quant:
        found |= expand(
            f"quant_conv {latent * 2}*{latent * 2}*1*1 wb\npost_quant_conv {latent}*{latent}*1*1 wb"
        )
    width = widths[0]
    for level, channels in enumerate(widths):
        for layer in range(2):
            found |= _block(f"encoder.down.{level}.block.{layer}", width, channels)
            width = channels
        if level < top:
            found |= expand(f"encoder.down.{level}.downsample.conv {width}*{width}*3*3 wb")
    width = last
    for level in reversed(range(len(widths))):
        for layer in range(3):
            found |= _block(f"decoder.up.{level}.block.{layer}", width, widths[level])
            width = widths[level]
        if level:
            found |= expand(f"decoder.up.{level}.upsample.conv {width}*{width}*3*3 wb")
    for side in ("encoder", "decoder"):
        for name in ("block_1", "block_2"):
            found |= _block(f"{side}.mid.{name}", last, last)
        found |= expand(
            f"{side}.mid.attn_1.norm {last} wb\n"
            f"{side}.mid.attn_1.{{q,k,v,proj_out}} {last}*{last}*1*1 wb"
        )
    return found


def _block(name: str, inputs: int, outputs: int) -> Shapes:
    found = expand(
        f"""
        {name}.norm1 {inputs} wb
        {name}.conv1 {outputs}*{inputs}*3*3 wb
        {name}.norm2 {outputs} wb
        {name}.conv2 {outputs}*{outputs}*3*3 wb
        """
    )
    if inputs != outputs:
        found |= expand(f"{name}.nin_shortcut {outputs}*{inputs}*1*1 wb")
    return found
