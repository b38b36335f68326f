"""Variations and pictures from text by the families after DALL-E 2 equal diffusers' pipelines."""

from __future__ import annotations

import inspect
from dataclasses import replace
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import pytest
import torch
from kandinsky_factory import build_kandinsky
from PIL import Image
from unclip_factory import build_karlo, build_stable_unclip

from studio.catalog.families.table import family
from studio.catalog.models import identify
from studio.cli import main as cli
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.document.io import formats
from studio.document.layer import GenerativeLayer
from studio.edit.prepare import recipe_of
from studio.edit.request import EditRequest, ReferenceUse, Sampling, Task
from studio.engine.device import known_warnings
from studio.engine.engine import Engine
from studio.engine.scaling import resize, working_size

SIDE = 96
PICTURE = np.random.default_rng(1).integers(0, 255, (SIDE, SIDE, 3), np.uint8)
WHOLE = np.full((SIDE, SIDE), 255, np.uint8)
FEW = {"prior_steps": 2, "prior_guidance": 4.0}


def request_for(
    model: Path, task: Task = Task.VARY, prompt: str = "", **values: Any
) -> EditRequest:
    """Return a request of three steps for the whole picture."""
    sampling = {"steps": 3, "cfg_scale": 3.0, "sampler": "ddim", "seed": 4, **values}
    made = EditRequest(
        task=task,
        prompt=prompt,
        region=Rect(0, 0, SIDE, SIDE),
        model=str(model),
        sampling=Sampling(**sampling),
    )
    return made if task is Task.GENERATE else made.replace(image=PICTURE, mask=WHOLE)


def stock(engine: Engine, name: str, prefix: str = "", **arguments: Any) -> Any:
    """Return what diffusers' pipeline makes with the loaded networks, before it is resized."""
    loaded: Any = engine.residency.loaded
    cls = getattr(diffusers, name)
    names = set(inspect.signature(cls.__init__).parameters) - {"self", "args", "kwargs"}
    parts = {one: loaded.parts.get(prefix + one, loaded.parts.get(one)) for one in names}
    with known_warnings(), torch.no_grad():
        pipeline = cls(**parts)
        pipeline.set_progress_bar_config(disable=True)
        made = pipeline(generator=torch.Generator("cpu").manual_seed(4), **arguments)
    return made


def pixels(made: Any) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the first picture of a pipeline's output as (h, w, 3) uint8."""
    return np.asarray((made.images[0] * 255).round(), np.uint8)


def test_stable_unclip_varies_like_diffusers(tmp_path: Path) -> None:
    folder, engine = build_stable_unclip(tmp_path / "unclip"), Engine("cpu")
    assert identify(folder).family == "stable_unclip"
    request = request_for(folder, prompt="a red ball", extras={"noise_level": 20})
    made = engine.run(request).images[0]
    same = stock(
        engine,
        "StableUnCLIPImg2ImgPipeline",
        image=Image.fromarray(PICTURE),
        prompt="a red ball",
        negative_prompt="",
        width=SIDE,
        height=SIDE,
        num_inference_steps=3,
        guidance_scale=3.0,
        noise_level=20,
        output_type="np",
    )
    assert np.array_equal(made, pixels(same))
    with pytest.raises(StudioError, match="prior is missing"):
        engine.run(request_for(folder, Task.GENERATE, "a ball"))


def test_stable_unclip_paints_text_with_the_prior_of_karlo(tmp_path: Path) -> None:
    folder, engine = build_stable_unclip(tmp_path / "unclip", prior=True), Engine("cpu")
    spec = identify(folder)
    assert family(spec.family).label_of(spec) == "Stable unCLIP with prior"
    request = request_for(folder, Task.GENERATE, "a red ball", extras=FEW)
    made = engine.run(request).images[0]
    same = stock(
        engine,
        "StableUnCLIPPipeline",
        prompt="a red ball",
        negative_prompt="",
        width=SIDE,
        height=SIDE,
        num_inference_steps=3,
        guidance_scale=3.0,
        prior_num_inference_steps=2,
        prior_guidance_scale=4.0,
        output_type="np",
    )
    assert np.array_equal(made, pixels(same))


