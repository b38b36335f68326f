"""Combines conditional and unconditional predictions with diffusers' guiders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch
from diffusers.guiders import (
    AdaptiveProjectedGuidance,
    BaseGuidance,
    ClassifierFreeGuidance,
    PerturbedAttentionGuidance,
    SkipLayerGuidance,
)
from diffusers.hooks import HookRegistry, LayerSkipConfig, apply_layer_skip

from studio.catalog.guidance import (
    CLASSIFIER_FREE,
    PERTURBED_ATTENTION,
    PROJECTED,
    SKIP_LAYER,
    GuidanceSettings,
)

Rows = tuple[bool, ...]
"""For each row of a batch, whether it is conditional."""

PREDICTION = "__guidance_identifier__"
"""The attribute in which diffusers' guiders store the name of a requested prediction."""
SKIP_HOOK = "layer_skip_hook"
"""The name under which diffusers registers the hook of a skipped layer."""


class Guidance:
    """Applies one of diffusers' guiders to calls of the UNet, with its rows batched in one call.

    ``layers`` are perturbed in an additional call if the guider requests it.
    """

    def __init__(self, guider: BaseGuidance, layers: Sequence[LayerSkipConfig] = ()) -> None:
        self._guider: Any = guider
        self._layers = layers

    def __call__(
        self,
        index: int,
        total: int,
        timestep: Any,
        unet: Any,
        predict: Callable[[Rows], torch.Tensor],
    ) -> torch.Tensor:
        """Return the guided prediction (1, channels, h, w) of step ``index`` of ``total``.

        ``predict`` returns the prediction of ``unet`` for each of its rows. A step without guidance
        requests only one row, which halves its cost.
        """
        self._guider.set_state(index, total, timestep)
        wanted = [getattr(part, PREDICTION) for part in self._guider.prepare_inputs({})]
        found: dict[str, torch.Tensor] = {}
        if "pred_uncond" in wanted:
            # One call for both, the unconditional row first, as in diffusers' pipelines.
            found["pred_uncond"], found["pred_cond"] = predict((False, True)).chunk(2)
        else:
            found["pred_cond"] = predict((True,))
        if "pred_cond_skip" in wanted:
            with skip_layers(unet, self._layers):
                found["pred_cond_skip"] = predict((True,))
        guided: torch.Tensor = self._guider.forward(**found).pred
        return guided


PICTURE_ROWS = 3
"""Rows of a batch with prompt and picture, with the picture alone, and with neither."""


class PictureGuidance:
    """The guidance of InstructPix2Pix by prompt and picture, in the order of diffusers' pipeline.

    Brooks et al. 2023, https://arxiv.org/abs/2211.09800, equation 3. Without guidance by the prompt
    (``cfg_scale`` at most 1) there is none by the picture.
    """

    def __init__(self, cfg_scale: float, image_scale: float) -> None:
        self._cfg_scale, self._image_scale = cfg_scale, image_scale

    def __call__(
        self,
        index: int,
        total: int,
        timestep: Any,
        unet: Any,
        predict: Callable[[Rows], torch.Tensor],
    ) -> torch.Tensor:
        """Return the guided prediction (1, channels, h, w), see ``Guidance``."""
        if self._cfg_scale <= 1:
            return predict((True,))
        text, image, neither = predict((True, False, False)).chunk(PICTURE_ROWS)
        by_text = self._cfg_scale * (text - image)
        return neither + by_text + self._image_scale * (image - neither)


