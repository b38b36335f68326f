"""Stores the opened file's metadata in the `lienzo` folder of an ORA: one entry per standard."""

from __future__ import annotations

import json
from collections.abc import Callable

from studio.core.notices import Notice
from studio.document.io.side_data import private, taken_in
from studio.document.metadata import NO_METADATA, FileMetadata, Keep

_EXIF, _XMP = "lienzo/metadata/exif", "lienzo/metadata/xmp.xml"
_IPTC, _TEXTS = "lienzo/metadata/iptc", "lienzo/metadata/texts.json"


def write(metadata: FileMetadata, keep: Keep, put: Callable[[str, bytes], None]) -> None:
    """Pass each part to ``put`` with the name of its entry; none for ``Keep.NONE``."""
    if keep is Keep.NONE:
        return
    kept = private(metadata) if keep is Keep.PRIVATE else metadata
    texts = json.dumps(dict(kept.texts), ensure_ascii=False, indent=1).encode("utf-8", "replace")
    parts = {_EXIF: kept.exif, _XMP: kept.xmp, _IPTC: kept.iptc}
    for name, body in {**parts, _TEXTS: texts if kept.texts else b""}.items():
        if body:
            put(name, body)


def read(get: Callable[[str], bytes | None], name: str, found: list[Notice]) -> FileMetadata:
    """Return the metadata of a file named ``name``; damaged parts are dropped with a notice."""
    exif, packet, record, texts = (get(one) or b"" for one in (_EXIF, _XMP, _IPTC, _TEXTS))
    if not (exif or packet or record or texts):
        return NO_METADATA
    try:
        known = {str(key): str(text) for key, text in json.loads(texts or b"{}").items()}
    except (ValueError, AttributeError, RecursionError):
        known = {}
    return taken_in(exif, packet, record, known, name, found)
