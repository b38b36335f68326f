"""SAM's prompt encoder and mask decoder in torch, from the paper's description, for comparison.

Written independently of ``studio.retouch.object_masks``: with torch's own attention, convolutions
and activations, in float64.
"""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor
from torch.nn import functional as F

State = Mapping[str, Tensor]
P, D = "prompt_encoder.", "mask_decoder."


def _shapes() -> dict[str, tuple[int, ...]]:
    """Return the shapes of all weights of the public checkpoint outside its picture encoder."""
    shapes: dict[str, tuple[int, ...]] = {
        f"{P}pe_layer.positional_encoding_gaussian_matrix": (2, 128),
        f"{P}not_a_point_embed.weight": (1, 256),
        f"{P}no_mask_embed.weight": (1, 256),
        f"{D}iou_token.weight": (1, 256),
        f"{D}mask_tokens.weight": (4, 256),
    }
    for i in range(4):
        shapes[f"{P}point_embeddings.{i}.weight"] = (1, 256)

    def layer(name: str, *weight: int, bias: int | None = None) -> None:
        shapes[f"{name}.weight"] = weight
        shapes[f"{name}.bias"] = (weight[0] if bias is None else bias,)

    down = f"{P}mask_downscaling"
    layer(f"{down}.0", 4, 1, 2, 2)
    layer(f"{down}.1", 4)
    layer(f"{down}.3", 16, 4, 2, 2)
    layer(f"{down}.4", 16)
    layer(f"{down}.6", 256, 16, 1, 1)

    def attention(name: str, inner: int) -> None:
        for which in ("q_proj", "k_proj", "v_proj"):
            layer(f"{name}.{which}", inner, 256)
        layer(f"{name}.out_proj", 256, inner)

    for i in range(2):
        at = f"{D}transformer.layers.{i}"
        attention(f"{at}.self_attn", 256)
        attention(f"{at}.cross_attn_token_to_image", 128)
        attention(f"{at}.cross_attn_image_to_token", 128)
        layer(f"{at}.mlp.lin1", 2048, 256)
        layer(f"{at}.mlp.lin2", 256, 2048)
        for n in range(1, 5):
            layer(f"{at}.norm{n}", 256)
    attention(f"{D}transformer.final_attn_token_to_image", 128)
    layer(f"{D}transformer.norm_final_attn", 256)
    layer(f"{D}output_upscaling.0", 256, 64, 2, 2, bias=64)
    layer(f"{D}output_upscaling.1", 64)
    layer(f"{D}output_upscaling.3", 64, 32, 2, 2, bias=32)
    for i, out in [*((i, 32) for i in range(4)), (-1, 4)]:
        at = f"{D}iou_prediction_head" if i < 0 else f"{D}output_hypernetworks_mlps.{i}"
        layer(f"{at}.layers.0", 256, 256)
        layer(f"{at}.layers.1", 256, 256)
        layer(f"{at}.layers.2", out, 256)
    return shapes


def random_state(seed: int = 5) -> dict[str, Tensor]:
    """Return random weights of the true shapes, scaled so that signals keep their size."""
    generator = torch.Generator().manual_seed(seed)
    state = {}
    for name, shape in _shapes().items():
        value = torch.randn(shape, generator=generator, dtype=torch.float64)
        if len(shape) == 1:
            # Before a normalisation over few channels, small values would magnify rounding.
            size = 1.0 if name.endswith((".0.bias", ".3.bias")) else 0.1
            value = value * size + (1.0 if "norm" in name and name.endswith("weight") else 0.0)
        elif len(shape) > 1 and "embed" not in name and "token" not in name:
            value = value / float(torch.tensor(shape[1:]).prod()) ** 0.5
            # Attention that is almost a choice between two tokens would magnify rounding.
            value = value * (0.3 if "q_proj" in name else 1.0)
        state[name] = value.float().double()
    return state


