"""The commands that read and write files without a model: new, convert and info."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from studio.core.errors import StudioError
from studio.document.document import Document
from studio.document.io import formats
from studio.document.io.describe import describe
from studio.document.new_document import (
    new_document,
    parse_background,
    parse_size,
    pixels_of,
    usual_dpi,
)


def new(options: argparse.Namespace) -> int:
    """Run ``lienzo new``."""
    out: Path = options.out
    spec = formats.format_for(out)
    if out.exists() and not options.replace:
        raise StudioError(
            "There is a file {name} already.",
            "Choose another name, or give --replace.",
            name=out.name,
        )
    width, height, unit = parse_size(options.size)
    if options.landscape:
        width, height = max(width, height), min(width, height)
    dpi = usual_dpi(unit) if options.dpi is None else options.dpi
    background = parse_background(options.background)
    if background is None and spec.name == "jpeg":
        raise StudioError(
            "JPEG has no transparency.",
            "Give --background white, or save as .ora, .psd, .png or .webp.",
        )
    sides = pixels_of(width, unit, dpi), pixels_of(height, unit, dpi)
    document = new_document(*sides, dpi, background)
    formats.save_document(document, out)
    print(f"{out}: {document.width} x {document.height} pixels, {dpi:g} pixels per inch")
    return 0


def convert(options: argparse.Namespace) -> int:
    """Run ``lienzo convert``."""
    opened = formats.open_document(options.input, flat=options.flatten)
    for notice in opened.notices:
        print(f"lienzo: {notice}", file=sys.stderr)
    document = opened.document
    if options.result is not None:
        document = _with_result(document, options.result)
    if options.no_results:
        document = document.replace(results=(), applied=frozenset())
    if options.dpi is not None:
        document = document.replace(dpi=options.dpi)
    save = formats.save_options(options.quality, options.metadata, options.srgb)
    lost = formats.lost_metadata(document, options.output, save)
    for notice in (*lost, *formats.lost_layers(document, options.output, save)):
        print(f"lienzo: {notice}", file=sys.stderr)
    formats.save_document(document, options.output, save)
    print(options.output)
    return 0


def _with_result(document: Document, number: int) -> Document:
    """Return a document with one of its results applied; 1 is the newest."""
    from studio.session.tray import item_of

    count = len(document.results)
    if not 1 <= number <= count:
        raise StudioError(
            "There is no result {number}: the file keeps {count}.",
            "List them with: lienzo info FILE",
            number=number,
            count=count,
        )
    item = item_of(document.results[number - 1])
    if item is None:
        raise StudioError("The recipe of result {number} cannot be read.", number=number)
    return item.applied(document)


def info(options: argparse.Namespace) -> int:
    """Run ``lienzo info``."""
    content = describe(options.file)
    if options.json:
        print(json.dumps(content, indent=2, ensure_ascii=False))
    else:
        _print_info(content)
    return 0


def _print_info(content: dict[str, Any]) -> None:
    size = f"{content['width']} x {content['height']} pixels"
    print(f"{content['format']}, {size}, {content['dpi']:g} pixels per inch")

    def show(layers: list[dict[str, Any]], depth: int) -> None:
        for layer in layers:
            marks = [layer["kind"], layer["blend"], f"{round(layer['opacity'] * 100)} %"]
            marks += ["mask"] if layer.get("mask") else []
            marks += [] if layer["visible"] else ["hidden"]
            print(f"{'  ' * (depth + 1)}{layer['name']}  ({', '.join(marks)})")
            recipe = layer.get("recipe")
            if recipe:
                seed = dict(recipe.get("sampling") or {}).get("seed", "unknown")
                print(f"{'  ' * (depth + 2)}prompt: {recipe.get('prompt', '')}  seed: {seed}")
            show(layer.get("children", []), depth + 1)

    show(content.get("layers", []), 0)
    results = content.get("results", [])
    if results:
        print(f"results kept in the tray: {len(results)}")
    for one in results:
        end = "  (applied)" if one["applied"] else ""
        print(f"  {one['number']}. {one['task']}: {one['prompt']}  seed: {one['seed']}{end}")
    for name, value in content.get("metadata", {}).items():
        print(f"{name}: {value}")
    for notice in content.get("notices", []):
        print(f"note: {notice}")
