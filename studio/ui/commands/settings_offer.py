"""The offer to use the prompt and the settings stored in an opened picture."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject

from studio.catalog.hashes import kept_hashes
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.settings import EditSettings
from studio.session.picture_prompt import PicturePrompt, picture_prompt, settings_from
from studio.session.whereabouts import model_folders
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.widgets.translation import message, tr

Read = tuple[EditSettings, tuple[Notice, ...]]


class SettingsOffer(QObject):
    """Reads the prompt of an opened picture; ``focus_prompt`` moves the focus to the prompt."""

    def __init__(
        self, window: CurrentPage, parts: SharedParts, focus_prompt: Callable[[], object]
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._focus_prompt = window, parts, focus_prompt

    def offer(self, page: DocumentPage) -> None:
        """Show the prompt of a page's picture, if it has one, with a button to use it."""
        found = picture_prompt(page.session.document)
        if found is not None:
            self._parts.messages.offer(
                tr("{name} has a prompt: “{prompt}”", name=page.title, prompt=found.summary),
                found.details,
                tr("Use these settings"),
                partial(self.use, page, found),
                page.session,
            )

    def use(self, page: DocumentPage, found: PicturePrompt) -> None:
        """Fill the prompt panel of a page with a picture's settings, and list missing files."""
        base, folders = page.prompt.settings, model_folders(self._window.settings)

        def work(progress: Progress) -> Read:
            return settings_from(found, base, folders, kept_hashes())

        def done(read: Read) -> None:
            if not page.is_open:
                return
            self._window.documents.show(page)
            page.prompt.show_settings(read[0])
            for said in read[1]:
                self._parts.messages.show_notice(message(said.message, said.values))
            self._focus_prompt()

        self._parts.background.run(work, done, self._parts.crash.report, owner=page)
