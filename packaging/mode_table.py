"""Write the table of blend modes in the guide from their rows.

``python packaging/mode_table.py`` brings docs/guide.md up to date; ``--check`` changes nothing and
fails if the table differs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import tables

sys.path.insert(0, str(tables.ROOT))

HEAD = ("blend mode", "in Krita", "in GIMP", "in an ORA", "in a PSD")


def table() -> str:
    """Return the table of all modes in the order of the layers panel."""
    return tables.markdown(HEAD, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    from studio.document.blend import BlendMode

    for mode in BlendMode:
        row = mode.value
        stored = "`isolation=auto`" if row.only_groups else f"`{row.ora}`"
        key = f"`{row.psd.decode()}`" if row.psd else "normal"
        yield f"**{row.label}**", row.krita, row.gimp, stored, key


if __name__ == "__main__":
    sys.exit(tables.run(tables.GUIDE, HEAD, table, __doc__.splitlines()[0]))
