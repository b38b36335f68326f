"""The command rewrite: edits a photo by changing the words of its caption, without a window."""

from __future__ import annotations

import argparse

from studio.catalog.models import identify
from studio.cli import editing as headless
from studio.core.errors import StudioError
from studio.document.raster import Raster
from studio.edit.request import EditResult
from studio.edit.rewrite import RewriteUse
from studio.edit.wording import differs, has_words
from studio.session.jobs import Job


def rewrite(options: argparse.Namespace) -> int:
    """Run ``lienzo rewrite``."""
    headless.check_out(options.out)
    # A rewrite is deterministic.
    options.prompt, options.seed = options.to_text, 0
    if options.cfg_scale is None:
        # Not the model's few-step setting, which has no guidance.
        options.cfg_scale = identify(options.model).defaults.cfg_scale
    session = headless.open_session(options)
    session.open(options.photo)
    if options.mask is not None:
        mask = headless.read_mask(options.mask, session.document)
        session.edit("Load mask", lambda old: old.replace(mask=Raster.from_array(mask)))
    given = {name: getattr(options, name) for name in ("cross", "self_attention", "threshold")}
    use = RewriteUse(
        source=options.from_text,
        method=options.method,
        weights=dict(options.weight),
        local=not options.everywhere,
        blend=tuple(options.blend),
        **{name: value for name, value in given.items() if value is not None},
    )
    if not differs(use.source, options.prompt, use.weights):
        raise StudioError(
            "Both texts are the same, so nothing would change.",
            "Change a word in --to, or give one a --weight.",
        )
    check_words(use, options.prompt)
    results: list[EditResult] = []

    def keep(job: Job, result: object) -> None:
        if isinstance(result, EditResult):
            results.append(result)

    session.queue.finished.connect(keep)
    sampling = session.edit_settings.sampling
    headless.run(session, lambda: session.rewrite(options.prompt, use, sampling))
    for result in results:
        print(figures(result))
    headless.write_out(session, options)
    return 0


def check_words(use: RewriteUse, prompt: str) -> None:
    """Raise StudioError for a weighted or blended word that is missing from the texts.

    The engine ignores such words: in the window they come from a layer whose prompt was changed.
    """
    texts = prompt, use.source
    asked = [*((word, texts[:1]) for word in use.weights), *((word, texts) for word in use.blend)]
    for phrase, places in asked:
        if not any(has_words(text, phrase) for text in places):
            raise StudioError(
                "“{word}” does not appear in the text.",
                "Write the word as it appears in the text.",
                word=phrase,
            )


def figures(result: EditResult) -> str:
    """Return the PSNR of the picture reconstructed from its caption, and the timings, as text."""
    found, timings = result.inversion, result.timings
    said = f"read in {timings['invert']:.1f} s, painted in {timings['denoise']:.1f} s"
    if found is None:
        return said
    return (
        f"painted again: {found.psnr:.1f} dB, the autoencoder alone: {found.ceiling:.1f} dB; {said}"
    )