def make_guidance(cfg_scale: float, settings: GuidanceSettings, unet: Any) -> Guidance:
    """Return the guidance of a sampling run; a CFG scale of at most 1 has no negative prompt.

    Classifier-free: Ho and Salimans 2022, https://arxiv.org/abs/2207.12598. Adaptive projected:
    Sadat et al. 2024, https://arxiv.org/abs/2410.02416. Perturbed attention: Ahn et al. 2024,
    https://arxiv.org/abs/2403.17377. Skip-layer: Hyung et al. 2024,
    https://arxiv.org/abs/2411.18664. Rescale: Lin et al. 2023, https://arxiv.org/abs/2305.08891,
    section 3.4. Interval: Kynkäänniemi et al. 2024, https://arxiv.org/abs/2404.07724.
    """
    # Without a negative prompt the full scale applies to the perturbed prediction only in the
    # original formulation, x + s (x - x'), in which a scale of 0 means no guidance.
    unguided = cfg_scale <= 1
    common = {
        "guidance_scale": 0.0 if unguided else cfg_scale,
        "use_original_formulation": unguided,
        "guidance_rescale": settings.rescale,
        "start": settings.start,
        "stop": settings.end,
    }
    if settings.method == CLASSIFIER_FREE:
        return Guidance(ClassifierFreeGuidance(**common))
    if settings.method == PROJECTED:
        guider = AdaptiveProjectedGuidance(
            adaptive_projected_guidance_momentum=settings.momentum or None,
            adaptive_projected_guidance_rescale=settings.norm,
            eta=settings.parallel,
            **common,
        )
        return Guidance(guider)
    if settings.method == PERTURBED_ATTENTION:
        layers = deepest_layers(unet, scores_only=True)
        perturbed = _PerturbedAttention(
            perturbed_guidance_scale=settings.perturbation,
            perturbed_guidance_start=settings.start,
            perturbed_guidance_stop=settings.end,
            perturbed_guidance_config=list(layers),
            **common,
        )
        return Guidance(perturbed, layers)
    if settings.method == SKIP_LAYER:
        layers = deepest_layers(unet, scores_only=False)
        skipping = _SkipLayer(
            skip_layer_guidance_scale=settings.perturbation,
            skip_layer_guidance_start=settings.start,
            skip_layer_guidance_stop=settings.end,
            skip_layer_config=list(layers),
            **common,
        )
        return Guidance(skipping, layers)
    raise ValueError(f"there is no guidance called {settings.method}")


class _FromTheStart:
    """Makes perturbed guidance act from the first step of its interval, like classifier-free
    guidance and diffusers' PAG pipelines; the guiders skip that step."""

    def _is_slg_enabled(self: Any) -> bool:
        first = int(self.skip_layer_guidance_start * self._num_inference_steps)
        last = int(self.skip_layer_guidance_stop * self._num_inference_steps)
        inside = first <= self._step < last
        return bool(self._enabled and inside and self.skip_layer_guidance_scale != 0)


class _PerturbedAttention(_FromTheStart, PerturbedAttentionGuidance):  # type: ignore[misc]
    """diffusers' guider, active from the first step."""


class _SkipLayer(_FromTheStart, SkipLayerGuidance):  # type: ignore[misc]
    """diffusers' guider, active from the first step."""


def deepest_layers(unet: Any, *, scores_only: bool) -> tuple[LayerSkipConfig, ...]:
    """Return the attention layers of a UNet's middle block, or of its deepest block that has any.

    ``scores_only``: each position takes its own value instead of attending to others; otherwise
    the layers are skipped.
    """
    blocks = {"mid_block": unet.mid_block}
    for side, count in (("down_blocks", len(unet.down_blocks)), ("up_blocks", len(unet.up_blocks))):
        order = range(count) if side == "up_blocks" else reversed(range(count))
        blocks |= {f"{side}.{number}": getattr(unet, side)[number] for number in order}
    found = [name for name, block in blocks.items() if getattr(block, "attentions", None)]
    if not found:
        raise ValueError("this UNet has no attention")
    name = found[0]
    return tuple(
        LayerSkipConfig(
            indices=list(range(len(attention.transformer_blocks))),
            fqn=f"{name}.attentions.{number}.transformer_blocks",
            skip_attention=not scores_only,
            skip_attention_scores=scores_only,
            skip_ff=not scores_only,
        )
        for number, attention in enumerate(blocks[name].attentions)
    )


@contextmanager
def skip_layers(unet: Any, layers: Sequence[LayerSkipConfig]) -> Iterator[None]:
    """Skip or perturb layers of a UNet inside the block; on exit the hooks are removed."""
    try:
        for layer in layers:
            apply_layer_skip(unet, layer)
        yield
    finally:
        HookRegistry.check_if_exists_or_initialize(unet).remove_hook(SKIP_HOOK, recurse=True)
