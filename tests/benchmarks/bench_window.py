"""How soon the window is there, and how fluid it stays: prints a markdown table.

Run as a program: ``python tests/benchmarks/bench_window.py [--gaps] [--rounds N]``. Start-up is the
median of fresh processes, ours and a bare PySide6 main window in turns, from the start of the
process to the first paint. The gaps are the longest times between two paints of a canvas that asks
for one every 10 ms: on an idle machine and beside one process a core that does nothing but compute,
the median and the worst of fresh processes. ``--gaps`` leaves start-up out.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
LIMIT = 1.6
GAP_ROUNDS = 3
GAP_LIMIT_MS = 30

WATCH = """
import os
from PySide6.QtCore import QEvent, QObject
class Watch(QObject):
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            os._exit(0)
        return False
watch = Watch()
"""

BARE = """
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow()
window.resize(1440, 900)
window.installEventFilter(watch)
window.show()
app.exec()
"""

SHOWN = """
from studio import app
window = app.frame()
window.installEventFilter(watch)
window.show()
app.application().exec()
"""

FURNISHED = """
from studio import app
window = app.frame()
window.show()
app.application().processEvents()
app.furnish(window)
window.canvas.installEventFilter(watch)
app.application().exec()
"""

GAPS = """
import json, time
from dataclasses import replace
import numpy as np
from PySide6.QtCore import QEvent, QEventLoop, QObject, QTimer
from studio import app
from studio.core.geometry import Rect
from studio.document.render.compositor import warm_up
from studio.document.raster import Raster
from studio.edit.request import Task
from studio.ui.documents.sample import sample_photo
window = app.build()
window.show()
warm_up()
window.documents.start_painting()
window.session.open(sample_photo())
class Watch(QObject):
    times = []
    def eventFilter(self, watched, event):
        if event.type() is QEvent.Type.Paint:
            self.times.append(time.perf_counter())
        return False
watch = Watch()
window.canvas.installEventFilter(watch)
timer = QTimer()
timer.timeout.connect(window.canvas.update)
timer.start(10)
def until(condition):
    loop = QEventLoop()
    while not condition():
        QTimer.singleShot(20, loop.quit)
        loop.exec()
def gap(begin, condition):
    until(lambda: len(watch.times) > 5)
    watch.times.clear()
    begun = time.perf_counter()
    begin()
    until(condition)
    seconds = time.perf_counter() - begun
    until(lambda n=len(watch.times): len(watch.times) > n)
    times = watch.times
    return max(b - a for a, b in zip(times, times[1:])), seconds
def rest():
    end = time.perf_counter() + 2
    return gap(lambda: None, lambda: time.perf_counter() > end)
out = {"idle": rest()}
warmed = []
window.engine.warmed.connect(warmed.append)
out["warm-up"] = gap(lambda: window.engine.warm_up("starter"), lambda: warmed)
document = window.session.document
mask = Raster.filled(Rect(442, 12, 148, 148), 255)
window.session.history.amend(document.replace(mask=mask))
settings = window.session.edit_settings
sampling = replace(settings.sampling, steps=6, variations=1, seed=1, sampler="ddim")
window.session.edit_settings = replace(settings, prompt="a teddy bear", sampling=sampling)
out["job"] = gap(lambda: window.session.submit(Task.FILL), lambda: window.session.queue.is_idle)
seen = []
def look(job, event):
    if event.preview is not None:
        seen.append(time.perf_counter())
window.session.queue.progressed.connect(look)
begun = time.perf_counter()
window.session.submit(Task.FILL)
until(lambda: seen)
out["first preview"] = (seen[0] - begun, 0.0)
until(lambda: window.session.queue.is_idle)
print(json.dumps(out), flush=True)
import os
window.engine.stop(20)
os._exit(0)
"""

BURNER = "while True: pass"


@contextmanager
def burners(count: int) -> Iterator[None]:
    """Keep so many processes computing."""
    running = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(count)]
    try:
        yield
    finally:
        for one in running:
            one.kill()
            one.wait()


def seconds(code: str, environment: dict[str, str]) -> float:
    """Return how long a fresh process took."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)
    return time.perf_counter() - begin


def gaps(environment: dict[str, str]) -> dict[str, list[float]]:
    """Return the longest gap and the seconds of each kind of work in a fresh process."""
    done = subprocess.run(
        [sys.executable, "-c", GAPS],
        env=environment,
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    found: dict[str, list[float]] = json.loads(done.stdout.splitlines()[-1])
    return found


def show_start(environment: dict[str, str], rounds: int) -> None:
    """Measure and print how soon the window is there."""
    codes = [WATCH + code for code in (BARE, SHOWN, FURNISHED)]
    for code in codes:
        seconds(code, environment)
    taken = [[seconds(code, environment) for code in codes] for _ in range(rounds)]
    bare, shown, furnished = (statistics.median(column) for column in zip(*taken, strict=True))
    print(f"| bare PySide6 main window, first paint | {bare:.2f} s | |")
    print(f"| Lienzo's window shown, first paint | {shown:.2f} s | |")
    print(f"| ratio | {shown / bare:.2f} | at most {LIMIT} |")
    print(f"| Lienzo's window with panels and canvas painted | {furnished:.2f} s | |")


def show_gaps(environment: dict[str, str]) -> None:
    """Measure and print how fluid the window stays."""
    for beside, count in (("", 0), (", beside a burner a core", os.cpu_count() or 1)):
        with burners(count):
            taken = [gaps(environment) for _ in range(GAP_ROUNDS)]
        for name in taken[0]:
            longest = [1000 * one[name][0] for one in taken]
            took = statistics.median(one[name][1] for one in taken)
            value = f"{statistics.median(longest):.0f} ms, worst {max(longest):.0f} ms"
            if name == "first preview":
                print(f"| from Generate to the first preview{beside} | {value} | |")
                continue
            label = f"longest gap between two paints, {name}{beside} ({took:.1f} s)"
            limit = f"at most {GAP_LIMIT_MS} ms" if name == "warm-up" else ""
            print(f"| {label} | {value} | {limit} |")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--gaps", action="store_true")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "QT_QPA_PLATFORM": "offscreen",
            **os.environ,
            "LIENZO_HOME": home,
            "PYTHONPATH": str(ROOT),
            "QT_LOGGING_RULES": "qt.qpa.*=false",
        }
        print("| measure | value | target |\n|---|---|---|")
        if not options.gaps:
            show_start(environment, options.rounds)
        show_gaps(environment)


if __name__ == "__main__":
    main()
