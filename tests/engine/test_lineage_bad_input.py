"""What the systems of the course do with bad input: a row a system, so that a new one is a row.

Prompts that are empty, unknown or too long, a mask of one token, cancel in each phase, weights that
are not finite numbers, files that are missing, cut, empty or nonsense. Each is handled, or refused
in a sentence with a hint; the model that was loaded stays, and the next request works as before.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from dalle_factory import build_dalle
from pixel_systems_factory import build_imagen, build_one_step
from safetensors.torch import load_file, save_file

from studio.catalog.card import FILE as CARD
from studio.catalog.card import load_card
from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.generations import BUILT_IN_NAMES
from studio.catalog.integrity import LINEAGE, check_shipped, shipped_folder
from studio.catalog.model_spec import BUILT_IN, STARTER, Component, ModelSpec
from studio.catalog.models import identify, model_folder, survey
from studio.cli.main import main
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import EditRequest, EditResult, Pixels, Sampling, Task
from studio.engine.device import Device
from studio.engine.engine import Engine
from studio.engine.pipelines import loaded
from studio.engine.pipelines.loaded import read_network
from studio.session.generations.systems import built_in_system

SIDE = 128
LONG = "a red " * 250
"""Words that are one token each."""
PHOTO: Pixels = np.random.default_rng(4).integers(0, 255, (8, 8, 3), np.uint8).repeat(16, 0)
PHOTO = PHOTO.repeat(16, 1)


@dataclass(frozen=True)
class Row:
    """One system: a folder of it that may be damaged, and its cheapest request.

    ``steps`` and ``extras`` are the least that pass each phase.
    """

    build: Callable[[Path], Path]
    steps: int
    extras: dict[str, Any] = field(default_factory=dict)


def shipped(name: str) -> Callable[[Path], Path]:
    """Return a function that copies a system in the box."""
    return lambda folder: Path(shutil.copytree(model_folder(name), folder))


ROWS: dict[str, Row] = {
    "dall-e": Row(build_dalle, 64, {"best_of": 1}),
    "flux": Row(shipped("flux"), 2),
    "unclip": Row(shipped("unclip"), 2, {"prior_steps": 2}),
    "dream": Row(shipped("dream"), 2, {"dream_cutouts": 2}),
    "imagen": Row(build_imagen, 2, {"second_stage_steps": 2}),
    "gan": Row(build_one_step, 1),
    "vae": Row(lambda folder: build_one_step(folder, "VaeSamplingPipeline"), 1),
}
"""By the id of a system in the box. Random weights for those that are large or not there yet."""


OTHERS: dict[Path, Any] = {}
"""Networks that the systems take from others, by their files."""


@dataclass
class Bench:
    """A system on disk, an engine with it in memory, and its usual picture."""

    row: Row
    spec: ModelSpec
    engine: Engine
    plain: Pixels = field(default_factory=lambda: PHOTO)

    def asked(self, prompt: str = "a red car", task: Task = Task.GENERATE) -> EditRequest:
        """Return the request of the row; a fill is of one pixel, which lies in one token."""
        first = self.spec.defaults
        sampling = Sampling(self.row.steps, first.cfg_scale, first.sampler, first.schedule, 3)
        request = EditRequest(
            task=task,
            prompt=prompt,
            region=Rect(0, 0, SIDE, SIDE),
            model=self.spec.id,
            sampling=replace(sampling, extras=self.row.extras),
            match_fill=False,
        )
        if task is Task.GENERATE:
            return request
        mask = np.zeros((SIDE, SIDE), np.uint8)
        mask[70, 30] = 255
        return request.replace(image=PHOTO, mask=mask)

    def run(self, request: EditRequest | None = None) -> EditResult:
        """Return the result of a request, by default of the usual one."""
        return self.engine.run(request or self.asked())

    def check_unharmed(self) -> None:
        """Assert that the engine makes its usual picture."""
        assert np.array_equal(self.run().images[0], self.plain)


@pytest.fixture(scope="module")
def benches(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Bench]:
    """The benches so far."""
    return {}


@pytest.fixture(params=list(ROWS))
def bench(
    request: pytest.FixtureRequest,
    benches: dict[str, Bench],
    tmp_path_factory: pytest.TempPathFactory,
) -> Bench:
    name = request.param
    if name not in benches:
        spec = identify(ROWS[name].build(tmp_path_factory.mktemp("systems") / name))
        made = benches[name] = Bench(ROWS[name], spec, Engine("cpu"))
        made.plain = made.run().images[0]
    return benches[name]


@pytest.fixture
def copied(bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the system, to be damaged; what it takes from others is read once."""
    folder = Path(shutil.copytree(bench.spec.path, tmp_path / "damaged"))

    def read(spec: ModelSpec, component: Component, device: Device) -> Any:
        file = component.files[0]
        if folder in file.parents:
            return read_network(spec, component, device)
        if file not in OTHERS:
            OTHERS[file] = read_network(spec, component, device)
        return OTHERS[file]

    monkeypatch.setattr(loaded, "read_network", read)
    return folder


