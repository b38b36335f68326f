"""Keep the translations: collect every sentence from the source, merge it, compile it.

``python packaging/translate.py`` brings resources/translations/*.ts up to date with the source and
compiles them to .qm with Qt's lrelease; ``--check`` changes nothing and fails where something is
missing. The window's own sentences (context "ui") are arguments of ``tr`` and ``mark``; those from
below it ("messages") are the templates of errors, notices, history labels and progress;
the classes of segmentation maps are names of things ("things").
"""

from __future__ import annotations

import argparse
import ast
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("es",)

CALLS: dict[str, tuple[str, tuple[int, ...], tuple[str, ...]]] = {
    "tr": ("ui", (0,), ()),
    "mark": ("ui", (0,), ()),
    "StudioError": ("messages", (0, 1), ("message", "hint")),
    "Interrupted": ("messages", (0, 1), ("message", "hint")),
    "NeedsAccess": ("messages", (0, 1), ("message", "hint")),
    "NoSpace": ("messages", (0, 1), ("message", "hint")),
    "WrongContent": ("messages", (0, 1), ("message", "hint")),
    "Notice": ("messages", (0,), ("text", "message")),
    "notice": ("messages", (0,), ()),
    "refusal": ("messages", (0, 1), ()),
    "ModelPart": ("messages", (0,), ("label",)),
    "_add_notice": ("messages", (0,), ()),
    "_refuse": ("messages", (1, 2), ()),
    "edit": ("messages", (0,), ("label",)),
    "_do": ("messages", (0,), ()),
    "_on_active": ("messages", (0,), ()),
    "_on_chosen": ("messages", (0,), ()),
    "_adopt": ("messages", (2,), ()),
    "_record": ("messages", (0,), ()),
    "_paint": ("messages", (1,), ()),
    "report": ("messages", (1,), ("text",)),
    "_say": ("messages", (0,), ()),
    "ToolSpec": ("messages", (1, 7), ("label", "tip")),
    "Rung": ("messages", (), ("note",)),
    "translatable": ("messages", (0,), ()),
    "ControlKind": ("messages", (1,), ("label",)),
    "BlendRow": ("messages", (1,), ("label",)),
    "Adjustment": ("messages", (1,), ("label",)),
    "Number": ("messages", (1,), ("label", "group")),
    "Flag": ("messages", (1,), ("label", "group")),
    "Colour": ("messages", (1,), ("label", "group")),
    "ToneCurve": ("messages", (1, 2), ("label", "group")),
    "Stops": ("messages", (1, 2), ("label", "group")),
    "Table": ("messages", (1, 2), ("label", "group")),
    "LayerKind": ("messages", (2,), ("label",)),
    "say": ("messages", (0,), ()),
    "Detector": ("messages", (1, 4), ("label", "licence")),
    "Setting": ("messages", (1, 8), ("label", "tip", "term")),
    "Choice": ("messages", (1,), ("label",)),
    "SegmentClass": ("things", (1,), ("label",)),
}
"""By the name of a call: the context, and its arguments and keywords that are sentences."""

Messages = dict[tuple[str, str], list[str]]


def collect(package: Path) -> Messages:
    """Return every sentence by (context, text), with the files that contain it."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in package.rglob("*.py")}
    shared: dict[str, str] = {}
    for tree in trees.values():
        shared |= _constants(tree, shared)
    found: Messages = {}
    for path, tree in sorted(trees.items()):
        constants = shared | _constants(tree, shared)
        name = path.relative_to(package.parent).as_posix()
        for context, text in _sentences(tree, constants):
            places = found.setdefault((context, text), [])
            if name not in places:
                places.append(name)
    return found


def _constants(tree: ast.Module, known: dict[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            texts = _texts(node.value, known | found)
            if len(texts) == 1:
                found[node.targets[0].id] = texts[0]
    return found


def _sentences(tree: ast.Module, constants: dict[str, str]) -> Iterator[tuple[str, str]]:
    # A label may be assigned to a variable of its function first: all its values are taken.
    for scope in ast.walk(tree):
        if not isinstance(scope, ast.Module | ast.FunctionDef):
            continue
        local = _variables(scope)
        for node in _inside(scope):
            if isinstance(node, ast.Call):
                yield from _of_call(node, constants, local)


def _variables(scope: ast.AST) -> dict[str, ast.expr]:
    if isinstance(scope, ast.Module):
        return {}
    return {
        node.targets[0].id: node.value
        for node in _inside(scope)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name)
    }


def _inside(scope: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a function, without inner functions but with lambdas."""
    for child in ast.iter_child_nodes(scope):
        if not isinstance(child, ast.FunctionDef):
            yield child
            yield from _inside(child)


