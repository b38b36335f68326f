"""The window with its engine in a process of its own: what a death of either leaves behind.

The children are real ones with the starter's weights, killed as the kernel kills them when memory
runs out.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from calm_subjects import photos
from conftest import close, make_ready, picture, until
from PySide6.QtWidgets import QMessageBox

from studio import app
from studio.core.progress import ProgressEvent
from studio.core.settings import Settings
from studio.document.render.compositor import warm_up
from studio.edit.request import Task
from studio.edit.training import TrainSettings
from studio.session.jobs import Job, JobState
from studio.session.losses import Loss
from studio.session.training_plans import make_request
from studio.ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
LEARNS = TrainSettings(steps=200, batch=2, resolution=64, rank=4, sample_every=100)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGKILL")


@pytest.fixture
def own(qapp: object, home: Path) -> Iterator[MainWindow]:
    """Give a window as the program has it, with a picture, a mask and a prompt."""
    made = app.build(Settings(home / "settings.json"))
    made.show()
    warm_up()
    made.documents.start_painting()
    made.session.adopt(picture(), None)
    make_ready(made)
    settings = made.prompt.settings
    sampling = replace(settings.sampling, steps=3, sampler="ddim", seed=7, variations=2)
    made.prompt.show_settings(replace(settings, sampling=sampling))
    yield made
    close(made)
    assert not child_processes()


def child_processes() -> list[psutil.Process]:
    """Return the engine's processes of this one."""
    found = []
    for one in psutil.Process().children():
        with suppress(psutil.NoSuchProcess):
            if "spawn_main" in " ".join(one.cmdline()):
                found.append(one)
    return found


def kill_when(window: MainWindow, job: Job, text: str, number: int = signal.SIGKILL) -> None:
    """End the engine's process at the first report of ``job`` with a text."""
    killed: list[int] = []

    def look(running: Job, event: ProgressEvent) -> None:
        if running is job and event.text == text and not killed:
            [child] = child_processes()
            killed.append(child.pid)
            child.send_signal(number)

    window.session.queue.progressed.connect(look)
    until(lambda: job.state in (JobState.FAILED, JobState.DONE))
    window.session.queue.progressed.disconnect(look)
    assert killed, "it came that far"


PHASES = {
    "loading": "Loading the model",
    "denoising": "Painting",
    "decoding": "Finishing the picture",
}


def test_a_killed_engine_is_a_sentence_and_the_waiting_job_goes_on(own: MainWindow) -> None:
    window, session = own, own.session
    for number, (phase, text) in enumerate(PHASES.items(), 1):
        before = session.document
        job = session.submit(Task.FILL)
        waiting = session.submit(Task.FILL)
        kill_when(window, job, text)
        assert job.state is JobState.FAILED, phase
        assert len(window.messages.errors) == 1 and "memory ran out" in window.messages.errors[0]
        assert session.document is before and window.findChild(QMessageBox, "crash") is None
        until(lambda: session.queue.is_idle)
        assert waiting.state is JobState.DONE, phase
        assert len(session.tray.items) == 2 * number
        assert not window.messages.errors, "the same work went well"
        # The next job loads the model again; it notices the death of an idle child by itself.
        child_processes()[0].kill()


def test_a_crashed_engine_is_told_from_one_without_memory(own: MainWindow, home: Path) -> None:
    job = own.session.submit(Task.FILL)
    kill_when(own, job, "Painting", signal.SIGSEGV)
    assert len(own.messages.errors) == 1
    assert "SIGSEGV" in own.messages.errors[0] and "memory" not in own.messages.errors[0]
    assert "Segmentation fault" in (home / "log" / "crash.log").read_text()


def test_a_killed_training_leaves_what_waits_behind_it(own: MainWindow, tmp_path: Path) -> None:
    session = own.session
    request = make_request("luna", "ball", photos(tmp_path), "starter", LEARNS, session.subjects)
    training = session.queue.add(Job(request, "luna"))
    edits: list[Job] = []

    def ask(job: Job, event: ProgressEvent) -> None:
        # Held back, so that the training does not give way to it.
        if event.text == "Learning" and not edits:
            edits.append(Job(session.request(Task.FILL), "later", owner=session))
            session.queue._waiting.append(edits[0])

    session.queue.progressed.connect(ask)
    kill_when(own, training, "Learning")
    assert training.state is JobState.FAILED
    assert "memory ran out" in own.messages.errors[0]
    until(lambda: session.queue.is_idle)
    assert edits[0].state is JobState.DONE


