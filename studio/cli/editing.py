"""Runs a session without a window: the commands edit, generate and annotate."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from studio.catalog import models
from studio.catalog.detectors import DETECTORS
from studio.catalog.hashes import kept_hashes
from studio.catalog.recognise.network_files import embedding_names
from studio.catalog.vocabulary import Vocabulary
from studio.cli.forecasting import print_forecast
from studio.cli.like import fill_in
from studio.cli.setting_options import edit_settings
from studio.control_maps.openpose import Poses, write_poses
from studio.core.atomic import Check, replace_file
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.paths import config_dir
from studio.core.progress import Progress, ProgressEvent
from studio.core.settings import Settings
from studio.document.document import Document
from studio.document.io import formats
from studio.document.mask_files import mask_of
from studio.document.outlines import fill_outline
from studio.document.raster import Raster
from studio.document.render.compositor import composite
from studio.edit.networks import EMBEDDING
from studio.edit.prepare import visible_rgb
from studio.edit.prompt_syntax import blank_syntax
from studio.edit.request import KEEPS_SHAPES, AdapterUse, Task
from studio.edit.steering import Region
from studio.edit.vae import VAE
from studio.session.inline import raised_errors
from studio.session.jobs import InlineRunner, Job
from studio.session.session import Session
from studio.session.sources import (
    load_control,
    load_reference,
    parse_control,
    parse_controlnet,
    parse_embedding,
    parse_lora,
    parse_reference,
    parse_region,
    parse_region_reference,
)

Mask = NDArray[np.uint8]
BAR = 28


def edit(options: argparse.Namespace) -> int:
    """Run ``lienzo edit``."""
    task = Task(options.task)
    check_out(options.out)
    session = open_session(options)
    session.open(options.photo)
    if options.mask is None and (options.mask_fill or options.mask_invert):
        raise StudioError(
            "There is no mask to fill or to invert.", "Name a mask file with --mask as well."
        )
    if options.mask is not None:
        mask = read_mask(options.mask, session.document)
        raster = Raster.from_array(mask)
        if options.mask_fill:
            raster = fill_outline(raster, session.document.rect)
        if options.mask_invert:
            raster = Raster.from_array(255 - raster.read(session.document.rect)[:, :, 0])
        session.edit("Load mask", lambda old: old.replace(mask=raster))
    _steer(session, options)
    if options.forecast:
        print_forecast(session, task)
        return 0
    run(session, lambda: session.submit(task))
    write_out(session, options)
    return 0


def generate(options: argparse.Namespace) -> int:
    """Run ``lienzo generate``."""
    check_out(options.out)
    session = open_session(options)
    native = models.identify(options.model).native_size
    session.new(options.width or native, options.height or native)
    _steer(session, options)
    if options.forecast:
        print_forecast(session, Task.GENERATE)
        return 0
    run(session, lambda: session.submit(Task.GENERATE))
    write_out(session, options)
    return 0


def annotate(options: argparse.Namespace) -> int:
    """Run ``lienzo annotate``: the control image of a photo, and with --json its poses."""
    from studio.engine.annotators.base import PoseFinder, annotator, drawn_poses, ensure_people

    settings = {
        name: getattr(options, name)
        for name in OPTIONS_OF.get(options.kind, ("folder",) if options.kind in DETECTORS else ())
        if getattr(options, name) is not None
    }
    maker = annotator(options.kind, **settings)
    if options.json and not isinstance(maker, PoseFinder):
        raise StudioError(
            "Control images of the kind {kind} cannot be written as OpenPose JSON.",
            "Leave --json out, or choose --kind pose.",
            kind=options.kind,
        )
    only_json = options.json and options.out.suffix.lower() == ".json"
    if not only_json:
        check_out(options.out)
    opened = formats.open_document(options.photo)
    for said in opened.notices:
        _say(said)
    photo = visible_rgb(opened.document, opened.document.rect)
    if isinstance(maker, PoseFinder):
        poses = maker.find(photo, Progress())
        made = drawn_poses(poses)
        print(_people_found(len(poses.people)))
        if options.json:
            _write_poses(ensure_people(poses), options.out.with_suffix(".json"))
    else:
        made = maker.annotate(photo, Progress())
    if not only_json:
        formats.save_document(formats.document_from_array(made, options.kind), options.out)
        print(options.out)
    return 0


def _people_found(count: int) -> str:
    if not count:
        return "No one was found; a standing figure is in the middle instead."
    return "1 person was found." if count == 1 else f"{count} people were found."


def _write_poses(poses: Poses, path: Path) -> None:
    content = write_poses(poses).encode()

    def write(stream: BinaryIO) -> Check:
        stream.write(content)
        return lambda written: None

    replace_file(path, write)
    print(path)


OPTIONS_OF = {"canny": ("low", "high", "side"), "lineart": ("detail", "side")}
"""The options of the command that apply to each kind of control image."""


def _steer(session: Session, options: argparse.Namespace) -> None:
    """Add the controls of the command line to the document, its references to the settings."""
    controls = [parse_control(text) for text in options.control]
    kinds = list(dict.fromkeys(named.word for named in controls))
    networks = {
        kind: str(path.expanduser().resolve())
        for found, path in (parse_controlnet(text, kinds) for text in options.controlnet)
        for kind in found
    }
    for named in controls:
        layer = load_control(named.word, named.path, session.document, named.number)
        model = networks.get(named.word, layer.control.model)
        layer = layer.replace(control=layer.control.replace(model=model))
        session.edit("Control", partial(Document.insert, layer=layer))
    folder = str(options.ip_adapter or "")
    references = [
        replace(load_reference(named.path, named.number, named.word), model=folder)
        for named in map(parse_reference, options.reference)
    ]
    regions = [
        Region(named.word, _place(named.path, session.document), named.number)
        for named in map(parse_region, options.region)
    ]
    for mask, named in map(parse_region_reference, options.region_reference):
        made = load_reference(named.path, named.number, named.word)
        where = _place(mask, session.document)
        references.append(replace(made, model=folder, where=where))
    session.edit_settings = replace(
        session.edit_settings, references=tuple(references), regions=tuple(regions)
    )


def _place(path: Path, document: Document) -> Raster:
    return Raster.from_array(read_mask(path, document))


def read_mask(path: Path, document: Document) -> Mask:
    """Return a mask file as (h, w) uint8, 255 = change here.

    ``document.mask_files`` decides how the file is read as a mask. StudioError if the file is not a
    picture or differs from the document in size.
    """
    picture = formats.open_document(path).document
    rgba = composite(picture, picture.rect)
    height, width = rgba.shape[:2]
    if (width, height) != (document.width, document.height):
        raise StudioError(
            "The mask has {width} x {height} pixels, the photo {photo_width} x {photo_height}.",
            "Make a mask of the photo's size: white where the picture may change.",
            width=width,
            height=height,
            photo_width=document.width,
            photo_height=document.height,
        )
    mask, said = mask_of(rgba)
    if said is not None:
        _say(said)
    return mask


def open_session(options: argparse.Namespace) -> Session:
    """Return a session with an engine and the settings of the command line."""
    from studio.engine.engine import Engine

    kept = _settings(options)
    for said in fill_in(options, kept):
        _say(said)
    spec = models.identify(options.model)
    replaces = getattr(options, "task", "") == Task.REPLACE.value
    settings = edit_settings(options, spec, {"denoise": KEEPS_SHAPES} if replaces else {})
    session = Session(InlineRunner(Engine(hashes=kept_hashes())), kept)
    session.edit_settings = replace(settings, adapters=_adapters(options))
    session.noticed.connect(_say)
    regions = [parse_region(text).word for text in getattr(options, "region", ())]
    words = ", ".join(map(blank_syntax, (options.prompt, *regions)))
    names = session.shared.networks.embeddings_in((options.prompt, *regions))
    prompt = _without_new_words(words, session.edit_settings.adapters, names)
    for word, other in Vocabulary.load(options.model).suggestions(prompt).items():
        _say(_unknown(word, other))
    return session


def _settings(options: argparse.Namespace) -> Settings:
    """Return settings with only the model folders of the command line and of the window."""
    kept = Settings(config_dir() / "settings.json")
    if kept.notice:
        print(f"lienzo: {kept.notice}", file=sys.stderr)
    given: list[Path] = getattr(options, "model_folder", None) or []
    for folder in given:
        if not folder.expanduser().is_dir():
            raise StudioError(
                "There is no folder {path}.",
                "Create it first, or choose another one.",
                path=str(folder),
            )
    settings = Settings(None)
    folders = [*(str(one.expanduser().resolve()) for one in given), *kept.get("model_folders", [])]
    settings.set("model_folders", list(dict.fromkeys(folders)))
    return settings


def _adapters(options: argparse.Namespace) -> tuple[AdapterUse, ...]:
    """Return the adapters of the command line, with absolute paths for recipes."""
    found = [parse_lora(text) for text in getattr(options, "lora", ())]
    found += [parse_embedding(text) for text in getattr(options, "embedding", ())]
    vae = getattr(options, "vae", None)
    found += [AdapterUse(VAE, str(vae))] if vae is not None else []
    found += options.named
    return tuple(replace(use, path=str(Path(use.path).expanduser().resolve())) for use in found)


def _without_new_words(prompt: str, adapters: Sequence[AdapterUse], names: Sequence[str]) -> str:
    """Return a prompt without the tokens of adapters and of the artist's embeddings (``names``)."""
    words = list(names)
    for use in adapters:
        if use.kind == EMBEDDING:
            words += (
                [str(use.options.get("token", ""))]
                if "token" in use.options
                else (embedding_names(Path(use.path)))
            )
    pattern = "|".join(rf"(?<!\w){re.escape(word)}(?!\w)" for word in words)
    pattern = "|".join(part for part in (r"<[^<>]*>" if adapters else "", pattern) if part)
    return re.sub(pattern, " ", prompt, flags=re.IGNORECASE) if pattern else prompt


