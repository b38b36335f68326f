"""Transformers of picture families, under the names of their makers and of diffusers."""

from __future__ import annotations

from corpus_shapes import Shapes, expand


def flux(
    patch: int = 64, *, guidance: bool = True, double: int = 19, single: int = 38,
    end: str = "scale", text: int = 4096, pooled: bool = True,
) -> Shapes:  # fmt: skip
    """Return Flux.1 in the layout of Black Forest Labs."""
    blocks, singles = f"double_blocks.{{0..{double - 1}}}", f"single_blocks.{{0..{single - 1}}}"
    found = expand(
        f"""
        img_in 3072*{patch} wb
        txt_in 3072*{text} wb
        time_in.in_layer 3072*256 wb
        time_in.out_layer 3072*3072 wb
        {blocks}.{{img,txt}}_mod.lin 18432*3072 wb
        {blocks}.{{img,txt}}_attn.qkv 9216*3072 wb
        {blocks}.{{img,txt}}_attn.proj 3072*3072 wb
        {blocks}.{{img,txt}}_attn.norm.{{query_norm,key_norm}}.{end} 128
        {blocks}.{{img,txt}}_mlp.0 12288*3072 wb
        {blocks}.{{img,txt}}_mlp.2 3072*12288 wb
        {singles}.linear1 21504*3072 wb
        {singles}.linear2 3072*15360 wb
        {singles}.norm.{{query_norm,key_norm}}.{end} 128
        {singles}.modulation.lin 9216*3072 wb
        final_layer.linear 64*3072 wb
        final_layer.adaLN_modulation.1 6144*3072 wb
        """
    )
    if guidance:
        found |= expand("guidance_in.in_layer 3072*256 wb\nguidance_in.out_layer 3072*3072 wb")
    if pooled:
        found |= expand("vector_in.in_layer 3072*768 wb\nvector_in.out_layer 3072*3072 wb")
    return found


def flux_diffusers(patch: int = 64, *, guidance: bool = True) -> Shapes:
    """Return FluxTransformer2DModel."""
    found = _streams(3072, 19, 38) | expand(
        f"""
        x_embedder 3072*{patch} wb
        context_embedder 3072*4096 wb
        time_text_embed.timestep_embedder.linear_1 3072*256 wb
        time_text_embed.timestep_embedder.linear_2 3072*3072 wb
        time_text_embed.text_embedder.linear_1 3072*768 wb
        time_text_embed.text_embedder.linear_2 3072*3072 wb
        transformer_blocks.{{0..18}}.{{norm1,norm1_context}}.linear 18432*3072 wb
        single_transformer_blocks.{{0..37}}.norm.linear 9216*3072 wb
        norm_out.linear 6144*3072 wb
        proj_out 64*3072 wb
        """
    )
    if guidance:
        found |= expand(
            """
            time_text_embed.guidance_embedder.linear_1 3072*256 wb
            time_text_embed.guidance_embedder.linear_2 3072*3072 wb
            """
        )
    return found


def chroma_diffusers() -> Shapes:
    """Return ChromaTransformer2DModel."""
    return _streams(3072, 19, 38) | expand(
        """
        distilled_guidance_layer.in_proj 5120*64 wb
        distilled_guidance_layer.layers.{0..4}.{linear_1,linear_2} 5120*5120 wb
        distilled_guidance_layer.norms.{0..4} 5120 w
        distilled_guidance_layer.out_proj 3072*5120 wb
        context_embedder 3072*4096 wb
        x_embedder 3072*64 wb
        proj_out 64*3072 wb
        """
    )


