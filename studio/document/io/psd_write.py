"""Writes Photoshop documents from psd-tools' records.

Records rather than `PSDImage.create_*`: those convert a layer's alpha to a mask in RGB documents,
accept a name outside MacRoman only after creation, make groups pass-through, and draw the merged
picture themselves.
"""

from __future__ import annotations

import struct
import warnings
from typing import BinaryIO

import numpy as np
from psd_tools import PSDImage
from psd_tools.compression import PSDDecompressionWarning
from psd_tools.constants import (
    BlendMode,
    ChannelID,
    ColorMode,
    Compression,
    ProtectedFlags,
    Resource,
    SectionDivider,
    Tag,
)
from psd_tools.psd import PSD
from psd_tools.psd.header import FileHeader
from psd_tools.psd.image_data import ImageData
from psd_tools.psd.image_resources import ImageResource, ImageResources, ResoulutionInfo
from psd_tools.psd.layer_and_mask import (
    ChannelData,
    ChannelDataList,
    ChannelImageData,
    ChannelInfo,
    GlobalLayerMaskInfo,
    LayerAndMaskInformation,
    LayerFlags,
    LayerInfo,
    LayerRecord,
    LayerRecords,
    MaskData,
    MaskFlags,
)
from psd_tools.psd.tagged_blocks import ProtectedSetting, TaggedBlocks

from studio.core.atomic import Check
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.core.progress import Progress
from studio.document import blend
from studio.document.document import Document
from studio.document.io import density
from studio.document.io.colour import from_srgb
from studio.document.io.common import SaveOptions, differs, flatten
from studio.document.io.outgoing import PHOTOSHOP, Outgoing, export_metadata
from studio.document.io.pictures import digest, on_white
from studio.document.io.psd_pictures import with_pictures
from studio.document.kinds import InPsd, in_picture, kind_of
from studio.document.layer import GroupLayer, Layer, RasterLayer
from studio.document.raster import Pixels, Raster, tile_rect

BLENDS = {mode: BlendMode(mode.value.psd) for mode in blend.BlendMode if mode.value.psd}
"""Photoshop's blend modes by ours; a mode that Photoshop does not have is written as normal."""

_GROUP_END = "</Layer group>"
_COLOURS = (
    ChannelID.TRANSPARENCY_MASK,
    ChannelID.CHANNEL_0,
    ChannelID.CHANNEL_1,
    ChannelID.CHANNEL_2,
)
_LIMIT = 2 << 30
"""Largest file of the format in bytes."""


def write_psd(
    document: Document, stream: BinaryIO, options: SaveOptions, progress: Progress
) -> Check:
    """Write ``document`` as 8-bit RGB and return a check that decodes everything again."""
    document = with_pictures(document)
    wanted = None if options.srgb else document.profile
    records = _Records(document, wanted, progress)
    records.add(document.layers)
    progress.report(0.6, "Merging the layers")
    plain = flatten(document)
    merged, profile, is_srgb = from_srgb(plain, wanted)
    said = export_metadata(document, options.metadata, PHOTOSHOP, pixels=plain, is_srgb=is_srgb)
    transparent = bool((merged[:, :, 3] < 255).any())
    planes = _merged_planes(merged, transparent)
    header = FileHeader(
        width=document.width,
        height=document.height,
        channels=len(planes),
        depth=8,
        color_mode=ColorMode.RGB,
    )
    image = ImageData(Compression.RLE)
    progress.report(0.7, "Merging the layers")
    image.set_data([plane.tobytes() for plane in planes], header)
    # A negative count means that the first extra channel is the merged picture's transparency.
    count = -len(records.records) if transparent else len(records.records)
    psd = PSD(
        header=header,
        image_resources=_resources(document, profile, said),
        layer_and_mask_information=LayerAndMaskInformation(
            LayerInfo(count, LayerRecords(records.records), ChannelImageData(records.channels)),  # type: ignore[arg-type]
            GlobalLayerMaskInfo(),
            TaggedBlocks(),
        ),
        image_data=image,
    )
    if records.size + len(image.data) > _LIMIT:
        raise StudioError(
            "The document is too large for a Photoshop file, which holds 2 GB.",
            "Save it as OpenRaster (.ora) instead.",
        )
    progress.report(0.8, "Writing the file")
    psd.write(stream)
    expected = [digest(plane) for plane in planes]
    return lambda written: _check(written, records.marks, expected, progress)


