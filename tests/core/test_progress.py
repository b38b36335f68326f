"""Progress: parts of parts, cancelling from another thread, previews."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from studio.core.errors import Cancelled
from studio.core.progress import Progress, ProgressEvent


def test_parts_of_parts_cover_the_whole_in_order() -> None:
    events: list[ProgressEvent] = []
    whole = Progress(events.append)
    load, run = whole.sub(0.0, 0.25), whole.sub(0.25, 0.75)
    for part in (load, run.sub(0.0, 0.5), run.sub(0.5, 0.5)):
        part.report(0.0, "begins")
        part.report(1.0, "ends")
    fractions = [event.fraction for event in events]
    assert fractions == sorted(fractions)
    assert fractions[0] == 0.0 and fractions[-1] == 1.0
    assert fractions[1] == fractions[2] == 0.25


@pytest.mark.parametrize(("given", "seen"), [(-1.0, 0.5), (2.0, 1.0)])
def test_fractions_outside_are_held_inside(given: float, seen: float) -> None:
    events: list[ProgressEvent] = []
    Progress(events.append).sub(0.5, 0.5).report(given)
    assert events[0].fraction == seen


def test_a_preview_arrives_untouched() -> None:
    events: list[ProgressEvent] = []
    preview = np.arange(12, dtype=np.uint8).reshape(1, 2, 2, 3)
    Progress(events.append).report(0.5, "Step 3", preview)
    assert events[0].preview is preview
    assert events[0].text == "Step 3"


def test_cancelling_any_part_from_any_thread_stops_all_of_them() -> None:
    events: list[ProgressEvent] = []
    whole = Progress(events.append)
    part = whole.sub(0.5, 0.5)
    part.report(0.0)
    thread = threading.Thread(target=whole.cancel)
    thread.start()
    thread.join()
    assert part.is_cancelled
    with pytest.raises(Cancelled):
        part.report(0.5)
    with pytest.raises(Cancelled):
        whole.check()
    assert len(events) == 1


def test_without_a_listener_it_still_cancels() -> None:
    flag = threading.Event()
    progress = Progress(cancelled=flag)
    progress.report(0.5)
    flag.set()
    with pytest.raises(Cancelled):
        progress.report(0.6)
