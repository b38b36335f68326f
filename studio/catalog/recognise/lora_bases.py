"""Recognition of the kind of model that a LoRA was made for, by its layers' names and shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalog.recognise.bases import BASES
from studio.catalog.recognise.lora_shapes import Roles, outputs, width

STARTER, SD1, SD2, SDXL = (BASES[text] for text in (256, 768, 1024, 2048))
SD3, FLUX, FLUX_2 = "Stable Diffusion 3", "Flux", "Flux.2"
QWEN, Z_IMAGE, LUMINA, CHROMA, KREA = "Qwen-Image", "Z-Image", "Lumina 2", "Chroma", "Krea 2"


@dataclass(frozen=True, slots=True)
class BaseRow:
    """One way to recognise the base: a layer whose name matches ``layers``, of input ``width``.

    ``bases`` are the kinds of model that have such a layer; None means any width. ``outputs`` is
    the width of its output likewise.
    """

    bases: tuple[str, ...]
    layers: re.Pattern[str]
    width: int | None = None
    outputs: int | None = None


_BLOCKS = re.compile(
    r"^(transformer\.|lora_transformer_|lora_unet_|diffusion_model\.|base_model\.model\.)?"
    r"transformer_blocks[._]"
)
_CROSS = re.compile(r"(attn2[._](processor\.)?to_[kv]|^unet:6)$")
"""A key or value projection of the cross attention. cloneofsimo's layout numbers the layers; the
seventh of each block is such a projection if the usual classes are counted."""
_KOHYA_TEXT = re.compile(r"^lora_te_.*self_attn")
_TEXT = re.compile(r"^(text_encoder|clip_l)(\..*self_attn|:0$)")
_UNET = r"((up|down|mid|input|output|middle)_blocks?[._])"
_SELF = re.compile(_UNET + r".*transformer_blocks[._][1-9]")
"""A second or later transformer block in a row, which only XL has."""
_LATE = re.compile(r"(up_blocks[._]0[._]attentions|output_blocks[._][0-2][._]1[._])")
"""Attention at the first level of the way up, where 1.x and 2.x have none."""
_FINE = re.compile(
    r"((down_blocks[._]0|up_blocks[._]3)[._]attentions|(input_blocks[._][12]|output_blocks[._](9|1[01]))[._]1[._])"
)
"""Attention at full resolution, where XL has none."""
_STREAM = re.compile(r"(^|[._])(layers|(noise|context)_refiner)[._]\d+[._](attention|feed_forward)")
_MLP = re.compile(r"double_blocks[._]\d+[._](img|txt)_mlp[._]0")
_SINGLE = re.compile(r"single_blocks[._]\d+[._]linear1")
_MANY = re.compile(_BLOCKS.pattern + r"(19|[2-9]\d)[._]")
"""A block that Flux does not have: it has nineteen with two streams, Qwen-Image sixty."""
_WAN = re.compile(r"^(diffusion_model\.|lora_unet_|transformer\.)?blocks[._]\d+[._].*attn")

ROWS: tuple[BaseRow, ...] = (
    BaseRow((KREA,), re.compile(r"(txtfusion|text_fusion)[._]")),
    BaseRow((CHROMA,), re.compile(r"distilled_guidance_layer[._]")),
    BaseRow((FLUX_2,), re.compile(r"(double|single)_stream_modulation|attn[._]to_qkv_mlp_proj")),
    *(BaseRow((FLUX_2,), re.compile(r"(double|single)_blocks[._]\d"), n) for n in (4096, 6144)),
    *(BaseRow((FLUX_2,), re.compile(r"single_transformer_blocks"), n) for n in (4096, 6144)),
    BaseRow((FLUX_2,), _MLP, 3072, 18432),
    BaseRow((FLUX_2,), _SINGLE, 3072, 27648),
    BaseRow((FLUX,), re.compile(r"(double|single)_blocks[._]\d|single_transformer_blocks")),
    BaseRow((SD3,), re.compile(r"joint_blocks[._]\d")),
    BaseRow((QWEN,), re.compile(_BLOCKS.pattern + r"\d+[._](img|txt)_(mlp|mod)")),
    BaseRow((QWEN,), _MANY, 3072),
    BaseRow((Z_IMAGE,), _STREAM, 3840),
    BaseRow((LUMINA,), _STREAM, 2304),
    BaseRow(("PixArt",), re.compile(_BLOCKS.pattern + r"\d+[._]attn[12]"), 1152),
    BaseRow((FLUX, QWEN), _BLOCKS, 3072),
    BaseRow((SD3,), _BLOCKS, 1536),
    BaseRow((SD3,), _BLOCKS, 2432),
    BaseRow(("DiT",), _BLOCKS),
    BaseRow(("Wan",), _WAN),
    BaseRow(("Stable Cascade",), re.compile(r"^lora_prior_unet_")),
    BaseRow((SDXL,), re.compile(r"^(lora_te[12]_|text_encoder_2\.|clip_g\.)")),
    *(BaseRow((name,), _CROSS, text) for text, name in BASES.items()),
    BaseRow(("?",), _CROSS),
    BaseRow((STARTER,), _KOHYA_TEXT, 256),
    BaseRow((SD1,), _KOHYA_TEXT, 768),
    BaseRow((SD2,), _KOHYA_TEXT, 1024),
    # In diffusers, XL's first text encoder has the name of 1.x's only one, and it is the same.
    BaseRow((STARTER,), _TEXT, 256),
    BaseRow((SD1, SDXL), _TEXT, 768),
    BaseRow((SD2,), _TEXT, 1024),
    # Sliders that change self attention only.
    *(BaseRow((SDXL,), _SELF, width) for width in (640, 1280)),
    BaseRow((SDXL,), _LATE, 1280),
    BaseRow((SD1, SD2), _FINE, 320),
)
"""The first row with a matching layer decides. Another kind of model is another row."""


@dataclass(frozen=True, slots=True)
class Base:
    """The kinds of model that a LoRA may be for, or the kind of one model.

    ``width``: width of the text embeddings in cross attention, or of the text encoder; 0 if
    neither.
    """

    names: tuple[str, ...]
    width: int = 0

    def agrees(self, other: Base) -> bool:
        """Whether a LoRA of one may be for the other."""
        if self.width and self.width == other.width:
            return True
        return "?" not in self.names and not set(self.names).isdisjoint(other.names)

    def __str__(self) -> str:
        names = " / ".join(self.names)
        return f"{names} ({self.width})" if self.width else names


def find_base(layers: Mapping[str, Roles]) -> Base | None:
    """Return the base that a LoRA was made for, None if its layers do not reveal it.

    ``layers`` are the shapes of its tensors by layer, named as in the file, and by role.
    """
    found = deciding_layer(layers)
    if found is None:
        return None
    row, _ = found
    return Base(row.bases, cross_width(layers) or row.width or 0)


def deciding_layer(layers: Mapping[str, Roles]) -> tuple[BaseRow, str] | None:
    """Return the first of ``ROWS`` that agrees with a layer, and that layer's name."""
    for row in ROWS:
        for name, roles in layers.items():
            if row.layers.search(name) and _fits(row, roles):
                return row, name
    return None


def _fits(row: BaseRow, roles: Roles) -> bool:
    if row.width not in (None, width(roles)):
        return False
    return row.outputs in (None, outputs(roles))


def cross_width(layers: Mapping[str, Roles]) -> int:
    """Return the width of the text embeddings in the cross attention of a UNet, 0 without any."""
    for name, roles in layers.items():
        if _CROSS.search(name) and (found := width(roles)):
            return found
    return 0


def base_of_text(text: int) -> Base:
    """Return the kinds of model with this width of text embeddings, to recognise an embedding."""
    rows = [row for row in ROWS if row.layers is _CROSS and row.width in (text, None)]
    return Base(rows[0].bases, text)
