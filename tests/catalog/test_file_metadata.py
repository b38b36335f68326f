"""What trainers and sites write into files, and what they write wrong."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from corpus_files import write_safetensors

from studio.catalog.recognise import metadata
from studio.catalog.recognise.metadata import about, claimed_family, claimed_prediction, thumbnail
from studio.core.errors import StudioError

JPEG = b"\xff\xd8\xff\xe0picture"


def test_a_thumbnail_is_returned_as_it_was_stored(tmp_path: Path) -> None:
    url = "data:image/jpeg;base64," + base64.b64encode(JPEG).decode()
    path = write_safetensors(
        tmp_path / "a.safetensors", {"w": (2,)}, metadata={"modelspec.thumbnail": url}
    )
    assert thumbnail(path) == JPEG
    for value in (
        "",
        "data:image/jpeg;base64,%%%",
        "https://example.org/a.jpg",
        "data:text/html,x",
    ):
        write_safetensors(path, {"w": (2,)}, metadata={"modelspec.thumbnail": value})
        assert thumbnail(path) == b""
    path.write_bytes(b"short")
    with pytest.raises(StudioError):
        thumbnail(path)


@pytest.mark.parametrize(
    "text, expected",
    [("512", (512, 512)), ("(768, 512)", (768, 512)), ("1024x1024", (1024, 1024)),
     ("[512, 640]", (512, 640)), ("", (0, 0)), ("large", (0, 0)), ("-5", (0, 0)),
     ("9" * 50, (0, 0))],
)  # fmt: skip
def test_resolutions_of_every_spelling(text: str, expected: tuple[int, int]) -> None:
    assert about({"ss_resolution": text}).resolution == expected


@pytest.mark.parametrize(
    "tags", ["", "[]", "3", "{broken", '{"a": 3}', '{"a": {"x": "y"}}', '{"a": {"": 4}}',
             "[" * 100000],
)  # fmt: skip
def test_damaged_tags_are_no_trigger_words(tags: str) -> None:
    assert about({"ss_tag_frequency": tags}).trigger_words == ()


def test_the_most_frequent_tags_come_first_and_not_too_many() -> None:
    tags = {"10_me": {f"tag {number}": number for number in range(50)}}
    words = about({"ss_tag_frequency": json.dumps(tags)}).trigger_words
    assert words[:2] == ("tag 49", "tag 48")
    assert len(words) == metadata.MOST_WORDS


@pytest.mark.parametrize(
    "values, family",
    [
        ({"modelspec.architecture": "stable-diffusion-xl-v1-base/lora"}, "stable_diffusion_xl"),
        ({"modelspec.architecture": "stable-diffusion-v1/lora"}, "stable_diffusion"),
        ({"modelspec.architecture": "stable-diffusion-3-medium"}, "stable_diffusion_3"),
        ({"modelspec.architecture": "flux-1-dev/lora"}, "flux"),
        ({"modelspec.architecture": "Flux.2-dev"}, "flux_2"),
        ({"ss_base_model_version": "sdxl_base_v1-0"}, "stable_diffusion_xl"),
        ({"ss_base_model_version": "sd_v1"}, "stable_diffusion"),
        ({"ss_base_model_version": "flux1"}, "flux"),
        ({"ss_v2": "True"}, "stable_diffusion"),
        ({"modelspec.architecture": "my-own"}, ""),
        ({}, ""),
    ],
)
def test_the_family_that_metadata_claims(values: dict[str, str], family: str) -> None:
    assert claimed_family(values)[0] == family


def test_the_prediction_type_that_metadata_claims() -> None:
    assert claimed_prediction({"modelspec.prediction_type": "v"}) == "v_prediction"
    assert claimed_prediction({"modelspec.prediction_type": "epsilon"}) == "epsilon"
    assert claimed_prediction({"modelspec.architecture": "stable-diffusion-v2-768-v"}) == (
        "v_prediction"
    )
    assert claimed_prediction({"ss_v_parameterization": "True"}) == "v_prediction"
    assert claimed_prediction({"modelspec.prediction_type": "?"}) == ""
