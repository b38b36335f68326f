"""Shared by the scripts that write a table of a document from the program's own tables."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GUIDE, README = ROOT / "docs" / "guide.md", ROOT / "README.md"


def markdown(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """Return a table of Markdown with a line for each row."""
    lines = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


def replaced(text: str, head: tuple[str, ...], table: str) -> str:
    """Return a document with ``table`` in place of the one with this head.

    ValueError if it has none.
    """
    pattern = re.compile(rf"^\| {re.escape(' | '.join(head))} \|\n(?:\|.*\n)+", re.MULTILINE)
    if pattern.search(text) is None:
        raise ValueError(f"no table with the columns {', '.join(head)}")
    return pattern.sub(lambda _: table + "\n", text)


def run(document: Path, head: tuple[str, ...], table: Callable[[], str], about: str) -> int:
    """Write the table into a document or, with --check, return 1 if it differs."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args()
    old = document.read_text(encoding="utf-8")
    new = replaced(old, head, table())
    if options.check:
        return int(new != old)
    document.write_text(new, encoding="utf-8")
    return 0
