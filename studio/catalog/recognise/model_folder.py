"""A folder in diffusers layout, read without weights, for the recognisers of all families.

A recogniser gets a ``ModelFolder``, examines its index and configurations, and returns a
``ModelSpec``, or None for a folder of another family. See ``families.spec.FamilySpec.recognise``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.catalog.model_spec import Component, Defaults, FewStep
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.catalog.samplers import SAMPLERS, SamplerSpec, usable_schedule
from studio.core.errors import StudioError

CHOOSE_HINT = "Choose the folder of a model in diffusers layout."

TRANSFORMERS_PARTS = ("text_encoder", "text_encoder_2", "text_encoder_3", "image_encoder")
"""The ends of the names of components whose weight files are called "model"; else STEM."""
STEM = "diffusion_pytorch_model"
VARIANTS = ("", ".fp16")
SMALL_FILES = ("lienzo.json", "preview.safetensors", "model_index.json")
"""Files that belong to a model's fingerprint beside its weights."""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A folder in diffusers layout. ``id`` is "starter" or the resolved path.

    ``index`` is model_index.json; ``extra`` is the optional lienzo.json, empty if missing.
    """

    id: str
    path: Path
    index: Mapping[str, Any]
    extra: Mapping[str, Any] = field(default_factory=dict)

    @property
    def pipeline(self) -> str:
        """The name of the diffusers pipeline class, such as "StableDiffusionPipeline"."""
        return str(self.index.get("_class_name", ""))

    @property
    def name(self) -> str:
        """The display name of the model."""
        return str(self.extra.get("name", name_of(self.path)))

    def config(self, part: str) -> Mapping[str, Any]:
        """Return config.json of a component; StudioError if it cannot be read."""
        return read_config(self.path / part / "config.json")

    def scheduler(self) -> Mapping[str, Any]:
        """Return scheduler_config.json; StudioError if it cannot be read."""
        return read_config(self.path / "scheduler" / "scheduler_config.json")

    def class_name(self, part: str) -> str:
        """Return the class of a component from the index, "" if it has none."""
        entry = self.index.get(part)
        return str(entry[1] or "") if isinstance(entry, list) and len(entry) == 2 else ""

    def check_classes(self, wanted: Mapping[str, tuple[str, ...]]) -> None:
        """Raise StudioError if a component is missing or of a class that is not in ``wanted``."""
        for part, classes in wanted.items():
            found = self.class_name(part)
            if found not in classes:
                raise unsupported_model_error(self.path, f"{part}: {found or '?'}")

    def check_tokenizer(self, part: str = "tokenizer") -> None:
        """Raise StudioError if a tokenizer has no vocabulary.

        That is tokenizer.json, a SentencePiece model, or a vocabulary with merges.
        """
        folder = self.path / part
        if not any((folder / file).is_file() for file in ("tokenizer.json", "spiece.model")):
            for file in (folder / "vocab.json", folder / "merges.txt"):
                if not file.is_file():
                    raise _missing(file)

    def component(self, part: str) -> Component:
        """Return the weight files of a component; StudioError if they are missing or damaged.

        Only headers are read. Shards form one component; fp16 files are used if there are no
        others.
        """
        stem = "model" if part.endswith(TRANSFORMERS_PARTS) else STEM
        folder = self.path / part
        for variant in VARIANTS:
            single = folder / f"{stem}{variant}.safetensors"
            shards = folder / f"{stem}.safetensors.index{variant}.json"
            files: tuple[Path, ...] = ()
            if single.is_file():
                files = (single,)
            elif shards.is_file():
                names = sorted(set(read_config(shards).get("weight_map", {}).values()))
                files = tuple(folder / str(name) for name in names)
            if files:
                total = sum(count(read_header(file)) for file in files)
                return Component(part, self.class_name(part), files, total, variant.strip("."))
        if any(folder.glob("*.bin")) or any(folder.glob("*.ckpt")):
            raise StudioError(
                "The weights in {path} are Python pickles, which can run code; "
                "only safetensors files are read.",
                "Get the safetensors version of the model.",
                path=str(folder),
            )
        raise StudioError(
            "The weight file {path} is missing.",
            CHOOSE_HINT,
            path=str(folder / f"{stem}.safetensors"),
        )

    def number(self, name: str, default: int) -> int:
        """Return a whole number from 1 of lienzo.json, such as "native_size"; ValueError if not."""
        found = int(self.extra.get(name, default))
        if found < 1:
            raise ValueError(f"{name}: {found}")
        return found

    def defaults(self, base: Defaults, samplers: Mapping[str, SamplerSpec] = SAMPLERS) -> Defaults:
        """Return the model's default settings: those of lienzo.json, else of ``base``.

        A sampler that is not in ``samplers``, those of the family, is replaced by that of ``base``.
        """
        values = self.extra.get("defaults", {})
        entries = values if isinstance(values, dict) else {}
        sampler = str(entries.get("sampler", base.sampler))
        sampler = sampler if sampler in samplers else base.sampler
        return Defaults(
            steps=int(entries.get("steps", base.steps)),
            cfg_scale=float(entries.get("cfg_scale", base.cfg_scale)),
            sampler=sampler,
            schedule=usable_schedule(sampler, str(entries.get("schedule", base.schedule))),
        )

    def few_step(self) -> FewStep | None:
        """Return the few-step LoRA that lienzo.json names, None if it names none."""
        values = self.extra.get("few_step")
        if not isinstance(values, dict) or str(values.get("sampler")) not in SAMPLERS:
            return None
        return FewStep(
            file=self.path / Path(str(values.get("file"))).name,
            sampler=str(values["sampler"]),
            steps=int(values.get("steps", 4)),
            cfg_scale=float(values.get("cfg_scale", 1.0)),
            first=bool(values.get("first", False)),
        )

    def fingerprint(self, files: Iterable[Path]) -> tuple[tuple[str, int, int], ...]:
        """Return path, size and time of weight files and of ``SMALL_FILES`` beside them."""
        existing = (*files, *map(self.path.joinpath, SMALL_FILES))
        stats = [(file, file.stat()) for file in existing if file.is_file()]
        return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)


def name_of(path: Path) -> str:
    """Return the name of a model folder; one in the hub's cache is named after its revision."""
    owner = path.parent.parent.name
    if path.parent.name == "snapshots" and owner.startswith("models--"):
        return owner.removeprefix("models--").replace("--", "/", 1)
    return path.name


