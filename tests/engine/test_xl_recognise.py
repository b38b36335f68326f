"""Folders of Stable Diffusion XL are told apart by their files, and what cannot run is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from model_factory import copy_model
from xl_factory import PROJECTION, WIDTH_G, WIDTH_L, build_xl, write_scheduler

from studio.catalog.families.spec import Capability
from studio.catalog.families.stable_diffusion_xl import STABLE_DIFFUSION_XL, xl_facts
from studio.catalog.models import identify, survey
from studio.core.errors import StudioError


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_xl(tmp_path_factory.mktemp("models") / "xl")


@pytest.fixture
def copied(xl: Path, tmp_path: Path) -> Path:
    return copy_model(xl, tmp_path / "copy")


def change(file: Path, **entries: Any) -> None:
    file.write_text(json.dumps({**json.loads(file.read_text()), **entries}))


def test_a_base_model_is_known_with_its_measures(xl: Path) -> None:
    spec = identify(xl)
    facts = xl_facts(spec)
    assert (spec.family, spec.variant, spec.native_size) == ("stable_diffusion_xl", "base", 64)
    assert (facts.text_width, facts.pooled_width) == (WIDTH_L + WIDTH_G, PROJECTION)
    assert facts.zero_negative and not facts.can_fill and facts.prediction_type == "epsilon"
    assert [part.name for part in spec.components] == [
        "unet", "vae", "text_encoder", "text_encoder_2",
    ]  # fmt: skip
    assert spec.defaults.schedule == "karras" and spec.defaults.cfg_scale == 6.0
    assert spec in survey([xl.parent])[0]


@pytest.mark.parametrize(
    ("scheduler", "spacing", "sampler", "steps"),
    [
        ("EulerDiscreteScheduler", "trailing", "euler", 4),
        ("EulerAncestralDiscreteScheduler", "trailing", "euler_a", 4),
        ("LCMScheduler", "leading", "lcm", 6),
        ("TCDScheduler", "leading", "tcd", 8),
    ],
)
def test_distilled_models_are_offered_with_few_steps_and_no_guidance(
    copied: Path, scheduler: str, spacing: str, sampler: str, steps: int
) -> None:
    write_scheduler(copied, _class_name=scheduler, timestep_spacing=spacing)
    spec = identify(copied)
    first = spec.first_settings
    assert spec.variant == "few steps"
    assert (first.sampler, first.steps, first.cfg_scale) == (sampler, steps, 1.0)
    defaults = {"steps": 2, "cfg_scale": 1.5, "sampler": "euler"}
    (copied / "lienzo.json").write_text(json.dumps({"defaults": defaults}))
    assert (identify(copied).defaults.steps, identify(copied).defaults.cfg_scale) == (2, 1.5)


def test_euler_with_the_spacing_of_base_is_no_sign_of_few_steps(copied: Path) -> None:
    write_scheduler(copied, _class_name="EulerAncestralDiscreteScheduler")
    assert identify(copied).variant == "base"


def test_v_prediction_with_zero_terminal_snr_is_no_few_step_model(copied: Path) -> None:
    write_scheduler(
        copied,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )
    spec = identify(copied)
    assert (spec.variant, spec.defaults.schedule) == ("v-prediction", "sgm_uniform")
    assert xl_facts(spec).zero_terminal_snr


def test_nine_channels_fill(tmp_path: Path) -> None:
    spec = identify(build_xl(tmp_path / "fill", in_channels=9))
    assert spec.variant == "inpainting" and xl_facts(spec).fills_only


def test_the_refiner_is_refused_by_name(copied: Path) -> None:
    change(
        copied / "model_index.json",
        _class_name="StableDiffusionXLImg2ImgPipeline",
        text_encoder=[None, None],
        tokenizer=[None, None],
        requires_aesthetics_score=True,
    )
    with pytest.raises(StudioError, match="is the refiner of Stable Diffusion XL"):
        identify(copied)


@pytest.mark.parametrize(
    ("file", "entries", "reason"),
    [
        ("unet/config.json", {"in_channels": 7}, "7 in_channels"),
        ("unet/config.json", {"cross_attention_dim": 99}, "99 wide"),
        ("unet/config.json", {"addition_embed_type": "image", "addition_time_embed_dim": None},
         "image"),
        ("vae/config.json", {"latent_channels": 16}, "in_channels"),
        ("scheduler/scheduler_config.json", {"_class_name": "EDMEulerScheduler"}, "EDMEuler"),
        ("model_index.json", {"text_encoder_2": ["transformers", "T5EncoderModel"]}, "T5Encoder"),
    ],
)  # fmt: skip
def test_what_cannot_run_is_refused_with_the_reason(
    copied: Path, file: str, entries: dict[str, Any], reason: str
) -> None:
    change(copied / file, **entries)
    with pytest.raises(StudioError, match=reason):
        identify(copied)


@pytest.mark.parametrize(
    "part", ["text_encoder_2/model.safetensors", "tokenizer_2/merges.txt", "vae/config.json"]
)
def test_a_missing_part_is_named(copied: Path, part: str) -> None:
    (copied / part).unlink()
    with pytest.raises(StudioError, match=part):
        identify(copied)


def test_reasons_say_what_the_family_lacks(xl: Path) -> None:
    row, spec = STABLE_DIFFUSION_XL, identify(xl)
    assert "one text encoder" in row.reason(Capability.TASK, "rewrite", spec)
    assert "LoRA" in row.reason(Capability.TRAINING, "dreambooth", spec)
