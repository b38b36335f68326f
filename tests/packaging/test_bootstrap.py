"""The script behind the README's commands, with real environments and a real pip."""

from __future__ import annotations

import ast
import hashlib
import importlib
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "packaging" / "bootstrap.py"


@pytest.fixture
def bootstrap(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the script as a module."""
    monkeypatch.syspath_prepend(str(SCRIPT.parent))
    yield importlib.import_module("bootstrap")
    for name in ("bootstrap", "qt_libraries"):
        sys.modules.pop(name, None)


@pytest.fixture(scope="module")
def made_venv(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make one environment with pip, for all tests of this file."""
    folder = tmp_path_factory.mktemp("made") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    return folder


def start(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script in a process of its own."""
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )


@pytest.mark.parametrize("name", ["bootstrap.py", "qt_libraries.py"])
def test_an_old_python_understands_it(name: str) -> None:
    ast.parse((SCRIPT.parent / name).read_text(encoding="utf-8"), feature_version=(3, 8))


def test_only_the_standard_library_is_needed() -> None:
    done = subprocess.run(
        [sys.executable, "-S", "-I", str(SCRIPT), "--help"], capture_output=True, text=True
    )
    assert done.returncode == 0 and "run" in done.stdout + done.stderr


def test_bad_usage_is_exit_code_2() -> None:
    assert start("build").returncode == 2
    assert start().returncode == 2


def test_an_environment_is_kept_while_it_works(
    bootstrap: ModuleType, made_venv: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = (made_venv / "pyvenv.cfg").stat().st_mtime_ns
    python = bootstrap.make_venv(made_venv)
    assert bootstrap.version_of(python) == sys.version_info[:2]
    assert (made_venv / "pyvenv.cfg").stat().st_mtime_ns == before
    assert capsys.readouterr().out == ""


def test_a_half_made_environment_is_made_anew(bootstrap: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "venv"
    (folder / "lib").mkdir(parents=True)
    (folder / "pyvenv.cfg").write_text("home = nowhere\n")
    python = bootstrap.make_venv(folder)
    assert bootstrap.version_of(python, "sys, pip") == sys.version_info[:2]


def test_a_folder_with_something_else_in_it_is_left_alone(
    bootstrap: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "thesis.odt").write_text("years of work")
    with pytest.raises(SystemExit) as stopped:
        bootstrap.make_venv(tmp_path)
    assert stopped.value.code == 1
    assert (tmp_path / "thesis.odt").read_text() == "years of work"
    assert "thesis.odt" in capsys.readouterr().err


def test_nothing_is_installed_twice_and_changes_are_noticed(
    bootstrap: ModuleType, made_venv: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    project = tmp_path / "project"
    locks = project / "packaging" / "locks"
    locks.mkdir(parents=True)
    (project / "pyproject.toml").write_text("[project]\n")
    table = project / bootstrap.ASSET_TABLE
    table.parent.mkdir(parents=True)
    table.write_text("")
    for name in ("run.txt", "test.txt"):
        (locks / name).write_text("")
    monkeypatch.setattr(bootstrap, "ROOT", project)
    monkeypatch.setenv("LIENZO_VENV", str(made_venv))
    installed: list[list[str]] = []
    monkeypatch.setattr(bootstrap, "pip_install", lambda _, extras: installed.append(extras))
    monkeypatch.setattr(bootstrap, "provide_assets", lambda python: None)
    stamp = made_venv / bootstrap.STAMP
    stamp.unlink(missing_ok=True)

    bootstrap.install([])
    bootstrap.install([])
    assert installed == [[]]
    bootstrap.install(["test"])
    bootstrap.install([])
    assert installed == [[], ["test"]], "an extra stays and is not asked for again"
    (locks / "test.txt").write_text("numpy==1\n")
    bootstrap.install([])
    assert installed[2:] == [["test"]]
    stamp.write_text("{broken")
    bootstrap.install(["test"])
    assert len(installed) == 4
    table.write_text("another row")
    bootstrap.install([])
    assert len(installed) == 5, "new assets are fetched after an update"

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    stamp.unlink()
    monkeypatch.setattr(bootstrap, "pip_install", interrupted)
    with pytest.raises(KeyboardInterrupt):
        bootstrap.install([])
    assert not stamp.exists()
    stamp.unlink(missing_ok=True)


def test_assets_are_fetched_after_the_packages_and_may_fail(
    bootstrap: ModuleType, made_venv: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LIENZO_VENV", str(made_venv))
    stamp = made_venv / bootstrap.STAMP
    stamp.unlink(missing_ok=True)
    done: list[str] = []

    def fail(command: list[str | Path]) -> int:
        done.append(" ".join([Path(command[1]).name, *map(str, command[2:])]))
        assert Path(command[0]).is_relative_to(made_venv) and Path(command[1]).is_file()
        return 1

    monkeypatch.setattr(bootstrap, "pip_install", lambda *_: done.append("packages"))
    monkeypatch.setattr(bootstrap, "call", fail)
    for extras in ([], []):
        assert bootstrap.install(extras).is_relative_to(made_venv)
    assert done == ["packages", "main.py assets fetch"], "the second start fetches nothing"
    stamp.unlink()


def test_without_a_network_one_sentence_says_so(made_venv: Path) -> None:
    # Nothing listens on the discard port of this machine, so that the real pip fails at once.
    environment = {name: "" for name in os.environ if name.startswith("PIP_")}
    environment |= {
        "LIENZO_VENV": str(made_venv),
        "PIP_CONFIG_FILE": os.devnull,
        "PIP_INDEX_URL": "http://127.0.0.1:9/simple",
        "PIP_RETRIES": "0",
        "PIP_TIMEOUT": "5",
    }
    for name in ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy"):
        environment[name] = ""
    done = start("run", **environment)
    assert done.returncode == 1
    last = done.stderr.splitlines()[-1]
    assert "package index could not be reached" in last
    assert "Traceback" not in done.stderr
    assert not (made_venv / ".lienzo.json").exists()


def tiny_wheel(folder: Path) -> Path:
    """Write a wheel of a package without modules."""
    path = folder / "tiny-1.0-py3-none-any.whl"
    info = "tiny-1.0.dist-info"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(f"{info}/METADATA", "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n")
        tags = "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        archive.writestr(f"{info}/WHEEL", tags)
        archive.writestr(f"{info}/RECORD", f"{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return path


def test_a_package_with_another_hash_is_not_installed(
    bootstrap: ModuleType,
    made_venv: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:
    wheel = tiny_wheel(tmp_path)
    right = hashlib.sha256(wheel.read_bytes()).hexdigest()
    python = bootstrap.venv_python(made_venv)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    offline = ["--no-index", "--find-links", str(tmp_path), "--require-hashes", "-r"]
    listed = tmp_path / "list.txt"
    for digest in ("0" * 64, right):
        listed.write_text(f"tiny==1.0 --hash=sha256:{digest}\n")
        if digest == right:
            bootstrap.pip(python, [*offline, str(listed)])
        else:
            with pytest.raises(SystemExit):
                bootstrap.pip(python, [*offline, str(listed)])
            assert "its hash differs" in capfd.readouterr().err
    subprocess.run([python, "-m", "pip", "uninstall", "-q", "-y", "tiny"], check=True)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
@pytest.mark.parametrize(
    ("environment", "answer"),
    [
        ({}, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, True),
        ({"QT_QPA_PLATFORM": "offscreen"}, True),
        ({"QT_QPA_PLATFORM": "xcb"}, False),
        ({"DISPLAY": ":987"}, False),
    ],
)
def test_a_display_is_one_that_answers(
    bootstrap: ModuleType,
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    answer: bool,
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    if "DISPLAY" in environment and not bootstrap.qt_libraries.loads("libxcb.so.1"):
        pytest.skip("needs libxcb")
    assert bootstrap.qt_libraries.has_display() is answer


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux can lack a display")
def test_without_a_display_the_demo_is_made(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    called: list[list[object]] = []
    monkeypatch.setattr(bootstrap, "call", lambda command: called.append(command) or 0)
    assert bootstrap.run(Path("python"), []) == 0
    assert called[0][2:] == ["demo", "--out", Path("lienzo-demo")]
    assert len(capsys.readouterr().out.splitlines()) == 1
    # A command that needs no window is not turned into the demo.
    assert bootstrap.run(Path("python"), ["info", "missing.ora"]) == 0
    assert called[1][2:] == ["info", "missing.ora"]


def test_missing_libraries_are_named_in_one_line(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    libraries = bootstrap.qt_libraries
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(libraries, "can_install", lambda: False)
    monkeypatch.setattr(libraries, "loads", lambda name: "xcb-cursor" not in name)
    assert not libraries.provide("xcb")
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and "apt install libxcb-cursor0" in lines[0]
    assert libraries.provide("offscreen"), "without a screen xcb is not needed"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux has ldd")
def test_the_table_names_every_library_that_qt_loads(bootstrap: ModuleType) -> None:
    import PySide6

    folder = Path(PySide6.__file__).parent / "Qt"
    table = bootstrap.qt_libraries
    for plugin, known in (
        ("lib/libQt6Gui.so.6", table.GUI),
        ("lib/libQt6Widgets.so.6", table.GUI),
        ("lib/libQt6XcbQpa.so.6", {**table.GUI, **table.XCB}),
        ("plugins/platforms/libqxcb.so", {**table.GUI, **table.XCB}),
    ):
        done = subprocess.run(["readelf", "-d", folder / plugin], capture_output=True, text=True)
        if done.returncode != 0:
            pytest.skip("needs readelf")
        names = re.findall(r"\(NEEDED\).*\[(.+)\]", done.stdout)
        system = {
            name
            for name in names
            if not re.match(r"lib(Qt6|icu|c\.|m\.|pthread|dl\.|rt\.|stdc|gcc|gthread)|ld-", name)
        }
        assert system <= set(known), plugin


def test_the_readme_and_ci_start_the_same_commands() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    lines = readme.splitlines()
    for command in ("run", "test"):
        assert f"python3 packaging/bootstrap.py {command}" in lines
    assert "README.md" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
