"""One GET request: redirects, proxies of the environment, a stall limit, and cancelling."""

from __future__ import annotations

import base64
import contextlib
import http.client
import socket
import threading
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from studio import __version__
from studio.core.errors import StudioError
from studio.core.progress import Progress

STALLED = 30.0
"""Seconds without a byte after which a connection is given up."""
MOST_REDIRECTS = 8
REDIRECTS = (301, 302, 303, 307, 308)
CHUNK = 1 << 18
_POLL_SECONDS = 0.1
LINKED_SUM, LINKED_SIZE = "x-linked-etag", "x-linked-size"
"""Headers of a hub's redirect: SHA-256 and size of the file, see ``huggingface_hub.constants``."""


class Interrupted(StudioError):
    """The connection failed or ended too early; another attempt may succeed."""


@dataclass(frozen=True, slots=True)
class Reply:
    """The headers of an answer, names in lower case, and the open body.

    ``linked`` are the headers of the first redirect that has any of a hub.
    """

    status: int
    headers: Mapping[str, str]
    linked: Mapping[str, str]
    body: http.client.HTTPResponse
    host: str
    stalled: float
    progress: Progress

    def read(self) -> bytes:
        """Return what has arrived, at most ``CHUNK`` bytes; empty at the end of the body."""
        with network_errors(self.host, self.stalled, self.progress):
            return self.body.read1(CHUNK)


@contextlib.contextmanager
def get(
    url: str,
    headers: Mapping[str, str],
    progress: Progress,
    token: str = "",
    stalled: float = STALLED,
) -> Iterator[Reply]:
    """Open ``url``, follow its redirects, and close the connection afterwards.

    ``token`` is sent to the first host only. ``Interrupted`` for errors of the connection, also
    from ``Reply.read``; ``Cancelled`` within a second, StudioError for an address or redirect
    that cannot be followed.
    """
    linked: dict[str, str] = {}
    first = urlsplit(url).netloc
    for _ in range(MOST_REDIRECTS):
        parts = _checked(url)
        sent = {"User-Agent": f"lienzo/{__version__}", "Accept-Encoding": "identity", **headers}
        if token and parts.netloc == first:
            sent["Authorization"] = f"Bearer {token}"
        with _answer(parts, sent, progress, stalled) as answer:
            found = {name.lower(): value for name, value in answer.getheaders()}
            if LINKED_SUM in found and not linked:
                linked = found
            if answer.status not in REDIRECTS:
                host = parts.hostname or ""
                yield Reply(answer.status, found, linked, answer, host, stalled, progress)
                return
            target = urljoin(url, found.get("location", ""))
        if parts.scheme == "https" and urlsplit(target).scheme != "https":
            raise StudioError(
                "{host} sends on to an address without encryption.",
                "Try another mirror.",
                host=parts.hostname,
            )
        url = target
    raise StudioError("{host} sends in circles.", "Try another mirror.", host=first)


def _checked(url: str) -> SplitResult:
    parts = urlsplit(url)
    try:
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise StudioError(
            "{url} is not an address of the web.",
            "It begins with https:// and the name of a host.",
            url=url,
        )
    return parts


@contextlib.contextmanager
def _answer(
    parts: SplitResult, headers: Mapping[str, str], progress: Progress, stalled: float
) -> Iterator[http.client.HTTPResponse]:
    progress.check()
    connection, target, more = _connection(parts, stalled)
    place = parts.hostname or ""
    try:
        with network_errors(place, stalled, progress):
            connection.connect()
        with _ended_by(progress, connection.sock):
            with network_errors(place, stalled, progress):
                connection.request("GET", target, headers={**headers, **more})
                answer = connection.getresponse()
            yield answer
    finally:
        connection.close()


@contextlib.contextmanager
def network_errors(host: str, stalled: float, progress: Progress) -> Iterator[None]:
    """Turn what goes wrong with a connection into ``Interrupted``, or ``Cancelled`` if it was."""
    try:
        yield
    except TimeoutError as error:
        progress.check()
        raise Interrupted(
            "{host} sent nothing for {seconds} seconds.",
            "Try again later; what has been downloaded is kept.",
            host=host,
            seconds=round(stalled),
        ) from error
    except socket.gaierror as error:
        progress.check()
        raise Interrupted(
            "{host} was not found.",
            "Check the connection to the network; what has been downloaded is kept.",
            host=host,
        ) from error
    except (OSError, http.client.HTTPException) as error:
        progress.check()
        raise Interrupted(
            "The connection to {host} failed ({reason}).",
            "Check the connection to the network; what has been downloaded is kept.",
            host=host,
            reason=getattr(error, "strerror", "") or str(error) or type(error).__name__,
        ) from error


def _connection(
    parts: SplitResult, stalled: float
) -> tuple[http.client.HTTPConnection, str, dict[str, str]]:
    """Return the connection, the target of the request line, and headers for a proxy."""
    host, target = parts.hostname or "", parts.path or "/"
    if parts.query:
        target += f"?{parts.query}"
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    named = urllib.request.getproxies().get(parts.scheme, "")
    # Loopback never goes through a proxy, as in browsers.
    if not named or host in ("127.0.0.1", "::1", "localhost") or urllib.request.proxy_bypass(host):
        return kind(host, parts.port, timeout=stalled), target, {}
    proxy = _checked(named if "://" in named else f"http://{named}")
    right = {}
    if proxy.username:
        pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
        right["Proxy-Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    connection = kind(proxy.hostname or "", proxy.port or 80, timeout=stalled)
    if parts.scheme == "https":
        connection.set_tunnel(host, parts.port or 443, headers=right)
        return connection, target, {}
    return connection, parts.geturl(), right


@contextlib.contextmanager
def _ended_by(progress: Progress, sock: socket.socket) -> Iterator[None]:
    """End the waiting for a socket within the block once the work is cancelled."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_POLL_SECONDS):
            if progress.is_cancelled:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)
                return

    watcher = threading.Thread(target=watch, name="download-cancel", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        done.set()
        watcher.join()
