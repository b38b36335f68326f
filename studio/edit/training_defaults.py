"""Defaults of training settings, and checks for settings that cannot work."""

from __future__ import annotations

from collections.abc import Mapping

from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.training import METHODS, PRIORS, TrainRequest, TrainSettings

STEPS = {"lora": 300, "dreambooth": 200, "textual_inversion": 400, "pivotal": 300}
RATES = {"lora": 1e-3, "dreambooth": 5e-5, "textual_inversion": 0.0, "pivotal": 1e-3}
LARGE_RATES = {"lora": 1e-4, "dreambooth": 5e-6, "textual_inversion": 0.0, "pivotal": 1e-4}
RANGES: Mapping[str, tuple[float, float]] = {
    "steps": (0, 100_000),
    "batch": (0, 256),
    "accumulation": (1, 1024),
    "resolution": (0, 4096),
    "rank": (1, 256),
    "vectors": (1, 16),
    "prior_weight": (0, 100),
    "class_images": (1, 1000),
    "snr_gamma": (0, 1000),
    "sample_every": (0, 100_000),
    "seed": (0, 2**31 - 1),
}
"""Range of each setting; 0 means the method's own default if it is allowed."""

FASTEST = 1e6
SMALLEST = 64
"""Minimum useful size of pictures in a training, in pixels."""

SMALL = 64 * 10**6
"""Parameters of a model's largest network below which it is trained like the starter: fast, in
larger batches."""


def resolve_defaults(settings: TrainSettings, spec: ModelSpec) -> TrainSettings:
    """Return settings with each 0 replaced by the method's own default."""
    small = max(part.parameters for part in spec.components) < SMALL
    method = settings.method
    steps = settings.steps or (STEPS[method] if small else 2 * STEPS[method])
    rates = RATES if small else LARGE_RATES
    return settings.replace(
        steps=steps,
        batch=settings.batch or (4 if small else 1),
        resolution=settings.resolution or spec.native_size,
        rate=settings.rate or rates[method],
        text_rate=settings.text_rate or rates[method] / 2 or 1e-4,
        embedding_rate=settings.embedding_rate or (5e-3 if small else 1e-3),
        sample_every=settings.sample_every or max(1, steps // 6),
    )


def check(request: TrainRequest) -> None:
    """Raise StudioError for a training that cannot work, before anything is loaded."""
    settings = request.settings
    if not request.photos:
        raise StudioError("There are no photos to learn from.", "Add 3 to 5 photos of the subject.")
    if settings.method not in METHODS or settings.prior not in PRIORS:
        raise StudioError(
            "There is no training method called {name}.",
            "Choose one of: {names}.",
            name=settings.method if settings.method not in METHODS else settings.prior,
            names=", ".join(METHODS if settings.method not in METHODS else PRIORS),
        )
    for said in conflicts(settings):
        raise said


def conflicts(settings: TrainSettings) -> list[StudioError]:
    """Return the conflicts between settings, each with a hint."""
    found = []
    if settings.method == "textual_inversion" and settings.train_text_encoder:
        found.append(
            StudioError(
                "Textual inversion trains an embedding and leaves the text encoder as it is.",
                "Switch “Train the text encoder” off, or choose LoRA.",
            )
        )
    if settings.method == "dreambooth" and settings.train_text_encoder:
        found.append(
            StudioError(
                "Full DreamBooth trains the UNet; the text encoder stays as it is here.",
                "Switch “Train the text encoder” off, or choose LoRA.",
            )
        )
    rates = settings.rate, settings.text_rate, settings.embedding_rate
    if not all(0 <= rate <= FASTEST for rate in rates):
        found.append(
            StudioError("A learning rate must be a positive number.", "Change the settings.")
        )
    found += [
        StudioError(
            "{name} must lie between {low} and {high}.",
            "Change the settings.",
            name=name.replace("_", " "),
            low=low,
            high=high,
        )
        for name, (low, high) in RANGES.items()
        # Written so that NaN fails too.
        if not low <= getattr(settings, name) <= high
    ]
    if settings.resolution % 8 or 0 < settings.resolution < SMALLEST:
        found.append(
            StudioError(
                "The resolution must be a multiple of 8, at least {low}.",
                "Change the settings.",
                low=SMALLEST,
            )
        )
    return found


def unused_settings(settings: TrainSettings) -> frozenset[str]:
    """Return the names of the settings that have no effect with the others."""
    method = settings.method
    has_lora, has_word = method in ("lora", "pivotal"), method in ("textual_inversion", "pivotal")
    keeps = settings.prior != "none" and method != "textual_inversion"
    used = {
        "layers": has_lora,
        "rank": has_lora,
        "vectors": has_word,
        "rate": method != "textual_inversion",
        "embedding_rate": has_word,
        "text_rate": settings.train_text_encoder,
        "prior": method != "textual_inversion",
        "prior_weight": keeps,
        "class_images": keeps and settings.prior == "images",
    }
    return frozenset(name for name, counts in used.items() if not counts)
