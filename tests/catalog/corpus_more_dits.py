"""Transformers of one stream, and those with cross attention, under both kinds of names."""

from __future__ import annotations

from corpus_shapes import Shapes, expand


def z_image(*, diffusers: bool = False, omni: bool = False) -> Shapes:
    """Return Z-Image, whose makers' names are those of diffusers except in a few layers."""
    return _lumina(3840, 2560, 30, 256, 10240, diffusers=diffusers, keys=3840) | (
        expand("siglip_embedder.1 3840*1152 wb") if omni else {}
    )


def _lumina(
    width: int, caption: int, layers: int, time: int, inner: int, *, diffusers: bool, keys: int
) -> Shapes:
    context, noisy = "context_refiner.{0,1}", "noise_refiner.{0,1}"
    deep = f"layers.{{0..{layers - 1}}}"
    found = expand(
        f"""
        x_pad_token 1*{width}
        cap_pad_token 1*{width}
        t_embedder.mlp.0 1024*256 wb
        t_embedder.mlp.2 {time}*1024 wb
        cap_embedder.0 {caption} w
        cap_embedder.1 {width}*{caption} wb
        """
    )
    for block in (context, noisy, deep):
        found |= expand(
            f"""
            {block}.feed_forward.{{w1,w3}} {inner}*{width} w
            {block}.feed_forward.w2 {width}*{inner} w
            {block}.{{attention_norm1,attention_norm2,ffn_norm1,ffn_norm2}} {width} w
            """
        )
        if diffusers:
            found |= expand(
                f"""
                {block}.attention.{{norm_q,norm_k}} 128 w
                {block}.attention.{{to_q,to_k,to_v,to_out.0}} {width}*{width} w
                """
            )
        else:
            found |= expand(
                f"""
                {block}.attention.{{q_norm,k_norm}} 128 w
                {block}.attention.qkv {width + 2 * keys}*{width} w
                {block}.attention.out {width}*{width} w
                """
            )
        if block != context:
            # Lumina 2 has an activation before the layer.
            number = 0 if width == 3840 else 1
            found |= expand(f"{block}.adaLN_modulation.{number} {width * 4}*{time} wb")
    first, last = ("all_x_embedder.2-1", "all_final_layer.2-1") if diffusers else (
        "x_embedder", "final_layer"
    )  # fmt: skip
    return found | expand(
        f"""
        {first} {width}*64 wb
        {last}.linear 64*{width} wb
        {last}.adaLN_modulation.1 {width}*{time} wb
        """
    )


def lumina_2() -> Shapes:
    """Return Lumina 2 in its makers' layout."""
    found = _lumina(2304, 2304, 26, 1024, 9216, diffusers=False, keys=768)
    del found["x_pad_token"], found["cap_pad_token"]
    return found


def lumina_2_diffusers() -> Shapes:
    """Return Lumina2Transformer2DModel."""
    found = expand(
        """
        x_embedder 2304*64 wb
        time_caption_embed.timestep_embedder.linear_1 1024*256 wb
        time_caption_embed.timestep_embedder.linear_2 1024*1024 wb
        time_caption_embed.caption_embedder.0 2304 w
        time_caption_embed.caption_embedder.1 2304*2304 wb
        norm_out.linear_1 2304*1024 wb
        norm_out.linear_2 64*2304 wb
        """
    )
    for block in ("noise_refiner.{0,1}", "context_refiner.{0,1}", "layers.{0..25}"):
        found |= expand(
            f"""
            {block}.attn.{{norm_q,norm_k}} 96 w
            {block}.attn.{{to_q,to_out.0}} 2304*2304 w
            {block}.attn.{{to_k,to_v}} 768*2304 w
            {block}.feed_forward.{{linear_1,linear_3}} 9216*2304 w
            {block}.feed_forward.linear_2 2304*9216 w
            {block}.{{ffn_norm1,ffn_norm2,norm2}} 2304 w
            """
        )
        if block.startswith("context"):
            found |= expand(f"{block}.norm1 2304 w")
        else:
            found |= expand(f"{block}.norm1.linear 9216*1024 wb\n{block}.norm1.norm 2304 w")
    return found


def pixart(tokens: int = 300, *, sizes: bool = False) -> Shapes:
    """Return PixArt in its makers' layout."""
    found = expand(
        f"""
        pos_embed 1*4096*1152
        x_embedder.proj 1152*4*2*2 wb
        t_embedder.mlp.0 1152*256 wb
        t_embedder.mlp.2 1152*1152 wb
        t_block.1 6912*1152 wb
        y_embedder.y_embedding {tokens}*4096
        y_embedder.y_proj.fc1 1152*4096 wb
        y_embedder.y_proj.fc2 1152*1152 wb
        blocks.{{0..27}}.scale_shift_table 6*1152
        blocks.{{0..27}}.attn.qkv 3456*1152 wb
        blocks.{{0..27}}.attn.proj 1152*1152 wb
        blocks.{{0..27}}.cross_attn.q_linear 1152*1152 wb
        blocks.{{0..27}}.cross_attn.kv_linear 2304*1152 wb
        blocks.{{0..27}}.cross_attn.proj 1152*1152 wb
        blocks.{{0..27}}.mlp.fc1 4608*1152 wb
        blocks.{{0..27}}.mlp.fc2 1152*4608 wb
        final_layer.scale_shift_table 2*1152
        final_layer.linear 32*1152 wb
        """
    )
    if sizes:
        found |= expand(
            "{csize,ar}_embedder.mlp.0 384*256 wb\n{csize,ar}_embedder.mlp.2 384*384 wb"
        )
    return found