def refusal(attempt: Callable[[], object]) -> str:
    """Return the sentence with which something is refused; it has a hint and is one line."""
    with pytest.raises(StudioError) as caught:
        attempt()
    assert caught.value.hint and "\n" not in str(caught.value)
    return str(caught.value)


def test_every_system_in_the_box_has_a_row() -> None:
    assert set(ROWS) == set(BUILT_IN) - {STARTER}


# Prompts and masks


@pytest.mark.parametrize("prompt", ["", " \n "])
def test_an_empty_prompt_makes_no_picture(bench: Bench, prompt: str) -> None:
    assert "prompt is empty" in refusal(lambda: bench.run(bench.asked(prompt)))
    bench.check_unharmed()


def test_unknown_words_make_a_picture(bench: Bench) -> None:
    made = bench.run(bench.asked("xyzzy ☃ qwfp 龍")).images[0]
    assert made.shape == (SIDE, SIDE, 3) and not np.array_equal(made, bench.plain)


def test_what_a_prompt_of_500_tokens_has_too_much_is_told(bench: Bench) -> None:
    split = family(bench.spec.family).splitter(bench.spec)(LONG)
    assert split.count == 500 and len(split.kept.split()) == split.limit
    made = bench.run(bench.asked(LONG))
    told = " ".join(str(note) for note in made.notes)
    assert "longer than the model reads" in told and split.dropped[:40] in told
    # Up to its very last word what was kept has an effect, and nothing else has.
    words = split.kept.split()
    assert np.array_equal(made.images[0], bench.run(bench.asked(split.kept)).images[0])
    other = " ".join([*words[:-1], "a" if words[-1] == "red" else "red"])
    assert not np.array_equal(made.images[0], bench.run(bench.asked(other)).images[0])


@pytest.mark.parametrize("prompt", ["a red car", ""])
def test_a_mask_of_one_token_is_filled_or_refused_with_the_reason_of_the_table(
    bench: Bench, prompt: str
) -> None:
    request = bench.asked(prompt, Task.FILL)
    reason = family(bench.spec.family).reason(Capability.TASK, Task.FILL.value, bench.spec)
    if reason:
        assert reason in refusal(lambda: bench.run(request))
        return
    made = bench.run(request)
    assert made.images[0].shape == (SIDE, SIDE, 3)
    assert any("prompt is empty" in str(note) for note in made.notes) == (not prompt)


# Cancel


def cancelled_at(engine: Engine, request: EditRequest, place: int) -> None:
    """Run a request that is cancelled at one of its reports, the first being 0."""
    seen = list[ProgressEvent]()

    def listen(event: ProgressEvent) -> None:
        seen.append(event)
        if len(seen) > place:
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    # Nothing more was reported after the artist asked to stop.
    assert len(seen) == place + 1


def phases(engine: Engine, request: EditRequest) -> dict[int, str]:
    """Return the first and the last report of each phase of a run, by their places."""
    texts = list[str]()
    engine.run(request, Progress(lambda event: texts.append(event.text)))
    last = len(texts) - 1
    places = {texts.index(one) for one in texts} | {last - texts[::-1].index(one) for one in texts}
    # At the very last report there is nothing left to stop.
    return {place: texts[place] for place in sorted(places - {last})}


def test_cancel_in_each_phase(bench: Bench) -> None:
    request = bench.asked()
    request = request.replace(sampling=replace(request.sampling, variations=2))
    found = phases(bench.engine, request)
    assert {"Reading the prompt", "Painting", "Finishing the picture"} <= set(found.values())
    for place in found:
        cancelled_at(bench.engine, request, place)
    bench.check_unharmed()


