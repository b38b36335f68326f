"""Installs Lienzo beside its source and starts it, or its tests, with nothing but Python.

    python3 packaging/bootstrap.py run [FILE ...]     the window; without a display, the demo
    python3 packaging/bootstrap.py test [ARGUMENT ...]    pytest with these arguments

Everything goes into .venv in the project (LIENZO_VENV names another folder), never into the
system's own Python, which may be managed by the system (PEP 668). The networks of the photo tools
go into the data folder, or into LIENZO_ASSETS; with LIENZO_ASSETS=none they are not fetched. The
second start installs nothing and needs no network. This file has to be understood by Python 3.8,
so that it can look for a newer one.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import qt_libraries

from studio.core.no_network import PIP as NO_NETWORK

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
NEWER = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python", "py")
STAMP = ".lienzo.json"
ASSET_TABLE = Path("studio", "core", "assets", "table.py")
TESTING = ("recipe", "test")
"""Extras of the tests; those of the starter's recipe are among them."""
# What an environment may hold at its top; a folder with anything else is not ours to remove.
VENV_NAMES = {"bin", "scripts", "include", "lib", "lib64", "share", "etc", "pyvenv.cfg", STAMP}
VENV_NAMES |= {".gitignore", "man"}


def main(arguments: list[str]) -> int:
    """Install missing parts and run the command; returns its exit code, 2 for bad usage."""
    if not arguments or arguments[0] not in ("run", "test"):
        print(__doc__, file=sys.stderr)
        return 0 if arguments[:1] in (["-h"], ["--help"]) else 2
    if sys.version_info[:2] < OLDEST:
        return start_again_with_newer_python(arguments)
    command, rest = arguments[0], arguments[1:]
    python = install(TESTING if command == "test" else ())
    return test(python, rest) if command == "test" else run(python, rest)


def run(python: Path, arguments: list[str]) -> int:
    """Open the window, or make the demo if no window can open."""
    wants_window = all(Path(name).exists() for name in arguments)
    if wants_window and not qt_libraries.has_display():
        out = Path("lienzo-demo")
        say("There is no display here, so Lienzo makes its demo edit instead of opening a window.")
        return call([python, ROOT / "main.py", "demo", "--out", out])
    if wants_window and not qt_libraries.provide():
        return 1
    return call([python, ROOT / "main.py", *arguments])


def test(python: Path, arguments: list[str]) -> int:
    """Run pytest on the project, without a screen unless QT_QPA_PLATFORM names one."""
    platform = os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    if not qt_libraries.provide(platform):
        return 1
    qt_libraries.provide_recipe()
    return call([python, "-m", "pytest", *arguments], folder=ROOT)


def call(command: list[str | Path], folder: Path | None = None) -> int:
    """Run a program in the foreground and return its exit code; Ctrl+C reaches it first."""
    process = subprocess.Popen([str(part) for part in command], cwd=folder)
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue


# The Python that everything runs in -------------------------------------------------------------


def start_again_with_newer_python(arguments: list[str]) -> int:
    """Hand over to a Python that is new enough, if the PATH has one."""
    for name in NEWER:
        found = shutil.which(name)
        if found and version_of(found) >= OLDEST:
            return call([found, Path(__file__).resolve(), *arguments])
    have = ".".join(str(part) for part in sys.version_info[:2])
    stop(
        f"Lienzo needs Python 3.11 or newer, this is Python {have} and no newer one was found; "
        "install one and start the same command with it."
    )


