"""Reads OpenRaster of any editor, and the `lienzo` folder where it still fits the rest."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

import numpy as np
from defusedxml import DefusedXmlException
from defusedxml import ElementTree as SafeTree
from PIL import Image

from studio.core.errors import StudioError
from studio.core.limits import LIMITS
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.document.attachments import (
    MAX_BYTES,
    MAX_COUNT,
    Attachments,
    bounded,
    is_key,
    is_whole,
)
from studio.document.blend import BlendMode, find_mode
from studio.document.control import read_control
from studio.document.document import Document
from studio.document.io import density, ora_metadata, ora_results
from studio.document.io.common import (
    MAX_DEPTH,
    MAX_LAYERS,
    MemoryBudget,
    Opened,
    broken,
    check_memory,
    check_size,
    reason_of,
    stem,
)
from studio.document.io.ora_salvage import ZIP_ERRORS, open_archive, stack_of
from studio.document.io.ora_values import flat, integer, opacity, pair, shifted
from studio.document.io.ora_write import EXTRA, ID, INVERSIONS, MIMETYPE
from studio.document.io.pictures import PILLOW_ERRORS, decode, to_document
from studio.document.layer import (
    ControlLayer,
    GenerativeLayer,
    GroupLayer,
    Layer,
    LayerMask,
    RasterLayer,
    new_id,
)
from studio.document.raster import Pixels, Raster
from studio.document.results import Results

_LABEL = "OpenRaster"
_MAX_TEXT = 64 << 20

_EXTRA_ERRORS = (KeyError, TypeError, ValueError, AttributeError)
Extra = Mapping[str, Any]


class OraReader:
    """Reads one file; use once."""

    def __init__(self, stream: BinaryIO, name: str, progress: Progress) -> None:
        self._stream = stream
        self._name = name
        self._progress = progress
        self._notices: list[Notice] = []
        self._extras: dict[str, Extra] = {}
        self._ids: set[str] = set()
        self._selected: str | None = None
        self._total = 1
        self._done = 0
        self._lost = 0
        self._budget = MemoryBudget(name)

    def read(self) -> Opened:
        """Return the document; StudioError where not even a part of it can be read."""
        try:
            self._archive, self._cut = open_archive(self._stream, self._name)
        except ZIP_ERRORS as error:
            raise broken(self._name, error, _LABEL) from error
        if self._cut:
            cut = "{name} is damaged or cut off; what can be read of it is open."
            self._say(cut, name=self._name)
        with self._archive:
            self._entries = {info.filename: info for info in self._archive.infolist()}
            root = self._stack()
            try:
                width, height = int(root.get("w", "")), int(root.get("h", ""))
            except ValueError as error:
                raise broken(self._name, "size", _LABEL) from error
            check_size(width, height, self._name)
            extra = self._extra()
            stack = root.find("stack")
            layers = self._layers(stack, 0, False) if stack is not None else ()
            if self._lost and not any(isinstance(one, RasterLayer) for one in flat(layers)):
                layers = self._merged()
            document = Document(
                width=width, height=height, layers=layers, dpi=self._dpi(root, extra)
            )
            document = document.replace(active=self._active(document, extra))
            document = self._restore(document, extra)
        return Opened(document, tuple(self._notices), {})

    # The parts of the archive

    def _entry(self, name: str) -> bytes | None:
        """Return an entry's bytes; None where it is missing or damaged."""
        info = self._entries.get(name)
        if info is None or info.is_dir():
            return None
        # The declared size binds: zipfile reads no byte beyond it.
        check_memory(info.file_size * 2, self._name)
        try:
            return self._archive.read(info)
        except ZIP_ERRORS:
            return None

    def _text(self, name: str) -> bytes | None:
        info = self._entries.get(name)
        if info is not None and info.file_size > _MAX_TEXT:
            raise broken(self._name, name, _LABEL)
        return self._entry(name)

    def _stack(self) -> Element:
        root: Element | None
        xml = self._text("stack.xml")
        if xml is None and self._cut and (root := stack_of(self._archive)) is not None:
            told = "The list of layers of {name} is missing; its pictures are open without it."
            self._say(told, name=self._name)
            return root
        if xml is None:
            kind = self._text("mimetype") or b""
            if kind.strip() not in (b"", MIMETYPE.encode()):
                raise StudioError(
                    "{name} is not a picture that Lienzo knows.",
                    "Save it as OpenRaster, Photoshop or PNG in the program that made it.",
                    name=self._name,
                )
            raise broken(self._name, "stack.xml", _LABEL)
        try:
            root = SafeTree.fromstring(xml, forbid_dtd=True)
        except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
            raise broken(self._name, f"stack.xml: {error}", _LABEL) from error
        self._total = sum(1 for _ in root.iter())
        if self._total > MAX_LAYERS:
            raise StudioError(
                "{name} has {count} layers; at most {limit} can be opened.",
                name=self._name,
                count=self._total,
                limit=MAX_LAYERS,
            )
        return root

    def _extra(self) -> Extra:
        data = self._text(EXTRA)
        if data is None:
            return {}
        try:
            extra = json.loads(data)
            if extra["version"] != 1:
                raise ValueError(f"version {extra['version']}")
            self._index(extra["layers"], 0)
        except (*_EXTRA_ERRORS, RecursionError) as error:
            self._say(
                "The masks and recipes of {name} cannot be read ({reason}); its layers are open.",
                name=self._name,
                reason=reason_of(error),
            )
            self._extras.clear()
            return {}
        return dict(extra)

    def _index(self, layers: list[Extra], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise ValueError("depth")
        for one in layers:
            self._extras[str(one["id"])] = one
            self._index(one.get("children", []), depth + 1)

    def _dpi(self, root: Element, extra: Extra) -> float:
        """Return the pixels per inch: the exact ones unless another program changed them."""
        found = density.taken((root.get("xres"), root.get("yres")), self._name, self._notices)
        exact = extra.get("dpi")
        if isinstance(exact, int | float) and LIMITS["dpi"].holds(exact) and round(exact) == found:
            return float(exact)
        return found

    # Layers

    def _layers(self, stack: Element, depth: int, plain: bool) -> tuple[Layer, ...]:
        if depth > MAX_DEPTH:
            raise broken(self._name, "stack.xml: depth", _LABEL)
        found: list[Layer] = []
        for node in reversed(list(stack)):
            self._progress.report(self._done / self._total, "Reading the layers")
            self._done += 1
            if node.tag == "stack":
                found.append(self._group(node, depth, plain))
            elif node.tag == "layer" and (layer := self._layer(node, plain)) is not None:
                found.append(layer)
        return tuple(found)

    def _group(self, node: Element, depth: int, plain: bool) -> GroupLayer:
        extra = self._extras.get(node.get(ID, ""), {})
        # A group's mask is baked into the pictures of its layers. If one of them was changed, the
        # pictures count and all masks in the group go.
        masked = bool(extra.get("mask"))
        if masked and not plain and not all(self._fresh(one) for one in node.iter("layer")):
            plain = True
            self._stale(node)
        common = self._common(node, extra)
        if node.get("isolation") != "isolate" and _passes(node, extra):
            common["blend"] = BlendMode.PASS_THROUGH
        mask = None if plain else self._mask(extra, node)
        children = self._layers(node, depth + 1, plain)
        offset = pair(extra.get("offset", (0, 0))) if mask is not None else (0, 0)
        return GroupLayer(
            **common,
            mask=mask,
            x=offset[0],
            y=offset[1],
            children=children,
            expanded=bool(extra.get("expanded", True)),
        )

    def _layer(self, node: Element, plain: bool) -> Layer | None:
        extra = self._extras.get(node.get(ID, ""), {})
        source = node.get("src", "")
        if source.startswith(("/", "\\")) or ".." in source.replace("\\", "/").split("/"):
            self._lost += 1
            self._say(
                'The layer "{layer}" points outside the file ({source}) and was left out.',
                source=source,
                **_of(node),
            )
            return None
        fresh = not plain and self._fresh(node)
        mask = self._mask(extra, node) if fresh else None
        name = source
        if extra.get("pixels"):
            fresh = fresh and self._unmasked(extra, mask)
            if fresh:
                name = str(extra["pixels"])
            elif not plain:
                self._stale(node)
        raster = self._raster(name, node)
        if raster is None:
            self._lost += 1
            self._say(
                'The picture of the layer "{layer}" ({source}) is missing or damaged.',
                source=source,
                **_of(node),
            )
            return None
        x, y = integer(node.get("x")), integer(node.get("y"))
        if fresh:
            corner, offset = pair(extra["corner"]), pair(extra["offset"])
            raster = shifted(raster, corner[0] - offset[0], corner[1] - offset[1])
            x, y = x - corner[0] + offset[0], y - corner[1] + offset[1]
        else:
            mask = None
        common = self._common(node, extra)
        if isinstance(extra.get("recipe"), Mapping) and extra.get("kind") == "generative":
            return GenerativeLayer(
                **common,
                x=x,
                y=y,
                raster=raster,
                mask=mask,
                recipe=extra["recipe"],
                recipe_mask=self._gray(extra.get("recipe_mask"), node),
                recipe_pictures=self._recipe_pictures(extra, node),
            )
        if extra.get("kind") == "control" and isinstance(extra.get("control"), Mapping):
            return self._control(
                extra, node, raster, fresh, {**common, "x": x, "y": y, "mask": mask}
            )
        return RasterLayer(**common, x=x, y=y, raster=raster, mask=mask)

    def _control(
        self, extra: Extra, node: Element, raster: Raster, fresh: bool, common: dict[str, Any]
    ) -> Layer:
        try:
            control = read_control(extra["control"])
        except _EXTRA_ERRORS:
            self._say('The settings of the control layer "{layer}" cannot be read.', **_of(node))
            return RasterLayer(**common, raster=raster)
        # A picture that another program changed counts, and its skeletons no longer fit it.
        control = control if fresh else control.replace(people=())
        # The file hides it from other programs.
        common["visible"] = common["visible"] or bool(extra.get("visible", True))
        return ControlLayer(**common, raster=raster, control=control)

    def _recipe_pictures(self, extra: Extra, node: Element) -> tuple[Raster, ...]:
        """Return the pictures of a recipe; one that is damaged is empty, with a notice."""
        names = extra.get("recipe_pictures")
        found = []
        for name in names if isinstance(names, list) else ():
            data = self._entry(str(name))
            try:
                with Image.open(io.BytesIO(data or b""), formats=["PNG"]) as image:
                    check_size(*image.size, self._name)
                    pixels = np.asarray(image)
                found.append(self._budget.take(Raster.from_array(pixels)))
            except (*PILLOW_ERRORS, Image.DecompressionBombError):
                self._say('A picture that "{layer}" was made with is missing.', **_of(node))
                found.append(Raster())
        return tuple(found)

    def _common(self, node: Element, extra: Extra) -> dict[str, Any]:
        operation = node.get("composite-op", "svg:src-over")
        blend = find_mode(operation)
        layer_id = str(extra.get("id") or new_id())
        if layer_id in self._ids:  # Another program may have copied a layer with its attributes.
            layer_id = new_id()
        self._ids.add(layer_id)
        if blend is None:
            blend = BlendMode.NORMAL
            self._say(
                'The blend mode "{mode}" of the layer "{layer}" is not known; it is normal now.',
                mode=operation,
                **_of(node),
            )
        if node.get("selected") == "true":
            self._selected = layer_id
        return {
            "id": layer_id,
            "name": node.get("name", ""),
            "visible": node.get("visibility", "visible") != "hidden",
            "opacity": opacity(node.get("opacity")),
            "blend": blend,
            "locked": node.get("edit-locked") == "true",
        }

    def _fresh(self, node: Element) -> bool:
        """Whether a layer's picture is the one that `document.json` was written with."""
        extra = self._extras.get(node.get(ID, ""))
        info = self._entries.get(node.get("src", ""))
        if extra is None or info is None:
            return False
        return (extra.get("data"), extra.get("crc"), extra.get("size")) == (
            info.filename,
            info.CRC,
            info.file_size,
        )

    def _unmasked(self, extra: Extra, mask: LayerMask | None) -> bool:
        """Whether the unmasked pixels can stand for the picture: both they and the mask are there.

        Without its mask a layer would show what the artist had hidden.
        """
        return extra["pixels"] in self._entries and (mask is not None or not extra.get("mask"))

    def _raster(self, name: str, node: Element) -> Raster | None:
        data = self._entry(name)
        if data is None:
            return None
        try:
            picture = decode(io.BytesIO(data), node.get("name", "") or name, "PNG")
        except StudioError:
            return None
        self._notices.extend(picture.notices)
        return self._budget.take(Raster.from_array(picture.pixels))

    # The added folder

    def _mask(self, extra: Extra, node: Element) -> LayerMask | None:
        raster = self._gray(extra.get("mask"), node)
        if raster is None:
            return None
        return LayerMask(raster, bool(extra["mask"].get("enabled", True)))

    def _gray(self, entry: object, node: Element | None = None) -> Raster | None:
        """Return the one-channel raster of an entry; None, with a notice, if it is damaged."""
        if not isinstance(entry, Mapping):
            return None
        try:
            default = min(255, max(0, int(entry["default"])))
            if entry["src"] is None:
                return Raster(channels=1, default=default)
            data = self._entry(str(entry["src"]))
            with Image.open(io.BytesIO(data or b""), formats=["PNG"]) as image:
                check_size(*image.size, self._name)
                pixels = np.asarray(image.convert("L"))
            x, y = integer(entry["x"]), integer(entry["y"])
            return self._budget.take(Raster.from_array(pixels, x, y, default))
        except (*PILLOW_ERRORS, Image.DecompressionBombError):
            self._say(
                'A mask of "{layer}" is missing or damaged and was left out.',
                layer=self._name if node is None else node.get("name", ""),
            )
            return None

    def _restore(self, document: Document, extra: Extra) -> Document:
        changes: dict[str, Any] = {n: self._gray(extra.get(n)) for n in ("selection", "mask")}
        if isinstance(extra.get("profile"), str):
            changes["profile"] = self._text(extra["profile"])
        changes["metadata"] = ora_metadata.read(self._entry, self._name, self._notices)
        results, applied = self._results()
        return document.replace(
            **changes, attachments=self._attachments(), results=results, applied=applied
        )

    def _results(self) -> tuple[Results, frozenset[str]]:
        """Return the results of the tray; those that cannot be used go, with one notice."""
        info = self._entries.get(ora_results.RESULTS)
        if info is None:
            return (), frozenset()
        try:
            data = self._entry(ora_results.RESULTS) if info.file_size <= _MAX_TEXT else None
            results, applied, lost = ora_results.restore(data or b"", self._picture)
        except (ValueError, StudioError):
            self._say("The results of {name} are damaged and were left out.", name=self._name)
            return (), frozenset()
        if lost:
            self._say(
                "Damaged results of {name} were left out ({count}).",
                count=lost,
                name=self._name,
            )
        return results, applied

    def _picture(self, name: str) -> Pixels:
        """Return the pixels of a PNG that can be done without; ValueError if they are damaged."""
        data = self._entry(name)
        try:
            with Image.open(io.BytesIO(data or b""), formats=["PNG"]) as image:
                check_size(*image.size, self._name)
                pixels = np.asarray(image)
        except (*PILLOW_ERRORS, Image.DecompressionBombError, StudioError) as error:
            raise ValueError(str(error)) from error
        # Unlike a layer, a result can be done without: no lack of memory stops the rest.
        if not self._budget.take_bytes(pixels.nbytes):
            raise ValueError("memory")
        return pixels

    def _attachments(self) -> Attachments:
        """Return the inversions of the file; those that cannot be used go, with one notice."""
        start, end = INVERSIONS
        names = [n for n in self._entries if n.startswith(start) and n.endswith(end)]
        newest = names[-MAX_COUNT:]
        found: dict[str, bytes] = {}
        for name in newest:
            key, size = name[len(start) : -len(end)], self._entries[name].file_size
            # Unlike a picture, an inversion can be done without: no lack of memory stops the rest.
            fits = size <= MAX_BYTES and self._budget.take_bytes(2 * size)
            data = self._entry(name) if fits and is_key(key) else None
            if data is not None and is_whole(data):
                found[key] = data
        kept = bounded(found)
        if len(kept) < len(names):
            self._say(
                "Inversions of {name} are damaged or too large and were left out; "
                "they are made again with the next edit by words.",
                name=self._name,
            )
        return kept

    def _active(self, document: Document, extra: Extra) -> str | None:
        for candidate in (self._selected, extra.get("active")):
            if document.find(candidate) is not None:
                return str(candidate)
        return document.layers[-1].id if document.layers else None

    def _merged(self) -> tuple[Layer, ...]:
        data = self._entry("mergedimage.png")
        if data is None:
            raise broken(self._name, "data", _LABEL)
        picture = decode(io.BytesIO(data), self._name, "PNG")
        self._say("No layer of {name} can be read; the merged picture is open.", name=self._name)
        return to_document(picture.pixels, stem(self._name)).layers

    def _stale(self, node: Element) -> None:
        self._say(
            '"{layer}" was changed by another program; its picture is used and its mask dropped.',
            **_of(node),
        )

    def _say(self, message: str, **values: object) -> None:
        self._notices.append(notice(message, **values))


def _passes(node: Element, extra: Extra) -> bool:
    """Whether a group without ``isolation`` lets its layers blend with what lies below it.

    OpenRaster isolates one that has an opacity or a mode of its own; our own files say it if not.
    """
    plain = node.get("composite-op", "svg:src-over") == "svg:src-over"
    own = extra.get("blend") == BlendMode.PASS_THROUGH.value.id
    return plain and (own or opacity(node.get("opacity")) >= 1.0)


def _of(node: Element) -> dict[str, object]:
    return {"layer": node.get("name", "")}
