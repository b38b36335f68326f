"""Plane transforms as 3 x 3 matrices: nine numbers by rows, which act on columns (x, y, 1).

Coordinates are continuous: pixel (i, j) covers i..i+1, j..j+1, so that its centre is (i + 0.5,
j + 0.5), and a flip of a picture of width w is x -> w - x.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError
from studio.core.geometry import Rect

Matrix = tuple[float, float, float, float, float, float, float, float, float]
Point = tuple[float, float]
Floats = NDArray[np.float64]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
LARGEST = 1e7
"""Positions farther away than this many pixels are refused: no document is that large."""
SMALLEST = 1e-9
"""A denominator of a perspective below this fraction of the others lies on its horizon."""


def matrix_of(values: Iterable[float]) -> Matrix:
    """Return nine numbers by rows as a matrix; ValueError for another count."""
    numbers = tuple(float(value) for value in values)
    if len(numbers) != 9:
        raise ValueError(f"a matrix has 9 numbers, not {len(numbers)}")
    return numbers  # type: ignore[return-value]


def affine(a: float, b: float, c: float, d: float, x: float, y: float) -> Matrix:
    """Return the transform (x, y) -> (a x + b y + x0, c x + d y + y0)."""
    return (a, b, x, c, d, y, 0.0, 0.0, 1.0)


def translation(dx: float, dy: float) -> Matrix:
    """Return the move by (dx, dy)."""
    return affine(1.0, 0.0, 0.0, 1.0, dx, dy)


def scaling(across: float, down: float, pivot: Point = (0.0, 0.0)) -> Matrix:
    """Return the scale by two factors around a point that stays; negative factors flip."""
    x, y = pivot
    return affine(across, 0.0, 0.0, down, x - across * x, y - down * y)


def rotation(degrees: float, pivot: Point = (0.0, 0.0)) -> Matrix:
    """Return the turn by degrees, clockwise on the screen; exact for multiples of 90."""
    quarter = degrees / 90.0
    if quarter == round(quarter):
        cos, sin = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))[round(quarter) % 4]
    else:
        cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    x, y = pivot
    return affine(cos, -sin, sin, cos, x - cos * x + sin * y, y - sin * x - cos * y)


def skewing(across: float, down: float, pivot: Point = (0.0, 0.0)) -> Matrix:
    """Return the slant by two angles in degrees around a point: x by y, and y by x."""
    a, b = math.tan(math.radians(across)), math.tan(math.radians(down))
    x, y = pivot
    return affine(1.0, a, b, 1.0, -a * y, -b * x)


def compose(first: Matrix, *then: Matrix) -> Matrix:
    """Return the transform that applies ``first`` and then the others in turn."""
    result = _array(first)
    for matrix in then:
        result = _array(matrix) @ result
    return _normal(result)


def invert(matrix: Matrix) -> Matrix:
    """Return the inverse; StudioError if the transform flattens the plane."""
    array = _array(matrix)
    if not np.isfinite(array).all() or abs(np.linalg.det(array / np.abs(array).max())) < 1e-18:
        raise nothing_left()
    return _normal(np.asarray(np.linalg.inv(array), np.float64))


def apply(matrix: Matrix, points: Sequence[Point] | Floats) -> Floats:
    """Return (n, 2) points transformed; NaN for points on or behind the horizon."""
    array = np.asarray(points, np.float64).reshape(-1, 2)
    moved = np.hstack([array, np.ones((len(array), 1))]) @ _array(matrix).T
    depth = moved[:, 2:]
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.where(depth > SMALLEST, moved[:, :2] / depth, np.nan))


def corners(rect: Rect) -> list[Point]:
    """Return the corners of a rectangle, clockwise from the top left."""
    left, top, right, bottom = map(float, (rect.x, rect.y, rect.right, rect.bottom))
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


def quad_to_quad(source: Sequence[Point], target: Sequence[Point]) -> Matrix:
    """Return the perspective that takes four points to four others.

    Heckbert 1989, "Fundamentals of Texture Mapping and Image Warping", section 2.2.3, as one
    linear system. StudioError if three of the points lie on a line.
    """
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows.append([x, y, 1, 0, 0, 0, -u * x, -u * y])
        rows.append([0, 0, 0, x, y, 1, -v * x, -v * y])
        right += [u, v]
    system = np.array(rows, np.float64)
    if not np.isfinite(system).all():
        raise nothing_left()
    try:
        solved = np.linalg.solve(system, np.array(right, np.float64))
    except np.linalg.LinAlgError:
        raise nothing_left() from None
    matrix = matrix_of([*solved.tolist(), 1.0])
    if all(matrix[6] * x + matrix[7] * y + 1.0 < 0.0 for x, y in source):
        matrix = matrix_of([-value for value in matrix])
    if not np.allclose(apply(matrix, source), np.asarray(target, np.float64), atol=1e-3):
        raise nothing_left()
    return matrix


def check_matrix(matrix: Matrix, area: Rect) -> None:
    """Raise StudioError if a transform is not usable on a rectangle.

    It must be finite, leave at least a hundredth of a pixel of it, keep all of it in front of the
    horizon, and nothing of it may end up absurdly far away.
    """
    if not all(math.isfinite(value) for value in matrix):
        raise nothing_left()
    places = apply(matrix, corners(area))
    if np.isnan(places).any():
        raise StudioError(
            "This perspective folds the picture over its horizon.",
            "Move the corners until they form a shape without crossing sides.",
        )
    if np.abs(places).max() > LARGEST:
        raise StudioError(
            "The result would be too large.", "Use a smaller scale, or move it less far."
        )
    if abs(_area(places)) < 0.01:
        raise nothing_left()


def nothing_left() -> StudioError:
    """Return the error of a transform after which nothing would be visible."""
    return StudioError("Nothing would be left after this transform.", "Use a larger scale.")


def _area(points: Floats) -> float:
    x, y = points[:, 0], points[:, 1]
    return float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y)) / 2


def _array(matrix: Matrix) -> Floats:
    return np.array(matrix, np.float64).reshape(3, 3)


def _normal(array: Floats) -> Matrix:
    """Return the matrix with its last number 1, by which the sign of depths is kept."""
    last = float(array[2, 2])
    if last > SMALLEST:
        array = array / last
    return matrix_of(array.ravel().tolist())
