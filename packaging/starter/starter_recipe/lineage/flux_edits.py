"""Pictures before and after an instruction, aligned exactly because both are drawn.

A thing gets another colour, style or ground, is mirrored, is replaced by another thing or removed.
They teach the small Flux what Flux Kontext does (Black Forest Labs 2025,
https://arxiv.org/abs/2506.15742): to change a picture as it is told and to leave the rest.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor

from starter_recipe import captions, plain, scenes
from starter_recipe.art import STYLES
from starter_recipe.bank import encode_pictures
from starter_recipe.captions import LANGUAGES, SPANISH_COLOURS
from starter_recipe.concepts import concepts
from starter_recipe.lineage.data import PlainData, encode_text, folder
from starter_recipe.paths import Work
from starter_recipe.vae import load_vae

SEED = 67
TINTS = tuple(name for name in scenes.COLOURS if name not in ("white", "brown"))
EACH = 5
"""The colours that a thing is shown in; with the others it is asked for when measured."""
KINDS = {"tint": 0.32, "ground": 0.24, "swap": 0.14, "remove": 0.1, "style": 0.1, "mirror": 0.1}
"""The part of each kind of change."""
FEMININE = {"rojo": "roja", "amarillo": "amarilla", "morado": "morada", "negro": "negra"}
NOTHING = 0.1
"""The part of pairs with an empty instruction, whose pictures are the same."""
WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "tint": {
        "en": ("make it {0}", "turn it {0}", "paint it {0}", "in {0}", "make the thing {0}"),
        "es": (
            "ponlo {0}", "hazlo {0}", "píntalo de {0}", "de color {0}", "ponla {1}", "hazla {1}",
            "píntala de {0}",
        ),
    },
    "ground": {
        "en": (
            "make the background {0}", "{0} background", "on a {0} background",
            "change the background to {0}",
        ),
        "es": ("pon el fondo {0}", "fondo {0}", "sobre fondo {0}", "cambia el fondo a {0}"),
    },
    "swap": {
        "en": ("turn it into {0}", "replace it with {0}"),
        "es": ("conviértelo en {0}", "cámbialo por {0}"),
    },
    "remove": {
        "en": ("remove it", "take it away", "delete it", "remove the {0}"),
        "es": ("quítalo", "bórralo", "elimínalo", "quita: {0}"),
    },
    "mirror": {
        "en": ("mirror it", "flip it", "turn it around"),
        "es": ("voltéalo", "refléjalo", "dale la vuelta"),
    },
}  # fmt: skip
STYLE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "cartoon": ("make it a cartoon", "turn it into a cartoon", "in cartoon style"),
        "flat": ("make it flat", "turn it into a flat icon", "in flat style"),
        "3d": ("make it 3d", "turn it into a 3d render", "in 3d"),
    },
    "es": {
        "cartoon": ("hazlo de dibujos animados", "conviértelo en un dibujo animado"),
        "flat": ("hazlo plano", "conviértelo en un icono plano", "en estilo plano"),
        "3d": ("hazlo en 3d", "conviértelo en un render 3d", "en 3d"),
    },
}


def instructions(kind: str, language: str, value: str, concept: int) -> list[str]:
    """Return the ways to ask for a change; ``value`` is a colour, a style or a thing's phrase."""
    if kind == "style":
        return list(STYLE_WORDS[language][value])
    if kind == "remove":
        value = concepts()[concept].names(language)[0]
    elif kind in ("tint", "ground") and language == "es":
        value = {**SPANISH_COLOURS, plain.KEY: "magenta"}[value]
    return [text.format(value, FEMININE.get(value, value)) for text in WORDS[kind][language]]


@dataclass(frozen=True)
class Pair:
    """One change: rows of `Edits.latents` before and after it, and the ways to ask for it."""

    kind: str
    value: str
    concept: int
    before: int
    after: int


def tinted(sprite: scenes.Pixels, name: str) -> scenes.Pixels:
    """Return a premultiplied sprite (n, n, 4) in one colour, its light and shade kept."""
    alpha = sprite[..., 3:].astype(np.float32) / 255
    bare = np.clip(sprite[..., :3] / 255 / np.maximum(alpha, 1e-3), 0, 1).astype(np.float32)
    lab = cv2.cvtColor(bare, cv2.COLOR_RGB2LAB)
    wanted = np.array([[scenes.COLOURS[name]]], np.float32) / 255
    light, *tone = cv2.cvtColor(wanted, cv2.COLOR_RGB2LAB)[0, 0].tolist()
    mean = float((lab[..., 0] * alpha[..., 0]).sum() / max(1.0, float(alpha.sum())))
    lab[..., 0] = np.clip(0.75 * (lab[..., 0] - mean) + 0.35 * mean + 0.65 * light, 0, 100)
    lab[..., 1:] = tone
    made = np.clip(cv2.cvtColor(lab, cv2.COLOR_LAB2RGB), 0, 1) * alpha
    return np.dstack([np.rint(made * 255).astype(np.uint8), sprite[..., 3]])


def recoloured() -> list[list[tuple[str, str]]]:
    """Return the colours that each thing is shown in, with the ground of each rendering."""
    rng = np.random.default_rng(SEED)
    names = list(plain.GROUNDS)
    return [
        [
            (TINTS[one], "white" if rng.random() < 0.5 else names[int(rng.integers(len(names)))])
            for one in rng.permutation(len(TINTS))[:EACH].tolist()
        ]
        for _ in concepts()
    ]