def _streams(width: int, double: int, single: int) -> Shapes:
    blocks = f"transformer_blocks.{{0..{double - 1}}}"
    singles = f"single_transformer_blocks.{{0..{single - 1}}}"
    return expand(
        f"""
        {blocks}.attn.{{norm_q,norm_k,norm_added_q,norm_added_k}} 128 w
        {blocks}.attn.{{to_q,to_k,to_v,to_out.0,to_add_out}} {width}*{width} wb
        {blocks}.attn.{{add_q_proj,add_k_proj,add_v_proj}} {width}*{width} wb
        {blocks}.{{ff,ff_context}}.net.0.proj {width * 4}*{width} wb
        {blocks}.{{ff,ff_context}}.net.2 {width}*{width * 4} wb
        {singles}.proj_mlp {width * 4}*{width} wb
        {singles}.proj_out {width}*{width * 5} wb
        {singles}.attn.{{norm_q,norm_k}} 128 w
        {singles}.attn.{{to_q,to_k,to_v}} {width}*{width} wb
        """
    )


def chroma(*, pixels: bool = False) -> Shapes:
    """Return Chroma or, with ``pixels``, Radiance, in the makers' layout."""
    found = expand(
        """
        txt_in 3072*4096 wb
        distilled_guidance_layer.in_proj 5120*64 wb
        distilled_guidance_layer.layers.{0..4}.{in_layer,out_layer} 5120*5120 wb
        distilled_guidance_layer.norms.{0..4}.scale 5120
        distilled_guidance_layer.out_proj 3072*5120 wb
        double_blocks.{0..18}.{img,txt}_attn.qkv 9216*3072 wb
        double_blocks.{0..18}.{img,txt}_attn.proj 3072*3072 wb
        double_blocks.{0..18}.{img,txt}_attn.norm.{query_norm,key_norm}.scale 128
        double_blocks.{0..18}.{img,txt}_mlp.0 12288*3072 wb
        double_blocks.{0..18}.{img,txt}_mlp.2 3072*12288 wb
        single_blocks.{0..37}.linear1 21504*3072 wb
        single_blocks.{0..37}.linear2 3072*15360 wb
        single_blocks.{0..37}.norm.{query_norm,key_norm}.scale 128
        """
    )
    if pixels:
        found |= expand(
            """
            img_in_patch 3072*3*16*16 wb
            nerf_image_embedder.embedder.0 64*67 wb
            nerf_blocks.{0..3}.param_generator 49152*3072 wb
            nerf_blocks.{0..3}.norm.scale 64
            nerf_final_layer_conv.conv 3*64*3*3 wb
            """
        )
    else:
        found |= expand("img_in 3072*64 wb\nfinal_layer.linear 64*3072 wb")
    return found


FLUX_2 = {"dev": (6144, 15360, 8, 48), "klein 9B": (4096, 12288, 8, 24),
          "klein 4B": (3072, 7680, 5, 20)}  # fmt: skip
"""Variant -> hidden width, width of the text, double and single blocks."""


def flux_2(variant: str) -> Shapes:
    """Return Flux.2 in the layout of Black Forest Labs."""
    width, text, double, single = FLUX_2[variant]
    blocks, singles = f"double_blocks.{{0..{double - 1}}}", f"single_blocks.{{0..{single - 1}}}"
    found = expand(
        f"""
        img_in {width}*128 w
        txt_in {width}*{text} w
        time_in.in_layer {width}*256 w
        time_in.out_layer {width}*{width} w
        double_stream_modulation_{{img,txt}}.lin {width * 6}*{width} w
        single_stream_modulation.lin {width * 3}*{width} w
        {blocks}.{{img,txt}}_attn.qkv {width * 3}*{width} w
        {blocks}.{{img,txt}}_attn.proj {width}*{width} w
        {blocks}.{{img,txt}}_attn.norm.{{query_norm,key_norm}}.scale 128
        {blocks}.{{img,txt}}_mlp.0 {width * 6}*{width} w
        {blocks}.{{img,txt}}_mlp.2 {width}*{width * 3} w
        {singles}.linear1 {width * 9}*{width} w
        {singles}.linear2 {width}*{width * 4} w
        {singles}.norm.{{query_norm,key_norm}}.scale 128
        final_layer.linear 128*{width} w
        final_layer.adaLN_modulation.1 {width * 2}*{width} w
        """
    )
    if variant == "dev":
        found |= expand(
            f"guidance_in.in_layer {width}*256 w\nguidance_in.out_layer {width}*{width} w"
        )
    return found


