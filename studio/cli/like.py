"""The option --like: takes prompt and settings of an edit from a picture's metadata."""

from __future__ import annotations

import argparse

from studio.catalog.hashes import kept_hashes
from studio.catalog.models import STARTER
from studio.core.errors import StudioError
from studio.core.notices import Notice
from studio.core.settings import Settings
from studio.document.io import formats
from studio.document.io.parameters import document_parameters
from studio.document.io.side_data import generator_text
from studio.edit.settings import EditSettings
from studio.session.infotext import read_infotext
from studio.session.whereabouts import model_folders


def fill_in(options: argparse.Namespace, settings: Settings) -> tuple[Notice, ...]:
    """Fill in options missing on the command line from the picture of --like, if there is one.

    Returns notices about models and files that were not found. StudioError if the picture has no
    prompt.
    """
    options.named = ()
    if getattr(options, "like", None) is None:
        return ()
    document = formats.open_document(options.like).document
    # A project stores them in its layers, a picture in its metadata.
    text = document_parameters(document) or generator_text(document.metadata)
    if not text.strip():
        raise StudioError(
            "{path} contains no prompt.",
            "Choose a picture that was saved with its prompt, or give one with --prompt.",
            path=str(options.like),
        )
    base = EditSettings(model=options.model)
    read = read_infotext(text, base, model_folders(settings), kept_hashes())
    found, sampling = read.settings, read.settings.sampling
    if options.prompt is None:
        options.prompt, options.named = found.prompt, found.adapters
    options.negative_prompt = options.negative_prompt or found.negative_prompt
    if options.model == STARTER:
        options.model = found.model
    for name in read.given:
        if getattr(options, name, 0) is None:
            setattr(options, name, getattr(sampling if hasattr(sampling, name) else found, name))
    options.like_extras = sampling.extras if options.model == found.model else {}
    for name, side in zip(("width", "height"), read.size or (None, None), strict=True):
        if getattr(options, name, 0) is None:
            setattr(options, name, side)
    return read.notices
