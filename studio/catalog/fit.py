"""Whether an adapter or a part fits a model, from what recognition says about its file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from studio.catalog.configurations import part_config
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.files import recognise_file
from studio.catalog.recognise.finding import Certainty, Finding, Kind, refusal
from studio.catalog.recognise.folders import weights_in
from studio.catalog.recognise.labels import family_label
from studio.catalog.recognise.remember import Choices
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice, translatable

STARTER_BASE = "Starter"
UNET_BASES: Mapping[int, str] = {256: STARTER_BASE, 768: "1.x", 1024: "2.x"}
"""Width of the text embeddings of a Stable Diffusion model -> ``Finding.base_variant``."""
WIDTH_BASES: Mapping[str, Mapping[int, str]] = {
    "flux_2": {3072: "klein 4B", 4096: "klein 9B", 6144: "dev"},
    "stable_diffusion_3": {1536: "medium", 2432: "3.5 large"},
}
"""Family of transformers -> the width of its blocks -> ``Finding.base_variant``."""
SAME_WIDTH: Mapping[str, str] = {"3 medium": "medium", "3.5 medium": "medium"}
"""Variants whose adapters have the same shapes, so that the width alone does not part them."""

LATENT_KINDS = (Kind.VAE, Kind.PREVIEW)

RELATED: Mapping[str, str] = {"chroma": "flux"}
"""Families that were made from another one without renaming its layers, so that its LoRAs may fit.

The layers that such a family lacks (the modulation of Flux.1) are found when the LoRA is loaded.
"""

KIND_LABELS: Mapping[Kind, str] = {
    Kind.MODEL: translatable("model"),
    Kind.NETWORK: translatable("main network of a model"),
    Kind.LORA: translatable("LoRA"),
    Kind.CONTROL: translatable("ControlNet"),
    Kind.T2I_ADAPTER: translatable("T2I-Adapter"),
    Kind.REFERENCE: translatable("IP-Adapter"),
    Kind.EMBEDDING: translatable("embedding"),
    Kind.VAE: translatable("VAE"),
    Kind.PREVIEW: translatable("VAE for previews"),
    Kind.TEXT_ENCODER: translatable("text encoder"),
    Kind.IMAGE_ENCODER: translatable("image encoder"),
    Kind.UPSCALER: translatable("upscaler"),
}
"""The kinds that a file can be, in the words of the artist."""

OTHER_BASE = {
    Kind.LORA: refusal(
        "The LoRA {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose a model of that kind, or a LoRA made for this one.",
    ),
    Kind.CONTROL: refusal(
        "The ControlNet {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose one for the same base model, or switch the control off.",
    ),
    Kind.T2I_ADAPTER: refusal(
        "The T2I-Adapter {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose one for the same base model, or switch the control off.",
    ),
    Kind.REFERENCE: refusal(
        "The IP-Adapter {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose one for the same base model, or remove the reference.",
    ),
    Kind.EMBEDDING: refusal(
        "The embedding {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose a model of that kind, or an embedding made for this one.",
    ),
    Kind.VAE: refusal(
        "The VAE {path} was made for {theirs}; the model {model} is of the kind {ours}.",
        "Choose the VAE that belongs to your model, or the automatic one.",
    ),
}
"""The sentence for each kind of file that was made for another base."""


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a file fits a model: ``error`` if it does not, ``note`` if that is not certain."""

    error: StudioError | None = None
    note: Notice | None = None


def finding_of(path: Path) -> Finding:
    """Return what a weights file, or a folder with one, is, with the artist's own answer.

    Reads the header only; a file that cannot be read is UNUSABLE.
    """
    file = (weights_in(path) or path) if path.is_dir() else path
    return Choices().applied(file, recognise_file(file))


