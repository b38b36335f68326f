"""The nine-channel UNet shares everything with the four-channel one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from conftest import MakeRequest

from studio.catalog.models import STARTER
from studio.edit.request import Task
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.job import fill_unet


@pytest.fixture(params=["tiny_fill", STARTER])
def loaded(request: pytest.FixtureRequest, engine: Engine) -> Any:
    model = STARTER if request.param == STARTER else request.getfixturevalue(request.param)
    engine.warm_up(str(model))
    return engine.residency.loaded


def test_it_shares_the_memory_of_every_weight_but_the_first(loaded: Any) -> None:
    plain = dict(loaded.networks.unet.named_parameters())
    fill = dict(fill_unet(loaded).named_parameters())
    assert set(plain) == set(fill)
    for name, weight in fill.items():
        if name.startswith("conv_in."):
            assert weight.data_ptr() != plain[name].data_ptr()
        else:
            assert weight.data_ptr() == plain[name].data_ptr(), name


def test_making_it_leaves_the_plain_one_as_it_was(loaded: Any) -> None:
    plain = loaded.networks.unet
    fill = fill_unet(loaded)
    assert fill.config.in_channels == 9 and plain.config.in_channels == 4
    assert plain.conv_in.in_channels == 4 and fill.conv_in.in_channels == 9


@torch.no_grad()
def test_with_the_five_extra_channels_zero_both_say_the_same(loaded: Any) -> None:
    torch.manual_seed(0)
    plain = loaded.networks.unet
    latents = torch.randn(1, 4, 8, 8)
    text = torch.randn(1, 77, plain.config.cross_attention_dim)
    wide = torch.cat([latents, torch.zeros(1, 5, 8, 8)], dim=1)
    ours = fill_unet(loaded)(wide, 400, encoder_hidden_states=text).sample
    theirs = plain(latents, 400, encoder_hidden_states=text).sample
    # The starter stores fp16 and both convolutions round their sums in their own order.
    assert torch.allclose(ours, theirs, atol=1e-4)


def test_a_run_with_it_does_not_touch_later_runs(
    engine: Engine, ask: MakeRequest, tiny_fill: Path
) -> None:
    request = ask(model=str(tiny_fill))
    before = engine.run(request).images[0]
    engine.run(ask(Task.FILL, model=str(tiny_fill)))
    assert (engine.run(request).images[0] == before).all()
