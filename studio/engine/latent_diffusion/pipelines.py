"""Creates diffusers pipelines from networks that are already in memory."""

from __future__ import annotations

from typing import Any

from studio.engine.latent_diffusion.model import UNetModel


def make_pipeline(cls: Any, loaded: UNetModel, scheduler: Any, unet: Any) -> Any:
    """Return a diffusers pipeline that shares the loaded networks; copies no weights."""
    pipeline = cls(
        vae=loaded.networks.vae,
        text_encoder=loaded.networks.text_encoder,
        tokenizer=loaded.networks.tokenizer,
        unet=unet,
        scheduler=scheduler,
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