def read_folder(id: str, path: Path) -> ModelFolder:
    """Return a folder with its index; StudioError if it is not a folder in diffusers layout."""
    if not path.is_dir():
        raise StudioError("There is no model folder {path}.", CHOOSE_HINT, path=str(path))
    if not (path / "model_index.json").is_file():
        raise StudioError(
            "{path} is not a model in diffusers layout (it has no model_index.json).",
            CHOOSE_HINT,
            path=str(path),
        )
    index = read_config(path / "model_index.json")
    extra = read_config(path / "lienzo.json") if (path / "lienzo.json").is_file() else {}
    return ModelFolder(id, path, index, extra)


def read_config(file: Path) -> Mapping[str, Any]:
    """Return a JSON object of a model folder; StudioError if the file cannot be read."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise _missing(file) from error
    except (OSError, ValueError) as error:
        raise _unreadable(file, str(error)) from error
    if not isinstance(value, dict):
        raise _unreadable(file, "not a JSON object")
    return value


def unsupported_model_error(path: Path, kind: str) -> StudioError:
    """Return the error for a model that no family runs; ``kind`` is its display name."""
    return StudioError(
        "The model {path} is of a kind that Lienzo cannot run yet ({kind}).",
        CHOOSE_HINT,
        path=str(path),
        kind=kind,
    )


def _missing(file: Path) -> StudioError:
    return StudioError("The file {path} of the model is missing.", CHOOSE_HINT, path=str(file))


def _unreadable(file: Path, reason: str) -> StudioError:
    return StudioError(
        "The file {path} of the model cannot be read ({reason}).",
        "Copy the model folder again from where you got it.",
        path=str(file),
        reason=reason,
    )
