from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import GenerativeLayer, GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.apply import apply_layer, layer_name, remake_layer, result_layer
from studio.edit.prepare import (
    extend_request,
    generate_request,
    mask_request,
    rerun_request,
    rewrite_request,
)
from studio.edit.request import AdapterUse, EditRequest, EditResult, Sampling, Task
from studio.edit.rewrite import RewriteUse
from studio.edit.settings import EditSettings


def photo(width: int = 600, height: int = 400) -> Document:
    pixels = np.random.default_rng(7).integers(0, 256, (height, width, 4), dtype=np.uint8)
    pixels[:, :, 3] = 255
    layer = RasterLayer(name="Photo", raster=Raster.from_array(pixels))
    return Document(width=width, height=height, layers=(layer,), active=layer.id)


PLACE = Rect(200, 100, 120, 90)


def masked(document: Document, rect: Rect = PLACE) -> Document:
    mask = np.full((rect.height, rect.width), 255, np.uint8)
    mask[:5] = 100
    return document.replace(mask=Raster.from_array(mask, rect.x, rect.y))


def made(request: EditRequest, count: int = 2) -> EditResult:
    random = np.random.default_rng(3)
    shape = (request.region.height, request.region.width, 3)
    images = tuple(random.integers(0, 256, shape, dtype=np.uint8) for _ in range(count))
    return EditResult(request=request, images=images, seeds=tuple(range(40, 40 + count)))


def test_request_carries_exactly_the_region() -> None:
    document = masked(photo())
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    assert request.image is not None and request.mask is not None
    assert request.image.shape == (request.region.height, request.region.width, 3)
    assert (request.image == composite(document, request.region)[:, :, :3]).all()
    assert document.mask is not None
    assert (request.mask == document.mask.read(request.region)[:, :, 0]).all()


@pytest.mark.parametrize("blur", [0, 6, 30])
def test_no_byte_changes_where_the_mask_is_zero(blur: int) -> None:
    document = masked(photo())
    settings = EditSettings(prompt="cat", mask_blur=blur)
    layer = result_layer(made(mask_request(document, settings, Task.FILL)), 0)
    after = apply_layer(document, layer)
    assert document.mask is not None
    outside = document.mask.read(document.rect)[:, :, 0] == 0
    before_pixels = composite(document, document.rect)
    after_pixels = composite(after, after.rect)
    assert (before_pixels[outside] == after_pixels[outside]).all()
    assert (before_pixels[~outside] != after_pixels[~outside]).any()


