"""Settings that only some families have are refused by the others before anything is loaded."""

from __future__ import annotations

import pytest

from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.request import EditRequest, Sampling, Task
from studio.engine.engine import Engine


def test_a_setting_that_the_family_lacks_is_refused_before_loading() -> None:
    engine = Engine()
    request = EditRequest(
        task=Task.GENERATE,
        prompt="a fox",
        region=Rect(0, 0, 64, 64),
        sampling=Sampling(extras={"no_such_setting": 1.0}),
    )
    with pytest.raises(StudioError, match="has no setting called no_such_setting"):
        engine.run(request, Progress())
    assert not engine.residency.loaded
