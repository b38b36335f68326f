"""The training loop of all methods: sample a batch, compute the loss, step, score, save."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import torch

from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress
from studio.edit.training import Score, TrainSettings
from studio.engine.training.checkpoints import Checkpoints, Journal
from studio.engine.training.data import Examples
from studio.engine.training.family import Conditions, join, select
from studio.engine.training.learner import Learner
from studio.engine.training.memory import passes_alone
from studio.engine.training.objective import (
    mask_weights,
    snr_weights,
    target_of,
    weighted_error,
)

WARM = 10
"""Number of warm-up steps of the learning rate."""
CLIP = 1.0
"""Maximum gradient norm, as in the DreamBooth scripts."""
PATIENCE = 3
"""Evaluations without improvement after which training ends, once half of the steps are done."""
KEEP_SECONDS = 15.0
"""Minimum time between checkpoints; writing them takes at most a twentieth of the time."""

Look = Callable[[int], Score]
Report = Callable[[Journal], None]


@dataclass(frozen=True, slots=True, eq=False)
class Lesson:
    """The inputs of the loop. ``texts`` returns the conditioning of some examples' prompts.

    ``class_examples`` are pictures of the class, None if the frozen model is the teacher;
    ``class_texts`` is the conditioning of the class prompt for each example (or class picture) by
    the original model, None if there is no prior preservation. ``class_words`` returns it by the
    model in its current state, None if no text encoder is trained.
    """

    schedule: Any
    examples: Examples
    texts: Callable[[list[int]], Conditions]
    class_examples: Examples | None
    class_texts: Conditions | None
    class_words: Callable[[list[int]], Conditions] | None = None


@dataclass(frozen=True, slots=True, eq=False)
class _Part:
    """Noisy pictures of one kind: of the subject, or of its class for prior preservation.

    ``latents`` and ``noise`` (n, channels, h, w), ``times`` (n,), ``texts`` the conditioning of n
    prompts; ``places`` are weights of the positions, None for equal weights. ``taught`` is the
    conditioning for the frozen model, None if the noise itself is the target.
    """

    latents: torch.Tensor
    noise: torch.Tensor
    times: torch.Tensor
    texts: Conditions
    weight: float
    places: torch.Tensor | None = None
    taught: Conditions | None = None


class Loop:
    """Trains a learner; every random number depends only on the seed and the step.

    A training that was stopped or killed therefore resumes from its checkpoint to the same result.
    """

    def __init__(
        self,
        model: Learner,
        lesson: Lesson,
        settings: TrainSettings,
        checkpoints: Checkpoints,
    ) -> None:
        self.model, self.lesson, self.settings = model, lesson, settings
        self.checkpoints = checkpoints
        self.optimizer = torch.optim.AdamW(model.groups(), weight_decay=1e-2)
        self.journal = checkpoints.read(model.parameters, self.optimizer)
        self._kept_at = time.monotonic()
        self._keeping = 0.0

    def run(self, look: Look, report: Report, progress: Progress) -> Journal:
        """Run the remaining steps; ``Cancelled`` within one step, after writing a checkpoint.

        ``look`` scores the learner at a step, ``report`` receives the journal after each step.
        """
        journal, steps = self.journal, self.settings.steps
        try:
            while journal.step < steps and not journal.ended:
                if journal.step % self.settings.sample_every == 0:
                    self._look(look)
                    if journal.ended:
                        break
                progress.check()
                self._step(progress)
                report(journal)
                if self._is_time():
                    self._keep()
            if not journal.ended:
                self._look(look)
                journal.ended = True
        except Cancelled:
            self._keep()
            raise
        self._keep()
        return journal

    def _look(self, look: Look) -> None:
        journal = self.journal
        if any(score.step == journal.step for score in journal.scores):
            return
        journal.scores.append(look(journal.step))
        # Step 0 is the original model, a baseline that has not seen the subject.
        learned = [score for score in journal.scores if score.step > 0]
        if not learned:
            return
        best = max(learned, key=lambda score: score.value)
        if best.step == journal.step:
            journal.best = journal.step
            self.checkpoints.write_best(journal, self.model.parameters)
        since = sum(1 for score in journal.scores if score.step > best.step)
        if since >= PATIENCE and journal.step >= self.settings.steps // 2:
            journal.ended = True

    def _step(self, progress: Progress) -> None:
        journal, settings = self.journal, self.settings
        begun = time.perf_counter()
        for group in self.optimizer.param_groups:
            group["lr"] = group["base"] * min(1.0, (journal.step + 1) / WARM)
        total = 0.0
        for part in range(settings.accumulation):
            number = journal.step * settings.accumulation + part
            generator = torch.Generator().manual_seed(settings.seed * 1_000_003 + number)
            for loss in self._losses(generator):
                (loss / settings.accumulation).backward()
                total += float(loss.detach()) / settings.accumulation
            # The optimizer has not stepped yet, so the step can be abandoned between two parts.
            if part + 1 < settings.accumulation and progress.is_cancelled:
                self.optimizer.zero_grad(set_to_none=True)
                raise Cancelled
        if not math.isfinite(total):
            raise StudioError(
                "The training has diverged: its loss is not a number (step {step}).",
                "Lower the learning rate and start again.",
                step=journal.step,
            )
        torch.nn.utils.clip_grad_norm_(list(self.model.parameters.values()), CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad(set_to_none=True)
        journal.losses.append((journal.step, total))
        journal.step += 1
        journal.seconds += time.perf_counter() - begun

    def _losses(self, generator: torch.Generator) -> Iterator[torch.Tensor]:
        """Yield the losses, each with its own graph.

        Small pictures of subject and class are run together, which is faster; large ones one after
        the other, so that their activations are not in memory at the same time.
        """
        lesson, settings = self.lesson, self.settings
        latents, texts, places, chosen = self._draw(lesson.examples, generator)
        own = _Part(latents, *self._noise(latents, generator), texts, 1.0, places)
        kept = self._kept(latents, chosen, generator)
        if kept is None:
            yield self._error([own])
        elif passes_alone(settings.batch, *latents.shape[-2:]):
            yield self._error([own])
            yield self._error([kept])
        else:
            yield self._error([own, kept])

    def _kept(
        self, latents: torch.Tensor, chosen: list[int], generator: torch.Generator
    ) -> _Part | None:
        """Return the part that preserves the class: pictures of it, or the photos themselves."""
        lesson, settings = self.lesson, self.settings
        if lesson.class_texts is None:
            return None
        if lesson.class_examples is not None:
            chosen = torch.randint(
                len(lesson.class_examples), (settings.batch,), generator=generator
            ).tolist()
            latents = lesson.class_examples.latents[chosen]
        frozen = select(lesson.class_texts, chosen)
        texts = frozen if lesson.class_words is None else lesson.class_words(chosen)
        taught = frozen if lesson.class_examples is None else None
        noise = self._noise(latents, generator)
        return _Part(latents, *noise, texts, settings.prior_weight, None, taught)

    def _error(self, parts: list[_Part]) -> torch.Tensor:
        """Return the weighted error of parts that are run through the UNet together."""
        schedule = self.lesson.schedule
        noisy = torch.cat([schedule.add_noise(p.latents, p.noise, p.times) for p in parts])
        moments = torch.cat([p.times for p in parts])
        conditions = join([p.texts for p in parts])
        counts = [len(p.latents) for p in parts]
        given = zip(parts, noisy.split(counts), moments.split(counts), strict=True)
        taught = [
            None if part.taught is None else self._teach(some, times, part.taught)
            for part, some, times in given
        ]
        predicted = self.model.family.predict(self.model.unet, noisy, moments, conditions)
        total = torch.zeros((), device=noisy.device)
        for part, said, wanted in zip(parts, predicted.split(counts), taught, strict=True):
            if wanted is None:
                wanted = target_of(schedule, part.latents, part.noise, part.times)
            weights = snr_weights(schedule, part.times, self.settings.snr_gamma)
            total = total + part.weight * weighted_error(said, wanted, weights, part.places)
        return total

    def _teach(
        self, noisy: torch.Tensor, moments: torch.Tensor, conditions: Conditions
    ) -> torch.Tensor:
        """Return the frozen model's prediction for the class prompt, used as the target."""
        with torch.no_grad(), self.model.untrained() as frozen:
            return self.model.family.predict(frozen, noisy, moments, conditions)

    def _draw(
        self, examples: Examples, generator: torch.Generator
    ) -> tuple[torch.Tensor, Conditions, torch.Tensor, list[int]]:
        # Every photo is drawn once before any is drawn again.
        order = torch.randperm(len(examples), generator=generator).tolist()
        rounds = -(-self.settings.batch // len(order))
        chosen = (order * rounds)[: self.settings.batch]
        places = mask_weights(examples.places[chosen])
        return examples.latents[chosen], self.lesson.texts(chosen), places, chosen

    def _noise(
        self, latents: torch.Tensor, generator: torch.Generator
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """Return noise and timesteps, one in each equal interval of the schedule."""
        noise = torch.randn(latents.shape, generator=generator).to(latents)
        count, span = len(latents), self.lesson.schedule.config.num_train_timesteps
        # Stratified: the batch covers early and late timesteps evenly, which reduces variance.
        at = (torch.arange(count) + torch.rand(count, generator=generator)) * (span / count)
        return noise, at.long().clamp(max=span - 1).to(latents.device)

    def _is_time(self) -> bool:
        passed = time.monotonic() - self._kept_at
        return passed > max(KEEP_SECONDS, 20 * self._keeping)

    def _keep(self) -> None:
        begun = time.monotonic()
        self.checkpoints.write(self.journal, self.model.parameters, self.optimizer)
        self._kept_at = time.monotonic()
        self._keeping = self._kept_at - begun
