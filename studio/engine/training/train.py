"""Runs a training from the photos to the files of the subject."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save

from studio.catalog.subjects import LORA, UNET, WORDS, Subject, write_subject
from studio.catalog.vocabulary import WORD, Vocabulary
from studio.core.atomic import write_file
from studio.core.progress import Progress
from studio.edit.training import (
    Pixels,
    Score,
    TrainPhoto,
    TrainRequest,
    TrainResult,
    TrainStatus,
)
from studio.edit.training_defaults import resolve_defaults
from studio.engine.latent_diffusion.model import UNetModel
from studio.engine.training import scores
from studio.engine.training.checkpoints import Checkpoints, Journal, fingerprint_of
from studio.engine.training.data import Examples, fill_captions, read_photos, with_article
from studio.engine.training.family import Conditions, TrainingFamily, select
from studio.engine.training.learner import Learner, learner
from studio.engine.training.loop import Lesson, Loop
from studio.engine.training.objective import noise_schedule
from studio.engine.training.precision import full_precision
from studio.engine.training.sampling import SUBJECT_PROMPTS, sample
from studio.engine.training.words import influence_of, rare_word

READ_SHARE = 0.05
"""Share of the progress bar for reading the photos."""


def train(
    loaded: UNetModel, family: TrainingFamily, request: TrainRequest, progress: Progress
) -> TrainResult:
    """Teach ``loaded`` the subject of a request and write the subject into its folder.

    Afterwards the loaded model is restored bit for bit, also after an error or a cancel. After a
    cancel or a kill the same request resumes where it stopped, with the same result.
    """
    request = replace(request, settings=resolve_defaults(request.settings, loaded.spec))
    with full_precision(loaded) as precise:
        return _train(precise, family, request, progress)


def _train(
    loaded: UNetModel, family: TrainingFamily, request: TrainRequest, progress: Progress
) -> TrainResult:
    settings = request.settings
    folder = Path(request.folder)
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints = Checkpoints(folder, fingerprint_of(request, _identity(loaded)))
    word = checkpoints.word(lambda: subject_word(loaded, request))
    photos = read_photos(
        loaded,
        family,
        [photo if settings.masked else replace(photo, mask=None) for photo in request.photos],
        settings.resolution,
        settings.mirror,
        progress.sub(0.0, READ_SHARE),
    )
    with learner(loaded, family, settings, request.name, request.kind) as model:
        lesson = _lesson(loaded, request, model, photos, word, progress)
        loop = Loop(model, lesson, settings, checkpoints)
        watcher = _Watcher(loaded, request, model, word, progress.sub(READ_SHARE, 1 - READ_SHARE))
        journal = loop.run(watcher.look, watcher.report, progress)
        best = checkpoints.read_best(model.parameters)
        _write(loaded, request, model, word, journal, best)
    checkpoints.clear()
    return TrainResult(
        request=request,
        steps=journal.step,
        best=best,
        stopped_early=journal.step < settings.steps,
        scores=tuple(journal.scores),
        losses=thin_out(journal.losses),
        seconds=journal.seconds,
    )


def subject_word(loaded: UNetModel, request: TrainRequest) -> str:
    """Return the prompt for the subject: its new embedding, or a rare token and its kind."""
    method = request.settings.method
    if method == "textual_inversion":
        return f"<{request.name}>"
    if method == "pivotal":
        return f"<{request.name}> {request.kind}"
    known = Vocabulary.load(loaded.spec.path)
    others = [word for words in request.taken for word in words.split()]
    taken = {*known.known, *WORD.findall(request.kind.lower()), *others}
    tokenizer = loaded.networks.tokenizer
    influence = influence_of(loaded.networks.text_encoder, tokenizer, request.kind)
    return f"{rare_word(tokenizer, taken, influence)} {request.kind}"


def thin_out(losses: list[tuple[int, float]], points: int = 200) -> tuple[tuple[int, float], ...]:
    """Return means of the losses over equal intervals, at most ``points`` of them."""
    if not losses:
        return ()
    size = max(1, -(-len(losses) // points))
    found = []
    for start in range(0, len(losses), size):
        part = losses[start : start + size]
        found.append((part[-1][0], sum(loss for _, loss in part) / len(part)))
    return tuple(found)


def _identity(loaded: UNetModel) -> object:
    files = [
        (file.name, file.stat().st_size, file.stat().st_mtime_ns)
        for part in loaded.spec.components
        for file in part.files
    ]
    return (loaded.spec.name, files, loaded.device.name)


def _lesson(
    loaded: UNetModel,
    request: TrainRequest,
    model: Learner,
    photos: Examples,
    word: str,
    progress: Progress,
) -> Lesson:
    settings = request.settings
    prompts = fill_captions(photos.captions, word)
    class_examples: Examples | None = None
    class_texts: Conditions | None = None
    class_words: Callable[[list[int]], Conditions] | None = None
    kind = with_article(request.kind)
    if settings.prior != "none" and settings.method != "textual_inversion":
        captions = fill_captions(photos.captions, kind)
        if settings.prior == "images":
            class_examples = class_pictures(loaded, request, model, progress)
            captions = list(class_examples.captions)
        # Before the first step the learner equals the original model.
        with torch.no_grad(), model.untrained():
            class_texts = model.encode(captions)
        if settings.train_text_encoder:
            # The encoding of the class by the text encoder must be preserved as well.
            class_words = _reader(model, captions)
    if model.reads_anew:
        texts = _reader(model, prompts)
    else:
        with torch.no_grad():
            cached = model.encode(prompts)

        def texts(chosen: list[int]) -> Conditions:
            return select(cached, chosen)

    schedule = noise_schedule(loaded.networks.scheduler_config)
    return Lesson(schedule, photos, texts, class_examples, class_texts, class_words)


def _reader(model: Learner, prompts: list[str]) -> Callable[[list[int]], Conditions]:
    """Return a function that encodes chosen prompts with the current text encoders."""
    return lambda chosen: model.encode([prompts[i] for i in chosen])


def class_pictures(
    loaded: UNetModel, request: TrainRequest, model: Learner, progress: Progress
) -> Examples:
    """Return pictures of the class by the original model, stored in the run's folder."""
    settings = request.settings
    prompt = fill_captions(["a photo of {subject}"], with_article(request.kind))[0]
    said = [prompt, settings.class_images, settings.seed, settings.resolution, _identity(loaded)]
    key = hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:24]
    file = Path(request.folder) / "run" / f"class-{key}.safetensors"
    if file.is_file():
        latents = load_file(file)["latents"].to(loaded.device.torch)
    else:
        made = []
        for start in range(0, settings.class_images, 4):
            progress.report(
                READ_SHARE * start / settings.class_images, "Painting pictures of the class"
            )
            count = min(4, settings.class_images - start)
            with model.untrained():
                pictures = sample(
                    loaded, model, [prompt] * count, settings.resolution,
                    settings.seed + 7000 + start, progress,
                )  # fmt: skip
            photos = [TrainPhoto(picture) for picture in pictures]
            seen = read_photos(loaded, model.family, photos, settings.resolution, False, Progress())
            made.append(seen.latents)
        latents = torch.cat(made)
        file.parent.mkdir(parents=True, exist_ok=True)
        write_file(file, save({"latents": latents.cpu()}))
    places = torch.ones((len(latents), 1, *latents.shape[-2:]), device=latents.device)
    return Examples(latents, places, (prompt,) * len(latents))


