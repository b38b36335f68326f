"""A line about bytes on standard error: over itself in a terminal, otherwise one at every tenth."""

from __future__ import annotations

import sys

from studio.core.download.resumable import Rate
from studio.core.progress import ProgressEvent

MEGABYTE = 1_000_000


class ByteBar:
    """Shows megabytes, their rate and the time left of a download, or a fraction of other work."""

    def __init__(self) -> None:
        self.tenth = -1
        self.shown = False
        self.terminal = sys.stderr.isatty()

    def show(self, event: ProgressEvent) -> None:
        """Show one event."""
        text = f"  {event.text} {100 * event.fraction:3.0f} %"
        if isinstance(event.details, Rate):
            rate = event.details
            text += f", {rate.done / MEGABYTE:.0f} of {rate.total / MEGABYTE:.0f} MB"
            text += f", {rate.rate / MEGABYTE:.1f} MB/s"
            if rate.left is not None:
                text += f", {duration(rate.left)} left"
        elif event.details is not None:
            text += f": {event.details}"
        if self.terminal:
            print(f"\r{text:78}", end="", file=sys.stderr, flush=True)
            self.shown = True
        elif int(event.fraction * 10) > self.tenth:
            self.tenth = int(event.fraction * 10)
            print(text, file=sys.stderr, flush=True)

    def end(self) -> None:
        """End the line of a terminal."""
        if self.shown:
            print(file=sys.stderr)


def duration(seconds: float) -> str:
    """Return a duration such as "40 s" or "9 min"."""
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"
