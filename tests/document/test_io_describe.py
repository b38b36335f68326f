"""`lienzo info`: the whole tree, JSON-ready."""

from __future__ import annotations

import json
from pathlib import Path

from io_samples import RECIPE, rich_document
from PIL import Image
from psd_tools import PSDImage
from psd_tools.constants import BlendMode as PsdBlend

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
    psd = PSDImage.new("RGBA", (40, 30))
    layer = psd.create_pixel_layer(Image.new("RGBA", (40, 30), "red"), name="glow")
    layer.blend_mode, layer.fill_opacity = PsdBlend.VIVID_LIGHT, 100
    psd.save(tmp_path / "a.psd")
    told = describe(tmp_path / "a.psd")["notices"]
    assert ["Vivid light" in one and "glow" in one for one in told] == [True]
