"""The torch-free half of a toy family: an autoregressive model that paints a grid of colours.

It follows docs/how-to-add.md to the letter, so that what the page leaves out shows in a test. The
network is real, another kind than the families in the product: no UNet, no latents, no scheduler.
"""

from __future__ import annotations

from dataclasses import dataclass

from studio.catalog.families.spec import Capability, FamilySpec
from studio.catalog.model_spec import Defaults, Facts, ModelSpec
from studio.catalog.prompt_split import Split, Splitter
from studio.catalog.recognise.model_folder import ModelFolder
from studio.catalog.samplers import SamplerSpec
from studio.catalog.settings import Kind, Setting
from studio.core.errors import StudioError
from studio.core.notices import translatable

ID = "palette"
PIPELINE = "PalettePipeline"
LIMIT = 40
"""Bytes of a prompt that the model takes."""

SAMPLERS = {
    "greedy": SamplerSpec("greedy", "Greedy", "Greedy", "", {}, ("normal",)),
    "categorical": SamplerSpec(
        "categorical", "Categorical", "Categorical", "", {}, ("normal",), random=True
    ),
}


@dataclass(frozen=True, slots=True)
class PaletteFacts(Facts):
    """``cells``: edge of the grid; ``colours``: entries of the palette."""

    cells: int
    colours: int


def recognise(folder: ModelFolder) -> ModelSpec | None:
    """Return a palette model, None for any other pipeline."""
    if folder.pipeline != PIPELINE:
        return None
    folder.check_classes({"network": ("PaletteNetwork",)})
    config = folder.config("network")
    network = folder.component("network")
    return ModelSpec(
        id=folder.id,
        name=folder.name,
        path=folder.path.resolve(),
        family=ID,
        native_size=64,
        size_multiple=8,
        min_size=8,
        max_size=512,
        defaults=folder.defaults(Defaults(1, 1.0, "categorical", "normal"), SAMPLERS),
        components=(network,),
        weight_bytes=sum(file.stat().st_size for file in network.files),
        fingerprint=folder.fingerprint(network.files),
        facts=PaletteFacts(int(config["cells"]), int(config["colours"])),
    )


def find_control(spec: ModelSpec, kind: str, folder: str) -> None:
    """Refuse a network of its own: the palette is all that a control needs."""
    if folder:
        raise StudioError("A palette model needs no network for a control.", "Leave it out.")


def splitter(spec: ModelSpec) -> Splitter:
    """Return the splitter, which is the same for all palette models."""
    return split_prompt


def split_prompt(prompt: str) -> Split:
    """Return the first bytes of a prompt, as many as the model takes."""
    data = prompt.encode()
    kept = data[:LIMIT].decode(errors="ignore")
    return Split(kept, prompt[len(kept) :], len(data), LIMIT)


PALETTE = FamilySpec(
    id=ID,
    label="Palette",
    module="toy_palette_family",
    recognise=recognise,
    tasks=frozenset({"generate", "fill", "extend"}),
    samplers=SAMPLERS,
    controls=frozenset({"tile"}),
    region_prompts=True,
    settings=(
        Setting("temperature", "Temperature", Kind.NUMBER, 1.0, 0.05, 4.0, 0.05),
        Setting("top_k", "Top k", Kind.WHOLE, 0, 0, 8, 1, tip="0 takes all colours."),
    ),
    missing={
        (Capability.TASK, "replace"): translatable(
            "It paints cell by cell, so it cannot begin from a picture."
        ),
        Capability.NEGATIVE_PROMPT: translatable("It samples colours without guidance."),
    },
    splitter=splitter,
    find_control=find_control,
)
