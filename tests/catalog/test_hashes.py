"""Hashes of weights files: the numbers that other programs know them by, and what is kept."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from studio.catalog import hashes
from studio.catalog.hashes import FileId, Hashes, kept_hashes
from studio.core.errors import Cancelled
from studio.core.paths import resource
from studio.core.progress import Progress


def weights(path: Path, value: float = 1.0, title: str = "a") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(save({"x": np.full((64, 64), value, np.float32)}, {"title": title}))
    return path


def test_hashes_are_those_of_a1111(tmp_path: Path) -> None:
    path = weights(tmp_path / "a.safetensors")
    data = path.read_bytes()
    found = Hashes().of(path)
    assert found is not None
    assert found.sha256 == hashlib.sha256(data).hexdigest() and found.size == len(data)
    assert found.autov2 == found.sha256[:10]
    start = int.from_bytes(data[:8], "little") + 8
    assert found.autov3 == hashlib.sha256(data[start:]).hexdigest()[:12]
    other = Hashes().of(weights(tmp_path / "b.safetensors", title="another title"))
    assert other is not None and other.autov3 == found.autov3 and other.sha256 != found.sha256


@pytest.mark.parametrize("chunk", [1, 7, 8, 100, 1 << 20])
def test_parts_of_any_size_make_the_same_hash(
    tmp_path: Path, chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = weights(tmp_path / "a.safetensors")
    expected = Hashes().of(path)
    monkeypatch.setattr(hashes, "_CHUNK", chunk)
    assert Hashes().of(path) == expected


def test_a_pickle_and_a_short_file_have_no_short_hash_of_tensors(tmp_path: Path) -> None:
    for content in (b"", b"abc", b"\x80\x02}q\x00" * 50):
        path = tmp_path / "a.pt"
        path.write_bytes(content)
        assert Hashes().of(path) == FileId(hashlib.sha256(content).hexdigest(), len(content))


def test_a_file_is_read_once_and_again_when_it_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, kept = weights(tmp_path / "a.safetensors"), tmp_path / "hashes.json"
    first = Hashes(kept).of(path)
    read: list[Path] = []
    whole = hashes.hash_file
    monkeypatch.setattr(hashes, "hash_file", lambda p, progress: read.append(p) or whole(p))
    assert Hashes(kept).of(path) == first and Hashes(kept).known(path) == first and not read
    weights(path, 2.0)
    os.utime(path, ns=(1, 1))
    assert Hashes(kept).known(path) is None
    second = Hashes(kept).of(path)
    assert second != first and read == [path]


def test_two_programs_keep_each_others_hashes(tmp_path: Path) -> None:
    one, two = kept_hashes(), kept_hashes()
    paths = [weights(tmp_path / f"{n}.safetensors", n) for n in range(2)]
    one.of(paths[0])
    two.of(paths[1])
    assert all(kept_hashes().known(path) is not None for path in paths)


@pytest.mark.parametrize("text", ["", "[]", "{", '{"a": 3}', '{"a": [1, 2]}', "null"])
def test_a_damaged_list_is_made_again(tmp_path: Path, text: str) -> None:
    kept = tmp_path / "hashes.json"
    kept.write_text(text)
    path = weights(tmp_path / "a.safetensors")
    assert Hashes(kept).of(path) is not None
    assert str(path) in json.loads(kept.read_text())


def test_a_model_is_told_by_its_unet_and_another_folder_by_all_its_files(tmp_path: Path) -> None:
    unet = weights(tmp_path / "model" / "unet" / "diffusion_pytorch_model.safetensors")
    weights(tmp_path / "model" / "vae" / "diffusion_pytorch_model.safetensors", 3.0)
    assert Hashes().of(tmp_path / "model") == Hashes().of(unet)
    folder = tmp_path / "subject"
    first = weights(folder / "lora.safetensors")
    assert Hashes().of(folder) == Hashes().of(first)
    weights(folder / "words.safetensors", 4.0)
    both = Hashes().of(folder)
    assert both is not None and both != Hashes().of(first)
    assert both.size == sum(path.stat().st_size for path in folder.iterdir())
    (tmp_path / "empty").mkdir()
    assert Hashes().of(tmp_path / "empty") is None
    assert Hashes().of(tmp_path / "nothing") is None


def test_the_model_in_the_box_has_the_hash_of_its_file() -> None:
    file = resource("starter", "unet", "diffusion_pytorch_model.safetensors")
    found = Hashes().of("starter")
    assert found is not None
    assert found.sha256 == hashlib.sha256(file.read_bytes()).hexdigest()


def test_reading_ends_when_it_is_cancelled(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Hashes().of(weights(tmp_path / "a.safetensors"), progress)


@pytest.mark.parametrize("values", [None, 3, {}, {"sha256": "x", "size": 3}, {"sha256": "a" * 64}])
def test_a_damaged_identity_is_none(values: object) -> None:
    assert FileId.read(values) is None
