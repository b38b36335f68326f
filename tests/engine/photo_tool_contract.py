"""The photo tools as functions of a session, and the pictures and places that they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.io import formats
from studio.document.kinds import InPsd, LayerKind
from studio.document.layer import EVERYWHERE, Control, ControlLayer, GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster
from studio.edit.enlarging import scope_size
from studio.edit.objects import Clicks
from studio.edit.request import Task
from studio.session.batch import read_recipe, run_recipe
from studio.session.photo import enlarge, style
from studio.session.photo.lift import lift
from studio.session.photo.matte import refine_edge
from studio.session.photo.subject import remove_background, select_subject
from studio.session.session import Session
from studio.tools.object_finder import ObjectFinder
from studio.tools.remove import remove_marked

Pixels = NDArray[np.uint8]

WIDTH, HEIGHT = 72, 56
THING = (38, 27, 14)
"""The disc of the picture: x and y of its middle, and its radius."""

ASSETS = ("mobile-sam", "migan", "realesrgan-x2", "u2netp", "modnet", "styles", "selfie")


# The tools: each queues its work in a session


def _select(session: Session, target: str = "selection") -> None:
    finder = ObjectFinder(session)
    stop = finder.failed.connect(session.failed.emit)
    document = session.document
    middle = document.width / 2, document.height / 2
    finder.select(Clicks(((*middle, True),)), "replace", target)
    stop()


def _enlarge(session: Session, scope: str = "picture") -> None:
    width, height = scope_size(session.document, scope) or (WIDTH, HEIGHT)
    enlarge.submit(session, 2 * width, 2 * height, scope)


def _clean(session: Session, **amounts: int) -> None:
    session.photo.submit(Task.CLEAN, amounts)


def _style(session: Session) -> None:
    style.submit(session, {"style": "painting"}, photo()[:, :, :3])


def _batch(session: Session, recipe: str) -> None:
    run_recipe(session, read_recipe(recipe))


TOOLS: Mapping[str, Callable[[Session], object]] = {
    "select": _select,
    "subject": select_subject,
    "cutout": partial(remove_background, colours=True),
    "matte": refine_edge,
    "remove": remove_marked,
    "lift": lift,
    "enlarge": _enlarge,
    "enlarge-layer": partial(_enlarge, scope="layer"),
    "enlarge-selection": partial(_enlarge, scope="selection"),
    "denoise": partial(_clean, noise=80, jpeg=20),
    "style": _style,
    "select-layer-mask": partial(_select, target="layer_mask"),
    "select-layer": partial(_select, target="layer"),
    "batch": partial(_batch, recipe="clean noise=40; restyle amount=0.5; enlarge scale=2; cutout"),
}
NEEDS_PLACE = {"remove", "matte", "enlarge-selection"}


# Pictures


def photo(width: int = WIDTH, height: int = HEIGHT) -> Pixels:
    """Return a red disc with grain on green grain, (h, w, 4) uint8, opaque."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:height, 0:width]
    pixels = np.full((height, width, 4), 255, np.uint8)
    ground = np.array((60, 130, 70)) + rng.normal(0, 6, (height, width, 3)) + (y / 3)[:, :, None]
    pixels[:, :, :3] = np.clip(ground, 0, 255)
    inside = (x - width * THING[0] / WIDTH) ** 2 + (y - height * THING[1] / HEIGHT) ** 2 < (
        (THING[2] * width / WIDTH) ** 2
    )
    thing = np.array((205, 40, 45)) + rng.normal(0, 6, (int(inside.sum()), 3))
    pixels[inside, :3] = np.clip(thing, 0, 255)
    return pixels


def _png(values: NDArray[Any], folder: Path) -> Document:
    path = folder / "photo.png"
    assert cv2.imwrite(str(path), values)
    return formats.open_document(path).document


def _palette(folder: Path) -> Document:
    Image.fromarray(photo()[:, :, :3]).quantize(7).save(folder / "photo.png", transparency=2)
    return formats.open_document(folder / "photo.png").document


def _soft(folder: Path) -> Document:
    pixels = photo()
    pixels[:, :, 3] = np.linspace(0, 255, WIDTH, dtype=np.uint8)
    return _png(cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGRA), folder)


def _grey(folder: Path) -> Document:
    return _png(cv2.cvtColor(photo(), cv2.COLOR_RGBA2GRAY), folder)


def _deep(folder: Path) -> Document:
    bgr = cv2.cvtColor(photo(), cv2.COLOR_RGBA2BGR).astype(np.uint16)
    return _png(bgr * 257 + np.arange(WIDTH, dtype=np.uint16)[None, :, None], folder)


