"""The copy of the picture that is encoded, the targets of a mask, and very large objects."""

from __future__ import annotations

import numpy as np
import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.document.document import Document
from studio.document.io import formats
from studio.document.io.formats import document_from_array
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit import objects
from studio.edit.object_targets import TARGETS, with_object
from studio.edit.objects import EncodedPicture, object_mask, object_picture, person_mask
from studio.photos.masks import find_subject
from studio.retouch.object_masks import Embedding


def _document(width: int, height: int) -> Document:
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[:, : width // 2] = 200
    pixels[: height // 2, :, 1] = 90
    return document_from_array(pixels, "Photo")


@pytest.mark.parametrize("size", [(1600, 900), (40, 30), (5000, 3), (3, 2600)])
def test_the_copy_is_as_long_as_the_square(
    size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    document = _document(*size)
    whole = object_picture(document)
    assert max(whole.pixels.shape[:2]) == 1024 and whole.region == document.rect
    monkeypatch.setattr(objects, "STRIP", 4000)  # many strips
    strips = object_picture(document)
    assert strips.pixels.shape == whole.pixels.shape
    difference = np.abs(strips.pixels.astype(int) - whole.pixels)
    assert (difference > 8).mean() < 0.03  # only at the edges between colours


def test_the_digest_is_that_of_the_pixels() -> None:
    one, other = _document(64, 48), _document(64, 48)
    assert object_picture(one).digest == object_picture(other).digest
    selected = one.replace(selection=Raster.filled(Rect(0, 0, 9, 9), 255))
    assert object_picture(selected).digest == object_picture(one).digest
    assert object_picture(one, Rect(0, 0, 40, 48)).digest != object_picture(one).digest


def test_pictures_without_content_are_refused() -> None:
    for document in (
        document_from_array(np.full((1, 1, 3), 7, np.uint8), "Dot"),
        document_from_array(np.full((30, 30, 3), 7, np.uint8), "Flat"),
        Document(width=10, height=10),
    ):
        with pytest.raises(StudioError, match="one colour"):
            object_picture(document)
    with pytest.raises(StudioError, match="empty"):
        object_picture(_document(20, 20), Rect(50, 50, 5, 5))


def test_a_very_large_object_is_refined_on_a_copy_and_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document = _document(600, 400)
    picture = EncodedPicture(document.rect, Embedding(np.zeros((256, 64, 64), np.float16)))
    logits = np.full((256, 256), -8, np.float32)
    logits[:, :128] = 8
    exact, said = object_mask(document, picture, logits)
    assert said is None
    monkeypatch.setattr(objects, "FINEST", 10_000)
    rough, said = object_mask(document, picture, logits)
    assert said is not None and "copy" in str(said)
    one, other = (mask.read(document.rect)[:, :, 0] >= 128 for mask in (exact, rough))
    assert (one & other).sum() / (one | other).sum() > 0.97
    nothing, _ = object_mask(document, picture, np.full((256, 256), -8, np.float32))
    assert not nothing.tiles


@pytest.mark.needs_asset("u2netp", "modnet", "selfie")
def test_a_person_gets_the_soft_edge_of_the_hair() -> None:
    opened = formats.open_document(resource("samples", "sample-astronaut.jpg")).document
    found = find_subject(composite(opened, opened.rect))
    assert found.found
    hard = Raster.from_array(np.where(found.mask > 127, 255, 0).astype(np.uint8))
    soft = person_mask(opened, hard)
    assert soft is not None
    one, other = (mask.read(opened.rect)[:, :, 0] for mask in (hard, soft))
    assert ((one > 127) & (other > 127)).sum() > 0.95 * (one > 127).sum()
    edge = (other > 20) & (other < 235)
    assert 0.002 < edge.mean() < 0.1
    shirt = Raster.filled(Rect.from_edges(*(int(n) for n in middle(found.box))), 255)
    assert person_mask(opened, shirt) is None
    assert person_mask(opened, Raster(channels=1)) is None


def middle(box: Rect) -> tuple[float, float, float, float]:
    """Return the edges of the middle of a rectangle."""
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return x - 20, y - 20, x + 20, y + 20


def test_without_the_networks_for_people_the_mask_stays() -> None:
    document = _document(64, 48)
    assert person_mask(document, Raster.filled(Rect(5, 5, 30, 30), 255)) is None


@pytest.mark.parametrize("target", TARGETS)
def test_an_object_is_put_into_its_target(target: str) -> None:
    document = _document(60, 40)
    layer = document.active_layer()
    assert layer is not None
    mask = Raster.filled(Rect(5, 6, 20, 10), 255)
    made = with_object(document, mask, "replace", target)
    area = made.rect
    if target == "selection":
        assert made.selection is not None and made.mask is None
        assert np.array_equal(made.selection.read(area), mask.read(area))
        less = with_object(made, Raster.filled(Rect(5, 6, 10, 10), 255), "subtract", target)
        assert less.selection is not None and less.selection.bounds() == Rect(15, 6, 10, 10)
        assert with_object(made, mask, "subtract", target).selection is None
    elif target == "mask":
        assert made.mask is not None and made.selection is None
    elif target == "layer_mask":
        masked = made.find(layer.id)
        assert masked is not None and masked.mask is not None
        assert masked.mask.raster.bounds() == Rect(5, 6, 20, 10)
        hidden = with_object(document, mask, "subtract", target).find(layer.id)
        assert hidden is not None and hidden.mask is not None
        assert hidden.mask.raster.read(area)[8, 8, 0] == 0
        assert hidden.mask.raster.read(area)[30, 8, 0] == 255
    else:
        twin = made.active_layer()
        assert twin is not None and twin.id != layer.id and made.selection is None
        assert len(made.layers) == 2


def test_a_target_without_a_layer_is_refused() -> None:
    empty = Document(width=10, height=10)
    for target in ("layer_mask", "layer"):
        with pytest.raises(StudioError, match="active"):
            with_object(empty, Raster.filled(Rect(0, 0, 5, 5), 255), "replace", target)
