"""Lookup of the ControlNets of transformers, in diffusers layout; without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from studio.catalog.configurations import part_config
from studio.catalog.controls import ControlSpec, control_place
from studio.catalog.fit import check_fit_of
from studio.catalog.model_spec import ModelSpec
from studio.catalog.recognise.finding import Kind
from studio.catalog.recognise.model_folder import read_config
from studio.catalog.recognise.safetensors_header import count, read_header
from studio.core.errors import StudioError


@dataclass(frozen=True, slots=True)
class ControlFamily:
    """The ControlNets of one family of transformers.

    ``class_name`` is that of diffusers; ``same`` are the entries that its configuration shares with
    the transformer's. ``modes`` are the numbers by which a union model knows the kinds; it is one
    if its configuration has ``num_mode``.
    """

    class_name: str
    same: tuple[str, ...]
    modes: Mapping[str, int] = field(default_factory=dict)

    def find(self, spec: ModelSpec, kind: str, folder: str = "") -> ControlSpec:
        """Return the ControlNet in ``folder``, by default the model's own for ``kind``.

        StudioError if there is none, if it is damaged, or if it was made for another base.
        """
        path = control_place(spec, kind, folder)
        weights = path / "diffusion_pytorch_model.safetensors"
        if not (path / "config.json").is_file() or not weights.is_file():
            raise StudioError(
                "There is no ControlNet for {kind} in {path}.",
                "For this kind of model name a folder with a ControlNet in diffusers layout"
                " (config.json beside the weights), or switch the control off.",
                kind=kind,
                path=str(path),
            )
        config = read_config(path / "config.json")
        theirs = part_config(spec, "transformer")
        found = str(config.get("_class_name", "?"))
        if found != self.class_name:
            check_fit_of(path, spec, Kind.CONTROL)
        wrong = [one for one in self.same if config.get(one) != theirs.get(one)]
        reason = f"{wrong[0]}: {config.get(wrong[0])}, {theirs.get(wrong[0])}" if wrong else ""
        if found != self.class_name or wrong:
            raise StudioError(
                "The ControlNet {path} was not made for models like {model} ({reason}).",
                "Choose one for the same base model, or switch the control off.",
                path=str(path),
                model=spec.name,
                reason=found if found != self.class_name else reason,
            )
        if config.get("num_mode") and kind not in self.modes:
            raise StudioError(
                "The union ControlNet {path} knows no {kind}.",
                "It knows these: {kinds}. Choose one of them, or another ControlNet.",
                path=str(path),
                kind=kind,
                kinds=", ".join(self.modes),
            )
        stat = weights.stat()
        parameters = count(read_header(weights))
        return ControlSpec(kind, path, parameters, (stat.st_size, stat.st_mtime_ns))


FindControl = Callable[[ModelSpec, str, str], ControlSpec]

FLUX_CONTROL = ControlFamily(
    "FluxControlNetModel",
    ("joint_attention_dim", "attention_head_dim", "num_attention_heads", "pooled_projection_dim"),
    {"canny": 0, "tile": 1, "depth": 2, "pose": 4},
)
"""The numbers are those of InstantX/FLUX.1-dev-Controlnet-Union."""
SD3_CONTROL = ControlFamily(
    "SD3ControlNetModel", ("attention_head_dim", "num_attention_heads", "pooled_projection_dim")
)
QWEN_CONTROL = ControlFamily(
    "QwenImageControlNetModel",
    ("joint_attention_dim", "attention_head_dim", "num_attention_heads"),
)