def _of(*layers: Layer, active: str | None = "", **more: object) -> Document:
    document = Document(width=WIDTH, height=HEIGHT, layers=layers)
    chosen = layers[-1].id if active == "" and layers else active
    return document.replace(active=chosen, **more)


def _layer(pixels: Pixels | None = None, **fields: Any) -> RasterLayer:
    raster = Raster.from_array(photo() if pixels is None else pixels)
    return RasterLayer(name="Photo", raster=raster, **fields)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Darker(Layer):
    """An adjustment: what is below at half its light."""

    def bounds(self) -> Rect:
        """Return that every pixel may change."""
        return EVERYWHERE


def darker(r: Any, g: Any, b: Any, values: Any) -> Any:
    """Return a colour at a share of its light; a formula that numba compiles."""
    return r * values[0], g * values[0], b * values[0]


def compose(plan: Any, layer: Darker, depth: int) -> Any:
    """Return the steps of the compositor."""
    from studio.document.render import blend_kernels

    return plan.adjustment(layer, blend_kernels.adjustment(darker), np.array([0.5], np.float32))


ADJUSTMENT = LayerKind(
    "darker", Darker, "Darker", "ph.sun", "photo_tool_contract:compose", (), InPsd.PICTURE
)
"""To be added to ``kinds.LAYER_KINDS``, which has no adjustment of its own yet."""


def _sized(width: int, height: int) -> Callable[[Path], Document]:
    def made(folder: Path) -> Document:
        layer = _layer(photo(width, height))
        document = Document(width=width, height=height, layers=(layer,))
        return document.replace(active=layer.id)

    return made


def _control() -> ControlLayer:
    return ControlLayer(raster=Raster.from_array(photo()), control=Control(kind="canny"))


def _empty() -> RasterLayer:
    return RasterLayer(name="Empty")


def _in_locked_group() -> Document:
    inner = _layer()
    return _of(GroupLayer(name="Group", children=(inner,), locked=True), active=inner.id)


def one_layer(place: Raster | None = None) -> Document:
    """Return a document with the photo, and with a selection."""
    return _of(_layer(), selection=place)


PICTURES: Mapping[str, Callable[[Path], Document]] = {
    "one pixel": _sized(1, 1),
    "one row": _sized(90, 1),
    "one column": _sized(1, 90),
    "grey": _grey,
    "16 bit": _deep,
    "palette": _palette,
    "soft alpha": _soft,
    "one colour": lambda _: _of(_layer(np.full((HEIGHT, WIDTH, 4), 255, np.uint8))),
    "no layers": lambda _: _of(active=None),
    "none active": lambda _: _of(_layer(), active=None),
    "hidden active": lambda _: _of(_layer(), _layer(photo()[::-1].copy(), visible=False)),
    "all hidden": lambda _: _of(_layer(visible=False)),
    "locked active": lambda _: _of(_layer(locked=True)),
    "in a locked group": lambda _: _in_locked_group(),
    "group active": lambda _: _of(GroupLayer(children=(_layer(),))),
    "empty group active": lambda _: _of(_layer(), GroupLayer()),
    "empty layer active": lambda _: _of(_layer(), _empty()),
    "only an empty layer": lambda _: _of(_empty()),
    "control active": lambda _: _of(_layer(), _control()),
    "adjustment active": lambda _: _of(_layer(), Darker(name="Darker")),
    "partly outside": lambda _: _of(_layer(x=-30, y=20)),
    "outside": lambda _: _of(_layer(), _layer(x=500, y=500)),
    "invisible by opacity": lambda _: _of(_layer(opacity=0.0)),
}


# Places: selections of the picture above


def disc() -> Raster:
    """Return the place of the disc as a selection."""
    return Raster.from_array(np.where(photo()[:, :, 0] > 150, 255, 0).astype(np.uint8))


def _rect(x: int, y: int, width: int, height: int, level: int = 255) -> Raster:
    return Raster.from_array(np.full((height, width), level, np.uint8), x, y)


PLACES: Mapping[str, Callable[[], Raster | None]] = {
    "nothing": lambda: None,
    "a thing": disc,
    "one pixel": lambda: _rect(30, 20, 1, 1),
    "a pixel in the corner": lambda: _rect(0, 0, 1, 1),
    "a corner": lambda: _rect(WIDTH - 20, HEIGHT - 15, 40, 40),
    "a border": lambda: _rect(-5, -5, WIDTH + 10, 12),
    "all but a pixel": lambda: _rect(0, 0, WIDTH, HEIGHT).write(3, 3, np.zeros((1, 1), np.uint8)),
    "everything": lambda: _rect(-10, -10, WIDTH + 20, HEIGHT + 20),
    "outside": lambda: _rect(400, 300, 20, 20),
    "hardly anything": lambda: _rect(20, 20, 20, 20, 1),
    "empty": lambda: Raster(channels=1),
}
