"""Opens every file of some folders and says what became of each.

    python tests/benchmarks/bench_files.py FOLDER [FOLDER ...] [--suffix .psd] [--list]

Meant for the test files that other programs' sources carry. Each file is opened in a second
process, so that a crash or a hang of a decoder is one line here. A Photoshop file that has layers
and a usable merged picture is compared with it: the mean difference over white, of 255. Exit code
1 where a file crashed, hung, or was refused with words that are not for artists.
"""

from __future__ import annotations

import argparse
import collections
import hashlib
import json
import os
import re
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

SECONDS = 60
DIFFERS = 8.0
"""The mean difference, of 255, from which on a picture counts as another one."""

STRANGE = re.compile(
    r"<_io|<\w+ object| at 0x|pip install|Traceback|\w+Error\b|\bNone\b|\{|\berrno\b", re.IGNORECASE
)
"""What no sentence for an artist holds."""


def files_in(folders: list[str], suffixes: list[str]) -> list[Path]:
    """Return the files of the folders, each content once."""
    seen: set[bytes] = set()
    found = []
    for folder in folders:
        root = Path(folder)
        for path in sorted(root.rglob("*")) if root.is_dir() else [root]:
            if not path.is_file() or (suffixes and path.suffix.lower() not in suffixes):
                continue
            mark = hashlib.blake2b(path.read_bytes()).digest()
            if mark not in seen:
                seen.add(mark)
                found.append(path)
    return found


def work() -> None:
    """Open the files that are named on standard input; a JSON line for each."""
    import warnings

    warnings.simplefilter("ignore")
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    for line in sys.stdin:
        answers.write(json.dumps(look_at(Path(json.loads(line)))) + "\n")
        answers.flush()


def look_at(path: Path) -> dict[str, Any]:
    """Return what opening a file gives."""
    from studio.core.errors import StudioError
    from studio.document.io.formats import open_document

    start = time.perf_counter()
    try:
        opened = open_document(path)
    except StudioError as error:
        return {"state": "refused", "text": str(error), "seconds": time.perf_counter() - start}
    except Exception as error:  # noqa: BLE001 - that is what is looked for here.
        return {"state": "crashed", "text": f"{type(error).__name__}: {error}"}
    answer: dict[str, Any] = {
        "state": "opened",
        "format": opened.format,
        "notices": [str(one) for one in opened.notices],
        "seconds": time.perf_counter() - start,
    }
    if opened.format == "psd":
        listed = [one.values.get("causes") for one in opened.notices]
        answer["causes"] = [term for one in listed if one for _, term in one.items]
        answer["difference"] = difference(path, opened.document)
    return answer


def difference(path: Path, document: Any) -> float | None:
    """Return how far a document is from the merged picture of its file; None without one."""
    import numpy as np
    from psd_tools import PSDImage

    from studio.document.io.pictures import on_white, to_rgba
    from studio.document.render.compositor import composite

    try:
        psd = PSDImage.open(path)
        if not len(psd) or not psd.has_preview():
            return None
        if psd.depth == 32:
            from studio.document.io.psd_layer import linear_to_image

            image = linear_to_image(psd.numpy("color"))
        else:
            image = psd.topil(apply_icc=False)
        profile = psd.image_resources.get_data(1039) if psd.depth != 32 else None
        merged = to_rgba(image, profile if isinstance(profile, bytes) else None, [])
    except Exception:  # noqa: BLE001 - then there is nothing to compare with.
        return None
    if merged[:, :, 3].max() == 0:
        return None
    straight = composite(document, document.rect)
    ours = on_white(straight).astype(np.int16)
    theirs = on_white(merged).astype(np.int16)
    if theirs.std() < 0.5 and (ours.std() > 2 or not theirs.any()):
        return None  # One colour beside layers that show more: no preview was saved.
    far = float(np.abs(ours - theirs).mean())
    if (merged[:, :, 3] == 255).all():  # Some programs save it on black.
        black = straight[:, :, :3].astype(np.int32) * straight[:, :, 3:] // 255
        far = min(far, float(np.abs(black - theirs).mean()))
    return far


class Worker:
    """The second process; started again after a crash or a hang."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, path: Path) -> dict[str, Any]:
        """Return what opening a file gave."""
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(
                [sys.executable, __file__, "--work"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
            )
        assert self._process.stdin is not None and self._process.stdout is not None
        self._process.stdin.write(json.dumps(str(path)) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], SECONDS)
        if not ready:
            self._process.kill()
            self._process.wait()
            return {"state": "hung", "text": f"more than {SECONDS} s"}
        line = self._process.stdout.readline()
        if not line:
            return {"state": "crashed", "text": f"the process ended with {self._process.wait()}"}
        return dict(json.loads(line))


def main() -> int:
    """Print the table and the files that need a look."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--suffix", action="append", default=[])
    parser.add_argument("--list", action="store_true", help="a JSON line for every file")
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.work:
        work()
        return 0
    worker, states = Worker(), collections.Counter[str]()
    bad, compared, away, silent, slowest = 0, 0, 0, [], (0.0, "")
    causes = collections.Counter[str]()
    for path in files_in(options.folders, options.suffix):
        answer = worker.ask(path)
        states[answer["state"]] += 1
        texts = [answer.get("text", ""), *answer.get("notices", [])]
        strange = any(STRANGE.search(text.replace(path.name, "")) for text in texts)
        if options.list:
            print(json.dumps({"file": str(path), **answer}, ensure_ascii=False), flush=True)
        if answer["state"] in ("crashed", "hung") or strange:
            bad += 1
            print(f"LOOK  {path}: {answer['state']}: {' / '.join(texts)}", flush=True)
        slowest = max(slowest, (answer.get("seconds", 0.0), str(path)))
        if (moved := answer.get("difference")) is not None:
            compared += 1
            away += moved > DIFFERS
            if moved > DIFFERS:
                causes[" + ".join(answer["causes"]) or "not known"] += 1
            if moved > DIFFERS and not answer["notices"]:
                silent.append(str(path))
    print(f"{sum(states.values())} files: {dict(states)}; {bad} need a look")
    print(f"slowest: {slowest[0]:.1f} s {slowest[1]}")
    print(f"{compared} Photoshop files with a usable merged picture:")
    print(f"{away} differ by more than {DIFFERS:g}/255, {len(silent)} of them without a notice")
    for cause, count in causes.most_common():
        print(f"{count:4}  {cause}")
    for name in silent:
        print(f"SILENT  {name}")
    return 1 if bad or silent else 0


if __name__ == "__main__":
    sys.exit(main())
