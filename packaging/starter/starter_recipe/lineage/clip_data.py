"""What CLIP is trained on: a thing of any style, size and place on a plain ground or a photograph.

Unlike the pictures that the other systems paint, these are composed anew for each batch: CLIP must
find a thing anywhere.
"""

from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import captions, plain, scenes, text
from starter_recipe.art import STYLES
from starter_recipe.bank import caption_pool
from starter_recipe.captions import BACKGROUNDS, NOTHING
from starter_recipe.concepts import concepts
from starter_recipe.lineage.data import TOKENS, folder
from starter_recipe.paths import Work
from studio.engine.clip.networks import SIDE, pooled

UNSAID = -1
PHOTO = len(BACKGROUNDS) - 1
PARTS = (0.34, 0.95)
"""The edge of a thing in parts of the frame."""
LEAVES = 0.12
"""The part of the frame by which a thing may stick out of it."""
HELD_PHOTOS = 80
"""The last photographs, which no training picture shows."""
KINDS = {"white": 0.2, "colour": 0.22, "soft": 0.08, "photo": 0.42, "nothing": 0.08}
"""The part of each kind of ground in a batch; "nothing" is a photograph or ground alone."""
SEED = 71


@dataclass(frozen=True)
class Said:
    """A caption and what it names; UNSAID for a style, ground or place that it leaves open."""

    text: str
    concept: int
    style: int = UNSAID
    ground: int = UNSAID
    place: int = UNSAID


def sayings() -> list[Said]:
    """Return all captions: those of `plain`, the bank's, and some with a photograph as ground."""
    found = []
    for row in plain.rows():
        named = row.group == "style"
        ground = BACKGROUNDS.index(row.ground) if row.group == "ground" else UNSAID
        if row.group != "key":
            found.append(Said(row.text, row.concept, row.style if named else UNSAID, ground))
    for one in caption_pool():
        style = one.style if one.style or "3d" in one.text.lower() else UNSAID
        place = UNSAID if one.place is None else one.place
        ground = one.background if one.background else UNSAID
        if one.concept != NOTHING:
            found.append(Said(one.text, one.concept, style, ground, place))
    rng = np.random.default_rng(SEED)
    for concept, thing in enumerate(concepts()):
        for language in captions.LANGUAGES:
            said = captions.with_background(
                rng, captions.phrase(rng, thing, language, ""), language, "photo"
            )
            found.append(Said(captions.worn(rng, said), concept, ground=PHOTO))
    bare = [word for language in captions.LANGUAGES for word in captions.NOTHING_WORDS[language]]
    bare += ["a photo", "a landscape", "a place", "una foto", "un paisaje", "un lugar"]
    return found + [Said(one, NOTHING) for one in bare]


def encode(work: Work, texts: list[str]) -> Tensor:
    """Return what the text tower takes of texts, (n, 512) float32."""
    tokenizer, encoder = text.load_text(work)
    found = []
    for start in range(0, len(texts), 128):
        batch = tokenizer(
            texts[start : start + 128],
            padding="longest", truncation=True, max_length=TOKENS, return_tensors="pt",
        )  # fmt: skip
        with torch.no_grad():
            states = encoder(input_ids=batch.input_ids).last_hidden_state
        found.append(pooled(states, batch.input_ids, tokenizer.eos_token_id))
    return torch.cat(found)


def build(work: Work) -> None:
    """Encode every caption once."""
    target = folder(work) / "clip-texts.npy"
    if not target.exists():
        made = encode(work, [said.text for said in sayings()])
        np.save(target.with_suffix(".partial.npy"), made.half().numpy())
        target.with_suffix(".partial.npy").rename(target)


@dataclass(frozen=True)
class Scene:
    """A picture (SIDE, SIDE, 3) uint8 and what it shows; `place` is a cell of the grid."""

    image: scenes.Pixels
    concept: int
    style: int
    ground: int
    place: int