def test_cancel_while_loading_keeps_the_model_that_was_there(bench: Bench, copied: Path) -> None:
    before = bench.engine.residency.loaded
    request = bench.asked().replace(model=str(copied))
    cancelled_at(bench.engine, request, 0)
    cancelled_at(bench.engine, request, len(bench.spec.components))
    assert bench.engine.residency.loaded is before
    bench.check_unharmed()


# Files


def settings_files(folder: Path) -> list[Path]:
    """Return the JSON files of a system without its card."""
    return [file for file in sorted(folder.rglob("*.json")) if file.name != CARD]


def weights_files(folder: Path) -> list[Path]:
    """Return the weights files of a system; those that it takes from others do not count."""
    return sorted(folder.rglob("*.safetensors"))


def test_weights_that_are_missing_cut_empty_or_other_are_named(bench: Bench, copied: Path) -> None:
    before = bench.engine.residency.loaded
    request = bench.asked().replace(model=str(copied))
    for file in weights_files(copied):
        whole, tensors = file.read_bytes(), load_file(file)
        name, first = next(iter(tensors.items()))
        lacking = {key: one for key, one in tensors.items() if key != name}
        reshaped = {**lacking, name: first.new_zeros(3, 1)}
        damages: tuple[Callable[[], object], ...] = (
            file.unlink,
            partial(file.write_bytes, b""),
            partial(file.write_bytes, whole[: len(whole) // 2]),
            partial(file.write_bytes, b"{" * len(whole)),
            partial(save_file, lacking, file, {"format": "pt"}),
            partial(save_file, reshaped, file, {"format": "pt"}),
        )
        for damage in damages:
            damage()
            assert file.name in refusal(lambda: bench.run(request))
        file.write_bytes(whole)
    assert bench.engine.residency.loaded is before
    bench.check_unharmed()


def test_a_weight_that_is_not_a_finite_number_makes_no_picture(bench: Bench, copied: Path) -> None:
    """In the first, the middle and the last tensor, also one that this picture does not need."""
    before = bench.engine.residency.loaded
    request = bench.asked().replace(model=str(copied))
    for file in weights_files(copied):
        whole, tensors = file.read_bytes(), load_file(file)
        names = sorted(name for name, one in tensors.items() if one.is_floating_point())
        for name, value in zip(
            (names[0], names[len(names) // 2], names[-1]),
            (float("nan"), float("inf"), float("nan")),
            strict=True,
        ):
            spoilt = tensors[name].clone()
            spoilt.view(-1)[-1] = value
            save_file({**tensors, name: spoilt}, file, {"format": "pt"})
            said = refusal(lambda: bench.run(request))
            assert name in said and file.name in said
        file.write_bytes(whole)
    assert bench.engine.residency.loaded is before
    bench.check_unharmed()


def test_settings_that_are_missing_or_nonsense_are_a_sentence(bench: Bench, copied: Path) -> None:
    """Whatever is in the JSON files: the model can be loaded, or one sentence says why not."""
    for file in settings_files(copied):
        whole = file.read_bytes()
        content = json.loads(whole)
        damages: list[bytes | None] = [
            None,
            b"",
            whole[: len(whole) // 2],
            b"[]",
            b"\xff\xfe",
            b"{}",
        ]
        damages += [json.dumps({**content, key: "no"}).encode() for key in content]
        for damage in damages:
            file.unlink() if damage is None else file.write_bytes(damage)
            try:
                spec = identify(copied)
                load_card(spec, "en")
                Engine("cpu").warm_up(str(copied))
            except StudioError as error:
                assert error.hint and "\n" not in str(error)
                assert str(copied) in str(error)
            else:
                assert damage != b"" and damage != b"[]", file
        file.write_bytes(whole)
    bench.check_unharmed()


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"texts": 3}', b'{"gallery": 1}'])
def test_a_system_works_without_its_card_and_a_damaged_one_is_a_sentence(
    bench: Bench, copied: Path, content: bytes | None
) -> None:
    card = copied / CARD
    card.unlink(missing_ok=True)
    if content is None:
        assert not load_card(identify(copied), "en").summary
    else:
        card.write_bytes(content)
        assert CARD in refusal(lambda: load_card(identify(copied), "en"))
    assert family(identify(copied).family).can(Capability.TASK, "generate", identify(copied))


# What the lists make of a damaged system in the box


@pytest.fixture
def box(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A copy of resources/lineage that takes its place, to be damaged."""
    copied = Path(shutil.copytree(shipped_folder(LINEAGE), tmp_path / "lineage"))
    real = model_folder(STARTER).parent

    def resource(*parts: str) -> Path:
        inside = Path(*parts)
        return tmp_path / inside if inside.parts[0] == "lineage" else real / inside

    for module in ("model_spec", "integrity", "clip"):
        monkeypatch.setattr(f"studio.catalog.{module}.resource", resource)
    yield copied


SHIPPED = sorted(name for name in set(BUILT_IN) - {STARTER} if model_folder(name).is_dir())


@pytest.mark.parametrize("name", SHIPPED)
@pytest.mark.parametrize("damage", ["missing", "empty", "cut", "no index", "no folder"])
def test_lists_keep_a_damaged_system_grey_with_how_to_restore_it(
    box: Path, name: str, damage: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = weights_files(box / name) or weights_files(box / "clip")
    if damage == "missing":
        files[0].unlink()
    elif damage == "no index":
        (box / name / "model_index.json").unlink()
    elif damage == "no folder":
        shutil.rmtree(box / name)
    else:
        files[0].write_bytes(b"" if damage == "empty" else files[0].read_bytes()[:-9])
    system = built_in_system(name)
    assert not system.can_run and system.name == BUILT_IN_NAMES[name] and system.paper is not None
    said = refusal(lambda: system.request("a red car", 1))
    assert "models --restore" in said
    found, problems = survey([], systems=True)
    assert name not in [one.id for one in found] and STARTER in [one.id for one in found]
    assert damage == "no folder" or box / name in [path for path, _ in problems]
    assert main(["generations", "--list"]) == 0
    listed = capsys.readouterr().out
    assert "cannot be compared: " + said in listed and "Lienzo Starter" in listed
    sheet = str(box / "sheet.png")
    assert main(["generations", "a red car", "--models", name, "--out", sheet]) == 1
    assert said in capsys.readouterr().err and not Path(sheet).exists()


@pytest.mark.parametrize("name", SHIPPED)
def test_one_changed_byte_in_the_box_is_refused_with_the_command_that_restores_it(
    box: Path, name: str
) -> None:
    """The weights stay finite numbers, so that nothing but the checksum differs."""
    file = (weights_files(box / name) or weights_files(box / "clip"))[-1]
    content = bytearray(file.read_bytes())
    content[-7] ^= 1
    file.write_bytes(content)
    engine = Engine("cpu")
    said = refusal(lambda: engine.warm_up(name))
    assert str(file) in said and "models --restore" in said and engine.residency.loaded is None


def test_a_damaged_list_of_checksums_is_a_sentence_where_it_is_needed(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (box / "SHA256SUMS").write_bytes(b"\xff\xfe no list")
    said = refusal(lambda: check_shipped(identify("flux")))
    assert "SHA256SUMS" in said
    assert main(["models", "--check"]) == 1
    assert "SHA256SUMS" in capsys.readouterr().err
    # The lists look at no checksum.
    assert built_in_system("flux").can_run
    assert main(["models"]) == 0 and "Flux (small)" in capsys.readouterr().out


def test_a_damaged_card_hides_no_model_from_the_list(
    box: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (box / "flux" / CARD).write_text("{")
    assert main(["models"]) == 0
    said = capsys.readouterr()
    assert all(identify(name).name in said.out for name in SHIPPED)
    assert CARD in said.err and "Traceback" not in said.err
    assert main(["generations", "--list"]) == 0
    assert "cannot be compared: The card" not in capsys.readouterr().out


def test_a_folder_with_nonsense_settings_hides_no_other_model(tmp_path: Path) -> None:
    """One model of the artist's folder cannot keep the others from the list."""
    good, bad = (build_one_step(tmp_path / name) for name in ("good", "bad"))
    (bad / "lienzo.json").write_text('{"native_size": "wide"}')
    found, problems = survey([tmp_path], systems=True)
    assert str(good) in [one.id for one in found]
    assert [path for path, _ in problems] == [bad]
    assert "wide" in str(problems[0][1])
