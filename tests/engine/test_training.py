"""A subject is learned by the real starter, in few steps and small pictures."""

from __future__ import annotations

import errno
import hashlib
import math
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from studio.catalog.models import STARTER, identify
from studio.catalog.subjects import LORA, UNET, WORDS, read_subject
from studio.catalog.vocabulary import Vocabulary
from studio.core.errors import Cancelled, StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import AdapterUse, EditRequest, Sampling, Task
from studio.edit.training import TrainPhoto, TrainRequest, TrainSettings, TrainStatus
from studio.engine.device import Device
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.loaded import LoadedStableDiffusion
from studio.engine.families.stable_diffusion.teaching import STATES, StableDiffusionTraining
from studio.engine.training import loop, memory, sampling
from studio.engine.training import train as train_module
from studio.engine.training.checkpoints import BEST, STATE
from studio.engine.training.data import fit_square, read_photos
from studio.engine.training.learner import Learner
from studio.engine.training.train import subject_word
from studio.engine.training.words import RAREST, rare_word
from studio.session.training_plans import stopped_at

SIDE = 64
SMALL = TrainSettings(steps=6, batch=2, resolution=SIDE, rank=4, sample_every=3, seed=3)


def photos(count: int = 3) -> tuple[TrainPhoto, ...]:
    """Return pictures of one striped ball, at other places on other grounds."""
    made = []
    for number in range(count):
        rng = np.random.default_rng(number)
        image = np.full((96, 96, 3), rng.integers(0, 256, 3), np.uint8)
        mask = np.zeros((96, 96), np.uint8)
        centre = (48 + 4 * number, 44)
        cv2.circle(mask, centre, 30, 255, -1)
        stripes = np.zeros_like(image)
        stripes[:, :, 0] = 250
        stripes[::8] = stripes[1::8] = stripes[2::8] = (0, 240, 255)
        image[mask > 0] = stripes[mask > 0]
        made.append(TrainPhoto(image, mask))
    return tuple(made)


def request(folder: Path, settings: TrainSettings = SMALL, **changes: object) -> TrainRequest:
    """Return the training of the ball."""
    values: dict[str, object] = {
        "name": "luna", "kind": "ball", "photos": photos(), "folder": str(folder),
        "settings": settings, **changes,
    }  # fmt: skip
    return TrainRequest(**values)  # type: ignore[arg-type]


