"""Models of other programs: their usual places, lists of further folders, and dead drives."""

from __future__ import annotations

import os
import sys
import threading
from pathlib import Path

import pytest

from studio.catalog import other_programs
from studio.catalog.extra_paths import read_extra_paths
from studio.catalog.models import survey
from studio.catalog.other_programs import find_programs, usual_places
from studio.catalog.recognise.model_folder import name_of
from studio.catalog.single.listing import hub_snapshots, inner_models
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.core.paths import config_dir
from studio.core.settings import Settings

EXAMPLE = """\
#Rename this to extra_model_paths.yaml and ComfyUI will load it

#config for a1111 ui
a111:
    base_path: ../webui/   # the folder beside it

    checkpoints: models/Stable-diffusion
    configs: models/Stable-diffusion
    loras: |
         models/Lora
         models/LyCORIS
    "upscale_models": |-
        models/ESRGAN

# disk2:
#     base_path: /nowhere
own:
    is_default: true
    checkpoints: '{disk}/big models'
    vae: "{disk}/vae"
"""


def weights(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 10)


def comfy(place: Path) -> Path:
    weights(
        place / "models" / "checkpoints" / "a.safetensors", place / "models/loras/b.safetensors"
    )
    (place / "custom_nodes").mkdir()
    return place


def extra(tmp_path: Path, text: str) -> Path:
    file = tmp_path / "extra_model_paths.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_sections_bases_and_several_paths_of_a_key_are_read(tmp_path: Path) -> None:
    place = tmp_path / "comfy"
    place.mkdir()
    disk = tmp_path / "disk"
    own, webui = read_extra_paths(extra(place, EXAMPLE.replace("{disk}", disk.as_posix())))
    assert own.is_default and own.name == "own"
    assert own.folders == (("checkpoints", disk / "big models"), ("vae", disk / "vae"))
    models = tmp_path / "webui" / "models"
    assert not webui.is_default and webui.folders == (
        ("checkpoints", models / "Stable-diffusion"),
        ("configs", models / "Stable-diffusion"),
        ("loras", models / "Lora"),
        ("loras", models / "LyCORIS"),
        ("upscale_models", models / "ESRGAN"),
    )


def test_paths_without_a_base_are_relative_to_the_file_and_variables_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELS", str(tmp_path / "there"))
    file = extra(tmp_path, "x:\n  vae: $MODELS/vae\n  loras: loras\nempty:\n")
    (section,) = read_extra_paths(file)
    assert section.folders == (("vae", tmp_path / "there" / "vae"), ("loras", tmp_path / "loras"))
    assert read_extra_paths(extra(tmp_path, "\ufeff---\n# nothing\n")) == ()
    (windows,) = read_extra_paths(extra(tmp_path, 'x:\n  vae: "C:\\\\sd\\\\vae"\n'))
    assert "C:\\sd\\vae" in str(windows.folders[0][1])
    # The home of somebody who has no account here, as in a file that was copied.
    (copied,) = read_extra_paths(
        extra(tmp_path, "x:\n  base_path: ~no-such-person/m\n  vae: vae\n")
    )
    assert copied.folders == (("vae", tmp_path / "~no-such-person" / "m" / "vae"),)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: b\n", 1),
        ("a:\n  vae: [x, y]\n", 2),
        ("a:\n  vae: {x: y}\n", 2),
        ("a:\n  vae: &anchor x\n", 2),
        ("a:\n  vae: *anchor\n", 2),
        ("a:\n  vae: !!python/object x\n", 2),
        ("a:\n  vae: >\n    x\n", 2),
        ("a:\n  - vae\n", 2),
        ("a:\n\tvae: x\n", 2),
        ("a:\n  vae: x\n    loras: y\n", 3),
        ("a:\n  vae: x\n  vae: y\n", 3),
        ("a:\n  vae: 'x\n", 2),
        ('a:\n  vae: "x\\u0041"\n', 2),
        ("a:\n  vae: |\n      x\n    y\n", 4),
        ("  vae: x\n", 1),
        ("a:\n  is_default: maybe\n", 1),
        ("nonsense\n", 1),
    ],
)
def test_anything_else_is_refused_with_its_line(tmp_path: Path, text: str, line: int) -> None:
    with pytest.raises(StudioError) as caught:
        read_extra_paths(extra(tmp_path, text))
    assert caught.value.values["line"] == line and caught.value.hint


