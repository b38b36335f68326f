"""Draws simple jointed people whose skeletons, clothes and parts are known exactly."""

from dataclasses import dataclass

import cv2
import numpy as np

from starter_recipe.scenes import COLOURS, Floats, Pixels
from studio.control_maps.pose import JOINTS

ACTIONS = ("standing", "waving", "arms up", "walking", "running", "sitting", "pointing", "jumping")
SKIN = ((255, 219, 182), (240, 190, 150), (204, 146, 104), (150, 98, 66), (96, 60, 42))
HAIR = ((40, 30, 28), (92, 58, 36), (188, 140, 72), (236, 204, 120), (176, 72, 40), (190, 190, 196))
CLOTHES = tuple(name for name in COLOURS if name not in ("turquoise", "brown"))
SHOES = (52, 46, 50)
CANVAS = 256


@dataclass(frozen=True)
class Person:
    """What someone looks like and does; colours of clothes are names of COLOURS."""

    kind: str
    action: str
    top: str
    bottom: str
    skirt: bool
    skin: int
    hair: int
    long_hair: bool


@dataclass(frozen=True)
class Figure:
    """A drawn person: (256, 256, 4) uint8 premultiplied, joints (18, 3) x, y in pixels and 1 or 0.

    A joint that lies behind the head or outside the frame has 0 as its third number.
    """

    sprite: Pixels
    joints: Floats


def draw_person(rng: np.random.Generator, person: Person, flat: bool = False) -> Figure:
    """Draw a person in a random pose of their action; child and adult differ in proportions."""
    points, turned = _pose(rng, person)
    canvas = _Canvas(flat)
    _paint(canvas, person, points)
    joints = np.ones((len(JOINTS), 3), np.float32)
    joints[:, :2] = points
    hidden = ("left eye", "left ear") if turned < 0 else ("right eye", "right ear")
    if abs(turned) > 0.5:
        for name in hidden:
            joints[JOINTS.index(name), 2] = 0
    outside = ((points < 0) | (points >= CANVAS)).any(axis=1)
    joints[outside, 2] = 0
    return Figure(canvas.pixels(), joints)


def random_person(rng: np.random.Generator) -> Person:
    """Draw someone at random; every kind, action and colour is equally likely."""
    kind = ("man", "woman", "boy", "girl")[int(rng.integers(4))]
    female = kind in ("woman", "girl")
    top, bottom = (CLOTHES[int(i)] for i in rng.integers(0, len(CLOTHES), 2))
    return Person(
        kind=kind,
        action=ACTIONS[int(rng.integers(len(ACTIONS)))],
        top=top,
        bottom=bottom,
        skirt=bool(female and rng.random() < 0.5),
        skin=int(rng.integers(len(SKIN))),
        hair=int(rng.integers(len(HAIR))),
        long_hair=bool(female and rng.random() < 0.8),
    )


# Angles in degrees from straight down, positive to the picture's right: thigh and shin, upper arm
# and forearm, for the figure's right side (the picture's left) and its left side.
_ARMS = {
    "standing": ((-14, -8), (14, 8)),
    "waving": ((-14, -8), (120, 175)),
    "arms up": ((-150, -172), (150, 172)),
    "walking": ((-30, -18), (32, 48)),
    "running": ((-48, 40), (50, 130)),
    "sitting": ((-18, 20), (18, -20)),
    "pointing": ((-16, -8), (92, 92)),
    "jumping": ((-128, -150), (128, 150)),
}
_LEGS = {
    "standing": ((-4, -2), (4, 2)),
    "waving": ((-5, -2), (5, 2)),
    "arms up": ((-6, -3), (6, 3)),
    "walking": ((-22, -30), (24, 8)),
    "running": ((-34, -86), (48, 6)),
    "sitting": ((-64, 0), (64, 0)),
    "pointing": ((-6, -3), (6, 3)),
    "jumping": ((-40, 22), (40, -22)),
}