def fingerprint(engine: Engine) -> str:
    """Return a hash of every weight of the loaded model."""
    loaded = engine.residency.get(identify(STARTER), Progress())
    content = hashlib.sha256()
    for network in (loaded.networks.unet, loaded.networks.text_encoder, loaded.networks.vae):
        for name, value in network.state_dict().items():
            content.update(name.encode() + value.numpy().tobytes())
        hooks = [m for m in network.modules() if m._forward_hooks or m._forward_pre_hooks]
        assert not hooks
        assert not any(parameter.requires_grad for parameter in network.parameters())
        flags = [getattr(m, "gradient_checkpointing", False) for m in network.modules()]
        assert not any(flags)
    return content.hexdigest()


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine with the starter in memory."""
    made = Engine("cpu")
    made.warm_up()
    return made


@pytest.fixture(autouse=True)
def coarse(monkeypatch: pytest.MonkeyPatch) -> None:
    """Paint the pictures of a look in two steps; who measures them asks for more."""
    monkeypatch.setattr(sampling, "STEPS", 2)


class Stop:
    """Cancels at the first report whose text is ``text`` after ``step`` steps."""

    def __init__(self, text: str, step: int = 0) -> None:
        self.text, self.step = text, step
        self.progress = Progress(self)
        self.seen: list[ProgressEvent] = []

    def __call__(self, event: ProgressEvent) -> None:
        self.seen.append(event)
        made = event.details.step if isinstance(event.details, TrainStatus) else 0
        if event.text == self.text and made >= self.step:
            self.progress.cancel()


@pytest.mark.parametrize(
    ("method", "files"),
    [
        ("lora", (LORA,)),
        ("dreambooth", (UNET,)),
        ("textual_inversion", (WORDS,)),
        ("pivotal", (LORA, WORDS)),
    ],
)
def test_every_method_makes_a_subject_that_edits_can_use(
    engine: Engine, tmp_path: Path, method: str, files: tuple[str, ...]
) -> None:
    """The subject changes a picture, weight 0 does not, and the model is as it was."""
    before = fingerprint(engine)
    settings = SMALL.replace(method=method, steps=3, rate=5e-3, embedding_rate=0.5)
    statuses: list[TrainStatus] = []

    def hear(event: ProgressEvent) -> None:
        if isinstance(event.details, TrainStatus):
            statuses.append(event.details)

    result = engine.run(request(tmp_path / "s", settings), Progress(hear))
    assert fingerprint(engine) == before
    assert [status.step for status in statuses] == [1, 2, 3]
    assert statuses[-1].samples is not None and statuses[-1].samples.shape == (4, SIDE, SIDE, 3)
    subject = read_subject(tmp_path / "s")
    assert set(subject.files) == set(files) and result.steps == 3
    assert not (tmp_path / "s" / "run").exists()

    def painted(weight: float, prompt: str = "<luna>") -> np.ndarray:
        uses = (AdapterUse("subject", str(subject.folder), weight),)
        asked = EditRequest(
            task=Task.GENERATE, prompt=prompt, region=Rect(0, 0, 96, 96), adapters=uses,
            sampling=Sampling(2, 3.0, "ddim", seed=1),
        )  # fmt: skip
        made = engine.run(asked)
        # What was asked, with the fingerprints of the files that it was made with.
        assert (made.request.prompt, made.request.sampling) == (asked.prompt, asked.sampling)
        assert [one.path for one in made.request.adapters] == [str(subject.folder)]
        return made.images[0]

    assert not np.array_equal(painted(1.0), painted(0.5))
    assert np.array_equal(painted(0.0), painted(0.0, "ball"))
    assert fingerprint(engine) == before


def test_it_learns(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pictures by its word come nearer to the photos than those of the untouched model."""
    monkeypatch.setattr(sampling, "STEPS", 8)
    settings = SMALL.replace(resolution=128, steps=40, sample_every=40, rank=8, rate=2e-3)
    result = engine.run(request(tmp_path, settings))
    first, last = result.scores[0], result.scores[-1]
    assert 1 - last.likeness < 0.9 * (1 - first.likeness)
    assert last.drift < 0.2
    start = np.mean([loss for step, loss in result.losses if step < 8])
    end = np.mean([loss for step, loss in result.losses if step >= 32])
    assert end < 0.75 * start


def test_the_untouched_model_is_never_the_best(engine: Engine, tmp_path: Path) -> None:
    """Whatever the scores say: at step 0 nothing is known of the subject."""
    result = engine.run(request(tmp_path, SMALL.replace(rate=0.3, steps=4, sample_every=2)))
    assert result.best > 0 and result.scores[0].step == 0
    best = next(score for score in result.scores if score.step == result.best)
    assert result.is_nearer == (best.value > result.scores[0].value)
    learned = load_file(tmp_path / LORA)
    assert any(value.any() for name, value in learned.items() if "lora_B" in name)


@pytest.mark.parametrize("method", ["lora", "dreambooth", "textual_inversion", "pivotal"])
def test_a_model_in_half_precision_learns_too(tmp_path: Path, method: str) -> None:
    """As on a graphics card; its weights are half again afterwards, bit for bit."""
    engine = Engine("cpu")
    half = Device("cpu", torch.float16)
    engine._device = engine.residency.device = half
    engine.warm_up()
    before = fingerprint(engine)
    text = engine.residency.get(identify(STARTER), Progress()).networks.text_encoder
    assert next(text.parameters()).dtype is torch.float16
    settings = SMALL.replace(method=method, steps=2, sample_every=2, train_text_encoder=False)
    if method == "lora":
        settings = settings.replace(train_text_encoder=True)
    engine.run(request(tmp_path, settings))
    assert next(text.parameters()).dtype is torch.float16
    assert fingerprint(engine) == before


