"""Write the table of blend modes in the guide from their rows.

``python packaging/mode_table.py`` brings docs/guide.md up to date; ``--check`` changes nothing and
fails if the table differs.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE = ROOT / "docs" / "guide.md"
sys.path.insert(0, str(ROOT))

HEAD = ("blend mode", "in Krita", "in GIMP", "in an ORA", "in a PSD")


def table() -> str:
    """Return the table of all modes in the order of the layers panel."""
    from studio.document.blend import BlendMode

    lines = [f"| {' | '.join(HEAD)} |", "|---" * len(HEAD) + "|"]
    for mode in BlendMode:
        row = mode.value
        stored = "`isolation=auto`" if row.only_groups else f"`{row.ora}`"
        key = f"`{row.psd.decode()}`" if row.psd else "normal"
        cells = (f"**{row.label}**", row.krita, row.gimp, stored, key)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines)


def replaced(text: str) -> str:
    """Return the guide with the current table; ValueError if it has none."""
    pattern = re.compile(rf"^\| {re.escape(' | '.join(HEAD))} \|\n(?:\|.*\n)+", re.MULTILINE)
    if pattern.search(text) is None:
        raise ValueError("the guide has no table of blend modes")
    return pattern.sub(lambda _: table() + "\n", text)


def main() -> int:
    """Write the table, or only check it; 1 if it differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args()
    old = GUIDE.read_text(encoding="utf-8")
    new = replaced(old)
    if options.check:
        return int(new != old)
    GUIDE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
