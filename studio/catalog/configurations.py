"""The configurations of a model's parts: from its folder, or shipped for a single file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.catalog.encoder_vocabulary import vocabulary_folder
from studio.catalog.model_spec import Configurations, ModelSpec
from studio.catalog.recognise.model_folder import read_config
from studio.core.assets import asset_path

SCHEDULER = "scheduler"


def part_config(spec: ModelSpec, part: str) -> Mapping[str, Any]:
    """Return config.json of a network; StudioError if it cannot be read."""
    if spec.configurations is None:
        return read_config(spec.path / part / "config.json")
    return shipped_config(spec.configurations, part)


def scheduler_config(spec: ModelSpec) -> Mapping[str, Any]:
    """Return scheduler_config.json; StudioError if it cannot be read."""
    if spec.configurations is None:
        return read_config(spec.path / SCHEDULER / "scheduler_config.json")
    return shipped_config(spec.configurations, SCHEDULER)


def shipped_config(configurations: Configurations, part: str) -> Mapping[str, Any]:
    """Return the configuration of a part of a single file, with what differs in this model."""
    name = "scheduler_config.json" if part == SCHEDULER else "config.json"
    content = read_config(configurations.folder / part / name)
    return _merged(content, configurations.changes.get(part, {}))


def _merged(content: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return entries with changes, also inside the configurations of a network's parts."""
    inner = {
        name: _merged(content[name], value)
        for name, value in changes.items()
        if isinstance(value, dict) and isinstance(content.get(name), dict)
    }
    return {**content, **changes, **inner}


def tokenizer_folder(spec: ModelSpec, name: str = "tokenizer") -> Path:
    """Return the folder with the vocabulary of a tokenizer.

    StudioError with the command that fetches it if it is an asset that is not installed.
    """
    found = spec.configurations
    if found is not None and name in found.vocabularies:
        return vocabulary_folder(found.vocabularies[name])
    if found is None or name not in found.tokenizers:
        return spec.path / name
    return asset_path(found.tokenizers[name]).parent


def has_tokenizer(spec: ModelSpec, name: str) -> bool:
    """Whether a model in single files has a tokenizer: it may lack the network that it is for."""
    part = name.replace("tokenizer", "text_encoder")
    return any(component.name == part for component in spec.components)


def tokenizer_options(spec: ModelSpec, name: str = "tokenizer") -> Mapping[str, Any]:
    """Return the entries of a tokenizer's configuration that its folder does not have."""
    found = spec.configurations
    if found is None or name not in {*found.tokenizers, *found.vocabularies}:
        return {}
    return read_config(found.folder / name / "tokenizer_config.json")
