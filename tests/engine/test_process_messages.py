"""Messages between the window's process and the engine's: plain data, arrays by shared memory."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.catalog.hashes import FileId
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Listed, notice
from studio.core.progress import ProgressEvent
from studio.edit.annotate import AnnotateRequest, Made
from studio.edit.request import AdapterUse, ControlUse, EditRequest, EditResult, Task
from studio.engine.process.channel import Channel
from studio.engine.process.child import _portable
from studio.engine.process.messages import Done, Failed, Progressed, Run
from studio.engine.process.packing import pack, unpack
from studio.engine.process.process_engine import death


def ends() -> tuple[Channel, Channel]:
    """Return the two ends of a pipe."""
    return tuple(map(Channel, multiprocessing.get_context("spawn").Pipe(duplex=True)))  # type: ignore[return-value]


def passed(message: Any, known: tuple[Any, ...] = ()) -> Any:
    """Return a message as it arrives at the other end."""
    here, there = ends()
    sender = threading.Thread(target=here.send, args=(message, known))
    sender.start()
    arrived, _ = there.receive(known)
    sender.join()
    here.close()
    there.close()
    return arrived


def request(size: int = 64) -> EditRequest:
    rng = np.random.default_rng(1)
    image = rng.integers(0, 256, (size, size, 3), dtype=np.uint8)
    return EditRequest(
        task=Task.FILL,
        prompt="a cat",
        region=Rect(1, 2, size, size),
        image=image,
        # A view that is not contiguous, as crops and masks of layers are.
        mask=np.dstack([image] * 2)[::1, :, 3],
        controls=(ControlUse("canny", image[::-1, :, ::-1]),),
        adapters=(AdapterUse("lora", "/x.safetensors", 0.5, {"named": True}),),
        model_file=FileId("0" * 64, 5),
    )


def test_a_request_arrives_with_its_arrays_as_they_are() -> None:
    sent = request()
    got = passed(Run(3, sent)).request
    assert got.to_recipe() == sent.to_recipe() and got.task is Task.FILL
    for mine, theirs in zip(
        (sent.image, sent.mask, sent.controls[0].image),
        (got.image, got.mask, got.controls[0].image),
        strict=True,
    ):
        assert np.array_equal(mine, theirs) and mine.dtype == theirs.dtype
        assert theirs.flags.writeable and theirs.flags.owndata


def test_what_the_other_side_has_is_not_sent_back() -> None:
    sent = request()
    assert sent.image is not None
    here, there = ends()
    arrays = here.send(Run(1, sent))
    message, received = there.receive()
    known = (message.request, *received)
    changed = message.request.replace(prompt="a dog")
    result = EditResult(request=changed, images=(received[0] + 1,), seeds=(4,))
    data, back = pack(Done(1, result), known)
    assert [one.nbytes for one in back] == [sent.image.nbytes], "only the new picture goes back"
    got = unpack(data, back, (sent, *arrays)).result
    assert got.request.image is sent.image and got.request.prompt == "a dog"
    data, back = pack(Done(1, AnnotatedLike(message.request)), known)
    assert unpack(data, back, (sent, *arrays)).result.request is sent
    here.close()
    there.close()


@dataclass
class AnnotatedLike:
    request: Any


AnnotatedLike.__module__ = "studio.edit.annotate"
sys.modules["studio.edit.annotate"].AnnotatedLike = AnnotatedLike  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((0, 3), np.uint8),
        np.array(3.5, np.float32),
        np.arange(12, dtype=np.float16).reshape(3, 4).T,
        np.asfortranarray(np.arange(6).reshape(2, 3)),
        np.array([True, False]),
        np.arange(3, dtype=">i4"),
    ],
    ids=["empty", "scalar", "transposed", "fortran", "bool", "big-endian"],
)
def test_arrays_of_every_layout_arrive(array: Any) -> None:
    got = passed(Progressed(1, ProgressEvent(0.5, "x", array, {"n": np.float32(2), "a": array})))
    event = got.event
    assert np.array_equal(event.preview, array) and event.preview.shape == array.shape
    assert event.preview.dtype == array.dtype
    assert event.details["a"] is event.preview and event.details["n"] == 2


def test_errors_and_notices_keep_their_template_and_values() -> None:
    said = notice("{list} were left out", list=Listed((("luna", "LoRA"),), 2))
    error = StudioError("{path} is {n}", "Do {what}.", path=Path("/a"), n=np.float32(2), what=said)
    got = passed(Failed(1, _portable(error))).error
    assert isinstance(got, StudioError)
    assert (got.message, got.hint) == ("{path} is {n}", "Do {what}.")
    assert str(got) == str(error) and got.values["what"] == said


def test_nothing_but_plain_data_comes_out_of_a_message(tmp_path: Path) -> None:
    class Evil:
        def __reduce__(self) -> Any:
            return os.system, (f"touch {tmp_path / 'ran'}",)

    callables = (os.system, eval, subprocess.Popen, np.load, Channel, pickle.loads, Path.unlink)
    values = (subprocess.CalledProcessError(1, "x"), signal.SIGINT)
    for one in (Evil(), *callables, *values):
        data, arrays = pack(one)
        with pytest.raises(pickle.UnpicklingError, match="no plain data"):
            unpack(data, arrays)
    assert not (tmp_path / "ran").exists()
    with pytest.raises(pickle.PicklingError, match="Python objects"):
        pack(np.array([object()]))
    made = AnnotateRequest("canny", "canny", Made(np.ones((2, 2, 3), np.uint8)), Rect(0, 0, 2, 2))
    assert passed(Run(1, made)).request.picture().sum() == 12


def test_shared_memory_is_given_back_and_has_no_name() -> None:
    before, names = open_files(), shared_names()
    for _ in range(3):
        passed(Run(1, request(512)))
    assert open_files() == before and shared_names() == names


def test_the_end_of_the_other_side_is_an_end() -> None:
    here, there = ends()
    there.close()
    with pytest.raises((EOFError, OSError)):
        here.receive()
    with pytest.raises((EOFError, OSError)):
        here.send(Run(1, request()))
    here.close()


def test_a_death_says_what_to_do() -> None:
    killed, crashed = death(-signal.SIGKILL), death(-signal.SIGSEGV)
    assert "memory" in str(killed) and "memory" not in str(crashed)
    assert "SIGSEGV" in str(crashed) and "(3)" in str(death(3))
    for error in (killed, crashed, death(None)):
        assert error.hint and "\n" not in str(error)


def open_files() -> int:
    return len(os.listdir("/proc/self/fd")) if os.path.isdir("/proc/self/fd") else 0


def shared_names() -> set[str]:
    return set(os.listdir("/dev/shm")) if os.path.isdir("/dev/shm") else set()
