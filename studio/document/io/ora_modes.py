"""Blend modes of OpenRaster files that Lienzo lacks, baked into the pixels of their layers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.io.common import flatten
from studio.document.layer import ControlLayer, GroupLayer, Layer, RasterLayer
from studio.document.raster import Raster

_PHOTOSHOP = {"plus": "linear_dodge"}
"""Names of OpenRaster for modes that Photoshop calls otherwise; the rest only has other signs."""


def bake_modes(document: Document, modes: Mapping[str, str]) -> tuple[Document, tuple[Notice, ...]]:
    """Return a document that looks as if its layers, by id, had these modes, and notices.

    What is not known of OpenRaster or Photoshop stays normal.
    """
    if not modes:
        return document, ()
    # They bring psd-tools' compositor along, which few files need.
    from psd_tools.constants import BlendMode as PsdBlend

    from studio.document.io.psd_bake import Backdrop, bake_mode
    from studio.document.io.psd_clip import pictured
    from studio.document.io.psd_losses import Losses

    losses, unknown = Losses(), []
    size = document.width, document.height

    def baked(layers: Sequence[Layer]) -> tuple[Layer, ...]:
        backdrop, found = Backdrop(*size), []
        for layer in layers:
            if isinstance(layer, GroupLayer):
                layer = layer.replace(children=baked(layer.children))
            operation = modes.get(layer.id, "")
            name = operation.rpartition(":")[2]
            said = _PHOTOSHOP.get(name, name).replace("-", "_")
            mode: PsdBlend = getattr(PsdBlend, said.upper(), PsdBlend.NORMAL)
            if operation and mode is PsdBlend.NORMAL:
                unknown.append((operation, layer.name))
            elif operation and not layer.visible:
                losses.add("hidden mode", layer.name, said.replace("_", " "))
            elif operation and not isinstance(layer, ControlLayer):
                losses.add("mode", layer.name, said.replace("_", " "))
                if isinstance(layer, GroupLayer):
                    inside = Document(width=size[0], height=size[1], layers=layer.children)
                    raster = Raster.from_array(flatten(inside))
                    picture = RasterLayer(name=layer.name, raster=raster)
                    layer = pictured(layer, bake_mode(picture, mode, backdrop))
                elif isinstance(layer, RasterLayer):
                    layer = bake_mode(layer, mode, backdrop)
            if not isinstance(layer, ControlLayer):
                backdrop.add([layer])
            found.append(layer)
        return tuple(found)

    document = document.replace(layers=baked(document.layers))
    told = [
        notice(
            'The blend mode "{mode}" of the layer "{layer}" is not known; it is normal now.',
            mode=operation,
            layer=layer,
        )
        for operation, layer in unknown
    ]
    return document, (*told, *losses.notices())
