"""The pictures of a session that were encoded for object selection."""

from __future__ import annotations

from collections import OrderedDict

from studio.core.events import Event
from studio.retouch.object_masks import Embedding

KEPT = 8
"""Embeddings, each with up to 16 MB of computed parts."""


class EncodedPictures:
    """Keeps the last embeddings by the digest of their pixels, so that undo finds them again."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Embedding] = OrderedDict()
        self.added: Event[[str]] = Event()
        """A picture was encoded; its digest."""

    def get(self, digest: str) -> Embedding | None:
        """Return an embedding, None if it is not there (any more)."""
        if digest in self._kept:
            self._kept.move_to_end(digest)
        return self._kept.get(digest)

    def add(self, digest: str, embedding: Embedding) -> None:
        """Keep an embedding; the one used longest ago is dropped beyond ``KEPT``."""
        self._kept[digest] = embedding
        self._kept.move_to_end(digest)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self.added.emit(digest)
