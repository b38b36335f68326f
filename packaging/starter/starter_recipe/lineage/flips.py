"""The latents of mirrored renderings: the one thing in which two pictures of a caption differ for
the GAN and the VAE, so that their random vectors have something to decide.

The autoencoder is not symmetric: mirrored latents decode 4.5 dB worse than those of a mirrored
picture. So the pictures are encoded, and only those on white, to save minutes.
"""

import numpy as np
import torch
from torch import Tensor

from starter_recipe.bank import encode_pictures
from starter_recipe.lineage import data
from starter_recipe.paths import Work
from starter_recipe.vae import load_vae

PIECE = 32
MIRRORED = (0, "white")
"""Style and ground of the renderings that are mirrored too."""


def both_ways(work: Work, found: data.PlainData) -> Tensor:
    """Return latents (2, pictures, 4, 16, 16) of unit variance: as drawn, and mirrored.

    Both are as drawn for a picture with another style or ground.
    """
    white = [n for n, (_, style, ground) in enumerate(found.pairs) if (style, ground) == MIRRORED]
    file = data.folder(work) / "mirrored.npy"
    if not file.exists():
        vae = load_vae(work).to(memory_format=torch.channels_last)
        made = []
        for start in range(0, len(white), PIECE):
            some = [np.asarray(found.pictures[one]) for one in white[start : start + PIECE]]
            mirrored = [np.ascontiguousarray(one[:, ::-1]) for one in some]
            made.append(encode_pictures(vae, mirrored).half().numpy())
        partial = data.folder(work) / "mirrored.partial.npy"
        np.save(partial, np.concatenate(made))
        partial.rename(file)
    other = found.latents.clone()
    other[white] = torch.from_numpy(np.load(file)).float() * found.scale
    return torch.stack([found.latents, other])
