"""Detectors of controlnet-aux with weights from a folder that the artist chooses.

HED (Xie and Tu 2015), PiDiNet (Su et al. 2021), line art (Chan et al. 2022), MiDaS (Ranftl et al.
2020) and OpenPose (Cao et al. 2017). The networks and their pre- and postprocessing are the
library's; its ``from_pretrained`` is not used, as it would download a pickle and run its code.

They run on the CPU, which takes seconds and leaves the GPU's memory to the diffusion model, and
are released afterwards.

(Not called aux.py: Windows reserves that name for a device.)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import cv2
import numpy as np

from studio.catalog.detectors import DETECTORS, find_weights
from studio.control_maps.edges import enlarge_lines
from studio.control_maps.openpose import Poses
from studio.control_maps.pose import JOINTS, Joints
from studio.core.progress import Progress
from studio.edit.request import Pixels
from studio.engine.annotators.base import drawn_poses
from studio.engine.annotators.detector_weights import load_network, quiet_library
from studio.engine.cancelling import cancellable

SIDE = 512
"""The shorter side of the detectors' input in pixels, as for the public ControlNets."""
LEAST, MOST = 64, 2048
LONGEST = 4
"""A panorama's longer side is at most this many times the wanted shorter side."""
MULTIPLE = 64
LOAD_TEXT = "Loading the detector"
RUN_TEXT = "Analysing the picture"


class DetectorAnnotator:
    """Makes control images with the detector ``name``, a key of ``catalog.detectors.DETECTORS``.

    ``folder`` contains its weights; ``side`` is the length in pixels to which the picture's shorter
    side is scaled before detection.
    """

    def __init__(self, name: str, folder: str = "", side: int = SIDE) -> None:
        self.name = name
        self.folder = folder
        self.side = min(max(LEAST, int(side)), MOST)

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 control image of an (h, w, 3) uint8 sRGB picture.

        StudioError if the weights are missing, damaged or those of another network. Can be
        cancelled between two layers of the network.
        """
        made: Pixels = self._run(image, NETWORKS[self.name].run, progress)
        return enlarge_lines(made, image.shape[1], image.shape[0])

    def _run(self, image: Pixels, run: Callable[[Any, Pixels], Any], progress: Progress) -> Any:
        progress.report(0.0, LOAD_TEXT)
        path = find_weights(self.name, self.folder)
        row = NETWORKS[self.name]
        network = load_network(row.build, path, DETECTORS[self.name].label, row.rename)
        progress.report(0.4, RUN_TEXT)
        # A detector that finds nothing divides 0 by 0 when it normalises its output.
        quiet = np.errstate(invalid="ignore", divide="ignore")
        with quiet, cancellable(network, progress):
            made = run(network, _fitted(image, self.side))
        progress.report(1.0, RUN_TEXT)
        return made


class PoseDetectorAnnotator(DetectorAnnotator):
    """Finds people with OpenPose's own body network."""

    def find(self, image: Pixels, progress: Progress) -> Poses:
        """Return the people in an (h, w, 3) uint8 sRGB picture, in its pixels; see ``annotate``."""
        height, width = image.shape[:2]
        seen_height, seen_width = _fitted(image, self.side).shape[:2]
        people: list[Joints] = self._run(image, _people, progress)
        factor = np.array((width / seen_width, height / seen_height), np.float32)
        for person in people:
            # Pixel centres are half a pixel from the corner in both pictures.
            places = (person[:, :2] + 0.5) * factor - 0.5
            person[:, :2] = np.where(person[:, 2:] > 0, places, 0)
        return Poses(width, height, tuple(people))

    def annotate(self, image: Pixels, progress: Progress) -> Pixels:
        """Return the (h, w, 3) uint8 skeletons of a picture, a default figure if none is found."""
        return drawn_poses(self.find(image, progress))


pidinet = partial(DetectorAnnotator, "pidinet")
pidinet_scribble = partial(DetectorAnnotator, "pidinet-scribble")
hed = partial(DetectorAnnotator, "hed")
hed_scribble = partial(DetectorAnnotator, "hed-scribble")
lineart = partial(DetectorAnnotator, "aux-lineart")
lineart_coarse = partial(DetectorAnnotator, "aux-lineart-coarse")
midas = partial(DetectorAnnotator, "midas")
openpose = partial(PoseDetectorAnnotator, "aux-openpose")


