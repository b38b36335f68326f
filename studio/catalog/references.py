"""The IP-Adapters that a model has for reference pictures; without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.catalog.models import ModelSpec, read_config
from studio.catalog.safetensors_header import count, read_header
from studio.core.errors import StudioError
from studio.core.notices import translatable

OWN_FOLDER = "ip_adapter"
ENCODER_FOLDER = "image_encoder"
FIRST_KEY = "ip_adapter.1.to_k_ip.weight"

MODES: Mapping[str, str] = {
    "look": translatable("Look"),
    "composition": translatable("Composition"),
    "subject": translatable("Subject"),
}
"""What of a reference counts: its style, the places of things in it, or all that it shows."""


@dataclass(frozen=True, slots=True)
class ReferenceSpec:
    """An IP-Adapter that fits a model: its weights (``path``) and its image encoder.

    ``parameters`` counts both; ``fingerprint`` is made of sizes and times of the files.
    """

    path: Path
    encoder: Path
    parameters: int
    fingerprint: tuple[int, ...]


def find_reference(spec: ModelSpec, folder: str = "") -> ReferenceSpec:
    """Return the IP-Adapter in ``folder``, or else the model's own.

    The folder holds one safetensors file and ``image_encoder``. StudioError where there is none,
    where it is damaged, and where it was made for another base.
    """
    path = Path(folder).expanduser() if folder else spec.path / OWN_FOLDER
    found = sorted(path.glob("*.safetensors"))
    encoder = path / ENCODER_FOLDER
    inner = encoder / "model.safetensors"
    if not found or not inner.is_file() or not (encoder / "config.json").is_file():
        raise StudioError(
            "There is no IP-Adapter with its image encoder in {path}.",
            "Name a folder with an IP-Adapter, or take the reference away.",
            path=str(path),
        )
    header = read_header(found[0])
    width = header.get(FIRST_KEY, (0, 0))[-1]
    wanted = read_config(spec.path / "unet" / "config.json").get("cross_attention_dim")
    if width != wanted:
        raise StudioError(
            "The IP-Adapter {path} was not made for models like {model} ({reason}).",
            "Choose one for the same base model, or take the reference away.",
            path=str(found[0]),
            model=spec.name,
            reason=f"{width}, {wanted}",
        )
    stats = [file.stat() for file in (found[0], inner)]
    return ReferenceSpec(
        path=found[0],
        encoder=encoder,
        parameters=count(header) + count(read_header(inner)),
        fingerprint=tuple(n for stat in stats for n in (stat.st_size, stat.st_mtime_ns)),
    )