def flux_2_diffusers(variant: str) -> Shapes:
    """Return Flux2Transformer2DModel."""
    width, text, double, single = FLUX_2[variant]
    blocks = f"transformer_blocks.{{0..{double - 1}}}"
    singles = f"single_transformer_blocks.{{0..{single - 1}}}"
    found = expand(
        f"""
        x_embedder {width}*128 w
        context_embedder {width}*{text} w
        time_guidance_embed.timestep_embedder.linear_1 {width}*256 w
        time_guidance_embed.timestep_embedder.linear_2 {width}*{width} w
        double_stream_modulation_{{img,txt}}.linear {width * 6}*{width} w
        single_stream_modulation.linear {width * 3}*{width} w
        {blocks}.attn.{{to_q,to_k,to_v,to_out.0,to_add_out}} {width}*{width} w
        {blocks}.attn.{{add_q_proj,add_k_proj,add_v_proj}} {width}*{width} w
        {blocks}.attn.{{norm_q,norm_k,norm_added_q,norm_added_k}} 128 w
        {blocks}.{{ff,ff_context}}.linear_in {width * 6}*{width} w
        {blocks}.{{ff,ff_context}}.linear_out {width}*{width * 3} w
        {singles}.attn.to_qkv_mlp_proj {width * 9}*{width} w
        {singles}.attn.{{norm_q,norm_k}} 128 w
        {singles}.attn.to_out {width}*{width * 4} w
        norm_out.linear {width * 2}*{width} w
        proj_out 128*{width} w
        """
    )
    if variant == "dev":
        found |= expand(
            f"""
            time_guidance_embed.guidance_embedder.linear_1 {width}*256 w
            time_guidance_embed.guidance_embedder.linear_2 {width}*{width} w
            """
        )
    return found


SD3 = {"3 medium": (24, 36864, 0), "3.5 medium": (24, 147456, 13), "3.5 large": (38, 36864, 0)}
"""Variant -> blocks, positions, and blocks with a second attention."""


def sd3(variant: str) -> Shapes:
    """Return MMDiT in the layout of Stability's code."""
    depth, positions, second = SD3[variant]
    width = depth * 64
    found = expand(
        f"""
        pos_embed 1*{positions}*{width}
        x_embedder.proj {width}*16*2*2 wb
        t_embedder.mlp.0 {width}*256 wb
        t_embedder.mlp.2 {width}*{width} wb
        y_embedder.mlp.0 {width}*2048 wb
        y_embedder.mlp.2 {width}*{width} wb
        context_embedder {width}*4096 wb
        joint_blocks.{{0..{depth - 1}}}.{{context_block,x_block}}.attn.qkv {width * 3}*{width} wb
        joint_blocks.{{0..{depth - 1}}}.x_block.attn.proj {width}*{width} wb
        joint_blocks.{{0..{depth - 1}}}.x_block.mlp.fc1 {width * 4}*{width} wb
        joint_blocks.{{0..{depth - 1}}}.x_block.mlp.fc2 {width}*{width * 4} wb
        joint_blocks.{{0..{depth - 2}}}.context_block.attn.proj {width}*{width} wb
        joint_blocks.{{0..{depth - 2}}}.context_block.mlp.fc1 {width * 4}*{width} wb
        joint_blocks.{{0..{depth - 2}}}.context_block.mlp.fc2 {width}*{width * 4} wb
        joint_blocks.{{0..{depth - 2}}}.context_block.adaLN_modulation.1 {width * 6}*{width} wb
        joint_blocks.{depth - 1}.context_block.adaLN_modulation.1 {width * 2}*{width} wb
        final_layer.linear 64*{width} wb
        final_layer.adaLN_modulation.1 {width * 2}*{width} wb
        """
    )
    for block in range(depth):
        rows = 9 if block < second else 6
        found |= expand(
            f"joint_blocks.{block}.x_block.adaLN_modulation.1 {width * rows}*{width} wb"
        )
    if variant != "3 medium":
        found |= expand(
            f"joint_blocks.{{0..{depth - 1}}}.{{context_block,x_block}}.attn.{{ln_q,ln_k}} 64 w"
        )
    if second:
        found |= expand(
            f"""
            joint_blocks.{{0..{second - 1}}}.x_block.attn2.qkv {width * 3}*{width} wb
            joint_blocks.{{0..{second - 1}}}.x_block.attn2.proj {width}*{width} wb
            joint_blocks.{{0..{second - 1}}}.x_block.attn2.{{ln_q,ln_k}} 64 w
            """
        )
    return found


