"""What the artist asks of a training, as plain data: photos of a subject, and how to learn it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]

METHODS = ("lora", "dreambooth", "textual_inversion", "pivotal")
"""LoRA DreamBooth, full DreamBooth (Ruiz et al. 2022, https://arxiv.org/abs/2208.12242), Textual
Inversion (Gal et al. 2022, https://arxiv.org/abs/2208.01618), and Textual Inversion with LoRA
(pivotal tuning, https://github.com/cloneofsimo/lora)."""

PRIORS = ("frozen", "images", "none")
"""Ways to keep the class: the frozen model's own prediction is the target for the class words;
pictures of the class that it painted before; not at all."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainPhoto:
    """One photo of the subject, cropped to it: (h, w, 3) uint8 sRGB.

    ``mask`` (h, w) uint8 is 255 where the subject is, None where all of it counts. ``caption``
    holds ``{subject}`` where the name goes, such as "a photo of {subject}".
    """

    image: Pixels = field(repr=False)
    mask: Pixels | None = field(default=None, repr=False)
    caption: str = "a photo of {subject}"


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """How to learn; 0 for a number means the method's own default, see ``resolved``.

    ``rate`` is for the UNet, ``text_rate`` for the text encoder where it learns too,
    ``embedding_rate`` for new words. ``snr_gamma`` is that of min-SNR weighting (Hang et al. 2023,
    https://arxiv.org/abs/2303.09556), 0 switches it off. ``mirror`` shows the photos mirrored too.
    ``layers`` says what of the UNet a LoRA reaches: "attention" or "all". ``vectors`` is how many
    tokens a new word has. ``sample_every`` is in steps.
    """

    method: str = "lora"
    steps: int = 0
    batch: int = 0
    accumulation: int = 1
    resolution: int = 0
    rank: int = 16
    rate: float = 0.0
    text_rate: float = 0.0
    embedding_rate: float = 0.0
    train_text_encoder: bool = False
    vectors: int = 2
    prior: str = "frozen"
    prior_weight: float = 1.0
    class_images: int = 24
    snr_gamma: float = 5.0
    masked: bool = True
    mirror: bool = True
    layers: str = "attention"
    checkpointing: bool = False
    sample_every: int = 0
    seed: int = 0

    def replace(self, **changes: Any) -> TrainSettings:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def to_dict(self) -> dict[str, Any]:
        """Return the JSON-ready form."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> TrainSettings:
        """Return the settings of a mapping; names that are not known are left out."""
        known = {one.name for one in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrainRequest:
    """Teach a model one subject.

    ``name`` is what stands between < and > in prompts, ``kind`` the class word ("dog"). ``folder``
    is where the subject goes, and beside it the checkpoints; a training that was stopped there
    goes on where it was, if the rest of the request is the same. ``taken`` are the words of other
    subjects, which it must not share; one that goes on keeps the word it began with.
    """

    name: str
    kind: str
    photos: tuple[TrainPhoto, ...] = field(repr=False)
    folder: str
    model: str = "starter"
    settings: TrainSettings = field(default_factory=TrainSettings)
    taken: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Score:
    """How the subject stood at one step, by the image encoder; cosines in -1..1.

    ``likeness`` is that of its pictures to the photos, ``drift`` how far pictures of the class
    alone moved away from those of the untouched model (0 is not at all).
    """

    step: int
    likeness: float
    drift: float

    @property
    def value(self) -> float:
        """By what the best checkpoint is chosen."""
        return self.likeness - self.drift


@dataclass(frozen=True, slots=True, eq=False)
class TrainStatus:
    """What a running training tells, beside the progress event's fraction and text.

    ``losses`` are means over short stretches, as (step, loss); ``samples`` (n, h, w, 3) uint8 are
    the newest pictures by fixed seeds, None before the first. ``seconds_left`` counts the looks at
    it as well.
    """

    step: int
    steps: int
    losses: tuple[tuple[int, float], ...]
    scores: tuple[Score, ...]
    best: int
    samples: Pixels | None = field(default=None, repr=False)
    seconds_left: float | None = None


@dataclass(frozen=True, slots=True, eq=False)
class TrainResult:
    """A subject that was learned: it lies in the request's folder.

    ``best`` is the step of the checkpoint that was kept; ``stopped_early`` says that it no longer
    got better. ``seconds`` is the time of the steps alone.
    """

    request: TrainRequest
    steps: int
    best: int
    stopped_early: bool
    scores: tuple[Score, ...]
    losses: tuple[tuple[int, float], ...]
    seconds: float

    @property
    def is_nearer(self) -> bool:
        """Whether what was kept is better than the untouched model, as far as was looked."""
        before = next((score.value for score in self.scores if score.step == 0), None)
        kept = next((score.value for score in self.scores if score.step == self.best), None)
        return before is None or kept is None or kept > before
