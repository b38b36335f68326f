"""The table of blend modes, used by compositor, files, layers panel, translation and guide.

Nothing here needs numba. The formulas are in ``render.blend_kernels``, by the name in the row.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Form(Enum):
    """The input of a mode's formula; see ``render.blend_kernels`` for the arguments."""

    CHANNEL = "channel"
    """Each channel by itself: a separable mode."""
    PIXEL = "pixel"
    """All three channels of a pixel: a mode that is not separable."""
    COVER = "cover"
    """The coverage alone; the colour is composited as in normal mode."""


class Section(Enum):
    """The sections of the list of modes, in Photoshop's order."""

    GROUP = "group"
    NORMAL = "normal"
    DARKEN = "darken"
    LIGHTEN = "lighten"
    CONTRAST = "contrast"
    INVERSION = "inversion"
    COMPONENT = "component"


W3C = "https://www.w3.org/TR/compositing-1/#blending"
PDF = "PDF 32000-1:2008, 11.3.5"
PSD = "https://www.adobe.com/devnet-apps/photoshop/fileformatashtml/ and measured on files"


@dataclass(frozen=True, slots=True)
class BlendRow:
    """One mode. ``label`` is shown in the window; ``id`` is stored in our own files.

    ``ora`` is the ``composite-op`` that OpenRaster gets: an ``svg:`` name if there is one, else
    Krita's. ``psd`` is the key of four bytes in Photoshop's files, empty if Photoshop has no such
    mode; ``krita`` and ``gimp`` are the names of the mode in those programs. ``formula`` names a
    function of ``render.blend_kernels`` of a ``form``, "" if the compositor does without;
    ``source`` is its publication.
    """

    id: str
    label: str
    section: Section
    ora: str
    psd: bytes
    krita: str
    gimp: str
    formula: str
    source: str
    form: Form = Form.CHANNEL
    only_groups: bool = False

    @property
    def separable(self) -> bool:
        """Whether each channel is blended without regard to the others."""
        return self.form is not Form.PIXEL


