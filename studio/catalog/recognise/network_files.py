"""Lookup of LoRAs and embeddings in the artist's folders by their names in prompts."""

from __future__ import annotations

import itertools
import os
import pickletools
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.recognise.lora_keys import ENCODERS, is_lora
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.core.errors import StudioError

SUFFIX, PICKLES = ".safetensors", (".pt", ".bin")
ALIAS = "ss_output_name"
"""Metadata key of kohya's files with the name of the training's output, as in A1111."""
DEEPEST = 4
"""Number of folder levels that are searched below a known folder."""
LARGEST_EMBEDDING = 4 << 20
"""Maximum bytes of an embedding: enough for hundreds of vectors, too few for a checkpoint."""
WORD_FOLDERS = ("embedding", "textual_inversion", "textual-inversion")
"""Prefix of folders with embeddings whose bare names work in prompts, as in A1111."""


@dataclass(frozen=True, slots=True)
class NetworkFiles:
    """The weights files of some folders; ``words`` are embeddings usable by their bare names."""

    loras: tuple[Path, ...]
    embeddings: tuple[Path, ...]
    words: tuple[str, ...]

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


def find_network_files(folders: Iterable[Path]) -> NetworkFiles:
    """Return the files in folders and up to ``DEEPEST`` levels below; model folders are left out.

    Reads the headers of safetensors files, but no torch files: small ones are assumed to be
    embeddings and the others LoRAs, which is checked when they are loaded.
    """
    loras: list[Path] = []
    embeddings: list[Path] = []
    words: list[str] = []
    found = {path: folder for folder in folders for path in _files(folder)}
    for path, folder in found.items():
        if _is_embedding(path):
            embeddings.append(path)
            here = path.parent.relative_to(folder.expanduser().parent).parts
            if any(part.lower().startswith(WORD_FOLDERS) for part in here):
                words += embedding_names(path)
        elif path.suffix.lower() != SUFFIX or _is_lora(path):
            loras.append(path)
    return NetworkFiles(tuple(loras), tuple(embeddings), tuple(dict.fromkeys(words)))


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


def _files(folder: Path) -> Iterator[Path]:
    folder = folder.expanduser()
    for top, names, files in os.walk(folder):
        here = Path(top)
        names.sort()
        if len(here.relative_to(folder).parts) >= DEEPEST:
            names.clear()
        if "model_index.json" in files:
            names.clear()
            continue
        yield from (
            here / name for name in sorted(files) if Path(name).suffix.lower() in (SUFFIX, *PICKLES)
        )


def _is_embedding(path: Path) -> bool:
    try:
        small = path.stat().st_size <= LARGEST_EMBEDDING
    except OSError:
        return False
    if path.suffix.lower() != SUFFIX:
        return small and (path.suffix.lower() == ".pt" or "learned_embeds" in path.stem)
    return small and bool(_shapes(path)) and not _is_lora(path)


def _is_lora(path: Path) -> bool:
    return is_lora(_shapes(path))


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
