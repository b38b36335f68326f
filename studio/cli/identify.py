"""`lienzo identify`: what weights files are, from their headers alone."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from studio.catalog.recognise.finding import Certainty, Finding, Kind
from studio.catalog.recognise.labels import FAMILY_LABELS, family_label
from studio.catalog.recognise.parts import PARTS, missing_notice
from studio.catalog.recognise.plain import to_plain
from studio.catalog.recognise.remember import FIELDS, Choices
from studio.catalog.recognise.scan import Found, Scanner, kept_scanner
from studio.core.errors import StudioError


def arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of ``lienzo identify``."""
    parser.add_argument(
        "paths", type=Path, nargs="+", metavar="PATH", help="weights files, or folders with some"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="FIELD=VALUE",
        help=f"remember your own answer for one file; FIELD is one of {', '.join(FIELDS)}",
    )
    parser.add_argument("--forget", action="store_true", help="forget your own answer for a file")


def run(options: argparse.Namespace) -> int:
    """Print a line for each file; returns 1 if none of them can be used."""
    missing = [path for path in options.paths if not path.expanduser().exists()]
    if missing:
        raise StudioError(
            "There is no file {path}.", "It may have been moved or deleted.", path=str(missing[0])
        )
    if options.choose or options.forget:
        _change(options)
    scanner: Scanner = kept_scanner()
    found = scanner.scan(options.paths)
    if options.json:
        print(json.dumps([_row(one) for one in found], indent=1, ensure_ascii=False))
    else:
        for one in found:
            print("\n  ".join(lines(one)))
    usable = [one for one in found if one.finding.kind not in (Kind.UNUSABLE, Kind.UNKNOWN)]
    return 0 if usable or not found else 1


def _change(options: argparse.Namespace) -> None:
    """Store or remove the artist's answer for the one file that is named."""
    if len(options.paths) != 1 or not options.paths[0].expanduser().is_file():
        raise StudioError("--choose and --forget are for one file.", "Name a single file.")
    path, choices = options.paths[0].expanduser(), Choices()
    if options.forget:
        choices.forget(path)
    values = {}
    for text in options.choose:
        name, equals, value = text.partition("=")
        if not equals or not value.strip():
            raise StudioError(
                "{setting} cannot be {value}.",
                "Write FIELD=VALUE, such as family=flux.",
                setting="--choose",
                value=text,
            )
        values[name.strip()] = value.strip()
    if values:
        choices.remember(path, values)


def lines(one: Found) -> list[str]:
    """Return a line about a file, and one for each thing that the artist should know."""
    finding = one.finding
    label = f"{one.path}: {_kind(finding)}"
    if finding.refusal is not None:
        return [label, str(finding.refusal)]
    facts = [
        _precision(finding),
        f"{one.size / 1e9:.2f} GB" if one.size >= 5_000_000 else "",
        finding.prediction_type.replace("_", "-"),
        "zero terminal SNR" if finding.zero_terminal_snr else "",
        f"for {', '.join(FAMILY_LABELS.get(base, base) for base in finding.bases)}"
        f" {finding.base_variant}".rstrip()
        if finding.bases and finding.kind is not Kind.VAE
        else "",
        f"{finding.modes} kinds of control" if finding.modes else "",
        f"contains {', '.join(_part(part) for part in finding.inside)}" if finding.inside else "",
        f"licence {finding.about.licence}" if finding.about.licence else "",
    ]
    found = [", ".join(part for part in (label, *facts) if part)]
    found.append(f"{finding.certainty}: {finding.reason}" if finding.reason else finding.certainty)
    found += [
        f"{guess.field.replace('_', ' ')}: probably {guess.value} ({guess.reason})"
        for guess in finding.guesses
    ]
    found += [
        f"{question.field}: please say, by --choose {question.field}=VALUE, which of"
        f" {', '.join(question.answers)}"
        for question in finding.questions
        if finding.certainty is Certainty.ASK
    ]
    if finding.about.trigger_words:
        found.append(f"trigger words: {', '.join(finding.about.trigger_words)}")
    family = family_label(finding.family)
    found += [
        str(missing_notice(family, part)) if part in PARTS else f"missing: {part}"
        for part in finding.missing
    ]
    return found


def _kind(finding: Finding) -> str:
    if finding.kind in (Kind.TEXT_ENCODER, Kind.IMAGE_ENCODER):
        return ", ".join(_part(part) for part in finding.provides)
    name = family_label(finding.family, finding.variant)
    return f"{name}, {finding.kind}" if name else str(finding.kind)


def _precision(finding: Finding) -> str:
    precision = finding.precision
    scales = f" with {precision.scales}" if precision.scales else ""
    return f"{precision.format}{scales}"


def _part(part: str) -> str:
    return PARTS[part].label if part in PARTS else part


def _row(one: Found) -> dict[str, Any]:
    row: dict[str, Any] = {"path": str(one.path), "bytes": one.size, **to_plain(one.finding)}
    if one.finding.refusal is not None:
        row["sentence"] = str(one.finding.refusal)
    return row
