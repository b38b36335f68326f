"""LoRA files of every layout mean the same, and what cannot be read is a sentence."""

from __future__ import annotations

import json
import pickle
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch
from diffusers import UNet2DConditionModel
from diffusers.utils import convert_unet_state_dict_to_peft
from lora_samples import (
    LAYOUTS,
    PARTS,
    Tensors,
    assert_same,
    attentions,
    bare_peft,
    everything,
    factors_of,
    kohya,
    peft,
    random_lora,
    read,
    written,
)
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel

from studio.catalog.recognise.sgm_names import sgm_names
from studio.core.errors import StudioError
from studio.engine.adapters.lora_layouts import (
    LoraWeights,
    network_shapes,
    read_lora_weights,
)
from studio.engine.engine import Engine

SHARED = Path(__file__).parents[3] / "shared" / "data" / "lora"


@pytest.fixture(scope="module")
def loaded(engine: Engine, tiny_fill: Path) -> Any:
    engine.warm_up(str(tiny_fill))
    return engine.residency.loaded


def alphas_of(weights: LoraWeights) -> dict[str, float | None]:
    return {name: one.alpha for layers in weights.layers.values() for name, one in layers.items()}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("suffix", [".safetensors", ".bin"])
def test_each_layout_means_the_same(loaded: Any, tmp_path: Path, layout: str, suffix: str) -> None:
    name, wanted, called = LAYOUTS[layout]
    made = random_lora(loaded, wanted)
    tensors = written(made, name)
    file = tmp_path / f"style{suffix}"
    if suffix == ".bin":
        torch.save(tensors, file)
    else:
        save_file(tensors, file)
    found = read(file, loaded)
    assert found.layout == called
    assert found.ranks == made.ranks and len(set(found.ranks.values())) > 1
    assert_same(found, made)


def test_kohyas_alpha_and_stabilitys_names(loaded: Any, tmp_path: Path) -> None:
    made = random_lora(loaded, everything, alphas=True)
    other = sgm_names(network_shapes({"unet": loaded.networks.unet})["unet"])
    assert len(other) > 40

    def sgm(part: str, module: str) -> str:
        return kohya(part, other.get(module, module))

    for name in (kohya, sgm):
        tensors = written(made, name)
        for part in PARTS:
            for module, change in made.layers[part].items():
                key = name(part, module).replace("lora_DOWN.weight", "alpha")
                tensors[key] = torch.tensor(change.alpha)
        save_file(tensors, tmp_path / "style.safetensors")
        found = read(tmp_path / "style.safetensors", loaded)
        assert alphas_of(found) == alphas_of(made)
        assert_same(found, made)


def cloneofsimo(loaded: Any, made: LoraWeights, second_first: bool) -> tuple[Tensors, dict]:
    """Number the layers as https://github.com/cloneofsimo/lora walks through a network."""
    tensors: Tensors = {}

    def children(module: Any, prefix: str) -> Iterator[tuple[str, Any]]:
        yield prefix, module
        order = list(module.named_children())
        if type(module).__name__ == "BasicTransformerBlock" and not second_first:
            # Until diffusers 0.18 the feed-forward layer was made before the second attention.
            order.sort(key=lambda child: {"attn1": 0, "ff": 1, "attn2": 2}.get(child[0], 3))
        for name, child in order:
            yield from children(child, f"{prefix}.{name}" if prefix else name)

    for part, classes in (("unet", ("Attention", "GEGLU")), ("text_encoder", ("CLIPAttention",))):
        state = {module: (down, up) for module, down, up in factors_of(made, part)}
        network = getattr(loaded.networks, part)
        number = 0
        for name, module in children(network, ""):
            if type(module).__name__ in classes:
                for inner, layer in module.named_modules():
                    if isinstance(layer, torch.nn.Linear):
                        down, up = state[f"{name}.{inner}"]
                        tensors[f"{part}:{number}:down"] = down
                        tensors[f"{part}:{number}:up"] = up
                        number += 1
    said = {"unet": '["GEGLU", "CrossAttention", "Attention"]', "text_encoder": '["CLIPAttention"]'}
    return tensors, {**said, "<s1>": "<embed>"}


