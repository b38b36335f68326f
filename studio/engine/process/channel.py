"""One end of the pipe between the window's process and the engine's."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

from studio.engine.process.packing import Array, pack, unpack
from studio.engine.process.segments import Segment

ALIGNMENT = 64
"""Alignment of arrays in a segment, in bytes: a cache line."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The layout of a message's arrays in its segment: (dtype, shape, offset in bytes) of each."""

    rows: tuple[tuple[str, tuple[int, ...], int], ...]
    size: int

    @classmethod
    def of(cls, arrays: Sequence[Array]) -> Layout:
        """Return the layout of consecutive arrays."""
        rows, size = [], 0
        for one in arrays:
            size = -(-size // ALIGNMENT) * ALIGNMENT
            rows.append((one.dtype.str, tuple(one.shape), size))
            size += one.nbytes
        return cls(tuple(rows), size)

    def views(self, memory: Any) -> list[Array]:
        """Return arrays that view the memory of a segment, valid while it is open."""
        return [
            np.ndarray(shape, np.dtype(kind), memory, offset) for kind, shape, offset in self.rows
        ]


class Channel:
    """Sends and receives messages; each direction may be used by one thread at a time.

    EOFError or OSError means that the other process has ended.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._lent: dict[str, Segment] = {}

    def send(self, message: Any, known: Sequence[Any] = ()) -> list[Array]:
        """Send a message; objects in ``known`` are sent as references, as the other side has them.

        Returns the arrays that were sent, in the order in which ``receive`` returns them.
        """
        data, arrays = pack(message, known)
        layout = Layout.of(arrays)
        with self._sending:
            if layout.size == 0:
                self._send_frame(layout, "", data)
                return arrays
            segment = Segment(layout.size)
            kept = False
            try:
                _fill(segment, layout, arrays)
                self._send_frame(layout, segment.name, data)
                kept = not segment.send(self._connection)
                if kept:
                    self._lent[segment.name] = segment
            finally:
                if not kept:
                    segment.close()
        return arrays

    def poll(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; returns whether there is a message or end of file."""
        return self._connection.poll(timeout)

    def receive(self, known: Sequence[Any] = ()) -> tuple[Any, list[Array]]:
        """Return the next message and writable copies of the arrays sent with it."""
        while True:
            head = json.loads(self._connection.recv_bytes())
            if "opened" in head:
                self._lent.pop(head["opened"]).close()
                continue
            data = self._connection.recv_bytes()
            rows = tuple((kind, tuple(shape), at) for kind, shape, at in head["rows"])
            layout = Layout(rows, head["size"])
            arrays = self._read(layout, head["name"])
            return unpack(data, arrays, known), arrays

    def close(self) -> None:
        """Close this end; the other side then gets EOFError."""
        self._connection.close()
        for segment in self._lent.values():
            segment.close()
        self._lent.clear()

    def _send_frame(self, layout: Layout, name: str, data: bytes) -> None:
        head = {"rows": layout.rows, "size": layout.size, "name": name}
        self._connection.send_bytes(json.dumps(head).encode())
        self._connection.send_bytes(data)

    def _read(self, layout: Layout, name: str) -> list[Array]:
        if layout.size == 0:
            return [np.empty(shape, np.dtype(kind)) for kind, shape, _ in layout.rows]
        segment = Segment.receive(self._connection, layout.size, name)
        try:
            copies = [one.copy() for one in layout.views(segment.memory)]
        finally:
            segment.close()
        if name:
            with self._sending:
                self._connection.send_bytes(json.dumps({"opened": name}).encode())
        return copies


def _fill(segment: Segment, layout: Layout, arrays: Sequence[Array]) -> None:
    for view, one in zip(layout.views(segment.memory), arrays, strict=True):
        view[...] = one
