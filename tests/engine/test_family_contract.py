"""Each part of a request is handled or refused by every family, the toy one included.

Handled: the pictures differ from those of the same request without the part, or a notice says how
the part counts. Refused: one sentence with a hint, before anything is loaded. Nothing is ignored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from contract_models import MODELS, adapter_files
from toy_palette import PALETTE

from studio.catalog.controls import CONTROL_KINDS
from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.families.table import FAMILIES
from studio.catalog.models import ModelSpec, identify
from studio.catalog.reasons import control_reason, reference_reason
from studio.catalog.references import MODES
from studio.catalog.samplers import SAMPLERS
from studio.catalog.settings import Kind, Setting, Value
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.edit.exchange import ImportRequest
from studio.edit.request import (
    MODEL_TASKS,
    AdapterUse,
    ControlUse,
    EditRequest,
    EditResult,
    ReferenceUse,
    RegionUse,
    Sampling,
    Task,
)
from studio.edit.rewrite import METHODS, RewriteUse
from studio.edit.training import METHODS as TRAINING
from studio.edit.training import TrainPhoto, TrainRequest, TrainSettings
from studio.engine.adapters.base import ADAPTERS
from studio.engine.engine import Engine

SIDE = 96
RNG = np.random.default_rng(11)
BLOCKS = RNG.integers(0, 2, (4, 4, 3), dtype=np.uint8) * 255
PICTURE = BLOCKS.repeat(SIDE // 4, axis=0).repeat(SIDE // 4, axis=1)
MASK = np.zeros((SIDE, SIDE), np.uint8)
MASK[24:72, 24:72] = 255
LEFT = np.zeros((SIDE, SIDE), np.uint8)
LEFT[:, : SIDE // 2] = 255


def task_name(task: Task | None) -> str:
    """Return the name of a case, "usual" for None."""
    return "usual" if task is None else task.value


ROWS: dict[str, FamilySpec] = {PALETTE.id: PALETTE, **FAMILIES}


def own_cases(names: Callable[[FamilySpec], Iterable[Any]]) -> list[Any]:
    """Return (model, name) for the names that the family of each model supports.

    Those that it refuses are tried in one test for each model, since that needs no picture.
    """
    rows = {model: ROWS[model.split(" ")[0]] for model in MODELS}
    return [
        pytest.param(model, one, id=f"{model}-{getattr(one, 'id', one)}")
        for model, row in rows.items()
        for one in names(row)
    ]


def with_sampling(base: EditRequest, **changes: Any) -> EditRequest:
    """Return a request with some sampling settings changed."""
    return base.replace(sampling=replace(base.sampling, **changes))


class LoadingBegan(Exception):
    """Raised in the place of loading, to see what is refused before it."""


@dataclass
class Bench:
    """One family's model, an engine with it, and the results so far by request."""

    row: FamilySpec
    model: str
    engine: Engine
    adapters: dict[str, AdapterUse]
    made: dict[str, EditResult]
    refused: dict[str, str]

    @cached_property
    def spec(self) -> ModelSpec:
        """The family's model."""
        return identify(self.model)

    def base(self, task: Task | None = None) -> EditRequest:
        """Return a request with nothing but what its task needs; None is the model's usual one."""
        task = task or self.usual
        own = self.spec.defaults.sampler
        sampler = "ddim" if "ddim" in self.row.samplers else own
        controls = self._needed_control()
        plain = EditRequest(
            task=task,
            prompt="a red ball",
            region=Rect(0, 0, SIDE, SIDE),
            model=self.model,
            sampling=Sampling(steps=3, cfg_scale=4.0, sampler=sampler, schedule="normal", seed=7),
            controls=controls,
        )
        if task is Task.GENERATE:
            return plain
        rewrite = RewriteUse("a blue ball", "ddim", local=False) if task is Task.REWRITE else None
        return plain.replace(image=PICTURE, mask=MASK, rewrite=rewrite)

    def _needed_control(self) -> tuple[ControlUse, ...]:
        """Return the control without which the model does nothing, if it is such a one."""
        if self.spec.family != "flux" or self.spec.variant != "depth":
            return ()
        return (ControlUse("depth", PICTURE),)

    @cached_property
    def usual(self) -> Task:
        """A picture from text or, by a model that makes none, the first task that it does."""
        order = (Task.GENERATE, *MODEL_TASKS)
        return next(one for one in order if self.row.can(Capability.TASK, one.value, self.spec))

    def run(self, request: EditRequest) -> EditResult:
        """Return the result of a request, the same one each time."""
        key = repr(request)
        if key not in self.made:
            self.made[key] = self.engine.run(request, Progress())
        return self.made[key]

    def refusal(self, request: Any) -> str:
        """Return the sentence that refuses a request before loading, "" if it would be loaded."""
        key = repr(request)
        if key not in self.refused:
            self.refused[key] = self._refusal(request)
        return self.refused[key]

    def _refusal(self, request: Any) -> str:
        fresh = Engine("cpu")

        def begin(*args: object) -> None:
            raise LoadingBegan

        fresh.residency.get = begin  # type: ignore[method-assign, assignment]
        try:
            fresh.run(request)
        except LoadingBegan:
            return ""
        except StudioError as error:
            said = str(error)
            assert said and "\n" not in said and "Traceback" not in said
            assert error.hint, f"{said} has no hint"
            return said
        raise AssertionError("it neither loaded nor refused")

    def check(self, request: EditRequest, without: EditRequest) -> None:
        """Assert that what ``request`` has beyond ``without`` is handled or refused."""
        if self.refusal(request):
            return
        made, plain = self.run(request), self.run(without)
        same = len(made.images) == len(plain.images) and all(
            np.array_equal(one, other) for one, other in zip(made.images, plain.images, strict=True)
        )
        new = {str(note) for note in made.notes} - {str(note) for note in plain.notes}
        assert not same or new, "ignored: the pictures are the same and no notice says why"


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Bench]]:
    """A bench for each family; the toy one is in the table for as long as the module runs."""
    patch = pytest.MonkeyPatch()
    patch.setitem(FAMILIES, PALETTE.id, PALETTE)  # type: ignore[arg-type]
    folder = tmp_path_factory.mktemp("contract")
    found = {}
    for name, make in MODELS.items():
        model = make(folder)
        files = adapter_files(identify(model), folder / f"{name}-files")
        found[name] = Bench(ROWS[identify(model).family], model, Engine("cpu"), files, {}, {})
    yield found
    patch.undo()


