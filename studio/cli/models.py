"""`lienzo models`: lists models and what they know, fetches one, checks those in the box."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.errors import StudioError

if TYPE_CHECKING:
    from studio.catalog.first_fetch import Consent, Plan
    from studio.catalog.first_models import FirstModel
    from studio.session.memory_plan import MemoryPlan

GIGABYTE = 1_000_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo models``."""
    parser.add_argument("folder", type=Path, nargs="*", metavar="FOLDER", help="with models in it")
    parser.add_argument(
        "--model", default="starter", metavar="MODEL", help="for --words and --loras"
    )
    parser.add_argument(
        "--words", nargs="?", const="", metavar="TEXT", help="list the things known by that name"
    )
    parser.add_argument(
        "--loras",
        action="store_true",
        help="list the LoRAs of the folders (default: your model folders), whether they fit"
        " --model, and their trigger words",
    )
    parser.add_argument(
        "--check", action="store_true", help="compare the checksums of the models in the box"
    )
    parser.add_argument("--restore", action="store_true", help="bring their damaged files back")
    parser.add_argument(
        "--first", action="store_true", help="show three models to begin with on this machine"
    )
    parser.add_argument(
        "--find",
        action="store_true",
        help="look for models of ComfyUI, A1111, Forge, InvokeAI and the Hugging Face cache",
    )
    parser.add_argument(
        "--add", action="store_true", help="with --find: look for models there from now on"
    )
    parser.add_argument(
        "--get",
        metavar="ID",
        help="show size, time and licence of one of them; with --accept-licence, download it",
    )
    parser.add_argument(
        "--accept-licence",
        action="store_true",
        help="you have read the licence and accept it; remembered for this model",
    )
    parser.add_argument(
        "--mirror",
        metavar="URL",
        help="download from this server instead from now on; an empty one for the usual",
    )


def run(options: argparse.Namespace) -> int:
    """Run one action; returns 0."""
    from studio.catalog.first_fetch import Consent

    if options.accept_licence and options.get is None:
        raise StudioError("--accept-licence is for one model.", "Name it by --get ID.")
    if options.add and not options.find:
        raise StudioError("--add adds what --find finds.", "Name a folder by lienzo models FOLDER.")
    if options.find:
        return _find(options.folder, add=options.add)
    if options.mirror is not None:
        consent = Consent()
        consent.set_mirror(options.mirror)
        print(f"Models are downloaded from {consent.mirror}.")
        if not options.first and options.get is None:
            return 0
    if options.first:
        return _first()
    if options.get is not None:
        return _get(options.get, options.accept_licence)
    if options.check or options.restore:
        return _starter(options.restore)
    if options.loras:
        return _loras(options)
    return _words(options) if options.words is not None else _list(options.folder)


def _starter(restore: bool) -> int:
    from studio.catalog import integrity, models

    for name in (models.STARTER, integrity.LINEAGE):
        if restore:
            for path in integrity.restore(name):
                print(f"restored {path}")
        else:
            integrity.check(integrity.shipped_folder(name))
    print("The models in the box are as they were shipped.")
    return 0


def _words(options: argparse.Namespace) -> int:
    from studio.catalog.vocabulary import Vocabulary, fold

    known = Vocabulary.load(options.model)
    for language in known.languages:
        for name in known.concepts(language):
            if fold(options.words) in fold(name):
                print(f"{language}  {name}")
    return 0


def _loras(options: argparse.Namespace) -> int:
    """Print a line for each LoRA, first those that fit; returns 1 if none does."""
    from studio.catalog.lora_list import list_loras
    from studio.catalog.models import identify
    from studio.catalog.recognise.network_files import find_network_files
    from studio.core.paths import config_dir
    from studio.core.settings import Settings
    from studio.session.whereabouts import model_folders

    folders = options.folder or model_folders(Settings(config_dir() / "settings.json"))
    spec = identify(options.model)
    entries = list_loras(find_network_files(folders), spec)
    if not entries:
        raise StudioError(
            "There is no LoRA in these folders.",
            "Name a folder with some, or add it in the window.",
        )
    for entry in entries:
        said = entry.base or "of an unknown base"
        print(f"{entry.path}: {said}")
        if entry.fit.error is not None:
            print(f"  does not fit: {entry.fit.error}")
        elif entry.fit.note is not None:
            print(f"  perhaps: {entry.fit.note}")
        if entry.words:
            print(f"  trigger words: {', '.join(entry.words)}")
    return 0 if any(entry.fit.error is None for entry in entries) else 1


def _list(folders: list[Path]) -> int:
    from studio.catalog import models
    from studio.catalog.card import ModelCard, load_card
    from studio.catalog.first_fetch import card_memory
    from studio.catalog.generations import SYSTEMS
    from studio.session.forecast import kept_forecasts
    from studio.session.memory_plan import memory_of, memory_plan

    found, problems = models.survey(folders, systems=True)
    forecasts = kept_forecasts()
    memory = memory_of(forecasts, card_memory())
    small = [spec for spec in found if spec.id in SYSTEMS]
    for spec in [one for one in found if one not in small] + small:
        if small and spec is small[0]:
            print("Systems of the course (small):")
        try:
            card = load_card(spec, "en")
        except StudioError as unreadable:
            card = ModelCard()
            print(f"lienzo: {unreadable}", file=sys.stderr)
        millions = round(spec.parameters / 1e6)
        print(f"{spec.name}: {millions} million parameters, {spec.native_size} px, {spec.path}")
        print(f"  {_needs(memory_plan(spec, memory, forecasts))}")
        if card.things:
            print(f"  knows {len(card.things)} things, in {', '.join(card.languages)}")
        if card.styles:
            print(f"  styles: {', '.join(card.styles)}")
        if card.licences:
            print(f"  licences: {card.licences}")
    for path, error in problems:
        print(f"not usable: {path}: {error}", file=sys.stderr)
    return 0


