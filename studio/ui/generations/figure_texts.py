"""The measurements of a comparison as texts in the window's language."""

from __future__ import annotations

from studio.session.generations.chart import Chart
from studio.session.generations.figures import Figures
from studio.session.generations.run import Column, State
from studio.ui.widgets.amounts import bytes_text
from studio.ui.widgets.translation import decimals, error_text, tr

UNKNOWN = "-"


def quality_text(figures: Figures) -> str:
    """Return the judge's belief in percent."""
    return UNKNOWN if figures.quality is None else f"{100 * figures.quality:.0f} %"


def seconds_text(figures: Figures) -> str:
    """Return the seconds of a picture."""
    seconds = figures.seconds
    if seconds is None:
        return UNKNOWN
    return f"{decimals(seconds, 2 if seconds < 1 else 1)} s"


def variety_text(figures: Figures) -> str:
    """Return the mean distance of two pictures."""
    return UNKNOWN if figures.variety is None else decimals(figures.variety, 1)


def memory_text(figures: Figures) -> str:
    """Return the peak memory."""
    return bytes_text(figures.peak_bytes) or UNKNOWN


def weights_text(figures: Figures) -> str:
    """Return the number of weights in millions."""
    if not figures.parameters:
        return UNKNOWN
    millions = figures.parameters / 1e6
    return tr("{count} million", count=decimals(millions, 1 if millions < 10 else 0))


def column_lines(column: Column) -> tuple[str, ...]:
    """Return the lines below the pictures of a column."""
    if column.error is not None:
        return (" ".join(error_text(column.error)),)
    figures = column.figures
    lines = [
        tr("Quality {share}", share=quality_text(figures)),
        tr("{time} a picture", time=seconds_text(figures)),
        tr("Variety {distance}", distance=variety_text(figures)),
        tr("Memory {size}", size=memory_text(figures)),
        tr("Weights {count}", count=weights_text(figures)),
    ]
    if column.unjudged is not None:
        lines.append(" ".join(error_text(column.unjudged)))
    return tuple(lines)


def about_text(column: Column) -> str:
    """Return year and authors of the paper, "" if there is none."""
    paper = column.system.paper
    return f"{paper.year} · {paper.authors}" if paper is not None else ""


def state_text(column: Column) -> str:
    """Return the state of a column."""
    return {
        State.WAITING: tr("waits"),
        State.RUNNING: tr("is being measured…") if column.is_judging else tr("runs…"),
        State.DONE: tr("finished"),
        State.FAILED: tr("no picture"),
        State.STOPPED: tr("stopped"),
    }[column.state]


def chart_text(chart: Chart, columns: tuple[Column, ...]) -> str:
    """Return what the chart shows as sentences, for those who cannot see it."""
    if not chart.points:
        return tr("Nothing has been measured yet.")
    names = {column.system.name: column.figures for column in columns}
    said = [
        tr(
            "{name}: quality {share}, {time} a picture, variety {distance}.",
            name=point.name,
            share=quality_text(names[point.name]),
            time=seconds_text(names[point.name]),
            distance=variety_text(names[point.name]),
        )
        for point in chart.points
    ]
    if chart.left_out:
        said.append(tr("Not measured: {names}.", names=", ".join(chart.left_out)))
    return " ".join(said)
