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

from studio.catalog.photo_tools import PHOTO_KINDS, PHOTO_TASKS, PhotoTool
from studio.catalog.settings import Kind, Setting, Value, all_values
from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.document.document import Document
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.document.merge import flatten
from studio.edit.enlarging import PICTURE, cost_of, resized
from studio.edit.prepare import recipe_of, visible_rgb
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.settings import settings_of
from studio.retouch.resampling import LANCZOS
from studio.session.inline import raised_errors
from studio.session.photo import enlarge
from studio.session.photo.subject import remove_background
from studio.session.session import Session

Pixels = NDArray[np.uint8]

PAINTING_FILE = "picture"
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
    assets=PHOTO_KINDS["enlarge"].assets,
    settings=(
        Setting(
            "scale",
            translatable("Scale"),
            Kind.NUMBER,
            2.0,
            0.05,
            16.0,
            0.01,
            slider=(0.25, 4.0),
            tip=translatable("Ignored if a width or a height is given"),
        ),
        Setting("width", translatable("Width"), Kind.WHOLE, 0, 0, 300_000, unit="px"),
        Setting("height", translatable("Height"), Kind.WHOLE, 0, 0, 300_000, unit="px"),
    ),
)
"""The step that scales the picture; a side of 0 follows the other one in proportion."""
CUTOUT = PhotoTool(
    "cutout",
    translatable("Remove background"),
    "",
    assets=PHOTO_KINDS["subject"].assets,
    settings=(
        Setting("colours", translatable("Clean the colours of the edge"), Kind.SWITCH, False),
    ),
)
"""The step that hides everything but the subject."""
WHOLE = {
    Task.REPLACE,
    Task.INSTRUCT,
    Task.VARY,
    *(Task(name) for name, row in PHOTO_TASKS.items() if not row.needs_place),
}
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
        ENLARGE.id: ENLARGE,
        CUTOUT.id: CUTOUT,
        PROMPT.id: PROMPT,
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
    picture = str(given.get(PAINTING_FILE, ""))
    values: dict[str, Value] = {}
    for key, value in given.items():
        if key in known:
            row = known[key]
            values[key] = row.parse(value) if isinstance(value, str) else row.check(value)
        elif key != PAINTING_FILE:
            raise StudioError(
                "{tool} has no setting called {name}.",
                "It has: {names}.",
                tool=name,
                name=key,
                names=", ".join([*known, PAINTING_FILE]) or "-",
            )
    if name == "edit" and not str(values.get("prompt", "")).strip():
        raise StudioError("The prompt is empty.", 'Write for example: edit prompt="a red barn".')
    if picture and not Path(picture).expanduser().is_file():
        raise StudioError("There is no file {path}.", "Name another picture.", path=picture)
    return Step(name, values, picture)


def _steps_of_document(document: Document) -> Iterator[Step]:
    for layer in document.walk():
        if isinstance(layer, GenerativeLayer):
            yield step_of_layer(layer)


def step_of_layer(layer: GenerativeLayer) -> Step:
    """Return the step that makes a layer again; StudioError for one that needs a place."""
    request = recipe_of(layer)
    if request.task not in WHOLE:
        raise StudioError(
            "The layer {name} was made for one place of its own picture.",
            "A recipe for a folder can only have layers that change the whole picture.",
            name=layer.name,
        )
    return Step("", made=request)


# Running


def run_recipe(session: Session, steps: tuple[Step, ...]) -> None:
    """Run the steps on the document of a session with an inline runner.

    Every step changes the visible picture that the one before has left. StudioError if one fails.
    """
    for step in steps:
        with raised_errors(session):
            queue_step(session, step)
        finish_step(session)


def queue_step(session: Session, step: Step) -> None:
    """Queue the job of a step, if it needs one; ``finish_step`` is due when it is done.

    StudioError if the step is impossible.
    """
    if step.made is not None:
        _run_made(session, step.made)
    elif step.tool == PROMPT.id:
        _run_prompt(session, step.values)
    elif step.tool == ENLARGE.id:
        _enlarge(session, all_values(step.values, ENLARGE.settings))
    elif step.tool in PHOTO_TASKS:
        pictures = (_picture(step.picture),) if step.picture else ()
        session.photo.submit(Task(step.tool), step.values, pictures=pictures)
    else:
        if len(session.document.layers) > 1:
            session.edit("Flatten", flatten)
        values = all_values(step.values, CUTOUT.settings)
        remove_background(session, colours=bool(values["colours"]))


def _enlarge(session: Session, values: Mapping[str, Value]) -> None:
    document = session.document
    old = document.width, document.height
    width, height = int(values["width"]), int(values["height"])
    if not width and not height:
        width, height = (round(side * float(values["scale"])) for side in old)
    elif not height:
        height = round(old[1] * width / old[0])
    elif not width:
        width = round(old[0] * height / old[1])
    size = max(width, 1), max(height, 1)
    if cost_of(document, PICTURE, size).megapixels > 0:
        enlarge.submit(session, *size)
    else:
        session.edit(enlarge.STEP, lambda now: resized(now, *size, LANCZOS))


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


def finish_step(session: Session) -> None:
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
