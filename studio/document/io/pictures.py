"""Reads and writes flat pictures with Pillow: the common parts of PNG, JPEG and WebP."""

from __future__ import annotations

import hashlib
import io
import struct
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from warnings import catch_warnings, simplefilter

import cv2
import numpy as np
from PIL import ExifTags, Image

from studio.core.atomic import Check
from studio.core.errors import StudioError
from studio.core.notices import Notice, notice
from studio.core.progress import Progress
from studio.document.document import MAX_AREA, MAX_SIZE, Document
from studio.document.io import density
from studio.document.io.colour import export_profile, profile_name, shipped_profile, to_srgb
from studio.document.io.common import (
    Opened,
    broken,
    check_size,
    differs,
    flatten,
    stem,
)
from studio.document.io.heic_decode import REDUCED, decode_heif
from studio.document.io.salvage import is_blank, is_cut_off, readings, stated_size
from studio.document.io.side_data import collect, comment_of, damaged_exif, is_parameters
from studio.document.io.transparency import key_colour_16, with_alpha
from studio.document.layer import RasterLayer
from studio.document.metadata import NO_METADATA, PARAMETERS, FileMetadata
from studio.document.raster import Pixels, Raster

# The sides in the header are checked before anything is decoded (`check_size`); Pillow's own
# limit, half of this, would refuse pictures that fit.
Image.MAX_IMAGE_PIXELS = MAX_AREA

PILLOW_ERRORS = (
    OSError,
    SyntaxError,
    ValueError,
    EOFError,
    LookupError,
    TypeError,
    OverflowError,
    RuntimeError,
    struct.error,
    zlib.error,
)
"""The errors of Pillow's decoders for damaged bytes."""

