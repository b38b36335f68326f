"""What a model folder holds, found out from its JSON files and weight headers alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from studio.catalog.recognise.safetensors_header import count, read_header
from studio.catalog.samplers import SAMPLERS, usable_schedule
from studio.core.errors import StudioError
from studio.core.paths import resource

STARTER = "starter"
"""The name of the model in the box, resolved to resources/starter."""

CHOOSE_HINT = "Choose the folder of a Stable Diffusion 1.x model in diffusers layout."

OTHER_FAMILIES = (
    ("StableDiffusionXL", "Stable Diffusion XL"),
    ("StableDiffusion3", "Stable Diffusion 3"),
    ("Flux", "Flux"),
    ("PixArt", "PixArt"),
    ("Kandinsky", "Kandinsky"),
    ("Wan", "Wan"),
    ("Qwen", "Qwen-Image"),
)

WEIGHT_NAMES = {
    "unet": ("diffusion_pytorch_model", ("", ".fp16")),
    "vae": ("diffusion_pytorch_model", ("", ".fp16")),
    "text_encoder": ("model", ("", ".fp16")),
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """The settings that suit a model, by the names of ``Sampling``."""

    steps: int = 20
    cfg_scale: float = 7.0
    sampler: str = "dpmpp_2m"
    schedule: str = "normal"


@dataclass(frozen=True, slots=True)
class FewStep:
    """A LoRA that a model brings so that one sampler needs few steps, and the settings for it.

    ``first``: whether the model is offered with these settings.
    """

    file: Path
    sampler: str
    steps: int
    cfg_scale: float
    first: bool = False


@dataclass(frozen=True, slots=True)
class Component:
    """One network of a model: its weight files, how many weights, "" or "fp16" as variant."""

    name: str
    class_name: str
    files: tuple[Path, ...]
    parameters: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """A model that can be loaded; two are equal while the files on disk stay the same.

    Sizes are pixels of the picture that the model makes: ``native_size`` is the edge it was trained
    at, edges are multiples of ``size_multiple`` between ``min_size`` and ``max_size``.
    ``input_channels`` of the UNet: 4, or 9 for an inpainting model. ``fingerprint`` is made of the
    sizes and times of the weight files. ``weight_bytes`` is what lies on disk.
    """

    id: str
    name: str
    path: Path
    family: str
    native_size: int
    size_multiple: int
    min_size: int
    max_size: int
    defaults: Defaults
    prediction_type: str
    timestep_spacing: str
    input_channels: int
    has_fill_conv: bool
    components: tuple[Component, ...]
    weight_bytes: int
    fingerprint: tuple[tuple[str, int, int], ...] = field(repr=False)
    vae_scale: int = 8
    base_channels: int = 320
    vae_channels: int = 128
    few_step: FewStep | None = None

    @property
    def parameters(self) -> int:
        """The number of weights of all networks together."""
        return sum(component.parameters for component in self.components)

    def suited_to(self, sampler: str) -> Defaults:
        """Return the settings that suit a sampler: few steps where the model has them for it."""
        few = self.few_step
        if few is not None and few.sampler == sampler:
            return Defaults(few.steps, few.cfg_scale, sampler, usable_schedule(sampler, "normal"))
        schedule = usable_schedule(sampler, self.defaults.schedule)
        return replace(self.defaults, sampler=sampler, schedule=schedule)

    @property
    def first_settings(self) -> Defaults:
        """The settings that the model is offered with: few steps where it says so."""
        few = self.few_step
        return self.suited_to(few.sampler) if few is not None and few.first else self.defaults

    def component(self, name: str) -> Component:
        """Return a network by its folder name: "unet", "vae" or "text_encoder"."""
        return next(component for component in self.components if component.name == name)

    @property
    def can_fill(self) -> bool:
        """Whether the UNet sees the surroundings of a mask, rather than latents being blended."""
        return self.has_fill_conv or self.input_channels == 9


def model_folder(model: str) -> Path:
    """Return the folder that ``model`` means: "starter" or a path."""
    return resource(STARTER) if model == STARTER else Path(model).expanduser()


def identify(folder: Path | str) -> ModelSpec:
    """Return what lies in ``folder`` ("starter" is the one in the box).

    Reads JSON and safetensors headers only. StudioError with the reason for anything that is not a
    complete Stable Diffusion 1.x or 2.x model in diffusers layout with safetensors weights.
    """
    path = model_folder(str(folder))
    index = _model_index(path)
    unet, vae, text = (read_config(path / part / "config.json") for part in WEIGHT_NAMES)
    _check_shapes(path, index, unet, vae, text)
    _check_tokenizer(path)
    scheduler = read_config(path / "scheduler" / "scheduler_config.json")
    components = tuple(_component(path, part, index) for part in WEIGHT_NAMES)
    extra = read_config(path / "lienzo.json") if (path / "lienzo.json").is_file() else {}
    files = [file for component in components for file in component.files]
    fill_conv = path / "fill_conv_in.safetensors"
    if fill_conv.is_file():
        _check_fill_conv(fill_conv, unet)
        files.append(fill_conv)
    few_step = _few_step(path, extra.get("few_step"))
    vae_scale = 2 ** (len(_vae_channels(vae)) - 1)
    native = int(extra.get("native_size", _first(unet.get("sample_size"), 64) * vae_scale))
    multiple = int(extra.get("size_multiple", vae_scale * 2 ** (len(_unet_channels(unet)) - 1)))
    return ModelSpec(
        id=STARTER if str(folder) == STARTER else str(path.resolve()),
        name=str(extra.get("name", path.name)),
        path=path.resolve(),
        family="stable_diffusion",
        native_size=native,
        size_multiple=multiple,
        min_size=int(extra.get("min_size", max(multiple, native // 2))),
        max_size=int(extra.get("max_size", native * 2)),
        defaults=_defaults(extra.get("defaults", {})),
        prediction_type=str(scheduler.get("prediction_type", "epsilon")),
        timestep_spacing=str(scheduler.get("timestep_spacing", "")),
        input_channels=int(unet.get("in_channels", 4)),
        has_fill_conv=fill_conv.is_file(),
        components=components,
        weight_bytes=sum(file.stat().st_size for file in files),
        fingerprint=_fingerprint(path, [*files, few_step.file] if few_step else files),
        vae_scale=vae_scale,
        base_channels=int(_unet_channels(unet)[0]),
        vae_channels=int(_vae_channels(vae)[0]),
        few_step=few_step,
    )


def find_models(folders: Iterable[Path | str]) -> tuple[ModelSpec, ...]:
    """Return the starter and every usable model in ``folders`` or directly below them."""
    return survey(folders)[0]


def survey(
    folders: Iterable[Path | str],
) -> tuple[tuple[ModelSpec, ...], tuple[tuple[Path, StudioError], ...]]:
    """Return the usable models, the starter first, and the model folders that are not, with why."""
    found: dict[str, ModelSpec] = {}
    problems: list[tuple[Path, StudioError]] = []
    candidates: list[Path | str] = [STARTER]
    for folder in (Path(entry).expanduser() for entry in folders):
        if (folder / "model_index.json").is_file():
            candidates.append(folder)
        elif folder.is_dir():
            candidates += sorted(p.parent for p in folder.glob("*/model_index.json"))
    for candidate in candidates:
        try:
            spec = identify(candidate)
        except StudioError as error:
            problems.append((model_folder(str(candidate)), error))
        else:
            if all(spec.path != other.path for other in found.values()):
                found[spec.id] = spec
    return tuple(found.values()), tuple(problems)


def _model_index(path: Path) -> Mapping[str, Any]:
    if path.is_file():
        raise StudioError(
            "{path} is a file, not a model folder.",
            "Single checkpoint files are not read yet. " + CHOOSE_HINT,
            path=str(path),
        )
    if not path.is_dir():
        raise StudioError("There is no model folder {path}.", CHOOSE_HINT, path=str(path))
    if not (path / "model_index.json").is_file():
        raise StudioError(
            "{path} is not a model in diffusers layout (it has no model_index.json).",
            CHOOSE_HINT,
            path=str(path),
        )
    index = read_config(path / "model_index.json")
    pipeline = str(index.get("_class_name", ""))
    for prefix, label in OTHER_FAMILIES:
        if pipeline.startswith(prefix):
            raise _unsupported(path, label)
    if not pipeline.startswith("StableDiffusion") or "text_encoder_2" in index:
        raise _unsupported(path, pipeline or "?")
    return index


def _check_shapes(
    path: Path,
    index: Mapping[str, Any],
    unet: Mapping[str, Any],
    vae: Mapping[str, Any],
    text: Mapping[str, Any],
) -> None:
    wanted = {
        "unet": ("UNet2DConditionModel",),
        "vae": ("AutoencoderKL", "AutoencoderTiny"),
        "text_encoder": ("CLIPTextModel",),
    }
    for part, classes in wanted.items():
        if _class_name(index, part) not in classes:
            raise _unsupported(path, f"{part}: {_class_name(index, part) or '?'}")
    channels = int(unet.get("in_channels", 4))
    if channels not in (4, 9) or int(vae.get("latent_channels", 4)) != 4:
        raise _unsupported(path, f"UNet, {channels} in_channels")
    width = unet.get("cross_attention_dim")
    if width != text.get("hidden_size"):
        raise StudioError(
            "The parts of the model {path} do not fit: the UNet expects text {width} wide, "
            "the text encoder makes {made}.",
            CHOOSE_HINT,
            path=str(path),
            width=str(width),
            made=str(text.get("hidden_size")),
        )


def _check_tokenizer(path: Path) -> None:
    folder = path / "tokenizer"
    pair = (folder / "vocab.json", folder / "merges.txt")
    if not (folder / "tokenizer.json").is_file():
        for file in pair:
            if not file.is_file():
                raise StudioError(
                    "The file {path} of the model is missing.", CHOOSE_HINT, path=str(file)
                )


def _component(path: Path, part: str, index: Mapping[str, Any]) -> Component:
    stem, variants = WEIGHT_NAMES[part]
    folder = path / part
    for variant in variants:
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
            return Component(part, _class_name(index, part), files, total, variant.strip("."))
    if any(folder.glob("*.bin")) or any(folder.glob("*.ckpt")):
        raise StudioError(
            "The weights in {path} are Python pickles, which can run code; "
            "only safetensors files are read.",
            "Get the safetensors version of the model.",
            path=str(folder),
        )
    missing = folder / f"{stem}.safetensors"
    raise StudioError("The weight file {path} is missing.", CHOOSE_HINT, path=str(missing))


def _check_fill_conv(file: Path, unet: Mapping[str, Any]) -> None:
    shapes = read_header(file)
    width = int(_unet_channels(unet)[0])
    if shapes.get("weight") != (width, 9, 3, 3) or shapes.get("bias") != (width,):
        raise StudioError(
            "The file {path} does not fit the UNet beside it.",
            "Copy the model folder again from where you got it.",
            path=str(file),
        )


def read_config(file: Path) -> Mapping[str, Any]:
    """Return a JSON object of a model folder; StudioError names a file that cannot be read."""
    try:
        value = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise StudioError(
            "The file {path} of the model is missing.", CHOOSE_HINT, path=str(file)
        ) from error
    except (OSError, ValueError) as error:
        raise StudioError(
            "The file {path} of the model cannot be read ({reason}).",
            "Copy the model folder again from where you got it.",
            path=str(file),
            reason=str(error),
        ) from error
    if not isinstance(value, dict):
        raise StudioError(
            "The file {path} of the model cannot be read ({reason}).",
            "Copy the model folder again from where you got it.",
            path=str(file),
            reason="not a JSON object",
        )
    return value


def _defaults(values: Any) -> Defaults:
    entries = values if isinstance(values, dict) else {}
    base = Defaults()
    sampler = str(entries.get("sampler", base.sampler))
    sampler = sampler if sampler in SAMPLERS else base.sampler
    return Defaults(
        steps=int(entries.get("steps", base.steps)),
        cfg_scale=float(entries.get("cfg_scale", base.cfg_scale)),
        sampler=sampler,
        schedule=usable_schedule(sampler, str(entries.get("schedule", base.schedule))),
    )


def _few_step(path: Path, values: Any) -> FewStep | None:
    if not isinstance(values, dict) or str(values.get("sampler")) not in SAMPLERS:
        return None
    return FewStep(
        file=path / Path(str(values.get("file"))).name,
        sampler=str(values["sampler"]),
        steps=int(values.get("steps", 4)),
        cfg_scale=float(values.get("cfg_scale", 1.0)),
        first=bool(values.get("first", False)),
    )


def _fingerprint(path: Path, files: list[Path]) -> tuple[tuple[str, int, int], ...]:
    small = ("lienzo.json", "preview.safetensors", "model_index.json")
    existing = [file for file in (*files, *map(path.joinpath, small)) if file.is_file()]
    stats = [(file, file.stat()) for file in existing]
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in stats)


def _class_name(index: Mapping[str, Any], part: str) -> str:
    entry = index.get(part)
    return str(entry[1]) if isinstance(entry, list) and len(entry) == 2 else ""


def _unet_channels(unet: Mapping[str, Any]) -> list[int]:
    return list(unet.get("block_out_channels") or (320, 640, 1280, 1280))


def _vae_channels(vae: Mapping[str, Any]) -> list[int]:
    # AutoencoderTiny keeps the widths of its decoder; its configuration may lack the copy.
    channels = vae.get("block_out_channels") or vae.get("decoder_block_out_channels")
    return list(channels or (128, 256, 512, 512))


def _first(value: Any, default: int) -> int:
    if isinstance(value, list):
        return int(value[0])
    return int(value) if value else default


def _unsupported(path: Path, kind: str) -> StudioError:
    return StudioError(
        "The model {path} is of a kind that Lienzo cannot run yet ({kind}).",
        CHOOSE_HINT,
        path=str(path),
        kind=kind,
    )
