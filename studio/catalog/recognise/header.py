"""The header of a weights file of any format: names, shapes and number formats of its tensors."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from studio.catalog.recognise.prefix import network_prefix
from studio.catalog.recognise.unpacked import Shape, unpacked_shape

LARGEST_PEEK = 1 << 20
"""Maximum bytes of a tensor that recognition may read: notes and vectors, never a weight."""

T = TypeVar("T")


@dataclass(frozen=True, eq=False)
class Header:
    """The tensors of one file, or of all shards of a network, without their data.

    ``format`` is "safetensors", "gguf" or "pickle". ``shapes`` are in the order of torch (a GGUF
    file stores them reversed); those of packed weights are as stored, ``shape`` returns the true
    ones. ``dtypes`` are the names that safetensors uses ("F16", "BF16", "F8_E4M3") or, in a GGUF
    file, those of its blocks ("Q4_K"). ``spans`` are the first byte and the last one plus one,
    counted from ``start`` in the file; empty for a pickle. ``metadata`` are texts by name.
    ``prefix`` was removed from the front of the names in ``shapes``, but not of the others; see
    ``network``. ``shards`` is the number of files.

    Searching all names costs a tenth of a millisecond, looking up one nothing: recognisers ask for
    names first (``in``, ``has``, ``begins``) and search only the files that may be theirs.
    """

    path: Path
    format: str
    size: int
    shapes: Mapping[str, Shape]
    dtypes: Mapping[str, str]
    spans: Mapping[str, Sequence[int]] = field(default_factory=dict)
    start: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""
    shards: int = 1
    _kept: dict[str, Any] = field(default_factory=dict)

    def __contains__(self, name: object) -> bool:
        return name in self.shapes

    @cached_property
    def text(self) -> str:
        """All names, each between line feeds, so that one search passes over all of them."""
        return "\n" + "\n".join(self.shapes) + "\n"

    @cached_property
    def roots(self) -> frozenset[str]:
        """The first parts of all names, up to their first dot."""
        return frozenset(name.partition(".")[0] for name in self.shapes)

    @cached_property
    def network(self) -> Header:
        """The same file with only the main network's tensors, named without its prefix."""
        prefix = network_prefix(self.text, self.roots)
        return self.below(prefix) if prefix else self

    def below(self, prefix: str) -> Header:
        """Return a header with only the tensors whose names begin with ``prefix``, without it."""
        cut = len(prefix)
        shapes = {
            name[cut:]: shape for name, shape in self.shapes.items() if name.startswith(prefix)
        }
        return Header(
            self.path, self.format, self.size, shapes, self.dtypes, self.spans, self.start,
            self.metadata, self.prefix + prefix, self.shards,
        )  # fmt: skip

    def once(self, key: str, make: Callable[[Header], T]) -> T:
        """Return ``make(self)``, computed once for each ``key``: several recognisers ask for it."""
        if key not in self._kept:
            self._kept[key] = make(self)
        found: T = self._kept[key]
        return found

    def has(self, *names: str) -> bool:
        """Whether all these tensors are in the file."""
        return all(name in self.shapes for name in names)

    def first(self, *names: str) -> str:
        """Return the first of these names that is in the file, "" if none is."""
        return next((name for name in names if name in self.shapes), "")

    def begins(self, start: str) -> bool:
        """Whether any name begins with ``start``."""
        root, dot, _ = start.partition(".")
        if dot and root not in self.roots:
            return False
        return f"\n{start}" in self.text

    def mentions(self, part: str) -> bool:
        """Whether any name contains ``part``; a line feed in it is the end of a name."""
        return part in self.text

    def search(self, pattern: str) -> str:
        """Return the first whole name in which a regular expression matches, "" if none.

        A line feed in it is the start or the end of a name; with one as its first character it is
        fastest.
        """
        return next(self.searched(pattern), "")

    def searched(self, pattern: str) -> Iterator[str]:
        """Yield the names in which a regular expression matches, as ``search``."""
        for match in re.finditer(pattern, self.text):
            first = self.text.rfind("\n", 0, match.start() + 1) + 1
            yield self.text[first : self.text.index("\n", first)]

    def blocks(self, template: str) -> int:
        """Return how many of ``template`` are in the file, with 0, 1, 2, ... in place of "{}"."""
        number = 0
        while template.format(number) in self.shapes:
            number += 1
        return number

    def shape(self, name: str) -> Shape:
        """Return the true shape of a weight, () if it is missing or cannot be known.

        Four-bit formats store two numbers in a byte, and bitsandbytes in one long column.
        """
        stored = self.shapes.get(name, ())
        full = self.prefix + name
        return unpacked_shape(full, stored, self.dtypes, self.metadata, self.peek_at)

    def width(self, name: str, axis: int = -1) -> int:
        """Return one edge of a weight's true shape, 0 if there is none."""
        shape = self.shape(name)
        return shape[axis] if -len(shape) <= axis < len(shape) else 0

    def dtype(self, name: str) -> str:
        """Return the number format of a tensor, "" if it is missing."""
        return self.dtypes.get(self.prefix + name, "")

    def peek(self, name: str) -> bytes:
        """Return the data of a small tensor; b"" if it is large, missing or cannot be read."""
        return self.peek_at(self.prefix + name)

    def peek_at(self, name: str) -> bytes:
        """Return the data of a small tensor by its whole name in the file, like ``peek``."""
        first, end = self.spans.get(name, (0, 0))
        if not 0 < end - first <= LARGEST_PEEK or self.shards > 1:
            return b""
        try:
            with self.path.open("rb") as file:
                file.seek(self.start + first)
                return file.read(end - first)
        except OSError:
            return b""