@pytest.mark.parametrize("second_first", [False, True])
def test_cloneofsimos_numbers_are_counted_as_it_counts(
    loaded: Any, tmp_path: Path, second_first: bool
) -> None:
    layers = ("ff.net.0.proj", "k_proj", "v_proj", "q_proj", "out_proj")
    made = random_lora(loaded, lambda name: attentions(name) or name.endswith(layers))
    tensors, said = cloneofsimo(loaded, made, second_first)
    tensors["<s1>"] = torch.arange(16.0)
    save_file(tensors, tmp_path / "a.safetensors", metadata=said)
    found = read(tmp_path / "a.safetensors", loaded)
    assert found.layout == "cloneofsimo"
    assert torch.equal(found.tokens["<s1>"]["text_encoder"], torch.arange(16.0)[None])
    assert_same(found, made)


def test_locons_middle_factor_is_multiplied_in(loaded: Any, tmp_path: Path) -> None:
    rng = torch.Generator().manual_seed(2)
    module = loaded.networks.unet.down_blocks[0].resnets[0].conv1
    down = torch.randn(3, module.in_channels, 1, 1, generator=rng)
    middle = torch.randn(3, 3, 3, 3, generator=rng)
    up = torch.randn(module.out_channels, 3, 1, 1, generator=rng)
    base = "lora_unet_down_blocks_0_resnets_0_conv1"
    tensors = {"lora_down": down, "lora_mid": middle, "lora_up": up}
    save_file({f"{base}.{k}.weight": v for k, v in tensors.items()}, tmp_path / "a.safetensors")
    found = read(tmp_path / "a.safetensors", loaded)
    picture = torch.randn(1, module.in_channels, 8, 8, generator=rng)
    conv = torch.nn.functional.conv2d
    wanted = conv(conv(conv(picture, down), middle, padding=1), up)
    (change,) = found.deltas("unet").values()
    assert torch.allclose(conv(picture, change, padding=1), wanted, atol=1e-3)


def test_alphas_that_peft_keeps_beside_the_factors(loaded: Any, tmp_path: Path) -> None:
    made = random_lora(loaded, lambda name: name.endswith("to_q"))
    ranks = made.ranks
    first, *others = ranks
    settings = {"lora_alpha": 6, "alpha_pattern": {first: 3}}
    inside = {f"unet.{key}": value for key, value in settings.items()}
    save_file(
        written(made, peft),
        tmp_path / "a.safetensors",
        metadata={"lora_adapter_metadata": json.dumps(inside)},
    )
    wanted = {first: 3.0, **dict.fromkeys(others, 6.0)}
    assert alphas_of(read(tmp_path / "a.safetensors", loaded)) == pytest.approx(wanted)
    file = tmp_path / "adapter_model.safetensors"
    save_file(written(made, bare_peft), file)
    (tmp_path / "adapter_config.json").write_text(json.dumps({**settings, "use_rslora": True}))
    found = alphas_of(read(file, loaded))
    assert found == pytest.approx({m: a * ranks[m] ** 0.5 for m, a in wanted.items()})
    (tmp_path / "adapter_config.json").write_text('{"lora_alpha": NaN}')
    with pytest.raises(StudioError, match="adapter_config"):
        read(file, loaded)