def decode(
    w: State,
    features: Tensor,
    points: list[tuple[float, float, bool]],
    box: tuple[float, float, float, float] | None,
    logits: Tensor | None,
) -> tuple[Tensor, Tensor]:
    """Return the logits (4, 256, 256) and the predicted IoU (4,), both float64."""
    tokens = torch.cat(
        [w[f"{D}iou_token.weight"], w[f"{D}mask_tokens.weight"], _sparse(w, points, box)]
    )[None]
    source = (features.double()[None] + _dense(w, logits)).flatten(2).transpose(1, 2)
    y, x = torch.meshgrid(torch.arange(64) + 0.5, torch.arange(64) + 0.5, indexing="ij")
    where = _fourier(w, torch.stack([x, y], -1).double() / 64).reshape(1, 4096, 256)
    queries, keys = tokens, source
    for i in range(2):
        at = f"{D}transformer.layers.{i}"
        if i == 0:
            queries = _attention(w, f"{at}.self_attn", queries, queries, queries)
        else:
            q = queries + tokens
            queries = queries + _attention(w, f"{at}.self_attn", q, q, queries)
        queries = _norm(w, f"{at}.norm1", queries)
        cross = f"{at}.cross_attn_token_to_image"
        queries = queries + _attention(w, cross, queries + tokens, keys + where, keys)
        queries = _norm(w, f"{at}.norm2", queries)
        hidden = F.relu(_linear(w, f"{at}.mlp.lin1", queries))
        queries = _norm(w, f"{at}.norm3", queries + _linear(w, f"{at}.mlp.lin2", hidden))
        cross = f"{at}.cross_attn_image_to_token"
        keys = keys + _attention(w, cross, keys + where, queries + tokens, queries)
        keys = _norm(w, f"{at}.norm4", keys)
    last = f"{D}transformer.final_attn_token_to_image"
    queries = queries + _attention(w, last, queries + tokens, keys + where, keys)
    queries = _norm(w, f"{D}transformer.norm_final_attn", queries)[0]
    up = f"{D}output_upscaling"
    picture = keys.transpose(1, 2).reshape(1, 256, 64, 64)
    picture = F.conv_transpose2d(picture, w[f"{up}.0.weight"], w[f"{up}.0.bias"], stride=2)
    picture = F.gelu(_channel_norm(w, f"{up}.1", picture))
    picture = F.conv_transpose2d(picture, w[f"{up}.3.weight"], w[f"{up}.3.bias"], stride=2)
    picture = F.gelu(picture)[0].flatten(1)
    heads = [_mlp(w, f"{D}output_hypernetworks_mlps.{i}", queries[1 + i]) for i in range(4)]
    masks = torch.stack(heads) @ picture
    return masks.reshape(4, 256, 256), _mlp(w, f"{D}iou_prediction_head", queries[0])


def _sparse(
    w: State,
    points: list[tuple[float, float, bool]],
    box: tuple[float, float, float, float] | None,
) -> Tensor:
    rows = []
    for x, y, inside in points:
        at = _fourier(w, torch.tensor([x + 0.5, y + 0.5], dtype=torch.float64) / 1024)
        rows.append(at + w[f"{P}point_embeddings.{1 if inside else 0}.weight"][0])
    if box is None:
        rows.append(w[f"{P}not_a_point_embed.weight"][0])
    else:
        for kind, corner in ((2, box[:2]), (3, box[2:])):
            at = _fourier(w, (torch.tensor(corner, dtype=torch.float64) + 0.5) / 1024)
            rows.append(at + w[f"{P}point_embeddings.{kind}.weight"][0])
    return torch.stack(rows)


def _dense(w: State, logits: Tensor | None) -> Tensor:
    if logits is None:
        return w[f"{P}no_mask_embed.weight"].reshape(1, 256, 1, 1)
    name = f"{P}mask_downscaling"
    x = logits.double().reshape(1, 1, 256, 256)
    for i in (0, 3):
        x = F.conv2d(x, w[f"{name}.{i}.weight"], w[f"{name}.{i}.bias"], stride=2)
        x = F.gelu(_channel_norm(w, f"{name}.{i + 1}", x))
    return F.conv2d(x, w[f"{name}.6.weight"], w[f"{name}.6.bias"])


def _fourier(w: State, at: Tensor) -> Tensor:
    matrix = w[f"{P}pe_layer.positional_encoding_gaussian_matrix"]
    angle = 2 * torch.pi * ((2 * at - 1) @ matrix)
    return torch.cat([angle.sin(), angle.cos()], -1)


def _attention(w: State, name: str, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    parts = [
        _linear(w, f"{name}.{which}_proj", x).unflatten(-1, (8, -1)).transpose(1, 2)
        for which, x in (("q", q), ("k", k), ("v", v))
    ]
    mixed = F.scaled_dot_product_attention(*parts).transpose(1, 2).flatten(2)
    return _linear(w, f"{name}.out_proj", mixed)


def _linear(w: State, name: str, x: Tensor) -> Tensor:
    return F.linear(x, w[f"{name}.weight"], w[f"{name}.bias"])


def _norm(w: State, name: str, x: Tensor) -> Tensor:
    return F.layer_norm(x, (256,), w[f"{name}.weight"], w[f"{name}.bias"])


def _channel_norm(w: State, name: str, x: Tensor) -> Tensor:
    weight, bias = w[f"{name}.weight"], w[f"{name}.bias"]
    return F.layer_norm(x.movedim(1, -1), weight.shape, weight, bias, 1e-6).movedim(-1, 1)


def _mlp(w: State, name: str, x: Tensor) -> Tensor:
    x = F.relu(_linear(w, f"{name}.layers.0", x))
    return _linear(w, f"{name}.layers.2", F.relu(_linear(w, f"{name}.layers.1", x)))
