"""A loaded latent diffusion model with a UNet, as used by adapters, training and rewriting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from studio.catalog.controls import ControlSpec
from studio.catalog.models import ModelSpec
from studio.catalog.references import ReferenceSpec
from studio.catalog.tokens import TokenCounter
from studio.catalog.vae_files import VaeSpec
from studio.engine.device import Device
from studio.engine.loading import Networks
from studio.engine.preview import Preview

Spec = TypeVar("Spec", ControlSpec, ReferenceSpec)


@dataclass(slots=True, eq=False)
class Extras:
    """Additional networks and data, loaded on first use and kept as long as the model.

    ``few_step`` is the UNet of the few-step form; ``controls`` and ``references`` are ControlNets
    and IP-Adapters by their spec; ``embeddings`` are those of reference pictures by their content;
    ``loras``, ``tokenizers`` and ``vaes`` are the LoRAs, the tokenizers with added tokens and the
    autoencoder of the last run.
    """

    few_step: Any = None
    controls: dict[ControlSpec, Any] = field(default_factory=dict)
    references: dict[ReferenceSpec, Any] = field(default_factory=dict)
    embeddings: dict[Any, Any] = field(default_factory=dict)
    loras: dict[Any, Any] = field(default_factory=dict)
    tokenizers: dict[Any, Any] = field(default_factory=dict)
    vaes: dict[VaeSpec, Any] = field(default_factory=dict)

    @staticmethod
    def keep(kept: dict[Spec, Any], spec: Spec, read: Callable[[Spec], Any]) -> Any:
        """Return the network of ``spec`` from one of the tables, reading it the first time.

        An entry for an older version of the same file is dropped.
        """
        if spec not in kept:
            for old in [known for known in kept if known.path == spec.path]:
                del kept[old]
            kept[spec] = read(spec)
        return kept[spec]


@dataclass(frozen=True, slots=True, eq=False)
class UNetModel:
    """The networks of a model, its tokenizer's limit and its preview map.

    Families with a UNet load one of these, or a subclass with further fields;
    ``dataclasses.replace`` makes copies with other networks or tokens, and preserves the class.
    ``clip_skip`` layers of the text encoders are left out.
    """

    spec: ModelSpec
    device: Device
    networks: Networks
    preview: Preview
    tokens: TokenCounter
    extras: Extras = field(default_factory=Extras)
    clip_skip: int = 0
