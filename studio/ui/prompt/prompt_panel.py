"""The prompt panel: what should be in the picture, and how it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from html import escape
from typing import Protocol

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.subjects import Subject
from studio.catalog.vocabulary import Vocabulary, replaced
from studio.core.notices import Notice
from studio.edit.networks import missing_lora, word_pattern
from studio.edit.prompt_syntax import blanked, parse_prompt, plain_text
from studio.edit.request import KEEPS_SHAPES, Sampling, Task
from studio.edit.settings import EditSettings, own_adapters
from studio.edit.steering import Reference, Region
from studio.edit.subjects import TAG, tags_in
from studio.ui.prompt.forecast_label import ForecastLabel
from studio.ui.prompt.place_label import PlaceLabel
from studio.ui.prompt.recipe_bar import RecipeBar
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.prompt.regions_panel import RegionsBox
from studio.ui.prompt.sampling_form import SamplingForm
from studio.ui.widgets.prompt_edit import PromptEdit
from studio.ui.widgets.steady_button import SteadyButton
from studio.ui.widgets.translation import mark, message, tr
from studio.ui.widgets.widgets import (
    IconHolder,
    LowBody,
    Wrapped,
    caption,
    icon_button,
    labelled,
    number,
)

TASKS = (
    (Task.FILL, mark("Fill"), mark("Fill the mask with what the prompt says")),
    (Task.REPLACE, mark("Replace"), mark("Change what is under the mask, keeping its shapes")),
    (Task.EXTEND, mark("Extend"), mark("Fill the empty part of the canvas")),
    (Task.GENERATE, mark("New picture"), mark("Make a whole picture from the prompt")),
)
MIN_WIDTH = 330
CHECK_AFTER_MS = 250


class Split(Protocol):
    """What a token counter says of a prompt."""

    @property
    def dropped(self) -> str:
        """What the model does not read at one go."""


class PromptPanel(QScrollArea):
    """Holds the edit settings; ``settings_changed`` after each change, ``asked`` on Generate."""

    settings_changed = Signal(object)
    asked = Signal(object)
    cancel_asked = Signal()
    place_changed = Signal()
    """The task, or the layer that is made again, is another."""
    content_resized = Signal()
    """What the panel shows wants another height."""

    def __init__(
        self,
        holder: IconHolder,
        history: Callable[[], list[str]],
        references: ReferencesBox,
        regions: RegionsBox,
    ) -> None:
        super().__init__()
        self._settings = EditSettings(sampling=Sampling(denoise=KEEPS_SHAPES))
        self._history = history
        self._vocabulary = Vocabulary({}, {})
        self._subjects: dict[str, Subject] = {}
        self._networks: tuple[str, ...] = ()
        self._added_words: tuple[str, ...] = ()
        self._language = "en"
        self._split: Callable[[str], Split] | None = None
        self.prompt = PromptEdit()
        self.negative = QLineEdit()
        self.notice = Wrapped()
        self._heights: tuple[int, int] | None = None
        self.variations = number(tr("Variations"), 1, 16, 4)
        self.generate = SteadyButton(tr("Generate"), tr("Make again"))
        self.recent = icon_button(holder, "ph.clock-counter-clockwise", tr("Earlier prompts"))
        self.recipe = RecipeBar()
        self.place = PlaceLabel()
        self.forecast = ForecastLabel()
        self.references = references
        self.regions = regions
        self.form = SamplingForm(holder)
        self.strength = labelled(tr("How much may change"), self.form.denoise)
        self._tasks = QButtonGroup(self)
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(CHECK_AFTER_MS)
        self._check.timeout.connect(self._check_prompt)
        self._lay_out(holder)
        self._connect()

    def _lay_out(self, holder: IconHolder) -> None:
        body = LowBody()
        body.resized.connect(self.content_resized)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 3, 12, 3)
        column.setSpacing(4)
        column.addWidget(self.recipe)
        column.addLayout(self._task_row())
        self.prompt.setPlaceholderText(tr("What should be there? Such as: a penguin"))
        self.prompt.setAccessibleName(tr("Prompt"))
        # Three lines, or two if the panel is low.
        self.prompt.setObjectName("prompt")
        self.prompt.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        column.addWidget(self.strength)
        column.addWidget(self.prompt)
        self.notice.setObjectName("notice")
        self.notice.setTextFormat(Qt.TextFormat.RichText)
        links = Qt.TextInteractionFlag
        self.notice.setTextInteractionFlags(
            links.LinksAccessibleByMouse | links.LinksAccessibleByKeyboard
        )
        self.notice.setAccessibleName(tr("What the model does not know"))
        self.notice.hide()
        self.negative.setPlaceholderText(tr("What should not be there"))
        self.negative.setAccessibleName(tr("What should not be there"))
        self.negative.setToolTip(tr("Negative prompt"))
        self.negative.setAccessibleDescription(tr("Negative prompt"))
        self.negative.setClearButtonEnabled(True)
        for button in self.negative.findChildren(QToolButton):
            button.setAccessibleName(tr("Clear"))
        self.setAccessibleName(tr("Prompt panel"))
        column.addWidget(self.negative)
        column.addLayout(self._generate_row(holder))
        column.addWidget(self.notice)
        below = QHBoxLayout()
        below.addWidget(self.place, 1)
        below.addWidget(self.forecast)
        column.addLayout(below)
        column.addLayout(self._sections())
        column.addStretch(1)
        self.references.drops.watch(body)
        self.setWidget(body)
        # What is under the first heading comes before the second one.
        QWidget.setTabOrder(self.references.browse, self.regions.heading)
        QWidget.setTabOrder(self.regions.clears, self.form.heading)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.verticalScrollBar().rangeChanged.connect(self._leave_bar_free)
        self._leave_bar_free()
        self.recent.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.recent.setMenu(QMenu(self.recent))

    def _generate_row(self, holder: IconHolder) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(caption(tr("Variations")))
        row.addWidget(self.variations)
        row.addWidget(self.recent)
        row.addStretch(1)
        self.generate.setObjectName("primary")
        self.generate.setToolTip(tr("Ctrl+Return"))
        self.generate.setAccessibleName(tr("Generate"))
        holder.give(self.generate, "ph.sparkle", on_accent=True)
        row.addWidget(self.generate)
        return row

    def _sections(self) -> QVBoxLayout:
        """Lay out what folds away; two headings share a line, so that low windows have room."""
        headings = QHBoxLayout()
        headings.setSpacing(0)
        headings.addWidget(self.references.heading)
        headings.addWidget(self.regions.heading)
        sections = QVBoxLayout()
        # A folded section takes no room, not even a gap.
        sections.setSpacing(0)
        sections.addLayout(headings)
        sections.addWidget(self.references)
        sections.addWidget(self.regions)
        sections.addWidget(self.form)
        return sections

    def height_wanted(self) -> int:
        """Return the height, logical pixels, that shows all of it well."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        return layout.totalHeightForWidth(self.width()) if layout is not None else 0

    def _leave_bar_free(self) -> None:
        """Keep the width of the scroll bar free, so that it moves nothing."""
        bar = self.verticalScrollBar()
        self.setViewportMargins(0, 0, 0 if bar.maximum() > 0 else bar.sizeHint().width(), 0)

    def _show_notice(self, text: str) -> None:
        """Say something below Generate, or nothing; the prompt above keeps its height."""
        if text and self._heights is None:
            self._heights = self.prompt.minimumHeight(), self.prompt.maximumHeight()
            self.prompt.setFixedHeight(self.prompt.height())
        elif not text and self._heights is not None:
            self.prompt.setMinimumHeight(self._heights[0])
            self.prompt.setMaximumHeight(self._heights[1])
            self._heights = None
        self.notice.setText(text)
        self.notice.setVisible(bool(text))

    def minimumSizeHint(self) -> QSize:
        """Need the width of the widest row in this language, beside the scroll bar."""
        body = self.widget()
        wanted = body.minimumSizeHint().width() if body is not None else 0
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(max(MIN_WIDTH, wanted + bar), super().minimumSizeHint().height())

    def _task_row(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(0)
        for index, (task, label, tip) in enumerate(TASKS):
            button = QToolButton()
            button.setObjectName("segment")
            button.setText(tr(label))
            button.setToolTip(tr(tip))
            button.setAccessibleName(tr(label))
            button.setAccessibleDescription(tr(tip))
            button.setCheckable(True)
            button.setChecked(task is Task.FILL)
            button.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
            button.setProperty("place", "first" if index == 0 else "last" if index == 3 else "")
            self._tasks.addButton(button, index)
            row.addWidget(button, 1)
        return row

    def _connect(self) -> None:
        self.prompt.textChanged.connect(self._on_edited)
        self.prompt.textChanged.connect(self._check.start)
        self.prompt.submitted.connect(self.generate.click)
        self.prompt.left.connect(self._check.start)
        self.recipe.ended.connect(self.end_recipe)
        self.negative.textChanged.connect(self._on_edited)
        self.variations.valueChanged.connect(self._on_edited)
        self.form.changed.connect(self._on_edited)
        self.references.changed.connect(self._on_references)
        self.references.adapter_changed.connect(self.regions.set_adapter)
        self.regions.changed.connect(self._on_regions)
        for place in (self.prompt.viewport(), *self.findChildren(QLineEdit)):
            self.references.drops.watch(place)
        self.generate.clicked.connect(self._on_generate)
        self.notice.linkActivated.connect(self._on_suggestion)
        self._tasks.idClicked.connect(self._on_task)
        self.recent.menu().aboutToShow.connect(self._fill_history)
        self._on_task(0)

    @property
    def task(self) -> Task:
        """What Generate asks for."""
        return TASKS[self._tasks.checkedId()][0]

    def set_task(self, task: Task) -> None:
        """Choose a task."""
        index = next(i for i, row in enumerate(TASKS) if row[0] is task)
        self._tasks.button(index).setChecked(True)
        self._on_task(index)

    @property
    def settings(self) -> EditSettings:
        """What stands in the fields."""
        return self._settings

    def take_over(self, other: PromptPanel) -> None:
        """Take model and sampling settings of another panel.

        Prompt, seed, references and regions are about the other's picture.
        """
        settings, _ = other.recipe.before or (other.settings, other.task)
        self.form.choose_model(settings.model)
        taken = self._settings
        self.show_settings(
            replace(
                taken,
                model=str(self.form.model.currentData() or settings.model),
                sampling=replace(settings.sampling, seed=taken.sampling.seed),
                mask_blur=settings.mask_blur,
                padding=settings.padding,
            )
        )

    def begin_recipe(self, layer_id: str, name: str, settings: EditSettings, task: Task) -> None:
        """Show the settings of a layer, exactly; Generate makes it again until the bar ends."""
        before = self.recipe.before or (self._settings, self.task)
        self.recipe.before = before
        self.show_settings(settings, exactly=True)
        self.set_task(task)
        self.recipe.begin(layer_id, name, settings)
        self.place.show_layer(name)
        self.place_changed.emit()
        self.generate.setText(tr("Make again"))

    def end_recipe(self, keep: bool) -> None:
        """Make new layers again, with the settings shown (``keep``) or those from before.

        The adapters of the recipe go in any case if no prompt names them: no field shows them.
        """
        before = self.recipe.before
        self.recipe.end()
        self.place.show_layer("")
        self.place_changed.emit()
        self.generate.setText(tr("Generate"))
        if before is None:
            return
        settings, task = before
        if keep:
            own = own_adapters(self._settings.adapters)
            named = [use for use in self._settings.adapters if use not in own]
            adapters = (*own_adapters(settings.adapters), *named)
            settings, task = replace(self._settings, adapters=adapters), self.task
        self.show_settings(settings, exactly=True)
        self.set_task(task)

    def show_settings(self, settings: EditSettings, *, exactly: bool = False) -> None:
        """Fill the fields, for instance from a layer's recipe.

        Settings without references leave the artist's where they are unless they are shown
        ``exactly``; so do those without regions.
        """
        if settings.regions or exactly:
            self.regions.show_regions(settings.regions)
        else:
            settings = replace(settings, regions=self.regions.regions)
        if settings.references or exactly:
            self.references.show_references(settings.references)
        else:
            settings = replace(settings, references=self.references.references)
        self._settings = settings
        for widget in (self.prompt, self.negative, self.variations):
            widget.blockSignals(True)
        if self.prompt.toPlainText() != settings.prompt:
            self.prompt.setPlainText(settings.prompt)
        self.negative.setText(settings.negative_prompt)
        self.variations.setValue(settings.sampling.variations)
        for widget in (self.prompt, self.negative, self.variations):
            widget.blockSignals(False)
        self.form.show_settings(settings)
        self.references.show_model(settings.model)
        self._check.start()
        self.settings_changed.emit(settings)

    def set_words(
        self, vocabulary: Vocabulary, split: Callable[[str], Split] | None, language: str
    ) -> None:
        """Complete and check prompts with another model's words."""
        self._vocabulary, self._split, self._language = vocabulary, split, language
        self.prompt.set_vocabulary(vocabulary, language)
        self._check_prompt()

    def set_subjects(self, subjects: Sequence[Subject]) -> None:
        """Complete and know other subjects, such as <luna>."""
        self._subjects = {subject.name.lower(): subject for subject in subjects}
        self.prompt.set_subjects([subject.tag for subject in subjects])
        self._check.start()

    def set_networks(self, names: Sequence[str], words: Sequence[str] = ()) -> None:
        """Complete and know other LoRAs, named as <lora:luna:1>, and the words of embeddings."""
        self._networks, self._added_words = tuple(names), tuple(words)
        self.prompt.set_networks(names)
        self._check.start()

    def _on_edited(self) -> None:
        settings = self.form.read(self._settings)
        sampling = replace(settings.sampling, variations=self.variations.value())
        self._settings = replace(
            settings,
            prompt=self.prompt.toPlainText(),
            negative_prompt=self.negative.text(),
            sampling=sampling,
        )
        self.references.show_model(self._settings.model)
        self.settings_changed.emit(self._settings)

    def _on_references(self, references: tuple[Reference, ...]) -> None:
        self._settings = replace(self._settings, references=references)
        self.settings_changed.emit(self._settings)

    def _on_regions(self, regions: tuple[Region, ...]) -> None:
        self._settings = replace(self._settings, regions=regions)
        self._check.start()
        self.settings_changed.emit(self._settings)

    def show_places(self, settings: EditSettings) -> None:
        """Show where references and regions count now that the canvas is another."""
        self.references.show_places(settings.references)
        self.regions.show_places(settings.regions)
        self._settings = replace(
            self._settings, references=settings.references, regions=self.regions.regions
        )
        self.settings_changed.emit(self._settings)

    def _check_prompt(self) -> None:
        texts = [self.prompt.finished_text, *(one.prompt for one in self._settings.regions)]
        # A comma keeps the words of one text from being read together with those of the next.
        prompt = ", ".join(blanked(text) for text in texts if text.strip())
        for word in self._added_words:
            prompt = word_pattern(word).sub(" ", prompt)
        lines = [escape(message(note.message, note.values)) for note in self._missing(texts)]
        suggestions = self._vocabulary.suggestions(TAG.sub(" ", prompt), self._language)
        suggestions |= self._unknown_subjects(prompt)
        if suggestions:
            words = escape(", ".join(suggestions))
            lines.append(tr("This model does not know: {words}", words=words))
        offers = [
            f'<a href="{escape(word)}">{escape(other)}</a>'
            for word, other in suggestions.items()
            if other
        ]
        if offers:
            lines.append(tr("Did you mean {words}?", words=", ".join(offers)))
        split = self._split if not self._vocabulary.is_empty else None
        read = [TAG.sub(self._read_as, plain_text(text)) for text in texts]
        if split is not None and any(split(text).dropped for text in read):
            lines.append(
                tr("Long: this model learned from short texts and may not bring all of it together")
            )
        self._show_notice("<br>".join(lines))

    def _missing(self, texts: Sequence[str]) -> list[Notice]:
        """Return what to say of LoRAs that texts name and that are in none of the folders."""
        known = {name.casefold() for name in self._networks}
        named = [one for text in texts for one in parse_prompt(text).networks if one.is_lora]
        names = dict.fromkeys(one.name for one in named if one.name.casefold() not in known)
        return [missing_lora(name) for name in names]

    def _unknown_subjects(self, prompt: str) -> dict[str, str]:
        """Return each <name> that is no subject with the nearest one, "" where none is."""
        found = {}
        for name in tags_in([prompt]):
            if name not in self._subjects:
                near = get_close_matches(name, self._subjects, n=1)
                found[f"<{name}>"] = self._subjects[near[0]].tag if near else ""
        return found

    def _read_as(self, found: re.Match[str]) -> str:
        """Return the words that the model reads for a subject."""
        subject = self._subjects.get(found[1].lower())
        return subject.word if subject is not None else found[0]

    def _on_suggestion(self, word: str) -> None:
        """Put the offered word in the place of the unknown one."""
        is_tag = TAG.fullmatch(word) is not None
        if is_tag:
            other = self._unknown_subjects(word).get(word, "")
        else:
            other = self._vocabulary.nearest(word, self._language)
        if not other:
            return

        def change(text: str) -> str:
            if is_tag:
                return TAG.sub(lambda one: other if one[0].lower() == word else one[0], text)
            return replaced(text, word, other)

        self.regions.change_words(change)
        self.prompt.setPlainText(change(self.prompt.toPlainText()))
        self.prompt.moveCursor(QTextCursor.MoveOperation.End)
        self.prompt.setFocus()
        self.ensureWidgetVisible(self.prompt)

    def insert_word(self, word: str) -> None:
        """Put a word where the cursor is, set off by spaces."""
        cursor = self.prompt.textCursor()
        text, start = self.prompt.toPlainText(), cursor.selectionStart()
        before = " " if text[:start].strip() and not text[:start].endswith(" ") else ""
        after = " " if text[cursor.selectionEnd() :][:1].isalnum() else ""
        cursor.insertText(f"{before}{word}{after}")
        self.prompt.setTextCursor(cursor)
        self.ensureWidgetVisible(self.prompt)

    def _on_generate(self) -> None:
        self.asked.emit(self.task)

    def _on_task(self, index: int) -> None:
        self.form.set_task(TASKS[index][0])
        self.strength.setVisible(TASKS[index][0] is Task.REPLACE)
        self.place.show_task(TASKS[index][0])
        self.place_changed.emit()

    def _fill_history(self) -> None:
        menu = self.recent.menu()
        menu.clear()
        prompts = self._history()[:20]
        for prompt in prompts:
            menu.addAction(prompt.replace("&", "&&"), partial(self._use, prompt))
        if not prompts:
            menu.addAction(tr("No prompts yet")).setEnabled(False)

    def _use(self, prompt: str) -> None:
        self.prompt.setPlainText(prompt)
        self.prompt.setFocus()
