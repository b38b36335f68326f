"""Plans the blending of one window of a picture as a program for the compiled loops.

Imports numba through ``kernels``: import it late.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studio.core.geometry import Rect
from studio.document.blend import BlendMode
from studio.document.kinds import kind_of
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import TILE, Key, Pixels
from studio.document.render import blend_kernels, kernels

Op = tuple[int, int, int, int, int, int, int, int, int, float]
"""The fields of ``kernels`` and the opacity."""
Edges = tuple[int, int, int, int]
NO_SKIP: frozenset[str] = frozenset()


class Plan:
    """The steps for a window of at most 256 x 256 pixels; keeps the tiles they read alive.

    With ``overlays``, layers that are not part of the picture are included, as over the canvas.
    ``covered`` is True if some layer hides everything below it. Layers are visited from the top,
    so that hidden ones are skipped.
    """

    def __init__(
        self,
        layers: Sequence[Layer],
        window: Rect,
        skip: frozenset[str] = NO_SKIP,
        *,
        overlays: bool = False,
    ) -> None:
        self.window = window
        self._overlays = overlays
        self.depth = 0
        self._skip = skip
        self._keep: list[NDArray[Any]] = []
        self._tables: dict[int, NDArray[np.float32]] = {}
        self.ops, self.covered = self.stack(layers, 0)

    def whole_tile(self) -> Pixels | None:
        """Return the one stored tile that already is the result, or None."""
        if self.covered and len(self.ops) == 1 and len(self._keep) == 1:
            left, top, right, bottom = self.ops[0][4:8]
            if (left, top, right, bottom) == (0, 0, TILE, TILE):
                return self._keep[0]
        return None

    def render(self, words: NDArray[np.uint32], start: int, stride: int, straight: bool) -> None:
        """Write the window's pixels into flat RGBA words from ``start``, ``stride`` per row."""
        program = np.array([op[:-1] for op in self.ops], np.int64).reshape(-1, kernels.FIELDS)
        opacities = np.array([op[-1] for op in self.ops], np.float32)
        window = self.window.x, self.window.y, self.window.width, self.window.height
        kernels.run(program, opacities, self.depth, straight, words, start, stride, window)

    def stack(self, layers: Sequence[Layer], depth: int) -> tuple[list[Op], bool]:
        """Return the steps of some layers, from the bottom, and whether they cover the window.

        ``depth`` is the nesting depth in groups, 0 outside all.
        """
        self.depth = max(self.depth, depth)
        blocks: list[list[Op]] = []
        covered = False
        for layer in reversed(layers):
            if not layer.visible or layer.opacity <= 0.0 or layer.id in self._skip:
                continue
            kind = kind_of(layer)
            if not (kind.in_picture or self._overlays):
                continue
            ops, covered = _function(kind.compose)(self, layer, depth)
            if ops:
                blocks.append(ops)
            if covered:
                break
        ops = [op for block in reversed(blocks) for op in block]
        return (self._joined(ops) if self._tables else ops), covered

    def group(self, layer: GroupLayer, depth: int) -> tuple[list[Op], bool]:
        """Return the steps of a group: isolated, or blended with the backdrop."""
        passes = layer.blend is BlendMode.PASS_THROUGH
        masked = layer.mask is not None and layer.mask.enabled
        if passes and layer.opacity >= 1.0 and not masked:
            return self.stack(layer.children, depth)
        ops, covered = self.stack(layer.children, depth + 1)
        if not ops:
            return [], False
        begin, end = (kernels.COPY, kernels.PASS) if passes else (kernels.PUSH, kernels.GROUP)
        ops.insert(0, _marker(begin))
        ops.extend(self._everywhere(layer, end))
        ops.append(_marker(kernels.POP))
        return ops, covered and _is_plain(layer)

    def raster(self, layer: RasterLayer) -> tuple[list[Op], bool]:
        """Return the steps of a layer of pixels."""
        ops: list[Op] = []
        covered = _is_plain(layer)
        mode = _mode(layer)
        for key, x, y, edges in self._parts(layer):
            tile = layer.raster.tile(key)
            if tile is None:
                covered = False
                continue
            mask, factor = self._mask(layer.mask, key, x, y)
            if factor <= 0.0:
                continue
            source = _address(tile) + (y * TILE + x) * 4
            if covered:
                covered = kernels.is_opaque(source, edges[2] - edges[0], edges[3] - edges[1])
            ops.append((kernels.LAYER, source, mask, mode, *edges, 0, layer.opacity * factor))
            self._keep.append(tile)
        return ops, covered

    def adjustment(
        self, layer: Layer, function: int, values: NDArray[np.float32], *, table: bool = False
    ) -> tuple[list[Op], bool]:
        """Return the steps of a layer that changes the colours of the backdrop.

        ``function`` is the address of a row function from ``blend_kernels.adjustment``, ``values``
        the numbers that it reads; its result is blended with the layer's mode, opacity and mask,
        and alpha is unchanged. With ``table`` the values are the outputs of three channels, evenly
        spaced, which are joined with those of the next layer if nothing is in between.
        """
        kept = np.ascontiguousarray(values, np.float32)
        self._keep.append(kept)
        if table:
            self._tables[_address(kept)] = kept
        return self._everywhere(layer, kernels.ADJUSTMENT, _address(kept), function), False

    def _joined(self, ops: list[Op]) -> list[Op]:
        """Return the steps with runs of whole tables in normal mode as one table each."""
        found: list[Op] = []
        for op in ops:
            last = found[-1] if found else None
            # All fields but the table's address are equal: no mask, the whole window, opacity 1.
            alike = last is not None and last[:1] + last[2:] == op[:1] + op[2:]
            if last is None or not alike or not self._is_whole_table(op):
                found.append(op)
                continue
            first, second = self._tables[last[1]], self._tables[op[1]]
            size = first.size // 3
            at = np.linspace(0.0, 1.0, size)
            parts = [
                np.interp(first[i * size : (i + 1) * size], at, second[i * size : (i + 1) * size])
                for i in range(3)
            ]
            both = np.concatenate(parts).astype(np.float32)
            self._keep.append(both)
            self._tables[_address(both)] = both
            found[-1] = (op[0], _address(both), *op[2:])
        return found

    def _is_whole_table(self, op: Op) -> bool:
        is_table = op[0] == kernels.ADJUSTMENT and op[1] in self._tables
        return is_table and op[2] == 0 and op[3] == kernels.NORMAL and op[9] >= 1.0

    def _everywhere(self, layer: Layer, kind: int, source: int = 0, function: int = 0) -> list[Op]:
        """Return a step for the whole window, or one for each part that the mask shows."""
        mode, size = _mode(layer), self.window
        if layer.mask is None or not layer.mask.enabled:
            whole = (0, 0, size.width, size.height)
            return [(kind, source, 0, mode, *whole, function, layer.opacity)]
        ops: list[Op] = []
        for key, x, y, edges in self._parts(layer):
            mask, factor = self._mask(layer.mask, key, x, y)
            if factor > 0.0:
                ops.append((kind, source, mask, mode, *edges, function, layer.opacity * factor))
        return ops

    def _parts(self, layer: Layer) -> Iterator[tuple[Key, int, int, Edges]]:
        """Yield each tile of the layer's grid that meets the window.

        With it come the start of the common part in the tile, and the part's left, top, right,
        bottom in the window. Plain numbers, since a full picture needs many thousands of them.
        """
        window = self.window
        x, y = window.x - layer.x, window.y - layer.y
        for row in range(y // TILE, (y + window.height - 1) // TILE + 1):
            top, bottom = max(row * TILE - y, 0), min((row + 1) * TILE - y, window.height)
            for column in range(x // TILE, (x + window.width - 1) // TILE + 1):
                left, right = max(column * TILE - x, 0), min((column + 1) * TILE - x, window.width)
                inside = left + x - column * TILE, top + y - row * TILE
                yield (column, row), *inside, (left, top, right, bottom)

    def _mask(self, mask: LayerMask | None, key: Key, x: int, y: int) -> tuple[int, float]:
        """Return the address of the mask's pixels and a factor for the opacity, 0.0 if hidden."""
        if mask is None or not mask.enabled:
            return 0, 1.0
        tile = mask.raster.tile(key)
        if tile is None:
            return 0, mask.raster.default / 255.0
        self._keep.append(tile)
        return _address(tile) + y * TILE + x, 1.0


def compose_raster(plan: Plan, layer: RasterLayer, depth: int) -> tuple[list[Op], bool]:
    """Return the steps of a layer of pixels and whether it covers the window."""
    return plan.raster(layer)


def compose_group(plan: Plan, layer: GroupLayer, depth: int) -> tuple[list[Op], bool]:
    """Return the steps of a group and whether it covers the window."""
    return plan.group(layer, depth)


@functools.cache
def _function(name: str) -> Callable[..., tuple[list[Op], bool]]:
    """Return the function given in a row of ``LAYER_KINDS`` as ``module:function``."""
    module, _, function = name.partition(":")
    found: Callable[..., tuple[list[Op], bool]] = getattr(import_module(module), function)
    return found


def _marker(kind: int) -> Op:
    return (kind, 0, 0, 0, 0, 0, 0, 0, 0, 0.0)


def _mode(layer: Layer) -> int:
    """Return the address of a layer's blend function, ``kernels.NORMAL`` if it needs none."""
    mode = layer.blend
    return blend_kernels.address(mode) if mode.value.formula else kernels.NORMAL


def _is_plain(layer: Layer) -> bool:
    """Whether the layer's own pixels show unchanged where they are opaque."""
    unmasked = layer.mask is None or not layer.mask.enabled
    return layer.blend is BlendMode.NORMAL and layer.opacity >= 1.0 and unmasked


def _address(tile: NDArray[Any]) -> int:
    return int(tile.__array_interface__["data"][0])
