"""Takes the weights out of an ONNX file, without the package onnx.

An ONNX file is a protocol buffer, whose fields have four kinds only, so that this reader replaces a
dependency of 20 MB. The numbers of the fields are those of onnx.proto in ONNX's repository.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.protobuf import block, fields, varint

Floats = NDArray[np.float32]
Stored = NDArray[np.generic]

GRAPH = 7
"""Field of ModelProto."""
NODE, INITIALIZER = 1, 5
"""Fields of GraphProto."""
INPUT, OPERATOR = 1, 4
"""Fields of NodeProto."""
DIMS, TYPE, NAME, RAW = 1, 2, 8, 9
"""Fields of TensorProto."""

FLOAT = 1
DTYPES = {FLOAT: "<f4", 2: "u1", 3: "i1", 6: "<i4", 7: "<i8", 10: "<f2", 11: "<f8"}
"""The numpy type of each TensorProto.DataType that is read; others are left out."""


def halves(source: Path, target: Path) -> None:
    """Write the weights of an ONNX file as float16 safetensors, under their names.

    Biases stay float32. Initialisers with names that exporters make up ("onnx::...") are left out.
    StudioError for a file that is not ONNX or has no weights.
    """
    from safetensors.numpy import save_file

    tensors = {}
    for name, tensor in weights(source.read_bytes(), source.name).items():
        if "::" not in name:
            tensors[name] = tensor.astype(np.float16) if tensor.ndim > 1 else tensor
    if not tensors:
        raise _unreadable(source.name)
    save_file(tensors, target)


def weights(content: bytes, file: str = "model.onnx") -> dict[str, Floats]:
    """Return the float32 initialisers of an ONNX file by name, and those that it dequantises.

    A quantised one is multiplied by its scale, along the first axis if there is one scale for each.
    StudioError, which names ``file``, if it is damaged; an empty file has none.
    """
    stored, quantised = dict[str, Stored](), list[list[str]]()
    try:
        for number, graph in fields(memoryview(content)):
            if number != GRAPH:
                continue
            for inner, message in fields(block(graph)):
                if inner == INITIALIZER:
                    stored.update(_initialiser(block(message)))
                elif inner == NODE:
                    quantised += _quantised(block(message))
        found = {name: one.astype(np.float32) for name, one in stored.items() if one.dtype == "<f4"}
        for name, scale, zero in quantised:
            if name in stored:
                found[name] = _dequantised(stored[name], stored[scale], stored[zero])
    except (IndexError, KeyError, ValueError) as error:
        raise _unreadable(file) from error
    return found


def _dequantised(values: Stored, scale: Stored, zero: Stored) -> Floats:
    """Return (values - zero) * scale, as ONNX's DequantizeLinear along axis 0."""
    shape = (-1, *(1,) * (values.ndim - 1)) if scale.ndim else ()
    shifted = values.astype(np.float32) - zero.astype(np.float32).reshape(shape)
    return np.asarray(shifted * scale.astype(np.float32).reshape(shape), np.float32)


def _quantised(node: memoryview) -> list[list[str]]:
    """Return the names of tensor, scale and zero point of a DequantizeLinear; of others nothing."""
    inputs, operator = list[str](), ""
    for number, body in fields(node):
        if number == INPUT:
            inputs.append(str(block(body), "utf-8"))
        elif number == OPERATOR:
            operator = str(block(body), "utf-8")
    return [inputs] if operator == "DequantizeLinear" and len(inputs) == 3 else []


def _initialiser(message: memoryview) -> dict[str, Stored]:
    shape: list[int] = []
    name, dtype, raw = "", "", memoryview(b"")
    for number, value in fields(message):
        if number == DIMS:
            shape += [value] if isinstance(value, int) else _packed(value)
        elif number == TYPE and isinstance(value, int):
            dtype = DTYPES.get(value, "")
        elif number == NAME:
            name = str(block(value), "utf-8")
        elif number == RAW:
            raw = block(value)
    # Numbers outside ``raw_data`` are no weights in any exporter's files.
    return {name: np.frombuffer(raw, dtype).reshape(shape)} if dtype and len(raw) else {}


def _packed(view: memoryview) -> list[int]:
    found, place = list[int](), 0
    while place < len(view):
        value, place = varint(view, place)
        found.append(value)
    return found


def _unreadable(file: str) -> StudioError:
    return StudioError("The weights in {name} cannot be read.", name=file)