def sd3_diffusers(variant: str) -> Shapes:
    """Return SD3Transformer2DModel."""
    depth, positions, second = SD3[variant]
    width, last = depth * 64, depth - 1
    blocks, most = f"transformer_blocks.{{0..{last}}}", f"transformer_blocks.{{0..{last - 1}}}"
    found = expand(
        f"""
        pos_embed.pos_embed 1*{positions}*{width}
        pos_embed.proj {width}*16*2*2 wb
        time_text_embed.timestep_embedder.linear_1 {width}*256 wb
        time_text_embed.timestep_embedder.linear_2 {width}*{width} wb
        time_text_embed.text_embedder.linear_1 {width}*2048 wb
        time_text_embed.text_embedder.linear_2 {width}*{width} wb
        context_embedder {width}*4096 wb
        {blocks}.attn.{{to_q,to_k,to_v,to_out.0}} {width}*{width} wb
        {blocks}.attn.{{add_q_proj,add_k_proj,add_v_proj}} {width}*{width} wb
        {blocks}.ff.net.0.proj {width * 4}*{width} wb
        {blocks}.ff.net.2 {width}*{width * 4} wb
        {most}.norm1_context.linear {width * 6}*{width} wb
        {most}.attn.to_add_out {width}*{width} wb
        {most}.ff_context.net.0.proj {width * 4}*{width} wb
        {most}.ff_context.net.2 {width}*{width * 4} wb
        transformer_blocks.{last}.norm1_context.linear {width * 2}*{width} wb
        norm_out.linear {width * 2}*{width} wb
        proj_out 64*{width} wb
        """
    )
    for block in range(depth):
        rows = 9 if block < second else 6
        found |= expand(f"transformer_blocks.{block}.norm1.linear {width * rows}*{width} wb")
    twice = f"transformer_blocks.{{0..{second - 1}}}"
    norms = "{norm_q,norm_k,norm_added_q,norm_added_k}"
    if variant != "3 medium":
        found |= expand(f"{blocks}.attn.{norms} 64 w")
    if second:
        found |= expand(
            f"""
            {twice}.attn2.{{to_q,to_k,to_v,to_out.0}} {width}*{width} wb
            {twice}.attn2.{{norm_q,norm_k}} 64 w
            """
        )
    return found


def qwen(blocks: int = 60) -> Shapes:
    """Return QwenImageTransformer2DModel, whose makers use the names of diffusers."""
    block = f"transformer_blocks.{{0..{blocks - 1}}}"
    return expand(
        f"""
        time_text_embed.timestep_embedder.linear_1 3072*256 wb
        time_text_embed.timestep_embedder.linear_2 3072*3072 wb
        txt_norm 3584 w
        img_in 3072*64 wb
        txt_in 3072*3584 wb
        {block}.{{img,txt}}_mod.1 18432*3072 wb
        {block}.attn.{{norm_q,norm_k,norm_added_q,norm_added_k}} 128 w
        {block}.attn.{{to_q,to_k,to_v,to_out.0,to_add_out}} 3072*3072 wb
        {block}.attn.{{add_q_proj,add_k_proj,add_v_proj}} 3072*3072 wb
        {block}.{{img,txt}}_mlp.net.0.proj 12288*3072 wb
        {block}.{{img,txt}}_mlp.net.2 3072*12288 wb
        norm_out.linear 6144*3072 wb
        proj_out 64*3072 wb
        """
    )
