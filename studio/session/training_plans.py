"""Training requests from photos, and plans kept beside the checkpoints to resume trainings."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from safetensors import SafetensorError, safe_open

from studio.catalog.subjects import RUN, STATE
from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document.io.pictures import digest
from studio.edit.training import Pixels, TrainPhoto, TrainRequest, TrainSettings
from studio.edit.training_defaults import check
from studio.photos.photos import MOST
from studio.session.photos import load_photo
from studio.session.subject_photos import (
    PlannedPhoto,
    cut_out,
    frame_of,
)
from studio.session.subjects import SubjectLibrary

PLAN = "plan.json"
VERSION = 1


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The plan of a training that was started; ``photos`` are the entries of its file."""

    folder: Path
    name: str
    kind: str
    model: str
    settings: TrainSettings
    photos: tuple[dict[str, Any], ...] = ()
    taken: tuple[str, ...] = ()


def make_request(
    name: str,
    kind: str,
    photos: Sequence[PlannedPhoto],
    model: str,
    settings: TrainSettings,
    library: SubjectLibrary,
) -> TrainRequest:
    """Return the training request of a new subject of ``library``; nothing is written.

    StudioError for an invalid name, for no photos or too many, and for settings that do not go
    together.
    """
    name, kind = name.strip(), " ".join(kind.split())
    if len(photos) > MOST:
        raise StudioError(
            "{count} photos are too many to learn from.",
            "Choose the best ones: 3 to 5 work well, {limit} is the limit.",
            count=len(photos),
            limit=MOST,
        )
    library.check_name(name, kind)
    request = TrainRequest(
        name=name,
        kind=kind,
        photos=tuple(photo.cut() for photo in photos),
        folder=str(library.folder_of(name)),
        model=model,
        settings=settings,
        taken=tuple(subject.word for subject in library.all()),
    )
    check(request)
    return request


def write_plan(request: TrainRequest, photos: Sequence[PlannedPhoto]) -> None:
    """Write the plan of a training, so that ``load_plan`` can resume it.

    ``photos`` are those of ``make_request``. Their files are not copied: the plan has their paths
    and a checksum of each crop. Only photos without a file are stored, until the training ends.
    StudioError if writing fails.
    """
    run = Path(request.folder) / RUN
    try:
        run.mkdir(parents=True, exist_ok=True)
        for old in (*run.glob("photo-*.png"), *run.glob("mask-*.png")):
            old.unlink()
    except OSError as error:
        raise StudioError(
            "The folder {path} cannot be written to ({reason}).",
            "Free some space, or give yourself the right to write there.",
            path=str(run),
            reason=error.strerror or str(error),
        ) from error
    entries = []
    for number, (photo, taught) in enumerate(zip(photos, request.photos, strict=True), 1):
        entry: dict[str, Any] = {
            "caption": taught.caption,
            "box": [photo.box.x, photo.box.y, photo.box.width, photo.box.height],
            "digest": digest(taught.image).hex(),
        }
        if photo.source is not None:
            entry["source"] = os.path.abspath(photo.source)
        else:
            entry["image"] = f"photo-{number}.png"
            write_file(run / entry["image"], _png(taught.image))
        if taught.mask is not None:
            entry["mask"] = f"mask-{number}.png"
            write_file(run / entry["mask"], _png(taught.mask))
        entries.append(entry)
    content = {
        "version": VERSION,
        "name": request.name,
        "kind": request.kind,
        "model": request.model,
        "settings": request.settings.to_dict(),
        "photos": entries,
        "taken": list(request.taken),
    }
    # Last, so that a plan that exists is complete.
    write_file(run / PLAN, json.dumps(content, indent=1, ensure_ascii=False).encode())


