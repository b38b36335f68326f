"""The row of buttons that chooses what Generate does."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QToolButton, QWidget

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.edit.request import Task
from studio.ui.widgets.translation import mark, message, tr

TASKS = (
    (Task.FILL, mark("Fill"), mark("Fill the mask with what the prompt describes")),
    (Task.REPLACE, mark("Replace"), mark("Change what is under the mask, keeping its shapes")),
    (Task.EXTEND, mark("Extend"), mark("Fill the empty part of the canvas")),
    (
        Task.INSTRUCT,
        mark("Instruct"),
        mark("Change the picture as the prompt says, such as: make it winter"),
    ),
    (Task.VARY, mark("Vary"), mark("Make pictures that resemble this one")),
    (Task.GENERATE, mark("New picture"), mark("Make a whole picture from the prompt")),
)


class TaskRow(QWidget):
    """One button a task; those that the model does not do are grey, with the reason as tooltip.

    Instruct and Vary share a place, since hardly any model does both: Vary is shown for models
    that do it, and as long as it is chosen.
    """

    chosen = Signal(object)
    """The artist chose a ``Task``."""

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self.buttons: dict[Task, QToolButton] = {}
        self._spec: ModelSpec | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for index, (task, label, _) in enumerate(TASKS):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(tr(label))
            button.setAccessibleName(tr(label))
            button.setCheckable(True)
            button.setChecked(task is Task.FILL)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            last = index == len(TASKS) - 1
            button.setProperty("place", "first" if index == 0 else "last" if last else "")
            self._group.addButton(button, index)
            self.buttons[task] = button
            row.addWidget(button, 1)
        self._group.idClicked.connect(lambda index: self.chosen.emit(TASKS[index][0]))
        self.show_model(None)

    def show_task(self, task: Task) -> None:
        """Show the chosen task."""
        self.buttons[task].setChecked(True)
        self._share_place()

    def show_model(self, spec: ModelSpec | None) -> None:
        """Grey out what a model does not do; None is a model that is not known yet."""
        self._spec = spec
        for task, _, tip in TASKS:
            reason = self._reason(task)
            said = message(reason) if reason else tr(tip)
            self.buttons[task].setEnabled(not reason)
            self.buttons[task].setToolTip(said)
            self.buttons[task].setAccessibleDescription(said)
        self._share_place()

    def _reason(self, task: Task) -> str:
        if self._spec is None:
            return ""
        return family(self._spec.family).reason(Capability.TASK, task.value, self._spec)

    def _share_place(self) -> None:
        chosen = TASKS[self._group.checkedId()][0]
        varies = self._spec is not None and not self._reason(Task.VARY)
        shown = chosen is Task.VARY or (varies and chosen is not Task.INSTRUCT)
        self.buttons[Task.VARY].setVisible(shown)
        self.buttons[Task.INSTRUCT].setVisible(not shown)
