"""Recipes of older programs are migrated; those of newer ones are read as far as they are known."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import recipe_of
from studio.edit.recipes import MIGRATIONS, VERSION, is_newer, migrate_recipe
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.settings import settings_of
from studio.session.jobs import InlineRunner
from studio.session.session import Session

OLD: dict[str, Any] = {
    "version": 1,
    "task": "fill",
    "prompt": "a bear <lora:ink:0.6>",
    "negative_prompt": "blurry",
    "region": [3, 4, 50, 40],
    "model": "other",
    "model_file": {"sha256": "a" * 64, "size": 7, "autov3": ""},
    "sampling": {
        "steps": 9,
        "cfg_scale": 3.5,
        "sampler": "euler",
        "schedule": "karras",
        "seed": 77,
        "denoise": 0.4,
        "variations": 3,
    },
    "mask_blur": 11,
    "padding": 48,
    "adapters": [
        {
            "kind": "lora",
            "path": "/weights/ink.safetensors",
            "weight": 0.6,
            "options": {"named": "ink"},
            "file": None,
        }
    ],
    "controls": [
        {
            "kind": "canny",
            "image": 0,
            "strength": 0.9,
            "start": 0.0,
            "end": 1.0,
            "mode": "balanced",
            "model": "",
            "file": None,
        }
    ],
    "references": [
        {
            "image": 1,
            "weight": 0.7,
            "start": 0.1,
            "end": 0.8,
            "mode": "composition",
            "mask": 2,
            "model": "adapters",
            "file": None,
        }
    ],
    "regions": [{"prompt": "a hat", "mask": 3, "weight": 0.5}],
    "rewrite": None,
}
"""What the program wrote while recipes had version 1 and nobody read the number."""


def pictures() -> list[np.ndarray]:
    mask = np.full((40, 50), 255, np.uint8)
    return [np.zeros((40, 50, 3), np.uint8), np.ones((8, 9, 3), np.uint8), mask, mask]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in OLD.items() if name != key}


def test_each_older_version_has_its_migration() -> None:
    assert sorted(MIGRATIONS) == list(range(VERSION))


@pytest.mark.parametrize("recipe", [OLD, without("version")], ids=["numbered", "without a number"])
def test_a_recipe_of_the_first_program_is_read_whole(recipe: dict[str, Any]) -> None:
    before = copy.deepcopy(recipe)
    request = EditRequest.from_recipe(recipe, pictures())
    assert recipe == before, "the stored recipe is not touched"
    assert request.sampling == Sampling(9, 3.5, "euler", "karras", 77, 0.4, 3)
    assert (request.mask_blur, request.padding, request.model) == (11, 48, "other")
    assert request.model_file is not None and request.model_file.size == 7
    assert (request.controls[0].strength, request.references[0].mode) == (0.9, "composition")
    assert request.regions[0].weight == 0.5
    written = request.to_recipe()
    assert written["version"] == VERSION
    for name in OLD.keys() - {"version", "sampling"}:
        assert written[name] == OLD[name], name
    again = EditRequest.from_recipe(json.loads(json.dumps(written)), request.recipe_pictures())
    assert again.to_recipe() == written


def test_numbers_that_nobody_chose_give_way_to_the_usual_ones() -> None:
    plain = {**OLD, "task": "generate", "mask_blur": 8, "padding": 32}
    request = EditRequest.from_recipe(plain)
    assert (request.mask_blur, request.padding) == (6, 32)
    kept = EditRequest.from_recipe({**plain, "version": VERSION, "mask_blur": 9, "padding": 70})
    assert (kept.mask_blur, kept.padding) == (9, 70)


@pytest.mark.parametrize("version", ["2", -1, 1.5, None, True, [2]])
def test_what_is_no_version_is_one_sentence(version: object) -> None:
    with pytest.raises(StudioError, match="recipe cannot be read"):
        EditRequest.from_recipe({**OLD, "version": version})
    assert not is_newer({**OLD, "version": version})


@pytest.mark.parametrize(
    "sampling",
    [{"steps": "many"}, {"steps": None}, {"extras": {"a": [1]}}, {"extras": 3}, "fast"],
)
def test_values_that_are_none_are_one_sentence(sampling: object) -> None:
    with pytest.raises(StudioError, match="recipe cannot be read"):
        EditRequest.from_recipe({**OLD, "sampling": sampling})


def newer() -> dict[str, Any]:
    """Return a recipe of a later program: new fields everywhere, and values not known here."""
    recipe = copy.deepcopy(OLD)
    recipe |= {"version": VERSION + 1, "director": {"mood": "calm"}, "adapters": []}
    recipe["sampling"] |= {"extras": {"tomorrow": 0.5}, "shift": 3.0}
    recipe["controls"][0]["falloff"] = "soft"
    return recipe


def test_a_newer_recipe_is_read_as_far_as_it_is_known() -> None:
    recipe = newer()
    assert migrate_recipe(recipe) == recipe and is_newer(recipe)
    request = EditRequest.from_recipe(recipe, pictures())
    settings = settings_of(request)
    assert (settings.prompt, settings.mask_blur, settings.padding) == (OLD["prompt"], 11, 48)
    assert settings.sampling.steps == 9 and settings.sampling.extras == {"tomorrow": 0.5}


def made(recipe: dict[str, Any]) -> Document:
    kept = tuple(Raster.from_array(one) for one in pictures())
    raster = Raster.from_array(np.full((40, 50, 4), 200, np.uint8), 3, 4)
    layer = GenerativeLayer(name="Bear", raster=raster, recipe=recipe, recipe_pictures=kept)
    return Document(width=80, height=60, layers=(layer,))


def test_a_document_with_a_newer_recipe_opens_with_a_notice_and_loses_nothing(
    tmp_path: Path,
) -> None:
    first, second = tmp_path / "first.ora", tmp_path / "second.ora"
    formats.save_document(made(newer()), first)
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    told: list[Notice] = []
    session.noticed.connect(told.append)
    session.open(first)
    assert [str(one) for one in told if "newer version" in str(one)]
    layer = session.document.layers[0]
    assert isinstance(layer, GenerativeLayer)
    assert recipe_of(layer).task is Task.FILL
    session.edit("Move", lambda old: old.update(layer.replace(x=2)))
    session.save(second)
    kept = formats.open_document(second).document.layers[0]
    assert isinstance(kept, GenerativeLayer)
    # The folder of the adapter of a reference is a name in every file; all else is as it was.
    assert json.loads(json.dumps(kept.recipe)) == newer()


def test_a_document_of_this_version_brings_no_such_notice(tmp_path: Path) -> None:
    formats.save_document(made(without("adapters")), tmp_path / "old.ora")
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    told: list[Notice] = []
    session.noticed.connect(told.append)
    session.open(tmp_path / "old.ora")
    assert not [one for one in told if "newer version" in str(one)]


def test_a_fill_made_before_fills_were_matched_is_made_again_as_it_was() -> None:
    for task in ("fill", "replace", "extend"):
        assert EditRequest.from_recipe({**OLD, "task": task}).match_fill is False
    assert EditRequest.from_recipe({**OLD, "task": "generate"}).match_fill is True
    assert EditRequest.from_recipe({**OLD, "task": "fill", "version": VERSION}).match_fill is True
    switched = {**OLD, "task": "fill", "version": VERSION, "match_fill": False}
    assert EditRequest.from_recipe(switched).match_fill is False
