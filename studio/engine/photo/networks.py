"""Keeps the last few networks of the photo tools in memory."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import TypeVar

import cv2
from safetensors import SafetensorError

from studio.core.errors import StudioError
from studio.engine.device import Device

T = TypeVar("T")

KEPT = 6
"""Number of networks; the largest has 70 MB. Lifting a clicked person takes five."""


class Networks:
    """Loads each network on first use, and drops the one used longest ago beyond ``KEPT``."""

    def __init__(self, device: Device) -> None:
        self.device = device
        self._loaded: OrderedDict[str, object] = OrderedDict()

    def get(self, key: str, make: Callable[[], T]) -> T:
        """Return the network of a key, calling ``make`` if it is not loaded.

        Every call with the same key must return the same type. StudioError if the files of the
        network have vanished since they were looked for, or are not what they should be.
        """
        if key not in self._loaded:
            try:
                made = make()
            except (OSError, SafetensorError, KeyError, cv2.error) as error:
                raise StudioError(
                    "The network {name} cannot be read ({reason}).",
                    "Fetch it again with: lienzo assets fetch",
                    name=key,
                    reason=str(error).strip().splitlines()[0][:200],
                ) from error
            self._loaded[key] = made
            while len(self._loaded) > KEPT:
                self._loaded.popitem(last=False)
        self._loaded.move_to_end(key)
        return self._loaded[key]  # type: ignore[return-value]

    def clear(self) -> None:
        """Release the memory of all networks."""
        self._loaded.clear()
