"""The prompt in an opened picture's metadata, offered for use."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from studio.catalog.hashes import Hashes
from studio.core.limits import TITLES
from studio.core.notices import Notice, notice
from studio.document.document import Document
from studio.document.io.parameters import parse_parameters
from studio.document.io.side_data import generator_text
from studio.document.layer import GenerativeLayer
from studio.edit.networks import NAMED
from studio.edit.request import AdapterUse
from studio.edit.settings import EditSettings
from studio.session.infotext import read_infotext

_SHOWN = ("Steps", "Sampler", "Schedule type", "CFG scale", "Seed", "Size", "Model")
_USED = (*_SHOWN, *TITLES.values(), "Prompt", "Negative prompt")
_NOT_SETTINGS = ("Version", "Model hash", "Lora hashes", "TI hashes", "Hashes", "VAE hash")
_LONGEST = 90


@dataclass(frozen=True, slots=True)
class PicturePrompt:
    """An A1111 text, with a ``summary`` of its prompt and the ``details`` of its settings."""

    text: str
    summary: str
    details: str


def picture_prompt(document: Document) -> PicturePrompt | None:
    """Return the prompt of the file that a document was opened from; None if it has none.

    A document that was edited by prompts here has recipes of its own, which take precedence.
    """
    text = generator_text(document.metadata)
    if not text.strip() or any(isinstance(one, GenerativeLayer) for one in document.walk()):
        return None
    parsed = parse_parameters(text)
    prompt = " ".join(parsed["Prompt"].split())
    summary = prompt if len(prompt) <= _LONGEST else prompt[: _LONGEST - 1] + "…"
    details = ", ".join(f"{name} {parsed[name]}" for name in _SHOWN if parsed.get(name))
    return PicturePrompt(text, summary, details)


def settings_from(
    found: PicturePrompt, base: EditSettings, folders: Iterable[Path], hashes: Hashes
) -> tuple[EditSettings, tuple[Notice, ...]]:
    """Return the settings of a picture as far as they are available here, and notices of the rest.

    Number of variations, references and region prompts stay those of ``base``. Models are looked up
    by their hashes, which may read large files.
    """
    read = read_infotext(found.text, base, folders, hashes)
    sampling = replace(read.settings.sampling, variations=base.sampling.variations)
    # The others are named in the prompt and are removed with it.
    renamed = tuple(use for use in read.settings.adapters if not _is_called_so(use))
    settings = replace(read.settings, sampling=sampling, adapters=(*base.adapters, *renamed))
    return settings, (*read.notices, *_left_out(found.text, sampling.extras))


def _is_called_so(use: AdapterUse) -> bool:
    return Path(use.path).stem.casefold() == str(use.options.get(NAMED, "")).casefold()


def _left_out(text: str, extras: Iterable[str]) -> tuple[Notice, ...]:
    parsed = parse_parameters(text)
    known = (*_USED, *_NOT_SETTINGS, *extras)
    names = [f"{name} {parsed[name]}" for name in parsed if name not in known]
    if not names:
        return ()
    return (notice("Settings that Lienzo does not have were left out: {names}.",
                   names=", ".join(names)),)  # fmt: skip