def _of_call(
    node: ast.Call, constants: dict[str, str], local: dict[str, ast.expr]
) -> Iterator[tuple[str, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    name = node.func.id if isinstance(node.func, ast.Name) else name
    if name not in CALLS:
        return
    context, places, keywords = CALLS[name]
    values = [node.args[i] for i in places if i < len(node.args)]
    values += [keyword.value for keyword in node.keywords if keyword.arg in keywords]
    for value in values:
        if isinstance(value, ast.Name) and value.id in local:
            value = local[value.id]
        for text in _texts(value, constants):
            if text.strip():
                yield context, text


def _texts(node: ast.expr, constants: dict[str, str]) -> list[str]:
    """Return the literal texts that an expression can be."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return [node.value]
    if isinstance(node, ast.Name):
        return [constants[node.id]] if node.id in constants else []
    if isinstance(node, ast.IfExp):
        return _texts(node.body, constants) + _texts(node.orelse, constants)
    if isinstance(node, ast.BoolOp):
        return [text for value in node.values for text in _texts(value, constants)]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        left, right = _texts(node.left, constants), _texts(node.right, constants)
        return [a + b for a in left for b in right]
    return []


def read(path: Path) -> dict[tuple[str, str], str]:
    """Return the translations of a .ts file by (context, text), without empty ones."""
    if not path.exists():
        return {}
    found: dict[tuple[str, str], str] = {}
    for context in ElementTree.parse(path).getroot().iter("context"):
        name = context.findtext("name", "")
        for entry in context.iter("message"):
            translation = entry.findtext("translation", "")
            if translation:
                found[name, entry.findtext("source", "")] = translation
    return found


def write(path: Path, language: str, messages: Messages, known: dict[tuple[str, str], str]) -> None:
    """Write a .ts file with every sentence; those without a translation are marked unfinished."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    for name in sorted({context for context, _ in messages}):
        context = ElementTree.SubElement(root, "context")
        ElementTree.SubElement(context, "name").text = name
        for key in sorted(key for key in messages if key[0] == name):
            entry = ElementTree.SubElement(context, "message")
            for place in messages[key]:
                ElementTree.SubElement(entry, "location", filename=f"../../{place}", line="0")
            ElementTree.SubElement(entry, "source").text = key[1]
            translation = ElementTree.SubElement(entry, "translation")
            translation.text = known.get(key, "")
            if not translation.text:
                translation.set("type", "unfinished")
    ElementTree.indent(root)
    body = ElementTree.tostring(root, encoding="unicode")
    head = '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n'
    path.write_text(f"{head}{body}\n", encoding="utf-8")


def compile_file(path: Path) -> None:
    """Compile a .ts file to the .qm beside it."""
    import PySide6

    folder = Path(PySide6.__file__).parent
    programs = [folder / "lrelease", folder / "lrelease.exe"]
    program = next(one for one in programs if one.exists())
    target = path.with_suffix(".qm")
    subprocess.run([program, "-silent", path, "-qm", target], check=True)


def main() -> int:
    """Bring the files up to date, or only check them; 1 if a translation is missing."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing")
    options = parser.parse_args()
    messages = collect(ROOT / "studio")
    missing = 0
    for language in LANGUAGES:
        path = FOLDER / f"lienzo_{language}.ts"
        known = read(path)
        for context, text in sorted(messages.keys() - known.keys()):
            print(f"{language}: {context}: {text}", file=sys.stderr)
            missing += 1
        if not options.check:
            write(path, language, messages, known)
            compile_file(path)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