def _pose(rng: np.random.Generator, person: Person) -> tuple[Floats, float]:
    child = person.kind in ("boy", "girl")
    arms, legs = _ARMS[person.action], _LEGS[person.action]
    if rng.random() < 0.5:  # mirrored: the sides change places
        arms = tuple((-a, -b) for a, b in reversed(arms))  # type: ignore[assignment]
        legs = tuple((-a, -b) for a, b in reversed(legs))  # type: ignore[assignment]
    free = 10.0
    lean = rng.normal(0, 4)
    head, torso, thigh, shin = (44.0, 62.0, 46.0, 46.0) if not child else (48.0, 48.0, 32.0, 32.0)
    arm, forearm = (34.0, 32.0) if not child else (26.0, 24.0)
    wide, hips = (21.0, 12.0) if not child else (16.0, 10.0)
    place = {"neck": np.zeros(2, np.float32)}
    down = _step(lean, torso)
    for side, sign in (("right", -1), ("left", 1)):
        place[f"{side} shoulder"] = _off(place["neck"], sign * wide, 5.0)
        place[f"{side} hip"] = _off(place["neck"] + down, sign * hips, 0.0)
    for index, side in enumerate(("right", "left")):
        for (upper, lower), (first, second), names in (
            (arms[index], (arm, forearm), ("shoulder", "elbow", "wrist")),
            (legs[index], (thigh, shin), ("hip", "knee", "ankle")),
        ):
            start = place[f"{side} {names[0]}"]
            middle = start + _step(upper + rng.normal(0, free), first)
            place[f"{side} {names[1]}"] = middle
            place[f"{side} {names[2]}"] = middle + _step(lower + rng.normal(0, free), second)
    turned = float(np.clip(rng.normal(0, 0.45), -1, 1))
    centre = place["neck"] + _step(180 + rng.normal(0, 6), head * 0.62)
    face = _off(centre, turned * head * 0.16, 0.0)
    place["nose"] = _off(face, turned * 3, head * 0.08)
    for side, sign in (("right", -1), ("left", 1)):
        place[f"{side} eye"] = _off(face, sign * head * 0.16, -head * 0.04)
        place[f"{side} ear"] = _off(centre, sign * head * 0.42 - turned * 3, 0.0)
    points = np.array([place[name] for name in JOINTS], np.float32)
    return _fitted(points, head), turned


def _step(degrees: float, length: float) -> Floats:
    angle = np.radians(degrees)
    return np.array([np.sin(angle) * length, np.cos(angle) * length], np.float32)


def _off(point: Floats, across: float, down: float) -> Floats:
    return np.asarray(point + np.array([across, down]), np.float32)


def _fitted(points: Floats, head: float) -> Floats:
    """Scale and move joints so that the whole figure fits the canvas with a margin."""
    margin = head * 0.6
    low, high = points.min(axis=0) - margin, points.max(axis=0) + margin * 0.7
    scale = min(1.15, float((CANVAS - 8) / (high - low).max()))
    middle = (low + high) / 2
    return np.asarray((points - middle) * scale + CANVAS / 2, np.float32)


class _Canvas:
    """Lays shapes over each other, each rounded by a light from the upper left."""

    def __init__(self, flat: bool) -> None:
        self.flat = flat
        self.colour = np.zeros((CANVAS, CANVAS, 3), np.float32)
        self.alpha = np.zeros((CANVAS, CANVAS), np.float32)

    def put(self, mask: Pixels, colour: tuple[int, int, int]) -> None:
        """Lay a shape (256, 256) uint8 of one colour over what is there."""
        x, y, width, height = cv2.boundingRect(mask)
        rows = slice(max(0, y - 6), y + height + 6)
        columns = slice(max(0, x - 6), x + width + 6)
        mask = np.ascontiguousarray(mask[rows, columns])
        if not mask.size:
            return
        cover = cv2.GaussianBlur(mask, (0, 0), 0.7).astype(np.float32)[..., None] / 255
        paint = np.asarray(colour, np.float32) * self._light(mask)
        under = self.colour[rows, columns]
        self.colour[rows, columns] = under * (1 - cover) + np.clip(paint, 0, 255) * cover
        behind = self.alpha[rows, columns]
        self.alpha[rows, columns] = behind + cover[..., 0] * (1 - behind)

    def _light(self, mask: Pixels) -> Floats:
        if self.flat or not mask.any():
            return np.ones((1, 1, 1), np.float32)
        depth = cv2.distanceTransform(mask, cv2.DIST_L2, 3)
        inner = 1 - np.clip(depth / max(1.0, float(depth.max())), 0, 1)
        height = cv2.GaussianBlur(np.sqrt(1 - inner**2) * depth.max(), (0, 0), 2.0)
        across = cv2.Sobel(height, cv2.CV_32F, 1, 0, scale=0.25)
        down = cv2.Sobel(height, cv2.CV_32F, 0, 1, scale=0.25)
        length = np.sqrt(across**2 + down**2 + 1)
        light = (0.45 * across + 0.62 * down + 0.64) / length
        return np.asarray(0.62 + 0.5 * np.clip(light, 0, 1), np.float32)[..., None]

    def pixels(self) -> Pixels:
        """Return the drawing (256, 256, 4) uint8, colour multiplied by alpha."""
        # Shapes were laid over black, so that the colours are multiplied by alpha already.
        rgba = np.dstack([np.minimum(self.colour, self.alpha[..., None] * 255), self.alpha * 255])
        return np.asarray(np.clip(np.rint(rgba), 0, 255), np.uint8)


