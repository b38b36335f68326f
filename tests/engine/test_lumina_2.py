"""Lumina-Image 2.0."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from lumina_factory import build_lumina
from test_pipelines import MASK, PICTURE, SIDE, request_for, stock

from studio.edit.request import Task
from studio.engine.engine import Engine


def test_a_picture_is_the_one_that_diffusers_makes(tmp_path: Path) -> None:
    folder, engine = build_lumina(tmp_path / "lumina"), Engine("cpu")
    made = engine.run(request_for(folder)).images[0]
    own = {"negative_prompt": "", "guidance_scale": 3.0, "width": SIDE, "height": SIDE}
    assert np.array_equal(made, stock(folder, "Lumina2Pipeline", **own))
    # A mask of everything leaves nothing of the picture to blend in.
    whole = request_for(folder, Task.FILL).replace(mask=np.full_like(MASK, 255), match_fill=False)
    assert np.array_equal(engine.run(whole).images[0], made)


def test_a_fill_keeps_the_latents_outside_of_the_mask(tmp_path: Path) -> None:
    """Far from the mask the seed counts much less than if everything may change."""
    engine, folder = Engine("cpu"), build_lumina(tmp_path / "lumina")
    far = []
    for mask in (MASK, np.full_like(MASK, 255)):
        one = request_for(folder, Task.FILL, variations=2).replace(mask=mask, match_fill=False)
        first, second = engine.run(one).images
        far.append(np.abs(first.astype(int) - second)[80:].mean())
    assert far[0] < 0.5 * far[1]


def test_the_strength_decides_how_much_a_replacement_changes(tmp_path: Path) -> None:
    engine, folder = Engine("cpu"), build_lumina(tmp_path / "lumina")
    kept = engine.run(request_for(folder, Task.REPLACE, denoise=0.0)).images[0]
    assert np.array_equal(kept, PICTURE)
    inside = []
    for strength in (0.13, 1.0):
        request = request_for(folder, Task.REPLACE, steps=8, denoise=strength, variations=2)
        first, second = engine.run(request).images
        inside.append(np.abs(first.astype(int) - second)[MASK > 0].mean())
    assert inside[0] < inside[1]
