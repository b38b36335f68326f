"""The command line: the same session as the window, without a window."""

from __future__ import annotations

import argparse
import importlib
import math
import multiprocessing
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from studio import __version__
from studio.cli.arguments import (
    arguments_of_convert,
    arguments_of_metadata,
    arguments_of_new,
    arguments_of_subjects,
    arguments_of_train,
    with_negative_places,
)
from studio.cli.arguments import in_range as _in
from studio.cli.command_files import FILES
from studio.cli.setting_options import EVERYWHERE, PHOTO, add_family_settings, add_settings
from studio.core.errors import Cancelled, StudioError

if TYPE_CHECKING:
    from studio.catalog.families.spec import FamilySpec

PIPE_CLOSED = 141
"""The exit status that a shell reports for a program ended by a closed pipe: 128 + SIGPIPE."""
EPILOG = "Without a command, lienzo opens its window, and files named there in a tab each."


def program() -> int:
    """Run ``main`` under the crash handlers: the entry point of `lienzo` and `python main.py`."""
    # In the packaged program, a process that decodes a file starts here and ends in this call.
    multiprocessing.freeze_support()
    from studio.core import crash

    crash.install()
    return main()


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; returns 0, 1 (failed, the reason is on stderr) or 2 (usage)."""
    arguments = with_negative_places(sys.argv[1:] if argv is None else argv)
    kinds = _annotator_kinds() if arguments[:1] == ["annotate"] else ()
    families = _families() if arguments[:1] in (["edit"], ["generate"]) else ()
    parser = _parser(kinds, families, arguments[0] if arguments else "")
    known = (*COMMANDS, *FILES)
    if not arguments or (arguments[0] not in known and not arguments[0].startswith("-")):
        return _window(arguments)
    try:
        options = parser.parse_args(arguments)
        if getattr(options, "task", "") == "variations":
            options.prompt = options.prompt or ""
        if getattr(options, "prompt", "") is None and options.like is None:
            parser.error("give a prompt with --prompt, or a picture that has one with --like")
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        if options.command in FILES:
            result: int = _module(options.command).run(options)
        else:
            result = COMMANDS[options.command](options)
        sys.stdout.flush()
        return result
    except StudioError as error:
        print(f"lienzo: {error}", file=sys.stderr)
    except (Cancelled, KeyboardInterrupt):
        print("lienzo: cancelled; nothing was written.", file=sys.stderr)
    except BrokenPipeError:
        return _reader_gone()
    return 1


def _reader_gone() -> int:
    """End quietly if the program that reads the output, such as `head`, has exited."""
    # Buffered output would otherwise be flushed at exit, and fail once more.
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, sys.stdout.fileno())
    return PIPE_CLOSED


def _window(paths: Sequence[str]) -> int:
    if not has_display():
        print(
            "lienzo: there is no display, so the window cannot open; try: lienzo demo --out DIR",
            file=sys.stderr,
        )
        return 1
    from studio.app import run

    return run([Path(path) for path in paths])


def has_display() -> bool:
    """Whether a window can open here; only Linux and the BSDs can lack a display."""
    if sys.platform in ("win32", "darwin"):
        return True
    named = os.environ.get("QT_QPA_PLATFORM", "")
    if named and not named.startswith(("xcb", "wayland")):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _edit(options: argparse.Namespace) -> int:
    from studio.cli import editing as headless

    return headless.edit(options)


def _generate(options: argparse.Namespace) -> int:
    from studio.cli import editing as headless

    return headless.generate(options)


def _rewrite(options: argparse.Namespace) -> int:
    from studio.cli import rewriting as headless_rewrite

    return headless_rewrite.rewrite(options)


def _demo(options: argparse.Namespace) -> int:
    from studio.cli import demo as headless_demo

    return headless_demo.demo(options)


def _annotate(options: argparse.Namespace) -> int:
    from studio.cli import editing as headless

    return headless.annotate(options)


def _annotator_kinds() -> tuple[str, ...]:
    """Return the annotators; called only if a command needs them, as it imports numpy."""
    from studio.engine.annotators.base import ANNOTATORS

    return tuple(ANNOTATORS)


def _families() -> tuple[FamilySpec, ...]:
    """Return the model families, whose settings are options; this imports numpy too."""
    from studio.catalog.families.table import FAMILIES

    return tuple(FAMILIES.values())


def _train(options: argparse.Namespace) -> int:
    from studio.cli import subjects as headless_subjects

    return headless_subjects.train(options)


def _subjects(options: argparse.Namespace) -> int:
    from studio.cli import subjects as headless_subjects

    return headless_subjects.subjects(options)


def _new(options: argparse.Namespace) -> int:
    from studio.cli import files as headless_files

    return headless_files.new(options)


def _convert(options: argparse.Namespace) -> int:
    from studio.cli import files as headless_files

    return headless_files.convert(options)


def _info(options: argparse.Namespace) -> int:
    from studio.cli import files as headless_files

    return headless_files.info(options)


COMMANDS = {
    "edit": _edit,
    "generate": _generate,
    "rewrite": _rewrite,
    "train": _train,
    "subjects": _subjects,
    "annotate": _annotate,
    "new": _new,
    "convert": _convert,
    "info": _info,
    "demo": _demo,
}


def _module(command: str) -> Any:
    return importlib.import_module(f"studio.cli.{command}")


def _parser(
    kinds: Sequence[str], families: Sequence[FamilySpec] = (), named: str = ""
) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="lienzo", description=__doc__, epilog=EPILOG)
    parser.add_argument("--version", action="version", version=f"lienzo {__version__}")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    edit = commands.add_parser("edit", help="change a place of a photo by a prompt")
    edit.add_argument("photo", type=Path, metavar="PHOTO")
    edit.add_argument("--mask", type=Path, help="white where the picture may change")
    edit.add_argument("--mask-fill", action="store_true", help="fill what its lines go around")
    edit.add_argument("--mask-invert", action="store_true", help="change what the mask leaves out")
    edit.add_argument(
        "--task",
        choices=("fill", "replace", "extend", "instruct", "variations"),
        default="fill",
        help="fill the mask, change what is there, fill transparent canvas, follow the prompt"
        " as an instruction, or make similar pictures (default: fill)",
    )
    add_settings(edit, PHOTO)
    _sampling_arguments(edit, families)

    generate = commands.add_parser("generate", help="make a picture from a prompt")
    generate.add_argument(
        "--width", type=_in("width"), default=None, help="default: the model's own"
    )
    generate.add_argument(
        "--height", type=_in("height"), default=None, help="default: the model's own"
    )
    _sampling_arguments(generate, families)

    _rewrite_arguments(commands.add_parser("rewrite", help="change the words of a photo"))

    arguments_of_train(commands.add_parser("train", help="teach it a subject from photos"))
    arguments_of_subjects(commands.add_parser("subjects", help="list, export, import, delete"))

    annotate = commands.add_parser("annotate", help="draw the control image of a photo")
    annotate.add_argument("photo", type=Path, metavar="PHOTO")
    annotate.add_argument("--kind", choices=kinds, required=True)
    annotate.add_argument("--out", type=Path, required=True, metavar="FILE")
    annotate.add_argument(
        "--json",
        action="store_true",
        help="of pose: write OpenPose JSON, and to FILE.json only that",
    )
    annotate.add_argument(
        "--low", type=_in("threshold"), default=None, help="lower threshold of canny"
    )
    annotate.add_argument(
        "--high", type=_in("threshold"), default=None, help="upper threshold of canny"
    )
    annotate.add_argument("--detail", type=_share, default=None, help="of lineart, 0 to 1")
    annotate.add_argument(
        "--side", type=_in("side"), default=None, help="look at so many pixels of a side"
    )
    annotate.add_argument("--folder", type=Path, help="with the weights of a detector")

    arguments_of_new(commands.add_parser("new", help="begin an empty document"))
    arguments_of_convert(
        commands.add_parser("convert", help="write a file in another format, with layers")
    )

    info = commands.add_parser("info", help="show layers and recipes of a file")
    info.add_argument("file", type=Path, metavar="FILE")
    info.add_argument("--json", action="store_true", help="print JSON")

    demo = commands.add_parser("demo", help="try the tools on the sample photo, and export it")
    demo.add_argument("--out", type=Path, required=True, metavar="DIR")
    add_settings(demo, ("seed", "steps"))

    for name, text in FILES.items():
        added = commands.add_parser(name, help=text)
        if name == named:
            _module(name).arguments(added)
    return parser


def _folder_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--model-folder",
        type=Path,
        action="append",
        default=[],
        metavar="FOLDER",
        help="with the LoRAs that the prompt names as <lora:NAME:WEIGHT>, and embeddings, beside"
        " those of the window; repeatable",
    )


def _sampling_arguments(parser: argparse.ArgumentParser, families: Sequence[FamilySpec]) -> None:
    parser.add_argument(
        "--control",
        action="append",
        default=[],
        metavar="KIND=FILE:STRENGTH",
        help="steer by a map of the picture's size, or by OpenPose JSON; may be given repeatedly",
    )
    parser.add_argument(
        "--controlnet",
        action="append",
        default=[],
        metavar="[KIND=]PATH",
        help="for the controls, or those of a kind: a folder or a safetensors file; model's own",
    )
    parser.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="FILE:WEIGHT:MODE",
        help="borrow the look, composition, subject or face of a picture, or blend it with the"
        " photo; repeatable",
    )
    parser.add_argument(
        "--region",
        action="append",
        default=[],
        metavar="MASK:WEIGHT=TEXT",
        help="words of its own for the white of a mask of the picture's size; repeatable",
    )
    parser.add_argument(
        "--region-reference",
        action="append",
        default=[],
        metavar="MASK=FILE:WEIGHT:MODE",
        help="a reference that counts in the white of a mask only; repeatable",
    )
    parser.add_argument(
        "--ip-adapter", type=Path, metavar="FOLDER", help="that reads the references; model's own"
    )
    parser.add_argument(
        "--lora",
        action="append",
        default=[],
        metavar="FILE:WEIGHT",
        help="change the model by a LoRA; weight 1 unless said, -2 to 2; repeatable",
    )
    parser.add_argument(
        "--vae", type=Path, metavar="PATH", help="another VAE than the model's own: file or folder"
    )
    parser.add_argument(
        "--embedding",
        action="append",
        default=[],
        metavar="FILE:TOKEN",
        help="let prompts use the word of a textual inversion, or call it TOKEN; repeatable",
    )
    _folder_argument(parser)
    parser.add_argument("--prompt", metavar="TEXT", help="needed without --like")
    parser.add_argument(
        "--like",
        type=Path,
        metavar="PICTURE",
        help="take prompt and settings that are not given from those that a picture carries",
    )
    parser.add_argument("--negative-prompt", default="", metavar="TEXT")
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument("--model", default="starter", metavar="FOLDER", help="diffusers layout")
    add_settings(parser, EVERYWHERE)
    add_family_settings(parser, families)
    parser.add_argument(
        "--quality", type=_in("quality"), default=92, help="of JPEG and WebP, 1 to 100"
    )
    parser.add_argument(
        "--forecast",
        action="store_true",
        help="say how long it will take and how much memory, by earlier runs; write nothing",
    )
    arguments_of_metadata(parser)


def _rewrite_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("photo", type=Path, metavar="PHOTO")
    _folder_argument(parser)
    parser.add_argument(
        "--from", dest="from_text", required=True, metavar="TEXT", help="what it shows now"
    )
    parser.add_argument(
        "--to", dest="to_text", required=True, metavar="TEXT", help="what it should show"
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE")
    parser.add_argument(
        "--method",
        choices=("null_text", "negative_prompt", "ddim"),
        default="null_text",
        help="how the photo is read, the most faithful first (default: null_text)",
    )
    parser.add_argument(
        "--weight",
        type=_weight,
        action="append",
        default=[],
        metavar="WORD=FACTOR",
        help="how much a word of the new text counts, 1 is as it stands; repeatable",
    )
    parser.add_argument("--mask", type=Path, help="white where the photo may change")
    parser.add_argument(
        "--everywhere", action="store_true", help="do not limit the change to where words act"
    )
    parser.add_argument(
        "--blend",
        action="append",
        default=[],
        metavar="WORD",
        help="limit the change to where this word acts, not those that differ; repeatable",
    )
    parser.add_argument("--threshold", type=_share, default=None, help="of that limit, 0 to 1")
    parser.add_argument("--cross", type=_share, default=None, help="keep the layout so long, 0..1")
    parser.add_argument(
        "--self-attention", type=_share, default=None, help="keep the shapes so long, 0..1"
    )
    add_settings(parser, ("steps", "cfg_scale"), steps=50)
    parser.add_argument("--model", default="starter", metavar="FOLDER", help="diffusers layout")
    parser.add_argument(
        "--quality", type=_in("quality"), default=92, help="of JPEG and WebP, 1 to 100"
    )
    arguments_of_metadata(parser)


def _weight(text: str) -> tuple[str, float]:
    word, separator, factor = text.rpartition("=")
    try:
        number = float(factor)
    except ValueError:
        number = math.nan
    if not separator or not word.strip() or not math.isfinite(number):
        raise argparse.ArgumentTypeError("must be WORD=FACTOR, such as hat=1.5")
    return word.strip(), number


def _share(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0.0 <= value <= 1.0:
        raise argparse.ArgumentTypeError("must be 0 to 1")
    return value


if __name__ == "__main__":
    raise SystemExit(main())
