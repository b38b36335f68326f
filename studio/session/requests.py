"""Builds the engine's requests from a document and the edit settings."""

from __future__ import annotations

from dataclasses import replace

from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.document.document import Document
from studio.document.layer import GenerativeLayer
from studio.edit import prepare
from studio.edit.limits import check_numbers
from studio.edit.photo_tools import photo_task, refuse_recipe
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.rewrite import RewriteUse
from studio.edit.settings import EditSettings, fit_settings, own_adapters, settings_of
from studio.edit.steering import with_controls
from studio.session.rewrites import Wording
from studio.session.shared import Shared


class RequestMaker:
    """Builds requests with the subjects and networks that all documents share."""

    def __init__(self, shared: Shared) -> None:
        self._shared = shared

    def edit(
        self, document: Document, settings: EditSettings, task: Task, region: Rect | None = None
    ) -> EditRequest:
        """Return the request for a task; ``region`` is a new picture's area, by default the canvas.

        StudioError if it is invalid: no mask, no prompt, a number out of its range.
        """
        if task is Task.GENERATE:
            made = prepare.generate_request(region or document.rect, settings)
        elif task is Task.EXTEND:
            made = prepare.extend_request(document, settings)
        else:
            made = prepare.mask_request(document, settings, task)
        check_numbers(made)
        return self._with_named(with_controls(made, document))

    def rerun(
        self, document: Document, layer_id: str, settings: EditSettings | None = None
    ) -> tuple[EditRequest, tuple[Notice, ...]]:
        """Return the request that regenerates a generative layer, and notices of settings dropped.

        Without ``settings`` it is the recipe with a new seed. StudioError for another kind of
        layer.
        """
        layer = document.find(layer_id)
        if not isinstance(layer, GenerativeLayer):
            raise StudioError(
                "Only a generative layer can be run again.",
                "Select a layer with the sparkle icon.",
            )
        request = prepare.rerun_request(document, layer, settings)
        if settings is not None:
            request = self._with_named(request)
            check_numbers(request)
            return request, ()
        sampling, lost = known_here(request)
        return request.replace(sampling=replace(sampling, seed=-1)), lost

    def _with_named(self, request: EditRequest) -> EditRequest:
        """Return a request with the subjects, LoRAs and embeddings that its prompts name."""
        return self._shared.networks.with_networks(self._shared.subjects.with_subjects(request))

    def wording(
        self,
        document: Document,
        settings: EditSettings,
        use: RewriteUse,
        target: str | None = None,
    ) -> Wording:
        """Return a rewrite with the adapters that its prompts name."""
        uses = self._shared.subjects.uses([settings.prompt, use.source], settings.adapters)
        uses += self._shared.networks.uses([settings.prompt], [use.source], settings.adapters)
        adapters = (*own_adapters(settings.adapters), *uses)
        return Wording(document, replace(settings, adapters=adapters), use, target)


def known_here(request: EditRequest) -> tuple[Sampling, tuple[Notice, ...]]:
    """Return a recipe's sampling settings as far as this program has them, and notices of the rest.

    If the model cannot be read they stay as they are, and the error is reported when it runs.
    """
    try:
        spec = identify(request.model)
    except StudioError:
        return request.sampling, ()
    return fit_settings(request.sampling, spec, family(spec.family))


def shown_settings(
    layer: GenerativeLayer, variations: int
) -> tuple[EditSettings, Task, tuple[Notice, ...]]:
    """Return editable settings of a layer's recipe, its task, and notices of settings dropped.

    StudioError if the recipe cannot be read.
    """
    recipe = prepare.recipe_of(layer)
    if photo_task(recipe) is not None:
        raise refuse_recipe(recipe.task)
    sampling, lost = known_here(recipe)
    settings = settings_of(recipe, layer.name, layer.x, layer.y)
    sampling = replace(sampling, variations=variations)
    return replace(settings, sampling=sampling), recipe.task, lost
