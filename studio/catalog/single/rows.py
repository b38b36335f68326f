"""The families whose models may be single files: their networks and shipped configurations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from studio.catalog.recognise.finding import Finding, Refusal, refusal

Changes = Mapping[str, Mapping[str, Any]]
CLIP, T5, QWEN = "clip-tokenizer", "t5-tokenizer", "qwen-tokenizer"
OWN = ""
"""In place of the id of an asset: the vocabulary that comes with the text encoder."""
MAIN = ""
"""In place of the id of a part: the main network of the file."""


@dataclass(frozen=True, slots=True)
class SingleRow:
    """How the single files of a family become models.

    ``folder(finding)`` is the name of its folder in resources/model_configs, ``parts(finding)`` the
    id of the part that each network is, by its folder in diffusers layout. ``tokenizers`` are ids
    of assets by folder. ``changes(finding)`` are the entries of configurations that differ from the
    shipped ones beside those that the shapes decide; those of "lienzo.json" are the model's
    defaults, see ``ModelFolder.extra``, those of "model_index.json" entries of its index.
    ``optional`` are the networks that a model may lack, with
    their tokenizers; ``pipelines`` the classes of variants that have another than the shipped
    index, and ``refused`` the variants that cannot run.
    """

    folder: Callable[[Finding], str]
    parts: Callable[[Finding], Mapping[str, str]]
    tokenizers: Mapping[str, str]
    changes: Callable[[Finding], Changes]
    optional: Mapping[str, str] = field(default_factory=dict)
    pipelines: Mapping[str, str] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()


EXTRA, INDEX = "lienzo.json", "model_index.json"
LARGE = 96
"""Edge of the latents at which the 2.x models of velocity were trained, 768 pixels."""

FEW_STEPS: Mapping[str, Mapping[str, Any]] = {
    "lcm": {"steps": 6, "cfg_scale": 1.0, "sampler": "lcm", "schedule": "normal"},
    "lightning": {"steps": 6, "cfg_scale": 1.0, "sampler": "euler", "schedule": "sgm_uniform"},
    "turbo": {"steps": 6, "cfg_scale": 1.0, "sampler": "euler_a", "schedule": "sgm_uniform"},
    "hyper": {"steps": 8, "cfg_scale": 1.0, "sampler": "tcd", "schedule": "normal"},
    "dmd2": {"steps": 6, "cfg_scale": 1.0, "sampler": "lcm", "schedule": "normal"},
}
"""Settings of distilled models by their trait, see ``stable_diffusion_xl.FEW_STEPS``."""
SCHEDULERS: Mapping[str, str] = {
    "lcm": "LCMScheduler",
    "lightning": "EulerDiscreteScheduler",
    "turbo": "EulerAncestralDiscreteScheduler",
    "hyper": "TCDScheduler",
    "dmd2": "LCMScheduler",
}
EDM = ("edm", "edm_v")


def _unet_changes(finding: Finding) -> dict[str, dict[str, Any]]:
    """Return what the prediction type and the traits change in the scheduler and the defaults."""
    scheduler: dict[str, Any] = {"prediction_type": finding.prediction_type or "epsilon"}
    found: dict[str, dict[str, Any]] = {"scheduler": scheduler}
    if finding.prediction_type in EDM:
        scheduler["_class_name"] = "EDMEulerScheduler"
    if finding.zero_terminal_snr:
        scheduler |= {"rescale_betas_zero_snr": True, "timestep_spacing": "trailing"}
    distilled = next((one for one in finding.traits if one in FEW_STEPS), "")
    if distilled:
        scheduler |= {"_class_name": SCHEDULERS[distilled], "timestep_spacing": "trailing"}
        found[EXTRA] = {"defaults": FEW_STEPS[distilled]}
    return found


def _sd_folder(finding: Finding) -> str:
    return "sd-2" if finding.variant.startswith("2.x") else "sd-1"


def _sd_parts(finding: Finding) -> Mapping[str, str]:
    encoder = "clip_h" if _sd_folder(finding) == "sd-2" else "clip_l"
    return {"unet": MAIN, "vae": "vae_sd", "text_encoder": encoder}


def _sd_changes(finding: Finding) -> Changes:
    found = _unet_changes(finding)
    if _sd_folder(finding) == "sd-2" and finding.prediction_type == "v_prediction":
        found["unet"] = {"sample_size": LARGE}
    return found


def _xl_folder(finding: Finding) -> str:
    return "sdxl"


def _xl_parts(finding: Finding) -> Mapping[str, str]:
    parts = {"unet": MAIN, "vae": "vae_sdxl", "text_encoder_2": "clip_g"}
    return parts if finding.variant == "refiner" else {**parts, "text_encoder": "clip_l"}


def _sd3_parts(finding: Finding) -> Mapping[str, str]:
    return {
        "transformer": MAIN,
        "vae": "vae_sd3",
        "text_encoder": "clip_l",
        "text_encoder_2": "clip_g",
        "text_encoder_3": "t5_xxl",
    }


def _flux_parts(finding: Finding) -> Mapping[str, str]:
    return {
        "transformer": MAIN,
        "vae": "vae_flux",
        "text_encoder": "clip_l",
        "text_encoder_2": "t5_xxl",
    }


def _flux_changes(finding: Finding) -> Changes:
    if finding.variant != "schnell":
        return {EXTRA: {"variant": finding.variant}}
    return {"scheduler": {"use_dynamic_shifting": False, "shift": 1.0}}


def _t5_parts(finding: Finding) -> Mapping[str, str]:
    return {"transformer": MAIN, "vae": "vae_flux", "text_encoder": "t5_xxl"}


def _flux_2_parts(finding: Finding) -> Mapping[str, str]:
    encoder = "qwen_3_8b" if finding.variant == "klein 9B" else "qwen_3_4b"
    return {"transformer": MAIN, "vae": "vae_flux_2", "text_encoder": encoder}


def _flux_2_changes(finding: Finding) -> Changes:
    return {INDEX: {"is_distilled": "base" not in finding.traits}}


def _z_image_changes(finding: Finding) -> Changes:
    return {"scheduler": {"shift": 6.0}} if finding.variant == "base" else {}


def _pixart_parts(finding: Finding) -> Mapping[str, str]:
    vae = "vae_sd" if finding.variant == "alpha" else "vae_sdxl"
    return {"transformer": MAIN, "vae": vae, "text_encoder": "t5_xxl"}


def _pixart_changes(finding: Finding) -> Changes:
    return {"vae": {"scaling_factor": 0.18215}} if finding.variant == "alpha" else {}


def _qwen_folder(finding: Finding) -> str:
    return "qwen-image-edit" if finding.variant.startswith("edit") else "qwen-image"


def _qwen_parts(finding: Finding) -> Mapping[str, str]:
    """Return the parts; the editing models look at the picture with the encoder's vision part."""
    encoder = "qwen_vision" if finding.variant.startswith("edit") else "qwen_2_5_vl_7b"
    return {"transformer": MAIN, "vae": "vae_qwen", "text_encoder": encoder}


