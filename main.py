"""Start Lienzo from its source folder; `python main.py ...` is the same as `lienzo ...`."""

from __future__ import annotations

import sys

from studio.core import crash


def main() -> int:
    """Install the crash handlers, then do what the arguments say."""
    crash.install()
    from studio.cli import main as command_line

    return command_line(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
