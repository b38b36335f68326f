"""Reads the layers of an OpenRaster file: the standard's stack, with our own folder if it fits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element

from studio.core.progress import Progress
from studio.document.blend import BlendMode, find_mode
from studio.document.io.common import MAX_DEPTH, broken
from studio.document.io.ora_archive import EXTRA_ERRORS, LABEL, OraArchive
from studio.document.io.ora_values import integer, opacity, pair, shift_raster
from studio.document.io.ora_write import ID, PICTURE
from studio.document.kinds import GROUP, RASTER, LayerKind, find_kind, read_layer
from studio.document.layer import GroupLayer, Layer, LayerMask, RasterLayer, new_id
from studio.document.raster import Raster
from studio.document.stored import CHILDREN, Entry

Extra = Mapping[str, Any]
"""A layer's entry in our own folder, in the current form; see ``of_version_1``."""


def index(layers: list[Extra], version: int, depth: int = 0) -> Iterator[tuple[str, Extra]]:
    """Yield each layer's id and its entry in our own folder."""
    if depth > MAX_DEPTH:
        raise ValueError("depth")
    for one in layers:
        yield str(one["id"]), of_version_1(one) if version == 1 else one
        yield from index(one.get("children", []), version, depth + 1)


def of_version_1(extra: Extra) -> Extra:
    """Return an entry in the current form from one of version 1."""
    entry: Entry = dict(extra)
    entry["x"], entry["y"] = pair(extra.get("offset", (0, 0)))
    if extra.get("mask") is not None:
        enabled = bool(extra["mask"].get("enabled", True))
        entry["mask"] = {"raster": extra["mask"], "enabled": enabled}
    if "corner" in extra:
        x, y = pair(extra["corner"])
        source = extra.get("pixels") or extra.get("data")
        entry[PICTURE] = {"src": source, "x": x - entry["x"], "y": y - entry["y"], "default": 0}
    names = extra.get("recipe_pictures")
    if isinstance(names, list):
        entry["recipe_pictures"] = [{"src": n, "x": 0, "y": 0, "default": 0} for n in names]
    return entry


class _Source:
    """The source of one layer's fields."""

    def __init__(self, archive: OraArchive, name: str) -> None:
        self._archive = archive
        self._name = name

    def get(self, entry: Entry) -> Raster | None:
        found = self._archive.raster(entry)
        if found is None:
            message = 'A picture that "{layer}" was made with is missing.'
            self._archive.say(message, layer=self._name)
        return found

    def layer(self, entry: Entry) -> Layer:
        raise ValueError("the layers of a group are in the stack")


