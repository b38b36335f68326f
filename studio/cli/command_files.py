"""The commands that have a file each."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "models": "list models and what they know; fetch a first one; check those in the box",
    "pack": "make, verify or install a file of models for a machine without a network",
    "assets": "the networks of the photo tools: list, fetch, verify",
    "identify": "tell what weights files are, from their headers",
    "enlarge": "make a photo larger with invented detail, or any size by resampling",
    "clean": "remove noise and JPEG blocks from a photo",
    "adjust": "levels, curves, colour and more, as layers that stay editable",
    "cutout": "remove the background of a photo",
    "lift": "make a thing of a photo a layer of its own and fill the place behind it",
    "select": "write the mask of a thing from points or a box",
    "clip": "order pictures by a prompt, find its place in a photo, compare two pictures",
    "remove": "remove a thing from a photo",
    "restyle": "paint a photo in the style of a preset or of a painting",
    "generations": "one prompt through several systems, as a sheet with figures and a chart",
    "batch": "run a recipe on every photo of a folder",
}
"""Name -> help. ``studio.cli.NAME`` has ``arguments(parser)`` and ``run(options) -> int``; it is
imported only if its command is named."""
