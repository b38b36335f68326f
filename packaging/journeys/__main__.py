"""Takes the pictures of the guide's journeys: ``python packaging/journeys OUT [NAME ...]``.

It needs a display (Xvfb or QT_QPA_PLATFORM=offscreen will do) and, for the pose from a photo, the
networks that `lienzo assets fetch` installs. Each journey ends with what it promises being
checked.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

PACKAGING = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(PACKAGING.parent), str(PACKAGING), str(PACKAGING / "starter")]

from journeys import control, subject, words  # noqa: E402
from journeys.driving import running, save_picture, settle  # noqa: E402

JOURNEYS = {"control": control.walk, "subject": subject.walk, "words": words.walk}


def main() -> None:
    """Walk, and save a picture at each stop."""
    parser = argparse.ArgumentParser(prog="journeys", description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(JOURNEYS))
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--language", default="en", choices=("en", "es"))
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    for name in options.names or JOURNEYS:
        with running(options.theme, options.language) as window, tempfile.TemporaryDirectory() as f:
            window.welcome.hide()
            for number, shown in enumerate(JOURNEYS[name](window, Path(f)), 1):
                settle(window)
                path = options.out / f"journey-{name}-{number}.jpg"
                save_picture(shown.grab(), path)
                print(path, flush=True)


if __name__ == "__main__":
    main()
