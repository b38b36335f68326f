"""Describes the content of a file as plain data for `lienzo info`."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.document import Document
from studio.document.io.formats import open_document
from studio.document.io.parameters import format_parameters, parse_parameters
from studio.document.kinds import kind_of
from studio.document.layer import ControlLayer, GenerativeLayer, GroupLayer, Layer
from studio.document.results import KeptResult


def describe(path: Path | str, progress: Progress | None = None) -> dict[str, Any]:
    """Return format, size, layers (topmost first), recipes, metadata and notices; JSON-ready.

    StudioError for a file that cannot be opened.
    """
    path = Path(path)
    opened = open_document(path, progress)
    document = opened.document
    metadata = dict(opened.metadata)
    if isinstance(text := metadata.get("parameters"), str):
        metadata["settings"] = parse_parameters(text)
    return {
        "file": path.name,
        "bytes": path.stat().st_size,
        "format": opened.format,
        "width": document.width,
        "height": document.height,
        "dpi": document.dpi,
        "active": document.active,
        "has_selection": document.selection is not None,
        "has_edit_mask": document.mask is not None,
        "layers": describe_layers(document),
        "results": [_result(i, one, document) for i, one in enumerate(document.results, 1)],
        "metadata": metadata,
        "notices": [str(one) for one in opened.notices],
    }


def describe_layers(document: Document) -> list[dict[str, Any]]:
    """Return the layer tree of a document, topmost first; JSON-ready."""
    return [_layer(layer) for layer in reversed(document.layers)]


def _result(number: int, result: KeptResult, document: Document) -> dict[str, Any]:
    """Describe a result in the tray; 1 is the newest."""
    recipe = result.request.recipe
    height, width = result.image.shape[:2]
    return {
        "number": number,
        "id": result.id,
        "task": str(recipe.get("task", "")),
        "prompt": str(recipe.get("prompt", "")),
        "seed": result.seed,
        "width": width,
        "height": height,
        "applied": result.id in document.applied,
    }


def _layer(layer: Layer) -> dict[str, Any]:
    result: dict[str, Any] = {
        "id": layer.id,
        "name": layer.name,
        "kind": kind_of(layer).id,
        "visible": layer.visible,
        "opacity": round(layer.opacity, 4),
        "blend": layer.blend.value.id,
        "locked": layer.locked,
        "bounds": _rect(layer.bounds()),
        "mask": None,
    }
    if layer.mask is not None:
        box = layer.mask.raster.bounds().shift(layer.x, layer.y)
        result["mask"] = {
            "enabled": layer.mask.enabled,
            "default": layer.mask.raster.default,
            "bounds": _rect(box),
        }
    if isinstance(layer, GenerativeLayer):
        result["recipe"] = dict(layer.recipe)
        result["parameters"] = format_parameters(layer.recipe)
    if isinstance(layer, ControlLayer):
        control = dataclasses.asdict(layer.control)
        result["control"] = {**control, "people": len(layer.control.people)}
    if isinstance(layer, GroupLayer):
        result["children"] = [_layer(child) for child in reversed(layer.children)]
    return result


def _rect(rect: Rect) -> list[int]:
    return [rect.x, rect.y, rect.width, rect.height]
