"""LoRAs and embeddings that prompts name, found in the artist's model folders."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from studio.catalog.recognise.network_files import NetworkFiles, embedding_names, find_network_files
from studio.catalog.recognise.scan import kept_scanner
from studio.core.settings import Settings
from studio.edit.networks import (
    embedding_uses,
    is_named,
    lora_uses,
    positive_texts,
    texts_of,
)
from studio.edit.request import AdapterUse, EditRequest
from studio.session.whereabouts import model_folders


class NetworkLibrary:
    """LoRAs and embeddings in the model folders of the settings, listed when first needed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._scanner = kept_scanner()
        self._found: NetworkFiles | None = None

    @property
    def files(self) -> NetworkFiles:
        """The files of the folders as of the last scan."""
        if self._found is None:
            self.refresh()
        assert self._found is not None
        return self._found

    def refresh(self) -> None:
        """Scan the folders again."""
        self._found = find_network_files(model_folders(self._settings), self._scanner)

    def uses(
        self,
        positive: Iterable[str],
        others: Iterable[str] = (),
        given: Sequence[AdapterUse] = (),
    ) -> tuple[AdapterUse, ...]:
        """Return the LoRAs named in positive prompts and the embeddings in any, as adapters."""
        positive = list(positive)
        loras = lora_uses(positive, self.files.lora, given)
        texts = [*positive, *others]
        words = embedding_uses(texts, self.files.words, self.files.embedding, given)
        return (*loras, *words)

    def embeddings_in(self, texts: Iterable[str]) -> tuple[str, ...]:
        """Return the names of the embeddings in the folders that occur in the texts."""
        uses = embedding_uses(texts, self.files.words, self.files.embedding)
        return tuple(name for use in uses for name in embedding_names(Path(use.path)))

    def with_networks(self, request: EditRequest) -> EditRequest:
        """Return a request with exactly the LoRAs and embeddings that its prompts name.

        The folders are scanned again, so that new files are found.
        """
        self.refresh()
        uses = self.uses(positive_texts(request), texts_of(request), request.adapters)
        kept = tuple(use for use in request.adapters if not is_named(use))
        return request.replace(adapters=(*kept, *uses))
