"""Additions to models that other programs run and Lienzo does not, such as GLIGEN."""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.recognise.finding import Finding, Kind, refusal
from studio.catalog.recognise.header import Header


@dataclass(frozen=True, slots=True)
class Addition:
    """An addition by tensors that all of its files have; one with a final dot is a beginning.

    ``parts`` are texts that some name must contain. ``edges`` are (name, axis, edge) that must
    agree.
    """

    name: str
    keys: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    edges: tuple[tuple[str, int, int], ...] = ()


ROWS: tuple[Addition, ...] = (
    Addition("InstantID", ("image_proj.latents", "ip_adapter.1.to_k_ip.weight"),
             edges=(("image_proj.proj_in.weight", -1, 512),)),
    Addition("PuLID", ("id_adapter.",)),
    Addition("PuLID", ("pulid_encoder.",)),
    Addition("PhotoMaker", ("id_encoder.", "lora_weights.")),
    Addition("GLIGEN", ("position_net.null_positive_feature",)),
    Addition("GLIGEN", (), (".fuser.linear.weight\n",)),
    Addition("BrushNet", ("brushnet_down_blocks.0.weight",)),
    Addition("Fooocus inpaint head", ("head",), edges=(("head", 0, 320),)),
    Addition("AnimateDiff motion LoRA", (), ("motion_modules.", "lora")),
    Addition("SUPIR", ("project_modules.0.param_free_norm.weight",)),
)  # fmt: skip


def recognise(header: Header) -> Finding | None:
    """Return the refusal of an addition that no part of Lienzo can use."""
    for row in ROWS:
        if _fits(header, row):
            return Finding(
                Kind.UNUSABLE,
                variant=row.name,
                reason=(row.keys or row.parts)[0].strip(),
                refusal=refusal(
                    "This is {name}, an addition to a model that Lienzo cannot run.",
                    "Use a ControlNet, an IP-Adapter or a LoRA for that.",
                    name=row.name,
                ),
            )
    return None


def _fits(header: Header, row: Addition) -> bool:
    for key in row.keys:
        if key not in header and not (key.endswith(".") and header.begins(key)):
            return False
    if not all(header.mentions(part) for part in row.parts):
        return False
    return all(header.width(name, axis) == edge for name, axis, edge in row.edges)
