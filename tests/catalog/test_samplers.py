"""The tables of samplers, schedules and families hold together."""

from __future__ import annotations

import pytest

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import FAMILIES, family
from studio.catalog.models import identify
from studio.catalog.samplers import SAMPLERS, SCHEDULES, label, usable_schedule
from studio.core.errors import StudioError
from studio.edit.request import MODEL_TASKS, Sampling, Task


def test_rows_are_named_by_their_keys_and_use_known_schedules() -> None:
    for key, sampler in SAMPLERS.items():
        assert sampler.id == key
        assert sampler.schedules and set(sampler.schedules) <= set(SCHEDULES)
    assert all(row.id == key for key, row in SCHEDULES.items())
    assert all(row.id == key for key, row in FAMILIES.items())


def test_the_default_sampling_is_in_the_tables() -> None:
    sampling = Sampling()
    assert sampling.schedule in SAMPLERS[sampling.sampler].schedules


def test_labels_are_those_that_artists_know() -> None:
    assert label("dpmpp_2m", "karras") == "DPM++ 2M Karras"
    assert label("euler_a", "normal") == "Euler a"
    assert len({sampler.a1111 for sampler in SAMPLERS.values()}) == len(SAMPLERS)


def test_a_schedule_that_a_sampler_lacks_becomes_one_that_it_has() -> None:
    assert usable_schedule("ddim", "karras") == "normal"
    assert usable_schedule("euler", "karras") == "karras"


def test_a_family_says_what_it_can_do_and_why_not() -> None:
    row = family("stable_diffusion")
    can = {task for task in MODEL_TASKS if row.can(Capability.TASK, task.value)}
    assert can == {*MODEL_TASKS} - {Task.VARY}
    assert "Kandinsky" in row.reason(Capability.TASK, "variations")
    assert "Kontext" in row.reason(Capability.TASK, "instruct", identify("starter"))
    assert row.reason(Capability.TASK, "fill") == ""
    assert row.reason(Capability.TASK, "levitation") and row.reason(Capability.CONTROL, "lora")
    with pytest.raises(StudioError):
        family("nonsense")
