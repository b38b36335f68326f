"""Bytes and seconds with the decimal separator of the window's language."""

from __future__ import annotations

from PySide6.QtCore import QLocale

from studio.session import forecast


def bytes_text(size: int) -> str:
    """Return a number of bytes as "350 MB" or, in Spanish, "1,2 GB"; "" for 0."""
    return _local(forecast.memory_text(size))


def time_text(seconds: float) -> str:
    """Return a time such as "40 s" or, in Spanish, "1,5 h"."""
    return _local(forecast.duration_text(seconds))


def _local(text: str) -> str:
    return text.replace(".", QLocale().decimalPoint())
