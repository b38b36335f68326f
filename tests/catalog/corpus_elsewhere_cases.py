"""The corpus of models that run elsewhere: each must be named, and never be taken for another."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from corpus_case import Case
from corpus_dits import flux
from corpus_more_dits import z_image
from corpus_shapes import Shapes, expand, under
from corpus_unets import SDXL, diffusers

ROWS: tuple[tuple[str, str, str], ...] = (
    ("anima", "cannot run yet", "llm_adapter.blocks.{0..5}.cross_attn.q_proj 1024*1024 w\n"
     "x_embedder.proj.1 2048*68 w"),
    ("cosmos", "videos", "x_embedder.proj.1 4096*72 w\nblocks.{0..7}.self_attn.q_proj 2048*2048 w"),
    ("wan", "videos", "head.modulation 1*2*5120\nblocks.{0..7}.cross_attn.q 5120*5120 wb\n"
     "patch_embedding 5120*16*1*2*2 wb"),
    ("ltx_video", "videos", "patchify_proj 2048*128 wb\n"
     "transformer_blocks.{0..7}.scale_shift_table 6*2048\n"
     "adaln_single.emb.timestep_embedder.linear_1 2048*256 wb"),
    ("ltx_video", "videos", "proj_in 2048*128 wb\ncaption_projection.linear_1 2048*4096 wb\n"
     "transformer_blocks.{0..7}.scale_shift_table 6*2048\n"
     "adaln_single.emb.timestep_embedder.linear_1 2048*256 wb"),
    ("hunyuan_video",
     "videos", "txt_in.individual_token_refiner.blocks.{0,1}.mlp.fc1 3072*3072 wb\n"
     "vector_in.in_layer 3072*768 wb\ndouble_blocks.{0..7}.img_attn_qkv 9216*3072 wb"),
    ("hunyuan_image", "cannot run yet",
     "txt_in.individual_token_refiner.blocks.{0,1}.mlp.fc1 3584*3584 wb\n"
     "double_blocks.{0..7}.img_attn_qkv 9216*3072 wb"),
    ("mochi", "videos", "t5_yproj 1536*4096 wb\nblocks.{0..7}.attn.qkv_x 9216*3072 w"),
    ("cogvideox", "videos", "patch_embed.text_proj 3072*4096 wb\npatch_embed.proj 3072*16*2*2 wb\n"
     "transformer_blocks.{0..7}.attn1.to_q 3072*3072 wb"),
    ("hidream", "cannot run yet", "caption_projection.{0..48}.linear 2560*4096 w"),
    ("omnigen_2", "cannot run yet", "ref_image_patch_embedder 2520*64 wb\n"
     "time_caption_embed.caption_embedder.1 2520*2048 wb\n"
     "noise_refiner.{0,1}.attn.norm_k 120 w"),
    ("aura_flow", "cannot run yet", "double_layers.{0..3}.attn.w1q 3072*3072 w\n"
     "positional_encoding 1*4096*3072\nregister_tokens 1*8*3072"),
    ("hunyuan_dit", "cannot run yet", "mlp_t5.0 8192*2048 wb\n"
     "blocks.{0..7}.attn1.Wqkv 4224*1408 wb"),
    ("kandinsky_5", "videos", "visual_transformer_blocks.{0..7}.cross_attention.key_norm 64 w"),
    ("sana", "cannot run yet", "t_block.1 13440*2240 wb\n"
     "blocks.{0..7}.cross_attn.kv_linear 4480*2240 wb\n"
     "blocks.{0..7}.mlp.inverted_conv.conv 11200*2240*1*1 wb\ny_embedder.y_embedding 300*2304"),
    ("stable_cascade", "cannot run yet", "clf.1 16*2048*1*1 wb\nclip_txt_mapper 2048*1280 wb\n"
     "down_blocks.{0,1}.{0..7}.channelwise.0 8192*2048 wb"),
    ("stable_cascade", "cannot run yet", "clf.1 4*320*1*1 wb\nclip_mapper 5120*1280 wb\n"
     "down_blocks.{0,1}.{0..7}.channelwise.0 2560*640 wb"),
    ("flux_3", "cannot run yet", "early_stream_modulations.{image,text}.lin 18432*6144 w\n"
     "img_in 6144*128 w\ndouble_blocks.{0..7}.img_attn.qkv 18432*6144 w"),
    ("krea_2", "cannot run yet", "txtfusion.projector 4096*4096 w\n"
     "blocks.{0..7}.attn.wq 4096*4096 w"),
    ("ideogram", "cannot run yet", "embed_image_indicator 2*4096 w\n"
     "layers.{0..7}.attn.qkv 4096*4096 w"),
    ("lens", "cannot run yet", "transformer_blocks.{0..7}.img_mlp.w1 12288*3072 w"),
    ("boogu", "cannot run yet", "double_stream_layers.{0..7}.img_instruct_attn.qkv 9216*3072 w"),
    ("mage_flow", "cannot run yet", "txt_norm 2560 w\nproj_out 128*3072 wb\n"
     "transformer_blocks.{0..7}.img_mod.1 18432*3072 wb"),
    ("newbie", "cannot run yet", "cap_embedder.1 2304*2560 wb\n"
     "clip_text_pooled_proj.1 1024*1024 wb\n"
     "noise_refiner.{0,1}.attention.k_norm 128 w"),
    ("stable_audio", "sound", "transformer.rotary_pos_emb.inv_freq 16\n"
     "transformer.layers.{0..7}.self_attn.to_qkv 4608*1536 w"),
)  # fmt: skip


ADDITIONS: tuple[tuple[str, str], ...] = (
    ("InstantID", "image_proj.latents 1*16*1280\nimage_proj.proj_in 1280*512 wb\n"
     "ip_adapter.{1,3,5}.{to_k_ip,to_v_ip} 640*2048 w"),
    ("PuLID", "pulid_encoder.latents 1*32*1024\npulid_ca.{0..3}.norm1 1024 wb"),
    ("PhotoMaker", "id_encoder.fuse_module.mlp1.fc1 2048*4096 wb\n"
     "lora_weights.unet.mid_block.attn1.to_q.lora.{up,down} 1280*64 w"),
    ("GLIGEN", "position_net.null_positive_feature 768\n"
     "input_blocks.{1,2}.1.transformer_blocks.0.fuser.linear 320*768 wb"),
    ("BrushNet", "brushnet_down_blocks.{0..11} 320*320*1*1 wb\nconv_in_condition 320*9*3*3 wb"),
    ("Fooocus inpaint head", "head 320*5*3*3"),
    ("AnimateDiff motion LoRA",
     "down_blocks.{0,1}.motion_modules.0.temporal_transformer.transformer_blocks.0."
     "attention_blocks.0.processor.to_q_lora.{down,up} 320*128 w"),
)  # fmt: skip


def cases() -> Iterator[Case]:
    """Yield all of them, with and without a prefix."""
    for number, (family, says, text) in enumerate(ROWS):
        for prefix in ("", "model.diffusion_model."):
            yield Case(
                f"elsewhere/{number}-{family}{'-prefixed' if prefix else ''}.safetensors",
                lambda text=text, prefix=prefix: under(prefix, expand(text)),
                {"kind": "unusable", "family": family, "says": says},
                "BF16",
            )
    for name, text in ADDITIONS:
        yield Case(
            f"elsewhere/{name}.safetensors",
            lambda text=text: expand(text),
            {"kind": "unusable", "variant": name, "says": name},
        )
    others: tuple[tuple[str, str, Shapes], ...] = (
        ("longcat_image", "cannot run yet", flux(text=3584, pooled=False)),
        ("ming", "cannot run yet",
         {name: shape for name, shape in z_image().items() if name != "cap_pad_token"}),
        ("pixel_dit", "cannot run yet", z_image() | expand("dec_net.cond_embed 3840*64 w")),
        ("kolors", "cannot run yet", {
            **diffusers(SDXL), "encoder_hid_proj.weight": (2048, 4096),
            "add_embedding.linear_1.weight": (1280, 5632),
        }),
        ("animatediff", "videos", expand(
            "down_blocks.{0..3}.motion_modules.{0,1}.temporal_transformer.proj_in 320*320 wb\n"
            "down_blocks.{0..3}.motion_modules.{0,1}.temporal_transformer.norm 320 wb"
        )),
    )  # fmt: skip
    for family, says, shapes in others:
        yield Case(
            f"elsewhere/{family}.safetensors",
            partial(dict, shapes),
            {"kind": "unusable", "family": family, "says": says},
        )
