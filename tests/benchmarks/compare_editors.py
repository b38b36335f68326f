"""Other editors draw our exports, and we what they save: differences in 1/255, premultiplied.

    python tests/benchmarks/compare_editors.py [--keep FOLDER]

Krita draws the ORA and the PSD (it needs a display: a virtual X from xvfb-run), GIMP the PSD; the
rows with "saved by" open a file that the editor saved again from ours.
A program that is missing is skipped. Exit code 1 where a mean difference is above 2/255; the one
case that is not counted is a group with an opacity in a PSD, which Krita 5 draws as if it were
opaque (its psd_loader.cpp sets name, visibility and mode of a group, never the opacity).
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.formats import open_document, save_document
from studio.document.layer import GenerativeLayer, GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Pixels, Raster
from studio.document.render.compositor import composite

WIDTH, HEIGHT = 480, 360
LIMIT = 2.0
TIMEOUT = 300


def _gradient(width: int, height: int, a: tuple[int, ...], b: tuple[int, ...]) -> Pixels:
    ramp = (
        np.linspace(0, 1, width)[None, :, None] * 0.6 + np.linspace(0, 0.4, height)[:, None, None]
    )
    colours = np.array(a) * (1 - ramp) + np.array(b) * ramp
    return colours.round().astype(np.uint8)


def _disc(width: int, height: int, soft: float) -> Pixels:
    y, x = np.mgrid[0:height, 0:width]
    distance = np.hypot((x - width / 2) / (width / 2), (y - height / 2) / (height / 2))
    return (np.clip((1 - distance) / soft, 0, 1) * 255).round().astype(np.uint8)


def _blob(size: int, colour: tuple[int, ...], soft: float = 0.3) -> Pixels:
    pixels = np.empty((size, size, 4), dtype=np.uint8)
    pixels[:, :, :3] = colour
    pixels[:, :, 3] = _disc(size, size, soft)
    return pixels


def sample(*, opaque: bool, group_opacity: float = 1.0) -> Document:
    """Return a document with all that must survive: groups, masks, modes, names, offsets, alpha."""
    background = _gradient(WIDTH, HEIGHT, (250, 190, 60, 255), (20, 60, 160, 255))
    if not opaque:
        background[:, :, 3] = np.linspace(0, 255, WIDTH).round().astype(np.uint8)
    mask = Raster.from_array(_disc(160, 160, 0.6), 10, -20)
    hole = Raster.from_array(255 - _disc(120, 120, 0.5), 20, 20, default=255)
    half = Raster.from_array(_gradient(WIDTH, HEIGHT, (0,), (255,))[:, :, 0])
    modes = [
        RasterLayer(
            name=f"{mode.name.lower()} ñ 猫 😀",
            blend=mode,
            opacity=0.5 + 0.15 * index,
            x=40 + 95 * index,
            y=30 + 20 * index,
            raster=Raster.from_array(_blob(180, colour)),
        )
        for index, (mode, colour) in enumerate(
            zip(
                BlendMode,
                [(220, 40, 60), (60, 200, 220), (90, 60, 160), (200, 240, 40)],
                strict=True,
            )
        )
    ]
    inner = GroupLayer(
        name="Innere Gruppe ágil",
        opacity=group_opacity,
        children=(
            RasterLayer(x=-60, y=180, raster=Raster.from_array(_blob(200, (250, 250, 250)))),
            RasterLayer(
                blend=BlendMode.MULTIPLY,
                x=20,
                y=220,
                raster=Raster.from_array(_blob(160, (40, 170, 90), 1.0)),
            ),
        ),
    )
    outer = GroupLayer(
        name="Gruppe",
        blend=BlendMode.OVERLAY,
        children=(
            RasterLayer(x=180, y=170, raster=Raster.from_array(_blob(170, (240, 120, 20)))),
            RasterLayer(
                blend=BlendMode.SCREEN,
                x=260,
                y=120,
                raster=Raster.from_array(_blob(190, (30, 90, 230))),
            ),
        ),
    )
    masked_group = GroupLayer(
        name="masked group",
        mask=LayerMask(half),
        children=(
            RasterLayer(x=20, y=250, raster=Raster.from_array(_blob(90, (250, 30, 200), 0.1))),
            RasterLayer(x=330, y=240, raster=Raster.from_array(_blob(140, (20, 20, 20)))),
        ),
    )
    layers = (
        RasterLayer(name="Hintergrund", raster=Raster.from_array(background)),
        *modes,
        inner,
        outer,
        GenerativeLayer(
            name="un osito",
            x=250,
            y=60,
            raster=Raster.from_array(_blob(200, (120, 80, 40), 0.2)),
            mask=LayerMask(mask),
            recipe={"prompt": "un osito"},
        ),
        RasterLayer(
            name="hole",
            x=300,
            y=200,
            opacity=0.8,
            raster=Raster.from_array(_blob(170, (80, 220, 120), 0.1)),
            mask=LayerMask(hole),
        ),
        masked_group,
        RasterLayer(name="hidden", visible=False, raster=Raster.from_array(background)),
    )
    return Document(width=WIDTH, height=HEIGHT, layers=layers, active=layers[0].id)


def krita(source: Path, target: Path) -> None:
    """Let Krita draw ``source`` into a PNG."""
    command = ["xvfb-run", "-a", "krita", "--nosplash", "--export", "--export-filename"]
    _run([*command, str(target), str(source)], target)


def gimp(source: Path, target: Path) -> None:
    """Let GIMP draw ``source`` into a PNG."""
    script = (
        f'(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "{source}")))'
        " (layer (car (gimp-image-merge-visible-layers image CLIP-TO-IMAGE))))"
        " (gimp-layer-resize-to-image-size layer)"
        f' (file-png-save RUN-NONINTERACTIVE image layer "{target}" "{target}" 0 9 0 0 0 0 0))'
    )
    _run(["gimp", "-i", "-d", "-f", "-b", script, "-b", "(gimp-quit 0)"], target)


def gimp_save(source: Path, target: Path) -> None:
    """Let GIMP save ``source`` again as a PSD."""
    script = (
        f'(let* ((image (car (gimp-file-load RUN-NONINTERACTIVE "{source}" "{source}"))))'
        " (file-psd-save RUN-NONINTERACTIVE image (car (gimp-image-get-active-layer image))"
        f' "{target}" "{target}" 0 0))'
    )
    _run(["gimp", "-i", "-d", "-f", "-b", script, "-b", "(gimp-quit 0)"], target)


def _run(command: list[str], target: Path) -> None:
    result = subprocess.run(command, capture_output=True, text=True, timeout=TIMEOUT, check=False)
    if not target.exists():
        raise RuntimeError(f"{command[0]} wrote nothing: {result.stdout}{result.stderr}"[-2000:])


def difference(ours: Pixels, theirs: Path) -> tuple[float, int]:
    """Return mean and largest difference of the premultiplied pictures, alpha included."""
    document = open_document(theirs).document
    found = composite(document, document.rect)
    if found.shape != ours.shape:
        raise RuntimeError(f"{theirs.name} is {found.shape}, not {ours.shape}")
    delta = np.abs(_premultiplied(ours) - _premultiplied(found))
    return float(delta.mean()), round(float(delta.max()))


def _premultiplied(pixels: Pixels) -> np.ndarray:
    result = pixels.astype(np.float64)
    result[:, :, :3] *= result[:, :, 3:] / 255
    return result


def main() -> int:
    """Print one line a picture and editor."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="leave the pictures in this folder")
    folder = parser.parse_args().keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    editors = [
        ("krita", krita, ".ora", ".png"),
        ("krita", krita, ".psd", ".png"),
        ("gimp", gimp, ".psd", ".png"),
        ("krita", krita, ".ora", ".ora"),
        ("krita", krita, ".ora", ".psd"),
        ("gimp", gimp_save, ".psd", ".psd"),
    ]
    worst = 0.0
    samples = {
        "opaque": sample(opaque=True),
        "transparent": sample(opaque=False),
        "faded group": sample(opaque=True, group_opacity=0.7),
    }
    for kind, document in samples.items():
        ours = composite(document, document.rect)
        stem = kind.replace(" ", "-")
        Image.fromarray(ours).save(folder / f"{stem}-lienzo.png")
        for extension in (".ora", ".psd"):
            save_document(document, folder / f"{stem}{extension}")
        for name, draw, extension, result in editors:
            verb = "drawn by" if result == ".png" else "saved by"
            label = f"{kind:12} {extension:5} {verb} {name:6} {result:5}"
            if shutil.which(name) is None or (name == "krita" and shutil.which("xvfb-run") is None):
                print(f"{label} not installed")
                continue
            target = folder / f"{stem}{extension[1:]}-{name}{result}"
            target.unlink(missing_ok=True)
            draw(folder / f"{stem}{extension}", target)
            mean, most = difference(ours, target)
            counts = (kind, name, extension) != ("faded group", "krita", ".psd")
            worst = max(worst, mean) if counts else worst
            note = "" if counts else "  (not counted, see --help)"
            print(f"{label} mean {mean:6.3f}  max {most:3d}{note}", flush=True)
    return int(worst > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
