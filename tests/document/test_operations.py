"""What panels do with layers: the picture changes only where it must, ids stay or are fresh."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from reference_compositor import noise, reference, some_document

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document import canvas, masks, merge, operations
from studio.document.blend import BlendMode
from studio.document.document import MAX_SIZE, Document
from studio.document.layer import GenerativeLayer, GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.document.selection import select_rect


def leaf(name: str) -> RasterLayer:
    return RasterLayer(id=name, name=name)


def tree(layers: Sequence[Layer]) -> str:
    return " ".join(
        f"{layer.id}({tree(layer.children)})" if isinstance(layer, GroupLayer) else layer.id
        for layer in layers
    )


def nested() -> Document:
    """Return a g(b h(c) d) e, from the bottom."""
    inner = GroupLayer(id="h", children=(leaf("c"),))
    group = GroupLayer(id="g", children=(leaf("b"), inner, leaf("d")))
    return Document(width=50, height=50, layers=(leaf("a"), group, leaf("e")), active="c")


def shown(
    document: Document, rect: Rect | None = None
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    return composite(document, rect or document.rect)


def test_a_layer_climbs_through_groups_and_down_again() -> None:
    document = nested()
    seen = [tree(document.layers)]
    for _ in range(9):
        document = operations.raise_layer(document, "a")
        seen.append(tree(document.layers))
    assert seen == [
        "a g(b h(c) d) e",
        "g(a b h(c) d) e",
        "g(b a h(c) d) e",
        "g(b h(a c) d) e",
        "g(b h(c a) d) e",
        "g(b h(c) a d) e",
        "g(b h(c) d a) e",
        "g(b h(c) d) a e",
        "g(b h(c) d) e a",
        "g(b h(c) d) e a",
    ]
    for expected in [*seen[-3::-1], seen[0]]:
        document = operations.lower_layer(document, "a")
        assert tree(document.layers) == expected


def test_a_folded_group_is_passed() -> None:
    document = operations.change_layer(nested(), "g", expanded=False)
    assert tree(operations.raise_layer(document, "a").layers) == "g(b h(c) d) a e"


def test_place_layer() -> None:
    document = nested()
    assert tree(operations.place_layer(document, "e", 0, "h").layers) == "a g(b h(e c) d)"
    assert tree(operations.place_layer(document, "h", 9).layers) == "a g(b d) e h(c)"
    assert tree(operations.place_layer(document, "b", 1, "g").layers) == "a g(h(c) b d) e"
    assert operations.place_layer(document, "c", 0).active == "c"
    for parent in ("g", "h"):
        with pytest.raises(StudioError):
            operations.place_layer(document, "g", 0, parent)
    with pytest.raises(StudioError):
        operations.place_layer(document, "a", 0, "e")


def test_group_and_ungroup() -> None:
    document = nested()
    grouped = operations.group_layers(document, ["a", "c", "d", "h"], "Mine")
    made = grouped.active_layer()
    assert isinstance(made, GroupLayer)
    assert made.name == "Mine"
    assert tree(made.children) == "a h(c) d"
    assert tree(grouped.layers).replace(made.id, "new") == "g(b new(a h(c) d)) e"
    apart = operations.ungroup(grouped, made.id)
    assert tree(apart.layers) == "g(b a h(c) d) e"
    assert apart.active == "d"
    assert operations.group_layers(document, []) is document
    assert operations.ungroup(document, "a") is document


def test_delete_picks_a_neighbour() -> None:
    document = nested()
    assert operations.delete_layer(document, "c").active == "b"
    gone = operations.delete_layer(document, "g")
    assert tree(gone.layers) == "a e"
    assert gone.active == "a"
    assert operations.delete_layer(document, "none") is document
    last = Document(width=5, height=5, layers=(leaf("a"),), active="a")
    assert operations.delete_layer(last, "a").active is None


def test_duplicate_is_deep_fresh_and_shares_pixels() -> None:
    document = some_document(np.random.default_rng(0))
    group = next(one for one in document.layers if isinstance(one, GroupLayer))
    twice = operations.duplicate_layer(document, group.id, "Twin")
    ids = [layer.id for layer in twice.walk()]
    assert len(set(ids)) == len(ids) == len(list(document.walk())) + 6
    copy = twice.active_layer()
    assert isinstance(copy, GroupLayer)
    assert copy.name == "Twin"
    assert [one.id for one in twice.layers].index(copy.id) == document.layers.index(group) + 1
    assert twice.nbytes() == document.nbytes()
    alone, other = document.replace(layers=(group,)), document.replace(layers=(copy,))
    assert np.array_equal(shown(alone), shown(other))


def test_change_layer_returns_the_same_document_for_the_same_values() -> None:
    document = nested()
    assert operations.change_layer(document, "a", visible=True) is document
    assert operations.change_layer(document, "nobody", visible=False) is document
    changed = operations.change_layer(document, "c", opacity=0.5).find("c")
    assert changed is not None and changed.opacity == 0.5


def test_add_layer_lands_above_the_active_one() -> None:
    document = operations.add_layer(nested(), "New")
    assert document.active is not None
    assert tree(document.layers).replace(document.active, "new") == "a g(b h(c new) d) e"


def test_moving_a_group_moves_everything_in_it() -> None:
    document = some_document(np.random.default_rng(1)).replace(width=900, height=900)
    group = next(one for one in document.layers if isinstance(one, GroupLayer))
    alone = document.replace(layers=(group,))
    moved = operations.move_layer(alone, group.id, 37, 290)
    rect = Rect(0, 0, 600, 500)
    assert np.array_equal(shown(moved, rect.shift(37, 290)), shown(alone, rect))
    assert operations.move_layer(alone, group.id, 0, 0) is alone


def masked_document() -> tuple[Document, RasterLayer]:
    rng = np.random.default_rng(2)
    layer = RasterLayer(id="m", raster=Raster.from_array(noise(rng, 300, 300)), x=-13, y=21)
    return Document(width=300, height=300, layers=(layer,), active="m"), layer


def test_an_empty_mask_changes_nothing_and_can_be_deleted() -> None:
    document, _ = masked_document()
    white = masks.add_mask(document, "m")
    assert np.array_equal(shown(white), shown(document))
    assert masks.delete_mask(white, "m").layers[0].mask is None
    assert masks.delete_mask(document, "m") is document


def test_a_mask_from_the_selection_shows_what_was_selected() -> None:
    document, _ = masked_document()
    rect = Rect(40, 50, 100, 120)
    found = shown(masks.mask_from_selection(select_rect(document, rect), "m"))
    inside = (slice(50, 170), slice(40, 140))
    assert np.array_equal(found[inside], shown(document)[inside])
    found[inside] = 0
    assert not found.any()


def test_applying_a_mask_looks_the_same() -> None:
    document, layer = masked_document()
    mask = LayerMask(
        Raster.from_array(noise(np.random.default_rng(3), 200, 200, 1), 9, 9, default=255)
    )
    document = document.update(layer.replace(mask=mask))
    applied = masks.apply_mask(document, "m")
    assert applied.layers[0].mask is None
    before, after = shown(document), shown(applied)
    assert np.array_equal(before[:, :, 3] > 0, after[:, :, 3] > 0)
    assert np.abs(before.astype(int) - after).max() <= 1
    outside = Rect(0, 240, 300, 60)
    assert np.array_equal(shown(applied, outside), shown(document, outside))
    off = masks.toggle_mask(document, "m")
    assert np.array_equal(shown(off), shown(masks.delete_mask(document, "m")))
    assert np.array_equal(shown(masks.apply_mask(off, "m")), shown(off))


def test_inverting_a_mask_twice_is_nothing() -> None:
    document, layer = masked_document()
    mask = LayerMask(Raster.from_array(noise(np.random.default_rng(3), 200, 200, 1), default=40))
    document = document.update(layer.replace(mask=mask))
    once = masks.invert_mask(document, "m")
    raster = once.layers[0].mask
    assert raster is not None
    around = Rect(-50, -50, 400, 400)
    assert np.array_equal(raster.raster.read(around), 255 - mask.raster.read(around))
    assert np.array_equal(shown(masks.invert_mask(once, "m")), shown(document))


def test_a_group_mask_cannot_be_applied() -> None:
    document = masks.add_mask(nested(), "g")
    with pytest.raises(StudioError):
        masks.apply_mask(document, "g")


def test_merging_normal_layers_looks_the_same() -> None:
    rng = np.random.default_rng(4)
    mask = LayerMask(Raster.from_array(noise(rng, 250, 250, 1), 10, 10, default=90))
    layers = tuple(
        RasterLayer(
            raster=Raster.from_array(noise(rng, 280, 290)), x=n * 17, opacity=0.7, mask=mask
        )
        for n in range(3)
    )
    document = Document(width=300, height=300, layers=layers)
    merged = merge.merge_down(document, layers[2].id)
    assert [one.id for one in merged.layers] == [layers[0].id, layers[1].id]
    assert merged.active == layers[1].id
    before, after = reference(document, document.rect), reference(merged, merged.rect)
    for picture in (before, after):
        picture[:, :, :3] *= picture[:, :, 3:]
    assert np.abs(before - after).max() <= 1.6 / 255
    with pytest.raises(StudioError):
        merge.merge_down(document, layers[0].id)


def test_merging_keeps_pixels_off_the_canvas() -> None:
    low = RasterLayer(
        id="low", raster=Raster.from_array(np.full((9, 9, 4), 255, np.uint8), -500, 3)
    )
    high = RasterLayer(
        id="high", raster=Raster.from_array(np.full((9, 9, 4), 200, np.uint8), 600, 3)
    )
    document = Document(width=20, height=20, layers=(low, high))
    merged = merge.merge_down(document, "high").layers[0]
    assert isinstance(merged, RasterLayer)
    assert merged.bounds() == low.bounds().union(high.bounds())


def test_rasterizing_a_group_looks_the_same_alone() -> None:
    document = some_document(np.random.default_rng(5))
    group = next(one for one in document.layers if isinstance(one, GroupLayer))
    alone = document.replace(layers=(group.replace(blend=BlendMode.NORMAL),))
    plain = merge.rasterize(alone, group.id)
    assert isinstance(plain.layers[0], RasterLayer)
    assert plain.layers[0].id == group.id
    assert np.array_equal(shown(plain), shown(alone))
    kept = merge.rasterize(document, group.id).find(group.id)
    assert kept is not None and kept.blend is group.blend


def test_flattening_and_stamping_look_the_same() -> None:
    document = some_document(np.random.default_rng(6))
    flat = merge.flatten(document)
    assert len(flat.layers) == 1
    assert np.array_equal(shown(flat), shown(document))
    assert document.rect.contains(flat.layers[0].bounds())
    stamped = merge.stamp_visible(document)
    assert len(stamped.layers) == len(document.layers) + 1
    top = stamped.active_layer()
    assert top is not None
    assert np.array_equal(shown(stamped.replace(layers=(top,))), shown(document))


def test_another_canvas_moves_the_whole_picture_along() -> None:
    document = some_document(np.random.default_rng(7))
    mask = Raster.filled(Rect(100, 100, 50, 60), 255)
    generated = GenerativeLayer(
        id="gen", recipe={"region": [10, 20, 30, 40], "prompt": "x"}, recipe_mask=mask
    )
    document = select_rect(document.insert(generated), Rect(20, 30, 100, 90)).replace(mask=mask)
    larger = canvas.extend_canvas(document, left=33, top=300, right=7, bottom=1)
    assert (larger.width, larger.height) == (340, 581)
    assert np.array_equal(shown(larger, document.rect.shift(33, 300)), shown(document))
    assert larger.selection is not None and larger.mask is not None
    assert larger.selection.bounds() == Rect(53, 330, 100, 90)
    assert larger.mask.bounds() == Rect(133, 400, 50, 60)
    carried = larger.find("gen")
    assert isinstance(carried, GenerativeLayer) and carried.recipe_mask is not None
    # The recipe is in the layer's own pixels, which moved along.
    assert carried.recipe == generated.recipe and (carried.x, carried.y) == (33, 300)
    assert carried.recipe_mask.bounds() == Rect(100, 100, 50, 60)
    back = canvas.set_canvas(larger, document.rect.shift(33, 300))
    assert np.array_equal(shown(back), shown(document))


def test_crop_resize_and_their_errors() -> None:
    document = some_document(np.random.default_rng(8))
    cropped = canvas.crop_canvas(select_rect(document, Rect(20, 30, 100, 90)))
    assert cropped.selection is None
    assert np.array_equal(shown(cropped), shown(document, Rect(20, 30, 100, 90)))
    resized = canvas.resize_canvas(document, 400, 200, (1.0, 0.0))
    assert np.array_equal(
        shown(resized, Rect(100, 0, 300, 200)), shown(document, Rect(0, 0, 300, 200))
    )
    assert canvas.resize_canvas(document, 300, 280) is document
    for broken in (
        lambda: canvas.crop_canvas(document),
        lambda: canvas.crop_canvas(document, Rect(900, 900, 5, 5)),
        lambda: canvas.extend_canvas(document, left=MAX_SIZE),
        lambda: canvas.extend_canvas(document, right=-300),
    ):
        with pytest.raises(StudioError):
            broken()
    cut = canvas.crop_canvas(
        document.replace(mask=Raster.filled(Rect(0, 0, 9, 9), 255)), Rect(50, 50, 9, 9)
    )
    assert cut.mask is None