def _unknown(word: str, other: str) -> Notice:
    if not other:
        return notice("The model does not know the word “{word}”.", word=word)
    return notice(
        "The model does not know the word “{word}”; did you mean “{other}”?",
        word=word,
        other=other,
    )


def run_job(session: Session, submit: Callable[[], Job]) -> None:
    """Run the job that ``submit`` queues, with a progress bar; its error is raised."""
    bar = Bar()
    session.queue.progressed.connect(bar.show)
    with raised_errors(session):
        submit()
        bar.end()


def run(session: Session, submit: Callable[[], Job]) -> None:
    """Run the job that ``submit`` queues; each variation becomes a layer, the first one visible."""
    run_job(session, submit)
    items = session.tray.items
    for item in reversed(items):
        layer = item.layer().replace(visible=item is items[0])
        session.edit("Edit by prompt", partial(Document.insert, layer=layer))
    session.edit("Mask", lambda old: old.replace(mask=None))
    # Every variation is a layer now.
    session.tray.clear()


def check_out(path: Path) -> None:
    """Raise StudioError if ``path`` cannot be written, before the work begins."""
    formats.format_for(path)
    if not path.absolute().parent.is_dir():
        raise StudioError(
            "There is no folder {path}.",
            "Create it first, or choose another one.",
            path=str(path.parent),
        )


def write_out(session: Session, options: argparse.Namespace) -> None:
    """Write the document to the file named on the command line, and print its path."""
    save = formats.save_options(options.quality, options.metadata, options.srgb)
    for said in formats.lost_metadata(session.document, options.out, save):
        _say(said)
    session.export(options.out, save)
    print(options.out)


def _say(notice: Notice) -> None:
    print(f"lienzo: {notice}", file=sys.stderr)


class Bar:
    """A progress bar on a terminal; draws nothing if stderr is a file or a pipe."""

    def __init__(self) -> None:
        self._active = sys.stderr.isatty()
        self._shown = False

    def show(self, job: Job, event: ProgressEvent) -> None:
        """Draw a report over the previous one."""
        if not self._active:
            return
        filled = round(event.fraction * BAR)
        left = job.time_left()
        rest = f" {left:4.0f} s left" if left is not None else ""
        line = f"\r{'█' * filled}{'░' * (BAR - filled)} {event.fraction:4.0%} {job.text}{rest}"
        print(line.ljust(79), end="", file=sys.stderr, flush=True)
        self._shown = True

    def end(self) -> None:
        """End the line."""
        if self._shown:
            print(file=sys.stderr)
