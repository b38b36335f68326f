"""The three things to try in the welcome strip: each takes its tool and says what to do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtCore import QObject

from studio.catalog.models import STARTER
from studio.core.assets import missing_asset
from studio.tools.registry import spec
from studio.ui.commands.shared_parts import SharedParts
from studio.ui.documents.current_page import CurrentPage
from studio.ui.documents.sample import sample_photo
from studio.ui.widgets.translation import tr

TOOLS: Mapping[str, str] = {"lift": "select_object", "remove": "remove", "paint": "mask"}
"""The tool of each step."""
NEEDED: Mapping[str, tuple[str, ...]] = {"lift": ("mobile-sam", "migan"), "remove": ("migan",)}
"""The assets without which a step cannot be done."""


class FirstSteps(QObject):
    """Begins a step.

    ``to_prompt`` brings the prompt to the front, ``get_model`` opens the dialog of better models.
    """

    def __init__(
        self,
        window: CurrentPage,
        parts: SharedParts,
        to_prompt: Callable[[], object],
        get_model: Callable[[], object],
    ) -> None:
        super().__init__(window)
        self._window, self._parts, self._to_prompt = window, parts, to_prompt
        self._get_model = get_model

    def take(self, name: str) -> None:
        """Begin "lift", "remove" or "paint", with the sample photo if the document is empty."""
        for id in NEEDED.get(name, ()):
            missing = missing_asset(id)
            if missing is not None:
                self._parts.messages.show_error(missing)
                return
        if self._window.page.session.is_blank:
            self._parts.files.open_sample(sample_photo())
        if name == "lift":
            # One click is all it takes then.
            self._parts.tool_options.object_target = "lift"
            self._parts.options_bar.show_options()
        self._parts.tool_bar.choose(spec(TOOLS[name]))
        if name == "paint":
            self._paint()
        else:
            self._window.canvas.setFocus()
        if name == "paint" and self._window.prompt.settings.model == STARTER:
            session = self._window.page.session
            label = tr("Get a model…")
            self._parts.messages.offer(*self._hint(name), label, self._get_model, session)
        else:
            self._parts.messages.show_notice(*self._hint(name))

    def _paint(self) -> None:
        field = self._window.prompt.prompt
        if not field.toPlainText():
            field.setPlainText(tr("a penguin"))
            field.selectAll()
        self._to_prompt()

    def _hint(self, name: str) -> tuple[str, str]:
        if name == "lift":
            return (
                tr(
                    "Click on a thing: it becomes a layer, and the place behind it is filled. Then "
                    "drag it."
                ),
                tr("“Lift it” in the bar above is chosen for this; the list has other uses."),
            )
        if name == "remove":
            return tr("Brush over a thing and let go: it is gone, and the ground is filled."), ""
        return (
            tr("Paint over a place, say what should be there, and press Generate."),
            tr(
                "The demo model is small: it paints simple toys. Better ones can be downloaded or "
                "added in the Models panel."
            ),
        )
