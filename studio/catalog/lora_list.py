"""The LoRAs of the artist's folders: whether they fit a model, their trigger words and pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.fit import Fit, bases_label, finding_of, fit_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.metadata import thumbnail
from studio.catalog.recognise.network_files import NetworkFiles
from studio.core.errors import StudioError

PICTURES = (".preview.png", ".png", ".jpg", ".jpeg", ".webp", ".preview.jpg", ".preview.webp")
"""Ends of the names of pictures that other programs keep beside a LoRA, after its stem."""
LARGEST = 32 << 20
"""Maximum bytes of a picture or of a note beside a LoRA."""
NOTES = ((".civitai.info", "trainedWords"), (".json", "activation text"))
"""Files that other programs keep beside a LoRA, and their entry with the trigger words."""
MOST_WORDS = 24


@dataclass(frozen=True, slots=True)
class LoraEntry:
    """One LoRA: its file, what recognition says, and whether it fits the chosen model."""

    path: Path
    finding: Finding
    fit: Fit
    words: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name of the file without its suffix."""
        return self.path.stem

    @property
    def base(self) -> str:
        """The names of the bases that it is for, "" if unknown."""
        return bases_label(self.finding)

    def matches(self, text: str) -> bool:
        """Whether each word of a search is in its name, its title, its trigger words or its base.

        Case is ignored.
        """
        about = self.finding.about
        said = " ".join((self.name, about.title, about.author, self.base, *self.words)).casefold()
        return all(word in said for word in text.casefold().split())


def list_loras(files: NetworkFiles, spec: ModelSpec | None) -> tuple[LoraEntry, ...]:
    """Return the LoRAs of some folders: first those that fit the model, each part by name."""
    entries = [_entry(path, files.found[path], spec) for path in files.of(Kind.LORA)]
    entries.sort(key=lambda one: (one.fit.error is not None, one.name.casefold()))
    return tuple(entries)


def lora_entry(path: Path, spec: ModelSpec | None) -> LoraEntry:
    """Return what one file is; only its header is read."""
    return _entry(path, finding_of(path), spec)


def lora_picture(path: Path) -> bytes:
    """Return the picture of a LoRA as an image file's bytes, b"" if it has none.

    It is the one in its metadata, or else one with the same stem in its folder.
    """
    try:
        inside = thumbnail(path) if path.suffix.lower() == ".safetensors" else b""
    except StudioError:
        return b""
    return inside or next(filter(None, map(_read, _beside(path, PICTURES))), b"")


def _entry(path: Path, found: Finding, spec: ModelSpec | None) -> LoraEntry:
    words = tuple(dict.fromkeys((*_noted_words(path), *found.about.trigger_words)))[:MOST_WORDS]
    entry = LoraEntry(path, found, Fit(), words)
    if spec is None:
        return entry
    reason = family(spec.family).reason(Capability.ADAPTER, "lora", spec)
    if reason:
        return replace(entry, fit=Fit(StudioError(reason, "Choose another model.")))
    return replace(entry, fit=fit_of(path, found, spec, Kind.LORA))


def _noted_words(path: Path) -> tuple[str, ...]:
    """Return the trigger words in the notes of other programs beside a file."""
    for end, key in NOTES:
        for file in _beside(path, (end,)):
            try:
                content: Any = json.loads(_read(file) or b"{}")
            except (ValueError, RecursionError):
                continue
            said = content.get(key) if isinstance(content, dict) else None
            texts = said.split(",") if isinstance(said, str) else said
            if isinstance(texts, list):
                words = [one.strip(" ,") for one in texts if isinstance(one, str)]
                return tuple(word[:200] for word in words if word)
    return ()


def _beside(path: Path, ends: Iterable[str]) -> list[Path]:
    return [path.with_name(path.stem + end) for end in ends]


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.is_file() and file.stat().st_size <= LARGEST else b""
    except OSError:
        return b""
