"""The slots of the menu rows, which connect the window's parts and touch no pixels."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QMenu

from studio import __version__
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.document import Document
from studio.document.layer import ControlLayer, GenerativeLayer
from studio.edit.request import Task
from studio.session.requests import shown_settings
from studio.session.rewrites import is_rewritten
from studio.ui.bars.message_bar import name_of
from studio.ui.commands.adjustment_commands import AdjustmentCommands
from studio.ui.commands.control_commands import ControlCommands
from studio.ui.commands.first_steps import FirstSteps
from studio.ui.commands.generations_commands import GenerationsCommands
from studio.ui.commands.mask_commands import MaskCommands
from studio.ui.commands.model_commands import ModelCommands
from studio.ui.commands.object_commands import ObjectCommands
from studio.ui.commands.photo_commands import PhotoCommands
from studio.ui.commands.rewrite_commands import RewriteCommands
from studio.ui.commands.settings_offer import SettingsOffer
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.commands.subject_commands import SubjectCommands
from studio.ui.commands.word_commands import WordCommands
from studio.ui.dialogs.canvas_dialog import CanvasDialog
from studio.ui.dialogs.forms import AboutDialog, select_dialog
from studio.ui.dialogs.guide_viewer import GuideViewer
from studio.ui.dialogs.new_dialog import NewDialog, ask_new
from studio.ui.dialogs.preferences import PreferencesDialog
from studio.ui.documents import clipboard
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.documents.file_names import short_names
from studio.ui.documents.sample import sample_photo
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import language_of, message

if TYPE_CHECKING:
    from studio.session.session import Session

LAYER_BUTTONS = (
    ("layer_add", "ph.plus"),
    ("layer_group", "ph.folder"),
    ("mask_add", "ph.aperture"),
    ("layer_duplicate", "ph.copy"),
    ("layer_rerun", "ph.arrows-clockwise"),
    ("layer_recipe", "ph.pencil-simple"),
    ("layer_delete", "ph.trash"),
)


LAYER_ROWS = {
    "layer_add": "add",
    "layer_duplicate": "duplicate",
    "layer_delete": "delete",
    "layer_visible": "toggle_active_visible",
    "layer_locked": "toggle_active_locked",
    "layer_raise": "raise_active",
    "layer_lower": "lower_active",
    "layer_group": "group",
    "layer_ungroup": "ungroup",
    "layer_merge": "merge_down",
    "blend_next": "next_blend",
    "blend_previous": "previous_blend",
    "layer_flatten": "flatten",
    "mask_add": "add_mask",
    "mask_toggle": "toggle_active_mask",
    "mask_invert": "invert_layer_mask",
    "mask_delete": "delete_mask",
    "crop": "crop",
    "select_all": "select_all",
    "select_none": "select_none",
    "select_invert": "invert_selection",
    "mask_from_selection": "mask_from_selection",
    "selection_from_mask": "selection_from_mask",
    "mask_clear": "clear_mask",
}
"""Rows of the menus by the methods of ``LayerCommands`` that they call."""


class Commands(QObject):
    """The slots of the menus of one window."""

    submitted = Signal()
    """A request was sent to the engine: the next key is a tool's, not a letter of the prompt."""
    look_changed = Signal()
    """The theme in the settings changed."""

    def __init__(self, window: CurrentPage, parts: SharedParts) -> None:
        super().__init__(window)
        self._window, self._parts = window, parts
        self._guide: GuideViewer | None = None
        self.models = ModelCommands(window, parts, self._failed)
        self._controls = ControlCommands(window, parts, self._try, self._failed)
        self._masks = MaskCommands(window, parts)
        self.subjects = SubjectCommands(window, parts, self._try, self._failed, self.focus_prompt)
        parts.menus.connect(self.subjects.slots())
        self._words = RewriteCommands(window, parts.messages, parts.crash, self._try)
        self._photo = PhotoCommands(window, parts, self._try, self._failed)
        self._first_steps = FirstSteps(window, parts, self.focus_prompt, self.models.get.open)
        parts.menus.connect(self._photo.slots())
        self._adjustments = AdjustmentCommands(window, parts)
        self._generations = GenerationsCommands(window, parts, self._try)
        parts.menus.connect(self._generations.slots())
        self._find_words = WordCommands(window, parts, self._try)
        parts.menus.connect(self._find_words.slots())
        self._objects = ObjectCommands(window, parts, self._try)
        parts.menus.connect(self._objects.slots())
        self._offer = SettingsOffer(window, parts, self.focus_prompt)
        parts.files.opened.connect(self._offer.offer)
        parts.menus.connect(self._slots() | self._controls.slots() | self._words.slots())
        parts.files.recent_changed.connect(self._fill_recent)
        parts.menus.actions["show_mask"].setChecked(True)
        for dock in window.docks.values():
            parts.menus.menus["panels"].addAction(dock.toggleViewAction())
        self._fill_recent()
        listen(self, window.session.queue.changed, self.update_enabled)

    @property
    def _session(self) -> Session:
        return self._window.session

    def join(self, page: DocumentPage) -> None:
        """Connect the panels of a page to the actions of the window."""
        actions = self._parts.menus.actions
        for name, icon in LAYER_BUTTONS:
            label = actions[name].text().rstrip("…")
            page.layers.add_button(icon, label, actions[name].trigger)
        page.layers.menu_asked.connect(self._layer_menu)
        page.layer_commands.recipe_asked.connect(self.edit_recipe)
        page.prompt.asked.connect(self.submit)
        state = page.session.edit_state
        listen(page.layers, state.model_changed, page.layers.show_model)
        listen(page, page.session.tray.changed, self.update_enabled)
        for event in (page.session.opened, page.session.committed):
            listen(page.prompt, event, partial(_show_where, page))
        self._masks.join(page)
        self._objects.join(page)
        self.subjects.join(page)
        self._words.join(page)
        self._photo.join(page)
        self._adjustments.join(page)
        self.models.join(page)

    def follow(self) -> None:
        """Switch the shared parts to the page in front."""
        page = self._window.page
        self._parts.menus.actions["compare"].setChecked(False)
        self._parts.models.show_model(page.words_for or page.prompt.settings.model)
        self.subjects.follow(page.session)
        self._masks.follow()
        self._objects.follow()
        self.show_mask()

    def _slots(self) -> dict[str, Callable[[], object]]:
        window, files, bar = self._window, self._parts.files, self._parts.options_bar
        exports = {
            f"export_{kind}": partial(files.ask_export, kind)
            for kind in ("png", "jpeg", "webp", "ora", "psd")
        }
        return (
            exports
            | self._layer_slots()
            | {
                "new": self.ask_new,
                "open": files.ask_open,
                "flattened": files.open_flattened,
                "sample": self.open_sample,
                "place": files.ask_place,
                "save": files.save,
                "save_as": files.save_as,
                "close": files.close,
                "close_all": files.close_all,
                "document_next": lambda: window.documents.turn(1),
                "document_previous": lambda: window.documents.turn(-1),
                "quit": window.close,
                "undo": lambda: window.session.undo(),
                "redo": lambda: window.session.redo(),
                "cut": lambda: self._try(partial(clipboard.cut, window.session)),
                "copy": lambda: self._try(partial(clipboard.copy, window.session)),
                "copy_visible": lambda: self._try(
                    partial(clipboard.copy, window.session, visible=True)
                ),
                "paste": lambda: self._try(partial(clipboard.paste, window.session)),
                "preferences": self.preferences,
                "prompt": self.focus_prompt,
                "apply": lambda: window.tray.apply_selected(),
                "discard": lambda: window.tray.discard_selected(),
                "discard_all": lambda: window.session.tray.clear(),
                "more_like": lambda: window.tray.more_like_selected(),
                "compare": self.compare,
                "cancel": window.session.queue.cancel_running,
                "keep": window.session.queue.finish_running,
                "queue_clear": window.session.queue.clear,
                "zoom_in": lambda: window.canvas.zoom_step(1),
                "zoom_out": lambda: window.canvas.zoom_step(-1),
                "fit": lambda: window.canvas.fit(),
                "actual": lambda: window.canvas.zoom_to(1.0),
                "show_mask": self.show_mask,
                "brush_smaller": partial(self._objects.size_key, -1),
                "brush_larger": partial(self._objects.size_key, 1),
                "brush_softer": partial(bar.harden_brush, -0.25),
                "brush_harder": partial(bar.harden_brush, 0.25),
                "guide": self.guide,
                "about": self.about,
            }
        )

    def _layer_slots(self) -> dict[str, Callable[[], object]]:
        """Return slots that act on the layers of the page in front at the time of the call."""
        window = self._window

        def on_layers(name: str) -> Callable[[], object]:
            return lambda: getattr(window.layer_commands, name)()

        return {row: on_layers(name) for row, name in LAYER_ROWS.items()} | {
            "layer_rename": self.rename,
            "layer_rerun": self.rerun,
            "layer_recipe": lambda: self.edit_recipe(window.session.document.active or ""),
            "canvas_size": self.canvas_size,
            "select_numbers": self.select_numbers,
        }

    def _try(self, work: Callable[[], object]) -> bool:
        messages, about = self._parts.messages, name_of(work)
        try:
            work()
        except StudioError as error:
            messages.show_error(error, about)
            return False
        messages.settle(about)
        return True

    def update_enabled(self) -> None:
        """Grey out unavailable actions."""
        session, actions = self._session, self._parts.menus.actions
        selected = session.tray.selected is not None
        active = session.document.active_layer()
        made = isinstance(active, GenerativeLayer)
        control = isinstance(active, ControlLayer)
        masked = active is not None and active.mask is not None
        varies = session.tray.selected is not None and session.tray.selected.can_vary
        running = session.queue.running
        for names, enabled in (
            (("undo",), session.history.can_undo),
            (("redo",), session.history.can_redo),
            (("apply", "discard", "compare", "alike"), selected),
            (("discard_all",), bool(session.tray.items)),
            (("more_like",), varies),
            (("layer_words",), is_rewritten(active)),
            (("layer_rerun", "layer_recipe"), made),
            (("control_used",), control),
            (("mask_toggle", "mask_invert", "mask_delete", "mask_paint", "mask_alone"), masked),
            (("cancel", "queue_clear"), not session.queue.is_idle),
            (("keep",), running is not None and running.can_finish),
        ):
            for name in names:
                actions[name].setEnabled(enabled)

    # Edits by prompt

    def submit(self, task: Task) -> None:
        """Submit the edit of the prompt panel to the engine."""
        self._window.layers.control.flush()
        target = self._window.prompt.recipe.layer_id
        layer = self._session.document.find(target) if target else None
        if isinstance(layer, GenerativeLayer):
            done = self._try(partial(self._session.rerun, layer.id, self._session.edit_settings))
        else:
            done = self._try(partial(self._session.submit, task))
        if done:
            self.submitted.emit()

    def rerun(self) -> None:
        """Run the active layer's recipe again."""
        self._try(partial(self._session.rerun, self._session.document.active or ""))

    def edit_recipe(self, layer_id: str) -> None:
        """Show a layer's recipe in the prompt panel; the next Generate remakes that layer."""
        layer = self._session.document.find(layer_id)
        if not isinstance(layer, GenerativeLayer) or self._words.again(layer_id):
            return
        if self._photo.edit_recipe(layer):
            return

        def show() -> None:
            variations = self._window.prompt.variations.value()
            settings, task, lost = shown_settings(layer, variations)
            self._window.prompt.begin_recipe(layer.id, layer.name, settings, task)
            for said in lost:
                self._parts.messages.show_notice(message(said.message, said.values))
            self.focus_prompt()

        self._try(show)

    def compare(self) -> None:
        """Show the picture without the result as long as the row is checked."""
        self._session.hold_before(self._parts.menus.actions["compare"].isChecked())

    def focus_prompt(self) -> None:
        """Move the focus to the prompt."""
        self._window.docks["prompt"].show()
        self._window.docks["prompt"].raise_()
        self._window.prompt.prompt.setFocus()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, StudioError):
            self._parts.messages.show_error(error)
        else:
            self._parts.crash.report(error)

    # Documents

    def ask_new(self) -> None:
        """Ask for size and background, and create a new picture in its own page."""
        window, options = self._window, self._parts.tool_options
        dialog = NewDialog(window.settings, self._parts.icons, options.color, window)

        def begin(document: Document) -> None:
            window.documents.fill(lambda session: session.begin(document))

        ask_new(dialog, begin, self._try)

    def open_sample(self) -> None:
        """Open the sample photo."""
        self._parts.files.open_sample(sample_photo())

    def drop_picture(self, image: object) -> None:
        """Add a dropped picture as a layer, or open it if no document is open."""
        if isinstance(image, QImage) and not image.isNull():
            self._try(lambda: clipboard.drop(self._window.documents, image))

    def canvas_size(self) -> None:
        """Ask for the size of the canvas and its anchor."""
        window, document, icons = self._window, self._session.document, self._parts.icons
        dialog = CanvasDialog(document.width, document.height, document.dpi, icons, window)
        if dialog.exec():
            window.layer_commands.resize_canvas(*dialog.result_size, dialog.anchor, dialog.dpi)
        dialog.deleteLater()

    def select_numbers(self) -> None:
        """Ask for a rectangle and select it."""
        dialog = select_dialog(self._session.document.rect, self._window)
        if dialog.exec():
            self._window.layer_commands.select_rect(Rect(*dialog.values))
        dialog.deleteLater()

    def _fill_recent(self) -> None:
        menu = self._parts.menus.menus["recent"]
        menu.clear()
        paths = self._parts.files.recent
        for path, name in zip(paths, short_names(paths), strict=True):
            action = menu.addAction(name.replace("&", "&&"))
            action.setToolTip(str(path))
            action.triggered.connect(lambda _=False, one=path: self._parts.files.open(one))
        menu.setEnabled(bool(paths))

    # Look

    def show_mask(self) -> None:
        """Show or hide the tint of the mask."""
        self._window.canvas.show_mask = self._parts.menus.actions["show_mask"].isChecked()
        self._window.canvas.update()

    def rename(self) -> None:
        """Edit the active layer's name in the panel."""
        tree = self._window.layers.tree
        self._window.docks["layers"].raise_()
        item = tree.currentItem()
        if item is not None:
            tree.editItem(item, 1)

    def preferences(self) -> None:
        """Show the preferences."""
        dialog = PreferencesDialog(self._window.settings, self._window, self._parts.background)
        if dialog.exec() and self._try(dialog.save):
            for page in self._window.documents.pages:
                page.session.history.budget = dialog.budget.value() << 20
            self.look_changed.emit()
            self.models.load()
        dialog.deleteLater()

    def guide(self) -> None:
        """Show the bundled guide beside the picture."""
        if self._guide is None:
            language = language_of(self._window.settings.get("language", ""))
            self._guide = GuideViewer(self._parts.icons, language, self._window)
        self._guide.show()
        self._guide.raise_()
        self._guide.activateWindow()

    def about(self) -> None:
        """Show the About box with the versions of the running build."""
        dialog = AboutDialog(__version__, self._parts.engine.build_info, self._window)
        dialog.exec()
        dialog.deleteLater()

    def _layer_menu(self, place: QPoint) -> None:
        menu = QMenu(self._window)
        actions = self._parts.menus.actions
        for names in (
            ("layer_rerun", "layer_recipe", "layer_words"),
            ("layer_add", "layer_duplicate", "layer_delete", "layer_rename"),
            ("layer_visible", "layer_locked"),
            ("layer_raise", "layer_lower", "layer_group", "layer_ungroup", "layer_merge"),
            ("mask_add", "mask_paint", "mask_alone", "mask_toggle", "mask_invert", "mask_delete"),
        ):
            menu.addSeparator()
            for name in names:
                menu.addAction(actions[name])
        menu.exec(place)
        menu.deleteLater()

    def take_step(self, name: str) -> None:
        """Begin one of the three things to try: "lift", "remove" or "paint"."""
        self._first_steps.take(name)


def _show_where(page: DocumentPage) -> None:
    """Show in a page the place of its next edit."""
    page.prompt.place.show_document(page.session.document)
