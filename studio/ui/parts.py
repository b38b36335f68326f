"""What a window is furnished with; importing this brings numpy, OpenCV and most of Qt along."""

from studio.ui.actions import Menus
from studio.ui.canvas_view import CanvasView
from studio.ui.colour_pair import ColourPair
from studio.ui.commands import Commands
from studio.ui.crash_dialog import CrashHandler
from studio.ui.document_page import DocumentPage
from studio.ui.document_tabs import DocumentTabs
from studio.ui.documents import Documents
from studio.ui.edit_commands import EditCommands
from studio.ui.figure_menu import FigureMenu
from studio.ui.files import Files
from studio.ui.focus import Focus
from studio.ui.history_panel import HistoryPanel
from studio.ui.icons import Icons
from studio.ui.keymap import Keymap
from studio.ui.layer_commands import LayerCommands
from studio.ui.layers_panel import LayersPanel
from studio.ui.message_bar import MessageBar
from studio.ui.models_panel import ModelsPanel
from studio.ui.previews import Previews
from studio.ui.prompt_panel import PromptPanel
from studio.ui.queue_panel import QueuePanel
from studio.ui.reference_sources import SessionReferences
from studio.ui.references_panel import ReferencesBox
from studio.ui.region_sources import SessionPlaces
from studio.ui.region_watch import RegionWatch
from studio.ui.regions_panel import RegionsBox
from studio.ui.start_page import StartPage
from studio.ui.status_line import StatusLine
from studio.ui.subjects_panel import SubjectsPanel
from studio.ui.tool_bars import OptionsBar, ToolBar
from studio.ui.tray_panel import TrayPanel
from studio.ui.welcome import WelcomeStrip
from studio.ui.widgets import IconHolder
from studio.ui.without_document import WithoutDocument
from studio.ui.words_panel import WordsPanel

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
    "Previews",
    "PromptPanel",
    "QueuePanel",
    "ReferencesBox",
    "RegionWatch",
    "RegionsBox",
    "SessionPlaces",
    "SessionReferences",
    "StartPage",
    "StatusLine",
    "SubjectsPanel",
    "ToolBar",
    "TrayPanel",
    "WelcomeStrip",
    "WithoutDocument",
    "WordsPanel",
]
