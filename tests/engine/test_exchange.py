"""Subjects go out in the layouts of other programs and come back as they were."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from studio.catalog.models import STARTER, identify
from studio.catalog.subjects import LORA, UNET, WORDS, Subject, read_subject, write_subject
from studio.core.errors import StudioError
from studio.core.progress import Progress
from studio.edit.exchange import ExportRequest, ImportRequest
from studio.engine.adapters.lora_layouts import LoraWeights, adaptable, read_lora_weights
from studio.engine.engine import Engine
from studio.engine.training.exchange import EXTRACTED_RANK, extract_lora

MODULE = "mid_block.attentions.0.transformer_blocks.0.attn1.to_q"


@pytest.fixture(scope="module")
def engine() -> Engine:
    """Return an engine with the starter in memory."""
    made = Engine("cpu")
    made.warm_up()
    return made


def subject(folder: Path, *files: str) -> Subject:
    """Write a subject with random numbers."""
    folder.mkdir(parents=True)
    torch.manual_seed(5)
    if LORA in files:
        tensors = {f"unet.{MODULE}.lora_A.weight": torch.randn(4, 256).half(),
                   f"unet.{MODULE}.lora_B.weight": torch.randn(256, 4).half()}  # fmt: skip
        save_file(tensors, folder / LORA)
    if WORDS in files:
        save_file({"<luna>": torch.randn(2, 256).half()}, folder / WORDS)
    if UNET in files:
        save_file({f"{MODULE}.weight": torch.randn(256, 256).half() / 100}, folder / UNET)
    made = Subject(
        name="luna", kind="dog", word="sks dog" if WORDS not in files else "<luna> dog",
        method="lora", base="Lienzo Starter", model="starter", width=256, folder=folder,
        files=files,
    )  # fmt: skip
    write_subject(made)
    return read_subject(folder)


def deltas(engine: Engine, file: Path) -> dict[str, torch.Tensor]:
    """Return what a LoRA file adds to the starter's UNet."""
    networks = engine.residency.get(identify(STARTER), Progress()).networks
    found: LoraWeights = read_lora_weights(file, adaptable(networks))
    return found.deltas("unet")


@pytest.mark.parametrize("layout", ["kohya", "diffusers", "peft"])
def test_a_lora_comes_back_as_it_went(engine: Engine, tmp_path: Path, layout: str) -> None:
    """Exported in each layout and imported again it adds the same to the model."""
    out = subject(tmp_path / "luna", LORA)
    file = tmp_path / "out.safetensors"
    result = engine.run(ExportRequest(str(out.folder), str(file), layout))
    assert result.files == (file,)
    engine.run(ImportRequest(str(file), "luz", str(tmp_path / "luz")))
    back = read_subject(tmp_path / "luz")
    assert (back.kind, back.word, back.files) == ("dog", "sks dog", (LORA,))
    before, after = (deltas(engine, one.folder / LORA)[MODULE] for one in (out, back))
    assert torch.allclose(before, after, rtol=2e-3, atol=2e-3)


def test_words_go_beside_or_inside(engine: Engine, tmp_path: Path) -> None:
    """kohya's layout carries them in the file, others have a second file."""
    out = subject(tmp_path / "luna", LORA, WORDS)
    inside = engine.run(ExportRequest(str(out.folder), str(tmp_path / "k.safetensors"), "kohya"))
    assert [file.name for file in inside.files] == ["k.safetensors"]
    beside = engine.run(ExportRequest(str(out.folder), str(tmp_path / "p.safetensors"), "peft"))
    assert [file.name for file in beside.files] == ["p.safetensors", "p-words.safetensors"]
    engine.run(ImportRequest(str(tmp_path / "p-words.safetensors"), "sol", str(tmp_path / "sol")))
    back = read_subject(tmp_path / "sol")
    assert back.word == "<sol>" and back.files == (WORDS,)
    kept = next(iter(load_file(back.folder / WORDS).values()))
    assert torch.equal(kept, next(iter(load_file(out.folder / WORDS).values())))
    engine.run(ImportRequest(str(tmp_path / "k.safetensors"), "mar", str(tmp_path / "mar")))
    assert read_subject(tmp_path / "mar").word == "<luna> dog"


def test_a_whole_unet_goes_as_the_nearest_lora(engine: Engine, tmp_path: Path) -> None:
    """The exported LoRA is the best of its rank, so no other of that rank is nearer."""
    out = subject(tmp_path / "luna", UNET)
    file = tmp_path / "out.safetensors"
    engine.run(ExportRequest(str(out.folder), str(file)))
    whole = load_file(out.folder / UNET)[f"{MODULE}.weight"].float()
    rest = torch.linalg.svdvals(whole)[EXTRACTED_RANK:].square().sum().sqrt()
    error = (deltas(engine, file)[MODULE] - whole).norm()
    assert abs(float(error - rest)) < 1e-3 * float(whole.norm())
    unet = engine.residency.get(identify(STARTER), Progress()).networks.unet
    assert extract_lora(unet, {"conv_in.bias": torch.ones(64)}).layers == {}


