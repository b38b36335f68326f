"""Measures the exported folder as a stock pipeline would run it, and draws the contact sheet."""

import json
import math
import string
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import torch
from diffusers import AutoencoderTiny, DDIMScheduler, StableDiffusionPipeline
from PIL import Image
from skimage import data
from torch import Tensor

from starter_recipe import bank, base, captions, judge, models, scenes, text, vae
from starter_recipe.bank import Composer, encode_pictures, hide
from starter_recipe.concepts import concepts
from starter_recipe.export import fill_unet
from starter_recipe.paths import RECIPE, Work

STEPS = 12
GUIDANCE = 4.0
GROUP = 17
PHOTOS = ("astronaut", "coffee", "chelsea", "rocket")
SHOWN = (
    "teddy bear", "cat", "dog", "car", "apple", "pizza", "rocket", "tree", "house", "sunflower",
    "butterfly", "hot air balloon", "elephant", "penguin", "owl", "octopus", "strawberry",
    "donut", "birthday cake", "hamburger", "airplane", "sailboat", "castle", "guitar", "umbrella",
    "robot", "snowman", "mushroom", "fish", "bicycle",
)  # fmt: skip


class Painter:
    """Runs the exported networks in float32 with the stock DDIM sampler."""

    def __init__(self, result: Path) -> None:
        pipeline = StableDiffusionPipeline.from_pretrained(result, safety_checker=None)
        pipeline.set_progress_bar_config(disable=True)
        self.pipeline = pipeline
        self.fill = fill_unet(result)
        self.vae: AutoencoderTiny = pipeline.vae

    def paint(self, prompts: list[str], seed: int) -> Tensor:
        """Paint one picture a prompt: (n, 3, 128, 128) in -1..1; picture i has seed + i."""
        made = self.pipeline(
            prompts,
            num_inference_steps=STEPS, guidance_scale=GUIDANCE, output_type="pt",
            generator=[torch.Generator().manual_seed(seed + i) for i in range(len(prompts))],
        )  # fmt: skip
        pictures: Tensor = made.images * 2 - 1
        return pictures.float()

    def fill_in(
        self, prompt: str, photo: scenes.Pixels, mask: scenes.Pixels, seed: int
    ) -> scenes.Pixels:
        """Fill a mask (128, 128) of a photograph (128, 128, 3) uint8; the rest stays as it is."""
        scale = self.vae.config.scaling_factor
        hidden = encode_pictures(self.vae, [hide(photo, mask)]) * scale
        small = torch.from_numpy(mask[::8, ::8].copy()).float()[None, None]
        extra = torch.cat([small, hidden], 1)
        positive, negative = self.pipeline.encode_prompt(prompt, torch.device("cpu"), 1, True, None)
        states = torch.cat([negative, positive])
        scheduler = DDIMScheduler.from_config(self.pipeline.scheduler.config)
        scheduler.set_timesteps(STEPS)
        latent = torch.randn((1, 4, 16, 16), generator=torch.Generator().manual_seed(seed))
        with torch.no_grad():
            for moment in scheduler.timesteps:
                image = torch.cat([latent, extra], 1).repeat(2, 1, 1, 1)
                bare, told = self.fill(image, moment, states).sample.chunk(2)
                guided = bare + GUIDANCE * (told - bare)
                latent = scheduler.step(guided, moment, latent).prev_sample
            picture = self.vae.decode(latent / scale).sample[0]
        painted = to_pixels(picture[None])[0]
        return np.where(mask[..., None] > 0, painted, photo)


def evaluate(work: Work) -> None:
    """Print every figure of the model card, write them as JSON, and draw the sheet."""
    painter = Painter(work.result)
    figures: dict[str, Any] = {"steps": STEPS, "guidance": GUIDANCE, "concepts": len(concepts())}
    figures["psnr_db"] = reconstruction(painter.vae)
    figures |= _judged(work, painter)
    figures["seconds"] = _timing(painter)
    figures["bytes"] = sum(p.stat().st_size for p in work.result.rglob("*") if p.is_file())
    contact_sheet(painter, work.result / "contact-sheet.jpg")
    written = json.dumps(figures, indent=1)
    (work.root / "figures.json").write_text(written + "\n", "utf-8")
    print(written)
    (work.result / "README.md").write_text(card(work, figures), "utf-8")


