"""How soon the window is there, and how fluid it stays: prints a markdown table.

Run as a program: ``python tests/benchmarks/bench_window.py``. Start-up is the median of fresh
processes, ours and a bare PySide6 main window in turns, from the start of the process to the first
paint. The gaps are the longest times between two paints of a canvas that asks for one every 10 ms.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
LIMIT = 1.6

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
window.canvas.start_painting()
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
print(json.dumps(out), flush=True)
import os
os._exit(0)
"""


def seconds(code: str, environment: dict[str, str]) -> float:
    """Return how long a fresh process took."""
    begin = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], env=environment, cwd=ROOT, check=True)
    return time.perf_counter() - begin


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            "QT_QPA_PLATFORM": "offscreen",
            **os.environ,
            "LIENZO_HOME": home,
            "PYTHONPATH": str(ROOT),
            "QT_LOGGING_RULES": "qt.qpa.*=false",
        }
        codes = [WATCH + code for code in (BARE, SHOWN, FURNISHED)]
        for code in codes:
            seconds(code, environment)
        rounds = [[seconds(code, environment) for code in codes] for _ in range(ROUNDS)]
        bare, shown, furnished = (statistics.median(column) for column in zip(*rounds, strict=True))
        done = subprocess.run(
            [sys.executable, "-c", GAPS],
            env=environment,
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        )
        gaps = json.loads(done.stdout.splitlines()[-1])
    print("| measure | value | target |\n|---|---|---|")
    print(f"| bare PySide6 main window, first paint | {bare:.2f} s | |")
    print(f"| Lienzo's window shown, first paint | {shown:.2f} s | |")
    print(f"| ratio | {shown / bare:.2f} | at most {LIMIT} |")
    print(f"| Lienzo's window with panels and canvas painted | {furnished:.2f} s | |")
    for name, (longest, took) in gaps.items():
        label = f"longest gap between two paints, {name} ({took:.1f} s)"
        print(f"| {label} | {longest * 1000:.0f} ms | |")


if __name__ == "__main__":
    main()
