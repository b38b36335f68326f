"""Loads one network of a single file, for the tests of its names and shapes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from studio.catalog.model_spec import Component, Configurations
from studio.catalog.recognise.opening import open_header
from studio.catalog.single.networks import file_part
from studio.core.paths import resource
from studio.engine.single_file import read_part

PREFIX = "model.diffusion_model."


def loaded_alone(
    file: Path,
    cls: Any,
    configs: tuple[str, str],
    prefix: str = PREFIX,
    packed: bool = False,
    **changes: Any,
) -> Any:
    """Return one network of a file with the shipped configuration of (folder, part).

    ``changes`` are to its configuration; with ``packed`` its matrices stay as they are stored.
    """
    folder, part = configs
    found = file_part(open_header(file), cls.__name__, prefix)
    shipped = Configurations(
        resource("model_configs", folder), {}, {part: {**found.changes, **changes}}
    )
    spec: Any = _Spec(shipped)
    network, missing = read_part(
        spec, Component(part, cls.__name__, (file,), 1, prefix=prefix), torch.float32, cls, packed
    )
    assert not missing, missing
    return network


class _Spec:
    """The only field of a model that a network needs."""

    def __init__(self, configurations: Configurations) -> None:
        self.configurations = configurations


def assert_same(found: Any, wanted: Any) -> None:
    """Compare the tensors of two networks."""
    ours, theirs = found.state_dict(), wanted.state_dict()
    assert set(ours) == set(theirs)
    for name, value in theirs.items():
        assert torch.equal(ours[name], value), name
