"""What the recipe trains for its finished UNet: the four-step LoRA, the IP-Adapter, their UNet."""

import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import TCDScheduler
from torch import Tensor
from transformers import CLIPImageProcessor

pytest.importorskip("cairosvg", reason="needs the library cairo", exc_type=OSError)

PROJECT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(PROJECT / "packaging" / "starter"))


from starter_recipe import (  # noqa: E402
    companions,
    fewstep,
    joints,
    judge,
    models,
    people,
    quality,
    reference,
    steering,
)
from starter_recipe.paths import Work  # noqa: E402


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Let the libraries announce their own deprecations."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def test_what_was_trained_for_another_unet_is_not_taken_and_not_continued(tmp_path: Path) -> None:
    work = Work(tmp_path, tmp_path / "result")
    work.weights("base").write_bytes(b"the first UNet")
    assert not companions.is_current("fewstep", work)
    companions.begin("fewstep", work)
    work.checkpoint("fewstep").write_bytes(b"half way")
    work.weights("fewstep").write_bytes(b"half way")
    assert companions.is_current("fewstep", work)
    companions.begin("fewstep", work)
    assert work.checkpoint("fewstep").exists()
    work.weights("base").write_bytes(b"the second UNet")
    assert not companions.is_current("fewstep", work)
    companions.begin("fewstep", work)
    assert not work.checkpoint("fewstep").exists()


class Bare(fewstep.Segments):
    """The loss without a bank, for its formulas."""

    def __init__(self, unet: torch.nn.Module) -> None:
        self.student = self.teacher = unet  # type: ignore[assignment]
        self.signal = models.scheduler().alphas_cumprod
        self.nothing = torch.zeros(models.TEXT_LENGTH, models.TEXT_WIDTH)


class Knowing(torch.nn.Module):
    """Answers with the true v of one picture and one noise, whatever it is asked."""

    def __init__(self, clean: Tensor, noise: Tensor) -> None:
        super().__init__()
        self.clean, self.noise = clean, noise
        self.signal = models.scheduler().alphas_cumprod

    def forward(self, image: Tensor, time: Tensor, texts: Tensor) -> object:
        part = self.signal[time].view(-1, 1, 1, 1)
        velocity = part.sqrt() * self.noise - (1 - part).sqrt() * self.clean
        return type("Output", (), {"sample": velocity})


def test_a_teacher_leads_along_the_path_and_the_target_is_the_one_step_to_its_end() -> None:
    torch.manual_seed(4)
    clean, noise = torch.randn(2, 4, 4, 16, 16)
    knowing = Knowing(clean, noise)
    loss = Bare(knowing)
    late, early = (torch.tensor(fewstep.stations()[i : i + 4]) for i in (0, 1))
    extra = torch.zeros(4, 5, 16, 16)
    texts = torch.zeros(4, models.TEXT_LENGTH, models.TEXT_WIDTH)
    start = loss.mixed(clean, noise, late)
    end = loss.led(start, extra, late, early, texts)
    assert torch.allclose(end, loss.mixed(clean, noise, early), atol=1e-4)
    # On a straight path the target is the true v; on any path the sampler ends where it leads.
    true = knowing(start, late, texts).sample  # type: ignore[attr-defined]
    assert torch.allclose(loss.target(start, end, late, early), true, atol=1e-3)
    elsewhere = end + 0.3 * torch.randn(end.shape)
    velocity = loss.target(start, elsewhere, late, early)
    sampler = TCDScheduler.from_config(models.scheduler().config)
    sampler.set_timesteps(fewstep.STEPS)
    for i, step in enumerate(sampler.timesteps):
        reached = sampler.step(velocity[i : i + 1], step, start[i : i + 1], eta=0.0).prev_sample
        assert torch.allclose(reached, elsewhere[i : i + 1], atol=1e-4)
        sampler._step_index = i + 1


def test_a_new_lora_changes_nothing_and_leaves_the_layers_of_four_and_nine_channels() -> None:
    torch.manual_seed(5)
    unet = models.unet(9).eval()
    image = torch.randn(1, 9, models.LATENT, models.LATENT)
    text = torch.randn(1, models.TEXT_LENGTH, models.TEXT_WIDTH)
    with torch.no_grad():
        before = unet(image, 500, text).sample
        student = fewstep.student_of(unet)
        assert torch.equal(student(image, 500, text).sample, before)
    trained = [n for n, p in student.named_parameters() if p.requires_grad]
    assert trained and all("lora" in name for name in trained)
    assert not any(name.startswith(("conv_in", "conv_out")) for name in trained)


