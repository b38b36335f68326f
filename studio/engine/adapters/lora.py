"""Applies LoRA and its relatives (see ``lora_layer``) to the networks of a loaded model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn.functional import conv2d, linear

from studio.catalog.fit import fit_notes
from studio.catalog.lora_files import (
    check_lora,
    check_lora_shapes,
    model_modules,
    roles_of,
)
from studio.catalog.models import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.lora_keys import Part, map_keys
from studio.catalog.recognise.safetensors_header import read_header, read_metadata
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.edit.request import AdapterUse
from studio.engine.adapters.added_tokens import add_tokens
from studio.engine.adapters.lora_layer import LOW_RANK, LayerChange
from studio.engine.adapters.lora_layouts import LoraWeights, adaptable, read_lora_weights
from studio.engine.adapters.weights_file import is_torch_file, read_shapes, unreadable
from studio.engine.latent_diffusion.model import UNetModel


@dataclass(frozen=True, slots=True, eq=False)
class Lora:
    """A LoRA at a strength (1 is as it was trained), ``text`` for the text encoders if not None."""

    weights: LoraWeights
    strength: float = 1.0
    text: float | None = None

    def strength_on(self, part: Part) -> float:
        """Return the strength for one of the networks."""
        if self.text is not None and part.startswith("text_encoder"):
            return self.text
        return self.strength


M = TypeVar("M", bound=UNetModel)


@contextmanager
def attach(loaded: M, uses: Sequence[AdapterUse]) -> Iterator[M]:
    """Apply one or more LoRAs, each at its ``weight`` (1 is as it was trained).

    The text encoders have a separate weight. Yields the model, including embeddings bundled in the
    files. StudioError, with nothing changed, for a file that is not a LoRA or was made for another
    base.
    """
    loras = [
        Lora(weights, use.weight, use.text_weight)
        for weights, use in zip(_read(loaded, uses), uses, strict=True)
    ]
    tokens: dict[str, Mapping[Part, Tensor]] = {}
    for lora in loras:
        for word, vectors in lora.weights.tokens.items():
            if word in tokens:
                raise StudioError(
                    "Two files define the word {word}.", "Give one of them another name.", word=word
                )
            tokens[word] = vectors
    networks = loaded.networks
    with ExitStack() as stack:
        stack.enter_context(loras_on(adaptable(networks), loras, networks.fill_conv))
        yield stack.enter_context(add_tokens(loaded, tokens)) if tokens else loaded


def check(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError if a LoRA does not fit a model; reads only the shapes of tensors."""
    for use in uses:
        path = Path(use.path).expanduser()
        if is_torch_file(path):
            check_lora_shapes(path, spec, partial(read_shapes, path), dict)
        else:
            check_lora(path, spec)


def replaced_weights(spec: ModelSpec, path: Path) -> int:
    """Return the number of a model's weights that a LoRA temporarily replaces by changed copies.

    Weights changed by two factors are not replaced. Reads only the shapes of tensors; 0 for an
    unreadable file, which ``check`` reports.
    """
    networks = model_modules(spec)
    try:
        shapes = read_shapes(path) if is_torch_file(path) else read_header(path)
        metadata = {} if is_torch_file(path) else read_metadata(path)
    except StudioError:
        return 0
    found = roles_of(shapes, map_keys(shapes, metadata, networks))
    return sum(
        math.prod(networks[part][module])
        for (part, module), roles in found.items()
        if not roles.keys() <= LOW_RANK
    )


def notes_of(loaded: UNetModel, uses: Sequence[AdapterUse]) -> list[Notice]:
    """Return notices about the LoRAs among ``uses``: unused tensors, and an uncertain base."""
    acting = [use for use in uses if use.kind == "lora" and use.acts]
    read = _read(loaded, acting) if acting else []
    doubts = fit_notes(loaded.spec, [Path(use.path).expanduser() for use in acting], Kind.LORA)
    return [*doubts, *(weights.note for weights in read if weights.note is not None)]


def _read(loaded: UNetModel, uses: Sequence[AdapterUse]) -> list[LoraWeights]:
    """Read the files of ``uses``; those of the last run are cached."""
    kept = loaded.extras.loras
    found: dict[Any, LoraWeights] = {}
    order = []
    for use in uses:
        path = Path(use.path).expanduser()
        try:
            stat = path.stat()
        except OSError as error:
            raise unreadable(path, error.strerror or str(error)) from error
        key = (path.resolve(), stat.st_size, stat.st_mtime_ns)
        order.append(key)
        if key not in found:
            parts = adaptable(loaded.networks)
            found[key] = kept.get(key) or read_lora_weights(path, parts, loaded.spec.name)
    kept.clear()
    kept.update(found)
    return [found[key] for key in order]


