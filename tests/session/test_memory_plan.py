"""How a model will run here, as a plan without torch."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest

from studio.catalog.ladder import GPU_LADDER, LADDER
from studio.catalog.model_spec import Component, ModelSpec
from studio.catalog.models import identify
from studio.cli import main as cli
from studio.edit.request import Sampling, Task
from studio.session.forecast import Forecasts, Run, facts_of
from studio.session.memory_plan import HEADROOM, Memory, memory_of, memory_plan, need_of

GB = 10**9
NONE = Forecasts(None)


@pytest.fixture(scope="module")
def large() -> ModelSpec:
    """A model of the size of SDXL: 2.6 of 3.5 thousand million weights are in the UNet."""
    parts = (
        Component("unet", "", (), 2_600_000_000),
        Component("text_encoder_2", "", (), 700_000_000),
        Component("vae", "", (), 80_000_000),
    )
    return replace(identify("starter"), native_size=1024, components=parts)


def test_less_memory_means_a_slower_way(large: ModelSpec) -> None:
    needs = [need_of(large, rung, 2) for rung in GPU_LADDER]
    assert needs == sorted(needs, reverse=True) and needs[0] > 2 * needs[-1]
    found = [memory_plan(large, Memory(64 * GB, need + HEADROOM), NONE).rung for need in needs]
    first = [GPU_LADDER[needs.index(need)] for need in needs]
    assert found == first
    nothing = memory_plan(large, Memory(64 * GB, needs[-1]), NONE)
    assert nothing.rung is None and nothing.least == needs[-1] and nothing.on_card


def test_offloading_needs_the_whole_model_in_the_computer_s_memory(large: ModelSpec) -> None:
    card = need_of(large, GPU_LADDER[3], 2) + HEADROOM
    assert memory_plan(large, Memory(8 * GB, card), NONE).rung is GPU_LADDER[3]
    assert memory_plan(large, Memory(2 * GB, card), NONE).rung is None


def test_without_a_card_weights_are_of_four_bytes(large: ModelSpec) -> None:
    plan = memory_plan(large, Memory(64 * GB), NONE)
    assert plan.rung is LADDER[0] and not plan.on_card
    assert plan.need > 4 * large.parameters and plan.have == 64 * GB


def test_seconds_come_from_earlier_runs() -> None:
    spec = identify("starter")
    assert memory_plan(spec, Memory(64 * GB), NONE).seconds is None
    size = (spec.native_size, spec.native_size)
    facts = facts_of(spec, Task.GENERATE, Sampling(steps=10), size)
    run = Run(facts, "CPU, 2 threads", 0.5, 0.2, 0.1, 0.0, 10**9)
    known = Forecasts(None, [run])
    plan = memory_plan(spec, Memory(64 * GB), known)
    assert plan.seconds is not None and plan.seconds > 0.5
    assert memory_of(known, 8 * GB).card == 0, "PyTorch did not use the card"
    assert memory_of(NONE, 8 * GB).card == 8 * GB
    assert memory_of(Forecasts(None, [replace(run, device="NVIDIA H200")]), 8 * GB).card


def test_a_plan_loads_no_torch() -> None:
    code = (
        "import sys; from studio.catalog.models import identify;"
        "from studio.session.memory_plan import *; from studio.session.forecast import Forecasts;"
        "memory_plan(identify('starter'), Memory(10**10), Forecasts(None));"
        "assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_command_prints_what_each_model_needs(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["models"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].startswith("  needs ") and "runs: full" in lines[1]
