"""Downloads from a hub that is slow, broken, lying or closed: a verified file, or a sentence."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from hub import Hub, serving

from studio.core.download import resumable
from studio.core.download.http_get import Interrupted
from studio.core.download.resumable import (
    Downloaded,
    NeedsAccess,
    NoSpace,
    Rate,
    Source,
    WrongContent,
    download,
)
from studio.core.download.state import part_of, state_of
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent

CONTENT = np.random.default_rng(7).bytes(3_000_000)
SUM = hashlib.sha256(CONTENT).hexdigest()


@pytest.fixture
def hub() -> Iterator[Hub]:
    with serving(Hub(CONTENT)) as found:
        yield found


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "models" / "net.safetensors"


def fetched(
    hub: Hub, target: Path, progress: Progress | None = None, stalled: float = 5.0, **more: str
) -> Downloaded:
    source = Source(hub.url, **more)
    return download(source, target, progress or Progress(), stalled=stalled, pause=0.01)


def refused(hub: Hub, target: Path, **more: str) -> StudioError:
    with pytest.raises(StudioError) as caught:
        fetched(hub, target, **more)
    assert not target.exists()
    str(caught.value)
    return caught.value


def left(target: Path) -> set[str]:
    return {path.name for path in target.parent.iterdir()}


def test_a_file_comes_through_redirects_and_is_verified_by_the_hub_s_hash(
    hub: Hub, target: Path
) -> None:
    hub.hops = 3
    found = fetched(hub, target)
    assert found == replace(found, path=target, size=len(CONTENT), sha256=SUM, checked=True)
    assert target.read_bytes() == CONTENT and left(target) == {target.name}
    assert found.rate > 0


def test_a_broken_connection_is_resumed_where_it_broke(hub: Hub, target: Path) -> None:
    hub.cut = [1_000_000, 500_000]
    fetched(hub, target)
    assert target.read_bytes() == CONTENT
    assert hub.ranges_asked() == [None, "bytes=1000000-", "bytes=1500000-"]


@pytest.mark.parametrize("published", [True, False])
def test_a_file_that_changed_in_between_is_begun_anew(
    hub: Hub, target: Path, published: bool
) -> None:
    hub.linked = SUM if published else None
    pause_at(hub, target, 900_000)
    hub.content, hub.etag = CONTENT[::-1], '"two"'
    hub.linked = hashlib.sha256(hub.content).hexdigest() if published else None
    fetched(hub, target)
    assert target.read_bytes() == CONTENT[::-1]


def pause_at(hub: Hub, target: Path, done: int) -> None:
    """Cancel a download after ``done`` bytes."""
    hub.delay, before = 0.005, hub.delay
    progress = Progress()

    def watch() -> None:
        while not (part_of(target).exists() and part_of(target).stat().st_size >= done):
            time.sleep(0.005)
        progress.cancel()

    watcher = threading.Thread(target=watch)
    watcher.start()
    with pytest.raises(Cancelled):
        fetched(hub, target, progress)
    watcher.join()
    hub.delay = before
    hub.asked.clear()


def test_a_paused_download_goes_on_in_another_call(hub: Hub, target: Path) -> None:
    pause_at(hub, target, 500_000)
    kept = json.loads(state_of(target).read_text())
    assert kept["done"] == part_of(target).stat().st_size >= 500_000
    assert kept["so_far"] == hashlib.sha256(CONTENT[: kept["done"]]).hexdigest()
    fetched(hub, target)
    assert hub.ranges_asked() == [f"bytes={kept['done']}-"]
    assert target.read_bytes() == CONTENT and left(target) == {target.name}


def test_a_part_that_was_damaged_on_the_disk_is_not_continued(hub: Hub, target: Path) -> None:
    pause_at(hub, target, 500_000)
    with part_of(target).open("r+b") as file:
        file.seek(1000)
        file.write(b"damaged")
    fetched(hub, target)
    assert hub.ranges_asked() == [None] and target.read_bytes() == CONTENT


def test_a_killed_process_is_resumed(hub: Hub, target: Path) -> None:
    hub.delay = 0.02
    code = (
        "import sys; from pathlib import Path\n"
        "from studio.core.download import resumable\n"
        "from studio.core.progress import Progress\n"
        "resumable.SAVE_BYTES = 200_000\n"
        "resumable.download(resumable.Source(sys.argv[1]), Path(sys.argv[2]), Progress())\n"
    )
    process = subprocess.Popen([sys.executable, "-c", code, hub.url, str(target)])
    until = time.monotonic() + 60
    while not (state_of(target).exists() and json.loads(state_of(target).read_text())["done"]):
        assert time.monotonic() < until and process.poll() is None
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
    process.wait()
    hub.delay = 0.0
    hub.asked.clear()
    fetched(hub, target)
    asked = hub.ranges_asked()
    assert len(asked) == 1 and asked[0] is not None and int(asked[0][6:-1]) >= 200_000
    assert target.read_bytes() == CONTENT and left(target) == {target.name}


def test_a_second_download_of_the_same_file_is_refused_while_one_runs(
    hub: Hub, target: Path
) -> None:
    hub.stall_after = 100_000
    progress = Progress()
    ended: list[BaseException] = []

    def run() -> None:
        try:
            fetched(hub, target, progress)
        except Cancelled as stop:
            ended.append(stop)

    first = threading.Thread(target=run)
    first.start()
    while not part_of(target).exists():
        time.sleep(0.01)
    assert "being downloaded already" in str(refused(hub, target))
    progress.cancel()
    first.join(5)
    assert ended and not first.is_alive()


def test_cancelling_does_not_wait_for_a_stalled_server(hub: Hub, target: Path) -> None:
    hub.stall_after = 100_000
    progress = Progress()
    threading.Timer(0.3, progress.cancel).start()
    began = time.monotonic()
    with pytest.raises(Cancelled):
        fetched(hub, target, progress, stalled=30.0)
    assert time.monotonic() - began < 3


def test_a_stalled_server_is_given_up(
    hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "ATTEMPTS", 2)
    hub.stall_after = 100_000
    with pytest.raises(Interrupted, match="sent nothing"):
        fetched(hub, target, stalled=0.3)
    assert part_of(target).stat().st_size >= 100_000


def test_a_length_that_is_a_lie_ends_in_a_sentence(hub: Hub, target: Path) -> None:
    hub.more_length, hub.linked = 1000, None
    error = refused(hub, target)
    assert isinstance(error, StudioError) and len(hub.ranges_asked()) <= 2 * resumable.ATTEMPTS


def test_two_sizes_that_contradict_each_other_are_refused(hub: Hub, target: Path) -> None:
    hub.linked_size = len(CONTENT) - 1
    assert "contradict" in str(refused(hub, target))


def test_a_wrong_hash_is_set_aside(hub: Hub, target: Path) -> None:
    hub.linked = "0" * 64
    assert isinstance(refused(hub, target), WrongContent)
    assert left(target) == {f"{target.name}.bad"}


def test_a_file_of_another_version_is_refused_before_it_is_sent(hub: Hub, target: Path) -> None:
    assert "another version" in str(refused(hub, target, sha256="1" * 64))
    assert not part_of(target).exists()


def test_the_table_s_hash_decides_without_one_of_the_hub(hub: Hub, target: Path) -> None:
    hub.linked = None
    assert isinstance(refused(hub, target, sha256="1" * 64), WrongContent)
    assert fetched(hub, target, sha256=SUM).checked


def test_without_any_hash_the_file_is_said_to_be_unchecked(hub: Hub, target: Path) -> None:
    hub.linked = None
    assert not fetched(hub, target).checked


def test_a_part_that_is_complete_already_is_only_verified(hub: Hub, target: Path) -> None:
    pause_at(hub, target, 500_000)
    kept = json.loads(state_of(target).read_text())
    part_of(target).write_bytes(CONTENT)
    state_of(target).write_text(json.dumps({**kept, "done": len(CONTENT), "so_far": SUM}))
    fetched(hub, target)
    assert hub.ranges_asked() == [f"bytes={len(CONTENT)}-"] and target.read_bytes() == CONTENT


def test_a_part_that_is_longer_than_the_file_is_begun_anew(hub: Hub, target: Path) -> None:
    pause_at(hub, target, 500_000)
    kept, longer = json.loads(state_of(target).read_text()), CONTENT + b"more"
    part_of(target).write_bytes(longer)
    digest = hashlib.sha256(longer).hexdigest()
    state_of(target).write_text(json.dumps({**kept, "done": len(longer), "so_far": digest}))
    fetched(hub, target)
    assert hub.ranges_asked() == [f"bytes={len(longer)}-", None]
    assert target.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_everything_again(hub: Hub, target: Path) -> None:
    hub.cut, hub.ranges = [2_000_000], False
    fetched(hub, target)
    assert target.read_bytes() == CONTENT


def test_a_range_that_begins_elsewhere_is_not_appended(hub: Hub, target: Path) -> None:
    hub.cut, hub.wrong_start = [2_000_000], True
    fetched(hub, target)
    assert target.read_bytes() == CONTENT and hub.ranges_asked()[-1] is None


@pytest.mark.parametrize("status", [401, 403])
def test_a_gated_file_names_the_page_and_the_token(hub: Hub, target: Path, status: int) -> None:
    hub.status = [(status, {})]
    error = refused(hub, target, page="https://example.org/model")
    assert isinstance(error, NeedsAccess)
    assert "https://example.org/model" in str(error) and "HF_TOKEN" in str(error)


def test_the_token_goes_to_the_first_host_only(hub: Hub, target: Path) -> None:
    with serving(Hub(CONTENT)) as other:
        other.hops = 0
        place = f"{other.address}/cdn/file?hop=1"
        hub.status = [(302, {"Location": place, "X-Linked-Etag": SUM})]
        fetched(hub, target, token="secret")
        assert hub.asked[0][1]["authorization"] == "Bearer secret"
        assert other.asked and "authorization" not in other.asked[0][1]


@pytest.mark.parametrize(
    ("status", "part"), [(404, "has no file"), (410, "has no file"), (400, "refuses")]
)
def test_what_cannot_get_better_is_not_tried_again(
    hub: Hub, target: Path, status: int, part: str
) -> None:
    hub.status = [(status, {})]
    assert part in str(refused(hub, target)) and len(hub.asked) == 1


def test_a_busy_server_is_asked_again_later(hub: Hub, target: Path) -> None:
    hub.status = [(503, {"Retry-After": "1"}), (429, {})]
    began = time.monotonic()
    fetched(hub, target)
    assert time.monotonic() - began >= 1 and target.read_bytes() == CONTENT


def test_a_sign_in_page_is_not_taken_for_a_model(hub: Hub, target: Path) -> None:
    hub.html = True
    assert "web page" in str(refused(hub, target))
    assert not part_of(target).exists()


def test_redirects_in_circles_end(hub: Hub, target: Path) -> None:
    hub.hops = 100
    assert "circles" in str(refused(hub, target))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://example.org/x", "net", "http://"])
def test_other_addresses_are_refused(target: Path, url: str) -> None:
    with pytest.raises(StudioError, match="not an address"):
        download(Source(url), target, Progress(), pause=0.01)


def test_a_server_that_is_not_there(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resumable, "ATTEMPTS", 2)
    with serving(Hub(CONTENT)) as gone:
        url = gone.url
    with pytest.raises(Interrupted, match="failed"):
        download(Source(url), target, Progress(), pause=0.01)


def test_too_little_space_is_said_before_anything_is_written(
    hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable, "RESERVE", 1 << 60)
    error = refused(hub, target)
    assert isinstance(error, NoSpace) and "net.safetensors needs" in str(error)
    assert not part_of(target).exists()


def test_a_disk_that_fills_up_keeps_what_was_downloaded(
    hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(resumable._Download):
        def _write(self, file: BinaryIO, block: bytes) -> None:
            if file.tell() > 1_000_000:
                raise OSError(errno.ENOSPC, "No space left on device")
            super()._write(file, block)

    with monkeypatch.context() as patched:
        patched.setattr(resumable, "_Download", Full)
        assert "disk is full" in str(refused(hub, target))
    hub.asked.clear()
    fetched(hub, target)
    assert (hub.ranges_asked()[0] or "").startswith("bytes=") and target.read_bytes() == CONTENT


def test_progress_has_the_rate_and_the_time_left(hub: Hub, target: Path) -> None:
    hub.delay = 0.02
    events: list[ProgressEvent] = []
    fetched(hub, target, Progress(events.append))
    rates = [event.details for event in events if isinstance(event.details, Rate)]
    assert rates and all(rate.total == len(CONTENT) for rate in rates)
    assert rates[-1].left is not None and 0 <= rates[-1].left < 5
    assert [event.fraction for event in events] == sorted(event.fraction for event in events)


def test_a_file_that_is_there_is_not_downloaded_again(hub: Hub, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(CONTENT)
    assert fetched(hub, target, sha256=SUM).checked and not hub.asked
    with pytest.raises(StudioError, match="another file"):
        fetched(hub, target, sha256="2" * 64)
    assert target.read_bytes() == CONTENT


def test_a_proxy_of_the_environment_is_used(
    hub: Hub, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.hops = 0
    monkeypatch.setenv("http_proxy", hub.address.replace("http://", "http://me:word@"))
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    download(Source("http://models.invalid/a/net", SUM), target, Progress(), pause=0.01)
    path, headers = hub.asked[0]
    assert path == "http://models.invalid/a/net" and headers["host"] == "models.invalid"
    assert headers["proxy-authorization"] == "Basic bWU6d29yZA=="
