"""Changes to the document and notices for the artist that result from finished jobs."""

from __future__ import annotations

from functools import partial

from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.results import Results
from studio.edit.annotate import AnnotateResult, annotated_layer
from studio.edit.exchange import ExchangeResult, ImportRequest
from studio.session.jobs import Job


def control_layer(document: Document, job: Job, result: AnnotateResult) -> partial[Document]:
    """Return the change that adds a control image; StudioError if the canvas has changed."""
    if result.request.region != document.rect:
        raise StudioError(
            "The canvas changed while “{name}” was being made, so it does not fit.",
            "Generate it again.",
            name=job.label,
        )
    return partial(Document.insert, layer=annotated_layer(result, job.label))


def control_notice(result: AnnotateResult) -> Notice | None:
    """Return the notice about a control image, if any."""
    if result.poses is not None and not result.poses.people:
        return notice("No one was found in the picture, so a figure was added for you to drag.")
    return None


def exchange_notice(result: ExchangeResult) -> Notice:
    """Return the notice about a subject that was exported or imported."""
    if isinstance(result.request, ImportRequest):
        return notice("The subject <{name}> is ready.", name=result.request.name)
    return notice("Written: {files}", files=", ".join(map(str, result.files)))


def dropped_notice(before: Results, after: Document) -> Notice | None:
    """Return the notice about the oldest results, never applied, that had to be dropped."""
    left = {one.id for one in after.results} | after.applied
    gone = sum(one.id not in left for one in before)
    if not gone:
        return None
    return notice("The tray is full, so its oldest results were dropped ({count}).", count=gone)


def lost_notice(count: int) -> Notice:
    """Return the notice about results that cannot be read."""
    return notice("Results that cannot be read were left out ({count}).", count=count)
