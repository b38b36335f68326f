"""Names and shapes of published networks, written out of a few lines for each.

A line is ``name shape flags``: ``{0..18}`` and ``{q,k,v}`` in a name stand for each of them, ``wb``
adds ``.weight`` and a ``.bias`` as long as its first edge, ``w`` the weight alone, and without a
flag the name is whole. ``3072*4096`` is a shape, ``-`` that of a single number.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping

Shape = tuple[int, ...]
Shapes = dict[str, Shape]
_GROUP = re.compile(r"\{([^}]+)\}")


def expand(text: str) -> Shapes:
    """Return the tensors of a description."""
    found: Shapes = {}
    for line in text.strip().splitlines():
        name, shape_text, *flags = line.split()
        shape = () if shape_text == "-" else tuple(map(int, shape_text.split("*")))
        for full in _names(name):
            if not flags:
                found[full] = shape
            if flags:
                found[f"{full}.weight"] = shape
            if flags == ["wb"]:
                found[f"{full}.bias"] = shape[:1]
    return found


def _names(pattern: str) -> Iterator[str]:
    groups = _GROUP.findall(pattern)
    template = _GROUP.sub("{}", pattern)
    for values in itertools.product(*map(_values, groups)):
        yield template.format(*values)


def _values(group: str) -> list[str]:
    if ".." in group:
        first, last = group.split("..")
        return [str(number) for number in range(int(first), int(last) + 1)]
    return group.split(",")


def under(prefix: str, shapes: Mapping[str, Shape]) -> Shapes:
    """Return the tensors with a prefix in front of their names."""
    return {f"{prefix}{name}": shape for name, shape in shapes.items()}
