"""One open document with its canvas and its panels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from studio.edit.request import EditResult
from studio.edit.steering import Region
from studio.session.jobs import Job
from studio.session.rewrites import only_reads
from studio.session.session import Session
from studio.session.whereabouts import model_folders
from studio.tools.context import PickedJoint, ToolOptions
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.canvas.overlays import REGION_COLOURS, mask_colour
from studio.ui.canvas.previews import Previews
from studio.ui.documents.encode_ahead import EncodeAhead
from studio.ui.documents.forecast_watch import ForecastWatch
from studio.ui.documents.history_panel import HistoryPanel
from studio.ui.documents.locks import FileLock
from studio.ui.documents.object_watch import ObjectWatch
from studio.ui.documents.place_watch import PlaceWatch
from studio.ui.documents.region_watch import RegionWatch
from studio.ui.layers.layer_commands import LayerCommands
from studio.ui.layers.layers_panel import LayersPanel
from studio.ui.prompt.loras_panel import LorasBox
from studio.ui.prompt.prompt_panel import PromptPanel
from studio.ui.prompt.reference_sources import SessionReferences
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.prompt.region_sources import SessionPlaces
from studio.ui.prompt.regions_panel import RegionsBox
from studio.ui.results.tray_panel import TrayPanel
from studio.ui.rewrite.rewrite_panel import RewritePanel
from studio.ui.threads.background import Background
from studio.ui.widgets.listening import listen
from studio.ui.widgets.theme import Theme
from studio.ui.widgets.translation import tr
from studio.ui.widgets.widgets import IconHolder


@dataclass(frozen=True)
class PageParts:
    """The parts of a window that each of its pages uses."""

    icons: IconHolder
    tool_options: ToolOptions
    background: Background
    locks: Path
    """The folder of the locks of open files."""
    is_calm: Callable[[], bool]
    """Whether the engine is loaded and no work in the background is running."""


class DocumentPage(QObject):
    """Holds a session and its connected widgets; the window connects them to the rest.

    ``close`` releases all of it.
    """

    renamed = Signal()
    """The ``title`` has changed."""

    def __init__(self, session: Session, parts: PageParts, parent: QObject) -> None:
        super().__init__(parent)
        self.session = session
        self.lock = FileLock(parts.locks)
        self.is_open = True
        self.is_in_front = False
        """``Documents`` sets it."""
        self._is_sample = False
        self.number = 1
        """Distinguishes it from the other documents without a file."""
        self._aims: tuple[PickedJoint | None, bool] = (None, False)
        self.has_news = False
        """A result arrived while another page was in front."""
        self.words_for = ""
        """The model whose vocabulary the prompt completes with."""
        # The window's icon holder would keep the widgets of a closed page alive.
        self.icons = IconHolder(parts.icons.icons)
        self.canvas = CanvasView(session, parts.tool_options)
        self.canvas.set_theme(parts.icons.icons.theme)
        self.canvas.set_mask_colour(self._mask_colour())
        self.layer_commands = LayerCommands(session, self)
        source, background = SessionReferences(session), parts.background
        self.references = ReferencesBox(self.icons, session.edit_state, source, background)
        state = session.edit_state
        self.regions = RegionsBox(
            self.icons, state, SessionPlaces(session), source, self.references, background
        )
        self.loras = LorasBox(
            self.icons, state, lambda: model_folders(session.shared.settings), background
        )
        self.prompt = PromptPanel(
            self.icons,
            session.shared.prompt_history,
            state,
            self.references,
            self.regions,
            self.loras,
        )
        self.words = RewritePanel(session, background, self.icons)
        self.layers = LayersPanel(session, self.layer_commands, self.icons)
        self.history = HistoryPanel(session, self.icons)
        self.tray = TrayPanel(session, self.icons)
        self.previews = Previews(session, self.canvas, self.icons)
        self.place_watch = PlaceWatch(session, self.prompt, self.canvas, background)
        self.forecast_watch = ForecastWatch(session, self.prompt, background)
        self.region_watch = RegionWatch(
            session, self.canvas, background, lambda: self.is_in_front, self
        )
        self.object_watch = ObjectWatch(
            session, self.canvas, background, lambda: self.is_in_front, self
        )
        self.encode_ahead = EncodeAhead(
            session,
            self.canvas,
            self.object_watch.finder.pictures,
            lambda: self.is_in_front and parts.is_calm(),
            self,
        )
        self._title = self.title
        self._connect()

    @property
    def panels(self) -> dict[str, QWidget]:
        """The panels by the names of their docks."""
        return {
            "prompt": self.prompt,
            "words": self.words,
            "layers": self.layers,
            "history": self.history,
            "tray": self.tray,
        }

    @property
    def title(self) -> str:
        """The name of the document shown to the artist."""
        if self.session.title:
            return self.session.title
        if self.is_sample:
            return tr("Sample photo")
        return tr("Untitled") if self.number == 1 else tr("Untitled {number}", number=self.number)

    @property
    def is_sample(self) -> bool:
        """Whether it is the sample photo, which has no file of its own."""
        return self._is_sample

    @is_sample.setter
    def is_sample(self, value: bool) -> None:
        self._is_sample = value
        self._check_title()

    @property
    def is_untouched(self) -> bool:
        """Whether the document has no changes, no prompt, no jobs and no results."""
        session = self.session
        history, prompt = session.history, self.prompt.prompt.toPlainText().strip()
        touched = len(history.entries) > 1 or history.is_editing or session.is_modified
        asked = session.document.results or session.queue.of(session)
        return not (touched or asked or prompt)

    @property
    def can_be_replaced(self) -> bool:
        """Whether another document may reuse this page."""
        session = self.session
        return session.is_blank or (self.is_sample and not session.path and self.is_untouched)

    def leave(self) -> None:
        """End strokes, held keys and comparisons, since another page comes to the front.

        A stroke is kept as far as it was drawn. The target of keys and brushes (a joint, a layer
        mask) belongs to the document and is kept until it is in front again.
        """
        self.canvas.input.finish()
        self.session.hold_before(False)
        options = self.canvas.context.options
        self._aims = options.picked_joint, options.paint_layer_mask

    def come_to_front(self) -> None:
        """Restore the joint or layer mask that keys and brushes acted on when the page was left."""
        options = self.canvas.context.options
        options.picked_joint, options.paint_layer_mask = self._aims
        self.encode_ahead.rest()

    def _connect(self) -> None:
        session = self.session
        for event in (session.opened, session.committed):
            listen(self, event, self._check_title)
        listen(self, session.queue.finished, self._on_job_over)
        listen(self, session.queue.failed, self._on_job_failed)
        self.canvas.apply_asked.connect(self.tray.apply_selected)
        self.canvas.discard_asked.connect(self.tray.discard_selected)
        self.regions.pointed.connect(self._on_region)

    def _check_title(self) -> None:
        """Emit ``renamed`` if the title has changed."""
        if self.title != self._title:
            self._title = self.title
            self.renamed.emit()

    def _on_region(self, region: Region | None) -> None:
        where = region.where if region is not None else None
        self.canvas.show_place(where, REGION_COLOURS[region.number if region is not None else 0])

    # Jobs

    def _on_job_over(self, job: Job, result: object) -> None:
        if not self.session.owns(job):
            return
        if isinstance(result, EditResult) and result.seeds and not only_reads(result.request):
            self.prompt.form.note_seed(result.seeds[0])

    def _on_job_failed(self, job: Job, error: BaseException) -> None:
        if self.session.owns(job):
            self.tray.refresh()

    # Look

    def apply_theme(self, theme: Theme) -> None:
        """Show another theme."""
        self.icons.refresh()
        self.canvas.set_theme(theme)
        self.canvas.set_mask_colour(self._mask_colour())
        self.layers.refresh()
        self.history.refresh()

    def _mask_colour(self) -> tuple[int, int, int]:
        return mask_colour(self.session.settings.get("mask_colour", ""))

    def close(self) -> None:
        """Discard the document with its jobs, its journal and its lock, and remove the widgets."""
        self.is_open = False
        self.canvas.input.cancel()
        self.session.close()
        self.lock.release()
        for widget in (self.canvas, *self.panels.values()):
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        self.deleteLater()
