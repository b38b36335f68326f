"""Control images and pictures to vary, for Flux.1, Stable Diffusion 3 and Qwen-Image: the pictures
are those of diffusers' own pipelines."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from flow_factory import (
    build_flux,
    build_sd3,
    save_control,
    save_flux_adapter,
    save_flux_control,
    save_sd3_control,
)
from PIL import Image
from qwen_factory import build_qwen_image
from test_pipelines import MASK, PICTURE, SIDE, request_for
from test_unclip import pixels
from test_unclip import stock as stock_of

from studio.catalog.families.spec import Capability
from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.edit.request import ControlUse, Pixels, ReferenceUse, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine

MAP = np.random.default_rng(8).integers(0, 255, (SIDE, SIDE, 3), np.uint8)


def save_qwen_control(folder: Path) -> Path:
    """Write a ControlNet for the small Qwen-Image."""
    torch.manual_seed(3)
    plain = diffusers.QwenImageTransformer2DModel.load_config(
        folder.parent / "transformer", local_files_only=True
    )
    names = ("patch_size", "in_channels", "out_channels", "attention_head_dim", "axes_dims_rope")
    same = {name: plain[name] for name in names}
    network: Any = diffusers.QwenImageControlNetModel(
        **same,
        num_layers=1,
        num_attention_heads=plain["num_attention_heads"],
        joint_attention_dim=plain["joint_attention_dim"],
    )
    return save_control(network, folder)


def stock(folder: Path, name: str, control: Path, cls: str, **arguments: Any) -> Pixels:
    """Return the picture that diffusers makes by itself with a ControlNet."""
    with known_warnings():
        network = getattr(diffusers, cls).from_pretrained(control, local_files_only=True)
    pipeline = getattr(diffusers, name).from_pretrained(
        folder, controlnet=network, local_files_only=True
    )
    pipeline.set_progress_bar_config(disable=True)
    generator = torch.Generator("cpu").manual_seed(4)
    # The pipeline of Stable Diffusion 3 encodes the control image by the global generator.
    torch.manual_seed(4)
    with known_warnings():
        made = pipeline(
            "a red ball",
            generator=generator,
            num_inference_steps=2,
            control_image=Image.fromarray(MAP),
            **arguments,
        )
    return np.asarray(made.images[0])


Build = Callable[[Path], Path]


@pytest.mark.parametrize(
    ("build", "save", "names", "scale"),
    [
        (build_flux, save_flux_control, ("FluxControlNetPipeline", "FluxControlNetModel"),
         {"true_cfg_scale": 3.0, "negative_prompt": ""}),
        (build_sd3, save_sd3_control, ("StableDiffusion3ControlNetPipeline", "SD3ControlNetModel"),
         {"guidance_scale": 3.0, "negative_prompt": ""}),
        (build_qwen_image, save_qwen_control,
         ("QwenImageControlNetPipeline", "QwenImageControlNetModel"),
         {"true_cfg_scale": 3.0, "negative_prompt": " "}),
    ],
    ids=["flux", "sd3", "qwen"],
)  # fmt: skip
def test_a_controlled_picture_is_the_one_that_diffusers_makes(
    build: Build, save: Build, names: tuple[str, str], scale: dict[str, Any], tmp_path: Path
) -> None:
    folder = build(tmp_path / "model")
    control = save(folder / "controlnet-depth")
    engine, plain = Engine("cpu"), request_for(folder)
    use = ControlUse("depth", MAP, strength=0.7, start=0.0, end=0.9)
    made = engine.run(plain.replace(controls=(use,))).images[0]
    if names[0].startswith("Flux"):
        scale = {**scale, "guidance_scale": 3.5}
    same = stock(
        folder,
        names[0],
        control,
        names[1],
        width=SIDE,
        height=SIDE,
        controlnet_conditioning_scale=0.7,
        control_guidance_start=0.0,
        control_guidance_end=0.9,
        **scale,
    )
    assert np.array_equal(made, same)
    without = engine.run(plain).images[0]
    none = engine.run(plain.replace(controls=(ControlUse("depth", MAP, strength=0.0),))).images[0]
    assert np.array_equal(without, none) and not np.array_equal(without, made)


def test_a_union_model_takes_a_kind_by_its_number_and_several_at_once(tmp_path: Path) -> None:
    folder, union = build_flux(tmp_path / "flux"), save_flux_control(tmp_path / "union", modes=7)
    engine = Engine("cpu")
    uses = {kind: ControlUse(kind, MAP, model=str(union)) for kind in ("canny", "depth", "normal")}
    plain = request_for(folder, cfg_scale=1.0)
    canny, depth = (
        engine.run(plain.replace(controls=(uses[kind],))).images[0] for kind in ("canny", "depth")
    )
    assert not np.array_equal(canny, depth)
    same = stock(
        folder, "FluxControlNetPipeline", union, "FluxControlNetModel", width=SIDE, height=SIDE,
        control_mode=2, guidance_scale=3.5,
    )  # fmt: skip
    assert np.array_equal(depth, same)
    both = engine.run(plain.replace(controls=(uses["canny"], uses["depth"]))).images[0]
    assert not np.array_equal(both, canny) and not np.array_equal(both, depth)
    with pytest.raises(StudioError, match="knows no normal"):
        engine.run(plain.replace(controls=(uses["normal"],)))


def test_a_control_counts_in_a_mask_where_the_pipeline_has_one(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "flux")
    save_flux_control(folder / "controlnet-depth")
    engine, use = Engine("cpu"), ControlUse("depth", MAP)
    fill = request_for(folder, Task.FILL, cfg_scale=1.0).replace(match_fill=False)
    plain, made = (engine.run(one).images[0] for one in (fill, fill.replace(controls=(use,))))
    assert not np.array_equal(plain, made)
    other = build_sd3(tmp_path / "sd3")
    save_sd3_control(other / "controlnet-depth")
    with pytest.raises(StudioError, match="follows no control image in this task"):
        engine.run(request_for(other, Task.FILL).replace(controls=(use,)))


def test_a_controlnet_of_another_base_or_damaged_is_refused(tmp_path: Path) -> None:
    folder, other = build_flux(tmp_path / "flux"), save_sd3_control(tmp_path / "sd3-control")
    request = request_for(folder, cfg_scale=1.0)
    with pytest.raises(StudioError, match="was made for Stable Diffusion 3"):
        Engine("cpu").run(request.replace(controls=(ControlUse("depth", MAP, model=str(other)),)))
    with pytest.raises(StudioError, match="There is no ControlNet for canny"):
        Engine("cpu").run(request.replace(controls=(ControlUse("canny", MAP),)))
    own = save_flux_control(folder / "controlnet-depth")
    file = own / "diffusion_pytorch_model.safetensors"
    file.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(StudioError, match="diffusion_pytorch_model"):
        Engine("cpu").run(request.replace(controls=(ControlUse("depth", MAP),)))


def test_flux_depth_paints_after_its_control_image_and_not_without(tmp_path: Path) -> None:
    folder, engine = build_flux(tmp_path / "FLUX.1-Depth-dev", control=True), Engine("cpu")
    spec = identify(folder)
    row = family(spec.family)
    assert row.label_of(spec) == "Flux.1 Depth"
    assert row.can(Capability.CONTROL, "depth", spec)
    assert not row.can(Capability.CONTROL, "canny", spec)
    plain = request_for(folder, cfg_scale=1.0)
    with pytest.raises(StudioError, match="there is none"):
        engine.run(plain)
    made = engine.run(plain.replace(controls=(ControlUse("depth", MAP),))).images[0]
    pipeline = diffusers.FluxControlPipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    with known_warnings():
        same = pipeline(
            "a red ball",
            control_image=Image.fromarray(MAP),
            generator=torch.Generator("cpu").manual_seed(4),
            num_inference_steps=2,
            guidance_scale=3.5,
            width=SIDE,
            height=SIDE,
        ).images[0]
    assert np.array_equal(made, np.asarray(same))
    half = ControlUse("depth", MAP, strength=0.5, end=0.5)
    notes = [str(one) for one in engine.run(plain.replace(controls=(half,))).notes]
    assert any("full strength" in one for one in notes)
    assert any("in every step" in one for one in notes)
    fill = request_for(folder, Task.FILL, cfg_scale=1.0)
    painted = engine.run(fill.replace(controls=(ControlUse("depth", MAP),)))
    assert painted.images[0].shape == (SIDE, SIDE, 3)
    canny = identify(build_flux(tmp_path / "FLUX.1-Canny-dev", control=True))
    assert canny.variant == "canny"


def test_flux_varies_a_picture_by_redux(tmp_path: Path) -> None:
    folder, engine = build_flux(tmp_path / "flux", redux=True), Engine("cpu")
    request = request_for(folder, Task.VARY, cfg_scale=1.0).replace(prompt="")
    made = engine.run(request).images[0]
    image = Image.fromarray(PICTURE)
    loaded: Any = engine.residency.loaded
    cls = diffusers.FluxPriorReduxPipeline
    names = ("text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2")
    parts = {name: loaded.parts[name] for name in names}
    own = ("image_encoder", "image_embedder", "feature_extractor")
    parts |= {name: loaded.parts[f"redux_{name}"] for name in own}
    with torch.no_grad(), known_warnings():
        prior = cls(**parts)(image, prompt="")
    same = stock_of(
        engine, "FluxPipeline", prompt_embeds=prior.prompt_embeds,
        pooled_prompt_embeds=prior.pooled_prompt_embeds, guidance_scale=3.5,
        num_inference_steps=2, width=SIDE, height=SIDE, output_type="np",
    )  # fmt: skip
    assert np.array_equal(made, pixels(same))
    worded = engine.run(request.replace(prompt="a red ball")).images[0]
    assert not np.array_equal(worded, made)


def test_redux_is_no_model_and_flux_without_it_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="only reads pictures"):
        identify(build_flux(tmp_path / "flux", redux=True) / "redux")
    plain = build_flux(tmp_path / "alone" / "flux")
    with pytest.raises(StudioError, match=r"FLUX\.1-Redux-dev"):
        Engine("cpu").run(request_for(plain, Task.VARY, cfg_scale=1.0))


def test_the_command_line_takes_a_control_for_flux(tmp_path: Path) -> None:
    folder, union = build_flux(tmp_path / "flux"), save_flux_control(tmp_path / "union", modes=7)
    drawn, photo, mask = (tmp_path / name for name in ("map.png", "photo.png", "mask.png"))
    for file, content in ((drawn, MAP), (photo, PICTURE), (mask, MASK)):
        Image.fromarray(content).save(file)
    out = tmp_path / "out.ora"
    options = ["--mask", str(mask), "--prompt", "a ball", "--model", str(folder), "--steps", "2"]
    control = ["--control", f"depth={drawn}:0.8", "--controlnet", f"depth={union}"]
    assert cli.main(["edit", str(photo), *options, *control, "--out", str(out)]) == 0
    layers = formats.open_document(out).document.layers
    made = next(one for one in layers if isinstance(one, GenerativeLayer))
    assert made.recipe["controls"][0]["kind"] == "depth"


def test_a_reference_of_flux_counts_as_by_diffusers_and_leaves_the_model(tmp_path: Path) -> None:
    folder, adapter = build_flux(tmp_path / "flux"), save_flux_adapter(tmp_path / "adapter")
    engine, plain = Engine("cpu"), request_for(folder, cfg_scale=1.0)
    before = engine.run(plain).images[0]
    use = ReferenceUse(PICTURE, weight=0.7, mode="subject", model=str(adapter))
    made = engine.run(plain.replace(references=(use,))).images[0]
    pipeline = diffusers.FluxPipeline.from_pretrained(folder, local_files_only=True)
    pipeline.set_progress_bar_config(disable=True)
    pipeline.load_ip_adapter(
        str(adapter),
        weight_name="ip_adapter.safetensors",
        image_encoder_pretrained_model_name_or_path=str(adapter / "image_encoder"),
        image_encoder_dtype=torch.float32,
        local_files_only=True,
    )
    pipeline.set_ip_adapter_scale(0.7)
    with known_warnings():
        same = pipeline(
            "a red ball",
            ip_adapter_image=Image.fromarray(PICTURE),
            generator=torch.Generator("cpu").manual_seed(4),
            num_inference_steps=2,
            guidance_scale=3.5,
            width=SIDE,
            height=SIDE,
        ).images[0]
    assert np.array_equal(made, np.asarray(same)) and not np.array_equal(made, before)
    assert np.array_equal(engine.run(plain).images[0], before)
    two = engine.run(plain.replace(references=(use, use))).images[0]
    assert not np.array_equal(two, made)
    half = ReferenceUse(PICTURE, mode="subject", end=0.5, mask=MASK, model=str(adapter))
    notes = [str(one) for one in engine.run(plain.replace(references=(half,))).notes]
    assert any("in every step" in one for one in notes)
    assert any("not in a place" in one for one in notes)


def test_a_reference_of_another_width_or_beside_a_control_is_refused(tmp_path: Path) -> None:
    folder = build_flux(tmp_path / "flux")
    save_flux_control(folder / "controlnet-depth")
    wide = save_flux_adapter(tmp_path / "wide", text_width=28)
    plain, engine = request_for(folder, cfg_scale=1.0), Engine("cpu")
    with pytest.raises(StudioError, match="IP-Adapter"):
        engine.run(plain.replace(references=(ReferenceUse(PICTURE, mode="subject"),)))
    use = ReferenceUse(PICTURE, mode="subject", model=str(wide))
    with pytest.raises(StudioError, match="was not made for models like"):
        engine.run(plain.replace(references=(use,)))
    both = plain.replace(references=(use,), controls=(ControlUse("depth", MAP),))
    with pytest.raises(StudioError, match="not both at once"):
        engine.run(both)
