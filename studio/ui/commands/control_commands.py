"""Commands of the Control menu: control layers from the picture, files, layers, or by hand."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu

from studio.catalog import models
from studio.catalog.annotators import annotator_reason
from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.detectors import DETECTORS, Detector, detector_reason, find_detectors
from studio.control_maps.edges import STANDARD_SIDE
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.document.control import POSE, control_layer
from studio.document.layer import ControlLayer
from studio.document.layer_depth import depth_from_layers
from studio.edit.prepare import edit_mask, visible_rgb
from studio.edit.region import region_around
from studio.session.sources import load_control
from studio.tools.pose_actions import add_person
from studio.tools.registry import spec
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.annotate_dialog import AnnotateDialog
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.picture_dialog import ask_picture
from studio.ui.widgets.translation import error_text, message, tr

if TYPE_CHECKING:
    from studio.session.session import Session


BY_NETWORK = (POSE, "softedge", "mlsd")
"""The control images that a network of the table of assets makes of the picture."""
LEAST = 128
"""Edges are detected at a side of at least twice and at most thirty-two times this many pixels."""


class ControlCommands(QObject):
    """The slots of the Control menu of one window."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        attempt: Callable[[Callable[[], object]], object],
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._try, self._failed = attempt, failed
        self._window, self._parts = window, parts
        for name, slot in (
            ("control_empty", self.add_empty),
            ("control_file", self.ask_file),
            ("control_convert", lambda kind: window.layer_commands.make_control(kind)),
        ):
            self._fill(parts.menus.menus[name], slot)
        detectors = parts.menus.menus["control_detect"]
        detectors.setToolTipsVisible(True)
        detectors.aboutToShow.connect(self.show_detectors)
        parts.menus.menus["control"].setToolTipsVisible(True)
        parts.menus.menus["control"].aboutToShow.connect(self.show_reasons)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            # After the weights were installed in a terminal, the shortcut works again.
            app.applicationStateChanged.connect(self.show_reasons)
        self.show_reasons()

    @property
    def _session(self) -> Session:
        return self._window.session

    def show_reasons(self, *_: object) -> None:
        """Grey out what needs a network that is not installed, with the reason."""
        for kind in BY_NETWORK:
            action = self._parts.menus.actions[f"control_{kind}"]
            reason = annotator_reason(kind)
            action.setEnabled(reason is None)
            action.setToolTip(" ".join(error_text(reason)) if reason else action.text())

    def _fill(self, menu: QMenu, slot: Callable[[str], object]) -> None:
        for kind in CONTROL_KINDS.values():
            menu.addAction(message(kind.label), partial(slot, kind.id))

    def show_detectors(self) -> None:
        """Offer the detectors with weights in the folder, and show the others' requirements."""
        menu = self._parts.menus.menus["control_detect"]
        menu.clear()
        for row in DETECTORS.values():
            action = menu.addAction(message(row.label), partial(self.detect, row))
            reason = detector_reason(row.id, self._detector_folder)
            action.setEnabled(reason is None)
            note = " ".join(error_text(reason)) if reason else message(row.licence or row.label)
            action.setToolTip(note)
        menu.addSeparator()
        menu.addAction(tr("Choose the folder with the weights…"), self.ask_detector_folder)

    @property
    def _detector_folder(self) -> str:
        return str(self._session.settings.get("detector_folder", ""))

    def detect(self, row: Detector) -> None:
        """Queue the control image that a detector makes of the visible picture."""
        options = {"folder": self._detector_folder}
        name = message(CONTROL_KINDS[row.control].label)
        self._try(partial(self._session.annotate, row.id, row.control, options, name))

    def ask_detector_folder(self) -> None:
        """Ask for the folder of the detectors' weights, and show which were found in it."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Folder with detector weights"))
        if name:
            self.use_detector_folder(name)

    def use_detector_folder(self, folder: str) -> None:
        """Store the folder if it contains the weights of any detector."""
        there = find_detectors(folder)
        if not there:
            error = detector_reason(next(iter(DETECTORS)), folder)
            if error is not None:
                self._parts.messages.show_error(error)
            return
        self._session.settings.set("detector_folder", folder)
        names = ", ".join(message(row.label) for row in there)
        self._parts.messages.show_notice(tr("Found: {names}", names=names))

    def slots(self) -> dict[str, Callable[[], object]]:
        """Return the slots of the menu rows by their ids."""
        return {
            "control_canny": partial(self.ask_edges, "canny"),
            "control_lineart": partial(self.ask_edges, "lineart"),
            **{f"control_{kind}": partial(self.annotate, kind) for kind in BY_NETWORK},
            "control_depth": self.add_depth,
            "control_segmentation": partial(self.annotate, "segmentation"),
            "control_figure": self.add_figure,
            "control_used": self.toggle_used,
        }

    def annotate(self, kind: str, options: dict[str, Any] | None = None) -> None:
        """Queue the control image of the visible picture."""
        name = message(CONTROL_KINDS[kind].label)
        self._try(partial(self._session.annotate, kind, kind, options, name))

    def ask_edges(self, kind: str) -> None:
        """Ask for the options of the edge detection, with a preview, and queue it."""
        document = self._session.document
        picture = partial(visible_rgb, document, document.rect)
        title = message(CONTROL_KINDS[kind].label)
        window, background = self._window, self._parts.background
        dialog = AnnotateDialog(kind, title, picture, document.rect, background, window)
        dialog.scales["side"].show_value(self._side())
        accepted = dialog.exec()
        options = dialog.options
        dialog.deleteLater()
        if accepted:
            self.annotate(kind, options)

    def _side(self) -> int:
        """Return the resolution of the edges in the crop of the next edit."""
        document, settings = self._session.document, self._session.edit_settings
        try:
            native = models.identify(settings.model).native_size
        except StudioError:
            return STANDARD_SIDE
        canvas, mask = document.rect, edit_mask(document)
        region = canvas
        if mask is not None:
            place = mask.bounds().intersect(canvas)
            region = region_around(place, canvas, settings.padding)
        longer = max(region.width, region.height)
        side = native * max(canvas.width, canvas.height) / longer
        return round(min(max(side, 2 * LEAST), 32 * LEAST))

    def add_depth(self) -> None:
        """Add a depth layer derived from the order of the layers."""
        document = self._session.document
        label = message(CONTROL_KINDS["depth"].label)
        self._add_later(
            lambda progress: control_layer("depth", depth_from_layers(document), label),
            "Depth from the layers",
        )

    def add_figure(self) -> None:
        """Add a standing figure to the pose layer, or to a new one."""

        def add() -> None:
            picked = add_person(self._session, "standing", message(CONTROL_KINDS[POSE].label))
            self._parts.tool_options.picked_joint = picked
            self._parts.tool_bar.choose(spec("pose"))

        self._try(add)

    def add_empty(self, kind: str) -> None:
        """Add a black control layer of a kind to paint on."""
        if kind == POSE:
            self.add_figure()
            return
        document = self._session.document
        black = np.zeros((document.height, document.width, 3), np.uint8)
        layer = control_layer(kind, black, message(CONTROL_KINDS[kind].label))
        self._window.layer_commands.add_control(layer, "Empty control layer")

    def ask_file(self, kind: str) -> None:
        """Ask for a map, or for a pose in JSON."""
        names = tr("Pictures (*.png *.jpg *.jpeg *.webp *.ora *.psd)")
        if kind == POSE:
            names = tr("Poses (*.json *.png *.jpg *.jpeg *.webp)")
        window, background = self._window, self._parts.background
        name = ask_picture(window, tr("Control from a file"), "", names, background)
        if name:
            self.add_file(kind, Path(name))

    def add_file(self, kind: str, path: Path) -> None:
        """Add a control layer from a file."""

        document = self._session.document
        self._add_later(lambda progress: load_control(kind, path, document), "Control from a file")

    def _add_later(self, work: Callable[[Progress], ControlLayer], label: str) -> None:
        """Make a control layer on the thread pool and add it to the document open at the call."""
        page, history = self._window.page, self._session.history

        def add(layer: ControlLayer) -> None:
            if page.is_open and page.session.history is history:
                page.layer_commands.add_control(layer, label)

        self._parts.background.run(work, add, self._failed, owner=self)

    def toggle_used(self) -> None:
        """Switch the active control layer on or off for edits."""
        layer = self._session.document.active_layer()
        if isinstance(layer, ControlLayer):
            self._window.layer_commands.change_settings(layer.id, {"used": not layer.control.used})
