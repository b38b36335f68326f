"""Shared memory that needs no cleanup, however either process ends.

On Linux it is an anonymous file (memfd_create(2)), on other POSIX systems an unlinked temporary
file; its descriptor is sent over the pipe (SCM_RIGHTS, unix(7)). On Windows it is a named section,
which the system removes with its last handle, so the sender keeps it until the receiver confirms
that it has opened it.
"""

from __future__ import annotations

import array
import mmap
import os
import secrets
import socket
import sys
import tempfile
from multiprocessing.connection import Connection

if sys.platform == "win32":

    class Segment:
        """A named section of ``size`` bytes; an empty ``name`` creates a new one."""

        def __init__(self, size: int, name: str = "") -> None:
            self.name = name or f"lienzo-{secrets.token_hex(16)}"
            self.memory = mmap.mmap(-1, size, tagname=self.name)

        @classmethod
        def receive(cls, connection: Connection, size: int, name: str) -> Segment:
            """Return the section created by the other process."""
            return cls(size, name)

        def send(self, connection: Connection) -> bool:
            """Return False: the name suffices, but the sender has to keep the section for now."""
            return False

        def close(self) -> None:
            """Close this process's handle."""
            self.memory.close()

else:

    class Segment:
        """An anonymous file of ``size`` bytes, mapped as ``memory``; ``name`` is always empty."""

        def __init__(self, size: int, descriptor: int | None = None) -> None:
            self.name = ""
            self._descriptor = descriptor
            if self._descriptor is None:
                self._descriptor = _anonymous_file()
            try:
                if descriptor is None:
                    os.ftruncate(self._descriptor, size)
                self.memory = mmap.mmap(self._descriptor, size)
            except BaseException:
                os.close(self._descriptor)
                raise

        @classmethod
        def receive(cls, connection: Connection, size: int, name: str) -> Segment:
            """Return the segment of the next descriptor; EOFError if the other end is closed."""
            with _socket_of(connection) as over:
                _, descriptors, _, _ = socket.recv_fds(over, 1, 1)
            if not descriptors:
                raise EOFError
            return cls(size, descriptors[0])

        def send(self, connection: Connection) -> bool:
            """Send the descriptor; returns True, as this process need not keep the segment."""
            rights = array.array("i", [self._descriptor or 0])
            with _socket_of(connection) as over:
                over.sendmsg([b"\0"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, rights)])
            return True

        def close(self) -> None:
            """Unmap the memory and close this process's descriptor."""
            self.memory.close()
            if self._descriptor is not None:
                os.close(self._descriptor)
                self._descriptor = None

    def _anonymous_file() -> int:
        if sys.platform == "linux":
            return os.memfd_create("lienzo")
        with tempfile.TemporaryFile() as file:
            return os.dup(file.fileno())

    def _socket_of(connection: Connection) -> socket.socket:
        """Return the AF_UNIX socket that underlies a duplex pipe on POSIX systems."""
        descriptor = os.dup(connection.fileno())
        return socket.socket(socket.AF_UNIX, socket.SOCK_STREAM, fileno=descriptor)
