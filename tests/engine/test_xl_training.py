"""A subject is learned by a tiny Stable Diffusion XL as a LoRA, in few steps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from test_lora import fingerprint
from test_training import Stop, photos
from xl_factory import build_xl

from studio.catalog.subjects import LORA
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.edit.training import TrainRequest, TrainSettings
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion_xl.teaching import POOLED, TIME_IDS, XLTraining
from studio.engine.training import sampling
from studio.engine.training.checkpoints import STATE

SMALL = TrainSettings(steps=4, batch=1, resolution=64, rank=2, sample_every=2, seed=3, rate=5e-3)


@pytest.fixture(scope="module")
def xl(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_xl(tmp_path_factory.mktemp("models") / "xl")


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "STEPS", 2)


def teach(model: Path, folder: Path, settings: TrainSettings = SMALL, **changes: Any) -> Any:
    values: dict[str, Any] = {
        "name": "luna", "kind": "ball", "photos": photos(2), "folder": str(folder),
        "model": str(model), "settings": settings, **changes,
    }  # fmt: skip
    return TrainRequest(**values)


@pytest.mark.parametrize("prior", ["frozen", "images", "none"])
def test_a_lora_is_learned_and_the_model_stays_as_it_was(
    engine: Engine, xl: Path, tmp_path: Path, prior: str
) -> None:
    engine.warm_up(str(xl))
    before = fingerprint(engine)
    settings = SMALL.replace(prior=prior, class_images=2)
    result = engine.run(teach(xl, tmp_path / "s", settings))
    assert result.steps == 4 and len(result.losses) == 4
    learned = load_file(tmp_path / "s" / LORA)
    assert {name.split(".")[0] for name in learned} == {"unet"}
    assert any(value.abs().max() > 0 for name, value in learned.items() if "lora_B" in name)
    assert fingerprint(engine) == before


def test_both_text_encoders_can_learn(engine: Engine, xl: Path, tmp_path: Path) -> None:
    settings = SMALL.replace(train_text_encoder=True, text_rate=5e-3)
    engine.run(teach(xl, tmp_path / "s", settings))
    learned = load_file(tmp_path / "s" / LORA)
    for part in ("text_encoder.", "text_encoder_2."):
        ups = [v for name, v in learned.items() if name.startswith(part) and "lora_B" in name]
        assert ups and any(value.abs().max() > 0 for value in ups), part


def test_a_training_that_was_stopped_ends_with_the_same_bits(
    engine: Engine, xl: Path, tmp_path: Path
) -> None:
    engine.run(teach(xl, tmp_path / "whole"))
    stop = Stop("Learning", 2)
    with pytest.raises(Cancelled):
        engine.run(teach(xl, tmp_path / "twice"), stop.progress)
    assert (tmp_path / "twice" / "run" / STATE).is_file()
    engine.run(teach(xl, tmp_path / "twice"))
    whole, twice = (load_file(tmp_path / name / LORA) for name in ("whole", "twice"))
    assert whole.keys() == twice.keys()
    assert all(torch.equal(whole[name], twice[name]) for name in whole)


def test_the_unet_is_told_the_pooled_prompt_and_the_size(engine: Engine, xl: Path) -> None:
    engine.warm_up(str(xl))
    loaded: Any = engine.residency.loaded
    conditions = XLTraining().encode(loaded.networks, ["a cat", "a dog"], 64)
    assert conditions[TIME_IDS].tolist() == [[64, 64, 0, 0, 64, 64]] * 2
    assert not torch.equal(conditions[POOLED][0], conditions[POOLED][1])


@pytest.mark.parametrize("method", ["dreambooth", "textual_inversion", "pivotal"])
def test_other_ways_to_learn_are_refused_before_loading(
    xl: Path, tmp_path: Path, method: str
) -> None:
    engine = Engine("cpu")
    with pytest.raises(StudioError, match="learns a subject as a LoRA"):
        engine.run(teach(xl, tmp_path / "s", SMALL.replace(method=method)), Progress())
    assert engine.residency.loaded is None and not (tmp_path / "s").exists()
