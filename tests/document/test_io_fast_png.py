"""The project format's own PNG encoder against an independent decoder."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from io_samples import noise, photo
from PIL import Image

from studio.document.io.colour import srgb_profile
from studio.document.io.fast_png import encode_png

SHAPES = [(1, 1), (1, 700), (700, 1), (127, 3), (128, 5), (129, 7), (256, 20), (257, 300)]


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("shape", SHAPES)
def test_two_decoders_agree(shape: tuple[int, int], channels: int) -> None:
    pixels = noise(*shape, channels)
    with ThreadPoolExecutor(3) as threads:
        data = encode_png(pixels, threads)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels)
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    swapped = pixels[..., [2, 1, 0, 3][:channels]] if channels > 1 else pixels
    assert np.array_equal(decoded, swapped)


def test_profile_and_size() -> None:
    with ThreadPoolExecutor(3) as threads:
        data = encode_png(photo(600, 800), threads, srgb_profile())
        blank = encode_png(np.zeros((4000, 4000, 4), np.uint8), threads)
    assert Image.open(io.BytesIO(data)).info["icc_profile"] == srgb_profile()
    assert len(data) < 600 * 800 and len(blank) < 100_000


def test_threads_do_not_change_the_bytes() -> None:
    with ThreadPoolExecutor(1) as one, ThreadPoolExecutor(7) as many:
        assert encode_png(noise(900, 90), one) == encode_png(noise(900, 90), many)


def test_views_are_encoded_as_they_look() -> None:
    pixels = noise(300, 200)
    with ThreadPoolExecutor(2) as threads:
        data = encode_png(pixels[::-1, ::2], threads)
    assert np.array_equal(np.asarray(Image.open(io.BytesIO(data))), pixels[::-1, ::2])
