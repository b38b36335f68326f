"""The real program with three documents, until it is killed; or the start after that.

``python recover_program.py HOME work`` opens three documents, changes each, prints what is in
them as JSON and waits to be killed. ``... HOME recover FILE`` starts with a file as the command
line does, accepts what is offered, prints what was offered and what is open, and waits as well.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "packaging")]

if TYPE_CHECKING:
    from studio.core.geometry import Rect
    from studio.ui.documents.document_page import DocumentPage
    from studio.ui.window.main_window import MainWindow


def main(home: str, step: str, *named: str) -> None:
    """Start as the command line does, take a step, report, wait."""
    os.environ["LIENZO_HOME"] = home
    from journeys.driving import until

    from studio import app
    from studio.core.settings import Settings

    made = app.application()
    window = app.frame(Settings(Path(home) / "settings.json"))
    window.show()
    made.processEvents()
    app.furnish(window)
    offered: list[str] = []
    clicks = accepts(window, offered)
    app.start(window, [Path(one) for one in named], warm_up=False)
    until(lambda: window.has_document and not window.without_document.waits)
    until(lambda: not window.background.is_busy)
    clicks.stop()
    if step == "work":
        work(window, Path(home))
    for page in window.documents.open_pages:
        journal = page.session._journal
        assert journal is not None and journal.flush()
    print(json.dumps({"offered": offered, "open": contents(window)}), flush=True)
    until(lambda: False)


def accepts(window: MainWindow, offered: list[str]) -> Any:
    """Press Recover in each question that comes up, and note what it says."""
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication, QMessageBox

    def press() -> None:
        box = QApplication.activeModalWidget()
        if isinstance(box, QMessageBox):
            offered.append(f"{box.text()} {box.informativeText()}")
            box.button(QMessageBox.StandardButton.Yes).click()

    clicks = QTimer(window)
    clicks.setInterval(20)
    clicks.timeout.connect(press)
    clicks.start()
    return clicks


def work(window: MainWindow, home: Path) -> None:
    """Open three documents and leave an unsaved change in each, and results in one."""
    from journeys.driving import drag, until

    from studio.core.geometry import Rect
    from studio.document.io import formats
    from studio.edit.request import Task

    photo, drawing = home / "photo.png", home / "drawing.ora"
    window.files.open_all([photo, drawing])
    until(lambda: len(window.documents.open_pages) == 2 and not window.background.is_busy)
    first, second = window.documents.open_pages
    window.documents.show(first)
    until(lambda: first.canvas.is_complete)
    sampling = first.session.edit_settings.sampling
    first.session.edit_settings = replace(
        first.session.edit_settings,
        prompt="a red apple",
        sampling=replace(sampling, variations=3, steps=2, seed=7),
    )
    job = first.session.submit(Task.GENERATE)
    until(lambda: job not in first.session.queue.jobs, 600)
    assert len(first.session.tray.items) == 3
    first.session.apply(first.session.tray.items[1].id)
    window.documents.show(second)
    until(lambda: second.canvas.is_complete)
    window.tool_bar.tool_actions["brush"].trigger()
    drag(window, (10, 10), (60, 40))
    third = window.documents.fill(lambda session: session.adopt(formats.open_document(photo), None))
    until(lambda: third.canvas.is_complete)
    window.tool_bar.tool_actions["mask"].trigger()
    drag(window, (20, 20), (50, 70))
    assert all(page.session.can_lose for page in window.documents.open_pages)
    write_prompt(third, window, Rect(5, 6, 20, 30))
    window.files.open_all([home / "typed.png"])
    until(lambda: len(window.documents.open_pages) == 4 and not window.background.is_busy)
    fourth = window.documents.open_pages[-1]
    until(lambda: fourth.canvas.is_complete)
    write_prompt(fourth, window)
    assert not fourth.session.is_modified


def write_prompt(page: DocumentPage, window: MainWindow, place: Rect | None = None) -> None:
    """Set what a next edit would be, by the panel's fields, and ask for nothing.

    References and region prompts are for a place if there is one, which is selected first.
    """
    import numpy as np
    from PySide6.QtTest import QTest

    from studio.edit.request import Task
    from studio.ui.prompt.setting_field import NumberField, TextField

    panel = page.prompt
    panel.set_task(Task.REPLACE)
    QTest.keyClicks(panel.prompt, "a small boat")
    QTest.keyClicks(panel.negative, "fog")
    panel.variations.setValue(2)
    for name, value in (("steps", 9), ("cfg_scale", 3.5), ("mask_blur", 11), ("padding", 300)):
        field = panel.form.fields[name]
        assert isinstance(field, NumberField)
        field.set_value(value)
    seed = panel.form.fields["seed"]
    assert isinstance(seed, TextField)
    seed.setText(str(2**40 + 7))
    if place is not None:
        page.layer_commands.select_rect(place)
    panel.references.add([page.references._source.active_layer()])
    from journeys.driving import until

    until(lambda: len(panel.references.rows) == 1 and not window.background.is_busy)
    panel.references.rows[0].weight.set_value(0.4)
    if place is not None:
        panel.references.rows[0].only.click()
    panel.regions.add.click()
    panel.regions.rows[0].prompt.setText("a lighthouse")
    assert np.any(page.session.edit_settings.references[0].image)


def contents(window: MainWindow) -> list[dict[str, Any]]:
    """Return what is in each open document."""
    return [content(page) for page in window.documents.open_pages]


def content(page: DocumentPage) -> dict[str, Any]:
    """Return a document's file, state and checksums of all its pixels."""
    from studio.document.render.compositor import composite

    document = page.session.document
    mask = document.mask.read(document.rect).tobytes() if document.mask is not None else b""
    return {
        "path": str(page.session.path),
        "changed": page.session.can_lose,
        "layers": [[layer.name, layer.id] for layer in document.walk()],
        "picture": _sum(composite(document, document.rect).tobytes()),
        "mask": _sum(mask),
        "results": [[one.id, _sum(one.image.tobytes())] for one in document.results],
        "applied": sorted(document.applied),
        "locked": page.lock.path is not None,
        "settings": settings(page),
    }


def settings(page: DocumentPage) -> dict[str, Any]:
    """Return all that is set for the next edit, from the fields that show it."""
    from dataclasses import asdict

    found, panel = page.session.edit_settings, page.prompt

    def place(where: Any) -> list[Any]:
        box = None if where is None else where.bounds()
        return [] if box is None else [box.x, box.y, _sum(where.read(box).tobytes())]

    return {
        "texts": [panel.prompt.toPlainText(), panel.negative.text(), found.prompt],
        "numbers": asdict(found.sampling),
        "shown": [field.value for field in panel.form.fields.values() if hasattr(field, "value")],
        "lengths": [found.mask_blur, found.padding],
        "task": page.session.edit_state.task.value,
        "model": found.model,
        "references": [
            [one.name, one.weight, one.mode, _sum(one.image.tobytes()), place(one.where)]
            for one in (row.reference for row in panel.references.rows)
        ],
        "regions": [
            [row.prompt.text(), row.region.weight, row.region.number, place(row.region.where)]
            for row in panel.regions.rows
        ],
    }


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


if __name__ == "__main__":
    main(*sys.argv[1:])
