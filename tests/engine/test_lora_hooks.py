"""LoRAs act beside the weights, leave no trace, and our files mean the same to others."""

from __future__ import annotations

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import StableDiffusionPipeline
from lora_samples import assert_same, attentions, everything, random_lora, read, small
from model_factory import build_model

from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.engine.adapters.export import write_lora
from studio.engine.adapters.lora import Lora, loras_on, merge
from studio.engine.adapters.lora_layouts import DOWN, UP, adaptable, from_factors
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.job import fill_unet


@pytest.fixture(scope="module")
def loaded(engine: Engine, tiny_fill: Path) -> Any:
    engine.warm_up(str(tiny_fill))
    return engine.residency.loaded


def on(loaded: Any, loras: Sequence[Lora]) -> AbstractContextManager[None]:
    return loras_on(adaptable(loaded.networks), loras, loaded.networks.fill_conv)


@pytest.mark.parametrize("layout", ["kohya", "diffusers", "peft"])
@pytest.mark.parametrize("alphas", [False, True])
def test_what_we_write_we_read_with_the_same_deltas(
    loaded: Any, tmp_path: Path, layout: Any, alphas: bool
) -> None:
    made = random_lora(loaded, everything, alphas=alphas)
    file = tmp_path / "subject.safetensors"
    write_lora(file, made, layout, {"note": "Luna"})
    found = read(file, loaded)
    assert found.layout == layout and found.metadata["note"] == "Luna"
    # Without a place for alpha B is multiplied by it, which rounds once.
    assert_same(found, made, 0.0 if layout == "kohya" or not alphas else 1e-6)
    write_lora(file, made, layout, dtype=torch.float16)
    assert_same(read(file, loaded), made, 2e-3)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


def test_kohyas_metadata_and_words(loaded: Any, tmp_path: Path) -> None:
    made = random_lora(loaded, lambda name: name == "mid_block.attentions.0.proj_in", alphas=True)
    (change,) = made.layers["unet"].values()
    rank, alpha = change.rank, change.alpha
    words = {"<luna>": {"text_encoder": torch.randn(2, 16)}}
    with_words = dataclasses.replace(made, tokens=words)
    write_lora(tmp_path / "a.safetensors", with_words, "kohya")
    said = read_metadata(tmp_path / "a.safetensors")
    assert (said["ss_network_dim"], said["ss_network_alpha"]) == (str(rank), f"{alpha:g}")
    assert "ss_base_model_version" not in said
    (found,) = read(tmp_path / "a.safetensors", loaded).tokens["<luna>"].values()
    assert torch.equal(found, words["<luna>"]["text_encoder"])
    with pytest.raises(ValueError, match="words"):
        write_lora(tmp_path / "b.safetensors", with_words, "peft")
    state = {f"x.attn2.to_k{DOWN}": torch.zeros(1, 768), f"x.attn2.to_k{UP}": torch.zeros(9, 1)}
    wide = from_factors({"unet": state})
    write_lora(tmp_path / "c.safetensors", wide, "kohya")
    assert read_metadata(tmp_path / "c.safetensors")["ss_base_model_version"] == "sd_v1"


