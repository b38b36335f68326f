"""The estimate picks a rung of the ladder or refuses; running out is caught as a second net."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
import torch
from conftest import MakeRequest
from diffusers import UNet2DConditionModel
from model_factory import copy_model

from studio.catalog.ladder import LADDER
from studio.catalog.models import identify
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion import family as stable_diffusion
from studio.engine.residency import HEADROOM, Residency, cgroup_free, free_memory
from studio.session.memory_plan import need_of

CPU = choose_device("cpu")


def large_request(ask: MakeRequest, tiny: Path, tmp_path: Path) -> Any:
    """A request at 1024 x 1024, where the rungs differ."""
    import json

    model = tmp_path / "large"
    shutil.copytree(tiny, model)
    (model / "lienzo.json").write_text(json.dumps({"native_size": 1024, "max_size": 2048}))
    return ask(model=str(model), region=Rect(0, 0, 1024, 1024))


def test_each_rung_needs_less_and_the_choice_follows_free_memory(
    ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    request = large_request(ask, tiny, tmp_path)
    spec = identify(request.model)
    needs = [stable_diffusion.working_bytes(spec, request, CPU, rung) for rung in LADDER]
    assert needs[0] >= needs[1] >= needs[2] and needs[0] > needs[2]
    weights = spec.parameters * 4
    for number, need in enumerate(needs):
        residency = Residency(CPU, free=lambda need=need: HEADROOM + weights + need)
        assert residency.rungs(spec, request)[0] is LADDER[needs.index(need)], number
    with pytest.raises(StudioError, match="MB of memory"):
        Residency(CPU, free=lambda: HEADROOM + weights + needs[2] - 1).rungs(spec, request)


def test_the_plan_without_torch_is_near_the_engine_s(
    ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    for request in (ask(), large_request(ask, tiny, tmp_path)):
        spec = identify(request.model)
        edge = spec.native_size
        own = request.replace(region=Rect(0, 0, edge, edge), controls=(), references=())
        for rung in LADDER:
            need = spec.parameters * 4 + stable_diffusion.working_bytes(spec, own, CPU, rung)
            assert need_of(spec, rung, 4) == pytest.approx(need, rel=0.25)


def test_room_is_left_for_everything_else_on_the_machine(
    ask: MakeRequest, tiny: Path, tmp_path: Path
) -> None:
    request = large_request(ask, tiny, tmp_path)
    spec = identify(request.model)
    weights = spec.parameters * 4
    least = stable_diffusion.working_bytes(spec, request, CPU, LADDER[-1])
    half = 64 * 2**20
    with pytest.raises(StudioError, match="MB of memory"):
        Residency(CPU, free=lambda: weights + least + half).rungs(spec, request)
    assert Residency(CPU, free=lambda: weights + half).room(spec) == 0
    assert Residency(CPU, free=lambda: weights + least + 2 * half).rungs(spec, request)


def test_a_run_that_cannot_fit_is_refused_before_loading(ask: MakeRequest) -> None:
    engine = Engine("cpu", free=lambda: 10**6)
    with pytest.raises(StudioError, match="MB of memory") as caught:
        engine.run(ask())
    assert caught.value.hint and "\n" not in str(caught.value)
    assert engine.residency.loaded is None


def test_every_rung_makes_the_picture_and_switches_itself_off(
    engine: Engine, ask: MakeRequest
) -> None:
    full = engine.run(ask()).images[0]
    loaded: Any = engine.residency.loaded
    spec = loaded.spec
    made = []
    for rung in LADDER[1:]:
        result = engine._run_once(spec, ask(), rung, progress_nowhere())
        assert rung.note in result.notes
        assert result.images[0].shape == full.shape
        made.append(result.images[0].astype(int))
    # Tiles meet with a blend, so they may differ from the whole; slices only round differently.
    assert np.abs(made[0] - made[1]).max() <= 2
    assert not loaded.networks.vae.use_tiling
    assert np.array_equal(engine.run(ask()).images[0], full)


def progress_nowhere() -> Any:
    from studio.core.progress import Progress

    return Progress()


@pytest.mark.parametrize("failures", [1, 2])
@pytest.mark.parametrize(
    "error",
    [
        torch.OutOfMemoryError("CUDA out of memory"),
        RuntimeError("DefaultCPUAllocator: not enough memory: you tried to allocate 9 bytes"),
        MemoryError(),
    ],
)
def test_running_out_steps_down_once_and_then_refuses(
    engine: Engine,
    ask: MakeRequest,
    monkeypatch: pytest.MonkeyPatch,
    failures: int,
    error: Exception,
) -> None:
    rungs: list[str] = []
    run = stable_diffusion.run

    def failing(loaded: Any, request: Any, progress: Any, rung: Any) -> Any:
        rungs.append(rung.name)
        if len(rungs) <= failures:
            raise error
        return run(loaded, request, progress, rung)

    monkeypatch.setattr(stable_diffusion, "run", failing)
    if failures == 1:
        assert engine.run(ask(sampling={"steps": 1})).notes
    else:
        with pytest.raises(StudioError, match="memory"):
            engine.run(ask(sampling={"steps": 1}))
    assert rungs == ["full", "tiled"]
    assert engine.run(ask(sampling={"steps": 1})).images


def test_other_errors_are_not_taken_for_memory(
    engine: Engine, ask: MakeRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: Any) -> Any:
        raise RuntimeError("shapes cannot be multiplied")

    monkeypatch.setattr(stable_diffusion, "run", broken)
    with pytest.raises(RuntimeError, match="shapes"):
        engine.run(ask())


def test_the_limit_of_a_container_counts(tmp_path: Path) -> None:
    assert cgroup_free(tmp_path) is None
    second = tmp_path / "v2"
    second.mkdir()
    (second / "memory.max").write_text("1000\n")
    (second / "memory.current").write_text("700\n")
    (second / "memory.stat").write_text("anon 500\ninactive_file 50\n")
    assert cgroup_free(second) == 350
    (second / "memory.max").write_text("max\n")
    assert cgroup_free(second) is None
    first = tmp_path / "v1" / "memory"
    first.mkdir(parents=True)
    (first / "memory.limit_in_bytes").write_text("900")
    (first / "memory.usage_in_bytes").write_text("1000")
    (first / "memory.stat").write_text("total_inactive_file 30\n")
    assert cgroup_free(tmp_path / "v1") == 0
    assert free_memory(CPU) > 0


def test_one_model_at_a_time_where_both_do_not_fit(
    ask: MakeRequest, tiny: Path, tiny_fill: Path
) -> None:
    free = [10**12]
    engine = Engine("cpu", free=lambda: free[0])
    engine.run(ask(sampling={"steps": 1}))
    spec = identify(tiny_fill)
    need = stable_diffusion.working_bytes(spec, ask(), CPU, LADDER[0])
    # With the weights of the old model given back it fits, without it does not.
    free[0] = HEADROOM + need + spec.parameters * 4 - identify(tiny).parameters * 2
    engine.run(ask(model=str(tiny_fill), sampling={"steps": 1}))
    assert engine.residency.is_loaded(spec)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux keeps freed memory")
def test_a_replaced_model_leaves_no_memory_behind(tiny: Path, tmp_path: Path) -> None:
    large = copy_model(tiny, tmp_path / "large")
    config = json.loads((large / "unet" / "config.json").read_text())
    UNet2DConditionModel(**{
        **{name: value for name, value in config.items() if name[0] != "_"},
        "block_out_channels": (256, 512), "layers_per_block": 3,
    }).half().save_pretrained(large / "unet")  # fmt: skip
    residency, process, megabyte = Residency(choose_device("cpu")), psutil.Process(), 1 << 20
    small, other = identify(tiny), identify(large)
    residency.get(small, Progress())
    before = process.memory_info().rss
    for _ in range(3):
        residency.get(other, Progress())
        assert process.memory_info().rss > before + 150 * megabyte
        residency.get(small, Progress())
    assert process.memory_info().rss < before + 50 * megabyte
