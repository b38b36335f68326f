"""The corpus of the parts of models, previews and upscalers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial

from corpus_case import Case, case_of
from corpus_shapes import Shapes, expand, under
from corpus_unets import clip_l, open_clip
from corpus_vaes import ldm_vae

ONE, XL, SD3, FLUX = "stable_diffusion", "stable_diffusion_xl", "stable_diffusion_3", "flux"
Make = Callable[[], Shapes]


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _vaes()
    yield from _previews()
    yield from _text_encoders()
    yield from _image_encoders()
    yield from _upscalers()


def _vaes() -> Iterator[Case]:
    sd, f4 = ldm_vae(), ldm_vae(4, (128, 256, 512))
    sixteen = ldm_vae(16, quant=False)
    for prefix in ("", "first_stage_model."):
        tail = "-prefixed" if prefix else ""
        rows: tuple[tuple[str, Shapes, str, str, str], ...] = (
            ("vae-ft-mse-840000-ema-pruned", sd, ONE, "vae_sd", "probable"),
            ("kl-f8-anime2", sd, ONE, "vae_sd", "probable"),
            ("sdxl_vae", sd, XL, "vae_sdxl", "probable"),
            ("sdxl-vae-fp16-fix", sd, XL, "vae_sdxl", "probable"),
            ("ae", sixteen, FLUX, "vae_flux", "probable"),
            ("sd3_vae", sixteen, SD3, "vae_sd3", "probable"),
            ("x4", f4, ONE, "vae_f4", "certain"),
            ("flux2-vae", {**ldm_vae(32), "bn.running_mean": (128,), "bn.running_var": (128,)},
             "flux_2", "vae_flux_2", "certain"),
        )  # fmt: skip
        for name, shapes, family, part, certainty in rows:
            yield case_of(
                f"vae/{name}{tail}",
                lambda shapes=shapes, prefix=prefix: under(prefix, shapes),
                "vae", family=family, provides=(part,), certainty=certainty,
            )  # fmt: skip
    yield case_of("vae/unnamed", lambda: sd, "vae", family="", certainty="ask",
                provides=("vae_sd", "vae_sdxl"))  # fmt: skip
    yield case_of("vae/sixteen", lambda: sixteen, "vae", family="", certainty="ask",
                provides=("vae_flux", "vae_sd3"))  # fmt: skip
    scales = (
        (0.18215, ONE, sd),
        (0.13025, XL, sd),
        (1.5305, SD3, sixteen),
        (0.3611, FLUX, sixteen),
    )
    for scale, family, shapes in scales:
        yield case_of(
            f"configured-vae/{family}/diffusion_pytorch_model",
            partial(dict, shapes), "vae", family=family, certainty="certain",
            beside={"config.json": json.dumps({"scaling_factor": scale})},
        )  # fmt: skip
    wan = "decoder.middle.0.residual.0.gamma 384*1*1*1\ndecoder.conv1 384*{0}*3*3*3 wb\n" \
          "encoder.conv1 96*3*3*3*3 wb\nconv1 32*32*1*1*1 wb\nconv2 16*16*1*1*1 wb"  # fmt: skip
    yield case_of("vae/qwen_image_vae", lambda: expand(wan.format(16)), "vae", family="qwen_image",
                provides=("vae_qwen",))  # fmt: skip
    yield case_of("vae/wan2.2_vae", lambda: expand(wan.format(48)), "unusable", says="video")
    yield case_of("vae/qwen-diffusers", lambda: expand(
        "decoder.conv_in 384*16*3*3*3 wb\ndecoder.conv_out 3*96*3*3*3 wb\n"
        "encoder.conv_in 96*3*3*3*3 wb\nquant_conv 32*32*1*1*1 wb"
    ), "vae", family="qwen_image")  # fmt: skip
    yield case_of("vae/hunyuan-image", lambda: ldm_vae(64), "unusable", says="cannot run")
    yield case_of("vae/movq", lambda: expand(
        "quantize.embedding 16384*4 w\ndecoder.conv_in 512*4*3*3 wb\n"
        "decoder.conv_out 3*128*3*3 wb\n"
        "decoder.mid_block.attentions.0.spatial_norm.conv_y 512*4*1*1 wb"
    ), "vae", provides=("movq",))  # fmt: skip
    yield case_of("vae/amused-vqvae", lambda: expand(
        "quantize.embedding 8192*64 w\ndecoder.conv_in 768*64*3*3 wb\ndecoder.conv_out 3*128*3*3 wb"
    ), "vae", provides=("vqvae_amused",))  # fmt: skip


def _previews() -> Iterator[Case]:
    raw = "1 64*{0}*3*3 wb\n3.conv.{{0,2,4}} 64*64*3*3 wb\n18 3*64*3*3 wb"
    tiny = "decoder.layers.0 64*{0}*3*3 wb\nencoder.layers.0 64*3*3*3 wb\n"
    "encoder.layers.14 {0}*64*3*3 wb"
    merged = "taesd_decoder.1 64*{0}*3*3 wb\ntaesd_encoder.0 64*3*3*3 wb\nvae_scale -\nvae_shift -"
    for name, channels, family, bases in (
        ("taesd", 4, ONE, (ONE,)), ("taesdxl", 4, XL, (XL,)), ("taesd3", 16, SD3, (SD3,)),
        ("taef1", 16, FLUX, (FLUX,)), ("taef2", 32, "flux_2", ("flux_2",)),
        ("tiny", 16, "", (SD3, FLUX)),
    ):  # fmt: skip
        for label, text in (("_decoder", raw), ("", tiny), ("_merged", merged)):
            yield case_of(
                f"vae_approx/{name}{label}",
                lambda text=text, channels=channels: expand(text.format(channels)),
                "preview", family=family, bases=bases,
            )  # fmt: skip
    yield case_of("vae_approx/taesd_encoder", lambda: expand(
        "0 64*3*3*3 wb\n1.conv.{0,2,4} 64*64*3*3 wb\n14 4*64*3*3 wb"
    ), "preview", family=ONE)  # fmt: skip


def _llm(hidden: int, more: str = "", prefix: str = "model.") -> Make:
    block = f"{prefix}layers.{{0..3}}"
    text = f"""
        {prefix}embed_tokens 151936*{hidden} w
        {block}.self_attn.{{q_proj,o_proj}} {hidden}*{hidden} w
        {block}.self_attn.{{k_proj,v_proj}} 512*{hidden} w
        {block}.{{input_layernorm,post_attention_layernorm}} {hidden} w
        {block}.mlp.{{gate_proj,up_proj}} {hidden * 3}*{hidden} w
        {more.format(block=block, prefix=prefix)}
    """
    return lambda: expand("\n".join(line for line in text.splitlines() if line.strip()))


def t5(width: int, vocabulary: int = 32128) -> Shapes:
    """Return the encoder of T5."""
    return expand(
        f"""
        shared {vocabulary}*{width} w
        encoder.block.{{0..23}}.layer.0.SelfAttention.{{q,k,v,o}} {width}*{width} w
        encoder.block.{{0..23}}.layer.0.layer_norm {width} w
        encoder.block.{{0..23}}.layer.1.DenseReluDense.{{wi_0,wi_1}} {width * 5 // 2}*{width} w
        encoder.block.{{0..23}}.layer.1.DenseReluDense.wo {width}*{width * 5 // 2} w
        encoder.final_layer_norm {width} w
        """
    )


def _text_encoders() -> Iterator[Case]:
    normed = "{block}.self_attn.{{q_norm,k_norm}} 128 w"
    after = "{block}.{{pre,post}}_feedforward_layernorm 2304 w"
    both = normed + "\n" + after
    biased = "{block}.self_attn.k_proj.bias %d"
    rows: tuple[tuple[str, Make, tuple[str, ...]], ...] = (
        ("clip_l", clip_l, ("clip_l",)),
        ("clip_l-prefixed", lambda: under("clip_l.transformer.", clip_l()), ("clip_l",)),
        ("clip_l-transformers-5", lambda: {
            name.removeprefix("text_model."): one for name, one in clip_l().items()}, ("clip_l",)),
        ("clip_g", lambda: clip_l(32, 1280), ("clip_g",)),
        ("clip_g-open", lambda: open_clip(32, 1280), ("clip_g",)),
        ("clip_h-open", lambda: open_clip(24, 1024), ("clip_h",)),
        ("t5xxl_fp16", lambda: t5(4096), ("t5_xxl",)),
        ("t5xl", lambda: t5(2048), ("t5_xl",)),
        ("umt5_xxl", lambda: t5(4096, 256384), ("umt5_xxl",)),
        ("byt5_small", lambda: t5(1472, 384), ("byt5",)),
        ("gemma_2_2b", _llm(2304, after), ("gemma_2_2b",)),
        ("gemma_3_4b", _llm(2560, both), ("gemma_3_4b",)),
        ("gemma_3_12b", _llm(3840, both, "language_model.model."), ("gemma_3_12b",)),
        ("qwen_2.5_vl_3b", _llm(2048, biased % 256), ("qwen_2_5_vl_3b",)),
        ("qwen_2.5_vl_7b", _llm(3584, biased % 512 + "\n"
        "visual.blocks.{{0,1}}.attn.qkv 3840*1280 wb"),
         ("qwen_2_5_vl_7b", "qwen_vision")),
        ("qwen_2.5_vl_7b-text-only", _llm(3584, biased % 512), ("qwen_2_5_vl_7b",)),
        ("qwen_3_0.6b", _llm(1024, normed), ("qwen_3_0_6b",)),
        ("qwen_3_1.7b", _llm(2048, normed), ("qwen_3_1_7b",)),
        ("qwen_3_4b", _llm(2560, normed), ("qwen_3_4b",)),
        ("qwen_3_vl_4b", _llm(2560, normed + "\nmodel.visual.blocks.{{0,1}}.attn.qkv 3072*1024 wb",
                              "model.language_model."), ("qwen_3_vl_4b",)),
        ("qwen_3_8b", _llm(4096, normed), ("qwen_3_8b",)),
        ("mistral_3_small", _llm(5120), ("mistral_3",)),
        ("llama_3.1_8b", _llm(4096), ("llama_3_8b",)),
    )  # fmt: skip
    for name, make, provides in rows:
        yield case_of(f"text_encoders/{name}", make, "text encoder", provides=provides)
    yield case_of("text_encoders/t5xxl_fp8_e4m3fn", lambda: t5(4096), "text encoder",
                provides=("t5_xxl",), precision="F8_E4M3", dtypes="F8_E4M3")  # fmt: skip
    yield case_of("text_encoders/phi", _llm(3072), "unusable", says="no model of Lienzo")
    yield from _gguf_encoders()


def _gguf_encoders() -> Iterator[Case]:
    block = "token_embd 151936*{0} w\nblk.{{0..3}}.attn_q {0}*{0} w\nblk.{{0..3}}.attn_norm {0} w\n"
    rows = (
        ("Qwen3-4B-Q4_K_M", "qwen3", block.format(2560) + "blk.{0..3}.attn_q_norm 128 w",
        "qwen_3_4b"),
        ("Qwen3-8B-Q5_K", "qwen3", block.format(4096) + "blk.{0..3}.attn_q_norm 128 w",
        "qwen_3_8b"),
        ("Qwen2.5-VL-7B-Q8_0", "qwen2vl", block.format(3584) + "blk.{0..3}.attn_k.bias 512",
         "qwen_2_5_vl_7b"),
        ("Mistral-Small-3.2-Q4_K", "llama", block.format(5120), "mistral_3"),
        ("gemma-2-2b-Q6_K", "gemma2", block.format(2304) + "blk.{0..3}.post_ffw_norm 2304 w",
         "gemma_2_2b"),
        ("t5-v1_1-xxl-encoder-Q8_0", "t5encoder", "token_embd 32128*4096 w\n"
        "enc.output_norm 4096 w\n"
         "enc.blk.{0..3}.attn_q 4096*4096 w", "t5_xxl"),
        ("umt5-xxl-encoder-Q8_0", "t5encoder", "token_embd 256384*4096 w\nenc.output_norm 4096 w\n"
         "enc.blk.{0..3}.attn_q 4096*4096 w", "umt5_xxl"),
    )  # fmt: skip
    for name, architecture, text, part in rows:
        yield case_of(
            f"text_encoders/{name}", lambda text=text: expand(text), "text encoder",
            provides=(part,), form="gguf", suffix="gguf", dtypes="Q8_0",
            metadata={"general.architecture": architecture,
                      "tokenizer.ggml.tokens": [str(n) for n in range(5000)]},
        )  # fmt: skip
    yield case_of("text_encoders/Qwen2.5-VL-7B-mmproj-F16", lambda: expand(
        "v.blk.{0..3}.attn_q 1280*1280 wb\nmm.0 5120*5120 wb"
    ), "image encoder", provides=("qwen_vision",), form="gguf", suffix="gguf", dtypes="F16",
        metadata={"general.architecture": "clip",
        "clip.projector_type": "qwen2.5vl_merger"})  # fmt: skip


def _image_encoders() -> Iterator[Case]:
    for width, part in ((1024, "clip_vision_l"), (1280, "clip_vision_h"), (1664, "clip_vision_g")):
        yield case_of(
            f"clip_vision/{part}",
            lambda width=width: expand(
                f"vision_model.embeddings.class_embedding {width}\n"
                f"vision_model.embeddings.patch_embedding {width}*3*14*14 w\n"
                f"vision_model.encoder.layers.{{0..3}}.self_attn.q_proj {width}*{width} wb\n"
                f"visual_projection 1024*{width} w"
            ),
            "image encoder", provides=(part,),
        )  # fmt: skip
        yield case_of(
            f"clip_vision/open-{part}",
            lambda width=width: expand(
                f"visual.class_embedding {width}\nvisual.proj {width}*1024\n"
                f"visual.transformer.resblocks.{{0..3}}.attn.in_proj_weight {width * 3}*{width}"
            ),
            "image encoder", provides=(part,),
        )  # fmt: skip
    yield case_of("clip_vision/sigclip_vision_patch14_384", lambda: expand(
        "vision_model.embeddings.patch_embedding 1152*3*14*14 wb\n"
        "vision_model.head.probe 1*1*1152\n"
        "vision_model.encoder.layers.{0..3}.self_attn.q_proj 1152*1152 wb"
    ), "image encoder", provides=("siglip",))  # fmt: skip


def _upscalers() -> Iterator[Case]:
    rows = (
        ("RealESRGAN_x4plus", "ESRGAN", "conv_first 64*3*3*3 wb\nconv_last 3*64*3*3 wb\n"
         "body.{0..22}.rdb{1..3}.conv{1..5} 32*64*3*3 wb"),
        ("4x-UltraSharp", "ESRGAN", "model.0 64*3*3*3 wb\n"
         "model.1.sub.{0..22}.RDB{1..3}.conv{1..5}.0 32*64*3*3 wb"),
        ("realesr-general-x4v3", "Compact", "body.{0..66} 64*64*3*3 wb"),
        ("HAT_SRx4", "HAT", "conv_first 180*3*3*3 wb\n"
         "layers.{0..5}.residual_group.overlap_attn.qkv 540*180 wb"),
        ("SwinIR_4x", "SwinIR", "conv_first 180*3*3*3 wb\n"
         "layers.{0..5}.residual_group.blocks.{0..5}.attn.qkv 540*180 wb"),
        ("4xNomos_dat2", "DAT", "conv_first 180*3*3*3 wb\n"
        "layers.{0..5}.blocks.{0..5}.attn.qkv 540*180 wb"),
        ("CodeFormer", "CodeFormer", "position_emb 256*512\nfeat_emb 512*256 wb\n"
         "ft_layers.{0..8}.linear1 1024*512 wb"),
        ("big-lama", "LaMa", "model.model.1.bn_l.running_mean 64\n"
        "model.model.1.ffc.convl2l 64*3*7*7 w"),
        ("SCUNet", "SCUNet", "m_head.0 64*3*3*3 w\nm_tail.0 3*64*3*3 w"),
    )  # fmt: skip
    for name, variant, text in rows:
        yield case_of(f"upscale_models/{name}", lambda text=text: expand(text), "upscaler",
                    variant=variant)  # fmt: skip