@pytest.mark.parametrize("blur", [4, 12])
def test_a_result_fades_over_the_blur_of_its_request_and_no_farther(blur: int) -> None:
    document = photo()
    mask = np.full((PLACE.height, PLACE.width), 255, np.uint8)
    document = document.replace(mask=Raster.from_array(mask, PLACE.x, PLACE.y))
    settings = EditSettings(prompt="cat", mask_blur=blur)
    layer = result_layer(made(mask_request(document, settings, Task.FILL)), 0)
    alpha = layer.raster.read(PLACE)[:, :, 3]
    row = alpha[PLACE.height // 2, : PLACE.width // 2]
    assert (row[:blur] < 255).all() and (np.diff(row[: blur + 1].astype(int)) > 0).all()
    assert (row[blur:] == 255).all()


def test_selection_serves_as_mask_and_wins_over_a_mask_that_it_does_not_meet() -> None:
    document = photo()
    selection = Raster.from_array(np.full((50, 50), 255, np.uint8), 300, 200)
    selected = document.replace(selection=selection)
    request = mask_request(selected, EditSettings(), Task.FILL)
    assert request.mask is not None and int((request.mask > 0).sum()) == 2500
    both = mask_request(masked(selected), EditSettings(), Task.FILL)
    assert both.mask is not None and int((both.mask > 0).sum()) == 2500


def test_fill_without_a_mask_is_refused_and_replace_takes_everything() -> None:
    with pytest.raises(StudioError, match="no mask"):
        mask_request(photo(), EditSettings(prompt="cat"), Task.FILL)
    outside = photo().replace(mask=Raster.from_array(np.full((9, 9), 255, np.uint8), 5000, 0))
    with pytest.raises(StudioError, match="no mask"):
        mask_request(outside, EditSettings(prompt="cat"), Task.FILL)
    request = mask_request(photo(), EditSettings(), Task.REPLACE)
    assert request.mask is not None and (request.mask == 255).all()


@pytest.mark.parametrize("prompt", ["", "  \n"])
def test_an_empty_prompt_makes_no_picture(prompt: str) -> None:
    with pytest.raises(StudioError, match="prompt is empty"):
        generate_request(Rect(0, 0, 64, 64), EditSettings(prompt=prompt))


def test_extend_masks_the_transparent_part_and_a_seam() -> None:
    document = photo().replace(width=700)
    request = extend_request(document, EditSettings(prompt="sea"), overlap=10)
    assert request.mask is not None
    columns = np.flatnonzero((request.mask > 0).any(axis=0)) + request.region.x
    assert columns[0] == 590 and columns[-1] == 699
    with pytest.raises(StudioError, match="The canvas has no empty part"):
        extend_request(photo(), EditSettings())


def test_adapters_go_into_every_request_and_are_kept_when_it_is_made_again() -> None:
    uses = (
        AdapterUse("lora", "/a/style.safetensors", 0.5),
        AdapterUse("textual_inversion", "/a/luna.pt", options={"token": "<luna>"}),
    )
    settings = EditSettings(prompt="cat", adapters=uses)
    document = masked(photo().replace(width=700))
    request = mask_request(document, settings, Task.FILL)
    assert request.adapters == uses
    assert extend_request(document, settings).adapters == uses
    assert generate_request(Rect(0, 0, 64, 64), settings).adapters == uses
    layer = result_layer(made(request), 0)
    assert rerun_request(apply_layer(document, layer), layer).adapters == uses


def test_recipe_round_trip_and_seed_of_the_variation() -> None:
    sampling = Sampling(steps=7, cfg_scale=3.5, sampler="ddim", seed=40, variations=2)
    settings = EditSettings(prompt="perro ñandú", negative_prompt="blur", sampling=sampling)
    request = mask_request(masked(photo()), settings, Task.FILL)
    layer = result_layer(made(request), 1)
    again = EditRequest.from_recipe(layer.recipe)
    assert again.prompt == "perro ñandú" and again.negative_prompt == "blur"
    assert again.sampling.seed == 41 and again.sampling.variations == 1
    assert again.region == request.region and again.task is Task.FILL


def test_rerun_of_an_untouched_layer_sees_the_same_pixels() -> None:
    document = masked(photo())
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    layer = result_layer(made(request), 0)
    again = rerun_request(apply_layer(document, layer), layer)
    assert again.region == request.region
    assert again.image is not None and request.image is not None
    assert (again.image == request.image).all()
    assert again.mask is not None and (again.mask == request.mask).all()


def test_rerun_follows_a_layer_that_was_moved() -> None:
    document = masked(photo())
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    layer = result_layer(made(request), 0).replace(x=-100, y=40)
    again = rerun_request(document.insert(layer), layer)
    assert again.region == request.region.shift(-100, 40)


def test_remake_keeps_name_mask_and_place() -> None:
    document = masked(photo())
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    mask = LayerMask(Raster(channels=1, default=255))
    old = result_layer(made(request), 0).replace(name="Mine", opacity=0.5, x=3, mask=mask)
    document = document.insert(old)
    new = result_layer(made(request.replace(prompt="dog")), 1)
    after = remake_layer(document, old.id, new)
    layer = after.find(old.id)
    assert isinstance(layer, GenerativeLayer)
    assert (layer.name, layer.opacity, layer.x) == ("Mine", 0.5, 0)
    assert layer.recipe["prompt"] == "dog" and layer.raster is new.raster
    assert layer.mask is not None


def test_remake_renames_a_layer_that_was_called_like_its_prompt() -> None:
    document = masked(photo())
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    old = result_layer(made(request), 0)
    new = result_layer(made(request.replace(prompt="dog")), 0)
    layer = remake_layer(document.insert(old), old.id, new).find(old.id)
    assert layer is not None and (old.name, layer.name) == ("cat", "dog")


def test_result_lands_above_the_group_of_the_active_layer() -> None:
    child = RasterLayer(name="child")
    group = GroupLayer(name="group", children=(child,))
    top = RasterLayer(name="top")
    document = masked(photo())
    document = document.replace(layers=(*document.layers, group, top), active=child.id)
    request = mask_request(document, EditSettings(prompt="cat"), Task.FILL)
    after = apply_layer(document, result_layer(made(request), 0))
    assert [layer.name for layer in after.layers] == ["Photo", "group", "cat", "top"]
    assert after.mask is None


def test_broken_recipe_is_refused_with_a_sentence() -> None:
    with pytest.raises(StudioError, match="recipe cannot be read"):
        EditRequest.from_recipe({"task": "fill"})
    with pytest.raises(StudioError, match="recipe cannot be read"):
        EditRequest.from_recipe({"task": "fly", "prompt": "", "sampling": {}, "region": [0] * 4})


def test_layer_name_is_cut_at_a_word() -> None:
    name = layer_name("a very long prompt that goes on and on until it does not fit")
    assert len(name) <= 41 and name.endswith("…") and " " in name
    assert layer_name("") == "Fill"


WORDS = RewriteUse("a cat", "ddim", {"dog": 1.5}, blend=("dog",), threshold=0.4)


def rewritten(request: EditRequest) -> EditResult:
    """A result whose model says that the left half of the region shows."""
    left = np.zeros((request.region.height, request.region.width), np.uint8)
    left[:, : request.region.width // 2] = 255
    return replace(made(request, 1), masks=(left,))


def test_an_edit_by_words_takes_the_mask_or_the_whole_canvas_and_ddim() -> None:
    settings = EditSettings(prompt="a dog", sampling=Sampling(steps=50, sampler="tcd"))
    whole = rewrite_request(photo(), settings, WORDS)
    assert whole.task is Task.REWRITE and whole.rewrite is WORDS
    assert whole.mask is not None and (whole.mask == 255).all()
    assert whole.region == Rect(0, 0, 600, 400)
    assert whole.sampling.sampler == "ddim" and whole.sampling.steps == 50
    document = masked(photo())
    part = rewrite_request(document, settings, WORDS)
    assert part.mask is not None and document.mask is not None
    assert (part.mask == document.mask.read(part.region)[:, :, 0]).all()


def test_what_the_model_found_is_a_layer_mask_and_the_requests_mask_still_holds() -> None:
    document = masked(photo())
    request = rewrite_request(document, EditSettings(prompt="a dog"), WORDS)
    layer = result_layer(rewritten(request), 0)
    assert layer.mask is not None and document.mask is not None
    assert layer.mask.raster.bounds().right == request.region.x + request.region.width // 2
    before = composite(document, document.rect)
    outside = document.mask.read(document.rect)[:, :, 0] == 0
    right = np.zeros_like(outside)
    right[:, request.region.x + request.region.width // 2 :] = True
    after = composite(apply_layer(document, layer), document.rect)
    assert (after[outside | right] == before[outside | right]).all()
    assert (after != before).any()
    # Painted wholly white, the layer mask shows more, and never beyond the request's mask.
    shown = layer.replace(mask=LayerMask(Raster(channels=1, default=255)))
    wider = composite(apply_layer(document, shown), document.rect)
    assert (wider[outside] == before[outside]).all()
    assert (wider[right & ~outside] != before[right & ~outside]).any()


def test_a_rewritten_layer_runs_again_with_its_words() -> None:
    document = masked(photo())
    layer = result_layer(
        rewritten(rewrite_request(document, EditSettings(prompt="a dog"), WORDS)), 0
    )
    again = rerun_request(document.insert(layer), layer)
    assert again.task is Task.REWRITE and again.prompt == "a dog"
    assert again.rewrite is not None and again.rewrite.to_recipe() == WORDS.to_recipe()


def test_other_words_bring_their_mask_and_the_same_words_keep_the_painted_one() -> None:
    document = masked(photo())
    settings = EditSettings(prompt="a dog")
    request = rewrite_request(document, settings, WORDS)
    painted = LayerMask(Raster(channels=1, default=99))
    old = result_layer(rewritten(request), 0).replace(mask=painted)
    document = document.insert(old)

    def mask_after(changed: EditRequest) -> LayerMask | None:
        layer = remake_layer(document, old.id, result_layer(rewritten(changed), 0)).find(old.id)
        assert layer is not None
        return layer.mask

    heavier = request.replace(rewrite=replace(WORDS, weights={"dog": 2.0}))
    kept = mask_after(heavier)
    assert kept is not None and kept.raster.default == 99
    for other in (
        request.replace(prompt="a bird"),
        request.replace(rewrite=replace(WORDS, threshold=0.8)),
        request.replace(rewrite=replace(WORDS, blend=())),
    ):
        new = mask_after(other)
        assert new is not None and new.raster.default == 0
