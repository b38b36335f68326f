"""The stages of the small systems by name, with their usual minutes; a new one is a row."""

from collections.abc import Callable
from functools import partial

from starter_recipe.lineage import (
    clip,
    clip_export,
    dalle,
    dalle_model,
    data,
    dream_measure,
    flux,
    flux_measure,
    gan,
    imagen,
    judges,
    publish_judges,
    publish_pixels,
    steered,
    unclip,
    unclip_export,
    unclip_measure,
    vae_sampling,
)
from starter_recipe.paths import Work

STAGES: dict[str, tuple[Callable[[Work, float], None], float]] = {
    "imagen-base": (imagen.train_base, 70),
    "imagen-enlarger": (imagen.train_enlarger, 15),
    "gan": (gan.train_gan, 12),
    "vae-sampling": (vae_sampling.train_vae_sampling, 6),
    "publish-imagen": (publish_pixels.write_imagen, 1),
    "publish-one-step": (publish_pixels.write_one_step, 1),
    "lineage-data": (lambda work, _: data.build(work), 0),
    "lineage-judge": (judges.train_judge, 12),
    "lineage-latent-judge": (judges.train_latent_judge, 12),
    "lineage-judges": (publish_judges.write_judges, 0),
    "lineage-steering": (steered.measure_steering, 0),
    "lineage-clip": (clip.train_clip, 22),
    "lineage-dvae": (dalle.train_dvae, 6),
    "lineage-dalle": (dalle.train_dalle, 40),
    "lineage-dalle-model": (dalle_model.export, 0),
    "lineage-dalle-figures": (dalle_model.measure_dalle, 0),
    "lineage-flux": (flux.train_flux, 40),
    "lineage-flux-edits": (flux.train_edits, 120),
    "lineage-flux-export": (lambda work, _: flux.export_flux(work), 0),
    "lineage-flux-measure": (flux_measure.measure_flux, 0),
    "lineage-dream-measure": (dream_measure.measure_dream, 0),
    "lineage-clip-export": (clip_export.export_clip, 0),
    "unclip-decoder": (unclip.train_decoder, 20),
    "unclip-decoder-mix": (partial(unclip.train_decoder, mix=True), 20),
    "unclip-prior": (unclip.train_prior, 10),
    "unclip-measure": (lambda work, _: unclip_measure.measure_unclip(work), 0),
    "unclip-export": (lambda work, _: unclip_export.export(work), 0),
}
