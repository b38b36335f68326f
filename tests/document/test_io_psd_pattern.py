"""Pattern overlays lie where Photoshop puts them, scaled and turned."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from psd_tools.constants import ColorMode

from studio.core.geometry import Rect
from studio.document.io import psd_pattern


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """Have a pattern of 8 x 6 pixels, each of its own colour."""
    y, x = np.mgrid[0:6, 0:8]
    values = np.dstack([x / 8, y / 6, (x + y) / 14]).astype(np.float32)
    monkeypatch.setattr(psd_pattern, "get_pattern", lambda _: values)
    monkeypatch.setattr(psd_pattern, "get_pattern_color_channels", lambda _: 3)
    return values


def drawn(place: Rect, point: tuple[float, float] = (0.0, 0.0), **values: Any) -> np.ndarray:
    pattern = SimpleNamespace(color_table=None)
    psd = SimpleNamespace(_get_pattern=lambda _: pattern, color_mode=ColorMode.RGB)
    layer = SimpleNamespace(tagged_blocks=SimpleNamespace(get_data=lambda _: list(point)))
    named = {"Angl": b"Angl", "Scl": b"Scl ", "Algn": b"Algn"}
    descriptor: dict[bytes, Any] = {b"Ptrn": {b"Idnt": SimpleNamespace(value="p\0")}}
    descriptor |= {named[key]: value for key, value in values.items()}
    colours, own = psd_pattern.draw_pattern(psd, layer, place, descriptor)  # type: ignore[arg-type]
    assert own is None and colours is not None
    return colours


def test_it_repeats_from_the_reference_point(panel: np.ndarray) -> None:
    found = drawn(Rect(3, 2, 16, 12), (5.4, 3.7))
    for y, x in ((0, 0), (5, 9), (11, 15)):
        assert np.array_equal(found[y, x], panel[(y + 2 - 3) % 6, (x + 3 - 5) % 8])


def test_one_that_is_not_linked_begins_at_the_corner(panel: np.ndarray) -> None:
    found = drawn(Rect(3, 2, 16, 12), (5.4, 3.7), Algn=False)
    assert np.array_equal(found[0, 0], panel[2, 3])


def test_turned_by_a_quarter_its_rows_are_columns(panel: np.ndarray) -> None:
    # Against the clock: what went to the right goes upwards.
    found = drawn(Rect(0, -8, 6, 8), Angl=90.0)
    assert np.allclose(found[7, 0], panel[0, 0], atol=1e-4)
    assert np.allclose(found[4, 0], panel[0, 3], atol=1e-4)
    assert np.allclose(found[7, 2], panel[2, 0], atol=1e-4)


def test_scaled_it_repeats_further_on_or_sooner(panel: np.ndarray) -> None:
    large = drawn(Rect(0, 0, 32, 24), Scl=200.0)
    assert np.allclose(large[:, :16], large[:, 16:], atol=1e-4)
    small = drawn(Rect(0, 0, 8, 6), Scl=50.0)
    assert np.allclose(small[:3, :4], panel.reshape(3, 2, 4, 2, 3).mean(axis=(1, 3)), atol=1e-4)
