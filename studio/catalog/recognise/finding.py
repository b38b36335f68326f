"""What a weights file is: the result of recognition, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from studio.core.errors import StudioError


class Kind(StrEnum):
    """The role of a file.

    MODEL has its main network and at least one other part; NETWORK is the UNet or transformer
    alone. REFERENCE covers IP-Adapters and Redux. PREVIEW is a tiny autoencoder (TAESD). UNUSABLE
    is recognised, and Lienzo cannot use it: ``Finding.refusal`` is the reason. UNKNOWN is readable,
    and no recogniser knows it.
    """

    MODEL = "model"
    NETWORK = "network"
    LORA = "lora"
    CONTROL = "control"
    T2I_ADAPTER = "t2i adapter"
    REFERENCE = "ip adapter"
    EMBEDDING = "embedding"
    VAE = "vae"
    PREVIEW = "preview"
    TEXT_ENCODER = "text encoder"
    IMAGE_ENCODER = "image encoder"
    UPSCALER = "upscaler"
    UNUSABLE = "unusable"
    UNKNOWN = "unknown"


class Certainty(StrEnum):
    """How kind, family and variant are known.

    CERTAIN: from a tensor's name or shape, or from a diffusers configuration. PROBABLE: from the
    file's name or its metadata, which merges leave wrong. ASK: the file fits several, which
    ``Finding.questions`` lists. CHOSEN: the artist decided, see ``remember``.
    """

    CERTAIN = "certain"
    PROBABLE = "probable"
    ASK = "ask"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True)
class Guess:
    """A fact from the file's name or metadata: "distilled", "lightning", and its ``reason``."""

    field: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Question:
    """A field of ``Finding`` that the file does not decide, and its possible values."""

    field: str
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Precision:
    """How the weights are stored.

    ``format`` is the number format of most of them ("F16", "F8_E4M3", "Q4_K"), or the name of a
    quantisation ("nf4", "int8", "nvfp4", "svdquant", "sdnq"). ``scales`` is the end of the names
    of their scales, "" if there are none: "scale_weight" and "weight_scale" are the two spellings
    of fp8. ``full_multiply``: the file asks for products in full precision. ``mixed``: a second
    format makes up more than a tenth of the weights. ``usable`` is whether Lienzo can load it.
    """

    format: str = ""
    scales: str = ""
    full_multiply: bool = False
    mixed: bool = False
    usable: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a file cannot be used: English templates of a sentence and of what to do, and values."""

    message: str
    hint: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    def error(self) -> StudioError:
        """Return it as an error that the window translates."""
        return StudioError(self.message, self.hint, **self.values)

    def __str__(self) -> str:
        return str(self.error())


def refusal(message: str, hint: str = "", **values: object) -> Refusal:
    """Return a refusal of literal English templates in ``str.format`` syntax."""
    return Refusal(message, hint, {name: str(value) for name, value in values.items()})


@dataclass(frozen=True, slots=True)
class About:
    """The metadata that trainers and sites write into a file, all optional.

    ``trigger_words`` are the phrase for prompts, or the most frequent tags of the training, most
    frequent first. ``resolution`` is (width, height) in pixels, (0, 0) if unknown. ``thumbnail``:
    whether ``metadata.thumbnail`` returns a picture.
    """

    title: str = ""
    author: str = ""
    licence: str = ""
    usage: str = ""
    trigger_words: tuple[str, ...] = ()
    resolution: tuple[int, int] = (0, 0)
    thumbnail: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """The answer of recognition for one file or one folder in diffusers layout.

    ``family`` is a key of ``names.FAMILY_LABELS`` ("" for a part that several share), ``variant``
    the family's own name of a kind ("inpainting", "klein 4B"). ``certainty`` and ``reason`` state
    how both are known: the deciding tensor, name or metadata key. ``prediction_type`` is "epsilon",
    "v_prediction", "edm", "edm_v" or "flow", "" for anything but a main network.
    ``traits`` are facts that the weights do not reveal, such as "turbo", "lightning" or "pony";
    each has its ``Guess``.

    ``inside`` are the other parts in the file and ``missing`` the ones that it needs beside it;
    ``provides`` is what a part is good for. All three are keys of ``parts.PARTS``, so that a
    missing part is served by every file that provides it. ``bases`` are the families that an
    adapter or a part may be used with, ``base_variant`` the only variant if there is one.
    ``modes`` are the number of control types of a union ControlNet. ``role`` is the kind that an
    UNUSABLE file would be if it could be used, "" if that is not known.

    ``half_overflows``: float16 gives black pictures, so that bfloat16 or float32 is needed. Only
    the ``refusal`` of an UNUSABLE file is not None.
    """

    kind: Kind
    family: str = ""
    variant: str = ""
    certainty: Certainty = Certainty.CERTAIN
    reason: str = ""
    prediction_type: str = ""
    zero_terminal_snr: bool = False
    traits: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    questions: tuple[Question, ...] = ()
    precision: Precision = field(default_factory=Precision)
    format: str = ""
    diffusers_names: bool = False
    inside: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    base_variant: str = ""
    modes: int = 0
    half_overflows: bool = False
    about: About = field(default_factory=About)
    refusal: Refusal | None = None
    role: str = ""