_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A decoded picture, (h, w, 4) uint8 straight sRGB, upright.

    ``density`` are its horizontal and vertical pixels per inch, unchecked; ``profile`` is the one
    to use for exports, ``described`` the other metadata of the file.
    """

    pixels: Pixels
    notices: tuple[Notice, ...] = ()
    metadata: Mapping[str, object] = field(default_factory=dict)
    density: Sequence[object] | None = None
    profile: bytes | None = None
    described: FileMetadata = NO_METADATA


def decode(
    stream: BinaryIO,
    name: str,
    label: str,
    *,
    wide: bool = False,
    progress: Progress | None = None,
) -> Picture:
    """Decode the picture in ``stream``; ``wide`` means that it has 16 bits per channel.

    StudioError if it is damaged or too large; sizes are checked before pixels are read.
    """
    found: list[Notice] = []
    image = _load(stream, name, label, found, progress or Progress())
    if wide and image.mode == "RGB" and "transparency" in image.info:
        image = key_colour_16(image, stream)
    if wide or image.mode in ("I", "F") or image.mode.startswith("I;16"):
        found.append(notice("{name} has 16 bits a channel; it was reduced to 8.", name=name))
    metadata, turn, stated = _describe(image, found, name)
    described = collect(image, name, found)
    if PARAMETERS in described.texts:
        metadata[PARAMETERS] = described.texts[PARAMETERS]
    upright = image if turn is None else image.transpose(turn)
    profile = image.info.get("icc_profile")
    if not profile and image.mode in ("RGB", "RGBA") and _is_adobe_rgb(image):
        profile = shipped_profile("adobe-rgb")
    pixels = to_rgba(upright, profile, found)
    kept = export_profile(profile) if image.mode not in ("CMYK", "LAB") else None
    return Picture(pixels, tuple(found), metadata, stated, kept, described)


def _load(
    stream: BinaryIO, name: str, label: str, found: list[Notice], progress: Progress
) -> Image.Image:
    """Return the decoded image; for a damaged file the readable part of it, with a notice."""
    try:
        image, frames = _decoded(stream, name, label, progress)
    except PILLOW_ERRORS as error:
        stream.seek(0)
        data = stream.read()
        for reading, whole in readings(data, label.upper()):
            try:
                image, frames = _decoded(io.BytesIO(reading), name, label, progress)
            except PILLOW_ERRORS:
                continue
            if whole or not is_blank(image):
                break
        else:
            raise _nothing(data, name, label, error) from error
        found.append(_salvaged(name, whole))
    if image.info.pop(REDUCED, False):
        found.append(damaged_exif(name))
    if frames > 1:
        found.append(
            notice("{name} holds {count} pictures; the first one opened.", name=name, count=frames)
        )
    return image


def _salvaged(name: str, whole: bool) -> Notice:
    if whole:
        return notice(
            "{name} has damaged metadata, which was left out; its pixels are complete.",
            name=name,
        )
    return notice("{name} is damaged or cut off; what can be read of it is open.", name=name)


def _nothing(data: bytes, name: str, label: str, error: BaseException) -> StudioError:
    """Return the error for a file of which nothing can be shown."""
    width, height = stated_size(data) if label in ("AVIF", "HEIF") else (0, 0)
    if width and height:
        check_size(width, height, name)
    if is_cut_off(data):
        return StudioError(
            "{name} is cut off after {size} bytes; nothing of this {label} can be shown.",
            "Try to get the file again from where it came.",
            name=name,
            size=len(data),
            label=label,
        )
    return broken(name, error, label)


def _decoded(
    stream: BinaryIO, name: str, label: str, progress: Progress
) -> tuple[Image.Image, int]:
    """Return the decoded image and the number of pictures in the file."""
    if label == "HEIF":
        return decode_heif(stream.read(), name, progress)
    try:
        with catch_warnings():
            simplefilter("ignore", UserWarning)  # Warnings on the terminal about broken metadata.
            image = Image.open(stream, formats=[label.upper()])
            check_size(*image.size, name)
            image.load()
            if label.upper() == "PNG":
                stream.seek(24)  # The bit depth in IHDR, which Pillow does not report.
                image.info["lienzo_bits"] = (stream.read(1) or b"\x08")[0]
            # A JPEG's further pictures are a phone's depth or gain map, not an animation.
            frames = 1 if image.format in ("JPEG", "MPO") else int(getattr(image, "n_frames", 1))
    except _BOMBS as error:
        raise StudioError(
            "{name} is too large to open.",
            "A side may be 1 to {limit} pixels long, and a picture have {most} megapixels.",
            name=name,
            limit=MAX_SIZE,
            most=MAX_AREA // 10**6,
        ) from error
    return image, frames


def _describe(
    image: Image.Image, found: list[Notice], name: str
) -> tuple[dict[str, object], Image.Transpose | None, Sequence[object] | None]:
    metadata: dict[str, object] = {"mode": image.mode}
    stated: Sequence[object] | None = image.info.get("dpi")
    if profile := profile_name(image.info.get("icc_profile")):
        metadata["profile"] = profile
    try:
        exif = image.getexif()
        details = exif.get_ifd(ExifTags.IFD.Exif)
        turn = _TURNS.get(int(exif.get(ExifTags.Base.Orientation, 1)))
        named = {
            tag.name: str(exif[tag]).strip("\0 ")
            for tag in (ExifTags.Base.Make, ExifTags.Base.Model, ExifTags.Base.DateTime)
            if tag in exif
        }
        stated = density.read_density(image)
    except PILLOW_ERRORS:
        found.append(damaged_exif(name))
        # A picture that was not rotated must not be written as upright.
        image.info.pop("exif", None)
        return metadata, None, stated
    if named:
        metadata["exif"] = named
    if text := comment_of(details.get(ExifTags.Base.UserComment)).strip():
        metadata[PARAMETERS if is_parameters(text) else "comment"] = text
    return metadata, turn, stated


def upright(image: Image.Image) -> Image.Image:
    """Return an image rotated by its EXIF orientation; unchanged if that is damaged."""
    try:
        turn = _TURNS.get(int(image.getexif().get(ExifTags.Base.Orientation, 1)))
    except PILLOW_ERRORS:
        return image
    return image if turn is None else image.transpose(turn)


def _is_adobe_rgb(image: Image.Image) -> bool:
    """Whether EXIF marks Adobe RGB: interoperability R03 (DCF 2.0, optional colour space)."""
    try:
        interop = image.getexif().get_ifd(ExifTags.IFD.Interop)
    except PILLOW_ERRORS:
        return False
    mark = interop.get(1, "")
    text = mark.decode("latin-1") if isinstance(mark, bytes) else str(mark)
    return text.strip("\0 ") == "R03"


def to_rgba(image: Image.Image, profile: bytes | None, found: list[Notice]) -> Pixels:
    """Return an image of any mode as (h, w, 4) uint8 sRGB, adding to the notices ``found``."""
    image, alpha = with_alpha(image)
    if image.mode == "F" or image.mode.startswith("I"):
        wide = np.asarray(image).astype(np.float64)
        top = 1.0 if image.mode == "F" else 65535.0
        image = Image.fromarray(
            (np.nan_to_num(wide) / top * 255.0).round().clip(0, 255).astype(np.uint8)
        )
    if image.mode == "1":
        image = image.convert("L")
    if image.mode not in ("L", "RGB", "CMYK", "LAB"):
        image = image.convert("RGB")
    rgb, notices = to_srgb(image, profile)
    found.extend(notices)
    result = np.empty((rgb.height, rgb.width, 4), dtype=np.uint8)
    result[:, :, :3] = np.asarray(rgb)
    result[:, :, 3] = 255 if alpha is None else alpha
    return result


def to_document(pixels: Pixels, name: str) -> Document:
    """Return a document of one layer named ``name`` with ``pixels`` (h, w, 4) uint8."""
    layer = RasterLayer(name=name, raster=Raster.from_array(pixels))
    return Document(width=pixels.shape[1], height=pixels.shape[0], layers=(layer,), active=layer.id)


def read_picture(
    stream: BinaryIO, name: str, label: str, progress: Progress, *, wide: bool = False
) -> Opened:
    """Read a flat picture as a document of one layer named after the file."""
    progress.report(0.0, "Reading the picture")
    picture = decode(stream, name, label, wide=wide, progress=progress)
    progress.report(0.8, "Reading the picture")
    notices = list(picture.notices)
    dpi = density.document_density(picture.density, name, notices)
    document = to_document(picture.pixels, stem(name)).replace(
        dpi=dpi, profile=picture.profile, metadata=picture.described
    )
    return Opened(document, tuple(notices), picture.metadata)


def on_white(pixels: Pixels) -> Pixels:
    """Return (h, w, 4) straight RGBA composited on white as (h, w, 3)."""
    alpha = pixels[:, :, 3:]
    if (alpha == 255).all():
        return np.ascontiguousarray(pixels[:, :, :3])
    result = np.empty((*pixels.shape[:2], 3), dtype=np.uint8)
    for top in range(0, pixels.shape[0], 256):  # Strips keep the 16-bit copy small.
        rows = slice(top, top + 256)
        over = pixels[rows, :, :3].astype(np.uint16) * alpha[rows]
        over += 255 * (255 - alpha[rows].astype(np.uint16)) + 127
        result[rows] = over // 255
    return result


def without_alpha(pixels: Pixels) -> Pixels:
    """Return (h, w, 4) as (h, w, 3) if nothing is transparent, else unchanged."""
    if (pixels[:, :, 3] == 255).all():
        return np.ascontiguousarray(pixels[:, :, :3])
    return pixels


def digest(pixels: Pixels) -> bytes:
    """Return a checksum of an array's shape and bytes."""
    state = hashlib.blake2b(repr(pixels.shape).encode(), digest_size=16)
    state.update(np.ascontiguousarray(pixels).data)
    return state.digest()