def _merged_planes(merged: Pixels, transparent: bool) -> list[Pixels]:
    # Photoshop stores the merged colours over white, whatever the transparency.
    planes = [np.ascontiguousarray(plane) for plane in np.moveaxis(on_white(merged), 2, 0)]
    return [*planes, np.ascontiguousarray(merged[:, :, 3])] if transparent else planes


def _resources(document: Document, profile: bytes, said: Outgoing) -> ImageResources:
    resources = ImageResources.new()
    parts = {
        Resource.ICC_PROFILE: profile,
        Resource.EXIF_DATA_1: said.exif,
        Resource.XMP_METADATA: said.xmp,
        Resource.IPTC_NAA: said.iptc,
    }
    for key, data in parts.items():
        if data:
            resources[key] = ImageResource(key=key, data=data)
    dpi = round(document.dpi * density.PSD_UNIT)
    inches = 1  # Both the unit of the density and the display unit of sizes.
    resolution = ResoulutionInfo(dpi, inches, inches, dpi, inches, inches)
    resources[Resource.RESOLUTION_INFO] = ImageResource(
        key=Resource.RESOLUTION_INFO, data=resolution.tobytes()
    )
    return resources


class _Records:
    """Layer records from bottom to top, a group between its end marker and its own record."""

    def __init__(self, document: Document, profile: bytes | None, progress: Progress) -> None:
        self._profile = profile
        self._progress = progress
        self._total = sum(1 for _ in document.walk()) or 1
        self._next = 1
        self.records: list[LayerRecord] = []
        self.channels: list[ChannelDataList] = []
        self.marks: list[list[bytes]] = []
        """Checksums of the channels of each record."""
        self.size = 0

    def add(self, layers: tuple[Layer, ...]) -> None:
        """Add records for layers and everything in them."""
        for layer in layers:
            kind = kind_of(layer).psd
            if kind is InPsd.GROUP and isinstance(layer, GroupLayer):
                self._divider(SectionDivider.BOUNDING_SECTION_DIVIDER)
                self.add(layer.children)
                self._group(layer)
            elif isinstance(layer, RasterLayer):
                self._raster(layer)
            else:  # ``with_pictures`` has replaced all others.
                raise TypeError(f"no way to write a {type(layer).__name__}")
            self._progress.report(0.6 * min(1, self._next / self._total), "Writing the layers")

    def _divider(self, kind: SectionDivider) -> None:
        record = LayerRecord(name=_GROUP_END)
        record.tagged_blocks.set_data(Tag.SECTION_DIVIDER_SETTING, kind=kind)
        record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, _GROUP_END)
        self._append(record, _empty_planes())

    def _group(self, group: GroupLayer) -> None:
        record = self._record(group)
        kind = SectionDivider.OPEN_FOLDER if group.expanded else SectionDivider.CLOSED_FOLDER
        # Without a mode here the group would be pass-through.
        record.tagged_blocks.set_data(
            Tag.SECTION_DIVIDER_SETTING, kind=kind, blend_mode=record.blend_mode
        )
        planes = _empty_planes()
        self._mask(group, record, planes)
        self._append(record, planes)

    def _raster(self, layer: RasterLayer) -> None:
        record = self._record(layer)
        box = _stored(layer.raster)
        planes = _empty_planes()
        if not box.is_empty:
            pixels, _, _ = from_srgb(layer.raster.read(box), self._profile)
            order = (3, 0, 1, 2)
            planes = {
                channel: np.ascontiguousarray(pixels[:, :, index])
                for channel, index in zip(_COLOURS, order, strict=True)
            }
            place = box.shift(layer.x, layer.y)
            record.left, record.top = place.x, place.y
            record.right, record.bottom = place.right, place.bottom
        self._mask(layer, record, planes)
        self._append(record, planes)

    def _record(self, layer: Layer) -> LayerRecord:
        mode = BLENDS.get(layer.blend, BlendMode.NORMAL)
        record = LayerRecord(
            blend_mode=mode,
            opacity=round(min(1.0, max(0.0, layer.opacity)) * 255),
            # Other programs would take a control layer for picture content.
            flags=LayerFlags(visible=layer.visible and in_picture(layer)),
            name=_short(layer.name),
        )
        name = layer.name.encode("utf-16-be", "replace").decode("utf-16-be")
        record.tagged_blocks.set_data(Tag.UNICODE_LAYER_NAME, name)
        record.tagged_blocks.set_data(Tag.LAYER_ID, self._next)
        if layer.locked:
            lock = ProtectedSetting(int(ProtectedFlags.COMPLETE))
            record.tagged_blocks.set_data(Tag.PROTECTED_SETTING, lock.value)
        self._next += 1
        return record

    def _mask(self, layer: Layer, record: LayerRecord, planes: dict[ChannelID, Pixels]) -> None:
        mask = layer.mask
        if mask is None:
            return
        box, default = mask.raster.bounds(), mask.raster.default
        if default not in (0, 255):
            # Outside its rectangle a PSD mask is black or white: extend it to all visible pixels.
            default = 0
            box = box.union(layer.bounds().shift(-layer.x, -layer.y))
        if box.is_empty:
            box = Rect(0, 0, 1, 1)
        place = box.shift(layer.x, layer.y)
        record.mask_data = MaskData(
            top=place.y,
            left=place.x,
            bottom=place.bottom,
            right=place.right,
            background_color=default,
            flags=MaskFlags(mask_disabled=not mask.enabled),
        )
        planes[ChannelID.USER_LAYER_MASK] = mask.raster.read(box)[:, :, 0]

    def _append(self, record: LayerRecord, planes: dict[ChannelID, Pixels]) -> None:
        data, marks = ChannelDataList(), []
        for channel, plane in planes.items():
            self._progress.check()
            packed = ChannelData(Compression.RAW)
            if plane.size:
                packed = ChannelData(Compression.RLE)
                packed.set_data(plane.tobytes(), plane.shape[1], plane.shape[0], 8)
            record.channel_info.append(ChannelInfo(channel, len(packed.data) + 2))
            data.append(packed)
            marks.append(digest(plane))
            self.size += len(packed.data) + 8
        self.records.append(record)
        self.channels.append(data)
        self.marks.append(marks)