class LayerReader:
    """Reads the stack; ``selected`` is the file's selected layer, ``lost`` counts missing ones.

    ``extras`` are the layers' entries in our own folder, by their ids.
    """

    def __init__(
        self, archive: OraArchive, extras: Mapping[str, Extra], progress: Progress
    ) -> None:
        self._archive = archive
        self._extras = extras
        self._progress = progress
        self._ids: set[str] = set()
        self._total = 1
        self._done = 0
        self.selected: str | None = None
        self.lost = 0

    def read(self, stack: Element, total: int) -> tuple[Layer, ...]:
        """Return the layers of a stack of ``total`` nodes, from bottom to top."""
        self._total = max(1, total)
        return self._layers(stack, 0, False)

    def _layers(self, stack: Element, depth: int, plain: bool) -> tuple[Layer, ...]:
        """Return the layers of a group; ``plain`` if its masks no longer fit the pictures."""
        if depth > MAX_DEPTH:
            raise broken(self._archive.name, "stack.xml: depth", LABEL)
        found: list[Layer] = []
        for node in reversed(list(stack)):
            self._progress.report(min(1.0, self._done / self._total), "Reading the layers")
            self._done += 1
            if node.tag == "stack":
                found.append(self._group(node, depth, plain))
            elif node.tag == "layer" and (layer := self._layer(node, plain)) is not None:
                found.append(layer)
        return tuple(found)

    def _group(self, node: Element, depth: int, plain: bool) -> Layer:
        extra = self._extra(node)
        # A group's mask is baked into the pictures of its layers. If one of them was changed, the
        # pictures take precedence and all masks in the group are dropped.
        masked = bool(extra.get("mask"))
        if masked and not plain and not all(self._fresh(one) for one in node.iter("layer")):
            plain = True
            self._say_stale(node)
        known = self._common(node, extra)
        if node.get("isolation") != "isolate" and _passes(node, extra):
            known["blend"] = BlendMode.PASS_THROUGH
        known["mask"] = None if plain else self._mask(extra, node)
        known["x"], known["y"] = (0, 0) if known["mask"] is None else _offset(extra)
        known["children"] = self._layers(node, depth + 1, plain)
        return self._of_kind(node, extra, known, holds=True)

    def _layer(self, node: Element, plain: bool) -> Layer | None:
        extra, source = self._extra(node), node.get("src", "")
        if source.startswith(("/", "\\")) or ".." in source.replace("\\", "/").split("/"):
            self.lost += 1
            message = 'The layer "{layer}" points outside the file ({source}) and was left out.'
            self._archive.say(message, source=source, **_of(node))
            return None
        fresh = not plain and self._fresh(node)
        mask = self._mask(extra, node) if fresh else None
        name, stored = source, _unmasked(extra)
        if stored:
            # Without its mask a layer would show what the artist had hidden.
            fresh = fresh and stored in self._archive.entries
            fresh = fresh and (mask is not None or not extra.get("mask"))
            if fresh:
                name = stored
            elif not plain:
                self._say_stale(node)
        raster = self._archive.layer_picture(name, node.get("name", ""))
        if raster is None:
            self.lost += 1
            message = 'The picture of the layer "{layer}" ({source}) is missing or damaged.'
            self._archive.say(message, source=source, **_of(node))
            return None
        x, y = integer(node.get("x")), integer(node.get("y"))
        if fresh:
            corner, offset = pair(extra["corner"]), _offset(extra)
            raster = shift_raster(raster, corner[0] - offset[0], corner[1] - offset[1])
            x, y = x - corner[0] + offset[0], y - corner[1] + offset[1]
        known = self._common(node, extra)
        known |= {"x": x, "y": y, "raster": raster, "mask": mask if fresh else None}
        return self._of_kind(node, extra, known, holds=False, fresh=fresh)

    def _of_kind(
        self,
        node: Element,
        extra: Extra,
        known: dict[str, Any],
        *,
        holds: bool,
        fresh: bool = True,
    ) -> Layer:
        """Return a layer of the kind in our own folder; ``holds`` is whether it contains layers."""
        kind = self._kind(node, extra, holds)
        has_picture = any(part.name == PICTURE for part in kind.parts)
        if not holds and not has_picture and not fresh:
            self._say_stale(node)  # Another program painted on a layer without pixels.
            return RasterLayer(**known)
        plain = GroupLayer if holds else RasterLayer
        given = known if holds or has_picture else {k: v for k, v in known.items() if k != PICTURE}
        if not kind.in_picture:  # The file hides it from other programs.
            given = {**given, "visible": known["visible"] or bool(extra.get("visible", True))}
        source = _Source(self._archive, node.get("name", ""))
        try:
            layer = read_layer({**extra, "kind": kind.id}, source, **given)
        except EXTRA_ERRORS:
            self._archive.say('The settings of the layer "{layer}" cannot be read.', **_of(node))
            return plain(**known)
        return layer if fresh else kind.repainted(layer)

    def _kind(self, node: Element, extra: Extra, holds: bool) -> LayerKind:
        standard = GROUP if holds else RASTER
        name = str(extra.get("kind", standard.id))
        kind = find_kind(name)
        if kind is None:
            message = (
                'The layer "{layer}" is of a kind that this version does not know ({kind}); '
                "what it shows elsewhere is open."
            )
            self._archive.say(message, kind=name, **_of(node))
        if kind is None or holds != (CHILDREN in kind.parts):
            return standard
        return kind

    def _common(self, node: Element, extra: Extra) -> dict[str, Any]:
        operation = node.get("composite-op", "svg:src-over")
        blend = find_mode(operation)
        if blend is None or blend.value.only_groups:
            blend = BlendMode.NORMAL
            self._archive.say(
                'The blend mode "{mode}" of the layer "{layer}" is not known; it is normal now.',
                mode=operation,
                **_of(node),
            )
        layer_id = str(extra.get("id") or new_id())
        if layer_id in self._ids:  # Another program may have copied a layer with its attributes.
            layer_id = new_id()
        self._ids.add(layer_id)
        if node.get("selected") == "true":
            self.selected = layer_id
        return {
            "id": layer_id,
            "name": node.get("name", ""),
            "visible": node.get("visibility", "visible") != "hidden",
            "opacity": opacity(node.get("opacity")),
            "blend": blend,
            "locked": node.get("edit-locked") == "true",
        }

    def _extra(self, node: Element) -> Extra:
        return self._extras.get(node.get(ID, ""), {})

    def _fresh(self, node: Element) -> bool:
        """Whether a layer's picture is unchanged since our own folder was written."""
        extra = self._extras.get(node.get(ID, ""))
        info = self._archive.entries.get(node.get("src", ""))
        if extra is None or info is None:
            return False
        return (extra.get("data"), extra.get("crc"), extra.get("size")) == (
            info.filename,
            info.CRC,
            info.file_size,
        )

    def _mask(self, extra: Extra, node: Element) -> LayerMask | None:
        entry = extra.get("mask")
        if not isinstance(entry, Mapping):
            return None
        raster = self._archive.mask(entry.get("raster", {}), node.get("name", ""))
        return None if raster is None else LayerMask(raster, bool(entry.get("enabled", True)))

    def _say_stale(self, node: Element) -> None:
        self._archive.say(
            '"{layer}" was changed by another program; its picture is used and its mask dropped.',
            **_of(node),
        )


def _unmasked(extra: Extra) -> str:
    """Return the name of a layer's unmasked picture, "" if no mask is baked into the other one."""
    picture = extra.get(PICTURE)
    name = picture.get("src") if isinstance(picture, Mapping) else None
    return str(name) if name and name != extra.get("data") else ""


def _offset(extra: Extra) -> tuple[int, int]:
    return integer(extra.get("x")), integer(extra.get("y"))


def _passes(node: Element, extra: Extra) -> bool:
    """Whether a group without ``isolation`` lets its layers blend with those below it.

    OpenRaster isolates a group with an opacity or a mode of its own; our own folder may override.
    """
    plain = node.get("composite-op", "svg:src-over") == "svg:src-over"
    own = extra.get("blend") == BlendMode.PASS_THROUGH.value.id
    return plain and (own or opacity(node.get("opacity")) >= 1.0)


def _of(node: Element) -> dict[str, object]:
    return {"layer": node.get("name", "")}