def encode(
    pixels: Pixels, stream: BinaryIO, kind: str, document: Document, **parameters: Any
) -> None:
    """Write an array with Pillow's encoder ``kind`` and the document's density."""
    # Given a real file, Pillow's encoders write to its descriptor and treat a short write on a
    # full disk as success.
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, kind, dpi=(document.dpi, document.dpi), **parameters)
    stream.write(buffer.getbuffer())


def exact_check(pixels: Pixels) -> Check:
    """Return a check that a written picture has exactly these pixels."""
    expected, shape = digest(pixels), pixels.shape

    def check(stream: BinaryIO) -> None:
        with Image.open(stream) as image:
            found = np.asarray(image.convert("RGBA" if shape[2] == 4 else "RGB"))
        if found.shape != shape or digest(found) != expected:
            raise differs("pixels")

    return guard_decoder(check)


def close_check(pixels: Pixels) -> Check:
    """Return a check that a lossy picture has the size and roughly the values of ``pixels``."""
    size, expected = (pixels.shape[1], pixels.shape[0]), _small(pixels)

    def check(stream: BinaryIO) -> None:
        with Image.open(stream) as image:
            found_size = image.size
            found = _small(np.asarray(image.convert("RGBA" if pixels.shape[2] == 4 else "RGB")))
        if found_size != size:
            raise differs("size")
        error = float(np.mean((found - expected) ** 2))
        if error > 255.0**2 / 10**1.2:  # 12 dB; even quality 1 is above that.
            raise differs("pixels")

    return guard_decoder(check)


def guard_decoder(check: Check) -> Check:
    """Return the check with decoder errors converted to the StudioError of a bad save."""

    def wrapped(stream: BinaryIO) -> None:
        try:
            check(stream)
        except PILLOW_ERRORS as error:
            raise differs(str(error)) from error

    return wrapped


def _small(pixels: Pixels) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return a picture on white within 256 pixels, float32: enough to recognise it."""
    scale = 256 / max(256, *pixels.shape[:2])
    size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
    small = cv2.resize(
        on_white(pixels) if pixels.shape[2] == 4 else pixels, size, interpolation=cv2.INTER_AREA
    )
    return np.asarray(small, dtype=np.float32).reshape(size[1], size[0], 3)


def flat(document: Document, progress: Progress) -> Pixels:
    """Return the composite of the canvas, (h, w, 4) uint8 straight, with progress.

    Transparent pixels keep the colours that the lowest layer has under its transparency, as in the
    file; colours hidden by a mask are not exposed.
    """
    progress.report(0.0, "Merging the layers")
    pixels = flatten(document)
    base = document.layers[0] if document.layers else None
    if isinstance(base, RasterLayer) and base.visible and base.mask is None:
        clear = pixels[:, :, 3] == 0
        if clear.any():
            under = base.raster.read(document.rect.shift(-base.x, -base.y))
            clear &= under[:, :, 3] == 0
            pixels[clear, :3] = under[clear, :3]
    progress.report(0.4, "Writing the picture")
    return pixels
