"""The settings form: made from the schema, and samplers bring the steps that suit them."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFormLayout

from studio.catalog.families import table
from studio.catalog.model_spec import FewStep, ModelSpec
from studio.catalog.models import identify
from studio.catalog.settings import COMMON, Choice, Kind, Setting
from studio.edit.request import KEEPS_SHAPES, Sampling, Task
from studio.ui.prompt.sampling_form import SamplingForm
from studio.ui.prompt.setting_field import ChoiceField, NumberField, SwitchField, TextField
from studio.ui.window.main_window import MainWindow

RESCALE = Setting("rescale", "Rescale", Kind.NUMBER, 0.0, 0.0, 1.0, 0.05, tip="Less contrast")
TOP_K = Setting("top_k", "Top k", Kind.WHOLE, 50, 1, 1000, 1)
FAST = Setting("fast", "Fast", Kind.SWITCH, False)
MODE = Setting(
    "mode", "Mode", Kind.CHOICE, "plain", choices=(Choice("plain", "Plain"), Choice("apg", "APG"))
)
STYLE = Setting("style", "Style", Kind.TEXT, "")
EXTRAS = (RESCALE, TOP_K, FAST, MODE, STYLE)


@pytest.fixture
def plain() -> ModelSpec:
    """The starter without a few-step LoRA of its own."""
    return replace(identify("starter"), id="plain", few_step=None)


@pytest.fixture
def quick(plain: ModelSpec) -> ModelSpec:
    """The starter with a LoRA for four steps of LCM."""
    few = FewStep(plain.path / "four.safetensors", "lcm", 4, 1.0)
    return replace(plain, id="quick", name="Quick", few_step=few)


@pytest.fixture
def form(window: MainWindow) -> SamplingForm:
    """The form of the window's prompt panel, without a model yet."""
    made = window.prompt.form
    made._models = {}
    return made


@pytest.fixture
def toy(monkeypatch: pytest.MonkeyPatch, plain: ModelSpec) -> ModelSpec:
    """A model of a family with settings of every kind."""
    row = replace(table.FAMILIES["stable_diffusion"], id="toy", settings=EXTRAS)
    rows: Mapping[str, object] = MappingProxyType({**table.FAMILIES, "toy": row})
    monkeypatch.setattr(table, "FAMILIES", rows)
    return replace(plain, id="toy", name="Toy", family="toy")


def sampling(form: SamplingForm) -> Sampling:
    return form._state.settings.sampling


def choose(form: SamplingForm, sampler: str) -> tuple[int, float]:
    field = form.fields["sampler"]
    assert isinstance(field, ChoiceField)
    field.setCurrentIndex(field.findData(sampler))
    return shown(form, "steps"), shown(form, "cfg_scale")


def shown(form: SamplingForm, name: str) -> float:
    field = form.fields[name]
    assert isinstance(field, NumberField)
    return field.value


def type_in(form: SamplingForm, name: str, value: float) -> None:
    field = form.fields[name]
    assert isinstance(field, NumberField)
    field.set_value(value)


def test_every_setting_of_the_schema_has_its_field_and_every_field_its_setting(
    window: MainWindow,
) -> None:
    names = {one.name for one in dataclasses.fields(Sampling)} | {
        "mask_blur",
        "padding",
        "match_fill",
    }
    assert set(COMMON) == names - {"extras"}
    assert set(window.prompt.form.fields) | {"variations"} == set(COMMON)


def test_the_few_step_sampler_brings_its_settings_and_takes_them_away(
    form: SamplingForm, quick: ModelSpec
) -> None:
    form.set_models([quick], "quick")
    usual = (quick.defaults.steps, quick.defaults.cfg_scale)
    assert choose(form, "euler") == usual
    assert choose(form, "lcm") == (4, 1.0)
    assert choose(form, "ddim") == usual


