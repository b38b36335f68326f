"""Write the table of methods and families in docs/generations/methods.md from the families.

It is run by ``python packaging/family_table.py``, beside the table of families.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING

import tables

if TYPE_CHECKING:
    from studio.catalog.families.spec import FamilySpec

sys.path.insert(0, str(tables.ROOT))

PAGE = tables.ROOT / "docs" / "generations" / "methods.md"
HEAD = (
    "family",
    "null-text inversion",
    "textual inversion",
    "DreamBooth",
    "ControlNet",
    "IP-Adapter",
    "classifier guidance",
)
WORKS = "works"


def table() -> str:
    """Return the table of all families, the oldest first, with the reason for each gap."""
    return tables.markdown(HEAD, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    from studio.catalog.families.table import FAMILIES

    for family in FAMILIES.values():
        yield (
            f"**{family.label}**",
            _inversion(family),
            _textual_inversion(family),
            _dreambooth(family),
            _control(family),
            _reference(family),
            _steering(family),
        )


def _inversion(family: FamilySpec) -> str:
    from studio.catalog.families.spec import Capability

    return family.reason(Capability.INVERSION, "null_text") or WORKS


def _textual_inversion(family: FamilySpec) -> str:
    """Return whether embeddings are taught, only used, or neither."""
    from studio.catalog.families.spec import Capability

    reason = family.reason(Capability.TRAINING, "textual_inversion")
    if reason and "textual_inversion" in family.adapters:
        return f"used, not taught: {reason}"
    return reason or WORKS


def _dreambooth(family: FamilySpec) -> str:
    """Return whether the weights are taught a subject, or a LoRA beside them."""
    from studio.catalog.families.spec import Capability

    reason = family.reason(Capability.TRAINING, "dreambooth")
    return "works, as a LoRA" if reason and "lora" in family.training else reason or WORKS


def _control(family: FamilySpec) -> str:
    from studio.catalog.families.spec import Capability

    return WORKS if family.controls else family.reason(Capability.CONTROL, "canny")


def _reference(family: FamilySpec) -> str:
    from studio.catalog.families.spec import Capability

    found = sorted(family.references - {"blend"})
    if found:
        return f"{WORKS}: {', '.join(found)}"
    return family.reason(Capability.REFERENCE, "subject")


def _steering(family: FamilySpec) -> str:
    from studio.catalog.families.spec import Capability

    return family.reason(Capability.SETTING, "steer_towards") or WORKS
