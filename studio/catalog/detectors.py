"""Detectors of controlnet-aux, their control kinds and weight files; without torch.

The weights are not part of the program; the artist names their folder.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import StudioError

SOURCE = "https://huggingface.co/lllyasviel/Annotators"
"""Page on which the authors of ControlNet publish the weights of all these detectors."""


@dataclass(frozen=True, slots=True)
class Detector:
    """One row: ``control`` is the kind of control image that it makes, a row of CONTROL_KINDS.

    ``file`` is the name under which its weights are published. ``licence`` is a sentence about
    restrictions of use, "" if there are none.
    """

    id: str
    label: str
    control: str
    file: str
    licence: str = ""


DETECTORS: Mapping[str, Detector] = {
    row.id: row
    for row in (
        Detector(
            "pidinet", "Soft edges (PiDiNet)", "softedge", "table5_pidinet.pth",
            "For research only.",
        ),
        Detector(
            "pidinet-scribble", "Scribble (PiDiNet)", "scribble", "table5_pidinet.pth",
            "For research only.",
        ),
        Detector("hed", "Soft edges (HED)", "softedge", "ControlNetHED.pth"),
        Detector("hed-scribble", "Scribble (HED)", "scribble", "ControlNetHED.pth"),
        Detector("aux-lineart", "Line art (detailed)", "lineart", "sk_model.pth"),
        Detector("aux-lineart-coarse", "Line art (coarse)", "lineart", "sk_model2.pth"),
        Detector("midas", "Depth (MiDaS)", "depth", "dpt_hybrid-midas-501f0c75.pt"),
        Detector(
            "aux-openpose", "Pose (OpenPose)", "pose", "body_pose_model.pth",
            "Not for commercial use.",
        ),
    )
}  # fmt: skip


def find_weights(name: str, folder: str | Path) -> Path:
    """Return the file with a detector's weights in a folder or its direct subfolders.

    Folders of other programs, with a subfolder for each detector, therefore work as they are. A
    file of the same name that ends in .safetensors is preferred. StudioError with the source of the
    weights if they are missing, or if there is no such detector.
    """
    row = DETECTORS.get(name)
    if row is None:
        raise StudioError(
            "There is no detector called {name}.",
            "Choose one of: {names}.",
            name=name,
            names=", ".join(DETECTORS),
        )
    if not str(folder):
        raise StudioError(
            "{label} needs the file {file}, and no folder for such files is set.",
            "Download it from {source} into a folder and choose that folder.",
            label=row.label,
            file=row.file,
            source=SOURCE,
        )
    place = Path(folder).expanduser()
    path = _find(row, place)
    if path is None:
        raise StudioError(
            "{label} needs the file {file}, which is not in {folder}.",
            "Download it from {source} into that folder, or choose another folder.",
            label=row.label,
            file=row.file,
            folder=str(place),
            source=SOURCE,
        )
    return path


def find_detectors(folder: str | Path) -> list[Detector]:
    """Return the detectors whose weights are in a folder, in the order of the table."""
    return [row for row in DETECTORS.values() if detector_reason(row.id, folder) is None]


def detector_reason(name: str, folder: str | Path) -> StudioError | None:
    """Return why a detector cannot run, for a greyed-out entry; None if its file exists."""
    try:
        find_weights(name, folder)
    except StudioError as error:
        return error
    return None


def _find(row: Detector, folder: Path) -> Path | None:
    try:
        below = sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return None
    names = (Path(row.file).with_suffix(".safetensors").name, row.file)
    places = (place / name for place in (folder, *below) for name in names)
    return next((path for path in places if path.is_file()), None)
