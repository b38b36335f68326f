"""Writes resources/lineage/unclip: the prior, the addition to the starter's UNet, their card."""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file

from starter_recipe import models
from starter_recipe.lineage.data import folder
from starter_recipe.lineage.unclip import DECODER, PRIOR, prior_scheduler
from starter_recipe.paths import Work
from studio.engine.families.small_unclip.networks import ImageConditioning, UnclipPrior

NATIVE = {
    "name": "unCLIP (small)",
    "native_size": models.SIDE,
    "min_size": 96,
    "max_size": 256,
    "defaults": {"steps": 20, "cfg_scale": 3.0, "sampler": "ddim", "schedule": "normal"},
}
INDEX = {
    "_class_name": "UnclipPipeline",
    "prior": ["studio", "UnclipPrior"],
    "decoder": ["studio", "ImageConditioning"],
    "scheduler": ["diffusers", "DDIMScheduler"],
    "prior_scheduler": ["diffusers", "DDIMScheduler"],
}


def target_of(work: Work) -> Path:
    """Return the folder in resources, beside the starter's."""
    return work.result.parent / "lineage" / "unclip"


def export(work: Work) -> None:
    """Write the networks, schedulers and settings; figures in card.json are kept."""
    target, trained = target_of(work), folder(work)
    target.mkdir(parents=True, exist_ok=True)
    networks: dict[str, torch.nn.Module] = {}
    for name, made, stage in (
        ("prior", UnclipPrior(), PRIOR),
        ("decoder", ImageConditioning(), DECODER),
    ):
        made.load_state_dict(load_file(trained / f"{stage}.safetensors"))
        networks[name] = made
        saved: Any = made.half().eval()
        saved.save_pretrained(target / name)
    models.scheduler().save_pretrained(target / "scheduler")
    prior_scheduler().save_pretrained(target / "prior_scheduler")
    _write(target / "model_index.json", INDEX)
    _write(target / "lienzo.json", NATIVE)
    card = target / "card.json"
    known = json.loads(card.read_text("utf-8")) if card.is_file() else {}
    parameters = {
        name: sum(weight.numel() for weight in network.parameters())
        for name, network in networks.items()
    }
    known["training"] = {"parameters": parameters, **_seen(trained)}
    _write(card, known)


def _seen(trained: Path) -> dict[str, dict[str, float]]:
    """Return minutes and steps of each stage."""
    found = {}
    for stage in (PRIOR, DECODER):
        state = torch.load(trained / f"{stage}.pt", weights_only=True, mmap=True)
        minutes = round(float(state["seconds"]) / 60, 1)
        found[stage] = {"minutes": minutes, "steps": int(state["step"])}
    return found


def _write(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")
