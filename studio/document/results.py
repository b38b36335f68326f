"""Results kept beside a document's layers until the artist discards them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from studio.document.frame import Frame
from studio.document.layer import new_id
from studio.document.raster import Pixels

MAX_COUNT = 60
MAX_BYTES = 256 << 20
"""The limit for the pixels of all results and of their requests together."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KeptRequest:
    """The request of several results: a recipe, and the pixels that a recipe leaves out.

    ``image`` (h, w, 3) and ``mask`` (h, w) are uint8 of the recipe's crop, ``pictures`` those of
    its controls, references and region prompts. ``target`` is the layer that the results replace.
    ``origin`` and ``scale`` are the document's at the time of the request, so that a cropped or
    scaled canvas takes the results along.
    """

    recipe: Mapping[str, Any]
    image: Pixels | None = field(default=None, repr=False)
    mask: Pixels | None = field(default=None, repr=False)
    pictures: tuple[Pixels, ...] = field(default=(), repr=False)
    target: str | None = None
    origin: tuple[int, int] = (0, 0)
    scale: tuple[float, float] = (1.0, 1.0)
    id: str = field(default_factory=new_id)

    @property
    def frame(self) -> Frame:
        """The position and the scale of the document's canvas."""
        return Frame(self.origin, self.scale)

    @property
    def nbytes(self) -> int:
        """Bytes of its pixels."""
        return sum(one.nbytes for one in (self.image, self.mask, *self.pictures) if one is not None)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class KeptResult:
    """One variation: (h, w, 3) uint8 of the recipe's crop, and its seed.

    ``mask`` (h, w) uint8 is the visible part, if the model determined it itself.
    """

    request: KeptRequest
    image: Pixels = field(repr=False)
    seed: int
    mask: Pixels | None = field(default=None, repr=False)
    id: str = field(default_factory=new_id)

    @property
    def nbytes(self) -> int:
        """Bytes of its pixels, without those of the request."""
        return self.image.nbytes + (0 if self.mask is None else self.mask.nbytes)


Results = tuple[KeptResult, ...]
"""Newest first."""


def limit_results(results: Iterable[KeptResult]) -> Results:
    """Return the newest results that together stay within MAX_COUNT and MAX_BYTES.

    Those of the newest request are kept whatever their size: the artist has only just made them.
    """
    kept: list[KeptResult] = []
    requests: set[str] = set()
    left = MAX_BYTES
    for result in results:
        left -= result.nbytes
        if result.request.id not in requests:
            left -= result.request.nbytes
            requests.add(result.request.id)
        is_newest = not kept or result.request.id == kept[0].request.id
        if len(kept) == MAX_COUNT or (left < 0 and not is_newest):
            break
        kept.append(result)
    return tuple(kept)


def without(results: Results, gone: frozenset[str]) -> Results:
    """Return the results without those of the ids; the same tuple if none of them is present."""
    left = tuple(one for one in results if one.id not in gone)
    return results if len(left) == len(results) else left


def requests_of(results: Results) -> list[KeptRequest]:
    """Return the requests of some results, each once."""
    return list({one.request.id: one.request for one in results}.values())


# As plain data: facts for JSON, and named pictures that a file stores beside them.

Parts = tuple[dict[str, Any], dict[str, Pixels]]


def request_parts(request: KeptRequest, canvas: Frame) -> Parts:
    """Return facts and pictures of a request; ``canvas`` is the frame of its document."""
    frame = request.frame.seen_from(canvas)
    pictures = {f"picture{i:02}": one for i, one in enumerate(request.pictures)}
    for name, pixels in (("image", request.image), ("mask", request.mask)):
        if pixels is not None:
            pictures[name] = pixels
    facts = {
        "id": request.id,
        "recipe": dict(request.recipe),
        "target": request.target,
        "origin": list(frame.origin),
        "scale": list(frame.scale),
        "pictures": len(request.pictures),
    }
    return facts, pictures


def result_parts(result: KeptResult) -> Parts:
    """Return facts and pictures of a result, without its request."""
    pictures = {"image": result.image}
    if result.mask is not None:
        pictures["mask"] = result.mask
    return {"id": result.id, "request": result.request.id, "seed": result.seed}, pictures


def request_from(facts: Mapping[str, Any], pictures: Mapping[str, Pixels]) -> KeptRequest:
    """Return the request of ``request_parts``; KeyError, TypeError or ValueError if damaged."""
    recipe = dict(facts["recipe"])
    size = _size(recipe)
    image, mask = pictures.get("image"), pictures.get("mask")
    x, y = facts["origin"]
    across, down = (float(one) for one in facts.get("scale", (1.0, 1.0)))
    if not (1e-6 < across < 1e6 and 1e-6 < down < 1e6):
        raise ValueError("a scale")
    target = facts["target"]
    return KeptRequest(
        recipe=recipe,
        image=None if image is None else _checked(image, (*size, 3)),
        mask=None if mask is None else _checked(mask, size),
        pictures=tuple(pictures[f"picture{i:02}"] for i in range(int(facts["pictures"]))),
        target=None if target is None else str(target),
        origin=(int(x), int(y)),
        scale=(across, down),
        id=_id(facts["id"]),
    )


def result_from(
    facts: Mapping[str, Any],
    pictures: Mapping[str, Pixels],
    requests: Mapping[str, KeptRequest],
) -> KeptResult:
    """Return the result of ``result_parts``; KeyError, TypeError or ValueError if damaged."""
    request = requests[str(facts["request"])]
    size = _size(request.recipe)
    mask = pictures.get("mask")
    return KeptResult(
        request=request,
        image=_checked(pictures["image"], (*size, 3)),
        seed=int(facts["seed"]),
        mask=None if mask is None else _checked(mask, size),
        id=_id(facts["id"]),
    )


def _id(value: object) -> str:
    """Return an id read from a file, which becomes part of file names: only letters and digits."""
    if not (isinstance(value, str) and value.isascii() and value.isalnum() and len(value) <= 64):
        raise ValueError("an id")
    return value


def _size(recipe: Mapping[str, Any]) -> tuple[int, int]:
    _, _, width, height = recipe["region"]
    return int(height), int(width)


def _checked(pixels: Pixels, shape: Sequence[int]) -> Pixels:
    if pixels.shape != tuple(shape) or pixels.dtype != np.uint8:
        raise ValueError(f"a picture of {pixels.shape} instead of {tuple(shape)}")
    return pixels
