"""Weights that stay packed: the same numbers as expanded ones, in the memory of the file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import FluxTransformer2DModel
from dit_factory import flux_originals
from gguf_factory import gguf_bytes
from safetensors.torch import load_file, save_file
from single_factory import State, build_folder, export
from single_network import loaded_alone
from transformers import T5Config, T5EncoderModel

from studio.catalog.ladder import FULL, GPU_LADDER, LADDER, PACKED, TILED, Offload, with_packed
from studio.catalog.models import identify
from studio.catalog.single.packed_size import packed_bytes, packed_bytes_of
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import AdapterUse, Task
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.families.base import family_module
from studio.engine.packed import PackedEmbedding, PackedLinear, expand_layers
from studio.engine.residency import HEADROOM, Residency
from studio.session.forecast import Forecasts
from studio.session.memory_plan import HEADROOM as PLAN_HEADROOM
from studio.session.memory_plan import Memory, memory_plan, need_of

FP8 = torch.float8_e4m3fn
AXES = (4, 6, 6)


def flux() -> FluxTransformer2DModel:
    """Return a small transformer whose matrices are as wide as blocks of GGUF."""
    torch.manual_seed(1)
    return FluxTransformer2DModel(
        in_channels=64,
        num_layers=1,
        num_single_layers=1,
        attention_head_dim=16,
        num_attention_heads=4,
        joint_attention_dim=64,
        pooled_projection_dim=32,
        guidance_embeds=True,
        axes_dims_rope=AXES,
    )


def fp8(end: str, by_row: bool) -> Callable[[State, Path], Path]:
    """Return a function that writes a file of 8 bits with scales of a spelling."""

    def write(state: State, folder: Path) -> Path:
        found: State = {}
        for name, value in state.items():
            if value.ndim != 2 or not name.endswith("weight"):
                found[name] = value
                continue
            peak = value.abs().amax(dim=1, keepdim=True) if by_row else value.abs().amax()
            scale = peak / 448
            found[name] = (value / scale).to(FP8)
            found[name.removesuffix("weight") + end] = scale
        save_file({k: v.contiguous().clone() for k, v in found.items()}, folder / "n.safetensors")
        return folder / "n.safetensors"

    return write


def gguf(state: State, folder: Path) -> Path:
    file = folder / "n.gguf"
    file.write_bytes(gguf_bytes(state))
    return file


WRITERS = {
    "gguf": gguf,
    "scale_weight": fp8("scale_weight", False),
    "weight_scale": fp8("weight_scale", True),
}


def both(file: Path) -> tuple[Any, Any]:
    """Return the network of a file with its weights expanded and packed."""
    given = (file, FluxTransformer2DModel, ("flux", "transformer"), "")
    expanded = loaded_alone(*given, axes_dims_rope=AXES)
    packed = loaded_alone(*given, packed=True, axes_dims_rope=AXES)
    return expanded.eval(), packed.eval()


def answer(network: Any) -> torch.Tensor:
    """Return what the transformer predicts of fixed inputs."""
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        found: torch.Tensor = network(
            hidden_states=torch.randn(1, 16, 64, generator=generator),
            encoder_hidden_states=torch.randn(1, 5, 64, generator=generator),
            pooled_projections=torch.randn(1, 32, generator=generator),
            timestep=torch.tensor([0.5]),
            guidance=torch.tensor([3.5]),
            img_ids=torch.zeros(16, 3),
            txt_ids=torch.zeros(5, 3),
        ).sample
    return found


@pytest.mark.parametrize("writer", WRITERS)
def test_a_packed_transformer_predicts_bit_for_bit_the_same(writer: str, tmp_path: Path) -> None:
    file = WRITERS[writer](flux_originals(flux().state_dict()), tmp_path)
    expanded, packed = both(file)
    layers = [one for one in packed.modules() if isinstance(one, PackedLinear)]
    assert len(layers) > 15
    assert not any(type(one) is PackedLinear for one in expanded.modules())
    assert torch.equal(answer(packed), answer(expanded))
    # Everything but the halves that change places is as small as in the file.
    assert not any(isinstance(one, PackedLinear) for one in packed.norm_out.modules())
    bytes_of = {
        name: sum(one.nbytes for one in (*network.parameters(), *network.buffers()))
        for name, network in (("packed", packed), ("expanded", expanded))
    }
    assert bytes_of["packed"] < 1.2 * file.stat().st_size
    assert bytes_of["packed"] < 0.4 * bytes_of["expanded"]


def test_a_lora_on_packed_weights_is_that_on_expanded_ones(tmp_path: Path) -> None:
    expanded, packed = both(gguf(flux_originals(flux().state_dict()), tmp_path))
    before = answer(packed)
    generator = torch.Generator().manual_seed(3)
    layer = "transformer_blocks.0.attn.to_q"
    lora = {
        f"{layer}.lora_A.weight": torch.randn(4, 64, generator=generator),
        f"{layer}.lora_B.weight": torch.randn(64, 4, generator=generator),
    }
    changed = []
    for network in (expanded, packed):
        network.load_lora_adapter(dict(lora), prefix=None)
        changed.append(answer(network))
        network.unload_lora()
    assert torch.equal(*changed) and not torch.equal(changed[0], before)
    assert torch.equal(answer(packed), before)
    assert isinstance(packed.transformer_blocks[0].attn.to_q, PackedLinear)


def test_a_weight_is_replaced_and_packed_again(tmp_path: Path) -> None:
    """As adapters do that change the whole weight, and subjects that are added to a copy."""
    expanded, packed = both(gguf(flux_originals(flux().state_dict()), tmp_path))
    before, layer = answer(packed), packed.transformer_blocks[0].attn.to_q
    old, size = layer.weight, layer.packed.nbytes
    new = torch.nn.Parameter(old + 1, requires_grad=False)
    layer.weight = new
    assert layer.weight is new and not torch.equal(answer(packed), before)
    layer.weight = old
    assert torch.equal(answer(packed), before) and layer.weight is not old
    assert layer.packed.nbytes == size
    expand_layers(packed)
    assert set(packed.state_dict()) == set(expanded.state_dict())
    assert torch.equal(answer(packed), before)


def test_only_the_rows_of_a_prompt_are_expanded(tmp_path: Path) -> None:
    torch.manual_seed(3)
    config = T5Config(vocab_size=40, d_model=64, d_kv=16, d_ff=96, num_layers=2, num_heads=4,
                      feed_forward_proj="gated-gelu")  # fmt: skip
    state = dict(T5EncoderModel(config).state_dict())
    del state["encoder.embed_tokens.weight"]
    file = gguf(state, tmp_path)
    given = (file, T5EncoderModel, ("sd-3", "text_encoder_3"), "")
    expanded, packed = loaded_alone(*given).eval(), loaded_alone(*given, packed=True).eval()
    assert isinstance(packed.shared, PackedEmbedding)
    assert packed.shared is packed.encoder.embed_tokens
    tokens = torch.tensor([[3, 3, 39, 0]])
    with torch.no_grad():
        assert torch.equal(packed(tokens)[0], expanded(tokens)[0])


UNET, CLIP = "model.diffusion_model.", "cond_stage_model.transformer."


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A UNet in GGUF with its parts beside it."""
    state = load_file(export(build_folder(tmp_path / "folder"), tmp_path / "whole.safetensors"))
    file = tmp_path / "apart" / "dreamshaper-Q8_0.gguf"
    file.parent.mkdir()
    file.write_bytes(
        gguf_bytes({k.removeprefix(UNET): v for k, v in state.items() if k.startswith(UNET)})
    )
    for name, prefix, kept in (("vae", "first_stage_model.", False), ("clip_l", CLIP, True)):
        part = {k.removeprefix(prefix if kept else ""): v for k, v in state.items()
                if k.startswith(prefix)}  # fmt: skip
        save_file(part, file.parent / f"{name}.safetensors")
    return file


