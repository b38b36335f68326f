"""Subjects in prompts: replacement of ``<luna>`` by its adapters and tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from studio.catalog.subjects import LORA, UNET, WORDS, Subject, read_subject
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse, EditRequest

KIND = "subject"
TAG = re.compile(r"<([^\W_][\w-]{0,39})>")
KINDS = {LORA: "lora", WORDS: "textual_inversion", UNET: "dreambooth"}


def tags_in(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the names between < and > in texts, without duplicates, in order, in lower case."""
    return tuple(dict.fromkeys(name.lower() for text in texts for name in TAG.findall(text)))


def subject_uses(
    texts: Iterable[str],
    subjects: Iterable[Subject],
    weights: Mapping[str, float] | None = None,
    given: Sequence[AdapterUse] = (),
) -> tuple[AdapterUse, ...]:
    """Return the subjects named in ``texts``, as adapters of a request.

    ``weights`` are by name, 1 if missing. ``given`` are adapters that may define a token of that
    form themselves; a subject among them, such as a recipe's, stays if it was renamed since.
    StudioError for an unknown name.
    """
    known = {subject.name.lower(): subject for subject in subjects}
    before = {str(use.options.get("name", "")).lower(): use for use in given if use.kind == KIND}
    brought = {str(use.options.get("token", "")).lower() for use in given}
    found = []
    for name in tags_in(texts):
        if f"<{name}>" in brought:
            continue
        if name not in known and name in before:
            found.append(before[name])
            continue
        if name not in known:
            if any(use.kind in ("textual_inversion", "lora") for use in given):
                # The token is in the file itself, which is read only when it is loaded.
                continue
            raise StudioError(
                "There is no subject called {name}.",
                "Teach it in the Subjects panel, or take <{name}> out of the prompt.",
                name=name,
            )
        subject = known[name]
        weight = (weights or {}).get(name, 1.0)
        found.append(AdapterUse(KIND, str(subject.folder), weight, {"name": name}))
    return tuple(found)


def expand_subjects(request: EditRequest) -> EditRequest:
    """Return a request with its subjects expanded: files as adapters, tokens in the prompts.

    A subject of weight 0 leaves its class word. StudioError if a subject's folder is missing.
    """
    uses = [use for use in request.adapters if use.kind == KIND]
    if not uses:
        return request
    adapters = [use for use in request.adapters if use.kind != KIND]
    words: dict[str, str] = {}
    for use in uses:
        subject = read_subject(Path(use.path).expanduser())
        # A recipe may use the name that it had then.
        for name in {subject.name.lower(), str(use.options.get("name", subject.name)).lower()}:
            words[name] = subject.word if use.weight != 0 else subject.kind
        for file in subject.files:
            options = {"token": subject.tag} if file == WORDS else {}
            adapters.append(
                AdapterUse(KINDS[file], str(subject.folder / file), use.weight, options)
            )
    rewrite = request.rewrite
    if rewrite is not None:
        rewrite = replace(
            rewrite,
            source=_spelled(rewrite.source, words),
            blend=tuple(_spelled(word, words) for word in rewrite.blend),
            weights={_spelled(word, words): by for word, by in rewrite.weights.items()},
        )
    return request.replace(
        prompt=_spelled(request.prompt, words),
        negative_prompt=_spelled(request.negative_prompt, words),
        regions=tuple(replace(one, prompt=_spelled(one.prompt, words)) for one in request.regions),
        rewrite=rewrite,
        adapters=tuple(adapters),
    )


def _spelled(text: str, words: Mapping[str, str]) -> str:
    return TAG.sub(lambda found: words.get(found[1].lower(), found[0]), text)
