"""Everything in the artist's folders as one list: models, parts and adapters, with what is known.

Headers only are read, and what was read before comes from ``recognise.scan``'s cache.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.fit import Fit, bases_label, fit_of
from studio.catalog.generations import SYSTEMS
from studio.catalog.model_spec import STARTER, ModelSpec
from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.labels import family_label
from studio.catalog.recognise.model_folder import name_of
from studio.catalog.recognise.scan import Found, Scanner
from studio.core.errors import StudioError
from studio.core.progress import Progress

MODELS = (Kind.MODEL, Kind.NETWORK)
ADAPTERS = (*(Kind.LORA, Kind.CONTROL, Kind.T2I_ADAPTER, Kind.REFERENCE, Kind.EMBEDDING, Kind.VAE),)
"""Kinds that fit some models only."""
FORMATS: Mapping[str, str] = {
    "F64": "fp64",
    "F32": "fp32",
    "F16": "fp16",
    "BF16": "bf16",
    "F8_E4M3": "fp8",
    "F8_E5M2": "fp8",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One model, part or adapter.

    ``id`` is that of a model, or the path. ``spec`` is None for what is no usable model, and
    ``error`` the reason why a file cannot be used at all. ``size`` in bytes, 0 if not known;
    ``base`` the model of a family or the families that an adapter is for, "" if not known.
    """

    id: str
    name: str
    path: Path
    kind: Kind
    family: str
    base: str
    precision: str
    size: int
    licence: str
    finding: Finding
    spec: ModelSpec | None = None
    error: StudioError | None = None

    @property
    def is_model(self) -> bool:
        """Whether it can be chosen as the model."""
        return self.spec is not None

    def fit(self, model: ModelSpec | None) -> Fit:
        """Return whether an adapter fits a model; everything else does."""
        if self.error is not None:
            return Fit(self.error)
        if model is None or self.kind not in ADAPTERS:
            return Fit()
        return fit_of(self.path, self.finding, model, self.kind)

    def matches(self, text: str, family: str = "", kind: str = "") -> bool:
        """Whether each word of a search is in its name, base, kind or precision, ignoring case.

        ``family`` and ``kind`` limit it to one of each, "" to none. The kind "model" includes main
        networks without their parts, which are models for the artist.
        """
        if family and family not in (self.family, *self.finding.bases):
            return False
        if kind and kind != group_of(self.kind):
            return False
        about = self.finding.about
        said = " ".join((self.name, self.path.name, self.base, self.precision, about.title))
        return all(word in said.casefold() for word in text.casefold().split())


def group_of(kind: Kind) -> str:
    """Return the kind under which the artist looks for a file."""
    return Kind.MODEL.value if kind is Kind.NETWORK else kind.value


def list_library(
    folders: Iterable[Path],
    scanner: Scanner,
    specs: Sequence[ModelSpec],
    problems: Iterable[tuple[Path, StudioError]] = (),
    progress: Progress | None = None,
) -> tuple[Entry, ...]:
    """Return what is in some folders, the usable models first, each part sorted by name.

    The starter comes first of all, the systems of the course after the artist's models.

    ``specs`` and ``problems`` are what ``models.survey`` says about the same folders. Unknown files
    are left out, except those that ``problems`` has a reason for.
    """
    models = {_key(spec.path): spec for spec in specs}
    reasons = {_key(path): error for path, error in problems}
    found = scanner.scan(folders, progress)
    entries = {_key(one.path): _entry(one, models, reasons) for one in found}
    for key, spec in models.items():
        if key not in entries or entries[key].spec is None:
            entries[key] = _model(spec, Finding(Kind.MODEL, spec.family, spec.variant))
    shown = [one for one in entries.values() if one.kind is not Kind.UNKNOWN or one.error]
    return tuple(sorted(shown, key=_order))


def _entry(
    found: Found, models: Mapping[str, ModelSpec], reasons: Mapping[str, StudioError]
) -> Entry:
    finding, key = found.finding, _key(found.path)
    spec = models.get(key)
    if spec is not None:
        return _model(spec, finding, found.size)
    error = reasons.get(key)
    if finding.kind is Kind.UNUSABLE and finding.refusal is not None:
        error = finding.refusal.error()
    return Entry(
        str(found.path),
        name_of(found.path) if found.path.is_dir() else found.path.stem,
        found.path,
        finding.kind,
        finding.family,
        _base(finding),
        _precision(finding),
        found.size,
        finding.about.licence,
        finding,
        error=error,
    )


def _model(spec: ModelSpec, finding: Finding, size: int = 0) -> Entry:
    return Entry(
        spec.id,
        spec.name,
        spec.path,
        Kind.MODEL,
        spec.family,
        family_label(spec.family, spec.variant),
        _precision(finding),
        size or spec.weight_bytes,
        finding.about.licence,
        finding,
        spec,
    )


def _base(finding: Finding) -> str:
    return bases_label(finding) if finding.bases else family_label(finding.family, finding.variant)


def _precision(finding: Finding) -> str:
    format = finding.precision.format
    if finding.format == "gguf" and format not in FORMATS:
        return f"GGUF {format}"
    return FORMATS.get(format, format)


def _order(entry: Entry) -> tuple[bool, bool, int, str]:
    group = 0 if entry.id == STARTER else 2 if entry.id in SYSTEMS else 1
    return entry.error is not None, not entry.is_model, group, entry.name.casefold()


def _key(path: Path) -> str:
    try:
        return str(path.resolve()) if path.is_dir() else str(path.absolute())
    except OSError:
        return str(path)
