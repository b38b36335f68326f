"""Commands for models: finding, listing and choosing them, and loading their vocabularies."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from studio.catalog import models
from studio.catalog.families.table import family
from studio.catalog.recognise.network_files import NetworkFiles, find_network_files
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.session.whereabouts import model_folders
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.preferences import models_in
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.models.model_choice import keep_model, kept_model, missing_text
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import language_of, tr

ADDING = "model folder"
"""Subject of the error of a folder without models."""


class ModelCommands(QObject):
    """The slots for the list of models, the Models panel and the model folders."""

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        failed: Callable[[BaseException], None],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._failed = window, parts, failed
        self._specs: tuple[models.ModelSpec, ...] = ()
        parts.models.folder_asked.connect(self.add_folder)
        parts.models.model_chosen.connect(lambda model: window.prompt.form.choose_model(model))
        parts.models.word_taken.connect(lambda word: window.prompt.insert_word(word))
        parts.models.failed.connect(failed)
        parts.models.set_language(language_of(window.settings.get("language", "")))

    def join(self, page: DocumentPage) -> None:
        """Connect the list of models of a page."""
        listen(page, page.session.edit_state.model_changed, partial(self._on_model, page))
        page.prompt.form.model_changed.connect(
            partial(keep_model, self._window.settings, self._failed)
        )
        page.prompt.form.folder_asked.connect(self.add_folder)
        if self._specs:
            self._offer(page)

    def load(self) -> None:
        """Find models on the thread pool and list them."""
        folders = [Path(one) for one in self._window.settings.get("model_folders", [])]
        self._parts.background.run(
            lambda progress: models.survey(folders), self._show, self._failed, owner=self
        )

    def _show(self, found: tuple[tuple[models.ModelSpec, ...], tuple[object, ...]]) -> None:
        missing = "" if self._specs else missing_text(self._window.settings, found[0])
        if missing:
            self._parts.messages.show_notice(missing)
        self._specs = found[0]
        self._parts.models.set_models(self._specs)
        for page in self._window.documents.pages:
            self._offer(page)

    def _offer(self, page: DocumentPage) -> None:
        form = page.prompt.form
        state = page.session.edit_state
        known = form.has_models or state.is_restored
        kept = state.settings.model if known else kept_model(self._window.settings)
        form.set_models(self._specs, kept)
        page.references.show_model(state.settings.model)
        self._on_model(page, state.settings.model)

    def _on_model(self, page: DocumentPage, model: str) -> None:
        """Load the vocabulary of a chosen model if it is among those found."""
        if any(one.id == model for one in self._specs):
            self.load_words(model, page)

    def load_words(self, model: str, page: DocumentPage | None = None) -> None:
        """Load a model's vocabulary, which completes and checks the prompts of a page."""
        to = page or self._window.page
        to.words_for = model
        if to is self._window.page:
            self._parts.models.show_model(model)
        language = language_of(self._window.settings.get("language", ""))

        def load(progress: Progress) -> tuple[Vocabulary, object, NetworkFiles]:
            networks = find_network_files(model_folders(self._window.settings))
            spec = models.identify(model)
            return Vocabulary.load(model), family(spec.family).splitter(spec), networks

        def show(words: tuple[Vocabulary, Callable[[str], object], NetworkFiles]) -> None:
            if to.is_open and model == to.words_for:
                to.prompt.set_networks(words[2].names, words[2].words)
                to.prompt.set_words(words[0], words[1], language)  # type: ignore[arg-type]
                to.words.set_words(words[0], language)

        self._parts.background.run(load, show, self._failed, owner=self)

    def add_folder(self) -> None:
        """Let the artist name a folder with models."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Add a model folder"))
        if name:
            self.use_folder(Path(name))

    def use_folder(self, folder: Path) -> None:
        """List the models of a folder, or show why it has none."""
        settings = self._window.settings
        try:
            usable = models_in(folder)
        except StudioError as error:
            self._parts.messages.show_error(error, ADDING)
            return
        self._parts.messages.settle(ADDING)
        known = [str(one) for one in settings.get("model_folders", [])]
        if str(folder) not in known:
            settings.set("model_folders", [*known, str(folder)])
        prompt = self._window.prompt
        self._specs = self._window.session.shared.models()
        for page in self._window.documents.pages:
            page.prompt.form.set_models(self._specs, page.prompt.settings.model)
        self._parts.models.set_models(self._specs)
        prompt.form.choose_model(usable[0].id)