@dataclass(frozen=True, slots=True)
class Network:
    """Builds a network, and runs it on (h, w, 3) uint8 with sides that are multiples of 64.

    ``rename``: the published file lacks the first part of each weight's name.
    """

    build: Callable[[], Any]
    run: Callable[[Any, Pixels], Any]
    rename: bool = False


def _fitted(image: Pixels, side: int) -> Pixels:
    """Return a picture scaled to a detector's input size, its sides multiples of 64."""
    height, width = image.shape[:2]
    factor = min(side / min(height, width), LONGEST * side / max(height, width))
    size = tuple(max(1, round(length * factor / MULTIPLE)) * MULTIPLE for length in (width, height))
    way = cv2.INTER_AREA if factor < 1 else cv2.INTER_LANCZOS4
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)


def _sizes(image: Pixels) -> dict[str, Any]:
    """Return arguments with which the library's detectors keep the size as it is."""
    shorter = min(image.shape[:2])
    return {"detect_resolution": shorter, "image_resolution": shorter, "output_type": "np"}


def _build_pidinet() -> Any:
    from controlnet_aux.pidi.model import pidinet as network

    return network()


def _run_pidinet(network: Any, image: Pixels, scribble: bool = False) -> Pixels:
    with quiet_library():
        from controlnet_aux.pidi import PidiNetDetector
    made: Pixels = PidiNetDetector(network)(image, scribble=scribble, **_sizes(image))
    return made


def _build_hed() -> Any:
    from controlnet_aux.hed import ControlNetHED_Apache2

    return ControlNetHED_Apache2()


def _run_hed(network: Any, image: Pixels, scribble: bool = False) -> Pixels:
    with quiet_library():
        from controlnet_aux.hed import HEDdetector
    made: Pixels = HEDdetector(network)(image, scribble=scribble, **_sizes(image))
    return made


def _build_lineart() -> Any:
    from controlnet_aux.lineart import Generator

    return Generator(3, 1, 3)


def _run_lineart(network: Any, image: Pixels) -> Pixels:
    with quiet_library():
        from controlnet_aux.lineart import LineartDetector
    made: Pixels = LineartDetector(network, None)(image, **_sizes(image))
    return made


def _build_midas() -> Any:
    from controlnet_aux.midas.midas.dpt_depth import DPTDepthModel

    return DPTDepthModel(path=None, backbone="vitb_rn50_384", non_negative=True)


def _run_midas(network: Any, image: Pixels) -> Pixels:
    with quiet_library():
        from controlnet_aux.midas import MidasDetector
    made: Pixels = MidasDetector(network)(image, **_sizes(image))
    # The library keeps the last features in a global; they would stay in memory.
    network.pretrained.activations.clear()
    return made


def _build_openpose() -> Any:
    from controlnet_aux.open_pose.model import bodypose_model

    return bodypose_model()


def _people(network: Any, image: Pixels) -> list[Joints]:
    """Return people, each (18, 3) float32 of x, y and score, in pixels of (h, w, 3) uint8 sRGB."""
    with quiet_library():
        from controlnet_aux.open_pose.body import Body
    # Its __init__ would load a pickle.
    body = Body.__new__(Body)
    body.model = network
    candidates, people = body(np.ascontiguousarray(image[:, :, ::-1]))
    found: list[Joints] = []
    for result in Body.format_body_result(candidates, people):
        person = np.zeros((len(JOINTS), 3), np.float32)
        for joint, point in enumerate(result.keypoints):
            if point is not None:
                person[joint] = point.x, point.y, min(max(point.score, 1e-3), 1.0)
        found.append(person)
    return found


NETWORKS: Mapping[str, Network] = {
    "pidinet": Network(_build_pidinet, _run_pidinet),
    "pidinet-scribble": Network(_build_pidinet, partial(_run_pidinet, scribble=True)),
    "hed": Network(_build_hed, _run_hed),
    "hed-scribble": Network(_build_hed, partial(_run_hed, scribble=True)),
    "aux-lineart": Network(_build_lineart, _run_lineart),
    "aux-lineart-coarse": Network(_build_lineart, _run_lineart),
    "midas": Network(_build_midas, _run_midas),
    "aux-openpose": Network(_build_openpose, _people, rename=True),
}
"""Detector id -> network; the same ids as in the catalog."""