class BlendMode(Enum):
    """The modes as Photoshop lists them; the value of each is its row."""

    PASS_THROUGH = BlendRow(
        "pass-through", "Pass through", Section.GROUP, "svg:src-over", b"pass",
        "pass through", "pass-through", "", PDF, only_groups=True,
    )  # fmt: skip
    NORMAL = BlendRow(
        "normal", "Normal", Section.NORMAL, "svg:src-over", b"norm", "normal", "normal", "", W3C
    )
    DISSOLVE = BlendRow(
        "dissolve", "Dissolve", Section.NORMAL, "krita:dissolve", b"diss",
        "dissolve", "dissolve", "dissolve", PSD, Form.COVER,
    )  # fmt: skip
    DARKEN = BlendRow(
        "darken", "Darken", Section.DARKEN, "svg:darken", b"dark",
        "darken", "darken-only", "darken", W3C,
    )  # fmt: skip
    MULTIPLY = BlendRow(
        "multiply", "Multiply", Section.DARKEN, "svg:multiply", b"mul ",
        "multiply", "multiply", "multiply", W3C,
    )  # fmt: skip
    COLOUR_BURN = BlendRow(
        "colour-burn", "Colour burn", Section.DARKEN, "svg:color-burn", b"idiv",
        "burn", "burn", "colour_burn", W3C,
    )  # fmt: skip
    LINEAR_BURN = BlendRow(
        "linear-burn", "Linear burn", Section.DARKEN, "krita:linear_burn", b"lbrn",
        "linear_burn", "linear-burn", "linear_burn", PSD,
    )  # fmt: skip
    DARKER_COLOUR = BlendRow(
        "darker-colour", "Darker colour", Section.DARKEN, "krita:darker color", b"dkCl",
        "darker color", "luma-darken-only", "darker_colour", PSD, Form.PIXEL,
    )  # fmt: skip
    LIGHTEN = BlendRow(
        "lighten", "Lighten", Section.LIGHTEN, "svg:lighten", b"lite",
        "lighten", "lighten-only", "lighten", W3C,
    )  # fmt: skip
    SCREEN = BlendRow(
        "screen", "Screen", Section.LIGHTEN, "svg:screen", b"scrn",
        "screen", "screen", "screen", W3C,
    )  # fmt: skip
    COLOUR_DODGE = BlendRow(
        "colour-dodge", "Colour dodge", Section.LIGHTEN, "svg:color-dodge", b"div ",
        "dodge", "dodge", "colour_dodge", W3C,
    )  # fmt: skip
    LINEAR_DODGE = BlendRow(
        "linear-dodge", "Linear dodge (add)", Section.LIGHTEN, "svg:plus", b"lddg",
        "linear_dodge", "addition", "linear_dodge", PSD,
    )  # fmt: skip
    LIGHTER_COLOUR = BlendRow(
        "lighter-colour", "Lighter colour", Section.LIGHTEN, "krita:lighter color", b"lgCl",
        "lighter color", "luma-lighten-only", "lighter_colour", PSD, Form.PIXEL,
    )  # fmt: skip
    OVERLAY = BlendRow(
        "overlay", "Overlay", Section.CONTRAST, "svg:overlay", b"over",
        "overlay", "overlay", "overlay", W3C,
    )  # fmt: skip
    SOFT_LIGHT = BlendRow(
        "soft-light", "Soft light", Section.CONTRAST, "svg:soft-light", b"sLit",
        "soft_light_svg", "softlight", "soft_light", W3C,
    )  # fmt: skip
    HARD_LIGHT = BlendRow(
        "hard-light", "Hard light", Section.CONTRAST, "svg:hard-light", b"hLit",
        "hard_light", "hardlight", "hard_light", W3C,
    )  # fmt: skip
    VIVID_LIGHT = BlendRow(
        "vivid-light", "Vivid light", Section.CONTRAST, "krita:vivid_light", b"vLit",
        "vivid_light", "vivid-light", "vivid_light", PSD,
    )  # fmt: skip
    LINEAR_LIGHT = BlendRow(
        "linear-light", "Linear light", Section.CONTRAST, "krita:linear light", b"lLit",
        "linear light", "linear-light", "linear_light", PSD,
    )  # fmt: skip
    PIN_LIGHT = BlendRow(
        "pin-light", "Pin light", Section.CONTRAST, "krita:pin_light", b"pLit",
        "pin_light", "pin-light", "pin_light", PSD,
    )  # fmt: skip
    HARD_MIX = BlendRow(
        "hard-mix", "Hard mix", Section.CONTRAST, "krita:hard_mix_photoshop", b"hMix",
        "hard_mix_photoshop", "hard-mix", "hard_mix", PSD,
    )  # fmt: skip
    DIFFERENCE = BlendRow(
        "difference", "Difference", Section.INVERSION, "svg:difference", b"diff",
        "diff", "difference", "difference", W3C,
    )  # fmt: skip
    EXCLUSION = BlendRow(
        "exclusion", "Exclusion", Section.INVERSION, "svg:exclusion", b"smud",
        "exclusion", "exclusion", "exclusion", W3C,
    )  # fmt: skip
    SUBTRACT = BlendRow(
        "subtract", "Subtract", Section.INVERSION, "krita:subtract", b"fsub",
        "subtract", "subtract", "subtract", PSD,
    )  # fmt: skip
    DIVIDE = BlendRow(
        "divide", "Divide", Section.INVERSION, "krita:divide", b"fdiv",
        "divide", "divide", "divide", PSD,
    )  # fmt: skip
    HUE = BlendRow(
        "hue", "Hue", Section.COMPONENT, "svg:hue", b"hue ",
        "hue", "hsv-hue", "hue", W3C, Form.PIXEL,
    )  # fmt: skip
    SATURATION = BlendRow(
        "saturation", "Saturation", Section.COMPONENT, "svg:saturation", b"sat ",
        "saturation", "hsv-saturation", "saturation", W3C, Form.PIXEL,
    )  # fmt: skip
    COLOUR = BlendRow(
        "colour", "Colour", Section.COMPONENT, "svg:color", b"colr",
        "color", "hsl-color", "colour", W3C, Form.PIXEL,
    )  # fmt: skip
    LUMINOSITY = BlendRow(
        "luminosity", "Luminosity", Section.COMPONENT, "svg:luminosity", b"lum ",
        "luminize", "luminance", "luminosity", W3C, Form.PIXEL,
    )  # fmt: skip


def find_mode(name: str) -> BlendMode | None:
    """Return the mode with the name ``name`` in any format; None if there is none.

    A prefix such as ``svg:`` and the separator between words are ignored; pass-through groups have
    no name of their own in OpenRaster and are found by their id alone.
    """
    wanted = _plain(name)
    return next((mode for mode in BlendMode if wanted in _names(mode.value)), None)


def _names(row: BlendRow) -> Iterable[str]:
    names = (row.id, row.krita, row.gimp)
    return {_plain(one) for one in (names if row.only_groups else (*names, row.ora))}


def _plain(name: str) -> str:
    words = name.rpartition(":")[2].lower().replace("_", "-").replace(" ", "-")
    return words.replace("colour", "color")
