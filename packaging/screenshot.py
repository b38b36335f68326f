"""Take the README's picture: the real window, the sample photo, a real edit by the starter.

``python packaging/screenshot.py docs/images/window.png`` needs a display (Xvfb will do). The mask
and the prompt are those of resources/samples/demo.json.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

PATIENCE = 900.0


def until(condition: Callable[[], object]) -> None:
    """Run the event loop until a condition holds."""
    from PySide6.QtCore import QEventLoop, QTimer

    end = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > end:
            raise SystemExit("the window did not get there in time")
        loop = QEventLoop()
        QTimer.singleShot(30, loop.quit)
        loop.exec()


def main() -> None:
    """Open, edit, grab."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--language", default="en", choices=("en", "es"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--variations", type=int, default=4)
    parser.add_argument("--figure", action="store_true", help="pose a figure and fill it in")
    parser.add_argument("--pick", type=int, default=0, help="which variation is shown")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIENZO_HOME"] = home
        shoot(options)


def shoot(options: argparse.Namespace) -> None:
    """Do the edit in the window and save what it looks like."""
    import cv2
    import numpy as np
    from PIL import Image
    from PySide6.QtCore import QSize

    from studio import app
    from studio.core.paths import resource
    from studio.core.settings import Settings
    from studio.document.raster import Raster

    settings = Settings(None)
    settings.set("theme", options.theme)
    settings.set("language", options.language)
    window = app.build(settings)
    window.resize(QSize(1440, 900))
    app.start(window)
    until(lambda: window.session.document.layers and window.engine.build_info)
    demo = json.loads(resource("samples", "demo.json").read_text(encoding="utf-8"))
    file = np.fromfile(resource("samples", demo["mask_file"]), np.uint8)
    mask = np.asarray(cv2.imdecode(file, cv2.IMREAD_GRAYSCALE), np.uint8)
    session = window.session
    prompt = demo["prompt"]
    if options.figure:
        mask, prompt = pose_figure(window), "a man in a red shirt and blue trousers waving"
    session.edit("Paint mask", lambda old: old.replace(mask=Raster.from_array(mask)))
    shown = window.prompt.settings
    steps = options.steps or shown.sampling.steps
    sampling = replace(
        shown.sampling, seed=options.seed, steps=steps, variations=options.variations
    )
    window.prompt.show_settings(replace(shown, prompt=prompt, sampling=sampling))
    window.prompt.generate.click()
    until(lambda: session.tray.items)
    session.tray.select(session.tray.items[options.pick].id)
    done = time.monotonic() + 1.0
    until(lambda: time.monotonic() > done)
    until(lambda: window.canvas.is_complete)
    window.grab().save(str(options.out))
    # 256 colours are enough for a page and weigh half as much.
    Image.open(options.out).convert("RGB").quantize(256).save(options.out, optimize=True)
    window.session._saved = session.document
    window.close()


def pose_figure(window: Any) -> Any:
    """Put a waving figure on the photo, by the pose tool, and return a mask (h, w) around it."""
    import cv2
    import numpy as np

    from studio.document.control import people_of
    from studio.tools.pose_actions import add_person
    from studio.tools.registry import spec

    picked = add_person(window.session, "waving", "Pose")
    window.tool_options.picked_joint = picked
    window.tool_bar.choose(spec("pose"))
    document = window.session.document
    (person,) = people_of(document.find(picked.layer))
    mask = np.zeros((document.height, document.width), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(person[:, :2].astype(np.int32)), 255)
    wide = int(0.09 * document.height)
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))


if __name__ == "__main__":
    main()