@pytest.mark.needs_asset("clip-tokenizer")
def test_the_ladder_expands_if_it_fits_and_packs_if_not(
    model: Path, ask: MakeRequest, tmp_path: Path
) -> None:
    layer = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    lora = tmp_path / "lora.safetensors"
    save_file(
        {
            f"{layer}.lora_down.weight": torch.randn(4, 768),
            f"{layer}.lora_up.weight": torch.randn(32, 4),
            f"{layer}.alpha": torch.tensor(4.0),
        },
        lora,
    )
    free = [10**12]
    engine = Engine("cpu", free=lambda: free[0] - engine.residency._loaded_bytes())
    plain = ask(model=str(model), task=Task.GENERATE, region=Rect(0, 0, 64, 64))
    adapted = ask(
        model=str(model),
        task=Task.GENERATE,
        region=Rect(0, 0, 64, 64),
        adapters=(AdapterUse("lora", str(lora), 1.0),),
    )
    spec = identify(model)
    wide = [engine.run(one) for one in (plain, adapted)]
    rungs = engine.residency.rungs(spec, plain)
    engine.residency.unload()
    assert rungs[0] is FULL and PACKED in rungs and PACKED.note not in wide[0].notes
    whole = spec.parameters * 4
    small = sum(packed_bytes(one, 4) for one in spec.components)
    assert small < whole - 3 * spec.component("unet").parameters // 2
    # Enough for the packed weights and a picture, and too little for the expanded ones.
    device = choose_device("cpu")
    working = family_module(spec).working_bytes(spec, plain, device, TILED)
    free[0] = HEADROOM + whole + working - 1
    narrow = [engine.run(one) for one in (plain, adapted, plain)]
    assert all(PACKED.note in one.notes for one in narrow)
    for ours, theirs in zip(narrow, (*wide, wide[0]), strict=True):
        # Decoded in tiles, which blend.
        assert np.abs(ours.images[0].astype(int) - theirs.images[0]).max() <= 2
    assert not np.array_equal(narrow[0].images[0], narrow[1].images[0])
    free[0] = 10**12
    assert PACKED.note not in engine.run(plain).notes


