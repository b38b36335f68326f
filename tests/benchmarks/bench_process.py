"""What the engine's process costs beside the engine in this process: prints a markdown table.

Run as a program: ``python tests/benchmarks/bench_process.py``. The starter makes the same pictures
in turns here and in the child; the messages alone are timed with an engine that answers at once.
"""

from __future__ import annotations

import platform
import statistics
import threading
import time
from multiprocessing import get_context

import numpy as np
import psutil

from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, EditResult, Sampling, Task
from studio.engine.process.channel import Channel
from studio.engine.process.messages import Done, Progressed, Run
from studio.engine.process.process_engine import ProcessEngine

STEPS = 20
TURNS = 5
MESSAGES = 20
SIDES = (256, 1024, 4096)


def request(side: int, steps: int = STEPS) -> EditRequest:
    """Return a request to fill the middle of a picture."""
    rng = np.random.default_rng(1)
    mask = np.zeros((side, side), np.uint8)
    mask[side // 4 : side // 2, side // 4 : side // 2] = 255
    return EditRequest(
        task=Task.FILL,
        prompt="a red ball",
        region=Rect(0, 0, side, side),
        image=rng.integers(0, 256, (side, side, 3), dtype=np.uint8),
        mask=mask,
        sampling=Sampling(steps, 3.0, "ddim", seed=1),
    )


def processor_time(pid: int | None) -> float:
    """Return the seconds that a process has computed; None is this one."""
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def messages(side: int) -> tuple[float, float]:
    """Return the median seconds of a request with its result, and of a report with a preview."""
    ours, theirs = (Channel(one) for one in get_context("spawn").Pipe(duplex=True))
    asked = request(side)
    preview = np.zeros((1, 64, 64, 3), np.uint8)

    def answer() -> None:
        while True:
            try:
                message, arrays = theirs.receive()
            except EOFError:
                return
            if isinstance(message, Progressed):
                theirs.send(message)
                continue
            known = (message.request, *arrays)
            image = np.empty_like(arrays[0])
            theirs.send(Done(1, EditResult(request=known[0], images=(image,), seeds=(1,))), known)

    threading.Thread(target=answer, daemon=True).start()
    whole, reports = [], []
    for _ in range(MESSAGES):
        begin = time.perf_counter()
        arrays = ours.send(Run(1, asked))
        ours.receive((asked, *arrays))
        whole.append(time.perf_counter() - begin)
        begin = time.perf_counter()
        ours.send(Progressed(1, ProgressEvent(0.5, "Painting", preview)))
        ours.receive()
        reports.append(time.perf_counter() - begin)
    ours.close()
    return statistics.median(whole), statistics.median(reports)


def main() -> None:
    """Measure and print."""
    from studio.engine.engine import Engine

    here, apart = Engine(), ProcessEngine()
    for one in (here, apart):
        one.run(request(256, 2), Progress())
    print(f"{platform.platform()}, {apart.build_info()}\n\n| measure | value |\n|---|---|")
    taken: list[tuple[float, ...]] = []
    for _ in range(TURNS):
        times: list[float] = []
        for one, pid in ((here, None), (apart, apart.pid)):
            begin, used = time.perf_counter(), processor_time(pid)
            result = one.run(request(256), Progress(lambda event: None))
            times += [time.perf_counter() - begin, processor_time(pid) - used]
        taken.append((*times, times[2] - result.timings["total"]))
    columns = list(zip(*taken, strict=True))
    plain, plain_cpu, process, process_cpu, beside = map(statistics.median, columns)
    print(f"| {STEPS} steps in this process | {plain:.3f} s |")
    print(f"| {STEPS} steps in the child | {process:.3f} s |")
    print(f"| ratio | {process / plain:.3f} |")
    print(f"| ratio of the fastest turns | {min(columns[2]) / min(columns[0]):.3f} |")
    print(f"| ratio of processor time | {process_cpu / plain_cpu:.3f} |")
    print(f"| of that beside the engine's own time | {1000 * beside:.1f} ms |")
    for side in SIDES:
        whole, report = messages(side)
        print(f"| request and result of {side} x {side} | {1000 * whole:.1f} ms |")
    print(f"| a report with a preview, there and back | {1000 * report:.2f} ms |")
    apart.close()


if __name__ == "__main__":
    main()
