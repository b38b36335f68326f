"""A LoRA changes the picture while it is on, and leaves the base bit-identical."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from safetensors.torch import save_file

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import AdapterUse, Task
from studio.engine.engine import Engine
from studio.engine.latent_diffusion import painting

SHARED = Path(__file__).parents[3] / "shared" / "data" / "lora"


def write_lora(file: Path, unet: Any, kohya: bool = False, seed: int = 0) -> Path:
    """Write a LoRA of rank 2 over every attention projection of ``unet``."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, module in unet.named_modules():
        if name.endswith(("to_q", "to_k", "to_v")):
            down = torch.randn(2, module.in_features, generator=generator)
            up = torch.randn(module.out_features, 2, generator=generator)
            if kohya:
                base = f"lora_unet_{name.replace('.', '_')}"
                state[f"{base}.lora_down.weight"] = down
                state[f"{base}.lora_up.weight"] = up
                state[f"{base}.alpha"] = torch.tensor(2.0)
            else:
                state[f"unet.{name}.lora_A.weight"] = down
                state[f"unet.{name}.lora_B.weight"] = up
    save_file(state, file)
    return file


def fingerprint(engine: Engine) -> Mapping[str, bytes]:
    """Return the bytes of every weight and the class of every module."""
    networks: Any = engine.residency.loaded.networks  # type: ignore[union-attr]
    result: dict[str, bytes] = {}
    second = getattr(networks, "text_encoder_2", None)
    parts = (networks.unet, networks.text_encoder, networks.vae, second)
    for part in (one for one in parts if one is not None):
        prefix = type(part).__name__
        for name, weight in part.state_dict().items():
            result[f"{prefix}.{name}"] = weight.numpy().tobytes()
        for name, module in part.named_modules():
            result[f"{prefix}.{name}:class"] = type(module).__name__.encode()
    return result


@pytest.fixture
def lora(engine: Engine, tiny: Path, tmp_path: Path) -> Path:
    engine.warm_up(str(tiny))
    loaded: Any = engine.residency.loaded
    return write_lora(tmp_path / "style.safetensors", loaded.networks.unet)


def test_it_changes_the_picture_and_leaves_no_trace(
    engine: Engine, ask: MakeRequest, lora: Path
) -> None:
    plain = engine.run(ask()).images[0]
    before = fingerprint(engine)
    on = engine.run(ask(adapters=(AdapterUse("lora", str(lora), 1.0),))).images[0]
    half = engine.run(ask(adapters=(AdapterUse("lora", str(lora), 0.5),))).images[0]
    none = engine.run(ask(adapters=(AdapterUse("lora", str(lora), 0.0),))).images[0]
    assert not np.array_equal(on, plain) and not np.array_equal(on, half)
    assert np.array_equal(none, plain)
    assert fingerprint(engine) == before
    assert np.array_equal(engine.run(ask()).images[0], plain)


def test_kohyas_layout_means_the_same(
    engine: Engine, ask: MakeRequest, lora: Path, tmp_path: Path
) -> None:
    loaded: Any = engine.residency.loaded
    other = write_lora(tmp_path / "kohya.safetensors", loaded.networks.unet, kohya=True)
    ours = engine.run(ask(adapters=(AdapterUse("lora", str(lora)),))).images[0]
    theirs = engine.run(ask(adapters=(AdapterUse("lora", str(other)),))).images[0]
    assert np.array_equal(ours, theirs)


def test_two_at_once_both_count(
    engine: Engine, ask: MakeRequest, lora: Path, tmp_path: Path
) -> None:
    loaded: Any = engine.residency.loaded
    other = write_lora(tmp_path / "other.safetensors", loaded.networks.unet, seed=5)
    before = fingerprint(engine)
    one, two = AdapterUse("lora", str(lora), 0.7), AdapterUse("lora", str(other), 0.4)
    both = engine.run(ask(adapters=(one, two))).images[0]
    assert not np.array_equal(both, engine.run(ask(adapters=(one,))).images[0])
    assert not np.array_equal(both, engine.run(ask(adapters=(two,))).images[0])
    assert fingerprint(engine) == before


def test_it_works_in_the_fill_unet_too(
    engine: Engine, ask: MakeRequest, tiny_fill: Path, tmp_path: Path
) -> None:
    engine.warm_up(str(tiny_fill))
    loaded: Any = engine.residency.loaded
    lora = write_lora(tmp_path / "style.safetensors", loaded.networks.unet)
    request = ask(Task.FILL, model=str(tiny_fill))
    plain = engine.run(request).images[0]
    on = engine.run(request.replace(adapters=(AdapterUse("lora", str(lora)),))).images[0]
    assert not np.array_equal(on, plain)
    assert np.array_equal(engine.run(request).images[0], plain)


def test_an_error_or_a_cancel_takes_it_off_as_well(
    engine: Engine, ask: MakeRequest, lora: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = fingerprint(engine)
    request = ask(adapters=(AdapterUse("lora", str(lora)),))
    with monkeypatch.context() as patch:
        patch.setattr(painting, "decode", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.run(request)
    assert fingerprint(engine) == before

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert fingerprint(engine) == before


def test_files_that_do_not_fit_are_refused_with_nothing_changed(
    engine: Engine, ask: MakeRequest, lora: Path, tmp_path: Path
) -> None:
    before = fingerprint(engine)
    foreign = tmp_path / "foreign.safetensors"
    save_file({"something.else": torch.zeros(3)}, foreign)
    wide = tmp_path / "wide.safetensors"
    loaded: Any = engine.residency.loaded
    name = next(n for n, _m in loaded.networks.unet.named_modules() if n.endswith("to_q"))
    other_base = {
        f"unet.{name}.lora_A.weight": torch.zeros(2, 99),
        f"unet.{name}.lora_B.weight": torch.zeros(99, 2),
    }
    save_file(other_base, wide)
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(lora.read_bytes()[:-9])
    for bad in (foreign, wide, cut, tmp_path / "missing.safetensors", tmp_path / "x.bin"):
        with pytest.raises(StudioError, match=bad.name):
            engine.run(ask(adapters=(AdapterUse("lora", str(bad)),)))
        assert fingerprint(engine) == before, bad.name
    with pytest.raises(StudioError):
        engine.run(ask(adapters=(AdapterUse("telepathy", str(lora)),)))