class Scenes:
    """Composes pictures; a generator decides every choice."""

    def __init__(self, work: Work, held_out: bool = False) -> None:
        """Open the art; ``held_out`` takes the photographs that training does not show."""
        photos = np.load(work.art / "photos.npy", mmap_mode="r")
        self.photos = photos[-HELD_PHOTOS:] if held_out else photos[:-HELD_PHOTOS]
        sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        # Halved and quartered, so that a thing can be turned and shrunk at once without aliases.
        self.levels = [
            np.stack([[_smaller(np.asarray(s), n) for s in row] for row in sprites])
            for n in (72, 36)
        ]

    def draw(self, rng: np.random.Generator, concept: int, kind: str) -> Scene:
        """Compose a picture of a concept on a ground of one of KINDS."""
        if kind == "nothing":
            ground, index = self._ground(rng, "photo" if rng.random() < 0.8 else "colour")
            return Scene(_pixels(ground), NOTHING, UNSAID, index, UNSAID)
        style = int(rng.integers(len(STYLES)))
        size = float(rng.uniform(*PARTS)) * SIDE
        slack = (SIDE - size) / 2 + LEAVES * SIDE
        centre = SIDE / 2 + np.clip(rng.normal(0, 0.5, 2), -1, 1) * slack
        thing = self._thing(rng, concept, style, size, centre)
        ground, index = self._ground(rng, kind)
        if kind == "photo" and rng.random() < 0.5:
            ground = scenes.shadow(rng, thing, ground)
        cells = np.clip((centre / SIDE * 3).astype(int), 0, 2)
        small = size < 0.6 * SIDE
        place = int(cells[1] * 3 + cells[0]) if small else UNSAID
        return Scene(scenes.over(thing, ground).image, concept, style, index, place)

    def _thing(
        self,
        rng: np.random.Generator,
        concept: int,
        style: int,
        size: float,
        centre: NDArray[np.float64],
    ) -> scenes.Floats:
        sprite = self.levels[0 if size > 30 else 1][concept, style]
        scale = size / sprite.shape[0]
        turn = cv2.getRotationMatrix2D(
            (sprite.shape[0] / 2, sprite.shape[0] / 2), float(rng.normal(0, 8)), scale
        )
        if rng.random() < 0.5:
            sprite = np.ascontiguousarray(sprite[:, ::-1])
        turn[:, 2] += centre - sprite.shape[0] / 2
        placed = cv2.warpAffine(sprite, turn, (SIDE, SIDE), flags=cv2.INTER_LINEAR)
        return placed.astype(np.float32) / np.float32(255)

    def _ground(self, rng: np.random.Generator, kind: str) -> tuple[scenes.Floats, int]:
        if kind == "photo":
            photo = self.photos[rng.integers(len(self.photos))]
            return scenes.photo_crop(rng, np.asarray(photo), SIDE), PHOTO
        if kind == "soft":
            return scenes.soft_background(rng, SIDE), UNSAID
        name = "white" if kind == "white" else str(rng.choice(list(scenes.COLOURS)))
        return scenes.named_background(rng, SIDE, name), BACKGROUNDS.index(name)


def _smaller(sprite: scenes.Pixels, side: int) -> scenes.Pixels:
    return np.asarray(cv2.resize(sprite, (side, side), interpolation=cv2.INTER_AREA), np.uint8)


def _pixels(picture: scenes.Floats) -> scenes.Pixels:
    return np.asarray(np.rint(picture * 255), np.uint8)


def to_tensor(images: list[scenes.Pixels]) -> Tensor:
    """Return pictures (n, 3, h, w) in -1..1."""
    return torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1


class Captions:
    """All captions as arrays, and which of them fit which picture."""

    def __init__(self, work: Work) -> None:
        build(work)
        said = sayings()
        self.said = said
        self.encoded = torch.from_numpy(np.load(folder(work) / "clip-texts.npy")).float()
        fields = ("concept", "style", "ground", "place")
        self.facts = np.array([[getattr(one, name) for name in fields] for one in said])
        concept = self.facts[:, 0]
        self.of = {int(one): np.flatnonzero(concept == one) for one in np.unique(concept)}

    def fitting(self, rng: np.random.Generator, scene: Scene) -> int:
        """Return the number of a caption that says nothing that the scene contradicts."""
        rows = self.of[scene.concept]
        wanted = np.array([scene.style, scene.ground, scene.place])
        facts = self.facts[rows, 1:]
        fits = rows[((facts == UNSAID) | (facts == wanted)).all(1)]
        return int(fits[rng.integers(len(fits))])

    def one_each(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """Return a caption of each concept and one of nothing."""
        return np.array([rows[rng.integers(len(rows))] for rows in self.of.values()])


def matches(seen: NDArray[np.int64], facts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return (pictures, texts): whether a text's facts (t, 4) are true of a picture's (p, 4)."""
    same = seen[:, None, 0] == facts[None, :, 0]
    rest = (facts[None, :, 1:] == UNSAID) | (facts[None, :, 1:] == seen[:, None, 1:])
    return np.asarray(same & rest.all(2))


def held_out_prompts(language: str) -> list[str]:
    """Return a prompt for each concept that no training caption contains."""
    rng = np.random.default_rng((SEED, len(language), ord(language[0])))
    known = {said.text.lower() for said in sayings()}
    found = []
    for thing in concepts():
        written = ""
        while not written or written.lower() in known:
            written = captions.phrase(rng, thing, language, "")
            if rng.random() < 0.3:
                written = f"{written}, {captions.AFTER[language][int(rng.integers(5))]}"
        found.append(written)
    return found
