"""The corpus of transformer families and of the systems in the manner of DALL-E 2."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from corpus_case import Case, every_form, halved, halved_types
from corpus_dits import (
    FLUX_2,
    SD3,
    chroma,
    chroma_diffusers,
    flux,
    flux_2,
    flux_2_diffusers,
    flux_diffusers,
    qwen,
    sd3,
    sd3_diffusers,
)
from corpus_more_dits import (
    amused,
    lumina_2,
    lumina_2_diffusers,
    pixart,
    pixart_diffusers,
    pixel_unet,
    prior,
    z_image,
)
from corpus_shapes import Shapes, expand, under
from corpus_unets import clip_l
from corpus_vaes import ldm_vae

NETWORK, MODEL = "network", "model"
FLUX_NEEDS = ("clip_l", "t5_xxl", "vae_flux")
Make = Callable[[], Shapes]


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _every_form()
    yield from _flux()
    yield from _named()
    yield from _complete()
    yield from _packed()
    yield from _image_embeddings()
    yield from _measured()


def _every_form() -> Iterator[Case]:
    rows: list[tuple[str, Make, Make | None, str, str, tuple[str, ...], str]] = [
        ("flux1-dev", flux, flux_diffusers, "flux", "dev", FLUX_NEEDS, "flux"),
        ("flux1-schnell", partial(flux, guidance=False), partial(flux_diffusers, guidance=False),
         "flux", "schnell", FLUX_NEEDS, "flux"),
        ("flux1-fill-dev", partial(flux, 384), partial(flux_diffusers, 384), "flux", "fill",
         FLUX_NEEDS, "flux"),
        ("chroma", chroma, chroma_diffusers, "chroma", "", ("t5_xxl", "vae_flux"), "flux"),
        ("qwen-image", qwen, qwen, "qwen_image", "text to image",
         ("qwen_2_5_vl_7b", "vae_qwen"), "qwen_image"),
        ("z_image_turbo", z_image, partial(z_image, diffusers=True), "z_image", "turbo",
         ("qwen_3_4b", "vae_flux"), "lumina2"),
        ("lumina_2", lumina_2, lumina_2_diffusers, "lumina_2", "", ("gemma_2_2b", "vae_flux"),
         "lumina2"),
        ("PixArt-Sigma", pixart, pixart_diffusers, "pixart", "sigma", ("t5_xxl", "vae_sdxl"), ""),
        ("PixArt-alpha", partial(pixart, 120, sizes=True), partial(pixart_diffusers, sizes=True),
         "pixart", "alpha", ("t5_xxl", "vae_sd"), ""),
    ]  # fmt: skip
    encoders = {"dev": "mistral_3", "klein 9B": "qwen_3_8b", "klein 4B": "qwen_3_4b"}
    for variant in FLUX_2:
        name = f"flux-2-{variant.lower().replace(' ', '-')}"
        needs = (encoders[variant], "vae_flux_2")
        rows.append((name, partial(flux_2, variant), partial(flux_2_diffusers, variant),
                     "flux_2", variant, needs, "flux"))  # fmt: skip
    for variant in SD3:
        needs = ("clip_l", "clip_g", "t5_xxl", "vae_sd3")
        rows.append((f"sd{variant.replace(' ', '_')}", partial(sd3, variant),
                     partial(sd3_diffusers, variant), "stable_diffusion_3", variant, needs,
                     "sd3"))  # fmt: skip
    for name, original, diffusers, family, variant, needs, architecture in rows:
        expect = {"kind": NETWORK, "family": family, "variant": variant, "missing": needs}
        yield from every_form(name, original, expect, diffusers, architecture)


def _one(
    name: str, shapes: Make, family: str, variant: str, certainty: str = "certain", **more: Any
) -> Case:
    wanted = {"kind": NETWORK, "family": family, "variant": variant, "certainty": certainty}
    options = {key: more.pop(key) for key in ("dtypes", "data", "metadata", "form") if key in more}
    return Case(f"diffusion_models/{name}.safetensors", shapes, {**wanted, **more}, **options)


def _flux() -> Iterator[Case]:
    yield _one("flux1-depth-dev", partial(flux, 128), "flux", "depth", "probable")
    yield _one("flux1-canny-dev", partial(flux, 128), "flux", "canny", "probable")
    yield _one("flux-controlled", partial(flux, 128), "flux", "control")
    yield _one("Flex.2-preview", partial(flux, 196), "flux", "Flex.2")
    yield _one("flux1-newer-norms", partial(flux, end="weight"), "flux", "dev", "probable")
    yield _one("flux.1-lite-8B", partial(flux, double=8), "flux", "lite")
    yield _one("flux1-dev-kontext_fp8_scaled", flux, "flux", "kontext", "probable")
    yield _one("flux1-krea-dev", flux, "flux", "krea", "probable")
    yield _one("fluxKontextMerge_v2", flux, "flux", "kontext", "probable")
    yield _one("jibMixFlux_v8", flux, "flux", "dev", "probable", traits=())
    yield _one("flux1-dev-turbo", flux, "flux", "dev", "probable", traits=("turbo",))
    yield Case(
        "style_models/flux1-redux-dev.safetensors",
        lambda: expand("redux_up 12288*1152 wb\nredux_down 4096*12288 wb"),
        {"kind": "ip adapter", "family": "flux", "variant": "Redux", "missing": ("siglip",)},
    )


def _named() -> Iterator[Case]:
    for variant, size in (("klein 4B", "4b"), ("klein 9B", "9b")):
        shapes = partial(flux_2, variant)
        yield _one(f"klein-{size}", shapes, "flux_2", variant, traits=("distilled",))
        yield _one(f"flux-2-klein-base-{size}", shapes, "flux_2", variant, traits=("base",))
    chromas = (
        ("Chroma1-HD", False, "", ("HD",)),
        ("chroma-unlocked-v48-flash", False, "", ("flash",)),
        ("Chroma1-Radiance-v0.2", True, "Radiance", ()),
    )
    for name, pixels, variant, traits in chromas:
        yield _one(name, partial(chroma, pixels=pixels), "chroma", variant, traits=traits)
    for name, variant in (
        ("Qwen_Image_Edit-Q8", "edit"),
        ("qwen_image_edit_2509_fp8", "edit 2509"),
        ("qwen-image-edit-2511", "edit 2511"),
        ("qwen_image_2512_bf16", "2512"),
    ):
        vision = ("qwen_vision",) if "edit" in variant else ()
        needs = ("qwen_2_5_vl_7b", *vision, "vae_qwen")
        yield _one(name, qwen, "qwen_image", variant, "probable", missing=needs)
    marks: tuple[tuple[str, Shapes, str], ...] = (
        ("some-edit", {"__index_timestep_zero__": (0,)}, "edit 2511"),
        ("qwen-layers", {"time_text_embed.addition_t_embedding.weight": (2, 3072)}, "layered"),
        ("qwen-image-new", {"txt_in.text_norm.weight": (3584,)}, "2.1"),
    )
    for name, mark, variant in marks:
        yield _one(name, lambda mark=mark: {**qwen(), **mark}, "qwen_image", variant)
    yield _one("z-image-base", z_image, "z_image", "base", "probable")
    yield _one("zImage_anything", z_image, "z_image", "turbo", "probable")
    yield _one("z-image-omni", partial(z_image, omni=True), "z_image", "omni")
    yield _one("PixArt-XL-2-512x512", partial(pixart, 120), "pixart", "alpha")
    yield _one("pixart-finetune", pixart_diffusers, "pixart", "sigma", "probable")
    yield _one("pixart-alpha-512", pixart_diffusers, "pixart", "alpha", "probable")
    yield _one("sd3.5_large_turbo", partial(sd3, "3.5 large"), "stable_diffusion_3", "3.5 large",
               traits=("turbo",))  # fmt: skip
    yield _one("amused-256", amused, "amused", "256", missing=("clip_l", "vqvae_amused"))
    yield _one("amused-512", partial(amused, large=True), "amused", "512")


def _complete() -> Iterator[Case]:
    """Checkpoints with everything inside, as ComfyUI saves them, and the split ones."""
    rows = (
        ("flux1-dev-fp8", flux, "flux", ("clip_l", "t5xxl"), 16, FLUX_NEEDS),
        ("sd3_medium_incl_clips_t5xxlfp8", partial(sd3, "3 medium"), "stable_diffusion_3",
         ("clip_l", "clip_g", "t5xxl"), 16, ("clip_l", "clip_g", "t5_xxl", "vae_sd3")),
        ("sd3_medium_incl_clips", partial(sd3, "3 medium"), "stable_diffusion_3",
         ("clip_l", "clip_g"), 16, ("clip_l", "clip_g", "vae_sd3")),
        ("z_image_turbo_aio", z_image, "z_image", ("qwen3_4b",), 16, ("qwen_3_4b", "vae_flux")),
        ("lumina_2_aio", lumina_2, "lumina_2", ("gemma2_2b",), 16, ("gemma_2_2b", "vae_flux")),
    )  # fmt: skip
    for name, shapes, family, encoders, latent, inside in rows:
        for vae in ("first_stage_model.", "vae."):

            def make(
                shapes: Make = shapes, encoders: tuple[str, ...] = encoders, latent: int = latent,
                vae: str = vae,
            ) -> Shapes:  # fmt: skip
                found = under("model.diffusion_model.", shapes())
                for encoder in encoders:
                    found |= under(f"text_encoders.{encoder}.transformer.", clip_l())
                return found | under(vae, ldm_vae(latent, quant=False))

            yield Case(
                f"checkpoints/{vae}{name}.safetensors",
                make,
                {"kind": MODEL, "family": family, "inside": inside},
                "BF16",
            )


def _packed() -> Iterator[Case]:
    """Weights that are stored two in a byte: the true widths must still decide."""
    for name, shapes, family, variant in (
        ("flux1-dev", flux, "flux", "dev"),
        ("flux1-fill", partial(flux, 384), "flux", "fill"),
        ("klein-9b", partial(flux_2, "klein 9B"), "flux_2", "klein 9B"),
        ("qwen-image", qwen, "qwen_image", "text to image"),
        ("z-image", z_image, "z_image", "turbo"),
    ):
        for kind, ours in (("nvfp4", "nvfp4"), ("convrot_w4a4", "w4a4"), ("awq_w4a16", "w4a16")):
            packed, data = halved(shapes(), kind)
            yield Case(
                f"packed/{name}-{kind}.safetensors",
                lambda packed=packed: packed,
                {"kind": "unusable", "family": family, "variant": variant, "precision": ours,
                 "says": "cannot read"},
                halved_types,
                data=data,
            )  # fmt: skip
    for name, end in (("svdq-int4-flux", "wscales"), ("svdq-fp4-qwen", "smooth_factor")):
        yield Case(
            f"packed/{name}.safetensors",
            lambda end=end: expand(
                f"""
                transformer_blocks.{{0..18}}.attn.to_qkv.qweight 9216*1536
                transformer_blocks.{{0..18}}.attn.to_qkv.{end} 9216*48
                x_embedder 3072*64 wb
                """
            ),
            {"kind": "unusable", "precision": "svdquant", "says": "Nunchaku"},
            lambda shapes: {key: "I8" if key.endswith("qweight") else "BF16" for key in shapes},
        )
    yield Case(
        "packed/flux-sdnq.safetensors",
        lambda: flux() | expand("double_blocks.{0..18}.img_attn.qkv.{scale,zero_point} 9216*1"),
        {"kind": "unusable", "family": "flux", "precision": "sdnq", "says": "SDNQ"},
    )
    noted = '{"layers": {"double_blocks.0.img_attn.qkv": {"format": "float8_e4m3fn"}}}'
    yield Case(
        "packed/flux-noted-in-metadata.safetensors",
        lambda: under("model.diffusion_model.", flux()),
        {"kind": NETWORK, "family": "flux", "precision": "F8_E4M3"},
        lambda shapes: {key: "F8_E4M3" if len(one) > 1 else "BF16" for key, one in shapes.items()},
        {"_quantization_metadata": noted},
    )
    yield Case(
        "packed/flux-int8-bnb.safetensors",
        lambda: flux_diffusers() | expand("transformer_blocks.{0..18}.attn.to_q.SCB 3072"),
        {"kind": NETWORK, "family": "flux", "precision": "int8", "scales": "SCB"},
    )


def _image_embeddings() -> Iterator[Case]:
    rows: tuple[tuple[str, Make, str, str, str], ...] = (
        ("karlo/prior", partial(prior, 768), "karlo", "prior", "probable"),
        ("kandinsky-2-2-prior/prior", partial(prior, 1280), "kandinsky_2_2", "prior", "certain"),
        ("IF-I-XL/unet", partial(pixel_unet, 3, 6, {"encoder_hid_proj.weight": (2816, 4096)}, 2816),
         "deepfloyd_if", "stage I", "certain"),
        ("IF-II-L/unet", partial(pixel_unet, 6, 6, {"encoder_hid_proj.weight": (2816, 4096)}, 2816),
         "deepfloyd_if", "stage II", "certain"),
        ("karlo/decoder", partial(pixel_unet, 3, 6, {}, 1536), "karlo", "decoder", "certain"),
        ("karlo/super_res_first", partial(pixel_unet, 6, 3, {}, 0), "karlo", "upscaler", "certain"),
    )  # fmt: skip
    for name, shapes, family, variant, certainty in rows:
        for dtype in ("F32", "F16"):
            yield Case(
                f"{name}/{dtype}/diffusion_pytorch_model.safetensors",
                shapes,
                {"kind": NETWORK, "family": family, "variant": variant, "certainty": certainty},
                dtype,
            )
    yield _one("karlo-prior-bare", partial(prior, 768, statistics=False), "karlo", "prior",
               "probable", missing=("clip_l", "decoder", "clip_statistics"))  # fmt: skip
    image = {
        "add_embedding.image_proj.weight": (1280, 1280),
        "encoder_hid_proj.image_embeds.weight": (24576, 1280),
    }
    for inputs, variant in ((4, "decoder"), (9, "inpainting"), (8, "hint")):
        yield _one(f"kandinsky-2-2-{variant}", partial(pixel_unet, inputs, 8, image, 768),
                   "kandinsky_2_2", variant, missing=("prior", "movq"))  # fmt: skip
    older = {**image, "add_embedding.text_proj.weight": (1280, 768)}
    yield Case(
        "diffusion_models/kandinsky-2-1.safetensors",
        partial(pixel_unet, 4, 8, older, 768),
        {"kind": "unusable", "family": "kandinsky_2_1", "says": "2.2"},
    )
    yield Case(
        "diffusion_models/kandinsky-2-1-prior.safetensors",
        partial(prior, 768),
        {"kind": "unusable", "family": "kandinsky_2_1", "says": "2.2"},
    )
    yield _one("karlo-text", lambda: expand(
        "learned_classifier_free_guidance_embeddings 768\n"
        "embedding_proj 1536*768 wb\nclip_image_embeddings_project_to_time_embeddings 1280*768 wb\n"
        "clip_extra_context_tokens_proj 6144*768 wb\nencoder_hidden_states_proj 1536*768 wb"
    ), "karlo", "text projection")  # fmt: skip


def _measured() -> Iterator[Case]:
    """Z-Image's one vector that says whether half precision is safe."""
    key = "layers.28.ffn_norm1.weight"
    for name, spread, overflows in (("wide", 0.6, True), ("calm", 0.2, False)):
        values = [1 + (spread if number % 2 else -spread) for number in range(3840)]
        data = b"".join(struct.pack("<f", value)[2:] for value in values)
        yield _one(f"z-image-{name}", z_image, "z_image", "turbo", "probable", dtypes="BF16",
                   data={key: data}, half_overflows=overflows)  # fmt: skip
    yield _one("z-image-unmeasured", z_image, "z_image", "turbo", "probable", half_overflows=True)
