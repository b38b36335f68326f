"""The table of model families; a new one is a row here."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.families.amused import AMUSED
from studio.catalog.families.chroma import CHROMA
from studio.catalog.families.dall_e import DALL_E
from studio.catalog.families.deepfloyd_if import DEEPFLOYD_IF
from studio.catalog.families.dream import DREAM
from studio.catalog.families.flux import FLUX
from studio.catalog.families.flux_2 import FLUX_2
from studio.catalog.families.imagen import IMAGEN
from studio.catalog.families.kandinsky import KANDINSKY
from studio.catalog.families.karlo import KARLO
from studio.catalog.families.lumina_2 import LUMINA_2
from studio.catalog.families.one_step import GAN, VAE_SAMPLING
from studio.catalog.families.pixart import PIXART
from studio.catalog.families.qwen_image import QWEN_IMAGE
from studio.catalog.families.small_flux import SMALL_FLUX
from studio.catalog.families.small_unclip import SMALL_UNCLIP
from studio.catalog.families.spec import FamilySpec
from studio.catalog.families.stable_diffusion import STABLE_DIFFUSION
from studio.catalog.families.stable_diffusion_3 import STABLE_DIFFUSION_3
from studio.catalog.families.stable_diffusion_xl import STABLE_DIFFUSION_XL
from studio.catalog.families.stable_unclip import STABLE_UNCLIP
from studio.catalog.families.z_image import Z_IMAGE
from studio.core.errors import StudioError

FAMILIES: Mapping[str, FamilySpec] = {
    row.id: row
    for row in (
        STABLE_DIFFUSION,
        STABLE_DIFFUSION_XL,
        STABLE_DIFFUSION_3,
        FLUX,
        FLUX_2,
        CHROMA,
        Z_IMAGE,
        QWEN_IMAGE,
        PIXART,
        KANDINSKY,
        KARLO,
        STABLE_UNCLIP,
        DEEPFLOYD_IF,
        AMUSED,
        LUMINA_2,
        SMALL_FLUX,
        DALL_E,
        DREAM,
        SMALL_UNCLIP,
        IMAGEN,
        GAN,
        VAE_SAMPLING,
    )
}
"""In the order in which their recognisers are tried on a folder."""


def family(name: str) -> FamilySpec:
    """Return a row of ``FAMILIES``; StudioError for an unknown name."""
    try:
        return FAMILIES[name]
    except KeyError as error:
        raise StudioError(
            "There is no model family called {name}.", "Choose another model.", name=name
        ) from error
