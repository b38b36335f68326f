"""The kinds of control images, and lookup of a model's ControlNets for them; without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.bases import base_of_width
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.catalog.t2i_files import Shapes, feature_channels, t2i_config, t2i_names
from studio.core.errors import StudioError
from studio.core.notices import translatable


@dataclass(frozen=True, slots=True)
class ControlKind:
    """One kind of control image; ``folder`` is the model's subfolder with its ControlNet."""

    id: str
    label: str
    folder: str


CONTROL_KINDS: Mapping[str, ControlKind] = {
    kind.id: kind
    for kind in (
        ControlKind("canny", "Canny edges", "controlnet-canny"),
        ControlKind("lineart", "Line art", "controlnet-lineart"),
        ControlKind("pose", "Pose", "controlnet-pose"),
        ControlKind("depth", "Depth", "controlnet-depth"),
        ControlKind("segmentation", "Segmentation", "controlnet-segmentation"),
        ControlKind("scribble", "Scribble", "controlnet-scribble"),
        ControlKind("softedge", "Soft edges", "controlnet-softedge"),
        ControlKind("mlsd", "Straight lines", "controlnet-mlsd"),
        ControlKind("normal", "Normals", "controlnet-normal"),
        ControlKind("tile", "Tile", "controlnet-tile"),
    )
}

MODES: Mapping[str, str] = {
    "balanced": translatable("Balanced"),
    "prompt": translatable("The prompt matters more"),
    "control": translatable("The control matters more"),
}

UNION, T2I = "union", "t2i"
TASKS = "task_embedding"
"""The tensor of a union ControlNet with a row for each control type."""
UNION_MODES: Mapping[str, int] = {
    "pose": 0,
    "depth": 1,
    "scribble": 2,
    "softedge": 2,
    "canny": 3,
    "lineart": 3,
    "mlsd": 3,
    "normal": 4,
    "segmentation": 5,
    "tile": 6,
}
"""Kind of a control -> the control type of union ControlNets for SDXL
(https://huggingface.co/xinsir/controlnet-union-sdxl-1.0); tile is in those of eight types only."""

SAME_AS_UNET = ("cross_attention_dim", "block_out_channels", "down_block_types")


ORIGINAL_PREFIX = "control_model."
FIRST_LAYERS = ("input_blocks.0.0.weight", "conv_in.weight")
"""The first convolution of a single file, in the authors' layout and in diffusers'."""
HINT_LAYERS = ("input_hint_block.0.weight", "controlnet_cond_embedding.conv_in.weight")
"""Keys that only a ControlNet has: the first layer of the encoder of the control image."""


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """A ControlNet or T2I-Adapter that fits a model: folder or single file, size and time.

    ``file`` are its weights. ``layout`` is CONTROLNET, UNION or T2I. ``mode`` is the control type
    of a union for the ``kind``; one network serves all kinds.
    """

    kind: str = field(compare=False)
    path: Path
    parameters: int
    fingerprint: tuple[int, int]
    file: Path = Path()
    layout: str = "controlnet"
    mode: int = field(default=0, compare=False)
    modes: int = 0


def control_place(spec: ModelSpec, kind: str, folder: str = "") -> Path:
    """Return ``folder``, or where the model's own ControlNet for ``kind`` would be.

    StudioError for a kind that does not exist.
    """
    if kind not in CONTROL_KINDS:
        raise StudioError(
            "There is no control kind {kind}.",
            "Choose one of: {kinds}.",
            kind=kind,
            kinds=", ".join(CONTROL_KINDS),
        )
    return Path(folder).expanduser() if folder else spec.folder / CONTROL_KINDS[kind].folder


def find_control(spec: ModelSpec, kind: str, folder: str = "") -> ControlSpec:
    """Return the ControlNet for ``kind``: the one in ``folder``, or else the model's own.

    ``folder`` may be a single safetensors file, of the authors' layout or of diffusers'.
    StudioError if there is none, if it is damaged, or if it was made for another base.
    """
    path = control_place(spec, kind, folder)
    if path.is_file():
        return _single(spec, kind, path)
    weights = path / "diffusion_pytorch_model.safetensors"
    if not (path / "config.json").is_file() or not weights.is_file():
        raise StudioError(
            "There is no ControlNet for {kind} in {path}.",
            "Name a folder with a ControlNet in diffusers layout, a safetensors file of one, or"
            " switch the control off.",
            kind=kind,
            path=str(path),
        )
    check_fit_of(path, spec, Kind.CONTROL, Kind.T2I_ADAPTER)
    if read_config(path / "config.json").get("_class_name") == "T2IAdapter":
        return _single(spec, kind, weights)
    union = _check_base(path, spec)
    stat = weights.stat()
    shapes = read_header(weights)
    made = ControlSpec(kind, path, count(shapes), (stat.st_size, stat.st_mtime_ns), weights)
    return _union(made, spec, shapes) if union else made


