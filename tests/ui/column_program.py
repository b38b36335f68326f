"""The real program for one start: prints what prompt and layers show in their column, and quits.

``python column_program.py HOME STEP``; STEP is "look", or "replace" for the task with one more row.
"""

from __future__ import annotations

import sys

import restart_program

ROW = 28
"""Of a layer, logical pixels; test_layers_panel measures it."""


def column(window: object) -> dict[str, object]:
    """Return what is seen of the prompt panel, and how many rows of layers."""
    panel, layers = window.prompt, window.layers  # type: ignore[attr-defined]
    heading = panel.form.heading
    seen = panel.viewport().rect()
    return {
        "window": [window.width(), window.height()],  # type: ignore[attr-defined]
        "language": heading.text(),
        "scrolls": panel.verticalScrollBar().maximum(),
        "spare": panel.viewport().height() - panel.height_wanted(),
        "settings": seen.contains(heading.mapTo(panel.viewport(), heading.rect().bottomLeft())),
        "rows": layers.tree.viewport().height() / ROW,
    }


def _replace(window: object) -> None:
    from studio.edit.request import Task

    window.prompt.set_task(Task.REPLACE)  # type: ignore[attr-defined]


if __name__ == "__main__":
    restart_program.places = column
    restart_program.STEPS.update(replace=_replace)
    restart_program.main(*sys.argv[1:])
