"""Take the README's picture: the real window, the sample photo, a real edit by the starter.

``python packaging/screenshot.py docs/images/window.png`` needs a display (Xvfb will do). The mask
and the prompt are those of resources/samples/demo.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

PACKAGING = Path(__file__).resolve().parent
sys.path[:0] = [str(PACKAGING.parent), str(PACKAGING)]

from journeys.driving import PATIENCE, running, settle, until  # noqa: E402

if TYPE_CHECKING:
    from studio.ui.window.main_window import MainWindow


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
    with running(options.theme, options.language) as window:
        shoot(window, options)


def shoot(window: MainWindow, options: argparse.Namespace) -> None:
    """Do the edit in the window and save a screenshot."""
    from PIL import Image

    from studio.cli.demo import ellipse_mask
    from studio.core.paths import resource
    from studio.document.raster import Raster

    demo = json.loads(resource("samples", "demo.json").read_text(encoding="utf-8"))
    mask = ellipse_mask(window.session.document, demo["edit"]).read(window.session.document.rect)
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
    until(lambda: session.tray.items, 4 * PATIENCE)
    session.tray.select(session.tray.items[options.pick].id)
    # The results tray shrank the canvas; the picture must show the whole photo.
    window.canvas.fit()
    settle(window)
    window.grab().save(str(options.out))
    # 256 colours are enough for a page at half the size.
    Image.open(options.out).convert("RGB").quantize(256).save(options.out, optimize=True)


def pose_figure(window: MainWindow) -> Any:
    """Place a waving figure on the photo with the pose tool; return a mask (h, w) around it."""
    import cv2
    import numpy as np
    from journeys.figures import person

    from studio.tools.pose_actions import add_person
    from studio.tools.registry import spec

    picked = add_person(window.session, "waving", "Pose")
    window.tool_options.picked_joint = picked
    window.tool_bar.choose(spec("pose"))
    document = window.session.document
    mask = np.zeros((document.height, document.width), np.uint8)
    cv2.fillConvexPoly(mask, cv2.convexHull(person(window)[:, :2].astype(np.int32)), 255)
    wide = int(0.09 * document.height)
    return cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (wide, wide)))


if __name__ == "__main__":
    main()
