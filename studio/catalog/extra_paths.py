"""ComfyUI's extra_model_paths.yaml: the folders with models that it names.

Only the shape that ComfyUI documents is read: sections, each with ``base_path``, ``is_default`` and
paths, of which one key may have several, a line each. Anything else of YAML is refused, so that no
path is guessed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import StudioError

LARGEST = 1 << 20
"""Bytes of the longest file that is read."""
_KEY = re.compile(r"([A-Za-z0-9_.-]+|\"[^\"]+\"|'[^']+'):(?:\s+(.*))?$")
_BLOCK = re.compile(r"\|[-+]?$")
_SPECIAL = tuple("[]{}&*!>%@`-?")
_TRUE, _FALSE = ("true", "yes", "on"), ("false", "no", "off")


@dataclass(frozen=True, slots=True)
class ExtraPaths:
    """One section: its name, whether its folders come first, and (kind, folder) pairs.

    Kinds are the names of ComfyUI's folders, such as "checkpoints".
    """

    name: str
    is_default: bool
    folders: tuple[tuple[str, Path], ...]


def read_extra_paths(file: Path) -> tuple[ExtraPaths, ...]:
    """Return the sections of a file, those with ``is_default`` first.

    Paths are relative to ``base_path``, and that to the file. StudioError with the line if the file
    cannot be read or has another shape.
    """
    try:
        if file.stat().st_size > LARGEST:
            raise _refused(file, 1)
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise _refused(file, 1) from error
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(file),
            reason=error.strerror or str(error),
        ) from error
    found = [_section(file, name, values) for name, values in _sections(file, text)]
    return tuple(sorted(found, key=lambda one: not one.is_default))


def _section(file: Path, name: str, values: dict[str, str]) -> ExtraPaths:
    base = _path(values.pop("base_path", ""), file.parent)
    default = values.pop("is_default", "false").lower()
    if default not in (*_TRUE, *_FALSE):
        raise _refused(file, 1)
    folders = [
        (key, _path(line.strip(), base))
        for key, value in values.items()
        for line in value.split("\n")
        if line.strip()
    ]
    return ExtraPaths(name, default in _TRUE, tuple(folders))


def _path(text: str, base: Path) -> Path:
    # Path.expanduser raises an error for the home of somebody who is not known here.
    given = os.path.expanduser(os.path.expandvars(text))
    return Path(os.path.normpath(base / given))


def _sections(file: Path, text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield the name of each section and its values; lines of a block are joined by newlines."""
    name, indent = "", 0
    values: dict[str, str] = {}
    block, block_indent = "", 0
    for number, raw in enumerate(text.splitlines(), 1):
        line = raw.rstrip()
        bare = line.lstrip(" ")
        depth = len(line) - len(bare)
        if block and bare and depth > indent:
            if not block_indent:
                block_indent = depth
            if depth < block_indent or "\t" in line[:depth]:
                raise _refused(file, number)
            values[block] += f"{bare}\n"
            continue
        if not bare or bare.startswith("#") or (bare == "---" and not name):
            continue
        block, block_indent = "", 0
        key, value = _pair(file, number, bare)
        if depth == 0:
            if value:
                raise _refused(file, number)
            if name and values:
                yield name, values
            name, values, indent = key, {}, 0
            continue
        indent = indent or depth
        if not name or depth != indent or key in values:
            raise _refused(file, number)
        if _BLOCK.match(value):
            block, values[key] = key, ""
        else:
            values[key] = value
    if name and values:
        yield name, values


def _pair(file: Path, number: int, line: str) -> tuple[str, str]:
    found = _KEY.match(line)
    if found is None:
        raise _refused(file, number)
    key, value = found.group(1).strip("\"'"), (found.group(2) or "").strip()
    if _BLOCK.match(_uncommented(value)):
        return key, _uncommented(value)
    return key, _scalar(file, number, value)


def _scalar(file: Path, number: int, value: str) -> str:
    quote = value[:1]
    if quote in ("'", '"'):
        end = value.find(quote, 1)
        rest = value[end + 1 :].strip()
        inner = value[1:end]
        if end < 0 or (rest and not rest.startswith("#")):
            raise _refused(file, number)
        if quote == '"' and "\\" in inner:
            if re.search(r"\\[^\\]", inner.replace("\\\\", "")):
                # Escapes such as \n or \x41 are not needed for paths.
                raise _refused(file, number)
            inner = inner.replace("\\\\", "\\")
        return inner
    plain = _uncommented(value)
    if plain.startswith(_SPECIAL) or plain.startswith("|") or ": " in plain:
        raise _refused(file, number)
    return "" if plain in ("~", "null") else plain


def _uncommented(value: str) -> str:
    return re.split(r"(?:^|\s)#", value, maxsplit=1)[0].strip()


def _refused(file: Path, line: int) -> StudioError:
    return StudioError(
        "{path} has something in line {line} that Lienzo does not read.",
        "Lienzo reads sections with base_path, is_default and paths, one a line. Add the folders"
        " by Add a model.",
        path=str(file),
        line=line,
    )