@pytest.mark.needs_asset("clip-tokenizer")
@pytest.mark.parametrize("kind", ["gguf", "fp8"])
def test_the_estimates_count_what_is_in_memory(kind: str, model: Path) -> None:
    """Also of fp8 files with convolutions in 8 bits, which are expanded."""
    file = model
    if kind == "fp8":
        whole = load_file(export(build_folder(model.parent / "folder"), model.parent / "w.sft"))
        state = {k: v.to(FP8) if v.ndim > 1 else v for k, v in whole.items() if k.startswith(UNET)}
        file = model.parent / "dreamshaper-fp8.safetensors"
        save_file(state, file)
    spec = identify(file)
    loaded = family_module(spec).load(spec, replace(choose_device("cpu"), packed=True), Progress())
    unet = loaded.networks.unet
    size = sum(one.nbytes for one in (*unet.parameters(), *unet.buffers()))
    assert any(isinstance(one, PackedLinear) for one in unet.modules())
    assert packed_bytes(spec.component("unet"), 4) == pytest.approx(size, rel=0.02)
    # The list of models says the same as the engine.
    need = need_of(spec, PACKED, 4) + PLAN_HEADROOM
    plan = memory_plan(spec, Memory(need), Forecasts(None))
    assert plan.rung is PACKED and plan.need + PLAN_HEADROOM > need
    assert memory_plan(spec, Memory(2 * plan.need), Forecasts(None)).rung is FULL


@pytest.mark.needs_asset("clip-tokenizer")
def test_a_start_expands_no_weights_that_do_not_fit(model: Path) -> None:
    spec = identify(model)
    room = HEADROOM + packed_bytes_of(spec, 4) + 1
    engine = Engine("cpu", free=lambda: room)
    engine.warm_up(str(model))
    loaded: Any = engine.residency.loaded
    assert any(isinstance(one, PackedLinear) for one in loaded.networks.unet.modules())
    assert engine.residency.resting(spec) is None
    less = Engine("cpu", free=lambda: room - 2)
    less.warm_up(str(model))
    assert less.residency.loaded is None
    assert Residency(choose_device("cpu"), free=lambda: 10**12).resting(spec) is FULL


def test_models_whose_weights_are_not_packed_have_the_plain_ladder(
    ask: MakeRequest, tiny: Path
) -> None:
    residency = Residency(choose_device("cpu"), free=lambda: 10**12)
    assert residency.rungs(identify(tiny), ask(model=str(tiny))) == LADDER
    assert residency.get(identify(tiny), Progress()) is residency.loaded
    assert with_packed(LADDER)[2] is PACKED and with_packed(LADDER)[-1].packed
    moved = [rung.offload for rung in with_packed(GPU_LADDER)]
    assert moved.index(Offload.MODEL) == 1 + with_packed(GPU_LADDER).index(PACKED)
