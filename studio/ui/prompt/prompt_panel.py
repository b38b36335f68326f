"""The prompt panel: the prompt, the settings of an edit, and Generate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from studio.catalog.settings import COMMON
from studio.catalog.subjects import Subject
from studio.catalog.vocabulary import Vocabulary
from studio.edit.request import KEEPS_SHAPES, Sampling, Task
from studio.edit.settings import EditSettings
from studio.session.edit_settings import EditState, LayerChange
from studio.ui.prompt.forecast_label import ForecastLabel
from studio.ui.prompt.loras_panel import LorasBox
from studio.ui.prompt.place_label import PlaceLabel
from studio.ui.prompt.prompt_check import PromptCheck, Split
from studio.ui.prompt.recipe_bar import RecipeBar
from studio.ui.prompt.references_panel import ReferencesBox
from studio.ui.prompt.regions_panel import RegionsBox
from studio.ui.prompt.sampling_form import SamplingForm
from studio.ui.prompt.task_row import TaskRow
from studio.ui.widgets.listening import listen
from studio.ui.widgets.prompt_edit import PromptEdit
from studio.ui.widgets.steady_button import SteadyButton
from studio.ui.widgets.translation import message, tr
from studio.ui.widgets.widgets import (
    IconHolder,
    LowBody,
    Wrapped,
    caption,
    icon_button,
    labelled_row,
    number,
)

MIN_WIDTH = 330
CHECK_AFTER_MS = 250
VARIATIONS = 4
"""Default number of variations of an edit."""
VARIATIONS_RANGE = 1, 16


class PromptPanel(QScrollArea):
    """Shows and changes an ``EditState``; ``asked`` carries the task when Generate is pressed."""

    asked = Signal(object)
    cancel_asked = Signal()
    content_resized = Signal()
    """The content of the panel needs another height."""

    def __init__(
        self,
        holder: IconHolder,
        history: Callable[[], list[str]],
        state: EditState,
        references: ReferencesBox,
        regions: RegionsBox,
        loras: LorasBox,
    ) -> None:
        super().__init__()
        self.state = state
        sampling = replace(state.settings.sampling, denoise=KEEPS_SHAPES, variations=VARIATIONS)
        state.update(sampling=sampling)
        self._history = history
        self._words = PromptCheck()
        self.prompt = PromptEdit()
        self.negative = QLineEdit()
        self.notice = Wrapped()
        self._heights: tuple[int, int] | None = None
        self.variations = number(tr("Variations"), *VARIATIONS_RANGE, VARIATIONS)
        self.generate = SteadyButton(tr("Generate"), tr("Make again"))
        self.recent = icon_button(holder, "ph.clock-counter-clockwise", tr("Earlier prompts"))
        self.recipe = RecipeBar(state)
        self.place = PlaceLabel()
        self.forecast = ForecastLabel()
        self.references = references
        self.regions = regions
        self.loras = loras
        self.form = SamplingForm(holder, state)
        self.strength = labelled_row(message(COMMON["denoise"].label), self.form.fields["denoise"])
        self.tasks = TaskRow()
        self._check = QTimer(self)
        self._check.setSingleShot(True)
        self._check.setInterval(CHECK_AFTER_MS)
        self._check.timeout.connect(self._check_prompt)
        self._lay_out(holder)
        self._connect()
        self._follow()

    def _lay_out(self, holder: IconHolder) -> None:
        body = LowBody()
        body.resized.connect(self.content_resized)
        column = QVBoxLayout(body)
        column.setContentsMargins(12, 3, 12, 3)
        column.setSpacing(4)
        column.addWidget(self.recipe)
        column.addWidget(self.tasks)
        self.prompt.setPlaceholderText(tr("What should be there? For example: a penguin"))
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
        # In tab order, the content of the first section comes before the second heading.
        QWidget.setTabOrder(self.references.browse, self.regions.heading)
        QWidget.setTabOrder(self.regions.clears, self.loras.heading)
        QWidget.setTabOrder(self.loras.last, self.form.heading)
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
        """Lay out the folding sections, two headings to a line to save height in low windows."""
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
        lower = QHBoxLayout()
        lower.setSpacing(0)
        lower.addWidget(self.loras.heading)
        lower.addWidget(self.form.heading)
        sections.addLayout(lower)
        sections.addWidget(self.loras)
        sections.addWidget(self.form)
        return sections

    def height_wanted(self) -> int:
        """Return the height, in logical pixels, that shows the whole panel comfortably."""
        body = self.widget()
        layout = body.layout() if body is not None else None
        return layout.totalHeightForWidth(self.width()) if layout is not None else 0

    def _leave_bar_free(self) -> None:
        """Reserve the width of the scroll bar, so that its appearance moves nothing."""
        bar = self.verticalScrollBar()
        self.setViewportMargins(0, 0, 0 if bar.maximum() > 0 else bar.sizeHint().width(), 0)

    def _show_notice(self, text: str) -> None:
        """Show a notice below Generate, or hide it; the prompt above keeps its height."""
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
        """Return the width of the widest row in this language plus the scroll bar."""
        body = self.widget()
        wanted = body.minimumSizeHint().width() if body is not None else 0
        bar = self.verticalScrollBar().sizeHint().width()
        return QSize(max(MIN_WIDTH, wanted + bar), super().minimumSizeHint().height())

    def _connect(self) -> None:
        self.prompt.textChanged.connect(self._on_prompt)
        self.prompt.textChanged.connect(self._check.start)
        self.prompt.submitted.connect(self.generate.click)
        self.prompt.left.connect(self._check.start)
        self.recipe.ended.connect(self.end_recipe)
        self.negative.textChanged.connect(self._on_negative)
        self.variations.valueChanged.connect(self._on_variations)
        self.references.adapter_changed.connect(self.regions.set_adapter)
        self.loras.word_taken.connect(self.insert_word)
        self.loras.added.connect(self._reveal)
        for place in (self.prompt.viewport(), *self.findChildren(QLineEdit)):
            self.references.drops.watch(place)
        self.generate.clicked.connect(self._on_generate)
        self.notice.linkActivated.connect(self._on_suggestion)
        self.tasks.chosen.connect(self.set_task)
        self.recent.menu().aboutToShow.connect(self._fill_history)

    def _follow(self) -> None:
        """Show the state now and after every change."""
        state = self.state
        self._show_prompt(state.settings.prompt)
        self._show_negative(state.settings.negative_prompt)
        self._show_sampling(state.settings.sampling)
        self._show_task(state.task)
        self._show_layer(state.layer)
        listen(self, state.prompt_changed, self._show_prompt)
        listen(self, state.negative_prompt_changed, self._show_negative)
        listen(self, state.sampling_changed, self._show_sampling)
        listen(self, state.regions_changed, lambda _: self._check.start())
        listen(self, state.task_changed, self._show_task)
        listen(self, state.model_changed, lambda _: self.tasks.show_model(self.form.spec))
        self.form.models_offered.connect(lambda: self.tasks.show_model(self.form.spec))
        listen(self, state.layer_changed, self._show_layer)

    @property
    def task(self) -> Task:
        """The task that Generate requests."""
        return self.state.task

    def set_task(self, task: Task) -> None:
        """Choose a task."""
        self.state.set_task(task)

    @property
    def settings(self) -> EditSettings:
        """The settings of the next edit."""
        return self.state.settings

    def begin_recipe(self, layer_id: str, name: str, settings: EditSettings, task: Task) -> None:
        """Show exactly the settings of a layer; Generate remakes it until the bar is closed."""
        self.state.begin_layer(layer_id, name, settings, task)
        self._check.start()

    def end_recipe(self, keep: bool) -> None:
        """Go back to making new layers, with the settings shown (``keep``) or the earlier ones."""
        self.state.end_layer(keep)
        self._check.start()

    def show_settings(self, settings: EditSettings) -> None:
        """Fill the fields, for instance from the recipe of a picture.

        Settings without references leave the artist's unchanged; so do those without region
        prompts.
        """
        own = self.settings
        references = settings.references or own.references
        regions = settings.regions or own.regions
        self.state.replace(replace(settings, references=references, regions=regions))
        self._check.start()

    def set_words(
        self, vocabulary: Vocabulary, split: Callable[[str], Split] | None, language: str
    ) -> None:
        """Complete and check prompts with another model's vocabulary."""
        words = self._words
        words.vocabulary, words.split, words.language = vocabulary, split, language
        self.prompt.set_vocabulary(vocabulary, language)
        self._check_prompt()

    def set_subjects(self, subjects: Sequence[Subject]) -> None:
        """Complete and recognise other subjects, such as <luna>."""
        self._words.set_subjects(subjects)
        self.prompt.set_subjects([subject.tag for subject in subjects])
        self._check.start()

    def set_networks(self, names: Sequence[str], words: Sequence[str] = ()) -> None:
        """Complete and recognise other LoRAs, such as <lora:luna:1>, and names of embeddings."""
        self._words.networks, self._words.added_words = tuple(names), tuple(words)
        self.prompt.set_networks(names)
        self._check.start()

    # From the fields to the state and back

    def _on_prompt(self) -> None:
        self.state.update(prompt=self.prompt.toPlainText())

    def _on_negative(self, text: str) -> None:
        self.state.update(negative_prompt=text)

    def _on_variations(self, count: int) -> None:
        self.state.choose(variations=count)

    def _show_prompt(self, prompt: str) -> None:
        if self.prompt.toPlainText() != prompt:
            self.prompt.setPlainText(prompt)

    def _show_negative(self, prompt: str) -> None:
        if self.negative.text() != prompt:
            self.negative.setText(prompt)

    def _show_sampling(self, sampling: Sampling) -> None:
        blocked = self.variations.blockSignals(True)
        self.variations.setValue(sampling.variations)
        self.variations.blockSignals(blocked)

    def _show_layer(self, layer: LayerChange | None) -> None:
        self.place.show_layer(layer.name if layer is not None else "")
        self.generate.setText(tr("Make again") if layer is not None else tr("Generate"))

    # The model's vocabulary

    def _check_prompt(self) -> None:
        regions = [one.prompt for one in self.settings.regions]
        lines = self._words.findings([self.prompt.finished_text, *regions])
        self._show_notice("<br>".join(lines))

    def _on_suggestion(self, word: str) -> None:
        """Replace the unknown word with the suggested one."""
        change = self._words.replacement(word)
        if change is None:
            return
        regions = self.settings.regions
        self.state.update(regions=tuple(replace(one, prompt=change(one.prompt)) for one in regions))
        self.prompt.setPlainText(change(self.prompt.toPlainText()))
        self.prompt.moveCursor(QTextCursor.MoveOperation.End)
        self.prompt.setFocus()
        self.ensureWidgetVisible(self.prompt)

    def insert_word(self, word: str) -> None:
        """Insert a word at the cursor, set off by spaces."""
        cursor = self.prompt.textCursor()
        text, start = self.prompt.toPlainText(), cursor.selectionStart()
        before = " " if text[:start].strip() and not text[:start].endswith(" ") else ""
        after = " " if text[cursor.selectionEnd() :][:1].isalnum() else ""
        cursor.insertText(f"{before}{word}{after}")
        self.prompt.setTextCursor(cursor)
        self.ensureWidgetVisible(self.prompt)

    def _reveal(self, row: QWidget) -> None:
        """Scroll to a row that was just added, once it has its place."""
        QTimer.singleShot(0, row, lambda: self.ensureWidgetVisible(row))

    def _on_generate(self) -> None:
        self.asked.emit(self.task)

    def _show_task(self, task: Task) -> None:
        self.tasks.show_task(task)
        self.strength.setVisible(task is Task.REPLACE)
        self.place.show_task(task)

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
