from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from safetensors.numpy import save_file

from studio.cli import main as cli
from studio.core.geometry import Rect
from studio.core.paths import resource
from studio.document.io import formats
from studio.document.results import KeptRequest, KeptResult
from studio.edit.request import EditRequest, Task


def photo(path: Path, size: tuple[int, int] = (160, 128)) -> Path:
    pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(pixels).resize(size).save(path)
    return path


def mask(path: Path, size: tuple[int, int] = (160, 128)) -> Path:
    pixels = np.zeros((size[1], size[0]), np.uint8)
    pixels[30:100, 40:120] = 255
    Image.fromarray(pixels).save(path)
    return path


def edit(tmp_path: Path, *more: str, out: str = "out.png", prompt: str = "a teddy bear") -> int:
    return cli.main(
        [
            *("edit", str(photo(tmp_path / "photo.png")), "--mask", str(mask(tmp_path / "m.png"))),
            *("--prompt", prompt, "--steps", "2", "--seed", "5", "--out", str(tmp_path / out)),
            *more,
        ]
    )


def test_edit_changes_the_mask_only_and_repeats(tmp_path: Path) -> None:
    assert edit(tmp_path) == 0
    before = np.asarray(Image.open(tmp_path / "photo.png"))
    after = np.asarray(Image.open(tmp_path / "out.png").convert("RGB"))
    outside = np.asarray(Image.open(tmp_path / "m.png")) == 0
    assert (before[outside] == after[outside]).all()
    assert (before[~outside] != after[~outside]).mean() > 0.5
    assert edit(tmp_path, out="again.png") == 0
    assert (np.asarray(Image.open(tmp_path / "again.png").convert("RGB")) == after).all()


def test_edit_to_ora_keeps_photo_layer_and_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(tmp_path, "--variations", "2", out="out.ora") == 0
    capsys.readouterr()
    assert cli.main(["info", str(tmp_path / "out.ora"), "--json"]) == 0
    content = json.loads(capsys.readouterr().out)
    assert len(content["layers"]) == 3
    recipes = [layer["recipe"] for layer in content["layers"] if layer.get("recipe")]
    assert sorted(recipe["sampling"]["seed"] for recipe in recipes) == [5, 6]
    assert {recipe["prompt"] for recipe in recipes} == {"a teddy bear"}
    assert [layer["visible"] for layer in content["layers"]] == [True, False, True]
    assert cli.main(["info", str(tmp_path / "out.ora")]) == 0
    assert "a teddy bear" in capsys.readouterr().out


def test_png_carries_the_parameters_unless_told_not_to(tmp_path: Path) -> None:
    assert edit(tmp_path) == 0
    with Image.open(tmp_path / "out.png") as picture:
        text = picture.info["parameters"]
    assert text.startswith("a teddy bear\n") and "Seed: 5" in text and "Steps: 2" in text
    assert edit(tmp_path, "--no-metadata", out="bare.png") == 0
    with Image.open(tmp_path / "bare.png") as picture:
        assert "parameters" not in picture.info


def test_generate_makes_a_picture_of_the_asked_size(tmp_path: Path) -> None:
    out = tmp_path / "cat.webp"
    arguments = ["generate", "--prompt", "un gato", "--out", str(out), "--steps", "2"]
    assert cli.main([*arguments, "--width", "150", "--height", "100"]) == 0
    with Image.open(out) as picture:
        assert picture.size == (150, 100)


