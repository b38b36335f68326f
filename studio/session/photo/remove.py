"""Queues the removal of a thing: by the network, by patches, and by the model if that is wanted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from studio.catalog.settings import Value
from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.prepare import mask_request
from studio.edit.request import Task
from studio.edit.settings import EditSettings
from studio.retouch.holes import LARGE_SHARE, covered
from studio.session.jobs import Job
from studio.session.photo_work import PhotoWork

VARIATIONS = 2
"""The network's filling and that of patches."""
LEAST_PADDING = 256
"""Least context around the mask, in document pixels: the network sees 512 pixels."""


class Remover(Protocol):
    """The part of a session that this module needs."""

    photo: PhotoWork
    noticed: Event[[Notice]]
    edit_settings: EditSettings

    @property
    def document(self) -> Document:
        """The document as it is."""


def remove(
    session: Remover,
    mask: Raster,
    values: Mapping[str, Value] | None = None,
    *,
    variations: int = VARIATIONS,
    with_model: bool = False,
) -> Job:
    """Queue the removal of what is under ``mask``; its first result becomes a layer.

    A notice warns of a mask that covers more than a quarter of the canvas. ``with_model`` queues a
    filling by the current model as well, without a prompt. StudioError for an empty mask, a mask
    over nothing, or an invalid setting.
    """
    document = session.document
    bounds = mask.bounds().intersect(document.rect)
    if not bounds.is_empty and not composite(document, bounds)[:, :, 3].any():
        raise StudioError(
            "The picture is empty there, so there is nothing to remove.",
            "Show a layer with pixels, or mark another place.",
        )
    if covered(mask.read(bounds)[:, :, 0]) > LARGE_SHARE * document.rect.area:
        session.noticed.emit(
            notice(
                "The marked place is large: the filling may look wrong there. "
                "Removing it in parts may look better."
            )
        )
    padding = max(LEAST_PADDING, bounds.width, bounds.height)
    job = session.photo.submit(
        Task.REMOVE, values, mask=mask, variations=variations, padding=padding
    )
    if with_model:
        settings = session.edit_settings
        plain = replace(
            settings,
            prompt="",
            references=(),
            regions=(),
            sampling=replace(settings.sampling, variations=1),
        )
        request = mask_request(document, plain, Task.FILL, mask=mask)
        session.photo.queue_edit(request, "Remove")
    return job
