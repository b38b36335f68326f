"""Lookup of the IP-Adapters of Flux.1 (https://github.com/XLabs-AI/x-flux), without torch."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.catalog.references import ENCODER_FOLDER, OWN_FOLDER, ReferenceSpec
from studio.core.errors import StudioError

PROJECTIONS = ("ip_adapter_proj_model.proj.weight", "image_proj.proj.weight")
KEYS = ("ip_adapter_double_stream_k_proj.weight", "to_k_ip.weight")


def find_flux_reference(spec: ModelSpec, folder: str = "", mode: str = "") -> ReferenceSpec:
    """Return the IP-Adapter in ``folder``, by default the model's own; ``mode`` does not count.

    The folder holds a safetensors file and ``image_encoder``. StudioError if there is none, if it
    is damaged, or if it was made for another base.
    """
    path = Path(folder).expanduser() if folder else spec.folder / OWN_FOLDER
    encoder = path / ENCODER_FOLDER
    inner = encoder / "model.safetensors"
    files = sorted(path.glob("*.safetensors"))
    if not files or not inner.is_file() or not (encoder / "config.json").is_file():
        raise StudioError(
            "There is no IP-Adapter with its image encoder in {path}.",
            "Name a folder with an IP-Adapter, or take the reference away.",
            path=str(path),
        )
    file, header = files[0], read_header(files[0])
    wanted = _wanted(spec, read_config(encoder / "config.json"))
    if _widths(header) != wanted:
        check_fit_of(file, spec, Kind.REFERENCE)
        raise StudioError(
            "The IP-Adapter {path} was not made for models like {model} ({reason}).",
            "Choose one for the same base model, or remove the reference.",
            path=str(file),
            model=spec.name,
            reason=f"{_widths(header)}, {wanted}",
        )
    stats = [one.stat() for one in (file, inner)]
    return ReferenceSpec(
        path=file,
        encoder=encoder,
        parameters=count(header) + count(read_header(inner)),
        fingerprint=tuple(n for stat in stats for n in (stat.st_size, stat.st_mtime_ns)),
    )


def _wanted(spec: ModelSpec, encoder: Mapping[str, object]) -> tuple[object, ...]:
    """Return the widths of image embedding, text and tokens that the model and encoder have."""
    config = part_config(spec, "transformer")
    tokens = int(config.get("num_attention_heads", 24)) * int(config.get("attention_head_dim", 128))
    return encoder.get("projection_dim"), config.get("joint_attention_dim"), tokens


def _widths(header: Mapping[str, tuple[int, ...]]) -> tuple[object, ...]:
    """Return the same widths of an IP-Adapter, None for what it lacks."""
    projection = next((header[name] for name in PROJECTIONS if name in header), None)
    keys = next((shape for name, shape in header.items() if name.endswith(KEYS)), None)
    return (
        projection[1] if projection else None,
        keys[1] if keys else None,
        keys[0] if keys else None,
    )
