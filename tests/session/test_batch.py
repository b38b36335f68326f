"""Recipes of several steps: how they are read, and what they do to a document."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from kept import pixels
from painter import Painter

from studio.core.errors import StudioError
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.edit.photo_tools import PhotoRequest, PhotoResult
from studio.edit.request import EditRequest, Task
from studio.session.batch import (
    outputs,
    photos_in,
    queue_step,
    read_recipe,
    run_file,
    run_recipe,
)
from studio.session.jobs import Job, Listener
from studio.session.session import Session


def photo(width: int = 90, height: int = 60) -> Document:
    rng = np.random.default_rng(3)
    rgba = np.dstack(
        [rng.integers(0, 256, (height, width, 3)), np.full((height, width), 255)]
    ).astype(np.uint8)
    return Document(width=width, height=height).insert(
        RasterLayer(name="Photo", raster=Raster.from_array(rgba))
    )


@pytest.fixture
def painter() -> Painter:
    return Painter()


@pytest.fixture
def session(painter: Painter) -> Session:
    session = Session(painter, Settings(None))
    session.begin(photo())
    return session


def test_a_text_names_tools_and_settings() -> None:
    steps = read_recipe('edit prompt="a red barn" denoise=0.4; clean')
    assert [step.tool for step in steps] == ["edit", "clean"]
    assert steps[0].values == {"prompt": "a red barn", "denoise": 0.4}


def test_a_file_of_steps_reads_like_the_text(tmp_path: Path) -> None:
    path = tmp_path / "steps.json"
    path.write_text(json.dumps({"steps": [{"tool": "edit", "prompt": "a barn", "steps": 3}]}))
    assert read_recipe(str(path))[0].values == {"prompt": "a barn", "steps": 3}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no steps"),
        (" ; ", "no steps"),
        ("paint", "no tool paint"),
        ("remove", "no tool remove"),
        ("edit", "prompt is empty"),
        ("edit prompt=a colour=red", "no setting called colour"),
        ("edit prompt=a steps=0", "Steps"),
        ("edit prompt", "no setting"),
        ('edit prompt="a', "cannot be read"),
        ("restyle picture=/nowhere/at-all.png", "no file"),
    ],
)
def test_a_wrong_recipe_is_one_sentence(text: str, words: str) -> None:
    with pytest.raises(StudioError) as caught:
        read_recipe(text)
    assert words in str(caught.value)


@pytest.mark.parametrize("content", ["", "[1]", '{"a": 1}', '[{"prompt": "a"}]', "[]"])
def test_a_wrong_file_is_one_sentence(content: str, tmp_path: Path) -> None:
    path = tmp_path / "steps.json"
    path.write_text(content)
    with pytest.raises(StudioError):
        read_recipe(str(path))


def test_the_steps_run_in_turn_on_what_the_one_before_left(
    session: Session, painter: Painter
) -> None:
    before = pixels(session.document)
    run_recipe(session, read_recipe('edit prompt="a barn"; clean'))
    first, second = (job.request for job in painter.jobs)
    assert isinstance(first, EditRequest) and isinstance(second, EditRequest)
    assert (first.task, second.task) == (Task.REPLACE, Task.CLEAN)
    assert first.image is not None and second.image is not None
    assert np.array_equal(first.image, before[..., :3])
    assert not np.array_equal(second.image, first.image)
    assert len(session.document.layers) == 3 and not session.tray.items


def test_the_layers_of_a_document_are_made_again_on_another_photo(
    session: Session, tmp_path: Path, painter: Painter
) -> None:
    run_recipe(session, read_recipe('edit prompt="a barn" seed=7'))
    path = tmp_path / "recipe.ora"
    session.save(path)
    steps = read_recipe(str(path))
    assert [step.made.prompt for step in steps if step.made] == ["a barn"]
    other = Session(painter, Settings(None))
    other.begin(photo(50, 40))
    run_recipe(other, steps)
    made = painter.jobs[-1].request
    assert isinstance(made, EditRequest) and made.sampling.seed == 7
    assert (made.region.width, made.region.height) == (50, 40)


def test_a_layer_for_one_place_is_refused(session: Session, tmp_path: Path) -> None:
    mask = Raster.from_array(np.full((9, 9), 255, np.uint8), 5, 5)
    session.photo.submit(Task.REMOVE, mask=mask)
    session.save(tmp_path / "recipe.ora")
    with pytest.raises(StudioError, match="one place"):
        read_recipe(str(tmp_path / "recipe.ora"))


def test_photos_of_one_name_do_not_overwrite_each_other(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "b.png"):
        formats.save_document(photo(), tmp_path / name)
    (tmp_path / "notes.txt").write_text("no picture")
    found = photos_in(tmp_path)
    assert [path.name for path in found] == ["a.jpg", "a.png", "b.png"]
    names = [path.name for path in outputs(found, tmp_path / "out", ".png")]
    assert names == ["a-jpg.png", "a-png.png", "b.png"]
    with pytest.raises(StudioError, match="overwrite"):
        outputs(found[2:], tmp_path, ".png")


def test_a_folder_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="no pictures"):
        photos_in(tmp_path)
    with pytest.raises(StudioError, match="cannot be read"):
        photos_in(tmp_path / "nowhere")


def test_a_file_is_written_only_if_every_step_went_well(tmp_path: Path, painter: Painter) -> None:
    source, out = tmp_path / "a.png", tmp_path / "out.png"
    formats.save_document(photo(), source)

    class Failing:
        def start(self, job: Job, listener: Listener) -> None:
            if isinstance(job.request, EditRequest) and job.request.task is Task.CLEAN:
                listener.on_failed(job, StudioError("No memory is left."))
            else:
                painter.start(job, listener)

    def make() -> Session:
        return Session(Failing(), Settings(None))

    with pytest.raises(StudioError, match="memory"):
        run_file(make, read_recipe("edit prompt=a; clean"), source, out)
    assert not out.exists()
    run_file(make, read_recipe("edit prompt=a"), source, out)
    assert out.exists()


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("enlarge scale=0.5", (45, 30)),
        ("enlarge width=30", (30, 20)),
        ("enlarge height=20", (30, 20)),
        ("enlarge width=30 height=30", (30, 30)),
        ("enlarge scale=1", (90, 60)),
    ],
)
def test_a_size_is_a_scale_or_a_side(session: Session, text: str, size: tuple[int, int]) -> None:
    run_recipe(session, read_recipe(text))
    assert (session.document.width, session.document.height) == size


class Cutter(Painter):
    """Finds the left half of every picture to be the subject, and never ends an enlargement."""

    def start(self, job: Job, listener: Listener) -> None:
        request = job.request
        if isinstance(request, EditRequest):
            super().start(job, listener)
            return
        assert isinstance(request, PhotoRequest)
        self.jobs.append(job)
        if request.kind == "enlarge":
            return
        picture = request.picture()
        mask = np.zeros(picture.shape[:2], np.uint8)
        mask[:, : mask.shape[1] // 2] = 255
        image = np.ascontiguousarray(picture[:, :, :3])
        listener.on_done(job, PhotoResult(request=request, mask=mask, image=image))


def test_a_cutout_hides_the_background_of_what_is_visible() -> None:
    session = Session(Cutter(), Settings(None))
    session.begin(photo())
    run_recipe(session, read_recipe("clean; cutout"))
    made = pixels(session.document)
    assert (made[:, :45, 3] == 255).all() and (made[:, 45:, 3] == 0).all()


def test_a_recipe_that_enlarges_asks_the_network_once() -> None:
    painter = Cutter()
    session = Session(painter, Settings(None))
    session.begin(photo())
    queue_step(session, read_recipe("enlarge scale=2")[0])
    (job,) = painter.jobs
    assert isinstance(job.request, PhotoRequest) and job.request.kind == "enlarge"
    assert job.request.extras["size"] == (90, 60)
    assert (job.request.settings["width"], job.request.settings["height"]) == (180, 120)
