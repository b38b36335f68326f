"""The corpus of UNet families: every row and trap of Stable Diffusion and its kin."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from corpus_case import Case, every_form
from corpus_shapes import Shapes
from corpus_unets import (
    KOALA,
    PREFIX,
    REFINER,
    SD1,
    SD2,
    SDXL,
    SSD_1B,
    UPSCALER,
    VEGA,
    UNet,
    checkpoint,
    diffusers,
    sgm,
)
from corpus_vaes import ldm_vae

SPREAD = f"{PREFIX}output_blocks.11.1.transformer_blocks.0.norm1.bias"
ONE, XL = "stable_diffusion", "stable_diffusion_xl"
NETWORK, MODEL = "network", "model"


def cases() -> Iterator[Case]:
    """Yield all of them."""
    yield from _networks()
    yield from _checkpoints()
    yield from _named()
    yield from _marked()
    yield from _elsewhere()


def _sgm(unet: UNet) -> Callable[[], Shapes]:
    return lambda: sgm(unet)


def _diffusers(unet: UNet) -> Callable[[], Shapes]:
    return lambda: diffusers(unet)


def _networks() -> Iterator[Case]:
    rows: tuple[tuple[str, UNet, str, str, str], ...] = (
        ("sd1", SD1, ONE, "1.x", "sd1"),
        ("sd1-inpainting", replace(SD1, inputs=9), ONE, "1.x inpainting", ""),
        ("sd1-instruct", replace(SD1, inputs=8), ONE, "1.x instruct", ""),
        ("sd1-small", replace(SD1, residuals=1, middle=0), ONE, "1.x small", ""),
        ("sd2", SD2, ONE, "2.x", ""),
        ("sd2-inpainting", replace(SD2, inputs=9), ONE, "2.x inpainting", ""),
        ("sd2-depth", replace(SD2, inputs=5), ONE, "2.x depth", ""),
        ("sdxl", SDXL, XL, "base", "sdxl"),
        ("sdxl-inpainting", replace(SDXL, inputs=9), XL, "inpainting", ""),
        ("sdxl-instruct", replace(SDXL, inputs=8), XL, "instruct", ""),
        ("refiner", REFINER, XL, "refiner", ""),
        ("ssd-1b", SSD_1B, XL, "SSD-1B", ""),
        ("vega", VEGA, XL, "Vega", ""),
        ("koala", KOALA, XL, "KOALA", ""),
    )
    for name, unet, family, variant, architecture in rows:
        expect = {"kind": NETWORK, "family": family, "variant": variant, "certainty": "certain"}
        yield from every_form(name, _sgm(unet), expect, _diffusers(unet), architecture)


def _whole(
    name: str, unet: UNet, text: str, expect: dict[str, Any], vae: Shapes | None = None, **more: Any
) -> Case:
    wanted = {"kind": MODEL, **expect}
    return Case(
        f"checkpoints/{name}.safetensors",
        lambda: checkpoint(unet, text, ldm_vae() if vae is None else vae),
        wanted,
        **more,
    )


def _checkpoints() -> Iterator[Case]:
    one = {"family": ONE, "variant": "1.x", "inside": ("clip_l", "vae_sd"), "missing": ()}
    yield _whole("dreamshaper_8", SD1, "1", {**one, "prediction_type": "epsilon"})
    yield _whole("v1-5-pruned", SD1, "1", one, dtypes="F32")
    yield _whole(
        "sd-v1-5-inpainting", replace(SD1, inputs=9), "1",
        {**one, "variant": "1.x inpainting"},
    )  # fmt: skip
    yield _whole(
        "instruct-pix2pix", replace(SD1, inputs=8), "1", {**one, "variant": "1.x instruct"}
    )
    two = {"family": ONE, "variant": "2.x", "inside": ("clip_h", "vae_sd"), "missing": ()}
    for name, spread, kind in (("v2-1_768", 0.2, "v_prediction"), ("v2-base", 0.04, "epsilon")):
        for dtype, letter in (("F16", "e"), ("F32", "f")):
            bias = [spread if number % 2 else -spread for number in range(320)]
            yield _whole(
                f"{name}-{dtype}", SD2, "2", {**two, "prediction_type": kind}, dtypes=dtype,
                data={SPREAD: struct.pack(f"<320{letter}", *bias)},
            )  # fmt: skip
    yield _whole(
        "512-depth-ema", replace(SD2, inputs=5), "2", {"family": ONE, "variant": "2.x depth"}
    )
    yield _whole(
        "x4-upscaler-ema", UPSCALER, "2",
        {"family": ONE, "variant": "x4 upscaler", "inside": ("clip_h", "vae_f4")},
        ldm_vae(4, (128, 256, 512)),
    )  # fmt: skip
    for variant, label in (("L", 1536), ("H", 2048)):
        yield _whole(
            f"sd21-unclip-{variant.lower()}", replace(SD2, label=label), "2",
            {"family": "stable_unclip", "variant": variant},
        )  # fmt: skip
    xl = {
        "family": XL, "variant": "base", "inside": ("clip_l", "clip_g", "vae_sdxl"), "missing": (),
    }  # fmt: skip
    yield _whole("sd_xl_base_1.0", SDXL, "xl", {**xl, "prediction_type": "epsilon"})
    yield _whole("sd_xl_base_1.0_fp32", SDXL, "xl", xl, dtypes="F32")
    yield _whole(
        "sd_xl_refiner_1.0", REFINER, "refiner", {"family": XL, "variant": "refiner", "missing": ()}
    )
    yield Case(
        "checkpoints/sdxl-without-text.safetensors",
        lambda: checkpoint(SDXL, "", ldm_vae()),
        {"kind": MODEL, "family": XL, "missing": ("clip_l", "clip_g")},
    )


def _named() -> Iterator[Case]:
    rows = (
        ("sd_xl_turbo_1.0_fp16", ("turbo",)),
        ("dreamshaperXL_lightningDPMSDE", ("lightning",)),
        ("Juggernaut_RunDiffusionPhoto2_Lightning_4Steps", ("lightning",)),
        ("sdxl_lightning_8step", ("lightning",)),
        ("Hyper-SDXL-8steps-merged", ("hyper",)),
        ("hyperrealismXL_v2", ()),
        ("dmd2_sdxl_4step_unet", ("dmd2",)),
        ("ponyDiffusionV6XL_v6StartWithThisOne", ("pony",)),
        ("Illustrious-XL-v1.0", ("illustrious",)),
        ("noobaiXLNAIXL_epsilonPred11Version", ("noobai",)),
        ("autismmixSDXL_autismmixConfetti", ("pony",)),
        ("ponyRealism_v22Lightning", ("lightning", "pony")),
    )
    for name, traits in rows:
        yield _whole(name, SDXL, "xl", {"family": XL, "variant": "base", "traits": traits})
    velocity = {"family": XL, "prediction_type": "v_prediction", "certainty": "certain"}
    yield _whole("noobaiXLNAIXL_vPred10Version", SDXL, "xl", velocity)
    yield _whole("NoobAI-XL-Vpred-v1.0", SDXL, "xl", velocity)
    yield _whole("some_v-pred_merge", SDXL, "xl", velocity)
    yield Case(
        "turbo-nvme/someXL.safetensors", _sgm(SDXL), {"kind": NETWORK, "family": XL, "traits": ()}
    )
    yield Case(
        "sdxl-turbo/diffusion_pytorch_model.fp16.safetensors",
        _diffusers(SDXL),
        {"kind": NETWORK, "family": XL, "traits": ("turbo",)},
    )


def _marked() -> Iterator[Case]:
    marks: tuple[tuple[str, Shapes, dict[str, Any]], ...] = (
        ("v", {"v_pred": (0,)}, {"prediction_type": "v_prediction", "zero_terminal_snr": False}),
        (
            "v-zero", {"v_pred": (), "ztsnr": ()},
            {"prediction_type": "v_prediction", "zero_terminal_snr": True},
        ),
        ("cosxl", {"edm_vpred.sigma_max": (), "edm_vpred.sigma_min": ()},
         {"prediction_type": "edm_v"}),
        ("playground", {"edm_mean": (1, 4, 1, 1), "edm_std": (1, 4, 1, 1)},
         {"prediction_type": "edm"}),
    )  # fmt: skip
    for name, more, expect in marks:
        for dtype in ("F16", "BF16"):
            yield Case(
                f"marked/{name}-{dtype}.safetensors",
                lambda more=more: {**checkpoint(SDXL, "xl", ldm_vae()), **more},
                {"kind": MODEL, "family": XL, **expect},
                dtype,
            )
    yield _whole(
        "metadata-says-v", SDXL, "xl", {"family": XL, "prediction_type": "v_prediction"},
        metadata={"modelspec.prediction_type": "v", "modelspec.license": "openrail",
                  "modelspec.resolution": "1024x1024"},
    )  # fmt: skip
    yield Case(
        "configured/merge.safetensors",
        lambda: checkpoint(SD1, "1", ldm_vae()),
        {"kind": MODEL, "family": ONE, "prediction_type": "v_prediction"},
        beside={"merge.yaml": 'model:\n  params:\n    parameterization: "v"\n'},
    )
    for unet, family in ((SD1, ONE), (SDXL, XL)):
        yield Case(
            f"lcm/{family}.safetensors",
            _diffusers(replace(unet, guidance=256)),
            {"kind": NETWORK, "family": family, "traits": ("lcm",)},
        )


def _elsewhere() -> Iterator[Case]:
    def video() -> Shapes:
        found = sgm(replace(SD2, inputs=8, label=768))
        for number in (1, 2, 4, 5):
            here = f"input_blocks.{number}.1.time_stack.0.attn1.to_q.weight"
            found[here] = (320, 320)
        return {f"{PREFIX}{name}": shape for name, shape in found.items()}

    yield Case("video/svd_xt.safetensors", video, {"kind": "unusable", "says": "videos"})
    yield Case(
        "diffusion_models/iclight_sd15_fc.safetensors",
        lambda: diffusers(replace(SD1, inputs=8)),
        {"kind": "unusable", "says": "IC-Light"},
    )
    yield Case(
        "depth/lotus-depth.safetensors",
        lambda: diffusers(replace(SD2, inputs=8, label=4, label_name="class_embedding")),
        {"kind": "unusable", "family": "lotus"},
    )
    yield Case(
        "checkpoints/zero123.safetensors",
        lambda: {**checkpoint(replace(SD1, inputs=8), "1", ldm_vae()),
                 "cc_projection.weight": (768, 772), "cc_projection.bias": (768,)},
        {"kind": "unusable", "family": "zero123"},
    )  # fmt: skip
