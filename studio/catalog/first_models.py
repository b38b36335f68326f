"""Models to begin with: a small table of public files, and a choice from it for a machine.

Licences, sizes and needs are from the models' pages and the starter lists of other editors, of
2026. What is not published, or was not read there, is empty; nothing is guessed. Nothing here opens
a connection.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from studio.core.notices import translatable

GIGABYTE = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence: its name, what it permits in a sentence, and whether Lienzo has its whole text.

    ``text`` is the name of a file in resources/licences, or empty: it is on the model's page.
    """

    name: str
    summary: str
    text: str = ""


LICENCES: Mapping[str, Licence] = {
    "creativeml-openrail-m": Licence(
        "CreativeML OpenRAIL-M",
        translatable(
            "Use, also commercial, is permitted except for the harmful purposes that the licence"
            " lists, which also bind those to whom you pass the model on."
        ),
        "CreativeML-OpenRAIL-M.txt",
    ),
    "openrail++": Licence(
        "CreativeML Open RAIL++-M",
        translatable(
            "Use, also commercial, is permitted except for the harmful purposes that the licence"
            " lists, which also bind those to whom you pass the model on."
        ),
        "CreativeML-OpenRAIL++-M.txt",
    ),
    "apache-2.0": Licence(
        "Apache-2.0", translatable("Any use is permitted, also commercial."), "Apache-2.0.txt"
    ),
    "": Licence(
        translatable("not known"),
        translatable("Lienzo does not know its licence. Read the model's page first."),
    ),
}
"""By id. The texts bind, not the summaries."""


@dataclass(frozen=True, slots=True)
class FirstModel:
    """One file: what it is, where it is, under which licence, and what it needs.

    ``role`` is the folder that it belongs to: "checkpoints", "loras", "diffusion_models",
    "text_encoders" or "vae". ``size`` in bytes is about right, 0 if not known; ``sha256`` is empty
    if none was published. An empty ``repository`` is an address that is not known. ``gated`` is
    whether it takes an account there, None if not known. ``needs`` are ids of other rows,
    ``memory`` and ``card`` bytes of RAM and of a graphics card, 0 if not known. ``steps`` are the
    sampling steps that a LoRA is made for, 0 if it changes nothing about them.
    """

    id: str
    title: str
    family: str
    role: str
    repository: str
    file: str
    size: int
    licence: str
    good_for: str
    not_good_for: str
    sha256: str = ""
    gated: bool | None = None
    needs: tuple[str, ...] = ()
    memory: int = 0
    card: int = 0
    steps: int = 0