@pytest.fixture(params=list(MODELS))
def bench(request: pytest.FixtureRequest, benches: dict[str, Bench]) -> Bench:
    return benches[request.param]


def test_every_family_has_a_model_here() -> None:
    assert set(FAMILIES) <= {name.split(" ")[0] for name in MODELS}


@pytest.mark.parametrize("task", MODEL_TASKS, ids=lambda task: task.value)
def test_tasks(bench: Bench, task: Task) -> None:
    request = bench.base(task)
    said = bench.refusal(request)
    assert bool(said) == (not bench.row.can(Capability.TASK, task.value, bench.spec)), said
    if not said:
        made = bench.run(request)
        assert made.images[0].shape == (SIDE, SIDE, 3) and made.request.task is task
    if not said and task is not Task.GENERATE:
        if task is not bench.usual:
            bench.check(request, bench.base())
        # The prompt counts in each task.
        bench.check(request.replace(prompt="a green cube"), request)


@pytest.mark.parametrize(
    ("bench", "sampler"), own_cases(lambda row: row.samplers), indirect=["bench"]
)
def test_samplers(bench: Bench, sampler: str) -> None:
    base = bench.base()
    request = with_sampling(base, sampler=sampler)
    assert not bench.refusal(request)
    if sampler != base.sampling.sampler:
        bench.check(request, base)


