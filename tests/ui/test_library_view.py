"""The list of everything in the Models panel: search, favourites, fit and memory."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import until
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

sys.path.insert(0, str(Path(__file__).parents[1] / "catalog"))
from corpus_files import write_safetensors
from corpus_loras import attention, kohya
from corpus_unets import SD1, SDXL, diffusers

from studio.catalog.fit import Fit
from studio.catalog.generations import SYSTEMS
from studio.catalog.ladder import GPU_LADDER
from studio.catalog.library import Entry
from studio.catalog.models import STARTER, find_models, model_folder
from studio.session.memory_plan import MemoryPlan
from studio.ui.commands.library_commands import FAVOURITES
from studio.ui.models.library_list import ENTRY, GREY
from studio.ui.models.library_view import LibraryView
from studio.ui.models.memory_text import plan_text
from studio.ui.window.main_window import MainWindow

GB = 10**9

SMALL = sum(model_folder(name).is_dir() for name in SYSTEMS)
"""The systems of the course, which are listed in every window."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    top = tmp_path / "models"
    shutil.copytree(model_folder(STARTER), top / "own")
    extra = json.loads((top / "own" / "lienzo.json").read_text())
    (top / "own" / "lienzo.json").write_text(json.dumps({**extra, "name": "own"}))
    about = {"modelspec.license": "openrail"}
    write_safetensors(
        top / "loras" / "ink.safetensors", kohya(attention(diffusers(SD1))), metadata=about
    )
    write_safetensors(top / "loras" / "dog.safetensors", kohya(attention(diffusers(SDXL))))
    (top / "checkpoints").mkdir()
    (top / "checkpoints" / "half.safetensors").write_bytes(b"x")
    return top


@pytest.fixture
def view(window: MainWindow, folder: Path) -> LibraryView:
    """Give the list, loaded, with the starter as the chosen model."""
    window.settings.set("model_folders", [str(folder)])
    window.docks["models"].raise_()
    window.commands.models.load()
    window.models.pages["all"].click()
    settled(window, lambda: window.models.library.list.count() == 5 + SMALL)
    return window.models.library


def settled(window: MainWindow, condition: Callable[[], object]) -> None:
    until(lambda: condition() and not window.background.is_busy, 60)


def names(view: LibraryView) -> list[str]:
    items = [view.list.item(row) for row in range(view.list.count())]
    return [item.text() for item in items if not item.isHidden()]


def choose(view: LibraryView, name: str) -> None:
    row = next(n for n in range(view.list.count()) if view.list.item(n).text() == name)
    view.list.setCurrentRow(row)


def test_everything_is_listed_and_the_rest_of_the_panel_makes_room(
    window: MainWindow, view: LibraryView
) -> None:
    built_in = {one.name for one in find_models([])}
    assert set(names(view)) == {*built_in, "own", "dog", "ink", "half"}
    assert view.isVisible() and not window.models.things.isVisible()
    assert view.count.text() == f"{5 + SMALL} of {5 + SMALL}"
    window.models.pages["one"].click()
    assert not view.isVisible() and window.models.facts.isVisible()


def test_search_and_filters_narrow_the_list(view: LibraryView) -> None:
    QTest.keyClicks(view.search, "dog")
    assert names(view) == ["dog"] and view.count.text() == f"1 of {4 + len(find_models([]))}"
    view.search.clear()
    view.kind.setCurrentIndex(view.kind.findData("lora"))
    assert set(names(view)) == {"dog", "ink"}
    view.family.setCurrentIndex(view.family.findData("stable_diffusion_xl"))
    assert names(view) == ["dog"]
    view.kind.setCurrentIndex(0)
    view.family.setCurrentIndex(0)
    assert len(names(view)) == 5 + SMALL


def test_what_was_searched_is_reached_and_used_by_the_keyboard(
    window: MainWindow, view: LibraryView, folder: Path
) -> None:
    """The current row may be one that the search hides; the arrow keys do not leave such a row."""
    choose(view, "ink")
    view.search.setFocus()
    QTest.keyClicks(view.search, "own")
    assert view.list.entry is not None and view.list.entry.name == "own"
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    assert view.list.hasFocus() and view.use.isVisible()
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert window.prompt.settings.model == str(folder / "own")
    view.search.setText("nothing has this name")
    assert view.list.entry is None and not view.name.isVisible()
    view.search.clear()
    view.search.setFocus()
    QTest.keyClick(view.search, Qt.Key.Key_Return)
    assert view.list.currentRow() == 0
    QTest.keyClick(view.list, Qt.Key.Key_Down)
    assert view.list.currentRow() == 1
    settled(window, lambda: True)


