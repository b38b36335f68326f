"""Lookup of a model's IP-Adapters for reference pictures; without torch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of, finding_of, fit_of
from studio.catalog.image_encoders import FOLDER, encoder_config, encoders_near, weights_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.bases import base_of_width
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.parts import PARTS
from studio.catalog.recognise.rows.ip_adapter import HIDDEN, PROJECTED
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.core.errors import StudioError
from studio.core.notices import translatable

OWN_FOLDER = "ip_adapter"
ENCODER_FOLDER = FOLDER
FIRST_KEY = "ip_adapter.1.to_k_ip.weight"
KINDS = (
    ("image_proj.proj.weight", "image_proj.proj.weight", "projection_dim"),
    ("image_proj.latents", "image_proj.proj_in.weight", "hidden_size"),
    ("image_proj.proj.3.weight", "image_proj.proj.0.weight", "hidden_size"),
)
"""The basic adapter, which takes a picture's embedding, then plus and full face, which take the
hidden state of each patch. Each row: a key that only this kind has; a key whose last dimension is
the width of its input; the name of that width in the encoder's configuration."""

MODES: Mapping[str, str] = {
    "look": translatable("Look"),
    "composition": translatable("Composition"),
    "subject": translatable("Subject"),
    "face": translatable("Face"),
    "blend": translatable("Blend"),
}
"""The use of a reference: its style, its composition, its whole subject, the likeness of the
largest face in it, or all of it mixed with the picture."""

FACE = "face"
BLEND = "blend"
ADAPTER_MODES = tuple(mode for mode in MODES if mode != BLEND)
"""The modes that need an IP-Adapter."""
SOURCE = "https://huggingface.co/h94/IP-Adapter"
"""Page on which the authors of IP-Adapter publish their weights, including those for faces."""


@dataclass(frozen=True, slots=True)
class ReferenceSpec:
    """An IP-Adapter that fits a model: its weights (``path``) and its image encoder.

    ``parameters`` includes both; ``fingerprint`` consists of the sizes and times of the files.
    """

    path: Path
    encoder: Path
    parameters: int
    fingerprint: tuple[int, ...]


def find_reference(spec: ModelSpec, folder: str = "", mode: str = "") -> ReferenceSpec:
    """Return the IP-Adapter in ``folder`` that suits a mode, or else the model's own.

    ``folder`` holds safetensors files, or is one. Of the image encoders near it, the one whose
    width the adapter takes is used. Faces need an adapter made for them,
    recognised by its or the folder's name; the other modes prefer one that is not. StudioError if
    there is none, if it is damaged, or if it was made for another base.
    """
    path = Path(folder).expanduser() if folder else spec.folder / OWN_FOLDER
    if not folder and not path.is_dir():
        raise StudioError(
            "The model {model} has no IP-Adapter, which references need.",
            "Choose a folder with one, or another model.",
            model=spec.name,
        )
    found = [path] if path.is_file() else sorted(path.glob("*.safetensors"))
    path = path.parent if path.is_file() else path
    encoders = list(encoders_near(path))
    if not found or not encoders:
        raise StudioError(
            "There is no IP-Adapter with its image encoder in {path}.",
            "Name a folder with an IP-Adapter, or take the reference away.",
            path=str(path),
        )
    for_us = [file for file in found if not _misfits(spec, file)]
    chosen = _suited(path, for_us or found, mode)
    check_fit_of(chosen, spec, Kind.REFERENCE)
    header = read_header(chosen)
    encoder = _check_fit(spec, chosen, header, encoders)
    inner = weights_of(encoder)
    stats = [file.stat() for file in (chosen, inner)]
    return ReferenceSpec(
        path=chosen,
        encoder=encoder,
        parameters=count(header) + count(read_header(inner)),
        fingerprint=tuple(n for stat in stats for n in (stat.st_size, stat.st_mtime_ns)),
    )


def find_blend(spec: ModelSpec, folder: str = "", mode: str = "") -> None:
    """Check a reference of a model that mixes pictures by its own image encoder.

    StudioError if an IP-Adapter is named, which would have no effect.
    """
    if folder:
        raise StudioError(
            "{model} sees references with its own image encoder and takes no IP-Adapter.",
            "Leave the IP-Adapter empty.",
            model=spec.name,
        )


def _misfits(spec: ModelSpec, file: Path) -> bool:
    return fit_of(file, finding_of(file), spec, Kind.REFERENCE).error is not None


def _suited(folder: Path, found: list[Path], mode: str) -> Path:
    """Return the file that a mode should use; StudioError if there is none for faces."""
    # FaceID needs a face recogniser, which is not included; chosen, and refused, only if alone.
    usable = [file for file in found if "faceid" not in file.stem.lower()] or found
    faces = [file for file in usable if "face" in file.stem.lower()]
    # Of the two kinds for faces, the hint names plus-face; full face is larger.
    faces.sort(key=lambda file: "plus" not in file.stem.lower())
    if mode != FACE:
        return ([file for file in usable if file not in faces] or usable)[0]
    if faces or "face" in folder.resolve().name.lower():
        return (faces or usable)[0]
    raise StudioError(
        "The IP-Adapter in {path} was not made for faces.",
        "Get ip-adapter-plus-face_sd15.safetensors and the folder image_encoder from {source}, put"
        " both into one folder and choose it, or choose another mode.",
        path=str(folder),
        source=SOURCE,
    )


def _check_fit(
    spec: ModelSpec, file: Path, header: Mapping[str, tuple[int, ...]], encoders: Sequence[Path]
) -> Path:
    """Return the image encoder for an adapter, the first that makes what it takes.

    StudioError if there is none, or if the adapter does not fit the model or this program.
    """
    width = header.get(FIRST_KEY, (0, 0))[-1]
    wanted = part_config(spec, "unet").get("cross_attention_dim")
    if width != wanted:
        raise StudioError(
            "The IP-Adapter {path} was not made for models like {model} ({reason}).",
            "Choose one for the same base model, or remove the reference.",
            path=str(file),
            model=spec.name,
            reason=f"{base_of_width(width)}, {base_of_width(wanted)}",
        )
    kind = next((kind for kind in KINDS if kind[0] in header), None)
    if kind is None:
        raise StudioError(
            "The IP-Adapter {path} is of a kind that Lienzo cannot run.",
            "Choose a standard, plus or plus-face adapter; FaceID adapters need a "
            "face-recognition network that Lienzo does not have.",
            path=str(file),
        )
    seen = header.get(kind[1], (0,))[-1]
    gives = [encoder_config(encoder).get(kind[2]) for encoder in encoders]
    fitting = [one for one, given in zip(encoders, gives, strict=True) if given in (None, seen)]
    if not fitting:
        raise StudioError(
            "The IP-Adapter {path} was not made for the image encoder beside it ({reason}).",
            "Put the image encoder that belongs to it into {folder}.",
            path=str(file),
            folder=str(encoders[0]),
            reason=f"{_encoder_name(kind[2], seen)}, {_encoder_name(kind[2], gives[0])}",
        )
    return fitting[0]


def _encoder_name(entry: str, width: object) -> str:
    table = PROJECTED if entry == "projection_dim" else HIDDEN
    part = table.get(width) if isinstance(width, int) else None
    return f"{PARTS[part].label} ({width})" if part else str(width)