def _single(spec: ModelSpec, kind: str, path: Path) -> ControlSpec:
    """Return the ControlNet of a single file; only its header is read."""
    if path.suffix.lower() != ".safetensors":
        raise StudioError(
            "The ControlNet {path} is not a safetensors file; other formats could run code.",
            "Get the safetensors version of it.",
            path=str(path),
        )
    check_fit_of(path, spec, Kind.CONTROL, Kind.T2I_ADAPTER)
    shapes = read_header(path)
    if t2i_config(_named(shapes)):
        return _t2i(spec, kind, path, shapes)
    names = _bare(shapes)
    first = next((names[key] for key in FIRST_LAYERS if key in names), None)
    if first is None or not any(key in names for key in HINT_LAYERS):
        raise StudioError(
            "{path} is not a ControlNet, or is of a kind that Lienzo cannot run.",
            "Choose a full ControlNet or a T2I-Adapter, not a control LoRA.",
            path=str(path),
        )
    unet = part_config(spec, "unet")
    width = next((one[1] for key, one in names.items() if key.endswith("attn2.to_k.weight")), 0)
    found = (first[0], width)
    channels = tuple(unet.get("block_out_channels") or (320,))
    wanted = (channels[0], unet.get("cross_attention_dim"))
    if found != wanted:
        reason = f"{found}, {wanted}"
        if found[0] == wanted[0]:
            reason = f"{base_of_width(found[1])}, {base_of_width(wanted[1])}"
        raise _other_base(path, spec, reason)
    stat = path.stat()
    made = ControlSpec(kind, path, count(shapes), (stat.st_size, stat.st_mtime_ns), path)
    return _union(made, spec, names) if TASKS in names else made


def _bare(shapes: Shapes) -> dict[str, tuple[int, ...]]:
    return {key.removeprefix(ORIGINAL_PREFIX): shape for key, shape in shapes.items()}


def _named(shapes: Shapes) -> dict[str, tuple[int, ...]]:
    names = t2i_names(shapes)
    return {names[key]: shape for key, shape in shapes.items()}


def _union(made: ControlSpec, spec: ModelSpec, shapes: Shapes) -> ControlSpec:
    """Return a union ControlNet with the mode of its control kind; StudioError if it has none."""
    modes = shapes[TASKS][0] if TASKS in shapes else 0
    mode = UNION_MODES.get(made.kind, modes)
    if mode >= modes:
        known = [kind for kind, one in UNION_MODES.items() if one < modes]
        raise StudioError(
            "The ControlNet {path} has no mode for {kind}.",
            "It knows: {kinds}. Choose one of these, or another ControlNet.",
            path=str(made.path),
            kind=made.kind,
            kinds=", ".join(known),
        )
    return replace(made, layout=UNION, mode=mode, modes=modes)


def _t2i(spec: ModelSpec, kind: str, path: Path, shapes: Shapes) -> ControlSpec:
    """Return a T2I-Adapter whose feature maps are as wide as the UNet's blocks."""
    config = t2i_config(_named(shapes))
    ours = list(part_config(spec, "unet").get("block_out_channels") or (320, 640, 1280, 1280))
    theirs = feature_channels(config)
    if theirs[: len(ours)] != ours:
        raise _other_base(path, spec, f"{theirs}, {ours}")
    stat = path.stat()
    fingerprint = (stat.st_size, stat.st_mtime_ns)
    return ControlSpec(kind, path, count(shapes), fingerprint, path, layout=T2I)


def _check_base(path: Path, spec: ModelSpec) -> bool:
    """Raise StudioError if a folder was made for another base; returns whether it is a union."""
    ours = read_config(path / "config.json")
    theirs = part_config(spec, "unet")
    if ours.get("_class_name") not in ("ControlNetModel", "ControlNetUnionModel"):
        raise _other_base(path, spec, str(ours.get("_class_name", "?")))
    for name in SAME_AS_UNET:
        if ours.get(name) != theirs.get(name):
            said = f"{name}: {ours.get(name)}, {theirs.get(name)}"
            if name == "cross_attention_dim":
                said = f"{base_of_width(ours.get(name))}, {base_of_width(theirs.get(name))}"
            raise _other_base(path, spec, said)
    return ours.get("_class_name") == "ControlNetUnionModel"


def _other_base(path: Path, spec: ModelSpec, reason: str) -> StudioError:
    return StudioError(
        "The ControlNet {path} was not made for models like {model} ({reason}).",
        "Choose one for the same base model, or switch the control off.",
        path=str(path),
        model=spec.name,
        reason=reason,
    )
