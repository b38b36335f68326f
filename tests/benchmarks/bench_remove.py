"""Removal on 30 known places: a thing was pasted into a photo, and the clean photo is known.

    python tests/benchmarks/bench_remove.py [--sheet FILE]

Prints PSNR and the edge-weighted error inside the hole for OpenCV's Telea and Navier-Stokes,
PatchMatch alone, and the network as the remove tool uses it, all with the same grown mask; then the
number of places in which the network is ahead, and seconds. ``--sheet`` writes all pictures side by
side. Needs the asset migan.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from photo_set import removals

from studio.core.progress import Progress
from studio.engine.device import choose_device
from studio.engine.photo.filling import NETWORK, PATCHES, fill
from studio.engine.photo.networks import Networks
from studio.retouch.holes import grown, margin_of

Pixels = NDArray[np.uint8]
Mask = NDArray[np.bool_]

OTHERS = ("Telea", "Navier-Stokes", "PatchMatch")
OURS = "network"
SIDE = 200
"""Height of the pictures of the contact sheet."""


def psnr(made: Pixels, clean: Pixels, hole: Mask) -> float:
    """Return the peak signal-to-noise ratio inside the hole, in dB."""
    error = ((made.astype(float) - clean)[hole] ** 2).mean()
    return float(10 * np.log10(255**2 / max(error, 1e-9)))


def edge_error(made: Pixels, clean: Pixels, hole: Mask) -> float:
    """Return the mean error in grey levels, weighted by 1 + the gradient of the clean photo."""
    grey = cv2.cvtColor(clean, cv2.COLOR_RGB2GRAY).astype(np.float32)
    across = cv2.Sobel(grey, cv2.CV_32F, 1, 0, scale=0.25)
    weight = 1 + np.hypot(across, cv2.Sobel(grey, cv2.CV_32F, 0, 1, scale=0.25))[hole]
    error = np.abs(made.astype(float) - clean).mean(axis=2)[hole]
    return float((weight * error).sum() / weight.sum())


def fillings(pasted: Pixels, mask: Pixels, hole: Mask, networks: Any) -> dict[str, Pixels]:
    """Return the filling of each method, all of the same hole."""
    area = hole.astype(np.uint8)
    return {
        "Telea": cv2.inpaint(pasted, area, 3, cv2.INPAINT_TELEA),
        "Navier-Stokes": cv2.inpaint(pasted, area, 3, cv2.INPAINT_NS),
        "PatchMatch": fill(pasted, mask, Progress(), networks, PATCHES),
        OURS: fill(pasted, mask, Progress(), networks, NETWORK),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sheet", type=Path, help="write a contact sheet")
    options = parser.parse_args()
    networks, rows, strips = Networks(choose_device("cpu")), [], []
    started = time.process_time()
    for one in removals():
        clean, pasted, mask = one.make()
        hole = grown(mask > 0, margin_of(mask > 0))
        made = fillings(pasted, mask, hole, networks)
        scores = {
            name: (psnr(picture, clean, hole), edge_error(picture, clean, hole))
            for name, picture in made.items()
        }
        rows.append(scores)
        shown = "  ".join(f"{name} {p:.2f} dB {e:.2f}" for name, (p, e) in scores.items())
        print(f"{one.name}: {shown}", flush=True)
        pictures = (pasted, clean, *made.values())
        strips.append(np.hstack([cv2.resize(each, (SIDE, SIDE)) for each in pictures]))
    print(f"CPU seconds for all methods: {time.process_time() - started:.0f}")
    for name in (*OTHERS, OURS):
        means = [float(np.mean([row[name][at] for row in rows])) for at in (0, 1)]
        ahead = [
            sum(row[OURS][0] > row[name][0] for row in rows),
            sum(row[OURS][1] < row[name][1] for row in rows),
        ]
        print(f"{name}: mean {means[0]:.2f} dB, {means[1]:.2f}; the network is ahead in {ahead}")
    if options.sheet is not None:
        cv2.imwrite(str(options.sheet), np.vstack(strips)[:, :, ::-1])


if __name__ == "__main__":
    main()
