"""Recipes of several steps, run on one document after the other.

A recipe is a text such as ``"clean noise=50; enlarge scale=2"``, a JSON file with a list of such
steps, or a document whose generative layers are made again on each photo, from the bottom up.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.catalog.photo_tools import PHOTO_TASKS, PhotoTool
from studio.catalog.settings import Kind, Setting, Value
from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.document.merge import flatten
from studio.edit.enlarging import passes, resized
from studio.edit.prepare import recipe_of, visible_rgb
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.settings import settings_of
from studio.retouch.resampling import resampler
from studio.session.inline import raised_errors
from studio.session.photo import enlarge
from studio.session.photo.subject import remove_background
from studio.session.session import Session

Pixels = NDArray[np.uint8]

PICTURE = "picture"
"""The setting of a step that names a picture file, such as a painting whose style is borrowed."""
PROMPT = PhotoTool(
    "edit",
    translatable("Change by a prompt"),
    "",
    settings=(
        Setting("prompt", "Prompt", Kind.TEXT, ""),
        Setting("denoise", "How much may change", Kind.NUMBER, 0.6, 0.05, 1.0),
        Setting("steps", "Steps", Kind.WHOLE, 20, 1, 150),
        Setting("seed", "Seed", Kind.WHOLE, 1, 0, 2**32 - 1),
        Setting("model", "Model", Kind.TEXT, "starter"),
    ),
)
"""The step that changes the whole picture by a prompt."""
ENLARGE = PhotoTool(
    "enlarge",
    translatable("Enlarge"),
    "",
    settings=(Setting("scale", "Scale", Kind.NUMBER, 2.0, 0.05, 16.0),),
)
"""The step that scales the picture, with detail if it becomes larger."""
CUTOUT = PhotoTool(
    "cutout",
    translatable("Remove background"),
    "",
    settings=(
        Setting("colours", translatable("Clean the colours of the edge"), Kind.SWITCH, False),
    ),
)
"""The step that hides all but the subject of the visible picture."""
WHOLE = {Task.REPLACE, *(Task(name) for name, row in PHOTO_TASKS.items() if not row.needs_place)}
"""The tasks of layers that can be made again on another photo: they need no place."""


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """One step: ``tool`` is a row of ``steps``, or "" for the request of a layer, ``made``."""

    tool: str
    values: Mapping[str, Value] = field(default_factory=dict)
    picture: str = ""
    made: EditRequest | None = None


def step_tools() -> dict[str, PhotoTool]:
    """Return the tools that a recipe can name, by their names."""
    found = {name: row for name, row in PHOTO_TASKS.items() if not row.needs_place}
    return {
        **found,
        **{row.id: row for row in (ENLARGE, CUTOUT, PROMPT)},
    }


def read_recipe(text: str) -> tuple[Step, ...]:
    """Return the steps of a recipe: a file's, or those of the text itself.

    StudioError for a tool or a setting that does not exist, and for a layer that needs a place.
    """
    path = Path(text).expanduser()
    if not _is_file(path):
        found = tuple(_step_of_text(part) for part in text.split(";") if part.strip())
    elif path.suffix.lower() == ".json":
        found = tuple(_steps_of_json(path))
    else:
        found = tuple(_steps_of_document(formats.open_document(path).document))
    if not found:
        raise StudioError(
            "The recipe has no steps.",
            "Name one, for example: enlarge scale=2. The tools are: {tools}.",
            tools=", ".join(step_tools()),
        )
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False  # A text that is too long for a name.


def _step_of_text(text: str) -> Step:
    try:
        name, *settings = shlex.split(text)
    except ValueError as error:
        raise StudioError(
            "The recipe cannot be read ({reason}).",
            "Close every quotation mark.",
            reason=str(error),
        ) from error
    values = {}
    for part in settings:
        key, mark, value = part.partition("=")
        if not mark:
            raise StudioError(
                "{part} is no setting.", "Write NAME=VALUE, for example scale=2.", part=part
            )
        values[key] = value
    return _step(name, values)


def _steps_of_json(path: Path) -> Iterator[Step]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        rows = content["steps"] if isinstance(content, dict) else content
        parts = [(str(row["tool"]), dict(row)) for row in rows]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise StudioError(
            "The recipe {path} cannot be read ({reason}).",
            'It has to be a list of steps, for example [{{"tool": "enlarge", "scale": 2}}].',
            path=str(path),
            reason=str(error),
        ) from error
    for name, row in parts:
        yield _step(name, {key: value for key, value in row.items() if key != "tool"})


def _step(name: str, given: Mapping[str, Any]) -> Step:
    tools = step_tools()
    if name not in tools:
        raise StudioError(
            "There is no tool {name} for a recipe.",
            "Choose one of: {tools}.",
            name=name,
            tools=", ".join(tools),
        )
    known = {row.id: row for row in tools[name].settings}
    picture = str(given.get(PICTURE, ""))
    values: dict[str, Value] = {}
    for key, value in given.items():
        if key in known:
            row = known[key]
            values[key] = row.parse(value) if isinstance(value, str) else row.check(value)
        elif key != PICTURE:
            raise StudioError(
                "{tool} has no setting called {name}.",
                "It has: {names}.",
                tool=name,
                name=key,
                names=", ".join([*known, PICTURE]) or "-",
            )
    if name == "edit" and not str(values.get("prompt", "")).strip():
        raise StudioError("The prompt is empty.", 'Write for example: edit prompt="a red barn".')
    if picture and not Path(picture).expanduser().is_file():
        raise StudioError("There is no file {path}.", "Name another picture.", path=picture)
    return Step(name, values, picture)


def _steps_of_document(document: Document) -> Iterator[Step]:
    for layer in document.walk():
        if not isinstance(layer, GenerativeLayer):
            continue
        request = recipe_of(layer)
        if request.task not in WHOLE:
            raise StudioError(
                "The layer {name} was made for one place of its own picture.",
                "A recipe for a folder can only have layers that change the whole picture.",
                name=layer.name,
            )
        yield Step("", made=request)


# Running


def run_recipe(session: Session, steps: tuple[Step, ...]) -> None:
    """Run the steps on the document of a session with an inline runner.

    Every step changes the visible picture that the one before has left. StudioError if one fails.
    """
    for step in steps:
        with raised_errors(session):
            _run_step(session, step)
        _apply_newest(session)


def _run_step(session: Session, step: Step) -> None:
    if step.made is not None:
        _run_made(session, step.made)
    elif step.tool == "edit":
        _run_prompt(session, step.values)
    elif step.tool in PHOTO_TASKS:
        pictures = (_picture(step.picture),) if step.picture else ()
        session.photo.submit(Task(step.tool), step.values, pictures=pictures)
    elif step.tool == CUTOUT.id:
        _cut_out(session, colours=bool(step.values.get("colours", False)))
    else:
        _enlarge(session, float(step.values.get("scale", 2.0)))


def _cut_out(session: Session, *, colours: bool) -> None:
    """Queue the removal of the background; layers are merged, since the others would show it."""
    session.edit("Flatten", flatten)
    remove_background(session, colours=colours)


def _enlarge(session: Session, scale: float) -> None:
    """Scale the document; the network is asked only if the picture becomes larger."""
    old = session.document.width, session.document.height
    width, height = (max(round(side * scale), 1) for side in old)
    if passes(old, (width, height)):
        enlarge.submit(session, width, height)
        return
    lanczos = resampler("lanczos")
    session.edit(enlarge.STEP, lambda document: resized(document, width, height, lanczos))


def _run_made(session: Session, made: EditRequest) -> None:
    if made.task.value in PHOTO_TASKS:
        pictures = tuple(use.image for use in made.references)
        session.photo.submit(made.task, made.sampling.extras, pictures=pictures)
        return
    session.edit_settings = replace(settings_of(made), regions=())
    session.submit(made.task)


def _run_prompt(session: Session, values: Mapping[str, Value]) -> None:
    given = {row.id: values.get(row.id, row.default) for row in PROMPT.settings}
    sampling = Sampling(
        steps=int(given["steps"]), seed=int(given["seed"]), denoise=float(given["denoise"])
    )
    session.edit_settings = replace(
        session.edit_settings,
        prompt=str(given["prompt"]),
        model=str(given["model"]),
        sampling=sampling,
    )
    session.submit(Task.REPLACE)


def _apply_newest(session: Session) -> None:
    """Apply the first result that waits in the tray, and leave the tray empty."""
    items = session.tray.items
    if items and not session.tray.is_applied(items[0]):
        session.apply(items[0].id)
    session.tray.clear()


def _picture(path: str) -> Pixels:
    document = formats.open_document(Path(path).expanduser()).document
    return visible_rgb(document, document.rect)


# A folder


def photos_in(folder: Path) -> list[Path]:
    """Return the files of a folder that can be opened, by name; StudioError if there are none."""
    endings = {ending for row in formats.FORMATS if row.can_read for ending in row.endings}
    try:
        found = sorted(
            path
            for path in folder.expanduser().iterdir()
            if path.suffix.lower() in endings and path.is_file() and path.name[0] != "."
        )
    except OSError as error:
        raise StudioError(
            "The folder {path} cannot be read ({reason}).",
            "Name another one.",
            path=str(folder),
            reason=error.strerror or str(error),
        ) from error
    if not found:
        raise StudioError(
            "There are no pictures in {path}.", "Name another folder.", path=str(folder)
        )
    return found


def outputs(photos: list[Path], out: Path, ending: str) -> list[Path]:
    """Return the file that each photo is written to.

    Two photos of one name, such as a.png and a.jpg, keep their endings in the name. StudioError if
    a photo would be overwritten.
    """
    stems = [path.stem for path in photos]
    found = []
    for path in photos:
        name = path.stem if stems.count(path.stem) == 1 else path.name.replace(".", "-")
        found.append(out / f"{name}{ending}")
    if {path.resolve() for path in found} & {path.resolve() for path in photos}:
        raise StudioError(
            "The results would overwrite the photos in {path}.",
            "Name another folder with --out.",
            path=str(out),
        )
    return found


def run_file(
    make_session: Callable[[], Session], steps: tuple[Step, ...], photo: Path, out: Path
) -> None:
    """Run a recipe on one photo and write the result; StudioError if any part fails."""
    session = make_session()
    try:
        session.open(photo)
        run_recipe(session, steps)
        session.export(out)
    finally:
        session.close()
