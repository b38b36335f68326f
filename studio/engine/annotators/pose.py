"""Finds people and their joints with Lightweight OpenPose (Osokin 2018, arXiv 1811.12004)."""

from __future__ import annotations

from collections.abc import Iterable

import cv2
import numpy as np
import torch
from safetensors import SafetensorError
from safetensors.torch import load_file

from studio.catalog.annotators import POSE_ASSET
from studio.control_maps.openpose import Poses
from studio.control_maps.pose import Joints
from studio.core.assets.places import asset_path, damaged_asset
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.annotators.base import drawn_poses
from studio.engine.annotators.openpose_groups import Maps, people_of
from studio.engine.annotators.openpose_network import HEATMAPS, REFINEMENTS, STRIDE, OpenPoseNetwork
from studio.engine.cancelling import cancellable

TEXT = "Finding people"
SIDE = 256
"""The shorter side of the network's input in pixels, as in the authors' code."""
LOOKS = ((1.0, 0.2), (1.6, 0.4))
"""Factor of SIDE and minimum mean confidence of each pass. The second pass, run if the first finds
nobody, is for small people; it also finds people in birds, but with less confidence."""
LONGEST = 1536
"""Maximum longer side in pixels, to which a panorama is scaled so that it fits into memory."""
FINER = 4
"""Upsampling factor of the maps before the search for peaks."""
MIDDLE = 128
SCALE = 256.0


class PoseAnnotator:
    """Finds people and draws their skeletons as the public pose ControlNets expect.

    ``side`` is the length in pixels to which the picture's shorter side is scaled: a longer one
    finds smaller people and takes longer.
    """

    def __init__(self, side: int = SIDE) -> None:
        self.side = min(max(64, side), LONGEST)

    def find(self, image: Pixels, progress: Progress) -> Poses:
        """Return the people in an (h, w, 3) uint8 sRGB picture, best first, in its pixels.

        A joint's third number is its confidence, 0..1; 0 if it was not found. The result may have
        no people. StudioError if the weights are missing or damaged; can be cancelled between two
        layers of the network.
        """
        progress.report(0.0, TEXT)
        height, width = image.shape[:2]
        if not width or not height:
            return Poses(width, height, ())
        network = load_network()
        progress.report(0.1, TEXT)
        people: tuple[Joints, ...] = ()
        for number, (factor, least) in enumerate(LOOKS):
            part = progress.sub(0.1 + 0.9 * number / len(LOOKS), 0.9 / len(LOOKS))
            people = people or _look(network, image, round(self.side * factor), least, part)
        progress.report(1.0, TEXT)
        return Poses(width, height, people)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 skeletons of a picture, as found by ``find``.

        Only visible joints are drawn; if nobody is found, a default figure in the middle.
        """
        return drawn_poses(self.find(image, progress))


def load_network() -> OpenPoseNetwork:
    """Return the network with its weights, in eval mode; StudioError if missing or damaged."""
    path = asset_path(POSE_ASSET)
    network = OpenPoseNetwork()
    try:
        network.load_state_dict(load_file(path), strict=True)
    except (OSError, SafetensorError, RuntimeError) as error:
        raise damaged_asset(POSE_ASSET) from error
    return network.float().eval()


def _look(
    network: OpenPoseNetwork, image: Pixels, side: int, least: float, progress: Progress
) -> tuple[Joints, ...]:
    """Return the people found in a picture whose shorter side is scaled to ``side``."""
    height, width = image.shape[:2]
    factor = min(side / min(width, height), LONGEST / max(width, height))
    seen_width, seen_height = max(1, round(width * factor)), max(1, round(height * factor))
    heat, fields = _maps(network, _seen(image, seen_width, seen_height), progress)
    cell = STRIDE / FINER
    factors = (width * cell / seen_width, height * cell / seen_height)
    return tuple(_in_pixels(people_of(heat, fields, least), factors, width, height))


def _seen(image: Pixels, width: int, height: int) -> torch.Tensor:
    """Return the picture as network input, (1, 3, h, w), padded to its stride."""
    smaller = width * height < image.shape[0] * image.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_CUBIC
    resized = cv2.resize(image, (width, height), interpolation=way)
    grey = (MIDDLE, MIDDLE, MIDDLE)
    filled = cv2.copyMakeBorder(
        resized, 0, -height % STRIDE, 0, -width % STRIDE, cv2.BORDER_CONSTANT, value=grey
    )
    # The weights were trained on OpenCV's channel order, blue first.
    levels = (filled[:, :, ::-1].astype(np.float32) - MIDDLE) / SCALE
    return torch.from_numpy(np.ascontiguousarray(levels.transpose(2, 0, 1)))[None]


def _maps(
    network: OpenPoseNetwork, seen: torch.Tensor, progress: Progress
) -> tuple[Maps, Maps]:  # fmt: skip
    """Return confidence and fields of the last stage, upsampled by FINER."""
    with torch.inference_mode(), cancellable(network, progress):
        for number, pair in enumerate(network.stages(seen)):
            maps = torch.cat(pair, dim=1)
            progress.report(0.4 + 0.5 * number / REFINEMENTS, TEXT)
        fine = torch.nn.functional.interpolate(maps, scale_factor=FINER, mode="bicubic")
    both = np.asarray(fine[0].numpy(), np.float32)
    return both[:HEATMAPS], both[HEATMAPS:]


def _in_pixels(
    people: Iterable[Joints], factors: tuple[float, float], width: int, height: int
) -> Iterable[Joints]:
    """Yield people of the maps in the picture's pixels, clipped to the picture's edges."""
    last = np.array((width - 1, height - 1), np.float32)
    for person in people:
        made = person.copy()
        # Both grids have the centre of their first cell at 0, and share the edge half a cell away.
        places = (person[:, :2] + 0.5) * np.array(factors, np.float32) - 0.5
        made[:, :2] = np.where(person[:, 2:] > 0, np.clip(places, 0, last), 0)
        yield made