def _stored(raster: Raster) -> Rect:
    """Return the rectangle around all stored pixels, including fully transparent colours."""
    box = raster.bounds()
    for key, tile in raster.tiles.items():
        place = tile_rect(key)
        if box.contains(place):
            continue
        rows = np.flatnonzero(tile.any(axis=(1, 2)))
        columns = np.flatnonzero(tile.any(axis=(0, 2)))
        if rows.size:
            box = box.union(
                Rect.from_edges(
                    place.x + int(columns[0]),
                    place.y + int(rows[0]),
                    place.x + int(columns[-1]) + 1,
                    place.y + int(rows[-1]) + 1,
                )
            )
    return box


def _empty_planes() -> dict[ChannelID, Pixels]:
    return {channel: np.empty((0, 0), dtype=np.uint8) for channel in _COLOURS}


def _short(name: str) -> str:
    """Return the name for readers without Unicode support: MacRoman, at most 255 bytes."""
    return name.encode("macroman", "replace")[:255].decode("macroman")


def _check(
    written: BinaryIO, marks: list[list[bytes]], merged: list[bytes], progress: Progress
) -> None:
    progress.report(0.85, "Reading the file back")
    try:
        psd = PSDImage.open(written, max_alloc_bytes="unlimited")._record
        info = psd.layer_and_mask_information.layer_info
        found = [] if info is None else list(_marks(info))
        header = psd.header
        size = header.height, header.width
        planes = [bytes(one) for one in psd.image_data.get_data(header) if isinstance(one, bytes)]
    except (OSError, ValueError, LookupError, struct.error, AssertionError) as error:
        raise differs(str(error)) from error
    if found != marks:
        raise differs("layers")
    if [digest(np.frombuffer(one, np.uint8).reshape(size)) for one in planes] != merged:
        raise differs("merged picture")


def _marks(info: LayerInfo) -> list[list[bytes]]:
    result = []
    with warnings.catch_warnings():
        warnings.simplefilter("error", PSDDecompressionWarning)
        for record, channels in zip(info.layer_records, info.channel_image_data, strict=True):
            marks = []
            sizes = record.channel_sizes
            for (width, height), channel in zip(sizes, channels, strict=True):
                plane = np.empty((0, 0), dtype=np.uint8)
                if width and height:
                    data = channel.get_data(width, height, 8)
                    plane = np.frombuffer(data, np.uint8).reshape(height, width)
                marks.append(digest(plane))
            result.append(marks)
    return result