def test_steps_of_the_artists_own_stay_with_other_samplers(
    form: SamplingForm, plain: ModelSpec, quick: ModelSpec
) -> None:
    form.set_models([plain, quick], "plain")
    for model in (plain, quick):
        form.choose_model(model.id)
        choose(form, "euler")
        type_in(form, "steps", 33)
        assert choose(form, "dpmpp_2m")[0] == 33
    form.choose_model("plain")
    type_in(form, "steps", 33)
    assert choose(form, "lcm")[0] == 33


def test_a_model_that_puts_few_steps_first_is_offered_with_them(
    form: SamplingForm, quick: ModelSpec
) -> None:
    assert quick.few_step is not None
    first = replace(quick, few_step=replace(quick.few_step, first=True))
    form.set_models([first], "quick")
    assert (sampling(form).steps, sampling(form).cfg_scale, sampling(form).sampler) == (4, 1, "lcm")


def test_another_model_leaves_what_the_artist_has_chosen(
    form: SamplingForm, plain: ModelSpec
) -> None:
    other = replace(plain, id="other", defaults=replace(plain.defaults, steps=41, cfg_scale=3.0))
    form.set_models([plain, other], "plain")
    form.choose_model("other")
    assert (sampling(form).steps, sampling(form).cfg_scale) == (41, 3.0)
    type_in(form, "steps", 12)
    form.choose_model("plain")
    assert sampling(form).steps == 12 and sampling(form).cfg_scale == plain.defaults.cfg_scale


def test_values_beyond_the_slider_are_typed_shown_and_kept(
    form: SamplingForm, plain: ModelSpec
) -> None:
    form.set_models([plain], "plain")
    for name, value in (("steps", 400), ("mask_blur", 900), ("padding", 3000)):
        type_in(form, name, value)
        assert shown(form, name) == value
    state = form._state
    assert (state.settings.mask_blur, state.settings.padding) == (900, 3000)
    state.replace(replace(state.settings, sampling=replace(sampling(form), cfg_scale=7.25)))
    type_in(form, "padding", 40)
    assert sampling(form).cfg_scale == 7.25, "a field rounds only what it shows"


def test_a_family_brings_its_rows_and_takes_them_away(
    form: SamplingForm, toy: ModelSpec, plain: ModelSpec
) -> None:
    form.set_models([plain, toy], "plain")
    layout = form.body.layout()
    assert isinstance(layout, QFormLayout)
    rows, own = layout.rowCount(), set(form.extras)
    form.choose_model("toy")
    assert layout.rowCount() == rows - len(own) + len(EXTRAS)
    assert [type(form.extras[one.id]) for one in EXTRAS] == [
        NumberField,
        NumberField,
        SwitchField,
        ChoiceField,
        TextField,
    ]
    for name, value in (("rescale", 0.35), ("top_k", 12)):
        field = form.extras[name]
        assert isinstance(field, NumberField)
        field.set_value(value)
    fast, mode, style = (form.extras[name] for name in ("fast", "mode", "style"))
    assert isinstance(fast, SwitchField) and isinstance(mode, ChoiceField)
    assert isinstance(style, TextField)
    fast.click()
    mode.setCurrentIndex(1)
    QTest.keyClicks(style, "ink")
    expected = {"rescale": 0.35, "top_k": 12, "fast": True, "mode": "apg", "style": "ink"}
    assert sampling(form).extras == expected
    form._state.replace(
        replace(form._state.settings, sampling=replace(sampling(form), extras={"top_k": 7}))
    )
    assert not fast.isChecked() and style.text() == "" and mode.currentData() == "plain"
    form.choose_model("plain")
    assert layout.rowCount() == rows and set(form.extras) == own
    assert sampling(form).extras == {}, "no other family has it"


