"""Previews by a tiny autoencoder in the artist's folders: TAESD and its like."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import AutoencoderTiny
from flow_factory import build_flux
from model_factory import copy_model
from qwen_factory import build_klein
from safetensors.torch import save_file

from studio.catalog.models import identify
from studio.catalog.preview_files import preview_beside
from studio.core.progress import Progress, ProgressEvent
from studio.engine.device import choose_device
from studio.engine.engine import Engine
from studio.engine.tiny_preview import tiny_preview

LAYOUTS = ("diffusers", "published", "merged")


def tiny_network(channels: int = 4) -> AutoencoderTiny:
    torch.manual_seed(5)
    return AutoencoderTiny(latent_channels=channels).eval()


def save(network: AutoencoderTiny, path: Path, layout: str = "published") -> Path:
    """Write a decoder by the names of diffusers, of its authors, or of ComfyUI's merged files."""
    start = {"diffusers": "decoder.layers.", "published": "", "merged": "taesd_decoder."}[layout]
    shift = 0 if layout == "diffusers" else 1
    state = {
        re.sub(r"layers\.(\d+)\.", lambda m: f"{start}{int(m[1]) + shift}.", name): value.clone()
        for name, value in network.decoder.state_dict().items()
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    save_file(state, path)
    return path


@pytest.fixture
def model(tiny: Path, tmp_path: Path) -> Path:
    """A model in a folder beside which there may be others, as in ComfyUI."""
    (tmp_path / "models" / "diffusers").mkdir(parents=True)
    return copy_model(tiny, tmp_path / "models" / "diffusers" / "mine")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_decoder_equals_that_of_diffusers(model: Path, tmp_path: Path, layout: str) -> None:
    network = tiny_network()
    save(network, tmp_path / "models" / "vae_approx" / "taesd.safetensors", layout)
    found = tiny_preview(identify(model), choose_device("cpu"))
    assert found is not None
    latents = torch.randn(1, 4, 6, 10, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = network.decode(latents).sample[0].permute(1, 2, 0)
    pixels = wanted.add(1).mul(127.5).round().clamp(0, 255).numpy().astype(np.uint8)
    assert np.array_equal(found.image(latents), pixels)


def previews(engine: Engine, request: object) -> list[np.ndarray]:
    shown: list[np.ndarray] = []

    def listen(event: ProgressEvent) -> None:
        if event.preview is not None:
            shown.append(event.preview)

    engine.run(request, Progress(listen))  # type: ignore[arg-type]
    return shown


def test_a_run_shows_it_and_makes_the_same_picture(
    engine: Engine, ask: MakeRequest, model: Path, tmp_path: Path
) -> None:
    request = ask(model=str(model), sampling={"steps": 2, "variations": 2})
    plain, before = engine.run(request).images, previews(engine, request)
    engine.residency.unload()
    save(tiny_network(), tmp_path / "models" / "vae_approx" / "sub" / "taesd_decoder.safetensors")
    after = previews(engine, request)
    assert len(after) == len(before)
    assert after[0].shape[1] == 8 * before[0].shape[1]
    assert len(after[-2]) == 2
    for one, other in zip(plain, engine.run(request).images, strict=True):
        assert np.array_equal(one, other)


def test_pipelines_show_it_too(tmp_path: Path) -> None:
    (tmp_path / "models").mkdir()
    flux = build_flux(tmp_path / "models" / "flux")
    spec = identify(flux)
    save(tiny_network(16), tmp_path / "models" / "vae_approx" / "taef1.safetensors")
    found = tiny_preview(spec, choose_device("cpu"))
    assert found is not None
    assert found.image(torch.zeros(1, 16, 100, 60)).shape == (512, 304, 3)


def test_packed_latents_are_shown_by_the_map_of_colours(
    engine: Engine, ask: MakeRequest, tmp_path: Path
) -> None:
    """Those of Flux.2 have four times the channels that its tiny decoders take."""
    (tmp_path / "models").mkdir()
    model = build_klein(tmp_path / "models" / "klein")
    first = identify(model).first_settings
    sampling = {"steps": 2, "sampler": first.sampler, "schedule": first.schedule}
    request = ask(model=str(model), sampling=sampling)
    before = previews(engine, request)
    engine.residency.unload()
    save(tiny_network(32), tmp_path / "models" / "vae_approx" / "taef2.safetensors")
    assert tiny_preview(identify(model), choose_device("cpu")) is not None
    after = previews(engine, request)
    assert len(before) > 1 and [one.shape for one in after] == [one.shape for one in before]


def test_what_does_not_fit_is_not_taken(model: Path, tmp_path: Path) -> None:
    place, spec = tmp_path / "models" / "vae_approx", identify(model)
    save(tiny_network(), place / "taesdxl_decoder.safetensors")
    save(tiny_network(16), place / "taef1_decoder.safetensors")
    encoder = tiny_network().encoder.state_dict()
    (place / "taesd_decoder.safetensors").write_bytes(b"x")
    published = {name.removeprefix("layers."): value for name, value in encoder.items()}
    save_file(published, place / "taesd_encoder.safetensors")
    assert preview_beside(spec) is None
    cut = tiny_network().decoder.state_dict()
    few = {f"{int(k.split('.')[1]) + 1}.{k.split('.', 2)[2]}": v for k, v in cut.items()}
    few.pop(next(name for name in few if name.startswith("3.")))
    save_file(few, place / "taesd.safetensors")
    assert tiny_preview(spec, choose_device("cpu")) is None
