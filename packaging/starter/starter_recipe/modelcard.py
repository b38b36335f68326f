"""Writes the model card: the template, filled with figures, sizes and what the logs say."""

import string
from typing import Any

import torch

from starter_recipe import bank, base, control, fewstep, reference, text, vae
from starter_recipe.paths import RECIPE, Work

Figures = dict[str, Any]

ROWS: tuple[tuple[str, str, str], ...] = (
    (
        "right thing, English prompts, one picture of each: first guess, among five",
        "$top1_en, $top5_en", "85 %, 95 %",
    ),
    (
        "right thing, Spanish prompts, one picture of each: first guess, among five",
        "$top1_es, $top5_es", "at most 5 points lower",
    ),
    (
        "things named right in at least one of $variations pictures, English",
        "$things of $concepts", "600",
    ),
    (
        "the same with shuffled prompts, English / Spanish",
        "$top1_en_shuffled / $top1_es_shuffled", "",
    ),
    ("right thing, fills on photographs, every third thing, English", "$fill_top1_en", ""),
    ("the judge on real renderings it was not trained on", "$judge_real", ""),
    ("the judge on those after the autoencoder", "$judge_real_through_vae", ""),
    (
        "colours of shirt and trousers as asked, each counted; shuffled prompts; real renderings",
        "$binding, $binding_shuffled, $binding_judge_real", "70 %",
    ),
    (
        "four steps with the LoRA: right thing, English, one picture of each",
        "$top1_en_four_steps", "at most 5 points below 20 steps",
    ),
    (
        "autoencoder PSNR on scikit-image's astronaut, coffee, chelsea, rocket, whole photographs",
        "$psnr dB, mean $psnr_mean dB", "",
    ),
    ("the same by TAESD", "$psnr_beside dB, mean $psnr_beside_mean dB", "within 1 dB of it"),
    (
        "fills: step along the mask's border over the photograph's, pasted / faded as Lienzo does",
        "$seam_pasted / $seam_feathered", "1.3",
    ),
    (
        "Canny: F1 of the edges of what was painted (without control)",
        "$canny_f1 ($canny_f1_uncontrolled)", "60 %, twice the one without",
    ),
    (
        "pose: PCK@0.1 of painted people (without control; of real renderings, and after the"
        " autoencoder)",
        "$pose_pck ($pose_pck_uncontrolled; $pose_pck_real, $pose_pck_real_through_vae)", "80 %",
    ),
    (
        "depth: correlation of the given map with where something stands in what was painted"
        " (without control; in real renderings, and after the autoencoder)",
        "$depth_correlation ($depth_correlation_uncontrolled; $depth_correlation_real,"
        " $depth_correlation_real_through_vae)", "",
    ),
    (
        "segmentation: mean IoU of the classes in what was painted with the given ones"
        " (without control; in real renderings, and after the autoencoder)",
        "$segmentation_iou ($segmentation_iou_uncontrolled; $segmentation_iou_real,"
        " $segmentation_iou_real_through_vae)", "",
    ),
    (
        "reference: AUC of likeness to its own reference against likeness to others",
        "$reference_auc", "90 %",
    ),
    (
        "variety: distance of seeds of one prompt over that of real renderings of it",
        "$variety_over_data", "0.6",
    ),
    (
        "one picture, $steps steps with CFG, on the machine above; a fill",
        "$seconds_text s, $seconds_fill s", "",
    ),
    ("size of this folder", "$mebibytes MiB", "128 MiB"),
)  # fmt: skip
"""What was measured, how its figure is written, and the bar of the plan; dropped if not measured"""

CORRELATION = "depth_correlation"
RATIOS = (
    "variety_over_data", "seam_pasted", "seam_feathered",
    *(CORRELATION + how for how in ("", "_uncontrolled", "_real", "_real_through_vae")),
)  # fmt: skip

PARTS = {
    "unet": "UNet, four channels",
    "text_encoder": "text encoder",
    "vae": "autoencoder",
    **{f"controlnet-{kind}": f"ControlNet, {kind}" for kind in control.KINDS},
    "ip_adapter": "IP-Adapter with its image encoder",
    fewstep.FILE: "LoRA for four steps",
}


def card(work: Work, figures: Figures) -> str:
    """Fill the model card's template with figures and with what the logs of training say."""
    values = _written(figures)
    values["mebibytes"] = f"{figures['bytes'] / 2**20:.1f}"
    values["bank_samples"] = len(list(work.bank.glob("chunk-???.npz"))) * bank.CHUNK
    for part in ("unet", "vae", "text_encoder"):
        files = (work.result / part).glob("*.safetensors")
        halves = sum(path.stat().st_size for path in files) / 2
        values[f"{part.removesuffix('_encoder')}_millions"] = f"{halves / 1e6:.1f}"
    for stage, batch in (
        ("vae", vae.BATCH),
        ("text", 2 * text.PAIRS),
        ("base", base.BATCH * base.PARTS),
    ):
        values[f"{stage}_trained"] = _trained(work, stage, batch) or "as adopted"
    values["figures"] = figure_table(values)
    values["sizes"] = _sizes(work)
    values["companions"] = _companions(work)
    template = (RECIPE / "card.md").read_text("utf-8")
    return string.Template(template).substitute(values)


def figure_table(values: Figures) -> str:
    """Return the rows of the table whose figures are all among the values."""
    rows = []
    for measured, figure, bar in ROWS:
        needed = string.Template(measured + figure).get_identifiers()
        if all(name in values for name in needed):
            cells = (string.Template(cell).substitute(values) for cell in (measured, figure, bar))
            rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _written(figures: Figures) -> Figures:
    values = {name: value for name, value in figures.items() if not isinstance(value, dict)}
    for name, value in figures.items():
        if name in RATIOS:
            values[name] = f"{value:.2f}"
        elif isinstance(value, float) and name != "guidance":
            values[name] = f"{100 * value:.1f} %"
    for name in ("psnr", "psnr_beside"):
        found = dict(figures.get(f"{name}_db", {}))
        if found:
            values[f"{name}_mean"] = f"{found.pop('mean'):.1f}"
            values[name] = ", ".join(f"{value:.1f}" for value in found.values())
    values["seconds_text"] = figures["seconds"]["text_to_image"]
    values["seconds_fill"] = figures["seconds"]["fill"]
    return values


def _trained(work: Work, stage: str, batch: int) -> str:
    if not work.checkpoint(stage).exists():
        return ""
    state = torch.load(work.checkpoint(stage), weights_only=True, mmap=True)
    samples, minutes = state["step"] * batch, state["seconds"] / 60
    return f"{samples} samples, {minutes:.0f} minutes"


def _sizes(work: Work) -> str:
    rows = []
    for name, label in PARTS.items():
        place = work.result / name
        files = [place] if place.is_file() else sorted(place.rglob("*.safetensors"))
        if files:
            size = sum(path.stat().st_size for path in files)
            rows.append(f"| {label} | `{name}` | {size / 2**20:.1f} MiB |")
    return "\n".join(rows)


def _companions(work: Work) -> str:
    """Return one line for each companion that was exported: how long it was trained."""
    stages = {
        fewstep.FILE: ("fewstep", fewstep.BATCH),
        **{f"controlnet-{kind}": (f"control-{kind}", control.BATCH) for kind in control.KINDS},
        "ip_adapter": ("reference", reference.BATCH),
    }
    rows = []
    for name, (stage, batch) in stages.items():
        trained = _trained(work, stage, batch * base.PARTS)
        if (work.result / name).exists() and trained:
            rows.append(f"- {PARTS[name]}: {trained}.")
    return "\n".join(rows)
