"""Packs: models, tokenizers and checksums in one file, for a machine without a network.

A pack is a zip archive without compression (APPNOTE.TXT 6.3, ZIP64), so that no content can grow
when it is read. ``models/`` has the folders of ComfyUI and models in diffusers layout, ``assets/``
installed assets; ``lienzo-pack.json`` lists every file with size and SHA-256. Configurations of
single files ship with Lienzo.
"""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from studio.catalog.models import identify
from studio.catalog.recognise.finding import Kind
from studio.catalog.single.opened import finding_of
from studio.core.assets.places import asset_folder, missing_asset
from studio.core.assets.table import ASSETS
from studio.core.atomic import Check, replace_file
from studio.core.errors import StudioError
from studio.core.progress import Progress

MANIFEST = "lienzo-pack.json"
VERSION = 1
LARGEST_MANIFEST = 16 << 20
BLOCK = 4 << 20
INDEX = "model_index.json"
FOLDERS: Mapping[Kind, str] = {
    Kind.MODEL: "checkpoints",
    Kind.NETWORK: "diffusion_models",
    Kind.LORA: "loras",
    Kind.CONTROL: "controlnet",
    Kind.T2I_ADAPTER: "controlnet",
    Kind.REFERENCE: "ipadapter",
    Kind.EMBEDDING: "embeddings",
    Kind.VAE: "vae",
    Kind.PREVIEW: "vae_approx",
    Kind.TEXT_ENCODER: "text_encoders",
    Kind.IMAGE_ENCODER: "clip_vision",
    Kind.UPSCALER: "upscale_models",
}
SUFFIXES = (".safetensors", ".sft", ".gguf", ".json", ".txt", ".model", ".md", ".csv", ".yaml")
"""Of files that a pack may have in ``models/``: data, and nothing that could run."""
NAMES = ("LICENSE", "NOTICE", "SHA256SUMS")


@dataclass(frozen=True, slots=True)
class Packed:
    """One file of a pack: its path with slashes, its bytes, its SHA-256."""

    path: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Made:
    """What was packed, and the files of the named folders that were left out, as they could run."""

    files: tuple[Packed, ...]
    left_out: tuple[Path, ...]


def make(out: Path, paths: Iterable[Path], assets: Iterable[str], progress: Progress) -> Made:
    """Write a pack of models (files, or folders in diffusers layout) and of installed assets.

    The tokenizers that single files need come along. The pack is read back and compared before it
    gets its name. StudioError if something cannot be packed; the file ``out`` is then unchanged.
    """
    sources: dict[str, Path] = {}
    left_out: list[Path] = []
    wanted = dict.fromkeys(assets)
    for path in (Path(one).expanduser().absolute() for one in paths):
        if path.is_dir():
            left_out += _add_folder(path, sources)
        else:
            _add(sources, f"models/{_role(path)}/{path.name}", path)
            wanted |= dict.fromkeys(_tokenizers(path))
    for id in wanted:
        _add_asset(id, sources)
    if not sources:
        raise StudioError("There is nothing to pack.", "Name a model, or an asset.")
    files: list[Packed] = []

    def write(stream: BinaryIO) -> Check:
        files.extend(_write(stream, sources, progress.sub(0, 0.7)))
        return lambda written: _compare(written, out.name, progress.sub(0.7, 0.3))

    replace_file(out, write)
    return Made(tuple(files), tuple(left_out))


def _role(path: Path) -> str:
    if not path.is_file():
        raise StudioError(
            "There is no file {path}.", "It may have been moved or deleted.", path=str(path)
        )
    finding = finding_of(path)
    if finding.kind not in FOLDERS or path.suffix.lower() not in SUFFIXES:
        raise StudioError(
            "{path} is not a model that can be packed.",
            "Only safetensors and GGUF files are.",
            path=str(path),
        )
    return FOLDERS[finding.kind]


