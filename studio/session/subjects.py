"""The artist's subjects, and unfinished trainings."""

from __future__ import annotations

import hashlib
import re
import shutil
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from studio.catalog.subjects import (
    FILE,
    RUN,
    Subject,
    check_name,
    delete_subject,
    find_subjects,
    name_notice,
    write_subject,
)
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import StudioError
from studio.core.events import Event
from studio.core.notices import Notice
from studio.core.paths import data_dir
from studio.edit.exchange import ExportRequest, ImportRequest
from studio.edit.request import AdapterUse, EditRequest
from studio.edit.subjects import KIND, subject_uses


class SubjectLibrary:
    """The subjects in one folder; ``root`` None is the artist's own, created when first needed."""

    def __init__(self, root: Path | None = None) -> None:
        self._root = root
        self._found: tuple[Subject, ...] | None = None
        self._problems: tuple[StudioError, ...] = ()
        self.weights: dict[str, float] = {}
        """Weights of subjects by name in lower case; 1 if there is no entry."""
        self.changed: Event[[]] = Event()

    @property
    def root(self) -> Path:
        """The folder of the subjects."""
        if self._root is None:
            self._root = data_dir() / "subjects"
        return self._root

    def all(self) -> tuple[Subject, ...]:
        """Return the subjects by name."""
        if self._found is None:
            self._found, self._problems = find_subjects(self.root)
            for subject in self._found:
                # Left over if a training was killed between its last two steps.
                shutil.rmtree(subject.folder / RUN, ignore_errors=True)
        return self._found

    def problems(self) -> tuple[StudioError, ...]:
        """Return the errors of folders without a usable subject."""
        self.all()
        return self._problems

    def find(self, name: str) -> Subject:
        """Return the subject of a name, ignoring case; StudioError if there is none."""
        for subject in self.all():
            if subject.name.lower() == name.lower():
                return subject
        raise StudioError(
            "There is no subject called {name}.",
            "`lienzo subjects list` shows all subjects.",
            name=name,
        )

    def check_name(self, name: str, kind: str) -> None:
        """Raise StudioError for a name that cannot be given to a new subject."""
        taken = {subject.name.lower(): subject for subject in self.all()}
        check_name(name, kind, taken)

    def check_unfinished(self, name: str) -> None:
        """Raise StudioError if there is an unfinished training of that name."""
        if self.folder_of(name) in self.unfinished():
            raise StudioError(
                "A training of {name} has not finished.",
                "Continue or discard it in the Subjects panel, or choose another name.",
                name=name,
            )

    def name_notice(self, name: str, model: str = "starter") -> Notice | None:
        """Return a notice about a name that is also a token of the model."""
        return name_notice(name, Vocabulary.load(model).known)

    def folder_of(self, name: str) -> Path:
        """Return the folder of the subject of that name, or the one for a new subject."""
        for subject in self.all():
            if subject.name.lower() == name.lower():
                return subject.folder
        plain = unicodedata.normalize("NFKD", name.lower())
        kept = re.sub(r"[^\w-]", "", plain, flags=re.ASCII).strip("-_")
        if kept != name.lower():
            # Another name may have the same letters without accents, or no Latin letters at all.
            kept = f"{kept}-{hashlib.sha256(name.lower().encode()).hexdigest()[:8]}".strip("-")
        folder, number = self.root / kept, 0
        while (folder / FILE).is_file():
            # The folder of a subject that had this name and was renamed.
            number += 1
            mark = hashlib.sha256(f"{name.lower()} {number}".encode()).hexdigest()[:8]
            folder = self.root / f"{kept}-{mark}"
        return folder

    def unfinished(self) -> tuple[Path, ...]:
        """Return the folders of unfinished trainings."""
        if not self.root.is_dir():
            return ()
        return tuple(
            folder
            for folder in sorted(self.root.iterdir())
            if (folder / RUN).is_dir() and not (folder / FILE).is_file()
        )

    def delete(self, name: str) -> None:
        """Delete a subject permanently; StudioError if that fails."""
        delete_subject(self.find(name))
        self.refresh()

    def give_up(self, folder: Path) -> None:
        """Remove the files of an unfinished training."""
        shutil.rmtree(folder, ignore_errors=True)
        self.refresh()

    def export_request(
        self, name: str, path: Path, layout: str, replaces: bool = False
    ) -> ExportRequest:
        """Return the request to export a subject for other programs; StudioError if unknown."""
        return ExportRequest(str(self.find(name).folder), str(path), layout, replaces)

    def import_request(
        self, path: Path, name: str = "", kind: str = "", word: str = "", model: str = "starter"
    ) -> ImportRequest:
        """Return the request to import a file as a subject, by default named after the file.

        StudioError if the file is missing or the name is taken, also by an unfinished training.
        """
        if not path.is_file():
            raise StudioError(
                "There is no file {path}.", "Choose a LoRA or an embedding.", path=str(path)
            )
        name = name or re.sub(r"[^\w-]+", "-", path.stem).strip("-_")[:40] or "subject"
        taken = {subject.name.lower(): subject for subject in self.all()}
        check_name(name, kind or "thing", taken)
        self.check_unfinished(name)
        return ImportRequest(str(path), name, str(self.folder_of(name)), kind, word, model)

    def rename(self, name: str, new: str) -> None:
        """Rename a subject, keeping its token in the model; StudioError for an invalid name."""
        subject = self.find(name)
        others = {s.name.lower(): s for s in self.all() if s is not subject}
        check_name(new, subject.kind, others)
        word = subject.word.replace(subject.tag, f"<{new}>")
        write_subject(replace(subject, name=new, word=word))
        if name.lower() in self.weights:
            self.weights[new.lower()] = self.weights.pop(name.lower())
        self.refresh()

    def refresh(self) -> None:
        """Scan the folder again."""
        self._found = None
        self.changed.emit()

    def uses(
        self, texts: Iterable[str], given: Sequence[AdapterUse] = ()
    ) -> tuple[AdapterUse, ...]:
        """Return the subjects named in prompts, as adapters; StudioError for an unknown name."""
        return subject_uses(texts, self.all(), self.weights, given)

    def with_subjects(self, request: EditRequest) -> EditRequest:
        """Return a request with exactly the subjects that its prompts name."""
        texts = [request.prompt, request.negative_prompt, *(r.prompt for r in request.regions)]
        if request.rewrite is not None:
            texts.append(request.rewrite.source)
        named = any("<" in text for text in texts)
        uses = self.uses(texts, request.adapters) if named else ()
        kept = tuple(use for use in request.adapters if use.kind != KIND)
        return request.replace(adapters=(*kept, *uses))
