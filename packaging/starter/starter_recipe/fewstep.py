"""Distils the UNet into a LoRA that paints in four steps (latent consistency, Luo et al. 2023)."""

import numpy as np
import torch
from diffusers import UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import companions, models
from starter_recipe.bank import Bank, latent_scale
from starter_recipe.base import PARTS, PURE_NOISE, load_base
from starter_recipe.paths import Work
from starter_recipe.trainer import Plan, Trainer

BATCH = 16
RANK = 32
STEPS = 4
GUIDANCE = 3.0
STRIDE = 20
FILE = "four-step-lora.safetensors"
TARGETS = (
    "to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2",
    "conv1", "conv2", "conv_shortcut", "time_emb_proj",
)  # fmt: skip
SIGMA_DATA = 0.5
TIME_SCALE = 10.0
HUBER = 0.03


def student_of(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """Give a UNet a LoRA that changes nothing yet; only the LoRA is trained.

    The input and output layers stay as they are, so that the LoRA fits four and nine channels.
    """
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=list(TARGETS)))
    return unet


class Consistency:
    """The loss: where the teacher leads in one guided step, the student answers the same."""

    def __init__(
        self, student: UNet2DConditionModel, teacher: UNet2DConditionModel, work: Work
    ) -> None:
        self.student, self.teacher = student, teacher
        self.bank, self.scale = Bank(work), latent_scale(work)
        self.signal = models.scheduler().alphas_cumprod
        self.nothing = torch.from_numpy(np.array(self.bank.texts[0])).float()

    def __call__(self, number: int) -> Tensor:
        """Return the loss of the batch that belongs to a number."""
        batch = self.bank.draw(np.random.default_rng((13, number)), BATCH)
        generator = torch.Generator().manual_seed(number)
        clean = batch["latents"] * self.scale
        extra = torch.cat([batch["masks"].unsqueeze(1), batch["hidden"] * self.scale], 1)
        noise = torch.randn(clean.shape, generator=generator)
        late = torch.randint(1, 1000 // STRIDE + 1, (BATCH,), generator=generator) * STRIDE - 1
        blind = torch.rand(BATCH, generator=generator) < PURE_NOISE
        late = torch.where(blind, 999, late)
        part = self.signal[late].view(-1, 1, 1, 1)
        noisy = part.sqrt() * clean + (1 - part).sqrt() * noise
        noisy = torch.where(blind.view(-1, 1, 1, 1), noise, noisy)
        early = (late - STRIDE).clamp(min=0)
        with torch.autocast("cpu", dtype=torch.bfloat16, cache_enabled=False):
            with torch.no_grad():
                led = self._led(noisy, extra, late, early, batch["texts"])
                target = self.answer(led, extra, early, batch["texts"])
            made = self.answer(noisy, extra, late, batch["texts"])
        # Pseudo-Huber, as Song and Dhariwal (2023) propose for consistency training.
        return ((made - target).pow(2) + HUBER**2).sqrt().sub(HUBER).mean()

    def answer(self, noisy: Tensor, extra: Tensor, time: Tensor, texts: Tensor) -> Tensor:
        """Return the student's picture of noisy latents (n, 4, h, w), equation 9 of the paper."""
        made = self.student(torch.cat([noisy, extra], 1), time, texts).sample.float()
        picture, _ = self._parts(noisy, made, time)
        scaled = (time.float() * TIME_SCALE).view(-1, 1, 1, 1)
        skip: Tensor = SIGMA_DATA**2 / (scaled**2 + SIGMA_DATA**2)
        out = scaled / (scaled**2 + SIGMA_DATA**2).sqrt()
        answered: Tensor = skip * noisy + out * picture
        return answered

    def _led(
        self, noisy: Tensor, extra: Tensor, late: Tensor, early: Tensor, texts: Tensor
    ) -> Tensor:
        """Take one DDIM step with classifier-free guidance by the teacher."""
        image = torch.cat([noisy, extra], 1)
        told = self.teacher(image, late, texts).sample.float()
        bare = self.teacher(image, late, self.nothing.expand_as(texts)).sample.float()
        picture, noise = self._parts(noisy, bare + GUIDANCE * (told - bare), late)
        part = self.signal[early].view(-1, 1, 1, 1)
        led: Tensor = part.sqrt() * picture + (1 - part).sqrt() * noise
        return led

    def _parts(self, noisy: Tensor, velocity: Tensor, time: Tensor) -> tuple[Tensor, Tensor]:
        """Split noisy latents into picture and noise by a predicted v (Salimans and Ho 2022)."""
        part = self.signal[time].view(-1, 1, 1, 1)
        picture = part.sqrt() * noisy - (1 - part).sqrt() * velocity
        return picture, (1 - part).sqrt() * noisy + part.sqrt() * velocity


def train_fewstep(work: Work, minutes: float) -> None:
    """Train the LoRA until the deadline; the teacher is the finished UNet."""
    companions.begin("fewstep", work)
    torch.manual_seed(0)
    teacher = load_base(work)
    student = student_of(load_base(work))
    for unet in (teacher, student):
        unet.to(memory_format=torch.channels_last)
        unet.set_attn_processor(AttnProcessor())
    plan = Plan(
        batch=BATCH, parts=PARTS, rate=4e-4, minutes=minutes, anneal=0.5, warmup=50, average=0.995
    )
    Trainer(student, Consistency(student, teacher, work), plan, work.checkpoint("fewstep")).run()


def lora_state(work: Work) -> dict[str, Tensor]:
    """Return the averaged LoRA by the names of PEFT."""
    student = student_of(load_base(work))
    student.load_state_dict(load_file(work.weights("fewstep")))
    found: dict[str, Tensor] = get_peft_model_state_dict(student)
    return found