def _paint(canvas: _Canvas, person: Person, points: Floats) -> None:
    at = {name: points[i] for i, name in enumerate(JOINTS)}
    size = float(np.linalg.norm(at["right shoulder"] - at["left shoulder"]))
    skin, hair = SKIN[person.skin], HAIR[person.hair]
    top = COLOURS[person.top]
    bottom = top if person.skirt else COLOURS[person.bottom]
    head = (at["right ear"] + at["left ear"]) / 2
    across = float(np.linalg.norm(at["right ear"] - at["left ear"])) / 2
    if person.long_hair:
        canvas.put(_oval(_off(head, 0, across * 0.55), across * 1.18, across * 1.5), hair)
    legs = skin if person.skirt else bottom
    for side in ("right", "left"):
        canvas.put(_limb(at, side, ("hip", "knee", "ankle"), size * 0.33), legs)
        canvas.put(_oval(_off(at[f"{side} ankle"], 0, size * 0.06), size * 0.2, size * 0.14), SHOES)
    hips = [_off(at["right hip"], -size * 0.12, 0), _off(at["left hip"], size * 0.12, 0)]
    if person.skirt:
        reach = _off((at["left hip"] - at["right hip"]) * 0.4, size * 0.18, 0)
        low = (at["right knee"] + at["left knee"]) / 2 - (at["right hip"] + at["left hip"]) / 2
        hem = [hips[1] + reach + low * 0.75, hips[0] - reach + low * 0.75]
        canvas.put(_shape([*hips, *hem], size * 0.1), bottom)
    else:
        canvas.put(
            _shape([*hips, _off(hips[1], 0, size * 0.2), _off(hips[0], 0, size * 0.2)], 4), bottom
        )
    canvas.put(_shape([at["neck"], _off(at["neck"], 0, -size * 0.28)], size * 0.26), skin)
    shoulders = [at["right shoulder"], at["left shoulder"]]
    canvas.put(_shape([*shoulders, hips[1], hips[0]], size * 0.22), top)
    for side in ("right", "left"):
        canvas.put(_limb(at, side, ("shoulder", "elbow", "wrist"), size * 0.25), skin)
        canvas.put(_shape([at[f"{side} shoulder"], at[f"{side} elbow"]], size * 0.29), top)
        canvas.put(_oval(at[f"{side} wrist"], size * 0.17, size * 0.17), skin)
    _paint_head(canvas, person, at, head, across)


def _paint_head(
    canvas: _Canvas, person: Person, at: dict[str, Floats], head: Floats, across: float
) -> None:
    skin, hair = SKIN[person.skin], HAIR[person.hair]
    canvas.put(_oval(head, across, across * 1.12), skin)
    cap = _oval(_off(head, 0, -across * 0.3), across * 1.08, across * 0.95)
    face = np.asarray((at["right eye"] + at["left eye"]) / 2, np.float32)
    cap[_oval(_off(face, 0, across * 0.62), across * 0.9, across * 0.95) > 0] = 0
    canvas.put(cap, hair)
    for name in ("right eye", "left eye"):
        canvas.put(_oval(at[name], across * 0.11, across * 0.15), (36, 30, 34))
    smile = np.zeros((CANVAS, CANVAS), np.uint8)
    middle = _off(at["nose"], 0, across * 0.3)
    cv2.ellipse(smile, _whole(middle), _whole((across * 0.28, across * 0.18)), 0, 20, 160, 255, 2)
    canvas.put(smile, (150, 70, 66))


def _limb(at: dict[str, Floats], side: str, names: tuple[str, ...], width: float) -> Pixels:
    return _shape([at[f"{side} {name}"] for name in names], width, closed=False)


def _shape(points: list[Floats], width: float, closed: bool = True) -> Pixels:
    """Return (256, 256) uint8, 255 inside a polygon (or along a line) with rounded corners."""
    mask = np.zeros((CANVAS, CANVAS), np.uint8)
    corners = np.rint(np.array(points)).astype(np.int32)
    if closed and len(points) > 2:
        cv2.fillPoly(mask, [corners], 255)
    cv2.polylines(mask, [corners], closed, 255, max(1, round(width)), cv2.LINE_AA)
    return mask


def _oval(centre: Floats, across: float, down: float) -> Pixels:
    mask = np.zeros((CANVAS, CANVAS), np.uint8)
    cv2.ellipse(mask, _whole(centre), _whole((across, down)), 0, 0, 360, 255, -1, cv2.LINE_AA)
    return mask


def _whole(pair: Floats | tuple[float, float]) -> tuple[int, int]:
    return max(-CANVAS, round(float(pair[0]))), max(-CANVAS, round(float(pair[1])))
