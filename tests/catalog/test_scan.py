"""Folders of models: everything in them, once, from a cache that notices every change."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from corpus_files import write_safetensors
from corpus_loras import attention, kohya
from corpus_unets import SD1, SDXL, checkpoint, clip_l, diffusers
from corpus_vaes import ldm_vae

import studio.catalog.recognise.scan as scan
from studio.catalog.recognise.finding import Certainty, Kind
from studio.catalog.recognise.plain import from_plain, to_plain
from studio.catalog.recognise.remember import Choices
from studio.catalog.recognise.scan import Found, Scanner
from studio.core.errors import Cancelled
from studio.core.paths import resource
from studio.core.progress import Progress


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """A tree like that of ComfyUI, with a few files."""
    top = tmp_path / "models"
    write_safetensors(top / "checkpoints" / "dreams.safetensors", checkpoint(SD1, "1", ldm_vae()))
    write_safetensors(top / "loras" / "deep" / "dog.safetensors", kohya(attention(diffusers(SDXL))))
    write_safetensors(top / "vae" / "sdxl_vae.safetensors", ldm_vae())
    (top / "loras" / "notes.txt").write_text("mine")
    (top / "loras" / "half.safetensors.part").write_bytes(b"12")
    (top / ".cache").mkdir()
    write_safetensors(top / ".cache" / "hidden.safetensors", ldm_vae())
    return top


def names(found: tuple[Found, ...]) -> dict[str, Kind]:
    return {one.path.name: one.finding.kind for one in found}


def test_a_tree_is_searched_whole_and_other_files_are_left_alone(models: Path) -> None:
    found = Scanner().scan([models, models / "vae"])
    assert names(found) == {
        "dreams.safetensors": Kind.MODEL,
        "dog.safetensors": Kind.LORA,
        "sdxl_vae.safetensors": Kind.VAE,
        "half.safetensors.part": Kind.UNUSABLE,
    }
    assert len(found) == 4
    assert all(one.size == one.path.stat().st_size for one in found)


def test_the_cache_spares_a_second_look_and_notices_changes(
    models: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cache.json"
    first = Scanner(file).scan([models])
    looked: list[Path] = []
    real = scan.recognise_file

    def counted(path: Path) -> object:
        looked.append(path)
        return real(path)

    monkeypatch.setattr(scan, "recognise_file", counted)
    assert Scanner(file).scan([models]) == first
    assert looked == []
    changed = models / "vae" / "sdxl_vae.safetensors"
    write_safetensors(changed, kohya(attention(diffusers(SD1))))
    again = Scanner(file).scan([models])
    assert looked == [changed]
    assert names(again)["sdxl_vae.safetensors"] is Kind.LORA
    # A configuration beside a file is part of the answer.
    (changed.parent / "config.json").write_text("{}")
    Scanner(file).scan([models])
    assert looked == [changed, changed]
    file.write_text("[broken")
    assert names(Scanner(file).scan([models])) == names(again)


def test_an_older_version_of_the_cache_is_not_believed(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    Scanner(file).scan([models])
    content = json.loads(file.read_text())
    for row in content["files"].values():
        row[-1] = {"kind": "upscaler"}
    file.write_text(json.dumps(content))
    assert set(names(Scanner(file).scan([models])).values()) == {Kind.UPSCALER}
    file.write_text(json.dumps({**content, "version": "0"}))
    assert Kind.UPSCALER not in names(Scanner(file).scan([models])).values()


def test_findings_survive_the_disk(models: Path) -> None:
    for one in Scanner().scan([models, resource("starter")]):
        assert from_plain(json.loads(json.dumps(to_plain(one.finding)))) == one.finding


@pytest.mark.skipif(os.name == "nt", reason="Windows has no links for every account")
def test_links_in_a_circle_end(models: Path) -> None:
    (models / "loras" / "again").symlink_to(models, target_is_directory=True)
    (models / "loop").symlink_to(models / "loop")
    (models / "loop.safetensors").symlink_to(models / "nothing.safetensors")
    found = Scanner().scan([models])
    assert len(found) == 5
    assert names(found)["loop.safetensors"] is Kind.UNUSABLE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no closed folders")
def test_a_closed_folder_is_in_the_answer(models: Path) -> None:
    """Runs as another account if this one may read everything."""
    code = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from studio.catalog.recognise.scan import Scanner\n"
        # Once as this account, which loads all modules.
        "Scanner().scan([Path(sys.argv[1])])\n"
        "getattr(os, 'geteuid', lambda: 1)() or os.setuid(65534)\n"
        "print([str(one.finding.refusal) for one in Scanner().scan([Path(sys.argv[1])])])\n"
    )
    # A folder above that others may enter, which pytest's own is not.
    for folder in (models, *models.parents):
        if folder.stat().st_uid == os.getuid() and folder != folder.parent:
            folder.chmod(folder.stat().st_mode | 0o555)
    (models / "vae").chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(models)], capture_output=True, text=True, check=True
        )
    finally:
        (models / "vae").chmod(0o755)
    assert f"The folder {models / 'vae'} cannot be read" in done.stdout


def test_a_scan_stops_between_two_files_and_keeps_what_it_has(models: Path, tmp_path: Path) -> None:
    file = tmp_path / "cache.json"
    stop = threading.Event()
    events: list[float] = []

    def listen(event: object) -> None:
        events.append(0.0)
        if len(events) == 2:
            stop.set()

    with pytest.raises(Cancelled):
        Scanner(file).scan([models], Progress(listen, stop))
    assert len(events) == 2
    assert len(json.loads(file.read_text())["files"]) == 2


def test_shards_are_one_network(tmp_path: Path) -> None:
    shapes = list(diffusers(SDXL).items())
    stem = "diffusion_pytorch_model"
    parts = [dict(shapes[start::3]) for start in range(3)]
    for number, part in enumerate(parts, 1):
        write_safetensors(tmp_path / f"{stem}-0000{number}-of-00003.safetensors", part)
    (found,) = Scanner().scan([tmp_path])
    assert (found.finding.kind, found.finding.variant) == (Kind.NETWORK, "base")
    assert found.size == sum(file.stat().st_size for file in tmp_path.glob("*.safetensors"))
    (tmp_path / f"{stem}-00002-of-00003.safetensors").unlink()
    (found,) = Scanner().scan([tmp_path])
    assert f"{stem}-00002-of-00003.safetensors is missing" in str(found.finding.refusal)


def test_the_starter_is_one_answer(tmp_path: Path) -> None:
    (found,) = Scanner().scan([resource("starter")])
    assert found.path == resource("starter")
    assert (found.finding.kind, found.finding.family) == (Kind.MODEL, "stable_diffusion")
    assert (found.finding.variant, found.finding.missing) == ("Starter", ())


def folder_model(top: Path, pipeline: str = "StableDiffusionXLPipeline") -> Path:
    index = {
        "_class_name": pipeline, "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderKL"], "text_encoder": ["transformers", "CLIPTextModel"],
        "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
        "scheduler": ["diffusers", "EulerDiscreteScheduler"], "tokenizer": ["transformers", "X"],
        "safety_checker": [None, None],
    }  # fmt: skip
    top.mkdir(parents=True)
    (top / "model_index.json").write_text(json.dumps(index))
    (top / "scheduler").mkdir()
    schedule = {"prediction_type": "v_prediction", "rescale_betas_zero_snr": True}
    (top / "scheduler" / "scheduler_config.json").write_text(json.dumps(schedule))
    write_safetensors(top / "unet" / "diffusion_pytorch_model.fp16.safetensors", diffusers(SDXL))
    write_safetensors(top / "vae" / "diffusion_pytorch_model.safetensors", ldm_vae())
    write_safetensors(top / "text_encoder" / "model.safetensors", clip_l())
    return top


def test_a_folder_in_diffusers_layout_is_one_model(tmp_path: Path) -> None:
    top = folder_model(tmp_path / "noob-lightning")
    (found,) = Scanner().scan([tmp_path])
    finding = found.finding
    assert (found.path, finding.kind, finding.family) == (top, Kind.MODEL, "stable_diffusion_xl")
    assert (finding.prediction_type, finding.zero_terminal_snr) == ("v_prediction", True)
    assert finding.inside == ("vae", "text_encoder")
    assert finding.missing == ("text_encoder_2",)
    assert finding.traits == ("lightning",)
    (top / "unet" / "diffusion_pytorch_model.fp16.safetensors").unlink()
    (found,) = Scanner().scan([tmp_path])
    assert "no weights of its main network" in str(found.finding.refusal)
    (top / "model_index.json").write_text("[broken")
    (found,) = Scanner().scan([tmp_path])
    assert "cannot be read" in str(found.finding.refusal)


def test_the_artists_answer_counts_over_the_cache(models: Path, tmp_path: Path) -> None:
    path = write_safetensors(models / "vae" / "mine.safetensors", ldm_vae())
    cache = tmp_path / "cache.json"
    assert Scanner(cache).recognise(path).finding.certainty is Certainty.ASK
    choices = Choices(tmp_path / "choices.json")
    choices.remember(path, {"family": "stable_diffusion_xl"})
    finding = Scanner(cache, choices).recognise(path).finding
    assert (finding.certainty, finding.family) == (Certainty.CHOSEN, "stable_diffusion_xl")
    assert (finding.provides, finding.questions) == (("vae_sdxl",), ())
