"""Depth and segmentation maps of the starter's recipe, and the ControlNets that read them."""

import os
import shutil
import sys
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from PIL import Image
from safetensors.torch import save_file
from torch import Tensor, nn

pytest.importorskip("cairosvg", reason="needs the library cairo", exc_type=OSError)

PROJECT = Path(__file__).resolve().parents[2]
STARTER = PROJECT / "resources" / "starter"
sys.path.insert(0, str(PROJECT / "packaging" / "starter"))


from starter_recipe import (  # noqa: E402
    classes,
    companions,
    control,
    depths,
    export,
    judge,
    meter,
    models,
    steering,
)
from starter_recipe.art import STYLES  # noqa: E402
from starter_recipe.bank import CHUNK, CHUNKS, FIRST, POOL, Composer, Sample  # noqa: E402
from starter_recipe.concepts import concepts  # noqa: E402
from starter_recipe.joints import to_tensor  # noqa: E402
from starter_recipe.paths import Work  # noqa: E402

from studio.cli import main as cli  # noqa: E402
from studio.control_maps.segmentation import CLASSES, NOTHING, ClassMap, class_map  # noqa: E402
from studio.document.document import Document  # noqa: E402
from studio.document.layer import RasterLayer  # noqa: E402
from studio.document.layer_depth import depth_from_layers  # noqa: E402
from studio.document.raster import Raster  # noqa: E402

SURFACES = ("depth", "segmentation")


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let the libraries announce their own deprecations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@pytest.fixture(scope="module")
def composer(tmp_path_factory: pytest.TempPathFactory) -> Composer:
    """The recipe's composer over small artwork: a disc for every thing, and grainy photographs."""
    work = Work(tmp_path_factory.mktemp("art"), STARTER)
    work.art.mkdir()
    down, across = np.mgrid[:24, :24] - 11.5
    disc = np.where(down**2 + across**2 < 100, np.uint8(255), np.uint8(0))
    shape = (len(concepts()), len(STYLES), 24, 24, 4)
    sprites = np.broadcast_to(disc[:, :, None], shape)
    np.save(work.art / "sprites.npy", sprites)
    rng = np.random.default_rng(0)
    np.save(work.art / "photos.npy", rng.integers(0, 200, (3, 40, 40, 3), dtype=np.uint8))
    return Composer(work, seed=3)


@pytest.fixture(scope="module")
def samples(composer: Composer) -> list[Sample]:
    """Things with and without a mask, bare photographs and people, as the bank has them."""
    people = range(CHUNKS * CHUNK, CHUNKS * CHUNK + 24)
    return [composer.banked(number) for number in (*range(160), *people)]


def test_a_sample_knows_what_its_thing_covers(samples: list[Sample]) -> None:
    bare = [sample for sample in samples if sample.alpha is None]
    assert 0 < len(bare) < 20 and all(sample.mask is not None for sample in bare)
    assert len({sample.key for sample in samples}) == len(samples)
    for sample in samples:
        if sample.alpha is None:
            continue
        assert sample.alpha.shape == (models.SIDE, models.SIDE)
        assert 0.02 < (sample.alpha > 0.5).mean() < 0.95
        if sample.joints is None:
            assert (sample.image[sample.alpha == 1] == 255).all(), "the discs are white"
        else:
            seen = sample.joints[sample.joints[:, 2] > 0][:, :2]
            columns, rows = np.clip(np.rint(seen), 0, models.SIDE - 1).astype(int).T
            assert (sample.alpha[rows, columns] > 0.5).mean() > 0.8


