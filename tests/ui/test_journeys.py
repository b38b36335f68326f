"""The guide's journeys still begin; their pictures are there, and light enough for a page."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from conftest import until
from PIL import Image
from PySide6.QtCore import QPoint, QPointF

from studio.document.layer import ControlLayer
from studio.ui.window.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packaging" / "starter"))

from journeys import control, photo, subject, words  # noqa: E402
from journeys.driving import press, save_picture  # noqa: E402

IMAGES = ROOT / "docs" / "images"
STEPS = {"photo": 7, "control": 6, "subject": 5, "words": 5}
HEAVIEST, ALL = 150_000, 2_800_000


@pytest.mark.parametrize("name", STEPS)
def test_every_step_has_its_picture_in_the_guide(name: str) -> None:
    guide = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")
    shown = re.findall(rf"!\[[^\]]+\]\(images/(journey-{name}-\d\.jpg)\)", guide)
    assert shown == [f"journey-{name}-{number}.jpg" for number in range(1, STEPS[name] + 1)]
    for file in shown:
        assert (IMAGES / file).stat().st_size <= HEAVIEST, file
        with Image.open(IMAGES / file) as picture:
            assert 700 <= picture.width <= 1200, file


def test_no_picture_is_left_over_and_together_they_are_light() -> None:
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    files = sorted(IMAGES.iterdir())
    assert not [file.name for file in files if f"images/{file.name})" not in text]
    journeys = [file for file in files if file.name.startswith("journey-")]
    assert sum(file.stat().st_size for file in journeys) <= ALL


@pytest.mark.needs_asset("openpose")
def test_the_pose_journey_finds_somebody(window: MainWindow, tmp_path: Path) -> None:
    window.menus.menus["control"].aboutToShow.emit()
    shown = next(control.walk(window, tmp_path))
    (pose,) = (one for one in window.session.document.walk() if isinstance(one, ControlLayer))
    assert len(pose.control.people) == 1
    save_picture(shown.grab(), tmp_path / "1.jpg")
    with Image.open(tmp_path / "1.jpg") as picture:
        assert picture.width <= 1200 and picture.format == "JPEG"


def test_the_photo_journey_opens_and_marks_by_the_dialog_and_the_keys(
    window: MainWindow, tmp_path: Path
) -> None:
    next(photo.walk(window, tmp_path))
    document = window.session.document
    assert (document.width, document.height) == (512, 512)
    assert window.tool_bar.current.id == "remove" and document.mask is not None
    x, y = photo.BADGE
    marked = document.mask.read(document.rect)[:, :, 0] > 0
    assert marked[y, x] and 0.02 < marked.mean() < 0.1
    # The button is still down: the stroke is taken back, and nothing is removed.
    press(window, "Esc")
    assert window.session.document.mask is None and window.session.queue.is_idle


def test_the_subject_journey_gathers_four_good_photos(window: MainWindow, tmp_path: Path) -> None:
    sheet = next(subject.walk(window, tmp_path))
    assert sheet is window.commands.subjects.sheet and sheet.isVisible()
    assert len(window.commands.subjects.sheet.row.kept) == 4


def test_the_words_journey_types_its_words(window: MainWindow, tmp_path: Path) -> None:
    next(words.walk(window, tmp_path))
    assert [marks.marked for marks in window.words.marks] == [["apple"], ["orange"]]
    assert window.words.change.isEnabled() and window.session.document.mask is not None


def test_the_picture_stays_where_it_is_when_a_job_begins(window: MainWindow) -> None:
    def place() -> tuple[QPoint, float]:
        corner = window.canvas.view.to_view(0, 0)
        point = QPointF(*corner) / window.canvas.ratio
        return window.canvas.mapTo(window, point.toPoint()), window.canvas.view.zoom

    before, height = place(), window.canvas.height()
    window.session.annotate("canny", "canny", {"side": 128})
    until(lambda: window.canvas.height() < height, 20)
    assert place() == before
    until(lambda: window.session.queue.is_idle)
    until(lambda: window.canvas.height() == height, 20)
    assert place() == before
