"""Text for the time left."""

from __future__ import annotations

from studio.ui.widgets.translation import tr

MINUTES_FROM = 100
"""Seconds from which the text is in minutes."""


def left_text(seconds: float) -> str:
    """Return the time left as text, in seconds or minutes."""
    if seconds < MINUTES_FROM:
        return tr("{seconds} s left", seconds=max(1, round(seconds)))
    return tr("{minutes} min left", minutes=round(seconds / 60))
