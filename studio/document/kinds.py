"""The table of layer kinds, used by compositor, journal, file formats and layers panel.

A further kind is a class derived from ``Layer`` in a file of its own and a row here. Its ``bounds``
enclose everything that it may show; everything else is in the row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from studio.document.adjustment_layer import AdjustmentLayer, with_settings
from studio.document.blend import BlendMode, find_mode
from studio.document.layer import ControlLayer, GenerativeLayer, GroupLayer, Layer, RasterLayer
from studio.document.stored import (
    CHILDREN,
    CONTROL,
    MASK,
    Entry,
    Part,
    Source,
    Store,
    many_pixels,
    mapping,
    optional_pixels,
    pixels,
    plain,
)


class InPsd(Enum):
    """The form of a layer kind in a Photoshop file."""

    PIXELS = "pixels"
    GROUP = "group"
    PICTURE = "picture"
    """A picture of the layer and all below it, which is then hidden, with a notice."""


def _as_it_is(layer: Layer) -> Layer:
    return layer


def _without_people(layer: Layer) -> Layer:
    """Return a control layer without skeletons, which may no longer match its changed pixels."""
    assert isinstance(layer, ControlLayer)
    return layer.replace(control=layer.control.replace(people=()))


def _replaced(layer: Layer, changes: Mapping[str, Any]) -> Layer:
    return layer.replace(**changes)


def _with_control(layer: Layer, changes: Mapping[str, Any]) -> Layer:
    assert isinstance(layer, ControlLayer)
    return layer.replace(control=layer.control.replace(**changes))


@dataclass(frozen=True, slots=True)
class LayerKind:
    """One kind. ``id`` is stored in files; ``type`` is the exact class of its layers.

    ``label`` and ``icon`` are shown in the layers panel. ``compose`` is ``module:function`` of
    (plan, layer, depth), which returns the steps of the compositor and whether they cover the
    window. ``parts`` are the fields beyond those of every layer. ``panel`` is ``module:class`` of
    the settings that the layers panel shows below the rows, "" for none. A layer with
    ``in_picture`` False is shown over the canvas and left out of every picture. ``repainted``
    returns a layer after another program changed its pixels, ``with_settings`` one with the
    changes made in ``panel``, by default changes of its fields.
    """

    id: str
    type: type[Layer]
    label: str
    icon: str
    compose: str
    parts: tuple[Part, ...]
    psd: InPsd = InPsd.PIXELS
    panel: str = ""
    in_picture: bool = True
    repainted: Callable[[Layer], Layer] = _as_it_is
    with_settings: Callable[[Layer, Mapping[str, Any]], Layer] = _replaced


_PLAN = "studio.document.render.plan:"
_PIXELS = pixels("raster")

RASTER = LayerKind(
    "raster", RasterLayer, "Pixels", "ph.image", f"{_PLAN}compose_raster", (_PIXELS,)
)
GROUP = LayerKind(
    "group",
    GroupLayer,
    "Group",
    "ph.folder",
    f"{_PLAN}compose_group",
    (CHILDREN, plain("expanded", bool)),
    InPsd.GROUP,
)
GENERATIVE = LayerKind(
    "generative",
    GenerativeLayer,
    "Made by a prompt",
    "ph.sparkle",
    f"{_PLAN}compose_raster",
    (_PIXELS, mapping("recipe"), optional_pixels("recipe_mask"), many_pixels("recipe_pictures")),
)
CONTROL_IMAGE = LayerKind(
    "control",
    ControlLayer,
    "Control",
    "ph.crosshair",
    f"{_PLAN}compose_raster",
    (_PIXELS, CONTROL),
    panel="studio.ui.layers.control_box:ControlBox",
    in_picture=False,
    repainted=_without_people,
    with_settings=_with_control,
)

ADJUSTMENT = LayerKind(
    "adjustment",
    AdjustmentLayer,
    "Adjustment",
    "ph.circle-half",
    "studio.document.render.adjust:compose",
    (plain("adjustment", str), mapping("values")),
    InPsd.PICTURE,
    panel="studio.ui.layers.adjustment_box:AdjustmentBox",
    with_settings=with_settings,
)

LAYER_KINDS = (RASTER, GROUP, GENERATIVE, CONTROL_IMAGE, ADJUSTMENT)

COMMON = (
    plain("id", str),
    plain("name", str),
    plain("visible", bool),
    plain("opacity", float),
    Part("blend", lambda mode, _: mode.value.id, lambda name, _: _mode(name)),
    plain("locked", bool),
    plain("x", int),
    plain("y", int),
    MASK,
)
"""The fields that every layer has."""


def kind_of(layer: Layer) -> LayerKind:
    """Return the row of a layer; TypeError if there is none for its class."""
    found = type(layer)
    for kind in LAYER_KINDS:
        if kind.type is found:
            return kind
    raise TypeError(f"no kind of layers has the class {found.__name__}")


def find_kind(name: str) -> LayerKind | None:
    """Return the row with the id ``name``, None if there is none."""
    return next((kind for kind in LAYER_KINDS if kind.id == name), None)


def in_picture(layer: Layer) -> bool:
    """Whether a layer is part of the picture that is exported and given to models."""
    return kind_of(layer).in_picture


def write_layer(layer: Layer, store: Store) -> Entry:
    """Return a layer JSON-ready, its pixels in ``store``; used by both the journal and ORA."""
    kind = kind_of(layer)
    found: Entry = {"kind": kind.id}
    for part in (*COMMON, *kind.parts):
        found[part.name] = part.write(getattr(layer, part.name), store)
    return found


def read_layer(entry: Entry, source: Source, **known: Any) -> Layer:
    """Return the layer of an entry; fields given in ``known`` are not read from it.

    KeyError, TypeError or ValueError for an invalid entry. A missing field has its default, as
    older versions stored fewer.
    """
    kind = find_kind(str(entry["kind"]))
    if kind is None:
        raise ValueError(f"no such kind of layers: {entry['kind']}")
    for part in (*COMMON, *kind.parts):
        if part.name not in known and part.name in entry:
            known[part.name] = part.read(entry[part.name], source)
    return kind.type(**known)


def _mode(name: Any) -> BlendMode:
    found = find_mode(str(name))
    if found is None:
        raise ValueError(f"no such blend mode: {name}")
    return found
