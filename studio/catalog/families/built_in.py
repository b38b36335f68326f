"""Shared by the small systems that ship in resources/lineage: their parts in other folders.

They take the starter's text encoder, tokenizer and autoencoder, which are frozen, and some take the
small CLIP. A layout names those parts with the prefix ``STARTER_PART`` or ``CLIP_PART``.
"""

from __future__ import annotations

from studio.catalog.clip import house_clip
from studio.catalog.families.pipeline import Layout, Read, recognise_pipeline
from studio.catalog.families.unet import vae_widths
from studio.catalog.model_spec import STARTER, ModelSpec, model_folder
from studio.catalog.recognise.model_folder import ModelFolder, read_folder

STARTER_PART, CLIP_PART = "starter_", "clip_"
TEXT_PARTS = {STARTER_PART + "text_encoder": ("CLIPTextModel",)}
VAE_PARTS = {STARTER_PART + "vae": ("AutoencoderTiny",)}
CLIP_PARTS = {CLIP_PART + "pictures": ("ClipPictures",), CLIP_PART + "texts": ("ClipTexts",)}
TOKENIZERS = (STARTER_PART + "tokenizer",)


def recognise_built_in(folder: ModelFolder, layout: Layout, read: Read) -> ModelSpec | None:
    """Return the small system in a folder, None for the folder of any other family.

    The folders that it takes parts from are looked at only if it is one.
    """
    if folder.pipeline not in layout.pipelines:
        return None
    others = {STARTER_PART: starter_folder()}
    if any(part.startswith(CLIP_PART) for part in layout.parts):
        clip = house_clip().folder
        others[CLIP_PART] = read_folder(str(clip), clip)
    return recognise_pipeline(folder, layout, read, others)


def starter_folder() -> ModelFolder:
    """Return the starter's folder."""
    return read_folder(STARTER, model_folder(STARTER))


def starter_autoencoder() -> tuple[int, int]:
    """Return the pixels along the edge of one of its latents, and the width of its first block."""
    widths = vae_widths(starter_folder().config("vae"))
    return 2 ** (len(widths) - 1), int(widths[0])
