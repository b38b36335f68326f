"""What the command line does to a mask before it counts."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from test_cli import photo

from studio.cli import main as cli


@pytest.mark.parametrize("flag", ["--mask-fill", "--mask-invert"])
def test_a_flag_of_the_mask_without_a_mask_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], flag: str
) -> None:
    out = tmp_path / "out.png"
    source = str(photo(tmp_path / "photo.png"))
    task = ["edit", source, "--task", "replace", "--prompt", "a cat", "--out", str(out)]
    assert cli.main([*task, flag]) == 1
    assert "--mask" in capsys.readouterr().err and not out.exists()


def test_a_mask_drawn_as_an_outline_is_filled_and_inverted(tmp_path: Path) -> None:
    import cv2

    plane = np.zeros((128, 160), np.uint8)
    cv2.circle(plane, (80, 64), 40, 255, 3)
    Image.fromarray(plane).save(tmp_path / "m.png")
    changed = {}
    for flags in ((), ("--mask-fill",), ("--mask-fill", "--mask-invert")):
        out = tmp_path / f"out{len(flags)}.png"
        source = photo(tmp_path / "photo.png")
        arguments = ["edit", str(source), "--mask", str(tmp_path / "m.png"), *flags]
        arguments += ["--prompt", "a cat", "--steps", "1", "--mask-blur", "0", "--out", str(out)]
        assert cli.main(arguments) == 0
        before, after = (np.asarray(Image.open(one).convert("RGB")) for one in (source, out))
        changed[flags] = (before != after).any(axis=2)
    outline, disc, rest = changed.values()
    assert not outline[64, 60:100].any() and disc[64, 60:100].any()
    assert not (disc & rest).any() and rest[:10].any()


def test_wires_are_painted_over_with_the_blur_that_is_set(tmp_path: Path) -> None:
    """Dark lines of 2 to 6 pixels on a grey sky, each under a mask that is 2 pixels wider."""
    sky, cover = np.full((200, 300, 3), (200, 204, 208), np.uint8), np.zeros((200, 300), np.uint8)
    for y, width in ((40, 2), (80, 2), (120, 4), (160, 6)):
        sky[y : y + width] = 20
        cover[y - 1 : y + width + 1] = 255
    source, mask_file, out = (tmp_path / f"{name}.png" for name in ("wires", "mask", "out"))
    Image.fromarray(sky).save(source)
    Image.fromarray(cover).save(mask_file)
    command = ["edit", str(source), "--mask", str(mask_file)]
    asked = ["--prompt", "", "--variations", "1", "--seed", "3", "--out", str(out)]
    assert cli.main([*command, *asked]) == 0
    before, mask, after = (
        np.asarray(Image.open(path).convert("L")).astype(int) for path in (source, mask_file, out)
    )
    wires = (mask > 0) & (before < 110)
    half = (before[mask == 0].mean() + before[wires].mean()) / 2
    # What is left of a wire shows through; that of a feather of 8 pixels left all of them dark.
    assert np.median(after[wires]) > half + 30
    assert (after[wires] < half).mean() < 0.2