def card(work: Work, figures: dict[str, Any]) -> str:
    """Fill the model card's template with figures and with what the logs of training say."""
    values = {name: value for name, value in figures.items() if not isinstance(value, dict)}
    for name, value in figures.items():
        if isinstance(value, float) and name != "guidance":
            values[name] = f"{100 * value:.1f} %"
    psnr = figures["psnr_db"]
    values["psnr"] = ", ".join(f"{psnr[name]:.1f}" for name in PHOTOS)
    values["psnr_mean"] = f"{psnr['mean']:.1f}"
    values["seconds_text"] = figures["seconds"]["text_to_image_12_steps"]
    values["seconds_fill"] = figures["seconds"]["fill_12_steps"]
    values["mebibytes"] = f"{figures['bytes'] / 2**20:.1f}"
    values["bank_samples"] = len(list(work.bank.glob("chunk-???.npz"))) * bank.CHUNK
    for part in ("unet", "vae", "text_encoder"):
        files = (work.result / part).glob("*.safetensors")
        halves = sum(path.stat().st_size for path in files) / 2
        values[f"{part.removesuffix('_encoder')}_millions"] = f"{halves / 1e6:.1f}"
    for stage, batch in (("vae", vae.BATCH), ("text", 2 * text.PAIRS), ("base", base.BATCH)):
        state = torch.load(work.checkpoint(stage), weights_only=True, mmap=True)
        samples, minutes = state["step"] * batch, state["seconds"] / 60
        values[f"{stage}_trained"] = f"{samples} samples, {minutes:.0f} minutes"
    template = (RECIPE / "card.md").read_text("utf-8")
    return string.Template(template).substitute(values)


def reconstruction(autoencoder: AutoencoderTiny) -> dict[str, float]:
    """Return the PSNR in dB of each scikit-image photograph after encoding and decoding."""
    found = {}
    for name in PHOTOS:
        photo = np.asarray(getattr(data, name)())
        height, width = (n // 8 * 8 for n in photo.shape[:2])
        photo = photo[:height, :width]
        latents = encode_pictures(autoencoder, [photo])
        with torch.no_grad():
            back = to_pixels(autoencoder.decode(latents).sample)[0]
        error = float(((photo.astype(np.float64) - back) ** 2).mean())
        found[name] = round(10 * math.log10(255**2 / error), 2)
    found["mean"] = round(sum(found.values()) / len(found), 2)
    return found


def _judged(work: Work, painter: Painter) -> dict[str, float]:
    expert = judge.load_judge(work)
    count = len(concepts())
    truth = torch.arange(count)
    composer = Composer(work, seed=202)
    pictures, labels = judge.real_batch(composer, 0, 2 * count)
    figures = {"judge_real": _hits(judge.verdict(expert, pictures), labels)}
    figures["judge_real_through_vae"] = _hits(
        judge.verdict(expert, _round_trip(vae.load_vae(work), pictures)), labels
    )
    shuffled = torch.from_numpy(np.random.default_rng(0).permutation(count))
    for number, language in enumerate(captions.LANGUAGES):
        prompts = [captions.plain(i, language) for i in range(count)]
        parts = [
            painter.paint(prompts[i : i + GROUP], seed=1000 * number + i)
            for i in range(0, count, GROUP)
        ]
        seen = judge.verdict(expert, torch.cat(parts))
        figures[f"top1_{language}"] = _hits(seen, truth)
        figures[f"top1_{language}_shuffled"] = _hits(seen, shuffled)
        missed = [concepts()[i].en for i in range(count) if int(seen[i]) != i]
        (work.root / f"missed-{language}.txt").write_text("\n".join(missed) + "\n", "utf-8")
    figures["fill_top1_en"] = _fill_score(expert, painter, composer)
    return figures


def _fill_score(expert: judge.Judge, painter: Painter, composer: Composer) -> float:
    """Fill a centred ellipse on photographs kept from training with every third concept."""
    picked = list(range(0, len(concepts()), 3))
    pictures = []
    for number, concept in enumerate(picked):
        photo = test_photo(number)
        made = painter.fill_in(captions.plain(concept, "en"), photo, centre_mask(), number)
        pictures.append(made)
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2).float() / 127.5 - 1
    return _hits(judge.verdict(expert, stacked), torch.tensor(picked))