def test_the_lock_keeps_a_seed_and_the_dice_let_go_of_it(form: SamplingForm) -> None:
    field = form.fields["seed"]
    assert isinstance(field, TextField)
    form.note_seed(2**40)
    assert sampling(form).seed == -1
    form.lock.click()
    assert sampling(form).seed == 2**40 and field.text() == str(2**40)
    form.random.click()
    assert sampling(form).seed == -1 and not form.lock.isChecked() and field.text() == "-1"
    field.clear()
    QTest.keyClicks(field, "12")
    assert sampling(form).seed == 12
    field.clear()
    assert sampling(form).seed == -1 and field.text() == "", "it may be empty while one types"


def test_a_model_that_is_not_there_is_named_until_another_is_chosen(
    form: SamplingForm, plain: ModelSpec
) -> None:
    form.set_models([plain], "plain")
    form._state.update(model="/gone/away/dream")
    assert form.model.currentText() == "dream (not found)"
    type_in(form, "steps", 9)
    assert form._state.settings.model == "/gone/away/dream"
    form.choose_model("plain")
    assert form._state.settings.model == "plain" and form.model.findData("/gone/away/dream") < 0


def test_tasks_grey_out_what_does_not_count(window: MainWindow) -> None:
    form = window.prompt.form
    for task, blur, padding in (
        (Task.FILL, True, True),
        (Task.EXTEND, False, True),
        (Task.GENERATE, False, False),
    ):
        window.prompt.set_task(task)
        assert form.fields["mask_blur"].isEnabled() is blur
        assert form.fields["padding"].isEnabled() is padding
        assert form.fields["match_fill"].isEnabled() is (task is not Task.GENERATE)
    assert window.prompt.settings.sampling.denoise == KEEPS_SHAPES


def test_tasks_and_settings_of_other_models_are_grey_with_the_reason(
    window: MainWindow, plain: ModelSpec
) -> None:
    """What the model does not do cannot be chosen; the row never gets wider by a task."""
    panel, state = window.prompt, window.prompt.state
    unclip = replace(
        plain, id="unclip", name="Unclip", family="stable_unclip", variant="with prior"
    )
    panel.form.set_models([plain, unclip], "plain")
    panel.form.choose_model("plain")
    buttons = panel.tasks.buttons
    assert buttons[Task.FILL].isEnabled() and buttons[Task.GENERATE].isEnabled()
    assert not buttons[Task.INSTRUCT].isEnabled() and buttons[Task.VARY].isHidden()
    assert "InstructPix2Pix" in buttons[Task.INSTRUCT].toolTip()
    assert "InstructPix2Pix" in panel.form.extras["image_guidance"].toolTip()
    assert not panel.form.extras["image_guidance"].isEnabled()
    panel.form.choose_model("unclip")
    assert not buttons[Task.VARY].isHidden() and buttons[Task.INSTRUCT].isHidden()
    assert not buttons[Task.FILL].isEnabled()
    assert "nothing else" in buttons[Task.FILL].accessibleDescription()
    # Fill is grey now: Generate does what the model does.
    assert state.task is Task.VARY and buttons[Task.VARY].isChecked()
    assert panel.form.fields["mask_blur"].isEnabled()
    panel.form.choose_model("plain")
    assert state.task is Task.FILL and buttons[Task.FILL].isChecked()
    assert buttons[Task.VARY].isHidden()
    state.set_task(Task.EXTEND)
    panel.form.choose_model("plain")
    assert state.task is Task.EXTEND


def test_what_a_judge_knows_is_completed(window: MainWindow) -> None:
    """A row with completions completes what is typed; any row may have them."""
    form = window.prompt.form
    form.set_models([identify("starter")], "starter")
    field = form.extras["steer_towards"]
    assert isinstance(field, TextField)
    completer = field.completer()
    completer.setCompletionPrefix("teddy")
    assert completer.currentCompletion() == "teddy bear"
    assert field.accessibleName() == "Steer towards"
    QTest.keyClicks(field, "lion")
    assert window.prompt.settings.sampling.extras["steer_towards"] == "lion"
