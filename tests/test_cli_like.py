"""Prompts and settings of the command line: from a picture, and marks in them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from safetensors.numpy import save_file

from studio.cli import main as cli

MARKED = (
    "(a red apple:1.3)",
    "a (red:1.8) apple",
    '"a red apple"',
    "a red apple <lora:foo_v1:0.8>",
    ",,, a red apple,,,,  ,",
    "🍎 a red apple 🍎",
)
"""A prompt as people write it for other programs."""
MODULE = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_q"


def generate(out: Path, *more: str) -> int:
    return cli.main(["generate", "--out", str(out), *more])


def pixels(path: Path) -> bytes:
    return np.asarray(Image.open(path).convert("RGB")).tobytes()


def lora(path: Path) -> Path:
    rng = np.random.default_rng(1)
    pair = {"lora_down": (2, 64), "lora_up": (64, 2)}
    save_file(
        {
            f"{MODULE}.{name}.weight": rng.normal(size=shape).astype(np.float32)
            for name, shape in pair.items()
        },
        path,
    )
    return path


FIRST = ("--steps", "2", "--sampler", "ddim", "--cfg-scale", "2.5", "--seed", "7",
         "--width", "96", "--height", "128", "--negative-prompt", "blurry")  # fmt: skip


def test_a_picture_that_was_written_is_made_again_by_its_text(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lora(tmp_path / "ink.safetensors")
    named = ("--prompt", "a (red:1.2) apple <lora:ink:0.8>", "--model-folder", str(tmp_path))
    assert generate(tmp_path / "a.png", *named, *FIRST) == 0
    with Image.open(tmp_path / "a.png") as picture:
        text = str(picture.info["parameters"])
    assert "<lora:ink:0.8>" in text and "Lora hashes" in text and str(tmp_path) not in text
    (tmp_path / "ink.safetensors").rename(tmp_path / "renamed.safetensors")
    capsys.readouterr()
    like = ("--like", str(tmp_path / "a.png"), "--model-folder", str(tmp_path))
    assert generate(tmp_path / "b.png", *like) == 0
    assert capsys.readouterr().err == ""
    assert pixels(tmp_path / "b.png") == pixels(tmp_path / "a.png")
    assert generate(tmp_path / "c.png", *like, "--seed", "8") == 0
    assert pixels(tmp_path / "c.png") != pixels(tmp_path / "a.png")
    assert generate(tmp_path / "d.png", "--like", str(tmp_path / "a.png")) == 0
    assert "no LoRA called ink" in capsys.readouterr().err


@pytest.mark.parametrize("suffix", ["jpg", "webp", "ora", "psd"])
def test_every_format_that_keeps_the_prompt_gives_it_back(tmp_path: Path, suffix: str) -> None:
    source, out = tmp_path / f"a.{suffix}", tmp_path / "b.png"
    assert generate(source, "--prompt", "a (red:1.2) apple, shiny", *FIRST) == 0
    assert generate(out, "--like", str(source)) == 0
    with Image.open(out) as picture:
        text = str(picture.info["parameters"])
    assert text.startswith("a (red:1.2) apple, shiny\nNegative prompt: blurry\nSteps: 2, ")
    assert "CFG scale: 2.5, Seed: 7, Size: 96x128" in text


def test_a_picture_without_a_prompt_and_none_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Image.new("RGB", (64, 64)).save(tmp_path / "plain.png")
    assert generate(tmp_path / "out.png", "--like", str(tmp_path / "plain.png")) == 1
    assert "contains no prompt" in capsys.readouterr().err
    assert generate(tmp_path / "out.png") == 2


@pytest.mark.parametrize("prompt", MARKED)
def test_marks_of_other_programs_paint_the_thing_or_are_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], prompt: str
) -> None:
    pictures = []
    for text in ("a red apple", prompt, "a dog"):
        out = tmp_path / "out.png"
        assert generate(out, "--prompt", text, "--seed", "3") == 0
        pictures.append(np.asarray(Image.open(out).convert("RGB")).astype(int))
    said = capsys.readouterr().err
    apple, marked, dog = pictures
    assert np.abs(marked - apple).mean() < np.abs(dog - apple).mean() / 3
    assert "does not know the word" not in said
    if "lora" in prompt:
        assert "no LoRA called foo_v1" in said


def test_settings_words_in_a_prompt_are_the_prompt(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    info = PngInfo()
    info.add_text(
        "parameters",
        "a poster that says Negative prompt: nothing, neon\nNegative prompt: blurry\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 7, Seed: 1, Size: 64x64",
    )
    file = tmp_path / "made.png"
    Image.new("RGB", (64, 64)).save(file, pnginfo=info)
    assert cli.main(["info", str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)["metadata"]["settings"]
    assert found["Prompt"] == "a poster that says Negative prompt: nothing, neon"
    assert found["Negative prompt"] == "blurry" and found["Seed"] == "1"
