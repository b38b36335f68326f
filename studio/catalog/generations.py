"""The papers behind the models, and the small systems that ship with the program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalog.model_spec import BUILT_IN, STARTER


@dataclass(frozen=True, slots=True)
class Paper:
    """The publication that introduced a kind of model; ``year`` is that of its first version.

    ``place`` is the arXiv number, or who published it if there is no paper.
    """

    year: int
    title: str
    authors: str
    place: str = ""

    @property
    def source(self) -> str:
        """Title, authors, year and place in one line."""
        return f"{self.authors}: {self.title}, {self.year}" + (
            f" ({self.place})" * bool(self.place)
        )


LATENT = Paper(
    2021,
    "High-Resolution Image Synthesis with Latent Diffusion Models",
    "Rombach and others",
    "arXiv 2112.10752",
)
UNCLIP = Paper(
    2022,
    "Hierarchical Text-Conditional Image Generation with CLIP Latents",
    "Ramesh and others",
    "arXiv 2204.06125",
)
IMAGEN = Paper(
    2022,
    "Photorealistic Text-to-Image Diffusion Models with Deep Language Understanding",
    "Saharia and others",
    "arXiv 2205.11487",
)
RECTIFIED = Paper(
    2024,
    "Scaling Rectified Flow Transformers for High-Resolution Image Synthesis",
    "Esser and others",
    "arXiv 2403.03206",
)

OWN_PAPERS: Mapping[str, Paper] = {
    STARTER: LATENT,
    "dall-e": Paper(
        2021, "Zero-Shot Text-to-Image Generation", "Ramesh and others", "arXiv 2102.12092"
    ),
    "imagen": IMAGEN,
    "flux": Paper(2024, "FLUX.1", "Black Forest Labs", "after arXiv 2403.03206"),
    "unclip": UNCLIP,
    "gan": Paper(2014, "Generative Adversarial Nets", "Goodfellow and others", "arXiv 1406.2661"),
    "vae": Paper(2013, "Auto-Encoding Variational Bayes", "Kingma and Welling", "arXiv 1312.6114"),
    "dream": Paper(
        2022,
        "VQGAN-CLIP: Open Domain Image Generation and Editing with Natural Language Guidance",
        "Crowson and others",
        "arXiv 2204.08583",
    ),
}
"""By the names of the built-in models."""

FAMILY_PAPERS: Mapping[str, Paper] = {
    "dall_e": OWN_PAPERS["dall-e"],
    "dream": OWN_PAPERS["dream"],
    "gan": OWN_PAPERS["gan"],
    "imagen": OWN_PAPERS["imagen"],
    "small_flux": OWN_PAPERS["flux"],
    "small_unclip": OWN_PAPERS["unclip"],
    "vae_sampling": OWN_PAPERS["vae"],
    "stable_diffusion": LATENT,
    "stable_diffusion_xl": Paper(
        2023,
        "SDXL: Improving Latent Diffusion Models for High-Resolution Image Synthesis",
        "Podell and others",
        "arXiv 2307.01952",
    ),
    "stable_diffusion_3": RECTIFIED,
    "flux": OWN_PAPERS["flux"],
    "flux_2": Paper(2025, "FLUX.2", "Black Forest Labs"),
    "chroma": Paper(2025, "Chroma", "lodestones", "after FLUX.1"),
    "z_image": Paper(2025, "Z-Image", "Tongyi-MAI"),
    "qwen_image": Paper(2025, "Qwen-Image Technical Report", "Wu and others", "arXiv 2508.02324"),
    "pixart": Paper(
        2023,
        "PixArt-alpha: Fast Training of Diffusion Transformer for Photorealistic Synthesis",
        "Chen and others",
        "arXiv 2310.00426",
    ),
    "kandinsky": Paper(
        2023,
        "Kandinsky: an Improved Text-to-Image Synthesis with Image Prior and Latent Diffusion",
        "Razzhigaev and others",
        "arXiv 2310.03502",
    ),
    "karlo": Paper(2022, "Karlo", "Kakao Brain", "after arXiv 2204.06125"),
    "stable_unclip": Paper(2023, "Stable unCLIP", "Stability AI", "after arXiv 2204.06125"),
    "deepfloyd_if": Paper(2023, "DeepFloyd IF", "DeepFloyd", "after arXiv 2205.11487"),
    "amused": Paper(
        2024, "aMUSEd: An Open MUSE Reproduction", "Patil and others", "arXiv 2401.01808"
    ),
    "lumina_2": Paper(
        2025,
        "Lumina-Image 2.0: A Unified and Efficient Image Generative Framework",
        "Qin and others",
        "arXiv 2503.21758",
    ),
}
"""By the ids of the families."""

BUILT_IN_NAMES: Mapping[str, str] = {
    STARTER: "Lienzo Starter",
    "dall-e": "DALL-E (small)",
    "imagen": "Imagen (small)",
    "flux": "Flux (small)",
    "unclip": "unCLIP (small)",
    "gan": "GAN (small)",
    "vae": "VAE (small)",
    "dream": "Dream (VQGAN+CLIP)",
}
"""The names of the built-in models if their own folder cannot be read."""
SYSTEMS = tuple(name for name in BUILT_IN if name != STARTER)
"""The names of the small systems of the course."""


def paper_of(model: str, family: str) -> Paper | None:
    """Return the paper behind a model, by its id or its family; None if it is not in the tables."""
    return OWN_PAPERS.get(model) or FAMILY_PAPERS.get(family)
