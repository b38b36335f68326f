"""How a family runs one task: the pipeline, and its arguments for a request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from PIL import Image

from studio.catalog.settings import Value
from studio.core.errors import StudioError
from studio.edit.request import EditRequest, Task
from studio.engine.latent_diffusion.strength import steps_of, strength_of
from studio.engine.pipelines.loaded import LoadedPipeline
from studio.engine.scaling import resize, resize_mask


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One request, prepared for a pipeline of the size ``width`` x ``height``.

    ``image`` (RGB) and ``mask`` (L, 255 = may change) have that size; None without a picture.
    ``previous`` is what the stage before returned, the output of a pipeline; None in the first.
    """

    loaded: LoadedPipeline
    request: EditRequest
    width: int
    height: int
    image: Image.Image | None
    mask: Image.Image | None
    previous: Any = None

    @property
    def steps(self) -> int:
        """The number of steps that run, 0 if nothing is to change."""
        return steps_of(self.request)

    @property
    def strength(self) -> float:
        """The denoising strength, 0..1."""
        return strength_of(self.request)

    def setting(self, name: str, default: Value) -> Value:
        """Return the value of one of the family's settings."""
        return self.request.sampling.extras.get(name, default)


def prepare_call(loaded: LoadedPipeline, request: EditRequest, width: int, height: int) -> Call:
    """Return the call for a request: its picture and mask at the size that the model works at."""
    image = mask = None
    if request.image is not None:
        image = Image.fromarray(resize(request.image, width, height))
    if request.mask is not None:
        mask = Image.fromarray(resize_mask(request.mask, width, height))
    return Call(loaded, request, width, height, image, mask)


Arguments = Callable[[Call], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Route:
    """``pipeline`` is a class, or the name of one of diffusers; ``arguments`` are what it needs
    beyond the generator, the output type and the callback.

    ``before`` are the stages that run first, each with a pipeline of its own; the generator goes
    from one to the next. Parts whose names begin with ``prefix`` go before those without.
    ``denoisers`` are the arguments with the networks that run in its steps, () for the family's.
    ``steps`` returns the number of its calls. A stage with ``own_sampler`` keeps the scheduler of
    the model's files; one without ``previews`` has latents that cannot be shown.
    ``parts`` are further arguments of the pipeline's class, such as a ControlNet. The pipeline of a
    route that ``can_finish`` ends early with its present state if its callback returns a true
    "finish".
    """

    pipeline: str | type[Any]
    arguments: Arguments
    before: tuple[Route, ...] = ()
    prefix: str = ""
    denoisers: tuple[str, ...] = ()
    steps: Callable[[Call], int] = lambda call: call.steps
    own_sampler: bool = False
    parts: Mapping[str, Any] = field(default_factory=dict)
    previews: bool = True
    can_finish: bool = False

    @property
    def stages(self) -> tuple[Route, ...]:
        """All stages in their order, this one last."""
        return (*self.before, self)


def guided(call: Call) -> dict[str, Any]:
    """Return prompt, negative prompt and the scale of classifier-free guidance, under the names
    that most pipelines have."""
    sampling = call.request.sampling
    return {
        "prompt": call.request.prompt,
        "negative_prompt": call.request.negative_prompt,
        "guidance_scale": sampling.cfg_scale,
        "num_inference_steps": sampling.steps,
    }


def original_picture(call: Call) -> Image.Image:
    """Return the picture of a request at its own size and proportions, for an image encoder."""
    if call.request.image is None:
        raise ValueError("this task needs a picture")
    return Image.fromarray(call.request.image)


def sized(call: Call) -> dict[str, Any]:
    """Return width and height."""
    return {"width": call.width, "height": call.height}


def inpainted(call: Call) -> dict[str, Any]:
    """Return picture, mask and strength of a pipeline for inpainting."""
    return {
        "image": call.image,
        "mask_image": call.mask,
        "strength": call.strength,
        **sized(call),
    }


def standard_routes(text: str, inpaint: str, prompts: Arguments = guided) -> dict[Task, Route]:
    """Return the routes of a family with a pipeline for text and one for inpainting."""
    masked = Route(inpaint, lambda call: {**prompts(call), **inpainted(call)})
    return {
        Task.GENERATE: Route(text, lambda call: {**prompts(call), **sized(call)}),
        Task.FILL: masked,
        Task.REPLACE: masked,
        Task.EXTEND: masked,
    }


def check_finite(pixels: Any, name: str) -> None:
    """Raise StudioError if a picture contains values that are not finite numbers."""
    if not torch.isfinite(torch.as_tensor(pixels)).all():
        raise StudioError(
            "The model {model} produced values that are not a picture (NaN).",
            "Lower the CFG scale, choose another sampler, or check the model's files.",
            model=name,
        )