@pytest.fixture(scope="module")
def pipeline(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The tiny model once more, in diffusers' own hands."""
    folder = build_model(tmp_path_factory.mktemp("theirs") / "tiny", fill_conv=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return StableDiffusionPipeline.from_pretrained(
            folder, safety_checker=None, local_files_only=True
        )


def spoken(unet: Any, text_encoder: Any) -> torch.Tensor:
    """Return what a UNet says about the words of a text encoder: (1, 4, 8, 8)."""
    rng = torch.Generator().manual_seed(9)
    latents = torch.randn(1, 4, 8, 8, generator=rng)
    with torch.no_grad():
        states = text_encoder(torch.arange(77)[None] % 80)[0]
        said: torch.Tensor = unet(latents, 300, encoder_hidden_states=states).sample
    return said


@pytest.mark.parametrize("layout", ["kohya", "diffusers", "peft"])
def test_diffusers_hears_the_same_in_our_files_as_we(
    loaded: Any, pipeline: Any, tmp_path: Path, layout: Any
) -> None:
    networks = loaded.networks
    # Of kohya's alphas diffusers 0.42.1 takes the commonest for all modules.
    even = layout == "kohya"

    def wanted(name: str) -> bool:
        return attentions(name) or "self_attn" in name

    made = small(random_lora(loaded, wanted, alphas=True, even=even))
    assert made.layers["unet"] and made.layers["text_encoder"]
    file = tmp_path / "a.safetensors"
    write_lora(file, made, layout)
    plain = spoken(networks.unet, networks.text_encoder)
    assert torch.equal(plain, spoken(pipeline.unet, pipeline.text_encoder))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.load_lora_weights(file, adapter_name="ours")
        pipeline.set_adapters(["ours"], [0.7])
    theirs = spoken(pipeline.unet, pipeline.text_encoder)
    pipeline.unload_lora_weights()
    with loras_on(adaptable(networks), [Lora(read(file, loaded), 0.7)]):
        ours = spoken(networks.unet, networks.text_encoder)
    assert (ours - plain).abs().max() > 0.01
    assert (ours - theirs).abs().max() < 1e-5 * max(1.0, float(theirs.abs().max()))


def test_merged_is_the_same_as_beside(loaded: Any, pipeline: Any) -> None:
    networks = loaded.networks
    made = small(random_lora(loaded, everything, alphas=True))
    with loras_on(adaptable(networks), [Lora(made)]):
        beside = spoken(networks.unet, networks.text_encoder)
    state = {k: v.clone() for k, v in pipeline.unet.state_dict().items()}
    text = {k: v.clone() for k, v in pipeline.text_encoder.state_dict().items()}
    merge(pipeline.unet, made)
    merge(pipeline.text_encoder, made, "text_encoder")
    merged = spoken(pipeline.unet, pipeline.text_encoder)
    pipeline.unet.load_state_dict(state)
    pipeline.text_encoder.load_state_dict(text)
    assert torch.allclose(beside, merged, atol=1e-4 * float(merged.abs().max()))


def trace(networks: Any) -> Mapping[str, Any]:
    """Return the very objects of every module, the bytes of every weight, and the hooks."""
    found: dict[str, Any] = {}
    for part in ("unet", "text_encoder", "fill_conv"):
        network = getattr(networks, part)
        for name, module in network.named_modules():
            found[f"{part}.{name}"] = (id(module), len(module._forward_hooks))
        for name, weight in network.named_parameters():
            found[f"{part}.{name}="] = (id(weight), weight.numpy().tobytes())
    return found


def test_nothing_is_left_after_an_error_or_a_file_that_fails_half_way(loaded: Any) -> None:
    before = trace(loaded.networks)
    loras = [Lora(random_lora(loaded, everything, seed=s), 0.5) for s in (1, 2)]
    with on(loaded, loras):
        assert trace(loaded.networks) != before
    assert trace(loaded.networks) == before
    with pytest.raises(ZeroDivisionError), on(loaded, loras):
        _ = 1 / 0
    assert trace(loaded.networks) == before
    stranger = from_factors(
        {"unet": {f"gone{DOWN}": torch.zeros(1, 2), f"gone{UP}": torch.zeros(2, 1)}}
    )
    with pytest.raises(KeyError), on(loaded, [*loras, Lora(stranger)]):
        pass
    assert trace(loaded.networks) == before


def test_two_count_as_their_sum_and_the_opposite_takes_one_away(loaded: Any) -> None:
    networks = loaded.networks
    one, two = (small(random_lora(loaded, attentions, seed=s)) for s in (1, 2))
    plain = spoken(networks.unet, networks.text_encoder)
    with on(loaded, [Lora(one, 0.5), Lora(two, 0.25), Lora(one, -0.5), Lora(two, -0.25)]):
        none = spoken(networks.unet, networks.text_encoder)
    with on(loaded, [Lora(one, 0.5), Lora(two, 0.25)]):
        both = spoken(networks.unet, networks.text_encoder)
    assert torch.allclose(none, plain, atol=1e-4)
    assert not torch.allclose(both, plain, atol=1e-2)


def test_the_fill_unet_hears_the_first_convolution_too(loaded: Any) -> None:
    made = random_lora(loaded, lambda name: name == "conv_in")
    unet = fill_unet(loaded)
    rng = torch.Generator().manual_seed(4)
    latents, rest = (torch.randn(1, n, 8, 8, generator=rng) for n in (4, 5))
    text = torch.randn(1, 77, 16, generator=rng)

    def says() -> torch.Tensor:
        with torch.no_grad():
            said: torch.Tensor = unet(
                torch.cat([latents, rest], 1), 300, encoder_hidden_states=text
            ).sample
        return said

    plain = says()
    with on(loaded, [Lora(made)]):
        changed = says()
    assert not torch.allclose(plain, changed)
    assert torch.equal(says(), plain)


def test_the_keys_that_we_write_are_the_published_ones(loaded: Any, tmp_path: Path) -> None:
    block = "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_out.0"
    text = "encoder.layers.1.self_attn.q_proj"
    made = random_lora(loaded, lambda name: name in (block, text))
    flat = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_out_0"
    other = "lora_te_text_model_encoder_layers_1_self_attn_q_proj"
    last = ("lora_down.weight", "lora_up.weight", "alpha")
    wanted = {
        "kohya": [f"{name}.{end}" for name in (flat, other) for end in last],
        "diffusers": [
            *(f"unet.{block}.lora.{end}.weight" for end in ("down", "up")),
            *(f"text_encoder.text_model.{text}.lora_linear_layer.{end}.weight"
              for end in ("down", "up")),
        ],
        "peft": [
            *(f"unet.{block}.lora_{end}.weight" for end in "AB"),
            *(f"text_encoder.text_model.{text}.lora_{end}.weight" for end in "AB"),
        ],
    }  # fmt: skip
    for layout, keys in wanted.items():
        write_lora(tmp_path / "a.safetensors", made, layout)  # type: ignore[arg-type]
        assert sorted(read_header(tmp_path / "a.safetensors")) == sorted(keys)
