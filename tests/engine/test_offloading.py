"""Offloading on the CPU: hooks come and go, pictures stay the same; the GPU's ladder by numbers.

There is no GPU here: that weights really leave it, and streams, are not tried.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import UNet2DConditionModel

from studio.catalog.ladder import FULL, GPU_LADDER, LADDER, WEIGHT_SHARES, Offload
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.request import Task
from studio.engine import device as device_module
from studio.engine.device import Device, choose_device
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion import family as stable_diffusion
from studio.engine.offloading import networks_of, offload_networks
from studio.engine.residency import HEADROOM, Residency

OFFLOADING = [rung for rung in GPU_LADDER if rung.offload is not Offload.NONE]
CPU = torch.device("cpu")


def state(engine: Engine) -> Mapping[str, Any]:
    """Return what of the networks offloading touches: hooks, methods, places and weights."""
    loaded: Any = engine.residency.loaded
    found: dict[str, Any] = {}
    for name, network in networks_of(loaded.networks).items():
        for place, module in network.named_modules():
            own = set(module.__dict__) & {"forward", "_hf_hook", "_diffusers_hook", "_old_forward"}
            found[f"{name}.{place}"] = (sorted(own), len(module._forward_pre_hooks))
        for place, weight in network.state_dict().items():
            found[f"{name}/{place}"] = (weight.device, weight.dtype, float(weight.double().sum()))
    return found


@pytest.mark.parametrize("rung", OFFLOADING, ids=lambda rung: rung.offload.value)
@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_an_offloaded_model_makes_the_same_picture_and_is_what_it_was(
    engine: Engine, ask: MakeRequest, rung: Any, task: Task
) -> None:
    request = ask(task)
    plain = replace(rung, offload=Offload.NONE)
    engine.run(request)
    loaded: Any = engine.residency.loaded
    expected = engine._run_once(loaded.spec, request, plain, Progress())
    before = state(engine)
    result = engine._run_once(loaded.spec, request, rung, Progress())
    assert np.array_equal(result.images[0], expected.images[0])
    assert rung.note in result.notes
    assert state(engine) == before


@pytest.mark.parametrize("way", [rung.offload for rung in OFFLOADING])
def test_networks_work_through_the_hooks(engine: Engine, ask: MakeRequest, way: Offload) -> None:
    """Each network that is called goes through a hook of its own, or of its layers."""
    engine.run(ask())
    loaded: Any = engine.residency.loaded
    networks = networks_of(loaded.networks)
    assert set(networks) == {"unet", "vae", "text_encoder"}
    before = state(engine)
    with offload_networks(networks, CPU, way):
        for name, network in networks.items():
            hooked = [
                place
                for place, module in network.named_modules()
                if {"_hf_hook", "_diffusers_hook"} & set(module.__dict__)
            ]
            by_parts = way is Offload.SEQUENTIAL or (way is Offload.GROUP and name == "unet")
            assert (len(hooked) > 3) == by_parts and hooked, name
    assert state(engine) == before
    with pytest.raises(ZeroDivisionError), offload_networks(networks, CPU, way):
        raise ZeroDivisionError
    assert state(engine) == before


def test_one_network_at_a_time_is_on_the_device(engine: Engine, ask: MakeRequest) -> None:
    """On the meta device, which any machine has: the others are sent back before."""
    first, second = (torch.nn.Sequential(torch.nn.Linear(2, 2)) for _ in range(2))
    meta = torch.device("meta")
    with offload_networks({"first": first, "second": second}, meta, Offload.MODEL):
        assert first(torch.ones(1, 2)).device == meta
        assert next(first.parameters()).device == meta
        # Nothing comes back from meta, which is how it shows that it is sent.
        with pytest.raises(NotImplementedError, match="meta"):
            second(torch.ones(1, 2))
        first.to_empty(device="cpu")
        assert second(torch.ones(1, 2)).device == meta
        second.to_empty(device="cpu")


UNETS = {
    "1.5": {"cross_attention_dim": 768, "attention_head_dim": 8},
    "XL": {
        "cross_attention_dim": 2048,
        "attention_head_dim": (5, 10, 20),
        "block_out_channels": (320, 640, 1280),
        "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        "transformer_layers_per_block": (1, 2, 10),
        "use_linear_projection": True,
        "addition_embed_type": "text_time",
        "addition_time_embed_dim": 256,
        "projection_class_embeddings_input_dim": 2816,
    },
}


@pytest.mark.parametrize("name", UNETS)
def test_the_shares_cover_the_shapes_that_they_were_counted_from(name: str) -> None:
    with torch.device("meta"):
        unet = UNet2DConditionModel(sample_size=64, **UNETS[name])
    size = {one: sum(p.numel() for p in one.parameters()) for one in unet.modules()}
    blocks = [*unet.down_blocks, *unet.up_blocks]
    outside = size[unet] - sum(size[block] for block in blocks)
    largest = max(size[block] for block in blocks)
    assert (largest + outside) / size[unet] <= WEIGHT_SHARES[Offload.GROUP]
    leaves = sorted(size[one] for one in unet.modules() if next(one.children(), None) is None)
    # The text encoder's vocabulary of 49,408 is the largest layer of a whole model.
    vocabulary = 49408 * (768 if name == "1.5" else 1280)
    assert (max(vocabulary, leaves[-1]) + leaves[-2]) / size[unet] <= WEIGHT_SHARES[
        Offload.SEQUENTIAL
    ]


GPU = Device("cuda", torch.float16)


def test_a_gpu_takes_the_first_rung_that_fits(ask: MakeRequest) -> None:
    request = ask()
    spec = identify(request.model)
    largest = max(one.parameters for one in spec.components) * 2
    needs = []
    for rung in GPU_LADDER:
        there = spec.parameters * 2
        if rung.offload is not Offload.NONE:
            there = round(WEIGHT_SHARES[rung.offload] * largest)
        needs.append(there + stable_diffusion.working_bytes(spec, request, GPU, rung))
    assert needs == sorted(needs, reverse=True) and len(set(needs[1:])) == len(needs) - 1
    for need, rung in zip(needs, GPU_LADDER, strict=True):
        residency = Residency(GPU, lambda need=need: HEADROOM + need, lambda: 10**12)
        assert residency.rungs(spec, request)[0].name in (rung.name, FULL.name)
    assert (
        Residency(GPU, lambda: HEADROOM + needs[2], lambda: 10**12).rungs(spec, request)[0]
        is (OFFLOADING[0])
    )
    with pytest.raises(StudioError, match="MB of memory"):
        Residency(GPU, lambda: HEADROOM + needs[-1] - 1, lambda: 10**12).rungs(spec, request)
    with pytest.raises(StudioError, match="MB of memory"):
        # Neither the GPU has room for the weights, nor the computer.
        Residency(GPU, lambda: HEADROOM + needs[2], lambda: HEADROOM).rungs(spec, request)
    assert all(
        rung.offload is Offload.NONE
        for rung in Residency(choose_device("cpu"), lambda: 10**12).rungs(spec, request)
    ), "a CPU has nothing to offload to"
    assert LADDER[0] is GPU_LADDER[0]


def test_weights_of_an_offloaded_model_are_loaded_to_the_computer(
    ask: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the meta device in the place of the GPU."""
    homes: list[str] = []
    load = stable_diffusion.load

    def watched(spec: Any, device: Device, progress: Any) -> Any:
        homes.append(str(device.storage))
        return load(spec, replace(device, name="cpu"), progress)

    monkeypatch.setattr(stable_diffusion, "load", watched)
    spec = identify(ask().model)
    residency = Residency(Device("meta", torch.float32), lambda: 10**12, lambda: 10**12)
    first = residency.get(spec, Progress(), OFFLOADING[0])
    assert residency.get(spec, Progress(), OFFLOADING[1]) is first
    whole = residency.get(spec, Progress())
    assert whole is not first, "it fits now, and is loaded anew"
    assert residency.get(spec, Progress(), OFFLOADING[0]) is whole
    assert homes == ["cpu", "meta"]
    tight = Residency(GPU, lambda: HEADROOM + 1, lambda: 10**12)
    assert tight.resting(spec) is OFFLOADING[0]
    assert Residency(GPU, lambda: 10**12).resting(spec) is FULL


def test_bfloat16_where_the_device_computes_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for has, dtype in ((True, torch.bfloat16), (False, torch.float16)):
        monkeypatch.setattr(
            device_module.torch.cuda, "is_bf16_supported", lambda including_emulation, has=has: has
        )
        assert choose_device("cuda").dtype is dtype
    assert choose_device("cpu").dtype is torch.float32


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL, Task.REPLACE])
def test_bfloat16_makes_nearly_the_same_picture(ask: MakeRequest, task: Task) -> None:
    """On the CPU, which computes in it too: no tensor of a run is left in another type."""
    request = ask(task, model="starter", sampling={"steps": 4, "denoise": 0.7})
    exact = Engine("cpu").run(request).images[0].astype(int)
    coarse = Engine(Device("cpu", torch.bfloat16)).run(request).images[0].astype(int)
    assert 0 < np.abs(exact - coarse).mean() < 8
