"""The kinds of control images, and lookup of a model's ControlNets for them; without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.bases import base_of_width
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.safetensors_header import count, read_header
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

SAME_AS_UNET = ("cross_attention_dim", "block_out_channels", "down_block_types")


ORIGINAL_PREFIX = "control_model."
FIRST_LAYERS = ("input_blocks.0.0.weight", "conv_in.weight")
"""The first convolution of a single file, in the authors' layout and in diffusers'."""
HINT_LAYERS = ("input_hint_block.0.weight", "controlnet_cond_embedding.conv_in.weight")
"""Keys that only a ControlNet has: the first layer of the encoder of the control image."""


@dataclass(frozen=True, slots=True)
class ControlSpec:
    """A ControlNet that fits a model: folder or single file, kind, weights, file size and time."""

    kind: str
    path: Path
    parameters: int
    fingerprint: tuple[int, int]


def find_control(spec: ModelSpec, kind: str, folder: str = "") -> ControlSpec:
    """Return the ControlNet for ``kind``: the one in ``folder``, or else the model's own.

    ``folder`` may be a single safetensors file, of the authors' layout or of diffusers'.
    StudioError if there is none, if it is damaged, or if it was made for another base.
    """
    if kind not in CONTROL_KINDS:
        raise StudioError(
            "There is no control kind {kind}.",
            "Choose one of: {kinds}.",
            kind=kind,
            kinds=", ".join(CONTROL_KINDS),
        )
    path = Path(folder).expanduser() if folder else spec.folder / CONTROL_KINDS[kind].folder
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
    check_fit_of(path, spec, Kind.CONTROL)
    _check_base(path, spec)
    stat = weights.stat()
    parameters = count(read_header(weights))
    return ControlSpec(kind, path, parameters, (stat.st_size, stat.st_mtime_ns))


def _single(spec: ModelSpec, kind: str, path: Path) -> ControlSpec:
    """Return the ControlNet of a single file; only its header is read."""
    if path.suffix.lower() != ".safetensors":
        raise StudioError(
            "The ControlNet {path} is not a safetensors file; other formats could run code.",
            "Get the safetensors version of it.",
            path=str(path),
        )
    check_fit_of(path, spec, Kind.CONTROL)
    shapes = read_header(path)
    names = {key.removeprefix(ORIGINAL_PREFIX): shape for key, shape in shapes.items()}
    first = next((names[key] for key in FIRST_LAYERS if key in names), None)
    if first is None or not any(key in names for key in HINT_LAYERS):
        raise StudioError(
            "{path} is not a ControlNet, or is of a kind that Lienzo cannot run.",
            "Choose a full ControlNet, not a control LoRA or a T2I-Adapter.",
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
    return ControlSpec(kind, path, count(shapes), (stat.st_size, stat.st_mtime_ns))


def _check_base(path: Path, spec: ModelSpec) -> None:
    ours = read_config(path / "config.json")
    theirs = part_config(spec, "unet")
    if ours.get("_class_name") != "ControlNetModel":
        raise _other_base(path, spec, str(ours.get("_class_name", "?")))
    for name in SAME_AS_UNET:
        if ours.get(name) != theirs.get(name):
            said = f"{name}: {ours.get(name)}, {theirs.get(name)}"
            if name == "cross_attention_dim":
                said = f"{base_of_width(ours.get(name))}, {base_of_width(theirs.get(name))}"
            raise _other_base(path, spec, said)


def _other_base(path: Path, spec: ModelSpec, reason: str) -> StudioError:
    return StudioError(
        "The ControlNet {path} was not made for models like {model} ({reason}).",
        "Choose one for the same base model, or switch the control off.",
        path=str(path),
        model=spec.name,
        reason=reason,
    )
