"""The engine in a child process, with real weights: the same answers as in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from conftest import MakeRequest

from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.annotate import AnnotateRequest
from studio.edit.request import Task
from studio.engine.engine import Engine
from studio.engine.process.process_engine import EngineBugError, ProcessEngine


@pytest.fixture(scope="module")
def apart() -> Iterator[ProcessEngine]:
    """An engine in a child that the tests of this module share."""
    made = ProcessEngine()
    yield made
    made.close()
    assert not child_processes()


def child_processes() -> list[psutil.Process]:
    """Return the engine's processes of this one; the resource tracker of multiprocessing stays."""
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(one.cmdline()):
                found.append(one)
    return found


def test_the_child_answers_as_the_engine_does(
    apart: ProcessEngine, engine: Engine, ask: MakeRequest
) -> None:
    request = ask(Task.FILL, sampling={"variations": 2})
    events: list[ProgressEvent] = []
    mine = engine.run(request)
    theirs = apart.run(request, Progress(events.append))
    assert all(map(np.array_equal, mine.images, theirs.images))
    assert theirs.seeds == mine.seeds and theirs.notes == mine.notes
    assert set(theirs.timings) == set(mine.timings)
    assert theirs.request.image is request.image and theirs.request.mask is request.mask
    assert theirs.request.model_file == mine.request.model_file is not None
    painting = [one for one in events if one.text == "Painting"]
    assert len(painting) == 4 and all(one.preview is not None for one in painting)
    assert events == sorted(events, key=lambda one: one.fraction) and events[-1].fraction == 1
    assert str(engine.build_info()).split(",")[0] in apart.build_info()


def test_the_child_opens_no_connection(apart: ProcessEngine, ask: MakeRequest) -> None:
    apart.run(ask(sampling={"steps": 1}), Progress())
    assert apart.pid is not None
    assert psutil.Process(apart.pid).net_connections("inet") == []


def test_a_refusal_keeps_its_sentence_and_the_child_goes_on(
    apart: ProcessEngine, engine: Engine, ask: MakeRequest, tmp_path: Path
) -> None:
    refused = ask(model=str(tmp_path / "gone"))
    pid = apart.pid
    with pytest.raises(StudioError) as here:
        engine.run(refused)
    with pytest.raises(StudioError) as there:
        apart.run(refused, Progress())
    assert (there.value.message, there.value.hint) == (here.value.message, here.value.hint)
    assert str(there.value) == str(here.value)
    assert apart.run(ask(sampling={"steps": 1}), Progress()).images and apart.pid == pid


def test_a_bug_brings_its_traceback_for_the_log(apart: ProcessEngine, ask: MakeRequest) -> None:
    with pytest.raises(EngineBugError) as caught:
        apart.run(ask(sampling={}).replace(sampling="nonsense"), Progress())
    assert "AttributeError" in str(caught.value)
    assert "engine.py" in str(caught.value.__cause__)


def test_cancel_comes_within_a_step(apart: ProcessEngine, ask: MakeRequest) -> None:
    """Asked from another thread in the second step of many, as the window does."""
    asked, steps = threading.Event(), []

    def look(event: ProgressEvent) -> None:
        if event.text == "Painting":
            steps.append(time.monotonic())
            if len(steps) == 2:
                asked.set()

    long = ask(sampling={"steps": 400}, region=Rect(0, 0, 256, 256))
    with pytest.raises(Cancelled):
        apart.run(long, Progress(look, asked))
    took = time.monotonic() - steps[1]
    step = steps[1] - steps[0]
    assert len(steps) == 2 and took < 60 * step + 1, "not all the 400 steps"
    assert apart.run(ask(sampling={"steps": 1}), Progress()).images


def test_an_annotation_gets_its_picture_here_and_its_map_there(apart: ProcessEngine) -> None:
    class Still:
        made_in = 0

        def __call__(self) -> Any:
            self.made_in = os.getpid()
            picture = np.zeros((64, 64, 3), np.uint8)
            picture[20:40, 20:40] = 255
            return picture

    still = Still()
    request = AnnotateRequest("canny", "canny", still, Rect(0, 0, 64, 64))
    result = apart.run(request, Progress())
    assert still.made_in == os.getpid() and result.request is request
    assert result.picture.shape == (64, 64, 3) and result.picture.any()


def test_a_child_that_died_while_idle_is_replaced_without_a_word(
    apart: ProcessEngine, ask: MakeRequest
) -> None:
    apart.run(ask(sampling={"steps": 1}), Progress())
    pid = apart.pid
    [child] = child_processes()
    child.kill()
    while child.status() != psutil.STATUS_ZOMBIE:
        time.sleep(0.01)
    assert apart.run(ask(sampling={"steps": 1}), Progress()).images
    assert apart.pid not in (None, pid)


def test_a_cancel_while_torch_loads_comes_at_once_and_keeps_the_child(ask: MakeRequest) -> None:
    made, asked = ProcessEngine(), threading.Event()
    threading.Timer(0.2, asked.set).start()
    begun = time.monotonic()
    with pytest.raises(Cancelled):
        made.run(ask(), Progress(None, asked))
    assert not made.build_info(), "torch was still loading"
    pid = made.pid
    assert time.monotonic() - begun < 5 and pid is not None and psutil.pid_exists(pid)
    made.kill()
    with pytest.raises(Cancelled):
        made.run(ask(), Progress())
    made.close()


LOCK = """
from studio.engine.process.child import _make_engine
_make_engine()
from tqdm.auto import tqdm
print(type(tqdm.get_lock()).__module__)
"""


def test_progress_bars_of_libraries_make_no_semaphore_that_a_kill_would_leave() -> None:
    done = subprocess.run([sys.executable, "-c", LOCK], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("_thread\n", "")


ORPHAN = """
import sys
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.core.geometry import Rect
from studio.engine.process.process_engine import ProcessEngine
if __name__ == "__main__":
    engine = ProcessEngine()
    said = []
    def report(event):
        if event.text == "Painting" and not said:
            said.append(print(engine.pid, "torch" in sys.modules, flush=True))
    request = EditRequest(task=Task.GENERATE, prompt="a cat", region=Rect(0, 0, 256, 256),
        sampling=Sampling(steps=1000, seed=1, sampler="ddim"))
    engine.run(request, Progress(report))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")
def test_the_child_ends_with_its_parent_and_leaves_nothing(tmp_path: Path) -> None:
    before = set(os.listdir("/dev/shm"))
    (tmp_path / "orphan.py").write_text(ORPHAN)
    parent = subprocess.Popen(
        [sys.executable, str(tmp_path / "orphan.py")],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": os.getcwd()},
    )
    assert parent.stdout is not None and parent.stderr is not None
    said = parent.stdout.readline()
    assert said, parent.stderr.read()
    pid, torch = said.split()
    assert torch == "False"
    child = psutil.Process(int(pid))
    parent.kill()
    parent.wait(20)
    gone, _ = psutil.wait_procs([child], 20)
    assert gone, "the child ends in the middle of its work"
    assert parent.stderr.read() == ""
    parent.stdout.close()
    parent.stderr.close()
    assert set(os.listdir("/dev/shm")) <= before
