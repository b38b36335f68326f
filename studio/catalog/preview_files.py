"""Tiny autoencoders (TAESD and its like) that show the picture while it is made."""

from __future__ import annotations

from pathlib import Path

from studio.catalog.fit import finding_of, suits
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.single.beside import files_in_folders

FOLDERS = ("vae_approx",)
"""Names of the folders in which ComfyUI and its like keep them."""
DECODERS = ("decoder.layers.0.weight", "taesd_decoder.1.weight", "1.weight")
"""Ends of the tensors by which a file with a decoder is known."""


def preview_beside(spec: ModelSpec) -> Path | None:
    """Return the first tiny decoder in the usual folders that fits a model, None if there is none.

    Reads headers only. Files for several families, of which the name does not decide, count for
    each of them.
    """
    for path in files_in_folders(spec.path, FOLDERS):
        found = finding_of(path)
        if found.kind is Kind.PREVIEW and found.reason.endswith(DECODERS) and suits(found, spec):
            return path
    return None
