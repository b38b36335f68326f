"""Networks that are on the GPU only while they work: ways for models that are larger than it.

Thin over accelerate's model offload (a network comes as a whole and goes when the next one is
needed) and diffusers' group offloading (the parts of a network come and go one after the other):
https://huggingface.co/docs/diffusers/optimization/memory
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from accelerate.hooks import ModelHook, add_hook_to_module, remove_hook_from_module
from accelerate.utils import send_to_device
from diffusers.hooks import HookRegistry, apply_group_offloading

from studio.engine.ladder import Offload

HOST = torch.device("cpu")
GROUP_HOOKS = (
    "group_offloading",
    "layer_execution_tracker",
    "lazy_prefetch_group_offloading",
)
"""The names that diffusers gives the hooks of group offloading."""


def networks_of(holder: Any) -> dict[str, torch.nn.Module]:
    """Return the networks among the fields of a dataclass by their names, in their order.

    Single layers beside them, such as another first convolution, stay where they are.
    """
    found = {one.name: getattr(holder, one.name) for one in dataclasses.fields(holder)}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, torch.nn.Module) and next(value.children(), None) is not None
    }


@contextmanager
def offloaded(
    networks: Mapping[str, torch.nn.Module], device: torch.device, way: Offload
) -> Iterator[None]:
    """Let networks whose weights are in the computer's memory work on ``device``.

    On exit, error or not, they have the hooks and the place that they had before.
    """
    if way is Offload.NONE:
        yield
        return
    places = {name: _place(network) for name, network in networks.items()}
    grouped: list[torch.nn.Module] = []
    whole: list[torch.nn.Module] = []
    try:
        for network in networks.values():
            network.to(HOST)
            if way is Offload.SEQUENTIAL:
                grouped.append(network)
                _offload_parts(network, device, "leaf_level")
            elif way is Offload.GROUP and not _is_entered_by_methods(network):
                grouped.append(network)
                _offload_parts(network, device, "block_level")
            else:
                whole.append(network)
        _offload_whole(whole, device)
        yield
    finally:
        for network in whole:
            remove_hook_from_module(network, recurse=False)
            # The plain method of the class is back in its place.
            network.__dict__.pop("forward", None)
        for network in grouped:
            remove_group_hooks(network)
        for name, network in networks.items():
            network.to(places[name])


def _place(network: torch.nn.Module) -> torch.device:
    return next(network.parameters()).device


def _is_entered_by_methods(network: torch.nn.Module) -> bool:
    """Return whether a network is called by ``encode`` and ``decode``, not by its ``forward``.

    Group offloading by blocks would miss the layers outside of the blocks of such a network.
    """
    return hasattr(network, "decode")


def _offload_parts(network: torch.nn.Module, device: torch.device, level: str) -> None:
    # A stream, which only GPUs have, lets the next part come while this one works. Two blocks of
    # Stable Diffusion XL are 0.93 of its UNet, so that blocks come without one.
    apply_group_offloading(
        network,
        onload_device=device,
        offload_device=HOST,
        offload_type=level,
        num_blocks_per_group=1 if level == "block_level" else None,
        use_stream=device.type == "cuda" and level == "leaf_level",
        low_cpu_mem_usage=True,
    )


class _OneAtATime(ModelHook):  # type: ignore[misc]
    """Brings a network to the device when it is called, and sends the others back before."""

    def __init__(self, others: Sequence[torch.nn.Module], device: torch.device) -> None:
        self._others, self._device = others, device

    def pre_forward(self, module: torch.nn.Module, *args: Any, **kwargs: Any) -> tuple[Any, Any]:
        for other in self._others:
            if _place(other) != HOST:
                other.to(HOST)
        module.to(self._device)
        return send_to_device(args, self._device), send_to_device(kwargs, self._device)


def _offload_whole(networks: Sequence[torch.nn.Module], device: torch.device) -> None:
    for network in networks:
        others = [one for one in networks if one is not network]
        # diffusers' autoencoders call the hook of ``add_hook_to_module`` in encode and decode too.
        add_hook_to_module(network, _OneAtATime(others, device))


def remove_group_hooks(network: torch.nn.Module) -> None:
    """Take the hooks of group offloading away, and what they leave on the modules."""
    for module in network.modules():
        registry = getattr(module, "_diffusers_hook", None)
        if not isinstance(registry, HookRegistry):
            continue
        for name in GROUP_HOOKS:
            if registry.get_hook(name) is not None:
                registry.remove_hook(name, recurse=False)
        if not registry.hooks:
            del module._diffusers_hook
            # The plain method of the class is back in its place.
            module.__dict__.pop("forward", None)
