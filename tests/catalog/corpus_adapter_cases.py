"""The corpus of ControlNets, adapters other than LoRAs, and embeddings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial

from corpus_case import Case, case_of
from corpus_dits import flux_diffusers, qwen, sd3_diffusers
from corpus_shapes import Shapes, expand, under
from corpus_unets import SD1, SD2, SDXL, UNet, diffusers, sgm

ONE, XL, SD3, FLUX = "stable_diffusion", "stable_diffusion_xl", "stable_diffusion_3", "flux"
Make = Callable[[], Shapes]


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _controls()
    yield from _transformer_controls()
    yield from _t2i_adapters()
    yield from _ip_adapters()
    yield from _embeddings()


HALF = ("up_blocks.", "conv_norm_out", "conv_out")
HINT = """
{0} 16*3*3*3 wb
{1} 320*256*3*3 wb
"""


def control_diffusers(unet: UNet, *, union: int = 0) -> Shapes:
    """Return a ControlNetModel: the first half of a UNet with the layers around it."""
    found = {name: shape for name, shape in diffusers(unet).items() if not name.startswith(HALF)}
    found |= expand(
        HINT.format("controlnet_cond_embedding.conv_in", "controlnet_cond_embedding.conv_out")
    )
    found |= expand("controlnet_down_blocks.{0..8} 320*320*1*1 wb")
    found |= expand("controlnet_mid_block 1280*1280*1*1 wb")
    if union:
        found |= {"task_embedding": (union, 320)}
        found |= expand("control_add_embedding.linear_1 1280*1536 wb")
    return found


def control_original(unet: UNet) -> Shapes:
    """Return a ControlNet as its authors publish it, without the prefix."""
    found = {
        name: shape for name, shape in sgm(unet).items()
        if name.startswith(("input_blocks.", "middle_block.", "time_embed.", "label_emb."))
    }  # fmt: skip
    found |= expand(HINT.format("input_hint_block.0", "input_hint_block.14"))
    return found | expand(
        "zero_convs.{0..11}.0 320*320*1*1 wb\nmiddle_block_out.0 1280*1280*1*1 wb"
    )


def _controls() -> Iterator[Case]:
    mid = replace(SDXL, depths=(0, 0, 1), middle=1)
    small = replace(SDXL, depths=(0, 0, 0), middle=0)
    rows: tuple[tuple[str, UNet, str, str, str], ...] = (
        ("sd1", SD1, ONE, "1.x", ""), ("sd2", SD2, ONE, "2.x", ""), ("sdxl", SDXL, XL, "", ""),
        ("sdxl-mid", mid, XL, "", "mid"), ("sdxl-small", small, XL, "", "small"),
    )  # fmt: skip
    for name, unet, family, variant, size in rows:
        expect = {"family": family, "base_variant": variant, "variant": size, "bases": (family,)}
        yield case_of(f"controlnet/{name}/diffusion_pytorch_model",
                    partial(control_diffusers, unet), "control", **expect)  # fmt: skip
        if size:
            continue
        for label, prefix in (("original", "control_model."), ("bare", "")):
            yield case_of(
                f"controlnet/control_{name}_canny-{label}",
                lambda unet=unet, prefix=prefix: under(prefix, control_original(unet)),
                "control",
                **expect,
            )
    for name, types in (("union", 6), ("promax", 8)):
        yield case_of(f"controlnet/{name}-sdxl", partial(control_diffusers, SDXL, union=types),
                    "control", family=XL, variant="union", modes=types)  # fmt: skip
    yield case_of("controlnet/control_v11e_sd15_shuffle", partial(control_diffusers, SD1),
    "control",
                family=ONE, base_variant="1.x")  # fmt: skip
    yield case_of(
        "controlnet/difference",
        lambda: {**under("control_model.", control_original(SD1)), "difference": ()},
        "unusable", says="differences",
    )  # fmt: skip
    yield case_of("controlnet/control-lora-canny-rank128", lambda: expand(
        "lora_controlnet -\ninput_hint_block.0 16*3*3*3 wb\n"
        "input_blocks.{4,5}.1.proj_in.{up,down} 640*128"
    ), "unusable", says="control LoRA")  # fmt: skip
    yield case_of("controlnet/kohya_controllllite_xl_canny", lambda: expand(
        "lllite_unet_input_blocks_4_1_transformer_blocks_{0,1}_attn1_to_k.{down,mid,up}.0 32*64 wb"
    ), "unusable", says="LLLite", bases=(XL,))  # fmt: skip
    yield case_of("controlnet/anima-lllite", lambda: expand(
        "lllite_conditioning1.0 32*3*4*4 wb\nlllite_dit_blocks_{0..3}.down.0 32*64 wb"
    ), "unusable", says="LLLite")  # fmt: skip


def _transformer_controls() -> Iterator[Case]:
    blocks = "controlnet_blocks.{0..4} 3072*3072 wb"
    x = "controlnet_x_embedder 3072*64 wb"
    rows: tuple[tuple[str, Make, str, str, int], ...] = (
        ("flux-instantx-canny", lambda: flux_diffusers() | expand(f"{blocks}\n{x}"), FLUX, "", 0),
        ("flux-union-pro", lambda: flux_diffusers()
         | expand(f"{blocks}\n{x}\ncontrolnet_mode_embedder 10*3072 w"), FLUX, "union", 10),
        ("flux-inpainting-alimama", lambda: flux_diffusers()
         | expand(f"{blocks}\ncontrolnet_x_embedder 3072*68 wb"), FLUX, "inpainting", 0),
        ("flux-xlabs-canny", lambda: expand(
            "controlnet_blocks.{0,1} 3072*3072 wb\ndouble_blocks.{0,1}.img_attn.qkv 9216*3072 wb\n"
            "img_in 3072*64 wb\npos_embed_input 3072*64 wb\ninput_hint_block.{0,2} 16*16*3*3 wb"
        ), FLUX, "XLabs", 0),
        ("flux-mistoline", lambda: expand(
            "controlnet_blocks.{0..4}.linear 3072*3072 wb\n"
            "double_blocks.{0..4}.img_attn.qkv 9216*3072 wb"
        ), FLUX, "MistoLine", 0),
        ("qwen-instantx", lambda: qwen() | expand(f"{blocks}\n{x}"), "qwen_image", "", 0),
        ("qwen-inpainting", lambda: qwen()
         | expand(f"{blocks}\ncontrolnet_x_embedder 3072*68 wb"), "qwen_image", "inpainting", 0),
        ("qwen-blockwise", lambda: expand(
            "control_img_in 3072*132 wb\n"
            "control_blocks.{0..4}.proj 3072*3072 wb"), "qwen_image", "", 0),
        ("z-image-union-1", lambda: expand(
            "control_all_x_embedder.2-1 3840*64 wb\n"
            "control_layers.{0..5}.adaLN_modulation.0 15360*256 wb"
        ), "z_image", "1.x", 0),
        ("z-image-union-2", lambda: expand(
            "control_all_x_embedder.2-1 3840*132 wb\n"
            "control_layers.{0..14}.adaLN_modulation.0 15360*256 wb"
        ), "z_image", "2.x", 0),
    )  # fmt: skip
    for name, make, family, variant, modes in rows:
        yield case_of(f"controlnet/{name}", make, "control", family=family, variant=variant,
                    modes=modes, bases=(family,))  # fmt: skip
    for variant, width in (("3 medium", 1536), ("3.5 large", 2432)):
        yield case_of(
            f"controlnet/sd3-{width}",
            lambda variant=variant, width=width: sd3_diffusers(variant) | expand(
                f"pos_embed_input.proj {width}*16*2*2 wb\n"
                f"controlnet_blocks.{{0..5}} {width}*{width} wb"
            ),
            "control", family=SD3, base_variant=variant,
        )  # fmt: skip
    yield case_of("controlnet/sd3-inpainting", lambda: sd3_diffusers("3 medium") | expand(
        "pos_embed_input.proj 1536*17*2*2 wb\ncontrolnet_blocks.{0..5} 1536*1536 wb"
    ), "control", family=SD3, variant="inpainting")  # fmt: skip


def _t2i_adapters() -> Iterator[Case]:
    body = "{0}body.{{0..7}}.block1 320*320*3*3 wb\n{0}body.{{0..7}}.block2 320*320*1*1 wb\n"
    new = "{0}body.{{0..3}}.resnets.{{0,1}}.block1 320*320*3*3 wb\n"
    rows = (
        ("t2iadapter_canny_sd14v1", 64, ONE), ("t2iadapter_color_sd15", 192, ONE),
        ("t2i-adapter_xl_canny", 256, XL), ("t2i-adapter_xl_openpose", 768, XL),
    )  # fmt: skip
    for name, inputs, family in rows:
        for label, text, prefix in (("", body, ""), ("-diffusers", new, "adapter.")):
            yield case_of(
                f"t2i_adapter/{name}{label}",
                lambda text=text, prefix=prefix, inputs=inputs: expand(
                    text.format(prefix) + f"{prefix}conv_in 320*{inputs}*3*3 wb"
                ),
                "t2i adapter", family=family, variant="full", bases=(family,),
            )  # fmt: skip
    yield case_of("t2i_adapter/t2iadapter_color_light", lambda: expand(
        "body.0.in_conv 80*192*1*1 wb\nbody.{0..3}.resnets.{0..3}.block1 80*80*3*3 wb\n"
        "body.{0..3}.out_conv 320*80*1*1 wb"
    ), "t2i adapter", family=ONE, variant="light")  # fmt: skip


def _ip_adapters() -> Iterator[Case]:
    plain, plus = (
        "image_proj.proj {0}*{1} wb",
        "image_proj.latents 1*16*768\nimage_proj.proj_in 768*{1} wb",
    )
    face = "image_proj.proj.0 1280*{1} wb\nimage_proj.proj.3 {0} wb\nimage_proj.norm 1280 wb"
    rows = (
        ("ip-adapter_sd15", 768, plain, 1024, ONE, "basic", "clip_vision_h"),
        ("ip-adapter-plus_sd15", 768, plus, 1280, ONE, "plus", "clip_vision_h"),
        ("ip-adapter-full-face_sd15", 768, face, 1280, ONE, "full face", "clip_vision_h"),
        ("ip-adapter_sdxl", 2048, plain, 1280, XL, "basic", "clip_vision_g"),
        ("ip-adapter_sdxl_vit-h", 2048, plain, 1024, XL, "basic", "clip_vision_h"),
        ("ip-adapter-plus_sdxl_vit-h", 2048, plus, 1280, XL, "plus", "clip_vision_h"),
        ("ip-adapter-plus_sdxl_vit-g", 2048, plus, 1664, XL, "plus", "clip_vision_g"),
    )
    for name, context, text, inputs, family, variant, encoder in rows:
        yield case_of(
            f"ipadapter/{name}",
            lambda text=text, context=context, inputs=inputs: expand(
                text.format(context * 4, inputs)
                + f"\nip_adapter.{{1,3,5,7}}.{{to_k_ip,to_v_ip}} 320*{context} w"
            ),
            "ip adapter", family=family, variant=variant, missing=(encoder,), bases=(family,),
        )  # fmt: skip
    for name, more in (
        ("FaceID", "image_proj.proj.0 1024*512 wb\nimage_proj.proj.2 3072*1024 wb"),
        ("FaceID plus", "image_proj.perceiver_resampler.proj_in 768*1280 wb"),
    ):
        yield case_of(
            f"ipadapter/ip-adapter-{name.lower().replace(' ', '-')}_sd15",
            lambda more=more: expand(
                more + "\nimage_proj.norm 768 wb\nip_adapter.{1,3,5}.{to_k_ip,to_v_ip} 320*768 w\n"
                "ip_adapter.{0..5}.{to_q,to_k,to_v,to_out}_lora.{down,up} 128*320 w"
            ),
            "unusable", variant=name, says="InsightFace",
        )  # fmt: skip
    yield case_of("ipadapter/flux-ip-adapter", lambda: expand(
        "ip_adapter_proj_model.proj 16384*768 wb\n"
        "double_blocks.{0..18}.processor.ip_adapter_double_stream_k_proj 3072*4096 wb"
    ), "ip adapter", family="flux", missing=("clip_vision_l",), bases=("flux",))  # fmt: skip


def _embeddings() -> Iterator[Case]:
    rows: tuple[tuple[str, Shapes, str, tuple[str, ...], str], ...] = (
        ("easynegative", {"emb_params": (8, 768)}, ONE, (ONE,), "1.x"),
        ("sd2-style", {"emb_params": (4, 1024)}, ONE, (ONE,), "2.x"),
        ("cat-toy", {"<cat-toy>": (768,)}, ONE, (ONE,), "1.x"),
        ("ohwx", {"ohwx": (2, 768)}, ONE, (ONE,), "1.x"),
        ("negativeXL", {"clip_l": (8, 768), "clip_g": (8, 1280)}, XL, (XL,), ""),
        ("pivotal", {"text_encoders_0": (2, 768), "text_encoders_1": (2, 1280)}, XL, (XL,), ""),
        ("bare-1280", {"<x>": (1, 1280)}, XL, (XL,), ""),
        ("flux-word", {"clip_l": (2, 768), "t5xxl": (2, 4096)}, "", (FLUX, SD3), ""),
    )
    for name, shapes, family, bases, variant in rows:
        yield case_of(f"embeddings/{name}", partial(dict, shapes), "embedding", family=family,
                    bases=bases, base_variant=variant, dtypes="F32")  # fmt: skip
    yield case_of("loras/one-layer", lambda: {
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.lora_down.weight": (4,
        768),
        "lora_unet_mid_block_attentions_0_transformer_blocks_0_attn2_to_k.lora_up.weight": (1280,
        4),
    }, "lora", family=ONE)  # fmt: skip