def test_a_file_that_is_there_stays(engine: Engine, tmp_path: Path) -> None:
    """Unless it may be replaced."""
    out = subject(tmp_path / "luna", LORA)
    file = tmp_path / "out.safetensors"
    file.write_bytes(b"mine")
    with pytest.raises(StudioError, match="already"):
        engine.run(ExportRequest(str(out.folder), str(file)))
    assert file.read_bytes() == b"mine"
    engine.run(ExportRequest(str(out.folder), str(file), "kohya", True))
    assert file.read_bytes() != b"mine"


ATTENTION = "unet.down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.lora"
STABLE_DIFFUSION_1 = {
    "lora": {f"{ATTENTION}.down.weight": (4, 768), f"{ATTENTION}.up.weight": (320, 4)},
    "embedding": {"emb_params": (8, 768)},
}
"""Shapes of tensors of files for Stable Diffusion 1, whose text is 768 wide."""


@pytest.mark.parametrize("kind", STABLE_DIFFUSION_1)
def test_another_base_is_refused(engine: Engine, tmp_path: Path, kind: str) -> None:
    """Files for Stable Diffusion 1 do not fit the starter; nothing is left behind."""
    file = tmp_path / "other.safetensors"
    save_file({key: torch.ones(size) for key, size in STABLE_DIFFUSION_1[kind].items()}, file)
    with pytest.raises(StudioError):
        engine.run(ImportRequest(str(file), "sol", str(tmp_path / "sol")))
    assert not (tmp_path / "sol").exists()


@pytest.mark.parametrize("kind", [*STABLE_DIFFUSION_1, "pickle", "half"])
def test_it_is_refused_before_anything_is_loaded(tmp_path: Path, kind: str) -> None:
    """By the header of the file; of a torch file by the shapes in it."""
    file = tmp_path / ("other.pt" if kind == "pickle" else "other.safetensors")
    shapes = STABLE_DIFFUSION_1.get(kind, STABLE_DIFFUSION_1["lora"])
    tensors = {key: torch.ones(size) for key, size in shapes.items()}
    if kind == "half":
        tensors = {f"unet.{MODULE}.lora_A.weight": torch.ones(4, 256)}
    (torch.save if kind == "pickle" else save_file)(tensors, file)
    fresh = Engine("cpu")
    with pytest.raises(StudioError, match="incomplete" if kind == "half" else r"1\.x"):
        fresh.run(ImportRequest(str(file), "sol", str(tmp_path / "sol")))
    assert fresh.residency.loaded is None and not (tmp_path / "sol").exists()


def test_a_lycoris_comes_back_as_it_went(engine: Engine, tmp_path: Path) -> None:
    """As a subject and exported again; the layouts of plain LoRAs have no place for it."""
    rng = torch.Generator().manual_seed(3)
    base = f"lora_unet_{MODULE.replace('.', '_')}"
    width = engine.residency.get(identify(STARTER), Progress()).networks.unet.get_submodule(MODULE)
    out, inner = width.weight.shape
    tensors = {
        f"{base}.hada_w1_a": torch.randn(out, 2, generator=rng).half(),
        f"{base}.hada_w1_b": torch.randn(2, inner, generator=rng).half(),
        f"{base}.hada_w2_a": torch.randn(out, 2, generator=rng).half(),
        f"{base}.hada_w2_b": torch.randn(2, inner, generator=rng).half(),
        f"{base}.alpha": torch.tensor(1.0),
    }
    save_file(tensors, tmp_path / "style.safetensors")
    before = deltas(engine, tmp_path / "style.safetensors")[MODULE]
    engine.run(ImportRequest(str(tmp_path / "style.safetensors"), "ink", str(tmp_path / "ink")))
    file = tmp_path / "back.safetensors"
    engine.run(ExportRequest(str(tmp_path / "ink"), str(file)))
    assert torch.equal(deltas(engine, file)[MODULE], before) and before.any()
    with pytest.raises(StudioError, match="peft"):
        engine.run(ExportRequest(str(tmp_path / "ink"), str(tmp_path / "x.safetensors"), "peft"))


def test_a_word_may_hold_lora(engine: Engine, tmp_path: Path) -> None:
    """Such as <flora>, which makes no LoRA of an embedding."""
    file = tmp_path / "learned_embeds.safetensors"
    save_file({"<flora>": torch.randn(256)}, file)
    engine.run(ImportRequest(str(file), "flora", str(tmp_path / "flora"), "flower"))
    assert read_subject(tmp_path / "flora").files == (WORDS,)


def test_a_damaged_file_is_refused(engine: Engine, tmp_path: Path) -> None:
    """With a sentence, and nothing is left behind."""
    file = tmp_path / "bad.safetensors"
    file.write_bytes(b"\x00" * 40)
    with pytest.raises(StudioError):
        engine.run(ImportRequest(str(file), "sol", str(tmp_path / "sol")))
    assert not (tmp_path / "sol").exists()
