"""A single weights file, read as if it were a folder in diffusers layout.

The recognisers of the families get a ``ModelFile`` in place of a ``ModelFolder``. Its networks are
parts of the file, and its configurations are shipped ones, with the entries that the shapes of the
tensors decide. Reads headers only, without torch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from studio.catalog.configurations import SCHEDULER, shipped_config
from studio.catalog.encoder_vocabulary import check_vocabulary
from studio.catalog.model_spec import Component, Configurations, ModelSpec
from studio.catalog.recognise.finding import Finding, Kind
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.labels import family_label
from studio.catalog.recognise.model_folder import (
    ModelFolder,
    read_config,
)
from studio.catalog.recognise.parts import PARTS
from studio.catalog.recognise.safetensors_header import RESTORE_HINT, count
from studio.catalog.single.beside import own_part, parts_beside
from studio.catalog.single.networks import KINDS, FilePart, file_part, part_prefix
from studio.catalog.single.opened import open_model
from studio.catalog.single.packed_size import EIGHT_BITS, QUANTISED
from studio.catalog.single.rows import EXTRA, INDEX, MAIN, OWN, ROWS, refusal_of
from studio.core.assets import missing_asset
from studio.core.errors import StudioError
from studio.core.paths import resource

CONFIGS = "model_configs"
READABLE = (
    *("F16", "BF16", "F32", "F64"),
    *EIGHT_BITS,
    *QUANTISED,
)
"""Number formats that the engine turns into those that it computes with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelFile(ModelFolder):
    """A weights file with what recognition found.

    ``parts`` are its networks by folder, in this file or in others beside it; ``ids`` the keys of
    ``recognise.parts.PARTS`` of all that the model needs.
    """

    finding: Finding
    configurations: Configurations
    parts: Mapping[str, FilePart]
    ids: Mapping[str, str]

    def config(self, part: str) -> Mapping[str, Any]:
        """Return the configuration of a network; StudioError if the model lacks the network."""
        self._part(part)
        return shipped_config(self.configurations, part)

    def scheduler(self) -> Mapping[str, Any]:
        """Return the configuration of the noise schedule."""
        return shipped_config(self.configurations, SCHEDULER)

    def check_tokenizer(self, part: str = "tokenizer") -> None:
        """Raise StudioError, with the command that fetches it, if a vocabulary is missing."""
        if part not in self.configurations.tokenizers:
            check_vocabulary(self._part(part.replace("tokenizer", "text_encoder")).file)
            return
        missing = missing_asset(self.configurations.tokenizers[part])
        if missing is not None:
            raise missing

    def component(self, part: str) -> Component:
        """Return a network; StudioError if the file lacks it or has none of its tensors."""
        found = self._part(part)
        if not found.changes:
            raise StudioError(
                "{path} lacks tensors that every model of this kind has, or names them in a way"
                " that Lienzo does not know.",
                RESTORE_HINT,
                path=str(found.file),
            )
        weights = count(found.shapes)
        return Component(part, found.class_name, (found.file,), weights, prefix=found.prefix)

    def fingerprint(self, files: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
        """Return path, size and time of the weights files, each once."""
        stats = [(file, file.stat()) for file in dict.fromkeys(files)]
        return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)

    def completed(self, spec: ModelSpec) -> ModelSpec:
        """Return the model of a family's recogniser with what only a single file has."""
        files = {file for component in spec.components for file in component.files}
        size = sum(file.stat().st_size for file in files)
        return replace(spec, path=self.path, configurations=self.configurations, weight_bytes=size)

    def _part(self, part: str) -> FilePart:
        if part not in self.parts:
            gone = [PARTS[id] for name, id in self.ids.items() if name not in self.parts]
            raise StudioError(
                "This {family} file has no {parts}.",
                "Put it beside the file, or into these folders beside or above: {files}.",
                family=family_label(self.finding.family),
                parts=", ".join(one.label for one in gone),
                files=", ".join(f"{one.folder}/{one.example}" for one in gone),
            )
        return self.parts[part]


