"""Control images for families that run through diffusers' pipelines: ControlNets, and models that
take the control image as further channels."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from PIL import Image

from studio.catalog.controls import ControlSpec
from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.model_spec import ModelSpec
from studio.catalog.transformer_controls import ControlFamily
from studio.core.errors import StudioError
from studio.core.notices import Listed, Notice, notice
from studio.core.progress import Progress
from studio.edit.request import TASK_LABELS, ControlUse, EditRequest, Task
from studio.engine.adapters.control import THIN
from studio.engine.loading import guarded, incomplete
from studio.engine.pipelines.loaded import LoadedPipeline, library_class
from studio.engine.pipelines.route import Call, Route
from studio.engine.scaling import resize, resize_lines

SEVERAL: Mapping[str, str] = {
    "FluxControlNetModel": "FluxMultiControlNetModel",
    "SD3ControlNetModel": "SD3MultiControlNetModel",
    "QwenImageControlNetModel": "QwenImageMultiControlNetModel",
}
"""The class that holds several ControlNets, by the class of one."""


@dataclass(frozen=True, slots=True)
class ControlRow:
    """How a model takes control images.

    ``pipelines`` are the classes by task; other tasks take none. ``networks`` are its ControlNets;
    None for a model that takes the image as further channels, always one and always in full.
    """

    pipelines: Mapping[Task, str]
    networks: ControlFamily | None = None


def active_controls(request: EditRequest) -> list[ControlUse]:
    """Return the controls of a request that have an effect."""
    return [use for use in request.controls if use.strength != 0]


def check_controls(row: ControlRow | None, spec: ModelSpec, request: EditRequest) -> None:
    """Raise StudioError for controls that the model cannot take in this task; reads headers."""
    uses = active_controls(request)
    if row is None or (not uses and row.networks is not None):
        return
    if not uses:
        raise StudioError(
            "{model} paints after a control image, and there is none.",
            "Add a control layer of its kind: {kinds}.",
            model=spec.name,
            kinds=", ".join(kinds_of(spec)),
        )
    if row.networks is None and len(uses) > 1:
        raise StudioError(
            "{model} takes one control image, not {count}.",
            "Switch the others off.",
            model=spec.name,
            count=len(uses),
        )
    if request.task not in row.pipelines:
        raise StudioError(
            "{model} follows no control image in this task ({task}).",
            "Switch the control off, or choose one of: {tasks}.",
            model=spec.name,
            task=Listed((("", TASK_LABELS[request.task]),)),
            tasks=Listed(tuple(("", TASK_LABELS[task]) for task in row.pipelines)),
        )
    for use in uses:
        family(spec.family).find_control(spec, use.kind, use.model)


def kinds_of(spec: ModelSpec) -> list[str]:
    """Return the kinds of control images that a model takes."""
    row = family(spec.family)
    return [kind for kind in sorted(row.controls) if row.can(Capability.CONTROL, kind, spec)]


def control_bytes(spec: ModelSpec, request: EditRequest, item_bytes: int) -> int:
    """Return the bytes of the ControlNets of a request."""
    total = 0
    for use in active_controls(request):
        found = family(spec.family).find_control(spec, use.kind, use.model)
        total += found.parameters * item_bytes if isinstance(found, ControlSpec) else 0
    return total


def with_controls(
    row: ControlRow | None, loaded: LoadedPipeline, call: Call, route: Route, progress: Progress
) -> Route:
    """Return the route of a task with the controls of the request, the route itself without any."""
    uses = active_controls(call.request)
    if row is None or not uses:
        return route
    name = row.pipelines[call.request.task]
    taken = inspect.signature(library_class(name).__call__).parameters
    networks = [_network(loaded, row.networks, use, progress) for use in uses if row.networks]
    values = {
        name: value
        for name, value in _arguments(row.networks, networks, call, uses).items()
        if name in taken
    }
    parts = {"controlnet": _together(networks)} if networks else {}

    def arguments(one: Call) -> dict[str, Any]:
        plain = {name: value for name, value in route.arguments(one).items() if name in taken}
        return {**plain, **values}

    return replace(route, pipeline=name, arguments=arguments, parts=parts)


def _together(networks: Sequence[Any]) -> Any:
    if len(networks) == 1:
        return networks[0]
    return library_class(SEVERAL[type(networks[0]).__name__])(list(networks))


def _arguments(
    row: ControlFamily | None, networks: Sequence[Any], call: Call, uses: Sequence[ControlUse]
) -> dict[str, Any]:
    """Return images, strengths, ranges and modes: plain values of one control, lists of several."""
    pictures = [_picture(call, use) for use in uses]
    modes = [
        row.modes[use.kind] if row and getattr(one.config, "num_mode", None) else None
        for one, use in zip(networks, uses, strict=False)
    ]
    found: dict[str, list[Any]] = {
        "control_image": pictures,
        "controlnet_conditioning_scale": [float(use.strength) for use in uses],
        "control_guidance_start": [use.start for use in uses],
        "control_guidance_end": [use.end for use in uses],
        "control_mode": modes,
    }
    if len(uses) == 1:
        return {name: values[0] for name, values in found.items() if values}
    return {name: values for name, values in found.items() if values}


def _picture(call: Call, use: ControlUse) -> Image.Image:
    fit = resize_lines if use.kind in THIN else resize
    return Image.fromarray(fit(use.image, call.width, call.height))


def _network(
    loaded: LoadedPipeline, row: ControlFamily, use: ControlUse, progress: Progress
) -> Any:
    """Return a ControlNet, loaded on first use; StudioError names a damaged file."""
    progress.report(0.0, "Loading the control")
    found = row.find(loaded.spec, use.kind, use.model)
    key = (found.path, found.fingerprint)
    if key not in loaded.controls:
        for old in [one for one in loaded.controls if one[0] == found.path]:
            del loaded.controls[old]
        loaded.controls[key] = _read(loaded, found, row.class_name)
    return loaded.controls[key]


def _read(loaded: LoadedPipeline, found: ControlSpec, name: str) -> Any:
    file = found.path / "diffusion_pytorch_model.safetensors"

    def read() -> Any:
        network, info = library_class(name).from_pretrained(
            found.path,
            torch_dtype=loaded.device.dtype,
            use_safetensors=True,
            local_files_only=True,
            output_loading_info=True,
        )
        if info["missing_keys"] or info.get("mismatched_keys"):
            raise incomplete(file, list(info["missing_keys"])[:1] or ["?"])
        return network.eval().requires_grad_(False).to(loaded.device.torch)

    return guarded(file, read)


def control_notes(row: ControlRow | None, request: EditRequest, name: str) -> list[Notice]:
    """Return notices about what a control of a request asks and the pipeline does not do."""
    uses = active_controls(request)
    if row is None or not uses:
        return []
    taken = inspect.signature(library_class(row.pipelines[request.task]).__call__).parameters
    notes = []
    if any(use.mode != "balanced" for use in uses):
        notes.append(
            notice(
                "{model} weighs control and prompt evenly; the priority was left out.",
                model=name,
            )
        )
    if "controlnet_conditioning_scale" not in taken and any(use.strength != 1 for use in uses):
        notes.append(
            notice(
                "{model} follows its control image at full strength only.",
                model=name,
            )
        )
    in_parts = any((use.start, use.end) != (0, 1) for use in uses)
    if "control_guidance_start" not in taken and in_parts:
        notes.append(
            notice(
                "{model} follows its control image in every step, not in a part.",
                model=name,
            )
        )
    if request.negative_prompt.strip() and "negative_prompt" not in taken:
        notes.append(
            notice(
                "{model} reads no negative prompt beside a control image.",
                model=name,
            )
        )
    return notes
