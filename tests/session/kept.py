"""What the tests of results look at, in the tray, the saved file and the journal."""

from __future__ import annotations

import numpy as np

from studio.document.document import Document
from studio.document.render.compositor import composite
from studio.session.tray import Tray, TrayItem


def pixels(document: Document) -> np.ndarray:
    """Return the picture of a document."""
    return composite(document, document.rect)


def marks(tray: Tray) -> list[bool]:
    """Return which results of a tray are applied."""
    return [tray.is_applied(item) for item in tray.items]


def assert_same_items(one: tuple[TrayItem, ...], other: tuple[TrayItem, ...]) -> None:
    """Compare results with all that they came from."""
    assert [(a.id, a.seed, a.target) for a in one] == [(b.id, b.seed, b.target) for b in other]
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.image, b.image)
        assert a.request.to_recipe() == b.request.to_recipe()
        for name in ("image", "mask"):
            assert np.array_equal(getattr(a.request, name), getattr(b.request, name))
        pairs = zip(a.request.recipe_pictures(), b.request.recipe_pictures(), strict=True)
        assert all(np.array_equal(first, second) for first, second in pairs)
