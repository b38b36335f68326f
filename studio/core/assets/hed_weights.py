"""Takes the weights of HED out of its HDF5 file, without the package h5py.

The file is fixed by its checksum, so that the places of its 38 arrays are constants: each is stored
as plain little-endian float32 in one piece. A reader of HDF5 would only find these numbers again.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from studio.core.errors import StudioError

CONVOLUTIONS: tuple[tuple[str, int, int, int, int, int], ...] = (
    # name, place of the kernel, place of the bias, kernel size, channels in and out
    ("conv1_1", 10992, 19952, 3, 3, 64),
    ("conv1_2", 24048, 20208, 3, 64, 64),
    ("conv2_1", 177520, 20464, 3, 64, 128),
    ("conv2_2", 475136, 20976, 3, 128, 128),
    ("conv3_1", 1072360, 2254056, 3, 128, 256),
    ("conv3_2", 2258152, 2255080, 3, 256, 256),
    ("conv3_3", 4619496, 6978792, 3, 256, 256),
    ("conv4_1", 6987520, 11708160, 3, 256, 512),
    ("conv4_2", 11712256, 21149440, 3, 512, 512),
    ("conv4_3", 21153536, 30590720, 3, 512, 512),
    ("conv5_1", 30599448, 40038680, 3, 512, 512),
    ("conv5_2", 40042776, 49479960, 3, 512, 512),
    ("conv5_3", 49484056, 58921240, 3, 512, 512),
    ("dsn1", 21488, 21744, 1, 64, 1),
    ("dsn2", 6979816, 21748, 1, 128, 1),
    ("dsn3", 58931144, 21752, 1, 256, 1),
    ("dsn4", 58935856, 21756, 1, 512, 1),
    ("dsn5", 58940608, 21760, 1, 512, 1),
    ("fuse", 21764, 21784, 1, 5, 1),
)


def halves(source: Path, target: Path) -> None:
    """Write the weights as float16 safetensors, kernels as (out, in, height, width); StudioError.

    Biases stay float32.
    """
    from safetensors.numpy import save_file

    content = source.read_bytes()
    tensors: dict[str, NDArray[np.generic]] = {}
    try:
        for name, kernel, bias, size, inside, outside in CONVOLUTIONS:
            count = size * size * inside * outside
            values = np.frombuffer(content, "<f4", count, kernel)
            shaped = values.reshape(size, size, inside, outside).transpose(3, 2, 0, 1)
            tensors[f"{name}.weight"] = np.ascontiguousarray(shaped, np.float16)
            tensors[f"{name}.bias"] = np.frombuffer(content, "<f4", outside, bias).copy()
    except ValueError as error:
        raise StudioError("The weights in {name} cannot be read.", name=source.name) from error
    save_file(tensors, target)
