"""Runs the stages that make the starter model; each continues from where it stopped."""

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import torch
from starter_recipe import (
    adopt,
    art,
    bank,
    base,
    control,
    evaluate,
    export,
    fewstep,
    fidelity,
    joints,
    judge,
    meter,
    mix,
    plain,
    product,
    reference,
    sharpen,
    sources,
    subjects,
    text,
    vae,
)
from starter_recipe.lineage.stages import STAGES as LINEAGE
from starter_recipe.paths import PROJECT, Work

Stage = Callable[[Work, float], None]

STAGES: dict[str, tuple[Stage, float]] = {
    "fetch": (lambda work, _: sources.fetch(work), 0),
    "prepare": (lambda work, _: art.prepare(work), 0),
    "vae": (vae.train_vae, 16),
    "tokenizer": (lambda work, _: text.train_tokenizer(work), 0),
    "text": (text.train_text, 5),
    "bank": (bank.build_bank, 0),
    "base": (base.train_base, 70),
    "decoder": (vae.train_decoder, 8),
    "judge": (judge.train_judge, 15),
    "four-step": (fewstep.train_fewstep, 40),
    **{
        kind: (partial(control.train_control, kind), 40)
        for kind in ("canny", "pose", "depth", "segmentation")
    },
    "reference": (reference.train_reference, 30),
    "joints": (joints.train_joints, 15),
    "meter": (meter.train_meter, 12),
    "export": (lambda work, _: export.export(work), 0),
    "evaluate": (lambda work, _: evaluate.evaluate(work), 0),
}

ASIDE: dict[str, tuple[Stage, float]] = {
    "adopt": (lambda work, _: adopt.adopt(work), 0),
    "companions": (evaluate.companions, 0),
    "fidelity": (fidelity.measure, 0),
    "mix": (mix.train_mix, 300),
    "plain": (plain.train_plain, 300),
    "product": (product.measure, 0),
    "sharpen": (sharpen.train_sharp, 30),
    "subjects": (subjects.measure, 0),
    **LINEAGE,
}
"""Stages that `all` leaves out."""


def main() -> None:
    """Parse the command line and run one stage, or all of them in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stage", choices=[*STAGES, *ASIDE, "all"])
    parser.add_argument("--work", type=Path, default=PROJECT / "build" / "starter")
    parser.add_argument("--result", type=Path, default=PROJECT / "resources" / "starter")
    parser.add_argument("--minutes", type=float, help="length of a training stage, resumes counted")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--beside", type=Path, help="an AutoencoderTiny to evaluate beside ours")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    work = Work(options.work, options.result, options.beside)
    work.root.mkdir(parents=True, exist_ok=True)
    for name in STAGES if options.stage == "all" else [options.stage]:
        stage, minutes = (STAGES | ASIDE)[name]
        stage(work, options.minutes if options.minutes is not None else minutes)


if __name__ == "__main__":
    main()
