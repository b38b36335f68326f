"""Encodes composed scenes in advance: latents, masks and captions for the UNet."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny
from numpy.typing import NDArray
from torch import Tensor

from starter_recipe import captions, crowd, models, scenes, text
from starter_recipe.captions import BACKGROUNDS, LANGUAGES, NOTHING, Caption
from starter_recipe.concepts import concepts
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.vae import load_vae

CHUNK = 1024
CHUNKS = 48
PEOPLE_CHUNKS = 4
PAIR_CHUNKS = 4
PAIRS = 2048
"""Captions of two things side by side."""
LEFT, RIGHT = 3, 5
"""The cells of the two."""
POOL = 32
FILLS = 0.5
BARE = 0.05
FIRST = 16
SEED = 3


@dataclass(frozen=True)
class Sample:
    """One composed picture with its caption; `mask` is None for text to image.

    `joints` (18, 3) are those of the drawn person, x and y in pixels and 1 where seen, if any.
    `alpha` (n, n) in 0..1 is how much the thing or person covers, None where there is none.
    `key` is what the composer's choices were seeded with; maps draw theirs with it too.
    """

    image: scenes.Pixels
    mask: scenes.Pixels | None
    caption: int
    joints: scenes.Floats | None = None
    alpha: scenes.Floats | None = None
    key: tuple[int, ...] = ()


def caption_pool() -> list[Caption]:
    """Return the captions of the bank: the empty one, bare backgrounds, then POOL a concept.

    Of each concept's captions the first two are the plain ones in English and in Spanish; of each
    four, two name a place and two leave the background to a photograph.
    """
    rng = np.random.default_rng(17)
    pool = [Caption("", "en", NOTHING, 0, 0)]
    pool += [captions.nothing(rng, LANGUAGES[i % 2]) for i in range(FIRST - 1)]
    for concept in range(len(concepts())):
        pool += [Caption(captions.plain(concept, lang), lang, concept, 0, 0) for lang in LANGUAGES]
        for i in range(2, POOL):
            language = LANGUAGES[i % 2]
            in_photo = i % 4 > 1
            pool.append(
                captions.caption(rng, concept, language, photo=True)
                if in_photo
                else captions.placed(rng, concept, language)
            )
    return pool


def pair_pool() -> list[Caption]:
    """Return the captions of two things, the same ones at every call, half of them in Spanish."""
    rng = np.random.default_rng(29)
    found = []
    for number in range(PAIRS):
        first, second = rng.choice(len(concepts()), 2, replace=False).tolist()
        found.append(captions.pair(rng, first, second, LANGUAGES[number % 2]))
    return found


class Composer:
    """Draws bank samples; the seed and the number of a sample decide every choice."""

    def __init__(self, work: Work, seed: int) -> None:
        self.sprites = np.load(work.art / "sprites.npy", mmap_mode="r")
        self.photos = np.load(work.art / "photos.npy", mmap_mode="r")
        self.pool = caption_pool()
        self.crowd = crowd.crowd()
        self.pairs = pair_pool()
        self.seed = seed

    def banked(self, number: int) -> Sample:
        """Compose what the bank holds under a number: things, people, and pairs of things."""
        if number < CHUNKS * CHUNK:
            return self.sample(number)
        if number < (CHUNKS + PEOPLE_CHUNKS) * CHUNK:
            return self.person(number)
        return self.pair(number)

    def pair(self, number: int) -> Sample:
        """Compose two things side by side on white; their captions follow those of the people."""
        index = number % PAIRS
        scene = self._scene(np.random.default_rng((self.seed, 3, number)), self.pairs[index])
        caption = len(self.pool) + len(self.crowd) + index
        return Sample(scene.image, None, caption, None, None, (self.seed, 3, number))

    def person(self, number: int) -> Sample:
        """Compose a picture of one drawn person; their captions follow those of the things."""
        key = (self.seed, 2, number)
        rng = np.random.default_rng(key)
        index = int(rng.integers(len(self.crowd)))
        described = self.crowd[index]
        caption = len(self.pool) + index
        if rng.random() < FILLS:
            somebody = crowd.stand(rng, described, models.SIDE, (0.8, 0.95))
            scene = self._in_photo(rng, somebody.thing)
            kind = scenes.MASKS[rng.integers(len(scenes.MASKS))]
            mask = scenes.mask_around(rng, scene.alpha, kind)
            return Sample(scene.image, mask, caption, somebody.joints, scene.alpha, key)
        somebody = crowd.stand(rng, described, models.SIDE, (0.8, 0.95))
        scene = self._before(rng, somebody.thing, BACKGROUNDS[described.background])
        return Sample(scene.image, None, caption, somebody.joints, scene.alpha, key)

    def sample(self, number: int) -> Sample:
        """Compose one sample; every concept comes up once in as many samples as there are."""
        key = (self.seed, number)
        rng = np.random.default_rng(key)
        count = len(concepts())
        order = np.random.default_rng((self.seed, 1, number // count)).permutation(count)
        concept = int(order[number % count])
        if rng.random() < FILLS:
            bare = rng.random() < BARE
            return self._bare(rng, key) if bare else self._fill(rng, concept, key)
        option = int(rng.integers(1, POOL // 4)) * 4 + int(rng.integers(0, 2))
        index = FIRST + concept * POOL + option
        scene = self._scene(rng, self.pool[index])
        return Sample(scene.image, None, index, None, scene.alpha, key)

    def picture(self, rng: np.random.Generator, caption: Caption) -> scenes.Pixels:
        """Compose a text-to-image picture, (128, 128, 3) uint8."""
        return self._scene(rng, caption).image

    def _scene(self, rng: np.random.Generator, caption: Caption) -> scenes.Scene:
        if caption.place is None and caption.other == NOTHING:
            thing = self._thing(rng, caption, (0.7, 0.8))
        else:
            cells = {caption.concept: LEFT if caption.place is None else caption.place}
            if caption.other != NOTHING:
                cells[caption.other] = RIGHT
            thing = np.zeros((models.SIDE, models.SIDE, 4), np.float32)
            for concept, cell in cells.items():
                sprite = np.asarray(self.sprites[concept, caption.style])
                # Two cells do not overlap, so that adding them is laying one over the other.
                thing += scenes.cell_canvas(sprite, models.SIDE, cell)
            return scenes.over(thing, np.ones((models.SIDE, models.SIDE, 3), np.float32))
        return self._before(rng, thing, BACKGROUNDS[caption.background])

    def _before(self, rng: np.random.Generator, thing: scenes.Floats, name: str) -> scenes.Scene:
        if name == "photo":
            photo = self.photos[rng.integers(len(self.photos))]
            background = scenes.photo_crop(rng, photo, models.SIDE)
            background = scenes.shadow(rng, thing, background)
        elif name:
            background = scenes.named_background(rng, models.SIDE, name)
        elif rng.random() < 0.7:
            background = scenes.named_background(rng, models.SIDE, "white")
        else:
            background = scenes.soft_background(rng, models.SIDE)
        return scenes.over(thing, background)

    def _fill(self, rng: np.random.Generator, concept: int, key: tuple[int, ...]) -> Sample:
        if rng.random() < 0.2:
            option = int(rng.integers(0, 2))
        else:
            option = int(rng.integers(0, POOL // 4)) * 4 + 2 + int(rng.integers(0, 2))
        index = FIRST + concept * POOL + option
        caption = self.pool[index]
        thing = self._thing(rng, caption, (0.45, 0.8))
        scene = self._in_photo(rng, thing)
        kind = scenes.MASKS[rng.integers(len(scenes.MASKS))]
        mask = scenes.mask_around(rng, scene.alpha, kind)
        return Sample(scene.image, mask, index, None, scene.alpha, key)

    def _in_photo(self, rng: np.random.Generator, thing: scenes.Floats) -> scenes.Scene:
        photo = self.photos[rng.integers(len(self.photos))]
        background = scenes.photo_crop(rng, photo, models.SIDE)
        if rng.random() < 0.6:
            background = scenes.shadow(rng, thing, background)
        return scenes.over(thing, background)

    def _bare(self, rng: np.random.Generator, key: tuple[int, ...]) -> Sample:
        photo = self.photos[rng.integers(len(self.photos))]
        image = np.rint(scenes.photo_crop(rng, photo, models.SIDE) * 255).astype(np.uint8)
        mask = scenes.free_mask(rng, models.SIDE)
        return Sample(image, mask, int(rng.integers(0, FIRST)), key=key)

    def _thing(
        self, rng: np.random.Generator, caption: Caption, part: tuple[float, float]
    ) -> scenes.Floats:
        sprite = np.asarray(self.sprites[caption.concept, caption.style])
        return scenes.grid_place(rng, sprite, models.SIDE, part)


def encode_pictures(vae: AutoencoderTiny, images: list[scenes.Pixels]) -> Tensor:
    """Encode (n, n, 3) uint8 pictures to unscaled latents (count, 4, n/8, n/8) float32."""
    stacked = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 127.5 - 1
    stacked = stacked.contiguous(memory_format=torch.channels_last)
    with torch.no_grad(), autocast():
        latents: Tensor = vae.encode(stacked).latents
    return latents.float().contiguous()


def hide(image: scenes.Pixels, mask: scenes.Pixels) -> scenes.Pixels:
    """Paint the masked pixels mid grey, which is 0 in the -1..1 that the encoder reads."""
    return np.where(mask[..., None] > 0, np.uint8(128), image)


def build_bank(work: Work, minutes: float) -> None:
    """Encode captions and chunks of samples until the bank is full."""
    work.bank.mkdir(parents=True, exist_ok=True)
    _encode_pool(work)
    vae = load_vae(work).to(memory_format=torch.channels_last)
    composer = Composer(work, seed=SEED)
    for chunk in range(CHUNKS + PEOPLE_CHUNKS + PAIR_CHUNKS):
        path = work.bank / f"chunk-{chunk:03}.npz"
        if not path.exists():
            _write_chunk(vae, composer, chunk, path)


def _write_chunk(vae: AutoencoderTiny, composer: Composer, chunk: int, path: Path) -> None:
    latents, hidden, masks, texts = [], [], [], []
    for start in range(0, CHUNK, 32):
        rows = [composer.banked(chunk * CHUNK + start + i) for i in range(32)]
        latents.append(encode_pictures(vae, [r.image for r in rows]).half().numpy())
        empty = np.zeros((models.SIDE, models.SIDE), np.uint8)
        masks.append(np.stack([(empty if r.mask is None else r.mask)[::8, ::8] for r in rows]))
        extra = np.zeros_like(latents[-1])
        fills = [i for i, r in enumerate(rows) if r.mask is not None]
        shown = [hide(r.image, r.mask) for r in rows if r.mask is not None]
        if fills:
            extra[fills] = encode_pictures(vae, shown).half().numpy()
        hidden.append(extra)
        texts.append(np.array([r.caption for r in rows], np.int32))
    partial = path.with_suffix(".partial.npz")
    np.savez(
        partial,
        latents=np.concatenate(latents),
        hidden=np.concatenate(hidden),
        masks=np.concatenate(masks),
        texts=np.concatenate(texts),
    )
    partial.rename(path)


def _encode_pool(work: Work) -> None:
    path = work.bank / "texts.npy"
    if path.exists():
        return
    tokenizer, encoder = text.load_text(work)
    pools = (caption_pool(), crowd.crowd(), pair_pool())
    texts = [one.text for pool in pools for one in pool]
    shape = (len(texts), models.TEXT_LENGTH, models.TEXT_WIDTH)
    partial = path.with_suffix(".partial.npy")
    states = np.lib.format.open_memmap(partial, "w+", np.float16, shape)
    for start in range(0, len(texts), 64):
        with autocast():
            some = text.encode(tokenizer, encoder, texts[start : start + 64])
        states[start : start + 64] = some.half().numpy()
    states.flush()
    partial.rename(path)


class Bank:
    """Everything encoded so far, held in memory; `refresh` takes in new chunks."""

    def __init__(self, work: Work) -> None:
        self.folder = work.bank
        self.texts = np.load(work.bank / "texts.npy", mmap_mode="r")
        self.chunks: dict[int, dict[str, NDArray[np.generic]]] = {}
        self.refresh()

    def refresh(self) -> None:
        """Read chunks that were written since the last call."""
        for path in sorted(self.folder.glob("chunk-???.npz")):
            number = int(path.stem.removeprefix("chunk-"))
            if number not in self.chunks:
                with np.load(path) as chunk:
                    self.chunks[number] = {name: chunk[name] for name in chunk.files}

    def draw(
        self, rng: np.random.Generator, count: int, among: Sequence[int] = ()
    ) -> dict[str, Tensor]:
        """Return `count` random samples: latents, hidden, masks, texts (states) and numbers.

        They come from the chunks with the numbers in `among` that are written, or from all.

        A sample's number is what `Composer.banked` composed it from.
        """
        written = [number for number in among or sorted(self.chunks) if number in self.chunks]
        chunks = np.array(written)[rng.integers(0, len(written), count)]
        places = rng.integers(0, CHUNK, count)
        where = [(self.chunks[c], p) for c, p in zip(chunks.tolist(), places.tolist(), strict=True)]
        found = {
            name: torch.from_numpy(np.stack([chunk[name][p] for chunk, p in where])).float()
            for name in ("latents", "hidden", "masks")
        }
        found["numbers"] = torch.from_numpy(chunks * CHUNK + places)
        indices = [int(chunk["texts"][p]) for chunk, p in where]
        dropped = [0 if rng.random() < 0.1 else index for index in indices]
        found["texts"] = torch.from_numpy(np.stack([self.texts[i] for i in dropped])).float()
        return found


def drawn(
    work: Work, name: str, chunks: Sequence[int], draw: Callable[[Sample], scenes.Pixels]
) -> dict[int, scenes.Pixels]:
    """Return by chunk what is drawn for each of its samples, (1024, ...) uint8; drawn once."""
    folder = work.root / "maps"
    folder.mkdir(parents=True, exist_ok=True)
    composer = Composer(work, SEED)
    found = {}
    for chunk in chunks:
        path = folder / f"{name}-{chunk:03}.npz"
        if not path.exists():
            numbers = range(chunk * CHUNK, (chunk + 1) * CHUNK)
            maps = np.stack([draw(composer.banked(number)) for number in numbers])
            partial = path.with_suffix(".partial.npz")
            np.savez_compressed(partial, maps=maps)
            partial.rename(path)
        with np.load(path) as kept:
            found[chunk] = kept["maps"]
    return found


def latent_scale(work: Work) -> float:
    """Return the factor that gives latents unit deviation: the adopted model's, else the bank's."""
    if work.scale.exists():
        return float(work.scale.read_text("utf-8"))
    with np.load(work.bank / "chunk-000.npz") as chunk:
        return round(1.0 / float(chunk["latents"].astype(np.float32).std()), 4)
