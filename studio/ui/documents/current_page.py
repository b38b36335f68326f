"""Access to the parts of the document in front, as if the window had only one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget, QMainWindow, QWidget

from studio.core.settings import Settings

if TYPE_CHECKING:
    from studio.session.session import Session
    from studio.ui.canvas.canvas_view import CanvasView
    from studio.ui.documents.document_page import DocumentPage
    from studio.ui.documents.documents import Documents
    from studio.ui.documents.history_panel import HistoryPanel
    from studio.ui.documents.locks import FileLock
    from studio.ui.documents.start_page import StartPage
    from studio.ui.layers.layer_commands import LayerCommands
    from studio.ui.layers.layers_panel import LayersPanel
    from studio.ui.prompt.prompt_panel import PromptPanel
    from studio.ui.prompt.references_panel import ReferencesBox
    from studio.ui.prompt.regions_panel import RegionsBox
    from studio.ui.results.tray_panel import TrayPanel
    from studio.ui.rewrite.rewrite_panel import RewritePanel


class CurrentPage(QMainWindow):
    """Returns the parts of ``documents.current`` at each call; store none, since they change.

    There is always a page; without a document its session is blank. Parts of the window that act
    on the page in front are created with this class and the shared parts that they need.
    """

    documents: Documents
    settings: Settings
    docks: dict[str, QDockWidget]
    start_page: StartPage

    @property
    def page(self) -> DocumentPage:
        """The page that is in front."""
        return self.documents.current

    @property
    def session(self) -> Session:
        """The session of its document."""
        return self.page.session

    @property
    def has_document(self) -> bool:
        """Whether a document is open."""
        return not self.session.is_blank

    @property
    def middle(self) -> QWidget:
        """The central widget with the focus: the canvas, or the start page."""
        return self.canvas if self.has_document else self.start_page

    @property
    def canvas(self) -> CanvasView:
        """Its canvas."""
        return self.page.canvas

    @property
    def layer_commands(self) -> LayerCommands:
        """The commands on its layers."""
        return self.page.layer_commands

    @property
    def lock(self) -> FileLock:
        """The lock of its file."""
        return self.page.lock

    @property
    def references(self) -> ReferencesBox:
        """Its references."""
        return self.page.references

    @property
    def regions(self) -> RegionsBox:
        """Its region prompts."""
        return self.page.regions

    @property
    def prompt(self) -> PromptPanel:
        """Its prompt panel."""
        return self.page.prompt

    @property
    def words(self) -> RewritePanel:
        """Its rewrite panel."""
        return self.page.words

    @property
    def layers(self) -> LayersPanel:
        """Its layers panel."""
        return self.page.layers

    @property
    def history(self) -> HistoryPanel:
        """Its history panel."""
        return self.page.history

    @property
    def tray(self) -> TrayPanel:
        """Its results tray."""
        return self.page.tray
