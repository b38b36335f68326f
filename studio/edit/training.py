"""Training requests and results as plain data: photos of a subject and training settings."""

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
"""Kinds of prior preservation: the frozen model's prediction as the target for the class prompt;
generated pictures of the class; none."""


@dataclass(frozen=True, slots=True, eq=False)
class TrainPhoto:
    """One photo of the subject, cropped to it: (h, w, 3) uint8 sRGB.

    ``mask`` (h, w) uint8 is 255 where the subject is, None if the whole photo has full weight.
    ``caption`` holds ``{subject}`` in place of the name, such as "a photo of {subject}".
    """

    image: Pixels = field(repr=False)
    mask: Pixels | None = field(default=None, repr=False)
    caption: str = "a photo of {subject}"


@dataclass(frozen=True, slots=True)
class TrainSettings:
    """The training settings; 0 for a number means the method's own default, see ``resolved``.

    ``rate`` is the learning rate of the UNet, ``text_rate`` that of the text encoder if it is
    trained too, ``embedding_rate`` that of new tokens. ``snr_gamma`` is that of min-SNR weighting
    (Hang et al. 2023, https://arxiv.org/abs/2303.09556), 0 switches it off. ``mirror`` adds the
    mirrored photos. ``layers`` are the UNet layers that a LoRA adapts: "attention" or "all".
    ``vectors`` is the number of vectors per new token. ``sample_every`` is in steps.
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
        """Return the settings of a mapping, ignoring unknown names."""
        known = {one.name for one in dataclasses.fields(cls)}
        return cls(**{name: value for name, value in values.items() if name in known})


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TrainRequest:
    """Teach a model one subject.

    ``name`` is the text between < and > in prompts, ``kind`` the class word ("dog"). ``folder`` is
    for the subject and its checkpoints; a training that was stopped there resumes if the rest of
    the request is the same. ``taken`` are the tokens of other subjects, which it must not share; a
    resumed training keeps its first token.
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
    """The quality of the subject at one step, by the image encoder; cosines in -1..1.

    ``likeness`` is the similarity of its pictures to the photos, ``drift`` the change of pictures
    of the class alone against those of the untouched model (0 is none).
    """

    step: int
    likeness: float
    drift: float

    @property
    def value(self) -> float:
        """The score by which the best checkpoint is chosen."""
        return self.likeness - self.drift


@dataclass(frozen=True, slots=True, eq=False)
class TrainStatus:
    """The state of a running training, beside the progress event's fraction and text.

    ``losses`` are means over a few steps, as (step, loss); ``samples`` (n, h, w, 3) uint8 are the
    newest pictures from fixed seeds, None before the first. ``seconds_left`` includes the time for
    samples and scores.
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
    """A trained subject, stored in the request's folder.

    ``best`` is the step of the checkpoint that was kept; ``stopped_early`` means that the score no
    longer improved. ``seconds`` is the time of the steps alone.
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
        """Whether the kept checkpoint scores better than the untouched model."""
        before = next((score.value for score in self.scores if score.step == 0), None)
        kept = next((score.value for score in self.scores if score.step == self.best), None)
        return before is None or kept is None or kept > before
