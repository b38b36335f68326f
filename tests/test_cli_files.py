"""What the command line does with files of other programs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from psd_tools import PSDImage

from studio.cli import main as cli
from studio.document.io import formats


def test_convert_writes_the_merged_picture_alone(tmp_path: Path) -> None:
    psd = PSDImage.new("RGBA", (20, 10))
    for name, colour in (("a", (200, 30, 40, 255)), ("b", (0, 90, 200, 128))):
        psd.create_pixel_layer(Image.new("RGBA", (20, 10), colour), name=name)
    source, out = tmp_path / "a.psd", tmp_path / "b.ora"
    psd.save(source)
    assert cli.main(["convert", str(source), str(out)]) == 0
    assert len(formats.open_document(out).document.layers) > 1
    assert cli.main(["convert", "--flatten", str(source), str(out)]) == 0
    (layer,) = formats.open_document(out).document.layers
    assert (
        np.abs(layer.raster.read(layer.bounds())[0, 0, :3].astype(int) - (100, 60, 120)).max() < 3
    )  # type: ignore[attr-defined]
