"""LoRAs and embeddings for both text encoders of Stable Diffusion XL, and subjects it learned."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionXLPipeline
from safetensors.torch import load_file, save_file
from test_lora import fingerprint
from test_training import photos
from test_xl_stock import arguments, load, pipeline, sampled
from xl_factory import WIDTH_G, WIDTH_L, build_xl

from studio.catalog.subjects import read_subject
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.exchange import ExportRequest, ImportRequest
from studio.edit.request import AdapterUse
from studio.edit.training import TrainRequest, TrainSettings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion_xl.conditioning import encode_text
from studio.engine.training import sampling

PARTS = {"unet": "lora_unet", "text_encoder": "lora_te1", "text_encoder_2": "lora_te2"}
LAYERS = ("to_q", "to_v", "ff.net.2", "q_proj", "k_proj", "v_proj", "out_proj", "fc1", "fc2")
"""Of the text encoders all: from some alone diffusers does not tell kohya's layout."""


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_xl(tmp_path_factory.mktemp("models") / "xl")


def write_loras(loaded: Any, folder: Path, parts: tuple[str, ...]) -> tuple[Path, Path]:
    """Write one LoRA over some networks in the layouts of diffusers and of kohya."""
    generator = torch.Generator().manual_seed(5)
    peft: dict[str, torch.Tensor] = {}
    kohya: dict[str, torch.Tensor] = {}
    for part in parts:
        for name, module in getattr(loaded.networks, part).named_modules():
            if not name.endswith(LAYERS):
                continue
            down = torch.randn(2, module.in_features, generator=generator) * 0.3
            up = torch.randn(module.out_features, 2, generator=generator) * 0.3
            # transformers 5 names the layers of a text encoder without this prefix.
            prefix = "text_model." if part != "unet" and not name.startswith("text_model") else ""
            peft[f"{part}.{prefix}{name}.lora_A.weight"] = down
            peft[f"{part}.{prefix}{name}.lora_B.weight"] = up
            base = f"{PARTS[part]}_{(prefix + name).replace('.', '_')}"
            kohya[f"{base}.lora_down.weight"] = down.clone()
            kohya[f"{base}.lora_up.weight"] = up.clone()
            kohya[f"{base}.alpha"] = torch.tensor(2.0)
    files = folder / "peft.safetensors", folder / "kohya.safetensors"
    for file, state in zip(files, (peft, kohya), strict=True):
        save_file(state, file)
    return files


@pytest.mark.parametrize(
    "parts",
    [("unet",), ("text_encoder",), ("text_encoder_2",), tuple(PARTS)],
    ids=lambda parts: "+".join(parts),
)
def test_a_lora_equals_the_stock_pipeline_in_both_layouts(
    engine: Engine, ask: MakeRequest, xl: Path, tmp_path: Path, parts: tuple[str, ...]
) -> None:
    loaded = load(engine, xl)
    peft, kohya = write_loras(loaded, tmp_path, parts)
    before = fingerprint(engine)
    plain = ask(model=str(xl), sampling={"steps": 3})
    found = [
        sampled(loaded, plain.replace(adapters=(AdapterUse("lora", str(file), 0.7),)))
        for file in (peft, kohya)
    ]
    own = {name: copy.deepcopy(getattr(loaded.networks, name)) for name in PARTS}
    theirs = pipeline(StableDiffusionXLPipeline, loaded, plain, **own)
    theirs.load_lora_weights(str(kohya.parent), weight_name=kohya.name, adapter_name="one")
    theirs.set_adapters(["one"], [0.7])
    expected = theirs(**arguments(plain, found[0][1]))[0]
    for latents, _ in found:
        assert torch.allclose(latents, expected, atol=1e-4)
    assert not torch.allclose(expected, sampled(loaded, plain)[0], atol=1e-3)
    assert fingerprint(engine) == before


def test_a_lora_of_another_base_is_refused_before_loading(
    ask: MakeRequest, xl: Path, tmp_path: Path
) -> None:
    name = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k"
    file = tmp_path / "other.safetensors"
    state = {
        f"{name}.lora_A.weight": torch.ones(2, 768),
        f"{name}.lora_B.weight": torch.ones(64, 2),
    }
    save_file(state, file)
    engine = Engine("cpu")
    with pytest.raises(StudioError):
        engine.run(ask(model=str(xl), adapters=(AdapterUse("lora", str(file)),)))
    assert engine.residency.loaded is None