def pixart_diffusers(*, sizes: bool = False) -> Shapes:
    """Return PixArtTransformer2DModel with the text embeddings of T5-XXL."""
    found = expand(
        """
        scale_shift_table 2*1152
        pos_embed.proj 1152*4*2*2 wb
        transformer_blocks.{0..27}.scale_shift_table 6*1152
        transformer_blocks.{0..27}.{attn1,attn2}.{to_q,to_k,to_v,to_out.0} 1152*1152 wb
        transformer_blocks.{0..27}.ff.net.0.proj 4608*1152 wb
        transformer_blocks.{0..27}.ff.net.2 1152*4608 wb
        proj_out 32*1152 wb
        adaln_single.emb.timestep_embedder.linear_1 1152*256 wb
        adaln_single.emb.timestep_embedder.linear_2 1152*1152 wb
        adaln_single.linear 6912*1152 wb
        caption_projection.linear_1 1152*4096 wb
        caption_projection.linear_2 1152*1152 wb
        """
    )
    if sizes:
        found |= expand(
            """
            adaln_single.emb.{resolution,aspect_ratio}_embedder.linear_1 384*256 wb
            adaln_single.emb.{resolution,aspect_ratio}_embedder.linear_2 384*384 wb
            """
        )
    return found


def prior(width: int, *, statistics: bool = True) -> Shapes:
    """Return PriorTransformer for image embeddings of a width."""
    found = expand(
        f"""
        positional_embedding 1*81*2048
        prd_embedding 1*1*2048
        time_embedding.linear_1 2048*2048 wb
        time_embedding.linear_2 2048*2048 wb
        proj_in 2048*{width} wb
        embedding_proj 2048*{width} wb
        encoder_hidden_states_proj 2048*{width} wb
        transformer_blocks.{{0..19}}.{{norm1,norm3}} 2048 wb
        transformer_blocks.{{0..19}}.attn1.{{to_q,to_k,to_v,to_out.0}} 2048*2048 wb
        transformer_blocks.{{0..19}}.ff.net.0.proj 8192*2048 wb
        transformer_blocks.{{0..19}}.ff.net.2 2048*8192 wb
        norm_out 2048 wb
        proj_to_clip_embeddings {width}*2048 wb
        """
    )
    if statistics:
        found |= {"clip_mean": (1, width), "clip_std": (1, width)}
    return found


def pixel_unet(
    inputs: int, outputs: int, added: dict[str, tuple[int, ...]], columns: int
) -> Shapes:
    """Return the beginnings of a UNet of DeepFloyd, Karlo or Kandinsky, as diffusers names it."""
    attention = (
        f"down_blocks.{{1,2,3}}.attentions.{{0..2}}.{{add_k_proj,add_v_proj}} 640*{columns} wb"
    )
    found = expand(
        f"""
        conv_in 320*{inputs}*3*3 wb
        time_embedding.linear_1 1280*320 wb
        time_embedding.linear_2 1280*1280 wb
        down_blocks.{{0..3}}.resnets.{{0..2}}.norm1 320 wb
        down_blocks.{{0..3}}.resnets.{{0..2}}.conv1 320*320*3*3 wb
        mid_block.resnets.{{0,1}}.conv1 320*320*3*3 wb
        up_blocks.{{0..3}}.resnets.{{0..3}}.conv1 320*640*3*3 wb
        conv_norm_out 320 wb
        conv_out {outputs}*320*3*3 wb
        {attention if columns else "down_blocks.0.downsamplers.0.conv1 320*320*3*3 wb"}
        """
    )
    return found | added


def amused(*, large: bool = False) -> Shapes:
    """Return the main tensors of UVit2DModel."""
    found = expand(
        """
        encoder_proj 1024*768 w
        encoder_proj_layer_norm 1024 w
        embed.embeddings 8256*768 w
        embed.conv 768*768*1*1 w
        cond_embed.linear_1 1024*2816 w
        transformer_layers.{0..21}.{attn1,attn2}.{to_q,to_k,to_v,to_out.0} 1024*1024 w
        mlm_layer.conv1 768*768*1*1 w
        mlm_layer.conv2 8192*768*1*1 w
        """
    )
    if large:
        found |= expand("down_block.downsample.conv 768*768*2*2 wb")
    return found
