"""`lienzo pack`: makes, verifies and installs a file of models for a machine without a network."""

from __future__ import annotations

import argparse
from pathlib import Path

from studio.core.errors import StudioError
from studio.core.progress import Progress

GIGABYTE = 1_000_000_000


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the actions."""
    parser.add_argument(
        "action",
        choices=("make", "verify", "install"),
        help="make: write a pack of models; verify: compare it with its checksums; install: put "
        "its models and networks in place, after verifying all of it",
    )
    parser.add_argument("pack", type=Path, metavar="PACK", help="such as studio.lienzopack")
    parser.add_argument(
        "models", type=Path, nargs="*", metavar="MODEL", help="make: weights files or model folders"
    )
    parser.add_argument(
        "--assets",
        nargs="*",
        default=[],
        metavar="ID",
        help="make: also these networks of the photo tools, which are installed here",
    )


def run(options: argparse.Namespace) -> int:
    """Run one action; returns 0."""
    from studio.catalog import pack_install, packs
    from studio.catalog.first_fetch import models_folder, offer
    from studio.cli.byte_bar import ByteBar

    if options.action != "make" and options.models:
        raise StudioError("Only lienzo pack make takes models.", "Name the pack alone.")
    bar = ByteBar()
    progress = Progress(bar.show)
    pack: Path = options.pack.expanduser()
    try:
        if options.action == "make":
            made = packs.make(pack, options.models, options.assets, progress)
            files = made.files
        elif options.action == "verify":
            files = packs.verify(pack, progress)
        else:
            done = pack_install.install(pack, progress)
    finally:
        bar.end()
    if options.action == "install":
        for path in done.kept:
            print(f"there already: {path}")
        for path in done.new:
            print(f"installed {path}")
        offer(models_folder())
        return 0
    for one in files:
        print(f"{one.sha256}  {one.size:12}  {one.path}")
    if options.action == "make":
        for path in made.left_out:
            print(f"left out, as it is no data that Lienzo reads: {path}")
    size = sum(one.size for one in files) / GIGABYTE
    print(f"{pack}: {len(files)} files, {size:.2f} GB, all of them as their checksums say.")
    return 0
