"""The LoRAs that the artist has chosen for the next edit, in their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from studio.edit.networks import LORA
from studio.edit.request import OFF, AdapterUse
from studio.edit.settings import own_adapters

LEAST, MOST = -2.0, 2.0
"""Limits of a LoRA's weight, as on the command line; some LoRAs are made for negative ones."""


def chosen_loras(adapters: Iterable[AdapterUse]) -> tuple[AdapterUse, ...]:
    """Return the LoRAs that were chosen on their own and not named in a prompt."""
    return tuple(use for use in own_adapters(adapters) if use.kind == LORA)


def with_loras(
    adapters: Sequence[AdapterUse], loras: Iterable[AdapterUse]
) -> tuple[AdapterUse, ...]:
    """Return adapters with other chosen LoRAs; the others keep their order."""
    chosen = chosen_loras(adapters)
    return (*loras, *(use for use in adapters if use not in chosen))


def switched(use: AdapterUse, on: bool) -> AdapterUse:
    """Return a LoRA switched on or off; its weight stays."""
    options = {name: value for name, value in use.options.items() if name != OFF}
    return replace(use, options=options if on else {**options, OFF: True})


def moved(loras: Sequence[AdapterUse], index: int, to: int) -> tuple[AdapterUse, ...]:
    """Return the LoRAs with one of them at another place; ``to`` is kept inside the list."""
    found = list(loras)
    use = found.pop(index)
    found.insert(min(max(to, 0), len(found)), use)
    return tuple(found)
