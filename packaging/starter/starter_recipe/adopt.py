"""Takes the shipped model as the beginning of a new run, so that training can go on from it."""

import json
import shutil

from diffusers import AutoencoderTiny
from safetensors.torch import load_file, save_file
from transformers import CLIPTextModel

from starter_recipe import models, text
from starter_recipe.export import fill_unet
from starter_recipe.paths import RECIPE, Work

UNFINISHED = RECIPE / "weights"
"""Half precision weights of stages that go on and are in no exported model yet, by stage."""


def adopt(work: Work) -> None:
    """Write the weights of the result folder as those of the stages vae, text and base.

    Stages that have weights already are left alone. The text encoder's training heads are not
    shipped and begin afresh; `text` keeps the meaning of the names that the shipped model knew, so
    that `base` understands them still when the table of concepts has grown.
    """
    if not work.weights("vae").exists():
        vae = models.autoencoder()
        shipped = AutoencoderTiny.from_pretrained(work.result / "vae")
        vae.load_state_dict(shipped.float().state_dict())
        save_file(vae.state_dict(), work.weights("vae"))
    if not work.scale.exists():
        config = json.loads((work.result / "vae" / "config.json").read_text("utf-8"))
        work.scale.write_text(str(config["scaling_factor"]), "utf-8")
    if not work.tokenizer.exists():
        shutil.copytree(work.result / "tokenizer", work.tokenizer)
    if not work.elder.exists():
        partial = work.elder.with_suffix(".partial")
        shutil.copytree(work.result / "text_encoder", partial, dirs_exist_ok=True)
        shutil.copy(work.result / "vocabulary.json", partial)
        partial.rename(work.elder)
    if not work.weights("text").exists():
        reader = text.Reader(text.load_tokenizer(work.tokenizer))
        encoder = CLIPTextModel.from_pretrained(work.result / "text_encoder").float()
        reader.encoder.load_state_dict(encoder.state_dict())
        save_file(reader.state_dict(), work.weights("text"))
    if not work.weights("base").exists():
        save_file(fill_unet(work.result).state_dict(), work.weights("base"))
    for kept in sorted(UNFINISHED.glob("*.safetensors")):
        if not work.weights(kept.stem).exists():
            tensors = {name: value.float() for name, value in load_file(kept).items()}
            save_file(tensors, work.weights(kept.stem))