@pytest.fixture
def luna(tmp_path: Path) -> Path:
    generator = torch.Generator().manual_seed(2)
    state = {
        "clip_l": torch.randn(2, WIDTH_L, generator=generator),
        "clip_g": torch.randn(2, WIDTH_G, generator=generator),
    }
    save_file(state, tmp_path / "luna.safetensors")
    return tmp_path / "luna.safetensors"


def test_an_embedding_equals_the_stock_pipeline_in_both_encoders(
    engine: Engine, xl: Path, luna: Path
) -> None:
    from studio.engine.adapters.textual_inversion import attach

    loaded = load(engine, xl)
    before = fingerprint(engine)
    use = AdapterUse("textual_inversion", str(luna), options={"token": "<luna>"})
    with torch.no_grad(), attach(loaded, [use]) as grown:
        found = encode_text(grown, "a <luna> cat", [])
    theirs: Any = StableDiffusionXLPipeline.from_pretrained(xl)
    state = load_file(luna)
    for key, part in (("clip_l", "text_encoder"), ("clip_g", "text_encoder_2")):
        tokenizer = getattr(theirs, part.replace("text_encoder", "tokenizer"))
        encoder = getattr(theirs, part)
        theirs.load_textual_inversion(
            state[key], token="<luna>", text_encoder=encoder, tokenizer=tokenizer
        )
    with torch.no_grad():
        states, _, pooled, _ = theirs.encode_prompt("a <luna> cat", device="cpu")
    assert torch.allclose(found.states, states, atol=1e-5)
    assert torch.allclose(found.pooled, pooled, atol=1e-5)
    with torch.no_grad():
        assert not torch.allclose(states, encode_text(loaded, "a <luna> cat", []).states)
    assert fingerprint(engine) == before


@pytest.mark.parametrize("missing", ["clip_l", "clip_g"])
def test_an_embedding_for_one_encoder_alone_is_refused(
    ask: MakeRequest, xl: Path, luna: Path, missing: str
) -> None:
    state = {name: value for name, value in load_file(luna).items() if name != missing}
    save_file(state, luna)
    engine = Engine("cpu")
    use = AdapterUse("textual_inversion", str(luna), options={"token": "<luna>"})
    with pytest.raises(StudioError, match="was made for"):
        engine.run(ask(model=str(xl), prompt="a <luna>", adapters=(use,)))
    assert engine.residency.loaded is None


def test_a_learned_subject_changes_a_picture_and_travels_to_other_programs(
    engine: Engine, ask: MakeRequest, xl: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sampling, "STEPS", 2)
    settings = TrainSettings(
        steps=3, batch=1, resolution=64, rank=2, sample_every=3, seed=3, rate=0.05,
        text_rate=0.05, train_text_encoder=True,
    )  # fmt: skip
    folder = tmp_path / "luna"
    engine.run(
        TrainRequest(
            name="luna", kind="ball", photos=photos(2), folder=str(folder), model=str(xl),
            settings=settings,
        ),
        Progress(),
    )  # fmt: skip
    assert read_subject(folder).word == "sks ball"
    use = AdapterUse("subject", str(folder), options={"name": "luna"})
    request = ask(model=str(xl), prompt="a <luna>", adapters=(use,))
    on = engine.run(request).images[0]
    off = engine.run(request.replace(adapters=(), prompt="a sks ball")).images[0]
    assert not np.array_equal(on, off)
    file = tmp_path / "luna.safetensors"
    engine.run(ExportRequest(str(folder), str(file), "kohya"))
    prefixes = {name.split("_")[1] for name in load_file(file) if name.startswith("lora_")}
    assert prefixes == {"unet", "te1", "te2"}
    engine.run(ImportRequest(str(file), "twin", str(tmp_path / "twin"), model=str(xl)))
    again = AdapterUse("subject", str(tmp_path / "twin"), options={"name": "twin"})
    made = engine.run(request.replace(adapters=(again,), prompt="a <twin>")).images[0]
    assert np.abs(made.astype(int) - on).max() <= 2
