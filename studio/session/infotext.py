"""Conversion of a picture's A1111 text to the settings that it was made with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from studio.catalog.families.stable_diffusion_xl import ID as XL
from studio.catalog.families.table import family
from studio.catalog.hashes import FileId, Hashes
from studio.catalog.models import ModelSpec, find_models, identify
from studio.catalog.recognise.network_files import NetworkFiles, find_network_files
from studio.catalog.samplers import SAMPLERS, SCHEDULES, label, usable_schedule
from studio.catalog.settings import Value
from studio.catalog.text_settings import CLIP_SKIP
from studio.core.errors import StudioError
from studio.core.limits import LIMITS, TITLES
from studio.core.notices import Notice, notice
from studio.document.io.parameters import MODEL_DIGITS, parse_parameters
from studio.edit.networks import EMBEDDING, NAMED, lora_use, missing_lora
from studio.edit.prompt_syntax import parse_prompt, unique
from studio.edit.request import AdapterUse, Sampling
from studio.edit.settings import EditSettings

Short = Callable[[FileId], str]
NUMBERS = {title: name for name, title in TITLES.items()}
"""Field names of numeric settings in the text, by the names of the settings."""


@dataclass(frozen=True, slots=True)
class Infotext:
    """A parsed text: settings, the size in pixels if it gives one, and notices of missing files.

    ``given`` names the settings in the text, as fields of ``Sampling`` and ``EditSettings``; the
    others keep their earlier values.
    """

    settings: EditSettings
    size: tuple[int, int] | None
    notices: tuple[Notice, ...]
    given: tuple[str, ...] = ()


def read_infotext(
    text: str, base: EditSettings, folders: Iterable[Path], hashes: Hashes
) -> Infotext:
    """Parse an A1111 text; settings that it does not contain come from ``base``.

    The model, LoRAs and embeddings are looked up in ``folders``, first by the hash in the text,
    then by name. A notice names those that are missing.
    """
    parsed = parse_parameters(text)
    finder = _Finder(list(folders), hashes)
    prompt, negative = parsed["Prompt"], parsed.get("Negative prompt", "")
    given = _given(parsed, base.sampling, finder.notices)
    model = finder.model(parsed, base.model)
    of_sampling = {one.name for one in fields(Sampling)} & given.keys()
    sampling = replace(
        base.sampling,
        **{name: given[name] for name in of_sampling},
        extras=_extras(parsed, model, base, finder.notices),
    )
    beside: dict[str, Any] = {name: int(given[name]) for name in given.keys() - of_sampling}
    settings = replace(
        base,
        prompt=prompt,
        negative_prompt=negative,
        model=model,
        sampling=sampling,
        adapters=(*finder.loras(prompt, parsed), *finder.embeddings(parsed)),
        **beside,
    )
    return Infotext(settings, _size(parsed), unique(finder.notices), tuple(given))


def _extras(
    parsed: Mapping[str, str], model: str, base: EditSettings, notices: list[Notice]
) -> dict[str, Value]:
    """Return the text's values for the settings of the model's family.

    Settings that it does not contain take their defaults if the model changes.
    """
    found = dict(base.sampling.extras) if model == base.model else {}
    try:
        row = family(identify(model).family)
    except StudioError:
        # The error of the model is reported when it runs.
        return found
    settings = row.settings
    said = parsed.get("Clip skip", "")
    if said.isdecimal() and len(said) < 3 and any(one.id == CLIP_SKIP.id for one in settings):
        # Other programs count the last layer as 1; of XL they leave out none but its own.
        layers = 0 if row.id == XL else int(said) - 1
        if layers > 0:
            found[CLIP_SKIP.id] = min(layers, int(CLIP_SKIP.maximum or 0))
    for one in settings:
        if one.id in parsed:
            try:
                found[one.id] = one.parse(parsed[one.id])
            except StudioError as error:
                notices.append(Notice(error.message, error.values))
    return found


def _given(parsed: Mapping[str, str], base: Sampling, notices: list[Notice]) -> dict[str, Any]:
    """Return the settings in a text by their names."""
    found: dict[str, Any] = {}
    for title, name in NUMBERS.items():
        value = _number(name, parsed.get(title, ""))
        if value is not None:
            found[name] = value
    sampler, schedule = _sampler(parsed)
    if sampler is None and parsed.get("Sampler"):
        notices.append(
            notice(
                "There is no sampler called {name}; {used} is kept.",
                name=parsed["Sampler"],
                used=label(base.sampler, "normal"),
            )
        )
    if sampler is not None:
        found["sampler"] = sampler
        found["schedule"] = usable_schedule(sampler, schedule or "normal")
    return found


def _sampler(parsed: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the ids of sampler and schedule; None if not in the text or not available here.

    Until A1111 1.9 the schedule was the last word of the sampler.
    """
    schedules = {one.a1111.casefold(): one.id for one in SCHEDULES.values()}
    samplers = {one.a1111.casefold(): one.id for one in SAMPLERS.values()}
    said = parsed.get("Sampler", "").casefold()
    schedule = schedules.get(parsed.get("Schedule type", "").casefold())
    for name, number in schedules.items():
        if said not in samplers and said.endswith(f" {name}"):
            said, schedule = said.removesuffix(f" {name}"), number
    return samplers.get(said), schedule


