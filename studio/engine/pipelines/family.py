"""A family that runs through diffusers' pipelines: the functions that the engine calls."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from studio.catalog.families.pipeline import pipeline_facts
from studio.catalog.families.steered import steering
from studio.catalog.families.table import family
from studio.catalog.ladder import Rung
from studio.catalog.model_spec import ModelSpec
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.progress import Progress
from studio.edit.exchange import ExchangeResult, ExportRequest, ImportRequest
from studio.edit.request import EditRequest, EditResult
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.engine.device import Device
from studio.engine.pipelines.controls import check_controls, control_bytes
from studio.engine.pipelines.loaded import LoadedPipeline, load_parts
from studio.engine.pipelines.lora import check_loras
from studio.engine.pipelines.references import check_references, reference_bytes
from studio.engine.pipelines.row import PipelineRow
from studio.engine.pipelines.running import paint
from studio.engine.scaling import working_size
from studio.engine.steering import steering_bytes

TOKEN_FLOATS = 60
"""Numbers per token and channel at the peak of one call of a transformer: queries, keys, values,
the fourfold layer and their copies, a quarter above the 47 measured in float32 with the layers of
Flux.1 on a CPU."""
VAE_FLOATS = 10
OVERHEAD = 128 * 2**20


class PipelineFamily:
    """The functions of a family, as one object: ``FamilySpec.module`` is "module:FAMILY"."""

    def __init__(self, row: PipelineRow) -> None:
        self._row = row

    def check(
        self, spec: ModelSpec, request: EditRequest
    ) -> tuple[EditRequest, tuple[Notice, ...]]:
        """Return the request unchanged; StudioError for a LoRA or a control that does not fit."""
        steering(spec, request.sampling.extras)
        check_loras(spec, request.adapters)
        check_controls(self._row.controls(spec), spec, request)
        check_references(spec, request)
        return request, ()

    def load(self, spec: ModelSpec, device: Device, progress: Progress) -> LoadedPipeline:
        """Read the weights; StudioError names a bad file."""
        loaded = load_parts(spec, device, progress, self._row.tokenizers, self._row.scheduler)
        if self._row.adjust is not None:
            self._row.adjust(loaded)
        return loaded

    def run(
        self, loaded: LoadedPipeline, request: EditRequest, progress: Progress, rung: Rung
    ) -> EditResult:
        """Run a request; ``Cancelled`` within one call of the denoiser."""
        return paint(self._row, loaded, request, progress, rung)

    def working_bytes(
        self, spec: ModelSpec, request: EditRequest, device: Device, rung: Rung
    ) -> int:
        """Return a conservative estimate of the bytes for a run in addition to the weights."""
        facts = pipeline_facts(spec)
        width, height = working_size(spec, request.region.width, request.region.height)
        tokens = (width // facts.cell) * (height // facts.cell) + facts.text_tokens
        rows = 2 if request.sampling.cfg_scale > 1 else 1
        denoiser = rows * tokens * facts.width * device.item_bytes * TOKEN_FLOATS
        pixels = min(width, 512) * min(height, 512) if rung.tiled else width * height
        vae = pixels * facts.vae_channels * device.item_bytes * VAE_FLOATS
        kept = request.sampling.variations * request.region.area * 3
        more = control_bytes(spec, request, device.item_bytes)
        more += reference_bytes(spec, request, device.item_bytes)
        more += steering_bytes(spec, request, facts.vae_channels, device.item_bytes)
        return max(denoiser, vae) + kept + more + OVERHEAD

    def train(
        self, loaded: LoadedPipeline, request: TrainRequest, progress: Progress
    ) -> TrainResult:
        """No method of training is declared."""
        raise _untaught(loaded.spec)

    def training_bytes(self, spec: ModelSpec, settings: TrainSettings, device: Device) -> int:
        """No method of training is declared."""
        raise _untaught(spec)

    def export_subject(self, loaded: LoadedPipeline, request: ExportRequest) -> ExchangeResult:
        """No subject was learned."""
        raise _untaught(loaded.spec)

    def import_subject(self, loaded: LoadedPipeline, request: ImportRequest) -> ExchangeResult:
        """Subjects of other programs are plain LoRAs for these families."""
        raise _untaught(loaded.spec)


def _untaught(spec: ModelSpec) -> StudioError:
    return StudioError(
        "{model} learns no subject: a {family} model is too large for that here.",
        "Use the file as a LoRA, or teach a Stable Diffusion model.",
        model=spec.name,
        family=family(spec.family).label,
    )


def encode_scaled(loaded: LoadedPipeline, picture: Tensor) -> Tensor:
    """Return the latents of a picture (1, 3, h, w) in -1..1, shifted and scaled as in a step."""
    vae = loaded.parts["vae"]
    with torch.no_grad():
        latents: Tensor = vae.encode(picture.to(vae.device, vae.dtype)).latent_dist.mode()
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    scaled: Tensor = (latents - shift) * vae.config.scaling_factor
    return scaled


def decode_scaled(loaded: LoadedPipeline, latents: Tensor) -> Tensor:
    """Return the picture (1, 3, h, w) in -1..1 of latents as in a step, with gradients."""
    vae = loaded.parts["vae"]
    shift = getattr(vae.config, "shift_factor", None) or 0.0
    unscaled = latents / vae.config.scaling_factor + shift
    picture: Tensor = vae.decode(unscaled.to(vae.dtype), return_dict=False)[0]
    return picture


def unpack_plain(loaded: LoadedPipeline, latents: Tensor, width: int, height: int) -> Tensor:
    """Return latents that are (1, c, h, w) already."""
    return latents


def unpack_2x2(loaded: LoadedPipeline, latents: Tensor, width: int, height: int) -> Tensor:
    """Return (1, c, h, w) of latents that were packed as (1, cells, 4 c), 2 x 2 to a token.

    The packing of Flux.1 (diffusers' ``FluxPipeline._pack_latents``). A pipeline may work at a size
    of its own, in the same proportion.
    """
    cells = latents.shape[1]
    rows = max(1, round(math.sqrt(cells * height / width)))
    columns = cells // rows
    if rows * columns != cells:
        rows, columns = 1, cells
    channels = latents.shape[-1] // 4
    grid = latents.reshape(1, rows, columns, channels, 2, 2)
    return grid.permute(0, 3, 1, 4, 2, 5).reshape(1, channels, rows * 2, columns * 2)