def test_what_stands_there_is_nearer_than_what_is_beside_it_flat_and_round(
    samples: list[Sample],
) -> None:
    flat = round_ = full = 0
    for sample in samples:
        drawn = depths.depth_map(sample)
        assert drawn.shape == (models.SIDE, models.SIDE, 3) and drawn.dtype == np.uint8
        assert (drawn == drawn[:, :, :1]).all()
        assert (drawn == depths.depth_map(sample)).all()
        if sample.alpha is None:
            continue
        inside, outside = drawn[sample.alpha > 0.9][:, 0], drawn[sample.alpha == 0][:, 0]
        rows = np.flatnonzero((sample.alpha > 0.9).any(1))
        beside = drawn[rows[0] : rows[-1] + 1, :, 0][sample.alpha[rows[0] : rows[-1] + 1] == 0]
        assert inside.mean() > beside.mean()
        # Blur reaches 9 pixels inwards at most; what is rounded changes farther in too.
        within = drawn[cv2.erode(sample.alpha, np.ones((19, 19))) > 0.9][:, 0]
        if within.size:
            levels = int(within.max()) - int(within.min())
            flat, round_ = flat + (levels <= 1), round_ + (levels > 8)
        full += outside.min() == 0 and inside.max() == 255
    assert flat > 20 and round_ > 20 and full > 20


def test_some_depth_maps_are_as_the_product_makes_them_from_layers(samples: list[Sample]) -> None:
    same = 0
    for sample in samples:
        if sample.alpha is None:
            continue
        rgba = np.dstack([sample.image, np.where(sample.alpha > 0.5, 255, 0)]).astype(np.uint8)
        layer = RasterLayer(raster=Raster.from_array(rgba))
        document = Document(width=models.SIDE, height=models.SIDE, layers=(layer,))
        theirs = depth_from_layers(document).astype(int)
        same += bool(np.abs(theirs - depths.depth_map(sample)).max() <= 1)
    assert same > 5


def test_every_thing_has_a_class_that_artists_can_paint() -> None:
    named = {concept.en: classes.class_of(concept) for concept in concepts()}
    grounds = {ground for row in classes.GROUNDS.values() for ground in row}
    assert set(named.values()) | grounds <= set(CLASSES)
    assert set(classes.OVERRIDES) <= set(named), "a row for no thing"
    assert len(classes.OVERRIDES) > 100
    expected = {
        "cat": "animal", "apple": "food", "tree": "tree", "rose": "flower", "car": "car",
        "bus": "bus", "truck": "truck", "airplane": "airplane", "sailboat": "boat",
        "bicycle": "bicycle", "house": "house", "castle": "building", "chef": "person",
    }  # fmt: skip
    assert {name: named[name] for name in expected} == expected
    assert classes.BACKDROP not in classes.numbers()


def test_a_segmentation_map_has_the_things_class_on_another_or_on_black(
    composer: Composer, samples: list[Sample]
) -> None:
    blank = 0
    for sample in samples:
        found = class_map(classes.segmentation_map(sample))
        if sample.alpha is None:
            assert len(np.unique(found)) == 1
            continue
        name = "person"
        if sample.joints is None:
            name = classes.class_of(concepts()[composer.pool[sample.caption].concept])
        solid = sample.alpha > 0.5
        assert (found[solid] == CLASSES[name].index).all()
        (ground,) = np.unique(found[~solid])
        assert ground != CLASSES[name].index
        blank += ground == NOTHING
        labels = classes.class_labels(sample)
        assert (labels[solid] == CLASSES[name].index).all()
        assert (labels[~solid] == classes.BACKDROP).all()
    assert 10 < blank < 80


@pytest.mark.parametrize(
    ("colour", "thing", "expected"),
    [
        ((60, 170, 70), "cat", ("grass", "field", "tree")),
        ((90, 150, 230), "cat", ("sky", "water", "sea")),
        ((90, 150, 230), "cloud", ("water", "sea")),
        ((60, 170, 70), "tree", ("grass", "field")),
    ],
)
def test_the_colour_of_a_background_says_what_it_may_be_but_never_what_the_thing_is(
    colour: tuple[int, int, int], thing: str, expected: tuple[str, ...]
) -> None:
    index = [concept.en for concept in concepts()].index(thing)
    image = np.full((32, 32, 3), colour, np.uint8)
    alpha = np.zeros((32, 32), np.float32)
    alpha[8:20, 8:20] = 1
    found = set()
    for number in range(40):
        sample = Sample(image, None, FIRST + POOL * index, None, alpha, (1, number))
        found.add(int(class_map(classes.segmentation_map(sample))[0, 0]))
    assert found == {NOTHING, *(CLASSES[name].index for name in expected)}


