"""From settings to a recipe and back: every field, whatever is added to them."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.catalog.settings import Kind, Setting
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import (
    extend_request,
    generate_request,
    mask_request,
    recipe_of,
    rerun_request,
)
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.edit.settings import ROWS, EditSettings, fit_settings, own_adapters, settings_of
from studio.edit.steering import Reference, Region
from studio.session.jobs import InlineRunner
from studio.session.session import Session

WIDE = Rect(50, 50, 200, 150)
NOT_SET = {"task", "region", "image", "mask", "controls", "rewrite", "model_file"}
"""Fields of a request that are no settings: the task, the pixels, and what the layers bring."""
TASKS = (Task.FILL, Task.REPLACE, Task.EXTEND, Task.GENERATE)
NOT_STORED = {("Reference", "used"), ("Reference", "name"), ("Region", "used"),
              ("Region", "reference"), ("Region", "number")}  # fmt: skip
"""What is about the row in the panel. One that is not used is in no request; a reference is called
like the layer; a region's own reference comes back as a reference with the same place."""


def box(rect: Rect, value: int = 255) -> Raster:
    return Raster.from_array(np.full((rect.height, rect.width), value, np.uint8), rect.x, rect.y)


def other(name: str, value: Any) -> Any:
    """Return a value of the same type that is not the default."""
    special = {"sampler": "euler", "schedule": "karras", "mode": "composition", "kind": "lora"}
    if name in special:
        return special[name]
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 3
    if isinstance(value, float):
        return value / 2 + 0.15
    if isinstance(value, str):
        return f"{value}{name}x"
    if isinstance(value, Mapping):
        return {"rescale": 0.5, "fast": True, "mode": "apg"}
    raise AssertionError(f"the test knows no other value of {name}")


def varied(plain: Any, **given: Any) -> Any:
    """Return a copy of a dataclass in which every field that is not ``given`` is another."""
    names = [one.name for one in dataclasses.fields(plain) if one.name not in given]
    return replace(plain, **{name: other(name, getattr(plain, name)) for name in names}, **given)


def whole_settings() -> EditSettings:
    """Return settings in which every field differs from its default, at every depth."""
    picture = np.random.default_rng(1).integers(0, 256, (20, 30, 3), dtype=np.uint8)
    reference = varied(Reference(picture), image=picture, where=box(WIDE), used=True)
    region = varied(Region(), where=box(Rect(80, 80, 60, 40)), reference=None, used=True)
    adapters = (
        varied(AdapterUse("", ""), file=None),
        AdapterUse("lora", "/weights/luna.safetensors", 0.7, {"named": "luna"}),
        AdapterUse("subject", "/subjects/rex", 0.4, {"name": "rex"}),
    )
    given = {"references": (reference,), "regions": (region,), "adapters": adapters}
    return varied(EditSettings(), sampling=varied(Sampling()), **given)


def photo(task: Task) -> Document:
    pixels = np.full((300, 400, 4), 90, np.uint8)
    pixels[:, :, 3] = 255
    if task is Task.EXTEND:
        pixels[:, 300:, 3] = 0
    document = document_from_array(pixels, "p")
    return document if task is Task.EXTEND else document.replace(mask=box(WIDE))


def asked(task: Task, settings: EditSettings) -> EditRequest:
    """Return the request for a task as the session makes it."""
    if task is Task.GENERATE:
        return generate_request(Rect(0, 0, 400, 300), settings)
    if task is Task.EXTEND:
        return extend_request(photo(task), settings)
    return mask_request(photo(task), settings, task)


def made_layer(task: Task, request: EditRequest) -> tuple[Document, GenerativeLayer]:
    """Return a document with the layer of a request, whose recipe has been through a file."""
    layer = GenerativeLayer(
        name="layer",
        recipe=json.loads(json.dumps(request.to_recipe())),
        recipe_mask=None if task is Task.GENERATE else box(WIDE),
        recipe_pictures=tuple(Raster.from_array(one) for one in request.recipe_pictures()),
    )
    return photo(task).insert(layer), layer


def test_every_field_of_the_settings_has_its_row_and_of_a_request_its_place() -> None:
    assert {one.name for one in dataclasses.fields(EditSettings)} == set(ROWS)
    assert {one.name for one in dataclasses.fields(EditRequest)} == set(ROWS) | NOT_SET


def test_every_value_of_this_test_differs_from_its_default() -> None:
    plain, whole = EditSettings(), whole_settings()
    for one in dataclasses.fields(EditSettings):
        assert getattr(plain, one.name) != getattr(whole, one.name), one.name
    for one in dataclasses.fields(Sampling):
        assert getattr(plain.sampling, one.name) != getattr(whole.sampling, one.name), one.name


