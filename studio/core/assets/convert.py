"""Runs one converter: ``python -m studio.core.assets.convert MODULE:FUNCTION SOURCE TARGET``.

Converters that need torch run in a process of their own: the window never imports torch, and the
memory of a checkpoint is free again afterwards.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from studio.core.dotted import resolve
from studio.core.errors import StudioError

NEEDS_TORCH = "studio.engine."


def convert(name: str, source: Path, target: Path) -> None:
    """Convert a file with the function ``name``; StudioError with its reason if that fails."""
    # A frozen program is no interpreter that could run a module; it is not restarted for this.
    if not name.startswith(NEEDS_TORCH) or getattr(sys, "frozen", False):
        resolve(name)(source, target)
        return
    command = [sys.executable, "-m", "studio.core.assets.convert", name, str(source), str(target)]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise StudioError(
            "{name} could not be converted: {reason}",
            name=source.name,
            reason=said[-1] if said else "the process ended",
        )


if __name__ == "__main__":
    try:
        resolve(sys.argv[1])(Path(sys.argv[2]), Path(sys.argv[3]))
    except StudioError as error:
        sys.exit(str(error))
