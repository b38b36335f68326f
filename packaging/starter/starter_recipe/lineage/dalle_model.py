"""Writes the trained DALL-E as a model folder, measures it and draws its contact sheet."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import load_file
from torch import nn

from starter_recipe import models, scenes
from starter_recipe.lineage import dalle, measure
from starter_recipe.lineage.data import PlainData, folder
from starter_recipe.paths import PROJECT, Work
from starter_recipe.vae import load_vae
from studio.catalog.families.dall_e import BEST_OF, CFG_SCALE, IN_ORDER
from studio.catalog.ladder import FULL
from studio.catalog.models import identify
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.device import choose_device
from studio.engine.families.dall_e.dvae import DalleDVAE
from studio.engine.families.dall_e.family import FAMILY
from studio.engine.families.dall_e.networks import DalleTransformer

TARGET = PROJECT / "resources" / "lineage" / "dall-e"
NAME = "DALL-E (small)"
PROMPTS, EMPTY = 40, 16


def save(target: Path, dvae: nn.Module, transformer: nn.Module) -> None:
    """Write both networks as float16 with the index and the defaults of a model folder."""
    target.mkdir(parents=True, exist_ok=True)
    index: dict[str, object] = {"_class_name": "DallePipeline"}
    for name, network in (("dvae", dvae), ("transformer", transformer)):
        network.half().save_pretrained(target / name)  # type: ignore[operator]
        index[name] = [type(network).__module__, type(network).__name__]
    _write(target / "model_index.json", index)
    defaults = {"steps": 64, "cfg_scale": CFG_SCALE, "sampler": IN_ORDER, "schedule": "normal"}
    _write(target / "lienzo.json", {"name": NAME, "defaults": defaults})


def export(work: Work, minutes: float) -> None:
    """Write the averaged weights of the last checkpoints into resources/lineage/dall-e."""
    del minutes
    transformer = DalleTransformer(codes=dalle.CODES, text_width=models.TEXT_WIDTH)
    file = dalle.checkpoint(work, dalle.TRANSFORMER).with_suffix(".safetensors")
    transformer.load_state_dict(load_file(file))
    save(TARGET, dalle.load_dvae(work), transformer)
    facts = training_facts(work)
    card = TARGET / "card.json"
    known = json.loads(card.read_text("utf-8")) if card.is_file() else {}
    _write(card, {**known, **facts})


def measure_dalle(work: Work, minutes: float) -> None:
    """Add the figures of held-out prompts to the card of the exported model, and draw its sheet."""
    del minutes
    figures, sheet = measure.measure(painter("dall-e"), work, PROMPTS, EMPTY)
    measure.publish(TARGET, figures, sheet)
    print(json.dumps(figures), flush=True)


def training_facts(work: Work) -> dict[str, object]:
    """Return samples and minutes of both stages, the codes used and the autoencoder's error."""
    batches = {
        dalle.DVAE: dalle.CODED,
        dalle.TRANSFORMER: dalle.BATCH,
    }
    states = {
        name: torch.load(dalle.checkpoint(work, name), weights_only=True, mmap=True)
        for name in batches
    }
    tokens = np.load(folder(work) / "dall-e-tokens.npy")
    return {
        "samples": {name: int(state["step"]) * batches[name] for name, state in states.items()},
        "minutes": {name: round(state["seconds"] / 60, 1) for name, state in states.items()},
        "codes_used": len(np.unique(tokens)),
        "dvae": psnr(work, dalle.load_dvae(work)),
    }


def psnr(work: Work, dvae: DalleDVAE, count: int = 200) -> dict[str, float]:
    """Return decibels of renderings through the starter's autoencoder alone, through the discrete
    one as well, and of the second beside the first; higher is closer."""
    data, vae = PlainData(work), load_vae(work)
    picked = np.linspace(0, len(data.latents) - 1, count).astype(int)
    real, sums = data.images(picked), []
    for places in np.array_split(np.arange(count), max(1, count // 20)):
        latents = data.latents[picked[places]]
        with torch.no_grad():
            plain = vae.decode(latents / data.scale).sample
            coded = vae.decode(dvae.decode(dvae.encode(latents)) / data.scale).sample
        pairs = ((plain, real[places]), (coded, real[places]), (coded, plain))
        sums.append([float((one - two).pow(2).mean()) for one, two in pairs])
    errors = np.mean(sums, 0)
    names = ("vae_psnr", "dvae_psnr", "dvae_over_vae_psnr")
    # Pixels are in -1..1, so that the peak is 2.
    return {
        name: round(float(10 * np.log10(4 / error)), 2)
        for name, error in zip(names, errors, strict=True)
    }


def painter(model: str, best_of: int = 1) -> Callable[[list[str], list[int]], scenes.Pixels]:
    """Return a function that paints prompts with seeds as the program does, "" included, which
    its engine refuses for a new picture."""
    spec = identify(model)
    loaded = FAMILY.load(spec, choose_device("cpu"), Progress())
    usual = Sampling(
        steps=spec.defaults.steps,
        cfg_scale=spec.defaults.cfg_scale,
        sampler=spec.defaults.sampler,
        extras={BEST_OF.id: best_of},
    )

    def paint(prompts: list[str], seeds: list[int]) -> scenes.Pixels:
        pictures = []
        for prompt, seed in zip(prompts, seeds, strict=True):
            request = EditRequest(
                task=Task.GENERATE,
                prompt=prompt,
                region=Rect(0, 0, models.SIDE, models.SIDE),
                model=model,
                sampling=replace(usual, seed=seed),
            )
            pictures.append(FAMILY.run(loaded, request, Progress(), FULL).images[0])
        return np.stack(pictures)

    return paint


def _write(file: Path, values: dict[str, object]) -> None:
    file.write_text(json.dumps(values, ensure_ascii=False, indent=1) + "\n", "utf-8")
