"""LoRAs on the command line: listed with what they fit, and refused with both bases."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.cli.main import main

CROSS = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"


def lora(path: Path, width: int, **metadata: str) -> Path:
    tensors = {
        f"{CROSS}.lora_down.weight": np.zeros((2, width), np.float32),
        f"{CROSS}.lora_up.weight": np.zeros((64, 2), np.float32),
    }
    save_file(tensors, path, metadata)
    return path


def test_loras_are_listed_with_their_fit_and_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lora(tmp_path / "ink.safetensors", 256, **{"modelspec.trigger_phrase": "ink wash"})
    (tmp_path / "ink.json").write_text('{"activation text": "brush, paper"}')
    lora(tmp_path / "glow.safetensors", 2048)
    (tmp_path / "half.safetensors").write_bytes(b"no")
    assert main(["models", str(tmp_path), "--loras"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path / 'ink.safetensors'}: Starter"
    assert lines[1] == "  trigger words: brush, paper, ink wash"
    assert lines[2] == f"{tmp_path / 'glow.safetensors'}: Stable Diffusion XL"
    assert "Stable Diffusion XL" in lines[3] and "Starter" in lines[3] and len(lines) == 4
    (tmp_path / "ink.safetensors").unlink()
    assert main(["models", str(tmp_path), "--loras"]) == 1
    (tmp_path / "glow.safetensors").unlink()
    assert main(["models", str(tmp_path), "--loras"]) == 1
    assert "no LoRA" in capsys.readouterr().err


def test_a_lora_for_another_base_is_one_sentence_with_both(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = lora(tmp_path / "glow.safetensors", 2048)
    out = tmp_path / "out.png"
    asked = ["generate", "--prompt", "a cat", "--lora", f"{file}:0.8", "--out", str(out)]
    assert main(asked) == 1
    said = capsys.readouterr().err
    assert "Stable Diffusion XL" in said and "Starter" in said and "Traceback" not in said
    assert not out.exists()