def test_samplers_of_others_are_refused(bench: Bench) -> None:
    others = {*SAMPLERS, *PALETTE.samplers, "no_such"} - set(bench.row.samplers)
    for sampler in others:
        assert bench.refusal(with_sampling(bench.base(), sampler=sampler)), sampler


def control_cases() -> list[Any]:
    """Return (model, kind of control) for what the families support."""
    return own_cases(lambda row: [kind for kind in CONTROL_KINDS if kind in row.controls])


@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
@pytest.mark.parametrize(("bench", "kind"), control_cases(), indirect=["bench"])
def test_controls(bench: Bench, kind: str, task: Task | None) -> None:
    base = bench.base(task)
    request = base.replace(controls=(ControlUse(kind, PICTURE, strength=1.5),))
    if bench.refusal(base):
        assert bench.refusal(request)
    elif base.task is bench.usual or kind == "canny":
        bench.check(request, base)


@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
def test_controls_of_others_are_refused(bench: Bench, task: Task | None) -> None:
    for kind in {*CONTROL_KINDS, "no_such"} - set(bench.row.controls):
        use = ControlUse(kind, PICTURE, strength=1.5)
        assert bench.refusal(bench.base(task).replace(controls=(use,))), kind


def test_the_panel_gives_the_reason_that_the_engine_gives(bench: Bench) -> None:
    for kind in CONTROL_KINDS:
        request = bench.base().replace(controls=(ControlUse(kind, PICTURE),))
        assert bool(control_reason(bench.model, kind)) == bool(bench.refusal(request)), kind


def test_the_panel_gives_the_engines_reason_for_references(bench: Bench) -> None:
    for mode in ("", *MODES):
        uses = [ReferenceUse(PICTURE, mode=one) for one in ([mode] if mode else MODES)]
        said = [bench.refusal(bench.base().replace(references=(use,))) for use in uses]
        assert bool(reference_reason(bench.model, "", mode)) == all(said), mode


def test_a_prompt_that_is_too_long_is_split_where_the_model_stops_reading(bench: Bench) -> None:
    """The panel counts by the family's own splitter; what is left out is said."""
    split = bench.row.splitter(identify(bench.model))
    long = "a red ball and a blue ball, " * 40
    assert split("a red ball").dropped == "" and split(long).dropped
    assert split(long).count > split(long).limit


@pytest.mark.parametrize("mode", [*MODES, "no_such"])
def test_references(bench: Bench, mode: str) -> None:
    base = bench.base()
    request = base.replace(references=(ReferenceUse(PICTURE, weight=1.5, mode=mode),))
    if mode not in bench.row.references:
        assert bench.refusal(request)
    bench.check(request, base)


@pytest.mark.parametrize("task", [None, Task.FILL, Task.REWRITE], ids=task_name)
def test_region_prompts(bench: Bench, task: Task | None) -> None:
    base = bench.base(task)
    request = base.replace(regions=(RegionUse("a green tree", LEFT),))
    if not bench.row.region_prompts:
        assert bench.refusal(request)
    if not bench.refusal(base):
        bench.check(request, base)


@pytest.mark.parametrize("scale", [4.0, 1.0])
@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
def test_negative_prompts(bench: Bench, task: Task | None, scale: float) -> None:
    base = bench.base(task)
    base = base.replace(sampling=replace(base.sampling, cfg_scale=scale))
    request = base.replace(negative_prompt="grey fog")
    if not bench.row.negative_prompt:
        assert bench.refusal(request)
    elif not bench.refusal(base):
        bench.check(request, base)


@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
@pytest.mark.parametrize("kind", [*ADAPTERS, "subject", "no_such"])
def test_adapters(bench: Bench, kind: str, task: Task | None) -> None:
    use = bench.adapters.get(kind, AdapterUse(kind, "nowhere.safetensors"))
    words = {"textual_inversion": "a zorp ball", "subject": "a <luna> ball"}
    base = bench.base(task).replace(prompt=words.get(kind, "a red ball"))
    request = base.replace(adapters=(use,))
    real = "lora" if kind == "subject" else kind
    lacks = bench.row.reason(Capability.ADAPTER, real, bench.spec)
    if lacks or bench.refusal(base):
        assert bench.refusal(request)
    else:
        assert not bench.refusal(request)
        bench.check(request, base)