def test_the_prior_keeps_what_the_text_encoder_makes_of_the_class(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The class words are read by the encoder that learns, and compared with the frozen model."""
    moved: dict[str, float] = {}
    write = train_module._write

    def spy(loaded: Any, asked: TrainRequest, model: Learner, *rest: Any) -> None:
        with torch.no_grad():
            now = model.encode(["a photo of a ball"])[STATES]
            with model.untrained():
                before = model.encode(["a photo of a ball"])[STATES]
        moved[asked.settings.prior] = float((now - before).norm() / before.norm())
        write(loaded, asked, model, *rest)

    monkeypatch.setattr(train_module, "_write", spy)
    for prior in ("frozen", "none"):
        settings = SMALL.replace(
            steps=20, sample_every=20, train_text_encoder=True, prior=prior, text_rate=1e-3
        )
        engine.run(request(tmp_path / prior, settings))
    assert moved["frozen"] < 0.7 * moved["none"]


def test_what_is_added_beside_a_photo_counts_for_nothing(engine: Engine) -> None:
    """A long photo is made square, and nobody took a photo of what is added."""
    loaded = engine.residency.get(identify(STARTER), Progress())
    assert isinstance(loaded, LoadedStableDiffusion)
    photo = TrainPhoto(np.full((32, 64, 3), 90, np.uint8))
    family = StableDiffusionTraining()
    places = read_photos(loaded, family, [photo], SIDE, False, Progress()).places[0, 0]
    assert not places[0].any() and not places[-1].any()
    assert (places[len(places) // 2] == 1).all()


def test_a_word_means_nothing_and_belongs_to_one_subject(engine: Engine, tmp_path: Path) -> None:
    """It is the end of one known word, to which the model listens; no two subjects share it."""
    loaded = engine.residency.get(identify(STARTER), Progress())
    assert isinstance(loaded, LoadedStableDiffusion)
    tokenizer, known = loaded.networks.tokenizer, Vocabulary.load(STARTER).known
    first = subject_word(loaded, request(tmp_path))
    second = subject_word(loaded, request(tmp_path, taken=(first,)))
    assert first.endswith(" ball") and second.endswith(" ball") and first != second
    for word in (first.split()[0], second.split()[0]):
        (token,) = tokenizer(word, add_special_tokens=False).input_ids
        assert word not in known
        assert sum(token in ids for ids in tokenizer(sorted(known)).input_ids) == 1
    seen: list[str] = []

    def influence(words: Sequence[str]) -> list[float]:
        seen.extend(words)
        return [0.1, 0.2, 0.5, *[1.0] * (len(words) - 3)]

    # The rarest that the text encoder hears.
    assert rare_word(tokenizer, known, influence) == seen[2] and len(seen) == RAREST


def test_a_training_keeps_its_word(engine: Engine, tmp_path: Path) -> None:
    """Also where another subject came to be meanwhile."""
    stop = Stop("Learning", 2)
    with pytest.raises(Cancelled):
        engine.run(request(tmp_path), stop.progress)
    loaded = engine.residency.get(identify(STARTER), Progress())
    assert isinstance(loaded, LoadedStableDiffusion)
    word = subject_word(loaded, request(tmp_path))
    engine.run(request(tmp_path, taken=(word,)))
    assert read_subject(tmp_path).word == word


def test_the_prior_keeps_the_class(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the frozen model as teacher the class drifts less than with nothing."""
    monkeypatch.setattr(sampling, "STEPS", 8)
    drifts = {}
    for prior in ("frozen", "none"):
        settings = SMALL.replace(
            steps=25, sample_every=25, batch=3, rank=8, rate=5e-3, prior=prior, prior_weight=2.0
        )
        drifts[prior] = engine.run(request(tmp_path / prior, settings)).scores[-1].drift
    assert drifts["frozen"] < drifts["none"]


def test_pictures_of_the_class_are_painted_once(engine: Engine, tmp_path: Path) -> None:
    """They are made by the untouched model and kept for a resumed run."""
    settings = SMALL.replace(prior="images", class_images=5)
    stop = Stop("Learning", 2)
    with pytest.raises(Cancelled):
        engine.run(request(tmp_path, settings), stop.progress)
    (kept,) = (tmp_path / "run").glob("class-*.safetensors")
    assert load_file(kept)["latents"].shape == (5, 4, SIDE // 8, SIDE // 8)
    again: list[str] = []
    engine.run(request(tmp_path, settings), Progress(lambda event: again.append(event.text)))
    assert any(event.text == "Painting pictures of the class" for event in stop.seen)
    assert "Painting pictures of the class" not in again


@pytest.mark.parametrize("prior", ["frozen", "images"])
def test_large_pictures_of_subject_and_class_pass_one_by_one(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, prior: str
) -> None:
    """Never more than a batch with a graph is in the UNet, and the same is learned."""
    graphs: list[int] = []
    unet = engine.residency.get(identify(STARTER), Progress()).networks.unet
    seen = unet.register_forward_hook(
        lambda module, args, out: graphs.append(len(args[0])) if torch.is_grad_enabled() else None
    )
    settings = SMALL.replace(steps=4, sample_every=4, prior=prior, class_images=2)
    together = engine.run(request(tmp_path / "together", settings))
    assert graphs == [4, 4, 4, 4]
    monkeypatch.setattr(memory, "LARGE", 1)
    graphs.clear()
    alone = engine.run(request(tmp_path / "alone", settings))
    seen.remove()
    assert graphs == [2] * 8
    assert [loss for _, loss in alone.losses] == pytest.approx(
        [loss for _, loss in together.losses], rel=1e-3
    )


@pytest.mark.parametrize(
    ("text", "step"),
    [("Reading the photos", 0), ("Evaluating the training", 0), ("Learning", 4)],
)
def test_cancelled_and_resumed_it_ends_as_if_nothing_had_been(
    engine: Engine, tmp_path: Path, text: str, step: int
) -> None:
    """Cancelled while reading, looking or learning; the model is restored, the end the same."""
    before = fingerprint(engine)
    whole = engine.run(request(tmp_path / "whole"))
    stop = Stop(text, step)
    with pytest.raises(Cancelled):
        engine.run(request(tmp_path / "parts"), stop.progress)
    assert fingerprint(engine) == before
    assert stop.seen[-1].text == text
    # Nothing that was learned is learned again.
    assert stopped_at(tmp_path / "parts") == step
    parts = engine.run(request(tmp_path / "parts"))
    assert parts.scores == whole.scores and parts.losses == whole.losses
    assert same_files(tmp_path / "whole" / LORA, tmp_path / "parts" / LORA)


def same_files(one: Path, other: Path) -> bool:
    """Return whether two files of tensors hold the same bits."""
    first, second = load_file(one), load_file(other)
    return first.keys() == second.keys() and all(
        torch.equal(value, second[name]) for name, value in first.items()
    )


KILLED = """
import sys
sys.path.insert(0, sys.argv[1])
import torch
torch.set_num_threads(1)
from pathlib import Path
from test_training import SMALL, request
from studio.engine.engine import Engine
from studio.engine.training import loop, memory, sampling
loop.KEEP_SECONDS = 0.0
engine = Engine("cpu")
engine.run(request(Path(sys.argv[2]), SMALL.replace(steps=12)))
"""


def test_a_killed_training_goes_on_to_the_same_adapter(tmp_path: Path) -> None:
    """SIGKILL at random moments of a real process; LIENZO_KILLS says how many (10 by hand)."""
    kills = int(os.environ.get("LIENZO_KILLS", "3"))
    rng = random.Random(7)
    # Each after a step at random, so that the next one begins from numbers that were learned.
    steps = sorted(rng.sample(range(1, 12), kills))
    command = [sys.executable, "-c", KILLED, str(Path(__file__).parent)]
    environment = {**os.environ, "OMP_NUM_THREADS": "1"}
    subprocess.run([*command, str(tmp_path / "whole")], check=True, env=environment)
    met = []
    for step in steps:
        with subprocess.Popen([*command, str(tmp_path / "parts")], env=environment) as child:
            while stopped_at(tmp_path / "parts") < step and child.poll() is None:
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.1))
            child.send_signal(signal.SIGKILL)
        met.append(stopped_at(tmp_path / "parts"))
    assert any(0 < step < 12 for step in met)
    subprocess.run([*command, str(tmp_path / "parts")], check=True, env=environment)
    assert same_files(tmp_path / "whole" / LORA, tmp_path / "parts" / LORA)


