"""Builds networks from the parts of single weights files."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from typing import Any

import torch
from accelerate import init_empty_weights
from safetensors import safe_open
from torch import Tensor
from transformers import PreTrainedModel

from studio.catalog.configurations import part_config
from studio.catalog.model_spec import Component, ModelSpec
from studio.catalog.single.networks import FilePart, component_part
from studio.catalog.single.packed_size import can_stay_packed, scale_name
from studio.catalog.single.takes import FLAT, LESS_ONE, SWAPPED, TURNED, Take
from studio.catalog.single.text_names import INNER
from studio.engine.gguf_weights import GgufFile, read_blocks
from studio.engine.packed import Packed, packed_layer

COUNTER = "num_batches_tracked"
"""A buffer that only training uses; some files lack it."""
HALF, SINGLE = torch.float16, torch.float32
FLOAT8 = (torch.float8_e4m3fn, torch.float8_e5m2)


def read_part(
    spec: ModelSpec, component: Component, dtype: torch.dtype, cls: Any, packed: bool = False
) -> tuple[Any, list[str]]:
    """Return a network of class ``cls`` and the names of its weights that the file lacks.

    The weights are mapped from the file and copied only if they are stored in another format than
    ``dtype``. With ``packed`` the matrices of GGUF and fp8 files stay as they are stored, see
    ``engine.packed``. Raises what safetensors and torch raise for a damaged file.
    """
    part = component_part(component)
    config = part_config(spec, component.name)
    with init_empty_weights(include_buffers=False):
        if issubclass(cls, PreTrainedModel):
            network = cls(cls.config_class.from_dict(dict(config)))
        else:
            network = cls.from_config(dict(config))
    wanted = network.state_dict()
    names = {_own_name(network, name): name for name in part.takes}
    # T5's last layers overflow in half precision.
    precise = (getattr(cls, "_keep_in_fp32_modules", None) or ()) if dtype is HALF else ()
    kinds = {one: SINGLE if set(one.split(".")) & set(precise) else dtype for one in names}
    held = _pack(network, part, kinds, names, wanted) if packed else set()
    wanted = {name: value for name, value in wanted.items() if name not in held}
    names = {own: name for own, name in names.items() if own not in held}
    state = _read(part, kinds, names, wanted)
    missing = [name for name in wanted if name not in state and not name.endswith(COUNTER)]
    state |= {name: value for name, value in wanted.items() if name not in {*state, *missing}}
    if not missing:
        # What is packed is not in ``state``.
        network.load_state_dict(state, strict=not held, assign=True)
        if isinstance(network, PreTrainedModel) and not held:
            network.tie_weights()
    return network, missing


def _own_name(network: Any, name: str) -> str:
    """Return a name of the file as the network's class has it: some leave out the outer module."""
    flat = name.startswith(INNER) and not hasattr(network, INNER.rstrip("."))
    return name.removeprefix(INNER) if flat else name


def _pack(
    network: Any,
    part: FilePart,
    kinds: Mapping[str, torch.dtype],
    names: Mapping[str, str],
    wanted: Mapping[str, Tensor],
) -> set[str]:
    """Keep the matrices of a file packed that can be; return their own names."""
    held = set()
    made: dict[Take, Any] = {}
    with _opened(part) as file:
        stored = set(file.keys())
        for own, name in names.items():
            path, _, kind = own.rpartition(".")
            take = part.takes[name]
            if own not in wanted or wanted[own].ndim != 2 or kind != "weight" or not path:
                continue
            if take not in made:
                packed = _packed(part, file, stored, take)
                old = network.get_submodule(path)
                made[take] = packed and packed_layer(old, packed, kinds[own])
            if made[take] is not None:
                network.set_submodule(path, made[take])
                held.add(own)
    return held


def _packed(part: FilePart, file: Any, stored: set[str], take: Take) -> Packed | None:
    """Return a matrix as the file stores it, None if it has to be expanded."""
    name = part.prefix + take.name
    first, end = take.rows
    if not can_stay_packed(part, take):
        return None
    if isinstance(file, GgufFile):
        shape = part.header.shapes[name]
        blocks = read_blocks(part.header, name)
        found = Packed(blocks.reshape(shape[0], -1), part.header.dtypes[name])
        return found.rows(first, end) if end else found
    scale = _scale(file, stored, name)
    if scale is not None:
        scale = scale.reshape(()) if scale.numel() == 1 else scale.reshape(-1, 1)
    found = Packed(file.get_tensor(name), "", scale)
    return found.rows(first, end) if end else found


def _read(
    part: FilePart,
    kinds: Mapping[str, torch.dtype],
    names: Mapping[str, str],
    wanted: Mapping[str, Tensor],
) -> dict[str, Tensor]:
    """Return the tensors that a network wants, as ``kinds``, both by its own names.

    ``names`` are own name -> name in ``part.takes``.
    """
    state: dict[str, Tensor] = {}
    made: dict[Take, Tensor] = {}
    with _opened(part) as file:
        stored = set(file.keys())
        for own, name in names.items():
            if own not in wanted:
                continue
            take, dtype = part.takes[name], kinds[own]
            if take not in made:
                value = _unscaled(file, stored, part.prefix + take.name, dtype)
                formed = _formed(value, take)
                made[take] = formed.to(dtype) if formed.is_floating_point() else formed
            state[own] = made[take]
    return state


def _opened(part: FilePart) -> Any:
    """Return a context manager of the file, with the functions of safetensors' files."""
    if part.header.format == "gguf":
        return nullcontext(GgufFile(part.header))
    return safe_open(part.file, framework="pt")


def _unscaled(file: Any, stored: set[str], name: str, dtype: torch.dtype) -> Tensor:
    """Return a tensor as it is stored, or one of 8 bits multiplied by its scale, as ``dtype``."""
    value: Tensor = (
        file.get_weight(name, dtype) if isinstance(file, GgufFile) else file.get_tensor(name)
    )
    if value.dtype not in FLOAT8:
        return value
    scale = _scale(file, stored, name)
    if scale is None:
        return value.to(dtype)
    return (value.float() * _fitted(scale, value.shape)).to(dtype)


def _scale(file: Any, stored: set[str], name: str) -> Tensor | None:
    """Return the factor of a weight of 8 bits, None if the file has none or an empty one."""
    found = scale_name(stored, name)
    if not found:
        return None
    scale: Tensor = file.get_tensor(found).float()
    return scale if scale.numel() else None


def _fitted(scale: Tensor, shape: torch.Size) -> Tensor:
    """Return a scale of the whole weight, of its rows or of blocks of it, so that it multiplies."""
    if scale.numel() == 1:
        return scale.reshape(())
    if scale.numel() == shape[0]:
        return scale.reshape(-1, *[1] * (len(shape) - 1))
    for axis, size in enumerate(shape[: scale.ndim]):
        block = -(-size // scale.shape[axis])
        scale = scale.repeat_interleave(block, dim=axis).narrow(axis, 0, size)
    return scale


def _formed(value: Tensor, take: Take) -> Tensor:
    if take.rows[1]:
        return value.narrow(0, take.rows[0], take.rows[1] - take.rows[0])
    if take.form == FLAT:
        return value.reshape(value.shape[:2])
    if take.form == TURNED:
        return value.T.contiguous()
    if take.form == LESS_ONE:
        return value.float() - 1
    if take.form == SWAPPED:
        first, second = value.chunk(2, dim=0)
        return torch.cat((second, first))
    return value
