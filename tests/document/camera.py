"""A JPEG as a camera and a photographer's program leave it, made from nothing."""

from __future__ import annotations

import io
from pathlib import Path

import cv2
import numpy as np
from PIL import ExifTags, Image

from studio.document.io.colour import shipped_profile
from studio.document.io.exif import Exif
from studio.document.io.outgoing import jpeg_segments

SERIAL, LENS_SERIAL, OWNER = "SN-4711-0815", "LENS-998877", "Quilla Owner"
MAKER_NOTE = b"ACME\0\x02" + bytes(range(256)) + b"SN-4711-0815"
CITY, LATITUDE = "Oaxaca", (17, 3, 39.5)
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about=""
 xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:exif="http://ns.adobe.com/exif/1.0/"
 xmlns:aux="http://ns.adobe.com/exif/1.0/aux/" xmlns:xmp="http://ns.adobe.com/xap/1.0/"
 xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 tiff:Orientation="6" exif:GPSLatitude="17,3.65N" aux:SerialNumber="{SERIAL}" xmp:Rating="4"
 photoshop:City="{CITY}"><dc:creator><rdf:Seq><rdf:li>Ana Fotógrafa</rdf:li></rdf:Seq></dc:creator>
 <aux:LensSerialNumber>{LENS_SERIAL}</aux:LensSerialNumber></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>""".encode()
PRIVATE = (SERIAL, LENS_SERIAL, OWNER, CITY, "GPSLatitude")


def dataset(number: int, text: str) -> bytes:
    """A dataset of record 2 of IPTC."""
    body = text.encode()
    return b"\x1c\x02" + bytes([number]) + len(body).to_bytes(2, "big") + body


IPTC = dataset(80, "Ana") + dataset(90, CITY) + dataset(116, "(c) Ana 2024")


def pixels() -> np.ndarray:
    """(120, 160, 3) uint8, lying on its side; smooth, so that JPEG keeps it."""
    rng = np.random.default_rng(5)
    small = rng.integers(40, 200, (6, 8, 3), dtype=np.uint8)
    return np.asarray(cv2.resize(small, (160, 120), interpolation=cv2.INTER_CUBIC))


def exif_block(*, big_endian: bool = False) -> bytes:
    """Camera data with a place, serial numbers, a maker's note and a thumbnail."""
    exif = Image.Exif()
    exif.endian = ">" if big_endian else "<"
    base = ExifTags.Base
    exif[base.Make], exif[base.Model], exif[base.Software] = "ACME", "ACME X1", "Firmware 1.2"
    exif[base.Artist], exif[base.Copyright], exif[base.Orientation] = "Ana", "(c) Ana 2024", 6
    exif[base.XResolution] = exif[base.YResolution] = 300.0
    exif[base.ResolutionUnit] = 2
    details = exif.get_ifd(ExifTags.IFD.Exif)
    details.update(
        {
            base.ExposureTime: 0.004, base.FNumber: 2.8,
            base.DateTimeOriginal: "2024:05:06 07:08:09",
            base.ExifImageWidth: 160, base.ExifImageHeight: 120, base.ColorSpace: 65535,
            base.MakerNote: MAKER_NOTE, base.BodySerialNumber: SERIAL,
            base.LensSerialNumber: LENS_SERIAL, base.CameraOwnerName: OWNER,
            base.UserComment: b"ASCII\0\0\0by the lake",
        }
    )  # fmt: skip
    exif.get_ifd(ExifTags.IFD.GPSInfo).update({1: "N", 2: LATITUDE, 3: "W", 4: (96.0, 43.0, 0.0)})
    block = Exif(exif.tobytes())
    small = io.BytesIO()
    Image.new("RGB", (16, 12), (255, 0, 255)).save(small, "JPEG")
    block.put_thumbnail(small.getvalue())
    return block.to_bytes()


def camera_jpeg(path: Path, profile: str = "adobe-rgb") -> Path:
    """Write the photo to ``path``."""
    Image.fromarray(pixels()).save(
        path,
        "JPEG",
        quality=97,
        subsampling=0,
        exif=b"Exif\0\0" + exif_block(),
        xmp=XMP,
        extra=jpeg_segments(IPTC),
        icc_profile=shipped_profile(profile),
        dpi=(300, 300),
    )
    return path
