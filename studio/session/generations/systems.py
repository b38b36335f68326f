"""The models that a comparison offers, with the reason why one cannot take part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.generations import BUILT_IN_NAMES, Paper, paper_of
from studio.catalog.integrity import RESTORE_HINT, restore_command
from studio.catalog.models import STARTER, ModelSpec, identify, model_folder, survey
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Listed
from studio.core.progress import Progress
from studio.edit.limits import check_numbers
from studio.edit.prepare import generate_request
from studio.edit.request import EditRequest, Sampling, Task
from studio.edit.settings import EditSettings


@dataclass(frozen=True, slots=True)
class System:
    """One model of a comparison; ``error`` is the reason why it cannot make a picture.

    ``id`` is a built-in name or a path; ``spec`` is None if the model cannot be read.
    """

    id: str
    name: str
    spec: ModelSpec | None = None
    paper: Paper | None = None
    error: StudioError | None = None

    @property
    def place(self) -> Path:
        """Its folder or file on this machine."""
        return model_folder(self.id)

    @property
    def is_built_in(self) -> bool:
        """Whether it ships with the program."""
        return self.id in BUILT_IN_NAMES

    @property
    def can_run(self) -> bool:
        """Whether it makes pictures from a prompt."""
        return self.spec is not None and self.error is None

    def request(self, prompt: str, seed: int) -> EditRequest:
        """Return the request for one picture of its own size, with its own first settings.

        StudioError if the prompt is empty or the model cannot take part.
        """
        if self.spec is None or self.error is not None:
            raise self.error or missing_error(self.name)
        first, side = self.spec.first_settings, self.spec.native_size
        sampling = Sampling(first.steps, first.cfg_scale, first.sampler, first.schedule, seed)
        settings = EditSettings(prompt=prompt, model=self.spec.id, sampling=sampling)
        made = generate_request(Rect(0, 0, side, side), settings)
        check_numbers(made)
        return made


def list_systems(
    folders: Iterable[Path | str], progress: Progress | None = None
) -> tuple[System, ...]:
    """Return the built-in models, then those of the artist's folders."""
    own = [built_in_system(name) for name in BUILT_IN_NAMES]
    specs, problems = survey(folders, progress)
    others = [system_of(spec) for spec in specs if spec.id not in BUILT_IN_NAMES]
    starter = model_folder(STARTER)
    broken = [
        System(str(path), path.name, error=error) for path, error in problems if path != starter
    ]
    return (*own, *others, *broken)


def built_in_system(name: str) -> System:
    """Return a model that ships with the program, also if its files are missing or damaged."""
    folder = model_folder(name)
    try:
        if not folder.is_dir():
            raise missing_error(BUILT_IN_NAMES[name])
        return system_of(identify(name))
    except StudioError as error:
        return System(name, BUILT_IN_NAMES[name], paper=paper_of(name, ""), error=error)


def system_of(spec: ModelSpec) -> System:
    """Return a model that can be read; its ``error`` says if it makes no pictures from a prompt."""
    row, error = family(spec.family), None
    reason = row.reason(Capability.TASK, Task.GENERATE.value, spec)
    if reason:
        error = StudioError(
            "{model} makes no picture from a prompt: {reason}",
            "Leave it out of the comparison.",
            model=spec.name,
            reason=Listed((("", reason),)),
        )
    return System(spec.id, spec.name, spec, paper_of(spec.id, spec.family), error)


def chosen_systems(names: Sequence[str], systems: Sequence[System]) -> tuple[System, ...]:
    """Return the systems with these ids or names, in this order; StudioError for an unknown one."""
    found = []
    for name in dict.fromkeys(names):
        one = next((s for s in systems if name in (s.id, s.name)), None)
        if one is None:
            one = system_of(identify(name))
        if one not in found:
            found.append(one)
    return tuple(found)


def missing_error(name: str) -> StudioError:
    """Return the error for a model whose files are missing."""
    return StudioError(
        "The files of {name} are not there.",
        RESTORE_HINT,
        name=name,
        command=restore_command(),
    )
