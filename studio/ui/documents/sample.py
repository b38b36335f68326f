"""The sample photo of the first start."""

from __future__ import annotations

import json
from pathlib import Path

from studio.core.paths import resource


def sample_photo() -> Path:
    """Return the photo that resources/samples/demo.json names."""
    demo = json.loads(resource("samples", "demo.json").read_text(encoding="utf-8"))
    return resource("samples", str(demo["photo"]))