def test_a_full_disk_keeps_what_there_was(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The training ends with a sentence; what was kept before stays and is resumed from."""
    stop = Stop("Learning", 4)
    with pytest.raises(Cancelled):
        engine.run(request(tmp_path), stop.progress)
    kept = (tmp_path / "run" / STATE).read_bytes(), (tmp_path / "run" / BEST).read_bytes()

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", full)
        with pytest.raises(StudioError, match="disk is full"):
            engine.run(request(tmp_path))
    assert ((tmp_path / "run" / STATE).read_bytes(), (tmp_path / "run" / BEST).read_bytes()) == kept
    assert not list((tmp_path / "run").glob(".*tmp"))
    assert engine.run(request(tmp_path)).steps == SMALL.steps


def test_numbers_that_are_none_end_it_with_a_sentence(engine: Engine, tmp_path: Path) -> None:
    """A rate far too high is said so, and the model is as it was."""
    before = fingerprint(engine)
    for steps, every in ((6, 6), (2, 1)):
        settings = SMALL.replace(rate=1e6, steps=steps, sample_every=every)
        with pytest.raises(StudioError, match=r"has diverged.*Lower the learning rate"):
            engine.run(request(tmp_path / f"{steps}", settings))
    assert fingerprint(engine) == before


def test_too_little_memory_is_said_before_anything_happens(tmp_path: Path) -> None:
    """Nothing is loaded and nothing written."""
    engine = Engine("cpu", free=lambda: 300 * 2**20)
    with pytest.raises(StudioError, match="memory"):
        engine.run(request(tmp_path / "s"))
    assert engine.residency.loaded is None and not (tmp_path / "s").exists()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"photos": ()}, "no photo"),
        ({"settings": SMALL.replace(method="magic")}, "magic"),
        ({"settings": SMALL.replace(method="dreambooth", train_text_encoder=True)}, "DreamBooth"),
        ({"settings": SMALL.replace(rank=0)}, "rank must lie between 1"),
        ({"settings": SMALL.replace(resolution=100)}, "multiple"),
        ({"settings": SMALL.replace(resolution=8)}, "at least 64"),
        ({"settings": SMALL.replace(resolution=-8)}, "resolution must lie"),
        ({"settings": SMALL.replace(rate=math.nan)}, "learning rate must be"),
        ({"settings": SMALL.replace(embedding_rate=-1)}, "learning rate must be"),
        ({"settings": SMALL.replace(class_images=0)}, "class images must lie"),
        ({"settings": SMALL.replace(seed=10**22)}, "seed must lie"),
    ],
)
def test_what_cannot_be_taught_is_said(
    engine: Engine, tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    """Before anything is done."""
    with pytest.raises(StudioError, match=said):
        engine.run(request(tmp_path / "s", **changes))
    assert not (tmp_path / "s").exists()


def test_other_photos_begin_anew(engine: Engine, tmp_path: Path) -> None:
    """A checkpoint of another request is not gone on from."""
    stop = Stop("Learning", 4)
    with pytest.raises(Cancelled):
        engine.run(request(tmp_path), stop.progress)
    steps: list[int] = []

    def hear(event: ProgressEvent) -> None:
        if isinstance(event.details, TrainStatus):
            steps.append(event.details.step)

    engine.run(request(tmp_path, photos=photos(2)), Progress(hear))
    assert steps[0] == 1


def test_a_photo_keeps_its_proportions() -> None:
    """A wide photo is padded by its own edge, not squeezed."""
    wide = np.zeros((10, 40, 3), np.uint8)
    wide[:, 20:] = 200
    made = fit_square(wide, 40)
    assert made.shape == (40, 40, 3)
    assert (made[:, :18] == 0).all() and (made[:, 22:] == 200).all()


def test_a_checkpoint_is_not_written_all_the_time(
    engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only after a while, and at the end."""
    written: list[int] = []
    keep = loop.Loop._keep

    def counted(self: loop.Loop) -> None:
        written.append(self.journal.step)
        keep(self)

    monkeypatch.setattr(loop.Loop, "_keep", counted)
    engine.run(request(tmp_path))
    assert written == [SMALL.steps]
