"""The configuration of diffusers that lies beside a weights file."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LONGEST = 1 << 20


def config_beside(path: Path) -> Mapping[str, Any]:
    """Return config.json of the file's folder, {} if there is none or it is no JSON object."""
    file = path.parent / "config.json"
    try:
        if not file.is_file() or file.stat().st_size > LONGEST:
            return {}
        value = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
