"""Where in a file each tensor of a network is, by the names that diffusers uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import Shape

FLAT, TURNED, SWAPPED = "flat", "turned", "swapped"


class Take(NamedTuple):
    """A tensor of the file, by its name below the network's prefix, and what is done with it.

    ``form`` is "" to take it as it is; FLAT for a convolution of one pixel that becomes a linear
    layer; TURNED for a matrix that is transposed; SWAPPED for one whose halves change places.
    ``rows`` are the first row and the one after the last, since some layouts store queries, keys
    and values as one tensor; (0, 0) takes all.
    """

    name: str
    form: str = ""
    rows: tuple[int, int] = (0, 0)


Takes = Mapping[str, Take]
"""Name in diffusers -> the tensor of the file."""


def split_rows(network: Header, name: str, targets: tuple[str, ...]) -> dict[str, Take]:
    """Return equal parts of a tensor's rows for the ``targets``, in their order."""
    height = network.width(name, 0) // len(targets)
    return {
        target: Take(name, rows=(part * height, (part + 1) * height))
        for part, target in enumerate(targets)
    }


def shapes_of(header: Header, takes: Takes) -> dict[str, Shape]:
    """Return the shape of each tensor in diffusers; ``header`` begins at the network's prefix."""
    return {name: _shape(header.shape(take.name), take) for name, take in takes.items()}


def _shape(shape: Shape, take: Take) -> Shape:
    if take.rows[1]:
        return (take.rows[1] - take.rows[0], *shape[1:])
    if take.form == FLAT:
        return shape[:2]
    return shape[::-1] if take.form == TURNED else shape
