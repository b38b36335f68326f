"""A model's few-step LoRA works with its own sampler, and with no other."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import MakeRequest
from test_lora import fingerprint, write_lora

from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.edit.request import AdapterUse, Task
from studio.engine.engine import Engine


@pytest.fixture
def quick(engine: Engine, tiny_fill: Path, tmp_path: Path) -> Path:
    """The model with a fill convolution, with a LoRA for four steps of LCM."""
    folder = tmp_path / "quick"
    shutil.copytree(tiny_fill, folder)
    engine.warm_up(str(tiny_fill))
    loaded: Any = engine.residency.loaded
    write_lora(folder / "four.safetensors", loaded.networks.unet)
    said = {"file": "four.safetensors", "sampler": "lcm", "steps": 4, "cfg_scale": 1.0}
    extra = folder / "lienzo.json"
    known = json.loads(extra.read_text()) if extra.exists() else {}
    extra.write_text(json.dumps({**known, "few_step": said}))
    return folder


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_it_counts_for_its_sampler_alone(
    engine: Engine, ask: MakeRequest, tiny_fill: Path, quick: Path, task: Task
) -> None:
    pictures = {}
    for sampler in ("lcm", "ddim"):
        for model in (tiny_fill, quick):
            request = ask(task, model=str(model), sampling={"sampler": sampler})
            pictures[sampler, model] = engine.run(request).images[0]
    assert np.array_equal(pictures["ddim", tiny_fill], pictures["ddim", quick])
    assert not np.array_equal(pictures["lcm", tiny_fill], pictures["lcm", quick])


def test_the_loaded_weights_stay_and_the_second_run_equals_the_first(
    engine: Engine, ask: MakeRequest, quick: Path
) -> None:
    engine.warm_up(str(quick))
    before = fingerprint(engine)
    request = ask(model=str(quick), sampling={"sampler": "lcm"})
    first = engine.run(request).images[0]
    assert fingerprint(engine) == before
    assert np.array_equal(engine.run(request).images[0], first)


def test_it_equals_the_same_lora_switched_on_by_hand(
    engine: Engine, ask: MakeRequest, tiny_fill: Path, quick: Path
) -> None:
    own = engine.run(ask(model=str(quick), sampling={"sampler": "lcm"})).images[0]
    use = AdapterUse("lora", str(quick / "four.safetensors"))
    hand = engine.run(
        ask(model=str(tiny_fill), sampling={"sampler": "lcm"}, adapters=(use,))
    ).images[0]
    none = engine.run(ask(model=str(tiny_fill), sampling={"sampler": "lcm"})).images[0]
    far = np.abs(none.astype(int) - hand).mean()
    assert np.abs(own.astype(int) - hand).mean() < 0.05 * far


def test_another_lora_works_on_top_of_it(
    engine: Engine, ask: MakeRequest, quick: Path, tmp_path: Path
) -> None:
    engine.warm_up(str(quick))
    loaded: Any = engine.residency.loaded
    style = write_lora(tmp_path / "style.safetensors", loaded.networks.unet, seed=9)
    request = ask(model=str(quick), sampling={"sampler": "lcm"})
    plain = engine.run(request).images[0]
    styled = engine.run(request.replace(adapters=(AdapterUse("lora", str(style)),))).images[0]
    assert not np.array_equal(plain, styled)
    assert np.array_equal(engine.run(request).images[0], plain)


def test_a_missing_file_is_named_and_the_other_samplers_still_work(
    engine: Engine, ask: MakeRequest, quick: Path
) -> None:
    (quick / "four.safetensors").unlink()
    with pytest.raises(StudioError, match=r"four\.safetensors"):
        engine.run(ask(model=str(quick), sampling={"sampler": "lcm"}))
    assert engine.run(ask(model=str(quick))).images


def test_its_settings_are_offered_with_its_sampler(quick: Path) -> None:
    spec = identify(quick)
    assert spec.first_settings == spec.defaults
    few = spec.suited_to("lcm")
    assert (few.steps, few.cfg_scale, few.sampler) == (4, 1.0, "lcm")
    assert spec.suited_to("euler").steps == spec.defaults.steps
    extra = json.loads((quick / "lienzo.json").read_text())
    extra["few_step"]["first"] = True
    (quick / "lienzo.json").write_text(json.dumps(extra))
    assert identify(quick).first_settings == few
