"""One file of the corpus: how it is written, and what recognition must answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from corpus_files import write_gguf, write_safetensors
from corpus_shapes import Shape, Shapes, under

ORIGINAL = "model.diffusion_model."


@dataclass(frozen=True)
class Case:
    """``expect`` are fields of the finding; "precision" the format's name, "says" a part of the
    refusal. ``shapes`` are made only when the file is written. ``form`` is "safetensors", "gguf" or
    the bytes of the file. ``beside`` are texts of other files in its folder, by name.
    """

    file: str
    shapes: Callable[[], Mapping[str, Shape]]
    expect: Mapping[str, Any]
    dtypes: str | Callable[[Mapping[str, Shape]], Mapping[str, str]] = "F16"
    metadata: Mapping[str, Any] = field(default_factory=dict)
    data: Mapping[str, bytes] = field(default_factory=dict)
    form: str | Callable[[], bytes] = "safetensors"
    beside: Mapping[str, str] = field(default_factory=dict)

    def write(self, folder: Path) -> Path:
        """Write the file below a folder and return its path."""
        path = folder / self.file
        path.parent.mkdir(parents=True, exist_ok=True)
        for name, text in self.beside.items():
            (path.parent / name).write_text(text, encoding="utf-8")
        if callable(self.form):
            path.write_bytes(self.form())
            return path
        shapes = self.shapes()
        if self.form == "gguf":
            kind = self.dtypes if isinstance(self.dtypes, str) else "Q4_K"
            return write_gguf(path, shapes, kind, self.metadata)
        dtypes = self.dtypes if isinstance(self.dtypes, str) else self.dtypes(shapes)
        return write_safetensors(path, shapes, dtypes, self.metadata, self.data)


def case_of(name: str, make: Callable[[], Mapping[str, Shape]], kind: str, **expect: Any) -> Case:
    """Return a case of a kind; what are no options of ``Case`` are fields of the finding."""
    options = {key: expect.pop(key) for key in ("dtypes", "metadata", "form", "beside", "suffix")
               if key in expect}  # fmt: skip
    suffix = options.pop("suffix", "safetensors")
    return Case(f"{name}.{suffix}", make, {"kind": kind, **expect}, **options)


def matrix_types(low: str, high: str = "BF16") -> Callable[[Mapping[str, Shape]], dict[str, str]]:
    """Return number formats in which only the matrices are low."""

    def types(shapes: Mapping[str, Shape]) -> dict[str, str]:
        return {name: low if len(shape) >= 2 else high for name, shape in shapes.items()}

    return types


def scaled(shapes: Mapping[str, Shape], end: str, marker: int = 0) -> Shapes:
    """Return the tensors with a scale beside each matrix, and ComfyUI's marker if wanted."""
    found: Shapes = {}
    for name, shape in shapes.items():
        found[name] = shape
        if len(shape) == 2 and name.endswith(".weight"):
            found[f"{name.removesuffix('.weight')}.{end}"] = ()
    if marker:
        found["scaled_fp8"] = (marker,)
    return found


