"""The photo tools' commands on a full disk: one sentence, the photo untouched, no half file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from studio.cli import batch
from studio.cli.main import main
from studio.document.io import formats

LIMIT = 3000
"""Bytes after which the system refuses to write on."""

COMMANDS = {
    "select": (["--point", "38,27"], ("mobile-sam",)),
    "cutout": ([], ("u2netp",)),
    "lift": (["--mask", "MASK"], ("migan",)),
    "remove": (["--mask", "MASK"], ("migan",)),
    "enlarge": (["--scale", "2"], ("realesrgan-x2",)),
    "clean": (["--noise", "60"], ("realesrgan-x2",)),
    "restyle": (["--style", "NAME"], ("styles",)),
}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let the system refuse to write files above ``LIMIT`` bytes, as a full disk does."""
    import resource

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    """Return a photo with a red disc, whose noise no format compresses below the limit."""
    rng = np.random.default_rng(5)
    y, x = np.mgrid[0:56, 0:72]
    pixels = rng.integers(60, 130, (56, 72, 3)).astype(np.uint8)
    pixels[(x - 38) ** 2 + (y - 27) ** 2 < 14**2, 0] += 120
    path = tmp_path / "photos" / "photo.png"
    path.parent.mkdir()
    formats.save_document(formats.document_from_array(pixels, "photo"), path)
    grey = np.where((x - 38) ** 2 + (y - 27) ** 2 < 14**2, 255, 0).astype(np.uint8)
    mask = np.repeat(grey[:, :, None], 3, axis=2)
    formats.save_document(formats.document_from_array(mask, "mask"), tmp_path / "mask.png")
    return path


needs_limits = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


def parameters() -> list[object]:
    return [
        pytest.param(name, arguments, marks=[pytest.mark.needs_asset(*assets), needs_limits])
        for name, (arguments, assets) in COMMANDS.items()
    ]


@pytest.mark.parametrize(("command", "arguments"), parameters())
def test_nothing_is_half_written(
    command: str,
    arguments: list[str],
    photo: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    target = out / ("mask.psd" if command == "select" else "made.ora")
    target.write_bytes(b"an earlier result")
    before = photo.read_bytes()
    given = {"MASK": str(tmp_path / "mask.png"), "NAME": _preset()}
    full = [command, str(photo), *(given.get(one, one) for one in arguments), "--out", str(target)]
    with full_disk():
        assert main(full) == 1
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith(f"lienzo: {target.name} was not saved: the disk is full.")
    assert not any("Traceback" in line for line in said)
    assert target.read_bytes() == b"an earlier result" and list(out.iterdir()) == [target]
    assert photo.read_bytes() == before


def _preset() -> str:
    from studio.catalog.styles import PRESETS

    return PRESETS[0].id


@needs_limits
@pytest.mark.needs_asset("styles")
def test_a_batch_says_it_for_each_photo(
    photo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    batch._runner.cache_clear()
    out = tmp_path / "out"
    before = photo.read_bytes()
    with full_disk():
        assert main(["batch", "restyle", str(photo.parent), "--out", str(out)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("photo.png: photo.png was not saved: the disk is full.")
    assert lines[-1] == "0 made, 0 already there, 1 failed" and not list(out.iterdir())
    assert photo.read_bytes() == before
    # With space again the same command makes what is missing.
    assert main(["batch", "restyle", str(photo.parent), "--out", str(out)]) == 0
    assert [path.name for path in out.iterdir()] == ["photo.png"]
