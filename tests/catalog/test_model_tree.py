"""In a tree like a ComfyUI user's each file of any kind is a model or has a reason."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from corpus import corpus
from corpus_case import Case
from corpus_files import write_safetensors
from corpus_unets import SD1, checkpoint
from corpus_vaes import ldm_vae

from studio.catalog.models import identify, survey
from studio.catalog.single.listing import model_files
from studio.core.errors import StudioError

PLACES = {
    "model": "checkpoints", "network": "diffusion_models", "lora": "loras", "vae": "vae",
    "text encoder": "text_encoders", "control": "controlnet", "preview": "vae_approx",
    "t2i adapter": "t2i_adapter", "upscaler": "upscale_models", "ip adapter": "ipadapter",
    "embedding": "embeddings", "image encoder": "clip_vision", "unusable": "checkpoints",
}  # fmt: skip
"""The folder of ComfyUI by what the corpus expects of a file."""
ANSWERED = ("model", "network", "unusable")


def sd1(path: Path) -> Path:
    """Write a whole checkpoint of SD 1.5 without weights."""
    return write_safetensors(path, checkpoint(SD1, "1", ldm_vae()), "F16", {}, {})


def test_every_file_of_a_tree_is_a_model_or_has_a_sentence(tmp_path: Path) -> None:
    top = tmp_path / "ComfyUI"
    cases: dict[Path, Case] = {}
    for case in corpus():
        cases[case.write(top / "models" / PLACES[case.expect["kind"]])] = case
    found, problems = survey([top])
    usable = {spec.path for spec in found}
    reasons = dict(problems)
    silent = [
        path
        for path, case in cases.items()
        if case.expect["kind"] in ANSWERED and path not in usable | set(reasons)
    ]
    assert not silent
    assert not usable & set(reasons)
    assert len(reasons) == len(problems)
    for path, error in reasons.items():
        said = f"{error.message.format(**error.values)} {error.hint.format(**error.values)}"
        assert error.hint, path
        assert not re.search(r"[{}]|Error\b|Traceback|object at", said), said


def make_loop(folder: Path) -> None:
    (folder / "again").symlink_to(folder.parent, target_is_directory=True)


def make_dangling(folder: Path) -> None:
    (folder / "gone.safetensors").symlink_to(folder / "nowhere.safetensors")


def make_partial(folder: Path) -> None:
    (folder / "half.safetensors.part").write_bytes(b"x" * 100)


def make_pickle(folder: Path) -> None:
    (folder / "old.pt").write_bytes(b"\x80\x02cposix\nsystem\nX\x02\x00\x00\x00ls\x85R.")


@pytest.mark.needs_asset("clip-tokenizer")
@pytest.mark.skipif(os.name == "nt", reason="Windows has no links for every account")
@pytest.mark.parametrize(
    ("spoil", "wrong"),
    [
        (make_loop, ""),
        (make_dangling, "gone.safetensors cannot be read"),
        (make_partial, "half.safetensors.part is a download that is not finished"),
        (make_pickle, "old.pt is a Python pickle"),
    ],
)
def test_what_is_wrong_in_a_folder_is_said_and_the_rest_works(
    tmp_path: Path, spoil: Callable[[Path], None], wrong: str
) -> None:
    good = sd1(tmp_path / "checkpoints" / "deeper" / "good.safetensors")
    spoil(good.parent)
    found, problems = survey([tmp_path])
    assert [spec.path for spec in found[1:]] == [good]
    assert [wrong in str(error) for _, error in problems] == ([True] if wrong else [])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no links for every account")
def test_models_behind_a_link_are_found_once(tmp_path: Path) -> None:
    elsewhere = tmp_path / "disk"
    good = sd1(elsewhere / "good.safetensors")
    (tmp_path / "models" / "checkpoints").mkdir(parents=True)
    for name in ("one", "two"):
        link = tmp_path / "models" / "checkpoints" / name
        link.symlink_to(elsewhere, target_is_directory=True)
    found = list(model_files(tmp_path))
    assert [path.resolve() for path in found] == [good]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no closed folders")
def test_a_closed_folder_is_named(tmp_path: Path) -> None:
    sd1(tmp_path / "checkpoints" / "good.safetensors")
    closed = tmp_path / "checkpoints" / "closed"
    closed.mkdir()
    program = (
        "import os, sys\n"
        "from pathlib import Path\n"
        "from studio.catalog.models import identify\n"
        "from studio.catalog.single.listing import model_files\n"
        "top = Path(sys.argv[1])\n"
        # Once as this account, which loads all modules.
        "list(model_files(top))\n"
        "getattr(os, 'geteuid', lambda: 1)() or os.setuid(65534)\n"
        "for path in model_files(top):\n"
        "    try:\n"
        "        identify(path)\n"
        "    except Exception as error:\n"
        "        print(error)\n"
    )
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and folder != Path("/"):
            folder.chmod(folder.stat().st_mode | 0o555)
    closed.chmod(0)
    try:
        done = subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            capture_output=True,
            text=True,
            check=True,
        )
    finally:
        closed.chmod(0o755)
    assert f"The folder {closed} cannot be read" in done.stdout


@pytest.mark.needs_asset("clip-tokenizer")
def test_text_encoders_are_found_in_folders_of_their_folder(tmp_path: Path) -> None:

    shapes = dict(checkpoint(SD1, "1", ldm_vae()))
    text = {name for name in shapes if name.startswith("cond_stage_model")}
    file = write_safetensors(
        tmp_path / "models" / "checkpoints" / "bare.safetensors",
        {name: shape for name, shape in shapes.items() if name not in text}, "F16", {}, {},
    )  # fmt: skip
    with pytest.raises(StudioError, match="no CLIP-L text encoder"):
        identify(file)
    encoder = {name.removeprefix("cond_stage_model.transformer."): shapes[name] for name in text}
    place = tmp_path / "models" / "text_encoders" / "sd" / "clip_l.safetensors"
    write_safetensors(place, encoder, "F16", {}, {})
    assert place in {one for part in identify(file).components for one in part.files}