def _encode(work: Work, target: Path) -> None:
    """Write the latents of every recoloured and mirrored rendering and of each bare ground."""
    vae = load_vae(work).to(memory_format=torch.channels_last)
    sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
    drawn = []
    for concept, colours in enumerate(recoloured()):
        sprite = np.asarray(sprites[concept, 0])
        drawn += [plain.rendering(tinted(sprite, tint), ground) for tint, ground in colours]
        drawn.append(plain.rendering(np.ascontiguousarray(sprite[:, ::-1]), "white"))
    empty = np.zeros((8, 8, 4), np.uint8)
    drawn += [plain.rendering(empty, name) for name in plain.GROUNDS]
    parts = [
        encode_pictures(vae, drawn[start : start + 32]).half().numpy()
        for start in range(0, len(drawn), 32)
    ]
    partial = target.with_suffix(".partial.npy")
    np.save(partial, np.concatenate(parts))
    partial.rename(target)


class Edits:
    """Draws pairs with instructions; ``latents`` are those of `PlainData` and then its own."""

    def __init__(self, work: Work, data: PlainData) -> None:
        """Open the caches, which are made if missing."""
        self.work = work
        path = folder(work) / "edits.npy"
        if not path.exists():
            _encode(work, path)
        own = torch.from_numpy(np.load(path)).float() * data.scale
        self.latents = torch.cat([data.latents, own])
        self.first = len(data.latents)
        self.place = {pair: number for number, pair in enumerate(data.pairs)}
        self.names = list(plain.GROUNDS)
        self.recoloured = recoloured()
        self.texts, self.states, self.pooled = self._encoded()

    def pair(self, rng: np.random.Generator, kind: str, concept: int) -> Pair:
        """Return a random change of a kind."""
        each = EACH + 1
        rendered = self.first + concept * each
        names, place = self.names, self.place
        ground = "white" if rng.random() < 0.5 else str(rng.choice(names))
        if kind == "tint":
            number = int(rng.integers(EACH))
            tint, ground = self.recoloured[concept][number]
            return Pair(kind, tint, concept, place[concept, 0, ground], rendered + number)
        if kind == "mirror":
            both = [place[concept, 0, "white"], rendered + each - 1]
            first = int(rng.integers(2))
            return Pair(kind, "", concept, both[first], both[1 - first])
        before = place[concept, 0, ground]
        if kind == "ground":
            wanted = str(rng.choice([name for name in names if name != ground]))
            return Pair(kind, wanted, concept, before, place[concept, 0, wanted])
        if kind == "remove":
            bare = self.first + len(concepts()) * each + names.index(ground)
            return Pair(kind, "", concept, before, bare)
        if kind == "style":
            old, new = rng.permutation(len(STYLES))[:2].tolist()
            both = [place[concept, one, "white"] for one in (old, new)]
            return Pair(kind, STYLES[new], concept, both[0], both[1])
        other = int(rng.integers(len(concepts())))
        return Pair(kind, str(other), concept, before, place[other, 0, ground])

    def asked(self, rng: np.random.Generator, pair: Pair, language: str) -> str:
        """Return an instruction for a change, as people type it."""
        value = pair.value
        if pair.kind == "swap":
            value = captions.plain(int(value), language)
        return str(rng.choice(instructions(pair.kind, language, value, pair.concept)))

    def draw(self, rng: np.random.Generator, count: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """Return latents before and after (count, 4, 16, 16), states and pooled of what is asked.

        The part NOTHING is an empty instruction that changes nothing.
        """
        pairs, asked = [], []
        for kind in rng.choice(list(KINDS), count, p=list(KINDS.values())):
            one = self.pair(rng, str(kind), int(rng.integers(len(concepts()))))
            text = self.asked(rng, one, LANGUAGES[int(rng.integers(2))])
            nothing = rng.random() < NOTHING
            pairs.append((one.before, one.before if nothing else one.after))
            asked.append(0 if nothing else self.texts[text])
        before, after = (list(side) for side in zip(*pairs, strict=True))
        states, pooled = self.states[asked].float(), self.pooled[asked].float()
        return self.latents[before], self.latents[after], states, pooled

    def _encoded(self) -> tuple[dict[str, int], Tensor, Tensor]:
        """Return every instruction with its row, states and pooled states; row 0 is ""."""
        every = {"": 0}
        for language in LANGUAGES:
            for concept in range(len(concepts())):
                thing = captions.plain(concept, language)
                said = instructions("swap", language, thing, concept)
                said += instructions("remove", language, "", concept)
                if not concept:
                    for kind, values in (("tint", TINTS), ("ground", self.names)):
                        for value in values:
                            said += instructions(kind, language, value, 0)
                    said += instructions("mirror", language, "", 0)
                    for style in STYLES:
                        said += instructions("style", language, style, 0)
                for text in said:
                    every.setdefault(text, len(every))
        path = folder(self.work) / "instructions.pt"
        if not path.exists():
            states, pooled = encode_text(self.work, list(every))
            partial = path.with_suffix(".partial")
            torch.save({"states": states.half(), "pooled": pooled.half()}, partial)
            partial.rename(path)
        kept = torch.load(path, weights_only=True)
        if len(kept["states"]) != len(every):
            path.unlink()
            return self._encoded()
        return every, kept["states"], kept["pooled"]
