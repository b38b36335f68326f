"""The stages of the small systems by name, with their usual minutes; a new one is a row."""

from collections.abc import Callable
from functools import partial

from starter_recipe.lineage import (
    clip,
    clip_export,
    dalle,
    dalle_model,
    data,
    flux,
    flux_measure,
    judges,
    publish_judges,
    steered,
    unclip,
    unclip_export,
    unclip_measure,
)
from starter_recipe.paths import Work

STAGES: dict[str, tuple[Callable[[Work, float], None], float]] = {
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
    "lineage-clip-export": (clip_export.export_clip, 0),
    "unclip-decoder": (unclip.train_decoder, 20),
    "unclip-decoder-mix": (partial(unclip.train_decoder, mix=True), 20),
    "unclip-prior": (unclip.train_prior, 10),
    "unclip-measure": (lambda work, _: unclip_measure.measure_unclip(work), 0),
    "unclip-export": (lambda work, _: unclip_export.export(work), 0),
}
