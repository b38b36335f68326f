"""The recognisers in the order in which they are asked; a new one is a row here."""

from __future__ import annotations

from collections.abc import Callable

from studio.catalog.recognise.finding import Finding
from studio.catalog.recognise.header import Header

Recogniser = Callable[[Header], Finding | None]
"""Returns what a file is, None if it is nothing that this one knows. It reads no weights except
small ones by ``Header.peek``, and never answers for what is merely left over."""

ROWS: tuple[str, ...] = (
    "studio.catalog.recognise.rows.additions:recognise",
    "studio.catalog.recognise.rows.control:recognise",
    "studio.catalog.recognise.rows.ip_adapter:recognise",
    "studio.catalog.recognise.rows.lora:recognise",
    "studio.catalog.recognise.rows.t2i_adapter:recognise",
    "studio.catalog.recognise.rows.embedding:recognise",
    "studio.catalog.recognise.rows.video_unet:recognise",
    "studio.catalog.recognise.rows.stable_unclip:recognise",
    "studio.catalog.recognise.rows.stable_diffusion_xl:recognise",
    "studio.catalog.recognise.rows.stable_diffusion:recognise",
    "studio.catalog.recognise.rows.elsewhere:recognise",
    "studio.catalog.recognise.rows.flux_2:recognise",
    "studio.catalog.recognise.rows.chroma:recognise",
    "studio.catalog.recognise.rows.flux:recognise",
    "studio.catalog.recognise.rows.stable_diffusion_3:recognise",
    "studio.catalog.recognise.rows.qwen_image:recognise",
    "studio.catalog.recognise.rows.z_image:recognise",
    "studio.catalog.recognise.rows.lumina_2:recognise",
    "studio.catalog.recognise.rows.pixart:recognise",
    "studio.catalog.recognise.rows.deepfloyd_if:recognise",
    "studio.catalog.recognise.rows.image_embeddings:recognise",
    "studio.catalog.recognise.rows.amused:recognise",
    "studio.catalog.recognise.rows.vae:recognise",
    "studio.catalog.recognise.rows.text_encoder:recognise",
    "studio.catalog.recognise.rows.image_encoder:recognise",
    "studio.catalog.recognise.rows.upscaler:recognise",
)
"""Dotted names, resolved when the first file is recognised. The first answer counts. Adapters come
first, since some contain a copy of the network that they are for; then main networks, a family that
looks like another with something added before it; then parts, which checkpoints contain."""
