"""An inversion is of one picture, one model, and the adapters on it as their files are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from studio.catalog.models import STARTER, identify
from studio.core.geometry import Rect
from studio.edit.inversions import wanted_key
from studio.edit.request import AdapterUse, EditRequest, Task
from studio.edit.rewrite import RewriteUse


def test_another_file_of_the_same_name_needs_another_inversion(tmp_path: Path) -> None:
    file, spec = tmp_path / "lora.safetensors", identify(STARTER)
    file.write_bytes(b"one")
    asked = EditRequest(
        task=Task.REWRITE,
        prompt="a dog",
        region=Rect(0, 0, 64, 64),
        image=np.zeros((64, 64, 3), np.uint8),
        rewrite=RewriteUse("a cat"),
        adapters=(AdapterUse("lora", str(file), 1.0),),
    )
    before = wanted_key(asked, spec)
    assert before and before == wanted_key(asked, spec)
    file.write_bytes(b"another")
    assert wanted_key(asked, spec) != before
    weaker = asked.replace(adapters=(AdapterUse("lora", str(file), 0.5),))
    assert len({wanted_key(one, spec) for one in (asked, weaker)}) == 2
    unused = asked.replace(adapters=(AdapterUse("lora", str(file), 0.0),))
    assert wanted_key(unused, spec) == wanted_key(asked.replace(adapters=()), spec)
