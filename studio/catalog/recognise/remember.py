"""The artist's own answers about files, stored by what the file contains, not by where it is."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.catalog.recognise.finding import Certainty, Finding, Kind
from studio.catalog.recognise.labels import FAMILY_LABELS
from studio.catalog.recognise.parts import VAE_FAMILIES
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.paths import config_dir

FILE = "model_choices.json"
MEGABYTE = 1 << 20
LONGEST_HEADER = 100 * MEGABYTE
FIELDS = ("kind", "family", "variant", "prediction_type", "zero_terminal_snr")
"""The fields of a finding that can be chosen."""
PREDICTIONS = ("epsilon", "v_prediction", "sample", "edm", "edm_v", "flow")
ADAPTERS = (
    *(Kind.LORA, Kind.CONTROL, Kind.T2I_ADAPTER, Kind.REFERENCE, Kind.EMBEDDING),
    *(Kind.VAE, Kind.PREVIEW),
)
"""Kinds that belong to a base, which is then the chosen family."""
KINDS = tuple(kind for kind in Kind if kind not in (Kind.UNUSABLE, Kind.UNKNOWN))


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: ``values`` by the names of ``FIELDS``; ``size`` and ``name`` of the file."""

    size: int
    name: str
    values: Mapping[str, str]


def fingerprint(path: Path) -> str:
    """Return a hash of a file's size, header, first and last mebibyte; OSError if unreadable.

    Two files of the same size whose tensors differ anywhere differ in practice in one of these; the
    whole of a large file need not be read. A copy or a renamed file keeps its fingerprint.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        digest.update(size.to_bytes(8, "little"))
        start = file.read(MEGABYTE)
        digest.update(start)
        header = int.from_bytes(start[:8], "little")
        if start[8:9] == b"{" and MEGABYTE < header <= LONGEST_HEADER:
            digest.update(file.read(header + 8 - MEGABYTE))
        file.seek(max(0, size - MEGABYTE))
        digest.update(file.read(MEGABYTE))
    return digest.hexdigest()


class Choices:
    """The stored answers, in the folder of the settings by default."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = config_dir() / FILE if file is None else file
        self._choices = _read(self._file)
        self._sizes = {choice.size for choice in self._choices.values()}

    def applied(self, path: Path, found: Finding) -> Finding:
        """Return a finding with the artist's answer, unchanged if there is none for the file.

        A file is read only if there is an answer for one of its size.
        """
        choice = self.of(path)
        return with_choice(found, choice.values) if choice is not None else found

    def of(self, path: Path) -> Choice | None:
        """Return the answer for a file, None if there is none or it cannot be read."""
        try:
            if not self._sizes or path.stat().st_size not in self._sizes:
                return None
            return self._choices.get(fingerprint(path))
        except OSError:
            return None

    def remember(self, path: Path, values: Mapping[str, str]) -> None:
        """Store an answer for a file, beside earlier ones about other fields of it.

        StudioError for an impossible value, and if the file cannot be read or nothing be stored.
        """
        check_choice(values)
        key, size = _key(path)
        old = self._choices.get(key)
        merged = {**(old.values if old else {}), **values}
        self._store({**self._choices, key: Choice(size, path.name, merged)})

    def forget(self, path: Path) -> bool:
        """Remove the answer for a file; returns whether there was one. StudioError as above."""
        key, _ = _key(path)
        if key not in self._choices:
            return False
        self._store({name: one for name, one in self._choices.items() if name != key})
        return True

    def _store(self, choices: Mapping[str, Choice]) -> None:
        rows = {
            key: {"size": one.size, "name": one.name, **one.values} for key, one in choices.items()
        }
        self._file.parent.mkdir(parents=True, exist_ok=True)
        write_file(self._file, json.dumps(rows, indent=1, ensure_ascii=False).encode())
        self._choices = dict(choices)
        self._sizes = {choice.size for choice in choices.values()}


def with_choice(found: Finding, values: Mapping[str, str]) -> Finding:
    """Return a finding with chosen fields; one of a damaged file stays as it is."""
    if not found.format:
        return found
    made: dict[str, Any] = {name: value for name, value in values.items() if name in FIELDS}
    if "kind" in made:
        made["kind"] = Kind(made["kind"])
    if "zero_terminal_snr" in made:
        made["zero_terminal_snr"] = made["zero_terminal_snr"] == "yes"
    family = values.get("family")
    if family:
        if made.get("kind", found.kind) in ADAPTERS:
            made["bases"] = (family,)
        fits = tuple(part for part in found.provides if VAE_FAMILIES.get(part) == family)
        if fits:
            made["provides"] = fits
    questions = tuple(one for one in found.questions if one.field not in values)
    guesses = tuple(one for one in found.guesses if one.field not in values)
    if found.kind is Kind.UNUSABLE and "kind" in made:
        made["refusal"] = None
    return replace(
        found,
        certainty=Certainty.CHOSEN,
        reason="chosen",
        questions=questions,
        guesses=guesses,
        **made,
    )


def check_choice(values: Mapping[str, str]) -> None:
    """Raise StudioError for a field that cannot be chosen or a value that it cannot have."""
    allowed: Mapping[str, tuple[str, ...]] = {
        "kind": tuple(kind.value for kind in KINDS),
        "family": tuple(FAMILY_LABELS),
        "prediction_type": PREDICTIONS,
        "zero_terminal_snr": ("yes", "no"),
    }
    for name, value in values.items():
        if name not in FIELDS:
            raise StudioError(
                "{setting} cannot be chosen.",
                "It can be one of: {names}.",
                setting=name,
                names=", ".join(FIELDS),
            )
        if name in allowed and value not in allowed[name]:
            raise StudioError(
                "{setting} cannot be {value}.",
                "It can be one of: {names}.",
                setting=name,
                value=value,
                names=", ".join(allowed[name]),
            )


def _key(path: Path) -> tuple[str, int]:
    try:
        return fingerprint(path), path.stat().st_size
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error


def _read(file: Path) -> dict[str, Choice]:
    """Return the stored answers; damaged rows are left out, and the rest kept."""
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    found = {}
    for key, row in rows.items() if isinstance(rows, dict) else ():
        with contextlib.suppress(KeyError, TypeError, ValueError, StudioError):
            values = {name: str(row[name]) for name in FIELDS if name in row}
            check_choice(values)
            found[str(key)] = Choice(int(row["size"]), str(row["name"]), values)
    return found
