"""LoRAs and embeddings for both text encoders of Stable Diffusion XL, in every trainer's names."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionXLPipeline, UNet2DConditionModel
from diffusers.loaders.lora_conversion_utils import (
    _convert_non_diffusers_lora_to_diffusers,
    _maybe_map_sgm_blocks_to_diffusers,
)
from diffusers.utils import convert_unet_state_dict_to_peft
from lora_samples import Tensors, factors
from safetensors.torch import save_file
from test_lora import fingerprint
from xl_factory import WIDTH_G, WIDTH_L, build_xl

from studio.catalog.recognise.sgm_names import sgm_names
from studio.core.errors import StudioError
from studio.edit.request import TEXT_WEIGHT, AdapterUse
from studio.engine.adapters.embedding_files import FIRST
from studio.engine.adapters.export import write_embedding, write_lora
from studio.engine.adapters.lora import Lora, loras_on
from studio.engine.adapters.lora_layouts import (
    LoraWeights,
    adaptable,
    network_shapes,
    read_lora_weights,
)
from studio.engine.adapters.textual_inversion import attach
from studio.engine.engine import Engine

SECOND = "text_encoder_2"
LAYERS = (
    "to_q",
    "to_k",
    "to_v",
    "to_out.0",
    "q_proj",
    "k_proj",
    "v_proj",
    "out_proj",
    "fc1",
    "fc2",
)
Naming = Callable[[str, str], str]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_xl(tmp_path_factory.mktemp("xl") / "xl")


@pytest.fixture(scope="module")
def loaded(engine: Engine, folder: Path) -> Any:
    engine.warm_up(str(folder))
    return engine.residency.loaded


@pytest.fixture(scope="module")
def pipeline(folder: Path) -> Any:
    """The same model in diffusers' own hands."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return StableDiffusionXLPipeline.from_pretrained(folder, local_files_only=True)


def kohya_prefix(part: str) -> str:
    return {"unet": "lora_unet_", FIRST: "lora_te1_", SECOND: "lora_te2_"}[part]


def old(part: str, module: str) -> str:
    """The second text encoder still has the old prefix, the first had it in files."""
    plain = part == "unet" or module.startswith("text_model.")
    return module if plain else f"text_model.{module}"


def onetrainer(part: str, module: str) -> str:
    return f"{kohya_prefix(part)}{old(part, module).replace('.', '_')}.lora_DOWN.weight"


def later(part: str, module: str) -> str:
    inner = "lora" if part == "unet" else "lora_linear_layer"
    return f"{part}.{old(part, module)}.{inner}.DOWN.weight"


def peft(part: str, module: str) -> str:
    return f"{part}.{old(part, module)}.lora_AB.weight"


def omi(part: str, module: str) -> str:
    prefix = {"unet": "unet", FIRST: "clip_l", SECOND: "clip_g"}[part]
    return f"{prefix}.{old(part, module)}.lora_DOWN.weight"


def comfy(part: str, module: str) -> str:
    return f"diffusion_model.{module}.lora_DOWN.weight" if part == "unet" else peft(part, module)


NAMINGS: dict[str, Naming] = {
    "kohya": onetrainer, "OneTrainer": onetrainer, "diffusers": later, "PEFT": peft, "OMI": omi,
    "ComfyUI": comfy,
}  # fmt: skip


def style(loaded: Any, naming: str) -> Tensors:
    """A LoRA over all networks; kohya and ComfyUI have Stability's names for those of the UNet."""
    rng = torch.Generator().manual_seed(0)
    networks = network_shapes(adaptable(loaded.networks))
    other = sgm_names(networks["unet"]) if naming in ("kohya", "ComfyUI") else {}
    tensors: Tensors = {}
    for part, modules in networks.items():
        for module, shape in modules.items():
            if module.endswith(LAYERS):
                down, up = factors(shape, 2, rng)
                called = other.get(module, module) if part == "unet" else module
                name = NAMINGS[naming](part, called)
                tensors[name.replace("DOWN", "down").replace("AB", "A")] = down * 0.3
                tensors[name.replace("DOWN", "up").replace("AB", "B")] = up * 0.3
    return tensors


def written(tmp_path: Path, loaded: Any, naming: str) -> Path:
    file = tmp_path / "style.safetensors"
    save_file(style(loaded, naming), file)
    return file


def read(file: Path, loaded: Any) -> LoraWeights:
    return read_lora_weights(file, adaptable(loaded.networks))


