"""Every sentence has a Spanish one, with the same placeholders, and the window shows it."""

from __future__ import annotations

import ast
import string
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest
from conftest import close
from PySide6.QtCore import QCoreApplication

from studio import app
from studio.catalog import controls, references
from studio.catalog.detectors import DETECTORS
from studio.catalog.models import identify
from studio.control_maps.segmentation import CLASSES
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.settings import Settings
from studio.edit.request import MODEL_TASKS, TASK_LABELS, EditRequest, Task
from studio.engine.validation import check_capabilities
from studio.tools.registry import TOOLS
from studio.ui.rewrite.prompt_chips import Chip
from studio.ui.widgets import translation

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = util.spec_from_file_location("translate", ROOT / "packaging" / "translate.py")
    assert spec is not None and spec.loader is not None
    module = util.module_from_spec(spec)
    sys.modules["translate"] = module
    spec.loader.exec_module(module)
    return module


def _fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(text) if name)


def test_spanish_is_complete_and_keeps_the_placeholders(tool: ModuleType) -> None:
    messages = tool.collect(ROOT / "studio")
    known = tool.read(tool.FOLDER / "lienzo_es.ts")
    assert len(messages) > 300
    assert not sorted(messages.keys() - known.keys())
    for key, spanish in known.items():
        assert _fields(key[1]) == _fields(spanish), key


def test_sentences_that_are_handed_on_are_collected_where_they_are_written(
    tool: ModuleType,
) -> None:
    """A function that makes an error or notice of its parameter is known to the collector."""
    makers = {"Notice": 1, "notice": 1, "StudioError": 2}
    unknown = []
    for path in sorted((ROOT / "studio").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(function, ast.FunctionDef) or function.name in tool.CALLS:
                continue
            parameters = {one.arg for one in (*function.args.args, *function.args.kwonlyargs)}
            for call in ast.walk(function):
                if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
                    texts = call.args[: makers.get(call.func.id, 0)]
                    if any(isinstance(one, ast.Name) and one.id in parameters for one in texts):
                        unknown.append(f"{path.name}: {function.name}")
    assert not unknown


def test_collector_finds_what_it_should(tool: ModuleType, tmp_path: Path) -> None:
    package = tmp_path / "studio"
    package.mkdir()
    (package / "a.py").write_text(
        'HINT = "Look there."\n'
        "def f(x):\n"
        '    label = "One" if x else "Two"\n'
        "    session.edit(label, f)\n"
        '    raise StudioError("No {x}.", "First. " + HINT, x=x)\n'
        "def g():\n"
        '    return tr("Window"), mark("Later"), other("Not this")\n',
        encoding="utf-8",
    )
    found = set(tool.collect(package))
    assert found == {
        ("messages", "One"),
        ("messages", "Two"),
        ("messages", "No {x}."),
        ("messages", "First. Look there."),
        ("ui", "Window"),
        ("ui", "Later"),
    }


def test_labels_of_tables_below_the_window_are_collected(tool: ModuleType) -> None:
    collected = tool.collect(ROOT / "studio")
    found = {text for context, text in collected if context == "messages"}
    rows = (*controls.CONTROL_KINDS.values(), *DETECTORS.values(), *TOOLS)
    assert {row.label for row in rows} <= found
    assert {row.licence for row in DETECTORS.values() if row.licence} <= found
    assert {row.label for row in CLASSES.values()} == {
        text for context, text in collected if context == "things"
    }
    assert {*controls.MODES.values(), *references.MODES.values()} <= found
    # Sentences about what a model cannot do name the task as the window does.
    assert set(TASK_LABELS) == set(MODEL_TASKS) and set(TASK_LABELS.values()) <= found
    asked = EditRequest(task=Task.INSTRUCT, prompt="", region=Rect(0, 0, 8, 8), model="starter")
    with pytest.raises(StudioError, match=r"\(Instruct\)"):
        check_capabilities(identify("starter"), asked)


def test_compiled_file_is_that_of_the_source(tool: ModuleType, tmp_path: Path) -> None:
    source = tool.FOLDER / "lienzo_es.ts"
    copy = tmp_path / source.name
    copy.write_bytes(source.read_bytes())
    tool.compile_file(copy)
    assert copy.with_suffix(".qm").read_bytes() == source.with_suffix(".qm").read_bytes()


def test_window_speaks_spanish(qapp: QCoreApplication) -> None:
    settings = Settings(None)
    settings.set("language", "es")
    window = app.build(settings)
    try:
        assert window.menus.actions["undo"].text() == "Deshacer"
        assert window.docks["layers"].windowTitle() == "Capas"
        window.messages.show_error(StudioError("The layer is locked."))
        assert window.messages.text.text() == "La capa está bloqueada."
        assert window.tool_bar.tool_actions["brush"].text() == "Pincel"
        chip = Chip("dog", new=True)
        chip.show_weight(1.5)
        assert chip.text().endswith("\u00d71,50") and "1,50" in chip.accessibleName()
    finally:
        close(window)
        translation.install(qapp, "en")
    assert translation.tr("Undo") == "Undo"


def test_language_follows_the_system_unless_chosen() -> None:
    assert translation.language_of("es") == "es"
    assert translation.language_of("") in translation.LANGUAGES
    assert translation.language_of("xx") in translation.LANGUAGES
