"""The CLIPs that compare prompts with pictures: the one that ships, and public ones in folders."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.catalog.model_spec import STARTER, model_folder
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.paths import resource

PICTURES, TEXTS = "pictures", "texts"
"""Folders of the towers of the CLIP that ships."""
WEIGHTS = "diffusion_pytorch_model.safetensors"
PUBLIC_WEIGHTS = "model.safetensors"
TOKENIZER = ("tokenizer.json", "vocab.json")
HINT = "Use a CLIPModel in transformers' layout, with its tokenizer."
VISION, TEXT = "CLIPVisionModelWithProjection", "CLIPTextModelWithProjection"
VISION_FOLDERS, TEXT_FOLDERS = ("image_encoder",), ("text_encoder", "text_encoder_2")


@dataclass(frozen=True, slots=True)
class ClipFiles:
    """Where the towers of a CLIP are.

    ``vision`` and ``text`` are the same folder for a whole CLIPModel; ``tokenizer`` is the folder
    of the vocabulary. For the CLIP that ships ``is_house`` is True, and ``text`` is the projection
    on top of the starter's text encoder.
    """

    name: str
    folder: Path
    vision: Path
    text: Path
    tokenizer: Path
    is_house: bool = False

    def files(self) -> tuple[Path, ...]:
        """Return the files without which the towers cannot be loaded."""
        if self.is_house:
            starter = model_folder(STARTER)
            towers = [part / file for part in (self.vision, self.text)
                      for file in ("config.json", WEIGHTS)]  # fmt: skip
            own = (starter / "text_encoder" / PUBLIC_WEIGHTS, starter / "tokenizer" / "vocab.json")
            return (*towers, *own)
        return tuple(part / PUBLIC_WEIGHTS for part in dict.fromkeys((self.vision, self.text)))


def house_clip() -> ClipFiles:
    """Return where the CLIP that ships is, whether or not its files are there."""
    folder = resource("lineage", "clip")
    tokenizer = model_folder(STARTER) / "tokenizer"
    return ClipFiles(
        "CLIP (small)", folder, folder / PICTURES, folder / TEXTS, tokenizer, is_house=True
    )


def public_clip(folder: Path) -> ClipFiles | None:
    """Return the CLIP of a folder in transformers' or diffusers' layout, None if it has none.

    That is a CLIPModel, or a vision and a text tower with projections in folders of their own, as
    image variation pipelines have them. Reads configurations only.
    """
    config = _config(folder)
    if config is not None and config.get("model_type") == "clip" and "vision_config" in config:
        whole = ClipFiles(folder.name, folder, folder, folder, folder)
        return whole if _is_complete(whole) else None
    vision = _part(folder, VISION_FOLDERS, VISION)
    text = _part(folder, TEXT_FOLDERS, TEXT)
    if vision is None or text is None or _width(vision) != _width(text):
        return None
    tokenizer = folder / text.name.replace("text_encoder", "tokenizer")
    pair = ClipFiles(folder.name, folder, vision, text, tokenizer)
    return pair if _is_complete(pair) else None


def public_clips(folders: Iterable[Path]) -> tuple[ClipFiles, ...]:
    """Return the public CLIPs among the artist's folders and in the folders inside them."""
    found = []
    for folder in folders:
        inside = sorted(one for one in folder.iterdir() if one.is_dir()) if folder.is_dir() else []
        found += [clip for one in (folder, *inside) if (clip := public_clip(one)) is not None]
    return tuple(found)


def clip_in(folder: Path) -> ClipFiles:
    """Return the CLIP of a folder that the artist named; StudioError if it has none."""
    if (folder / PICTURES).is_dir() and (folder / TEXTS).is_dir():
        house = house_clip()
        return ClipFiles(
            folder.name, folder, folder / PICTURES, folder / TEXTS, house.tokenizer, is_house=True
        )
    found = public_clip(folder)
    if found is None:
        raise StudioError("There is no CLIP in {path}.", HINT, path=str(folder))
    return found


def missing_clip(clip: ClipFiles) -> Notice | None:
    """Return the reason why a CLIP cannot be used, None if its files are there."""
    for file in clip.files():
        if not file.is_file():
            return notice("A file of {name} is missing: {path}", name=clip.name, path=str(file))
    return None


def _part(folder: Path, names: tuple[str, ...], architecture: str) -> Path | None:
    for name in names:
        config = _config(folder / name)
        if config is not None and architecture in config.get("architectures", ()):
            return folder / name
    return None


def _width(folder: Path) -> int:
    config = _config(folder) or {}
    return int(config.get("projection_dim", 512))


def _is_complete(clip: ClipFiles) -> bool:
    has_words = any((clip.tokenizer / file).is_file() for file in TOKENIZER)
    return has_words and all(file.is_file() for file in clip.files())


def _config(folder: Path) -> Mapping[str, Any] | None:
    try:
        found = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found if isinstance(found, dict) else None
