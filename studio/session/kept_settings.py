"""The settings of the next edit in a journal's folder, so that a prompt only typed is kept.

``settings.json`` is replaced as a whole at each change. Pictures of references and masks are .npy
files beside it, named after their content and written once, before the JSON that names them; a
killed process leaves one state or the other intact.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np

from studio.catalog.hashes import FileId
from studio.document.raster import Pixels, Raster
from studio.edit.request import AdapterUse, Task, read_sampling
from studio.edit.settings import EditSettings
from studio.edit.steering import Reference, Region
from studio.session.edit_settings import Draft, LayerChange

FOLDER = "settings"
FILE = "settings.json"
PART = ".part"
ERRORS = (OSError, EOFError, KeyError, TypeError, ValueError)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Kept:
    """The settings at the end of the process: a draft, and the layer that was being changed."""

    draft: Draft
    layer: LayerChange | None = None

    @property
    def has_content(self) -> bool:
        """Whether there is anything that the artist would miss."""
        before = self.layer is not None and self.layer.before.settings.has_content
        return before or self.draft.settings.has_content


class SettingsFile:
    """Writes the settings of one document and keeps track of the pictures in its folder."""

    def __init__(self) -> None:
        # Each object is kept beside its name, so that its id is not reused for another one.
        self._names: dict[int, tuple[object, str]] = {}
        self._there: frozenset[str] = frozenset()
        self._folder: Path | None = None

    def write(self, folder: Path, kept: Kept) -> None:
        """Write the settings into a journal's folder; OSError if that fails."""
        place = folder / FOLDER
        if folder != self._folder:
            place.mkdir(exist_ok=True)
            self._there = frozenset(path.name for path in place.iterdir())
            self._folder = folder
        used: dict[str, Pixels] = {}
        known = dict[int, tuple[object, str]]()
        facts = self._facts(kept, used, known)
        for name in used.keys() - self._there:
            _write_array(place / name, used[name])
        part = place / f"{FILE}{PART}"
        part.write_text(json.dumps(facts), encoding="utf-8")
        part.replace(place / FILE)
        for name in self._there - used.keys() - {FILE}:
            (place / name).unlink(missing_ok=True)
        self._names, self._there = known, frozenset(used)

    def _facts(
        self, value: Any, used: dict[str, Pixels], known: dict[int, tuple[object, str]]
    ) -> Any:
        """Return the JSON form of a value; arrays are added to ``used`` under their names."""
        if isinstance(value, Raster):
            box = value.bounds()
            if box.is_empty:
                return {"empty": value.channels}
            name = self._name(value, used, known)
            return {"file": name, "x": box.x, "y": box.y}
        if isinstance(value, np.ndarray):
            return {"file": self._name(value, used, known)}
        if isinstance(value, Enum):
            return value.value
        if is_dataclass(value):
            names = [one.name for one in fields(value)]
            return {name: self._facts(getattr(value, name), used, known) for name in names}
        if isinstance(value, Mapping):
            return {str(name): self._facts(one, used, known) for name, one in value.items()}
        if isinstance(value, tuple | list):
            return [self._facts(one, used, known) for one in value]
        return sorted(value) if isinstance(value, frozenset) else value

    def _name(
        self, value: Raster | Pixels, used: dict[str, Pixels], known: dict[int, tuple[object, str]]
    ) -> str:
        found = self._names.get(id(value)) or known.get(id(value))
        if found is None or found[1] not in self._there | used.keys():
            pixels = value.read(value.bounds()) if isinstance(value, Raster) else value
            pixels = np.ascontiguousarray(pixels)
            said = hashlib.blake2b(str(pixels.shape).encode(), digest_size=16)
            said.update(pixels.data.cast("B"))
            found = value, f"{said.hexdigest()}.npy"
            used[found[1]] = pixels
        elif found[1] not in used:
            # The file exists already and needs no pixels.
            used[found[1]] = np.empty(0, np.uint8)
        known[id(value)] = found
        return found[1]


