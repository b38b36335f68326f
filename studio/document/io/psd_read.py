"""Reads Photoshop documents of any kind as 8-bit sRGB layers."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import Any, BinaryIO

import cv2
import numpy as np
from PIL import Image
from psd_tools import PSDImage
from psd_tools.api.layers import Artboard
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.constants import BlendMode as PsdBlend
from psd_tools.constants import ColorMode, Resource
from psd_tools.psd.image_resources import ResoulutionInfo

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.document.blend import BlendMode
from studio.document.document import DPI, Document
from studio.document.io import density
from studio.document.io.colour import profile_name, to_srgb
from studio.document.io.common import (
    MAX_DEPTH,
    MAX_LAYERS,
    MemoryBudget,
    Opened,
    broken,
    check_memory,
    check_size,
    flatten,
    reason_of,
    stem,
)
from studio.document.io.pictures import on_white, to_rgba
from studio.document.io.psd_layer import PSD_ERRORS, Facts, facts, linear_to_image, without_layers
from studio.document.io.psd_write import BLENDS
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Pixels, Raster

_LABEL = "Photoshop"
_FAR_OFF, _SEEN, _SEEN_PART = 4.0, 32, 0.02
"""A picture looks different from this mean on, or if so large a part differs by so many levels."""

_OURS = {theirs: ours for ours, theirs in BLENDS.items()}
_LOST = {
    "adjustment": 'The adjustment layer "{layer}" cannot be kept and was left out.',
    "effects": 'The layer effects of "{layer}" cannot be kept and were left out.',
    "vector mask": 'The vector mask of "{layer}" cannot be kept and was left out.',
    "drawn": '"{layer}" was opened as pixels.',
    "damaged": 'A part of "{layer}" is damaged and is black or empty now.',
}
_COLOURS = {
    ColorMode.BITMAP: "bitmap",
    ColorMode.GRAYSCALE: "grayscale",
    ColorMode.INDEXED: "indexed",
    ColorMode.CMYK: "CMYK",
    ColorMode.MULTICHANNEL: "multichannel",
    ColorMode.DUOTONE: "duotone",
    ColorMode.LAB: "Lab",
}


def read_psd(stream: BinaryIO, name: str, progress: Progress) -> Opened:
    """Read a PSD or PSB; StudioError where it is damaged or too large."""
    head = stream.read(26)
    stream.seek(0)
    if len(head) < 26:
        raise broken(name, "header", _LABEL)
    height, width = struct.unpack(">II", head[14:22])
    check_size(width, height, name)
    progress.report(0.0, "Reading the file")
    try:
        psd = PSDImage.open(stream, max_alloc_bytes="unlimited")
        count = sum(1 for _ in psd.descendants())
    except PSD_ERRORS as error:
        return _merged_only(stream, name, progress, error)
    if count > MAX_LAYERS:
        raise StudioError(
            "{name} has {count} layers; at most {limit} can be opened.",
            name=name,
            count=count,
            limit=MAX_LAYERS,
        )
    return _Reader(psd, name, progress, count).read()


def _merged_only(stream: BinaryIO, name: str, progress: Progress, error: BaseException) -> Opened:
    """Return the merged picture of a file whose layers cannot be read; StudioError without one."""
    try:
        psd = PSDImage.open(io.BytesIO(without_layers(stream)), max_alloc_bytes="unlimited")
        opened = _Reader(psd, name, progress, 0).read()
    except PSD_ERRORS:
        raise broken(name, error, _LABEL) from error
    told = notice(
        "The layers of {name} cannot be read ({reason}); its merged picture is open.",
        name=name,
        reason=reason_of(error),
    )
    return replace(opened, notices=(told, *opened.notices))


class _Reader:
    def __init__(self, psd: PSDImage, name: str, progress: Progress, count: int) -> None:
        self._psd = psd
        self._name = name
        self._progress = progress
        self._count = count
        self._done = 0
        self._budget = MemoryBudget(name)
        self._notices: dict[str, Notice] = {}
        profile = psd.image_resources.get_data(Resource.ICC_PROFILE)
        self._profile = profile if isinstance(profile, bytes) else None

    def read(self) -> Opened:
        psd = self._psd
        if psd.color_mode in _COLOURS:
            mode = _COLOURS[psd.color_mode]
            self._say("{name} is a {mode} picture; it was converted to sRGB.", mode=mode)
        if psd.depth > 8:
            self._say("{name} has {bits} bits a channel; it was reduced to 8.", bits=psd.depth)
        document = Document(width=psd.width, height=psd.height, dpi=self._dpi())
        layers = self._layers(list(psd), 0)
        if not layers:
            layers = self._merged()
            document = document.replace(layers=layers, active=layers[-1].id)
        else:
            document = document.replace(layers=layers, active=layers[-1].id)
            document = self._compared(document)
        metadata: dict[str, object] = {"mode": f"{psd.color_mode.name} {psd.depth}"}
        if profile := profile_name(self._profile):
            metadata["profile"] = profile
        return Opened(document, tuple(self._notices.values()), metadata)

    def _dpi(self) -> float:
        # The numbers are pixels per inch whatever the unit in which they are shown.
        found = self._psd.image_resources.get_data(Resource.RESOLUTION_INFO)
        if not isinstance(found, ResoulutionInfo):
            return DPI
        pair = found.horizontal / density.PSD_UNIT, found.vertical / density.PSD_UNIT
        said: list[Notice] = []
        dpi = density.taken(pair, self._name, said)
        self._notices.update({str(one): one for one in said})
        return dpi

    def _layers(self, layers: list[PsdLayer], depth: int) -> tuple[Layer, ...]:
        if depth > MAX_DEPTH:
            raise broken(self._name, "groups", _LABEL)
        runs: list[list[Layer]] = []
        base: Layer | None = None
        for one in layers:
            self._progress.report(self._done / max(1, self._count), "Reading the layers")
            self._done += 1
            try:
                fact = facts(self._psd, one)
            except (*PSD_ERRORS, ImportError, NotImplementedError) as error:
                self._say(
                    'The layer "{layer}" cannot be read ({reason}) and was left out.',
                    layer=_name(one),
                    reason=reason_of(error),
                )
                base = base if _clips(one) else None
                continue
            for what in fact.lost:
                self._say(_LOST[what], layer=fact.name)
            if "adjustment" in fact.lost:
                continue
            if fact.group:
                children = self._layers(list(one), depth + 1)  # type: ignore[call-overload]
                made = self._group(fact, children)
                if isinstance(one, Artboard):
                    made = (self._artboard(one, made),)
            else:
                made = (self._raster(fact),)
            if fact.clipping and base is not None and len(made) == 1:
                runs[-1].append(made[0])
                continue
            runs.extend([layer] for layer in made)
            if not fact.clipping:
                base = made[-1] if made else None
        return tuple(layer for run in runs for layer in self._clipping(run[0], run[1:]))

    def _clipping(self, base: Layer, clipped: list[Layer]) -> tuple[Layer, ...]:
        """Return a base and what is clipped to it: blended with it first, then with the rest.

        That is an isolated group with the base's opacity, mode and shape; where all of it is
        plain, the layers stay side by side.
        """
        if not clipped:
            return (base,)
        for layer in clipped:
            self._say(
                '"{layer}" was clipped to the layer below; a mask does it now.', layer=layer.name
            )
        alone = base.replace(visible=True, opacity=1.0, blend=BlendMode.NORMAL)
        area = Document(width=self._psd.width, height=self._psd.height, layers=(alone,))
        alpha = flatten(area)[:, :, 3]
        plain = base.opacity == 1.0 and base.blend is BlendMode.NORMAL
        if not isinstance(base, RasterLayer) or (plain and not ((alpha > 0) & (alpha < 255)).any()):
            masked = [self._masked(layer, base.visible, alpha) for layer in clipped]
            if plain:
                return (base, *masked)
            group = GroupLayer(name=base.name, children=(alone, *masked))
        else:
            # The shape is the group's mask, so that soft edges count once.
            pixels = base.raster.read(area.rect.shift(-base.x, -base.y))
            pixels[:, :, 3] = np.where(pixels[:, :, 3] > 0, 255, 0)
            solid = self._budget.take(Raster.from_array(pixels))
            under = RasterLayer(name=base.name, locked=base.locked, raster=solid)
            mask = LayerMask(self._budget.take(Raster.from_array(alpha)))
            group = GroupLayer(name=base.name, children=(under, *clipped), mask=mask)
        return (group.replace(visible=base.visible, opacity=base.opacity, blend=base.blend),)

    def _artboard(self, board: Artboard, made: tuple[Layer, ...]) -> Layer:
        """Return an artboard as a group with its background, cut at its edges."""
        rect = Rect.from_edges(*board.bbox).intersect(self._canvas)
        colour, alpha = board._artboard_background_defaults()
        children = made
        if len(made) == 1 and isinstance(made[0], GroupLayer):
            children = made[0].children
        if alpha > 0 and not rect.is_empty:
            values = np.ravel(np.array(colour, dtype=np.float64))
            if self._psd.color_mode == ColorMode.CMYK and values.size == 4:
                values = values[:3] * values[3]  # The file counts the ink that is left.
            values = np.broadcast_to(values[:3] if values.size >= 3 else values[0], (3,))
            pixels = np.full((rect.height, rect.width, 4), 255, np.uint8)
            pixels[:, :, :3] = (values * 255).round()
            raster = self._budget.take(Raster.from_array(pixels, rect.x, rect.y))
            children = (RasterLayer(name="Background", raster=raster), *children)
        group = made[0] if len(made) == 1 and isinstance(made[0], GroupLayer) else None
        mask = LayerMask(Raster.filled(rect, 255))
        if group is None:
            return GroupLayer(name=_name(board), children=children, mask=mask)
        return group.replace(children=children, mask=mask)

    def _group(self, fact: Facts, children: tuple[Layer, ...]) -> tuple[Layer, ...]:
        common = self._common(fact)
        blends = any(child.blend is not BlendMode.NORMAL for child in children)
        if fact.mode == PsdBlend.PASS_THROUGH and blends:
            # Its layers blend with what lies below the group: outside they look the same.
            if fact.opacity == 1.0 and fact.mask is None:
                self._say(
                    'The layers of the pass-through group "{layer}" now stand outside it, '
                    "so that they look the same.",
                    layer=fact.name,
                )
                shown = fact.visible
                return tuple(child.replace(visible=child.visible and shown) for child in children)
            self._say('The pass-through group "{layer}" may look different.', layer=fact.name)
        return (GroupLayer(**common, children=children, expanded=fact.expanded),)

    def _raster(self, fact: Facts) -> RasterLayer:
        raster = Raster()
        if fact.image is not None:
            # 32 bits are linear light, made sRGB when they were read: the profile says only that.
            profile = None if self._psd.depth == 32 else self._profile
            image, notices = to_srgb(fact.image, profile)
            fact = replace(fact, image=None)
            if self._psd.color_mode != ColorMode.CMYK:  # That one is told once for all.
                for one in notices:
                    self._notices.setdefault(str(one), one)
            pixels = np.empty((image.height, image.width, 4), dtype=np.uint8)
            pixels[:, :, :3] = np.asarray(image)
            pixels[:, :, 3] = 255 if fact.alpha is None else fact.alpha
            raster = self._budget.take(Raster.from_array(pixels))
        common = self._common(fact)
        if common["mask"] is not None:  # Masks lie in the layer's own coordinates.
            common["mask"] = LayerMask(
                _moved(common["mask"].raster, -fact.x, -fact.y), common["mask"].enabled
            )
        return RasterLayer(**common, x=fact.x, y=fact.y, raster=raster)

    def _common(self, fact: Facts) -> dict[str, Any]:
        mode = fact.mode
        if mode == PsdBlend.PASS_THROUGH:
            mode = PsdBlend.NORMAL
        if mode not in _OURS:
            self._say(
                'The blend mode "{mode}" of the layer "{layer}" is not known; it is normal now.',
                mode=mode.name.lower().replace("_", " "),
                layer=fact.name,
            )
        mask = None
        if fact.mask is not None:
            mask = LayerMask(self._budget.take(fact.mask.raster), fact.mask.enabled)
        return {
            "name": fact.name,
            "visible": fact.visible,
            "opacity": fact.opacity,
            "blend": _OURS.get(mode, BlendMode.NORMAL),
            "locked": fact.locked,
            "mask": mask,
        }

    def _masked(self, layer: Layer, shown: bool, shape: Pixels) -> Layer:
        """Return the layer masked by ``shape``, the alpha of what it is clipped to."""
        rect = layer.bounds().intersect(self._canvas)
        visible = layer.visible and shown
        if rect.is_empty:
            return layer.replace(visible=visible)
        alpha = shape[rect.y : rect.bottom, rect.x : rect.right]
        if layer.mask is not None and layer.mask.enabled:
            own = layer.mask.raster.read(rect.shift(-layer.x, -layer.y))[:, :, 0]
            alpha = ((alpha.astype(np.uint16) * own + 127) // 255).astype(np.uint8)
        mask = Raster.from_array(alpha, rect.x - layer.x, rect.y - layer.y)
        return layer.replace(visible=visible, mask=LayerMask(mask))

    @property
    def _canvas(self) -> Rect:
        return Document(width=self._psd.width, height=self._psd.height).rect

    def _merged(self) -> tuple[RasterLayer, ...]:
        """Return the merged picture as the only layer."""
        psd = self._psd
        check_memory(psd.width * psd.height * 4 * max(4, psd.channels), self._name)
        try:
            image: Image.Image | None
            if psd.depth == 32:
                image = linear_to_image(psd.numpy("color"))
            else:
                image = psd.topil(apply_icc=False)
            if image is None:
                raise ValueError("no picture")
        except PSD_ERRORS as error:
            raise broken(self._name, error, _LABEL) from error
        found: list[Notice] = []
        pixels = to_rgba(image, None if psd.depth == 32 else self._profile, found)
        if psd.color_mode != ColorMode.CMYK:
            self._notices.update((str(one), one) for one in found)
        layer = RasterLayer(name=stem(self._name), raster=Raster.from_array(pixels))
        return (layer,)

    def _compared(self, document: Document) -> Document:
        """Return the document with the file's merged picture on top, hidden, if it looks different.

        Whatever could not be kept, named or not, is seen by this.
        """
        if not self._psd.has_preview():
            return document
        try:
            merged = self._merged()[0]
            ours = on_white(flatten(document))
        except (StudioError, *PSD_ERRORS):
            return document
        theirs = on_white(merged.raster.read(document.rect))
        moved = cv2.absdiff(ours, theirs)
        if theirs.std() < 0.5 and ours.std() > 2:
            return document  # One colour beside layers that show more: none was saved.
        if moved.mean() <= _FAR_OFF and (moved.max(axis=2) > _SEEN).mean() <= _SEEN_PART:
            return document
        name = "Merged picture of the file"
        self._say(
            "{name} looks different here than in the program that saved it; the hidden layer "
            '"{layer}" on top shows how it was.',
            layer=name,
        )
        layer = merged.replace(name=name, visible=False)
        return document.replace(layers=(*document.layers, layer))

    def _say(self, message: str, **values: object) -> None:
        one = notice(message, **{"name": self._name, **values})
        self._notices.setdefault(str(one), one)


def _name(layer: PsdLayer) -> str:
    try:
        return str(layer.name)
    except PSD_ERRORS:
        return "?"


def _clips(layer: PsdLayer) -> bool:
    try:
        return bool(layer.clipping)
    except PSD_ERRORS:
        return False


def _moved(raster: Raster, dx: int, dy: int) -> Raster:
    box = raster.tile_bounds
    empty = Raster(channels=raster.channels, default=raster.default)
    return empty if box.is_empty else empty.write(box.x + dx, box.y + dy, raster.read(box))