class Payload:
    """What would run on opening, were it opened as a pickle."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> Any:
        return exec, (f"open({str(self.mark)!r}, 'w').close()",)


def test_a_pickle_with_code_is_refused_and_does_not_run(loaded: Any, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    tensors = {"unet.x.lora_A.weight": torch.zeros(1), "evil": Payload(mark)}
    torch.save(tensors, tmp_path / "zip.bin")
    (tmp_path / "bare.pt").write_bytes(pickle.dumps(tensors))
    for name in ("zip.bin", "bare.pt"):
        with pytest.raises(StudioError, match="code") as caught:
            read(tmp_path / name, loaded)
        assert name in str(caught.value)
    assert not mark.exists()


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_numbers_that_are_none_are_refused(loaded: Any, tmp_path: Path, number: float) -> None:
    made = random_lora(loaded, lambda name: name.endswith("to_q"))
    for key in ("up", "alpha"):
        tensors = written(made, kohya)
        base = next(iter(tensors)).removesuffix(".lora_down.weight")
        if key == "up":
            tensors[f"{base}.lora_up.weight"][0, 0] = number
        else:
            tensors[f"{base}.alpha"] = torch.tensor(number)
        save_file(tensors, tmp_path / "a.safetensors")
        with pytest.raises(StudioError, match=r"a\.safetensors.*NaN"):
            read(tmp_path / "a.safetensors", loaded)


def test_a_cut_torch_file_and_other_contents_are_sentences(loaded: Any, tmp_path: Path) -> None:
    made = written(random_lora(loaded, attentions), peft)
    torch.save(made, tmp_path / "a.bin")
    (tmp_path / "a.bin").write_bytes((tmp_path / "a.bin").read_bytes()[:-200])
    torch.save([1, 2], tmp_path / "list.bin")
    torch.save({**made, "step": 7}, tmp_path / "number.bin")
    (tmp_path / "text.safetensors").write_text("not one")
    (tmp_path / "empty.bin").write_bytes(b"")
    for file in sorted(tmp_path.iterdir()):
        with pytest.raises(StudioError, match=file.name):
            read(file, loaded)


@pytest.fixture(scope="module")
def sd15() -> tuple[Any, Any]:
    """The true shapes of Stable Diffusion 1.5, without memory behind them."""
    with torch.device("meta"):
        unet = UNet2DConditionModel(sample_size=64, cross_attention_dim=768, attention_head_dim=8)
        config = CLIPTextConfig(
            vocab_size=49408,
            hidden_size=768,
            intermediate_size=3072,
            num_hidden_layers=12,
            num_attention_heads=12,
        )
        return unet, CLIPTextModel(config)


REAL = (
    ("cloneofsimo_rank4_with_tokens.safetensors", "cloneofsimo", 144, 48),
    ("diffusers_processor_layout.bin", "diffusers_processor", 128, 0),
    ("diffusers_processor_layout.safetensors", "diffusers_processor", 128, 0),
    ("diffusers_lora_down_layout.safetensors", "diffusers", 128, 0),
)


@pytest.mark.skipif(not SHARED.is_dir(), reason="needs LoRAs that others trained")
def test_real_files_fit_the_true_shapes_and_mean_what_they_mean_to_diffusers(
    sd15: tuple[Any, Any],
) -> None:
    for name, layout, unet, text in REAL:
        real_file_fits(sd15, name, layout, unet, text)
    for suffix in ("processor_layout.safetensors", "lora_down_layout.safetensors"):
        diffusers_agrees(sd15, suffix)


def real_file_fits(sd15: tuple[Any, Any], name: str, layout: str, unet: int, text: int) -> None:
    parts = dict(zip(PARTS, sd15, strict=True))
    found = read_lora_weights(SHARED / name, parts)
    counts = [len(found.layers.get(part, {})) for part in PARTS]
    assert (found.layout, counts) == (layout, [unet, text])
    for part, network in parts.items():
        weights = dict(network.named_parameters())
        for module, change in found.deltas(part).items():
            assert change.shape == weights[f"{module}.weight"].shape
            assert change.abs().max() > 0
    words = ["<s1>", "<s2>"] if layout == "cloneofsimo" else []
    assert sorted(found.tokens) == words
    assert all(one["text_encoder"].shape == (1, 768) for one in found.tokens.values())


def diffusers_agrees(sd15: tuple[Any, Any], suffix: str) -> None:
    file = SHARED / f"diffusers_{suffix}"
    found = read_lora_weights(file, dict(zip(PARTS, sd15, strict=True)))
    theirs = load_file(file)
    if "processor" in suffix:
        theirs = {f"unet.{key}": value for key, value in theirs.items()}
    known = convert_unet_state_dict_to_peft(
        {key.removeprefix("unet."): value for key, value in theirs.items()}
    )
    ours = {}
    for module, down, up in factors_of(found, "unet"):
        ours |= {f"{module}.lora_A.weight": down, f"{module}.lora_B.weight": up}
    assert set(known) == set(ours)
    assert all(torch.equal(known[key], value) for key, value in ours.items())


def test_kohyas_text_layers_with_q_and_v_alone_are_read(loaded: Any, tmp_path: Path) -> None:
    made = random_lora(loaded, lambda name: name.endswith(("q_proj", "v_proj")))
    assert "unet" not in made.layers and len(made.layers["text_encoder"]) == 4
    save_file(written(made, kohya), tmp_path / "a.safetensors")
    assert_same(read(tmp_path / "a.safetensors", loaded), made)
