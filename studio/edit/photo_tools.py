"""Requests to the photo tools of ``catalog.photo_tools`` and their results, as plain data."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS, PHOTO_TOOLS, PhotoTool
from studio.catalog.settings import Value
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.document.document import Document
from studio.document.raster import Raster
from studio.edit.prepare import mask_request, visible_rgb
from studio.edit.request import EditRequest, ReferenceUse, Sampling, Task
from studio.edit.settings import EditSettings

Pixels = NDArray[np.uint8]

PADDING = 64
"""Default context around the mask, in document pixels."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoRequest:
    """One job of a photo tool; ``kind`` is a row of ``PHOTO_KINDS``.

    ``picture`` returns the pixels of ``region`` (document pixels), (h, w, 3 or 4) uint8 sRGB;
    compositing a large canvas takes a while and is left to the worker. ``mask`` (h, w) uint8 covers
    the same area. ``settings`` are those of the tool. ``extras`` are plain data that the landing
    needs again, such as the layer that was meant.
    """

    kind: str
    picture: Callable[[], Pixels] = field(repr=False)
    region: Rect
    mask: Pixels | None = field(default=None, repr=False)
    settings: Mapping[str, Value] = field(default_factory=dict)
    extras: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PhotoResult:
    """The result of a ``PhotoRequest``; which parts there are depends on its kind.

    ``image`` is (h, w, 3 or 4) uint8 sRGB, ``mask`` (h, w) uint8, ``arrays`` further ones by name.
    ``timings`` holds seconds by part.
    """

    request: PhotoRequest
    image: Pixels | None = field(default=None, repr=False)
    mask: Pixels | None = field(default=None, repr=False)
    arrays: Mapping[str, NDArray[Any]] = field(default_factory=dict, repr=False)
    notes: tuple[Notice, ...] = ()
    timings: Mapping[str, float] = field(default_factory=dict)


def photo_request(
    document: Document,
    kind: str,
    values: Mapping[str, Value] | None = None,
    *,
    region: Rect | None = None,
    mask: Raster | None = None,
    picture: Callable[[], Pixels] | None = None,
    extras: Mapping[str, Any] | None = None,
) -> PhotoRequest:
    """Return the request of a photo tool for ``region``, by default the whole canvas.

    ``picture`` is by default the visible picture over white. StudioError for an invalid setting.
    """
    where = document.rect if region is None else region
    pixels = None if mask is None else np.ascontiguousarray(mask.read(where)[:, :, 0])
    return PhotoRequest(
        kind=kind,
        picture=picture or partial(visible_rgb, document, where),
        region=where,
        mask=pixels,
        settings=PHOTO_KINDS[kind].checked(values or {}),
        extras=extras or {},
    )


def photo_edit(
    document: Document,
    task: Task,
    values: Mapping[str, Value] | None = None,
    *,
    mask: Raster | None = None,
    pictures: Sequence[Pixels] = (),
    variations: int = 1,
    padding: int = PADDING,
) -> EditRequest:
    """Return the request of a photo tool whose result becomes a layer.

    Without ``mask`` the place is that of every edit (``where.place_of``); if there is none, the
    whole canvas, or a StudioError if the tool needs a place. ``pictures`` (h, w, 3) uint8 are kept
    with the recipe as references. StudioError for an invalid setting.
    """
    settings = EditSettings(
        model=PHOTO_TOOLS,
        sampling=Sampling(
            seed=0,
            variations=variations,
            extras=PHOTO_TASKS[task.value].checked(values or {}),
        ),
        mask_blur=0,
        padding=padding,
    )
    made = mask_request(document, settings, task, mask=mask)
    return made.replace(references=tuple(ReferenceUse(picture) for picture in pictures))


def photo_task(request: EditRequest) -> PhotoTool | None:
    """Return the photo tool that a request is for, None if it is for a model."""
    return PHOTO_TASKS.get(request.task.value)


def refuse_recipe(task: Task) -> StudioError:
    """Return the error for a recipe that the prompt panel cannot show."""
    return StudioError(
        "This layer was made by “{tool}”, which has no prompt to edit.",
        "Use Layer > Run again, or the tool itself.",
        tool=PHOTO_TASKS[task.value].label,
    )
