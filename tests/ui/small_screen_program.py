"""The real program on a small screen: prints what of it cannot be seen whole.

``python small_screen_program.py HOME LANGUAGE``; the screen is the offscreen platform's.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def main(home: str, language: str) -> None:
    """Start, let results and a queue come, look at the window and at every dialog, report."""
    os.environ["LIENZO_HOME"] = home
    platform = os.environ["QT_QPA_PLATFORM"]
    sys.path[:0] = [str(ROOT), str(Path(__file__).parent), str(ROOT / "tests" / "session")]
    from conftest import close, picture, until
    from every_dialog import look_at_every_dialog, own_dialogs
    from PySide6.QtWidgets import QApplication

    from studio import app
    from studio.core.settings import Settings
    from studio.ui.dialogs.forms import Form

    os.environ["QT_QPA_PLATFORM"] = platform
    app.application()
    settings = Settings(Path(home) / "settings.json")
    settings.set("language", language)
    window = app.frame(settings)
    window.show()
    QApplication.processEvents()
    app.furnish(window)
    window.engine.start = lambda job, listener: None  # type: ignore[method-assign]
    app.start(window, warm_up=False)
    until(lambda: window.session.document.layers and not window.background.is_busy)
    until(lambda: not window.arrangement.is_settling)
    faults = list(look_at_the_window(window))
    window.session.adopt(picture(600, 400), None)

    def look(dialog: object) -> None:
        faults.extend(look_at(dialog))

    seen = look_at_every_dialog(window, look)
    missed = sorted(one.__name__ for one in own_dialogs() - seen - {Form})
    close(window)
    print(json.dumps({"faults": sorted(set(faults)), "missed": missed}), flush=True)
    os._exit(0)


def look_at_the_window(window: object) -> Iterator[str]:
    """Yield what of the window cannot be seen whole: with a tool each, with results and jobs."""
    from conftest import land_results, make_ready, pause, until
    from PySide6.QtWidgets import QAbstractButton, QWidget

    from studio.edit.request import Task
    from studio.tools.registry import TOOLS
    from studio.ui.window.main_window import MainWindow

    assert isinstance(window, MainWindow)
    session = window.session
    room = window.screen().availableGeometry()
    if not room.contains(window.frameGeometry()):
        yield f"the window {window.frameGeometry()} leaves the screen {room}"
    for spec in TOOLS:
        window.tool_bar.choose(spec)
        pause(1)
        for action in window.options_bar.actions():
            part = window.options_bar.widgetForAction(action)
            if action.isVisible() and not is_whole(part):
                yield f"option {part.findChildren(QWidget)[:2]} of {spec.id}"
    window.tool_bar.choose(TOOLS[0])
    make_ready(window)
    land_results(window, 9)
    for _ in range(3):
        session.submit(Task.FILL)
    until(lambda: not window.arrangement.folding.is_waiting and not window.tray._timer.isActive())
    pause(50)
    parts: dict[str, QWidget] = {
        "menu bar": window.menuBar(),
        "prompt": window.prompt.prompt,
        "negative prompt": window.prompt.negative,
        "variations": window.prompt.variations,
        "Generate": window.prompt.generate,
        "layers": window.layers.tree,
        "blend mode": window.layers.blend,
        "results": window.tray.list,
        "Apply": window.tray.apply,
        "queue": window.queue.waiting,
        "stop": window.queue.cancel,
        "status line": window.status,
        "zoom": window.status.zoom,
        "offline": window.status.offline,
        "canvas": window.canvas,
        "tabs": window.tabs,
    }
    for button in (*window.layers.findChildren(QAbstractButton),):
        if button.isVisibleTo(window.layers) and button.accessibleName():
            parts[f"layers: {button.accessibleName()}"] = button
    for action in window.tool_bar.tool_actions.values():
        parts[f"tool {action.text()}"] = window.tool_bar.widgetForAction(action)
    for button in window.tray.findChildren(QAbstractButton):
        if button.isVisibleTo(window.tray):
            parts[f"results: {button.accessibleName()}"] = button
    for name, part in parts.items():
        if not is_whole(part):
            yield f"{name}: {part.visibleRegion().boundingRect()} of {part.rect()}"
    tray = window.tray.list
    if len({tray.visualItemRect(tray.item(row)).y() for row in range(4)}) > 1:
        yield "four results, which is what Generate makes, are not seen at once"
    for button in window.welcome.findChildren(QAbstractButton):
        if button.width() < button.sizeHint().width():
            yield f"the hint “{button.text()}” is cut off"
    yield from look_at_the_panels(window)
    if window.canvas.width() < 400 or window.canvas.height() < 300:
        yield f"the canvas is small: {window.canvas.size()}"
    session.queue.running = None
    session.queue.clear()
    session.tray.clear()


def look_at_the_panels(window: object) -> Iterator[str]:
    """Yield the panels wider than their column: each task, a recipe, and each panel in front."""
    from conftest import pause
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QDockWidget, QScrollArea

    from studio.edit.request import Task
    from studio.ui.prompt.task_row import TASKS
    from studio.ui.window.main_window import MainWindow

    assert isinstance(window, MainWindow)
    prompt, layer = window.prompt, window.session.document.active_layer()
    assert layer is not None

    def wide(what: str) -> Iterator[str]:
        pause(50)
        for area in window.findChildren(QScrollArea):
            body = area.widget()
            held = area.horizontalScrollBarPolicy() is Qt.ScrollBarPolicy.ScrollBarAlwaysOff
            if held and body.isVisible() and body.width() > area.viewport().width():
                yield f"{what}: {body.width()} pixels in {area.viewport().width()}"

    for step in (
        prompt.references.heading.click,
        prompt.regions.heading.click,
        prompt.form.heading.click,
    ):
        step()
        yield from wide("sections")
        step()
    for task, *_ in TASKS:
        prompt.set_task(task)
        yield from wide(f"the task {task}")
    prompt.begin_recipe(layer.id, layer.name, prompt.settings, Task.FILL)
    yield from wide("a recipe")
    for part in (prompt.recipe.done, prompt.recipe.cancel, prompt.generate):
        if not is_whole(part):
            yield f"a recipe: {part.text()}"
    prompt.end_recipe(keep=False)
    docks = window.findChildren(QDockWidget)
    for dock in docks:
        if dock.isVisible() and window.tabifiedDockWidgets(dock):
            dock.raise_()
            yield from wide(f"the panel {dock.windowTitle()}")
    for dock in docks:
        if dock.widget() in (prompt, window.layers):
            dock.raise_()


def is_whole(part: object) -> bool:
    """Whether nothing of a widget is cut off by the window, a scroll area or the screen."""
    from PySide6.QtCore import QPoint, QRect
    from PySide6.QtWidgets import QWidget

    assert isinstance(part, QWidget)
    if not part.isVisible() or part.visibleRegion().boundingRect() != part.rect():
        return False
    place = QRect(part.mapToGlobal(QPoint(0, 0)), part.size())
    return bool(part.screen().availableGeometry().contains(place))


def look_at(dialog: object) -> Iterator[str]:
    """Yield what of a dialog cannot be seen: its edges, or the buttons that end it."""
    from PySide6.QtWidgets import QDialog, QDialogButtonBox, QFileDialog

    assert isinstance(dialog, QDialog)
    name = f"{type(dialog).__name__} “{dialog.windowTitle()}”"
    room = dialog.screen().availableGeometry()
    size = dialog.frameGeometry().size().expandedTo(dialog.minimumSizeHint())
    if size.width() > room.width() or size.height() > room.height() - TITLE:
        yield f"{name}: {size} is larger than the screen {room.size()}"
    elif not room.contains(dialog.geometry()):
        yield f"{name}: {dialog.geometry()} leaves the screen {room}"
    if isinstance(dialog, QFileDialog):
        return
    for box in dialog.findChildren(QDialogButtonBox):
        for button in box.buttons():
            if button.isVisibleTo(dialog) and not is_whole(button):
                yield f"{name}: the button {button.text()}"


TITLE = 30
"""Logical pixels that a title bar takes."""

if __name__ == "__main__":
    main(*sys.argv[1:])
