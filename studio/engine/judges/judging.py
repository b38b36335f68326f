"""Answers a request to the judge."""

from __future__ import annotations

import numpy as np

from studio.catalog.judges import judge_labels
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.judging import JudgeRequest, JudgeResult
from studio.engine.judges.score import Scorer


def judge(request: JudgeRequest, progress: Progress, scorer: Scorer) -> JudgeResult:
    """Measure pictures with the judge, which the engine keeps.

    StudioError if there is no picture, they differ in size, or the judge cannot be read.
    """
    if len({one.shape for one in request.pictures}) != 1:
        raise StudioError(
            "The judge needs pictures of one size.", "Leave out those of another size."
        )
    progress.report(0.0, "Measuring")
    labels = judge_labels()
    pictures = np.stack(request.pictures)
    seen = scorer.see(pictures)
    progress.report(0.5, "Measuring")
    thing = labels.thing(request.prompt)
    quality = () if thing is None else tuple(float(one) for one in seen.things[:, thing])
    names = tuple(labels.name(seen.best(number, 1)[0][0], "en") for number in range(len(pictures)))
    variety = scorer.variety(pictures) if len(pictures) > 1 else None
    return JudgeResult(request=request, quality=quality, seen=names, variety=variety)