def test_photo(number: int) -> scenes.Pixels:
    """Return a (128, 128, 3) uint8 piece of a scikit-image photograph, by number."""
    photo = np.asarray(getattr(data, PHOTOS[number % len(PHOTOS)])())
    span = min(photo.shape[:2])
    left = (photo.shape[1] - span) * (number % 3) // 2
    piece = photo[:span, left : left + span]
    return np.asarray(cv2.resize(piece, (models.SIDE,) * 2, interpolation=cv2.INTER_AREA))


def centre_mask() -> scenes.Pixels:
    """Return a (128, 128) uint8 mask: an ellipse that leaves a rim of the photograph."""
    mask = np.zeros((models.SIDE, models.SIDE), np.uint8)
    cv2.ellipse(mask, (64, 68), (48, 48), 0, 0, 360, 1, -1)
    return mask


def _timing(painter: Painter) -> dict[str, float]:
    def clock(action: Callable[[], object]) -> float:
        action()
        start = time.perf_counter()
        action()
        return round(time.perf_counter() - start, 3)

    return {
        "text_to_image_12_steps": clock(lambda: painter.paint(["a cat"], 0)),
        "fill_12_steps": clock(
            lambda: painter.fill_in("a cat", test_photo(0), centre_mask(), 0)
        ),
    }  # fmt: skip


def contact_sheet(painter: Painter, path: Path) -> None:
    """Draw the SHOWN things in English, in Spanish, in other styles and as fills."""
    index = {thing.en: i for i, thing in enumerate(concepts())}
    chosen = [index[name] for name in SHOWN]
    rows: list[scenes.Pixels] = []
    for number, language in enumerate(captions.LANGUAGES):
        prompts = [captions.plain(i, language) for i in chosen]
        rows += _rows(painter.paint(prompts, 40 + 100 * number))
    styled = [
        "a cartoon cat", "a flat cat", "a dog on a blue background", "a car, flat design",
        "un gato de dibujos animados", "una casa sobre fondo rosa", "a rocket on black",
        "una mariposa, estilo plano", "a pizza on a yellow background", "un búho en una foto",
    ]  # fmt: skip
    rows += _rows(painter.paint(styled, 300))
    fills = [
        painter.fill_in(captions.plain(i, "en"), test_photo(n), centre_mask(), n)
        for n, i in enumerate(chosen[:10])
    ]
    rows.append(np.concatenate(fills, axis=1))
    sheet = Image.fromarray(np.concatenate(rows, axis=0))
    sheet.save(path, quality=88)


def _rows(pictures: Tensor) -> list[scenes.Pixels]:
    pixels = to_pixels(pictures)
    return [np.concatenate(list(pixels[i : i + 10]), axis=1) for i in range(0, len(pixels), 10)]


def to_pixels(pictures: Tensor) -> scenes.Pixels:
    """Convert pictures (n, 3, h, w) in -1..1 to (n, h, w, 3) uint8."""
    levels = ((pictures.float().clamp(-1, 1) + 1) * 127.5).round().byte()
    return np.asarray(levels.permute(0, 2, 3, 1).contiguous().numpy())


def _round_trip(autoencoder: AutoencoderTiny, pictures: Tensor) -> Tensor:
    parts = []
    for some in pictures.split(32):
        latents = encode_pictures(autoencoder, list(to_pixels(some)))
        with torch.no_grad():
            parts.append(autoencoder.decode(latents).sample)
    return torch.cat(parts)


def _hits(seen: Tensor, truth: Tensor) -> float:
    return round(float((seen == truth).float().mean()), 4)
