"""Write the tables of model families in the README and of their methods from the families' own.

``python packaging/family_table.py`` brings README.md and docs/generations/methods.md up to date;
``--check`` changes nothing and fails if a table differs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import method_table
import tables

if TYPE_CHECKING:
    from studio.catalog.families.spec import FamilySpec

sys.path.insert(0, str(tables.ROOT))

HEAD = ("family", "kinds", "tasks", "also", "files", "tried with")
TASKS = ("generate", "fill", "replace", "extend", "instruct", "variations", "rewrite")
"""In this order; others follow."""
REAL = {
    "stable_diffusion": "real weights (the starter), true sizes, small random weights",
    "dall_e": "real weights (in the box), small random weights",
    "small_unclip": "real weights (in the box)",
}
"""Families with real weights in this repository."""
MEASURED, SMALL = "true sizes, small random weights", "small random weights"


def table() -> str:
    """Return the table of all families, the oldest first."""
    return tables.markdown(HEAD, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    from studio.catalog.families.table import FAMILIES
    from studio.catalog.single.rows import ROWS

    for family in FAMILIES.values():
        kinds = dict.fromkeys(_kind(family.label, one) for one in family.variants.values())
        single = family.id in ROWS
        yield (
            f"**{family.label}**",
            ", ".join(one for one in kinds if one),
            ", ".join(sorted(family.tasks, key=_order)),
            ", ".join(_additions(family)),
            "folder, safetensors, fp8, GGUF" if single else "folder",
            REAL.get(family.id, MEASURED if single else SMALL),
        )


def _kind(family: str, variant: str) -> str:
    """Return the name of a variant without that of its family, "" if that is all."""
    rest = variant.removeprefix(family)
    return rest.strip(", ") if rest[:1] in ("", " ", ",") else variant


def _order(task: str) -> tuple[int, str]:
    return (TASKS.index(task) if task in TASKS else len(TASKS)), task


def _additions(family: FamilySpec) -> Iterator[str]:
    """Yield what a family takes beside the prompt, and whether it is taught subjects."""
    if "lora" in family.adapters:
        yield "LoRA"
    if family.controls:
        yield "control images"
    if family.references:
        yield "references"
    if family.region_prompts:
        yield "region prompts"
    if family.training:
        yield "training"


if __name__ == "__main__":
    ABOUT = __doc__.splitlines()[0]
    METHODS = tables.run(method_table.PAGE, method_table.HEAD, method_table.table, ABOUT)
    sys.exit(tables.run(tables.README, HEAD, table, ABOUT) or METHODS)
