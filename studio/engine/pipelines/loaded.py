"""A model in memory that runs through diffusers' pipelines, and the loading of its parts."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import diffusers
import torch
import transformers
from diffusers import SchedulerMixin
from transformers import Qwen2VLImageProcessor, Qwen2VLProcessor, Qwen2VLVideoProcessor

from studio.catalog.configurations import (
    has_tokenizer,
    scheduler_config,
    tokenizer_folder,
    tokenizer_options,
)
from studio.catalog.families.pipeline import part_folder
from studio.catalog.model_spec import Component, ModelSpec
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.sentencepiece import FILE, read_vocabulary
from studio.core.progress import Progress
from studio.engine.device import Device, known_warnings
from studio.engine.loading import check_weights, guarded, incomplete
from studio.engine.preview import Preview
from studio.engine.single_file import read_part

PROCESSOR = "processor"
"""Folder of a tokenizer that takes pictures too, of Qwen2.5-VL."""
LIGHT = 40_000_000
"""Networks of at most so many weights are searched for values that are not finite numbers, which
takes some hundredths of a second. Those of a larger network show in the picture."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedPipeline:
    """``parts`` are networks, tokenizers and the scheduler by the names of a pipeline's arguments.

    ``previews`` caches the map from latents to colours, ``controls`` the ControlNets by path and
    fingerprint.
    """

    spec: ModelSpec
    device: Device
    parts: dict[str, Any]
    previews: dict[str, Preview] = field(default_factory=dict)
    controls: dict[Any, Any] = field(default_factory=dict)

    @property
    def networks(self) -> dict[str, torch.nn.Module]:
        """The networks by name, without tokenizers and scheduler."""
        return {
            name: part for name, part in self.parts.items() if isinstance(part, torch.nn.Module)
        }


ELSEWHERE: Mapping[str, str] = {
    "ClipPictures": "studio.engine.clip.networks",
    "ClipTexts": "studio.engine.clip.networks",
    "PixelUNet": "studio.engine.families.imagen.networks",
    "LatentGenerator": "studio.engine.families.one_step.networks",
    "StableUnCLIPImageNormalizer": (
        "diffusers.pipelines.stable_diffusion.stable_unclip_image_normalizer"
    ),
    "UnCLIPTextProjModel": "diffusers.pipelines.deprecated.unclip.text_proj",
    "DalleTransformer": "studio.engine.families.dall_e.networks",
    "DalleDVAE": "studio.engine.families.dall_e.dvae",
    "UnclipPrior": "studio.engine.families.small_unclip.networks",
    "ImageConditioning": "studio.engine.families.small_unclip.networks",
    "ReduxImageEncoder": "diffusers.pipelines.flux.modeling_flux",
}
"""Modules of the classes that diffusers does not export."""


def library_class(name: str) -> Any:
    """Return a class of diffusers or transformers by its name."""
    if name in ELSEWHERE:
        return getattr(importlib.import_module(ELSEWHERE[name]), name)
    return getattr(diffusers, name, None) or getattr(transformers, name)


def load_parts(
    spec: ModelSpec,
    device: Device,
    progress: Progress,
    tokenizers: Mapping[str, str],
    scheduler: str,
) -> LoadedPipeline:
    """Read the networks of ``spec``; can be cancelled between two of them.

    ``tokenizers`` are classes by folder, of tokenizers and of the schedulers of other stages; a
    missing folder gives None. ``scheduler`` is the class of the scheduler, "" if each stage has its
    own among ``tokenizers``. StudioError names a
    missing or damaged file; a failed load leaves nothing behind.
    """
    total, done = max(1, spec.parameters), 0
    parts: dict[str, Any] = {}
    for component in spec.components:
        progress.report(done / total, "Loading the model")
        parts[component.name] = read_network(spec, component, device)
        done += component.parameters
    progress.report(1.0, "Loading the model")
    for name, cls in tokenizers.items():
        parts[name] = load_tokenizer(spec, name, cls)
    if scheduler:
        parts["scheduler"] = _scheduler(spec, scheduler)
    progress.check()
    return LoadedPipeline(spec, device, parts)


def read_network(spec: ModelSpec, component: Component, device: Device) -> Any:
    """Return one network in eval mode; StudioError names a file that is damaged or incomplete."""
    cls = library_class(component.class_name)
    is_text = issubclass(cls, transformers.PreTrainedModel)
    options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    options["dtype" if is_text else "torch_dtype"] = device.dtype
    if component.variant:
        options["variant"] = component.variant

    def read() -> Any:
        if component.prefix is not None:
            network, missing = read_part(spec, component, device.dtype, cls, device.packed)
            info: Mapping[str, Any] = {}
        else:
            folder = part_folder(spec, component.name)
            # diffusers and transformers read what is no object as if it were one.
            read_config(folder / "config.json")
            network, info = cls.from_pretrained(folder, output_loading_info=True, **options)
            missing = [name for name in info["missing_keys"] if not name.endswith("position_ids")]
        if missing or info.get("mismatched_keys"):
            raise incomplete(component.files[0], missing[:1] or ["?"])
        if component.parameters <= LIGHT:
            check_weights(network, component.files[0])
        return network.eval().requires_grad_(False).to(device.storage)

    with known_warnings():
        return guarded(component.files[0], read)


def load_tokenizer(spec: ModelSpec, name: str, cls: str) -> Any:
    """Return a tokenizer of class ``cls`` by its folder, None if the model has none."""
    if spec.configurations is not None and name == PROCESSOR:
        return _processor(spec, spec.configurations.folder / name)
    options = dict(tokenizer_options(spec, name))
    cls = str(options.pop("tokenizer_class", cls))
    if spec.configurations is None:
        folder = part_folder(spec, name)
    elif has_tokenizer(spec, name):
        folder = tokenizer_folder(spec, name)
    else:
        return None
    if not folder.is_dir():
        return None
    if (folder / FILE).is_file() and not (folder / "tokenizer.json").is_file():
        vocabulary = read_vocabulary(folder)
        # The class's own reader needs the package sentencepiece.
        return library_class(cls)(
            vocab=vocabulary.pieces, _spm_precompiled_charsmap=vocabulary.charsmap or None
        )
    if issubclass(library_class(cls), SchedulerMixin):
        return _read_scheduler(folder, cls)
    read = library_class(cls).from_pretrained
    return guarded(folder, lambda: read(folder, local_files_only=True, **options))


def _processor(spec: ModelSpec, folder: Path) -> Any:
    """Return the tokenizer of a single file with the preparation of pictures, None without one."""
    if not folder.is_dir():
        return None
    images = guarded(folder, lambda: Qwen2VLImageProcessor.from_pretrained(folder))
    tokenizer = load_tokenizer(spec, "tokenizer", "PreTrainedTokenizerFast")
    return Qwen2VLProcessor(images, tokenizer, Qwen2VLVideoProcessor())


def _scheduler(spec: ModelSpec, cls: str) -> Any:
    if spec.configurations is not None:
        return library_class(cls).from_config(dict(scheduler_config(spec)))
    return _read_scheduler(spec.path / "scheduler", cls)


def _read_scheduler(folder: Path, cls: str) -> Any:
    file = folder / "scheduler_config.json"
    return guarded(file, lambda: library_class(cls).from_config(dict(read_config(file))))
