"""Edits XMP packets by removing and inserting pieces; the rest keeps its bytes.

ISO 16684-1. A packet is XML in UTF-8; properties are elements, or attributes of rdf:Description.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_TEXTS = "urn:lienzo:texts:1.0"
"""Namespace of the texts that only PNG can store."""

_HEAD = b'<?xpacket begin="\xef\xbb\xbf" id="W5M0MpCehiHzreSzNTczkc9d"?>'
_TIFF, _EXIF = "http://ns.adobe.com/tiff/1.0/", "http://ns.adobe.com/exif/1.0/"
_OF_PIXELS = {
    (_TIFF, name)
    for name in (
        "Orientation", "ImageWidth", "ImageLength", "XResolution", "YResolution", "ResolutionUnit",
    )
} | {(_EXIF, "PixelXDimension"), (_EXIF, "PixelYDimension"), (_EXIF, "ColorSpace")}  # fmt: skip
"""Properties of the pixels themselves, which an edit may make wrong."""
_THUMBNAILS = {("http://ns.adobe.com/xap/1.0/", "Thumbnails")}
_OTHER_PICTURES = (
    "http://ns.adobe.com/hdr-gain-map/1.0/",
    "http://ns.google.com/photos/1.0/container/",
    "http://ns.google.com/photos/1.0/image/",
    "http://ns.google.com/photos/1.0/depthmap/",
    "http://ns.google.com/photos/1.0/audio/",
)
"""Properties of further pictures in a phone's file, which are dropped with their data."""
_VIDEO = re.compile(r"(MicroVideo|MotionPhoto)\w*")
_IDENTITY = re.compile(
    r"GPS\w*|\w*(Serial|Latitude|Longitude|OwnerName)\w*|City|State|Country\w*|Location\w*"
    r"|Sub-?location|ProvinceState|WorldRegion|filePath",
    re.IGNORECASE,
)
"""Local names of location, serial numbers and owner in exif, exifEX, aux, photoshop,
Iptc4xmpCore, Iptc4xmpExt and makers' own namespaces; and of local paths stored by editors."""
_ATTRIBUTE = re.compile(rb"""\s+([^\s=/>]+)\s*=\s*("[^"]*"|'[^']*')""")

Wanted = Callable[[str, str], bool]


def check_packet(packet: bytes) -> bytes:
    """Return a packet in UTF-8 without properties of the pixels; ValueError if it is invalid."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if packet.startswith(mark):
            packet = packet.decode(name).encode()
    packet = packet.removeprefix(b"\xef\xbb\xbf").strip(b"\0 \t\r\n")
    return without(packet, _is_of_pixels)


def without_identity(packet: bytes) -> bytes:
    """Return a packet without location, serials, owner and local paths; ValueError if invalid."""
    return without(packet, lambda namespace, name: bool(_IDENTITY.fullmatch(name)))


def with_texts(packet: bytes, texts: Mapping[str, str]) -> bytes:
    """Return a packet, a new one if it is empty, that holds texts by keyword."""
    if not texts:
        return packet
    about = re.search(rb"""\brdf:about\s*=\s*("[^"]*"|'[^']*')""", packet)
    same = about[1].decode("utf-8", "replace") if about else quoteattr("")
    value = escape(json.dumps(dict(texts)))  # In ASCII, so that every character is valid in XML.
    added = (
        f'<rdf:Description xmlns:rdf="{_RDF}" rdf:about={same} xmlns:lienzo="{_TEXTS}">'
        f"<lienzo:texts>{value}</lienzo:texts></rdf:Description>"
    ).encode()
    at = _Scan(packet).end_of_rdf if packet else 0
    if not at:
        head = f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="{_RDF}">'.encode()
        whole = head + added + b"</rdf:RDF></x:xmpmeta>"
        return _HEAD + whole + b'<?xpacket end="w"?>'
    return packet[:at] + added + packet[at:]


