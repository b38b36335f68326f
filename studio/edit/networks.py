"""LoRAs and embeddings named in prompts, such as ``<lora:luna:0.8>``, as adapters of a request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from studio.core.notices import Notice, notice
from studio.edit.prompt_syntax import Network, parse_prompt, unique
from studio.edit.request import TEXT_WEIGHT, AdapterUse, EditRequest

NAMED = "named"
"""Option of an adapter that a prompt names: the name used there."""
LORA, EMBEDDING = "lora", "textual_inversion"

Find = Callable[[str], Path | None]


def positive_texts(request: EditRequest) -> Iterator[str]:
    """Yield the prompts in which a LoRA can be named, which acts on the whole picture."""
    yield request.prompt
    yield from (region.prompt for region in request.regions)


def texts_of(request: EditRequest) -> Iterator[str]:
    """Yield all prompts of a request."""
    yield from positive_texts(request)
    yield request.negative_prompt
    if request.rewrite is not None:
        yield request.rewrite.source


def is_named(use: AdapterUse) -> bool:
    """Whether an adapter is used because a prompt names it."""
    return NAMED in use.options


def lora_uses(
    texts: Iterable[str], find: Find, given: Sequence[AdapterUse] = ()
) -> tuple[AdapterUse, ...]:
    """Return the LoRAs named in ``texts`` as adapters, each once, with the last weight given.

    ``find`` returns the file of a name. Adapters of ``given`` that were named in a prompt before,
    such as a recipe's, keep their files; missing ones are left out, see ``missing_networks``.
    """
    before = {_name(use): use for use in given if is_named(use) and use.kind == LORA}
    found: dict[str, AdapterUse] = {}
    for network in (one for one in _networks(texts) if one.is_lora):
        key = network.name.casefold()
        known = before.get(key)
        path = None if known is not None else find(network.name)
        if known is not None:
            options = {**known.options, **weight_options(network)}
            if network.text_weight is None:
                options.pop(TEXT_WEIGHT, None)
            found[key] = replace(known, weight=network.weight, options=options)
        elif path is not None:
            found[key] = lora_use(network, path)
    return tuple(found.values())


def lora_use(network: Network, path: Path) -> AdapterUse:
    """Return a LoRA named in a prompt, as an adapter."""
    options = {NAMED: network.name, **weight_options(network)}
    return AdapterUse(LORA, str(path), network.weight, options)


def weight_options(network: Network) -> dict[str, float]:
    """Return the adapter options for the weights given in a prompt."""
    return {} if network.text_weight is None else {TEXT_WEIGHT: network.text_weight}


def embedding_uses(
    texts: Iterable[str], names: Iterable[str], find: Find, given: Sequence[AdapterUse] = ()
) -> tuple[AdapterUse, ...]:
    """Return the embeddings named in ``texts``, as "embedding:luna" or by one of ``names`` alone.

    ``names`` are those valid without the prefix, like the files of A1111's folder "embeddings".
    Adapters of ``given`` that were named in a prompt before keep their files; embeddings that
    ``given`` contains by itself are left out.
    """
    texts = list(texts)
    given = [use for use in given if use.kind == EMBEDDING]
    before = {_name(use): use for use in given if is_named(use)}
    brought = {_name(use) for use in given if not is_named(use)}
    wanted = {name.casefold(): name for text in texts for name in parse_prompt(text).embeddings}
    for name in names:
        if any(word_pattern(name).search(text) for text in texts):
            wanted.setdefault(name.casefold(), name)
    for name in (str(use.options[NAMED]) for use in before.values()):
        if any(word_pattern(name).search(text) for text in texts):
            wanted.setdefault(name.casefold(), name)
    found = []
    for key, name in wanted.items():
        if key in brought:
            continue
        path = None if key in before else find(name)
        if path is not None:
            found.append(AdapterUse(EMBEDDING, str(path), options={NAMED: name}))
        elif key in before:
            found.append(before[key])
    return tuple(found)


def missing_networks(request: EditRequest) -> tuple[Notice, ...]:
    """Return notices about networks that the prompts of a request name and that are missing."""
    there = {_name(use) for use in request.adapters if use.kind == LORA and is_named(use)}
    notes = []
    for network in _networks(texts_of(request)):
        if not network.is_lora:
            notes.append(
                notice(
                    "“{text}” is not a LoRA but a network that Lienzo cannot run, so it "
                    "was left out.",
                    text=network.text,
                )
            )
    acting = {one.name.casefold() for one in _networks(positive_texts(request))}
    for network in _networks(texts_of(request)):
        key = network.name.casefold()
        if network.is_lora and key not in acting:
            notes.append(
                notice(
                    "A LoRA cannot be named here, only in the prompt; “{text}” was left out.",
                    text=network.text,
                )
            )
        elif network.is_lora and (network.weight or network.text_weight) and key not in there:
            notes.append(missing_lora(network.name))
    return unique(notes)


def missing_lora(name: str) -> Notice:
    """Return the notice about a LoRA that is in none of the known folders."""
    return notice(
        "There is no LoRA called {name} in your model folders, so it is left out.", name=name
    )


def _networks(texts: Iterable[str]) -> Iterator[Network]:
    for text in texts:
        if "<" in text:
            yield from parse_prompt(text).networks


def _name(use: AdapterUse) -> str:
    said = use.options.get(NAMED) or use.options.get("token") or Path(use.path).stem
    return str(said).casefold()


def word_pattern(name: str) -> re.Pattern[str]:
    """Return a pattern that matches the name of an embedding as a whole word, ignoring case."""
    return re.compile(rf"(?<![\w<-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
