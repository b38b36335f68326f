"""Names of the base that a part was made for, by the width of its text embeddings."""

from __future__ import annotations

from collections.abc import Mapping

BASES: Mapping[int, str] = {
    256: "Starter",
    768: "Stable Diffusion 1.x",
    1024: "Stable Diffusion 2.x",
    2048: "Stable Diffusion XL",
}
"""Width of the token embeddings in the UNet's cross attention -> the kind of model."""


def base_of_width(width: object) -> str:
    """Return the name of a base with its width, such as "Stable Diffusion 2.x (1024)"."""
    known = BASES.get(width) if isinstance(width, int) else None
    return f"{known} ({width})" if known else str(width)
