"""Converts colours: to 8-bit sRGB on opening, and to the file's own profile on export."""

from __future__ import annotations

import functools
import io
import threading

import numpy as np
from PIL import Image, ImageCms

from studio.core.notices import Notice, notice
from studio.core.paths import resource
from studio.document.raster import Pixels

PROFILE_ERRORS = (OSError, ValueError, ImageCms.PyCMSError)
"""The errors of ImageCms for damaged profiles; ValueError for names that are not text."""

_ROWS = 1024
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}


@functools.cache
def srgb_profile() -> bytes:
    """Return an ICC profile of sRGB, the same bytes every time."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    # Little CMS writes the time of creation (bytes 24 to 35 of the header), which must not make
    # two saves differ.
    data[24:36] = bytes((0x07, 0xEA, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0))
    return bytes(data)


@functools.cache
def shipped_profile(name: str) -> bytes:
    """Return a profile of ``resources/profiles``."""
    return resource("profiles", f"{name}.icc").read_bytes()


def profile_name(profile: bytes | None) -> str:
    """Return the name in a profile; empty for none or one that cannot be read."""
    if not profile:
        return ""
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        return str(ImageCms.getProfileDescription(opened)).strip()
    except PROFILE_ERRORS:
        return ""


def export_profile(profile: bytes | None) -> bytes | None:
    """Return the profile of an opened file if exports can use it; None for sRGB or any other.

    Only RGB profiles with a transform from sRGB are kept.
    """
    if not profile or profile == srgb_profile():
        return None
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return None
        _from_srgb(source)
    except PROFILE_ERRORS:
        return None
    return profile


def from_srgb(pixels: Pixels, profile: bytes | None) -> tuple[Pixels, bytes, bool]:
    """Return (h, w, 3 or 4) sRGB pixels in a profile, the profile, and whether that is sRGB.

    A profile that is invalid, or that nothing can be converted to, gives sRGB.
    """
    if not profile:
        return pixels, srgb_profile(), True
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if source.profile.xcolor_space.strip() != "RGB":
            return pixels, srgb_profile(), True
        if _is_srgb(profile, "RGB"):
            return pixels, profile, True
        transform = _from_srgb(source)
        result = pixels.copy()
        for top in range(0, pixels.shape[0], _ROWS):  # Strips keep the copies small.
            part = np.ascontiguousarray(pixels[top : top + _ROWS, :, :3])
            made = ImageCms.applyTransform(Image.fromarray(part), transform)
            result[top : top + _ROWS, :, :3] = np.asarray(made)
    except PROFILE_ERRORS:
        return pixels, srgb_profile(), True
    return result, profile, False


def _from_srgb(target: ImageCms.ImageCmsProfile) -> ImageCms.ImageCmsTransform:
    try:
        return ImageCms.buildTransform(
            ImageCms.createProfile("sRGB"),
            target,
            "RGB",
            "RGB",
            renderingIntent=ImageCms.Intent.RELATIVE_COLORIMETRIC,
            flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
        )
    except TypeError as error:  # From a profile without the tags that its class requires.
        raise ImageCms.PyCMSError("no transform") from error


def to_srgb(image: Image.Image, profile: bytes | None) -> tuple[Image.Image, tuple[Notice, ...]]:
    """Return an L, RGB, CMYK or LAB image as sRGB in mode RGB, with a notice if colours changed.

    Relative colorimetric with black point compensation, as usual in editors for photos.
    """
    found: list[Notice] = []
    if image.mode == "CMYK":
        found.append(notice("The picture was CMYK and was converted to sRGB."))
    if profile:
        try:
            return _convert(image, profile, found)
        except PROFILE_ERRORS:
            found.append(notice("The colour profile cannot be used; sRGB is assumed."))
    return _plain(image), tuple(found)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode == "LAB":
        return _transform(image, b"")
    if image.mode == "CMYK":
        return _transform(image, shipped_profile("cmyk"))
    return image if image.mode == "RGB" else image.convert("RGB")


def _convert(
    image: Image.Image, profile: bytes, found: list[Notice]
) -> tuple[Image.Image, tuple[Notice, ...]]:
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    space = _SPACES.get(source.profile.xcolor_space.strip())
    if space != image.mode:
        if space == "RGB" and image.mode == "L":
            return _convert(image.convert("RGB"), profile, found)
        found.append(notice("The colour profile does not fit the picture; sRGB is assumed."))
        return _plain(image), tuple(found)
    if _is_srgb(profile, image.mode):
        return _plain(image), tuple(found)
    if image.mode != "CMYK":
        name = str(ImageCms.getProfileDescription(source)).strip()
        name = "Adobe RGB (1998)" if profile == shipped_profile("adobe-rgb") else name
        found.append(notice('The colours were converted from "{profile}" to sRGB.', profile=name))
    return _transform(image, profile), tuple(found)


@functools.lru_cache(maxsize=8)
def _is_srgb(source: bytes, mode: str) -> bool:
    """Whether a conversion would change nothing visible, so that the bytes are kept."""
    if mode == "RGB":
        steps = np.linspace(0, 255, 9).round().astype(np.uint8)
        grid = np.stack(np.meshgrid(steps, steps, steps), axis=-1).reshape(27, 27, 3)
    elif mode == "L":
        grid = np.repeat(np.arange(256, dtype=np.uint8)[None, :, None], 3, axis=2)
    else:
        return False
    probe = Image.fromarray(grid if mode == "RGB" else np.ascontiguousarray(grid[:, :, 0]))
    moved = np.asarray(_transform(probe, source)).astype(int) - grid
    return int(np.abs(moved).max()) <= 1


def _transform(image: Image.Image, profile: bytes) -> Image.Image:
    # A transform caches its last pixel: no two threads may use the same one.
    try:
        return _built(profile, image.mode, threading.get_ident()).apply(image)
    except TypeError as error:  # From a profile without the tags that its class requires.
        raise ImageCms.PyCMSError("no transform") from error


@functools.lru_cache(maxsize=16)
def _built(profile: bytes, mode: str, thread: int) -> ImageCms.ImageCmsTransform:
    """Return the transform to sRGB, cached for the next layer; an empty profile means Lab."""
    source = ImageCms.ImageCmsProfile(
        io.BytesIO(profile) if profile else ImageCms.createProfile("LAB")
    )
    return ImageCms.ImageCmsTransform(
        source,
        ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        flags=ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
