"""Converts single layers of a Photoshop document to ours: colours, masks, effects."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from psd_tools import PSDImage
from psd_tools.api.layers import AdjustmentLayer, Artboard
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.constants import BlendMode as PsdBlend
from psd_tools.constants import ColorMode, Tag

from studio.core.geometry import Rect
from studio.core.notices import Notice
from studio.document.blend import BlendMode
from studio.document.document import Document
from studio.document.io.colour import to_srgb
from studio.document.io.common import MemoryBudget, flatten
from studio.document.io.psd_bake import SRGB, adjustment_of, grey_space, takes_fill
from studio.document.io.psd_clip import replace_by_picture
from studio.document.io.psd_effects import EFFECTS, INNER, Styled, style
from studio.document.io.psd_layer import PSD_ERRORS, Facts, array_to_image, path_coverage
from studio.document.io.psd_losses import Losses
from studio.document.io.psd_made import Made, Under, shift_raster, times
from studio.document.io.psd_write import BLENDS
from studio.document.layer import GroupLayer, LayerMask, RasterLayer
from studio.document.raster import Pixels, Raster

OURS = {theirs: ours for ours, theirs in BLENDS.items()}
"""Our blend modes by Photoshop's."""
_NEAR = 2
"""The largest level difference to sRGB at which a grey profile does not affect blending."""
_SAME_IN_GREY = (BlendMode.NORMAL, BlendMode.PASS_THROUGH, BlendMode.DARKEN, BlendMode.LIGHTEN)
"""Modes that only select or cover, so that a grey profile's curve does not affect them."""