@pytest.mark.parametrize("naming", NAMINGS)
def test_each_trainers_names_mean_the_same(loaded: Any, tmp_path: Path, naming: str) -> None:
    expected = read(written(tmp_path, loaded, "PEFT"), loaded)
    found = read(written(tmp_path, loaded, naming), loaded)
    assert found.note is None and set(found.layers) == {"unet", FIRST, SECOND}
    for part, layers in expected.layers.items():
        ours = found.deltas(part)
        assert set(ours) == set(layers) and len(layers) >= 18
        assert all(torch.equal(ours[name], change.delta()) for name, change in layers.items())


def answers(networks: Any) -> list[torch.Tensor]:
    """What both text encoders and the UNet give for a fixed input."""
    rng = torch.Generator().manual_seed(9)
    ids = torch.arange(77)[None] % 80
    latents, pooled = torch.randn(1, 4, 8, 8, generator=rng), torch.randn(1, 20, generator=rng)
    conditions = {"text_embeds": pooled, "time_ids": torch.ones(1, 6)}
    with torch.no_grad():
        states = [
            encoder(ids, output_hidden_states=True).hidden_states[-2]
            for encoder in (networks.text_encoder, networks.text_encoder_2)
        ]
        projected = networks.text_encoder_2(ids).text_embeds
        noise = networks.unet(
            latents,
            300,
            encoder_hidden_states=torch.cat(states, -1),
            added_cond_kwargs=conditions,
        ).sample
    return [*states, projected, noise]


