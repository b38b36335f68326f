"""Numbers of a training that the artist leaves open, and settings that cannot work."""

from __future__ import annotations

from studio.catalog.models import ModelSpec
from studio.core.errors import StudioError
from studio.edit.training import METHODS, PRIORS, TrainRequest, TrainSettings

STEPS = {"lora": 300, "dreambooth": 200, "textual_inversion": 400, "pivotal": 300}
RATES = {"lora": 1e-3, "dreambooth": 5e-5, "textual_inversion": 0.0, "pivotal": 1e-3}
LARGE_RATES = {"lora": 1e-4, "dreambooth": 5e-6, "textual_inversion": 0.0, "pivotal": 1e-4}
SMALL = 64 * 10**6
"""Parameters of a UNet below which it learns as the starter does: fast, in larger batches."""


def resolved(settings: TrainSettings, spec: ModelSpec) -> TrainSettings:
    """Return settings with a number for each 0 that means the method's own default."""
    small = spec.component("unet").parameters < SMALL
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
        raise StudioError("There is no photo to learn from.", "Add 3 to 5 photos of the subject.")
    if settings.method not in METHODS or settings.prior not in PRIORS:
        raise StudioError(
            "There is no way of learning called {name}.",
            "Choose one of: {names}.",
            name=settings.method if settings.method not in METHODS else settings.prior,
            names=", ".join(METHODS if settings.method not in METHODS else PRIORS),
        )
    for said in conflicts(settings):
        raise said


def conflicts(settings: TrainSettings) -> list[StudioError]:
    """Return what of the settings does not go together, each with what to do about it."""
    found = []
    if settings.method == "textual_inversion" and settings.train_text_encoder:
        found.append(
            StudioError(
                "Textual inversion learns a word and leaves the text encoder as it is.",
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
    positive = {
        "steps": settings.steps,
        "rate": settings.rate,
        "prior weight": settings.prior_weight,
        "gamma": settings.snr_gamma,
    }
    wrong = [name for name, value in positive.items() if value < 0]
    if wrong or settings.batch < 0 or settings.accumulation < 1 or not 1 <= settings.rank <= 256:
        found.append(
            StudioError(
                "Steps, batch, rank and rates must be positive numbers, the rank at most 256.",
                "Correct the settings.",
            )
        )
    if not 1 <= settings.vectors <= 16:
        found.append(StudioError("A new word has 1 to 16 vectors.", "Correct the settings."))
    if settings.resolution % 8:
        found.append(
            StudioError("The resolution must be a multiple of 8.", "Correct the settings.")
        )
    return found


def unused(settings: TrainSettings) -> frozenset[str]:
    """Return the names of the settings that count for nothing beside the others."""
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
