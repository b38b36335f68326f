"""The main window: the canvas, the panels around it, and their connections."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QChildEvent, QEvent, Qt, QTimer
from PySide6.QtGui import (
    QCloseEvent,
    QDragEnterEvent,
    QDropEvent,
    QKeyEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QDockWidget,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from studio.core.errors import Cancelled, StudioError
from studio.core.settings import Settings
from studio.ui.documents.current_page import CurrentPage
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import message, tr
from studio.ui.window import window_layout
from studio.ui.window.folding import keeps_size

# The panels' imports (numpy, OpenCV, most of Qt) are loaded by ``furnish``, after the
# first paint.
if TYPE_CHECKING:
    from studio.core.notices import Notice
    from studio.session.jobs import Job
    from studio.session.session import Session
    from studio.tools.registry import ToolSpec
    from studio.ui.documents.document_page import DocumentPage
    from studio.ui.threads.background import Background
    from studio.ui.threads.engine_thread import EngineThread

STOP_TIMEOUT = 20.0


class MainWindow(CurrentPage):
    """Shows the open documents; its parts are created by ``app.build``.

    It is built in two steps: an empty window that can be shown at once, then ``furnish``.
    """

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.is_furnished = False
        self.stopped_cleanly = True
        self.setWindowTitle("Lienzo")
        window_layout.place_window(self, settings)

    def furnish(
        self, session: Session, engine: EngineThread, background: Background, locks: Path
    ) -> None:
        """Create the canvas, the panels and the menus, and connect them."""
        from studio.tools.context import ToolOptions
        from studio.tools.registry import TOOLS
        from studio.ui.widgets import theme
        from studio.ui.window import parts

        self.setUpdatesEnabled(False)
        self.engine = engine
        self.background = background
        self.tool_options = ToolOptions()
        chosen = theme.theme_of(self.settings.get("theme", "dark"))
        self.icons = parts.IconHolder(parts.Icons(chosen))
        self.files = parts.Files(background, self)
        self.crash = parts.CrashHandler(self)
        self.keymap = parts.Keymap(self.settings, self)
        self.installEventFilter(self.keymap)
        self.tool_bar = parts.ToolBar(self.icons, self.keymap)
        shared = parts.PageParts(
            self.icons,
            self.tool_options,
            background,
            locks,
            lambda: engine.is_warm and not background.is_busy,
        )
        self.documents = parts.Documents(session, shared, self)
        self._build_panels()
        self._build_center()
        self._build_docks()
        self.menus = parts.Menus(self.menuBar(), self, self.icons, self.keymap)
        self.status = parts.StatusLine(self.canvas, self.icons)
        self.status.engine_pid = engine.engine_pid
        self.setStatusBar(self.status)
        self._build_commands()
        self.keymap.refresh()
        self._connect()
        self.arrangement = window_layout.WindowLayout(self)
        self._join(self.page)
        self.tool_bar.choose(TOOLS[0])
        self.is_furnished = True
        self._on_switched()
        self.setUpdatesEnabled(True)

    # Building

    def _build_commands(self) -> None:
        from studio.ui.window import parts

        shared = parts.SharedParts(
            self.engine,
            self.background,
            self.icons,
            self.keymap,
            self.menus,
            self.tool_options,
            self.tool_bar,
            self.options_bar,
            self.colours,
            self.messages,
            self.crash,
            self.files,
            self.models,
            self.subjects,
        )
        self.commands = parts.Commands(self, shared)
        self.without_document = parts.WithoutDocument(self, shared, self.status, self.welcome)
        self.edit_commands = parts.EditCommands(self, shared, self.without_document.refuses)
        self.menus.connect({"panels_reset": self.reset_docks})

    def _build_panels(self) -> None:
        from studio.ui.window import parts

        self.models = parts.ModelsPanel(self.background, self.icons)
        self.subjects = parts.SubjectsPanel(self.session, self.icons)
        self.queue = parts.QueuePanel(self.session.queue, self.icons, self.documents.name)
        self.options_bar = parts.OptionsBar(self.tool_options, self.icons)
        self.figures = parts.FigureMenu(self.tool_options, self.icons, self)
        self.options_bar.figure.setMenu(self.figures.menu)
        self.colours = parts.ColourPair(self.tool_options, self.options_bar, self.icons)
        self.tool_bar.addSeparator()
        self.tool_bar.addWidget(self.colours)

    def _build_center(self) -> None:
        from studio.ui.window import parts

        self.welcome = parts.WelcomeStrip(self.icons)
        if not self.settings.get("show_welcome", True):
            self.welcome.hide()
        self.messages = parts.MessageBar(self.icons, self.documents.canvases)
        self.start_page = parts.StartPage(self.icons, self.background, lambda: self.files.recent)
        self.documents.canvases.addWidget(self.start_page)
        center = QWidget()
        column = QVBoxLayout(center)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.welcome)
        self.tabs = parts.DocumentTabs(self.documents, self.icons)
        self.tabs.close_asked.connect(self.files.close_pages)
        column.addWidget(self.tabs)
        column.addWidget(self.documents.canvases, 1)
        self.setCentralWidget(center)

    def _build_docks(self) -> None:
        area = Qt.DockWidgetArea
        self.setObjectName("main")
        self.setDockNestingEnabled(True)
        self.setCorner(Qt.Corner.BottomRightCorner, area.RightDockWidgetArea)
        self.addToolBar(Qt.ToolBarArea.TopToolBarArea, self.options_bar)
        self.addToolBar(Qt.ToolBarArea.LeftToolBarArea, self.tool_bar)
        self.docks = {}
        stacks = self.documents.stacks
        for name, title, panel, place in (
            ("prompt", tr("Prompt"), stacks["prompt"], area.RightDockWidgetArea),
            ("words", tr("Edit by words"), stacks["words"], area.RightDockWidgetArea),
            ("layers", tr("Layers"), stacks["layers"], area.RightDockWidgetArea),
            ("history", tr("History"), stacks["history"], area.RightDockWidgetArea),
            ("models", tr("Models"), self.models, area.RightDockWidgetArea),
            ("subjects", tr("Subjects"), self.subjects, area.RightDockWidgetArea),
            ("tray", tr("Results"), stacks["tray"], area.BottomDockWidgetArea),
            ("queue", tr("Queue"), self.queue, area.BottomDockWidgetArea),
        ):
            dock = QDockWidget(title, self)
            dock.setObjectName(f"dock_{name}")
            dock.setAccessibleName(title)
            dock.setWidget(panel)
            keeps_size(panel)
            self.addDockWidget(place, dock)
            self.docks[name] = dock

    def reset_docks(self) -> None:
        """Restore the panels' initial arrangement."""
        self.arrangement.reset()

    def _connect(self) -> None:
        from studio.ui.window import parts

        shared = self.session.shared
        listen(self, shared.noticed, self._on_notice)
        listen(self, shared.failed, self.messages.show_error)
        listen(self, shared.queue.failed, self._on_job_failed)
        listen(self, shared.queue.finished, lambda job, _: self.messages.settle(job.about))
        self.documents.added.connect(self._join)
        self.documents.switched.connect(self._on_switched)
        self.documents.changed.connect(self._on_pages)
        self.documents.changed.connect(self.update_title)
        self.documents.changed.connect(self.queue.refresh)
        self.figures.refused.connect(self.messages.show_error)
        self.figures.told.connect(self.messages.show_notice)
        self.figures.done.connect(lambda: self.canvas.show_picked())
        self.focus = parts.Focus(self, self.docks.values())
        self.messages.left.connect(self.focus.to_canvas)
        self.commands.submitted.connect(self.focus.to_canvas)
        self.commands.look_changed.connect(self.apply_theme)
        self.welcome.step_chosen.connect(self.commands.take_step)
        self.welcome.closed.connect(lambda: self.settings.set("show_welcome", False))
        self.focus.return_pressed.connect(lambda: self.tray.apply_selected())
        self.commands.models.get.online.connect(self.status.show_online)
        self.files.refused.connect(self.messages.show_error)
        self.files.settled.connect(self.messages.settle)
        self.files.told.connect(self.messages.show_notice)
        self.files.crashed.connect(self.crash.report)
        # Qt reports a panel behind another one as visible; only its dock has the right state.
        self.docks["models"].visibilityChanged.connect(self.models.set_seen)
        self.tool_bar.chosen.connect(self._on_tool)
        self.options_bar.changed.connect(lambda: self.canvas.update())
        self.setAcceptDrops(True)

    def _join(self, page: DocumentPage) -> None:
        """Connect a new page to the window."""
        session = page.session
        listen(page, session.opened, self.without_document.follow)
        for event in (session.opened, session.committed):
            listen(page, event, self.update_title)
        listen(page, session.opened, self._show_kind)
        listen(page, session.opened, partial(self.messages.opened, session))
        listen(page, session.changed, self._show_kind)
        listen(page, session.noticed, self._on_notice)
        listen(page, session.failed, partial(self._on_failed, session))
        listen(page, session.journal_written, partial(self.messages.settle, ("journal", session)))
        page.canvas.refused.connect(self.messages.show_error)
        page.canvas.used.connect(self.messages.settle)
        page.canvas.color_picked.connect(self.options_bar.show_options)
        page.canvas.picked.connect(self.options_bar.show_picked)
        page.layer_commands.refused.connect(self.messages.show_error)
        page.layer_commands.done.connect(self.messages.settle)
        for box in (page.references, page.regions, page.loras):
            box.failed.connect(self.messages.show_error)
            box.crashed.connect(self.crash.report)
        page.tray.left.connect(self.focus.to_canvas)
        page.tray.refused.connect(self.messages.show_error)
        page.words.asked.connect(self.focus.to_canvas)
        page.region_watch.told.connect(self.status.show_work)
        page.region_watch.crashed.connect(self.crash.report)
        self.tool_bar.chosen.connect(page.region_watch.use_tool)
        page.region_watch.use_tool(self.tool_bar.current)
        page.object_watch.told.connect(self.status.show_work)
        page.object_watch.crashed.connect(self.crash.report)
        page.object_watch.refused.connect(self.messages.show_error)
        self.tool_bar.chosen.connect(page.object_watch.use_tool)
        page.object_watch.use_tool(self.tool_bar.current)
        self.keymap.serve(page.canvas)
        self.commands.join(page)
        self.arrangement.folding.watch(page, page.session)
        self.arrangement.watch_prompt(page.prompt)

    def _on_switched(self) -> None:
        """Switch the shared parts to the document in front."""
        self.status.follow(self.canvas)
        self.without_document.follow()
        self.focus.follow()
        self._on_tool(self.tool_bar.current)
        self._show_kind()
        self.commands.follow()
        self.page.region_watch.come_to_front()
        self.page.object_watch.come_to_front()
        self.update_title()

    # Display

    def update_title(self) -> None:
        """Show the document's name and state in the title bar, and update undo and redo."""
        session = self.session
        name = f"{self.page.title}[*] - " if self.has_document else ""
        self.setWindowTitle(f"{name}Lienzo")
        self.setWindowModified(self.has_document and session.is_modified)
        self.commands.update_enabled()

    def apply_theme(self) -> None:
        """Show the theme of the settings."""
        from studio.ui.widgets import theme

        app = QApplication.instance()
        chosen = theme.theme_of(self.settings.get("theme", "dark"))
        if isinstance(app, QApplication):
            theme.apply(app, chosen)
        self.icons.icons.theme = chosen
        self.icons.refresh()
        for page in self.documents.pages:
            page.apply_theme(chosen)

    def _on_tool(self, spec: ToolSpec) -> None:
        self.canvas.set_tool(spec, spec.create())
        self.options_bar.show_tool(spec)

    def _show_kind(self, *_: object) -> None:
        from studio.tools.control_layers import active_kind

        self.options_bar.show_kind(active_kind(self.session.document))

    def _on_notice(self, notice: Notice) -> None:
        self.messages.show_notice(message(notice.message, notice.values))

    def _on_failed(self, session: Session, error: StudioError) -> None:
        from studio.session.journal import JournalError

        about = ("journal", session) if isinstance(error, JournalError) else None
        self.messages.show_error(error, about, session)

    def _on_pages(self) -> None:
        self.messages.forget_closed([page.session for page in self.documents.pages])

    # Jobs

    def _on_job_failed(self, job: Job, error: BaseException) -> None:
        """Show the error of a job; a cancelled job has none, and a batch shows its own."""
        if isinstance(error, StudioError):
            is_shown = job.owner is None or self.documents.owner(job.owner) is not None
            if is_shown and not (job.cancelled.is_set() or job.is_ahead):
                self.messages.show_error(error, job.about, job.owner)
        elif not isinstance(error, Cancelled):
            self.crash.report(error)

    # Events

    def childEvent(self, event: QChildEvent) -> None:
        """Name the tab bars of docked panels, which Qt creates on demand."""
        super().childEvent(event)
        child = event.child()
        if event.polished() and isinstance(child, QTabBar):
            child.setAccessibleName(tr("Panels"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Handle keys that no widget accepted: Esc, Return, and backslash, held to compare."""
        if self.is_furnished and (self.focus.pressed(event) or self.keymap.pressed(event)):
            return
        if event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self.session.hold_before(True)
            return
        super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """End the comparison."""
        if event.key() == Qt.Key.Key_Backslash and not event.isAutoRepeat():
            self.session.hold_before(False)
            return
        super().keyReleaseEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """End the comparison when another program gets the focus, and with it the key release."""
        super().changeEvent(event)
        leaves = event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow()
        if leaves and self.is_furnished:
            self.session.hold_before(self.menus.actions["compare"].isChecked())

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Accept files and pictures."""
        if event.mimeData().hasUrls() or event.mimeData().hasImage():
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Open files in tabs; with Shift, or on the layers panel, place them as layers.

        Models are listed and chosen, wherever they are dropped.
        """
        paths = [Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile()]
        shift = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        part = self.childAt(event.position().toPoint())
        on_layers = part is not None and self.docks["layers"].isAncestorOf(part)
        event.acceptProposedAction()
        paths = self.commands.models.take_dropped(paths)
        if paths:
            place = self.has_document and (shift or on_layers)
            # Deferred, so that the source program of the drop need not wait.
            QTimer.singleShot(0, self, lambda: self.files.open_dropped(paths, place=place))
        elif event.mimeData().hasImage():
            self.commands.drop_picture(event.mimeData().imageData())

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about unsaved changes, then stop everything within a time limit."""
        if not self.is_furnished:
            event.accept()
            return
        if not self.files.may_quit():
            event.ignore()
            return
        self.edit_commands.show_panels()
        self.arrangement.remember()
        self.hide()
        self.commands.subjects.close()
        # There is no question about a training: it keeps its checkpoint and can be resumed.
        self.session.queue.clear()
        ended = self.commands.models.get.close(STOP_TIMEOUT)
        ended = self.background.stop(STOP_TIMEOUT) and ended
        self.stopped_cleanly = self.engine.stop(STOP_TIMEOUT) and ended
        self.documents.close_all()
        self.crash.remove()
        event.accept()
