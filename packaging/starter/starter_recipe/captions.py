"""Writes captions in English and Spanish for a thing, a style and a background."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from starter_recipe.art import STYLES
from starter_recipe.concepts import Concept, concepts
from starter_recipe.scenes import COLOURS

LANGUAGES = ("en", "es")
BACKGROUNDS = ("", *COLOURS, "photo")
NOTHING = -1

SPANISH_COLOURS = {
    "white": "blanco",
    "black": "negro",
    "grey": "gris",
    "red": "rojo",
    "orange": "naranja",
    "yellow": "amarillo",
    "green": "verde",
    "blue": "azul",
    "purple": "morado",
    "pink": "rosa",
    "brown": "marrón",
    "turquoise": "turquesa",
}
OPENINGS: dict[str, tuple[str, ...]] = {
    "en": (
        "a picture of {}", "an image of {}", "a photo of {}", "an illustration of {}",
        "a drawing of {}", "{} in the middle", "picture of {}", "a close-up of {}", "one {}",
        "here is {}", "paint {}", "draw {}", "there is {}", "an icon of {}",
    ),
    "es": (
        "una imagen de {}", "una foto de {}", "una ilustración de {}", "un dibujo de {}",
        "imagen de {}", "{} en el centro", "un primer plano de {}", "aquí hay {}", "pinta {}",
        "dibuja {}", "hay {}", "foto de {}", "un icono de {}", "quiero {}",
    ),
}  # fmt: skip
STYLE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "3d": ("{} in 3d", "{}, 3d", "{}, 3d render", "a 3d render of {}", "{}, glossy 3d style"),
        "cartoon": ("{}, cartoon style", "a cartoon of {}", "{}, cartoon"),
        "flat": ("{}, flat design", "a flat icon of {}", "{}, flat style", "{}, flat"),
    },
    "es": {
        "3d": ("{} en 3d", "{}, 3d", "un render 3d de {}", "{}, estilo 3d brillante"),
        "cartoon": (
            "{} de dibujos animados", "{}, estilo caricatura", "una caricatura de {}",
            "{}, dibujo animado",
        ),
        "flat": ("{}, diseño plano", "un icono plano de {}", "{}, estilo plano", "{}, plano"),
    },
}  # fmt: skip
BACKGROUND_WORDS = {
    "en": ("{} on a {} background", "{}, {} background", "{} against a {} background"),
    "es": ("{} sobre fondo {}", "{} sobre un fondo {}", "{}, fondo {}", "{} con fondo {}"),
}
PHOTO_WORDS = {
    "en": ("{} in a photo", "{} in a real photo", "{} on a photo background", "{} outdoors"),
    "es": ("{} en una foto", "{} en una foto real", "{} sobre una foto", "{} al aire libre"),
}
NOTHING_WORDS = {
    "en": ("background", "an empty background", "empty", "nothing", "just the background"),
    "es": ("fondo", "un fondo vacío", "vacío", "nada", "solo el fondo"),
}
BEFORE = {
    "en": ("cute", "big", "small", "little", "beautiful", "nice", "shiny", "new", "funny"),
    "es": ("pequeño", "gran", "bonito", "lindo", "precioso", "simpático", "nuevo", "bello"),
}
AFTER = {
    "en": (
        "highly detailed", "very cute", "best quality", "sitting on a table", "in the sunlight",
        "colourful", "soft light", "standing on the grass", "on the floor", "at the beach",
        "in the street", "in the garden", "on the wall", "please", "for a child",
    ),
    "es": (
        "muy detallado", "muy bonito", "de alta calidad", "sobre una mesa", "a la luz del sol",
        "colorido", "luz suave", "sobre la hierba", "en el suelo", "en la playa", "en la calle",
        "en el jardín", "en la pared", "por favor", "para un niño",
    ),
}  # fmt: skip


PLACE_WORDS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (
        ("at the top left", "in the upper left corner"), ("at the top", "above"),
        ("at the top right", "in the upper right corner"), ("on the left", "at the left"),
        ("small, in the middle", "small and in the centre"), ("on the right", "at the right"),
        ("at the bottom left", "in the lower left corner"), ("at the bottom", "below"),
        ("at the bottom right", "in the lower right corner"),
    ),
    "es": (
        ("arriba a la izquierda", "en la esquina superior izquierda"),
        ("arriba", "en la parte de arriba"),
        ("arriba a la derecha", "en la esquina superior derecha"),
        ("a la izquierda", "en la parte izquierda"), ("pequeño en el centro", "en pequeño"),
        ("a la derecha", "en la parte derecha"),
        ("abajo a la izquierda", "en la esquina inferior izquierda"),
        ("abajo", "en la parte de abajo"),
        ("abajo a la derecha", "en la esquina inferior derecha"),
    ),
}  # fmt: skip
"""The words for each cell of the grid of scenes.PLACES, row by row."""
AND = {"en": ("{} and {}", "{} next to {}", "{} beside {}"), "es": ("{} y {}", "{} junto a {}")}


@dataclass(frozen=True)
class Caption:
    """A text and what it asks for; `concept` is NOTHING for a bare background.

    ``place`` is a cell of the grid, row by row, None for the middle at full size; ``other`` is the
    thing at the right of two, NOTHING for one alone.
    """

    text: str
    language: str
    concept: int
    style: int
    background: int
    place: int | None = None
    other: int = NOTHING


def caption(rng: np.random.Generator, concept: int, language: str, photo: bool) -> Caption:
    """Write a caption at random; what it leaves unsaid is the default style and background."""
    thing = concepts()[concept]
    style = 0 if rng.random() < 0.72 else int(rng.integers(1, len(STYLES)))
    background = 0
    if not photo and rng.random() < 0.35:
        background = int(rng.integers(1, len(BACKGROUNDS)))
    say_style = style > 0 or rng.random() < 0.12
    text = phrase(rng, thing, language, STYLES[style] if say_style else "")
    if background:
        text = with_background(rng, text, language, BACKGROUNDS[background])
    if rng.random() < 0.12:
        text = f"{text}, {_pick(rng, AFTER[language])}"
    return Caption(worn(rng, text), language, concept, style, background)


def placed(rng: np.random.Generator, concept: int, language: str) -> Caption:
    """Write a caption of a small thing in a named place, in any style."""
    style = 0 if rng.random() < 0.6 else int(rng.integers(1, len(STYLES)))
    cell = int(rng.integers(len(PLACE_WORDS[language])))
    text = phrase(rng, concepts()[concept], language, STYLES[style] if style else "")
    text = f"{text} {_pick(rng, PLACE_WORDS[language][cell])}"
    return Caption(worn(rng, text), language, concept, style, 0, cell)


def pair(rng: np.random.Generator, first: int, second: int, language: str) -> Caption:
    """Write a caption of two things side by side, the first at the left."""
    both = [with_article(concepts()[i].names(language)[0], concepts()[i], language)
            for i in (first, second)]  # fmt: skip
    text = _pick(rng, AND[language]).format(*both)
    return Caption(worn(rng, text), language, first, 0, 0, None, second)


def phrase(rng: np.random.Generator, thing: Concept, language: str, style: str) -> str:
    """Name a thing, with or without article, opening words and a style ("" says none)."""
    names = thing.names(language)
    name = names[0] if rng.random() < 0.75 else _pick(rng, names)
    if rng.random() < 0.08:
        name = f"{_pick(rng, BEFORE[language])} {name}"
    bare = language == "en" and style in ("cartoon", "flat", "3d") and rng.random() < 0.4
    if bare:
        return with_article(f"{style} {name}", thing, language)
    text = with_article(name, thing, language) if rng.random() < 0.7 else name
    if style:
        return _pick(rng, STYLE_WORDS[language][style]).format(text)
    return _pick(rng, OPENINGS[language]).format(text) if rng.random() < 0.35 else text


def plain(concept: int, language: str) -> str:
    """Return the simplest prompt for a thing, such as "a teddy bear" or "un oso de peluche"."""
    thing = concepts()[concept]
    return with_article(thing.names(language)[0], thing, language)


def with_article(name: str, thing: Concept, language: str) -> str:
    """Put an indefinite article before a name."""
    if language == "es":
        article = {"m": "un", "f": "una", "mp": "unos", "fp": "unas"}[thing.gender]
        if thing.gender == "f" and name == thing.es and name in ("águila", "ancla"):
            article = "un"
        return f"{article} {name}"
    if thing.plural:
        return f"some {name}"
    vowel = name[0] in "aeio" or name.startswith(("um", "hour"))
    return f"an {name}" if vowel else f"a {name}"


def with_background(rng: np.random.Generator, text: str, language: str, background: str) -> str:
    """Add words for one of BACKGROUNDS to a caption."""
    if background == "photo":
        return _pick(rng, PHOTO_WORDS[language]).format(text)
    colour = background if language == "en" else SPANISH_COLOURS[background]
    return _pick(rng, BACKGROUND_WORDS[language]).format(text, colour)


def nothing(rng: np.random.Generator, language: str) -> Caption:
    """Write a caption that asks for the background alone."""
    return Caption(_pick(rng, NOTHING_WORDS[language]), language, NOTHING, 0, 0)


def worn(rng: np.random.Generator, text: str) -> str:
    """Write a caption as people type: now and then without accents or with capitals."""
    draw = rng.random()
    if draw < 0.15:
        return strip_accents(text)
    if draw < 0.2:
        return text.capitalize()
    return f"{text}." if draw < 0.23 else text


def strip_accents(text: str) -> str:
    """Remove every diacritic from a text."""
    parts = unicodedata.normalize("NFD", text)
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def templates(language: str) -> list[str]:
    """Return every template and fixed wording of a language, for the tokenizer's corpus."""
    styles = [t for group in STYLE_WORDS[language].values() for t in group]
    colours = SPANISH_COLOURS.values() if language == "es" else COLOURS
    fixed = (OPENINGS, BACKGROUND_WORDS, PHOTO_WORDS, NOTHING_WORDS, BEFORE, AFTER, AND)
    places = [text for cell in PLACE_WORDS[language] for text in cell]
    return [*styles, *colours, *places, *(t for table in fixed for t in table[language])]


def _pick(rng: np.random.Generator, options: tuple[str, ...]) -> str:
    return options[int(rng.integers(len(options)))]
