"""Paths of the shipped resources and the artist's own folders."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import platformdirs

APP_NAME = "lienzo"


def resource(*parts: str) -> Path:
    """Return a shipped file of a frozen program, an installed wheel or the source tree."""
    return _resource_root().joinpath(*parts)


def _resource_root() -> Path:
    package = Path(__file__).resolve().parent.parent
    frozen = getattr(sys, "_MEIPASS", None)
    candidates = [Path(frozen) / "resources"] if frozen else []
    candidates += [package / "resources", package.parent / "resources"]
    for candidate in candidates:
        if candidate.is_dir():
            return candidate
    return candidates[-1]


def _home(variable: str, default: str) -> Path:
    override = os.environ.get("LIENZO_HOME")
    path = Path(override) / variable if override else Path(default)
    path.mkdir(parents=True, exist_ok=True)
    return path


def config_dir() -> Path:
    """Return the folder of the settings, created if missing; LIENZO_HOME moves it."""
    return _home("config", platformdirs.user_config_dir(APP_NAME, appauthor=False))


def data_dir() -> Path:
    """Return the folder of models and the journal, created if missing; LIENZO_HOME moves it."""
    return _home("data", platformdirs.user_data_dir(APP_NAME, appauthor=False))


def log_dir() -> Path:
    """Return the folder of log files, created if missing; LIENZO_HOME moves it."""
    return _home("log", platformdirs.user_log_dir(APP_NAME, appauthor=False))
