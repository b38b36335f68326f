"""UNets that are recognised so that they are not taken for Stable Diffusion: video and depth."""

from __future__ import annotations

from studio.catalog.recognise.finding import Finding, Kind, refusal
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.unet_signs import unet_signs

VIDEO = refusal(
    "This is {family}, which makes videos; Lienzo makes pictures.",
    "Choose a model that makes pictures.",
    family="Stable Video Diffusion",
)
LOTUS = refusal(
    "This is Lotus, which measures depth; Lienzo has its own way to a depth map.",
    "Use a control image of depth instead.",
)
MOTION = refusal(
    "This is a motion module of AnimateDiff, which makes videos; Lienzo makes pictures.",
    "Choose a model that makes pictures.",
)


def recognise(header: Header) -> Finding | None:
    """Return the refusal of a UNet with layers over time, of Lotus, or of a motion module."""
    if header.mentions("motion_modules.") and header.mentions("temporal_transformer"):
        return Finding(Kind.UNUSABLE, "animatediff", reason="motion_modules", refusal=MOTION)
    signs = unet_signs(header)
    if signs is None:
        return None
    if signs.video:
        return Finding(Kind.UNUSABLE, "stable_video", reason="time_stack", refusal=VIDEO)
    if signs.label == 4:
        return Finding(Kind.UNUSABLE, "lotus", reason=signs.label_key, refusal=LOTUS)
    return None
