"""What Generate would change is outlined on the canvas, seen in the pixels that are painted."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
import pytest
from conftest import until
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtGui import QColor, QEnterEvent, QImage
from PySide6.QtWidgets import QApplication

from studio.core.geometry import Rect
from studio.document import operations
from studio.document.raster import Raster
from studio.edit.request import Task
from studio.ui.canvas.overlays import MASK_COLOURS, REGION_COLOURS
from studio.ui.canvas.place_outline import PLACE_COLOUR, SMALLEST
from studio.ui.widgets.theme import THEMES
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def grey(window: MainWindow) -> Iterator[MainWindow]:
    """Give a window whose picture is grey, so that only the outline has its colour."""
    document = window.session.document
    layer = document.layers[0]
    raster = Raster.from_array(np.full((120, 160, 4), (90, 90, 90, 255), np.uint8))
    window.session.edit("Grey", lambda old: old.update(layer.replace(raster=raster)))
    window.canvas.zoom_to(3.0)
    window.canvas.hover(None)
    yield window


def box(rect: Rect) -> Raster:
    return Raster.filled(rect, 255)


def painted(window: MainWindow) -> np.ndarray:
    """Return where the canvas on the screen has the very colour of the outline, (h, w) bool."""
    return np.abs(pixels_of(window) - np.array(PLACE_COLOUR)).max(axis=2) < 40


def tinted(window: MainWindow) -> np.ndarray:
    """Return where it has something of that colour, as thin lines have, (h, w) bool."""
    pixels = pixels_of(window)
    red, green, blue = (pixels[:, :, channel] for channel in range(3))
    return (green - blue > 50) & (green - red > 12)


def pixels_of(window: MainWindow) -> np.ndarray:
    """Return the canvas as it is on the screen, (h, w, 3) int."""
    for _ in range(3):
        QApplication.processEvents()
    canvas = window.canvas
    screen = window.screen().grabWindow(window.winId())
    corner = canvas.mapTo(window, QPoint(0, 0))
    part = screen.toImage().copy(corner.x(), corner.y(), canvas.width(), canvas.height())
    image = part.convertToFormat(QImage.Format.Format_RGB888)
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return flat[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).astype(int)


def outlined(window: MainWindow) -> Rect:
    """Return the rectangle of the document that the strong line goes around, {} for none."""
    # The line of what the model sees is too thin to have the whole colour.
    rows, columns = np.nonzero(painted(window))
    if not len(rows):
        return Rect(0, 0, 0, 0)
    view, ratio = window.canvas.view, window.canvas.ratio
    x0, y0 = view.to_document(columns.min() * ratio, rows.min() * ratio)
    x1, y1 = view.to_document((columns.max() + 1) * ratio, (rows.max() + 1) * ratio)
    return Rect.from_edges(round(x0), round(y0), round(x1), round(y1))


def near(one: Rect, other: Rect, most: int = 3) -> bool:
    edges = (one.x, one.y, one.right, one.bottom), (other.x, other.y, other.right, other.bottom)
    return max(abs(a - b) for a, b in zip(*edges, strict=True)) <= most


def show(window: MainWindow, **fields: Raster | None) -> None:
    window.session.edit("Place", lambda old: old.replace(**fields))


def test_the_outline_follows_the_rule(grey: MainWindow) -> None:
    window = grey
    window.prompt.set_task(Task.FILL)
    until(lambda: outlined(window).is_empty, 20)
    mask, selection = Rect(40, 30, 40, 40), Rect(60, 20, 60, 60)
    show(window, mask=box(mask))
    until(lambda: near(outlined(window), mask), 20)
    show(window, selection=box(selection))
    until(lambda: near(outlined(window), mask.intersect(selection)), 20)
    show(window, mask=None)
    until(lambda: near(outlined(window), selection), 20)
    # A stray dot does not count beside a selection, and alone it is seen.
    show(window, mask=box(Rect(70, 30, 3, 3)))
    until(lambda: near(outlined(window), selection), 20)
    show(window, selection=None)
    ring = SMALLEST / window.canvas.view.zoom
    until(lambda: 0 < outlined(window).width <= ring + 2, 20)
    assert near(outlined(window), Rect(69, 29, 5, 5), 3)


def test_the_outline_follows_the_task(grey: MainWindow) -> None:
    window = grey
    window.canvas.fit()
    canvas = window.session.document.rect
    for task in (Task.REPLACE, Task.GENERATE):
        window.prompt.set_task(Task.FILL)
        until(lambda: outlined(window).is_empty, 20)
        window.prompt.set_task(task)
        until(lambda: near(outlined(window), canvas), 20)
    window.prompt.set_task(Task.EXTEND)
    until(lambda: outlined(window).is_empty, 20)
    layer = window.session.document.layers[0]
    window.session.edit("Move", lambda old: operations.move_layer(old, layer.id, 60, 0))
    until(lambda: near(outlined(window), Rect(0, 0, 76, 120)), 20)


def test_padding_moves_the_line_of_what_the_model_sees(grey: MainWindow) -> None:
    window = grey
    window.prompt.set_task(Task.FILL)
    show(window, mask=box(Rect(70, 50, 20, 20)))
    until(lambda: not outlined(window).is_empty, 20)

    def widest() -> int:
        columns = np.nonzero(tinted(window))[1]
        return int(columns.max() - columns.min())

    before = widest()
    window.prompt.form.fields["padding"].set_value(60)
    until(lambda: widest() > before, 20)


def test_the_pointer_on_generate_makes_the_line_stronger(grey: MainWindow) -> None:
    window = grey
    show(window, mask=box(Rect(40, 30, 40, 40)))
    until(lambda: not outlined(window).is_empty, 20)
    before = int(painted(window).sum())
    button = window.prompt.generate
    middle = button.rect().center().toPointF()
    QApplication.sendEvent(button, QEnterEvent(middle, middle, middle))
    until(lambda: int(painted(window).sum()) > before, 20)
    QApplication.sendEvent(button, QEvent(QEvent.Type.Leave))
    until(lambda: int(painted(window).sum()) == before, 20)


def test_hidden_masks_hide_the_line_unless_a_selection_would_be_taken_for_it(
    grey: MainWindow,
) -> None:
    window = grey
    show(window, mask=box(Rect(40, 30, 40, 40)))
    until(lambda: not outlined(window).is_empty, 20)
    window.menus.actions["show_mask"].trigger()
    until(lambda: outlined(window).is_empty, 20)
    show(window, selection=box(Rect(20, 20, 90, 70)))
    until(lambda: near(outlined(window), Rect(40, 30, 40, 40)), 20)


def lab(colour: tuple[int, int, int]) -> np.ndarray:
    return cv2.cvtColor(np.float32([[colour]]) / 255, cv2.COLOR_RGB2LAB)


@pytest.mark.parametrize("theme", sorted(THEMES))
@pytest.mark.parametrize("name", [*MASK_COLOURS, "place"])
def test_masks_and_place_have_colours_of_their_own(theme: str, name: str) -> None:
    mine = PLACE_COLOUR if name == "place" else MASK_COLOURS[name][1]
    others = [*REGION_COLOURS, (0, 0, 0), (255, 255, 255)]
    others += [colour for key, (_, colour) in MASK_COLOURS.items() if key != name]
    others += [] if name == "place" else [PLACE_COLOUR]
    # The focus has the accent's colour: see the rules for :focus in the style sheet.
    for field in ("accent", "accent_hover", "accent_text", "selected"):
        colour = QColor(getattr(THEMES[theme], field))
        others.append((colour.red(), colour.green(), colour.blue()))
    for other in others:
        assert np.linalg.norm(lab(mine) - lab(other)) > 25, other


def test_the_focus_has_the_accent_s_colour() -> None:
    from studio.ui.widgets.theme import DARK, style_sheet

    rules = [line for line in style_sheet(DARK).splitlines() if ":focus" in line]
    assert rules
    for rule in rules:
        if "solid" in rule:
            assert any(one in rule for one in (DARK.accent, DARK.accent_text, DARK.text)), rule


def test_the_mask_s_colour_is_chosen_in_the_preferences(grey: MainWindow) -> None:
    from studio.ui.dialogs.preferences import PreferencesDialog

    window = grey
    show(window, mask=box(Rect(0, 0, 160, 120)))
    window.prompt.set_task(Task.FILL)

    def middle() -> QColor:
        QApplication.processEvents()
        at = window.canvas.mapTo(window, window.canvas.widget_point(80.5, 60.5))
        return window.screen().grabWindow(window.winId()).toImage().pixelColor(at)

    until(lambda: middle().red() > middle().blue() > middle().green(), 20)
    dialog = PreferencesDialog(window.settings, window)
    assert dialog.mask_colour.currentData() == "pink"
    dialog.mask_colour.setCurrentIndex(dialog.mask_colour.findData("blue"))
    dialog.save()
    dialog.deleteLater()
    window.apply_theme()
    until(lambda: middle().blue() > middle().green() > middle().red(), 20)
    again = PreferencesDialog(window.settings, window)
    assert again.mask_colour.currentData() == "blue"
    again.deleteLater()
