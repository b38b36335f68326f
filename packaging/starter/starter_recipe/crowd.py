"""Describes drawn people in English and Spanish, and puts them into pictures with their joints."""

from dataclasses import dataclass

import numpy as np

from starter_recipe import captions, people, scenes
from starter_recipe.people import Person
from starter_recipe.scenes import Floats

DESCRIBED = 1024
FLAT = 0.15

KINDS = {
    "en": {"man": "man", "woman": "woman", "boy": "boy", "girl": "girl"},
    "es": {"man": "hombre", "woman": "mujer", "boy": "niño", "girl": "niña"},
}
ACTIONS = {
    "en": {
        "standing": "standing", "waving": "waving", "arms up": "with arms up",
        "walking": "walking", "running": "running", "sitting": "sitting",
        "pointing": "pointing", "jumping": "jumping",
    },
    "es": {
        "standing": "de pie", "waving": "saludando", "arms up": "con los brazos en alto",
        "walking": "caminando", "running": "corriendo", "sitting": "en cuclillas",
        "pointing": "señalando", "jumping": "saltando",
    },
}  # fmt: skip
FEMININE = {
    "blanco": "blanca", "negro": "negra", "rojo": "roja", "amarillo": "amarilla",
    "morado": "morada",
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """Somebody and the words for them; `background` counts in captions.BACKGROUNDS."""

    text: str
    language: str
    person: Person
    flat: bool
    background: int


def crowd() -> list[Described]:
    """Return the people of the bank, the same ones at every call, half of them in Spanish."""
    rng = np.random.default_rng(23)
    return [describe(rng, captions.LANGUAGES[i % 2], photo=i % 4 > 1) for i in range(DESCRIBED)]


def describe(rng: np.random.Generator, language: str, photo: bool) -> Described:
    """Draw somebody at random and write a caption that says some of what they look like."""
    person = people.random_person(rng)
    flat = bool(rng.random() < FLAT)
    background = 0
    if not photo and rng.random() < 0.35:
        background = int(rng.integers(1, len(captions.BACKGROUNDS) - 1))
    text = words(rng, person, language)
    if flat:
        text = f"{text}, {'flat style' if language == 'en' else 'estilo plano'}"
    if background:
        name = captions.BACKGROUNDS[background]
        text = captions.with_background(rng, text, language, name)
    return Described(captions.worn(rng, text), language, person, flat, background)


def words(rng: np.random.Generator, person: Person, language: str) -> str:
    """Name somebody, mostly with their clothes and with what they do."""
    kind = KINDS[language][person.kind]
    female = person.kind in ("woman", "girl")
    article = "a" if language == "en" else "una" if female else "un"
    parts = [f"{article} {kind}"]
    if rng.random() < 0.8:
        parts.append(_clothes(person, language))
    if rng.random() < 0.75:
        parts.append(ACTIONS[language][person.action])
    return " ".join(parts)


def _clothes(person: Person, language: str) -> str:
    if language == "en":
        if person.skirt:
            return f"in a {person.top} dress"
        return f"in a {person.top} shirt and {person.bottom} trousers"
    top = captions.SPANISH_COLOURS[person.top]
    if person.skirt:
        return f"con un vestido {top}"
    return (
        f"con camisa {FEMININE.get(top, top)} y pantalón {captions.SPANISH_COLOURS[person.bottom]}"
    )


def wordings(language: str) -> list[str]:
    """Return every fixed wording of a language, for the vocabulary."""
    colours = FEMININE.values() if language == "es" else ()
    clothes = {"en": "in a shirt and trousers dress", "es": "con camisa y pantalón un vestido"}
    return [
        *KINDS[language].values(), *ACTIONS[language].values(), *colours, clothes[language],
    ]  # fmt: skip


@dataclass(frozen=True)
class Standing:
    """A person in a frame: (n, n, 4) premultiplied in 0..1, joints (18, 3) in its pixels."""

    thing: Floats
    joints: Floats


def stand(
    rng: np.random.Generator, described: Described, side: int, part: tuple[float, float]
) -> Standing:
    """Draw somebody in a pose of their action and put them somewhere in a frame."""
    figure = people.draw_person(rng, described.person, described.flat)
    size, centre = scenes.grid_spot(rng, side, part)
    joints = figure.joints.copy()
    corner = np.array([round(c - size / 2) for c in centre], np.float32)
    joints[:, :2] = joints[:, :2] * (size / people.CANVAS) + corner
    return Standing(scenes.sprite_canvas(figure.sprite, side, size, centre), joints)
