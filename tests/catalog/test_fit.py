"""Every adapter of every kind is used, asked about or refused with both bases, for each family."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from corpus import corpus
from corpus_case import Case
from corpus_files import write_safetensors

from studio.catalog.families.table import FAMILIES
from studio.catalog.fit import KIND_LABELS, check_fit_of, fit_of, suits
from studio.catalog.model_spec import Configurations, ModelSpec
from studio.catalog.models import identify
from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Certainty, Finding, Kind
from studio.catalog.recognise.remember import Choices
from studio.core.errors import StudioError

KINDS = (
    *(Kind.LORA, Kind.CONTROL, Kind.T2I_ADAPTER, Kind.REFERENCE),
    *(Kind.EMBEDDING, Kind.VAE),
)
CASES = tuple(case for case in corpus() if case.expect.get("kind") in KINDS)
UNETS = {"stable_diffusion": (768, 1024, 256), "stable_diffusion_xl": (2048,)}


@cache
def starter() -> ModelSpec:
    return identify("starter")


def models(folder: Path) -> list[ModelSpec]:
    """A model of each family, and of each width of the text embeddings."""
    found = []
    for family in FAMILIES:
        for width in UNETS.get(family, (0,)):
            here = folder / f"{family}-{width}"
            (here / "unet").mkdir(parents=True, exist_ok=True)
            (here / "transformer").mkdir(exist_ok=True)
            (here / "unet" / "config.json").write_text(json.dumps({"cross_attention_dim": width}))
            (here / "transformer" / "config.json").write_text("{}")
            made = Configurations(here)
            found.append(replace(starter(), family=family, name=here.name, configurations=made))
    return found


@pytest.mark.parametrize("case", CASES, ids=[case.file for case in CASES])
def test_every_adapter_has_an_answer_for_every_family(case: Case, tmp_path: Path) -> None:
    path = case.write(tmp_path)
    found = recognise_file(path)
    answers = [(spec, fit_of(path, found, spec, found.kind)) for spec in models(tmp_path)]
    assert any(fit.error is None for _, fit in answers) or not set(found.bases) & set(FAMILIES)
    for spec, fit in answers:
        if suits(found, spec) or not found.bases:
            assert fit.error is None and fit.note is None, spec.name
        elif found.certainty is Certainty.PROBABLE:
            assert fit.error is None and fit.note is not None
            assert spec.name in str(fit.note) and path.name in str(fit.note)
        else:
            assert fit.error is not None
            values = fit.error.values
            said = str(fit.error)
            assert values["theirs"] and values["ours"] and values["theirs"] != values["ours"]
            assert str(values["theirs"]) in said and str(values["ours"]) in said


def test_the_corpus_has_every_kind_of_adapter() -> None:
    assert {case.expect["kind"] for case in CASES} == {str(kind) for kind in KINDS}
    assert set(KINDS) <= set(KIND_LABELS)


@pytest.mark.parametrize("wanted", [Kind.LORA, Kind.CONTROL, Kind.EMBEDDING, Kind.VAE])
def test_a_file_of_another_kind_is_named(tmp_path: Path, wanted: Kind) -> None:
    cases = {case.file: case for case in corpus() if case.expect.get("kind") == Kind.TEXT_ENCODER}
    path = next(case for name, case in cases.items() if "t5" in name).write(tmp_path)
    with pytest.raises(StudioError, match="t5") as caught:
        check_fit_of(path, starter(), wanted)
    assert "text encoder" in str(caught.value) and str(KIND_LABELS[wanted]) in str(caught.value)


def test_what_cannot_be_used_says_why(tmp_path: Path) -> None:
    for case in corpus():
        if case.expect.get("says") and case.file.startswith(("controlnet/", "ipadapter/")):
            path = case.write(tmp_path)
            with pytest.raises(StudioError, match=case.expect["says"]):
                check_fit_of(path, starter(), Kind.CONTROL)


def test_the_answer_of_the_artist_counts(tmp_path: Path) -> None:
    key = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    shapes = {f"{key}.lora_down.weight": (4, 768), f"{key}.lora_up.weight": (320, 4)}
    path = write_safetensors(tmp_path / "style.safetensors", shapes)
    with pytest.raises(StudioError, match=r"Stable Diffusion 1\.x.*Starter"):
        check_fit_of(path, starter(), Kind.LORA)
    Choices().remember(path, {"family": "flux"})
    with pytest.raises(StudioError, match=r"Flux\.1.*Starter"):
        check_fit_of(path, starter(), Kind.LORA)


def test_a_probable_base_is_tried_with_a_notice(tmp_path: Path) -> None:
    found = Finding(Kind.VAE, certainty=Certainty.PROBABLE, bases=("flux",))
    fit = fit_of(tmp_path / "ae.safetensors", found, starter(), Kind.VAE)
    assert fit.error is None and "Flux.1" in str(fit.note) and "Starter" in str(fit.note)
