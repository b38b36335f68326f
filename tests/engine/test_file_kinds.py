"""A safetensors file and one of torch's own are told apart whatever their first byte is."""

from __future__ import annotations

from pathlib import Path

import torch
from safetensors.torch import save_file

from studio.engine.adapters.weights_file import is_torch_file, read_file


def test_the_length_of_a_header_is_not_taken_for_a_pickle(tmp_path: Path) -> None:
    """One in 32 headers has a length whose first byte is the one that a pickle begins with."""
    firsts = set()
    for number in range(40):
        file = tmp_path / "some.safetensors"
        save_file({"weight": torch.ones(1)}, file, {"padding": "x" * 8 * number})
        firsts.add(file.read_bytes()[:1])
        assert not is_torch_file(file)
        assert torch.equal(read_file(file)[0]["weight"], torch.ones(1))
    assert b"\x80" in firsts


def test_both_kinds_of_torch_files_are_known(tmp_path: Path) -> None:
    for zipped in (True, False):
        file = tmp_path / "some.pt"
        torch.save({"weight": torch.ones(1)}, file, _use_new_zipfile_serialization=zipped)
        assert is_torch_file(file)
        assert torch.equal(read_file(file)[0]["weight"], torch.ones(1))
