"""The commands that have a file each."""

from __future__ import annotations

from collections.abc import Mapping

FILES: Mapping[str, str] = {
    "assets": "the networks of the photo tools: list, fetch, verify",
}
"""Name -> help. ``studio.cli.NAME`` has ``arguments(parser)`` and ``run(options) -> int``; it is
imported only if its command is named."""