def test_files_that_are_no_text_or_gone_are_sentences(tmp_path: Path) -> None:
    file = tmp_path / "extra_model_paths.yaml"
    with pytest.raises(StudioError, match="cannot be read"):
        read_extra_paths(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(StudioError, match="line 1"):
        read_extra_paths(file)
    with file.open("wb") as opened:
        opened.truncate(1 << 30)
    with pytest.raises(StudioError, match="line 1"):
        read_extra_paths(file)


def test_every_program_is_found_where_it_usually_is(tmp_path: Path) -> None:
    comfy(tmp_path / "ComfyUI")
    webui = tmp_path / "Documents" / "stable-diffusion-webui"
    weights(webui / "models/Stable-diffusion/a.safetensors", webui / "embeddings/word.pt")
    forge = tmp_path / "stable-diffusion-webui-forge"
    weights(forge / "models/Stable-diffusion/a.gguf")
    (forge / "modules_forge").mkdir()
    invoke = tmp_path / "invokeai"
    weights(invoke / "models/0a1b/model.safetensors", invoke / "invokeai.yaml")
    hub = tmp_path / ".cache/huggingface/hub"
    snapshot = hub / "models--owner--name/snapshots/abc"
    weights(hub / "models--owner--name/blobs/ff00", snapshot / "unet/net.safetensors")
    (tmp_path / "ComfyUI" / "models" / "empty").mkdir()
    found = {one.name: one for one in find_programs(usual_places(tmp_path, "linux", {}))}
    assert set(found) == {"ComfyUI", "A1111", "Forge", "InvokeAI", "Hugging Face"}
    assert found["ComfyUI"].folders == (tmp_path / "ComfyUI" / "models",)
    assert (found["ComfyUI"].files, found["ComfyUI"].size) == (2, 20)
    assert found["A1111"].folders == (webui / "models", webui / "embeddings")
    assert found["InvokeAI"].folders == (invoke / "models",)
    assert found["Hugging Face"].folders == (hub,) and found["Hugging Face"].files == 1


@pytest.mark.parametrize(
    ("system", "environment", "place"),
    [
        ("linux", {}, "~/.local/share/krita/ai_diffusion/server/ComfyUI"),
        ("linux", {"XDG_CACHE_HOME": "/cache"}, "/cache/huggingface/hub"),
        ("linux", {"HF_HOME": "/hf"}, "/hf/hub"),
        ("linux", {"HF_HUB_CACHE": "/hub"}, "/hub"),
        ("linux", {"INVOKEAI_ROOT": "/invoke"}, "/invoke"),
        ("linux", {}, "~/comfy/ComfyUI"),
        ("darwin", {}, "~/Documents/ComfyUI"),
        ("darwin", {}, "~/Library/Application Support/ComfyUI"),
        ("win32", {"APPDATA": "/roaming"}, "/roaming/StabilityMatrix/Packages/ComfyUI"),
        ("win32", {}, "C:/ComfyUI_windows_portable/ComfyUI"),
        ("win32", {}, "D:/stable-diffusion-webui"),
        ("win32", {}, "~/invokeai"),
    ],
)
def test_the_usual_places_of_each_system(
    system: str, environment: dict[str, str], place: str
) -> None:
    home = Path("/home/artist")
    wanted = Path(place.replace("~", home.as_posix()))
    assert wanted in usual_places(home, system, environment)


def test_folders_of_the_list_come_too_and_none_twice(tmp_path: Path) -> None:
    place = comfy(tmp_path / "ComfyUI")
    disk = tmp_path / "disk"
    weights(disk / "big models/c.safetensors")
    (disk / "vae").mkdir()
    weights(tmp_path / "webui/models/Lora/d.safetensors")
    extra(place, EXAMPLE.replace("{disk}", disk.as_posix()) + f"    loras: {place}/models/loras\n")
    (found,) = find_programs([place, place, tmp_path / "ComfyUI"])
    assert found.folders == (
        *(place / "models", disk / "big models", disk / "vae"),
        *(tmp_path / "webui/models/Lora",),
    )
    assert found.files == 4 and not found.problems
    extra(place, "a:\n  vae: [x]\n")
    (found,) = find_programs([place])
    assert found.folders == (place / "models",) and "line 2" in str(found.problems[0])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no links for every account")
def test_loops_closed_folders_and_broken_links_are_survived(tmp_path: Path) -> None:
    place = comfy(tmp_path / "ComfyUI")
    (place / "models" / "loop").symlink_to(place)
    (place / "models" / "checkpoints" / "gone.safetensors").symlink_to(tmp_path / "unmounted.x")
    (place / "models" / "drive").symlink_to(tmp_path / "unmounted")
    closed = place / "models" / "closed"
    closed.mkdir()
    closed.chmod(0)
    try:
        (found,) = find_programs([place])
    finally:
        closed.chmod(0o700)
    assert found.files == 2


def test_a_drive_that_does_not_answer_is_left_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = comfy(tmp_path / "ComfyUI")
    dead = tmp_path / "dead"
    answered, asked = threading.Event(), []
    is_dir = Path.is_dir

    def hang(path: Path) -> bool:
        if dead in path.parents:
            asked.append(path)
            answered.wait(20)
        return is_dir(path)

    monkeypatch.setattr(other_programs.Path, "is_dir", hang)
    found = find_programs([dead / "ComfyUI", dead / "webui", place], seconds=0.2)
    answered.set()
    assert [one.place for one in found] == [place]
    assert asked == [dead / "ComfyUI"], "its neighbours are not waited for"


def test_models_of_invoke_and_of_the_hub_are_listed(tmp_path: Path) -> None:
    invoke = tmp_path / "invokeai"
    weights(invoke / "models/0a1b/broken.safetensors", invoke / "invokeai.yaml")
    weights(invoke / "models/sd-1/main/dream/model_index.json")
    _, problems = survey([invoke / "models"])
    assert {path.name for path, _ in problems} == {"broken.safetensors", "dream"}
    hub = tmp_path / "hub"
    old, new = (hub / "models--owner--some--name/snapshots" / one for one in ("old", "new"))
    weights(old / "model_index.json", new / "model_index.json")
    weights(new.parent.parent / "blobs/ff")
    single = hub / "models--owner--single/snapshots/abc"
    weights(single / "one.safetensors")
    (new.parent.parent / "refs").mkdir()
    (new.parent.parent / "refs" / "main").write_text("old\n")
    assert list(inner_models(hub)) == [old] and list(hub_snapshots(hub)) == [single, old]
    _, problems = survey([hub])
    assert {path.name for path, _ in problems} == {"old", "one.safetensors"}
    assert name_of(old) == "owner/some--name" and name_of(invoke) == "invokeai"


def test_the_command_finds_and_adds_in_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = comfy(tmp_path / "ComfyUI")
    extra(place, "a:\n  vae: [x]\n")
    before = sorted(os.listdir(place / "models"))
    assert cli.main(["models", "--find", str(place)]) == 0
    said = capsys.readouterr()
    assert "ComfyUI: " in said.out and "2 files" in said.out and "--find --add" in said.out
    assert "line 2" in said.err
    assert not (config_dir() / "settings.json").exists()
    assert cli.main(["models", "--find", "--add", str(place)]) == 0
    folders = Settings(config_dir() / "settings.json").get("model_folders", [])
    assert folders == [str(place / "models")] and sorted(os.listdir(place / "models")) == before
    capsys.readouterr()
    assert cli.main(["models", "--find", str(tmp_path / "none")]) == 0
    assert "No models of other programs" in capsys.readouterr().out
    assert cli.main(["models", "--add"]) == 1
