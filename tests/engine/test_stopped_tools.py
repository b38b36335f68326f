"""Photo tools that are stopped in any phase, or whose process is killed, work again at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest
import torch
from photo_tool_contract import ASSETS, PLACES, TOOLS, one_layer

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings
from studio.document.document import Document
from studio.engine.engine import Engine
from studio.engine.process.process_engine import ProcessEngine
from studio.session.jobs import InlineRunner, Job, Result
from studio.session.session import Session

pytestmark = pytest.mark.needs_asset(*ASSETS)

USED = {
    "select": "nothing",
    "subject": "nothing",
    "cutout": "nothing",
    "matte": "a thing",
    "remove": "a thing",
    "lift": "nothing",
    "enlarge": "nothing",
    "denoise": "nothing",
    "style": "nothing",
}
"""The place that each tool is used at."""


def document_for(tool: str) -> Document:
    return one_layer(PLACES[USED[tool]]())


class Watched:
    """An engine that counts its reports, and stops the job at the one with the number ``stop``."""

    def __init__(self, engine: Engine) -> None:
        self.engine, self.stop, self.reports = engine, -1, 0

    def run(self, request: object, progress: Progress) -> Result:
        """Run one request."""
        self.reports = 0

        def listen(event: ProgressEvent) -> None:
            if self.reports == self.stop:
                progress.cancel()
            self.reports += 1

        # A child progress has the flag of the job.
        inner = Progress(listen, progress._cancelled)
        return self.engine.run(request, inner)  # type: ignore[call-overload,no-any-return]


def session_of(runner: InlineRunner, document: Document) -> tuple[Session, list[BaseException]]:
    session = Session(runner, Settings(None))
    session.begin(document)
    errors: list[BaseException] = []
    session.queue.failed.connect(lambda job, error: errors.append(error))
    session.failed.connect(errors.append)
    return session, errors


def hooks(engine: Engine) -> int:
    """Return the hooks that are left on the networks that the engine keeps."""
    found = 0
    for one in engine._networks._loaded.values():
        for value in (one, getattr(one, "network", None)):
            if isinstance(value, torch.nn.Module):
                found += sum(len(layer._forward_pre_hooks) for layer in value.modules())
    return found


@pytest.mark.parametrize("tool", USED)
def test_a_tool_stopped_in_any_phase_changes_nothing_and_works_again(tool: str) -> None:
    engine = Watched(Engine("cpu"))
    runner = InlineRunner(engine)
    document = document_for(tool)
    session, errors = session_of(runner, document)
    # While it loads: the first report comes before anything else.
    engine.stop = 0
    TOOLS[tool](session)
    assert [type(error) for error in errors] == [Cancelled]
    assert session.document is document and not session.tray.items
    engine.stop = -1
    TOOLS[tool](session)
    count, threads = engine.reports, threading.active_count()
    wanted = [(one.name, one.bounds()) for one in session.document.layers]
    assert len(errors) == 1 and count > 1
    for stop in sorted({count // 2, count - 1}):
        document = document_for(tool)
        session, errors = session_of(runner, document)
        engine.stop = stop
        TOOLS[tool](session)
        assert all(isinstance(error, Cancelled) for error in errors)
        assert session.document.layers == document.layers
        assert session.document.selection is document.selection
        assert session.queue.is_idle and not hooks(engine.engine)
        engine.stop = -1
        TOOLS[tool](session)
        assert [(one.name, one.bounds()) for one in session.document.layers] == wanted
    assert threading.active_count() <= threads


@pytest.fixture
def child() -> Iterator[ProcessEngine]:
    engine = ProcessEngine()
    yield engine
    engine.close()


def test_a_killed_engine_is_a_sentence_and_the_next_one_does_the_work(
    child: ProcessEngine,
) -> None:
    runner = InlineRunner(child)
    killed: list[int] = []

    def kill(job: Job, event: ProgressEvent) -> None:
        if armed and child.pid is not None:
            armed.clear()
            killed.append(child.pid)
            os.kill(child.pid, signal.SIGKILL)

    armed: list[bool] = []
    for tool in ("select", "subject", "lift", "remove", "enlarge", "style"):
        document = document_for(tool)
        session, errors = session_of(runner, document)
        session.queue.progressed.connect(kill)
        armed.append(True)
        TOOLS[tool](session)
        assert {type(error) for error in errors} == {StudioError}, tool
        assert "picture is untouched" in str(errors[0])
        assert session.document is document and session.queue.is_idle
        errors.clear()
        TOOLS[tool](session)
        assert not errors and session.document is not document, tool
    assert len(set(killed)) == len(killed) == 6
