"""The named things that the starter model can draw, in English and Spanish."""

import csv
from dataclasses import dataclass
from functools import cache

from starter_recipe.paths import RECIPE

FLIPPED = frozenset({"animal", "person", "plant", "vehicle"})


@dataclass(frozen=True)
class Concept:
    """One thing: its emoji code points (or the name of an own drawing), names and synonyms."""

    code: str
    en: str
    es: str
    gender: str
    kind: str
    synonyms_en: tuple[str, ...]
    synonyms_es: tuple[str, ...]

    @property
    def plural(self) -> bool:
        """Whether the name is a plural."""
        return self.gender.endswith("p")

    @property
    def flips(self) -> bool:
        """Whether a mirrored picture looks as natural as the picture."""
        return self.kind in FLIPPED

    def names(self, language: str) -> tuple[str, ...]:
        """Return the name in "en" or "es", followed by its synonyms."""
        if language == "en":
            return (self.en, *self.synonyms_en)
        return (self.es, *self.synonyms_es)


@cache
def concepts() -> tuple[Concept, ...]:
    """Read the table of concepts; the position in it is the class number everywhere."""
    with (RECIPE / "concepts.csv").open(encoding="utf-8", newline="") as table:
        return tuple(_concept(row) for row in csv.DictReader(table))


def _concept(row: dict[str, str]) -> Concept:
    return Concept(
        code=row["code"],
        en=row["en"],
        es=row["es"],
        gender=row["gender"],
        kind=row["kind"],
        synonyms_en=tuple(s for s in row["synonyms_en"].split(";") if s),
        synonyms_es=tuple(s for s in row["synonyms_es"].split(";") if s),
    )
