"""IP-Adapters that read each patch of a picture (plus, full face), and references of faces."""

from __future__ import annotations

import copy
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionPipeline, UNet2DConditionModel
from latents import sampled
from PIL import Image
from safetensors.torch import load_file, save_file
from test_pose_annotator import Drawn, astronaut, drawn
from test_reference import picture, write_adapter
from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

from studio.catalog.annotators import POSE_FOLDER, POSE_WEIGHTS
from studio.catalog.models import STARTER, identify
from studio.catalog.reasons import reference_reason
from studio.catalog.references import FACE, find_reference
from studio.control_maps.pose import JOINTS
from studio.control_maps.pose_edit import preset
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.paths import data_dir
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import Pixels, ReferenceUse, Task
from studio.engine.annotators.face import face_of, largest_face
from studio.engine.engine import Engine
from studio.engine.latent_diffusion.pipelines import make_pipeline
from studio.engine.scheduling import make_scheduler

PLUS, PLUS_FACE = "ip-adapter-plus_sd15", "ip-adapter-plus-face_sd15"
FULL_FACE, FACE_ID = "ip-adapter-full-face_sd15", "ip-adapter-faceid_sd15"
SEEN, INNER, QUERIES = 16, 24, 5
__all__ = ["drawn"]


def projection(kind: str, text: int) -> dict[str, torch.Tensor]:
    """Return random weights, laid out as in the published file of that name but narrower."""
    if kind == FULL_FACE:
        return {
            "proj.0.weight": torch.randn(SEEN, SEEN), "proj.0.bias": torch.randn(SEEN),
            "proj.2.weight": torch.randn(text, SEEN), "proj.2.bias": torch.randn(text),
            "proj.3.weight": torch.ones(text), "proj.3.bias": torch.zeros(text),
        }  # fmt: skip
    if kind == FACE_ID:
        return {"proj.0.weight": torch.randn(8, 4), "norm.weight": torch.ones(text)}
    state = {
        "latents": torch.randn(1, QUERIES, INNER),
        "proj_in.weight": torch.randn(INNER, SEEN), "proj_in.bias": torch.randn(INNER),
        "proj_out.weight": torch.randn(text, INNER), "proj_out.bias": torch.randn(text),
        "norm_out.weight": torch.ones(text), "norm_out.bias": torch.zeros(text),
    }  # fmt: skip
    for number in range(4):
        attention, feed = f"layers.{number}.0", f"layers.{number}.1"
        state |= {
            f"{attention}.to_q.weight": torch.randn(64, INNER) / 4,
            f"{attention}.to_kv.weight": torch.randn(128, INNER) / 4,
            f"{attention}.to_out.weight": torch.randn(INNER, 64) / 4,
            f"{feed}.1.weight": torch.randn(4 * INNER, INNER) / 4,
            f"{feed}.3.weight": torch.randn(INNER, 4 * INNER) / 4,
        }
        for norm in (f"{attention}.norm1", f"{attention}.norm2", f"{feed}.0"):
            state |= {f"{norm}.weight": torch.ones(INNER), f"{norm}.bias": torch.zeros(INNER)}
    return state


def write_kinds(model: Path, folder: Path, *kinds: str) -> Path:
    """Write adapters of some kinds, and an encoder of 256 patches as the published one has."""
    folder.mkdir(parents=True)
    unet = UNet2DConditionModel.from_pretrained(model / "unet")
    text = unet.config.cross_attention_dim
    names = [n for n in unet.attn_processors if "attn2" in n]
    for seed, kind in enumerate(kinds):
        torch.manual_seed(seed)
        state = {f"image_proj.{k}": v for k, v in projection(kind, text).items()}
        for number, name in enumerate(names):
            wide = unet.get_submodule(name.removesuffix(".processor")).to_k.out_features
            for part in ("to_k_ip", "to_v_ip"):
                state[f"ip_adapter.{2 * number + 1}.{part}.weight"] = torch.randn(wide, text)
        save_file(state, folder / f"{kind}.safetensors")
    torch.manual_seed(9)
    config = CLIPVisionConfig(
        hidden_size=SEEN, intermediate_size=32, projection_dim=20, num_hidden_layers=3,
        num_attention_heads=2, image_size=64, patch_size=4,
    )  # fmt: skip
    CLIPVisionModelWithProjection(config).save_pretrained(folder / "image_encoder")
    return folder


