"""Transformers and autoencoders of the newer families from single files, in the names of their
makers: every tensor arrives, as by diffusers' own conversion."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import pytest
import torch
from diffusers.loaders import single_file_utils
from dit_factory import (
    chroma_originals,
    flux_2_originals,
    flux_2_vae_originals,
    lumina_2_originals,
    pixart_originals,
    small,
    wan_originals,
    z_image_originals,
)
from safetensors.torch import save_file
from single_factory import State
from single_network import PREFIX, assert_same, loaded_alone

from studio.engine.device import known_warnings

Originals = Callable[[State], State]
CASES: dict[str, tuple[str, str, Originals, dict[str, Any]]] = {
    name: (folder, part, originals, undecided)
    for name, folder, part, originals, undecided in (
        ("ChromaTransformer2DModel", "chroma", "transformer", chroma_originals,
         {"axes_dims_rope": (4, 6, 6)}),
        ("Flux2Transformer2DModel", "flux-2", "transformer", flux_2_originals,
         {"axes_dims_rope": (4, 4, 4, 4)}),
        ("ZImageTransformer2DModel", "z-image", "transformer", z_image_originals,
         {"axes_dims": [4, 6, 6]}),
        ("Lumina2Transformer2DModel", "lumina-2", "transformer", lumina_2_originals,
         {"axes_dim_rope": (4, 2, 2)}),
        ("PixArtTransformer2DModel", "pixart", "transformer", pixart_originals, {}),
        ("QwenImageTransformer2DModel", "qwen-image", "transformer", dict,
         {"axes_dims_rope": (4, 6, 6)}),
        ("AutoencoderKLFlux2", "flux-2", "vae", flux_2_vae_originals, {}),
        ("AutoencoderKLQwenImage", "qwen-image", "vae", wan_originals, {}),
    )
}  # fmt: skip
"""Class -> the shipped configuration, the names of the makers, and what no shape decides."""
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("Flux2Transformer2DModel", {"guidance_embeds": True}),
    ("PixArtTransformer2DModel", {"sample_size": 64, "use_additional_conditions": False}),
    ("AutoencoderKLFlux2", {"decoder_block_out_channels": (32, 32, 32, 64)}),
    ("AutoencoderKLQwenImage", {"dim_mult": [1, 2, 2], "temperal_downsample": [False, True]}),
]


@pytest.mark.parametrize("layout", ["makers", "diffusers"])
@pytest.mark.parametrize(("name", "changes"), [*((name, {}) for name in CASES), *VARIANTS])
def test_every_tensor_arrives(
    name: str, changes: dict[str, Any], layout: str, tmp_path: Path
) -> None:
    cls = getattr(diffusers, name)
    folder, part, originals, undecided = CASES[name]
    source = small(cls, **changes)
    state: State = dict(source.state_dict())
    stored = originals(state) if layout == "makers" else state
    prefix = "" if part == "vae" else PREFIX
    saved = {prefix + k: v.contiguous().clone() for k, v in stored.items()}
    save_file(saved, tmp_path / "network.sft")
    with known_warnings():
        found = loaded_alone(
            tmp_path / "network.sft", cls, (folder, part), prefix, **{**undecided, **changes}
        )
    assert_same(found, source)


CONVERTERS: dict[str, Callable[..., Any]] = {
    "Flux2Transformer2DModel": single_file_utils.convert_flux2_transformer_checkpoint_to_diffusers,
    "ZImageTransformer2DModel": (
        single_file_utils.convert_z_image_transformer_checkpoint_to_diffusers
    ),
}


@pytest.mark.parametrize("name", CONVERTERS)
def test_the_names_agree_with_those_of_diffusers(name: str) -> None:
    state = small(getattr(diffusers, name)).state_dict()
    converted = CONVERTERS[name](dict(CASES[name][2](state)))
    assert set(converted) == set(state)
    assert all(torch.equal(converted[key], value) for key, value in state.items())


WIDE: dict[str, tuple[dict[str, Any], Callable[..., Any]]] = {
    "ChromaTransformer2DModel": (
        {"num_layers": 1, "num_single_layers": 1},
        single_file_utils.convert_chroma_transformer_checkpoint_to_diffusers,
    ),
    "Lumina2Transformer2DModel": (
        {"num_layers": 1, "cap_feat_dim": 2304},
        single_file_utils.convert_lumina2_to_diffusers,
    ),
    "AutoencoderKLQwenImage": ({}, single_file_utils.convert_wan_vae_to_diffusers),
}
"""Classes whose conversion in diffusers has the true sizes fixed, with changes to the class's."""


@pytest.mark.parametrize("name", WIDE)
def test_the_names_agree_with_those_of_diffusers_at_the_true_width(name: str) -> None:
    changes, convert = WIDE[name]
    with torch.device("meta"), known_warnings():
        source = getattr(diffusers, name)(**changes)
    state = source.state_dict()
    converted = convert(dict(CASES[name][2](state)))
    assert {key: value.shape for key, value in converted.items()} == {
        key: value.shape for key, value in state.items()
    }