def test_references_are_normalized_as_the_stock_processor_does() -> None:
    rng = np.random.default_rng(2)
    pictures = rng.integers(0, 256, (2, reference.SIDE, reference.SIDE, 3), dtype=np.uint8)
    size = reference.SIDE
    stock = CLIPImageProcessor(size=size, crop_size=size)
    theirs = stock(list(pictures), return_tensors="pt").pixel_values
    assert torch.allclose(reference.to_encoder(pictures), theirs, atol=1e-5)


def test_an_untold_reference_is_ignored_and_a_seen_one_is_heard() -> None:
    torch.manual_seed(7)
    reader = reference.Reader(models.unet(9)).eval()
    trained = {n for n, p in reader.named_parameters() if p.requires_grad}
    assert any("to_k_ip" in name for name in trained)
    assert any(name.startswith("encoder.") for name in trained)
    assert not any(name.startswith("unet.conv") for name in trained)
    image = torch.randn(1, 9, models.LATENT, models.LATENT)
    text = torch.randn(1, models.TEXT_LENGTH, models.TEXT_WIDTH)
    time = torch.tensor([500])
    first, second = torch.randn(2, 1, 3, reference.SIDE, reference.SIDE)
    with torch.no_grad():
        made = [reader(image, time, text, seen) for seen in (first, second, first)]
        embeds = torch.zeros(1, 1, models.TEXT_WIDTH)
        stock = reader.unet(image, time, text, added_cond_kwargs={"image_embeds": [embeds]}).sample
        untold = reader(image, time, text, torch.zeros_like(first))
    assert torch.equal(made[0], made[2]) and not torch.equal(made[0], made[1])
    assert torch.equal(untold, stock)


def test_likeness_to_the_own_reference_is_told_from_that_to_others() -> None:
    assert steering.separation(torch.eye(5)) == 1
    assert steering.separation(torch.ones(5, 5)) == 0.5
    assert steering.separation(-torch.eye(5)) == 0


def test_a_seam_counts_the_steps_along_the_border_of_the_mask_only() -> None:
    photo = np.full((32, 32, 3), 100, np.uint8)
    photo[:, ::2] = 110
    mask = np.zeros((32, 32), np.uint8)
    mask[8:24, 8:24] = 1
    filled = np.where(mask[..., None] > 0, photo + np.uint8(20), photo)
    inside_only = photo.copy()
    inside_only[12:20, 12:20] = 0
    assert quality.seam([photo], [photo], mask) == 1.0
    assert quality.seam([inside_only], [photo], mask) == 1.0
    assert quality.seam([filled], [photo], mask) > 2


def test_the_colours_of_clothes_are_read_where_the_joints_are() -> None:
    rng = np.random.default_rng(5)
    asked = [("red", "blue"), ("green", "black"), ("yellow", "purple"), ("white", "pink")]
    drawn = [quality.dressed(rng, top, bottom) for top, bottom in asked]
    pictures = joints.to_tensor(np.stack([picture for picture, _ in drawn]))
    places = np.stack([found[:, :2] for _, found in drawn])
    read = quality.worn_colours(pictures, places)
    named = [(people.CLOTHES[top], people.CLOTHES[bottom]) for top, bottom in read.tolist()]
    assert named == asked
    elsewhere = quality.worn_colours(pictures, places + 40)
    assert elsewhere.tolist() != read.tolist()


def test_the_spread_of_pictures_is_nothing_for_equal_ones_and_grows_with_their_difference() -> None:
    torch.manual_seed(0)
    expert = judge.Judge().eval()
    one = torch.rand(1, 3, 64, 64) * 2 - 1
    other = torch.rand(4, 3, 64, 64) * 2 - 1
    assert quality.spread(expert, one.repeat(4, 1, 1, 1)) == 0
    mixed = one + 0.1 * (other - one)
    assert 0 < quality.spread(expert, mixed) < quality.spread(expert, other)
