"""Reports the changes made on opening a Photoshop document: one notice per kind, with layers."""

from __future__ import annotations

from collections.abc import Iterator

from studio.core.notices import Listed, Notice, notice, translatable

MERGED = "Merged picture of the file"
"""The name of the hidden layer with the document's original appearance."""

DIFFERS_BY = translatable(
    "{name} looks different here than in the program that saved it, because of its "
    '{causes}; the hidden layer "{layer}" on top shows the original look. Open it '
    "flattened to use that."
)
DIFFERS = translatable(
    "{name} looks different here than in the program that saved it; the hidden layer "
    '"{layer}" on top shows the original look. Open it flattened to use that.'
)
_TOLD = {
    "adjustment": translatable(
        "These adjustments are pixels now, which keep how they looked and no longer follow the "
        "layers below: {layers}."
    ),
    "no adjustment": translatable("These adjustments cannot be kept and were left out: {layers}."),
    "mode": translatable(
        "The fill opacity or the grey profile of these layers changes their blend modes; their "
        "pixels keep how they looked: {layers}."
    ),
    "passed mode": translatable(
        "These layers blended through a group with effects; their pixels keep how they looked: "
        "{layers}."
    ),
    "effects": translatable("The effects of these layers are pixels now: {layers}."),
    "no effects": translatable("These layer effects cannot be drawn and were left out: {layers}."),
    "vector mask": translatable("The vector masks of these layers are pixels now: {layers}."),
    "no vector mask": translatable(
        "The vector masks of these layers cannot be drawn and were left out: {layers}."
    ),
    "drawn": translatable("These layers were opened as pixels: {layers}."),
    "damaged": translatable(
        "A part of these layers is damaged and is black or empty now: {layers}."
    ),
    "unread": translatable("These layers cannot be read and were left out: {layers}."),
    "clipped": translatable(
        "These layers were clipped to the layer below; a mask does it now: {layers}."
    ),
    "blend if": translatable('The "Blend If" ranges of these layers are not kept: {layers}.'),
    "knockout": translatable("The knockout of these layers is not kept: {layers}."),
}
ABOUT_LAYERS = frozenset((DIFFERS_BY, DIFFERS, *_TOLD.values()))
"""The templates of notices that are pointless once the layers are merged."""

_CAUSES = {
    "no adjustment": translatable("adjustments"),
    "no effects": translatable("layer effects"),
    "effects": translatable("layer effects"),
    "mode": translatable("blend modes"),
    "adjustment": translatable("adjustments"),
    "no vector mask": translatable("vector masks"),
    "damaged": translatable("damaged layers"),
    "unread": translatable("layers that cannot be read"),
    "blend if": translatable('"Blend If"'),
    "knockout": translatable("knockout"),
    "colours": translatable("colours that are not sRGB"),
    "drawn": translatable("text, shapes and fills"),
    "clipped": translatable("clipping"),
}
"""The reasons why a document may look different, the likeliest first."""

_TERMS = (
    translatable("vibrance"),
    translatable("colorbalance"),
    translatable("blackandwhite"),
    translatable("photofilter"),
    translatable("channelmixer"),
    translatable("colorlookup"),
    translatable("selectivecolor"),
    translatable("gradientmap"),
)
"""psd-tools' names of adjustments, for the translation; blend modes have rows of their own."""

_MOST_NAMES = 3


class Losses:
    """Collects the layers affected by each kind of change."""

    def __init__(self) -> None:
        self._layers: dict[str, list[tuple[str, str]]] = {}
        self.seen: set[str] = set()

    def add(self, kind: str, layer: str, detail: str = "") -> None:
        """Add a layer, with the term ``detail`` in brackets after its name."""
        names = self._layers.setdefault(kind, [])
        if (layer, detail) not in names:
            names.append((layer, detail))

    def notices(self) -> Iterator[Notice]:
        """Yield a notice for each kind."""
        for kind, message in _TOLD.items():
            if names := self._layers.get(kind):
                shown = len(names) if len(names) <= _MOST_NAMES + 1 else _MOST_NAMES
                listed = Listed(tuple(names[:shown]), len(names) - shown)
                yield notice(message, layers=listed)

    def causes(self) -> tuple[str, ...]:
        """Return why the document may look different; empty if no recorded change explains it."""
        met = self.seen | set(self._layers)
        found = [text for kind, text in _CAUSES.items() if kind in met]
        return tuple(dict.fromkeys(found))[:3]
