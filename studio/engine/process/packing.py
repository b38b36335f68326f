"""Pickles messages restricted to plain data; their arrays are sent separately."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from enum import Enum
from pathlib import PurePath
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

ROOM = "studio."
"""The prefix of the modules whose classes a message may contain."""
FUNCTIONS = {("studio.core.errors", "_rebuild")}
"""The functions of those modules that a message may call."""
PLAIN = {("builtins", "set"), ("builtins", "frozenset"), ("builtins", "complex")}


class Packer(pickle.Pickler):
    """Pickles a message and collects its arrays in ``arrays``, each object once.

    An object in ``known`` is pickled as its index there, as the other side has it.
    """

    def __init__(self, stream: io.BytesIO, known: Sequence[Any]) -> None:
        super().__init__(stream, pickle.HIGHEST_PROTOCOL)
        self.arrays: list[Array] = []
        self._places = {id(one): ("known", index) for index, one in enumerate(known)}

    def persistent_id(self, value: Any) -> Any:
        """Return the persistent id of a known object, an array or a NumPy scalar."""
        if id(value) in self._places:
            return self._places[id(value)]
        if isinstance(value, np.generic):
            return "number", value.dtype.str, value.tobytes()
        if not isinstance(value, np.ndarray):
            return None
        if value.dtype.hasobject:
            raise pickle.PicklingError("an array of Python objects is not plain data")
        self._places[id(value)] = "array", len(self.arrays)
        self.arrays.append(value)
        return self._places[id(value)]


class Unpacker(pickle.Unpickler):
    """Reads the output of ``Packer``; refuses every class and function that is not plain data."""

    def __init__(self, data: bytes, arrays: Sequence[Array], known: Sequence[Any]) -> None:
        super().__init__(io.BytesIO(data))
        self._tables: dict[str, Sequence[Any]] = {"array": arrays, "known": known}

    def persistent_load(self, name: Any) -> Any:
        """Return the object for an id from ``Packer.persistent_id``."""
        if name[0] == "number":
            return np.frombuffer(name[2], np.dtype(name[1]))[0]
        return self._tables[name[0]][name[1]]

    def find_class(self, module: str, name: str) -> Any:
        """Return a class of Lienzo, an error's constructor or a path; UnpicklingError otherwise.

        Dataclasses, enums and errors only hold values; creating one runs no code from the message.
        """
        if (module, name) in PLAIN or (module, name) in FUNCTIONS:
            return super().find_class(module, name)
        if module.startswith(("pathlib", ROOM)):
            found = super().find_class(module, name)
            if isinstance(found, type) and is_plain(found):
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no plain data")


def is_plain(kind: type[Any]) -> bool:
    """Return whether a class is plain data: a dataclass, an enum, an error or a path."""
    return hasattr(kind, "__dataclass_fields__") or issubclass(kind, (Enum, Exception, PurePath))


def pack(message: Any, known: Sequence[Any] = ()) -> tuple[bytes, list[Array]]:
    """Return the pickle of a message, and the arrays to send with it."""
    stream = io.BytesIO()
    packer = Packer(stream, known)
    packer.dump(message)
    return stream.getvalue(), packer.arrays


def unpack(data: bytes, arrays: Sequence[Array], known: Sequence[Any] = ()) -> Any:
    """Return the message of ``pack``; pickle.UnpicklingError if it is not plain data."""
    return Unpacker(data, arrays, known).load()
