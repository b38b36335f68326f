"""Start Lienzo from its source folder; `python main.py ...` is the same as `lienzo ...`."""

from __future__ import annotations

import sys

from studio.cli.main import program

if __name__ == "__main__":
    sys.exit(program())