def _number(name: str, text: str) -> float | int | None:
    """Return the number of a text if it is in the range of a setting."""
    try:
        value = int(text) if LIMITS[name].whole else float(text)
    except ValueError:
        return None
    return value if LIMITS[name].holds(value) else None


def _size(parsed: Mapping[str, str]) -> tuple[int, int] | None:
    found = re.fullmatch(r"(\d+)x(\d+)", parsed.get("Size", ""))
    if found is None:
        return None
    width, height = (
        _number(name, number) for name, number in zip(("width", "height"), found.groups(),
                                                      strict=True)
    )  # fmt: skip
    return None if width is None or height is None else (int(width), int(height))


class _Finder:
    """Looks up the files that a text names; each file is hashed once, see ``Hashes``."""

    def __init__(self, folders: list[Path], hashes: Hashes) -> None:
        self._hashes = hashes
        self._files: NetworkFiles = find_network_files(folders)
        self._models: tuple[ModelSpec, ...] = find_models(folders)
        self.notices: list[Notice] = []

    def model(self, parsed: Mapping[str, str], base: str) -> str:
        """Return the model of a text, ``base`` if it names none or the model is missing."""
        name, wanted = parsed.get("Model", ""), parsed.get("Model hash", "").lower()
        if not name and not wanted:
            return base
        for spec in self._models:
            if wanted and _starts(self._hashes.of(spec.id), wanted, _whole):
                return spec.id
        alike = {name.casefold(), Path(name).stem.casefold()}
        for spec in self._models:
            names = {spec.id, spec.name, spec.path.name}
            if name and alike & {one.casefold() for one in names}:
                self._another(name, wanted)
                return spec.id
        self.notices.append(
            notice(
                "The model {name} is not in your model folders, so the chosen one stays.",
                name=name or wanted[:MODEL_DIGITS],
            )
        )
        return base

    def loras(self, prompt: str, parsed: Mapping[str, str]) -> list[AdapterUse]:
        """Return the LoRAs that the prompt names."""
        wanted = hashes_in(parsed.get("Lora hashes", ""))
        found = []
        for network in (one for one in parse_prompt(prompt).networks if one.is_lora):
            path = self._find(network.name, wanted, self._files.lora, self._files.loras, _tensors)
            if path is None:
                self.notices.append(missing_lora(network.name))
            else:
                found.append(lora_use(network, path))
        return found

    def embeddings(self, parsed: Mapping[str, str]) -> list[AdapterUse]:
        """Return the embeddings whose hashes the text gives; it has no weights for them."""
        wanted = hashes_in(parsed.get("TI hashes", ""))
        found = []
        for name in wanted:
            path = self._find(name, wanted, self._files.embedding, self._files.embeddings, _whole)
            if path is None:
                self.notices.append(
                    notice("There is no embedding called {name} in your model folders.", name=name)
                )
            else:
                found.append(AdapterUse(EMBEDDING, str(path), 1.0, {NAMED: name, "token": name}))
        return found

    def _find(
        self,
        name: str,
        hashes: Mapping[str, str],
        by_name: Callable[[str], Path | None],
        files: Iterable[Path],
        short: Short,
    ) -> Path | None:
        """Return the file with a hash, else by name, with a notice if its hash differs."""
        wanted = hashes.get(name) or hashes.get(re.sub(r"[:,]", "", name), "")
        named = by_name(name)
        if not wanted:
            return named
        rest = [path for path in files if path != named]
        for path in [*([named] if named is not None else []), *rest]:
            if _starts(self._hashes.of(path), wanted, short):
                return path
        if named is not None:
            self._another(name, wanted)
        return named

    def _another(self, name: str, wanted: str) -> None:
        if wanted:
            self.notices.append(
                notice("{name} is not the file that this was made with.", name=name)
            )


def hashes_in(text: str) -> dict[str, str]:
    """Return the hashes of a list such as "luna: 0123456789ab, rex: ...", by name."""
    pairs = (part.rpartition(":") for part in text.split(","))
    return {name.strip(): number.strip().lower() for name, colon, number in pairs if colon and name}


def _whole(file: FileId) -> str:
    return file.sha256


def _tensors(file: FileId) -> str:
    return file.autov3 or file.sha256


def _starts(file: FileId | None, wanted: str, short: Short) -> bool:
    """Whether a file has the hash that a text gives, compared in the digits that both have."""
    if file is None or len(wanted) < 8:
        return False
    return any(
        one[: len(wanted)] == wanted[: len(one)] for one in (short(file), file.sha256[:64]) if one
    )
