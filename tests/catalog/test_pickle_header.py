"""Torch files are read as data: names and shapes, and nothing in them is ever run."""

from __future__ import annotations

import os
import pickle
import random
import struct
from collections import OrderedDict
from pathlib import Path
from typing import Any

import pytest
import torch
from corpus_shapes import Shape
from corpus_unets import SD1, checkpoint, diffusers
from corpus_vaes import ldm_vae

from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.pickle_data import NotData, read_pickle
from studio.catalog.recognise.pickle_header import read_torch
from studio.core.errors import StudioError


def tensor(shape: Shape, dtype: torch.dtype = torch.float16) -> torch.Tensor:
    """Return a tensor of any size that stores one number."""
    return torch.zeros(1, dtype=dtype).expand(shape)


def save(path: Path, content: Any, *, legacy: bool = False) -> Path:
    torch.save(content, path, _use_new_zipfile_serialization=not legacy)
    return path


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("wrapped", ["", "state_dict", "params_ema"])
def test_names_shapes_and_formats_are_those_of_torch(
    tmp_path: Path, legacy: bool, wrapped: str
) -> None:
    content: Any = {
        "half": tensor((3, 5)),
        "single": tensor((7,), torch.float32),
        "brain": tensor((2, 2), torch.bfloat16),
        "whole": torch.zeros((), dtype=torch.int64),
        "trained": torch.nn.Parameter(torch.zeros(4, 6)),
    }
    content = {wrapped: content, "epoch": 3} if wrapped else content
    header = read_torch(save(tmp_path / "a.pt", content, legacy=legacy))
    assert header.shapes == {
        "half": (3, 5), "single": (7,), "brain": (2, 2), "whole": (), "trained": (4, 6),
    }  # fmt: skip
    assert list(header.dtypes.values()) == ["F16", "F32", "BF16", "I64", "F32"]


def test_a_checkpoint_of_the_early_days_is_recognised(tmp_path: Path) -> None:
    shapes = checkpoint(SD1, "1", ldm_vae())
    content = {"state_dict": OrderedDict((name, tensor(one)) for name, one in shapes.items())}
    found = recognise_file(save(tmp_path / "model.ckpt", {**content, "global_step": 470000}))
    assert (found.kind, found.family, found.variant) == (Kind.MODEL, "stable_diffusion", "1.x")
    assert found.format == "pickle"
    assert found.precision.format == "F16"


def test_embeddings_and_adapters_in_torch_files_are_recognised(tmp_path: Path) -> None:
    word = {
        "string_to_token": {"*": 265}, "string_to_param": {"*": tensor((8, 768))}, "name": "bad",
        "step": 100, "sd_checkpoint": None, "sd_checkpoint_name": None,
    }  # fmt: skip
    found = recognise_file(save(tmp_path / "bad.pt", word, legacy=True))
    assert (found.kind, found.base_variant) == (Kind.EMBEDDING, "1.x")
    found = recognise_file(save(tmp_path / "learned_embeds.bin", {"<cat>": tensor((1024,))}))
    assert (found.kind, found.base_variant) == (Kind.EMBEDDING, "2.x")
    nested = {
        "image_proj": {"latents": tensor((1, 16, 768)), "proj_in.weight": tensor((768, 1280))},
        "ip_adapter": {"1.to_k_ip.weight": tensor((320, 768))},
    }
    found = recognise_file(save(tmp_path / "ip-adapter-plus_sd15.bin", nested))
    assert (found.kind, found.variant, found.missing) == (
        Kind.REFERENCE, "plus", ("clip_vision_h",),
    )  # fmt: skip
    unet = {name: tensor(one) for name, one in diffusers(SD1).items()}
    found = recognise_file(save(tmp_path / "diffusion_pytorch_model.bin", unet))
    assert (found.kind, found.family) == (Kind.NETWORK, "stable_diffusion")


class Harm:
    """Runs a command when it is unpickled."""

    def __init__(self, command: str) -> None:
        self.command = command

    def __reduce__(self) -> Any:
        return os.system, (self.command,)


