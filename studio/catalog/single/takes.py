"""Where in a file each tensor of a network is, by the names that diffusers uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import Shape

FLAT, TURNED = "flat", "turned"
THIRDS = ("third 0", "third 1", "third 2")


class Take(NamedTuple):
    """A tensor of the file, by its name below the network's prefix, and what is done with it.

    ``form`` is "" to take it as it is; FLAT for a convolution of one pixel that becomes a linear
    layer; TURNED for a matrix that is transposed; one of THIRDS for a third of its rows, since
    some layouts store queries, keys and values as one tensor.
    """

    name: str
    form: str = ""


Takes = Mapping[str, Take]
"""Name in diffusers -> the tensor of the file."""


def shapes_of(header: Header, takes: Takes) -> dict[str, Shape]:
    """Return the shape of each tensor in diffusers; ``header`` begins at the network's prefix."""
    return {name: _shape(header.shape(take.name), take.form) for name, take in takes.items()}


def _shape(shape: Shape, form: str) -> Shape:
    if form == FLAT:
        return shape[:2]
    if form == TURNED:
        return shape[::-1]
    if form in THIRDS:
        return (shape[0] // 3, *shape[1:]) if shape else shape
    return shape
