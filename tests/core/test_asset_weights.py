"""The installed weights of the assets, and the reading of weights from their archives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file

from studio.core.assets import asset_path
from studio.core.errors import StudioError

# Converters that need no torch


def message(field: int, content: bytes | int) -> bytes:
    if isinstance(content, int):
        return varint(field << 3) + varint(content)
    return varint(field << 3 | 2) + varint(len(content)) + content


def varint(value: int) -> bytes:
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def test_weights_are_read_from_onnx(tmp_path: Path) -> None:
    kernel = np.arange(600, dtype="<f4").reshape(200, 3)
    bias = np.array([1e-9, 2], "<f4")

    def tensor(name: str, values: np.ndarray) -> bytes:
        dims = b"".join(message(1, size) for size in values.shape)
        return dims + message(2, 1) + message(8, name.encode()) + message(9, values.tobytes())

    graph = message(2, b"name") + message(5, tensor("a.weight", kernel))
    graph += message(5, tensor("a.bias", bias)) + message(5, tensor("onnx::Resize", bias))
    graph += message(5, message(1, 1) + message(2, 7) + message(8, b"whole") + message(9, bytes(8)))
    source, target = tmp_path / "net.onnx", tmp_path / "net.safetensors"
    source.write_bytes(message(1, 7) + message(7, graph))
    from studio.core.assets import onnx_weights

    onnx_weights.halves(source, target)
    tensors = load_file(target)
    assert set(tensors) == {"a.weight", "a.bias"}
    assert tensors["a.weight"].dtype == np.float16 and np.array_equal(tensors["a.weight"], kernel)
    assert np.array_equal(tensors["a.bias"], bias), "biases keep their precision"
    for damage in (source.read_bytes()[:-5], b"<html>" * 9, b""):
        source.write_bytes(damage)
        with pytest.raises(StudioError, match="cannot be read"):
            onnx_weights.halves(source, target)


def test_a_cut_file_of_hed_is_refused(tmp_path: Path) -> None:
    from studio.core.assets import hed_weights

    source = tmp_path / "hed.h5"
    source.write_bytes(bytes(100_000))
    with pytest.raises(StudioError, match=r"hed\.h5 cannot be read"):
        hed_weights.halves(source, tmp_path / "hed.safetensors")


@pytest.mark.needs_asset("hed", "realesrgan-x2", "mobile-sam")
def test_the_installed_weights_are_whole() -> None:
    hed = load_file(asset_path("hed"))
    assert len(hed) == 38 and hed["conv5_3.weight"].shape == (512, 512, 3, 3)
    assert abs(float(hed["fuse.weight"].astype(np.float32).sum())) < 10
    enlarger = load_file(asset_path("realesrgan-x2"))
    assert enlarger["conv_first.weight"].shape == (64, 12, 3, 3) and len(enlarger) == 702
    sam = load_file(asset_path("mobile-sam"))
    assert sam["image_encoder.patch_embed.seq.0.c.weight"].dtype == np.float16
    assert all(np.isfinite(one).all() for one in (*hed.values(), *enlarger.values(), *sam.values()))