def test_karlo_makes_pictures_and_variations_like_diffusers(tmp_path: Path) -> None:
    folder, engine = build_karlo(tmp_path / "karlo", beside=True), Engine("cpu")
    assert identify(folder).variant == "text and variations"
    steps = {"decoder_num_inference_steps": 3, "super_res_num_inference_steps": 2}
    common = {**steps, "decoder_guidance_scale": 3.0, "output_type": "np"}
    extras = {**FEW, "enlarging_steps": 2}
    values: dict[str, Any] = {"sampler": "unclip", "extras": extras}
    small = Rect(0, 0, 64, 64)
    text = request_for(folder, Task.GENERATE, "a red ball", **values).replace(region=small)
    made = engine.run(text).images[0]
    same = stock(
        engine,
        "UnCLIPPipeline",
        prompt="a red ball",
        prior_num_inference_steps=2,
        prior_guidance_scale=4.0,
        **common,
    )
    assert np.array_equal(made, pixels(same))
    photo = PICTURE[:64, :64].copy()
    vary = request_for(folder, **values).replace(region=small, image=photo, mask=WHOLE[:64, :64])
    made = engine.run(vary).images[0]
    image = Image.fromarray(photo)
    same = stock(engine, "UnCLIPImageVariationPipeline", "variation_", image=image, **common)
    assert np.array_equal(made, pixels(same))


def test_karlo_cuts_its_squares_to_the_place(tmp_path: Path) -> None:
    folder, events = build_karlo(tmp_path / "karlo"), list[ProgressEvent]()
    request = request_for(folder, Task.GENERATE, "a ball", sampler="unclip", extras=FEW)
    engine = Engine("cpu")
    square = engine.run(request.replace(region=Rect(0, 0, 64, 64)), Progress(events.append))
    wide = engine.run(request.replace(region=Rect(0, 0, 64, 32))).images[0]
    assert np.array_equal(wide, square.images[0][16:48])
    painting = [one.fraction for one in events if one.text == "Painting"]
    # Two steps of the prior, three of the decoder, seven of enlarging.
    assert len(painting) == 12 and painting == sorted(painting)


def test_a_karlo_lacks_what_its_folder_lacks(tmp_path: Path) -> None:
    text, other = build_karlo(tmp_path / "a" / "text"), build_karlo(tmp_path / "b", varies=True)
    engine = Engine("cpu")
    with pytest.raises(StudioError, match="karlo-v1-alpha-image-variations"):
        engine.run(request_for(text, sampler="unclip"))
    with pytest.raises(StudioError, match="only makes variations"):
        engine.run(request_for(other, Task.GENERATE, "a ball", sampler="unclip"))
    with pytest.raises(StudioError, match="to see pictures"):
        use = ReferenceUse(PICTURE, mode="blend")
        words = request_for(text, Task.GENERATE, "a ball", sampler="unclip")
        engine.run(words.replace(references=(use,)))
    with pytest.raises(StudioError, match="nothing else"):
        engine.run(request_for(text, Task.FILL, "a ball", sampler="unclip"))


def test_karlo_follows_a_change_of_words(tmp_path: Path) -> None:
    engine = Engine("cpu")
    folder = build_karlo(tmp_path / "karlo", varies=True)
    few = {"sampler": "unclip", "steps": 2}

    def made(prompt: str, old: str = "", share: float = 0.5) -> Any:
        extras = {"enlarging_steps": 2, "old_words": old, "word_share": share}
        return engine.run(request_for(folder, prompt=prompt, extras=extras, **few)).images[0]

    plain = made("")
    assert not np.array_equal(made("a red ball", "a blue ball"), plain)
    assert np.array_equal(made("a red ball", "a red ball"), plain)


