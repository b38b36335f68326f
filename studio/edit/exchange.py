"""Requests to export subjects to other programs and import them, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from studio.core.notices import Notice

LAYOUTS = ("kohya", "diffusers", "peft")
"""File layouts of a LoRA; embeddings follow: A1111's for kohya's, else those of diffusers."""


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """Write the subject in ``folder`` as the file ``path``, in one of ``LAYOUTS``.

    ``replace`` allows overwriting an existing file.
    """

    folder: str
    path: str
    layout: str = "kohya"
    replace: bool = False


@dataclass(frozen=True, slots=True)
class ImportRequest:
    """Import a LoRA or an embedding into ``folder`` as a subject called ``name``.

    ``kind`` is its class word and ``word`` its token in prompts to the model; "" takes the file's
    own, else the name.
    """

    path: str
    name: str
    folder: str
    kind: str = ""
    word: str = ""
    model: str = "starter"


@dataclass(frozen=True, slots=True)
class ExchangeResult:
    """The files that were written; ``notes`` list parts of an imported file that are not used."""

    request: ExportRequest | ImportRequest
    files: tuple[Path, ...]
    notes: tuple[Notice, ...] = ()