def _qwen_changes(finding: Finding) -> Changes:
    # The pictures beside the latents have the time zero in this edition.
    return {"transformer": {"zero_cond_t": True}} if finding.variant == "edit 2511" else {}


ROWS: Mapping[str, SingleRow] = {
    "stable_diffusion": SingleRow(_sd_folder, _sd_parts, {"tokenizer": CLIP}, _sd_changes),
    "stable_diffusion_xl": SingleRow(
        _xl_folder, _xl_parts, {"tokenizer": CLIP, "tokenizer_2": CLIP}, _unet_changes
    ),
    "stable_diffusion_3": SingleRow(
        lambda finding: "sd-3",
        _sd3_parts,
        {"tokenizer": CLIP, "tokenizer_2": CLIP, "tokenizer_3": T5},
        lambda finding: {},
        optional={"text_encoder_3": "tokenizer_3"},
    ),
    "flux": SingleRow(
        lambda finding: "flux",
        _flux_parts,
        {"tokenizer": CLIP, "tokenizer_2": T5},
        _flux_changes,
        pipelines={
            "fill": "FluxFillPipeline",
            "kontext": "FluxKontextPipeline",
            **dict.fromkeys(("control", "depth", "canny"), "FluxControlPipeline"),
        },
        refused=frozenset({"Flex.2"}),
    ),
    "chroma": SingleRow(
        lambda finding: "chroma",
        _t5_parts,
        {"tokenizer": T5},
        lambda finding: {},
        refused=frozenset({"Radiance"}),
    ),
    "flux_2": SingleRow(
        lambda finding: "flux-2",
        _flux_2_parts,
        {"tokenizer": QWEN},
        _flux_2_changes,
        refused=frozenset({"dev"}),
    ),
    "z_image": SingleRow(
        lambda finding: "z-image",
        lambda finding: {"transformer": MAIN, "vae": "vae_flux", "text_encoder": "qwen_3_4b"},
        {"tokenizer": QWEN},
        _z_image_changes,
        refused=frozenset({"omni"}),
    ),
    "qwen_image": SingleRow(
        _qwen_folder,
        _qwen_parts,
        {"tokenizer": QWEN},
        _qwen_changes,
        pipelines={
            "edit 2509": "QwenImageEditPlusPipeline",
            "edit 2511": "QwenImageEditPlusPipeline",
        },
        refused=frozenset({"layered", "2.1"}),
    ),
    "pixart": SingleRow(
        lambda finding: "pixart",
        _pixart_parts,
        {"tokenizer": T5},
        _pixart_changes,
        pipelines={"alpha": "PixArtAlphaPipeline"},
    ),
    "lumina_2": SingleRow(
        lambda finding: "lumina-2",
        lambda finding: {"transformer": MAIN, "vae": "vae_flux", "text_encoder": "gemma_2_2b"},
        {"tokenizer": OWN},
        lambda finding: {},
    ),
}
"""By the id of the family."""

REFUSALS: Mapping[tuple[str, str], Refusal] = {
    ("stable_diffusion", "x4 upscaler"): refusal(
        "This is the x4 upscaler of Stable Diffusion, which only enlarges pictures.",
        "To enlarge, use Image > Image size with detail; to paint, choose another model.",
    ),
    ("stable_diffusion", "2.x depth"): refusal(
        "This is the depth model of Stable Diffusion 2, which Lienzo does not run.",
        "Choose another model, and add a control image of depth to it.",
    ),
}
"""Variants that never run, by family and variant, with what to do instead."""

EDM_REFUSAL = refusal(
    "This model was trained for the noise levels of EDM (like CosXL and Playground 2.5), which"
    " Lienzo does not sample.",
    "Choose another model of Stable Diffusion XL.",
)


def refusal_of(finding: Finding) -> Refusal | None:
    """Return why a recognised model never runs, None if it does."""
    if finding.prediction_type in EDM:
        return EDM_REFUSAL
    return REFUSALS.get((finding.family, finding.variant))