def read_plan(folder: Path) -> Plan:
    """Return the plan in a subject's folder; StudioError if it is missing or damaged."""
    file = folder / RUN / PLAN
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
        return Plan(
            folder,
            str(content["name"]),
            str(content["kind"]),
            str(content["model"]),
            TrainSettings.from_dict(content["settings"]),
            tuple(dict(entry) for entry in content["photos"]),
            tuple(map(str, content.get("taken", ()))),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(
            "The plan of the training in {path} cannot be read ({reason}).",
            "Discard it and teach the subject again.",
            path=str(folder),
            reason=str(error),
        ) from error


def load_plan(folder: Path, progress: Progress | None = None) -> TrainRequest:
    """Return the training request of a folder, byte for byte as it was.

    StudioError if a photo is missing or has changed, or the plan is damaged.
    """
    plan, progress = read_plan(folder), progress or Progress()
    photos = []
    for number, entry in enumerate(plan.photos):
        progress.report(number / len(plan.photos), "Reading the photos")
        photos.append(_read(plan, entry))
    return TrainRequest(
        name=plan.name,
        kind=plan.kind,
        photos=tuple(photos),
        folder=str(folder),
        model=plan.model,
        settings=plan.settings,
        taken=plan.taken,
    )


def is_planned(request: TrainRequest) -> bool:
    """Whether the plan in a request's folder is the plan of this request."""
    try:
        plan = read_plan(Path(request.folder))
    except StudioError:
        return False
    said = plan.name, plan.kind, plan.model, plan.settings
    photos = [(entry.get("caption"), entry.get("digest")) for entry in plan.photos]
    return said == (request.name, request.kind, request.model, request.settings) and photos == [
        (photo.caption, digest(photo.image).hex()) for photo in request.photos
    ]


def stopped_at(folder: Path) -> int:
    """Return the step at which the training in a folder would resume, 0 if unknown."""
    try:
        with safe_open(folder / RUN / STATE, "np") as file:
            return int(json.loads((file.metadata() or {})["journal"])["step"])
    except (OSError, SafetensorError, KeyError, TypeError, ValueError):
        return 0


def _read(plan: Plan, entry: dict[str, Any]) -> TrainPhoto:
    run = plan.folder / RUN
    try:
        caption, wanted = str(entry["caption"]), str(entry["digest"])
        box = Rect(*(int(number) for number in entry["box"]))
        source, kept, mask_name = (entry.get(key) for key in ("source", "image", "mask"))
        # Names from a file may not lead out of the folder.
        kept_file = run / Path(str(kept)).name if kept else None
        mask_file = run / Path(str(mask_name)).name if mask_name else None
        if source is None and kept_file is None:
            raise ValueError("a photo without a file")
    except (ValueError, KeyError, TypeError) as error:
        raise _damaged(plan, str(error)) from error
    if kept_file is not None:
        image = _picture(plan, kept_file, cv2.IMREAD_COLOR_RGB)
    else:
        whole = _source(plan, Path(str(source)))
        fits = not box.intersect(frame_of(whole)).is_empty
        image = cut_out(whole, box, "edge") if fits else whole
        if digest(image).hex() != wanted:
            raise StudioError(
                "The photo {path} has changed since the training of {name} began.",
                "Restore the photo, or discard the training and teach {name} again.",
                path=str(source),
                name=plan.name,
            )
    mask = _picture(plan, mask_file, cv2.IMREAD_GRAYSCALE) if mask_file is not None else None
    if mask is not None and mask.shape != image.shape[:2]:
        raise _damaged(plan, mask_file.name if mask_file else "")
    return TrainPhoto(np.ascontiguousarray(image), mask, caption)


def _source(plan: Plan, path: Path) -> Pixels:
    if not path.is_file():
        raise StudioError(
            "The photo {path}, used to train {name}, is missing.",
            "Put it back where it was, or discard the training and teach {name} again.",
            path=str(path),
            name=plan.name,
        )
    return load_photo(path).image


def _picture(plan: Plan, file: Path, kind: int) -> Pixels:
    try:
        found = cv2.imdecode(np.frombuffer(file.read_bytes(), np.uint8), kind)
    except (OSError, cv2.error) as error:
        raise _damaged(plan, str(error)) from error
    if found is None:
        raise _damaged(plan, file.name)
    return np.asarray(found, np.uint8)


def _png(pixels: Pixels) -> bytes:
    encoded = cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR) if pixels.ndim == 3 else pixels
    return cv2.imencode(".png", encoded, [cv2.IMWRITE_PNG_COMPRESSION, 3])[1].tobytes()


def _damaged(plan: Plan, reason: str) -> StudioError:
    return StudioError(
        "The plan of the training in {path} cannot be read ({reason}).",
        "Discard it and teach the subject again.",
        path=str(plan.folder),
        reason=reason,
    )
