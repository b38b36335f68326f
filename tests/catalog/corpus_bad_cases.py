"""The corpus of files that are no models, or no longer: each has its sentence."""

from __future__ import annotations

import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator

from corpus_case import Case


def cases() -> Iterator[Case]:
    """Yield all of them."""
    for name, form, says in (*_safetensors(), *_gguf(), *_others()):
        yield Case(
            f"bad/{name}",
            dict,
            {"kind": "unusable", "says": says},
            form=form if callable(form) else lambda form=form: form,
        )


Row = tuple[str, bytes | Callable[[], bytes], str]


def entry(shape: list[object], start: object, end: object, dtype: object = "F16") -> object:
    """Return the entry of a tensor in a safetensors header."""
    return {"dtype": dtype, "shape": shape, "data_offsets": [start, end]}


def safetensors(header: object, data: bytes = b"", length: int | None = None) -> bytes:
    """Return a file with this header, or one that lies about its length."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return struct.pack("<Q", len(text) if length is None else length) + text + data


def _safetensors() -> tuple[Row, ...]:
    good = {"a": entry([4], 0, 8), "b": entry([2, 2], 8, 16)}
    two = bytes(16)
    nested = b'{"a":' + b"[" * 200000 + b"]" * 200000 + b"}"
    headers: dict[str, object] = {
        "overlap": {"a": entry([4], 0, 8), "b": entry([4], 4, 12), "c": entry([2], 12, 16)},
        "gap": {"a": entry([4], 0, 8), "b": entry([2], 12, 16)},
        "late-start": {"a": entry([4], 8, 16)},
        "backwards": {"a": entry([4], 8, 0), "b": entry([4], 8, 16)},
        "wrong-length": {"a": entry([5], 0, 8), "b": entry([4], 8, 16)},
        "negative-shape": {"a": entry([-2, -2], 0, 8), "b": entry([4], 8, 16)},
        "negative-offset": {"a": entry([4], -8, 0), "b": entry([8], 0, 16)},
        "huge-shape": {"a": entry([2**62, 2**62], 0, 16)},
        "float-shape": {"a": entry([4.0], 0, 8), "b": entry([4], 8, 16)},
        "text-shape": {"a": entry(["4"], 0, 8), "b": entry([4], 8, 16)},
        "shape-is-a-number": {"a": {"dtype": "F16", "shape": 4, "data_offsets": [0, 16]}},
        "three-offsets": {"a": {"dtype": "F16", "shape": [8], "data_offsets": [0, 8, 16]}},
        "no-offsets": {"a": {"dtype": "F16", "shape": [8]}},
        "no-dtype": {"a": {"shape": [8], "data_offsets": [0, 16]}},
        "dtype-is-a-list": {"a": entry([8], 0, 16, ["F16"])},
        "entry-is-a-list": {"a": [8]},
        "header-is-a-list": [good],
        "metadata-is-a-list": {"__metadata__": [1], **good},
    }
    rows: list[Row] = [
        (f"{name}.safetensors", safetensors(header, two), "damaged")
        for name, header in headers.items()
        if not isinstance(header, list)
    ]
    return (
        *rows,
        ("list.safetensors", safetensors(headers["header-is-a-list"], two), "damaged"),
        ("dtype.safetensors", safetensors({"a": entry([8], 0, 16, "F13")}, two), "does not know"),
        ("deep.safetensors", safetensors(nested, two), "damaged"),
        ("not-json.safetensors", safetensors(b"{" + b"x" * 40, two), "damaged"),
        ("not-utf8.safetensors", safetensors(b'{"\xff\xfe": 1}', two), "damaged"),
        ("truncated.safetensors", safetensors(good, two)[:-3], "of"),
        ("truncated-header.safetensors", safetensors(good, two)[:40], "damaged"),
        ("longer.safetensors", safetensors(good, two + b"more"), "damaged"),
        ("huge-length.safetensors", safetensors(good, two, 2**63), "damaged"),
        ("length-beyond-end.safetensors", safetensors(good, two, 5000), "damaged"),
        ("short.safetensors", b"\x10\0\0", "damaged"),
    )


def gguf(tensors: int, values: int, rest: bytes = b"", version: int = 3) -> bytes:
    """Return a GGUF file with these counts."""
    return b"GGUF" + struct.pack("<IQQ", version, tensors, values) + rest


def text(value: bytes, length: int | None = None) -> bytes:
    """Return a text of GGUF, or one that lies about its length."""
    return struct.pack("<Q", len(value) if length is None else length) + value


def tensor(name: bytes, shape: list[int], kind: int = 0, offset: int = 0) -> bytes:
    """Return the entry of a tensor in a GGUF header."""
    edges = b"".join(struct.pack("<Q", edge) for edge in shape)
    return text(name) + struct.pack("<I", len(shape)) + edges + struct.pack("<IQ", kind, offset)


def _gguf() -> tuple[Row, ...]:
    long = text(b"k") + struct.pack("<IIQ", 9, 8, 2**60)
    numbers = text(b"k") + struct.pack("<IIQ", 9, 4, 2**60)
    aligned = text(b"general.alignment") + struct.pack("<II", 4, 0)
    one = tensor(b"a", [32])
    return (
        ("counts.gguf", gguf(2**60, 0, bytes(64)), "damaged"),
        ("values.gguf", gguf(0, 2**60, bytes(64)), "damaged"),
        ("empty.gguf", b"GGUF", "damaged"),
        ("old.gguf", gguf(0, 0, version=1), "version"),
        ("big-endian.gguf", b"GGUF" + struct.pack(">IQQ", 3, 0, 0), "version"),
        ("text-length.gguf", gguf(0, 1, text(b"k", 2**62) + bytes(64)), "damaged"),
        ("list-length.gguf", gguf(0, 1, long + bytes(64)), "damaged"),
        ("number-list.gguf", gguf(0, 1, numbers + bytes(64)), "damaged"),
        ("type.gguf", gguf(0, 1, text(b"k") + struct.pack("<I", 99) + bytes(64)), "damaged"),
        ("alignment.gguf", gguf(1, 1, aligned + one + bytes(512)), "damaged"),
        ("dimensions.gguf", gguf(1, 0, text(b"a") + struct.pack("<I", 99) + bytes(900)), "damaged"),
        ("format.gguf", gguf(1, 0, tensor(b"a", [32], 77) + bytes(512)), "damaged"),
        ("block.gguf", gguf(1, 0, tensor(b"a", [33], 12) + bytes(512)), "damaged"),
        ("offset.gguf", gguf(1, 0, tensor(b"a", [32], 0, 2**50) + bytes(512)), "damaged"),
        ("truncated.gguf", gguf(1, 0, tensor(b"a", [4096]) + bytes(512)), "damaged"),
        ("twice.gguf", gguf(2, 0, one + one + bytes(512)), "damaged"),
        ("overlap.gguf", gguf(2, 0, one + tensor(b"b", [32], 0, 64) + bytes(512)), "damaged"),
        ("not-utf8.gguf", gguf(1, 0, tensor(b"\xff\xfe", [32]) + bytes(512)), "damaged"),
    )


def _zip(name: str, data: bytes = b"x") -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr(name, data)
    return stream.getvalue()


CODE = b"cposix\nsystem\n(S'touch /tmp/never'\ntR."
"""A pickle that would run a command."""


def _others() -> tuple[Row, ...]:
    page = b"<!DOCTYPE html><html><head><title>Sign in</title></head></html>"
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 4265146304\n"
    code = b"\x80\x02" + CODE
    globals_ = b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x041+1X\x85R."
    return (
        ("page.safetensors", page, "web page"),
        ("page.ckpt", b"\n  " + page, "web page"),
        ("message.safetensors", b'{"error":"Access to model x is restricted"}', "web page"),
        ("refused.safetensors", b"Access to model x is restricted. Please log in.", "web page"),
        ("missing.safetensors", b"Entry not found", "web page"),
        ("pointer.safetensors", pointer, "git-lfs"),
        ("pointer.ckpt", pointer, "git-lfs"),
        ("empty.safetensors", b"", "empty"),
        ("empty.ckpt", b"", "empty"),
        ("zeros.safetensors", bytes(5000), "zeros"),
        ("half.safetensors.part", safetensors({"a": entry([4], 0, 8)}, bytes(8)), "not finished"),
        ("half.safetensors.crdownload", b"123", "not finished"),
        ("half.gguf.aria2", b"123", "not finished"),
        ("zipped.safetensors", _zip("readme.txt"), "zip archive"),
        ("zipped.ckpt", _zip("model.safetensors"), "zip archive"),
        ("cut.ckpt", _zip("archive/data.pkl")[:-20], "damaged"),
        ("rar.safetensors", b"Rar!\x1a\x07\x01\x00" + bytes(50), "RAR"),
        ("seven.safetensors", b"7z\xbc\xaf\x27\x1c" + bytes(50), "7-Zip"),
        ("picture.safetensors", b"\x89PNG\r\n\x1a\n" + bytes(50), "PNG"),
        ("photo.bin", b"\xff\xd8\xff\xe0" + bytes(50), "JPEG"),
        ("keras.ckpt", b"\x89HDF\r\n\x1a\n" + bytes(50), "HDF5"),
        ("network.onnx", b"\x08\x07\x12\x07pytorch" + bytes(50), "ONNX"),
        ("old.bin", b"lmgg" + bytes(50), "GGML"),
        ("notes.bin", b"these are my notes on models", "not a weight file"),
        ("noise.safetensors", bytes(range(1, 200)), "does not begin"),
        ("noise.gguf", bytes(range(1, 200)), "does not begin"),
        ("code.ckpt", code, "could run code"),
        ("code-by-name.pt", globals_, "could run code"),
        ("code-in-zip.pt", _zip("archive/data.pkl", code), "could run code"),
        ("nothing-in-zip.pt", _zip("archive/data.pkl", b""), "damaged"),
        ("program.pt", _zip("model/code/__torch__.py"), "could run code"),
        ("pickle-cut.ckpt", code[:8], "damaged"),
        ("pickle-opcode.ckpt", b"\x80\x02\xff.", "damaged"),
        ("pickle-protocol.ckpt", b"\x80\x63.", "not a weight file"),
    )  # fmt: skip