@pytest.mark.parametrize("kind", SURFACES)
def test_a_map_reaches_a_new_control_about_as_strongly_as_the_latents_do(
    kind: str, samples: list[Sample]
) -> None:
    torch.manual_seed(8)
    steered = control.new_control(models.unet(4), control.KINDS[kind].loud).eval()
    maps = [control.KINDS[kind].draw(sample) for sample in samples[::12]]
    with torch.no_grad():
        heard = steered.controlnet_cond_embedding(control.as_hints(maps))
        latents = steered.conv_in(torch.randn(16, 4, models.LATENT, models.LATENT))
    assert 0.2 < float(heard.std() / latents.std()) < 3


def test_a_meter_learns_where_things_stand(composer: Composer) -> None:
    torch.manual_seed(1)
    pictures, places = meter.labelled(composer, 6, 2)
    assert places.shape == (8, meter.FINE, meter.FINE)
    assert set(np.unique(places[:6])) == {meter.NOTHING, meter.THING}
    assert set(np.unique(places[6:])) == {meter.NOTHING, meter.SOMEBODY}
    outlines = meter.Meter()
    optimizer = torch.optim.AdamW(outlines.parameters(), lr=3e-3)
    truth = torch.from_numpy(places).long()
    for _ in range(30):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(outlines(to_tensor(pictures)), truth)
        loss.backward()
        optimizer.step()
    seer = meter.Seer(outlines.eval(), judge.Judge().eval())
    surely, found = seer.read(to_tensor(pictures))
    assert surely.shape == (8, models.SIDE, models.SIDE) == found.shape
    solid = torch.from_numpy(places).repeat_interleave(2, 1).repeat_interleave(2, 2) > 0
    assert float(surely[solid].mean()) > 2 * float(surely[~solid].mean())
    assert ((found != classes.BACKDROP) == solid.numpy()).mean() > 0.8


class Outlines(meter.Meter):
    """Sees a thing at the left of the first picture, and somebody there in the second."""

    def forward(self, pictures: Tensor) -> Tensor:
        logits = torch.zeros(2, 3, meter.FINE, meter.FINE)
        logits[:, meter.NOTHING] = 9
        logits[0, meter.THING, :, :20] = logits[1, meter.SOMEBODY, :, :20] = 18
        return logits


class Convinced(judge.Judge):
    """Wavers between two kinds of truck, and is a little surer of a cat than of either."""

    def forward(self, pictures: Tensor) -> Tensor:
        names = [concept.en for concept in concepts()]
        logits = torch.zeros(len(pictures), len(names))
        logits[:, [names.index(name) for name in ("truck", "fire truck")]] = 20
        logits[:, names.index("cat")] = 20.3
        return logits


def test_the_judge_says_which_class_a_thing_has_and_the_meter_where_and_whether_somebody() -> None:
    seer = meter.Seer(Outlines(), Convinced())
    surely, found = seer.read(torch.zeros(2, 3, models.SIDE, models.SIDE))
    for row, name in zip(found, ("truck", "person"), strict=True):
        assert (row[:, :39] == CLASSES[name].index).all()
        assert (row[:, 42:] == classes.BACKDROP).all()
    assert float(surely[:, :, :38].min()) > 0.99 and float(surely[:, :, 43:].max()) < 0.01


@dataclass(frozen=True)
class Knowing(meter.Seer):
    """Reads what it is told, whatever it sees."""

    told: tuple[Sample, ...]

    def read(self, pictures: Tensor) -> tuple[Tensor, ClassMap]:
        found = np.stack([classes.class_labels(sample) for sample in self.told])
        return torch.from_numpy(found != classes.BACKDROP).float(), found


