"""A control and a reference together: a cancel or an error anywhere leaves no trace of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from test_lora import fingerprint
from test_reference import picture, referred

from studio.core.errors import Cancelled
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import ControlUse, EditRequest, ReferenceUse, Task
from studio.engine.engine import Engine

__all__ = ["referred"]

PHASES = (
    "Loading the control",
    "Reading the reference",
    "Reading the prompt",
    "Reading the picture",
    "Painting",
    "Finishing the picture",
)
"""What the engine says at the start of loading, encoding, denoising and decoding."""


class Broken(Exception):
    """What no part of the engine knows."""


@pytest.fixture
def steered(ask: MakeRequest, referred: Path) -> EditRequest:
    """An edit with a ControlNet and an IP-Adapter attached."""
    hint = np.zeros((64, 96, 3), np.uint8)
    hint[10:50, 20:60] = 255
    return ask(
        Task.FILL,
        model=str(referred),
        controls=(ControlUse("canny", hint),),
        references=(ReferenceUse(picture(1), mode="subject"),),
        sampling={"steps": 3},
    )


def stopped(engine: Engine, request: EditRequest, phase: str, how: str) -> None:
    """Run a request that is stopped as soon as the engine says a phase."""
    progress: Progress

    def listen(event: ProgressEvent) -> None:
        if event.text == phase:
            if how == "error":
                raise Broken
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled if how == "cancel" else Broken):
        engine.run(request, progress)


def extras(engine: Engine) -> list[torch.Tensor]:
    """Return every weight of the ControlNets, the adapters and their encoders."""
    kept: Any = engine.residency.loaded.extras  # type: ignore[union-attr]
    found = [w for network in kept.controls.values() for w in network.state_dict().values()]
    for adapter in kept.references.values():
        found += [*adapter.encoder.state_dict().values()]
        found += [w for part in adapter.state.values() for w in part.values()]
    return found


@pytest.mark.parametrize("how", ["cancel", "error"])
@pytest.mark.parametrize("phase", PHASES)
def test_every_weight_is_bit_identical_after(
    engine: Engine, steered: EditRequest, phase: str, how: str
) -> None:
    plain = steered.replace(controls=(), references=())
    first, with_both = (engine.run(one).images[0] for one in (plain, steered))
    assert not np.array_equal(first, with_both)
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    processors, weights = dict(unet.attn_processors), fingerprint(engine)
    beside = [weight.clone() for weight in extras(engine)]
    stopped(engine, steered, phase, how)
    assert not unet._forward_pre_hooks and unet.encoder_hid_proj is None
    now = unet.attn_processors
    assert now.keys() == processors.keys()
    assert all(now[name] is kept for name, kept in processors.items())
    assert fingerprint(engine) == weights
    assert all(map(torch.equal, extras(engine), beside))
    assert np.array_equal(engine.run(plain).images[0], first)
    assert np.array_equal(engine.run(steered).images[0], with_both)


@pytest.mark.parametrize("how", ["cancel", "error"])
def test_a_load_that_is_stopped_leaves_the_model_before_it(
    ask: MakeRequest, steered: EditRequest, how: str
) -> None:
    engine = Engine("cpu")
    first = engine.run(ask()).images[0]
    weights = fingerprint(engine)
    stopped(engine, steered, "Loading the model", how)
    assert fingerprint(engine) == weights
    assert np.array_equal(engine.run(ask()).images[0], first)
    engine.run(steered)


@pytest.mark.parametrize("part", ["unet", "vae", "text_encoder"])
def test_an_error_in_a_network_leaves_every_weight(
    engine: Engine, steered: EditRequest, monkeypatch: pytest.MonkeyPatch, part: str
) -> None:
    expected = engine.run(steered).images[0]
    weights = fingerprint(engine)
    # The class, because the nine-channel UNet is another object with the same layers.
    kind: Any = type(getattr(engine.residency.loaded.networks, part))  # type: ignore[union-attr]
    name = "decode" if part == "vae" else "forward"
    real: Callable[..., Any] = getattr(kind, name)
    calls: list[int] = []

    def broken(*args: Any, **kwargs: Any) -> Any:
        calls.append(1)
        if part != "unet" or len(calls) == 2:
            raise Broken
        return real(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(kind, name, broken)
        with pytest.raises(Broken):
            engine.run(steered)
    assert calls and fingerprint(engine) == weights
    assert np.array_equal(engine.run(steered).images[0], expected)
