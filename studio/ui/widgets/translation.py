"""Translation of the window: English in the source, others from resources/translations."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from studio.core.errors import StudioError
from studio.core.notices import Listed
from studio.core.paths import resource

LANGUAGES = {"en": "English", "es": "Español"}
UI = "ui"
MESSAGES = "messages"
THINGS = "things"


def tr(text: str, /, **values: object) -> str:
    """Return a sentence of the window in its language, with ``values`` filled in."""
    found = QCoreApplication.translate(UI, text)
    return found.format(**values) if values else found


def mark(text: str) -> str:
    """Return ``text`` as it is; marks a literal that ``tr`` looks up later."""
    return text


def message(template: str, values: Mapping[str, object] | None = None) -> str:
    """Return the translation of a template from another layer (errors, notices, labels)."""
    found = QCoreApplication.translate(MESSAGES, template)
    if not values:
        return found
    # The name of a setting in a sentence is translated as well.
    named = {
        name: QCoreApplication.translate(MESSAGES, str(value)) if name == "setting" else value
        for name, value in values.items()
    }
    for name, value in values.items():
        if isinstance(value, Listed):
            named[name] = value.text(lambda term: QCoreApplication.translate(MESSAGES, term))
    return found.format(**named)


def thing(label: str) -> str:
    """Return the name of an object class; "Painting" is a picture here, an activity elsewhere."""
    return QCoreApplication.translate(THINGS, label)


def error_text(error: StudioError) -> tuple[str, str]:
    """Return the message and the hint of an error in the window's language."""
    hint = message(error.hint, error.values) if error.hint else ""
    return message(error.message, error.values), hint


def decimals(value: float, places: int = 2) -> str:
    """Return a number with the decimal separator of the window's language."""
    return QLocale().toString(float(value), "f", places)


def language_of(choice: str) -> str:
    """Return the language code for a setting: a code, or "" for the system's language."""
    if choice in LANGUAGES:
        return choice
    code = QLocale.system().name().split("_")[0]
    return code if code in LANGUAGES else "en"


def install(app: QCoreApplication, choice: str) -> str:
    """Load the translations for a setting into the application, and return the language code."""
    language = language_of(choice)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    QLocale.setDefault(QLocale(language))
    if language == "en":
        return language
    qt_folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name, folder in (
        (f"qtbase_{language}", qt_folder),
        (f"lienzo_{language}", str(resource("translations"))),
    ):
        translator = QTranslator(app)
        if translator.load(name, folder):
            app.installTranslator(translator)
    return language
