"""One prompt through several systems: the order of jobs, failures, cancelling, and the figures."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.catalog.card import load_card
from studio.catalog.families.table import FAMILIES
from studio.catalog.generations import (
    BUILT_IN_NAMES,
    FAMILY_PAPERS,
    OWN_PAPERS,
    SYSTEMS,
    paper_of,
)
from studio.catalog.model_spec import BUILT_IN
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import ProgressEvent
from studio.core.settings import Settings
from studio.document.layer import GenerativeLayer
from studio.edit.judging import JudgeRequest, JudgeResult
from studio.edit.request import EditRequest, EditResult, Task
from studio.session.generations import systems as systems_module
from studio.session.generations.chart import Chart, Circle, chart_of, label_places
from studio.session.generations.figures import Figures
from studio.session.generations.run import Comparison, State, single
from studio.session.generations.sheet import (
    ChartWords,
    SheetColumn,
    draw_sheet,
    shareable,
    write_sheet,
)
from studio.session.generations.systems import (
    System,
    built_in_system,
    chosen_systems,
    list_systems,
    missing_error,
    system_of,
)
from studio.session.generations.taking import send_to_tray, take_layer
from studio.session.jobs import Job, JobQueue, Listener
from studio.session.session import Session


@dataclass
class Held:
    """Starts jobs; the test ends them."""

    started: list[Job] = field(default_factory=list)

    def start(self, job: Job, listener: Listener) -> None:
        self.started.append(job)

    @property
    def job(self) -> Job:
        return self.started[-1]


def answer(queue: JobQueue, seconds: float = 2.0) -> None:
    """End the running job as the engine does."""
    job = queue.running
    assert job is not None
    request = job.request
    if isinstance(request, JudgeRequest):
        count = len(request.pictures)
        queue.on_done(
            job,
            JudgeResult(
                request=request, quality=(0.25, 0.75)[:count], seen=("car",) * count, variety=0.5
            ),
        )
        return
    assert isinstance(request, EditRequest)
    seed = request.sampling.seed
    shape = (request.region.height, request.region.width, 3)
    image = np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8)
    result = EditResult(
        request=request,
        images=(image,),
        seeds=(seed,),
        timings={"load": 1.0, "total": 1.0 + seconds},
        peak_bytes=7 << 20,
    )
    queue.on_done(job, result)


def three() -> list[System]:
    """Return three systems that can be told apart."""
    first = built_in_system("starter")
    assert first.spec is not None
    return [
        replace(first, id=name, name=name, spec=replace(first.spec, id=name, name=name))
        for name in ("a", "b", "c")
    ]


def begun(rows: int = 2) -> tuple[JobQueue, Held, Comparison]:
    runner = Held()
    queue = JobQueue(runner)
    comparison = Comparison(queue)
    comparison.start("a red car", three(), rows, 5)
    return queue, runner, comparison


def models(runner: Held) -> list[str]:
    """Return the model of each job so far, "judge" for the judge."""
    return [
        one.request.model if isinstance(one.request, EditRequest) else "judge"
        for one in runner.started
    ]


def test_each_system_has_its_turn_with_the_same_seeds_and_is_measured() -> None:
    queue, runner, comparison = begun()
    while not queue.is_idle:
        answer(queue)
    assert models(runner) == ["a", "a", "judge", "b", "b", "judge", "c", "c", "judge"]
    assert not comparison.is_running
    for column in comparison.columns:
        assert [cell.seed for cell in column.cells] == [5, 6] and column.state is State.DONE
        assert column.figures.quality == 0.5 and column.figures.seconds == 2.0
        assert column.figures.variety == 0.5 and column.figures.peak_bytes == 7 << 20
        assert column.figures.parameters > 1e6 and column.figures.load == 1.0
    seeds = [one.request.sampling.seed for one in runner.started if one.label == "b"
             and isinstance(one.request, EditRequest)]  # fmt: skip
    assert seeds == [5, 6]


def test_a_system_that_fails_says_so_and_the_next_one_has_its_turn() -> None:
    queue, runner, comparison = begun()
    queue.on_failed(runner.job, StudioError("It broke.", "Mend it."))
    first, second, _ = comparison.columns
    assert first.state is State.FAILED and str(first.error) == "It broke. Mend it."
    assert all(cell.state is State.FAILED for cell in first.cells)
    assert second.cells[0].state is State.RUNNING
    queue.on_failed(runner.job, RuntimeError("a bug"))
    assert "a bug" in str(second.error)
    while not queue.is_idle:
        answer(queue)
    assert models(runner) == ["a", "b", "c", "c", "judge"]
    # Once more: the missing pictures of the first one alone.
    comparison.again(first)
    while not queue.is_idle:
        answer(queue)
    assert models(runner)[5:] == ["a", "a", "judge"] and first.state is State.DONE


def test_a_judge_that_fails_leaves_the_pictures_and_the_reason() -> None:
    queue, runner, comparison = begun()
    answer(queue)
    answer(queue)
    queue.on_failed(runner.job, StudioError("No judge."))
    first = comparison.columns[0]
    assert first.state is State.DONE and str(first.unjudged) == "No judge."
    assert first.figures.quality is None and first.figures.seconds == 2.0
    answer(queue)
    answer(queue)
    job = queue.running
    assert job is not None and isinstance(job.request, JudgeRequest)
    queue.on_done(job, JudgeResult(request=job.request, quality=(), seen=("x", "y"), variety=0.2))
    second = comparison.columns[1]
    assert second.figures.quality is None and second.figures.variety == 0.2
    assert "nothing that this prompt names" in str(second.unjudged)


def test_one_column_stops_and_the_others_go_on() -> None:
    queue, runner, comparison = begun()
    first, second, third = comparison.columns
    answer(queue)
    comparison.stop_column(third)
    comparison.stop_column(first)
    stopped = runner.job
    assert stopped.cancelled.is_set() and first.cells[1].state is State.STOPPED
    queue.on_failed(stopped, Cancelled())
    # The picture that is there is measured before the second one begins.
    while not queue.is_idle:
        answer(queue)
    assert first.results and first.judged is not None and first.state is State.STOPPED
    assert second.state is State.DONE and third.state is State.STOPPED and not third.results


@pytest.mark.parametrize("way", ["stop", "queue", "clear"])
def test_stopping_all_leaves_the_queue_empty(way: str) -> None:
    queue, runner, comparison = begun()
    ended: list[bool] = []
    comparison.ended.connect(lambda: ended.append(True))
    answer(queue)
    if way == "stop":
        comparison.stop()
    elif way == "queue":
        queue.cancel_running()
    else:
        queue.clear()
    queue.on_failed(runner.job, Cancelled())
    assert queue.is_idle and not comparison.is_running and ended == [True]
    states = [cell.state for column in comparison.columns for cell in column.cells]
    assert states == [State.DONE, *[State.STOPPED] * 5]
    assert len(runner.started) == 2


def edit() -> Job:
    return Job(EditRequest(task=Task.GENERATE, prompt="x", region=Rect(0, 0, 8, 8)), "edit")


def test_an_edit_of_the_artist_goes_first_and_the_picture_begins_anew() -> None:
    queue, runner, comparison = begun()
    cell = comparison.columns[0].cells[0]
    picture = np.zeros((1, 8, 8, 3), np.uint8)
    queue.on_progress(runner.job, ProgressEvent(0.5, "Painting", picture))
    assert cell.fraction == 0.5 and cell.picture is not None
    mine, theirs = runner.job, edit()
    queue.add(theirs)
    assert mine.cancelled.is_set(), "it stops within a step"
    queue.on_failed(mine, Cancelled())
    assert queue.running is theirs and cell.fraction == 0.0 and cell.picture is None
    assert cell.state is State.RUNNING and comparison.is_running
    queue.on_done(theirs, EditResult(request=theirs.request, images=(), seeds=()))  # type: ignore[arg-type]
    assert queue.running is mine and not mine.cancelled.is_set()
    while not queue.is_idle:
        answer(queue)
    assert all(column.state is State.DONE for column in comparison.columns)


def test_emptying_the_queue_while_it_waits_ends_it() -> None:
    queue, runner, comparison = begun()
    theirs = edit()
    queue.add(theirs)
    queue.on_failed(runner.job, Cancelled())
    assert queue.running is theirs
    queue.clear()
    assert not comparison.is_running


def test_a_training_gives_way_to_it() -> None:
    from studio.edit.training import TrainRequest

    runner = Held()
    queue = JobQueue(runner)
    training = queue.add(Job(TrainRequest(name="x", kind="dog", photos=(), folder=""), "train"))
    comparison = Comparison(queue)
    comparison.start("a red car", three()[:1], 1, 0)
    queue.on_failed(training, Cancelled())
    assert models(runner)[1:] == ["a"]
    while runner.job is not training or len(runner.started) == 1:
        answer(queue)
    assert queue.running is training and not comparison.is_running


@pytest.mark.parametrize(
    ("prompt", "chosen", "seed", "said"),
    [
        ("", slice(0, 3), 1, "prompt is empty"),
        ("a red car", slice(0, 0), 1, "No system is chosen"),
        ("a red car", slice(0, 3), -1, "cannot begin at the seed"),
        ("a red car", slice(0, 3), 2**64 - 1, "Seed"),
    ],
)
def test_what_cannot_begin_is_a_sentence(prompt: str, chosen: slice, seed: int, said: str) -> None:
    queue = JobQueue(Held())
    comparison = Comparison(queue)
    with pytest.raises(StudioError, match=said):
        comparison.start(prompt, three()[chosen], 2, seed)
    assert queue.is_idle and not comparison.is_running


def test_missing_and_damaged_systems_keep_their_place_with_the_reason(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged"
    damaged.mkdir()
    (damaged / "model_index.json").write_text("{")
    places = {"gan": tmp_path / "nowhere", "vae": damaged}
    real = systems_module.model_folder
    monkeypatch.setattr(systems_module, "model_folder", lambda name: places.get(name) or real(name))
    monkeypatch.setattr(
        systems_module,
        "identify",
        lambda name: identify_at(places.get(name, name)),
    )
    gone, broken = built_in_system("gan"), built_in_system("vae")
    assert "are not there" in str(gone.error) and "models --restore" in str(gone.error)
    assert broken.error is not None and not broken.can_run and broken.paper is not None
    queue = JobQueue(Held())
    comparison = Comparison(queue)
    comparison.start("a red car", [gone, three()[0], broken], 1, 1)
    while not queue.is_idle:
        answer(queue)
    states = [column.state for column in comparison.columns]
    assert states == [State.FAILED, State.DONE, State.FAILED]
    with pytest.raises(StudioError, match="are not there"):
        comparison.start("a red car", [gone, broken], 1, 1)


def identify_at(place: Path | str) -> object:
    from studio.catalog.models import identify

    return identify(place)


def test_every_built_in_system_is_offered_and_every_kind_of_model_has_its_paper() -> None:
    found = list_systems([])
    assert [one.id for one in found] == list(BUILT_IN) == list(BUILT_IN_NAMES)
    assert set(OWN_PAPERS) == set(BUILT_IN)
    assert set(FAMILIES) <= set(FAMILY_PAPERS)
    assert all(2010 < one.year < 2030 and one.title for one in FAMILY_PAPERS.values())
    assert paper_of("/models/x", "flux") is FAMILY_PAPERS["flux"]
    assert found[0].can_run
    for one in found[1:]:
        # Its files are there, or it says why not.
        assert one.spec is not None or one.error is not None


def test_systems_are_chosen_by_id_or_name() -> None:
    found = list_systems([])
    assert chosen_systems(["starter", "Lienzo Starter", "starter"], found) == (found[0],)
    with pytest.raises(StudioError):
        chosen_systems(["no such model"], found)
    spec = found[0].spec
    assert spec is not None and system_of(spec).error is None


# The chart


def test_the_chart_has_fast_at_the_right_good_at_the_top_and_varied_large() -> None:
    chart = chart_of(
        [
            ("fast", Figures(quality=0.2, seconds=0.01, variety=0.2)),
            ("slow", Figures(quality=0.9, seconds=10.0, variety=0.8)),
            ("unknown", Figures(seconds=1.0)),
        ]
    )
    fast, slow = chart.points
    assert fast.x > slow.x and slow.y > fast.y and slow.size == 1.0 and fast.size == 0.25
    assert chart.left_out == ("unknown",)
    assert all(0 <= one.x <= 1 and 0 <= one.y <= 1 for one in chart.points)
    places = [tick.place for tick in chart.seconds]
    assert 2 <= len(places) <= 8 and places == sorted(places, reverse=True)
    assert [tick.text for tick in chart.seconds if tick.text == "1 s"]
    assert chart_of([]) == Chart() and not chart_of([("x", Figures())]).points
    one = chart_of([("only", Figures(quality=1.0, seconds=0.0, variety=0.0))])
    assert one.points[0].size == 0.0 and 0 < one.points[0].x < 1


def test_labels_of_the_chart_do_not_cover_each_other() -> None:
    circles = [Circle(100 + 3 * n, 60 + 2 * n, 6, 70, 14) for n in range(4)]
    boxes = [
        (x, y, x + one.width, y + one.height)
        for one, (x, y) in zip(circles, label_places(circles, 300, 200), strict=True)
    ]
    for number, box in enumerate(boxes):
        assert box[0] >= 0 and box[1] >= 0 and box[2] <= 300 and box[3] <= 200
        for other in boxes[:number]:
            apart = (
                box[2] <= other[0] or other[2] <= box[0] or box[3] <= other[1] or other[3] <= box[1]
            )
            assert apart


# The sheet, and taking a picture


def test_the_sheet_shows_every_picture_and_its_ending_decides_the_format(tmp_path: Path) -> None:
    red = np.full((64, 64, 3), (250, 10, 10), np.uint8)
    wide = np.full((40, 80, 3), (10, 10, 250), np.uint8)
    columns = [
        SheetColumn("One", "2021", (red, wide), ("quality 50 %",)),
        SheetColumn("Two " * 30, "2022", (None, red), ("a long line of words " * 6,)),
    ]
    chart = chart_of([("One", Figures(quality=0.5, seconds=1.0, variety=0.5))])
    sheet = draw_sheet("a red car", columns, chart, ChartWords("t", "x", "y", "e"))
    assert ((sheet == (250, 10, 10)).all(axis=2)).sum() > 2 * 150 * 150
    assert ((sheet == (10, 10, 250)).all(axis=2)).sum() > 150 * 70
    empty = draw_sheet("a red car", columns, Chart(), ChartWords("t", "x", "y", "e"))
    assert empty.shape == sheet.shape and not np.array_equal(empty, sheet)
    for name, kind in (("a.png", "PNG"), ("a.jpg", "JPEG"), ("a.webp", "WEBP")):
        write_sheet(sheet, tmp_path / name)
        with Image.open(tmp_path / name) as read:
            assert read.format == kind and read.size == (sheet.shape[1], sheet.shape[0])
    for name in ("a.ora", "a", "no/a.png"):
        with pytest.raises(StudioError):
            write_sheet(sheet, tmp_path / name)


def test_no_path_of_this_machine_gets_into_a_sheet() -> None:
    place = Path("/home/ana/models/big")
    said = shareable(f"The weight file {place}/unet/x.safetensors of {place} is missing.", place)
    assert said == "The weight file unet/x.safetensors of big is missing."
    gone = missing_error("VAE (small)")
    assert shareable(str(gone), place).endswith("Close Lienzo and run: lienzo models --restore")


def taken() -> tuple[EditResult, Session]:
    queue, _, comparison = begun()
    answer(queue)
    answer(queue)
    found = single(comparison.columns[0].cells[1])
    assert found is not None and single(comparison.columns[1].cells[0]) is None
    session = Session(Held(), Settings(None))
    session.new(300, 200)
    return found, session


def test_a_picture_becomes_a_layer_with_its_recipe_or_a_result_in_the_tray() -> None:
    result, session = taken()
    before = session.document
    take_layer(session, result)
    (layer,) = session.document.layers
    assert isinstance(layer, GenerativeLayer)
    assert layer.recipe["model"] == "a" and layer.recipe["sampling"]["seed"] == 6
    bounds = layer.raster.bounds()
    assert bounds.x + bounds.width // 2 == 150 and bounds.y + bounds.height // 2 == 100
    session.undo()
    assert session.document.layers == before.layers
    send_to_tray(session, result)
    (item,) = session.tray.items
    assert item.seed == 6 and np.array_equal(item.image, result.images[0])
    session.apply(item.id)
    assert len(session.document.layers) == 1


def test_the_systems_know_the_starters_words_and_name_its_licences() -> None:
    words = Vocabulary.load("starter")
    for name in SYSTEMS:
        assert Vocabulary.load(name).concepts("es") == words.concepts("es") != ()
    spec = built_in_system("starter").spec
    assert spec is not None
    card = load_card(replace(spec, id="gan", path=Path("nowhere")), "en")
    assert card.licences == load_card(spec, "en").licences is not None
    assert len(card.things) > 300
