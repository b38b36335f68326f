"""Autoencoders (VAEs) that the artist chooses instead of a model's own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from studio.catalog.configurations import part_config
from studio.catalog.fit import check_fit_of, fit_of
from studio.catalog.model_spec import Component, Configurations, ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.folders import weights_in
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.network_files import NetworkFiles
from studio.catalog.recognise.safetensors_header import count
from studio.catalog.single.measures import measure_vae
from studio.catalog.single.networks import file_part, part_prefix
from studio.catalog.single.opened import open_model
from studio.core.errors import StudioError
from studio.core.paths import resource

PART, CLASS = "vae", "AutoencoderKL"
OWN_ENTRIES = ("scaling_factor", "force_upcast", "norm_num_groups")
"""Entries of a configuration that a file does not reveal: those of the model's own VAE count."""


@dataclass(frozen=True, slots=True)
class VaeSpec:
    """A VAE that fits a model: where its weights are, how it is configured, its files' state."""

    path: Path
    component: Component
    configurations: Configurations = field(hash=False)
    fingerprint: tuple[int, int]


@dataclass(frozen=True, slots=True)
class VaeEntry:
    """A VAE of the artist's folders, and why it does not fit the chosen model, None if it does."""

    path: Path
    error: StudioError | None = None


def list_vaes(files: NetworkFiles, spec: ModelSpec) -> tuple[VaeEntry, ...]:
    """Return the VAEs of some folders, first those that fit the model, each part by name."""
    found = [
        VaeEntry(path, fit_of(path, files.found[path], spec, Kind.VAE).error)
        for path in files.of(Kind.VAE)
    ]
    return tuple(sorted(found, key=lambda one: (one.error is not None, one.path.stem.casefold())))


def find_vae(spec: ModelSpec, path: Path) -> VaeSpec:
    """Return the VAE in a safetensors file, or in a folder in diffusers layout; reads headers only.

    StudioError if there is none, if it is damaged, or if it was made for another base. Files of
    other models have one inside, which is taken.
    """
    file = (weights_in(path) if path.is_dir() else path) or path
    check_fit_of(path, spec, Kind.VAE, Kind.MODEL)
    header, _ = open_model(file)
    prefix = part_prefix(header, "vae_sd")
    part = file_part(header, CLASS, prefix) if prefix is not None else None
    changes = measure_vae(part.shapes) if part is not None else {}
    if part is None or not changes or header.format == "pickle":
        raise StudioError(
            "{path} has no VAE that Lienzo can read.",
            "Choose a VAE as a safetensors file or as a folder in diffusers layout.",
            path=str(path),
        )
    ours = part_config(spec, PART)
    _check_latents(path, spec, ours, changes)
    stat = file.stat()
    own = {name: ours[name] for name in OWN_ENTRIES if _is_kl(ours) and name in ours}
    config = read_config(path / "config.json") if (path / "config.json").is_file() else {}
    said = {name: config[name] for name in OWN_ENTRIES if name in config}
    return VaeSpec(
        path=path,
        component=Component(PART, CLASS, (file,), count(part.shapes), prefix=prefix),
        configurations=Configurations(_shipped(spec), changes={PART: {**own, **said, **changes}}),
        fingerprint=(stat.st_size, stat.st_mtime_ns),
    )


def _check_latents(
    path: Path, spec: ModelSpec, ours: Mapping[str, Any], theirs: Mapping[str, Any]
) -> None:
    """Raise StudioError unless both have latents of the same channels and scale."""
    widths = ours.get("block_out_channels") or ours.get("decoder_block_out_channels") or ()
    mine = (ours.get("latent_channels", 4), len(widths))
    found = (theirs["latent_channels"], len(theirs["block_out_channels"]))
    if mine != found:
        raise StudioError(
            "The VAE {path} does not fit the model {model}: its latents are of another kind"
            " ({theirs}, {ours}).",
            "Choose the VAE that belongs to your model, or the automatic one.",
            path=str(path),
            model=spec.name,
            theirs=f"{found[0]} x 1/{2 ** (found[1] - 1)}",
            ours=f"{mine[0]} x 1/{2 ** (mine[1] - 1)}",
        )


def _is_kl(config: Mapping[str, Any]) -> bool:
    return config.get("_class_name") == CLASS


def _shipped(spec: ModelSpec) -> Path:
    return resource("model_configs", "sdxl" if spec.family == "stable_diffusion_xl" else "sd-1")
