"""The A1111 text: what other tools expect, and back."""

from __future__ import annotations

import numpy as np
import pytest
from io_samples import RECIPE, rich_document

from studio.document.io.formats import document_from_array, lost_metadata
from studio.document.io.parameters import (
    document_parameters,
    format_parameters,
    parse_parameters,
    recipes,
)
from studio.document.layer import GenerativeLayer
from studio.document.metadata import FileMetadata


def test_lines_and_names_are_those_of_a1111() -> None:
    prompt, negative, settings = format_parameters(RECIPE).split("\n")
    assert prompt == "a teddy bear, ñandú 熊"
    assert negative == "Negative prompt: blurry"
    assert settings.startswith(
        "Steps: 20, Sampler: DPM++ 2M, Schedule type: Karras, CFG scale: 7, Seed: 42, "
        "Size: 128x96, Model: starter"
    )
    assert settings.endswith("Version: Lienzo 0.1.0")


def test_denoising_strength_only_where_it_counts() -> None:
    assert "Denoising" not in format_parameters(RECIPE)
    replace = dict(RECIPE, task="replace", sampling={**RECIPE["sampling"], "denoise": 0.65})
    assert "Denoising strength: 0.65" in format_parameters(replace)


@pytest.mark.parametrize(
    "prompt", ["a bear", "", "two\nlines: here, there", 'with "quotes", Steps: many']
)
@pytest.mark.parametrize("model", ["starter", "/models/my, model: v1", 'say "x"'])
def test_parse_is_the_inverse(prompt: str, model: str) -> None:
    parsed = parse_parameters(format_parameters(dict(RECIPE, prompt=prompt, model=model)))
    assert parsed["Prompt"] == prompt and parsed["Negative prompt"] == "blurry"
    assert (
        parsed["Model"] == model.removeprefix("/models/")
        and parsed["Steps"] == "20"
        and parsed["CFG scale"] == "7"
    )


@pytest.mark.parametrize(
    "prompt",
    [
        "a poster that says Negative prompt: nothing, neon",
        "Steps: 3, Sampler: none, Seed: 4",
        "a bear\nSteps: 3, Sampler: none, Seed: 4",
        "red: a, blue: b, green: c",
        "one\ntwo, three: 3",
    ],
)
def test_prompts_that_look_like_settings_come_back(prompt: str) -> None:
    for negative in ("", "blurry", prompt.replace("\n", " ")):
        text = format_parameters(dict(RECIPE, prompt=prompt, negative_prompt=negative))
        parsed = parse_parameters(text)
        assert parsed["Prompt"] == prompt and parsed.get("Negative prompt", "") == negative
        assert parsed["Seed"] == "42"


def test_a_line_that_begins_like_the_negative_prompt_stays_in_the_prompt() -> None:
    prompt = "a bear\nNegative prompt: is what I read"
    parsed = parse_parameters(format_parameters(dict(RECIPE, prompt=prompt)))
    assert parsed["Prompt"] == "a bear Negative prompt: is what I read"
    assert parsed["Negative prompt"] == "blurry"


def test_fewer_than_three_settings_are_part_of_the_prompt() -> None:
    two = "a cat\nSteps: 20, Seed: 1"
    assert parse_parameters(two) == {"Prompt": two}
    assert parse_parameters(f"{two}, Size: 8x8")["Steps"] == "20"
    assert parse_parameters("a\nNegative prompt: b\nc\nModel: m, VAE: v, Eta: 1") == {
        "Prompt": "a", "Negative prompt": "b\nc", "Model": "m", "VAE": "v", "Eta": "1",
    }  # fmt: skip


@pytest.mark.parametrize("text", ["", "only a prompt", "a\nb\nc: d", ":::", "Steps", ",,,\n,"])
def test_foreign_text_never_fails(text: str) -> None:
    assert parse_parameters(text)["Prompt"] == text.strip()


@pytest.mark.parametrize("recipe", [{}, {"sampling": 3}, {"region": "x"}, {"prompt": None}])
def test_odd_recipes_never_fail(recipe: dict[str, object]) -> None:
    assert "Version: Lienzo" in format_parameters(recipe)


def test_topmost_visible_layer_speaks() -> None:
    document = rich_document()
    top = GenerativeLayer(name="top", recipe=dict(RECIPE, prompt="top"))
    hidden = GenerativeLayer(name="h", recipe=dict(RECIPE, prompt="hidden"), visible=False)
    document = document.replace(layers=(*document.layers, top, hidden))
    assert document_parameters(document).startswith("top\n")
    assert [one["prompt"] for one in recipes(document)] == ["top", RECIPE["prompt"]]


def test_a_text_that_is_cut_for_a_jpeg_is_told() -> None:
    bare = document_from_array(np.zeros((4, 4, 3), np.uint8), "Photo")
    for length, told in ((29_000, False), (31_000, True)):
        kept = FileMetadata(
            texts={"parameters": "a" * length + "\nSteps: 4, Sampler: DDIM, Seed: 1"}
        )
        lost = [str(one) for one in lost_metadata(bare.replace(metadata=kept), "a.jpg")]
        assert any("its end is left out" in one for one in lost) is told
        assert not lost_metadata(bare.replace(metadata=kept), "a.png")
