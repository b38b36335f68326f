"""LoRA (Hu et al. 2021, https://arxiv.org/abs/2106.09685) beside the weights of loaded networks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor
from torch.nn.functional import conv2d, linear

from studio.catalog.lora_files import check_lora
from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.edit.request import AdapterUse
from studio.engine.adapters.added_words import added_words
from studio.engine.adapters.lora_layouts import PARTS, LoraWeights, delta, read_lora_weights
from studio.engine.adapters.weights_file import is_torch_file, unreadable
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.loading import Networks

M = TypeVar("M", bound=UNetModel)


@contextmanager
def attach(loaded: M, uses: Sequence[AdapterUse]) -> Iterator[M]:
    """Work with one or more LoRAs, each at its ``weight`` (1 is as it was trained).

    Yields the model, with the words that the files bring. StudioError, with nothing changed, for a
    file that is no LoRA or was made for another base.
    """
    loras = [(weights, use.weight) for weights, use in zip(_read(loaded, uses), uses, strict=True)]
    tokens: dict[str, Tensor] = {}
    for weights, _ in loras:
        for word, vectors in weights.tokens.items():
            if word in tokens:
                raise StudioError(
                    "Two files bring the word {word}.", "Give one of them another word.", word=word
                )
            tokens[word] = vectors
    with ExitStack() as stack:
        stack.enter_context(loras_on(loaded.networks, loras))
        yield stack.enter_context(added_words(loaded, tokens)) if tokens else loaded


def check(spec: ModelSpec, uses: Sequence[AdapterUse]) -> None:
    """Raise StudioError where a LoRA does not fit a model; reads no more than headers.

    A torch file has no header that could be read; it is checked when it is loaded.
    """
    for use in uses:
        path = Path(use.path).expanduser()
        if not is_torch_file(path):
            check_lora(path, spec)


def notes_of(loaded: UNetModel, uses: Sequence[AdapterUse]) -> list[Notice]:
    """Return which tensors of the LoRAs among ``uses`` do not act."""
    acting = [use for use in uses if use.kind == "lora" and use.weight != 0]
    read = _read(loaded, acting) if acting else []
    return [weights.note for weights in read if weights.note is not None]


def _read(loaded: UNetModel, uses: Sequence[AdapterUse]) -> list[LoraWeights]:
    """Read the files of ``uses``; those of the last run are still there."""
    networks, kept = loaded.networks, loaded.extras.loras
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
            found[key] = kept.get(key) or read_lora_weights(
                path, networks.unet, networks.text_encoder, loaded.spec.name
            )
    kept.clear()
    kept.update(found)
    return [found[key] for key in order]


@contextmanager
def loras_on(networks: Networks, loras: Sequence[tuple[LoraWeights, float]]) -> Iterator[None]:
    """Let LoRAs, each at a strength, act in every call of UNet and text encoder.

    What they say is added to what a layer says by a hook on it: no module is replaced and no
    weight touched, so that taking them away leaves nothing behind. The UNet that fills masks
    shares these modules; its own first convolution gets the hook as well.
    """
    handles = []
    try:
        for part in PARTS:
            modules = dict(getattr(networks, part).named_modules())
            for weights, strength in loras:
                for name, down, up, scale in weights.scaled(part):
                    hook = _Added(modules[name], down, up * (scale * strength))
                    handles.append(modules[name].register_forward_hook(hook))
                    if name == "conv_in" and networks.fill_conv is not None:
                        handles.append(networks.fill_conv.register_forward_hook(hook))
        yield
    finally:
        for handle in handles:
            handle.remove()


class _Added:
    """Adds up(down(x)) to what a linear layer or a convolution says about x."""

    def __init__(self, module: Any, down: Tensor, up: Tensor) -> None:
        weight = module.weight
        self.down = down.to(weight.device, weight.dtype)
        self.up = up.to(weight.device, weight.dtype)

    def __call__(self, module: Any, args: tuple[Any, ...], output: Tensor) -> Tensor:
        seen: Tensor = args[0]
        if self.down.ndim == 2:
            return output + linear(linear(seen, self.down), self.up)
        # Of an inpainting model the first channels are those that the LoRA was made on.
        seen = seen[:, : self.down.shape[1]]
        low = conv2d(seen, self.down, None, module.stride, module.padding, module.dilation)
        return output + conv2d(low, self.up)


def merge(network: Any, weights: LoraWeights, part: Any = "unet") -> None:
    """Add a LoRA to the weights of a network for good, as one that is only ever used with it."""
    modules = dict(network.named_modules())
    with torch.no_grad():
        for name, down, up, scale in weights.scaled(part):
            weight = modules[name].weight
            change = delta(down, up) * scale
            weight[:, : change.shape[1]] += change.to(weight.device, weight.dtype)
