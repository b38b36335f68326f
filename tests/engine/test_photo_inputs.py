"""Every photo tool with every kind of picture and place: it works, or says what to do next."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from photo_tool_contract import (
    ADJUSTMENT,
    ASSETS,
    NEEDS_PLACE,
    PICTURES,
    PLACES,
    TOOLS,
    disc,
    one_layer,
)

from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.core.settings import Settings
from studio.document import kinds
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer, Layer, RasterLayer
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, EditResult
from studio.engine.engine import Engine
from studio.session.jobs import InlineRunner
from studio.session.session import Session

pytestmark = pytest.mark.needs_asset(*ASSETS)

SELECT = ("select", "select-layer-mask", "select-layer")
SCALES = ("enlarge", "enlarge-layer", "batch")
"""The tools that give layers of the document other pixels."""


class Remembering:
    """The real engine, which answers a request for the same pixels again without running it."""

    def __init__(self) -> None:
        self.engine = Engine("cpu")
        self.known: dict[str, Any] = {}

    def run(self, request: Any, progress: Progress) -> Any:
        """Return the engine's result, for this request."""
        key = _key(request)
        if key not in self.known:
            try:
                self.known[key] = self.engine.run(request, progress)
            except StudioError as error:
                self.known[key] = error
        found = self.known[key]
        if isinstance(found, StudioError):
            raise found
        if isinstance(found, EditResult):
            return found
        assert isinstance(found, PhotoResult)
        return replace(found, request=request)


def _key(request: EditRequest | PhotoRequest) -> str:
    digest = hashlib.sha256()
    if isinstance(request, PhotoRequest):
        parts: list[Any] = [request.kind, request.region, request.settings, request.picture()]
        parts.append(request.mask)
        for name, value in sorted(request.extras.items()):
            # The ids of layers differ from document to document.
            values = list(value.values()) if isinstance(value, Mapping) else [name, value]
            if request.kind == "enlarge" and name in ("pictures", "places"):
                return f"{id(request)}"
            parts += values if name not in ("layer", "source") else []
    else:
        parts = [request.task, request.region, request.image, request.mask, request.sampling]
        parts += [use.image for use in request.references]
    for part in parts:
        if isinstance(part, np.ndarray):
            digest.update(repr(part.shape).encode())
            digest.update(np.ascontiguousarray(part).tobytes())
        else:
            digest.update(repr(part).encode())
    return digest.hexdigest()


@pytest.fixture(scope="module")
def engine() -> Remembering:  # type: ignore[override]
    return Remembering()


@pytest.fixture(autouse=True)
def adjustments(monkeypatch: pytest.MonkeyPatch) -> None:
    """Add a layer without pixels to the kinds."""
    monkeypatch.setattr(kinds, "LAYER_KINDS", (*kinds.LAYER_KINDS, ADJUSTMENT))


def used(tool: str, document: Document, engine: Remembering) -> tuple[Session, list[StudioError]]:
    """Use a tool on a document; any error but a StudioError propagates."""
    session = Session(InlineRunner(engine), Settings(None))
    session.begin(document)
    found: list[StudioError] = []
    session.failed.connect(found.append)
    try:
        TOOLS[tool](session)
    except StudioError as error:
        found.append(error)
    return session, found


def kept(before: Document, after: Document, *, pixels: bool) -> None:
    """Check that each layer is still there, with its pixels if they are to stay."""
    for layer in before.walk():
        now = after.find(layer.id)
        assert now is not None, layer.name
        if pixels and isinstance(layer, RasterLayer):
            assert isinstance(now, RasterLayer) and now.raster is layer.raster
    old, new = before.selection, after.selection
    assert old is None or new is None or isinstance(new, Raster)


def check(tool: str, before: Document, session: Session, errors: list[StudioError]) -> None:
    """Check what holds after any use of a tool."""
    after = session.document
    if tool == "batch":
        # Each step is a change of its own, which stays if a later one fails.
        assert after.layers or errors or not before.layers
    elif errors:
        assert after is before, "an error changes nothing"
    for error in errors:
        assert error.message and error.hint, error
        assert "{" not in str(error), error
    if errors or after is before:
        return
    if tool != "batch":
        kept(before, after, pixels=tool not in SCALES)
        session.undo()
        assert session.document.layers == before.layers
        session.redo()
    composite(after, after.rect)


