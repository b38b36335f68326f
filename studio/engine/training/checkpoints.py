"""Checkpoints of a training run, written atomically so that a kill loses little."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save

from studio.catalog.subjects import RUN, STATE
from studio.core.atomic import write_file
from studio.edit.training import Score, TrainRequest

WORD = "word.txt"
BEST = "best.safetensors"


@dataclass(slots=True)
class Journal:
    """The state of a training run besides its tensors; ``step`` is the next one to run."""

    step: int = 0
    losses: list[tuple[int, float]] = field(default_factory=list)
    scores: list[Score] = field(default_factory=list)
    best: int = -1
    seconds: float = 0.0
    ended: bool = False


class Checkpoints:
    """The checkpoints of one training run in a folder beside its subject.

    A checkpoint of another request (other photos, another model, other settings) is ignored.
    """

    def __init__(self, folder: Path, fingerprint: str) -> None:
        self.folder = folder / RUN
        self._fingerprint = fingerprint

    def write(
        self,
        journal: Journal,
        parameters: Mapping[str, torch.nn.Parameter],
        optimizer: torch.optim.Optimizer,
    ) -> None:
        """Write a checkpoint; if the disk is full, StudioError, and the old one is kept."""
        self.folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"p.{name}": parameter.detach() for name, parameter in parameters.items()}
        for name, parameter in parameters.items():
            for key, value in optimizer.state.get(parameter, {}).items():
                tensors[f"{key}.{name}"] = torch.as_tensor(value)
        self._put(STATE, tensors, journal)

    def write_best(self, journal: Journal, parameters: Mapping[str, torch.nn.Parameter]) -> None:
        """Write the parameters as the best checkpoint so far."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._put(BEST, {f"p.{n}": p.detach() for n, p in parameters.items()}, journal)

    def read(
        self, parameters: Mapping[str, torch.nn.Parameter], optimizer: torch.optim.Optimizer
    ) -> Journal:
        """Restore parameters and optimizer; returns a new journal if there is no checkpoint."""
        found = self._get(STATE)
        if found is None:
            return Journal()
        tensors, journal = found
        if not _load(tensors, parameters):
            return Journal()
        for name, parameter in parameters.items():
            state = {
                key: tensors[f"{key}.{name}"]
                for key in ("step", "exp_avg", "exp_avg_sq")
                if f"{key}.{name}" in tensors
            }
            if state:
                device = parameter.device
                optimizer.state[parameter] = {
                    key: value if key == "step" else value.to(device)
                    for key, value in state.items()
                }
        return journal

    def read_best(self, parameters: Mapping[str, torch.nn.Parameter]) -> int:
        """Restore the best checkpoint and return its step; -1 if there is none."""
        found = self._get(BEST)
        if found is None or not _load(found[0], parameters):
            return -1
        return found[1].step

    def word(self, choose: Callable[[], str]) -> str:
        """Return the token of the subject: the one chosen when the training began, else a new one.

        Other subjects may have taken tokens by the time a training resumes.
        """
        file = self.folder / WORD
        try:
            fingerprint, word = file.read_text("utf-8").split("\n")
        except (OSError, ValueError):
            fingerprint, word = "", ""
        if fingerprint != self._fingerprint:
            word = choose()
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(file, f"{self._fingerprint}\n{word}".encode())
        return word

    def clear(self) -> None:
        """Remove the checkpoints once the training has ended or was abandoned."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _put(self, name: str, tensors: dict[str, torch.Tensor], journal: Journal) -> None:
        kept = {key: value.to("cpu").contiguous() for key, value in tensors.items()}
        facts = {"fingerprint": self._fingerprint, "journal": json.dumps(asdict(journal))}
        write_file(self.folder / name, save(kept, facts))

    def _get(self, name: str) -> tuple[dict[str, torch.Tensor], Journal] | None:
        try:
            with safe_open(self.folder / name, "pt") as file:
                facts = file.metadata() or {}
                if facts.get("fingerprint") != self._fingerprint:
                    return None
                journal = _journal(json.loads(facts["journal"]))
                return {key: file.get_tensor(key) for key in file.keys()}, journal  # noqa: SIM118
        except (OSError, SafetensorError, KeyError, TypeError, ValueError):
            # No file, or a damaged one: the training starts over.
            return None


def _journal(values: dict[str, Any]) -> Journal:
    journal = Journal(**values)
    journal.losses = [(int(step), float(loss)) for step, loss in journal.losses]
    journal.scores = [Score(**score) for score in values["scores"]]
    return journal


def _load(
    tensors: Mapping[str, torch.Tensor], parameters: Mapping[str, torch.nn.Parameter]
) -> bool:
    names = {name: f"p.{name}" for name in parameters}
    if any(
        key not in tensors or tensors[key].shape != parameters[name].shape
        for name, key in names.items()
    ):
        return False
    with torch.no_grad():
        for name, key in names.items():
            parameters[name].copy_(tensors[key])
    return True


def fingerprint_of(request: TrainRequest, model: object) -> str:
    """Return a hash of all inputs of a training; ``model`` identifies its initial weights."""
    content = hashlib.sha256()
    said = [request.name, request.kind, request.settings.to_dict(), repr(model)]
    content.update(json.dumps(said, sort_keys=True).encode())
    for photo in request.photos:
        content.update(repr(photo.image.shape).encode() + photo.caption.encode())
        content.update(photo.image.tobytes())
        content.update(b"-" if photo.mask is None else photo.mask.tobytes())
    return content.hexdigest()
