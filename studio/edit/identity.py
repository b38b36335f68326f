"""Identities of the weights of a request, so that a file can name them without local paths."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from studio.catalog.hashes import FileId, Hashes
from studio.core.progress import Progress
from studio.edit.request import EditRequest


def add_hashes(
    request: EditRequest, hashes: Hashes, progress: Progress | None = None
) -> EditRequest:
    """Return a request with the content identities of its model and adapters beside their paths.

    A file is read once and its hash kept. An unreadable file keeps its previous identity.
    """

    def of(path: str, before: FileId | None) -> FileId | None:
        return hashes.of(path, progress) or before

    return request.replace(
        model_file=of(request.model, request.model_file),
        adapters=tuple(replace(use, file=of(use.path, use.file)) for use in request.adapters),
        controls=tuple(
            replace(use, file=of(use.model, use.file)) if use.model else use
            for use in request.controls
        ),
        references=tuple(
            replace(use, file=of(use.model, use.file)) if use.model else use
            for use in request.references
        ),
    )


def weights_of(request: EditRequest) -> Iterator[tuple[str, FileId | None]]:
    """Yield the path or name, and the identity, of all weights that a request names."""
    yield request.model, request.model_file
    for adapter in request.adapters:
        yield adapter.path, adapter.file
    yield from ((one.model, one.file) for one in request.controls if one.model)
    yield from ((one.model, one.file) for one in request.references if one.model)
