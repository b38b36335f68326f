"""Draws a comparison as one picture: a column a system, captions, and the chart."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import BinaryIO

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from studio.catalog.integrity import restore_command
from studio.core.atomic import Check, replace_file
from studio.core.errors import StudioError
from studio.edit.request import Pixels
from studio.session.generations.chart import Chart, Circle, label_places

SIDE = 192
GAP = 20
LINE = 18
MARGIN = 28
CHART = (760, 420)
"""Width and height in pixels of the area between the axes of the chart."""
RADIUS = 26
SMALLEST = 4
INK, GREY, LINES, ACCENT = (28, 30, 34), (96, 101, 110), (218, 221, 226), (12, 117, 101)
ENDINGS = (".png", ".jpg", ".jpeg", ".webp")

Font = ImageFont.FreeTypeFont | ImageFont.ImageFont


@dataclass(frozen=True, slots=True, eq=False)
class SheetColumn:
    """What the sheet shows of one system: pictures (h, w, 3) uint8, None for a missing one."""

    name: str
    about: str
    pictures: tuple[Pixels | None, ...]
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChartWords:
    """The texts of the chart."""

    title: str
    across: str
    up: str
    empty: str


@cache
def font(size: int) -> Font:
    """Return the font of the sheet, one that comes with Pillow."""
    return ImageFont.load_default(size)


def draw_sheet(
    title: str, columns: Sequence[SheetColumn], chart: Chart, words: ChartWords
) -> Pixels:
    """Return the sheet, (h, w, 3) uint8 on white."""
    rows = max(len(one.pictures) for one in columns)
    lines = max(len(_wrapped(one.lines)) for one in columns)
    across = 2 * MARGIN + len(columns) * (SIDE + GAP) - GAP
    chart_width = CHART[0] + 190
    width = max(across, chart_width + 2 * MARGIN)
    head = MARGIN + 40
    below = head + 2 * LINE + 16 + rows * (SIDE + GAP // 2) + lines * LINE
    height = below + CHART[1] + 150
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    draw.text((MARGIN, MARGIN - 6), _cut(title, 24, width - 2 * MARGIN), INK, font(24))
    for number, column in enumerate(columns):
        _column(image, draw, column, MARGIN + number * (SIDE + GAP), head)
    _chart(draw, chart, words, (MARGIN + 70, below + 60))
    return np.asarray(image)


def write_sheet(sheet: Pixels, path: Path) -> None:
    """Write a sheet; StudioError for an ending that is no picture's, or if it cannot be written."""
    check_sheet(path)
    image = Image.fromarray(sheet)
    kind = Image.registered_extensions()[path.suffix.lower()]

    def write(stream: BinaryIO) -> Check:
        image.save(stream, kind, quality=88)
        return lambda written: None

    replace_file(path, write)


def shareable(text: str, place: Path) -> str:
    """Return a sentence for a file that leaves this machine: names of files instead of paths.

    ``place`` is the model that the sentence is about.
    """
    command = restore_command()
    text = text.replace(command, "lienzo models --restore")
    return text.replace(f"{place}{os.sep}", "").replace(str(place), place.name)


def check_sheet(path: Path) -> None:
    """Raise StudioError if a sheet cannot be written to a path."""
    if path.suffix.lower() not in ENDINGS:
        raise StudioError(
            "A sheet cannot be written as {name}.",
            "Choose a name that ends in .png, .jpg or .webp.",
            name=path.name,
        )
    if not path.absolute().parent.is_dir():
        raise StudioError(
            "There is no folder {path}.",
            "Create it first, or choose another one.",
            path=str(path.parent),
        )


def _column(
    image: Image.Image, draw: ImageDraw.ImageDraw, column: SheetColumn, left: int, top: int
) -> None:
    draw.text((left, top), _cut(column.name, 16, SIDE), INK, font(16))
    draw.text((left, top + LINE + 2), _cut(column.about, 12, SIDE), GREY, font(12))
    place = top + 2 * LINE + 10
    for picture in column.pictures:
        box = (left, place, left + SIDE - 1, place + SIDE - 1)
        if picture is None:
            draw.rectangle(box, "white", LINES)
        else:
            shown = Image.fromarray(np.ascontiguousarray(picture))
            way = Image.Resampling.BICUBIC if min(shown.size) < SIDE else Image.Resampling.LANCZOS
            scale = SIDE / max(shown.size)
            size = (max(1, round(shown.width * scale)), max(1, round(shown.height * scale)))
            shown = shown.resize(size, way)
            offset = ((SIDE - size[0]) // 2, (SIDE - size[1]) // 2)
            image.paste(shown, (left + offset[0], place + offset[1]))
        place += SIDE + GAP // 2
    for line in _wrapped(column.lines):
        draw.text((left, place), line, INK, font(13))
        place += LINE


def _wrapped(lines: Sequence[str]) -> list[str]:
    """Return lines that are broken at words to the width of a column."""
    found = []
    for line in lines:
        current = ""
        for word in line.split():
            longer = f"{current} {word}".strip()
            if current and font(13).getlength(longer) > SIDE:
                found.append(current)
                current = word
            else:
                current = longer
        found.append(_cut(current, 13, SIDE))
    return found


def _cut(text: str, size: int, room: float) -> str:
    if font(size).getlength(text) <= room:
        return text
    while text and font(size).getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


def _chart(
    draw: ImageDraw.ImageDraw, chart: Chart, words: ChartWords, place: tuple[int, int]
) -> None:
    left, top = place
    width, height = CHART
    draw.text((MARGIN, top - 52), words.title, INK, font(18))
    if not chart.points:
        draw.text((MARGIN, top), words.empty, GREY, font(14))
        return
    for tick in chart.quality:
        y = top + height * (1 - tick.place)
        draw.line((left, y, left + width, y), LINES)
        draw.text((left - 10, y), tick.text, GREY, font(12), anchor="rm")
    for tick in chart.seconds:
        x = left + width * tick.place
        draw.line((x, top, x, top + height), LINES)
        draw.text((x, top + height + 8), tick.text, GREY, font(12), anchor="ma")
    draw.text((MARGIN, top - 22), words.up, GREY, font(13))
    draw.text((left + width, top + height + 30), words.across, GREY, font(13), anchor="ra")
    circles = []
    for point in chart.points:
        box = font(14).getbbox(point.name)
        radius = SMALLEST + RADIUS * point.size**0.5
        x, y = width * point.x, height * (1 - point.y)
        circles.append(Circle(x, y, radius, box[2], box[3] + 2))
    for one in circles:
        x, y, r = left + one.x, top + one.y, one.radius
        draw.ellipse((x - r, y - r, x + r, y + r), None, ACCENT, 2)
        draw.ellipse((x - 2, y - 2, x + 2, y + 2), ACCENT)
    places = label_places(circles, width, height)
    for point, (x, y) in zip(chart.points, places, strict=True):
        draw.text(
            (left + x, top + y), point.name, INK, font(14), stroke_width=2, stroke_fill="white"
        )