@pytest.fixture(scope="module")
def adapters(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the kinds that the authors publish for SD 1.5, but the usual one."""
    folder = tmp_path_factory.mktemp("adapters") / "models"
    return write_kinds(tiny, folder, FACE_ID, FULL_FACE, PLUS_FACE, PLUS)


def folder_of(adapters: Path, kind: str, tmp_path: Path) -> Path:
    """Return a folder that holds one adapter and its encoder."""
    folder = tmp_path / "one"
    folder.mkdir()
    shutil.copy(adapters / f"{kind}.safetensors", folder)
    shutil.copytree(adapters / "image_encoder", folder / "image_encoder")
    return folder


@pytest.mark.parametrize("cfg", [5.0, 1.0])
@pytest.mark.parametrize("kind", [PLUS, PLUS_FACE, FULL_FACE])
def test_it_equals_the_stock_pipeline(
    engine: Engine, ask: MakeRequest, tiny: Path, adapters: Path, tmp_path: Path, kind: str,
    cfg: float,
) -> None:  # fmt: skip
    image = picture(3, 64, 64)
    folder = folder_of(adapters, kind, tmp_path)
    mode = "subject" if kind == PLUS else FACE
    use = ReferenceUse(image, weight=0.7, mode=mode, model=str(folder))
    request = ask(
        region=Rect(0, 0, 64, 64), references=(use,), sampling={"steps": 3, "cfg_scale": cfg}
    )
    engine.warm_up(str(tiny))
    loaded: Any = engine.residency.loaded
    scheduler = make_scheduler(loaded.networks.scheduler_config, "ddim", "normal")
    ours = make_pipeline(StableDiffusionPipeline, loaded, scheduler, loaded.networks.unet)
    common = {
        "prompt": "a cat", "width": 64, "height": 64, "num_inference_steps": 3,
        "guidance_scale": cfg, "output_type": "latent", "return_dict": False,
    }  # fmt: skip
    plain = ours(**common, generator=torch.Generator().manual_seed(7))[0]
    found = sampled(loaded, request)
    own = {"unet": copy.deepcopy(loaded.networks.unet)}
    theirs = StableDiffusionPipeline(**{**ours.components, **own}, requires_safety_checker=False)
    theirs.load_ip_adapter(
        str(folder.parent), subfolder=folder.name, weight_name=f"{kind}.safetensors",
        image_encoder_folder="image_encoder", low_cpu_mem_usage=False,
    )  # fmt: skip
    theirs.set_ip_adapter_scale(0.7)
    theirs.set_progress_bar_config(disable=True)
    expected = theirs(
        **common, ip_adapter_image=Image.fromarray(image),
        generator=torch.Generator().manual_seed(7),
    )[0]  # fmt: skip
    assert torch.allclose(found, expected, atol=1e-4)
    assert not torch.allclose(found, plain, atol=1e-2)


def test_in_every_task_weight_0_equals_none_and_kinds_mix(
    engine: Engine, ask: MakeRequest, adapters: Path, tiny: Path, tmp_path: Path
) -> None:
    usual = write_adapter(tiny, tmp_path / "usual")
    face = ReferenceUse(picture(1), mode=FACE, model=str(adapters))
    look = ReferenceUse(picture(2), mode="look", model=str(usual))
    for task in (Task.GENERATE, Task.FILL):
        plain = engine.run(ask(task)).images[0]
        made = {
            name: engine.run(ask(task, references=uses)).images[0]
            for name, uses in {"face": (face,), "look": (look,), "both": (face, look)}.items()
        }
        pictures = [plain, *made.values()]
        for number, one in enumerate(pictures):
            assert not any(np.array_equal(one, other) for other in pictures[:number])
        silent = ask(task, references=(replace(face, weight=0.0),))
        assert np.array_equal(engine.run(silent).images[0], plain)


def test_each_mode_gets_the_file_that_suits_it(adapters: Path, tiny: Path, tmp_path: Path) -> None:
    spec = identify(str(tiny))
    assert find_reference(spec, str(adapters), "look").path.stem == PLUS
    assert find_reference(spec, str(adapters), FACE).path.stem == PLUS_FACE
    lone = folder_of(adapters, PLUS, tmp_path)
    with pytest.raises(StudioError, match="not made for faces") as caught:
        find_reference(spec, str(lone), FACE)
    assert "plus-face" in str(caught.value) and "https://" in str(caught.value)
    named = lone.rename(tmp_path / "My faces")
    assert find_reference(spec, str(named), FACE).path.stem == PLUS


def test_what_cannot_run_is_said_before_anything_runs(
    engine: Engine, ask: MakeRequest, adapters: Path, tmp_path: Path
) -> None:
    folder = folder_of(adapters, FACE_ID, tmp_path)
    use = ReferenceUse(picture(1), mode=FACE, model=str(folder))
    with pytest.raises(StudioError, match="InsightFace"):
        engine.run(ask(references=(use,)))
    wrong = {k: v for k, v in load_file(adapters / f"{PLUS}.safetensors").items() if "." in k}
    wrong["image_proj.proj_in.weight"] = torch.zeros(INNER, 2 * SEEN)
    save_file(wrong, folder / f"{PLUS_FACE}.safetensors")
    with pytest.raises(StudioError, match="image encoder beside it"):
        engine.run(ask(references=(use,)))


def test_the_starters_own_adapter_is_refused_for_faces(engine: Engine, ask: MakeRequest) -> None:
    request = ask(model=STARTER, references=(ReferenceUse(picture(1), mode=FACE),))
    with pytest.raises(StudioError, match="not made for faces"):
        engine.run(request)
    assert reference_reason(STARTER) is None
    reason = reference_reason(STARTER, mode=FACE)
    assert reason is not None and "faces" in str(reason)


def test_without_weights_the_whole_picture_counts_and_it_is_said(
    engine: Engine, ask: MakeRequest, adapters: Path
) -> None:
    use = ReferenceUse(picture(5), mode=FACE, model=str(adapters))
    for _ in range(2):
        notes = [str(note) for note in engine.run(ask(references=(use,))).notes]
        assert len([note for note in notes if "whole reference" in note]) == 1


def test_the_largest_head_is_cut_out_square() -> None:
    small, large = preset("standing", 10, 40, 150), preset("standing", 200, 0, 400)
    box = largest_face([small, large], 640, 480)
    assert box is not None
    nose = large[JOINTS.index("nose"), :2]
    assert box.x <= nose[0] <= box.right and box.y <= nose[1] <= box.bottom
    assert abs(box.width - box.height) <= 1 or box.y == 0
    assert box.bottom < large[JOINTS.index("right hip"), 1]
    assert largest_face([large], 640, 480) == box
    other = largest_face([small], 640, 480)
    assert other is not None and other.area < box.area


def test_a_head_needs_two_joints_and_a_place_in_the_picture() -> None:
    person = preset("standing", 100, 100, 300)
    hidden = person.copy()
    for name in ("right eye", "left eye", "right ear", "left ear"):
        hidden[JOINTS.index(name), 2] = 0
    assert largest_face([hidden], 400, 400) is None
    assert largest_face([], 400, 400) is None
    assert largest_face([person], 20, 20) is None
    same = np.array(person)
    same[:, :2] = 50
    assert largest_face([same], 100, 100) == Rect(50, 50, 1, 1)


@pytest.fixture
def finder(drawn: type[Drawn]) -> type[Drawn]:
    """Let a network of known people look, with a file where its weights would be."""
    folder = data_dir().joinpath(*POSE_FOLDER)
    folder.mkdir(parents=True)
    (folder / POSE_WEIGHTS).touch()
    return drawn


def test_of_a_photo_only_the_face_counts(
    engine: Engine, ask: MakeRequest, adapters: Path, finder: type[Drawn], tmp_path: Path
) -> None:
    finder.people = [preset("standing", 0.1, 0.05, 0.9)]
    photo = picture(6, 300, 300)
    face, note = face_of(photo, Progress())
    assert note is None and face.shape[0] < 150 and np.shares_memory(face, photo) is False
    locate(photo, face)

    def run(use: ReferenceUse) -> Pixels:
        return engine.run(ask(references=(use,))).images[0]

    found = run(ReferenceUse(photo, mode=FACE, model=str(adapters)))
    lone = str(folder_of(adapters, PLUS_FACE, tmp_path))
    assert np.array_equal(found, run(ReferenceUse(face, mode="subject", model=lone)))
    assert not np.array_equal(found, run(ReferenceUse(photo, mode="subject", model=lone)))


def test_no_face_is_said(
    engine: Engine, ask: MakeRequest, adapters: Path, finder: type[Drawn]
) -> None:
    use = ReferenceUse(np.full((80, 80, 3), 90, np.uint8), mode=FACE, model=str(adapters))
    notes = engine.run(ask(references=(use,))).notes
    assert any("No face was found" in str(note) for note in notes)


def test_looking_for_it_can_be_cancelled(
    engine: Engine, ask: MakeRequest, adapters: Path, finder: type[Drawn]
) -> None:
    use = ReferenceUse(picture(8, 90, 90), mode=FACE, model=str(adapters))
    progress: Progress

    def stop(event: ProgressEvent) -> None:
        if event.text == "Finding people":
            progress.cancel()

    progress = Progress(stop)
    with pytest.raises(Cancelled):
        engine.run(ask(references=(use,)), progress)
    unet: Any = engine.residency.loaded.networks.unet  # type: ignore[union-attr]
    assert not unet._forward_pre_hooks and unet.encoder_hid_proj is None


@pytest.mark.needs_asset("openpose")
def test_the_face_of_the_astronaut() -> None:
    face, note = face_of(astronaut(), Progress())
    top, left = locate(astronaut(), face)
    height, width = face.shape[:2]
    # Read off the photo: from the chin to the hair, from ear to ear.
    assert note is None and 150 < width < 300
    assert left < 160 and left + width > 290 and top < 20 and 180 < top + height < 300


def locate(whole: Pixels, part: Pixels) -> tuple[int, int]:
    """Return (top, left) of a part that was cut out of a picture."""
    height, width = part.shape[:2]
    for top in range(whole.shape[0] - height + 1):
        for left in range(whole.shape[1] - width + 1):
            if np.array_equal(whole[top, left : left + width], part[0]) and np.array_equal(
                whole[top : top + height, left : left + width], part
            ):
                return top, left
    raise AssertionError("it is no part of the picture")
