"""Checkpoints of assets become safetensors, and those that are none run nothing."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.core.assets import asset_path
from studio.core.assets.convert import convert
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.engine.annotators.openpose_network import OpenPoseNetwork
from studio.engine.annotators.pose import PoseAnnotator
from studio.engine.photo import checkpoints


def test_openpose_keeps_the_precision_of_its_norms(tmp_path: Path, home: Path) -> None:
    torch.manual_seed(0)
    known = OpenPoseNetwork().state_dict()
    source = tmp_path / "openpose.pth"
    torch.save({"state_dict": known, "optimizer": {"lr": 1}, "iter": 7}, source)
    target = home / "data" / "assets" / "openpose" / "openpose_light.safetensors"
    target.parent.mkdir(parents=True)
    checkpoints.openpose(source, target)
    tensors = load_file(target)
    assert tensors.keys() == known.keys()
    assert tensors["cpm.conv.0.weight"].dtype == torch.float16
    assert torch.equal(tensors["model.0.1.running_var"], known["model.0.1.running_var"])
    assert asset_path("openpose") == target
    PoseAnnotator(side=64).find(np.zeros((40, 40, 3), np.uint8), Progress())


def test_matrices_of_mobile_sam_become_halves_and_large_variances_do_not(tmp_path: Path) -> None:
    content = {
        "layer.weight": torch.rand(4, 4),
        "layer.bias": torch.rand(4),
        "norm.running_var": torch.tensor([400_000.0]),
        "norm.num_batches_tracked": torch.tensor(3),
        "encoding.matrix": torch.rand(2, 4),
    }
    torch.save(content, tmp_path / "sam.pt")
    checkpoints.mobile_sam(tmp_path / "sam.pt", tmp_path / "sam.safetensors")
    tensors = load_file(tmp_path / "sam.safetensors")
    assert tensors["layer.weight"].dtype == torch.float16
    assert torch.allclose(tensors["layer.weight"].float(), content["layer.weight"], atol=1e-3)
    for name in content.keys() - {"layer.weight"}:
        assert torch.equal(tensors[name], content[name])


class Evil:
    """What a pickle could do if it were not restricted."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("evil",)


@pytest.mark.parametrize("content", [{"weights": {}}, {"state_dict": [1]}, [1, 2], Evil()])
def test_a_checkpoint_that_is_none_is_refused_and_runs_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: object
) -> None:
    monkeypatch.chdir(tmp_path)
    target = tmp_path / "out.safetensors"
    torch.save(content, tmp_path / "bad.pt")
    (tmp_path / "plain.pt").write_bytes(pickle.dumps(Evil(), protocol=2))
    for name in ("bad.pt", "plain.pt"):
        for converter in (checkpoints.openpose, checkpoints.mobile_sam):
            with pytest.raises(StudioError, match=f"{name} cannot be read"):
                converter(tmp_path / name, target)
    assert not (tmp_path / "evil").exists() and not target.exists()


def test_a_converter_with_torch_runs_in_a_process_of_its_own(tmp_path: Path) -> None:
    torch.save({"layer.weight": torch.rand(4, 4)}, tmp_path / "sam.pt")
    (tmp_path / "bad.pt").write_text("<html>")
    name = "studio.engine.photo.checkpoints:mobile_sam"
    convert(name, tmp_path / "sam.pt", tmp_path / "sam.safetensors")
    assert load_file(tmp_path / "sam.safetensors")["layer.weight"].dtype == torch.float16
    with pytest.raises(StudioError, match=r"bad\.pt could not be converted: The weights in bad"):
        convert(name, tmp_path / "bad.pt", tmp_path / "bad.safetensors")
