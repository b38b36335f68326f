"""The settings form: samplers bring the number of steps that suits them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from studio.catalog.models import FewStep, ModelSpec, identify
from studio.edit.settings import EditSettings
from studio.ui.prompt.sampling_form import SamplingForm
from studio.ui.window.main_window import MainWindow


@pytest.fixture
def plain() -> ModelSpec:
    """The starter without a few-step LoRA of its own."""
    return replace(identify("starter"), few_step=None)


@pytest.fixture
def quick(plain: ModelSpec) -> ModelSpec:
    """The starter with a LoRA for four steps of LCM."""
    few = FewStep(plain.path / "four.safetensors", "lcm", 4, 1.0)
    return replace(plain, id="quick", name="Quick", few_step=few)


@pytest.fixture
def form(window: MainWindow) -> SamplingForm:
    """The form of the window's prompt panel."""
    return window.prompt.form


def choose(form: SamplingForm, sampler: str) -> tuple[int, float]:
    form.sampler.setCurrentIndex(form.sampler.findData(sampler))
    return int(form.steps.value), form.cfg.value


def test_the_few_step_sampler_brings_its_settings_and_takes_them_away(
    form: SamplingForm, quick: ModelSpec
) -> None:
    form.set_models([quick], "quick")
    form._use_defaults()
    usual = (quick.defaults.steps, quick.defaults.cfg_scale)
    assert choose(form, "euler") == usual
    assert choose(form, "lcm") == (4, 1.0)
    assert choose(form, "ddim") == usual


def test_steps_of_the_artists_own_stay_with_other_samplers(
    form: SamplingForm, plain: ModelSpec, quick: ModelSpec
) -> None:
    for model in (plain, quick):
        form.set_models([model], model.id)
        choose(form, "euler")
        form.steps.show_value(33)
        assert choose(form, "dpmpp_2m")[0] == 33
    form.set_models([plain], plain.id)
    form.steps.show_value(33)
    assert choose(form, "lcm")[0] == 33


def test_a_model_that_puts_few_steps_first_is_offered_with_them(
    form: SamplingForm, quick: ModelSpec
) -> None:
    assert quick.few_step is not None
    first = replace(quick, few_step=replace(quick.few_step, first=True))
    form.set_models([first], "quick")
    form._use_defaults()
    sampling = form.read(EditSettings()).sampling
    assert (sampling.steps, sampling.cfg_scale, sampling.sampler) == (4, 1.0, "lcm")
