"""The commands train and subjects: teach, list, exchange and delete subjects."""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

from studio.catalog import models
from studio.catalog.hashes import kept_hashes
from studio.catalog.vocabulary import Vocabulary
from studio.cli import editing as headless
from studio.cli.arguments import NUMBERS
from studio.core.errors import Cancelled, StudioError
from studio.core.settings import Settings
from studio.edit.training import TrainRequest, TrainResult, TrainSettings
from studio.edit.training_defaults import unused_settings
from studio.engine.engine import Engine
from studio.photos.photos import check_photos, check_set, chosen
from studio.session.jobs import InlineRunner, Job, Result
from studio.session.photos import LoadedPhoto, load_photos
from studio.session.session import Session
from studio.session.subject_photos import plan_photo, subject_of, write_thumbnail
from studio.session.training_plans import is_planned, make_request, write_plan


def train(options: argparse.Namespace) -> int:
    """Run ``lienzo train``: train a subject from photos, resuming an interrupted training."""
    session = Session(InlineRunner(Engine(hashes=kept_hashes())), Settings(None))
    session.edit_settings = replace(session.edit_settings, model=options.model)
    spec = models.identify(options.model)
    settings = _settings(options)
    loaded: list[LoadedPhoto] = []
    for found in load_photos(options.photo):
        if isinstance(found, LoadedPhoto):
            loaded.append(found)
            for told in found.notices:
                print(f"lienzo: {told}", file=sys.stderr)
        else:
            print(f"lienzo: {found.error}", file=sys.stderr)
    reports = check_photos(
        [photo.image for photo in loaded],
        # The alpha of a cut-out is its mask.
        subjects=[subject_of(photo) for photo in loaded],
        resolution=settings.resolution or spec.native_size,
    )
    for photo, report in zip(loaded, reports, strict=True):
        for finding in report.findings:
            print(f"lienzo: {photo.name}: {finding.notice}", file=sys.stderr)
    for finding in check_set(reports):
        print(f"lienzo: {finding.notice}", file=sys.stderr)
    numbers = range(len(loaded)) if options.keep_all else chosen(reports)
    plans = [plan_photo(loaded[i], reports[i].subject) for i in numbers]
    if not plans:
        raise StudioError(
            "There are no photos left to learn from.",
            "Use better photos, or --keep-all to take these as they are.",
        )
    request = make_request(
        options.name, options.kind, plans, options.model, settings, session.subjects
    )
    _tell_about_words(session, request)
    begun = Path(request.folder) in session.subjects.unfinished()
    if begun and not options.again and not is_planned(request):
        raise StudioError(
            "A training of {name} with other photos or settings has not finished.",
            "Repeat that command to continue it, or add --again to start over.",
            name=request.name,
        )
    write_plan(request, plans)
    try:
        result = run(session, Job(request, request.name))
    except Cancelled:
        print("lienzo: stopped; the same command goes on where it was.", file=sys.stderr)
        return 1
    assert isinstance(result, TrainResult)
    subject = session.subjects.find(request.name)
    write_thumbnail(subject, request.photos)
    best = next((score for score in result.scores if score.step == result.best), None)
    said = f", likeness {best.likeness:.3f}, drift {best.drift:.3f}" if best else ""
    early = ", stopped early" if result.stopped_early else ""
    print(
        f"{subject.tag} learned from {len(plans)} photos in {result.seconds:.0f} s:"
        f" {result.steps} steps{early}, best at {result.best}{said}"
    )
    print(subject.folder)
    if not result.is_nearer:
        print(
            "lienzo: its pictures are no nearer to the photos than before; try other settings,"
            " such as a lower --rate or more --steps",
            file=sys.stderr,
        )
    return 0


def _tell_about_words(session: Session, request: TrainRequest) -> None:
    """Print warnings about the name and the kind if the model does not suit them."""
    about = session.subjects.name_notice(request.name, request.model)
    if about is not None:
        print(f"lienzo: {about}", file=sys.stderr)
    unknown = Vocabulary.load(request.model).unknown_words(request.kind)
    if unknown:
        print(
            f"lienzo: the model does not know the kind {', '.join(unknown)};"
            " a wider word works better",
            file=sys.stderr,
        )


def subjects(options: argparse.Namespace) -> int:
    """Run ``lienzo subjects``."""
    session = Session(InlineRunner(Engine(hashes=kept_hashes())), Settings(None))
    library = session.subjects
    if options.action == "list":
        for subject in library.all():
            print(f"{subject.tag}  {subject.kind}, {subject.method}, {subject.base}")
        for folder in library.unfinished():
            print(f"unfinished: {folder.name}", file=sys.stderr)
        for error in library.problems():
            print(f"lienzo: {error}", file=sys.stderr)
    elif options.action == "delete":
        begun = library.folder_of(options.name)
        if begun in library.unfinished():
            library.give_up(begun)
        else:
            library.delete(options.name)
        print(f"deleted {options.name}")
    elif options.action == "export":
        request = library.export_request(
            options.name, options.file, options.layout, options.replace
        )
        for path in run(session, Job(request, options.name)).files:  # type: ignore[union-attr]
            print(path)
    else:
        session.edit_settings = replace(session.edit_settings, model=options.model)
        taken = library.import_request(
            options.file, options.name, options.kind, options.word, options.model
        )
        for said in getattr(run(session, Job(taken, taken.name)), "notes", ()):
            print(f"lienzo: {said}", file=sys.stderr)
        print(f"{library.find(taken.name).tag}  {library.find(taken.name).folder}")
    return 0


def run(session: Session, job: Job) -> Result:
    """Run one job to its end with a progress bar; raises the job's error if it failed."""
    errors: list[BaseException] = []
    results: list[Result] = []
    session.queue.failed.connect(lambda one, error: errors.append(error))
    session.queue.finished.connect(lambda one, result: results.append(result))
    bar = headless.Bar()
    session.queue.progressed.connect(bar.show)
    session.queue.add(job)
    bar.end()
    if errors:
        raise errors[0]
    return results[0]


def _settings(options: argparse.Namespace) -> TrainSettings:
    """Return the settings of the command line; prints a warning about those without effect."""
    given = {name: getattr(options, name) for name in ("prior", "layers", *NUMBERS)}
    given = {name: value for name, value in given.items() if value is not None}
    settings = TrainSettings(
        method=options.method,
        masked=not options.no_mask,
        mirror=not options.no_mirror,
        checkpointing=options.checkpointing,
        train_text_encoder=options.train_text_encoder,
    ).replace(**given)
    idle = [f"--{name.replace('_', '-')}" for name in given if name in unused_settings(settings)]
    if idle:
        print(f"lienzo: with these settings nothing uses {', '.join(idle)}", file=sys.stderr)
    return settings