ROWS: tuple[FirstModel, ...] = (
    FirstModel(
        "dreamshaper-8",
        "DreamShaper 8",
        "stable_diffusion",
        "checkpoints",
        "Lykon/DreamShaper",
        "DreamShaper_8_pruned.safetensors",
        2_100_000_000,
        "creativeml-openrail-m",
        translatable(
            "Paintings and photographs at 512 pixels, also without a graphics card. Everything in"
            " Lienzo works with it."
        ),
        translatable("Written words, hands, and prompts of several sentences."),
        sha256="879db523c30d3b9017143d56705015e15a2cb5628762c11d086fed9538abd7fd",
        memory=8 * GIGABYTE,
        card=4 * GIGABYTE,
    ),
    FirstModel(
        "hyper-sd15-8-steps",
        "Hyper-SD, 8 steps",
        "stable_diffusion",
        "loras",
        "ByteDance/Hyper-SD",
        "Hyper-SD15-8steps-CFG-lora.safetensors",
        0,
        "",
        translatable("A LoRA with which eight steps are enough for Stable Diffusion 1.5."),
        translatable("It does nothing without a model."),
        sha256="f6123d5b950d5250ab6c33600e27f4dcf71b3099ebf888685e01e9e8117ce482",
        needs=("dreamshaper-8",),
        steps=8,
    ),
    FirstModel(
        "realvisxl-5",
        "RealVisXL 5.0",
        "stable_diffusion_xl",
        "checkpoints",
        "SG161222/RealVisXL_V5.0",
        "RealVisXL_V5.0_fp16.safetensors",
        6_900_000_000,
        "openrail++",
        translatable(
            "Photographs at 1024 pixels. Most LoRAs and ControlNets are made for this family."
        ),
        translatable("Machines without a graphics card, on which a picture takes minutes."),
        sha256="6a35a7855770ae9820a3c931d4964c3817b6d9e3c6f9c4dabb5b3a94e5643b80",
        memory=16 * GIGABYTE,
        card=8 * GIGABYTE,
    ),
    FirstModel(
        "klein-4b-q4",
        "FLUX.2 klein 4B, 4 bits",
        "flux_2",
        "diffusion_models",
        "unsloth/FLUX.2-klein-4B-GGUF",
        "flux-2-klein-4b-Q4_K_M.gguf",
        2_600_000_000,
        "apache-2.0",
        translatable("Makes pictures and follows instructions such as: make it winter."),
        translatable("Edits that must not move the picture by a pixel."),
        gated=False,
        needs=("qwen3-4b-q4", "flux-2-vae"),
        card=8 * GIGABYTE,
    ),
    FirstModel(
        "qwen3-4b-q4",
        "Qwen3 4B, 4 bits",
        "flux_2",
        "text_encoders",
        "unsloth/Qwen3-4B-GGUF",
        "Qwen3-4B-Q4_K_M.gguf",
        2_500_000_000,
        "apache-2.0",
        translatable("The text encoder of FLUX.2 klein 4B and of Z-Image Turbo."),
        translatable("It does nothing without a model."),
        sha256="f6f851777709861056efcdad3af01da38b31223a3ba26e61a4f8bf3a2195813a",
    ),
    FirstModel(
        "flux-2-vae",
        "VAE of FLUX.2",
        "flux_2",
        "vae",
        "Comfy-Org/vae-text-encorder-for-flux-klein-4b",
        "split_files/vae/flux2-vae.safetensors",
        168_000_000,
        "apache-2.0",
        translatable("The VAE of FLUX.2 klein 4B."),
        translatable("It does nothing without a model."),
        sha256="868fe7b343cc8f3a19dbcfcafbc3d5f888802be3f89bd81b65b3621a066ce8f3",
    ),
    FirstModel(
        "z-image-turbo-q4",
        "Z-Image Turbo, 4 bits",
        "z_image",
        "diffusion_models",
        "leejet/Z-Image-Turbo-GGUF",
        "z_image_turbo-Q4_K.gguf",
        4_000_000_000,
        "apache-2.0",
        translatable("The best photographs for its size."),
        translatable("Changing a photo by an instruction."),
        gated=False,
        needs=("qwen3-4b-q4", "flux-1-vae"),
        card=8 * GIGABYTE,
    ),
    FirstModel(
        "flux-1-vae",
        "VAE of FLUX.1",
        "z_image",
        "vae",
        "Comfy-Org/Lumina_Image_2.0_Repackaged",
        "split_files/vae/ae.safetensors",
        335_000_000,
        "",
        translatable("The VAE of Z-Image Turbo."),
        translatable("It does nothing without a model."),
        sha256="afc8e28272cd15db3919bacdb6918ce9c1ed22e96cb12c4d5ed0fba823529e38",
    ),
)
BY_ID: Mapping[str, FirstModel] = {row.id: row for row in ROWS}


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes of memory and of the graphics card (0: none that PyTorch can use), and CPU cores."""

    memory: int
    card: int
    cores: int


@dataclass(frozen=True, slots=True)
class Card:
    """One choice of three: "fast", "best" or "smallest", its rows, the model first.

    ``id`` is the row to fetch, ``fits`` whether the machine has the memory that the model asks for.

    ``why`` is an English sentence about this choice on this machine, for the window to translate.
    """

    choice: str
    id: str
    rows: tuple[FirstModel, ...]
    fits: bool
    why: str

    @property
    def size(self) -> int:
        """The bytes of all files whose size is known."""
        return sum(row.size for row in self.rows)


def with_needs(id: str) -> tuple[FirstModel, ...]:
    """Return the row of an id and all that it needs, the needs last; KeyError for an unknown id."""
    found: dict[str, FirstModel] = {}
    waiting = [id]
    while waiting:
        row = BY_ID[waiting.pop(0)]
        found.setdefault(row.id, row)
        waiting += [one for one in row.needs if one not in found]
    return tuple(found.values())


def fits(row: FirstModel, machine: Machine) -> bool:
    """Return whether a machine has the card or, without one, the memory that a row asks for."""
    # Cards and machines report a few percent less than is printed on their boxes.
    if row.card and machine.card >= row.card * 0.9:
        return True
    return machine.memory >= row.memory * 0.9 if row.memory else not row.card


def three_cards(machine: Machine) -> tuple[Card, Card, Card]:
    """Return the fast, the best and the smallest choice for a machine, in this order.

    Only rows whose files all have a known address are chosen.
    """
    small = with_needs("dreamshaper-8")
    fits_small = fits(small[0], machine)
    fast = Card(
        "fast",
        "hyper-sd15-8-steps",
        tuple(reversed(with_needs("hyper-sd15-8-steps"))),
        fits_small,
        translatable("A third of the usual steps, with a second small file."),
    )
    large = with_needs("realvisxl-5")
    if fits(large[0], machine) and (machine.card or machine.cores >= 8):
        best = Card("best", "realvisxl-5", large, True, translatable("This machine can hold it."))
    else:
        best = Card(
            "best",
            "dreamshaper-8",
            small,
            fits_small,
            translatable("Larger models need a graphics card of 8 GB or eight cores with 16 GB."),
        )
    smallest = Card(
        "smallest", "dreamshaper-8", small, fits_small, translatable("One file, and nothing else.")
    )
    return fast, best, smallest
