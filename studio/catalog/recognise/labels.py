"""Display names of the families that recognition knows, whether Lienzo runs them or not."""

from __future__ import annotations

from collections.abc import Mapping

FAMILY_LABELS: Mapping[str, str] = {
    "stable_diffusion": "Stable Diffusion",
    "stable_diffusion_xl": "Stable Diffusion XL",
    "stable_diffusion_3": "Stable Diffusion 3",
    "stable_unclip": "Stable unCLIP",
    "flux": "Flux.1",
    "flux_2": "Flux.2",
    "chroma": "Chroma",
    "z_image": "Z-Image",
    "qwen_image": "Qwen-Image",
    "pixart": "PixArt",
    "lumina_2": "Lumina 2",
    "deepfloyd_if": "DeepFloyd IF",
    "karlo": "Karlo",
    "kandinsky_2_2": "Kandinsky 2.2",
    "amused": "aMUSEd",
    # Those below are recognised, and the artist is told that they do not run here.
    "anima": "Anima",
    "animatediff": "AnimateDiff",
    "aura_flow": "AuraFlow",
    "boogu": "Boogu",
    "cogvideox": "CogVideoX",
    "cosmos": "Cosmos",
    "ernie_image": "ERNIE-Image",
    "flux_3": "Flux.3",
    "hidream": "HiDream",
    "hunyuan_dit": "Hunyuan-DiT",
    "hunyuan_image": "Hunyuan Image",
    "hunyuan_video": "Hunyuan Video",
    "ideogram": "Ideogram 4",
    "joy_image": "JoyImage",
    "kandinsky_2_1": "Kandinsky 2.1",
    "kandinsky_5": "Kandinsky 5",
    "kolors": "Kolors",
    "krea_2": "Krea 2",
    "lens": "Lens",
    "longcat_image": "LongCat-Image",
    "lotus": "Lotus",
    "ltx_video": "LTX-Video",
    "mage_flow": "Mage-Flow",
    "ming": "Ming",
    "mochi": "Mochi",
    "newbie": "NewBie",
    "omnigen_2": "OmniGen 2",
    "ovis_image": "Ovis-Image",
    "pixel_dit": "PixelDiT",
    "sana": "Sana",
    "stable_audio": "Stable Audio",
    "stable_cascade": "Stable Cascade",
    "stable_video": "Stable Video Diffusion",
    "wan": "Wan",
    "wuerstchen": "Wuerstchen",
    "zero123": "Zero123",
}
"""Id of a family -> the name that its makers use; the first part are ``FamilySpec.id``s."""


def family_label(family: str, variant: str = "") -> str:
    """Return the display name of a family, with its variant."""
    label = FAMILY_LABELS.get(family, family)
    rest, _, number = label.rpartition(" ")
    if number.isdigit() and variant.startswith(number):
        # "Stable Diffusion 3" and its variant "3.5 large".
        label = rest
    return f"{label} {variant}".strip()