def _needs(plan: MemoryPlan) -> str:
    from studio.session.forecast import duration_text, memory_text

    there = f"{memory_text(plan.have)} {'on the card' if plan.on_card else 'free'}"
    way = f"runs: {plan.rung.name}" if plan.rung is not None else "will not run"
    time = f", about {duration_text(plan.seconds)} a picture" if plan.seconds is not None else ""
    return f"needs {memory_text(plan.need)}, {there}; {way}{time}"


def _first() -> int:
    from studio.catalog.first_fetch import card_memory, file_of, machine, page_of
    from studio.catalog.first_models import LICENCES, three_cards

    here = machine(card_memory())
    shown = f"graphics card of {here.card / GIGABYTE:.0f} GB" if here.card else "no NVIDIA card"
    print(f"This machine: {here.memory / GIGABYTE:.0f} GB of memory, {shown}, {here.cores} cores.")
    for card in three_cards(here):
        main = card.rows[0]
        note = (
            "" if card.fits else f" This machine has less than the {_floor(main.memory)} it needs."
        )
        print(f"{card.choice}: {' + '.join(row.title for row in card.rows)}, {_size(card.rows)}")
        print(f"  {card.why}{note}")
        print(f"  good for: {main.good_for} Not for: {main.not_good_for}")
        for row in card.rows:
            there = ", is there already" if file_of(row).is_file() else ""
            print(f"  {row.file}: licence {LICENCES[row.licence].name}, {page_of(row)}{there}")
        print(f"  lienzo models --get {card.id}")
    return 0


def _find(places: list[Path], *, add: bool) -> int:
    from studio.catalog.other_programs import find_programs
    from studio.core.paths import config_dir
    from studio.core.settings import Settings
    from studio.session.whereabouts import offer

    found = find_programs(places or None)
    for one in found:
        print(f"{one.name}: {one.place}, {one.files} files, {one.size / GIGABYTE:.1f} GB")
        for folder in one.folders:
            print(f"  {folder}")
        for problem in one.problems:
            print(f"  {problem}", file=sys.stderr)
    folders = [folder for one in found for folder in one.folders]
    if not folders:
        print("No models of other programs were found in the usual places.")
    elif add:
        offer(folders, Settings(config_dir() / "settings.json"))
        print("They are among your model folders now; nothing was copied.")
    else:
        print("lienzo models --find --add adds them; nothing is copied.")
    return 0


def _get(id: str, accepted: bool) -> int:
    from studio.catalog.first_fetch import Consent, fetch, file_of, models_folder, offer, plan
    from studio.catalog.first_models import with_needs
    from studio.cli.byte_bar import ByteBar
    from studio.core.progress import Progress

    consent = Consent()
    waiting = plan(id, consent)
    for line in _about(waiting, consent):
        print(line)
    if waiting.rows and not accepted and not all(consent.has(row) for row in waiting.rows):
        raise StudioError(
            "Nothing was downloaded, because the licence has not been accepted.",
            "Read it, then run: lienzo models --get {id} --accept-licence",
            id=id,
        )
    if accepted:
        for row in waiting.rows:
            consent.accept(row)
    bar = ByteBar()
    try:
        found = fetch(id, consent, Progress(bar.show))
    except KeyboardInterrupt:
        raise StudioError("Paused.", "The same command continues where it stopped.") from None
    finally:
        bar.end()
    for one in found:
        checked = "verified" if one.checked else "no checksum is published, so only its size was"
        print(f"{one.path}: {one.size / GIGABYTE:.2f} GB, {checked}, sha256 {one.sha256}")
    offer(models_folder())
    files = {row.role: file_of(row) for row in with_needs(id)}
    model = files.get("checkpoints") or files.get("diffusion_models")
    lora = f' --lora "{files["loras"]}:1"' if "loras" in files else ""
    if model is not None:
        print(f'lienzo generate --model "{model}"{lora} --prompt TEXT --out FILE')
    return 0


def _about(waiting: Plan, consent: Consent) -> list[str]:
    from studio.catalog.first_fetch import page_of
    from studio.catalog.first_models import LICENCES
    from studio.cli.byte_bar import duration

    if not waiting.rows:
        return ["All its files are there."]
    said = []
    for row in waiting.rows:
        licence = LICENCES[row.licence]
        said.append(f"{row.title}: {row.file}, {_size((row,))}")
        said.append(f"  licence {licence.name}: {licence.summary}")
        agreed = " (accepted)" if consent.has(row) else ""
        said.append(f"  {page_of(row)}{agreed}")
    time = f", {duration(waiting.seconds)}" if waiting.seconds is not None else ""
    more = f" and {waiting.unknown} of unknown size" if waiting.unknown else ""
    said.append(
        f"To download: about {waiting.size / GIGABYTE:.1f} GB{more}{time}, from {consent.mirror}"
        f" to {waiting.folder}, where {waiting.free / GIGABYTE:.1f} GB are free."
    )
    return said


def _size(rows: Sequence[FirstModel]) -> str:
    size = sum(row.size for row in rows)
    about = f"about {size / GIGABYTE:.1f} GB" if size else ""
    unknown = "of unknown size" if not all(row.size for row in rows) else ""
    return f"{about} and a file {unknown}" if about and unknown else about or unknown


def _floor(size: int) -> str:
    return f"{size / GIGABYTE:.0f} GB"
