"""Recognition of one weights file: what it is, or one sentence why it cannot be used."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path

from studio.catalog.recognise.finding import Certainty, Finding, Kind, Refusal, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.metadata import about, claimed_family
from studio.catalog.recognise.precision import precision_of
from studio.catalog.recognise.shards import open_network
from studio.catalog.recognise.table import ROWS, Recogniser
from studio.core.dotted import resolve
from studio.core.errors import StudioError

SVDQUANT = refusal(
    "This model is quantised for the kernels of Nunchaku, which Lienzo does not have.",
    "Get it in another precision, such as fp8 or GGUF.",
)
SDNQ = refusal(
    "This model is quantised by SDNQ, which Lienzo cannot read.",
    "Get it in another precision, such as fp8 or GGUF.",
)
FORMAT = refusal(
    "This model has weights in a format of eight or four bits that Lienzo cannot read.",
    "Get it in another precision, such as fp8 or GGUF.",
)
QUANTISED = (Kind.MODEL, Kind.NETWORK, Kind.TEXT_ENCODER, Kind.UNKNOWN)
UNREADABLE: Mapping[str, Refusal] = {"svdquant": SVDQUANT, "sdnq": SDNQ}


def recognise_file(path: Path) -> Finding:
    """Return what a weights file is; reads its header only, and never raises a StudioError.

    A file that is damaged or no weights file is UNUSABLE, with the reason.
    """
    try:
        header = open_network(path)
    except StudioError as error:
        values = {name: str(value) for name, value in error.values.items()}
        given = Refusal(error.message, error.hint, values)
        return Finding(Kind.UNUSABLE, refusal=given)
    return recognise_header(header)


def recognise_header(header: Header) -> Finding:
    """Return what a header belongs to: the first answer of ``table.ROWS``, completed."""
    answers = (row(header) for row in _rows())
    found = next((one for one in answers if one is not None), None)
    if found is None:
        found = Finding(Kind.UNKNOWN, certainty=Certainty.ASK, reason=next(iter(header.shapes), ""))
    precision = precision_of(header)
    found = replace(found, precision=precision, format=header.format, about=about(header.metadata))
    if not precision.usable and found.kind in QUANTISED:
        given = UNREADABLE.get(precision.format, FORMAT)
        return replace(found, kind=Kind.UNUSABLE, refusal=given)
    return _with_claim(found, header)


def _with_claim(found: Finding, header: Header) -> Finding:
    """Take the family from the metadata if the tensors leave it open and allow it."""
    if found.certainty is not Certainty.ASK:
        return found
    family, key = claimed_family(header.metadata)
    if not family or (found.bases and family not in found.bases):
        return found
    if found.bases:
        return replace(found, bases=(family,), certainty=Certainty.PROBABLE, reason=key)
    return found


@cache
def _rows() -> tuple[Recogniser, ...]:
    return tuple(resolve(row) for row in ROWS)
