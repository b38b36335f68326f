"""Write the table of keys in the guide from the tables of actions and tools.

``python packaging/key_table.py`` brings docs/guide.md up to date; ``--check`` changes nothing and
fails if the table differs.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import tables

sys.path.insert(0, str(tables.ROOT))

HEAD = ("menu", "action", "keys", "in Krita's set")
DIGITS = "opacity_"

Entry = tuple[str, str, str, tuple[str, ...]]
"""Group, id, label and keys of an action."""


def entries() -> Iterator[Entry]:
    """Yield all actions and tools in the order of the shortcut editor."""
    from studio.document.adjustments.table import ADJUSTMENTS
    from studio.tools.registry import TOOLS
    from studio.ui.commands import adjustment_commands
    from studio.ui.commands.actions import KEYS_ONLY, MENUS, MORE_KEYS, Item
    from studio.ui.keys.later import LATER

    def below(group: str, items: tuple[Item, ...]) -> Iterator[Entry]:
        for item in items:
            if item.id == "adjustment_add":
                for one in ADJUSTMENTS.values():
                    key = adjustment_commands.KEYS.get(one.id)
                    yield (
                        f"{group}: {item.label}",
                        f"adjustment_{one.id}",
                        one.label,
                        ((key,) if key else ()),
                    )
            elif item.menu is not None:
                yield from below(f"{group}: {item.label}", item.menu)
            elif item.id:
                keys = (item.shortcut, *MORE_KEYS.get(item.id, ()))
                yield group, item.id, item.label, tuple(key for key in keys if key)

    for tool in TOOLS:
        yield "Tools", f"tool_{tool.id}", tool.label, (tool.shortcut,)
    for title, items in MENUS:
        yield from below(title.replace("&", ""), items)
    yield from below("no menu", KEYS_ONLY)
    yield "no menu", DIGITS, "Opacity 10 % to 100 %", ("1", "9", "0")
    for later in LATER:
        yield "not there yet", later.id, later.label, later.keys


def table() -> str:
    """Return the table of all actions that have a key in either set."""
    return tables.markdown(HEAD, _rows())


def _rows() -> Iterator[tuple[str, ...]]:
    from studio.ui.keys.key_sets import KRITA

    for group, name, label, keys in entries():
        other = KRITA.get(name, keys)
        if name == DIGITS:
            cells = ("`1` to `9`, `0`", "none")
        elif not keys and not other:
            continue
        else:
            cells = (spelled(keys), "" if other == keys else spelled(other) or "none")
        yield group, label.rstrip("…"), *cells


def spelled(keys: tuple[str, ...]) -> str:
    """Return keys as code."""
    return ", ".join(f"`{key}`" for key in keys)


if __name__ == "__main__":
    sys.exit(tables.run(tables.GUIDE, HEAD, table, __doc__.splitlines()[0]))
