"""Writes the shipped folder: a stock diffusers checkpoint and the files beside it."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderTiny, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from torch import Tensor
from transformers import CLIPTextModel

from starter_recipe import bank, control, fewstep, models, reference, text, vae
from starter_recipe.base import load_base
from starter_recipe.companions import is_current
from starter_recipe.licences import licences
from starter_recipe.paths import RECIPE, Work

NATIVE = {
    "name": "Lienzo Starter",
    "family": "stable-diffusion-1",
    "native_size": models.SIDE,
    "size_multiple": 8,
    "min_size": 96,
    "max_size": 256,
    "defaults": {"steps": 20, "cfg_scale": 3.0, "sampler": "ddim", "schedule": "normal"},
    "few_step": {
        "file": fewstep.FILE,
        "sampler": "tcd",
        "steps": fewstep.STEPS,
        "cfg_scale": 1.0,
        "first": True,
    },
    "version": "4",
}
UNLISTED = ("SHA256SUMS", "README.md", "contact-sheet.jpg", "companions.jpg")


def export(work: Work) -> None:
    """Write the result folder file by file, each replaced in one step.

    Stages that have not run yet are exported with random weights.
    """
    partial = work.root / "export"
    shutil.rmtree(partial, ignore_errors=True)
    scale = _scale(work)
    autoencoder, encoder, unet = _networks(work, scale)
    pipeline = StableDiffusionPipeline(
        vae=autoencoder.half(),
        text_encoder=encoder.half(),
        tokenizer=text.load_tokenizer(work.tokenizer),
        unet=models.text_to_image_slice(unet).half(),
        scheduler=models.scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.save_pretrained(partial)
    _keep_float32_on_load(partial / "text_encoder" / "config.json")
    for name in ("vocab.json", "merges.txt"):
        shutil.copy(work.tokenizer / name, partial / "tokenizer" / name)
    save_file(fill_conv_in(unet), partial / "fill_conv_in.safetensors")
    _write_companions(work, partial)
    save_file(_preview(work, scale), partial / "preview.safetensors")
    native = NATIVE if (partial / fewstep.FILE).exists() else {**NATIVE, "few_step": None}
    _write_json(partial / "lienzo.json", {k: v for k, v in native.items() if v is not None})
    _write_json(partial / "vocabulary.json", text.vocabulary())
    (partial / "LICENSES.md").write_text(licences(work), "utf-8")
    shutil.copy(RECIPE / "card.json", partial / "card.json")
    _publish(partial, work.result)
    write_sums(work.result)


def write_sums(result: Path) -> None:
    """List the sha256 of every file but the card's text, as sha256sum does."""
    files = sorted(p for p in result.rglob("*") if p.is_file() and p.name not in UNLISTED)
    rows = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(result).as_posix()}"
        for path in files
    ]
    (result / "SHA256SUMS").write_text("\n".join(rows) + "\n", "utf-8")


def _write_companions(work: Work, partial: Path) -> None:
    """Write the ControlNets, the four-step LoRA and the IP-Adapter that fit the UNet as it is."""
    for kind in control.KINDS:
        if is_current(f"control-{kind}", work):
            steering = control.load_control(kind, work).half()
            steering.save_pretrained(partial / f"controlnet-{kind}")
    if is_current("fewstep", work):
        StableDiffusionPipeline.save_lora_weights(
            partial, _halved(fewstep.lora_state(work)), weight_name=fewstep.FILE
        )
    if is_current("reference", work):
        encoder, adapter = reference.load_reference(work)
        encoder.half().save_pretrained(partial / "ip_adapter" / "image_encoder")
        _keep_float32_on_load(partial / "ip_adapter" / "image_encoder" / "config.json")
        save_file(_halved(adapter), partial / "ip_adapter" / reference.FILE)


def _halved(state: dict[str, Tensor]) -> dict[str, Tensor]:
    return {name: value.detach().half().contiguous() for name, value in state.items()}


def fill_conv_in(unet: UNet2DConditionModel) -> dict[str, Tensor]:
    """Return the input layer of the nine-channel UNet: weight (64, 9, 3, 3), bias (64), fp16."""
    return {
        "weight": unet.conv_in.weight.detach().half().contiguous(),
        "bias": unet.conv_in.bias.detach().half().contiguous(),
    }


def fill_unet(result: Path) -> UNet2DConditionModel:
    """Build the nine-channel UNet in float32 from the files of an exported folder."""
    state = load_file(result / "unet" / "diffusion_pytorch_model.safetensors")
    whole = load_file(result / "fill_conv_in.safetensors")
    state["conv_in.weight"], state["conv_in.bias"] = whole["weight"], whole["bias"]
    unet = models.load_unet({name: value.float() for name, value in state.items()}, 9)
    return unet.eval().requires_grad_(False)


def _networks(
    work: Work, scale: float
) -> tuple[AutoencoderTiny, CLIPTextModel, UNet2DConditionModel]:
    torch.manual_seed(0)
    autoencoder = models.autoencoder(scale)
    if work.weights("vae").exists():
        autoencoder.load_state_dict(vae.load_vae(work).state_dict())
    if work.weights("text").exists():
        _, encoder = text.load_text(work)
    else:
        encoder = text.Reader(text.load_tokenizer(work.tokenizer)).encoder
    unet = load_base(work) if work.weights("base").exists() else models.unet(9)
    return autoencoder, encoder, unet


def _scale(work: Work) -> float:
    known = work.scale.exists() or (work.bank / "chunk-000.npz").exists()
    return bank.latent_scale(work) if known else 1.0


def _keep_float32_on_load(config: Path) -> None:
    """Make a plain from_pretrained compute in float32, as diffusers does for the other parts."""
    settings = json.loads(config.read_text("utf-8"))
    settings.pop("torch_dtype", None)
    settings["dtype"] = "float32"
    _write_json(config, settings)


def _preview(work: Work, scale: float) -> dict[str, Tensor]:
    """Fit the linear map from scaled latents to RGB in 0..1 by least squares on real samples."""
    weight, bias = torch.zeros(3, 4), torch.full((3,), 0.5)
    if work.weights("vae").exists():
        composer = bank.Composer(work, seed=77)
        images = [composer.sample(i).image for i in range(256)]
        latents = bank.encode_pictures(vae.load_vae(work), images) * scale
        rows = latents.permute(0, 2, 3, 1).reshape(-1, 4)
        rows = torch.cat([rows, torch.ones(len(rows), 1)], 1)
        pictures = torch.from_numpy(np.stack(images)).permute(0, 3, 1, 2).float() / 255
        colours = torch.nn.functional.avg_pool2d(pictures, 8).permute(0, 2, 3, 1).reshape(-1, 3)
        answer = torch.linalg.lstsq(rows, colours).solution
        weight, bias = answer[:4].T.contiguous(), answer[4].contiguous()
    return {"weight": weight, "bias": bias}


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", "utf-8")


def _publish(partial: Path, result: Path) -> None:
    for path in sorted(p for p in partial.rglob("*") if p.is_file()):
        path.chmod(0o644)
        target = result / path.relative_to(partial)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.replace(path, target)
    shutil.rmtree(partial)
