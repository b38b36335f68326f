"""Detectors and encoders stop in the middle of their networks, within the time of one layer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from safetensors.torch import save_file
from test_aux_annotators import random_weights, sheet
from test_reference import picture, write_adapter

from studio.catalog.detectors import DETECTORS
from studio.core.errors import Cancelled
from studio.core.progress import Progress
from studio.edit.request import ReferenceUse
from studio.engine.annotators import detectors, pose
from studio.engine.annotators.base import annotator
from studio.engine.annotators.openpose_network import OpenPoseNetwork
from studio.engine.cancelling import cancellable
from studio.engine.engine import Engine


class Watch:
    """Asks to stop in the middle of a network, and counts the layers that run."""

    def __init__(self, network: torch.nn.Module, progress: Progress, after: int) -> None:
        self.network, self.ran = network, 0
        self._progress, self._after = progress, after
        for layer in self.layers:
            layer.register_forward_hook(self._count)

    @property
    def layers(self) -> list[torch.nn.Module]:
        return [one for one in self.network.modules() if not any(one.children())]

    @property
    def hooks(self) -> int:
        """How many hooks look for a cancel."""
        return sum(len(layer._forward_pre_hooks) for layer in self.layers)

    def _count(self, *_: Any) -> None:
        self.ran += 1
        if self.ran == self._after:
            self._progress.cancel()


def test_no_layer_runs_after_the_one_that_was_running() -> None:
    network = torch.nn.Sequential(*(torch.nn.Linear(4, 4) for _ in range(6)))
    mine = network[5].register_forward_pre_hook(lambda *_: None)
    progress = Progress()
    watch = Watch(network, progress, after=3)
    with pytest.raises(Cancelled), cancellable(network, progress):
        network(torch.zeros(1, 4))
    assert watch.ran == 3 and watch.hooks == 1
    assert mine.id in network[5]._forward_pre_hooks, "the hook of another stays"
    network(torch.zeros(1, 4))
    assert watch.ran == 9


def watched(
    monkeypatch: pytest.MonkeyPatch, place: Any, make: Callable[..., Any], progress: Progress
) -> list[Watch]:
    """Let ``load_network`` of a module return what ``make`` does, with somebody watching it."""
    made: list[Watch] = []

    def load(*args: Any) -> Any:
        network = make(*args)
        made.append(Watch(network, progress, after=5))
        return network

    monkeypatch.setattr(place, "load_network", load)
    return made


@pytest.mark.parametrize("name", ["pidinet", "hed", "aux-lineart", "aux-openpose"])
def test_a_detector_stops_inside_its_network(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    save_file(
        random_weights(name), tmp_path / Path(DETECTORS[name].file).with_suffix(".safetensors").name
    )
    progress = Progress()
    made = watched(monkeypatch, detectors, detectors.load_network, progress)
    with pytest.raises(Cancelled):
        annotator(name, folder=str(tmp_path), side=64).annotate(sheet(), progress)
    (watch,) = made
    assert watch.ran == 5 < len(watch.layers) and watch.hooks == 0


def test_people_are_no_longer_looked_for_inside_the_network(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    progress = Progress()
    made = watched(monkeypatch, pose, lambda: OpenPoseNetwork().eval(), progress)
    with pytest.raises(Cancelled):
        pose.PoseAnnotator().find(np.zeros((64, 64, 3), np.uint8), progress)
    (watch,) = made
    assert watch.ran == 5 and watch.hooks == 0


def test_the_encoder_of_a_reference_stops_inside(
    engine: Engine, ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    folder = write_adapter(tiny, tmp_path / "adapter")
    request = ask(references=(ReferenceUse(picture(1), model=str(folder)),))
    first = engine.run(request).images[0]
    loaded: Any = engine.residency.loaded
    (adapter,) = loaded.extras.references.values()
    loaded.extras.embeddings.clear()
    progress = Progress()
    watch = Watch(adapter.encoder, progress, after=5)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert watch.ran == 5 and watch.hooks == 0
    assert not loaded.networks.unet._forward_pre_hooks and not loaded.extras.embeddings
    assert np.array_equal(engine.run(request).images[0], first)