def test_a_killed_warm_up_says_so_and_the_next_job_works(own: MainWindow) -> None:
    from studio.ui.window.startup import Startup

    startup = Startup(own, (), warm_up=False)
    own.engine.warmed.connect(startup._on_warmed)
    own.engine.warm_up("starter")
    until(child_processes)
    child_processes()[0].kill()
    until(lambda: own.messages.errors)
    assert "memory ran out" in own.messages.errors[0]
    own.engine.warm_up("starter")
    until(lambda: own.engine.build_info)
    assert own.engine.build_info.startswith("torch ")
    pid = own.engine.engine_pid()
    assert pid == child_processes()[0].pid
    own.status.engine_pid, alone = (lambda: None), own.status.engine_pid
    own.status.show_memory()
    window_alone = own.status.memory.text()
    own.status.engine_pid = alone
    own.status.show_memory()
    assert own.status.memory.text() != window_alone, "torch and the model count as well"
    own.session.submit(Task.FILL)
    until(lambda: own.session.queue.is_idle)
    assert len(own.session.tray.items) == 2


def test_the_window_closes_during_a_job_and_takes_the_engine_along(
    own: MainWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = own.session
    settings = session.edit_settings
    session.edit_settings = replace(settings, sampling=replace(settings.sampling, steps=400))
    asked: list[Loss] = []

    def discard(parent: object, loss: Loss, *, quits: bool) -> QMessageBox.StandardButton:
        asked.append(loss)
        return QMessageBox.StandardButton.Discard

    monkeypatch.setattr("studio.ui.documents.files.ask_to_save", discard)
    job = session.submit(Task.FILL)
    until(lambda: job.text == "Painting")
    children = child_processes()
    assert own.close() and own.stopped_cleanly
    assert [loss.jobs for loss in asked] == [1] and job.cancelled.is_set()
    assert len(children) == 1 and not psutil.wait_procs(children, 10)[1]


def test_an_engine_that_does_not_listen_is_killed_at_the_end(own: MainWindow) -> None:
    """Stopped, as one whose driver hangs: no signal but SIGKILL reaches it."""
    job = own.session.submit(Task.FILL)
    until(lambda: job.text == "Painting")
    child_processes()[0].send_signal(signal.SIGSTOP)
    assert own.engine.stop(0.5) and not own.engine.is_running
    assert not child_processes()


PROGRAM = """
import os, sys
from dataclasses import replace
from pathlib import Path
sys.path[:0] = [sys.argv[1], sys.argv[1] + "/packaging", sys.argv[1] + "/tests/ui"]

def main():
    from journeys.driving import close, drag, until
    from studio import app
    from studio.edit.request import Task
    from studio.ui.documents.sample import sample_photo
    window = app.build()
    app.start(window)
    until(lambda: window.has_document and window.engine.build_info)
    settings = window.prompt.settings
    steps = int(sys.argv[2])
    sampling = replace(settings.sampling, steps=steps, sampler="ddim", seed=7, variations=1)
    window.prompt.show_settings(replace(settings, prompt="a teddy bear", sampling=sampling))
    job = window.session.submit(Task.GENERATE)
    until(lambda: job.text == "Painting" or window.session.queue.is_idle)
    print("painting", flush=True)
    until(lambda: window.session.queue.is_idle)
    assert window.session.tray.items
    print(sorted({"torch", "diffusers", "transformers"} & sys.modules.keys()), flush=True)
    close(window)

if __name__ == "__main__":
    main()
"""


def started(tmp_path: Path, steps: int) -> subprocess.Popen[str]:
    """Start the whole program in a process of its own."""
    (tmp_path / "program.py").write_text(PROGRAM)
    return subprocess.Popen(
        [sys.executable, str(tmp_path / "program.py"), str(ROOT), str(steps)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def without_qt(text: str) -> str:
    """Return what was written to stderr without what the offscreen platform says."""
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("This plugin does not support"))


def test_the_window_never_imports_torch(tmp_path: Path) -> None:
    out, err = started(tmp_path, 2).communicate(timeout=600)
    assert (out.splitlines(), without_qt(err)) == (["painting", "[]"], "")


def test_a_killed_window_takes_the_engine_along_and_leaves_no_shared_memory(
    tmp_path: Path,
) -> None:
    names = set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()
    window = started(tmp_path, 900)
    assert window.stdout is not None and window.stderr is not None
    assert window.stdout.readline() == "painting\n"
    children = psutil.Process(window.pid).children(recursive=True)
    assert children
    window.kill()
    window.wait(20)
    assert not psutil.wait_procs(children, 20)[1]
    assert without_qt(window.stderr.read()) == ""
    window.stdout.close()
    window.stderr.close()
    if names:
        assert set(os.listdir("/dev/shm")) <= names