def test_an_embedding_that_merely_shares_its_name_with_a_word(bench: Bench) -> None:
    """It is in the folders, and its name is in the prompt: then it acts, or a notice says it."""
    use = bench.adapters["textual_inversion"]
    use = replace(use, options={**use.options, "named": "zorp"})
    base = bench.base().replace(prompt="a zorp ball")
    request = base.replace(adapters=(use,))
    assert not bench.refusal(request)
    bench.check(request, base)


@pytest.mark.parametrize("method", [*METHODS, "no_such"])
def test_inversions(bench: Bench, method: str) -> None:
    base = bench.base(Task.REWRITE)
    request = base.replace(rewrite=RewriteUse("a blue ball", method, local=False))
    if method not in bench.row.inversions:
        assert bench.refusal(request)
    elif method != "ddim":
        bench.check(request, base)


def other_value(setting: Setting) -> Value:
    """Return a value that a setting takes and that is not its default."""
    if setting.kind is Kind.SWITCH:
        return not setting.default
    if setting.kind is Kind.CHOICE:
        return next(one.id for one in setting.choices if one.id != setting.default)
    if setting.kind is Kind.TEXT:
        return setting.completions("en")[0] if setting.completions is not None else "other"
    low, high = setting.minimum, setting.maximum
    assert low is not None and high is not None
    middle = (low + high) / 2
    value = middle if setting.default != middle else high
    return int(value) if setting.kind is Kind.WHOLE else float(value)


def all_settings() -> list[Setting]:
    """Return the settings of all families, each once."""
    return list({one.id: one for row in ROWS.values() for one in row.settings}.values())


@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
@pytest.mark.parametrize(
    ("bench", "setting"), own_cases(lambda row: row.settings), indirect=["bench"]
)
def test_settings(bench: Bench, setting: Setting, task: Task | None) -> None:
    base = bench.base(task)
    if not bench.refusal(base):
        bench.check(with_sampling(base, extras={setting.id: other_value(setting)}), base)


@pytest.mark.parametrize("task", [None, Task.REWRITE], ids=task_name)
def test_settings_of_others_are_refused(bench: Bench, task: Task | None) -> None:
    for setting in all_settings():
        if setting not in bench.row.settings:
            extras = {setting.id: other_value(setting)}
            assert bench.refusal(with_sampling(bench.base(task), extras=extras)), setting.id


def test_a_setting_out_of_range_is_refused(bench: Bench) -> None:
    base = bench.base()
    for setting in bench.row.settings:
        extras: dict[str, Any] = {setting.id: object()}
        assert bench.refusal(base.replace(sampling=replace(base.sampling, extras=extras)))


@pytest.mark.parametrize("method", [*TRAINING, "no_such"])
def test_training(bench: Bench, method: str, tmp_path: Path) -> None:
    """A family that runs LoRA does not thereby train it."""
    photo = TrainPhoto(np.full((64, 64, 3), 90, np.uint8))
    settings = TrainSettings(method=method, steps=1)
    request = TrainRequest(
        name="luna", kind="dog", photos=(photo,), folder=str(tmp_path), model=bench.model,
        settings=settings,
    )  # fmt: skip
    said = bench.refusal(request)
    assert bool(said) == (not bench.row.can(Capability.TRAINING, method, bench.spec)), said


def test_a_subject_of_another_program_needs_a_family_that_can_use_it(
    bench: Bench, tmp_path: Path
) -> None:
    path = bench.adapters["lora"].path
    request = ImportRequest(path, "luna", str(tmp_path / "new"), model=bench.model)
    said = bench.refusal(request)
    assert bool(said) == (not bench.row.training), said
