"""`--forecast` on the command line says what an edit will take, and makes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from studio.cli.main import main

ASKED = ("generate", "--prompt", "a red ball", "--steps", "2", "--sampler", "ddim", "--seed", "1")


def test_a_forecast_goes_by_what_ran_before(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made.png"
    assert main([*ASKED, "--forecast", "--out", str(out)]) == 1
    said = capsys.readouterr()
    assert "no forecast yet" in said.err and said.out == "" and not out.exists()
    assert main([*ASKED, "--out", str(out)]) == 0
    out.unlink()
    capsys.readouterr()
    assert main([*ASKED, "--forecast", "--out", str(out)]) == 0
    said = capsys.readouterr()
    assert said.out.startswith("about ") and " s, " in said.out and "of memory" in said.out
    assert not out.exists()
