"""Take pictures of the real window with the sample photo, for the README and the guide.

``python packaging/screenshot.py docs/images/window.jpg`` lifts the moose as the first hint says,
and moves it; with ``--figure`` a posed figure is filled by the starter (docs/images/control.png). A
display is needed (Xvfb will do), and the networks of the photo tools.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PIL import Image
from PySide6.QtWidgets import QToolButton

PACKAGING = Path(__file__).resolve().parent
sys.path[:0] = [str(PACKAGING.parent), str(PACKAGING)]

from journeys.driving import (  # noqa: E402
    PATIENCE,
    drag,
    running,
    save_picture,
    settle,
    until,
)

if TYPE_CHECKING:
    from studio.ui.window.main_window import MainWindow

MOOSE, MOVE = (400, 500), (190, 14)
"""A pixel of the moose on the sample photo, and how far it is dragged."""


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
        if options.figure:
            fill_figure(window, options)
        else:
            lift_moose(window)
        # The results tray has shrunk the canvas or given its space back.
        settle(window)
        window.canvas.fit()
        settle(window)
        if options.out.suffix == ".jpg":
            save_picture(window.grab(), options.out)
        else:
            window.grab().save(str(options.out))
            # 256 colours are enough for a page at half the size.
            small = Image.open(options.out).convert("RGB").quantize(256)
            small.save(options.out, optimize=True)


def lift_moose(window: MainWindow) -> None:
    """Do what the first hint of the welcome strip says: click on the moose, then drag it."""
    step = next(one for one in window.welcome.findChildren(QToolButton) if one.text())
    step.click()
    drag(window, MOOSE)
    document = window.session.document
    until(lambda: len(window.session.document.layers) > len(document.layers), 4 * PATIENCE)
    until(lambda: window.session.queue.is_idle, PATIENCE)
    drag(
        window, MOOSE, (MOOSE[0] + MOVE[0] / 2, MOOSE[1]), (MOOSE[0] + MOVE[0], MOOSE[1] + MOVE[1])
    )


def fill_figure(window: MainWindow, options: argparse.Namespace) -> None:
    """Fill a posed figure with the starter, and look at one of the results."""
    from studio.document.raster import Raster

    session, mask = window.session, pose_figure(window)
    session.edit("Paint mask", lambda old: old.replace(mask=Raster.from_array(mask)))
    shown = window.prompt.settings
    steps = options.steps or shown.sampling.steps
    sampling = replace(
        shown.sampling, seed=options.seed, steps=steps, variations=options.variations
    )
    prompt = "a man in a red shirt and blue trousers waving"
    window.prompt.show_settings(replace(shown, prompt=prompt, sampling=sampling))
    window.prompt.generate.click()
    until(lambda: session.tray.items, 4 * PATIENCE)
    session.tray.select(session.tray.items[options.pick].id)


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
