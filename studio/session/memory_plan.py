"""How a model will run on this machine, estimated without torch: memory, way of running, time."""

from __future__ import annotations

from dataclasses import dataclass

import psutil

from studio.catalog.families.pipeline import PipelineFacts
from studio.catalog.families.unet import UNetFacts
from studio.catalog.ladder import GPU_LADDER, LADDER, WEIGHT_SHARES, Offload, Rung, with_packed
from studio.catalog.model_spec import ModelSpec
from studio.catalog.single.packed_size import packed_bytes_of
from studio.core.errors import StudioError
from studio.edit.request import Sampling, Task
from studio.session.forecast import Forecasts, facts_of

TILE_EDGE = 512
VAE_FLOATS = 10
VAE_CHANNELS = 128
OVERHEAD = 128 * 2**20
HEADROOM = 128 * 2**20
UNET_FLOATS = {"": (50, 34), "stable_diffusion_xl": (20, 18)}
"""By family: per position and channel of the first block, whole and sliced."""
TOKEN_FLOATS = 60
"""The constants of ``engine.families`` and ``engine.residency``, whose modules need torch; a test
compares the estimates."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Free bytes of RAM, and of a graphics card that is used (0 for none)."""

    free: int
    card: int = 0

    @property
    def item_bytes(self) -> int:
        """Bytes of a weight: float32 on a CPU, half precision on a card."""
        return 2 if self.card else 4


@dataclass(frozen=True, slots=True)
class MemoryPlan:
    """What a model of the picture's own size will need.

    ``need`` bytes for the fastest way, of which ``have`` are there, on the card if ``on_card``.
    ``rung`` is the way that fits, None if none does, and ``least`` the bytes that the most
    frugal way would need. ``seconds`` for a picture, None as long as no similar one was made here.
    """

    need: int
    have: int
    on_card: bool
    rung: Rung | None
    least: int
    seconds: float | None


def memory_of(forecasts: Forecasts, card: int) -> Memory:
    """Return this machine's memory; ``card`` is the size of its card in bytes, 0 for none.

    A card that earlier runs did not use is left out, as PyTorch may lack the support for it.
    """
    free = int(psutil.virtual_memory().available)
    used = forecasts.runs[-1].device if forecasts.runs else ""
    return Memory(free, 0 if "CPU" in used.upper() else card)


def memory_plan(spec: ModelSpec, memory: Memory, forecasts: Forecasts | None) -> MemoryPlan:
    """Return how a model runs at its own size with its own settings.

    None for ``forecasts`` leaves the time out, which takes a hundred times as long as the rest.
    """
    ladder = ladder_of(spec, memory)
    have = memory.card or memory.free
    needs = [(rung, need_of(spec, rung, memory.item_bytes)) for rung in ladder]
    whole = spec.parameters * memory.item_bytes
    fitting = [
        rung
        for rung, need in needs
        if need <= have - HEADROOM and (rung.offload is Offload.NONE or whole <= memory.free)
    ]
    return MemoryPlan(
        needs[0][1],
        have,
        bool(memory.card),
        fitting[0] if fitting else None,
        min(need for _, need in needs),
        seconds_of(spec, forecasts) if forecasts is not None else None,
    )


def ladder_of(spec: ModelSpec, memory: Memory) -> tuple[Rung, ...]:
    """Return the ways to run a model here, the fastest first, as ``engine.residency`` does.

    Reads the headers of single files.
    """
    ladder: tuple[Rung, ...] = GPU_LADDER if memory.card else LADDER
    item = memory.item_bytes
    return with_packed(ladder) if _packed(spec, item) < spec.parameters * item else ladder


def _packed(spec: ModelSpec, item_bytes: int) -> int:
    """Return the bytes of weights that stay packed; of a file that is gone, of expanded ones."""
    try:
        return packed_bytes_of(spec, item_bytes)
    except StudioError:
        return spec.parameters * item_bytes


def need_of(spec: ModelSpec, rung: Rung, item_bytes: int) -> int:
    """Return the bytes that a picture of the model's own size needs on a rung of the ladder."""
    if rung.packed:
        weights = _packed(spec, item_bytes)
    elif rung.offload is Offload.NONE:
        weights = spec.parameters * item_bytes
    else:
        largest = max((one.parameters for one in spec.components), default=0)
        weights = round(WEIGHT_SHARES[rung.offload] * largest * item_bytes)
    edge = min(spec.native_size, TILE_EDGE) if rung.tiled else spec.native_size
    channels = int(getattr(spec.facts, "vae_channels", VAE_CHANNELS))
    decoder = edge * edge * channels * VAE_FLOATS
    return weights + item_bytes * max(decoder, _denoiser_floats(spec, rung)) + OVERHEAD


def _denoiser_floats(spec: ModelSpec, rung: Rung) -> int:
    """Return the numbers at the peak of one call of the main network, both prompts together."""
    facts, edge = spec.facts, spec.native_size
    rows = 2 if spec.first_settings.cfg_scale > 1 else 1
    if isinstance(facts, UNetFacts):
        whole, sliced = UNET_FLOATS.get(spec.family, UNET_FLOATS[""])
        positions = (edge // facts.vae_scale) ** 2
        return rows * positions * facts.base_channels * (sliced if rung.sliced else whole)
    if isinstance(facts, PipelineFacts):
        tokens = (edge // facts.cell) ** 2 + facts.text_tokens
        return rows * tokens * facts.width * TOKEN_FLOATS
    return 0


def seconds_of(spec: ModelSpec, forecasts: Forecasts) -> float | None:
    """Return the seconds of a picture of the model's own size, None if there is no forecast."""
    first = spec.first_settings
    sampling = Sampling(
        steps=first.steps,
        cfg_scale=first.cfg_scale,
        sampler=first.sampler,
        schedule=first.schedule,
        variations=1,
    )
    size = (spec.native_size, spec.native_size)
    found = forecasts.of(facts_of(spec, Task.GENERATE, sampling, size))
    return found.seconds if found is not None else None
