"""Opens a weights file of any format by its first bytes, whatever its name is."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from studio.catalog.recognise.gguf_header import MAGIC, read_gguf
from studio.catalog.recognise.header import Header
from studio.catalog.recognise.pickle_header import read_torch
from studio.catalog.recognise.safetensors_header import read_safetensors
from studio.core.errors import StudioError

START = 512
AGAIN = "Get it again from where you got it."
PARTIAL = (
    ".part",
    ".crdownload",
    ".download",
    ".partial",
    ".tmp",
    ".aria2",
    ".incomplete",
    ".opdownload",
)
"""Suffixes of downloads that browsers and programs have not finished."""
SUFFIXES = (
    ".safetensors", ".sft", ".gguf", ".ckpt", ".pt", ".pt2", ".pth", ".bin", ".pkl", ".onnx",
    ".patch",
)  # fmt: skip
"""Suffixes of weights files; a folder's other files are not opened."""
PAGES = (b"<!doctype", b"<html", b"<?xml", b"<head")
MESSAGES = (b"access to model", b"invalid username", b"entry not found", b"repository not found",
            b'{"error"', b"unauthorized", b"not found", b"<error")  # fmt: skip
"""First bytes, in lower case, of what servers send instead of a file."""
OTHERS = (
    (b"\x89HDF", "HDF5"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7-Zip"),
    (b"\x1f\x8b", "gzip"),
    (b"lmgg", "GGML"),
    (b"tjgg", "GGML"),
    (b"fmgg", "GGML"),
    (b"%PDF", "PDF"),
    (b"MZ", "Windows program"),
    (b"\x7fELF", "Linux program"),
)


def open_header(path: Path) -> Header:
    """Return the header of a file; StudioError if it is damaged, or not a weights file at all."""
    if path.suffix.lower() in PARTIAL:
        raise StudioError(
            "{path} is a download that is not finished.",
            "Let the download end, or start it again.",
            path=str(path),
        )
    size, start = _start(path)
    if start.startswith(MAGIC):
        return read_gguf(path)
    if start[8:9] == b"{":
        return read_safetensors(path)
    _refuse_other(path, size, start)
    if start.startswith(b"PK") or (start[:1] == b"\x80" and 0 < start[1] <= 5):
        return read_torch(path)
    if path.suffix.lower() in (".safetensors", ".sft", ".gguf"):
        raise StudioError(
            "{path} is damaged: it does not begin like a {kind} file.",
            AGAIN,
            path=str(path),
            kind=path.suffix.lower().strip(".").replace("sft", "safetensors"),
        )
    raise StudioError(
        "{path} is not a weight file that Lienzo knows.",
        "Get the safetensors or GGUF version of the model.",
        path=str(path),
    )


def _start(path: Path) -> tuple[int, bytes]:
    """Return the size of a file and its first bytes; StudioError if it is empty or unreadable."""
    try:
        # A pipe would wait for a writer for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            raise StudioError("{path} is not a file.", path=str(path))
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            start = file.read(START)
    except FileNotFoundError as error:
        raise StudioError(
            "There is no file {path}.", "It may have been moved or deleted.", path=str(path)
        ) from error
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    if not start:
        raise StudioError("{path} is empty.", AGAIN, path=str(path))
    return size, start


def _refuse_other(path: Path, size: int, start: bytes) -> None:
    """Raise StudioError for what is often saved under the name of a weights file."""
    text = start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if text.startswith(b"version https://git-lfs"):
        raise StudioError(
            "{path} is only a pointer of git-lfs: the file itself was not downloaded.",
            "Run git lfs pull in its folder, or download the file from its page.",
            path=str(path),
        )
    if text.startswith(PAGES) or (size < 4096 and any(one in text for one in MESSAGES)):
        raise StudioError(
            "{path} is a web page or a server's message, not a model.",
            "The download was refused. Sign in there, accept the licence and get it again.",
            path=str(path),
        )
    if not start.strip(b"\0"):
        raise StudioError(
            "{path} begins with zeros: its download was never finished.", AGAIN, path=str(path)
        )
    kind = next((name for magic, name in OTHERS if start.startswith(magic)), "")
    if not kind and path.suffix.lower() == ".onnx":
        kind = "ONNX"
    if kind:
        raise StudioError(
            "{path} is of the kind {kind}, not a model that Lienzo reads.",
            "Get the safetensors or GGUF version of the model.",
            path=str(path),
            kind=kind,
        )