def test_a_model_says_what_it_is_and_needs_and_is_used_by_enter(
    window: MainWindow, view: LibraryView, folder: Path
) -> None:
    own = str(folder / "own")
    row = next(n for n in range(5) if view.list.item(n).data(ENTRY).id == own)
    view.list.setCurrentRow(row)
    assert "MB" in view.facts.text() and "fp" in view.facts.text()
    assert view.memory.text().startswith("Needs ") and "of memory" in view.memory.text()
    asked: list[str] = []
    library = view._library
    view.show_library(replace(library, seconds=lambda spec: asked.append(spec.id) or 40.0))
    assert view.memory.text().endswith("About 40 s a picture.")
    assert asked == [own], "a forecast for each of hundreds of models would take seconds"
    assert view.place.text() == own and not view.reason.isVisible()
    QTest.keyClick(view.list, Qt.Key.Key_Return)
    assert window.prompt.settings.model == own
    settled(window, lambda: True)
    assert view.list.entry is not None and view.list.entry.id == own


def test_what_does_not_fit_is_greyed_with_the_reason(
    window: MainWindow, view: LibraryView, folder: Path
) -> None:
    choose(view, "dog")
    assert view.list.currentItem().data(GREY) and not view.use.isVisible()
    assert "Stable Diffusion XL" in view.reason.text()
    # The path has a line of its own below.
    assert "dog.safetensors" in view.reason.text() and str(folder) not in view.reason.text()
    assert str(folder) not in view.list.currentItem().toolTip()
    choose(view, "half")
    assert "damaged" in view.reason.text() and not view.use.isVisible()


def test_a_lora_has_its_licence_and_goes_into_the_prompt(
    window: MainWindow, view: LibraryView
) -> None:
    entry: Entry = next(
        item.data(ENTRY)
        for item in map(view.list.item, range(view.list.count()))
        if item.text() == "ink"
    )
    # The starter's own kind of LoRA is narrower: this one is for the public 1.x models.
    library = view._library
    fits = {**library.fits, entry.id: Fit()}
    view.show_library(replace(library, fits=fits))
    choose(view, "ink")
    assert "licence: openrail" in view.facts.text() and view.use.text() == "Into the prompt"
    view.use.click()
    assert "<lora:ink:1>" in window.prompt.settings.prompt


def test_favourites_come_first_and_stay(
    window: MainWindow, view: LibraryView, folder: Path
) -> None:
    choose(view, "own")
    view.favourite.click()
    own = str(folder / "own")
    assert names(view)[0] == "own" and window.settings.get(FAVOURITES, []) == [own]
    assert window.models.chooser.itemData(0) == own
    assert window.prompt.form.model.itemData(0) == own
    assert window.prompt.settings.model == STARTER
    assert window.models.chooser.currentData() == STARTER
    assert view.list.entry is not None and view.list.entry.id == own
    window.commands.models.load()
    settled(window, lambda: window.models.chooser.itemData(0) == own)
    view.favourite.click()
    assert window.settings.get(FAVOURITES, []) == []


def test_the_list_waits_until_somebody_looks(window: MainWindow, folder: Path) -> None:
    window.settings.set("model_folders", [str(folder)])
    window.docks["models"].raise_()
    window.commands.models.load()
    heading = 1 if SMALL else 0
    settled(window, lambda: window.models.chooser.count() == 2 + heading + SMALL)
    assert window.models.library.list.count() == 0
    window.models.pages["all"].click()
    settled(window, lambda: window.models.library.list.count() == 5 + SMALL)


def test_ways_of_running_are_plain_words() -> None:
    plan = MemoryPlan(6 * GB, 4 * GB, True, GPU_LADDER[3], GB, 40.0)
    assert plan_text(plan) == (
        "Needs 6.0 GB, you have 4.0 GB: it will run by group offload, which takes longer."
        " About 40 s a picture."
    )
    assert "your card has" in plan_text(replace(plan, rung=GPU_LADDER[0]))
    assert "at least 1.0 GB" in plan_text(replace(plan, rung=None))
    assert "will not run" in plan_text(replace(plan, rung=None))
    for rung in GPU_LADDER[1:]:
        assert "it will run" in plan_text(replace(plan, rung=rung))