@pytest.mark.parametrize("naming", ["kohya", "OneTrainer", "diffusers", "PEFT"])
def test_diffusers_gives_the_same(loaded: Any, pipeline: Any, tmp_path: Path, naming: str) -> None:
    file = written(tmp_path, loaded, naming)
    plain = answers(loaded.networks)
    assert all(map(torch.equal, plain, answers(pipeline)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline.load_lora_weights(file, adapter_name="ours")
        pipeline.set_adapters(["ours"], [0.7])
    theirs = answers(pipeline)
    pipeline.unload_lora_weights()
    with loras_on(adaptable(loaded.networks), [Lora(read(file, loaded), 0.7)]):
        ours = answers(loaded.networks)
    for before, one, other in zip(plain, ours, theirs, strict=True):
        assert (one - before).abs().max() > 0.01
        assert (one - other).abs().max() < 1e-5 * max(1.0, float(other.abs().max()))
    assert all(map(torch.equal, plain, answers(loaded.networks)))


def test_what_we_write_diffusers_reads(loaded: Any, pipeline: Any, tmp_path: Path) -> None:
    made = read(written(tmp_path, loaded, "PEFT"), loaded)
    for layout in ("kohya", "diffusers", "peft"):
        file = tmp_path / f"{layout}.safetensors"
        write_lora(file, made, layout)  # type: ignore[arg-type]
        with loras_on(adaptable(loaded.networks), [Lora(made)]):
            ours = answers(loaded.networks)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipeline.load_lora_weights(file)
        theirs = answers(pipeline)
        pipeline.unload_lora_weights()
        for one, other in zip(ours, theirs, strict=True):
            assert (one - other).abs().max() < 1e-5 * max(1.0, float(other.abs().max())), layout


def true_unet() -> Any:
    """The true shapes of SDXL's UNet, without memory behind them."""
    with torch.device("meta"):
        return UNet2DConditionModel(
            block_out_channels=(320, 640, 1280),
            down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
            up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
            transformer_layers_per_block=(1, 2, 10),
            attention_head_dim=(5, 10, 20),
            cross_attention_dim=2048,
            use_linear_projection=True,
            addition_embed_type="text_time",
            addition_time_embed_dim=256,
            projection_class_embeddings_input_dim=2816,
        )


def test_stabilitys_names_are_those_of_diffusers_conversion() -> None:
    """For every linear layer and convolution at the true shapes, beside diffusers' own code."""
    names = [
        name
        for name, module in true_unet().named_modules()
        if isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
    ]
    other = sgm_names(names)
    assert set(other) == set(names) and len(names) > 780
    state = {}
    for name in names:
        base = f"lora_unet_{other[name].replace('.', '_')}"
        for end in ("down", "up"):
            state[f"{base}.lora_{end}.weight"] = torch.zeros(1)
    config: Any = SimpleNamespace(layers_per_block=2)
    converted, _ = _convert_non_diffusers_lora_to_diffusers(
        _maybe_map_sgm_blocks_to_diffusers(state, config)
    )
    plain = {key.removeprefix("unet."): value for key, value in converted.items()}
    known = {key.partition(".lora_")[0] for key in convert_unet_state_dict_to_peft(plain)}
    assert known == set(names)


def test_a_picture_with_it_and_no_trace_after(
    engine: Engine, ask: MakeRequest, loaded: Any, folder: Path, tmp_path: Path
) -> None:
    use = AdapterUse("lora", str(written(tmp_path, loaded, "kohya")), 0.9)
    request = ask(model=str(folder))
    plain = engine.run(request).images[0]
    before = fingerprint(engine)
    pictures = [
        engine.run(request.replace(adapters=(one,))).images[0]
        for one in (
            use,
            AdapterUse("lora", use.path, 0.9, {TEXT_WEIGHT: 0.0}),
            AdapterUse("lora", use.path, 0.0, {TEXT_WEIGHT: 0.9}),
        )
    ]
    assert len({one.tobytes() for one in (plain, *pictures)}) == 4
    assert fingerprint(engine) == before
    assert np.array_equal(engine.run(request).images[0], plain)


def embedding(tmp_path: Path, name: str = "glow") -> tuple[Path, dict[str, torch.Tensor]]:
    rng = torch.Generator().manual_seed(4)
    both = {FIRST: torch.randn(3, WIDTH_L, generator=rng)}
    both[SECOND] = torch.randn(3, WIDTH_G, generator=rng)
    write_embedding(tmp_path / f"{name}.safetensors", name, both)
    return tmp_path / f"{name}.safetensors", both


def test_an_embedding_of_both_encoders_is_that_of_diffusers(
    engine: Engine, ask: MakeRequest, loaded: Any, pipeline: Any, folder: Path, tmp_path: Path
) -> None:
    file, both = embedding(tmp_path)
    request = ask(model=str(folder), prompt="a glow b")
    plain = engine.run(request).images[0]
    before = fingerprint(engine)
    use = AdapterUse("textual_inversion", str(file))
    assert not np.array_equal(engine.run(request.replace(adapters=(use,))).images[0], plain)
    assert fingerprint(engine) == before
    for part, tokenizer in ((FIRST, "tokenizer"), (SECOND, "tokenizer_2")):
        pipeline.load_textual_inversion(
            both[part],
            token="glow",
            text_encoder=getattr(pipeline, part),
            tokenizer=getattr(pipeline, tokenizer),
        )
    text = pipeline.maybe_convert_prompt("a glow b", pipeline.tokenizer)
    with attach(loaded, [use]) as grown:
        for part, tokenizer in ((FIRST, "tokenizer"), (SECOND, "tokenizer_2")):
            networks = grown.networks
            ours = states(getattr(networks, part), getattr(networks, tokenizer), "a glow b")
            theirs = states(getattr(pipeline, part), getattr(pipeline, tokenizer), text)
            assert torch.allclose(ours, theirs, atol=1e-5)


def states(encoder: Any, tokenizer: Any, text: str) -> torch.Tensor:
    ids = tokenizer(text, padding="max_length", max_length=77, return_tensors="pt").input_ids
    with torch.no_grad():
        found: torch.Tensor = encoder(ids, output_hidden_states=True).hidden_states[-2]
    return found


def test_embeddings_of_one_and_of_two_encoders_are_not_mixed_up(
    ask: MakeRequest, folder: Path, tiny: Path, tmp_path: Path
) -> None:
    fresh = Engine("cpu")
    file, both = embedding(tmp_path)
    write_embedding(tmp_path / "one.safetensors", "one", {FIRST: both[FIRST]})
    for model, path in ((tiny, file), (folder, tmp_path / "one.safetensors")):
        use = AdapterUse("textual_inversion", str(path))
        with pytest.raises(StudioError, match=r"made for .*of the kind"):
            fresh.run(ask(model=str(model), adapters=(use,)))
        assert fresh.residency.loaded is None


def test_a_lora_of_one_family_is_refused_in_the_other(
    ask: MakeRequest, loaded: Any, folder: Path, tiny: Path, tmp_path: Path
) -> None:
    fresh = Engine("cpu")
    for naming in ("kohya", "PEFT"):
        use = AdapterUse("lora", str(written(tmp_path, loaded, naming)))
        with pytest.raises(StudioError, match=r"made for Stable Diffusion XL.*of the kind"):
            fresh.run(ask(model=str(tiny), adapters=(use,)))
        assert fresh.residency.loaded is None
