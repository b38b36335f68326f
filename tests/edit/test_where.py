"""One rule for the place that is meant, and the way from a recipe to settings and back."""

from __future__ import annotations

import dataclasses
from dataclasses import replace

import numpy as np
import pytest

from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io.formats import document_from_array
from studio.document.layer import GenerativeLayer
from studio.document.raster import Raster
from studio.edit.prepare import EditSettings, mask_request, rerun_request, settings_of
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.edit.steering import Reference, Region, steered
from studio.edit.where import Kind, place_of
from studio.session.jobs import InlineRunner
from studio.session.session import Session
from studio.ui.prompt.reference_sources import SessionReferences
from studio.ui.prompt.region_sources import SessionPlaces

CANVAS = Rect(0, 0, 400, 300)
WIDE = Rect(50, 50, 200, 150)


def photo() -> Document:
    y, x = np.mgrid[0:300, 0:400]
    return document_from_array(np.dstack([x % 256, y % 256, (x + y) % 256]).astype(np.uint8), "p")


def box(rect: Rect, value: int = 255) -> Raster:
    return Raster.from_array(np.full((rect.height, rect.width), value, np.uint8), rect.x, rect.y)


def covered(raster: Raster | None) -> Rect:
    assert raster is not None
    return raster.bounds()


@pytest.mark.parametrize(
    ("mask", "selection", "kind", "where"),
    [
        (None, None, Kind.NOWHERE, None),
        (WIDE, None, Kind.MASK, WIDE),
        (None, WIDE, Kind.SELECTION, WIDE),
        (Rect(60, 60, 90, 80), WIDE, Kind.MASK, Rect(60, 60, 90, 80)),
        (Rect(0, 0, 150, 150), WIDE, Kind.BOTH, Rect(50, 50, 100, 100)),
        (Rect(300, 220, 60, 60), WIDE, Kind.SELECTION, WIDE),
        # A stray dot, outside and inside.
        (Rect(390, 290, 5, 5), WIDE, Kind.SELECTION, WIDE),
        (Rect(100, 100, 9, 9), WIDE, Kind.SELECTION, WIDE),
        # The same dot is meant if it is all there is, or no small part of the selection.
        (Rect(100, 100, 9, 9), None, Kind.MASK, Rect(100, 100, 9, 9)),
        (Rect(100, 100, 9, 9), Rect(95, 95, 30, 30), Kind.MASK, Rect(100, 100, 9, 9)),
        # What lies outside the canvas is nowhere.
        (Rect(500, 0, 50, 50), None, Kind.NOWHERE, None),
        (Rect(500, 0, 50, 50), WIDE, Kind.SELECTION, WIDE),
    ],
)  # fmt: skip
def test_mask_selection_regions_and_references_mean_the_same_place(
    mask: Rect | None, selection: Rect | None, kind: Kind, where: Rect | None
) -> None:
    document = photo().replace(
        mask=box(mask) if mask else None, selection=box(selection) if selection else None
    )
    place = place_of(document)
    assert place.kind is kind
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    session.history.amend(document)
    sources = SessionPlaces(session), SessionReferences(session)
    if where is None:
        assert place.raster is None and not sources[0].is_meant()
        return
    request = mask_request(document, EditSettings(), Task.FILL)
    assert request.mask is not None
    edited = Raster.from_array(request.mask, request.region.x, request.region.y)
    assert covered(edited) == covered(place.raster) == where
    assert covered(sources[1].where()) == where
    assert covered(sources[0].take(clear=True)) == where
    left = session.document
    assert [getattr(left, part) for part in place.parts] == [None] * len(place.parts)


def test_a_soft_selection_limits_the_mask_by_its_opacity() -> None:
    document = photo().replace(mask=box(Rect(40, 40, 100, 100)), selection=box(WIDE, 100))
    place = place_of(document)
    assert place.kind is Kind.BOTH and place.raster is not None
    assert place.raster.read(Rect(100, 100, 1, 1))[0, 0, 0] == 100


