"""A ComfyUI graph as A1111's text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from studio.document.io.comfy import comfy_parameters
from studio.document.io.describe import describe
from studio.document.io.parameters import parse_parameters

GRAPH = {
    "3": {
        "class_type": "KSampler",
        "inputs": {
            "seed": 1125899906842624, "steps": 25, "cfg": 6.5, "sampler_name": "dpmpp_2m",
            "scheduler": "karras", "denoise": 1.0, "model": ["10", 0], "positive": ["6", 0],
            "negative": ["7", 0], "latent_image": ["5", 0],
        },
    },
    "4": {"class_type": "CheckpointLoaderSimple", "inputs": {"ckpt_name": "sd\\ink v2.ckpt"}},
    "5": {"class_type": "EmptyLatentImage", "inputs": {"width": 512, "height": 768}},
    "6": {"class_type": "CLIPTextEncode", "inputs": {"text": "a lake, (boat:1.2)\nat dawn"}},
    "7": {"class_type": "CLIPTextEncode", "inputs": {"text": ["8", 0], "clip": ["4", 1]}},
    "8": {"class_type": "PrimitiveString", "inputs": {"value": "blurry"}},
    "9": {"class_type": "SaveImage", "inputs": {"images": ["3", 0]}},
}  # fmt: skip


def changed(**inputs: object) -> dict[str, object]:
    sampler = {"class_type": "KSampler", "inputs": {**GRAPH["3"]["inputs"], **inputs}}  # type: ignore[dict-item]
    return {**GRAPH, "3": sampler}


def test_the_samplers_inputs_are_found() -> None:
    assert parse_parameters(comfy_parameters(json.dumps(GRAPH))) == {
        "Prompt": "a lake, (boat:1.2)\nat dawn",
        "Negative prompt": "blurry",
        "Steps": "25",
        "Sampler": "DPM++ 2M",
        "Schedule type": "Karras",
        "CFG scale": "6.5",
        "Seed": "1125899906842624",
        "Size": "512x768",
        "Model": "ink v2",
    }


def test_a_chain_of_conditionings_and_a_seed_of_its_own_are_followed() -> None:
    graph = changed(positive=["11", 0], seed=["12", 0], denoise=0.4)
    graph["11"] = {"class_type": "ControlNetApply", "inputs": {"conditioning": ["6", 0]}}
    graph["12"] = {"class_type": "PrimitiveInt", "inputs": {"value": 7}}
    found = parse_parameters(comfy_parameters(json.dumps(graph)))
    assert found["Prompt"].startswith("a lake") and found["Seed"] == "7"
    assert found["Denoising strength"] == "0.4"


@pytest.mark.parametrize(
    "text",
    [
        "", "[]", "{", "null", '{"3": 4}', '{"3": {"class_type": "KSampler", "inputs": []}}',
        json.dumps({"9": GRAPH["9"]}), "[" * 5000,
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_nothing(text: str) -> None:
    assert comfy_parameters(text) == ""


def test_a_circle_ends() -> None:
    graph = changed(positive=["20", 0], seed=["21", 0])
    graph["20"] = {"class_type": "ConditioningZeroOut", "inputs": {"conditioning": ["20", 0]}}
    graph["21"] = {"class_type": "PrimitiveInt", "inputs": {"value": ["21", 0]}}
    found = parse_parameters(comfy_parameters(json.dumps(graph)))
    assert found["Prompt"] == "" and "Seed" not in found


def test_info_shows_it(tmp_path: Path) -> None:
    info = PngInfo()
    info.add_text("prompt", json.dumps(GRAPH))
    Image.new("RGB", (9, 9)).save(tmp_path / "a.png", pnginfo=info)
    found = describe(tmp_path / "a.png")["metadata"]
    assert found["settings"]["Sampler"] == "DPM++ 2M" and found["settings"]["Seed"].startswith("11")
