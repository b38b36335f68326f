"""The judges that ship with the program: their files, and the things that they know by name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from studio.catalog.vocabulary import fold
from studio.core.errors import StudioError
from studio.core.notices import translatable
from studio.core.paths import resource

PICTURES = "judge"
LATENTS = "latent-judge"
"""The folders of the two judges in resources/lineage: of pictures, and of noisy latents."""
WEIGHTS = "diffusion_pytorch_model.safetensors"
LABELS = "labels.json"
WORDS = re.compile(r"[^\W_]+")
HINT = translatable("Install Lienzo again, which brings the file back.")
NO_JUDGE = translatable("A file of the judge that comes with Lienzo is missing.")


def judge_folder(name: str = PICTURES) -> Path:
    """Return the folder of a judge, whether it is there or not."""
    return resource(f"lineage/{name}")


def missing_judge(name: str = PICTURES) -> str:
    """Return the reason why a judge cannot be used, "" if its files are there."""
    files = (judge_folder(name) / WEIGHTS, judge_folder(name) / "config.json")
    present = all(file.is_file() for file in (*files, judge_folder() / LABELS))
    return "" if present else NO_JUDGE


@dataclass(frozen=True, slots=True)
class Labels:
    """What a judge tells apart: for each language the names of each thing, its own name first."""

    names: Mapping[str, tuple[tuple[str, ...], ...]]
    styles: tuple[str, ...]

    def name(self, thing: int, language: str = "en") -> str:
        """Return the name of a thing by its number."""
        return self.names.get(language, self.names["en"])[thing][0]

    def all_names(self, language: str = "en") -> tuple[str, ...]:
        """Return the name of every thing in a language, English if it has none in that."""
        return tuple(names[0] for names in self.names.get(language, self.names["en"]))

    def thing(self, text: str) -> int | None:
        """Return the number of the thing that a text names, None if it names none.

        Of several the longest name counts, of names of one length the first in the text. Case,
        accents and the language are ignored.
        """
        spoken = f" {' '.join(WORDS.findall(fold(text)))} "
        best: tuple[int, int] | None = None
        found = None
        for every in self.names.values():
            for number, names in enumerate(every):
                for name in names:
                    key = f" {' '.join(WORDS.findall(fold(name)))} "
                    at = spoken.find(key)
                    rank = (-len(key), at)
                    if at >= 0 and (best is None or rank < best):
                        best, found = rank, number
        return found


@cache
def judge_labels() -> Labels:
    """Read the names of the things that the judges know; StudioError if the file is damaged."""
    file = judge_folder() / LABELS
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
        names = {
            str(code): tuple(tuple(str(one) for one in names) for names in rows)
            for code, rows in data["things"].items()
        }
        return Labels(names, tuple(str(one) for one in data["styles"]))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise StudioError(
            "A file of the judge cannot be read: {path} ({reason}).",
            HINT,
            path=str(file),
            reason=str(error),
        ) from error
