"""Runs ``lienzo demo``: what the tools make of the sample photo, as layers of one document."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS
from studio.cli.editing import open_session, run, run_job
from studio.core.assets import missing_asset
from studio.core.errors import StudioError
from studio.core.paths import resource
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.enlarging import SELECTION
from studio.edit.request import Task
from studio.session.photo import enlarge
from studio.session.photo.lift import lift
from studio.session.photo.remove import remove
from studio.session.session import Session

Mask = NDArray[np.uint8]
FRAME, CORNER = 4, 24
"""Width of the white frame of the enlarged detail, and where its corner is, in pixels."""

MODEL_LINE = (
    "  The demo model is small and paints simple toys. Better ones are Stable Diffusion models\n"
    "  that others publish: add one in the Models panel, or use lienzo edit --model FOLDER."
)


@dataclass(frozen=True)
class Step:
    """One part of the demo: what it did, the assets that it needs, and the function that does it.

    ``made`` is the line that is printed; ``work`` adds one layer or more to the document.
    """

    made: str
    assets: Sequence[str]
    work: Callable[[Session, Mapping[str, Any]], None]


def demo(options: argparse.Namespace) -> int:
    """Run ``lienzo demo``: the sample photo, every tool that is installed, three exports."""
    content = json.loads(resource("samples", "demo.json").read_text(encoding="utf-8"))
    options.model, options.prompt = "starter", content["prompt"]
    options.seed = content["seed"] if options.seed is None else options.seed
    options.steps = content["steps"] if options.steps is None else options.steps
    folder = _folder(options.out)
    session = open_session(options)
    session.open(resource("samples", content["photo"]))
    print(f"Lienzo changed {content['photo']}:")
    for step in STEPS:
        missing = [error for id in step.assets if (error := missing_asset(id)) is not None]
        if missing:
            print(f"  left out: {step.made}. {missing[0]}")
            continue
        started = time.monotonic()
        step.work(session, content)
        print(f"  {step.made}, {time.monotonic() - started:.1f} s")
    print(MODEL_LINE)
    for suffix in (".ora", ".psd", ".png"):
        path = folder / f"lienzo-demo{suffix}"
        session.export(path)
        print(f"  {path}")
    return 0


def ellipse_mask(document: Document, place: Mapping[str, int]) -> Raster:
    """Return a mask of one channel: the ellipse in a box of document pixels."""
    rows, columns = np.mgrid[: document.height, : document.width]
    x = (columns + 0.5 - place["x"]) / place["width"] - 0.5
    y = (rows + 0.5 - place["y"]) / place["height"] - 0.5
    return Raster.from_array(np.where(x * x + y * y <= 0.25, 255, 0).astype(np.uint8))


def _remove(session: Session, content: Mapping[str, Any]) -> None:
    mask = ellipse_mask(session.document, content["remove"])
    # Its first result becomes a layer by itself.
    run_job(session, lambda: remove(session, mask, variations=1))
    session.tray.clear()


def _lift(session: Session, content: Mapping[str, Any]) -> None:
    run_job(session, lambda: lift(session))
    layer = session.document.active_layer()
    assert layer is not None
    move = content["move"]
    moved = layer.replace(x=layer.x + move["x"], y=layer.y + move["y"])
    session.edit("Move", lambda old: old.update(moved))


def _edit(session: Session, content: Mapping[str, Any]) -> None:
    mask = ellipse_mask(session.document, content["edit"])
    session.edit("Mask", lambda old: old.replace(mask=mask))
    run(session, lambda: session.submit(Task.FILL))


def _enlarge(session: Session, content: Mapping[str, Any]) -> None:
    box, before = content["detail"], session.document
    selected = np.zeros((before.height, before.width), np.uint8)
    x, y, width, height = (int(box[name]) for name in ("x", "y", "width", "height"))
    selected[y : y + height, x : x + width] = 255
    photo = before.layers[0].id
    session.edit(
        "Select", lambda old: old.replace(selection=Raster.from_array(selected), active=photo)
    )
    run_job(session, lambda: enlarge.submit(session, 2 * width, 2 * height, SELECTION))
    made = session.document.active_layer()
    assert isinstance(made, RasterLayer)
    area = made.raster.bounds()
    framed = np.full((area.height + 2 * FRAME, area.width + 2 * FRAME, 4), 255, np.uint8)
    framed[FRAME:-FRAME, FRAME:-FRAME] = made.raster.read(area)
    detail = RasterLayer(
        name="A detail, enlarged", raster=Raster.from_array(framed, CORNER, CORNER)
    )
    session.edit("Detail", lambda old: before.insert(detail))


def _folder(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StudioError(
            "The folder {path} cannot be made ({reason}).",
            "Name another one with --out.",
            path=str(path),
            reason=error.strerror,
        ) from error
    return path


LIFTING = (*PHOTO_KINDS["subject"].assets, *PHOTO_KINDS["lift"].assets)
STEPS = (
    Step("removed the grass on the left", PHOTO_TASKS["remove"].assets, _remove),
    Step(
        "lifted the moose and moved it to the right", (*PHOTO_KINDS["lift"].assets, "migan"), _lift
    ),
    Step("painted a mushroom with the demo model", (), _edit),
    Step("enlarged a detail twofold", PHOTO_KINDS["enlarge"].assets, _enlarge),
)
