"""The parts of a window shared by all its documents."""

from __future__ import annotations

from dataclasses import dataclass

from studio.tools.context import ToolOptions
from studio.ui.bars.colour_pair import ColourPair
from studio.ui.bars.message_bar import MessageBar
from studio.ui.bars.tool_bars import OptionsBar, ToolBar
from studio.ui.commands.actions import Menus
from studio.ui.dialogs.crash_dialog import CrashHandler
from studio.ui.documents.files import Files
from studio.ui.keys.keymap import Keymap
from studio.ui.models.models_panel import ModelsPanel
from studio.ui.threads.background import Background
from studio.ui.threads.engine_thread import EngineThread
from studio.ui.training.subjects_panel import SubjectsPanel
from studio.ui.widgets.widgets import IconHolder


@dataclass(frozen=True)
class SharedParts:
    """The targets of commands, besides the page in front (``CurrentPage``)."""

    engine: EngineThread
    background: Background
    icons: IconHolder
    keymap: Keymap
    menus: Menus
    tool_options: ToolOptions
    tool_bar: ToolBar
    options_bar: OptionsBar
    colours: ColourPair
    messages: MessageBar
    crash: CrashHandler
    files: Files
    models: ModelsPanel
    subjects: SubjectsPanel