def saved(session: Session, folder: Path) -> None:
    """Check that the document can be written and read again."""
    session.save(folder / "after.ora")
    again = formats.open_document(folder / "after.ora").document
    assert len(list(again.walk())) == len(list(session.document.walk()))


CASES = [
    (tool, name)
    for tool in TOOLS
    for name in PICTURES
    if tool != "batch" or name in ("one pixel", "soft alpha", "no layers", "locked active")
]
"""A batch runs the tools above in turn, which takes seconds; what they refuse it refuses, too."""


@pytest.mark.parametrize(("tool", "name"), CASES)
def test_any_picture(tool: str, name: str, tmp_path: Path, engine: Remembering) -> None:
    document = PICTURES[name](tmp_path)
    if tool in NEEDS_PLACE:
        document = document.replace(selection=disc() if document.width > 1 else whole(document))
    session, errors = used(tool, document, engine)
    check(tool, document, session, errors)
    if name != "adjustment active" and tool in ("lift", "remove", "cutout"):
        saved(session, tmp_path)


def whole(document: Document) -> Raster:
    return Raster.from_array(np.full((document.height, document.width), 255, np.uint8))


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize(
    "tool", ["remove", "lift", "matte", "enlarge-selection", "denoise", "style", "select"]
)
def test_any_place(tool: str, name: str, engine: Remembering) -> None:
    document = one_layer(PLACES[name]())
    session, errors = used(tool, document, engine)
    check(tool, document, session, errors)
    if errors:
        return
    for layer in new_layers(document, session.document):
        if isinstance(layer, GenerativeLayer):
            unchanged_outside(document, session.document, layer)


def new_layers(before: Document, after: Document) -> list[Layer]:
    return [layer for layer in after.walk() if before.find(layer.id) is None]


def unchanged_outside(before: Document, after: Document, layer: GenerativeLayer) -> None:
    """Check that not a byte of the picture changed outside the mask of the recipe."""
    alone = after.replace(layers=(*before.layers, layer))
    mask = layer.recipe_mask
    assert mask is not None
    outside = mask.read(before.rect)[:, :, 0] == 0
    old, new = composite(before, before.rect), composite(alone, before.rect)
    assert np.array_equal(old[outside], new[outside])


@pytest.mark.parametrize(
    ("tool", "name", "words"),
    [
        ("remove", "no layers", "picture is empty there"),
        ("remove", "all hidden", "picture is empty there"),
        ("lift", "no layers", "no picture"),
        ("select", "one colour", "one colour"),
        ("subject", "one colour", "Nothing stands out"),
        ("cutout", "locked active", "locked"),
        ("cutout", "group active", "no photo"),
        ("enlarge-selection", "control active", "no picture whose selected part"),
        ("enlarge-selection", "adjustment active", "no picture whose selected part"),
        ("enlarge-layer", "empty layer active", "nothing to scale"),
        ("select-layer-mask", "locked active", "locked"),
    ],
)
def test_the_reason_fits(
    tool: str, name: str, words: str, tmp_path: Path, engine: Remembering
) -> None:
    document = PICTURES[name](tmp_path)
    if tool in NEEDS_PLACE:
        document = document.replace(selection=disc())
    _, errors = used(tool, document, engine)
    assert len(errors) == 1 and words in str(errors[0]), errors


@pytest.mark.parametrize("name", ["a thing", "a corner", "a border", "one pixel"])
def test_what_was_removed_is_gone_and_nothing_else(name: str, engine: Remembering) -> None:
    document = one_layer(PLACES[name]())
    session, errors = used("remove", document, engine)
    (layer,) = new_layers(document, session.document)
    assert not errors and isinstance(layer, GenerativeLayer)
    place = PLACES[name]()
    assert place is not None and layer.raster.read(place.bounds().intersect(document.rect)).any()
    if name == "a thing":
        after = composite(session.document, document.rect)
        inside = place.read(document.rect)[:, :, 0] > 0
        assert after[inside, 0].mean() < 130, "the red disc"


def test_a_cutout_of_a_batch_hides_the_background(engine: Remembering) -> None:
    document = one_layer()
    session, errors = used("batch", document, engine)
    assert not errors
    assert (session.document.width, session.document.height) == (144, 112)
    alpha = composite(session.document, session.document.rect)[:, :, 3]
    assert alpha[2, 2] == 0 and alpha[54, 76] == 255