def same_parts(old: tuple[Any, ...], new: tuple[Any, ...]) -> None:
    """Compare references or regions field by field."""
    assert len(old) == len(new)
    for one, two in zip(old, new, strict=True):
        for part in dataclasses.fields(one):
            if (type(one).__name__, part.name) in NOT_STORED:
                continue
            first, second = getattr(one, part.name), getattr(two, part.name)
            if isinstance(first, Raster):
                assert second is not None and second.bounds() == first.bounds(), part.name
            elif isinstance(first, np.ndarray):
                assert np.array_equal(first, second), part.name
            else:
                assert first == second, part.name


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("name", [one.name for one in dataclasses.fields(EditSettings)])
def test_a_setting_goes_into_the_recipe_and_comes_back(name: str, task: Task) -> None:
    whole = whole_settings()
    _, layer = made_layer(task, asked(task, whole))
    back = settings_of(recipe_of(layer), "layer")
    old, new = getattr(whole, name), getattr(back, name)
    if name in ("references", "regions"):
        same_parts(old, new)
    elif (name, task) == ("mask_blur", Task.EXTEND):
        assert new == 16, "the overlap with the picture, whatever the artist chose"
    else:
        assert new == old


@pytest.mark.parametrize("task", TASKS)
def test_settings_of_a_recipe_make_the_same_request_again(task: Task) -> None:
    whole = replace(whole_settings(), mask_blur=16)
    document, layer = made_layer(task, asked(task, whole))
    recipe = recipe_of(layer)
    again = rerun_request(document, layer)
    shown = rerun_request(document, layer, settings_of(recipe, "layer"))
    for name in {one.name for one in dataclasses.fields(EditRequest)} - {"model_file"}:
        one, two = getattr(again, name), getattr(shown, name)
        if name in ("image", "mask"):
            assert (one is None and two is None) or np.array_equal(one, two), name
        elif name in ("references", "regions"):
            assert len(one) == len(two) == 1
            assert np.array_equal(one[0].mask, two[0].mask), name
        else:
            assert one == two, name


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize(
    ("name", "value"),
    [("mask_blur", 3), ("padding", 90), ("model", "third"), ("adapters", ()), ("match_fill", True)],
)
def test_a_changed_setting_counts_when_the_layer_is_made_again(
    task: Task, name: str, value: object
) -> None:
    document, layer = made_layer(task, asked(task, whole_settings()))
    changed = replace(settings_of(recipe_of(layer), "layer"), **{name: value})
    assert getattr(rerun_request(document, layer, changed), name) == value


def test_a_model_found_by_its_hash_stays_known_and_another_one_is_not_taken_for_it() -> None:
    request = asked(Task.FILL, whole_settings())
    document, layer = made_layer(Task.FILL, request)
    recipe = {**layer.recipe, "model_file": {"sha256": "a" * 64, "size": 7, "autov3": ""}}
    layer = layer.replace(recipe=recipe)
    settings = settings_of(recipe_of(layer))
    document = document.update(layer)
    for used in (None, settings):
        file = rerun_request(document, layer, used).model_file
        assert file is not None and file.size == 7
    assert rerun_request(document, layer, replace(settings, model="third")).model_file is None


def test_adapters_that_the_prompt_names_are_told_apart_from_the_others() -> None:
    whole = whole_settings()
    assert own_adapters(whole.adapters) == whole.adapters[:1]


def test_run_again_draws_a_new_seed_and_changed_settings_bring_their_own() -> None:
    # What is in no model folder cannot be used again.
    here = tuple(replace(one, model="") for one in whole_settings().references)
    sampling = replace(whole_settings().sampling, extras={})
    settings = replace(
        whole_settings(), adapters=(), model="starter", references=here, sampling=sampling
    )
    document, layer = made_layer(Task.REPLACE, asked(Task.REPLACE, settings))
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    session.history.amend(document)
    queued: list[EditRequest] = []
    session.queue.add = lambda job: queued.append(job.request)  # type: ignore[method-assign, assignment, func-returns-value, return-value]
    session.rerun(layer.id)
    session.rerun(layer.id, EditSettings(prompt="x", sampling=Sampling(seed=78)))
    assert [one.sampling.seed for one in queued] == [-1, 78]


def test_what_a_model_does_not_have_is_left_out_by_name() -> None:
    spec = identify("starter")
    settings = (Setting("rescale", "Rescale", Kind.NUMBER, 0.0, 0.0, 1.0),)
    row = replace(family(spec.family), settings=settings)
    asked = Sampling(sampler="tomorrow", schedule="odd", extras={"rescale": 0.5, "eta": 3, "mu": 1})
    kept, told = fit_settings(asked, spec, row)
    assert kept.extras == {"rescale": 0.5}
    assert kept.sampler == spec.defaults.sampler
    assert "tomorrow" in str(told[0]) and "eta 3, mu 1" in str(told[1])
    beyond = fit_settings(Sampling(extras={"rescale": 7.0}), spec, row)
    assert beyond[0].extras == {} and "rescale 7.0" in str(beyond[1][0])
    plain = Sampling(extras={"rescale": 0.5})
    assert fit_settings(plain, spec, row) == (plain, ())
