"""Reads layer effects of old files: Photoshop 5's "lrFX" block, descriptors without "present"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from psd_tools import PSDImage
from psd_tools.api.layers import Layer as PsdLayer
from psd_tools.constants import BlendMode, EffectOSType, Resource, Tag
from psd_tools.psd.descriptor import Bool, Descriptor, DescriptorBlock, DescriptorBlock2, List

_KINDS = {
    EffectOSType.DROP_SHADOW: "dropshadow",
    EffectOSType.INNER_SHADOW: "innershadow",
    EffectOSType.OUTER_GLOW: "outerglow",
    EffectOSType.INNER_GLOW: "innerglow",
    EffectOSType.SOLID_FILL: "coloroverlay",
    EffectOSType.BEVEL: "bevelemboss",
}
_NEW = (
    Tag.OBJECT_BASED_EFFECTS_LAYER_INFO,
    Tag.OBJECT_BASED_EFFECTS_LAYER_INFO_V0,
    Tag.OBJECT_BASED_EFFECTS_LAYER_INFO_V1,
)
_PRESENT = b"present"
_RGB = 0
_FIXED = 65536.0
"""Lengths and angles have 16 fractional bits."""


@dataclass(frozen=True, slots=True)
class OldEffect:
    """One effect: ``opacity`` in percent, ``size`` and ``distance`` in pixels, ``rgb`` 0..1.

    The names are those of psd-tools' later effects. ``rgb`` is None for colours of other kinds.
    """

    kind: str
    blend_mode: BlendMode
    opacity: float
    rgb: tuple[float, float, float] | None
    size: float = 0.0
    choke: float = 0.0
    distance: float = 0.0
    angle: float = 0.0
    layer_knocks_out: bool = True


def mark_present(layer: PsdLayer) -> None:
    """Mark effects of a layer without the "present" flag as present; psd-tools skips them.

    Photoshop has written the flag since version CC 2015.
    """
    for tag in _NEW:
        data = layer.tagged_blocks.get_data(tag)
        if not isinstance(data, Descriptor | DescriptorBlock | DescriptorBlock2):
            continue
        for key in data:
            items = data[key] if isinstance(data[key], List) else [data[key]]
            for item in items:
                if isinstance(item, Descriptor) and _PRESENT not in item:
                    item[_PRESENT] = Bool(True)


def has_old_effects(layer: PsdLayer) -> bool:
    """Whether a layer has effects only in the old form, in which newer files repeat theirs."""
    if any(tag in layer.tagged_blocks for tag in _NEW):
        return False
    data = layer.tagged_blocks.get_data(Tag.EFFECTS_LAYER)
    return data is not None and any(getattr(data[key], "enabled", 0) for key in data)


def old_effects(psd: PSDImage, layer: PsdLayer) -> list[OldEffect]:
    """Return the effects of a layer that are switched on."""
    if not has_old_effects(layer):
        return []
    data: Any = layer.tagged_blocks.get_data(Tag.EFFECTS_LAYER)
    kinds = ((data[key], _KINDS[key]) for key in data if key in _KINDS)
    return [_effect(psd, kind, found) for found, kind in kinds if getattr(found, "enabled", 0)]


def _effect(psd: PSDImage, kind: str, data: Any) -> OldEffect:
    colour = getattr(data, "color", None)
    rgb = None
    if colour is not None and int(colour.id) == _RGB:
        red, green, blue = (int(value) / 65535 for value in colour.values[:3])
        rgb = red, green, blue
    angle = getattr(data, "angle", 0) / _FIXED
    if getattr(data, "use_global_angle", 0):
        angle = float(psd.image_resources.get_data(Resource.GLOBAL_ANGLE, angle))
    return OldEffect(
        kind=kind,
        blend_mode=getattr(data, "blend_mode", BlendMode.NORMAL),
        opacity=getattr(data, "opacity", 255) / 2.55,
        rgb=rgb,
        size=getattr(data, "blur", 0) / _FIXED,
        choke=float(getattr(data, "intensity", 0)) / _FIXED,
        distance=getattr(data, "distance", 0) / _FIXED,
        angle=angle,
    )
