"""Where in a file each tensor of a network is, by the names that diffusers uses."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unpacked import Shape

FLAT, TURNED, SWAPPED, LESS_ONE = "flat", "turned", "swapped", "less one"


class Take(NamedTuple):
    """A tensor of the file, by its name below the network's prefix, and what is done with it.

    ``form`` is "" to take it as it is; FLAT for a convolution of one pixel that becomes a linear
    layer; TURNED for a matrix that is transposed; SWAPPED for one whose halves change places;
    LESS_ONE for one that is too large by one. ``rows`` are the first row and the one after the
    last, since some layouts store queries, keys and values as one tensor; (0, 0) takes all.
    """

    name: str
    form: str = ""
    rows: tuple[int, int] = (0, 0)


Takes = Mapping[str, Take]
"""Name in diffusers -> the tensor of the file."""


OWN_ENDS = ("weight", "bias", "pos_embed", "scale_shift_table", "pad_token", "gamma")
"""Ends of the names of a network's own tensors; others are notes of a quantisation."""


def plain_names(network: Header) -> dict[str, Take]:
    """Return where the tensors of a network are that has the names of diffusers already."""
    return {name: Take(name) for name in network.shapes if name.endswith(OWN_ENDS)}


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
