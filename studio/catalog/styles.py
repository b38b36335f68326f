"""The preset styles of the Style tool.

The package that they come from numbers them and names none; neither does it name the paintings. The
names here describe what each does to a photo.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.settings import Choice, Kind, Setting
from studio.core.notices import translatable

PAINTING = "painting"
"""The value of the setting ``style`` if the style is that of a reference picture."""

PRESETS: tuple[Choice, ...] = (
    Choice("sky-and-ochre", translatable("Sky and ochre")),
    Choice("yellow-blocks", translatable("Yellow blocks")),
    Choice("ink-wash", translatable("Ink wash")),
    Choice("dark-shards", translatable("Dark shards")),
    Choice("crimson", translatable("Crimson and gold")),
    Choice("warm-oils", translatable("Warm oils")),
    Choice("midnight-dots", translatable("Midnight dots")),
    Choice("primary-colours", translatable("Primary colours")),
    Choice("neon-watercolour", translatable("Neon watercolour")),
    Choice("mosaic", translatable("Mosaic")),
    Choice("copper", translatable("Copper")),
    Choice("ochre-engraving", translatable("Ochre engraving")),
    Choice("lavender-mist", translatable("Lavender mist")),
    Choice("tapestry", translatable("Tapestry")),
    Choice("pale-watercolour", translatable("Pale watercolour")),
    Choice("stained-glass", translatable("Stained glass")),
    Choice("cobalt-strokes", translatable("Cobalt strokes")),
    Choice("woven-bands", translatable("Woven bands")),
    Choice("wood-carving", translatable("Wood carving")),
    Choice("night-swirls", translatable("Night swirls")),
    Choice("deep-red", translatable("Deep red")),
    Choice("paper-cutout", translatable("Paper cutout")),
    Choice("slate-lines", translatable("Slate and lines")),
    Choice("dusk", translatable("Dusk")),
    Choice("wave-print", translatable("Wave print")),
    Choice("broken-brushwork", translatable("Broken brushwork")),
)
"""In the order of the network's rows."""

STROKES: Mapping[str, int] = {"fine": 0, "medium": 2048, "broad": 1024}
"""The longer side at which the network paints, in pixels; 0 is the size of the photo.

Its strokes are about ten pixels wide whatever the size, so that they get larger, in proportion to
the photo, the smaller the copy is that the network paints.
"""

SETTINGS: tuple[Setting, ...] = (
    Setting(
        "style",
        translatable("Style"),
        Kind.CHOICE,
        PRESETS[0].id,
        choices=(*PRESETS, Choice(PAINTING, translatable("A painting of your own"))),
        tip=translatable("One of the presets, or a painting"),
    ),
    Setting(
        "amount",
        translatable("Amount"),
        Kind.NUMBER,
        1.0,
        0.0,
        1.0,
        0.01,
        tip=translatable("How much of the painted picture is mixed with the photo"),
    ),
    Setting(
        "strokes",
        translatable("Strokes"),
        Kind.CHOICE,
        "medium",
        choices=(
            Choice("fine", translatable("Fine")),
            Choice("medium", translatable("Medium")),
            Choice("broad", translatable("Broad")),
        ),
        tip=translatable("How large the strokes are; fine ones take longest on a large photo"),
    ),
    Setting(
        "keep_colours",
        translatable("Keep the photo's colours"),
        Kind.SWITCH,
        False,
        tip=translatable("Takes only light and dark from the style"),
    ),
)
