"""The models on this machine, recognised by JSON files and weight headers alone."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path

from studio.catalog.families.table import FAMILIES
from studio.catalog.integrity import restorable
from studio.catalog.model_spec import (
    BUILT_IN,
    STARTER,
    Component,
    Defaults,
    Facts,
    FewStep,
    ModelSpec,
    model_folder,
)
from studio.catalog.recognise.model_folder import read_config, read_folder, unsupported_model_error
from studio.catalog.recognise.scan import closed_folder
from studio.catalog.single.listing import inner_models, model_files
from studio.catalog.single.model_file import read_file
from studio.core.errors import StudioError
from studio.core.progress import Progress

__all__ = [
    "BUILT_IN",
    "STARTER",
    "Component",
    "Defaults",
    "Facts",
    "FewStep",
    "ModelSpec",
    "find_models",
    "identify",
    "model_folder",
    "read_config",
    "survey",
]

KNOWN_PIPELINES = (
    ("StableDiffusionXL", "Stable Diffusion XL"),
    ("StableDiffusion3", "Stable Diffusion 3"),
    ("Flux", "Flux"),
    ("PixArt", "PixArt"),
    ("Kandinsky", "Kandinsky"),
    ("Wan", "Wan"),
    ("Qwen", "Qwen-Image"),
)
"""Prefixes of well-known pipeline classes, to name models that cannot run."""


def identify(model: Path | str) -> ModelSpec:
    """Return the model of a folder or of a single weights file ("starter" is the shipped one).

    Tries the recogniser of each family in turn on a folder; what a file is, its header decides.
    Reads JSON and the headers of weights only. StudioError with the reason if no family recognises
    it, or the model is incomplete or damaged, which names the command that restores one that ships.
    """
    try:
        return _identified(model)
    except StudioError as error:
        if str(model) not in BUILT_IN:
            raise
        raise restorable(error) from error


def _identified(model: Path | str) -> ModelSpec:
    path = model_folder(str(model))
    if path.is_file() or (path.is_symlink() and not path.exists()):
        return _identify_file(path.absolute())
    _check_open(path)
    found = read_folder(str(model) if str(model) in BUILT_IN else str(path.resolve()), path)
    for row in FAMILIES.values():
        try:
            spec = row.recognise(found)
        except (ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            raise _wrong_value(path, error) from error
        if spec is not None:
            return spec
    named = (label for start, label in KNOWN_PIPELINES if found.pipeline.startswith(start))
    raise unsupported_model_error(path, next(named, found.pipeline or "?"))


def _wrong_value(folder: Path, error: Exception) -> StudioError:
    """Return the error for a folder whose JSON files have a value of another type or range."""
    return StudioError(
        "A setting in the files of the model {path} is missing or of no use ({reason}).",
        "Copy the model folder again from where you got it.",
        path=str(folder),
        reason=str(error) or type(error).__name__,
    )


def _check_open(folder: Path) -> None:
    """Raise StudioError for a folder that cannot be listed."""
    try:
        if folder.is_dir():
            next(folder.iterdir(), None)
    except OSError as error:
        raise closed_folder(folder, error).error() from error


def _identify_file(path: Path) -> ModelSpec:
    found = read_file(str(path), path)
    spec = FAMILIES[found.finding.family].recognise(found)
    if spec is None:
        raise unsupported_model_error(path, found.pipeline)
    return found.completed(spec)


def find_models(folders: Iterable[Path | str]) -> tuple[ModelSpec, ...]:
    """Return the models in the box and every usable one in ``folders``; see ``survey``."""
    return survey(folders, systems=True)[0]


def survey(
    folders: Iterable[Path | str],
    progress: Progress | None = None,
    *,
    files: bool = True,
    systems: bool = False,
) -> tuple[tuple[ModelSpec, ...], tuple[tuple[Path, StudioError], ...]]:
    """Return the usable models, the starter first, and what is unusable with its errors.

    Each of ``folders`` is a model, a single file, or a folder with models directly below it or with
    single files (``single.listing``), which are left out without ``files``: each takes some
    hundredths of a second. With ``systems`` the small systems of the course that are there come
    after the starter.
    """
    found: dict[str, ModelSpec] = {}
    problems: list[tuple[Path, StudioError]] = []
    shipped = [name for name in BUILT_IN if systems and model_folder(name).is_dir()]
    every = itertools.chain([STARTER], shipped, _candidates(folders, files))
    for number, candidate in enumerate(every):
        if progress is not None:
            progress.report(1 - 0.99**number, "Looking at the models")
        try:
            spec = identify(candidate)
        except StudioError as error:
            problems.append((model_folder(str(candidate)), error))
        else:
            if all(spec.path != other.path for other in found.values()):
                found[spec.id] = spec
    return tuple(found.values()), tuple(problems)


def _candidates(folders: Iterable[Path | str], files: bool) -> Iterator[Path | str]:
    for folder in (Path(entry).expanduser() for entry in folders):
        if (folder / "model_index.json").is_file():
            yield folder
            continue
        if folder.is_dir():
            yield from sorted(p.parent for p in folder.glob("*/model_index.json"))
            yield from inner_models(folder)
        if files or folder.is_file():
            yield from model_files(folder)