@pytest.mark.parametrize("family_name", ["karlo", "stable_unclip"])
def test_a_blend_goes_from_the_photo_to_the_reference(tmp_path: Path, family_name: str) -> None:
    engine = Engine("cpu")
    if family_name == "karlo":
        folder = build_karlo(tmp_path / "karlo", varies=True)
        values: dict[str, Any] = {"sampler": "unclip", "extras": {"enlarging_steps": 2}}
    else:
        folder, values = build_stable_unclip(tmp_path / "stable"), {}
    plain = request_for(folder, steps=2, **values)
    other = (255 - PICTURE).copy()

    def made(request: EditRequest, *weights: float) -> Any:
        uses = tuple(ReferenceUse(other, weight=one, mode="blend") for one in weights)
        return engine.run(request.replace(references=uses)).images[0].astype(int)

    photo, reference = made(plain), made(plain.replace(image=other))
    assert np.abs(made(plain, 2.0) - reference).max() <= 1
    half = made(plain, 1.0)
    assert not np.array_equal(half, photo) and not np.array_equal(half, reference)
    assert np.array_equal(made(plain, 0.0), photo)


def test_kandinsky_varies_like_diffusers(tmp_path: Path) -> None:
    folder, engine = build_kandinsky(tmp_path / "kandinsky"), Engine("cpu")
    made = engine.run(request_for(folder)).images[0]
    loaded: Any = engine.residency.loaded
    for name in ("image_encoder", "text_encoder", "tokenizer", "image_processor", "prior"):
        loaded.parts.setdefault(name, loaded.parts["prior_" + name])
    decoder = loaded.parts["scheduler"]
    with known_warnings(), torch.no_grad():
        parts = {
            name.removeprefix("prior_"): part
            for name, part in loaded.parts.items()
            if name.startswith("prior_")
        }
        prior = diffusers.KandinskyV22PriorPipeline(**parts)
        prior.set_progress_bar_config(disable=True)
        generator = torch.Generator("cpu").manual_seed(9)
        image = Image.fromarray(PICTURE)
        embeds = prior.interpolate([image], [1.0], num_inference_steps=2, generator=generator)
    loaded.parts["scheduler"] = diffusers.DDIMScheduler.from_config(
        {
            **decoder.config,
            "clip_sample": False,
            "set_alpha_to_one": False,
            "variance_type": None,
        }
    )
    width, height = working_size(identify(folder), SIDE, SIDE)
    same = stock(
        engine,
        "KandinskyV22Pipeline",
        image_embeds=embeds.image_embeds,
        negative_image_embeds=embeds.negative_image_embeds,
        num_inference_steps=3,
        guidance_scale=3.0,
        width=width,
        height=height,
        output_type="np",
    )
    assert np.array_equal(made, resize(pixels(same), SIDE, SIDE))


def test_a_prompt_and_a_negative_prompt_count_in_a_variation(tmp_path: Path) -> None:
    folder, engine = build_kandinsky(tmp_path / "kandinsky"), Engine("cpu")
    plain = engine.run(request_for(folder, extras=FEW))
    assert any("need no prior" in str(one) for one in plain.notes)
    worded = request_for(folder, prompt="a red ball", extras=FEW)
    negative = worded.replace(negative_prompt="fog")
    found = [engine.run(one).images[0] for one in (worded, negative)]
    assert not np.array_equal(found[0], plain.images[0])
    assert not np.array_equal(found[0], found[1])


def test_the_command_line_makes_variations_and_the_layer_can_be_made_again(tmp_path: Path) -> None:
    folder = build_stable_unclip(tmp_path / "unclip")
    photo, out = tmp_path / "photo.png", tmp_path / "out.ora"
    Image.fromarray(PICTURE).save(photo)
    options = ["--task", "variations", "--model", str(folder), "--variations", "2"]
    few = ["--steps", "2", "--seed", "1", "--noise-level", "5", "--out", str(out)]
    assert cli.main(["edit", str(photo), *options, *few]) == 0
    layers = [
        one
        for one in formats.open_document(out).document.layers
        if isinstance(one, GenerativeLayer)
    ]
    assert len(layers) == 2
    recipe = recipe_of(layers[0])
    assert recipe.task is Task.VARY and recipe.sampling.extras == {"noise_level": 5}
    # A file names its model without the path.
    again = replace(recipe, image=PICTURE, mask=WHOLE, model=str(folder))
    assert Engine("cpu").run(again).images[0].shape == (SIDE, SIDE, 3)