@contextmanager
def loras_on(
    parts: Mapping[Part, Any], loras: Sequence[Lora], fill_conv: torch.nn.Module | None = None
) -> Iterator[None]:
    """Apply LoRAs in every call of the networks.

    The product of two factors is added to the output of a layer by a forward hook; any other change
    goes into a new parameter that replaces the layer's. No weight is modified, and on exit each
    layer has its original parameter objects. ``fill_conv`` is the first convolution of the UNet
    that fills masks, which shares the other modules of the plain one.
    """
    with ExitStack() as stack:
        for part, network in parts.items():
            modules = dict(network.named_modules())
            for name, uses in _by_module(part, loras).items():
                _change(stack, modules[name], uses)
                if part == "unet" and name == "conv_in" and fill_conv is not None:
                    _change(stack, fill_conv, uses)
        yield


Uses = Sequence[tuple[LayerChange, float]]


def _by_module(part: Part, loras: Sequence[Lora]) -> dict[str, list[tuple[LayerChange, float]]]:
    found: dict[str, list[tuple[LayerChange, float]]] = {}
    for lora in loras:
        strength = lora.strength_on(part)
        if strength != 0:
            for name, change in lora.weights.layers.get(part, {}).items():
                found.setdefault(name, []).append((change, strength))
    return found


def _change(stack: ExitStack, module: Any, uses: Uses) -> None:
    """Apply changes to a layer until the stack is closed."""
    low: dict[Any, list[tuple[Tensor, Tensor, float]]] = {}
    for one, by in uses:
        if one.factors is not None:
            low.setdefault(one.shape, []).append((*one.factors, one.scale * by))
    for factors in low.values():
        hook = _LowRank(module.weight, factors)
        stack.callback(module.register_forward_hook(hook).remove)
    whole = [(one, by) for one, by in uses if one.factors is None and one.changes_weight]
    if whole:
        old = module.weight
        _swap(stack, module, "weight", old + _sum(one.change(old) * by for one, by in whole))
    gains = [(gain, by) for one, by in uses if (gain := one.bias_change()) is not None]
    if gains:
        old = module.weight
        gain = _sum(gain.to(old.device) * by for gain, by in gains)
        _swap(stack, module, "bias", gain if module.bias is None else module.bias + gain)


def _sum(changes: Iterator[Tensor]) -> Tensor:
    total = next(changes)
    for change in changes:
        total = total + change
    return total


def _swap(stack: ExitStack, module: Any, name: str, value: Tensor) -> None:
    """Replace a parameter by ``value``, in the dtype of the layer's weight."""
    old = getattr(module, name)
    stack.callback(setattr, module, name, old)
    made = value.detach().to(module.weight.dtype)
    setattr(module, name, torch.nn.Parameter(made, requires_grad=False))


class _LowRank:
    """Adds B A x to the output of a linear layer or a convolution, for the sum of several LoRAs."""

    def __init__(self, weight: Tensor, factors: Sequence[tuple[Tensor, Tensor, float]]) -> None:
        self.down = torch.cat([down for down, _, _ in factors]).to(weight.device, weight.dtype)
        ups = [up * by for _, up, by in factors]
        self.up = torch.cat(ups, dim=1).to(weight.device, weight.dtype)

    def __call__(self, module: Any, args: tuple[Any, ...], output: Tensor) -> Tensor:
        seen: Tensor = args[0]
        if self.down.device != seen.device:
            # The network has been moved, as is a model that does not fit on the device as a whole.
            self.down, self.up = self.down.to(seen.device), self.up.to(seen.device)
        if self.down.ndim == 2:
            return output + linear(linear(seen, self.down), self.up)
        # The LoRA was trained on the first channels of an inpainting model only.
        seen = seen[:, : self.down.shape[1]]
        low = conv2d(seen, self.down, None, module.stride, module.padding, module.dilation)
        return output + conv2d(low, self.up)


def merge(network: Any, weights: LoraWeights, part: Part = "unet") -> None:
    """Merge a LoRA permanently into the weights of a network that is only used with it."""
    modules = dict(network.named_modules())
    with torch.no_grad():
        for name, change in weights.layers.get(part, {}).items():
            module = modules[name]
            if change.changes_weight:
                module.weight += change.change(module.weight).to(module.weight.dtype)
            gain = change.bias_change()
            if gain is not None:
                gain = gain.to(module.weight.device, module.weight.dtype)
                old = gain if module.bias is None else module.bias + gain
                module.bias = torch.nn.Parameter(old, requires_grad=False)
