"""The trainable part of a model: a LoRA, the whole UNet, an embedding, or embedding and LoRA."""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch
from torch.nn.functional import conv2d, linear

from studio.edit.training import TrainSettings
from studio.engine.adapters.added_tokens import add_tokens
from studio.engine.adapters.embedding_files import FIRST
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import Networks
from studio.engine.training.family import Conditions, TrainingFamily
from studio.engine.training.words import first_rows

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0")
ALL = (*ATTENTION, "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2", "conv1", "conv2",
       "time_emb_proj")  # fmt: skip
TEXT = ("q_proj", "k_proj", "v_proj", "out_proj")
LAYERS: Mapping[str, tuple[str, ...]] = {"attention": ATTENTION, "all": ALL}


@dataclass(slots=True, eq=False)
class Learner:
    """The trainable part of a model, and the networks on which it acts.

    ``networks`` are those to call: the UNet being trained, the tokenizer with the new embedding.
    ``parameters`` are named as in files: "unet.", the name of a text encoder or "words", then the
    rest; ``rates`` holds the learning rate of each of those parts. ``side`` is the side of the
    pictures in pixels.
    """

    family: TrainingFamily
    networks: Networks
    side: int
    parameters: dict[str, torch.nn.Parameter]
    rates: Mapping[str, float]
    words: torch.nn.Parameter | None = None
    frozen_unet: Any = None
    hooks: list[_LoraHook] = field(default_factory=list)

    @property
    def reads_anew(self) -> bool:
        """Whether the text embeddings change during training."""
        return any(not name.startswith("unet.") for name in self.parameters)

    @property
    def unet(self) -> Any:
        """The UNet being trained."""
        return self.networks.unet

    def encode(self, prompts: Sequence[str]) -> Conditions:
        """Return the conditioning of prompts by the text encoders in their current state."""
        return self.family.encode(self.networks, prompts, self.side)

    @contextmanager
    def untrained(self) -> Iterator[Any]:
        """Yield the UNet as it was before training; inside, the text encoders are as well."""
        for hook in self.hooks:
            hook.is_off = True
        try:
            yield self.frozen_unet if self.frozen_unet is not None else self.unet
        finally:
            for hook in self.hooks:
                hook.is_off = False

    def groups(self) -> list[dict[str, Any]]:
        """Return the parameter groups for an optimizer, one per learning rate."""
        found: list[dict[str, Any]] = []
        for part, rate in self.rates.items():
            some = [p for name, p in self.parameters.items() if name.split(".")[0] == part]
            if some:
                found.append({"params": some, "lr": rate, "base": rate})
        return found


@contextmanager
def learner(
    loaded: UNetModel, family: TrainingFamily, settings: TrainSettings, name: str, kind: str
) -> Iterator[Learner]:
    """Create the trainable part of a model; on exit the model is restored bit for bit.

    ``settings`` are complete (see ``training_defaults.resolved``).
    """
    rates = {"unet": settings.rate, "words": settings.embedding_rate}
    rates |= {part.encoder: settings.text_rate for part in family.text_parts}
    made = Learner(family, loaded.networks, settings.resolution, {}, rates)
    with ExitStack() as stack:
        if settings.method in ("textual_inversion", "pivotal"):
            _add_words(stack, made, loaded, settings, name, kind)
        if settings.method == "dreambooth":
            _open_unet(made, loaded.networks.unet)
        if settings.method in ("lora", "pivotal"):
            _add_lora(stack, made, "unet", made.unet, LAYERS[settings.layers], settings)
        if settings.train_text_encoder:
            for part in family.text_parts:
                encoder = getattr(made.networks, part.encoder)
                _add_lora(stack, made, part.encoder, encoder, TEXT, settings)
        if settings.checkpointing:
            unet = made.unet
            unet.enable_gradient_checkpointing()
            stack.callback(unet.disable_gradient_checkpointing)
        yield made


def _add_words(
    stack: ExitStack,
    made: Learner,
    loaded: UNetModel,
    settings: TrainSettings,
    name: str,
    kind: str,
) -> None:
    networks = loaded.networks
    rows = first_rows(networks.text_encoder, networks.tokenizer, kind, settings.vectors)
    grown = stack.enter_context(add_tokens(loaded, {f"<{name}>": {FIRST: rows}}))
    made.networks = grown.networks
    words = torch.nn.Parameter(rows)
    embedding = networks.text_encoder.get_input_embeddings()
    # A buffer cannot be trained; the embedding itself is removed with the context.
    del embedding.rows
    embedding.rows = words
    made.words = words
    made.parameters["words"] = words


def _open_unet(made: Learner, unet: Any) -> None:
    # The loaded UNet serves as the frozen model and stays unchanged.
    made.frozen_unet = unet
    copied = copy.deepcopy(unet).float().requires_grad_(True)
    made.networks = dataclasses.replace(made.networks, unet=copied)
    for name, parameter in made.unet.named_parameters():
        made.parameters[f"unet.{name}"] = parameter


def _add_lora(
    stack: ExitStack,
    made: Learner,
    part: str,
    network: Any,
    targets: Sequence[str],
    settings: TrainSettings,
) -> None:
    """Attach a LoRA to the layers of a network whose names end in one of ``targets``."""
    generator = torch.Generator().manual_seed(settings.seed)
    for name, module in network.named_modules():
        if not name.endswith(tuple(f".{target}" for target in targets)):
            continue
        if not isinstance(module, torch.nn.Linear | torch.nn.Conv2d):
            continue
        grown = _LoraHook(module, settings.rank, generator)
        stack.callback(module.register_forward_hook(grown).remove)
        made.hooks.append(grown)
        made.parameters[f"{part}.{name}.lora_A.weight"] = grown.down
        made.parameters[f"{part}.{name}.lora_B.weight"] = grown.up


class _LoraHook:
    """Adds B A x to the output of a layer for x; alpha is the rank, so the scale is 1.

    A is initialised at random and B at zero, so that nothing changes at first (Hu et al. 2021,
    section 4.1).
    """

    def __init__(self, module: Any, rank: int, generator: torch.Generator) -> None:
        weight = module.weight
        rank = min(rank, *weight.shape[:2])
        down = torch.randn((rank, *weight.shape[1:]), generator=generator) / rank
        up = torch.zeros((len(weight), rank, *(1,) * (weight.ndim - 2)))
        self.down = torch.nn.Parameter(down.to(weight.device))
        self.up = torch.nn.Parameter(up.to(weight.device))
        self.is_off = False

    def __call__(
        self, module: Any, args: tuple[Any, ...], output: torch.Tensor
    ) -> torch.Tensor | None:
        if self.is_off:
            return None
        seen: torch.Tensor = args[0]
        if self.down.ndim == 2:
            return output + linear(linear(seen, self.down), self.up)
        low = conv2d(seen, self.down, None, module.stride, module.padding, module.dilation)
        return output + conv2d(low, self.up)