def test_convert_keeps_layers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert edit(tmp_path, out="out.ora") == 0
    assert cli.main(["convert", str(tmp_path / "out.ora"), str(tmp_path / "out.psd")]) == 0
    capsys.readouterr()
    assert cli.main(["info", str(tmp_path / "out.psd"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)["layers"]) == 2


def test_kept_results_are_listed_applied_and_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = formats.open_document(photo(tmp_path / "photo.png")).document
    region = [10, 20, 30, 40]
    recipe = EditRequest(task=Task.GENERATE, prompt="a cat", region=Rect(*region)).to_recipe()
    asked = KeptRequest(recipe=recipe)
    kept = tuple(
        KeptResult(request=asked, image=np.full((40, 30, 3), n, np.uint8), seed=n) for n in (7, 8)
    )
    path, out = tmp_path / "kept.ora", tmp_path / "out.ora"
    applied = frozenset({kept[1].id})
    formats.save_document(source.replace(results=kept, applied=applied), path)
    assert cli.main(["info", str(path)]) == 0
    text = capsys.readouterr().out
    assert "results kept in the tray: 2\n  1. generate: a cat  seed: 7\n" in text
    assert "  2. generate: a cat  seed: 8  (applied)\n" in text
    assert cli.main(["info", str(path), "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)["results"]
    assert [(one["seed"], one["applied"]) for one in listed] == [(7, False), (8, True)]
    picture = tmp_path / "out.png"
    assert cli.main(["convert", str(path), str(picture), "--result", "1"]) == 0
    pixels = np.asarray(Image.open(picture).convert("RGB"))
    assert (pixels[20:60, 10:40] == 7).all() and not (pixels[:20] == 7).all()
    assert cli.main(["convert", str(path), str(out), "--result", "2"]) == 0
    assert len(formats.open_document(out).document.layers) == len(source.layers) + 1
    assert cli.main(["convert", str(path), str(out), "--no-results"]) == 0
    assert formats.open_document(out).document.results == ()
    capsys.readouterr()
    wrong = failure(capsys, ["convert", str(path), str(out), "--result", "3"])
    assert "no result 3: the file keeps 2" in wrong


def failure(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> str:
    assert cli.main(arguments) == 1
    text = capsys.readouterr().err
    assert "Traceback" not in text and text.startswith("lienzo: ")
    return text


def test_mask_of_another_size_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = mask(tmp_path / "wrong.png", (200, 120))
    source = str(photo(tmp_path / "photo.png"))
    out = tmp_path / "out.png"
    arguments = ["edit", source, "--mask", str(wrong), "--prompt", "cat", "--out", str(out)]
    assert "160 x 128" in failure(capsys, arguments) and not out.exists()


def test_empty_mask_empty_prompt_and_missing_things_are_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = str(photo(tmp_path / "photo.png")), str(tmp_path / "out.png")
    empty = tmp_path / "empty.png"
    Image.fromarray(np.zeros((128, 160), np.uint8)).save(empty)
    common = ["--prompt", "cat", "--out", out]
    assert "no mask" in failure(capsys, ["edit", source, "--mask", str(empty), *common])
    assert "no mask" in failure(capsys, ["edit", source, *common])
    failure(capsys, ["edit", str(tmp_path / "none.png"), *common])
    failure(capsys, ["edit", source, "--model", str(tmp_path / "no-model"), *common])
    text = failure(capsys, ["generate", "--prompt", " ", "--out", out])
    assert "prompt is empty" in text
    bad = tmp_path / "bad.png"
    bad.write_bytes(b"")
    failure(capsys, ["info", str(bad)])
    failure(capsys, ["convert", source, str(tmp_path / "out.xyz")])
    assert not Path(out).exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ["edit"],
        ["generate", "--prompt", "x"],
        ["--nonsense"],
        ["generate", "--prompt", "x", "--out", "y.png", "--steps", "0"],
        ["edit", "p.png", "--prompt", "x", "--out", "y.png", "--denoise", "2"],
    ],
)
def test_wrong_usage_exits_with_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(arguments) == 2
    assert "usage" in capsys.readouterr().err


def test_version_and_help_exit_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == 0
    assert cli.main(["--help"]) == 0
    assert "demo" in capsys.readouterr().out


FRESH = """
import sys
from studio.cli import main as cli
code = cli.main(sys.argv[1:])
bad = [name for name in sys.modules if name.split(".")[0] in ("PySide6", "shiboken6")]
assert not bad, bad
raise SystemExit(code)
"""


def test_demo_in_a_fresh_process_writes_three_files_without_qt(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FRESH, "demo", "--out", str(tmp_path / "out"), "--steps", "2"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    for suffix in ("ora", "psd", "png"):
        path = tmp_path / "out" / f"lienzo-demo.{suffix}"
        assert str(path) in done.stdout and path.stat().st_size > 1000
    # Without the networks only the edit by the starter is made, and the rest is named.
    assert done.stdout.count("left out: ") == 3 and "assets fetch migan" in done.stdout
    assert "painted a mushroom" in done.stdout
    assert "The demo model is small" in done.stdout and "Models panel" in done.stdout
    content = json.loads(resource("samples", "demo.json").read_text(encoding="utf-8"))
    made_path = tmp_path / "out" / "lienzo-demo.png"
    with (
        Image.open(resource("samples", content["photo"])) as sample,
        Image.open(made_path) as made,
    ):
        assert made.size == sample.size


def test_without_a_display_the_window_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    assert cli.main([]) == 1
    assert "no display" in capsys.readouterr().err


def test_an_unknown_word_is_named_with_the_nearest_known_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edit(tmp_path, prompt="a dragn") == 0
    assert "“dragn”; did you mean “dragon”?" in capsys.readouterr().err


def test_a_lora_and_an_embedding_count_and_stand_in_the_recipe(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = np.random.default_rng(2).normal(0, 0.5, (2, 256)).astype(np.float32)
    save_file({"emb_params": rows}, tmp_path / "luna.safetensors")
    lora = str(resource("starter") / "four-step-lora.safetensors")
    more = ["--lora", f"{lora}:0.5", "--embedding", f"{tmp_path / 'luna.safetensors'}:zorbik"]
    made, said = {}, {}
    for name, given in {"plain": [], "both": more}.items():
        out = f"{name}.ora"
        assert edit(tmp_path, "--sampler", "ddim", *given, out=out, prompt="a zorbik") == 0
        with zipfile.ZipFile(tmp_path / out) as archive:
            made[name] = np.asarray(Image.open(archive.open("mergedimage.png"))).tobytes()
        said[name] = capsys.readouterr().err
    assert made["plain"] != made["both"]
    assert "“zorbik”" in said["plain"] and "“zorbik”" not in said["both"]
    assert cli.main(["info", str(tmp_path / "both.ora"), "--json"]) == 0
    layers = json.loads(capsys.readouterr().out)["layers"]
    (recipe,) = [layer["recipe"] for layer in layers if layer.get("recipe")]
    assert [(use["kind"], use["weight"]) for use in recipe["adapters"]] == [
        ("lora", 0.5),
        ("textual_inversion", 1.0),
    ]
    assert recipe["adapters"][0]["path"] == "four-step-lora.safetensors"
    data = Path(lora).read_bytes()
    assert recipe["adapters"][0]["file"]["sha256"] == hashlib.sha256(data).hexdigest()
    assert recipe["adapters"][1]["options"] == {"token": "zorbik"}


def test_a_lora_for_another_base_and_wrong_numbers_are_sentences(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    name = "lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k"
    other = {
        f"{name}.lora_down.weight": np.zeros((4, 768), np.float32),
        f"{name}.lora_up.weight": np.zeros((320, 4), np.float32),
    }
    file = tmp_path / "style.safetensors"
    save_file(other, file)
    for text, said in ((str(file), "Stable Diffusion 1.x"), (f"{file}:9", "weight"), ("", "LoRA")):
        assert edit(tmp_path, "--lora", text) == 1
        assert said in capsys.readouterr().err
    assert edit(tmp_path, "--embedding", ":<x>") == 1
    assert "embedding" in capsys.readouterr().err
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("flag", "value"),
    [
        ("--seed", str(2**64)), ("--seed", "-2"), ("--seed", "1.5"), ("--seed", "nan"),
        ("--steps", "0"), ("--cfg-scale", "-5"), ("--cfg-scale", "nan"), ("--cfg-scale", "inf"),
        ("--denoise", "1.5"), ("--denoise", "nan"), ("--denoise", "much"), ("--mask-blur", "-1"),
        ("--padding", "-5"), ("--quality", "0"), ("--quality", "101"), ("--variations", "0"),
    ],
)  # fmt: skip
def test_numbers_out_of_range_are_refused_with_the_range(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str, value: str
) -> None:
    assert edit(tmp_path, f"{flag}={value}") == 2
    said = capsys.readouterr().err
    assert f"argument {flag}" in said and " from " in said and " to " in said
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize("size", ["0", "-5", "nan", "99999999"])
def test_a_picture_of_no_size_is_refused_with_the_range(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], size: str
) -> None:
    out = str(tmp_path / "out.png")
    assert cli.main(["generate", "--prompt", "a cat", "--width", size, "--out", out]) == 2
    assert "Give a number from 1 to" in capsys.readouterr().err


def test_the_seed_of_the_command_line_is_kept_to_its_last_bit(tmp_path: Path) -> None:
    seed = 2**64 - 3
    assert edit(tmp_path, "--seed", str(seed), "--steps", "1", out="out.ora") == 0
    with zipfile.ZipFile(tmp_path / "out.ora") as file:
        texts = [file.read(name).decode("utf-8", "replace") for name in file.namelist()]
    assert any(f'"seed": {seed}' in text or f'"seed":{seed}' in text for text in texts)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no signal for a broken pipe")
@pytest.mark.parametrize(
    "command",
    [["info"], ["info", "--json"], ["models", "--words", ""], ["convert"], ["--help"]],
    ids=" ".join,
)
def test_a_closed_pipe_ends_a_command_quietly(tmp_path: Path, command: list[str]) -> None:
    files = [str(photo(tmp_path / "photo.png"))] if command[0] in ("info", "convert") else []
    files += [str(tmp_path / "out.png")] if command[0] == "convert" else []
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(
        [sys.executable, "main.py", *command, *files],
        cwd=Path(cli.__file__).parents[2],
        stdout=writing,
        stderr=subprocess.PIPE,
        text=True,
        timeout=300,
    )
    os.close(writing)
    assert done.stderr == "" and done.returncode in (0, 141)


def test_convert_states_another_density_and_info_shows_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, out = tmp_path / "in.png", tmp_path / "out.psd"
    Image.new("RGB", (30, 20), (9, 90, 200)).save(source, dpi=(300, 300))
    assert cli.main(["convert", str(source), str(out)]) == 0
    assert formats.open_document(out).document.dpi == 300.0
    assert cli.main(["convert", str(source), str(out), "--dpi", "72.5"]) == 0
    assert formats.open_document(out).document.dpi == 72.5
    capsys.readouterr()
    assert cli.main(["info", str(out)]) == 0
    assert "72.5 pixels per inch" in capsys.readouterr().out
    for wrong in ("0", "10000", "nan", "many"):
        assert cli.main(["convert", str(source), str(out), "--dpi", wrong]) == 2
        assert "1 to 9999" in capsys.readouterr().err
