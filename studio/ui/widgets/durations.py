"""How long something still takes, in words."""

from __future__ import annotations

from studio.ui.widgets.translation import tr

MINUTES_FROM = 100
"""Seconds from which on minutes are said."""


def left_text(seconds: float) -> str:
    """Return the time left as an artist says it: seconds, later minutes."""
    if seconds < MINUTES_FROM:
        return tr("{seconds} s left", seconds=max(1, round(seconds)))
    return tr("{minutes} min left", minutes=round(seconds / 60))
