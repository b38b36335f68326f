"""One engine and a few tiny models, loaded once a module."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from model_factory import build_model

from studio.core.geometry import Rect
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.rewrite import RewriteUse
from studio.engine.engine import Engine

MakeRequest = Callable[..., EditRequest]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the engine's tests on one worker: torch is imported and models are loaded once."""
    for item in items:
        if "engine" in Path(item.path).parent.name:
            item.add_marker(pytest.mark.xdist_group("engine"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A plain four-channel model of the SD 1.x kind."""
    return build_model(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture(scope="session")
def tiny_fill(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model with a fill convolution beside its four-channel UNet, as the starter has."""
    return build_model(tmp_path_factory.mktemp("models") / "tiny-fill", fill_conv=True)


@pytest.fixture(scope="session")
def tiny_inpaint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model whose only UNet has nine channels, as stock inpainting models have."""
    return build_model(tmp_path_factory.mktemp("models") / "tiny-inpaint", in_channels=9)


@pytest.fixture(scope="module")
def engine() -> Engine:
    """An engine on the CPU that the tests of one module share."""
    return Engine("cpu")


@pytest.fixture
def ask(tiny: Path) -> MakeRequest:
    """Make requests: two steps, seed 7, the plain tiny model, a 96 x 64 region with a mask."""

    def make(task: Task = Task.GENERATE, **changes: Any) -> EditRequest:
        sampling = {"steps": 2, "seed": 7, "sampler": "ddim", "cfg_scale": 5.0}
        sampling.update(changes.pop("sampling", {}))
        values: dict[str, Any] = {"prompt": "a cat", "model": str(tiny)}
        values["region"] = Rect(10, 20, 96, 64)
        if task is not Task.GENERATE:
            rng = np.random.default_rng(3)
            values["image"] = rng.integers(0, 256, (64, 96, 3), dtype=np.uint8)
            values["mask"] = np.zeros((64, 96), np.uint8)
            values["mask"][20:40, 30:70] = 255
        if task is Task.REWRITE:
            values["rewrite"] = RewriteUse("a dog", "negative_prompt")
        values.update(changes)
        return EditRequest(task=task, sampling=Sampling(**sampling), **values)

    return make