class Converter:
    """Makes layers of one document; collects losses, and notices about colours."""

    def __init__(self, psd: PSDImage, name: str, profile: bytes | None) -> None:
        self._psd = psd
        self._profile = profile
        self.budget = MemoryBudget(name)
        self.losses = Losses()
        self.notices: dict[str, Notice] = {}
        self.canvas = Rect(0, 0, psd.width, psd.height)
        self.space = SRGB
        self._is_srgb = True
        if psd.color_mode in (ColorMode.GRAYSCALE, ColorMode.DUOTONE) and psd.depth != 32:
            ramp = self.colours(np.linspace(0, 1, 256, dtype=np.float32).reshape(1, 256, 1))
            self.space = grey_space(ramp[0, :, 0])
            far = np.abs(ramp[0, :, 0].astype(np.int16) - np.arange(256))
            self._is_srgb = bool(far.max() <= _NEAR)

    def blends_as(self, mode: PsdBlend, fill: float = 1.0) -> bool:
        """Whether a layer of this mode looks the same in our compositor as in the file.

        A fill opacity that is part of the mode's formula cannot be stored in a layer of ours, and
        in a grey document with a curve other than sRGB's most modes give other levels.
        """
        ours = OURS.get(mode)
        if ours is None or fill < 1.0:
            return False
        return (
            ours in _SAME_IN_GREY or self.space is SRGB or (self._is_srgb and ours.value.separable)
        )

    def raster(self, one: PsdLayer, fact: Facts, clipped: bool) -> Made:
        common = self.common(one, fact)
        if fact.image is None:
            return Made((RasterLayer(**common, x=fact.x, y=fact.y),), fact.mode)
        # 32 bits are linear light, converted to sRGB on reading: the profile describes only that.
        profile = None if self._psd.depth == 32 else self._profile
        image, notices = to_srgb(fact.image, profile)
        if self._psd.color_mode != ColorMode.CMYK:  # That one is reported once for all.
            for told in notices:
                self.notices.setdefault(str(told), told)
        pixels = np.empty((image.height, image.width, 4), dtype=np.uint8)
        pixels[:, :, :3] = np.asarray(image)
        pixels[:, :, 3] = 255 if fact.alpha is None else fact.alpha
        place = Rect(fact.x, fact.y, image.width, image.height)
        fact = replace(fact, image=None, alpha=None)
        if fact.path:
            try:
                pixels = times(pixels, path_coverage(one, place))
                self.losses.add("vector mask", fact.name)
            except (*PSD_ERRORS, ImportError):
                self.losses.add("no vector mask", fact.name)
        mask, x, y = common["mask"], fact.x, fact.y
        below: tuple[Under, ...] = ()
        later = fact if fact.effects and clipped else None
        if fact.effects and later is None:
            if mask is not None and mask.enabled:  # It also limits the effects.
                pixels = times(pixels, mask.raster.read(place)[:, :, 0])
                common["mask"] = mask = None
            plain = RasterLayer(name=fact.name, x=x, y=y, raster=Raster.from_array(pixels))
            styled = self._styled(one, fact, plain, pixels)
            below, pixels, x, y = self._below(styled, fact), styled.pixels, styled.x, styled.y
        raster = self.budget.take(Raster.from_array(pixels))
        if mask is not None:  # Masks are in the layer's own coordinates.
            common["mask"] = LayerMask(shift_raster(mask.raster, -x, -y), mask.enabled)
        fill = fact.fill if self._fills(fact) else 1.0
        layer = RasterLayer(**common, x=x, y=y, raster=raster)
        return Made((layer,), fact.mode, below=below, fill=fill, later=later)

    def adjustment(self, one: PsdLayer, fact: Facts) -> Made | None:
        adjust = adjustment_of(one, self.space)
        if adjust is None:
            kind = str(getattr(one, "kind", "")) if isinstance(one, AdjustmentLayer) else ""
            self.losses.add("no adjustment", fact.name, kind)
            return None
        self.losses.add("adjustment", fact.name)
        common = self.common(one, fact)
        common |= {"blend": BlendMode.NORMAL, "opacity": fact.opacity * fact.fill}
        return Made((RasterLayer(**common),), fact.mode, adjust=adjust)

    def group_effects(self, one: PsdLayer, fact: Facts, group: GroupLayer) -> Made:
        """Return a group with its effects: below it, and as a picture if they cover it."""
        picture = self.picture_of(group)
        if group.mask is not None and group.mask.enabled:
            canvas = self.canvas
            shape = group.mask.raster.read(canvas)[:, :, 0]
            picture = RasterLayer(
                name=picture.name,
                raster=Raster.from_array(times(picture.raster.read(canvas), shape)),
            )
        styled = self._styled(one, fact, picture)
        below = self._below(styled, fact)
        if any(kind in styled.drawn for kind in INNER):
            raster = self.budget.take(Raster.from_array(styled.pixels))
            picture = picture.replace(raster=raster, x=styled.x, y=styled.y)
            blend = group.blend
            group = replace_by_picture(group, picture).replace(
                mask=None, blend=blend, opacity=fact.opacity
            )
        return Made((group,), fact.mode, below=below)

    def picture_of(self, group: GroupLayer) -> RasterLayer:
        """Return the children of a group as one layer, without the group's mask and opacity."""
        canvas = self.canvas
        inside = Document(width=canvas.width, height=canvas.height, layers=group.children)
        raster = self.budget.take(Raster.from_array(flatten(inside)))
        return RasterLayer(name=group.name, raster=raster)

    def ground(self, board: Artboard) -> tuple[RasterLayer, ...]:
        """Return the background of an artboard as a layer, if it has one.

        Kinds as in Photoshop scripts: 1 white, 2 black, 3 transparent, 4 a custom colour.
        """
        rect = Rect.from_edges(*board.bbox).intersect(self.canvas)
        data = None
        for tag in (Tag.ARTBOARD_DATA1, Tag.ARTBOARD_DATA2, Tag.ARTBOARD_DATA3):
            data = board.tagged_blocks.get_data(tag, data)
        kind = 3 if data is None else int(data.get(b"artboardBackgroundType", 3))
        if rect.is_empty or kind not in (1, 2, 4):
            return ()
        pixels = np.full((rect.height, rect.width, 4), 255, np.uint8)
        if kind == 4:
            values = np.ravel(np.array(board._artboard_background_defaults()[0], np.float32))
            pixels[:, :, :3] = self.colours(values.reshape(1, 1, -1))
        elif kind == 2:
            pixels[:, :, :3] = 0
        raster = self.budget.take(Raster.from_array(pixels, rect.x, rect.y))
        return (RasterLayer(name="Background", raster=raster),)

    def common(self, one: PsdLayer, fact: Facts) -> dict[str, Any]:
        """Return the fields common to all kinds of layers, the mask in document coordinates."""
        mask = None
        if fact.mask is not None:
            mask = LayerMask(self.budget.take(fact.mask.raster), fact.mask.enabled)
        if fact.path and (fact.group or fact.adjustment):
            mask = self._path_mask(one, fact, mask)
        baked = fact.effects and not fact.group and not fact.adjustment
        fill = 1.0 if baked or self._fills(fact) else fact.fill
        return {
            "name": fact.name,
            "visible": fact.visible,
            # "Fill" does not fade effects: it is already applied to the pixels below them.
            "opacity": fact.opacity * fill,
            "blend": OURS.get(fact.mode, BlendMode.NORMAL),
            "locked": fact.locked,
            "mask": mask,
        }

    def _styled(
        self, one: PsdLayer, fact: Facts, layer: RasterLayer, pixels: Pixels | None = None
    ) -> Styled:
        """Return a layer's pixels with its effects, and record which were drawn."""
        if pixels is None:
            place = layer.bounds()
            pixels = layer.raster.read(place.shift(-layer.x, -layer.y))
        else:
            place = Rect(layer.x, layer.y, pixels.shape[1], pixels.shape[0])
        styled = style(self._psd, one, pixels, place, self.colours, fact.fill)
        if styled.drawn:
            self.losses.add("effects", fact.name)
        for kind in styled.missed:
            self.losses.add("no effects", fact.name, EFFECTS.get(kind, kind))
        return styled

    def _below(self, styled: Styled, fact: Facts) -> tuple[Under, ...]:
        return tuple(
            Under(
                RasterLayer(
                    name=f"{fact.name}: {one.name}",
                    x=one.x,
                    y=one.y,
                    raster=self.budget.take(Raster.from_array(one.pixels)),
                    visible=fact.visible,
                    opacity=one.opacity * fact.opacity,
                    blend=OURS.get(one.mode, BlendMode.NORMAL),
                ),
                one.mode,
            )
            for one in styled.below
        )

    def colours(self, values: np.ndarray[Any, Any]) -> Pixels:
        """Return (h, w, c) 0..1 in the document's colours as (h, w, 3) uint8 sRGB."""
        profile = None if self._psd.depth == 32 else self._profile
        image, _ = to_srgb(array_to_image(self._psd, values), profile)
        return np.asarray(image)

    def _fills(self, fact: Facts) -> bool:
        """Whether a layer's fill opacity is part of its mode's formula and must be baked."""
        plain = not (fact.group or fact.adjustment or fact.effects)
        return plain and fact.fill < 1.0 and takes_fill(fact.mode)

    def _path_mask(self, one: PsdLayer, fact: Facts, mask: LayerMask | None) -> LayerMask | None:
        """Return the mask of a group intersected with its vector mask."""
        canvas = self.canvas
        try:
            shape = path_coverage(one, canvas)
        except (*PSD_ERRORS, ImportError):
            self.losses.add("no vector mask", fact.name)
            return mask
        self.losses.add("vector mask", fact.name)
        if mask is not None and mask.enabled:
            own = mask.raster.read(canvas)[:, :, 0]
            shape = ((shape.astype(np.uint16) * own + 127) // 255).astype(np.uint8)
        return LayerMask(self.budget.take(Raster.from_array(shape)))
