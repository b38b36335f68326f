"""Shared by the small systems that ship in resources/lineage: their parts in the starter's folder.

They take the starter's text encoder, tokenizer and autoencoder, which are frozen; a family names
those parts with the prefix ``STARTER_PART``.
"""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.model_spec import STARTER, model_folder
from studio.catalog.recognise.model_folder import ModelFolder, read_folder

STARTER_PART = "starter_"


def starter_parts() -> Mapping[str, ModelFolder]:
    """Return the starter as the other stage of a model, for ``recognise_pipeline``."""
    return {STARTER_PART: read_folder(STARTER, model_folder(STARTER))}
