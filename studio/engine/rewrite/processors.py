"""Attention processors that wrap a UNet's own and apply a control to their output."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol

import torch

KINDS = {"attn1.processor": False, "attn2.processor": True}
"""Layers of diffusers' transformer blocks, and whether they are cross-attention."""


class Control(Protocol):
    """An object that may change the output of an attention layer."""

    def attend(
        self,
        name: str,
        is_cross: bool,
        layer: Any,
        states: torch.Tensor,
        text: torch.Tensor,
        output: torch.Tensor,
    ) -> torch.Tensor:
        """Return the layer's new output for ``output`` (n, positions, width)."""  # fmt: skip

    def pooled(self, output: torch.Tensor) -> torch.Tensor:
        """Return the pooled-prompt embedding (n, width) to add to the time embedding."""


class _Controlled:
    """Calls the original processor and passes its output to the control."""

    def __init__(self, inner: Any, name: str, is_cross: bool, control: Control) -> None:
        self.inner, self.name, self.is_cross, self.control = inner, name, is_cross, control

    def __call__(
        self,
        attn: Any,
        hidden_states: torch.Tensor,
        encoder_hidden_states: Any = None,
        attention_mask: torch.Tensor | None = None,
        temb: torch.Tensor | None = None,
        ip_adapter_masks: Any = None,
    ) -> torch.Tensor:
        # diffusers passes on only the arguments that it finds in this signature.
        more = {} if ip_adapter_masks is None else {"ip_adapter_masks": ip_adapter_masks}
        output = self.inner(
            attn, hidden_states, encoder_hidden_states, attention_mask, temb, **more
        )
        text = encoder_hidden_states
        if isinstance(text, tuple):
            # An IP-Adapter's layers receive text and image embeddings.
            text = text[0]
        text = hidden_states if text is None else text
        changed: torch.Tensor = self.control.attend(
            self.name, self.is_cross, attn, hidden_states, text, output
        )
        return changed


@contextmanager
def control_attention(unet: Any, control: Control) -> Iterator[None]:
    """Apply ``control`` in every call of ``unet``, and restore its processors at the end.

    Layers of an unknown kind are left alone. An IP-Adapter's processors are wrapped like any other.
    """
    before = dict(unet.attn_processors)
    handle = None
    try:
        unet.set_attn_processor(
            {name: _wrapped(unet, name, one, control) for name, one in before.items()}
        )
        if unet.config.get("addition_embed_type") == "text":
            handle = unet.add_embedding.register_forward_hook(
                lambda module, args, output: control.pooled(output)
            )
        yield
    finally:
        if handle is not None:
            handle.remove()
        unet.set_attn_processor(before)


def _wrapped(unet: Any, name: str, processor: Any, control: Control) -> Any:
    kind = next((kind for kind in KINDS if name.endswith(kind)), "")
    if not kind:
        return processor
    layer = unet.get_submodule(name.removesuffix(".processor"))
    plain = layer.group_norm is None and layer.spatial_norm is None and not layer.norm_cross
    return _Controlled(processor, name, KINDS[kind], control) if plain else processor
