"""Loading of a model of Stable Diffusion 1.5's true size: one file beside bare diffusers' folder.

The files are sparse: all weights are zero, so that only 4 GB of memory are needed and no disk. Each
way runs in a process of its own:

    python tests/benchmarks/bench_single_file.py
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROJECT = HERE.parents[1]
sys.path[:0] = [str(PROJECT), str(HERE.parent / "catalog")]

STEMS = {"text_encoder": "model"}


def write(place: Path) -> tuple[Path, Path]:
    """Write the model as one file and as a folder, and return both."""
    from corpus_files import write_safetensors
    from corpus_unets import SD1, checkpoint
    from corpus_vaes import ldm_vae

    from studio.catalog.configurations import part_config
    from studio.catalog.models import identify
    from studio.catalog.single.networks import component_part

    shapes = checkpoint(SD1, "1", ldm_vae())
    file = write_safetensors(place / "model.safetensors", shapes, "F16", {}, {})
    spec, folder = identify(file), place / "folder"
    for component in spec.components:
        inner = folder / component.name
        inner.mkdir(parents=True)
        stem = STEMS.get(component.name, "diffusion_pytorch_model")
        weights = component_part(component).shapes
        write_safetensors(inner / f"{stem}.safetensors", weights, "F16", {"format": "pt"}, {})
        config = json.dumps(dict(part_config(spec, component.name)))
        (inner / "config.json").write_text(config, encoding="utf-8")
    return file, folder


def ours(path: Path) -> object:
    """Load the file with Lienzo, in float32."""
    from studio.catalog.models import identify
    from studio.core.progress import Progress
    from studio.engine.device import choose_device
    from studio.engine.loading import load_components

    return load_components(identify(path), choose_device("cpu"), Progress())


def theirs(path: Path) -> object:
    """Load the folder with diffusers and transformers alone, in float32."""
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel
    from transformers import CLIPTextModel

    kind = torch.float32
    return (
        UNet2DConditionModel.from_pretrained(path / "unet", torch_dtype=kind),
        AutoencoderKL.from_pretrained(path / "vae", torch_dtype=kind),
        CLIPTextModel.from_pretrained(path / "text_encoder", dtype=kind),
    )


WAYS: dict[str, Callable[[Path], object]] = {"ours": ours, "theirs": theirs}


def measure(way: str, path: Path) -> None:
    """Print the peak of memory in bytes, above that of the imports, and the CPU seconds."""
    import diffusers  # noqa: F401
    import torch  # noqa: F401
    import transformers  # noqa: F401

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    begun = time.process_time()
    kept = WAYS[way](path)
    spent = time.process_time() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    print(json.dumps({"bytes": peak * 1024, "seconds": spent, "kept": bool(kept)}))


def main() -> None:
    """Measure both ways twice and print the ratios of the second time."""
    with tempfile.TemporaryDirectory() as name:
        file, folder = write(Path(name))
        found: dict[str, dict[str, float]] = {}
        for way, path in (("theirs", folder), ("ours", file)) * 2:
            command = [sys.executable, "-W", "ignore", __file__, way, str(path)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            found[way] = json.loads(done.stdout.splitlines()[-1])
    for key in ("bytes", "seconds"):
        print(f"{key}: {found['ours'][key] / found['theirs'][key]:.2f} of diffusers' folder")
    print(f"peak {found['ours']['bytes'] / 1e9:.2f} GB, {found['ours']['seconds']:.1f} CPU s")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        measure(sys.argv[1], Path(sys.argv[2]))
    else:
        main()
