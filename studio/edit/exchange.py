"""Bringing subjects out to other programs and in from them, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.core.notices import Notice

LAYOUTS = ("kohya", "diffusers", "peft")
"""Layouts that a LoRA is written in; the words of a subject follow: A1111's for kohya's, else
those of diffusers."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Write the subject in ``folder`` as the file ``path``, in one of ``LAYOUTS``.

    ``replace`` allows it to take the place of a file that is there.
    """

    folder: str
    path: str
    layout: str = "kohya"
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Take a LoRA or an embedding as a subject called ``name`` into ``folder``.

    ``kind`` is its class word and ``word`` what the model reads for it; "" takes what the file
    says, else the name.
    """

    path: str
    name: str
    folder: str
    kind: str = ""
    word: str = ""
    model: str = "starter"


@dataclass(frozen=True, slots=True)
class ExchangeResult:
    """The files that were written; ``notes`` say what of a file that was taken does not count."""

    request: ExportRequest | ImportRequest
    files: tuple[Path, ...]
    notes: tuple[Notice, ...] = ()
