"""Writes the locks in packaging/locks: every package with its version and hashes, all systems.

    python packaging/lock.py                keeps the versions that the locks name
    python packaging/lock.py --upgrade      takes the newest ones that pyproject.toml allows

uv resolves for Linux, Windows and macOS and for every Python that pyproject.toml allows; it has to
be on the PATH (``pip install uv``). A lock names neither an index nor a folder of this machine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "packaging" / "locks"
OLDEST_PYTHON = "3.11"
LOCKS = {"dev": ["--all-extras"], "test": ["--extra", "test", "--extra", "recipe"], "run": []}
"""Options of uv by lock; the first one has all the packages of the others."""
HEAD = """\
# Made by packaging/lock.py; not to be edited. {use}
"""
USES = {
    "dev": "All extras: tests, tools, recipe, program folder.",
    "test": "For packaging/bootstrap.py test.",
    "run": "For packaging/bootstrap.py run.",
}
BUILD = "setuptools>=77\n"
"""Build requirements of Lienzo itself, taken from the environment and not from an index."""


def main(arguments: list[str]) -> int:
    """Write the locks; returns 0, uv's exit code if it fails, or 2 for bad usage."""
    if arguments not in ([], ["--upgrade"]):
        print(__doc__, file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    FOLDER.mkdir(exist_ok=True)
    whole = FOLDER / "dev.txt"
    for name, options in LOCKS.items():
        target = FOLDER / f"{name}.txt"
        command = ["uv", "pip", "compile", "pyproject.toml", "-", *options, "--quiet"]
        command += ["--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
        command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
        # Versions of another lock or an earlier one are kept, so that all have the same.
        kept = whole if name != "dev" or not arguments else None
        if kept is not None and kept.exists():
            command += ["--constraint", str(kept)]
        done = subprocess.run(command, cwd=ROOT, input=BUILD, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            return done.returncode
        target.write_text(HEAD.format(use=USES[name]) + done.stdout, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
