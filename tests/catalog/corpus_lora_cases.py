"""The corpus of LoRAs: every layout for every base, and the ones that peers mistook."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corpus_case import Case
from corpus_dits import flux, flux_2, flux_2_diffusers, flux_diffusers, qwen, sd3_diffusers
from corpus_loras import LAYOUTS, RANK, attention, kohya, loha, matrices, middle_diffusers, peft
from corpus_more_dits import lumina_2, pixart_diffusers, z_image
from corpus_shapes import Shapes, expand
from corpus_unets import SD1, SD2, SDXL, UNet, checkpoint, clip_l, diffusers, sgm
from corpus_vaes import ldm_vae

ONE, XL = "stable_diffusion", "stable_diffusion_xl"
Make = Callable[[], Shapes]


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _layouts()
    yield from _text()
    yield from _sliders()
    yield from _transformers()
    yield from _described()
    yield from _mistaken()


def _lora(
    name: str, make: Make, family: str, variant: str = "", certainty: str = "certain", **more: Any
) -> Case:
    wanted = {"kind": "lora", "family": family, "base_variant": variant, "certainty": certainty}
    options = {key: more.pop(key) for key in ("dtypes", "metadata") if key in more}
    return Case(f"loras/{name}.safetensors", make, {**wanted, **more}, **options)


def _layouts() -> Iterator[Case]:
    rows: tuple[tuple[str, UNet, str, str], ...] = (
        ("sd1", SD1, ONE, "1.x"), ("sd2", SD2, ONE, "2.x"), ("sdxl", SDXL, XL, ""),
    )  # fmt: skip
    for name, unet, family, variant in rows:
        for layout, write in LAYOUTS.items():
            yield _lora(
                f"{name}-{layout}",
                lambda unet=unet, write=write: write(attention(diffusers(unet))),
                family,
                variant,
            )
        yield _lora(
            f"{name}-kohya-stability",
            lambda unet=unet: kohya(attention(sgm(unet))),
            family,
            variant,
        )
        yield _lora(
            f"{name}-cross-attention-only",
            lambda unet=unet: peft(attention(diffusers(unet), ("attn2",))),
            family,
            variant,
        )


def _text() -> Iterator[Case]:
    layers = matrices(clip_l(), "self_attn", "mlp")
    yield _lora("sd1-text-only", lambda: kohya(layers, "lora_te_"), ONE, "1.x")
    for prefix in ("lora_te1_", "lora_te2_"):
        yield _lora(f"sdxl-{prefix}only", lambda prefix=prefix: kohya(layers, prefix), XL)
    yield Case(
        "loras/text-encoder-in-diffusers.safetensors",
        lambda: peft(layers, "text_encoder."),
        {"kind": "lora", "certainty": "ask", "bases": (ONE, XL)},
    )
    yield _lora(
        "text-encoder-with-metadata", lambda: peft(layers, "text_encoder."), XL, "", "probable",
        metadata={"ss_base_model_version": "sdxl_base_v1-0"},
    )  # fmt: skip
    yield _lora(
        "sdxl-onetrainer-with-word",
        lambda: {
            **kohya(attention(diffusers(SDXL))),
            "bundle_emb.ohwx.clip_l": (4, 768),
            "bundle_emb.ohwx.clip_g": (4, 1280),
        },
        XL,
    )


def _sliders() -> Iterator[Case]:
    """LoRAs of self attention have no layer whose width is that of the text embeddings."""

    def only(unet: UNet, *mentions: str) -> Shapes:
        layers = attention(diffusers(unet), ("attn1",))
        return kohya(
            {name: one for name, one in layers.items() if any(part in name for part in mentions)}
        )

    yield _lora("slider-xl", partial(only, SDXL, "attn1"), XL)
    yield _lora("slider-xl-up", partial(only, SDXL, "up_blocks.0.attentions"), XL)
    yield Case(
        "loras/slider-fine.safetensors",
        partial(only, SD1, "down_blocks.0."),
        {"kind": "lora", "certainty": "ask", "bases": (ONE,), "family": ONE},
    )
    yield Case(
        "loras/slider-middle.safetensors",
        partial(only, SD1, "mid_block"),
        {"kind": "lora", "certainty": "ask", "family": "", "bases": ()},
    )
    yield _lora(
        "slider-middle-with-metadata", partial(only, SD1, "mid_block"), ONE, "", "probable",
        metadata={"ss_base_model_version": "sd_v1"},
    )  # fmt: skip


def _transformers() -> Iterator[Case]:
    attn = ("attn.to_q", "attn.to_k", "attn.to_v", "attn.to_out")
    originals = ("img_attn.qkv", "img_attn.proj", "img_mlp", "txt_attn", "linear1", "linear2")
    plain = partial(peft, prefix="transformer.")
    own = partial(peft, prefix="diffusion_model.")
    yield _lora("flux-kohya", lambda: kohya(matrices(flux(), *originals)), "flux")
    yield _lora("flux-diffusers", lambda: plain(matrices(flux_diffusers(), *attn)), "flux")
    yield _lora("flux-ai-toolkit", lambda: own(matrices(flux(), *originals)), "flux")
    yield _lora("flux-onetrainer", lambda: kohya(matrices(flux_diffusers(), *attn),
                "lora_transformer_"), "flux")  # fmt: skip
    yield _lora("flux-xlabs", lambda: expand(
        f"double_blocks.{{0..18}}.processor.{{qkv,proj}}_lora1.down {RANK}*3072 w\n"
        f"double_blocks.{{0..18}}.processor.{{qkv,proj}}_lora1.up 3072*{RANK} w"
    ), "flux")  # fmt: skip
    yield _lora("flux-loha", lambda: loha(matrices(flux(), *originals)), "flux")
    yield _control()
    yield Case(
        "loras/klein-or-flux.safetensors",
        lambda: own(matrices(flux_2("klein 4B"), "img_attn.qkv", "img_attn.proj")),
        {"kind": "lora", "certainty": "ask", "bases": ("flux", "flux_2"), "family": ""},
    )
    klein = ("img_attn.qkv", "img_mlp.0", "linear1")
    for variant in ("klein 4B", "klein 9B", "dev"):
        name = variant.replace(" ", "-")
        yield _lora(f"flux2-{name}", lambda variant=variant: own(matrices(flux_2(variant), *klein)),
                    "flux_2", variant)  # fmt: skip
        yield _lora(
            f"flux2-{name}-diffusers",
            lambda variant=variant: plain(matrices(flux_2_diffusers(variant), *attn, "to_qkv_mlp")),
            "flux_2",
            variant,
        )
    yield _lora("qwen-diffusers", lambda: plain(matrices(qwen(), *attn)), "qwen_image")
    yield _lora("qwen-bare", lambda: peft(matrices(qwen(), *attn, "img_mlp"), ""), "qwen_image")
    yield _lora("Qwen-Image-Lightning-4steps", lambda: kohya(matrices(qwen(), *attn),
                "lora_unet_"), "qwen_image", traits=("lightning",))  # fmt: skip
    yield _lora("z-image-fused", lambda: own(matrices(z_image(), "attention")), "z_image")
    yield _lora("z-image-split", lambda: own(
        matrices(z_image(diffusers=True), "attention")), "z_image")  # fmt: skip
    yield _lora("z-image-kohya", lambda: kohya(matrices(z_image(), "attention")), "z_image")
    yield _lora("lumina", lambda: own(matrices(lumina_2(), "attention")), "lumina_2")
    for variant, name in (("3 medium", "sd3"), ("3.5 large", "sd35")):
        yield _lora(f"{name}-diffusers", lambda variant=variant: plain(
            matrices(sd3_diffusers(variant), *attn)), "stable_diffusion_3", variant)  # fmt: skip
    yield _lora("pixart", lambda: plain(attention(pixart_diffusers())), "pixart")
    yield _lora("krea-2", lambda: own(
        {"txtfusion.projector": (4096, 4096), "blocks.0.attn.wq": (4096, 4096)}
    ), "krea_2")  # fmt: skip
    yield _lora("wan", lambda: own(
        {f"blocks.{n}.self_attn.q": (5120, 5120) for n in range(40)}), "wan")  # fmt: skip
    yield _lora("chroma", lambda: own({
        "distilled_guidance_layer.in_proj": (5120, 64), "double_blocks.0.img_attn.qkv": (9216,
        3072),
    }), "chroma")  # fmt: skip


def _control() -> Case:
    layers = matrices(flux(128), "img_attn.qkv", "img_mlp", "linear1", "img_in")
    return Case(
        "loras/flux1-canny-dev-lora.safetensors",
        lambda: peft(layers, ""),
        {"kind": "lora", "family": "flux", "variant": "control", "certainty": "certain"},
    )


def _described() -> Iterator[Case]:
    tags = json.dumps({"10_ohwx": {"ohwx dog": 40, "outdoors": 12, "grass": 5}, "x": {"grass": 9}})
    about = {
        "ss_tag_frequency": tags, "ss_base_model_version": "sd_v1", "ss_output_name": "mydog",
        "ss_resolution": "(512, 768)", "modelspec.author": "Somebody",
        "modelspec.license": "CC-BY-4.0", "modelspec.thumbnail": "data:image/jpeg;base64,/9j/",
    }  # fmt: skip
    yield _lora(
        "described", lambda: kohya(attention(diffusers(SD1))), ONE, "1.x", metadata=about,
        trigger_words=("ohwx dog", "grass", "outdoors"), resolution=(512, 768), title="mydog",
        licence="CC-BY-4.0", thumbnail=True,
    )  # fmt: skip
    phrase = {"modelspec.trigger_phrase": "in the style of TOK", "ss_tag_frequency": tags,
              "modelspec.resolution": "1024x1024"}  # fmt: skip
    yield _lora(
        "with-phrase", lambda: kohya(attention(diffusers(SDXL))), XL, metadata=phrase,
        trigger_words=("in the style of TOK",), resolution=(1024, 1024),
    )  # fmt: skip
    stale = {"ss_base_model_version": "sdxl_base_v1-0", "ss_tag_frequency": "[broken"}
    yield _lora("stale-metadata", lambda: kohya(attention(diffusers(SD1))), ONE, "1.x",
                metadata=stale, trigger_words=())  # fmt: skip
    for name, trait in (("lcm-lora-sdv1-5", "lcm"), ("Hyper-SD15-8steps-CFG-lora", "hyper"),
                        ("sdxl_lightning_4step_lora", "lightning")):  # fmt: skip
        unet, family = (SDXL, XL) if "sdxl" in name else (SD1, ONE)
        yield _lora(name, lambda unet=unet: middle_diffusers(attention(diffusers(unet))), family,
                    "" if family == XL else "1.x", traits=(trait,))  # fmt: skip


def _mistaken() -> Iterator[Case]:
    def with_rests() -> Shapes:
        found = checkpoint(SD1, "1", ldm_vae())
        return {**found, **kohya({"down_blocks.0.attentions.0.proj_in": (320, 320)})}

    yield Case(
        "checkpoints/merge-with-a-few-lora-keys.safetensors",
        with_rests,
        {"kind": "model", "family": ONE, "variant": "1.x"},
    )

    def half() -> Shapes:
        found = kohya(attention(diffusers(SD1)))
        del found[next(name for name in found if name.endswith(".lora_up.weight"))]
        return found

    yield Case("loras/half.safetensors", half, {"kind": "unusable", "says": "incomplete"})
    kinds: tuple[tuple[str, str, Shapes], ...] = (
        ("oft", "OFT", {"lora_unet_mid_block_attentions_0_proj_in.oft_blocks": (8, 160, 160)}),
        ("boft", "BOFT", {"base_model.model.mid_block.boft_R.boft_blocks.default": (2, 8, 160, 160),
                          "base_model.model.mid_block.boft_s": (1280, 1)}),
        ("glora", "GLoRA", {"lora_unet_x.a1.weight": (8, 320), "lora_unet_x.a2.weight": (320, 8),
                            "lora_unet_x.b1.weight": (8, 320), "lora_unet_x.b2.weight": (320, 8)}),
        ("ia3", "IA3", {"lora_unet_x.weight": (320, 1), "lora_unet_x.on_input": ()}),
    )  # fmt: skip
    for name, kind, shapes in kinds:
        yield Case(
            f"loras/{name}.safetensors",
            partial(dict, shapes),
            {"kind": "unusable", "variant": kind, "says": kind},
        )
