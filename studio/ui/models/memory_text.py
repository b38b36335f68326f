"""A model's memory on this machine in a sentence."""

from __future__ import annotations

from studio.session.memory_plan import MemoryPlan
from studio.ui.widgets.amounts import bytes_text, time_text
from studio.ui.widgets.translation import mark, tr

WAYS = {
    "tiled": mark("with the picture decoded in tiles"),
    "sliced": mark("in slices, which takes longer"),
    "packed": mark("with its weights packed as in the file, which takes longer"),
    "packed, sliced": mark("with its weights packed and in slices, which takes much longer"),
    "model offload": mark("with its networks taking turns on the card"),
    "group offload": mark("by group offload, which takes longer"),
    "sequential offload": mark("layer by layer, which takes much longer"),
}
"""How a model runs on the rungs of ``catalog.ladder`` that need less memory."""


def plan_text(plan: MemoryPlan) -> str:
    """Return a sentence such as "Needs 6 GB, you have 4 GB: it will run by group offload..."."""
    values = {"need": bytes_text(plan.need), "have": bytes_text(plan.have) or "0 MB"}
    if plan.rung is None:
        least = bytes_text(plan.least)
        text = tr("Needs {need}, at least {least}; you have {have}.", least=least, **values)
        return f"{text} {tr('It will not run.')}"
    if plan.rung.name in WAYS:
        way = tr(WAYS[plan.rung.name])
        text = tr("Needs {need}, you have {have}: it will run {way}.", way=way, **values)
    elif plan.on_card:
        text = tr("Needs {need}; your card has {have}.", **values)
    else:
        text = tr("Needs {need} of memory; {have} are free.", **values)
    if plan.seconds is not None:
        text += " " + tr("About {time} a picture.", time=time_text(plan.seconds))
    return text
