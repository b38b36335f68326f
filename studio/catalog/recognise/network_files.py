"""Lookup of LoRAs and embeddings in the artist's folders by their names in prompts."""

from __future__ import annotations

import itertools
import pickletools
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.lora_keys import ENCODERS
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.catalog.recognise.scan import Scanner, kept_scanner
from studio.core.errors import StudioError

SUFFIX = ".safetensors"
ALIAS = "ss_output_name"
"""Metadata key of kohya's files with the name of the training's output, as in A1111."""
WORD_FOLDERS = ("embedding", "textual_inversion", "textual-inversion")
"""Prefix of folders with embeddings whose bare names work in prompts, as in A1111."""


@dataclass(frozen=True, slots=True)
class NetworkFiles:
    """The weights files of some folders; ``words`` are embeddings usable by their bare names.

    ``found`` is what each weights file there is, of whatever kind.
    """

    loras: tuple[Path, ...]
    embeddings: tuple[Path, ...]
    words: tuple[str, ...]
    found: Mapping[Path, Finding] = field(default_factory=dict, hash=False)

    def of(self, *kinds: Kind) -> tuple[Path, ...]:
        """Return the files of some kinds, and those that would be if they could be used."""
        return tuple(path for path, one in self.found.items() if _is(one, kinds))

    def lora(self, name: str) -> Path | None:
        """Return the LoRA of a name: the file's name without suffix, or the name stored inside.

        Case is ignored unless several match; a safetensors file comes first.
        """
        return _named(self.loras, name) or self._by_alias(name)

    def embedding(self, name: str) -> Path | None:
        """Return the embedding of a name: the file's name, or the name stored inside."""
        inside = (one for one in self.embeddings if name.casefold() in _folded(one))
        return _named(self.embeddings, name) or next(inside, None)

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the LoRAs, sorted, without duplicates."""
        return tuple(sorted({path.stem for path in self.loras}, key=str.casefold))

    def _by_alias(self, name: str) -> Path | None:
        for path in self.loras:
            if path.suffix.lower() == SUFFIX and _alias(path).casefold() == name.casefold():
                return path
        return None


def find_network_files(folders: Iterable[Path], scanner: Scanner | None = None) -> NetworkFiles:
    """Return the files in folders and below; those inside of model folders are left out.

    What a file is, its header decides. ``scanner`` keeps the answers; by default they are
    those of this machine.
    """
    tops = [folder.expanduser() for folder in folders]
    everything = (scanner or kept_scanner()).scan(tops)
    found = {one.path: one.finding for one in everything if one.path.is_file()}
    embeddings = [path for path, one in found.items() if _is(one, (Kind.EMBEDDING,))]
    words: list[str] = []
    for path in embeddings:
        parts = [part for top in tops for part in _folders_of(path, top)]
        if any(part.lower().startswith(WORD_FOLDERS) for part in parts):
            words += embedding_names(path)
    loras = [path for path, one in found.items() if _is(one, (Kind.LORA,))]
    return NetworkFiles(tuple(loras), tuple(embeddings), tuple(dict.fromkeys(words)), found)


def _is(found: Finding, kinds: Iterable[str]) -> bool:
    return found.kind in kinds or (found.kind is Kind.UNUSABLE and found.role in kinds)


def _folders_of(path: Path, top: Path) -> tuple[str, ...]:
    """Return the names of the folders from ``top`` on in which a file is, () for another place."""
    if not path.is_relative_to(top):
        return ()
    return path.parent.relative_to(top.parent).parts


def embedding_names(path: Path) -> tuple[str, ...]:
    """Return the names of an embedding: that of its file, and those stored inside.

    No code of a torch file is run: its pickle is parsed as a list of opcodes.
    """
    if path.suffix.lower() == SUFFIX:
        keys = _shapes(path)
        try:
            token = read_metadata(path).get("token", "").strip() if keys else ""
        except StudioError:
            token = ""
        alone = "emb_params" in keys or any(key in ENCODERS for key in keys)
        return (token or path.stem,) if alone else (path.stem, *keys)
    return tuple(dict.fromkeys((path.stem, *_pickled_name(path))))


def _pickled_name(path: Path) -> Iterator[str]:
    """Yield the value of "name" in A1111's files, which are zip archives or bare pickles."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as archive:
                inner = next(one for one in archive.namelist() if one.endswith("data.pkl"))
                content = archive.read(inner)
        else:
            content = path.read_bytes()
        texts = [arg for _, arg, _ in pickletools.genops(content) if isinstance(arg, str)]
    except (OSError, ValueError, StopIteration, zipfile.BadZipFile, zlib.error):
        return
    for key, value in itertools.pairwise(texts):
        if key == "name" and value.strip():
            yield value.strip()
            return


def _folded(path: Path) -> set[str]:
    return {name.casefold() for name in embedding_names(path)}


def _shapes(path: Path) -> dict[str, tuple[int, ...]]:
    try:
        return dict(read_header(path))
    except StudioError:
        return {}


def _alias(path: Path) -> str:
    try:
        return read_metadata(path).get(ALIAS, "")
    except StudioError:
        return ""


def _named(paths: Iterable[Path], name: str) -> Path | None:
    alike = [path for path in paths if path.stem.casefold() == name.casefold()]
    alike.sort(key=lambda path: (path.stem != name, path.suffix.lower() != SUFFIX))
    return alike[0] if alike else None
