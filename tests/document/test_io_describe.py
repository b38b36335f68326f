"""`lienzo info`: the whole tree, JSON-ready."""

from __future__ import annotations

import json
from pathlib import Path

from io_samples import RECIPE, rich_document

from studio.document.io.describe import describe
from studio.document.io.formats import save_document


def test_describes_the_whole_tree(tmp_path: Path) -> None:
    document = rich_document()
    save_document(document, tmp_path / "a.ora")
    found = json.loads(json.dumps(describe(tmp_path / "a.ora")))
    assert (found["format"], found["width"], found["height"]) == ("ora", 400, 300)
    assert found["bytes"] == (tmp_path / "a.ora").stat().st_size
    assert found["has_selection"] and found["has_edit_mask"] and found["notices"] == []
    outer, bear, multiply, photo = found["layers"]  # Topmost first, as layer panels show it.
    assert [one["name"] for one in outer["children"]] == ["hidden", "inner"]
    assert (outer["kind"], outer["mask"]["default"]) == ("group", 0)
    assert (bear["kind"], bear["recipe"]) == ("generative", RECIPE)
    assert bear["parameters"].startswith(str(RECIPE["prompt"]))
    assert (multiply["blend"], multiply["opacity"], multiply["locked"]) == ("multiply", 0.4, True)
    assert photo["bounds"] == [0, 0, 400, 300] and photo["mask"] is None
    ids = [one.id for one in document.walk()]
    assert {outer["id"], bear["id"], multiply["id"], photo["id"]} < set(ids)


def test_notices_are_told(tmp_path: Path) -> None:
    document = rich_document()
    save_document(document, tmp_path / "a.psd")
    data = bytearray((tmp_path / "a.psd").read_bytes())
    # Another program's mode in the place of multiply.
    at = data.index(b"8BIMmul ")
    data[at + 4 : at + 8] = b"hLit"
    (tmp_path / "a.psd").write_bytes(data)
    assert ["hard light" in one for one in describe(tmp_path / "a.psd")["notices"]] == [True]
