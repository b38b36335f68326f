"""Offloads networks that are not in use, for models that are larger than the GPU's memory.

A thin layer over accelerate's model offload (a network is moved to the GPU as a whole, and back
when the next one is needed) and diffusers' group offloading (the same for parts of a network):
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

from studio.catalog.ladder import Offload

HOST = torch.device("cpu")
GROUP_HOOKS = (
    "group_offloading",
    "layer_execution_tracker",
    "lazy_prefetch_group_offloading",
)
"""The names of diffusers' hooks for group offloading."""


def networks_of(holder: Any) -> dict[str, torch.nn.Module]:
    """Return the networks among the fields of a dataclass by name, in field order.

    Single layers, such as an alternative first convolution, are not included.
    """
    found = {one.name: getattr(holder, one.name) for one in dataclasses.fields(holder)}
    return {
        name: value
        for name, value in found.items()
        if isinstance(value, torch.nn.Module) and next(value.children(), None) is not None
    }


@contextmanager
def offload_networks(
    networks: Mapping[str, torch.nn.Module], device: torch.device, way: Offload
) -> Iterator[None]:
    """Run networks on ``device`` while their weights are in the host's memory.

    On exit, error or not, their hooks are removed and they are back on their previous device.
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
            # Restores the plain method of the class.
            network.__dict__.pop("forward", None)
        for network in grouped:
            remove_group_hooks(network)
        for name, network in networks.items():
            network.to(places[name])


def _place(network: torch.nn.Module) -> torch.device:
    return next(network.parameters()).device


def _is_entered_by_methods(network: torch.nn.Module) -> bool:
    """Return whether a network is called through ``encode`` and ``decode``, not ``forward``.

    Block-level group offloading would miss the layers outside the blocks of such a network.
    """
    return hasattr(network, "decode")


def _offload_parts(network: torch.nn.Module, device: torch.device, level: str) -> None:
    # A stream, which only GPUs have, prefetches the next part while the current one runs. Two
    # blocks of Stable Diffusion XL are 0.93 of its UNet, so blocks are loaded without one.
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
    """Moves a network to the device when it is called, after moving the others back."""

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
        # diffusers' autoencoders also call the hook of ``add_hook_to_module`` in encode and decode.
        add_hook_to_module(network, _OneAtATime(others, device))


def remove_group_hooks(network: torch.nn.Module) -> None:
    """Remove the hooks of group offloading, and the attributes that they leave on modules."""
    for module in network.modules():
        registry = getattr(module, "_diffusers_hook", None)
        if not isinstance(registry, HookRegistry):
            continue
        for name in GROUP_HOOKS:
            if registry.get_hook(name) is not None:
                registry.remove_hook(name, recurse=False)
        if not registry.hooks:
            del module._diffusers_hook
            # Restores the plain method of the class.
            module.__dict__.pop("forward", None)
