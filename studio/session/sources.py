"""Control layers and references of an edit, read from files."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.references import MODES
from studio.control_maps.edges import at_side, enlarge_lines
from studio.control_maps.openpose import read_poses
from studio.control_maps.pose import Joints
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.control import POSE, control_layer, pose_layer
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import ControlLayer, RasterLayer
from studio.document.raster import Pixels
from studio.edit.prepare import visible_rgb
from studio.edit.request import AdapterUse
from studio.edit.steering import Reference

STRONGEST = 2.0
LARGEST_REFERENCE = 1024
"""Longer side, in pixels, of a kept reference: encoders take 64 to 448."""
SAME_SHAPE = 0.02
"""Tolerance of a control image's aspect ratio relative to the picture's."""


@dataclass(frozen=True, slots=True)
class Named:
    """A file with a number and a word: ``KIND=FILE:NUMBER`` or ``FILE:NUMBER:MODE``."""

    path: Path
    number: float
    word: str


def parse_control(text: str) -> Named:
    """Parse ``KIND=FILE`` or ``KIND=FILE:STRENGTH``; StudioError if it is neither."""
    kind, equals, rest = text.partition("=")
    path, number = _numbered(rest)
    if not equals or kind not in CONTROL_KINDS or not path:
        raise StudioError(
            "“{text}” does not name a control.",
            "Write KIND=FILE or KIND=FILE:STRENGTH; kinds are {kinds}.",
            text=text,
            kinds=", ".join(CONTROL_KINDS),
        )
    return Named(Path(path), number, kind)


def parse_controlnet(text: str, kinds: Sequence[str]) -> tuple[tuple[str, ...], Path]:
    """Parse ``KIND=PATH``, or a path for all ``kinds`` in use, into kinds and their network.

    StudioError for a kind that no control in use has.
    """
    kind, equals, path = text.partition("=")
    if not equals or kind not in CONTROL_KINDS:
        kind, path = "", text
    if not path or (kind and kind not in kinds) or not kinds:
        raise StudioError(
            "“{text}” names a ControlNet that no control uses.",
            "Write PATH or KIND=PATH beside --control; controls here: {kinds}.",
            text=text,
            kinds=", ".join(kinds) or "-",
        )
    return (kind,) if kind else tuple(kinds), Path(path)


def parse_reference(text: str) -> Named:
    """Parse ``FILE``, ``FILE:WEIGHT`` or ``FILE:WEIGHT:MODE``; the default mode is the look."""
    head, colon, last = text.rpartition(":")
    mode = last if colon and last in MODES else "look"
    path, number = _numbered(head if colon and last in MODES else text)
    if not path:
        raise StudioError(
            "“{text}” does not name a reference.", "Write FILE or FILE:WEIGHT.", text=text
        )
    return Named(Path(path), number, mode)


def parse_region(text: str) -> Named:
    """Parse ``MASK=TEXT`` or ``MASK:WEIGHT=TEXT``; the text may contain any character."""
    head, _, words = text.partition("=")
    path, number = _numbered(head)
    if not path or not words.strip():
        raise StudioError(
            "“{text}” does not name a region.", "Write MASK=TEXT or MASK:WEIGHT=TEXT.", text=text
        )
    if number > 1:
        raise StudioError("A region prompt needs a weight between 0 and 1.", "Change the weight.")
    return Named(Path(path), number, words.strip())


def parse_region_reference(text: str) -> tuple[Path, Named]:
    """Return the mask and the reference of ``MASK=FILE``, ``MASK=FILE:WEIGHT`` or with a mode."""
    mask, _, rest = text.partition("=")
    if not mask or not rest:
        raise StudioError(
            "“{text}” does not name a region reference.",
            "Write MASK=FILE or MASK=FILE:WEIGHT.",
            text=text,
        )
    return Path(mask), parse_reference(rest)


def parse_lora(text: str) -> AdapterUse:
    """Parse ``FILE`` or ``FILE:WEIGHT``, which may be negative: some LoRAs are made for that."""
    head, _, last = text.rpartition(":")
    path, weight = text, 1.0
    with contextlib.suppress(ValueError):
        path, weight = (head, float(last)) if head else (text, 1.0)
    if not path:
        raise StudioError("“{text}” does not name a LoRA.", "Write FILE or FILE:WEIGHT.", text=text)
    if not -STRONGEST <= weight <= STRONGEST:
        raise StudioError(
            "{number} is not a valid LoRA weight.",
            "Give a number from -2 to 2, such as 0.8.",
            number=last,
        )
    return AdapterUse("lora", path, weight)


def parse_embedding(text: str) -> AdapterUse:
    """Parse ``FILE`` or ``FILE:TOKEN``; without a token, that of the file is used."""
    head, colon, token = text.rpartition(":")
    # The colon of a Windows drive is followed by the rest of the path.
    named = bool(colon and token) and not any(mark in token for mark in "/\\")
    path = head if named else text.removesuffix(":")
    if not path:
        raise StudioError(
            "“{text}” does not name an embedding.", "Write FILE or FILE:TOKEN.", text=text
        )
    return AdapterUse("textual_inversion", path, options={"token": token} if named else {})


def _numbered(text: str) -> tuple[str, float]:
    """Split ``FILE:NUMBER``; a colon not followed by a number belongs to the file."""
    head, _, last = text.rpartition(":")
    try:
        number = float(last)
    except ValueError:
        return text, 1.0
    if not head:
        return text, 1.0
    if not 0 <= number <= STRONGEST:
        raise StudioError(
            "{number} is not a valid strength.",
            "Give a number from 0 to 2, such as 0.8.",
            number=last,
        )
    return head, number


def load_control(kind: str, path: Path, document: Document, strength: float = 1.0) -> ControlLayer:
    """Return the control layer of a file that covers the document's canvas.

    A pose may be OpenPose JSON, whose people are then scaled from its canvas. StudioError if the
    file cannot be read or its aspect ratio differs.
    """
    if kind == POSE and path.suffix.lower() == ".json":
        people = read_people(path, document.rect)
        layer = pose_layer(people, document.rect, path.stem)
    else:
        picture = visible_rgb_of(path)
        layer = control_layer(kind, _fitted(picture, document, path), path.stem)
    return layer.replace(control=layer.control.replace(strength=strength))


def read_people(path: Path, canvas: Rect) -> list[Joints]:
    """Return the people of an OpenPose JSON file in pixels of a canvas; StudioError if none."""
    poses = read_poses(path)
    if not poses.people:
        raise StudioError(
            "There are no people in {path}.", "Export the pose again with a person in it.",
            path=str(path),
        )  # fmt: skip
    across = canvas.width / poses.width if poses.width else 1.0
    down = canvas.height / poses.height if poses.height else across
    scale = np.array((across, down, 1), np.float32)
    return [np.asarray(person * scale, np.float32) for person in poses.people]


def load_reference(path: Path, weight: float = 1.0, mode: str = "look") -> Reference:
    """Return a file as a reference; transparency turns white, EXIF orientation is applied."""
    return Reference(shrunk(visible_rgb_of(path)), path.stem, weight=weight, mode=mode)


def shrunk(picture: Pixels) -> Pixels:
    """Return a picture (h, w, 3) uint8, shrunk to the size that encoders can use."""
    return at_side(picture, LARGEST_REFERENCE)


def visible_rgb_of(path: Path, progress: Progress | None = None) -> Pixels:
    """Return a picture file as (h, w, 3) uint8 over white; StudioError if it is not a picture."""
    document = formats.open_document(path, progress).document
    return visible_rgb(document, document.rect)


def layer_rgb(document: Document, layer_id: str) -> Pixels | None:
    """Return a layer's content as (h, w, 3) uint8 over white, cropped to it; None if empty."""
    layer = document.find(layer_id)
    box = layer.bounds().intersect(document.rect) if layer is not None else Rect(0, 0, 0, 0)
    if layer is None or box.is_empty:
        return None
    if isinstance(layer, ControlLayer):
        layer = RasterLayer(raster=layer.raster, mask=layer.mask, x=layer.x, y=layer.y)
    alone = document.replace(layers=(layer.replace(visible=True),))
    return visible_rgb(alone, box)


def _fitted(picture: Pixels, document: Document, path: Path) -> Pixels:
    height, width = picture.shape[:2]
    shape = (width / height) / (document.width / document.height)
    if abs(shape - 1) > SAME_SHAPE:
        raise StudioError(
            "{path} has {width} x {height} pixels; its proportions differ from those of "
            "the picture ({wide} x {high}).",
            "Use a control image of the same size as the picture.",
            path=str(path),
            width=width,
            height=height,
            wide=document.width,
            high=document.height,
        )
    return enlarge_lines(picture, document.width, document.height)
