"""Photoshop's keys for missing features; each shows a message with an alternative."""

from __future__ import annotations

from dataclasses import dataclass

from studio.ui.widgets.translation import mark


@dataclass(frozen=True, slots=True)
class Later:
    """A missing feature, with the keys that users expect for it."""

    id: str
    label: str
    keys: tuple[str, ...]
    message: str
    hint: str


LATER = (
    Later(
        "later_transform",
        mark("Free transform"),
        ("Ctrl+T",),
        mark("There is no free transform yet."),
        mark("The move tool drags the layer."),
    ),
    Later(
        "later_rotate",
        mark("Rotate the view"),
        ("R",),
        mark("The view cannot be rotated yet."),
        mark("The zoom tool and the hand change what is seen."),
    ),
    Later(
        "later_crop",
        mark("Crop tool"),
        ("C",),
        mark("There is no crop tool."),
        mark("Select a part, then choose “Crop to the selection” in the Layer menu."),
    ),
    Later(
        "later_text",
        mark("Text"),
        (),
        mark("There are no text layers yet."),
        mark("Place a picture of the text as a layer instead."),
    ),
)
