"""A table of colours from a .cube file (Adobe's Cube LUT Specification 1.0), 3D or 1D.

A 3D table is read with tetrahedral interpolation, a 1D table becomes a 3D one only if it is small
enough to be exact: it is stored as a 1D table and read linearly.
"""

from __future__ import annotations

import base64
import functools
import math
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.document.adjustments.row import Adjustment, Values

MOST_3D, MOST_1D = 129, 65536
"""The largest tables that are read; the specification allows up to 256 and 65,536."""
MOST_BYTES = 128 << 20
ZERO, ONE, HALF = np.float32(0.0), np.float32(1.0), np.float32(0.5)
HEADER = 8
IDENTITY = ""


def lut(r: Any, g: Any, b: Any, n: Any) -> Any:
    """Return the table's colour; ``n`` starts with its size, whether it is 3D, and its domain."""
    last = n[0] - ONE
    x = min(max((r - n[2]) * n[5], ZERO), ONE) * last
    y = min(max((g - n[3]) * n[6], ZERO), ONE) * last
    z = min(max((b - n[4]) * n[7], ZERO), ONE) * last
    top, size = np.int32(last) - np.int32(1), np.int32(n[0])
    i, j, k = min(np.int32(x), top), min(np.int32(y), top), min(np.int32(z), top)
    fx, fy, fz = x - np.float32(i), y - np.float32(j), z - np.float32(k)
    if n[1] < HALF:
        p, q, s = HEADER + 3 * i, HEADER + 3 * j + 1, HEADER + 3 * k + 2
        red = n[p] + fx * (n[p + 3] - n[p])
        green = n[q] + fy * (n[q + 3] - n[q])
        blue = n[s] + fz * (n[s + 3] - n[s])
    else:
        # Red changes fastest. Of the six tetrahedra, the one in which the fractions are ordered.
        dx, dy, dz = 3, 3 * size, 3 * size * size
        at = HEADER + i * dx + j * dy + k * dz
        end = at + dx + dy + dz
        if fx >= fy:
            if fy >= fz:
                one, two, a, m, c = at + dx, at + dx + dy, fx, fy, fz
            elif fx >= fz:
                one, two, a, m, c = at + dx, at + dx + dz, fx, fz, fy
            else:
                one, two, a, m, c = at + dz, at + dx + dz, fz, fx, fy
        elif fx >= fz:
            one, two, a, m, c = at + dy, at + dx + dy, fy, fx, fz
        elif fy >= fz:
            one, two, a, m, c = at + dy, at + dy + dz, fy, fz, fx
        else:
            one, two, a, m, c = at + dz, at + dy + dz, fz, fy, fx
        v, w = a - m, m - c
        red = (ONE - a) * n[at] + v * n[one] + w * n[two] + c * n[end]
        green = (ONE - a) * n[at + 1] + v * n[one + 1] + w * n[two + 1] + c * n[end + 1]
        blue = (ONE - a) * n[at + 2] + v * n[one + 2] + w * n[two + 2] + c * n[end + 2]
    return min(max(red, ZERO), ONE), min(max(green, ZERO), ONE), min(max(blue, ZERO), ONE)


@functools.lru_cache(maxsize=8)
def _unpacked(text: str) -> NDArray[np.float32]:
    """Return the numbers of a packed table; ValueError if it is damaged or not finite."""
    if text == IDENTITY:
        return np.array([2, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0, 1, 1, 1], np.float32)
    unpacker = zlib.decompressobj()
    data = unpacker.decompress(base64.b64decode(text, validate=True), MOST_BYTES)
    found = np.frombuffer(data, "<f4").astype(np.float32)
    if found.size < HEADER + 6 or not np.isfinite(found).all():
        raise ValueError("the table of colours is damaged")
    size = int(found[0])
    count = size**3 if found[1] > 0.5 else size
    most = MOST_3D if found[1] > 0.5 else MOST_1D
    if not 2 <= size <= most or found.size != HEADER + 3 * count or not (found[5:8] > 0).all():
        raise ValueError("the table of colours is damaged")
    return found


@dataclass(frozen=True, slots=True)
class Table:
    """A table of colours as text: base64 of zlib of little-endian float32; "" changes nothing."""

    id: str
    label: str
    group: str = ""
    default: str = IDENTITY

    def check(self, value: Any) -> str:
        """Return the text of a table that can be read."""
        if not isinstance(value, str):
            raise TypeError(f"{self.id} is no table")
        try:
            _unpacked(value)
        except zlib.error as error:
            raise ValueError("the table of colours is damaged") from error
        return value

    def parse(self, text: str) -> str:
        """Return the table of the file named by a text; StudioError if it cannot be read."""
        return read_cube(Path(text))


def read_cube(path: Path) -> str:
    """Return the table of a .cube file, packed; StudioError if it is none."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _refused(path, "it is larger than any table")
        text = path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError as error:
        raise StudioError(
            "{name} cannot be read.", "Check the file and the right to read it.", name=path.name
        ) from error
    try:
        return _packed(text)
    except (ValueError, IndexError) as error:
        raise _refused(path, str(error)) from error


def _refused(path: Path, reason: str) -> StudioError:
    return StudioError(
        "{name} is no table of colours: {reason}.",
        "Choose a .cube file that another program writes or opens.",
        name=path.name,
        reason=reason,
    )


def _packed(text: str) -> str:
    size, solid = 0, False
    low, high = [0.0, 0.0, 0.0], [1.0, 1.0, 1.0]
    rows: list[list[float]] = []
    for line in text.splitlines():
        words = line.split("#", 1)[0].split()
        if not words or words[0] == "TITLE":
            continue
        if words[0] in ("LUT_1D_SIZE", "LUT_3D_SIZE"):
            solid = words[0] == "LUT_3D_SIZE"
            size = int(words[1])
        elif words[0] in ("DOMAIN_MIN", "DOMAIN_MAX"):
            found = [float(one) for one in words[1:]]
            low, high = (found, high) if words[0] == "DOMAIN_MIN" else (low, found)
        elif words[0][0].isalpha() and words[0].lower() not in ("nan", "inf", "infinity"):
            raise ValueError(f"the line {words[0][:30]} is not known")
        else:
            rows.append([float(one) for one in words])
    return _checked(size, solid, low, high, rows)


def _checked(
    size: int, solid: bool, low: list[float], high: list[float], rows: list[list[float]]
) -> str:
    most = MOST_3D if solid else MOST_1D
    if not 2 <= size <= most:
        raise ValueError(f"its size is {size}, and must be 2 to {most}")
    wanted = size**3 if solid else size
    if len(rows) != wanted:
        raise ValueError(f"it has {len(rows)} colours instead of {wanted}")
    if any(len(row) != 3 for row in (low, high, *rows)):
        raise ValueError("a line has not three numbers")
    if not all(map(math.isfinite, (*low, *high))) or not np.isfinite(rows).all():
        raise ValueError("a number is not finite")
    if any(b <= a for a, b in zip(low, high, strict=True)):
        raise ValueError("its domain is empty")
    scale = [1 / (b - a) for a, b in zip(low, high, strict=True)]
    numbers = np.array([size, solid, *low, *scale, *np.array(rows).ravel()], "<f4")
    return base64.b64encode(zlib.compress(numbers.tobytes())).decode("ascii")


def numbers(values: Values) -> NDArray[np.float32]:
    """Return header and colours of the table."""
    return _unpacked(values["file"])


ROW = Adjustment(
    "lut",
    "Table of colours",
    "ph.cube",
    (Table("file", "File"),),
    formula=lut,
    numbers=numbers,
)
