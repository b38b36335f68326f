"""Recognises the corpus of the tests: seconds, beside reading the same headers by safetensors.

    python tests/benchmarks/bench_recognise.py [--folder FOLDER] [--rounds N]

The corpus is written once: names and shapes of real models, and holes instead of weights. The ratio
compares the processor time of a cold scan of its safetensors files (reading, checks, recognition)
with that of the safetensors library when it only opens each file and returns the shape of every
tensor. FOLDER is a folder of your own models instead.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT))
sys.path.insert(0, str(PROJECT / "tests" / "catalog"))

from corpus import corpus  # noqa: E402
from safetensors import SafetensorError, safe_open  # noqa: E402

from studio.catalog.recognise.scan import Scanner  # noqa: E402


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of one call."""
    started = time.process_time()
    work()
    return time.process_time() - started


def by_library(files: list[Path]) -> int:
    """Return the number of tensors in the files, with the shape of each asked for."""
    count = 0
    for file in files:
        try:
            with safe_open(file, "np") as opened:
                for name in opened.keys():  # noqa: SIM118
                    count += len(opened.get_slice(name).get_shape()) >= 0
        except (SafetensorError, OSError):
            continue
    return count


def start_seconds(folder: Path, home: str) -> float:
    """Return the time until the command line knows its models, with ``folder`` among them."""
    code = (
        "import studio.app, studio.catalog.models as m; m.find_models([__import__('sys').argv[1]])"
    )
    environment = {**os.environ, "LIENZO_HOME": home, "QT_QPA_PLATFORM": "offscreen"}
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=environment)
    return time.perf_counter() - started


def main() -> None:
    """Print the measures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIENZO_HOME"] = home
        folder = options.folder or Path(home) / "models"
        if options.folder is None:
            for case in corpus():
                case.write(folder)
        measure(folder, Path(home), options.rounds)


def measure(folder: Path, home: Path, rounds: int) -> None:
    """Print the measures of one folder."""
    files = [one.path for one in Scanner().scan([folder])]
    plain = [path for path in files if path.suffix == ".safetensors" and path.is_file()]
    cold, ours, theirs, warm = [], [], [], []
    for number in range(rounds):
        cache = home / f"cache-{number}.json"
        cold.append(seconds(lambda: Scanner(cache).scan([folder])))  # noqa: B023
        warm.append(seconds(lambda: Scanner(cache).scan([folder])))  # noqa: B023
        ours.append(seconds(lambda: [Scanner().recognise(path) for path in plain]))
        theirs.append(seconds(lambda: by_library(plain)))
    print(f"files: {len(files)}, of them safetensors: {len(plain)}, tensors: {by_library(plain)}")
    print(f"cold scan: {min(cold):.2f} s (median {statistics.median(cold):.2f} s)")
    print(f"per file: {min(cold) / len(files) * 1000:.1f} ms")
    print(f"scan from the cache: {min(warm):.2f} s")
    ratios = [a / b for a, b in zip(ours, theirs, strict=True)]
    print(f"recognised / only opened by safetensors: {statistics.median(ratios):.2f}")
    empty = home / "empty"
    empty.mkdir()
    start = [
        (start_seconds(folder, str(home)), start_seconds(empty, str(home))) for _ in range(rounds)
    ]
    with_files, without = (statistics.median(one) for one in zip(*start, strict=True))
    print(f"start with these files / without: {with_files / without:.2f}")


if __name__ == "__main__":
    main()