def fit_of(path: Path, found: Finding, spec: ModelSpec, *kinds: Kind) -> Fit:
    """Return whether a file, which is to be one of ``kinds``, was made for a model.

    What recognition does not know is left to the loader, which compares shapes. A base that only a
    name or the metadata reveals is no reason to refuse a file, but a note.
    """
    if found.kind is Kind.UNUSABLE and found.refusal is not None:
        return Fit(found.refusal.error())
    if found.kind is Kind.UNKNOWN:
        return Fit()
    if found.kind not in kinds:
        return Fit(wrong_kind(path, found.kind, kinds[0]))
    if found.kind is Kind.MODEL:
        # One of its parts is wanted, which belongs to the family of the model.
        found = replace(found, kind=kinds[0], bases=(found.family,), base_variant="")
    if not found.bases or suits(found, spec):
        return Fit()
    if found.certainty is Certainty.PROBABLE:
        note = notice(
            "{name} says that it is for {theirs}, but the model {model} is of the kind {ours}; it"
            " was tried all the same.",
            name=path.name,
            model=spec.name,
            theirs=bases_label(found),
            ours=base_label(spec),
        )
        return Fit(note=note)
    said = OTHER_BASE[found.kind]
    error = StudioError(
        said.message,
        said.hint,
        path=str(path),
        model=spec.name,
        theirs=bases_label(found),
        ours=base_label(spec),
    )
    return Fit(error)


def check_fit_of(path: Path, spec: ModelSpec, *kinds: Kind) -> Notice | None:
    """Raise StudioError if a file is of none of ``kinds``, or was made for another base.

    Returns a notice if that is only likely. Reads the header of the file only.
    """
    fit = fit_of(path, finding_of(path), spec, *kinds)
    if fit.error is not None:
        raise fit.error
    return fit.note


def fit_notes(spec: ModelSpec, paths: Iterable[Path], *kinds: Kind) -> list[Notice]:
    """Return notices about files of whose base only a name says that it is not the model's."""
    found = (fit_of(path, finding_of(path), spec, *kinds).note for path in paths)
    return [note for note in found if note is not None]


def suits(found: Finding, spec: ModelSpec) -> bool:
    """Whether the base of an adapter may be that of a model."""
    related = RELATED.get(spec.family) if found.kind is Kind.LORA else None
    if spec.family not in found.bases and related not in found.bases:
        return False
    if related in found.bases:
        return True
    if found.kind in LATENT_KINDS and base_variant(spec) == STARTER_BASE:
        # Its latents are its own.
        return False
    theirs = SAME_WIDTH.get(found.base_variant, found.base_variant)
    ours = base_variant(spec)
    # Models that are scaled down are of no known width; their adapters are compared by shapes.
    return not theirs or not ours or theirs == ours


def base_variant(spec: ModelSpec) -> str:
    """Return the variant of a model as ``Finding.base_variant`` names it, "" if it has none."""
    if spec.family == "stable_diffusion":
        return UNET_BASES.get(_number(part_config(spec, "unet").get("cross_attention_dim")), "")
    widths = WIDTH_BASES.get(spec.family)
    if widths is None:
        return ""
    config = part_config(spec, "transformer")
    heads, width = config.get("num_attention_heads"), config.get("attention_head_dim")
    return widths.get(_number(heads) * _number(width), "")


def base_label(spec: ModelSpec) -> str:
    """Return the name of a model's base, such as "Stable Diffusion 1.x"."""
    variant = base_variant(spec)
    if not variant and spec.family == "stable_diffusion":
        variant = spec.variant
    return _label(spec.family, variant)


def bases_label(found: Finding) -> str:
    """Return the names of the bases that a file may be for."""
    return " / ".join(_label(base, found.base_variant) for base in found.bases)


def wrong_kind(path: Path, kind: Kind, wanted: Kind) -> StudioError:
    """Return the error for a file of another kind than is wanted."""
    return StudioError(
        "{name} is no {wanted}; it is of this kind: {kind}.",
        "Choose a file of the kind {wanted}.",
        name=path.name,
        kind=Listed((("", KIND_LABELS[kind]),)),
        wanted=Listed((("", KIND_LABELS[wanted]),)),
    )


def _label(family: str, variant: str) -> str:
    return STARTER_BASE if variant == STARTER_BASE else family_label(family, variant)


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
