"""The torch half of the toy family of ``toy_palette``."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from safetensors.torch import load_file, save_file
from toy_palette import LIMIT, PIPELINE, PaletteFacts, split_prompt

from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec, facts_of
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult, Pixels, Task
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.device import Device
from studio.engine.latent_diffusion.running import draw_seeds


class PaletteNetwork(torch.nn.Module):
    """Predicts the colour of a cell from the prompt, its position and the cells before it."""

    def __init__(self, cells: int, colours: int, width: int = 32) -> None:
        super().__init__()
        self.letters = torch.nn.EmbeddingBag(256, width, mode="sum")
        self.colours = torch.nn.Embedding(colours + 1, width)
        self.places = torch.nn.Embedding(cells * cells, width)
        self.cell = torch.nn.GRUCell(width, width)
        self.out = torch.nn.Linear(width, colours)


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPalette:
    """The network of a palette model and its colours (n, 3) uint8."""

    spec: ModelSpec
    device: Device
    network: PaletteNetwork
    palette: Pixels


def build(folder: Path, cells: int = 4, colours: int = 8) -> Path:
    """Write a palette model with random weights."""
    torch.manual_seed(5)
    network = PaletteNetwork(cells, colours)
    with torch.no_grad():
        network.out.weight.mul_(2)
    (folder / "network").mkdir(parents=True)
    state = {**network.state_dict(), "palette": torch.randint(0, 256, (colours, 3))}
    save_file(state, folder / "network" / "diffusion_pytorch_model.safetensors")
    config = {"cells": cells, "colours": colours}
    (folder / "network" / "config.json").write_text(json.dumps(config))
    index = {"_class_name": PIPELINE, "network": ["palette", "PaletteNetwork"]}
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


def check(spec: ModelSpec, request: EditRequest) -> tuple[EditRequest, tuple[Notice, ...]]:
    """Refuse the parts of a control that the model does not have."""
    for control in request.controls:
        if control.mode != "balanced" or control.model:
            raise StudioError(
                "A palette model has one way to follow a control.",
                "Choose the mode Balanced and no model of its own.",
            )
    return request, ()


def load(spec: ModelSpec, device: Device, progress: Progress) -> LoadedPalette:
    """Read the one network."""
    facts = facts_of(spec, PaletteFacts)
    state = load_file(spec.component("network").files[0])
    palette = state.pop("palette").to(torch.uint8).numpy()
    network = PaletteNetwork(facts.cells, facts.colours)
    network.load_state_dict(state)
    progress.check()
    return LoadedPalette(spec, device, network.eval().requires_grad_(False), palette)


def run(loaded: LoadedPalette, request: EditRequest, progress: Progress, rung: Rung) -> EditResult:
    """Sample the cells of each variation one after the other."""
    seeds = draw_seeds(request.sampling)
    notes = [
        notice(
            "The prompt is longer than the model reads ({count} of {limit} tokens); "
            "this was left out: {dropped}",
            count=split.count,
            limit=LIMIT,
            dropped=split.dropped,
        )
        for prompt in (request.prompt, *(use.prompt for use in request.regions))
        if (split := split_prompt(prompt)).dropped
    ]
    images = tuple(_paint(loaded, request, seed, progress) for seed in seeds)
    return EditResult(request=request, images=images, seeds=seeds, notes=tuple(notes))


def _paint(loaded: LoadedPalette, request: EditRequest, seed: int, progress: Progress) -> Pixels:
    cells = facts_of(loaded.spec, PaletteFacts).cells
    count = cells * cells
    generator = torch.Generator().manual_seed(seed)
    kept = _kept(loaded, request, cells)
    texts = _texts(loaded, request, cells)
    biases = _biases(loaded, request, cells)
    state, last = torch.zeros(1, 32), torch.tensor([len(loaded.palette)])
    chosen = []
    for place in range(count):
        progress.check()
        net = loaded.network
        given = net.colours(last) + net.places(torch.tensor([place])) + texts[place]
        state = net.cell(given, state)
        logits = net.out(state)[0] + biases[place]
        last = torch.tensor([kept.get(place, _sample(logits, request, generator))])
        chosen.append(int(last))
        progress.report((place + 1) / count, "Painting")
    grid = loaded.palette[np.array(chosen).reshape(cells, cells)]
    size = (request.region.width, request.region.height)
    return np.ascontiguousarray(cv2.resize(grid, size, interpolation=cv2.INTER_NEAREST))


def _sample(logits: torch.Tensor, request: EditRequest, generator: torch.Generator) -> int:
    extras = request.sampling.extras
    logits = logits / float(extras.get("temperature", 1.0))
    count = int(extras.get("top_k", 0))
    if count:
        logits = logits.masked_fill(logits < logits.topk(min(count, len(logits))).values[-1], -1e9)
    if request.sampling.sampler == "greedy":
        return int(logits.argmax())
    return int(torch.multinomial(logits.softmax(-1), 1, generator=generator))


def _kept(loaded: LoadedPalette, request: EditRequest, cells: int) -> dict[int, int]:
    """Return the colours of cells that the mask leaves alone, by place."""
    if request.task is Task.GENERATE or request.image is None or request.mask is None:
        return {}
    small = cv2.resize(request.image, (cells, cells), interpolation=cv2.INTER_AREA)
    open_ = cv2.resize(request.mask, (cells, cells), interpolation=cv2.INTER_AREA).ravel() > 0
    near = np.abs(small.reshape(-1, 1, 3).astype(int) - loaded.palette[None]).sum(-1).argmin(-1)
    return {place: int(near[place]) for place in range(cells * cells) if not open_[place]}


def _texts(loaded: LoadedPalette, request: EditRequest, cells: int) -> list[torch.Tensor]:
    """Return the embedding (1, width) of the prompt that counts in each cell."""

    def embed(prompt: str) -> torch.Tensor:
        data = list(split_prompt(prompt).kept.encode()) or [0]
        states: torch.Tensor = loaded.network.letters(torch.tensor([data]))
        return states

    found = [embed(request.prompt)] * (cells * cells)
    for use in request.regions:
        inside = cv2.resize(use.mask, (cells, cells), interpolation=cv2.INTER_AREA).ravel()
        text = embed(use.prompt)
        for place in np.flatnonzero(inside):
            share = use.weight * float(inside[place]) / 255
            found[place] = (1 - share) * found[place] + share * text
    return found


def _biases(loaded: LoadedPalette, request: EditRequest, cells: int) -> list[torch.Tensor]:
    """Return what the controls add to the logits (colours,) of each cell."""
    count = cells * cells
    total = torch.zeros(count, len(loaded.palette))
    for use in request.controls:
        small = cv2.resize(use.image, (cells, cells), interpolation=cv2.INTER_AREA)
        far = np.abs(small.reshape(-1, 1, 3).astype(int) - loaded.palette[None]).mean(-1)
        near = torch.from_numpy(60 * use.strength * (1 - far / 255)).float()
        for place in range(count):
            if use.start <= place / count and (place + 1) / count <= use.end:
                total[place] += near[place]
    return list(total)


def working_bytes(spec: ModelSpec, request: EditRequest, device: Device, rung: Rung) -> int:
    """Return the bytes of the finished pictures; the cells are next to nothing."""
    return request.sampling.variations * request.region.area * 3 + 2**20


def train(loaded: LoadedPalette, request: TrainRequest, progress: Progress) -> TrainResult:
    """No method is declared."""
    raise _untaught()


def training_bytes(spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
    """No method is declared."""
    raise _untaught()


def export_subject(loaded: LoadedPalette, request: ExportRequest) -> ExchangeResult:
    """No subject was learned."""
    raise _untaught()


def import_subject(loaded: LoadedPalette, request: ImportRequest) -> ExchangeResult:
    """No subject can be used."""
    raise _untaught()


def _untaught() -> StudioError:
    return StudioError("A palette model learns no subject.", "Choose another model.")
