"""A CLIP in memory: the one that ships, or a public one in its place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar

import torch
import torch.nn.functional as F
from torch import Tensor
from transformers import (
    AutoTokenizer,
    CLIPModel,
    CLIPTextModel,
    CLIPTextModelWithProjection,
    CLIPTokenizer,
    CLIPVisionModelWithProjection,
)

from studio.catalog.clip import ClipFiles, clip_in, house_clip, missing_clip
from studio.catalog.model_spec import STARTER, model_folder
from studio.catalog.recognise.safetensors_header import RESTORE_HINT
from studio.core.errors import StudioError
from studio.engine.clip.networks import ClipPictures, ClipTexts, pooled, shrink
from studio.engine.loading import check_weights, guarded, incomplete

TOKENS = 24
"""The longest prompt that the text encoder of the CLIP that ships has learnt, marks included."""
MEAN = (0.48145466, 0.4578275, 0.40821073)
DEVIATION = (0.26862954, 0.26130258, 0.27577711)
"""Of the pictures that public CLIPs were trained on (https://github.com/openai/CLIP)."""
BATCH = 64
"""Prompts that are encoded at once."""

M = TypeVar("M", bound=torch.nn.Module)


class Clip(Protocol):
    """Pictures and prompts as unit vectors whose products are similarities, -1..1.

    Gradients pass through ``pictures`` and ``patches`` to their argument. ``factor`` multiplies
    similarities for probabilities, ``side`` is the edge in pixels that the picture tower takes;
    ``limit`` is the number of tokens of the longest prompt, marks included.
    """

    name: str
    side: int
    factor: float
    limit: int

    def pictures(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, h, w) in -1..1 of any size to unit vectors (n, d)."""
        ...

    def patches(self, pictures: Tensor) -> Tensor:
        """Map pictures (n, 3, h, w) in -1..1 to unit vectors (n, rows, columns, d) of patches."""
        ...

    def texts(self, texts: Sequence[str]) -> Tensor:
        """Map prompts to unit vectors (n, d); what is longer than ``limit`` is cut off."""
        ...

    def tokens(self, text: str) -> int:
        """Return the number of tokens of a prompt, marks included."""
        ...


class HouseClip:
    """The CLIP that ships: its own picture tower, and a projection of the starter's encoder."""

    def __init__(self, name: str, pictures: Any, texts: Any, encoder: Any, tokenizer: Any) -> None:
        self.name = name
        self.side = 64
        self.limit = TOKENS
        self.factor = float(texts.factor())
        self.tower, self.text_tower = pictures, texts
        self.encoder, self.tokenizer = encoder, tokenizer

    def pictures(self, pictures: Tensor) -> Tensor:
        """See ``Clip``."""
        found: Tensor = self.tower(shrink(pictures.float()))
        return found

    def patches(self, pictures: Tensor) -> Tensor:
        """See ``Clip``."""
        flat = self.tower.patches(shrink(pictures.float()))
        side = round(flat.shape[1] ** 0.5)
        return F.normalize(flat.view(len(flat), side, side, -1), dim=-1)

    def texts(self, texts: Sequence[str]) -> Tensor:
        """See ``Clip``."""
        found = []
        for start in range(0, len(texts), BATCH):
            batch = self.tokenizer(
                list(texts[start : start + BATCH]),
                padding="longest", truncation=True, max_length=TOKENS, return_tensors="pt",
            )  # fmt: skip
            with torch.no_grad():
                states = self.encoder(input_ids=batch.input_ids).last_hidden_state
                taken = pooled(states, batch.input_ids, self.tokenizer.eos_token_id)
                found.append(self.text_tower(taken))
        return torch.cat(found)

    def tokens(self, text: str) -> int:
        """See ``Clip``."""
        return len(self.tokenizer(text).input_ids)


class PublicClip:
    """A CLIP of transformers: a CLIPModel, or two towers with projections."""

    def __init__(self, name: str, vision: Any, text: Any, tokenizer: Any) -> None:
        """``vision`` and ``text`` are the same CLIPModel, or one tower each."""
        whole = isinstance(vision, CLIPModel)
        settings = vision.config.vision_config if whole else vision.config
        words = text.config.text_config if whole else text.config
        self.name = name
        self.side = int(settings.image_size)
        self.patch = int(settings.patch_size)
        self.limit = int(words.max_position_embeddings)
        self.factor = float(vision.logit_scale.exp()) if whole else 100.0
        self.vision, self.text, self.tokenizer = vision, text, tokenizer

    def pictures(self, pictures: Tensor) -> Tensor:
        """See ``Clip``."""
        states = self.vision.vision_model(pixel_values=self._prepared(pictures))
        return F.normalize(self.vision.visual_projection(states.pooler_output), dim=-1)

    def patches(self, pictures: Tensor) -> Tensor:
        """See ``Clip``."""
        tower = self.vision.vision_model
        states = tower(pixel_values=self._prepared(pictures)).last_hidden_state[:, 1:]
        flat = self.vision.visual_projection(tower.post_layernorm(states))
        side = self.side // self.patch
        return F.normalize(flat.view(len(flat), side, side, -1), dim=-1)

    def texts(self, texts: Sequence[str]) -> Tensor:
        """See ``Clip``."""
        found = []
        for start in range(0, len(texts), BATCH):
            batch = self.tokenizer(
                list(texts[start : start + BATCH]),
                padding="max_length", truncation=True, max_length=self.limit, return_tensors="pt",
            )  # fmt: skip
            with torch.no_grad():
                states = self.text.text_model(
                    input_ids=batch.input_ids, attention_mask=batch.attention_mask
                )
                found.append(self.text.text_projection(states.pooler_output))
        return F.normalize(torch.cat(found), dim=-1)

    def tokens(self, text: str) -> int:
        """See ``Clip``."""
        return len(self.tokenizer(text).input_ids)

    def _prepared(self, pictures: Tensor) -> Tensor:
        """Scale pictures to the tower's square and to its mean and deviation."""
        size = (self.side, self.side)
        if pictures.shape[-2:] != size:
            pictures = F.interpolate(
                pictures, size, mode="bicubic", align_corners=False, antialias=True
            ).clamp(-1, 1)
        mean, deviation = (torch.tensor(one).view(1, 3, 1, 1) for one in (MEAN, DEVIATION))
        return (pictures.float() / 2 + 0.5 - mean) / deviation


def load_clip(folder: Path | None = None) -> Clip:
    """Load the CLIP of a folder, None for the one that ships; frozen, in float32, on the CPU.

    StudioError if the folder has no CLIP, or names a missing or damaged file.
    """
    files = house_clip() if folder is None else clip_in(folder)
    missing = missing_clip(files)
    if missing is not None:
        raise StudioError(missing.message, RESTORE_HINT, **missing.values)
    return _house(files) if files.is_house else _public(files)


def _house(files: ClipFiles) -> HouseClip:
    starter = model_folder(STARTER)
    tokenizer = guarded(
        files.tokenizer,
        lambda: CLIPTokenizer.from_pretrained(files.tokenizer, local_files_only=True),
    )
    return HouseClip(
        files.name,
        _network(ClipPictures, files.vision, "torch_dtype"),
        _network(ClipTexts, files.text, "torch_dtype"),
        _network(CLIPTextModel, starter / "text_encoder", "dtype"),
        tokenizer,
    )


def _public(files: ClipFiles) -> PublicClip:
    read: Callable[..., Any] = AutoTokenizer.from_pretrained
    tokenizer = guarded(files.tokenizer, lambda: read(files.tokenizer, local_files_only=True))
    if files.vision == files.text:
        whole = _network(CLIPModel, files.vision, "dtype")
        return PublicClip(files.name, whole, whole, tokenizer)
    vision = _network(CLIPVisionModelWithProjection, files.vision, "dtype")
    text = _network(CLIPTextModelWithProjection, files.text, "dtype")
    return PublicClip(files.name, vision, text, tokenizer)


def _network(cls: type[M], folder: Path, precision: str) -> M:
    """Return a network of a folder, frozen; StudioError if a weight is missing or not finite."""
    options: dict[str, Any] = {"local_files_only": True, "use_safetensors": True}
    options[precision] = torch.float32
    load: Any = cls

    def read() -> M:
        network, info = load.from_pretrained(folder, output_loading_info=True, **options)
        missing = [name for name in info["missing_keys"] if not name.endswith("position_ids")]
        if missing or info.get("mismatched_keys"):
            raise incomplete(folder, missing[:1] or ["?"])
        made: M = network.eval().requires_grad_(False)
        return made

    made = guarded(folder, read)
    check_weights(made, folder)
    return made