def _tokenizers(path: Path) -> list[str]:
    try:
        found = identify(path).configurations
    except StudioError:
        return []  # A part alone, or a model that lacks one, which is packed beside it.
    return sorted(set(found.tokenizers.values())) if found else []


def _add(sources: dict[str, Path], name: str, path: Path) -> None:
    if sources.setdefault(name, path) != path:
        raise StudioError(
            "Two files would both be {name} in the pack.", "Rename one of them.", name=name
        )


def _add_folder(folder: Path, sources: dict[str, Path]) -> list[Path]:
    if not (folder / INDEX).is_file():
        raise StudioError(
            "{folder} is no model in diffusers layout.",
            "Name the files in it that you want, or a folder with model_index.json.",
            folder=str(folder),
        )
    left = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if not path.is_file() or any(part.startswith(".") for part in inside.parts):
            continue
        if path.suffix.lower() in SUFFIXES or path.name in NAMES:
            _add(sources, f"models/{folder.name}/{inside.as_posix()}", path)
        else:
            left.append(path)
    return left


def _add_asset(id: str, sources: dict[str, Path]) -> None:
    if id not in ASSETS:
        raise StudioError(
            "There is no asset called {name}.",
            "The names are: {names}.",
            name=id,
            names=", ".join(ASSETS),
        )
    folder, missing = asset_folder(ASSETS[id]), missing_asset(id)
    if missing is not None or folder is None:
        raise missing or StudioError("{reason}.", reason=id)
    for path in sorted(one for one in folder.iterdir() if one.is_file()):
        _add(sources, f"assets/{id}/{path.name}", path)


def _write(stream: BinaryIO, sources: Mapping[str, Path], progress: Progress) -> Iterator[Packed]:
    total = max(sum(path.stat().st_size for path in sources.values()), 1)
    done, rows = 0, []
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as archive:
        for name, path in sources.items():
            digest, size = hashlib.sha256(), 0
            # A fixed date, so that the same files make the same pack.
            entry = zipfile.ZipInfo(name)
            entry.external_attr = (stat.S_IFREG | 0o644) << 16
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(entry, "w", force_zip64=True) as target:
                while block := source.read(BLOCK):
                    progress.report(min(done / total, 1.0), "Packing")
                    digest.update(block)
                    target.write(block)
                    size += len(block)
                    done += len(block)
            rows.append({"path": name, "size": size, "sha256": digest.hexdigest()})
            yield Packed(name, size, digest.hexdigest())
        content = {"format": "lienzo-pack", "version": VERSION, "files": rows}
        archive.writestr(MANIFEST, json.dumps(content, indent=1))


def _compare(written: BinaryIO, name: str, progress: Progress) -> None:
    with opened(written, name) as (archive, files):
        check_contents(archive, files, name, progress)


def verify(path: Path, progress: Progress) -> tuple[Packed, ...]:
    """Return the files of a pack after comparing each with its checksum; writes nothing.

    StudioError for anything that a pack of Lienzo does not have.
    """
    try:
        with path.open("rb") as stream, opened(stream, path.name) as (archive, files):
            check_contents(archive, files, path.name, progress)
            return files
    except OSError as error:
        raise StudioError(
            "The file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error


@contextmanager
def opened(stream: BinaryIO, name: str) -> Iterator[tuple[zipfile.ZipFile, tuple[Packed, ...]]]:
    """Give the archive and its manifest, whose names and sizes are checked, but no content."""
    size = stream.seek(0, 2)
    try:
        with zipfile.ZipFile(stream) as archive:
            yield archive, _manifest(archive, name, size)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RuntimeError) as error:
        raise StudioError(
            "{name} is incomplete or no pack of Lienzo ({reason}).",
            "Copy or make it again. Nothing was installed.",
            name=name,
            reason=str(error),
        ) from error


