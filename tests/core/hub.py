"""A server on loopback that answers like a hub of models: a redirect with the hash, then a file.

Its ``faults`` make it slow, broken, lying or closed.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Hub:
    """The content that is served, how, and the requests that came."""

    def __init__(self, content: bytes) -> None:
        self.content = content
        self.etag = '"one"'
        self.linked: str | None = hashlib.sha256(content).hexdigest()
        self.linked_size: int | None = None
        self.cut: list[int] = []
        """Bytes after which each of the next answers breaks off."""
        self.block, self.delay = 1 << 16, 0.0
        self.stall_after: int | None = None
        self.more_length = 0
        self.ranges = True
        self.wrong_start = False
        self.status: list[tuple[int, dict[str, str]]] = []
        self.html = False
        self.hops = 1
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.released = threading.Event()
        self.address = ""

    @property
    def url(self) -> str:
        """The address of the file."""
        return f"{self.address}/maker/model/resolve/main/net.safetensors"

    def ranges_asked(self) -> list[str | None]:
        """Return the Range header of each request for the content."""
        return [headers.get("range") for path, headers in self.asked if "/cdn/" in path]


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: Any) -> None:
            pass

        def do_GET(self) -> None:
            hub.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            if hub.status:
                code, headers = hub.status.pop(0)
                self._head(code, {**headers, "Content-Length": "0"})
                return
            hop = int(self.path.rsplit("=", 1)[1]) if "?hop=" in self.path else 0
            if hop < hub.hops:
                more = {"X-Linked-Etag": f'"{hub.linked}"'} if hub.linked else {}
                if hub.linked_size is not None:
                    more["X-Linked-Size"] = str(hub.linked_size)
                place = f"/cdn/file?hop={hop + 1}"
                self._head(302, {"Location": place, "Content-Length": "0", **more})
                return
            self._file()

        def _head(self, code: int, headers: dict[str, str]) -> None:
            self.send_response(code)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        def _file(self) -> None:
            size, start = len(hub.content), 0
            asked = self.headers.get("Range")
            same = self.headers.get("If-Range", hub.etag) == hub.etag
            headers = {"ETag": hub.etag} if hub.etag else {}
            if hub.html:
                headers["Content-Type"] = "text/html; charset=utf-8"
            if asked and hub.ranges and same:
                start = int(asked.removeprefix("bytes=").removesuffix("-"))
                if start >= size:
                    self._head(416, {"Content-Range": f"bytes */{size}", "Content-Length": "0"})
                    return
                shown = start + 1 if hub.wrong_start else start
                headers["Content-Range"] = f"bytes {shown}-{size - 1}/{size}"
            body = hub.content[start:]
            headers["Content-Length"] = str(len(body) + hub.more_length)
            self._head(206 if start or "Content-Range" in headers else 200, headers)
            self._send(body)

        def _send(self, body: bytes) -> None:
            end = min(hub.cut.pop(0), len(body)) if hub.cut else len(body)
            try:
                for at in range(0, end, hub.block):
                    if hub.stall_after is not None and at >= hub.stall_after:
                        hub.released.wait(30)
                        break
                    self.wfile.write(body[at : min(at + hub.block, end)])
                    time.sleep(hub.delay)
            except OSError:
                pass
            self.close_connection = True

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        # A client that goes away in the middle is what is tested here.
        handle_error = lambda self, request, client_address: None  # noqa: E731

    server = Server(("127.0.0.1", 0), Handler)
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hub
    finally:
        hub.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
