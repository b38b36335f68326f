"""The metadata of trainers (ss_*, kohya) and of the model specification (modelspec.*).

https://github.com/Stability-AI/ModelSpec; kohya-ss/sd-scripts, ``library/sai_model_spec.py``. It is
a hint and no proof, because tools that merge files keep the values of one of them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from studio.catalog.recognise.finding import About
from studio.catalog.recognise.safetensors_header import read_metadata

MOST_WORDS = 12
LONGEST = 400
THUMBNAIL = "modelspec.thumbnail"
COVERS = "ssmd_cover_images"
"""Key of the pictures that an extension of A1111 stores: a JSON list of base64 texts."""

BASE_VERSIONS: tuple[tuple[str, str], ...] = (
    ("sdxl", "stable_diffusion_xl"),
    ("sd3", "stable_diffusion_3"),
    ("sd_v1", "stable_diffusion"),
    ("sd_v2", "stable_diffusion"),
    ("sd_1", "stable_diffusion"),
    ("sd_2", "stable_diffusion"),
    ("flux2", "flux_2"),
    ("flux.2", "flux_2"),
    ("flux-2", "flux_2"),
    ("flux1", "flux"),
    ("flux", "flux"),
    ("lumina2", "lumina_2"),
    ("zimage", "z_image"),
    ("z_image", "z_image"),
    ("qwen", "qwen_image"),
    ("chroma", "chroma"),
    ("stable-diffusion-xl", "stable_diffusion_xl"),
    ("stable-diffusion-v3", "stable_diffusion_3"),
    ("stable-diffusion-3", "stable_diffusion_3"),
    ("stable-diffusion-v", "stable_diffusion"),
)
"""Beginnings of ``ss_base_model_version`` and ``modelspec.architecture`` -> the family."""


def about(metadata: Mapping[str, str]) -> About:
    """Return what the metadata says about the file, empty fields for what it does not."""
    return About(
        title=_text(metadata, "modelspec.title", "ss_output_name"),
        author=_text(metadata, "modelspec.author"),
        licence=_text(metadata, "modelspec.license", "general.license"),
        usage=_text(metadata, "modelspec.usage_hint", "modelspec.description"),
        trigger_words=trigger_words(metadata),
        resolution=resolution(metadata),
        thumbnail=metadata.get(THUMBNAIL, "").startswith("data:image/")
        or len(metadata.get(COVERS, "")) > len("[]"),
    )


def claimed_family(metadata: Mapping[str, str]) -> tuple[str, str]:
    """Return the family that the metadata names, and the key that does; ("", "") if none."""
    for key in ("modelspec.architecture", "ss_base_model_version"):
        value = metadata.get(key, "").lower()
        for start, family in BASE_VERSIONS:
            if value.startswith(start):
                return family, key
    if metadata.get("ss_v2") == "True":
        return "stable_diffusion", "ss_v2"
    return "", ""


def claimed_prediction(metadata: Mapping[str, str]) -> str:
    """Return the prediction type in the metadata, as diffusers names it, "" if it has none."""
    said = metadata.get("modelspec.prediction_type", "").lower()
    if said in ("v", "v_prediction", "v-prediction", "velocity"):
        return "v_prediction"
    if said in ("epsilon", "eps"):
        return "epsilon"
    if metadata.get("modelspec.architecture", "").lower().startswith("stable-diffusion-v2-768-v"):
        return "v_prediction"
    return "v_prediction" if metadata.get("ss_v_parameterization") == "True" else ""


def trigger_words(metadata: Mapping[str, str]) -> tuple[str, ...]:
    """Return the trigger phrase, else the most frequent tags of the training's captions."""
    phrase = metadata.get("modelspec.trigger_phrase", "").strip()
    if phrase:
        return (phrase[:LONGEST],)
    try:
        folders = json.loads(metadata.get("ss_tag_frequency", "{}"))
    except (ValueError, RecursionError):
        return ()
    counts: Counter[str] = Counter()
    for tags in folders.values() if isinstance(folders, dict) else ():
        for tag, number in tags.items() if isinstance(tags, dict) else ():
            if type(number) is int and tag.strip():
                counts[tag.strip()[:LONGEST]] += number
    return tuple(tag for tag, _ in counts.most_common(MOST_WORDS))


def resolution(metadata: Mapping[str, str]) -> tuple[int, int]:
    """Return width and height of the training in pixels, (0, 0) if unknown."""
    for key in ("modelspec.resolution", "ss_resolution"):
        text = metadata.get(key, "").strip("()[] ").replace("x", ",")
        numbers = [part.strip() for part in text.split(",")]
        if numbers and all(part.isdecimal() and len(part) < 6 for part in numbers):
            return int(numbers[0]), int(numbers[-1])
    return 0, 0


def thumbnail(path: Path) -> bytes:
    """Return the picture in a file's metadata (JPEG, PNG or WebP), b"" if it has none.

    StudioError if the file cannot be read.
    """
    metadata = read_metadata(path)
    start, _, data = metadata.get(THUMBNAIL, "").partition(",")
    if not start.startswith("data:image/") or not start.endswith(";base64"):
        data = _first_cover(metadata.get(COVERS, "[]"))
    try:
        return base64.b64decode(data, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _first_cover(text: str) -> str:
    try:
        covers = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    first = covers[0] if isinstance(covers, list) and covers else ""
    return first.rpartition(",")[2] if isinstance(first, str) else ""


def _text(metadata: Mapping[str, str], *keys: str) -> str:
    return next((metadata[key].strip()[:LONGEST] for key in keys if metadata.get(key)), "")