class _Watcher:
    """Scores the learner at intervals and reports progress to the artist."""

    def __init__(
        self,
        loaded: UNetModel,
        request: TrainRequest,
        model: Learner,
        word: str,
        progress: Progress,
    ) -> None:
        self._loaded, self._request, self._model = loaded, request, model
        self._progress = progress
        settings = request.settings
        self._spoken = fill_captions(SUBJECT_PROMPTS, word)
        self._plain = fill_captions(SUBJECT_PROMPTS, with_article(request.kind))
        self._encoder = scores.ImageEncoder.of(loaded.spec)
        self._photos = self._encoder.directions(
            scores.on_grey(photo.image, photo.mask if settings.masked else None)
            for photo in request.photos
        )
        self._before: torch.Tensor | None = None
        self._samples: Pixels | None = None
        self._begun: tuple[float, int] | None = None

    def look(self, step: int) -> Score:
        """Return the score at a step; the next report includes the pictures."""
        self._progress.report(step / self._request.settings.steps, "Evaluating the training")
        if self._before is None:
            with self._model.untrained():
                self._before = self._encoder.directions(self._paint(self._plain))
        made = self._paint(self._spoken)
        # Before the first step the learner equals the original model.
        plain = self._encoder.directions(self._paint(self._plain)) if step else self._before
        self._samples = made
        return Score(
            step,
            scores.likeness(self._encoder.directions(made), self._photos),
            scores.drift(plain, self._before),
        )

    def report(self, journal: Journal) -> None:
        """Report step, losses and scores, with the newest pictures."""
        steps = self._request.settings.steps
        status = TrainStatus(
            step=journal.step,
            steps=steps,
            losses=thin_out(journal.losses),
            scores=tuple(journal.scores),
            best=journal.best,
            samples=self._samples,
            seconds_left=self._left(journal),
        )
        self._progress.report(journal.step / steps, "Learning", self._samples, status)

    def _left(self, journal: Journal) -> float | None:
        """Return the seconds left at the average pace of this run, including scoring."""
        now = time.monotonic()
        if self._begun is None:
            self._begun = now, journal.step
            return None
        began, first = self._begun
        made = journal.step - first
        if made < 3:
            return None
        return (now - began) / made * (self._request.settings.steps - journal.step)

    def _paint(self, prompts: list[str]) -> Pixels:
        settings = self._request.settings
        return sample(
            self._loaded, self._model, prompts, settings.resolution, 1000 + settings.seed,
            self._progress,
        )  # fmt: skip


