"""Offers the prompt and the settings that an opened picture was made with."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from studio.catalog.hashes import kept_hashes
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.settings import EditSettings
from studio.session.picture_prompt import PicturePrompt, picture_prompt, settings_from
from studio.session.whereabouts import model_folders
from studio.ui.widgets.translation import message, tr

if TYPE_CHECKING:
    from studio.ui.documents.document_page import DocumentPage
    from studio.ui.window.main_window import MainWindow

Read = tuple[EditSettings, tuple[Notice, ...]]


def offer_settings(window: MainWindow, page: DocumentPage) -> None:
    """Say which prompt the picture of a page was made with, with a button to use it."""
    found = picture_prompt(page.session.document)
    if found is not None:
        window.messages.offer(
            tr("{name} has a prompt: “{prompt}”", name=page.title, prompt=found.summary),
            found.details,
            tr("Use these settings"),
            partial(use_settings, window, page, found),
            page.session,
        )


def use_settings(window: MainWindow, page: DocumentPage, found: PicturePrompt) -> None:
    """Fill the prompt panel of a page with a picture's settings; what is not here is told."""
    base, folders = page.prompt.settings, model_folders(window.settings)

    def work(progress: Progress) -> Read:
        return settings_from(found, base, folders, kept_hashes())

    def done(read: Read) -> None:
        if not page.is_open:
            return
        window.documents.show(page)
        page.prompt.show_settings(read[0])
        for said in read[1]:
            window.messages.show_notice(message(said.message, said.values))
        window.commands.focus_prompt()

    window.background.run(work, done, window.crash.report, owner=page)
