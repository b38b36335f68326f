"""Packs come through whole, and one that lies is refused before anything is written."""

from __future__ import annotations

import hashlib
import json
import shutil
import stat
import threading
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save_file

from studio.catalog import pack_install, packs
from studio.catalog.first_fetch import models_folder
from studio.catalog.pack_install import install
from studio.catalog.packs import MANIFEST, make, verify
from studio.cli import main as cli
from studio.core.assets.places import assets_folder
from studio.core.errors import Cancelled, StudioError
from studio.core.paths import config_dir, resource
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings


def vae(path: Path, seed: int = 0) -> Path:
    """Write the few tensors by which an autoencoder of four channels is known."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draw = np.random.default_rng(seed)
    save_file(
        {
            "decoder.conv_in.weight": draw.normal(size=(8, 4, 3, 3)).astype(np.float16),
            "decoder.conv_out.weight": draw.normal(size=(3, 8, 3, 3)).astype(np.float16),
        },
        path,
    )
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A small model in diffusers layout, with a pickle that stays behind."""
    found = tmp_path / "made" / "tiny"
    for name in ("unet/config.json", "model_index.json"):
        (found / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(resource("starter", name), found / name)
    vae(found / "vae" / "model.safetensors")
    (found / "vae" / "old.bin").write_bytes(b"a pickle")
    return found


@pytest.fixture
def pack(tmp_path: Path, folder: Path) -> Path:
    out = tmp_path / "studio.lienzopack"
    made = make(out, [vae(tmp_path / "my vae.safetensors", 1), folder], [], Progress())
    assert [path.name for path in made.left_out] == ["old.bin"]
    return out


def nothing_there() -> bool:
    places = (models_folder(), assets_folder())
    return not any(path.is_file() for place in places for path in place.rglob("*"))


def refused(pack: Path, part: str) -> None:
    with pytest.raises(StudioError, match=part) as caught:
        install(pack, Progress())
    str(caught.value)
    assert nothing_there()
    with pytest.raises(StudioError, match=part):
        verify(pack, Progress())


def rewritten(
    pack: Path,
    names: dict[str, str] | None = None,
    more: tuple[tuple[zipfile.ZipInfo | str, bytes], ...] = (),
    manifest: dict[str, object] | None = None,
    content: bytes | None = None,
    compress: int = zipfile.ZIP_STORED,
) -> Path:
    """Write the pack again with other names, content or list; the list follows the names."""
    with zipfile.ZipFile(pack) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    listed = json.loads(entries.pop(MANIFEST))
    for row in listed["files"]:
        row["path"] = (names or {}).get(row["path"], row["path"])
    listed |= manifest or {}
    with warnings.catch_warnings(), zipfile.ZipFile(pack, "w", compress) as archive:
        warnings.simplefilter("ignore")
        for name, data in entries.items():
            archive.writestr((names or {}).get(name, name), content or data)
        for entry, data in more:
            archive.writestr(entry, data)
        archive.writestr(MANIFEST, json.dumps(listed))
    return pack


VAE = "models/vae/my vae.safetensors"


def test_a_pack_is_made_verified_and_installed(pack: Path, folder: Path, tmp_path: Path) -> None:
    files = verify(pack, Progress())
    names = {one.path for one in files}
    assert VAE in names and "models/tiny/unet/config.json" in names
    done = install(pack, Progress())
    assert set(done.new) == {models_folder() / "vae/my vae.safetensors", models_folder() / "tiny"}
    for one in files:
        there = models_folder() / one.path.removeprefix("models/")
        assert hashlib.sha256(there.read_bytes()).hexdigest() == one.sha256
    assert not (models_folder() / ".pack").exists()
    again = install(pack, Progress())
    assert not again.new and len(again.kept) == 2


@pytest.mark.parametrize(
    "name",
    [
        "models/../../evil.json",
        "/models/vae/evil.json",
        "models/vae/C:evil.json",
        "models\\vae\\evil.json",
        "models//evil.json",
        "models/vae/run.py",
        "models/vae/run.bin",
        "assets/unknown/x.safetensors",
        "elsewhere/vae/x.json",
        "models/vae/trailing.json.",
    ],
)
def test_a_name_that_leads_elsewhere_is_refused(pack: Path, name: str) -> None:
    refused(rewritten(pack, {VAE: name}), "cannot be trusted")


def test_a_link_is_refused(pack: Path) -> None:
    entry = zipfile.ZipInfo("models/vae/link.json")
    entry.create_system, entry.external_attr = 3, (stat.S_IFLNK | 0o777) << 16
    refused(rewritten(pack, more=((entry, b"/etc/passwd"),)), "it is a link")


@pytest.mark.parametrize("name", [VAE, VAE.replace("my", "MY")])
def test_a_file_that_is_there_twice_is_refused(pack: Path, name: str) -> None:
    refused(rewritten(pack, more=((name, b"other"),)), "it is there twice")


def test_a_file_that_is_not_listed_is_refused(pack: Path) -> None:
    refused(rewritten(pack, more=(("models/vae/more.json", b"{}"),)), "lists other files")


def test_a_content_that_was_changed_is_refused(pack: Path) -> None:
    data = bytearray(pack.read_bytes())
    at = data.find(b"decoder.conv_in")
    data[at] ^= 1
    pack.write_bytes(data)
    refused(pack, "Bad CRC|checksum")


def test_a_size_that_is_a_lie_is_refused(pack: Path) -> None:
    refused(rewritten(pack, content=b"short"), "its size differs")


def test_a_compressed_pack_is_refused(pack: Path) -> None:
    refused(rewritten(pack, compress=zipfile.ZIP_DEFLATED), "compressed")


@pytest.mark.parametrize("manifest", [{"version": 2}, {"format": "zip"}])
def test_a_pack_of_another_version_is_refused(pack: Path, manifest: dict[str, object]) -> None:
    refused(rewritten(pack, manifest=manifest), "another version")


@pytest.mark.parametrize("share", [0.0, 0.3, 0.9, 0.999])
def test_a_half_written_pack_is_refused(pack: Path, share: float) -> None:
    pack.write_bytes(pack.read_bytes()[: int(pack.stat().st_size * share)])
    refused(pack, "incomplete or no pack")


def test_a_full_disk_is_said_before_anything_is_written(
    pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pack_install, "RESERVE", 1 << 60)
    with pytest.raises(StudioError, match="GB free"):
        install(pack, Progress())
    assert nothing_there()


def test_a_cancelled_installation_leaves_no_half_and_continues(pack: Path) -> None:
    cancelled = threading.Event()

    def stop(event: ProgressEvent) -> None:
        if event.text == "Installing the pack" and event.fraction > 0.4:
            cancelled.set()

    with pytest.raises(Cancelled):
        install(pack, Progress(stop, cancelled))
    assert {path.name for path in models_folder().iterdir()} == {".pack"}
    install(pack, Progress())
    assert (models_folder() / "tiny" / "model_index.json").is_file()


def test_a_file_of_the_same_name_is_never_replaced(pack: Path) -> None:
    mine = vae(models_folder() / "vae" / "my vae.safetensors", 9)
    before = mine.read_bytes()
    with pytest.raises(StudioError, match="is there already with another content"):
        install(pack, Progress())
    assert mine.read_bytes() == before and not (models_folder() / "tiny").exists()


def test_what_cannot_be_packed_is_said(tmp_path: Path) -> None:
    out, pickle = tmp_path / "a.lienzopack", tmp_path / "model.ckpt"
    pickle.write_bytes(b"no weights")
    for paths in ([tmp_path / "gone.safetensors"], [pickle], [tmp_path], []):
        with pytest.raises(StudioError):
            make(out, paths, [], Progress())
    with pytest.raises(StudioError, match="no asset called"):
        make(out, [], ["nothing"], Progress())
    assert not out.exists()


def test_the_command_makes_verifies_and_installs(
    tmp_path: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "b.lienzopack"
    assert cli.main(["pack", "make", str(out), str(folder)]) == 0
    assert cli.main(["pack", "verify", str(out)]) == 0
    assert cli.main(["pack", "install", str(out)]) == 0
    assert f"installed {models_folder() / 'tiny'}" in capsys.readouterr().out
    folders = Settings(config_dir() / "settings.json").get("model_folders", [])
    assert folders == [str(models_folder())]
    assert cli.main(["pack", "verify", str(folder / "model_index.json")]) == 1
    assert "incomplete or no pack" in capsys.readouterr().err
    assert packs.VERSION == 1
