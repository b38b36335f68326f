"""Rewrites of a picture (prompt-to-prompt): lookup of kept inversions, and proposed captions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TypeGuard

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.document.attachments import Attachments
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.edit import prepare
from studio.edit.inversions import wanted_key
from studio.edit.request import EditRequest, EditResult, Task
from studio.edit.rewrite import Inversion, RewriteUse
from studio.edit.settings import EditSettings
from studio.edit.steering import with_controls
from studio.edit.wording import differs


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """The key of the inversion that a rewrite needs, and the inversion if one is kept.

    ``damaged`` is the error of a kept inversion that cannot be read.
    """

    key: str
    inversion: Inversion | None = None
    damaged: StudioError | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Wording:
    """A rewrite as requested for a document; ``settings`` contain the new prompt.

    ``target`` is the layer of an earlier rewrite: the picture is then the composite below it, and
    the place, the controls and the references are those of its recipe.
    """

    document: Document
    settings: EditSettings
    use: RewriteUse
    target: str | None = None

    def request(self) -> EditRequest:
        """Return the request; StudioError if the recipe or the settings cannot be used."""
        layer = self.document.find(self.target)
        settings = self.settings
        if is_rewritten(layer):
            return prepare.rerun_request(self.document, layer).replace(
                prompt=settings.prompt,
                model=settings.model,
                sampling=settings.sampling,
                adapters=settings.adapters,
                rewrite=self.use,
            )
        made = prepare.rewrite_request(self.document, settings, self.use)
        return with_controls(made, self.document)

    def reading(self) -> Reading:
        """Return the document's kept inversion for it; StudioError as for ``request``."""
        return reading(self.request(), self.document.attachments)


def reading(request: EditRequest, attachments: Attachments) -> Reading:
    """Return the kept inversion for a request; StudioError if its model cannot be read."""
    key = wanted_key(request, identify(request.model))
    data = attachments.get(key)
    if data is None:
        return Reading(key)
    try:
        found = Inversion.from_bytes(data)
        return Reading(key, found if found.key == key else None)
    except StudioError as error:
        return Reading(key, damaged=error)


def with_inversion(request: EditRequest, inversion: Inversion | None) -> EditRequest:
    """Return a request with this inversion, or without one."""
    use = request.rewrite
    if use is None or use.inversion is inversion:
        return request
    return request.replace(rewrite=replace(use, inversion=inversion))


def attach_inversion(request: EditRequest, inversion: Inversion) -> EditRequest:
    """Return a waiting request with an inversion made meanwhile, if it fits."""
    if request.rewrite is None or request.rewrite.inversion is not None:
        return request
    try:
        fits = wanted_key(request, identify(request.model)) == inversion.key
    except StudioError:
        # The model has been removed; its own job reports that.
        return request
    return with_inversion(request, inversion) if fits else request


def only_reads(request: EditRequest) -> bool:
    """Whether a request leaves the caption unchanged, so that it yields only the inversion."""
    use = request.rewrite
    return use is not None and not differs(use.source, request.prompt, use.weights)


def without_inversions(result: EditResult) -> EditResult:
    """Return a result without its inversions, which are stored in the document."""
    if result.request.rewrite is None:
        return result
    return replace(result, request=with_inversion(result.request, None), inversion=None)


def proposed_caption(document: Document) -> str:
    """Return a caption for the picture from the prompts of its layers; "" if there is none.

    This is the active layer's prompt, else the caption of a rewrite.
    """
    active = document.active_layer()
    if isinstance(active, GenerativeLayer) and active.visible:
        return str(active.recipe.get("prompt", ""))
    for layer in _rewritten(document):
        use = layer.recipe.get("rewrite")
        if layer.visible:
            return str(layer.recipe.get("prompt", ""))
        if isinstance(use, dict) and use.get("source"):
            return str(use["source"])
    return ""


def _rewritten(document: Document) -> Iterator[GenerativeLayer]:
    for layer in reversed(list(document.walk())):
        if is_rewritten(layer):
            yield layer


def is_rewritten(layer: object) -> TypeGuard[GenerativeLayer]:
    """Whether a layer was made by a rewrite."""
    return isinstance(layer, GenerativeLayer) and layer.recipe.get("task") == Task.REWRITE.value


def reason(model: str) -> StudioError | None:
    """Return the reason why a model cannot rewrite, None if it can; reads headers only."""
    try:
        spec = identify(model)
    except StudioError as error:
        return error
    said = family(spec.family).reason(Capability.TASK, Task.REWRITE.value, spec)
    return StudioError(said, "Choose another model.") if said else None
