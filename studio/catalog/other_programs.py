"""Models that other programs have on this machine: where they are, and how many.

Nothing is copied or changed, and no file is opened but their lists of folders. Folders on drives
that do not answer are left out after ``SECONDS``.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from studio.catalog.extra_paths import read_extra_paths
from studio.catalog.recognise.opening import SUFFIXES
from studio.catalog.recognise.walk import is_visited, walk
from studio.core.errors import StudioError
from studio.core.progress import Progress

SECONDS = 5.0
"""Time for the folders of one program; a network drive that is gone would block for minutes."""
DEEPEST = 8
MOST = 20000
"""Files that are counted for one program."""
EXTRA = ("extra_model_paths.yaml", "extra_models_config.yaml")
"""ComfyUI's file, and that of its desktop program."""
PARENTS = (
    *("", "Documents", "Desktop", "Downloads", "ai", "AI", "apps", "Apps", "src", "git", "code"),
    *("projects", "Projects", "comfy", "Documents/comfy", "pinokio/api"),
    *("StabilityMatrix/Packages", "ComfyUI_windows_portable"),
    *("Documents/ComfyUI_windows_portable", "Downloads/ComfyUI_windows_portable"),
)
"""Folders in the artist's own in which these programs are usually installed."""
NAMES = (
    *("ComfyUI", "comfyui", "stable-diffusion-webui", "stable-diffusion-webui-forge"),
    *("stable-diffusion-webui-reForge", "sd-webui-forge-neo", "forge", "webui", "automatic1111"),
    *("invokeai", "InvokeAI", "invoke"),
)
DRIVES = ("C:/", "D:/", "E:/", "F:/")
HUB = "models--"
"""Begins the names of the folders of models in the cache of the Hugging Face hub."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class OtherProgram:
    """A program that has models: its name, where it is, and the folders to look into.

    ``files`` are the weights files in them and ``size`` their bytes; ``problems`` are lists of
    further folders that cannot be read.
    """

    name: str
    place: Path
    folders: tuple[Path, ...]
    files: int
    size: int
    problems: tuple[StudioError, ...] = ()


def find_programs(
    places: Iterable[Path] | None = None,
    progress: Progress | None = None,
    seconds: float = SECONDS,
) -> tuple[OtherProgram, ...]:
    """Return the programs at some places that have models; None means the usual places.

    Places that do not answer within ``seconds``, do not exist or may not be read are left out.
    """
    found: list[OtherProgram] = []
    seen: set[tuple[int, int]] = set()
    silent: set[Path] = set()
    given = list(usual_places() if places is None else places)
    for number, place in enumerate(given):
        if progress is not None:
            progress.report(number / len(given), "Looking for models of other programs")
        if place.parent in silent:
            continue
        try:
            one = _within(seconds, partial(_program, place, seen, seconds))
        except TimeoutError:
            # Others in the same folder would be waited for as long.
            silent.add(place.parent)
            continue
        if one is not None and (one.files or one.problems):
            found.append(one)
    return tuple(found)


def usual_places(
    home: Path | None = None,
    system: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> tuple[Path, ...]:
    """Return where these programs are usually installed on a system, whether they exist or not."""
    home = Path.home() if home is None else home
    parents = [home / one for one in PARENTS]
    found: list[Path] = []
    if system == "win32":
        roaming = Path(environment.get("APPDATA", home / "AppData" / "Roaming"))
        local = Path(environment.get("LOCALAPPDATA", home / "AppData" / "Local"))
        parents += [Path(one) for one in DRIVES]
        parents += [Path(f"{one}ComfyUI_windows_portable") for one in DRIVES]
        parents += [roaming / "StabilityMatrix" / "Packages"]
        found += [roaming / "krita" / "ai_diffusion" / "server" / "ComfyUI", roaming / "ComfyUI"]
        found += [local / "Programs" / "ComfyUI"]
    elif system == "darwin":
        support = home / "Library" / "Application Support"
        parents += [support / "StabilityMatrix" / "Packages"]
        found += [support / "krita" / "ai_diffusion" / "server" / "ComfyUI", support / "ComfyUI"]
    else:
        data = Path(environment.get("XDG_DATA_HOME") or home / ".local" / "share")
        config = Path(environment.get("XDG_CONFIG_HOME") or home / ".config")
        parents += [Path("/opt"), config / "StabilityMatrix" / "Packages"]
        found += [data / "krita" / "ai_diffusion" / "server" / "ComfyUI", config / "ComfyUI"]
    if environment.get("INVOKEAI_ROOT"):
        found.append(Path(environment["INVOKEAI_ROOT"]))
    found += [parent / name for parent in parents for name in NAMES]
    return tuple(dict.fromkeys([*found, *_hub_places(home, environment)]))


def _hub_places(home: Path, environment: Mapping[str, str]) -> Iterator[Path]:
    if environment.get("HF_HUB_CACHE"):
        yield Path(environment["HF_HUB_CACHE"])
    if environment.get("HF_HOME"):
        yield Path(environment["HF_HOME"]) / "hub"
    cache = environment.get("XDG_CACHE_HOME")
    yield (Path(cache) if cache else home / ".cache") / "huggingface" / "hub"


def _program(place: Path, seen: set[tuple[int, int]], seconds: float) -> OtherProgram | None:
    if not place.is_dir() or is_visited(place, seen):
        return None
    models = place / "models"
    problems: list[StudioError] = []
    folders: list[Path] = []
    if _is_comfy(place):
        name = "ComfyUI"
        folders = [models, *_extra_folders(place, problems)]
    elif (models / "Stable-diffusion").is_dir():
        forge = (place / "modules_forge").is_dir()
        name = "Forge" if forge else "A1111"
        folders = [models, place / "embeddings"]
    elif models.is_dir() and is_invoke(place):
        name, folders = "InvokeAI", [models]
    elif any(one.startswith(HUB) for one in _names(place)):
        name, folders = "Hugging Face", [place]
    else:
        return None
    folders = _outermost(one for one in folders if one.is_dir())
    files, size = _count(folders, time.monotonic() + seconds / 2)
    return OtherProgram(name, place, tuple(folders), files, size, tuple(problems))


def _is_comfy(place: Path) -> bool:
    if any((place / one).is_file() for one in EXTRA):
        return True
    has = any((place / one).exists() for one in ("folder_paths.py", "custom_nodes", "comfy"))
    return has and (place / "models").is_dir()


def is_invoke(place: Path) -> bool:
    """Whether a folder is the root of InvokeAI."""
    marks = ("invokeai.yaml", "databases", "invokeai.db", "configs/models.yaml")
    return any((place / one).exists() for one in marks)


def _extra_folders(place: Path, problems: list[StudioError]) -> Iterator[Path]:
    for name in EXTRA:
        if not (place / name).is_file():
            continue
        try:
            for section in read_extra_paths(place / name):
                yield from (folder for key, folder in section.folders if key != "custom_nodes")
        except StudioError as error:
            problems.append(error)


def _outermost(folders: Iterable[Path]) -> list[Path]:
    """Return folders without those that are below another one of the list."""
    listed = list(dict.fromkeys(folders))
    return [one for one in listed if not any(other in one.parents for other in listed)]


def _count(folders: Iterable[Path], until: float) -> tuple[int, int]:
    """Return the number of weights files and their bytes, of those that are counted in time."""
    files = size = 0
    seen: set[tuple[int, int]] = set()
    for top in folders:
        for here, inner, names in walk(top, DEEPEST - 1, seen):
            if time.monotonic() > until:
                return files, size
            inner[:] = [one for one in inner if one != "blobs"]
            for file in (here / one for one in names if one.lower().endswith(SUFFIXES)):
                try:
                    size += file.stat().st_size
                except OSError:
                    continue
                files += 1
                if files >= MOST:
                    return files, size
    return files, size


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _within(seconds: float, work: Callable[[], T]) -> T | None:
    """Return the result of ``work``, None if the disk refuses; TimeoutError if it takes too long.

    The thread that waits for a dead drive stays behind, since nothing can end it.
    """
    result: list[T] = []

    def run() -> None:
        try:
            result.append(work())
        except OSError:
            return

    thread = threading.Thread(target=run, name="find-models", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError
    return result[0] if result else None
