"""Reads OpenRaster of any editor, and the parts of the `lienzo` folder that still match it."""

from __future__ import annotations

import io
import json
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree

from studio.core.errors import StudioError
from studio.core.limits import LIMITS
from studio.core.progress import Progress
from studio.document.attachments import (
    MAX_BYTES,
    MAX_COUNT,
    Attachments,
    is_key,
    is_whole,
    limit_attachments,
)
from studio.document.document import Document
from studio.document.io import density, ora_metadata, ora_results
from studio.document.io.common import MAX_LAYERS, Opened, broken, check_size, reason_of, stem
from studio.document.io.ora_archive import EXTRA_ERRORS, LABEL, MAX_TEXT, OraArchive
from studio.document.io.ora_layers import Extra, LayerReader, index
from studio.document.io.ora_salvage import stack_of
from studio.document.io.ora_values import flat
from studio.document.io.ora_write import EXTRA, EXTRA_VERSION, INVERSIONS, MIMETYPE
from studio.document.io.pictures import decode, to_document
from studio.document.layer import Layer, RasterLayer
from studio.document.results import Results


class OraReader:
    """Reads one file; use once."""

    def __init__(self, stream: BinaryIO, name: str, progress: Progress) -> None:
        self._stream = stream
        self._name = name
        self._progress = progress
        self._extras: dict[str, Extra] = {}

    def read(self) -> Opened:
        """Return the document; StudioError if no part of it can be read."""
        archive = self._archive = OraArchive(self._stream, self._name)
        if archive.is_cut:
            cut = "{name} is damaged or cut off; what can be read of it is open."
            archive.say(cut, name=self._name)
        with archive.zip:
            root = self._stack()
            try:
                width, height = int(root.get("w", "")), int(root.get("h", ""))
            except ValueError as error:
                raise broken(self._name, "size", LABEL) from error
            check_size(width, height, self._name)
            extra = self._extra()
            stack = root.find("stack")
            reader = LayerReader(archive, self._extras, self._progress)
            total = sum(1 for _ in root.iter())
            layers = reader.read(stack, total) if stack is not None else ()
            if reader.lost and not any(isinstance(one, RasterLayer) for one in flat(layers)):
                layers = self._merged()
            document = Document(
                width=width, height=height, layers=layers, dpi=self._dpi(root, extra)
            )
            active = _active(document, (reader.selected, extra.get("active")))
            document = self._restore(document.replace(active=active), extra)
        return Opened(document, tuple(archive.notices), {})

    def _stack(self) -> Element:
        root: Element | None
        archive = self._archive
        xml = archive.text("stack.xml")
        if xml is None and archive.is_cut and (root := stack_of(archive.zip)) is not None:
            told = "The list of layers of {name} is missing; its pictures are open without it."
            archive.say(told, name=self._name)
            return root
        if xml is None:
            kind = archive.text("mimetype") or b""
            if kind.strip() not in (b"", MIMETYPE.encode()):
                raise StudioError(
                    "{name} is not a picture that Lienzo knows.",
                    "Save it as OpenRaster, Photoshop or PNG in the program that made it.",
                    name=self._name,
                )
            raise broken(self._name, "stack.xml", LABEL)
        try:
            root = SafeTree.fromstring(xml, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise broken(self._name, f"stack.xml: {error}", LABEL) from error
        count = sum(1 for _ in root.iter())
        if count > MAX_LAYERS:
            raise StudioError(
                "{name} has {count} layers; at most {limit} can be opened.",
                name=self._name,
                count=count,
                limit=MAX_LAYERS,
            )
        return root

    def _extra(self) -> Extra:
        data = self._archive.text(EXTRA)
        if data is None:
            return {}
        try:
            extra = json.loads(data)
            version = extra["version"]
            if version not in (1, EXTRA_VERSION):
                raise ValueError(f"version {version}")
            self._extras.update(index(extra["layers"], version))
        except (*EXTRA_ERRORS, RecursionError) as error:
            self._archive.say(
                "The masks and recipes of {name} cannot be read ({reason}); its layers are open.",
                name=self._name,
                reason=reason_of(error),
            )
            self._extras.clear()
            return {}
        return dict(extra)

    def _dpi(self, root: Element, extra: Extra) -> float:
        """Return the pixels per inch: the exact ones unless another program changed them."""
        found = density.document_density(
            (root.get("xres"), root.get("yres")), self._name, self._archive.notices
        )
        exact = extra.get("dpi")
        if isinstance(exact, int | float) and LIMITS["dpi"].holds(exact) and round(exact) == found:
            return float(exact)
        return found

    def _restore(self, document: Document, extra: Extra) -> Document:
        changes: dict[str, Any] = {
            n: self._archive.mask(extra.get(n), self._name) for n in ("selection", "mask")
        }
        if isinstance(extra.get("profile"), str):
            changes["profile"] = self._archive.text(extra["profile"])
        changes["metadata"] = ora_metadata.read(
            self._archive.entry, self._name, self._archive.notices
        )
        results, applied = self._results()
        return document.replace(
            **changes, attachments=self._attachments(), results=results, applied=applied
        )

    def _results(self) -> tuple[Results, frozenset[str]]:
        """Return the results of the tray; unusable ones are dropped with one notice."""
        info = self._archive.entries.get(ora_results.RESULTS)
        if info is None:
            return (), frozenset()
        try:
            data = self._archive.entry(ora_results.RESULTS) if info.file_size <= MAX_TEXT else None
            results, applied, lost = ora_results.restore(data or b"", self._archive.picture)
        except (ValueError, StudioError):
            self._archive.say(
                "The results of {name} are damaged and were left out.", name=self._name
            )
            return (), frozenset()
        if lost:
            self._archive.say(
                "Damaged results of {name} were left out ({count}).",
                count=lost,
                name=self._name,
            )
        return results, applied

    def _attachments(self) -> Attachments:
        """Return the inversions of the file; unusable ones are dropped with one notice."""
        start, end = INVERSIONS
        names = [n for n in self._archive.entries if n.startswith(start) and n.endswith(end)]
        newest = names[-MAX_COUNT:]
        found: dict[str, bytes] = {}
        for name in newest:
            key, size = name[len(start) : -len(end)], self._archive.entries[name].file_size
            # Unlike a picture, an inversion is optional: a lack of memory does not stop the rest.
            fits = size <= MAX_BYTES and self._archive.budget.take_bytes(2 * size)
            data = self._archive.entry(name) if fits and is_key(key) else None
            if data is not None and is_whole(data):
                found[key] = data
        kept = limit_attachments(found)
        if len(kept) < len(names):
            self._archive.say(
                "Inversions of {name} are damaged or too large and were left out; the "
                "next Edit by words makes them again.",
                name=self._name,
            )
        return kept

    def _merged(self) -> tuple[Layer, ...]:
        data = self._archive.entry("mergedimage.png")
        if data is None:
            raise broken(self._name, "data", LABEL)
        picture = decode(io.BytesIO(data), self._name, "PNG")
        message = "No layer of {name} can be read; the merged picture is open."
        self._archive.say(message, name=self._name)
        return to_document(picture.pixels, stem(self._name)).layers


def _active(document: Document, wanted: tuple[Any, ...]) -> str | None:
    for candidate in wanted:
        if document.find(candidate) is not None:
            return str(candidate)
    return document.layers[-1].id if document.layers else None