@pytest.mark.parametrize("legacy", [False, True])
def test_code_is_refused_and_never_run(tmp_path: Path, legacy: bool) -> None:
    mark = tmp_path / "ran"
    content = {"weight": torch.zeros(2), "x": Harm(f"touch {mark}")}
    found = recognise_file(save(tmp_path / "a.ckpt", content, legacy=legacy))
    assert found.kind is Kind.UNUSABLE
    assert "could run code" in str(found.refusal)
    assert not mark.exists()
    # The same bytes do run with Python's own unpickler.
    pickle.loads(pickle.dumps(Harm(f"touch {mark}")))
    assert mark.exists()


def test_a_name_that_is_only_mentioned_is_refused_too(tmp_path: Path) -> None:
    content = {"weight": torch.zeros(2), "kind": random.Random}
    with pytest.raises(StudioError, match="could run code"):
        read_torch(save(tmp_path / "a.pt", content))


@pytest.mark.parametrize("protocol", range(6))
def test_data_of_every_protocol_is_read(protocol: int) -> None:
    value = {
        "a": [1, -1, 2**40, -(2**70), 0.5, True, False, None], "b": ("x", "é", (1,), (), (1, 2)),
        "c": {"d": {"e": [[], {}]}}, 3: "y" * 300, "bytes": "z",
    }  # fmt: skip
    found = read_pickle(pickle.dumps(value, protocol))
    assert found.value == value
    assert found.names == frozenset()


HOSTILE = {
    "deep key": b"\x80\x02}N" + b"\x85" * 1000000 + b"K\x01s.",
    "deep member": b"\x80\x04\x8f(N" + b"\x85" * 1000000 + b"\x90.",
    "huge memo": b"\x80\x02N" + b"r" + struct.pack("<I", 2**31 - 1) + b"j\0\0\0\x7f.",
    "huge text": b"\x80\x04\x8d" + struct.pack("<Q", 2**60) + b"x.",
    "huge bytes": b"\x80\x05\x96" + struct.pack("<Q", 2**60) + b"x.",
    "huge number": b"\x80\x02\x8b" + struct.pack("<I", 2**31) + b"x.",
    "huge decimal": b"I" + b"9" * 100000 + b"\n.",
    "no end": b"\x80\x02N" * 10,
    "no mark": b"\x80\x02t.",
    "empty stack": b"\x80\x02R.",
    "wrong item": b"\x80\x02NK\x01K\x02s.",
    "key that is a list": b"\x80\x02}]K\x01s.",
    "set of lists": b"\x80\x04\x8f(]\x90.",
    "unknown memo": b"\x80\x02h\x07.",
    "negative text": b"T\xff\xff\xff\xffx.",
    "negative bytes": b"\x80\x02T\xff\xff\xff\xff.",
    "extension": b"\x80\x02\x82\x01.",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pickles_end_in_an_answer(name: str) -> None:
    with pytest.raises(NotData):
        read_pickle(HOSTILE[name])


def test_a_group_that_contains_itself_ends(tmp_path: Path) -> None:
    inner: dict[str, Any] = {"weight": torch.zeros(2)}
    for name in range(200):
        inner[str(name)] = inner
    header = read_torch(save(tmp_path / "a.pt", inner))
    assert header.shapes == {"weight": (2,)}


def test_damaged_torch_files_never_raise_anything_else(tmp_path: Path) -> None:
    path = save(tmp_path / "a.pt", {"weight": torch.zeros(8, 8), "more": torch.zeros(3)})
    whole = path.read_bytes()
    rng = random.Random(1)
    for _ in range(400):
        data = bytearray(whole)
        for _ in range(rng.randint(1, 8)):
            data[rng.randrange(len(data))] = rng.randrange(256)
        path.write_bytes(data[: rng.randint(1, len(data))])
        assert isinstance(recognise_file(path).kind, Kind)
