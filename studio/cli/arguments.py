"""Arguments of some commands; imports nothing slow."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.limits import parse

NUMBERS = ("steps", "batch", "accumulation", "resolution", "rank", "rate", "text_rate",
           "embedding_rate", "vectors", "prior_weight", "class_images", "snr_gamma",
           "sample_every", "seed")  # fmt: skip
"""Names of the training settings that the command line takes as numbers."""

NEGATIVE_PLACE = re.compile(r"-\d[\d.]*(,-?\d[\d.]*)+(:[+-])?")
"""A place or a distance such as -60,0, which begins like an option."""


def arguments_of_train(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo train``."""
    parser.add_argument("photo", type=Path, nargs="+", metavar="PHOTO", help="or a folder of them")
    parser.add_argument("--name", required=True, help="what stands between < and > in prompts")
    parser.add_argument("--kind", required=True, metavar="WORD", help="what it is, such as dog")
    parser.add_argument(
        "--method",
        choices=("lora", "dreambooth", "textual_inversion", "pivotal"),
        default="lora",
        help="default: lora",
    )
    parser.add_argument("--model", default="starter", metavar="FOLDER", help="diffusers layout")
    parser.add_argument(
        "--prior",
        choices=("frozen", "images", "none"),
        help="what keeps the class: the frozen model (default), pictures of the class, or nothing",
    )
    parser.add_argument(
        "--layers", choices=("attention", "all"), help="what a LoRA reaches; default: attention"
    )
    for name in NUMBERS:
        kind = float if "rate" in name or name in ("prior_weight", "snr_gamma") else int
        flag = "--" + name.replace("_", "-")
        parser.add_argument(flag, type=kind, default=None, help="left out: the usual")
    parser.add_argument("--no-mask", action="store_true", help="the background counts as well")
    parser.add_argument("--no-mirror", action="store_true", help="show no photo mirrored")
    parser.add_argument("--checkpointing", action="store_true", help="less memory, more time")
    parser.add_argument("--train-text-encoder", action="store_true")
    parser.add_argument("--again", action="store_true", help="give an unfinished one up")
    parser.add_argument("--keep-all", action="store_true", help="photos with findings as well")


def arguments_of_subjects(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo subjects``."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    actions.add_parser("list", help="the subjects that were taught")
    delete = actions.add_parser("delete", help="remove a subject for good")
    delete.add_argument("name")
    export = actions.add_parser("export", help="write a subject for other programs")
    export.add_argument("name")
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument("--layout", choices=("kohya", "diffusers", "peft"), default="kohya")
    export.add_argument("--replace", action="store_true", help="a file that is there")
    taken = actions.add_parser("import", help="take a LoRA or an embedding as a subject")
    taken.add_argument("file", type=Path, metavar="FILE")
    taken.add_argument("--name", default="", help="default: the file's name")
    taken.add_argument("--kind", default="", metavar="WORD")
    taken.add_argument("--word", default="", metavar="TEXT", help="what the model reads for it")
    taken.add_argument("--model", default="starter", metavar="FOLDER")


def arguments_of_new(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo new``."""
    parser.add_argument(
        "--size",
        required=True,
        metavar="SIZE",
        help="1920x1080 (pixels), 210x297mm, cm or in, or a name such as a4, letter or full-hd",
    )
    parser.add_argument("--landscape", action="store_true", help="wide instead of upright")
    parser.add_argument(
        "--dpi",
        type=in_range("dpi"),
        default=None,
        help="pixels per inch, 1 to 9999 (default: 96, of a size on paper 300)",
    )
    parser.add_argument(
        "--background",
        default="white",
        metavar="COLOUR",
        help="white (default), black, transparent, or a colour such as #3366cc",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="FILE", help="ORA keeps all")
    parser.add_argument("--replace", action="store_true", help="a file that is there")


def arguments_of_metadata(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that select the metadata of a written file."""
    parser.add_argument(
        "--metadata",
        choices=("keep", "private", "strip"),
        default="keep",
        help="all that the opened file says and our prompts; without place and serial numbers; "
        "or nothing (default: keep)",
    )
    parser.add_argument(
        "--no-metadata", action="store_const", const="strip", dest="metadata", help="strip"
    )
    parser.add_argument(
        "--srgb", action="store_true", help="write sRGB, not the colour profile of the opened file"
    )


def arguments_of_convert(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo convert``."""
    parser.add_argument("input", type=Path, metavar="IN")
    parser.add_argument("output", type=Path, metavar="OUT")
    parser.add_argument(
        "--quality", type=in_range("quality"), default=92, help="of JPEG and WebP, 1 to 100"
    )
    arguments_of_metadata(parser)
    parser.add_argument(
        "--dpi", type=in_range("dpi"), default=None, help="pixels per inch, 1 to 9999"
    )
    parser.add_argument(
        "--result",
        type=int,
        metavar="NUMBER",
        help="apply a result that the file keeps, as `lienzo info` numbers them",
    )
    parser.add_argument("--no-results", action="store_true", help="leave kept results out")
    parser.add_argument(
        "--flatten",
        action="store_true",
        help="only the merged picture, as the program that saved the file drew it",
    )


def in_range(name: str) -> Callable[[str], float]:
    """Return an argument type that parses the number of a setting and checks its range."""

    def number(text: str) -> float:
        try:
            return parse(name, text)
        except StudioError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return number


def with_negative_places(arguments: Sequence[str]) -> list[str]:
    """Return arguments with "--move=-60,0" for "--move -60,0", which argparse refuses."""
    joined: list[str] = []
    for one in arguments:
        follows = bool(joined) and joined[-1].startswith("--") and "=" not in joined[-1]
        if follows and NEGATIVE_PLACE.fullmatch(one):
            joined[-1] += f"={one}"
        else:
            joined.append(one)
    return joined
