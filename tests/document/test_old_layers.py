"""Layers that version 0.1.0 stored open as they were, from an ORA and from a journal."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from old_samples import JOURNAL, ORA

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import ControlLayer, GenerativeLayer, GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster
from studio.session import snapshot


def layers(document: Document) -> tuple[Layer, GroupLayer, Layer, ControlLayer]:
    bottom, group, made, control = document.layers
    assert [one.id for one in document.layers] == ["a", "g", "c", "d"]
    assert isinstance(group, GroupLayer) and isinstance(control, ControlLayer)
    return bottom, group, made, control


def value(raster: Raster | None, x: int, y: int) -> list[int]:
    assert raster is not None
    return [int(n) for n in raster.read(Rect(x, y, 1, 1))[0, 0]]


def assert_fields(document: Document) -> None:
    """Check all that both samples have in common."""
    bottom, group, made, control = layers(document)
    assert type(bottom) is RasterLayer and bottom.name == "Foto"
    assert value(bottom.raster, 1, 1) == [10, 20, 30, 255]
    assert (group.blend, group.opacity, group.expanded) == (BlendMode.SCREEN, 0.5, False)
    assert (group.x, group.y) == (1, 0) and group.mask is not None
    assert value(group.mask.raster, 1, 1) == [200] and group.mask.enabled
    (inside,) = group.children
    assert isinstance(inside, RasterLayer) and inside.locked
    assert (inside.blend, inside.x, inside.y) == (BlendMode.MULTIPLY, 1, 1)
    assert value(inside.raster, 1, 1) == [90, 80, 70, 128]
    assert isinstance(made, GenerativeLayer) and made.recipe["prompt"] == "a bear"
    assert made.mask is not None and not made.mask.enabled and made.mask.raster.default == 255
    assert value(made.mask.raster, 1, 1) == [100] and value(made.recipe_mask, 1, 1) == [255]
    colour, grey = made.recipe_pictures
    assert value(colour, 0, 0) == [5, 6, 7, 255] and value(grey, 0, 0) == [9]
    assert (control.opacity, control.control.strength, control.control.end) == (0.5, 0.7, 0.6)
    assert control.control.people[0][3] == (3.0, 4.0, 1.0)
    assert document.active == "c" and value(document.mask, 0, 0) == [255]


def test_an_ora_of_the_first_form_opens(tmp_path: Path) -> None:
    path = tmp_path / "old.ora"
    path.write_bytes(ORA)
    opened = open_document(path)
    assert opened.notices == ()
    assert_fields(opened.document)
    _, _, made, control = layers(opened.document)
    assert (made.x, made.y, control.visible) == (1, 2, True)
    # Saved and opened again it is the same, in the form of today.
    save_document(opened.document, path)
    again = open_document(path)
    assert again.notices == ()
    assert_fields(again.document)
    for one, other in zip(opened.document.walk(), again.document.walk(), strict=True):
        assert (one.id, one.x, one.y, one.blend) == (other.id, other.x, other.y, other.blend)
        if isinstance(one, RasterLayer) and isinstance(other, RasterLayer):
            box = one.raster.bounds()
            assert np.array_equal(one.raster.read(box), other.raster.read(box))


def test_a_journal_of_the_first_form_opens(tmp_path: Path) -> None:
    tiles = tmp_path / "tiles"
    tiles.write_bytes(b"")
    document = snapshot.restore(JOURNAL, tiles)
    assert_fields(document)
    _, _, made, control = layers(document)
    assert isinstance(made, GenerativeLayer) and value(made.raster, -3, 0) == [1, 2, 3, 255]
    assert not control.visible
