"""Distils the UNet into a LoRA that paints in four steps, guidance included.

Progressive distillation (Salimans and Ho 2022, https://arxiv.org/abs/2202.00512) with guidance
(Meng et al. 2023) in one go: the student learns the one step that leads where three guided steps of
the teacher do, on the four steps that the sampler takes. Consistency training (Luo et al. 2023) was
tried first: it learns from its own answers, and in half an hour they were still full of noise.
"""

import numpy as np
import torch
import torch.nn.functional as F
from diffusers import TCDScheduler, UNet2DConditionModel
from diffusers.models.attention_processor import AttnProcessor
from peft import LoraConfig, get_peft_model_state_dict
from safetensors.torch import load_file
from torch import Tensor

from starter_recipe import companions, models
from starter_recipe.bank import Bank, latent_scale
from starter_recipe.base import PARTS, load_base
from starter_recipe.paths import Work
from starter_recipe.precision import autocast
from starter_recipe.trainer import Plan, Trainer

BATCH = 16
RANK = 32
STEPS = 4
WITHIN = 3
GUIDANCE = 3.0
BLIND = 0.6
FILE = "four-step-lora.safetensors"
TARGETS = (
    "to_q", "to_k", "to_v", "to_out.0", "proj_in", "proj_out", "ff.net.0.proj", "ff.net.2",
    "conv1", "conv2", "conv_shortcut", "time_emb_proj",
)  # fmt: skip


def student_of(unet: UNet2DConditionModel) -> UNet2DConditionModel:
    """Give a UNet a LoRA that changes nothing yet; only the LoRA is trained.

    The input and output layers stay as they are, so that the LoRA fits four and nine channels.
    """
    unet.requires_grad_(False)
    unet.add_adapter(LoraConfig(r=RANK, lora_alpha=RANK, target_modules=list(TARGETS)))
    return unet


def stations() -> list[int]:
    """Return the steps that the four-step sampler takes, and 0, where it ends."""
    sampler = TCDScheduler.from_config(models.scheduler().config)
    sampler.set_timesteps(STEPS)
    return [*(int(step) for step in sampler.timesteps), 0]


class Segments:
    """The loss: one step of the student leads where several guided steps of the teacher do."""

    def __init__(
        self, student: UNet2DConditionModel, teacher: UNet2DConditionModel, work: Work
    ) -> None:
        self.student, self.teacher = student, teacher
        self.bank, self.scale = Bank(work), latent_scale(work)
        self.signal = models.scheduler().alphas_cumprod
        self.nothing = torch.from_numpy(np.array(self.bank.texts[0])).float()
        self.stations = torch.tensor(stations())

    def __call__(self, number: int) -> Tensor:
        """Return the loss of the batch that belongs to a number."""
        batch = self.bank.draw(np.random.default_rng((13, number)), BATCH)
        generator = torch.Generator().manual_seed(number)
        clean = batch["latents"] * self.scale
        extra = torch.cat([batch["masks"].unsqueeze(1), batch["hidden"] * self.scale], 1)
        noise = torch.randn(clean.shape, generator=generator)
        segment = torch.randint(STEPS, (BATCH,), generator=generator)
        late, early = self.stations[segment], self.stations[segment + 1]
        start = self.mixed(clean, noise, late)
        # Samplers begin with noise alone, while the last step keeps 7 % of the picture.
        blind = (segment == 0) & (torch.rand(BATCH, generator=generator) < BLIND)
        start = torch.where(blind.view(-1, 1, 1, 1), noise, start)
        with autocast(cache_enabled=False):
            with torch.no_grad():
                end = self.led(start, extra, late, early, batch["texts"])
            made = self.student(torch.cat([start, extra], 1), late, batch["texts"]).sample
        return F.mse_loss(made.float(), self.target(start, end, late, early))

    def mixed(self, picture: Tensor, noise: Tensor, time: Tensor) -> Tensor:
        """Return pictures (n, 4, h, w) with the noise of their steps (n)."""
        part = self.signal[time].view(-1, 1, 1, 1)
        made: Tensor = part.sqrt() * picture + (1 - part).sqrt() * noise
        return made

    def led(
        self, start: Tensor, extra: Tensor, late: Tensor, early: Tensor, texts: Tensor
    ) -> Tensor:
        """Take WITHIN guided DDIM steps of the teacher from the steps `late` to `early`."""
        latents, now = start, late
        for count in range(1, WITHIN + 1):
            after = late - ((late - early) * count) // WITHIN
            image = torch.cat([latents, extra], 1)
            told = self.teacher(image, now, texts).sample.float()
            bare = self.teacher(image, now, self.nothing.expand_as(texts)).sample.float()
            part = self.signal[now].view(-1, 1, 1, 1)
            velocity = bare + GUIDANCE * (told - bare)
            picture = part.sqrt() * latents - (1 - part).sqrt() * velocity
            noise = (1 - part).sqrt() * latents + part.sqrt() * velocity
            latents, now = self.mixed(picture, noise, after), after
        return latents

    def target(self, start: Tensor, end: Tensor, late: Tensor, early: Tensor) -> Tensor:
        """Return the v with which one DDIM step leads from `start` to `end`."""
        first, last = (self.signal[time].view(-1, 1, 1, 1) for time in (late, early))
        a, b, c, d = first.sqrt(), (1 - first).sqrt(), last.sqrt(), (1 - last).sqrt()
        # start = a x + b e and end = c x + d e, solved for the picture x and the noise e.
        scale = a * d - b * c
        picture, noise = (d * start - b * end) / scale, (a * end - c * start) / scale
        velocity: Tensor = a * noise - b * picture
        return velocity


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
        batch=BATCH, parts=PARTS, rate=1e-3, minutes=minutes, anneal=0.7, warmup=30, average=0.98
    )
    Trainer(student, Segments(student, teacher, work), plan, work.checkpoint("fewstep")).run()


def lora_state(work: Work) -> dict[str, Tensor]:
    """Return the averaged LoRA by the names of PEFT."""
    student = student_of(load_base(work))
    student.load_state_dict(load_file(work.weights("fewstep")))
    found: dict[str, Tensor] = get_peft_model_state_dict(student)
    return found
