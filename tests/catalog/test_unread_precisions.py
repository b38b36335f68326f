"""Weights that Lienzo recognises and does not read: one sentence, before anything is loaded."""

from __future__ import annotations

from pathlib import Path

import pytest
from corpus_case import four_bit_types, four_bits
from corpus_dit_cases import cases
from corpus_dits import flux_diffusers
from corpus_files import write_safetensors

from studio.catalog.models import identify
from studio.core.errors import StudioError

PACKED = {case.file: case for case in cases() if case.file.startswith("packed/")}
UNREAD = [
    name
    for name, case in PACKED.items()
    if case.expect["kind"] == "unusable" or case.expect["precision"] == "int8"
]


def refused(file: Path) -> StudioError:
    with pytest.raises(StudioError) as caught:
        identify(file)
    return caught.value


@pytest.mark.parametrize("name", UNREAD)
def test_packed_weights_are_refused_with_what_to_do(name: str, tmp_path: Path) -> None:
    error = refused(PACKED[name].write(tmp_path))
    assert "cannot read" in str(error) or "Nunchaku" in str(error) or "SDNQ" in str(error)
    assert error.hint and "\n" not in str(error)


@pytest.mark.parametrize("kind", ["nf4", "fp4"])
def test_four_bits_of_bitsandbytes_are_refused_by_their_name(kind: str, tmp_path: Path) -> None:
    shapes, data = four_bits(flux_diffusers(), kind)
    types = four_bit_types(shapes)
    file = write_safetensors(tmp_path / f"flux-{kind}.safetensors", shapes, types, None, data)
    error = refused(file)
    assert f"({kind})" in str(error) and "fp8" in error.hint