def _write(
    loaded: UNetModel,
    request: TrainRequest,
    model: Learner,
    word: str,
    journal: Journal,
    best: int,
) -> None:
    folder = Path(request.folder)
    spec, settings = loaded.spec, request.settings
    files = []
    parts: dict[str, dict[str, torch.Tensor]] = {LORA: {}, UNET: {}, WORDS: {}}
    before = dict(loaded.networks.unet.named_parameters())
    for name, parameter in model.parameters.items():
        value = parameter.detach()
        if settings.method == "dreambooth":
            value = value - before[name.removeprefix("unet.")]
        value = value.to("cpu", torch.float16).contiguous()
        if name == "words":
            parts[WORDS][f"<{request.name}>"] = value
        elif ".lora_" in name:
            parts[LORA][name] = value
        else:
            parts[UNET][name.removeprefix("unet.")] = value
    for file, tensors in parts.items():
        if tensors:
            facts = {"name": request.name, "base": spec.name, "method": settings.method}
            if file == LORA:
                facts["rank"] = facts["alpha"] = str(settings.rank)
            write_file(folder / file, save(tensors, facts))
            files.append(file)
    scored = [score for score in journal.scores if score.step == best]
    figures: dict[str, Any] = {
        "photos": len(request.photos),
        "steps": journal.step,
        "best": best,
        "seconds": round(journal.seconds, 1),
        "settings": settings.to_dict(),
        "likeness": round(scored[0].likeness, 4) if scored else None,
        "drift": round(scored[0].drift, 4) if scored else None,
    }
    write_subject(
        Subject(
            name=request.name,
            kind=request.kind,
            word=word,
            method=settings.method,
            base=spec.name,
            model=request.model,
            width=int(loaded.networks.unet.config.cross_attention_dim),
            folder=folder,
            files=tuple(files),
            facts=figures,
        )
    )