def _write_array(path: Path, pixels: Pixels) -> None:
    part = path.with_name(f"{path.name}{PART}")
    with part.open("wb") as stream:
        np.save(stream, pixels, allow_pickle=False)
    part.replace(path)


def sync(folder: Path) -> None:
    """Sync the written files to the disk, skipping those that no longer exist."""
    place = folder / FOLDER
    for path in list(place.iterdir()) if place.is_dir() else []:
        with contextlib.suppress(FileNotFoundError), path.open("r+b") as stream:
            os.fsync(stream.fileno())


def carry(old: Path, new: Path) -> None:
    """Copy the settings of a journal into the folder in which it continues."""
    if (old / FOLDER).is_dir():
        shutil.copytree(old / FOLDER, new / FOLDER, dirs_exist_ok=True)


def read(folder: Path) -> Kept | None:
    """Return the settings in a journal's folder; None if there are none that can be read.

    References and masks whose files are damaged are left out.
    """
    place = folder / FOLDER
    try:
        facts = json.loads((place / FILE).read_text(encoding="utf-8"))
        draft = _draft(facts["draft"], place)
        layer = facts.get("layer")
        return Kept(draft, None if layer is None else _layer(layer, place))
    except ERRORS:
        return None


def _layer(facts: Mapping[str, Any], place: Path) -> LayerChange:
    before = _draft(facts["before"], place)
    return LayerChange(str(facts["layer_id"]), str(facts["name"]), before)


def _draft(facts: Mapping[str, Any], place: Path) -> Draft:
    found = dict(facts["settings"])
    plain = EditSettings()
    settings = EditSettings(
        prompt=str(found["prompt"]),
        negative_prompt=str(found["negative_prompt"]),
        model=str(found["model"]),
        sampling=read_sampling(found.get("sampling", {})),
        mask_blur=int(found.get("mask_blur", plain.mask_blur)),
        padding=int(found.get("padding", plain.padding)),
        match_fill=bool(found.get("match_fill", plain.match_fill)),
        references=tuple(_each(found.get("references", ()), place, _reference)),
        adapters=tuple(_each(found.get("adapters", ()), place, _adapter)),
        regions=tuple(_each(found.get("regions", ()), place, _region)),
    )
    return Draft(settings, Task(facts["task"]), frozenset(map(str, facts.get("chosen", ()))))


def _each(parts: Any, place: Path, one: Any) -> list[Any]:
    found = []
    for part in parts:
        with contextlib.suppress(*ERRORS):
            found.append(one(dict(part), place))
    return found


def _reference(part: dict[str, Any], place: Path) -> Reference:
    part["image"] = _pixels(part["image"], place, 3)
    part["where"] = _raster(part.get("where"), place)
    return _made(Reference, part)


def _region(part: dict[str, Any], place: Path) -> Region:
    reference = part.get("reference")
    part["where"] = _raster(part.get("where"), place)
    part["reference"] = None if reference is None else _reference(dict(reference), place)
    return _made(Region, part)


def _adapter(part: dict[str, Any], place: Path) -> AdapterUse:
    part["file"] = FileId.read(part.get("file"))
    return _made(AdapterUse, part)


def _made(kind: type[T], part: Mapping[str, Any]) -> T:
    known = {one.name for one in fields(kind)}  # type: ignore[arg-type]
    return kind(**{name: value for name, value in part.items() if name in known})


def _raster(part: Any, place: Path) -> Raster | None:
    if part is None:
        return None
    if "file" not in part:
        return Raster(channels=int(part["empty"]))
    return Raster.from_array(_pixels(part, place, 1), int(part["x"]), int(part["y"]))


def _pixels(part: Mapping[str, Any], place: Path, channels: int) -> Pixels:
    # Only the name of a file in this folder is allowed.
    with (place / Path(str(part["file"])).name).open("rb") as stream:
        pixels = np.load(stream, allow_pickle=False)
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != channels:
        raise ValueError("a picture of another kind")
    return np.asarray(pixels)
