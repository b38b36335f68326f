"""Recognition of a folder in diffusers layout, by the header of its main network."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from studio.catalog.recognise.files import recognise_header
from studio.catalog.recognise.finding import Certainty, Finding, Kind, Refusal, refusal
from studio.catalog.recognise.model_folder import ModelFolder, read_config, read_folder
from studio.catalog.recognise.shards import open_network
from studio.core.errors import StudioError

INDEX = "model_index.json"
MAIN = ("transformer", "unet", "prior", "decoder")
"""Folders of main networks; the first one that the index has."""
SUFFIXES = (".safetensors", ".bin")
VARIANTS: Mapping[str, tuple[str, str]] = {
    "FluxKontextPipeline": ("flux", "kontext"),
    "FluxPipeline": ("flux", ""),
    "QwenImageEditPlusPipeline": ("qwen_image", "edit 2509"),
    "QwenImageEditPipeline": ("qwen_image", "edit"),
    "QwenImagePipeline": ("qwen_image", "text to image"),
}
"""Pipelines that tell apart what has the same header -> family and variant."""
WEIGHTLESS = ("scheduler", "tokenizer", "feature_extractor", "image_processor", "processor")
NO_WEIGHTS = refusal(
    "The model folder {path} has no weights of its main network ({part}).",
    "Copy the model folder again from where you got it.",
    path="?",
    part="?",
)


def is_model_folder(path: Path) -> bool:
    """Whether a folder is a model in diffusers layout."""
    return (path / INDEX).is_file()


def recognise_folder(path: Path) -> Finding:
    """Return what a folder in diffusers layout is; reads JSON and headers only.

    ``inside`` are the names of its folders with weights, and ``missing`` those of the index that
    have none. It never raises a StudioError: a folder that cannot be used is UNUSABLE.
    """
    try:
        folder = read_folder(str(path), path)
        return _finding(folder)
    except StudioError as error:
        values = {name: str(value) for name, value in error.values.items()}
        given = Refusal(error.message, error.hint, values)
        return Finding(Kind.UNUSABLE, reason=INDEX, refusal=given)


def weights_in(folder: Path) -> Path | None:
    """Return a weights file of a component: whole before shards, full precision before fp16."""
    found = [
        file
        for suffix in SUFFIXES
        for file in sorted(folder.glob(f"*{suffix}"))
        if not file.name.startswith(".")
    ]
    found.sort(key=lambda file: (SUFFIXES.index(file.suffix), file.name.count("."), file.name))
    return found[0] if found else None


def _finding(folder: ModelFolder) -> Finding:
    main = next((part for part in MAIN if folder.class_name(part)), "")
    file = weights_in(folder.path / main) if main else None
    if file is None:
        given = refusal(NO_WEIGHTS.message, NO_WEIGHTS.hint, path=folder.path, part=main or "?")
        return Finding(Kind.UNUSABLE, reason=INDEX, refusal=given)
    found = recognise_header(open_network(file))
    if found.kind is not Kind.NETWORK:
        return found
    parts = [
        part
        for part, entry in folder.index.items()
        if isinstance(entry, list) and folder.class_name(part) and not part.startswith(WEIGHTLESS)
    ]
    inside = tuple(part for part in parts if weights_in(folder.path / part) is not None)
    family, variant = VARIANTS.get(folder.pipeline, ("", ""))
    known = family == found.family
    return replace(
        found,
        kind=Kind.MODEL,
        variant=(variant or found.variant) if known else found.variant,
        certainty=Certainty.CERTAIN if known else found.certainty,
        questions=() if known else found.questions,
        inside=tuple(part for part in inside if part != main),
        missing=tuple(part for part in parts if part not in inside and part != "safety_checker"),
        diffusers_names=True,
        **_schedule(folder.path / "scheduler" / "scheduler_config.json", found),
    )


def _schedule(file: Path, found: Finding) -> dict[str, Any]:
    """Return the prediction type and the noise schedule of a folder's scheduler."""
    if not file.is_file() or found.prediction_type == "flow":
        return {}
    config = read_config(file)
    said = config.get("prediction_type")
    guesses = tuple(one for one in found.guesses if one.field != "prediction_type")
    if not isinstance(said, str):
        return {}
    zero = bool(config.get("rescale_betas_zero_snr", False))
    return {"prediction_type": said, "zero_terminal_snr": zero, "guesses": guesses}
