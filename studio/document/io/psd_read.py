"""Reads Photoshop documents of any kind as 8-bit sRGB layers."""

from __future__ import annotations

import io
import struct
from dataclasses import replace
from typing import BinaryIO

import numpy as np
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
from studio.document.io.colour import export_profile, profile_name
from studio.document.io.common import (
    MAX_DEPTH,
    MAX_LAYERS,
    Opened,
    broken,
    check_size,
    reason_of,
)
from studio.document.io.psd_bake import Backdrop, bake_adjustment, bake_mode
from studio.document.io.psd_clip import clip, replace_by_picture, solid, with_shape
from studio.document.io.psd_convert import OURS, Converter
from studio.document.io.psd_layer import PSD_ERRORS, Facts, facts, without_layers
from studio.document.io.psd_made import Made, blends_clipped, clips, name_of
from studio.document.io.psd_merged import add_merged_if_different, merged_layer
from studio.document.io.side_data import taken_in
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer
from studio.document.raster import Raster

_LABEL = "Photoshop"
_SOFT_PART = 0.01
"""The share of soft edges from which an adjustment is kept as a picture of all below it."""

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
    """Read a PSD or PSB; StudioError if it is damaged or too large."""
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
    """Return the merged picture of a file with unreadable layers; StudioError without one."""
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
        profile = psd.image_resources.get_data(Resource.ICC_PROFILE)
        self._profile = profile if isinstance(profile, bytes) else None
        self._convert = Converter(psd, name, self._profile)
        self._canvas = self._convert.canvas

    def read(self) -> Opened:
        psd = self._psd
        if psd.color_mode in _COLOURS:
            mode = _COLOURS[psd.color_mode]
            self._say("{name} is a {mode} picture; it was converted to sRGB.", mode=mode)
            self._convert.losses.seen.add("colours")
        if psd.depth > 8:
            self._say("{name} has {bits} bits a channel; it was reduced to 8.", bits=psd.depth)
        document = Document(width=psd.width, height=psd.height, dpi=self._dpi())
        layers = self._layers(list(psd), 0, Backdrop(psd.width, psd.height))
        last: tuple[Notice, ...] = ()
        if not layers:
            layers = self._merged()
            document = document.replace(layers=layers, active=layers[-1].id)
        else:
            document = document.replace(layers=layers, active=layers[-1].id)
            causes = self._convert.losses.causes()
            document, told = add_merged_if_different(
                psd, document, self._name, self._profile, causes
            )
            if told is not None:
                last = (told,)
        document = self._described(document)
        metadata: dict[str, object] = {"mode": f"{psd.color_mode.name} {psd.depth}"}
        if profile := profile_name(self._profile):
            metadata["profile"] = profile
        # The most important one comes last, as a window shows only a few.
        notices = (*self._convert.notices.values(), *self._convert.losses.notices(), *last)
        return Opened(document, notices, metadata)

    def _described(self, document: Document) -> Document:
        """Return the document with the file's metadata, and its profile if RGB."""
        psd, said = self._psd, list[Notice]()
        keys = (Resource.EXIF_DATA_1, Resource.XMP_METADATA, Resource.IPTC_NAA)
        found = (psd.image_resources.get_data(key) for key in keys)
        parts = [bytes(one) if isinstance(one, bytes | bytearray) else b"" for one in found]
        metadata = taken_in(parts[0], parts[1], parts[2], {}, self._name, said)
        self._convert.notices.update({str(one): one for one in said})
        is_rgb = psd.color_mode == ColorMode.RGB and psd.depth != 32
        profile = export_profile(self._profile) if is_rgb else None
        return document.replace(metadata=metadata, profile=profile)

    def _dpi(self) -> float:
        # The numbers are pixels per inch, whatever the display unit.
        found = self._psd.image_resources.get_data(Resource.RESOLUTION_INFO)
        if not isinstance(found, ResoulutionInfo):
            return DPI
        pair = found.horizontal / density.PSD_UNIT, found.vertical / density.PSD_UNIT
        said: list[Notice] = []
        dpi = density.document_density(pair, self._name, said)
        self._convert.notices.update({str(one): one for one in said})
        return dpi

    def _layers(
        self, layers: list[PsdLayer], depth: int, backdrop: Backdrop, *, normal: bool = False
    ) -> tuple[Layer, ...]:
        """Return the layers of a group from bottom to top; ``normal`` bakes all blend modes."""
        if depth > MAX_DEPTH:
            raise broken(self._name, "groups", _LABEL)
        made: list[Layer] = []
        run: list[PsdLayer] = []
        for one in (*layers, None):
            if one is not None and run and clips(one):
                run.append(one)
                continue
            if run:
                new, covers = self._run(run, depth, backdrop, normal)
                if covers:
                    made = [layer.replace(visible=False) for layer in made]
                    backdrop.only(new)
                else:
                    backdrop.add(new)
                made.extend(new)
            run = [] if one is None else [one]
        return tuple(made)

    def _run(
        self, run: list[PsdLayer], depth: int, backdrop: Backdrop, normal: bool
    ) -> tuple[tuple[Layer, ...], bool]:
        """Return a layer and those clipped to it, and whether they replace all below them."""
        rest = run[1:]
        grouped = bool(rest) and blends_clipped(run[0])
        base = self._made(run[0], depth, backdrop, normal, clipped=grouped)
        if base is None or len(base.layers) != 1:
            # Nothing to clip to: the layers are independent.
            found = [] if base is None else list(self._settled(base, backdrop, normal))
            for one in rest:
                now = backdrop.child()
                now.add(found)
                single = self._made(one, depth, now, normal)
                found.extend(() if single is None else self._settled(single, now, normal))
            return tuple(found), False
        if rest and not grouped:
            return self._beside(base, run, depth, backdrop, normal), False
        if base.adjust is not None and backdrop.isolated:
            covering = self._covering(base, rest, depth, backdrop)
            if covering is not None:
                return (covering,), True
        if base.adjust is not None and rest:
            base = replace(base, layers=self._settled(base, backdrop, normal), adjust=None)
            base = replace(base, mode=PsdBlend.NORMAL)
        clipped = self._clipped(base.layers[0], rest, depth, normal)
        if clipped:
            base = self._with_clipped(run[0], base, clipped, normal)
        return self._settled(base, backdrop, normal), False

    def _beside(
        self, base: Made, run: list[PsdLayer], depth: int, backdrop: Backdrop, normal: bool
    ) -> tuple[Layer, ...]:
        """Return a base and the layers with its shape that blend with all below it."""
        one_below, *rest = run
        (under,) = base.layers
        # A layer's effects and fill opacity are not part of its shape.
        plain = self._made(one_below, depth, backdrop, normal, clipped=True)
        shaped = under if plain is None or len(plain.layers) != 1 else plain.layers[0]
        shape = solid(shaped, self._canvas, soft=True).raster.read(self._canvas)[:, :, 3]
        found = list(self._settled(base, backdrop, normal))
        for one in rest:
            now = backdrop.child()
            now.add(found)
            single = self._made(one, depth, now, normal)
            if single is not None:
                self._convert.losses.add("clipped", name_of(one))
                new = self._settled(single, now, normal)
                found.extend(with_shape(layer, shape, under.visible) for layer in new)
        return tuple(found)

    def _clipped(self, under: Layer, rest: list[PsdLayer], depth: int, normal: bool) -> list[Layer]:
        """Return the layers clipped to ``under``, blended with it alone."""
        if not rest:
            return []
        canvas = self._canvas
        inside = Backdrop(canvas.width, canvas.height)
        inside.add([solid(under.replace(mask=None) if under.mask else under, canvas)])
        found: list[Layer] = []
        for one in rest:
            single = self._made(one, depth, inside, normal)
            if single is None:
                continue
            self._convert.losses.add("clipped", name_of(one))
            new = self._settled(single, inside, normal)
            inside.add(new)
            found.extend(new)
        return found

    def _with_clipped(self, one: PsdLayer, base: Made, clipped: list[Layer], normal: bool) -> Made:
        """Return a base with its clipped layers, and the effects over both."""
        (under,) = base.layers
        grouped = base.later is not None or (
            self._lacks(base.mode, normal, base.fill) and under.visible
        )
        layers = clip(under, clipped, self._canvas, self._convert.budget, grouped=grouped)
        if base.later is None:
            return replace(base, layers=layers)
        (group,) = layers
        assert isinstance(group, GroupLayer)
        return self._convert.group_effects(one, base.later, group)

    def _covering(
        self, made: Made, rest: list[PsdLayer], depth: int, backdrop: Backdrop
    ) -> RasterLayer | None:
        """Return an adjustment as a picture of all below it, if a layer above would be wrong.

        Over soft edges a layer would add its own coverage to that of the adjusted layers.
        """
        (layer,) = made.layers
        below = backdrop.pixels()
        soft = (below[:, :, 3] > 0) & (below[:, :, 3] < 255)
        if made.adjust is None or not layer.visible or soft.mean() < _SOFT_PART:
            return None
        pixels = bake_adjustment(made.adjust, made.mode, backdrop, self._convert.space)
        if rest:
            under = RasterLayer(raster=Raster.from_array(pixels))
            clipped = self._clipped(under, rest, depth, normal=False)
            group = GroupLayer(children=(solid(under, self._canvas), *clipped))
            over = self._convert.picture_of(group).raster.read(self._canvas)
            pixels[:, :, :3] = over[:, :, :3]
        share = np.full(below.shape[:2], layer.opacity, np.float32)
        if layer.mask is not None and layer.mask.enabled:
            share *= layer.mask.raster.read(self._canvas)[:, :, 0].astype(np.float32) / 255
        far = (pixels[:, :, :3].astype(np.float32) - below[:, :, :3]) * share[:, :, None]
        pixels[:, :, :3] = (below[:, :, :3] + far).round()
        raster = self._convert.budget.take(Raster.from_array(pixels))
        return RasterLayer(name=layer.name, locked=layer.locked, raster=raster)

    def _lacks(self, mode: PsdBlend, normal: bool, fill: float = 1.0) -> bool:
        """Whether layers of this mode must be baked."""
        if mode in (PsdBlend.NORMAL, PsdBlend.PASS_THROUGH):
            return False
        return normal or not self._convert.blends_as(mode, fill)

    def _settled(self, made: Made, backdrop: Backdrop, normal: bool) -> tuple[Layer, ...]:
        """Return a layer's effects below it and the layer, baked if necessary."""
        below: list[Layer] = []
        for one in made.below:
            layer: RasterLayer = one.layer
            if self._lacks(one.mode, normal) and layer.visible:
                layer = bake_mode(layer, one.mode, backdrop, self._convert.space)
                layer = layer.replace(blend=BlendMode.NORMAL)
            below.append(layer)
        if below:
            backdrop = backdrop.child()
            backdrop.add(below)
        if made.adjust is not None:
            (adjusted,) = made.layers
            if adjusted.visible:
                pixels = bake_adjustment(made.adjust, made.mode, backdrop, self._convert.space)
                raster = self._convert.budget.take(Raster.from_array(pixels))
                adjusted = adjusted.replace(raster=raster)
            return (*below, adjusted)
        if len(made.layers) != 1 or not self._lacks(made.mode, normal, made.fill):
            return (*below, *made.layers)
        (layer_,) = made.layers
        told = not self._convert.blends_as(made.mode, made.fill)
        mode = OURS[made.mode].value.label if made.mode in OURS else made.mode.name
        if not layer_.visible:
            return (*below, layer_.replace(opacity=layer_.opacity * made.fill))
        self._convert.losses.add("mode" if told else "passed mode", layer_.name, mode)
        if isinstance(layer_, GroupLayer):
            baked = bake_mode(
                self._convert.picture_of(layer_),
                made.mode,
                backdrop,
                self._convert.space,
                made.fill,
            )
            return (*below, replace_by_picture(layer_, baked))
        assert isinstance(layer_, RasterLayer)
        baked = bake_mode(layer_, made.mode, backdrop, self._convert.space, made.fill)
        return (*below, baked.replace(blend=BlendMode.NORMAL))

    def _made(
        self,
        one: PsdLayer,
        depth: int,
        backdrop: Backdrop,
        normal: bool,
        *,
        clipped: bool = False,
    ) -> Made | None:
        """Return a layer of the file as ours; None, with a recorded loss, if it cannot be read.

        ``clipped`` means that layers are clipped to it, over which its effects are drawn.
        """
        self._progress.report(self._done / max(1, self._count), "Reading the layers")
        self._done += 1
        try:
            fact = facts(self._psd, one)
        except (*PSD_ERRORS, ImportError, NotImplementedError) as error:
            self._convert.losses.add("unread", name_of(one), reason_of(error))
            return None
        for what in fact.lost:
            self._convert.losses.add(what, fact.name)
        if fact.adjustment:
            return self._convert.adjustment(one, fact)
        if fact.group:
            return self._group(one, fact, depth, backdrop, normal)
        return self._convert.raster(one, fact, clipped)

    def _group(
        self, one: PsdLayer, fact: Facts, depth: int, backdrop: Backdrop, normal: bool
    ) -> Made:
        passes = fact.mode == PsdBlend.PASS_THROUGH
        inside = backdrop.child() if passes else Backdrop(self._canvas.width, self._canvas.height)
        board = isinstance(one, Artboard)
        ground = self._convert.ground(one) if isinstance(one, Artboard) else ()
        inside.add(ground)
        kept = list(one)  # type: ignore[call-overload]
        # Effects need a picture of the group by itself.
        bakes = passes and fact.effects
        children = self._layers(kept, depth + 1, inside, normal=normal or bakes)
        group = GroupLayer(
            **self._convert.common(one, fact), children=children, expanded=fact.expanded
        )
        if board:
            rect = Rect.from_edges(*one.bbox).intersect(self._canvas)
            mask = LayerMask(Raster.filled(rect, 255))
            group = group.replace(children=(*ground, *children), mask=mask)
        if not fact.effects:
            return Made((group,), fact.mode)
        if passes:
            group = group.replace(blend=BlendMode.NORMAL)
        return self._convert.group_effects(one, fact, group)

    def _merged(self) -> tuple[RasterLayer, ...]:
        """Return the merged picture as the only layer."""
        layer, found = merged_layer(self._psd, self._name, _LABEL, self._profile)
        if self._psd.color_mode != ColorMode.CMYK:
            self._convert.notices.update((str(one), one) for one in found)
        return (layer,)

    def _say(self, message: str, **values: object) -> None:
        one = notice(message, **{"name": self._name, **values})
        self._convert.notices.setdefault(str(one), one)
