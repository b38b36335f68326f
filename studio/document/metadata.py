"""The metadata of the opened file: kept beside the layers, written into every export."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

MAX_BYTES = 32 << 20
"""The limit for all metadata of one file; more cannot be a description of a picture."""

PARAMETERS = "parameters"
"""The PNG keyword of A1111's text; others are "prompt" and "workflow" of ComfyUI."""


class Keep(Enum):
    """The metadata in an export: all, all but location and serial numbers, or none."""

    ALL = "keep"
    PRIVATE = "private"
    NONE = "strip"


@dataclass(frozen=True, slots=True, eq=False)
class FileMetadata:
    """Metadata of the file that a document was opened from, in the forms of their standards.

    ``exif`` is a TIFF block without "Exif" before it (orientation 1, no thumbnail), ``xmp`` an XMP
    packet in UTF-8, ``iptc`` an IIM record (image resource 1028 of Photoshop), ``texts`` are PNG's
    texts by keyword, among them those of generators. All are empty for a new picture.
    """

    exif: bytes = field(default=b"", repr=False)
    xmp: bytes = field(default=b"", repr=False)
    iptc: bytes = field(default=b"", repr=False)
    texts: Mapping[str, str] = field(default_factory=dict, repr=False)

    @property
    def nbytes(self) -> int:
        """The total size in bytes."""
        texts = sum(len(key) + len(text) for key, text in self.texts.items())
        return len(self.exif) + len(self.xmp) + len(self.iptc) + texts

    def __bool__(self) -> bool:
        return bool(self.exif or self.xmp or self.iptc or self.texts)

    def replace(self, **changes: object) -> FileMetadata:
        """Return a copy with some fields changed."""
        return dataclasses.replace(self, **changes)  # type: ignore[arg-type]


NO_METADATA = FileMetadata()