def check_contents(
    archive: zipfile.ZipFile, files: tuple[Packed, ...], name: str, progress: Progress
) -> None:
    """Compare all files of a pack with their checksums."""
    total, done = max(sum(one.size for one in files), 1), 0
    for one in files:
        digest = hashlib.sha256()
        with archive.open(one.path) as source:
            while block := source.read(BLOCK):
                progress.report(min(done / total, 1.0), "Verifying the pack")
                digest.update(block)
                done += len(block)
        if digest.hexdigest() != one.sha256:
            raise bad_pack(name, one.path, "its checksum differs")


def bad_pack(name: str, inside: str, reason: str) -> StudioError:
    """Return the error for a pack with something that it must not have."""
    return StudioError(
        "{name} cannot be trusted: {inside}: {reason}.",
        "Copy or make it again. Nothing was installed.",
        name=name,
        inside=inside,
        reason=reason,
    )


def _manifest(archive: zipfile.ZipFile, name: str, size: int) -> tuple[Packed, ...]:
    entries = archive.infolist()
    seen: set[str] = set()
    for entry in entries:
        reason = _reason(entry, seen)
        if reason:
            raise bad_pack(name, entry.orig_filename, reason)
        seen.add(entry.filename.casefold())
    if sum(entry.file_size for entry in entries) > size:
        raise bad_pack(name, MANIFEST, "files overlap")
    by_name = {entry.filename: entry for entry in entries}
    if MANIFEST not in by_name or by_name[MANIFEST].file_size > LARGEST_MANIFEST:
        raise bad_pack(name, MANIFEST, "the list of files is missing")
    files = _rows(archive.read(MANIFEST), name)
    listed = {one.path: one.size for one in files}
    if len(listed) != len(files) or set(listed) != set(by_name) - {MANIFEST}:
        raise bad_pack(name, MANIFEST, "it lists other files than there are")
    for path, expected in listed.items():
        if by_name[path].file_size != expected:
            raise bad_pack(name, path, "its size differs")
    return files


def _rows(text: bytes, name: str) -> tuple[Packed, ...]:
    try:
        content = json.loads(text)
        version = content["version"]
        files = tuple(
            Packed(str(row["path"]), int(row["size"]), str(row["sha256"]))
            for row in content["files"]
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise bad_pack(name, MANIFEST, "the list of files is damaged") from None
    if content.get("format") != "lienzo-pack" or version != VERSION:
        raise bad_pack(name, MANIFEST, "it was made by another version of Lienzo")
    return files


def _reason(entry: zipfile.ZipInfo, seen: set[str]) -> str:
    """Return why an entry is refused, empty if it is not."""
    path, mode = PurePosixPath(entry.filename), entry.external_attr >> 16
    parts = entry.filename.split("/")
    if any(one in ("", ".", "..") for one in parts) or path.is_absolute():
        return "it leads out of the folder"
    if any(_odd(one) for one in parts) or entry.filename != entry.orig_filename:
        return "its name is not usable on every system"
    if mode and stat.S_IFMT(mode) not in (0, stat.S_IFREG):
        return "it is a link or no file"
    if entry.filename.casefold() in seen:
        return "it is there twice"
    if entry.flag_bits & 1 or entry.compress_type != zipfile.ZIP_STORED:
        return "it is compressed or encrypted"
    if entry.compress_size != entry.file_size:
        return "its size is a lie"
    return "" if entry.filename == MANIFEST else _misplaced(path)


def _odd(part: str) -> bool:
    return part[-1] in ". " or any(one in '\\:*?"<>|' or ord(one) < 32 for one in part)


def _misplaced(path: PurePosixPath) -> str:
    if len(path.parts) < 3 or path.parts[0] not in ("models", "assets"):
        return "packs have no such folder"
    if path.parts[0] == "assets":
        fits = len(path.parts) == 3 and path.parts[1] in ASSETS
        return "" if fits else "this Lienzo has no such asset"
    named = path.suffix.lower() in SUFFIXES or path.name in NAMES
    return "" if named else "packs have no files of this kind"