@pytest.mark.parametrize("kind", SURFACES)
def test_what_follows_its_map_scores_high_and_what_follows_another_low(
    kind: str, samples: list[Sample]
) -> None:
    told = [sample for sample in samples if sample.alpha is not None and sample.mask is None][:16]
    pictures = torch.zeros(16, 3, models.SIDE, models.SIDE)
    right, wrong = (
        steering.agreement(
            kind, Knowing(meter.Meter(), judge.Judge(), tuple(order)), pictures, told
        )
        for order in (told, [*told[1:], told[0]])
    )
    assert right > (0.95 if kind == "segmentation" else 0.5)
    assert right > wrong + 0.15


def test_correlation_is_that_of_pearson() -> None:
    rng = np.random.default_rng(2)
    first, second = rng.normal(size=(2, 9, 7))
    expected = np.corrcoef(first.reshape(-1), second.reshape(-1))[0, 1]
    assert steering.correlation(first, second) == pytest.approx(expected)
    assert steering.correlation(first, -3 * first + 2) == pytest.approx(-1)
    assert steering.correlation(first, np.full_like(first, 4)) == 0


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The starter with ControlNets for both kinds, exported by the recipe with random weights."""
    folder = tmp_path_factory.mktemp("followed")
    work = Work(folder, folder / "model")
    torch.manual_seed(3)
    save_file(models.unet(9).state_dict(), work.weights("base"))
    for kind in SURFACES:
        steered = control.new_control(models.unet(4), control.KINDS[kind].loud)
        for layer in (*steered.controlnet_down_blocks, steered.controlnet_mid_block):
            nn.init.normal_(layer.weight, std=0.2)
        save_file(steered.state_dict(), work.weights(f"control-{kind}"))
        companions.begin(f"control-{kind}", work)
    shutil.copytree(
        STARTER, work.result, copy_function=os.symlink, ignore=lambda *_: {"controlnet-*"}
    )
    for kind in SURFACES:
        shutil.rmtree(work.result / f"controlnet-{kind}", ignore_errors=True)
    export._write_companions(work, work.result)
    return work.result


@pytest.mark.parametrize("kind", SURFACES)
def test_the_product_follows_the_folder_that_the_recipe_writes(
    kind: str, followed: Path, samples: list[Sample], tmp_path: Path
) -> None:
    Image.new("RGB", (128, 128), (90, 120, 60)).save(tmp_path / "photo.png")
    Image.new("L", (128, 128), 255).save(tmp_path / "mask.png")
    drawn = control.KINDS[kind].draw(samples[-1])
    Image.fromarray(drawn).save(tmp_path / "map.png")
    Image.fromarray(np.ascontiguousarray(drawn[:, ::-1])).save(tmp_path / "other.png")

    def made(name: str, *more: str, model: Path = followed) -> "np.ndarray[object, object]":
        command = ["edit", str(tmp_path / "photo.png"), "--mask", str(tmp_path / "mask.png")]
        command += ["--prompt", "a woman", "--steps", "2", "--seed", "5", "--model", str(model)]
        assert cli.main([*command, "--out", str(tmp_path / name), *more]) == 0
        return np.asarray(Image.open(tmp_path / name).convert("RGB"))

    plain = made("plain.png")
    first, second = (
        made(f"from-{name}.png", "--control", f"{kind}={tmp_path / name}.png:1")
        for name in ("map", "other")
    )
    assert not np.array_equal(first, plain) and not np.array_equal(first, second)
    if (STARTER / f"controlnet-{kind}").exists():
        control_of_its_own = f"{kind}={tmp_path / 'map.png'}:1"
        ours = made("ours.png", "--control", control_of_its_own, model=STARTER)
        assert not np.array_equal(ours, plain) and not np.array_equal(ours, first)