def four_bits(shapes: Mapping[str, Shape], kind: str = "nf4") -> tuple[Shapes, dict[str, bytes]]:
    """Return tensors and notes as bitsandbytes packs every matrix; convolutions stay."""
    found: Shapes = {}
    data = {}
    for name, shape in shapes.items():
        if len(shape) != 2 or not name.endswith(".weight"):
            found[name] = shape
            continue
        total = shape[0] * shape[1]
        note = json.dumps({"quant_type": kind, "blocksize": 64, "shape": list(shape)}).encode()
        found[name] = (-(-total // 2), 1)
        found[f"{name}.absmax"] = (-(-total // 64),)
        found[f"{name}.quant_map"] = (16,)
        end = f"{name}.quant_state.bitsandbytes__{kind}"
        found[end] = (len(note),)
        data[end] = note
    return found, data


def four_bit_types(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """Return the number formats of the tensors of ``four_bits``."""

    def one(name: str) -> str:
        if f"{name}.absmax" in shapes or ".quant_state." in name:
            return "U8"
        return "F32" if name.endswith((".absmax", ".quant_map")) else "BF16"

    return {name: one(name) for name in shapes}


def halved(shapes: Mapping[str, Shape], layer_format: str) -> tuple[Shapes, dict[str, bytes]]:
    """Return the tensors with every matrix packed as ComfyUI does, and the notes as JSON."""
    found: Shapes = {}
    data = {}
    note = json.dumps({"format": layer_format}).encode()
    for name, shape in shapes.items():
        layer = name.removesuffix(".weight")
        if len(shape) != 2 or layer == name:
            found[name] = shape
            continue
        found[name] = (shape[0], shape[1] // 2)
        found[f"{layer}.weight_scale"] = (shape[0], shape[1] // 16)
        found[f"{layer}.weight_scale_2"] = ()
        found[f"{layer}.comfy_quant"] = (len(note),)
        data[f"{layer}.comfy_quant"] = note
    return found, data


def halved_types(shapes: Mapping[str, Shape]) -> dict[str, str]:
    """Return the number formats of the tensors of ``halved``."""

    def one(name: str) -> str:
        layer = name.removesuffix(".weight")
        if f"{layer}.comfy_quant" in shapes or name.endswith(".comfy_quant"):
            return "U8"
        if name.endswith(".weight_scale"):
            return "F8_E4M3"
        return "F32" if name.endswith(".weight_scale_2") else "BF16"

    return {name: one(name) for name in shapes}


def every_form(
    name: str,
    original: Callable[[], Shapes],
    expect: Mapping[str, Any],
    diffusers: Callable[[], Shapes] | None = None,
    architecture: str = "",
) -> Iterator[Case]:
    """Yield a main network in every form in which people have it.

    ``original`` and ``diffusers`` are its tensors without prefix under either names.
    ``architecture`` is that of its GGUF files, "" if there are none.
    """

    def prefixed() -> Shapes:
        return under(ORIGINAL, original())

    def case(label: str, shapes: Callable[[], Mapping[str, Shape]], **more: Any) -> Case:
        wanted = {**expect, **more.pop("expect", {})}
        return Case(f"{name}/{name}-{label}.safetensors", shapes, wanted, **more)

    fp8 = matrix_types("F8_E4M3")
    yield case("bf16", original, dtypes="BF16", expect={"precision": "BF16"})
    yield case("prefixed-fp16", prefixed, expect={"precision": "F16"})
    yield case("fp8", original, dtypes=fp8, expect={"precision": "F8_E4M3"})
    yield case(
        "fp8-e5m2", prefixed, dtypes=matrix_types("F8_E5M2"), expect={"precision": "F8_E5M2"}
    )
    yield case(
        "fp8-scaled",
        lambda: scaled(original(), "scale_weight", 2),
        dtypes=fp8,
        expect={"precision": "F8_E4M3", "scales": "scale_weight", "full_multiply": True},
    )
    yield case(
        "fp8-weight-scale",
        lambda: scaled(prefixed(), "weight_scale"),
        dtypes=fp8,
        expect={"precision": "F8_E4M3", "scales": "weight_scale"},
    )
    if diffusers is not None:
        yield case("diffusers", diffusers, dtypes="F32", expect={"precision": "F32"})
        yield case("diffusers-nf4", lambda: four_bits(diffusers())[0], dtypes=four_bit_types,
                   data=four_bits(diffusers())[1], expect={"precision": "nf4"})  # fmt: skip
    for kind in ("Q4_K", "Q8_0") if architecture else ():
        yield Case(
            f"{name}/{name}-{kind}.gguf",
            original,
            {**expect, "precision": kind},
            kind,
            {"general.architecture": architecture},
            form="gguf",
        )
