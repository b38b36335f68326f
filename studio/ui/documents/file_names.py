"""Short names of files, distinguished by their folders if two names are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path


def is_same_file(one: Path, other: Path) -> bool:
    """Whether two paths lead to one file, by links or by names that differ only in case."""
    if one.resolve() == other.resolve():
        return True
    try:
        return one.samefile(other)
    except OSError:
        return False


def short_names(paths: Sequence[Path]) -> list[str]:
    """Return the name of each file, with as much of its folder as it needs to be unique.

    Two files "sky.png" are "sky.png (spring)" and "sky.png (autumn)".
    """
    unlike = list(dict.fromkeys(paths))
    same = Counter(path.name for path in unlike)
    found = {path: path.name for path in unlike}
    for name in [one for one, count in same.items() if count > 1]:
        namesakes = [path for path in unlike if path.name == name]
        for path, folder in zip(namesakes, _folders(namesakes), strict=True):
            found[path] = f"{name} ({folder})" if folder else name
    return [found[path] for path in paths]


def _folders(paths: Sequence[Path]) -> list[str]:
    """Return the shortest distinct trailing parts of the files' folders."""
    parts = [path.parent.parts for path in paths]
    for count in range(1, max(map(len, parts)) + 1):
        ends = ["/".join(one[-count:]).replace("//", "/") for one in parts]
        if len(set(ends)) == len(ends):
            return ends
    return [str(path.parent) for path in paths]