def whole_settings() -> EditSettings:
    """Return settings in which every field differs from its default."""
    rng = np.random.default_rng(1)
    picture = rng.integers(0, 256, (20, 30, 3), dtype=np.uint8)
    return EditSettings(
        prompt="a bear",
        negative_prompt="blurry",
        model="other",
        sampling=Sampling(9, 3.5, "euler", "karras", 77, 0.4, 3, {"rescale": 0.5}),
        mask_blur=11,
        padding=48,
        references=(
            Reference(picture, "layer", 0.7, 0.1, 0.8, "composition", box(WIDE), "adapters"),
        ),
        adapters=(AdapterUse("lora", "ink.safetensors", 0.6, {"a": 1}),),
        regions=(Region("a hat", box(Rect(80, 80, 60, 40)), 0.5),),
    )


def made_layer(settings: EditSettings) -> tuple[Document, GenerativeLayer, EditRequest]:
    document = photo().replace(mask=box(WIDE))
    request = steered(
        mask_request(document, settings, Task.REPLACE),
        document,
        settings.references,
        settings.regions,
    )
    pictures = tuple(Raster.from_array(one) for one in request.recipe_pictures())
    layer = GenerativeLayer(
        name="layer", recipe=request.to_recipe(), recipe_mask=box(WIDE), recipe_pictures=pictures
    )
    return document.insert(layer), layer, request


def test_every_setting_differs_from_its_default() -> None:
    plain, whole = EditSettings(), whole_settings()
    for field in dataclasses.fields(EditSettings):
        assert getattr(plain, field.name) != getattr(whole, field.name), field.name
    for field in dataclasses.fields(Sampling):
        assert getattr(plain.sampling, field.name) != getattr(whole.sampling, field.name)


@pytest.mark.parametrize("name", [field.name for field in dataclasses.fields(EditSettings)])
def test_a_setting_goes_into_the_recipe_and_comes_back(name: str) -> None:
    whole = whole_settings()
    _, _, request = made_layer(whole)
    back = settings_of(request, "layer")
    if name in ("references", "regions"):
        for old, new in zip(getattr(whole, name), getattr(back, name), strict=True):
            for field in dataclasses.fields(old):
                if field.name in ("image", "where", "reference"):
                    continue
                assert getattr(old, field.name) == getattr(new, field.name), field.name
            assert covered(new.where) == covered(old.where)
    else:
        assert getattr(back, name) == getattr(whole, name)


def test_settings_of_a_recipe_make_the_same_request_again() -> None:
    document, layer, request = made_layer(whole_settings())
    settings = settings_of(request, "layer")
    again, from_settings = rerun_request(document, layer), rerun_request(document, layer, settings)
    for field in dataclasses.fields(EditRequest):
        one, other = getattr(again, field.name), getattr(from_settings, field.name)
        if field.name in ("image", "mask"):
            assert np.array_equal(one, other), field.name
        elif field.name in ("references", "regions"):
            assert len(one) == len(other) == 1
            assert np.array_equal(one[0].mask, other[0].mask), field.name
        else:
            assert one == other, field.name


@pytest.mark.parametrize(
    ("name", "value"), [("mask_blur", 3), ("padding", 90), ("model", "third"), ("adapters", ())]
)
def test_a_changed_setting_counts_when_the_layer_is_made_again(name: str, value: object) -> None:
    document, layer, request = made_layer(whole_settings())
    changed = replace(settings_of(request, "layer"), **{name: value})
    assert getattr(rerun_request(document, layer, changed), name) == value


def test_run_again_draws_a_new_seed_and_changed_settings_bring_their_own() -> None:
    # What is in no model folder cannot be used again.
    here = [replace(one, model="") for one in whole_settings().references]
    settings = replace(whole_settings(), adapters=(), model="starter", references=tuple(here))
    document, layer, _ = made_layer(settings)
    session = Session(InlineRunner(lambda *_: None), Settings(None))
    session.history.amend(document)
    queued: list[EditRequest] = []
    session.queue.add = lambda job: queued.append(job.request)  # type: ignore[method-assign, assignment, func-returns-value, return-value]
    session.rerun(layer.id)
    session.rerun(layer.id, EditSettings(prompt="x", sampling=Sampling(seed=78)))
    assert [one.sampling.seed for one in queued] == [-1, 78]
