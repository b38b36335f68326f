"""The judge measures pictures."""

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.catalog import judges
from studio.core.errors import StudioError
from studio.engine.judges.loading import load_judge
from studio.engine.judges.score import Scorer, sharpness, thing_of


@pytest.fixture(scope="module")
def scorer() -> Scorer:
    return Scorer()


def _noise(count: int) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (count, 128, 128, 3), np.uint8)


def test_probabilities_and_ranks_agree(scorer: Scorer) -> None:
    seen = scorer.see(_noise(3))
    assert seen.things.shape == (3, 367)
    assert np.allclose(seen.things.sum(1), 1, atol=1e-4)
    best = seen.best(1, 3)
    assert [seen.rank(thing)[1] for thing, _ in best] == [0, 1, 2]
    assert best[0][1] >= best[1][1] >= best[2][1]


def test_equal_pictures_have_no_variety(scorer: Scorer) -> None:
    pictures = _noise(2)
    assert scorer.variety(np.repeat(pictures[:1], 3, axis=0)) == pytest.approx(0, abs=1e-6)
    assert scorer.variety(pictures[:1]) == 0
    flat = np.stack([np.full((128, 128, 3), level, np.uint8) for level in (0, 255)])
    assert scorer.variety(flat) > 0.5
    assert len(scorer.distances(_noise(4))) == 6


def test_a_blurred_picture_is_less_sharp() -> None:
    sharp = np.kron(np.indices((16, 16)).sum(0) % 2, np.ones((8, 8)))
    picture = np.repeat((sharp * 255).astype(np.uint8)[..., None], 3, axis=2)
    soft = picture // 2 + 64
    values = sharpness(np.stack([picture, soft]))
    assert values[0] > 2 * values[1] > 0


def test_any_size_is_taken(scorer: Scorer) -> None:
    for side in (1, 40, 200):
        pictures = np.full((1, side, side, 3), 200, np.uint8)
        assert np.isfinite(scorer.see(pictures).things).all()


def test_a_prompt_names_a_thing() -> None:
    assert thing_of("a strawberry") == thing_of("una fresa")


def _copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    shutil.copytree(judges.judge_folder(), tmp_path / "lineage" / "judge")
    monkeypatch.setattr(judges, "resource", lambda name: tmp_path / name)
    return tmp_path / "lineage" / "judge" / judges.WEIGHTS


@pytest.mark.parametrize("fault", ["nan", "missing", "cut", "lacking"])
def test_a_bad_file_is_a_sentence(
    fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = _copied(tmp_path, monkeypatch)
    weights = load_file(file)
    if fault == "nan":
        save_file({**weights, "stem.bias": torch.full_like(weights["stem.bias"], torch.nan)}, file)
    elif fault == "missing":
        file.unlink()
    elif fault == "cut":
        file.write_bytes(file.read_bytes()[:5000])
    else:
        save_file({k: v for k, v in weights.items() if k != "stem.bias"}, file)
    with pytest.raises(StudioError) as error:
        load_judge()
    assert error.value.hint
