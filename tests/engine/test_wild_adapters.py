"""Adapters from the wild, on the real starter: all that is known acts, the rest is named."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file

from studio.cli import main as cli
from studio.core.geometry import Rect
from studio.edit.exchange import ImportRequest
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.engine.engine import Engine

LAYERS = {
    f"lora_unet_down_blocks_{block}_attentions_0_transformer_blocks_0_attn2_to_q": width
    for block, width in ((0, 64), (1, 128))
}
"""Layers of the starter under the names that kohya's trainer gives them, and their widths."""

SAMPLING = Sampling(steps=1, cfg_scale=1.0, sampler="tcd", seed=3)


def ask(prompt: str = "a red apple", **changes: Any) -> EditRequest:
    values = {"region": Rect(0, 0, 96, 96), "sampling": SAMPLING, "task": Task.GENERATE, **changes}
    return EditRequest(prompt=prompt, **values)


def write_lora(file: Path, **more: torch.Tensor) -> Path:
    """Write a LoRA of rank 1 over two layers of the starter, and other tensors beside it."""
    rng = torch.Generator().manual_seed(4)
    tensors = dict(more)
    for layer, width in LAYERS.items():
        tensors[f"{layer}.alpha"] = torch.tensor(1.0)
        tensors[f"{layer}.lora_down.weight"] = torch.randn(1, width, generator=rng)
        tensors[f"{layer}.lora_up.weight"] = torch.randn(width, 1, generator=rng)
    save_file(tensors, file)
    return file


def painted(engine: Engine, file: Path, weight: float = 1.0) -> Any:
    """Return the picture with a LoRA, all of whose tensors act."""
    made = engine.run(ask(adapters=(AdapterUse("lora", str(file), weight),)))
    assert made.notes == ()
    return made.images[0]


def test_a_difference_of_a_bias_acts_beside_a_lora(engine: Engine, tmp_path: Path) -> None:
    plain = engine.run(ask()).images[0]
    alone = painted(engine, write_lora(tmp_path / "lora.safetensors"))
    zero = {"lora_unet_conv_in.diff_b": torch.zeros(64)}
    some = {"lora_unet_conv_in.diff_b": torch.full((64,), 0.1)}
    file = write_lora(tmp_path / "more.safetensors", **some)
    assert not np.array_equal(alone, plain)
    assert np.array_equal(painted(engine, write_lora(tmp_path / "zero.safetensors", **zero)), alone)
    assert not np.array_equal(painted(engine, file), alone)
    assert np.array_equal(painted(engine, file, 0.0), plain)


def test_a_tensor_that_nobody_knows_is_named(engine: Engine, tmp_path: Path) -> None:
    mystery = {"lora_unet_conv_in.mystery": torch.ones(3)}
    file = write_lora(tmp_path / "strange.safetensors", **mystery)
    (note,) = engine.run(ask(adapters=(AdapterUse("lora", str(file)),))).notes
    assert "lora_unet_conv_in.mystery" in str(note) and note.values["count"] == 1
    made = engine.run(ImportRequest(str(file), "ink", str(tmp_path / "ink")))
    assert "mystery" in str(made.notes)


def test_a_dora_acts(engine: Engine, tmp_path: Path) -> None:
    scales = {f"{name}.dora_scale": torch.ones(width, 1) for name, width in LAYERS.items()}
    alone = painted(engine, write_lora(tmp_path / "lora.safetensors"))
    scaled = painted(engine, write_lora(tmp_path / "dora.safetensors", **scales))
    assert not np.array_equal(scaled, alone)


@pytest.mark.parametrize("by", ["flag", "folder"])
def test_an_embedding_answers_to_the_name_inside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], by: str
) -> None:
    file = tmp_path / "hands.pt"
    vectors = torch.randn(2, 256, generator=torch.Generator().manual_seed(2)) * 0.3
    inside = {"string_to_token": {"*": 265}, "string_to_param": {"*": vectors}, "step": 100}
    torch.save({**inside, "name": "bad-hands", "sd_checkpoint": "x"}, file)
    named = ["--embedding", str(file)]
    if by == "folder":
        (tmp_path / "embeddings").mkdir()
        (tmp_path / "embeddings" / "hands_v2.pt").write_bytes(file.read_bytes())
        named = ["--model-folder", str(tmp_path)]
    pictures = []
    for word in ("bad-hands", "(bad-hands:1.2)", "a cat"):
        out = tmp_path / "out.png"
        args = ["generate", "--prompt", word, "--seed", "3", "--steps", "1", "--out", str(out)]
        assert cli.main([*args, *named]) == 0
        assert "does not know" not in capsys.readouterr().err
        pictures.append(np.asarray(Image.open(out)).tobytes())
    assert len(set(pictures)) == 3
    plain = ["generate", "--prompt", "bad-hands", "--seed", "3", "--steps", "1"]
    assert cli.main([*plain, "--out", str(tmp_path / "plain.png")]) == 0
    assert "does not know" in capsys.readouterr().err
