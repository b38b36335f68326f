"""Files that steer an edit: maps of any mode, skeletons, references; broken ones are sentences."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from studio.control_maps.openpose import Poses, write_poses
from studio.control_maps.pose_edit import preset
from studio.core.errors import StudioError
from studio.core.geometry import Rect
from studio.document.control import control_layer, people_of
from studio.document.document import Document
from studio.document.layer import RasterLayer
from studio.document.raster import Raster
from studio.session.sources import (
    layer_rgb,
    load_control,
    load_reference,
    parse_control,
    parse_embedding,
    parse_lora,
    parse_reference,
)

DOCUMENT = Document(width=160, height=120)


def test_the_texts_of_the_command_line() -> None:
    control = parse_control("canny=maps/a.png:0.8")
    assert (control.word, control.path, control.number) == ("canny", Path("maps/a.png"), 0.8)
    assert parse_control("pose=C:\\me\\a.json").path == Path("C:\\me\\a.json")
    assert parse_control("depth=a.png").number == 1.0
    reference = parse_reference("a.png:0.5:subject")
    assert (reference.word, reference.path, reference.number) == ("subject", Path("a.png"), 0.5)
    assert parse_reference("a.png").word == "look"
    for wrong in ("canny", "canny=", "nothing=a.png", "canny=a.png:7", "=a.png"):
        with pytest.raises(StudioError):
            parse_control(wrong)
    with pytest.raises(StudioError):
        parse_reference("a.png:-1")


def test_the_texts_of_loras_and_embeddings() -> None:
    lora = parse_lora("a/style.safetensors:-0.8")
    assert (lora.kind, lora.path, lora.weight) == ("lora", "a/style.safetensors", -0.8)
    assert parse_lora("C:\\me\\a.safetensors").path == "C:\\me\\a.safetensors"
    assert (parse_lora("0.8").path, parse_lora("0.8").weight) == ("0.8", 1.0)
    word = parse_embedding("luna.pt:<luna>")
    assert (word.kind, word.path, dict(word.options)) == (
        "textual_inversion", "luna.pt", {"token": "<luna>"},
    )  # fmt: skip
    for path in ("luna.pt", "C:\\me\\luna.pt", "/tmp/a:b/luna.pt"):
        assert (parse_embedding(path).path, dict(parse_embedding(path).options)) == (path, {})
    for wrong in ("", "a.safetensors:3", "a.safetensors:nan"):
        with pytest.raises(StudioError):
            parse_lora(wrong)
    for wrong in ("", ":", ":<x>"):
        with pytest.raises(StudioError):
            parse_embedding(wrong)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGB", "RGBA", "P", "I;16"])
def test_a_map_of_any_mode_and_of_another_size_fits(tmp_path: Path, mode: str) -> None:
    levels = np.zeros((60, 80), np.uint8)
    levels[:, 40:] = 255
    image = Image.fromarray(levels)
    if mode == "I;16":
        image = Image.fromarray(levels.astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    image.save(tmp_path / "map.png")
    layer = load_control("depth", tmp_path / "map.png", DOCUMENT, 0.5)
    pixels = layer.raster.read(DOCUMENT.rect)
    assert layer.control.strength == 0.5
    assert not pixels[:, :75, :3].any() and (pixels[:, 85:] == 255).all()


def test_a_map_of_other_proportions_and_no_picture_are_sentences(tmp_path: Path) -> None:
    Image.new("RGB", (100, 100)).save(tmp_path / "square.png")
    with pytest.raises(StudioError, match="proportions"):
        load_control("depth", tmp_path / "square.png", DOCUMENT)
    (tmp_path / "no.png").write_bytes(b"no picture")
    for kind in ("depth", "pose"):
        with pytest.raises(StudioError):
            load_control(kind, tmp_path / "no.png", DOCUMENT)
    with pytest.raises(StudioError):
        load_control("pose", tmp_path / "missing.json", DOCUMENT)


def test_a_skeleton_is_scaled_from_its_canvas(tmp_path: Path) -> None:
    person = preset("standing", 0, 0, 60)
    (tmp_path / "a.json").write_text(write_poses(Poses(80, 60, (person,))), "utf-8")
    layer = load_control("pose", tmp_path / "a.json", DOCUMENT)
    (found,) = people_of(layer)
    assert np.allclose(found[:, :2], person[:, :2] * 2, atol=0.02)
    (tmp_path / "b.json").write_text(json.dumps({"people": []}), "utf-8")
    with pytest.raises(StudioError, match="no people"):
        load_control("pose", tmp_path / "b.json", DOCUMENT)


def test_a_reference_is_turned_upright_put_on_white_and_made_small(tmp_path: Path) -> None:
    pixels = np.zeros((40, 3000, 4), np.uint8)
    pixels[:, :1500] = (200, 0, 0, 255)
    image = Image.fromarray(pixels)
    exif = image.getexif()
    exif[0x0112] = 6
    image.save(tmp_path / "a.png", exif=exif)
    reference = load_reference(tmp_path / "a.png", 0.4, "subject")
    height, width = reference.image.shape[:2]
    assert height == 1024 and width < 20
    assert (reference.weight, reference.mode, reference.name) == (0.4, "subject", "a")
    assert (reference.image[:400] == (200, 0, 0)).all()
    assert (reference.image[-400:] == 255).all()
    Image.new("RGB", (1, 1)).save(tmp_path / "dot.png")
    assert load_reference(tmp_path / "dot.png").image.shape == (1, 1, 3)


def test_a_layer_alone_is_a_reference_without_what_lies_around_it() -> None:
    red = np.full((20, 30, 4), (255, 0, 0, 255), np.uint8)
    below = RasterLayer(raster=Raster.filled(Rect(0, 0, 160, 120), 255, 4))
    thing = RasterLayer(raster=Raster.from_array(red, 50, 60), visible=False)
    document = DOCUMENT.replace(layers=(below, thing))
    picture = layer_rgb(document, thing.id)
    assert picture is not None and picture.shape == (20, 30, 3)
    assert (picture == (255, 0, 0)).all()
    assert layer_rgb(document, "gone") is None


def test_a_control_layer_is_a_reference_as_it_looks_not_white() -> None:
    depth = control_layer("depth", np.full((120, 160, 3), 10, np.uint8), "depth")
    picture = layer_rgb(DOCUMENT.replace(layers=(depth,)), depth.id)
    assert picture is not None and (picture == 10).all()