def split_texts(packet: bytes) -> tuple[bytes, dict[str, str]]:
    """Return a packet without the texts of ``with_texts``, b"" if nothing is left, and these."""
    scan = _Scan(packet)
    if not scan.texts:
        return packet, {}
    try:
        found = json.loads(scan.texts)
        texts = {str(key): str(value) for key, value in found.items()}
    except (ValueError, AttributeError):
        texts = {}
    rest = without(packet, lambda namespace, name: namespace == _TEXTS)
    rest = re.sub(
        rb'<rdf:Description[^>]*xmlns:lienzo="urn:lienzo:texts:1.0"[^>]*>\s*</rdf:Description>',
        b"",
        rest,
    )
    return (rest if b"Description" in rest else b""), texts


def without(packet: bytes, wanted: Wanted) -> bytes:
    """Return a packet without the properties, at any depth, for which ``wanted`` is True."""
    scan = _Scan(packet, wanted)
    for start, end in sorted(scan.cuts, reverse=True):
        packet = packet[:start] + packet[end:]
    return packet


def _is_of_pixels(namespace: str, name: str) -> bool:
    pair = (namespace, name)
    others = namespace.startswith(_OTHER_PICTURES) or _VIDEO.fullmatch(name) is not None
    return pair in _OF_PIXELS or pair in _THUMBNAILS or others


class _Scan:
    """Parses a packet once for our texts and for the start and end of the properties to remove."""

    def __init__(
        self,
        packet: bytes,
        wanted: Wanted = lambda namespace, name: False,
    ) -> None:
        self.cuts: list[tuple[int, int]] = []
        self.found = ""
        self.end_of_rdf = 0
        self._packet, self._wanted = packet, wanted
        self._spaces: list[dict[str, str]] = [{"xml": "http://www.w3.org/XML/1998/namespace"}]
        self._open: list[tuple[int, tuple[str, str]]] = []
        self._cut_depth = 0
        self._inside = 0
        parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._refuse
        self._parser = parser
        try:
            parser.Parse(packet, True)
        except expat.ExpatError as error:
            raise ValueError(str(error)) from error

    @property
    def texts(self) -> str:
        """Our texts in the packet, as JSON."""
        return self.found

    def _refuse(self, *_: object) -> None:
        # Entities could expand without limit, and no XMP uses any.
        raise ValueError("a document type")

    def _start(self, name: str, attributes: list[str]) -> None:
        at = self._parser.CurrentByteIndex
        pairs = list(zip(attributes[::2], attributes[1::2], strict=True))
        spaces = {key.partition(":")[2]: value for key, value in pairs if key.startswith("xmlns")}
        self._spaces.append({**self._spaces[-1], **spaces} if spaces else self._spaces[-1])
        known = self._known(name)
        self._open.append((at, known))
        if known == (_TEXTS, "texts"):
            self._inside += 1
        if self._cut_depth:
            return
        if self._wanted(*known) and len(self._open) > 1:
            self._cut_depth = len(self._open)
            return
        for found in _ATTRIBUTE.finditer(self._packet, at, self._tag_end(at)):
            key = found[1].decode()
            if ":" in key and not key.startswith("xmlns") and self._wanted(*self._known(key)):
                self.cuts.append(found.span())

    def _end(self, name: str) -> None:
        at, known = self._open.pop()
        self._spaces.pop()
        if known == (_TEXTS, "texts"):
            self._inside -= 1
        if known == (_RDF, "RDF"):
            self.end_of_rdf = self._packet.rfind(b"</", 0, self._parser.CurrentByteIndex + 2)
        if self._cut_depth == len(self._open) + 1:
            self._cut_depth = 0
            begun = self._tag_end(at)
            empty = self._packet[begun - 2 : begun] == b"/>"
            end = begun if empty else self._tag_end(self._parser.CurrentByteIndex)
            self.cuts.append((at, end))

    def _text(self, data: str) -> None:
        if self._inside:
            self.found += data

    def _known(self, name: str) -> tuple[str, str]:
        prefix, colon, local = name.partition(":")
        return (self._spaces[-1].get(prefix if colon else "", ""), local if colon else name)

    def _tag_end(self, at: int) -> int:
        """Return the end of the tag that begins at an offset; quoted values may contain a ">"."""
        found = re.compile(rb"""<(?:[^>"']|"[^"]*"|'[^']*')*>""").match(self._packet, at)
        return found.end() if found else len(self._packet)