def read_file(id: str, path: Path) -> ModelFile:
    """Return a weights file as a model; StudioError if it is no model, or one that does not run."""
    header, finding = open_model(path)
    _check(header, finding)
    row = ROWS[finding.family]
    folder = resource(CONFIGS, row.folder(finding))
    index = read_config(folder / "model_index.json")
    ids = row.parts(finding)
    classes = {part: str(entry[1]) for part, entry in index.items() if isinstance(entry, list)}
    parts = _parts(header, ids, classes)
    given = row.changes(finding)
    changes = {
        name: {**given.get(name, {}), **(parts[name].changes if name in parts else {})}
        for name in {*given, *parts} - {INDEX}
    }
    unused = {name for name, cls in classes.items() if cls in KINDS and name not in ids}
    for name, tokenizer in row.optional.items():
        unused |= set() if name in parts else {name, tokenizer}
    named = {"_class_name": row.pipelines.get(finding.variant, index.get("_class_name"))}
    named |= given.get(INDEX, {})
    return ModelFile(
        id=id,
        path=path,
        index={name: entry for name, entry in index.items() if name not in unused} | named,
        extra={"name": path.stem, **given.get(EXTRA, {})},
        finding=finding,
        configurations=Configurations(
            folder,
            {name: id for name, id in row.tokenizers.items() if id != OWN},
            changes,
            {
                name: parts[encoder].file
                for name, id in row.tokenizers.items()
                if id == OWN and (encoder := name.replace("tokenizer", "text_encoder")) in parts
            },
        ),
        parts=parts,
        ids=ids,
    )


def _parts(
    header: Header, ids: Mapping[str, str], classes: Mapping[str, str]
) -> dict[str, FilePart]:
    """Return the networks of a model by folder: those inside its file, else those beside it."""
    found = {}
    for name, part in ids.items():
        if part == MAIN:
            found[name] = file_part(header, classes[name], header.network.prefix)
            continue
        for place in _places(header, part):
            prefix = part_prefix(place, part) if place is not None else None
            if place is not None and prefix is not None:
                found[name] = file_part(place, classes[name], prefix)
                break
    return found


def _places(header: Header, part: str) -> Iterator[Header | None]:
    """Yield the files that may have a part, the first one the artist's own replacement."""
    yield own_part(header.path, part)
    yield header
    yield from parts_beside(header.path, part)


def _check(header: Header, finding: Finding) -> None:
    """Raise StudioError for a file that is no model, or a model that cannot run."""
    path = header.path
    given = finding.refusal or refusal_of(finding)
    if given is not None:
        raise given.error()
    if finding.kind is Kind.UNKNOWN:
        raise StudioError(
            "{path} has weights of a kind that Lienzo does not know ({name}).",
            "Choose a model of a family that the guide lists.",
            path=str(path),
            name=finding.reason or "?",
        )
    if finding.kind not in (Kind.MODEL, Kind.NETWORK):
        raise StudioError(
            "{path} is not a model, but a part or an addition for one ({kind}).",
            "Choose a checkpoint; LoRAs, ControlNets and embeddings are added in the panels.",
            path=str(path),
            kind=finding.kind.value,
        )
    label = family_label(finding.family, finding.variant)
    if finding.family not in ROWS or finding.variant in ROWS[finding.family].refused:
        raise StudioError(
            "{path} is of a kind that Lienzo does not load from a single file yet ({kind}).",
            "If the guide lists its family, get the model as a folder in diffusers layout.",
            path=str(path),
            kind=label,
        )
    if header.format == "pickle":
        raise StudioError(
            "The weights in {path} are Python pickles, which can run code; "
            "only safetensors files are read.",
            "Get the safetensors version of the model.",
            path=str(path),
        )
    if finding.precision.format not in READABLE:
        raise StudioError(
            "{path} stores its weights in a way that Lienzo cannot read yet ({format}).",
            "Get it in another precision, such as fp16 or fp8.",
            path=str(path),
            format=finding.precision.format or "?",
        )
