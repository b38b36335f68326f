"""Lists the checksums of the small systems that ship with the program.

``python packaging/lineage_sums.py`` writes resources/lineage/SHA256SUMS. It is to be run after a
change of any weights or configurations there. With ``--check`` it changes nothing and exits with 1
if the list is out of date.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "resources" / "lineage"
LISTED = (".safetensors", ".json")
CARD = "card.json"
"""Figures about a system, which are no part of what runs."""


def sums(folder: Path = FOLDER) -> str:
    """Return a line for each file with weights or settings, in the format of sha256sum."""
    found = (path for path in folder.rglob("*") if path.suffix in LISTED and path.name != CARD)
    files = sorted(found)
    rows = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}"
        for path in files
    )
    return "".join(f"{row}\n" for row in rows)


def main(arguments: list[str]) -> int:
    """Write or check the list."""
    file = FOLDER / "SHA256SUMS"
    if "--check" in arguments:
        return int(file.read_text("utf-8") != sums())
    file.write_text(sums(), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
