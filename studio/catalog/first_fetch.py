"""Fetching the models of ``first_models``: what it takes, the artist's consent, the download."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil

from studio.catalog.first_models import BY_ID, LICENCES, FirstModel, Machine, with_needs
from studio.catalog.single.rows import ROWS as SINGLE
from studio.core.assets import asset, missing_asset
from studio.core.assets.install import fetch_assets
from studio.core.assets.table import ARCHIVES
from studio.core.download.http_get import STALLED
from studio.core.download.resumable import RESERVE, Downloaded, Source, download
from studio.core.download.state import forget, part_of
from studio.core.errors import StudioError
from studio.core.paths import config_dir, data_dir, resource
from studio.core.progress import Progress
from studio.core.settings import Settings

HUB = "https://huggingface.co"
MIRROR = "HF_ENDPOINT"
"""Names another server of the same files, as for the hub's own programs."""
TOKEN = "HF_TOKEN"


def machine(card: int = 0) -> Machine:
    """Return this machine; ``card`` is the memory of its graphics card in bytes, 0 for none."""
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    return Machine(psutil.virtual_memory().total, card, cores)


def card_memory() -> int:
    """Return the bytes of the first NVIDIA card, 0 if there is none; asks its driver, not torch."""
    program = shutil.which("nvidia-smi")
    if program is None:
        return 0
    command = [program, "--query-gpu=memory.total", "--format=csv,noheader,nounits"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    first = done.stdout.split()[:1]
    return int(first[0]) << 20 if first and first[0].isdecimal() else 0


class Consent:
    """Accepted licences, the mirror and the measured rate, stored in ``fetch.json``."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings or Settings(config_dir() / "fetch.json")

    def has(self, row: FirstModel) -> bool:
        """Return whether the licence of a model was accepted for that model."""
        accepted: dict[str, dict[str, str]] = self._settings.get("accepted", {})
        return accepted.get(row.id, {}).get("licence") == row.licence

    def accept(self, row: FirstModel) -> None:
        """Remember that the licence of a model was accepted, and when."""
        day = time.strftime("%Y-%m-%d")
        accepted = dict(self._settings.get("accepted", {}))
        self._settings.set("accepted", {**accepted, row.id: {"licence": row.licence, "day": day}})

    @property
    def mirror(self) -> str:
        """The server that files come from, without a slash at its end."""
        chosen: str = self._settings.get("mirror", "")
        return (chosen or os.environ.get(MIRROR, "") or HUB).rstrip("/")

    def set_mirror(self, prefix: str) -> None:
        """Remember another server, which has to have the hub's addresses; empty for the hub."""
        if prefix and not prefix.startswith(("https://", "http://")):
            raise StudioError(
                "{url} is not an address of the web.",
                "It begins with https:// and the name of a host.",
                url=prefix,
            )
        self._settings.set("mirror", prefix.rstrip("/"))

    @property
    def rate(self) -> float:
        """Bytes per second of the last download, 0 if there was none."""
        return float(self._settings.get("rate", 0.0))

    def measured(self, rate: float) -> None:
        """Remember the rate of a download."""
        if rate > 0:
            self._settings.set("rate", rate)


@dataclass(frozen=True, slots=True)
class Plan:
    """What fetching will take: rows whose files are not there yet, and the bytes still missing.

    ``begun`` are the bytes of them that an earlier download left. ``unknown`` is the number of
    files whose size is not known; ``seconds`` at the rate of the last download, None if there was
    none. ``free`` is that of the disk, in bytes. ``assets`` are the ids of the vocabularies that
    the model needs and that are not installed.
    """

    rows: tuple[FirstModel, ...]
    size: int
    unknown: int
    seconds: float | None
    free: int
    folder: Path
    begun: int = 0
    assets: tuple[str, ...] = ()

    @property
    def is_done(self) -> bool:
        """Whether all is there."""
        return not self.rows and not self.assets

    @property
    def has_room(self) -> bool:
        """Whether the disk has room for the files whose size is known."""
        return not self.rows or self.free >= self.size + RESERVE


def models_folder() -> Path:
    """Return the folder that fetched models are put into, in ComfyUI's layout."""
    return data_dir() / "models"


def offer(folder: Path) -> None:
    """Add a folder to those in which the window and the command line look for models."""
    settings = Settings(config_dir() / "settings.json")
    folders = [str(one) for one in settings.get("model_folders", [])]
    if str(folder) not in folders:
        settings.set("model_folders", [*folders, str(folder)])


def file_of(row: FirstModel, folder: Path | None = None) -> Path:
    """Return where the file of a row is, or will be."""
    return (folder or models_folder()) / row.role / Path(row.file).name


def page_of(row: FirstModel) -> str:
    """Return the address of a model's page, which has its licence; empty if it is not known."""
    return f"{HUB}/{row.repository}" if row.repository else ""


def licence_text(row: FirstModel) -> str:
    """Return the licence to show before fetching: its whole text if Lienzo has it."""
    licence = LICENCES[row.licence]
    if not licence.text:
        return ""
    return resource("licences", licence.text).read_text(encoding="utf-8")


def known(id: str) -> FirstModel:
    """Return the row of an id; StudioError with the ids for another one."""
    if id in BY_ID:
        return BY_ID[id]
    raise StudioError(
        "There is no model called {name} in the list.",
        "The names are: {names}.",
        name=id,
        names=", ".join(BY_ID),
    )


def plan(id: str, consent: Consent, folder: Path | None = None) -> Plan:
    """Return what fetching a model with all it needs will take; opens no connection.

    StudioError if the address of one of its files is not known, or if Lienzo could not run them.
    """
    known(id)
    rows = with_needs(id)
    if any(row.family not in SINGLE for row in rows):
        raise StudioError(
            "Lienzo does not run {title} from single files yet.",
            "Choose another model.",
            title=BY_ID[id].title,
        )
    folder = folder or models_folder()
    for row in rows:
        if not row.repository and not file_of(row, folder).is_file():
            raise StudioError(
                "{title} needs {part}, for which Lienzo has no address.",
                "Get it yourself, then add both by Add a model.",
                title=BY_ID[id].title,
                part=row.title,
            )
    missing = tuple(row for row in rows if not file_of(row, folder).is_file())
    begun = {row.id: _begun(file_of(row, folder)) for row in missing}
    assets = _missing_vocabularies(rows)
    size = sum(max(row.size - begun[row.id], 0) for row in missing) + _archive_bytes(assets)
    rate = consent.rate
    return Plan(
        missing,
        size,
        sum(not row.size for row in missing),
        size / rate if rate else None,
        _free(folder),
        folder,
        sum(begun.values()),
        assets,
    )


def fetch(
    id: str,
    consent: Consent,
    progress: Progress,
    folder: Path | None = None,
    stalled: float = STALLED,
) -> tuple[Downloaded, ...]:
    """Download a model and all it needs; returns the files, those that are there already too.

    Continues what an earlier call began. StudioError unless all licences were accepted, before
    anything is sent. ``Cancelled`` keeps the parts.
    """
    waiting = plan(id, consent, folder)
    refused = [row for row in waiting.rows if not consent.has(row)]
    if refused:
        raise StudioError(
            "The licence of {title} has not been accepted.",
            "Read it first: {page}",
            title=refused[0].title,
            page=page_of(refused[0]),
        )
    done: list[Downloaded] = []
    vocabularies = _archive_bytes(waiting.assets)
    whole = max(sum(max(row.size, 1) for row in waiting.rows) + vocabularies, 1)
    start = 0
    for row in waiting.rows:
        part = progress.sub(start / whole, max(row.size, 1) / whole)
        part.report(0.0, "Connecting", details=row.title)
        found = download(source_of(row, consent), file_of(row, folder), part, stalled)
        consent.measured(found.rate)
        done.append(found)
        start += max(row.size, 1)
    failed = fetch_assets(waiting.assets, progress.sub(start / whole, vocabularies / whole))
    for id, error in failed.items():
        raise StudioError(
            "The model is there, but not {name}, which it needs. {reason}",
            "Try again; what has been downloaded is kept.",
            name=asset(id).name,
            reason=str(error),
        )
    return tuple(done)


def discard(id: str, folder: Path | None = None) -> None:
    """Remove what an unfinished download of a model left; complete files stay."""
    for row in with_needs(id):
        if not file_of(row, folder).is_file():
            forget(file_of(row, folder))


def source_of(
    row: FirstModel, consent: Consent, environment: Mapping[str, str] = os.environ
) -> Source:
    """Return the address of a file at the mirror; the token goes to no host but the hub."""
    mirror = consent.mirror
    url = f"{mirror}/{row.repository}/resolve/main/{quote(row.file)}"
    token = environment.get(TOKEN, "") if mirror == HUB else ""
    return Source(url, row.sha256, token, page_of(row))


def _missing_vocabularies(rows: Iterable[FirstModel]) -> tuple[str, ...]:
    families = dict.fromkeys(row.family for row in rows)
    wanted = [id for family in families for id in SINGLE[family].tokenizers.values() if id]
    return tuple(id for id in dict.fromkeys(wanted) if missing_asset(id) is not None)


def _archive_bytes(assets: Iterable[str]) -> int:
    return sum(ARCHIVES[name].bytes for name in {asset(id).archive for id in assets})


def _begun(path: Path) -> int:
    try:
        return part_of(path).stat().st_size
    except OSError:
        return 0


def _free(folder: Path) -> int:
    while not folder.is_dir() and folder != folder.parent:
        folder = folder.parent
    return shutil.disk_usage(folder).free
