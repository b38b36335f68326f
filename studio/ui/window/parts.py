"""The parts of a window; importing this module loads numpy, OpenCV and most of Qt."""

from studio.ui.bars.colour_pair import ColourPair
from studio.ui.bars.message_bar import MessageBar
from studio.ui.bars.status_line import StatusLine
from studio.ui.bars.tool_bars import OptionsBar, ToolBar
from studio.ui.canvas.canvas_view import CanvasView
from studio.ui.canvas.previews import Previews
from studio.ui.commands.actions import Menus
from studio.ui.commands.commands import Commands
from studio.ui.commands.edit_commands import EditCommands
from studio.ui.commands.figure_menu import FigureMenu
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.crash_dialog import CrashHandler
from studio.ui.documents.document_page import DocumentPage, PageParts
from studio.ui.documents.document_tabs import DocumentTabs
from studio.ui.documents.documents import Documents
from studio.ui.documents.files import Files
from studio.ui.documents.history_panel import HistoryPanel
from studio.ui.documents.region_watch import RegionWatch
from studio.ui.documents.start_page import StartPage
from studio.ui.keys.keymap import Keymap
from studio.ui.layers.layer_commands import LayerCommands
from studio.ui.layers.layers_panel import LayersPanel
from studio.ui.models.models_panel import ModelsPanel
from studio.ui.prompt.prompt_panel import PromptPanel
from studio.ui.prompt.reference_sources import SessionReferences
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.prompt.region_sources import SessionPlaces
from studio.ui.prompt.regions_panel import RegionsBox
from studio.ui.results.queue_panel import QueuePanel
from studio.ui.results.tray_panel import TrayPanel
from studio.ui.rewrite.rewrite_panel import RewritePanel
from studio.ui.training.subjects_panel import SubjectsPanel
from studio.ui.widgets.icons import Icons
from studio.ui.widgets.widgets import IconHolder
from studio.ui.window.focus import Focus
from studio.ui.window.welcome import WelcomeStrip
from studio.ui.window.without_document import WithoutDocument

__all__ = [
    "CanvasView",
    "ColourPair",
    "Commands",
    "CrashHandler",
    "DocumentPage",
    "DocumentTabs",
    "Documents",
    "EditCommands",
    "FigureMenu",
    "Files",
    "Focus",
    "HistoryPanel",
    "IconHolder",
    "Icons",
    "Keymap",
    "LayerCommands",
    "LayersPanel",
    "Menus",
    "MessageBar",
    "ModelsPanel",
    "OptionsBar",
    "PageParts",
    "Previews",
    "PromptPanel",
    "QueuePanel",
    "ReferencesBox",
    "RegionWatch",
    "RegionsBox",
    "RewritePanel",
    "SessionPlaces",
    "SessionReferences",
    "SharedParts",
    "StartPage",
    "StatusLine",
    "SubjectsPanel",
    "ToolBar",
    "TrayPanel",
    "WelcomeStrip",
    "WithoutDocument",
]
