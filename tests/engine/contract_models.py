"""A model of each family, and files for it, for the contract that every family keeps."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import torch
import toy_palette_family
from amused_factory import build_amused
from cascade_factory import build_if
from dalle_factory import build_dalle
from flow_factory import build_flux, build_sd3, save_flux_adapter, save_flux_control
from flux_2_factory import build_flux_2_dev
from kandinsky_factory import build_kandinsky
from lumina_factory import build_lumina
from model_factory import build_model
from pixel_factory import build_pixart
from pixel_systems_factory import build_imagen, build_one_step
from qwen_factory import build_chroma, build_klein, build_qwen_image, build_z_image
from safetensors.torch import load_file, save_file
from unclip_factory import build_karlo, build_stable_unclip
from xl_factory import build_xl

from studio.catalog.families.unet import unet_facts
from studio.catalog.models import STARTER, ModelSpec, identify, read_config
from studio.catalog.recognise.safetensors_header import read_header
from studio.catalog.subjects import LORA, Subject, write_subject
from studio.edit.request import AdapterUse

MODELS: Mapping[str, Callable[[Path], str]] = {
    "palette": lambda folder: str(toy_palette_family.build(folder / "palette")),
    "stable_diffusion": lambda folder: STARTER,
    "stable_diffusion instruct": lambda folder: str(
        build_model(folder / "instruct", in_channels=8)
    ),
    "stable_diffusion_xl instruct": lambda folder: str(
        build_xl(folder / "xl-instruct", in_channels=8)
    ),
    "stable_diffusion_xl": lambda folder: str(build_xl(folder / "xl")),
    "stable_diffusion_3": lambda folder: str(build_sd3(folder / "sd3")),
    "flux": lambda folder: str(build_flux(folder / "flux")),
    "chroma": lambda folder: str(build_chroma(folder / "chroma")),
    "flux_2": lambda folder: str(build_klein(folder / "klein")),
    "flux_2 dev": lambda folder: str(build_flux_2_dev(folder / "flux2-dev")),
    "z_image": lambda folder: str(build_z_image(folder / "z")),
    "qwen_image": lambda folder: str(build_qwen_image(folder / "qwen")),
    "pixart": lambda folder: str(build_pixart(folder / "pixart")),
    "pixart alpha": lambda folder: str(build_pixart(folder / "alpha", alpha=True)),
    "kandinsky": lambda folder: str(build_kandinsky(folder / "kandinsky")),
    "karlo": lambda folder: str(build_karlo(folder / "karlo", beside=True)),
    "stable_unclip": lambda folder: str(build_stable_unclip(folder / "unclip", prior=True)),
    "deepfloyd_if": lambda folder: str(build_if(folder / "if", stages=2)),
    "amused": lambda folder: str(build_amused(folder / "amused")),
    "dall_e": lambda folder: str(build_dalle(folder / "dalle")),
    "small_flux": lambda folder: "flux",
    "dream": lambda folder: "dream",
    "lumina_2": lambda folder: str(build_lumina(folder / "lumina")),
    "small_unclip": lambda folder: "unclip",
    "imagen": lambda folder: str(build_imagen(folder / "imagen")),
    "gan": lambda folder: str(build_one_step(folder / "gan")),
    "vae_sampling": lambda folder: str(build_one_step(folder / "vae", "VaeSamplingPipeline")),
    "flux control": lambda folder: str(_with_flux_controls(folder / "flux-control")),
    "flux depth": lambda folder: str(build_flux(folder / "flux-depth", control=True)),
    "flux kontext": lambda folder: str(
        build_flux(folder / "kontext", pipeline="FluxKontextPipeline")
    ),
}
"""Family -> a function that returns a model of it, made in a folder if need be."""


def _with_flux_controls(folder: Path) -> Path:
    """Return a Flux.1 with Redux and with ControlNets of its own for two kinds."""
    build_flux(folder, redux=True)
    save_flux_adapter(folder / "ip_adapter")
    for kind in ("canny", "pose"):
        save_flux_control(folder / f"controlnet-{kind}", modes=7)
    return folder


UNET_LAYER = "unet.mid_block.attentions.0.transformer_blocks.0.attn2.to_k"


def adapter_files(spec: ModelSpec, folder: Path) -> dict[str, AdapterUse]:
    """Return one use of each adapter kind and of a subject, with random weights.

    Families without a UNet have none that fit; the files are then those of no model at all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(3)
    try:
        width = unet_facts(spec).text_width
        first = unet_facts(spec).base_channels
    except TypeError:
        width, first = 8, 8
    lora = folder / "lora.safetensors"
    name, shape = _adaptable(spec) or (UNET_LAYER, (first, width))
    tensors = {
        f"{name}.lora_A.weight": torch.randn(4, shape[1]),
        f"{name}.lora_B.weight": torch.randn(shape[0], 4),
    }
    save_file(tensors, lora)
    embedding = folder / "zorp.safetensors"
    save_file(_vectors(spec, width), embedding)
    difference = folder / "difference.safetensors"
    save_file({"conv_in.bias": torch.randn(first)}, difference)
    subject = folder / "luna"
    subject.mkdir(exist_ok=True)
    save_file(tensors, subject / LORA)
    write_subject(
        Subject(
            name="luna", kind="dog", word="luna dog", method="lora", base=spec.name,
            model=spec.id, width=width, folder=subject, files=(LORA,),
        )
    )  # fmt: skip
    return {
        "lora": AdapterUse("lora", str(lora)),
        "textual_inversion": AdapterUse(
            "textual_inversion", str(embedding), options={"token": "zorp"}
        ),
        "dreambooth": AdapterUse("dreambooth", str(difference)),
        "vae": AdapterUse("vae", str(_vae(spec, folder / "vae.safetensors"))),
        "subject": AdapterUse("subject", str(subject), options={"name": "luna"}),
    }


def _vae(spec: ModelSpec, path: Path) -> Path:
    """Write the model's own autoencoder with another last layer; nothing if it has none."""
    for component in spec.components:
        if component.class_name == "AutoencoderKL":
            tensors = {k: v for file in component.files for k, v in load_file(file).items()}
            tensors["decoder.conv_out.bias"] = tensors["decoder.conv_out.bias"] + 0.3
            save_file(tensors, path)
    return path


def _adaptable(spec: ModelSpec) -> tuple[str, tuple[int, ...]] | None:
    """Return a layer of the denoiser that a LoRA may change, and its shape; None if it has none."""
    wanted = {"unet": ".attn2.to_k.weight", "transformer": ".to_q.weight"}
    for component in spec.components:
        ending = wanted.get(component.name, "?")
        for file in component.files:
            for name, shape in read_header(file).items():
                if name.endswith(ending):
                    return f"{component.name}.{name.removesuffix('.weight')}", shape
    return None


def _vectors(spec: ModelSpec, width: int) -> dict[str, torch.Tensor]:
    """Return an embedding of two tokens: one tensor, or one for each of two text encoders."""
    widths = {
        name: read_config(spec.path / part / "config.json").get("hidden_size", width)
        for part, name in (("text_encoder", "clip_l"), ("text_encoder_2", "clip_g"))
        if (spec.path / part).is_dir()
    }
    if len(widths) == 2:
        return {name: torch.randn(2, one) for name, one in widths.items()}
    return {"emb_params": torch.randn(2, width)}


__all__ = ["MODELS", "adapter_files", "identify"]
