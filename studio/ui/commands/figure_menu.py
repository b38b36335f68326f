"""The menu "Figure" of the pose tool: add, mirror, remove, hide, and OpenPose files."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QFileDialog, QMenu

from studio.core.errors import StudioError
from studio.tools import pose_actions
from studio.tools.context import PickedJoint, ToolOptions
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.translation import mark, tr
from studio.ui.widgets.widgets import IconHolder

if TYPE_CHECKING:
    from studio.session.session import Session

FIGURES = (
    ("standing", mark("Standing")),
    ("sitting", mark("Sitting")),
    ("running", mark("Running")),
    ("waving", mark("Waving")),
)
FILTER = "OpenPose JSON (*.json)"


class FigureMenu(QObject):
    """Acts on the picked figure, or on the only one."""

    refused = Signal(object)
    told = Signal(str)
    done = Signal()
    """Something was picked or changed."""

    def __init__(self, options: ToolOptions, holder: IconHolder, window: CurrentPage) -> None:
        super().__init__(window)
        self._options, self._window = options, window
        self._holder = holder
        self.menu = QMenu(window)
        self.actions: dict[str, QAction] = {}
        adding = self.menu.addMenu(tr("Add figure"))
        holder.keep(adding, lambda: adding.setIcon(holder.icons.get("ph.plus")))
        for pose, label in FIGURES:
            self._add(pose, tr(label), partial(self.add, pose), menu=adding)
        self._add("mirror", tr("Mirror"), self.mirror, "ph.arrows-left-right", key="F")
        self._add("hide", tr("Hide joint"), self.hide, "ph.eye-slash", key="O")
        self._add("remove", tr("Remove figure"), self.remove, "ph.trash", key=_delete())
        self.menu.addSeparator()
        self._add("import", tr("Import OpenPose…"), self.ask_import, "ph.folder-open")
        self._add("export", tr("Export OpenPose…"), self.ask_export, "ph.export")
        self.menu.aboutToShow.connect(self.update_enabled)

    def _add(
        self,
        name: str,
        label: str,
        slot: Callable[[], object],
        icon: str = "",
        key: str = "",
        menu: QMenu | None = None,
    ) -> None:
        # The key is shown only; the canvas handles it, since other widgets use it too.
        action = (menu or self.menu).addAction(f"{label}\t{key}" if key else label)
        action.triggered.connect(lambda _=False: self._try(slot))
        if icon:
            self._holder.give(action, icon)
        self.actions[name] = action

    def update_enabled(self) -> None:
        """Grey out unavailable actions, and label whether a joint is hidden or shown."""
        choice = self._choice()
        layer = pose_actions.find_pose(self._session.document)
        joint = choice is not None and choice.joint is not None
        hidden = choice is not None and pose_actions.is_hidden(self._session.document, choice)
        for names, enabled in (
            (("mirror", "remove"), choice is not None),
            (("hide",), joint),
            (("export",), layer is not None and bool(layer.control.people)),
        ):
            for name in names:
                self.actions[name].setEnabled(enabled)
        self.actions["hide"].setText((tr("Show joint") if hidden else tr("Hide joint")) + "\tO")

    def add(self, pose: str) -> None:
        """Add a figure and pick it."""
        self._options.picked_joint = pose_actions.add_person(self._session, pose, tr("Pose"))

    def mirror(self) -> None:
        """Mirror the figure."""
        choice = self._choice()
        if choice is not None:
            pose_actions.mirror_person(self._session, choice.person)

    def remove(self) -> None:
        """Remove the figure."""
        choice = self._choice()
        if choice is not None:
            pose_actions.remove_person(self._session, choice.person)
            self._options.picked_joint = None

    def hide(self) -> None:
        """Hide the picked joint or show it again."""
        choice = self._choice()
        if choice is not None and choice.joint is not None:
            hidden = pose_actions.is_hidden(self._session.document, choice)
            pose_actions.hide_joint(self._session, choice.person, choice.joint, not hidden)

    def ask_import(self) -> None:
        """Let the artist choose a file and add the people in it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window, tr("Import OpenPose"), self._folder(), FILTER
        )
        if name:
            pose_actions.import_poses(self._session, Path(name))

    def ask_export(self) -> None:
        """Let the artist name a file, and write all figures to it."""
        path = self._session.path
        stem = path.stem if path is not None else tr("Untitled")
        start = str(Path(self._folder()) / f"{stem}.json")
        name, _ = QFileDialog.getSaveFileName(self._window, tr("Export OpenPose"), start, FILTER)
        if not name:
            return
        chosen = Path(name)
        chosen = chosen if chosen.suffix else chosen.with_suffix(".json")
        pose_actions.export_poses(self._session, chosen)
        self.told.emit(tr("Exported {name}.", name=chosen.name))

    @property
    def _session(self) -> Session:
        return self._window.session

    def _choice(self) -> PickedJoint | None:
        """Return the pick, or else the only figure."""
        document = self._session.document
        choice = pose_actions.valid_pick(document, self._options.picked_joint)
        layer = pose_actions.find_pose(document)
        if choice is None and layer is not None and len(layer.control.people) == 1:
            return PickedJoint(layer.id, 0)
        return choice

    def _folder(self) -> str:
        path = self._session.path
        return str(path.parent if path is not None else Path.home())

    def _try(self, slot: Callable[[], object]) -> None:
        try:
            slot()
        except StudioError as error:
            self.refused.emit(error)
        self.done.emit()


def _delete() -> str:
    """Return the name of the Delete key in the window's language."""
    return QKeySequence(Qt.Key.Key_Delete).toString(QKeySequence.SequenceFormat.NativeText)