def version_of(python: str | Path, needs: str = "sys") -> tuple[int, ...]:
    """Return (major, minor) of an interpreter, () if it or a needed module is broken."""
    program = f"import {needs}; print(*sys.version_info[:2])"
    try:
        done = subprocess.run(
            [str(python), "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        return tuple(int(part) for part in done.stdout.split()) if done.returncode == 0 else ()
    except (OSError, ValueError):
        return ()


def venv_folder() -> Path:
    """Return the folder of the environment."""
    return Path(os.environ.get("LIENZO_VENV") or ROOT / ".venv").absolute()


def venv_programs(folder: Path) -> Path:
    """Return the folder of an environment's programs."""
    return folder / ("Scripts" if sys.platform == "win32" else "bin")


def venv_python(folder: Path) -> Path:
    """Return the path of an environment's interpreter, which need not exist."""
    return venv_programs(folder) / ("python.exe" if sys.platform == "win32" else "python")


def make_venv(folder: Path) -> Path:
    """Return the environment's Python, creating it again if it is missing or broken."""
    python = venv_python(folder)
    if version_of(python, "sys, pip") >= OLDEST:
        return python
    if folder.exists():
        strange = [path.name for path in folder.iterdir() if path.name.lower() not in VENV_NAMES]
        if strange:
            stop(
                f"{folder} is no Python environment (it holds {strange[0]}), so it was left "
                "alone; move it away or name another folder in LIENZO_VENV."
            )
        say(f"The Python environment in {folder} is unfinished or broken; making it anew.")
        shutil.rmtree(folder)
    if not has_venv():
        provide_venv()
    say(f"Making a Python environment in {folder}")
    if call([sys.executable, "-m", "venv", folder]) != 0 or version_of(python) < OLDEST:
        stop(f"No Python environment could be made in {folder}; see above for the reason.")
    return python


def has_venv() -> bool:
    """Whether this Python can create environments; on Debian that is a separate package."""
    importlib.invalidate_caches()
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def provide_venv() -> None:
    """Install the package with venv, or name it and stop."""
    package = "python3-venv"
    if Path(sys.executable).resolve() != Path("/usr/bin/python3").resolve():
        package = f"python{sys.version_info[0]}.{sys.version_info[1]}-venv"
    if qt_libraries.can_install() and qt_libraries.install([package]) and has_venv():
        return
    stop(
        "This Python cannot make environments because it lacks venv; on Debian and Ubuntu: "
        f"sudo apt install {package}"
    )


# The packages in it -----------------------------------------------------------------------------


def install(extras: Sequence[str]) -> Path:
    """Return the environment's Python, with Lienzo and these extras installed."""
    folder = venv_folder()
    python = make_venv(folder)
    stamp = folder / STAMP
    key, before = read_stamp(stamp)
    wanted = sorted({*extras, *before})
    if key == fingerprint(python) and before == wanted:
        return python
    # Without its stamp, an interrupted installation is resumed by the next start.
    if stamp.exists():
        stamp.unlink()
    say("Installing Lienzo and its libraries; the first time this loads some gigabytes.")
    pip_install(python, wanted)
    provide_assets(python)
    content = {"key": fingerprint(python), "extras": wanted}
    stamp.write_text(json.dumps(content), encoding="utf-8")
    return python


def read_stamp(stamp: Path) -> tuple[str, list[str]]:
    """Return the fingerprint and the extras of the installation; empty if unknown."""
    try:
        content = json.loads(stamp.read_text(encoding="utf-8"))
        return str(content["key"]), [str(extra) for extra in content["extras"]]
    except (OSError, ValueError, TypeError, KeyError):
        return "", []


def fingerprint(python: Path) -> str:
    """Return a hash of everything that determines what to install."""
    digest = hashlib.sha256()
    for path in (ROOT / "pyproject.toml", lock(()), lock(TESTING), ROOT / ASSET_TABLE):
        digest.update(path.read_bytes())
    digest.update(repr((version_of(python), str(ROOT))).encode())
    return digest.hexdigest()


def lock(extras: Sequence[str]) -> Path:
    """Return the lock: all packages that these extras need, with versions and hashes."""
    return ROOT / "packaging" / "locks" / ("test.txt" if extras else "run.txt")


def pip_install(python: Path, extras: Sequence[str]) -> None:
    """Install the packages of a lock, verified by hash, and then the project in place."""
    pip(python, ["--require-hashes", "-r", str(lock(extras))])
    pip(python, ["--no-deps", "--no-build-isolation", "-e", str(ROOT)])


def pip(python: Path, arguments: Sequence[str]) -> None:
    """Run ``pip install`` with its output shown, and print one sentence if it fails."""
    command = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", *arguments]
    if not sys.stdout.isatty():
        command.insert(4, "--quiet")
    # A setting for --user in the environment would contradict installing into an environment.
    environment = dict(os.environ, PIP_USER="0")
    errors = []
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        for line in process.stderr:
            sys.stderr.write(line)
            errors.append(line)
    if process.returncode == 0:
        return
    text = "".join(errors)
    if "No space left on device" in text:
        stop("Lienzo was not installed because the disk is full; it needs about 8 GB.")
    if "DO NOT MATCH THE HASHES" in text:
        stop(
            "Lienzo was not installed because a package that was downloaded is not the one that "
            "Lienzo is tested with (its hash differs, see above); try another network or index."
        )
    if any(mark in text for mark in NO_NETWORK):
        stop(
            "Lienzo was not installed because the package index could not be reached; "
            "the first start needs a network, every later one does not."
        )
    stop("Lienzo was not installed; the lines above from pip say why.")


def provide_assets(python: Path) -> None:
    """Fetch the networks of the photo tools; a failure is reported but not fatal.

    Runs in a separate process, since the environment's Python has the packages to convert them.
    """
    call([python, ROOT / "main.py", "assets", "fetch"])


def say(text: str) -> None:
    """Print a message, flushed before the output of started programs."""
    print("lienzo: " + text, flush=True)


def stop(text: str) -> NoReturn:
    """Print the reason and exit with code 1."""
    print("lienzo: " + text, file=sys.stderr, flush=True)
    raise SystemExit(1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
