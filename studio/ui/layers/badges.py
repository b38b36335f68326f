"""The badges of layer rows: icon, text and click action for each kind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from studio.document.kinds import kind_of
from studio.document.layer import ControlLayer, Layer
from studio.session.rewrites import is_rewritten
from studio.ui.layers.layer_commands import LayerCommands
from studio.ui.widgets.translation import message, tr


@dataclass(frozen=True, slots=True)
class Badge:
    """An icon with its accessible text and tool tip; ``accent`` uses the accent colour."""

    icon: str
    text: str
    tip: str
    accent: bool = False


def badge_of(layer: Layer) -> Badge | None:
    """Return the badge of a layer, by default the icon and label of its kind."""
    kind = kind_of(layer)
    if kind.id in _BADGES:
        return _BADGES[kind.id](layer)
    label = message(kind.label)
    return Badge(kind.icon, label, label)


def press(layer: Layer, commands: LayerCommands) -> None:
    """Run the click action of a layer's badge."""
    kind = kind_of(layer).id
    if kind in _PRESSES:
        _PRESSES[kind](layer, commands)


def _made(layer: Layer) -> Badge:
    icon = "ph.text-aa" if is_rewritten(layer) else "ph.sparkle"
    label = message(kind_of(layer).label)
    return Badge(icon, label, tr("Generative layer: click to edit its recipe"), accent=True)


def _control(layer: Layer) -> Badge:
    used = isinstance(layer, ControlLayer) and layer.control.used
    state = tr("Control layer in use") if used else tr("Control, switched off")
    tip = tr("Control layer: click to switch it on or off")
    return Badge(kind_of(layer).icon if used else "ph.prohibit", state, tip)


def _switch(layer: Layer, commands: LayerCommands) -> None:
    if isinstance(layer, ControlLayer):
        commands.change_settings(layer.id, {"used": not layer.control.used})


_BADGES: Mapping[str, Callable[[Layer], Badge | None]] = {
    "raster": lambda layer: None,
    "group": lambda layer: None,
    "generative": _made,
    "control": _control,
}
_PRESSES: Mapping[str, Callable[[Layer, LayerCommands], None]] = {
    "generative": lambda layer, commands: commands.edit_recipe(layer.id),
    "control": _switch,
}
