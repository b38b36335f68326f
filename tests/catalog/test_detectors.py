"""Which detectors can run is said by the files in a folder, and why not by a sentence."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.detectors import (
    DETECTORS,
    SOURCE,
    detector_reason,
    find_detectors,
    find_weights,
)
from studio.core.errors import StudioError


def ids(folder: Path) -> list[str]:
    return [row.id for row in find_detectors(folder)]


def test_every_row_makes_a_known_kind_of_control() -> None:
    assert all(row.id == name and row.control in CONTROL_KINDS for name, row in DETECTORS.items())


def test_a_detector_is_found_by_its_file_only(tmp_path: Path) -> None:
    assert ids(tmp_path) == []
    for row in DETECTORS.values():
        folder = tmp_path / row.id
        folder.mkdir()
        (folder / row.file).write_bytes(b"x")
        assert ids(folder) == [other.id for other in DETECTORS.values() if other.file == row.file]
        assert find_weights(row.id, folder) == folder / row.file


def test_folders_right_below_count_and_safetensors_come_first(tmp_path: Path) -> None:
    (tmp_path / "hed").mkdir()
    published = tmp_path / "hed" / "ControlNetHED.pth"
    published.write_bytes(b"x")
    assert find_weights("hed", tmp_path) == published
    safe = published.with_suffix(".safetensors")
    safe.write_bytes(b"x")
    assert find_weights("hed", str(tmp_path)) == safe
    deep = tmp_path / "one" / "two"
    deep.mkdir(parents=True)
    (deep / "sk_model.pth").write_bytes(b"x")
    assert "aux-lineart" not in ids(tmp_path)


def test_a_folder_of_that_name_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "sk_model.pth").mkdir()
    assert ids(tmp_path) == []


@pytest.mark.parametrize("name", DETECTORS)
def test_the_reason_names_the_file_and_where_to_get_it(name: str, tmp_path: Path) -> None:
    for folder in ("", tmp_path, tmp_path / "absent", Path(__file__)):
        reason = detector_reason(name, folder)
        assert reason is not None
        text = str(reason)
        assert DETECTORS[name].file in text and SOURCE in text and DETECTORS[name].label in text


def test_an_unknown_detector_is_refused() -> None:
    with pytest.raises(StudioError, match="no detector called magic"):
        find_weights("magic", "somewhere")


def test_asking_needs_no_torch(tmp_path: Path) -> None:
    script = (
        "import sys; from studio.catalog.detectors import find_detectors; "
        "find_detectors(sys.argv[1]); "
        "assert not {'torch', 'cv2', 'controlnet_aux'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script, str(tmp_path)], check=True)
