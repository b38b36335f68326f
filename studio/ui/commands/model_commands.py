"""Commands for models: finding, listing and choosing them, and loading their vocabularies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QFileDialog

from studio.catalog import models
from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.first_fetch import models_folder
from studio.catalog.first_models import FirstModel
from studio.catalog.recognise.network_files import NetworkFiles, find_network_files
from studio.catalog.vae_files import VaeEntry, list_vaes
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.session.whereabouts import model_folders, offer
from studio.ui.commands.find_commands import FindCommands
from studio.ui.commands.get_commands import GetCommands, files_of
from studio.ui.commands.library_commands import LibraryCommands
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.dialogs.preferences import models_in
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.document_page import DocumentPage
from studio.ui.models.model_choice import keep_model, kept_model, missing_text
from studio.ui.widgets.add_model import FILTER, is_model
from studio.ui.widgets.listening import listen
from studio.ui.widgets.translation import language_of, tr

ADDING = "model folder"
"""Subject of the error of a folder without models."""
Vaes = tuple[tuple[VaeEntry, ...], StudioError | None]
Survey = tuple[tuple[models.ModelSpec, ...], tuple[tuple[Path, StudioError], ...]]
Added = tuple[list[str], list[StudioError], list[models.ModelSpec], Survey]
"""Folders to keep, errors, the models that were added, and everything that is listed now."""


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
        self._errors = 0
        """Number of errors shown about the files that were added last."""
        parts.models.folder_asked.connect(self.add_folder)
        parts.models.file_asked.connect(self.add_file)
        self.get = GetCommands(window, parts, failed)
        self.get.fetched.connect(self.take_fetched)
        self.find = FindCommands(window, parts, failed)
        self.get.find_asked.connect(self.find.show_found)
        self.find.taken.connect(self.use_folders)
        self.find.folder_asked.connect(self.add_folder)
        self.library = LibraryCommands(window, parts, failed)
        self.library.reordered.connect(self._reorder)
        parts.models.get_asked.connect(self.get.open)
        parts.models.find_asked.connect(self.find.show_found)
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
        page.prompt.form.file_asked.connect(self.add_file)
        page.prompt.form.get_asked.connect(self.get.open)
        page.prompt.form.find_asked.connect(self.find.show_found)
        if self._specs:
            self._offer(page)

    def load(self) -> None:
        """Find models on the thread pool and list them: folders first, then single files.

        Of the files only the last chosen one belongs to the first list, because hundreds of them
        take seconds.
        """
        folders = model_folders(self._window.settings)
        chosen = Path(kept_model(self._window.settings)).expanduser()
        first = [*folders, chosen] if chosen.is_file() else folders

        def show(found: Survey) -> None:
            self._show(found)
            self._run(lambda progress: models.survey(folders, progress, systems=True), self._show)

        self._run(lambda progress: models.survey(first, progress, files=False, systems=True), show)

    def _run(self, work: Callable[[Progress], Any], done: Callable[[Any], None]) -> None:
        self._parts.background.run(work, done, self._failed, owner=self)

    def _show(self, found: Survey) -> None:
        missing = "" if self._specs else missing_text(self._window.settings, found[0])
        if missing:
            self._parts.messages.show_notice(missing)
        self._specs = self.library.ordered(found[0])
        self._parts.models.set_models(self._specs)
        self._parts.models.set_problems(found[1])
        for page in self._window.documents.pages:
            self._offer(page)
        self.library.set_models(self._specs, found[1])

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
            self.library.refresh()
        language = language_of(self._window.settings.get("language", ""))

        def load(progress: Progress) -> tuple[Vocabulary, object, NetworkFiles, Vaes]:
            networks = find_network_files(model_folders(self._window.settings))
            spec = models.identify(model)
            splitter = family(spec.family).splitter(spec)
            return Vocabulary.load(model), splitter, networks, _vaes(networks, spec)

        def show(words: tuple[Vocabulary, Callable[[str], object], NetworkFiles, Vaes]) -> None:
            if to.is_open and model == to.words_for:
                to.prompt.set_networks(words[2].names, words[2].words)
                to.prompt.form.vae.set_entries(*words[3])
                to.prompt.set_words(words[0], words[1], language)  # type: ignore[arg-type]
                to.words.set_words(words[0], language)

        self._parts.background.run(load, show, self._failed, owner=self)

    def add_folder(self) -> None:
        """Let the artist name a folder with models."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Add a model folder"))
        if name:
            self.use_models([Path(name)])

    def add_file(self) -> None:
        """Let the artist name models in single files."""
        kinds = f"{tr('Models')} ({FILTER})"
        names, _ = QFileDialog.getOpenFileNames(self._window, tr("Add a model file"), "", kinds)
        if names:
            self.use_models([Path(name) for name in names])

    def use_folder(self, folder: Path) -> None:
        """List the models of a folder, or show why it has none."""
        self.use_models([folder])

    def use_models(self, paths: Sequence[Path]) -> None:
        """List models, given as files or folders, and choose the first; an error for the others.

        They are looked at on the thread pool, and stay where they are on the disk. A notice tells
        so meanwhile: the files of a large folder take several seconds.
        """
        settings = self._window.settings
        looking = tr("Looking for models in {name}…", name=paths[0].name) if paths else ""

        def look(progress: Progress) -> Added:
            kept = [str(one) for one in model_folders(settings)]
            errors: list[StudioError] = []
            added: list[models.ModelSpec] = []
            for path in paths:
                try:
                    added += models_in(path, progress)
                except StudioError as error:
                    errors.append(error)
                    continue
                if str(path) not in kept:
                    kept.append(str(path))
            return (
                kept,
                errors,
                added,
                models.survey([Path(one) for one in kept], progress, systems=True),
            )

        def show(found: Added) -> None:
            self._parts.messages.withdraw(looking)
            kept, errors, added, survey = found
            for number in range(self._errors):
                self._parts.messages.settle((ADDING, number))
            self._errors = len(errors)
            # The last one shown is on top.
            for number, error in reversed(list(enumerate(errors))):
                self._parts.messages.show_error(error, (ADDING, number))
            if added:
                offer(kept, settings)
                self._take(survey, added[0].id)
            if len(added) > 1 and not errors:
                self._parts.messages.show_notice(_summary(paths, added, survey[1]))

        if any(path.is_dir() for path in paths):
            self._parts.messages.show_notice(looking)
        self._run(look, show)

    def use_folders(self, folders: Sequence[Path]) -> None:
        """List the models of folders from now on, without choosing one of them."""
        try:
            offer(folders, self._window.settings)
        except StudioError as error:
            self._failed(error)
        self.load()

    def take_fetched(self, row: FirstModel) -> None:
        """List a downloaded model and choose it, with its LoRA in the prompt if it has one."""
        settings = self._window.settings

        def look(progress: Progress) -> tuple[str, str, Survey]:
            model, lora = files_of(row)
            models.identify(model)
            folders = [*model_folders(settings), models_folder()]
            return model, lora, models.survey(dict.fromkeys(folders), progress, systems=True)

        def show(found: tuple[str, str, Survey]) -> None:
            model, lora, survey = found
            offer([models_folder()], settings)
            self._take(survey, model)
            if lora:
                self._add_lora(lora, row.steps)
            self._parts.messages.show_notice(tr("{title} is there, and chosen.", title=row.title))

        self._run(look, show)

    def _add_lora(self, name: str, steps: int) -> None:
        page = self._window.page
        if f"<lora:{name}" not in page.prompt.prompt.toPlainText():
            page.prompt.insert_word(f"<lora:{name}:1>")
        if steps:
            page.session.edit_state.choose(steps=steps)

    def take_dropped(self, paths: Sequence[Path]) -> list[Path]:
        """List the models among dropped files and folders, and return the other files."""
        offered = [path for path in paths if is_model(path)]
        if offered:
            # Deferred, so that the source program of the drop need not wait.
            QTimer.singleShot(0, self, lambda: self.use_models(offered))
        return [path for path in paths if path not in offered]

    def _take(self, found: Survey, model: str) -> None:
        """List the models of a survey, and choose one of them."""
        self._specs = self.library.ordered(found[0])
        for page in self._window.documents.pages:
            page.prompt.form.set_models(self._specs, page.prompt.settings.model)
        self._parts.models.set_models(self._specs)
        self._parts.models.set_problems(found[1])
        self._window.prompt.form.choose_model(model)
        self.library.set_models(self._specs, found[1])

    def _reorder(self) -> None:
        """List the favourites first, wherever models are chosen."""
        self._specs = self.library.ordered(self._specs)
        page = self._window.page
        self._parts.models.set_models(self._specs)
        self._parts.models.show_model(page.prompt.settings.model)
        for one in self._window.documents.pages:
            one.prompt.form.set_models(self._specs, one.prompt.settings.model)


def _vaes(files: NetworkFiles, spec: models.ModelSpec) -> Vaes:
    """Return the VAEs to offer for a model, and the reason if it takes none."""
    reason = family(spec.family).reason(Capability.ADAPTER, "vae", spec)
    error = StudioError(reason, "Choose another model.") if reason else None
    return ((), error) if error else (list_vaes(files, spec), None)


def _summary(
    paths: Sequence[Path],
    added: Sequence[models.ModelSpec],
    problems: Sequence[tuple[Path, StudioError]],
) -> str:
    """Return how many models were added, which is chosen, and how many files cannot be used."""
    said = tr("{count} models are listed, {name} is chosen.", count=len(added), name=added[0].name)
    of_these = [one for one, _ in problems if any(one.is_relative_to(path) for path in paths)]
    if of_these:
        left = tr(
            "{count} files cannot be used; the Models panel has the reasons.", count=len(of_these)
        )
        return f"{said} {left}"
    return said
