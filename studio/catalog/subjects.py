"""Trained subjects: their folders, read and written without torch."""

from __future__ import annotations

import json
import re
import shutil
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from studio.core.atomic import write_file
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice

FILE = "subject.json"
LORA = "lora.safetensors"
WORDS = "words.safetensors"
UNET = "difference.safetensors"
THUMBNAIL = "thumbnail.png"
RUN = "run"
STATE = "state.safetensors"
"""Checkpoint of an unfinished training, in the folder RUN."""

VERSION = 1

NAME = re.compile(r"[^\W_][\w-]{0,39}")
"""A name: letters, digits, - and _, at most 40 characters, starting with a letter or digit."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One subject. ``name`` is written between < and > in prompts, ``kind`` is the class word.

    ``word`` is the token that replaces it for the model. ``base`` names the base model and
    ``width`` is the width of its text embeddings, by which another base is recognised. ``files``
    are those of ``LORA``, ``WORDS`` and ``UNET`` that it has. ``facts`` are measurements of its
    training.
    """

    name: str
    kind: str
    word: str
    method: str
    base: str
    model: str
    width: int
    folder: Path
    files: tuple[str, ...] = ()
    made: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tag(self) -> str:
        """The tag used in prompts."""
        return f"<{self.name}>"

    @property
    def thumbnail(self) -> Path:
        """The file of its thumbnail, which may be missing."""
        return self.folder / THUMBNAIL


def check_name(name: str, kind: str, taken: Mapping[str, Subject]) -> None:
    """Raise StudioError for a name that is invalid or taken.

    A word in the model's vocabulary is not a collision: only between < and > it means the subject.
    """
    if not NAME.fullmatch(name):
        raise StudioError(
            "“{name}” cannot be the name of a subject.",
            "Use letters and digits without spaces, at most 40, such as luna.",
            name=name,
        )
    if name.lower() in taken:
        raise StudioError(
            "There is a subject called {name} already.",
            "Choose another name, or delete that subject first.",
            name=name,
        )
    if not kind.strip():
        raise StudioError(
            "The subject has no kind.", "Describe it in one word, such as dog or cup."
        )
    if name.lower() == kind.strip().lower():
        raise StudioError(
            "The name and the kind of the subject are the same word, {name}.",
            "Give it a unique name, such as luna.",
            name=name,
        )


def name_notice(name: str, words: frozenset[str]) -> Notice | None:
    """Return a notice about a name that is in the model's vocabulary, None if it is not."""
    if name.lower() not in words:
        return None
    return notice(
        "The model also knows the word “{name}”; only <{name}> means the subject.", name=name
    )


def write_subject(subject: Subject) -> None:
    """Write subject.json; StudioError if that fails."""
    content = asdict(subject)
    del content["folder"]
    content["version"] = VERSION
    content["made"] = subject.made or time.time()
    text = json.dumps(content, indent=1, ensure_ascii=False)
    write_file(subject.folder / FILE, text.encode("utf-8"))


def read_subject(folder: Path) -> Subject:
    """Return the subject of a folder; StudioError if there is none or it is damaged."""
    try:
        content = json.loads((folder / FILE).read_text(encoding="utf-8"))
        files = tuple(str(name) for name in content["files"])
        if not set(files) <= {LORA, WORDS, UNET} or not NAME.fullmatch(str(content["name"])):
            raise ValueError("unknown entries")
        found = Subject(
            name=str(content["name"]),
            kind=str(content["kind"]),
            word=str(content["word"]),
            method=str(content["method"]),
            base=str(content["base"]),
            model=str(content["model"]),
            width=int(content["width"]),
            folder=folder,
            files=files,
            made=float(content.get("made", 0.0)),
            facts=dict(content.get("facts", {})),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StudioError(
            "There is no usable subject in {path} ({reason}).",
            "Teach it again, or import its file.",
            path=str(folder),
            reason=str(error),
        ) from error
    lost = [name for name in found.files if not (folder / name).is_file()]
    if lost:
        raise StudioError(
            "The subject {name} lacks its file {file}.",
            "Teach it again, or import its file.",
            name=found.name,
            file=lost[0],
        )
    return found


def find_subjects(root: Path) -> tuple[tuple[Subject, ...], tuple[StudioError, ...]]:
    """Return the subjects below a folder by name, and the errors of the others."""
    found, problems = [], []
    if root.is_dir():
        for folder in sorted(root.iterdir()):
            if (folder / FILE).is_file():
                try:
                    found.append(read_subject(folder))
                except StudioError as error:
                    problems.append(error)
    return tuple(sorted(found, key=lambda one: one.name.lower())), tuple(problems)


def delete_subject(subject: Subject) -> None:
    """Remove a subject's folder; StudioError if that fails."""
    try:
        shutil.rmtree(subject.folder)
    except OSError as error:
        raise StudioError(
            "The subject {name} cannot be deleted ({reason}).",
            "Close other programs that use its files.",
            name=subject.name,
            reason=error.strerror or str(error),
        ) from error
