"""PixArt alpha and Sigma."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pixel_factory import build_pixart
from test_pipelines import MASK, PICTURE, SIDE, request_for, stock

from studio.catalog.models import identify
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, Task
from studio.engine.engine import Engine


def prompted(folder: Path, task: Task = Task.GENERATE, **sampling: object) -> EditRequest:
    """Return a request with the family's own sampler."""
    own: dict[str, object] = {"sampler": "dpmpp_2m", "steps": 3, **sampling}
    return request_for(folder, task, **own).replace(match_fill=False)


@pytest.mark.parametrize("alpha", [False, True])
def test_a_picture_is_the_one_that_diffusers_makes(alpha: bool, tmp_path: Path) -> None:
    folder = build_pixart(tmp_path / "pixart", alpha=alpha)
    assert identify(folder).variant == ("alpha" if alpha else "sigma")
    engine = Engine("cpu")
    made = engine.run(prompted(folder, steps=2)).images[0]
    same = stock(
        folder,
        "PixArtAlphaPipeline" if alpha else "PixArtSigmaPipeline",
        negative_prompt="",
        guidance_scale=3.0,
        width=SIDE,
        height=SIDE,
        use_resolution_binning=False,
        clean_caption=False,
    )
    assert np.array_equal(made, same)
    # A mask of everything leaves nothing of the picture to blend in.
    whole = prompted(folder, Task.FILL, steps=2).replace(mask=np.full_like(MASK, 255))
    assert np.array_equal(engine.run(whole).images[0], made)


def test_a_fill_keeps_the_latents_outside_of_the_mask(tmp_path: Path) -> None:
    """Far from the mask the prompt counts much less than if everything may change."""
    engine, folder = Engine("cpu"), build_pixart(tmp_path / "pixart")
    far = []
    for mask in (MASK, np.full_like(MASK, 255)):
        one = prompted(folder, Task.FILL).replace(mask=mask)
        first = engine.run(one).images[0].astype(int)
        second = engine.run(one.replace(prompt="a green cube")).images[0]
        far.append(np.abs(first - second)[80:].mean())
    assert far[0] < 0.5 * far[1]


def test_the_strength_decides_how_much_a_replacement_changes(tmp_path: Path) -> None:
    engine, folder = Engine("cpu"), build_pixart(tmp_path / "pixart")
    clean = engine.run(prompted(folder, Task.REPLACE, denoise=0.0)).images[0]
    assert np.array_equal(clean, PICTURE)
    runs = [
        engine.run(prompted(folder, Task.REPLACE, steps=8, denoise=one)).images[0]
        for one in (0.2, 0.9)
    ]
    near, far = (np.abs(one.astype(int) - runs[1 - i]).mean() for i, one in enumerate(runs))
    assert near == far > 0


def test_previews_are_the_predicted_picture(tmp_path: Path) -> None:
    """DPM++ keeps its prediction; after the last step it is the picture itself."""
    events: list[ProgressEvent] = []
    folder = build_pixart(tmp_path / "pixart")
    Engine("cpu").run(prompted(folder), Progress(events.append))
    painting = [one for one in events if one.text == "Painting"]
    assert len(painting) == 3 and all(one.preview is not None for one in painting)
    assert events[-1].fraction == pytest.approx(1.0)
