"""A word from a file means its vectors while it is on, and the text encoder is then as before."""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from conftest import MakeRequest
from diffusers import StableDiffusionPipeline
from model_factory import WIDTH, copy_model
from safetensors.torch import save_file

from studio.catalog.models import STARTER, ModelSpec, identify
from studio.catalog.recognise.network_files import embedding_names
from studio.catalog.tokens import TokenCounter
from studio.core.errors import Cancelled, StudioError
from studio.core.progress import Progress, ProgressEvent
from studio.edit.request import AdapterUse, Task
from studio.engine.adapters.added_tokens import add_tokens
from studio.engine.adapters.embedding_files import FIRST, read_embedding
from studio.engine.adapters.export import write_embedding
from studio.engine.adapters.textual_inversion import attach, check
from studio.engine.engine import Engine
from studio.engine.families.stable_diffusion.prompts import encode_prompts
from studio.engine.latent_diffusion import painting

KIND = "textual_inversion"


@pytest.fixture
def loaded(engine: Engine, tiny: Path) -> Any:
    engine.warm_up(str(tiny))
    return engine.residency.loaded


@pytest.fixture
def vectors() -> torch.Tensor:
    return torch.randn(3, WIDTH, generator=torch.Generator().manual_seed(1))


@pytest.fixture
def luna(tmp_path: Path, vectors: torch.Tensor) -> Path:
    """A file with three vectors for <luna>."""
    write_embedding(tmp_path / "luna.safetensors", "<luna>", {FIRST: vectors}, "diffusers")
    return tmp_path / "luna.safetensors"


def trace(loaded: Any) -> tuple[Any, ...]:
    """Return the very objects of the text encoder and the tokenizer, and the bytes of the table."""
    encoder = loaded.networks.text_encoder
    table = encoder.get_input_embeddings()
    ids = loaded.networks.tokenizer("a <luna> x").input_ids
    return (
        [(name, id(module)) for name, module in encoder.named_modules()],
        [name for name, _ in encoder.state_dict().items()],
        id(table.weight),
        table.weight.numpy().tobytes(),
        id(loaded.networks.tokenizer),
        ids,
    )


def test_the_word_is_its_vectors_in_the_text_encoder(
    loaded: Any, luna: Path, vectors: torch.Tensor
) -> None:
    before = trace(loaded)
    table = loaded.networks.text_encoder.get_input_embeddings()
    with attach(loaded, [AdapterUse(KIND, str(luna))]) as grown:
        ids = grown.networks.tokenizer("a <Luna>, b", return_tensors="pt").input_ids
        rows = grown.networks.text_encoder.get_input_embeddings()(ids)[0]
        assert torch.equal(rows[2:5], vectors)
        plain = loaded.networks.tokenizer("a , b", return_tensors="pt").input_ids
        assert torch.equal(rows[[0, 1, 5, 6, 7]], table(plain)[0])
        assert grown.tokens.count("a <luna>, b") == len(ids[0]) - 2 == 6
        assert grown.spec is loaded.spec and grown.networks.unet is loaded.networks.unet
        assert trace(loaded) != before
    assert trace(loaded) == before
    assert loaded.networks.text_encoder.get_input_embeddings() is table


def test_diffusers_hears_the_same_in_our_files(
    loaded: Any, tiny: Path, luna: Path, ask: MakeRequest
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pipeline = StableDiffusionPipeline.from_pretrained(
            tiny, safety_checker=None, local_files_only=True
        )
        pipeline.load_textual_inversion(luna)
        theirs, _ = pipeline.encode_prompt("a cat like <luna> here", "cpu", 1, False)
    with attach(loaded, [AdapterUse(KIND, str(luna))]) as grown:
        request = ask(prompt="a cat like <luna> here", sampling={"cfg_scale": 1.0})
        ours = encode_prompts(grown, request, (64, 64), [])[0].text  # type: ignore[arg-type]
    assert torch.allclose(ours, theirs, atol=1e-6)


@pytest.mark.parametrize("task", [Task.GENERATE, Task.FILL])
def test_it_changes_the_picture_where_the_prompt_says_it_and_leaves_no_trace(
    engine: Engine, ask: MakeRequest, loaded: Any, luna: Path, task: Task
) -> None:
    before = trace(loaded)
    pictures = {}
    for prompt in ("a <luna>", "a cat"):
        for weight in (None, 0.0, 0.5, 1.0):
            use = () if weight is None else (AdapterUse(KIND, str(luna), weight),)
            request = ask(task, prompt=prompt, adapters=use, sampling={"steps": 1})
            pictures[prompt, weight] = engine.run(request).images[0]
            assert trace(loaded) == before
    for weight in (0.0, 0.5, 1.0):
        assert np.array_equal(pictures["a cat", None], pictures["a cat", weight])
    assert np.array_equal(pictures["a <luna>", None], pictures["a <luna>", 0.0])
    for one, other in ((None, 1.0), (None, 0.5), (0.5, 1.0)):
        assert not np.array_equal(pictures["a <luna>", one], pictures["a <luna>", other])


def test_the_weight_scales_how_far_it_lies_from_the_mean(
    loaded: Any, luna: Path, vectors: torch.Tensor
) -> None:
    mean = loaded.networks.text_encoder.get_input_embeddings().weight.mean(0)
    with attach(loaded, [AdapterUse(KIND, str(luna), 0.25)]) as grown:
        table = grown.networks.text_encoder.get_input_embeddings()
        ids = grown.networks.tokenizer("<luna>", return_tensors="pt").input_ids
        rows = table(ids)[0, 1:4]
    assert torch.allclose(rows, mean + 0.25 * (vectors - mean), atol=1e-6)


def test_an_error_or_a_cancel_takes_it_off_as_well(
    engine: Engine,
    ask: MakeRequest,
    loaded: Any,
    luna: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = trace(loaded)
    request = ask(prompt="a <luna>", adapters=(AdapterUse(KIND, str(luna)),))
    with monkeypatch.context() as patch:
        patch.setattr(painting, "decode", lambda *_args: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            engine.run(request)
    assert trace(loaded) == before

    def listen(event: ProgressEvent) -> None:
        if event.text == "Painting":
            progress.cancel()

    progress = Progress(listen)
    with pytest.raises(Cancelled):
        engine.run(request, progress)
    assert trace(loaded) == before


def test_several_words_and_a_lora_that_brings_one(
    engine: Engine, ask: MakeRequest, loaded: Any, luna: Path, tmp_path: Path
) -> None:
    before = trace(loaded)
    rng = torch.Generator().manual_seed(8)
    name = "mid_block.attentions.0.transformer_blocks.0.attn2.to_q"
    size = loaded.networks.unet.get_submodule(name).weight.shape
    lora = {
        f"lora_unet_{name.replace('.', '_')}.lora_down.weight": torch.randn(2, size[1]),
        f"lora_unet_{name.replace('.', '_')}.lora_up.weight": torch.randn(size[0], 2),
        "bundle_emb.rover.string_to_param.*": torch.randn(2, WIDTH, generator=rng),
    }
    save_file(lora, tmp_path / "rover.safetensors")
    rex = torch.randn(1, WIDTH, generator=rng)
    write_embedding(tmp_path / "rex.safetensors", "", {FIRST: rex})
    uses = (
        AdapterUse(KIND, str(luna)),
        AdapterUse("lora", str(tmp_path / "rover.safetensors"), 0.5),
        AdapterUse(KIND, str(tmp_path / "rex.safetensors"), options={"token": "<rex>"}),
    )
    made = {}
    for prompt in ("rover", "<rex>", "<luna>", "rex"):
        made[prompt] = engine.run(ask(prompt=prompt, adapters=uses)).images[0].tobytes()
    assert len(set(made.values())) == 4
    assert trace(loaded) == before
    again = AdapterUse(KIND, str(tmp_path / "rex.safetensors"), options={"token": "rover"})
    with pytest.raises(StudioError, match="rover"):
        engine.run(ask(adapters=(*uses, again)))
    assert trace(loaded) == before


def test_an_embedding_of_another_base_that_only_shares_a_word_is_left_out(
    engine: Engine, ask: MakeRequest, tmp_path: Path
) -> None:
    write_embedding(tmp_path / "cat.safetensors", "cat", {FIRST: torch.zeros(2, 1024)}, "a1111")
    path = str(tmp_path / "cat.safetensors")
    word = AdapterUse(KIND, path, options={"named": "cat"})
    made = engine.run(ask(prompt="a cat", adapters=(word,)))
    (note,) = made.notes
    assert "cat.safetensors" in str(note) and "2.x" in str(note)
    assert np.array_equal(made.images[0], engine.run(ask(prompt="a cat")).images[0])
    with pytest.raises(StudioError, match=r"2\.x"):
        engine.run(ask(prompt="a cat", adapters=(AdapterUse(KIND, path),)))


def test_a_prompt_is_not_cut_in_the_middle_of_a_word_of_many_tokens(
    engine: Engine, ask: MakeRequest, luna: Path
) -> None:
    words = " ".join("a" * 73)
    uses = (AdapterUse(KIND, str(luna)),)
    result = engine.run(ask(prompt=f"{words} <luna> b", adapters=uses))
    same = engine.run(ask(prompt=f"{words} BREAK <luna> b", adapters=uses)).images[0]
    assert np.array_equal(result.images[0], same), "all its tokens are in the second chunk"
    other = engine.run(ask(prompt=f"{words} BREAK b", adapters=uses)).images[0]
    assert not np.array_equal(result.images[0], other)


def test_the_starter_learns_a_word_for_a_while(engine: Engine) -> None:
    engine.warm_up(STARTER)
    starter: Any = engine.residency.loaded
    before = trace(starter)
    encoder, tokenizer = starter.networks.text_encoder, starter.networks.tokenizer
    cat = tokenizer("cat", add_special_tokens=False).input_ids
    rows = encoder.get_input_embeddings().weight[cat].clone()
    with add_tokens(starter, {"<luna>": {FIRST: rows}}) as grown, torch.no_grad():
        ids = grown.networks.tokenizer("a red <luna> in the fog", return_tensors="pt").input_ids
        said = encoder(ids)[0]
    assert trace(starter) == before
    with torch.no_grad():
        known = encoder(tokenizer("a red cat in the fog", return_tensors="pt").input_ids)[0]
    assert torch.equal(said, known)


@pytest.mark.parametrize("layout", ["a1111", "diffusers"])
@pytest.mark.parametrize("count", [1, 3])
def test_what_we_write_we_read(
    tmp_path: Path, vectors: torch.Tensor, layout: Any, count: int
) -> None:
    file = tmp_path / "a.safetensors"
    write_embedding(file, "<luna>", {FIRST: vectors[:count]}, layout)
    found = read_embedding(file)
    assert list(found.words) == ["<luna>"] and found.layout == layout
    assert torch.equal(found.words["<luna>"][FIRST], vectors[:count])
    write_embedding(file, "<luna>", {FIRST: vectors[:count]}, layout, dtype=torch.float16)
    half = read_embedding(file).words["<luna>"][FIRST]
    assert half.dtype == torch.float32 and torch.allclose(half, vectors[:count], atol=2e-3)
    assert [path.name for path in tmp_path.iterdir()] == [file.name]


@pytest.mark.parametrize("layout", ["a1111", "diffusers"])
def test_vectors_of_two_text_encoders_come_back(tmp_path: Path, layout: Any) -> None:
    both = {FIRST: torch.randn(3, 8), "text_encoder_2": torch.randn(3, 12)}
    write_embedding(tmp_path / "luna.safetensors", "<luna>", both, layout)
    assert embedding_names(tmp_path / "luna.safetensors") == ("<luna>",)
    (found,) = read_embedding(tmp_path / "luna.safetensors").words.values()
    assert found.keys() == both.keys() and all(torch.equal(found[k], both[k]) for k in both)
    names = {"text_encoders_0": both[FIRST], "text_encoders_1": both["text_encoder_2"]}
    save_file(names, tmp_path / "pivotal.safetensors")
    found = read_embedding(tmp_path / "pivotal.safetensors").words["pivotal"]
    assert all(torch.equal(found[k], both[k]) for k in both)
    torch.save({"clip_l": both[FIRST], "clip_g": torch.zeros(2, 12)}, tmp_path / "uneven.pt")
    with pytest.raises(StudioError, match=r"uneven\.pt"):
        read_embedding(tmp_path / "uneven.pt")


def test_the_words_that_files_say(tmp_path: Path, vectors: torch.Tensor) -> None:
    parameter = torch.nn.Parameter(vectors)
    old = {"string_to_token": {"*": 265}, "string_to_param": {"*": parameter}, "name": "inner"}
    torch.save(old, tmp_path / "outer.pt")
    assert set(read_embedding(tmp_path / "outer.pt").words) == {"outer", "inner"}
    save_file({"emb_params": vectors}, tmp_path / "bare.safetensors")
    assert set(read_embedding(tmp_path / "bare.safetensors").words) == {"bare"}
    torch.save({"<bird>": vectors[0]}, tmp_path / "learned_embeds.bin")
    found = read_embedding(tmp_path / "learned_embeds.bin")
    assert set(found.words) == {"<bird>"} and found.words["<bird>"][FIRST].shape == (1, WIDTH)


def bad_files(folder: Path, vectors: torch.Tensor) -> dict[str, tuple[AdapterUse, str]]:
    """Return files, or words for good ones, that cannot be used, and what is said of them."""
    broken = vectors.clone()
    broken[1, 2] = torch.nan
    files = {
        "nan": ({"emb_params": broken}, "NaN"),
        "xl": ({"clip_l": torch.zeros(2, 768), "clip_g": torch.zeros(2, 1280)}, "XL"),
        "wide": ({"emb_params": torch.zeros(2, 1024)}, r"2\.x \(1024\).*\(16\)"),
        "cube": ({"<x>": torch.zeros(2, 2, WIDTH)}, "not a textual-inversion"),
        "nothing": ({"<x>": torch.zeros(0, WIDTH)}, "not a textual-inversion"),
        "long": ({"emb_params": torch.zeros(76, WIDTH)}, "76"),
        "special": ({"<|endoftext|>": vectors}, "endoftext"),
        "blank": ({" ": vectors}, "cannot be the name"),
    }
    found = {}
    for name, (tensors, said) in files.items():
        save_file(tensors, folder / f"{name}.safetensors")
        found[name] = (AdapterUse(KIND, str(folder / f"{name}.safetensors")), said)
    save_file({"<a>": vectors, "<b>": vectors.clone()}, folder / "two.safetensors")
    options = {"token": "<luna>"}
    found["two"] = (AdapterUse(KIND, str(folder / "two.safetensors"), options=options), "several")
    torch.save({"string_to_param": {"*": vectors}, "x": torch.nn.Linear(1, 1)}, folder / "code.pt")
    found["code"] = (AdapterUse(KIND, str(folder / "code.pt")), "code")
    (folder / "text.pt").write_text("no weights")
    found["text"] = (AdapterUse(KIND, str(folder / "text.pt")), "not a weight file")
    found["missing"] = (AdapterUse(KIND, str(folder / "missing.pt")), "There is no file")
    return found


def test_files_that_do_not_fit_are_refused_with_nothing_changed(
    engine: Engine, ask: MakeRequest, loaded: Any, tmp_path: Path, vectors: torch.Tensor
) -> None:
    before = trace(loaded)
    for name, (use, said) in bad_files(tmp_path, vectors).items():
        with pytest.raises(StudioError, match=said):
            engine.run(ask(prompt="a <luna>", adapters=(use,)))
        assert trace(loaded) == before, name


def test_another_base_is_told_before_the_model_is_loaded(ask: MakeRequest, tmp_path: Path) -> None:
    fresh = Engine("cpu")
    save_file({"emb_params": torch.zeros(2, 1024)}, tmp_path / "a.safetensors")
    with pytest.raises(StudioError, match="1024"):
        fresh.run(ask(adapters=(AdapterUse(KIND, str(tmp_path / "a.safetensors")),)))
    assert fresh.residency.loaded is None


@pytest.fixture
def like_sd15(tiny: Path, tmp_path: Path) -> ModelSpec:
    """A folder that says it reads text as Stable Diffusion 1.5 does."""
    folder = copy_model(tiny, tmp_path / "sd15")
    for part, key in (("unet", "cross_attention_dim"), ("text_encoder", "hidden_size")):
        file = folder / part / "config.json"
        file.write_text(json.dumps({**json.loads(file.read_text()), key: 768}))
    return identify(folder)


def write_embeddings(folder: Path) -> None:
    """Write embeddings as A1111's trainer, its successors and diffusers do."""
    rng = torch.Generator().manual_seed(1)

    def vectors(count: int, width: int = 768) -> torch.Tensor:
        return torch.randn(count, width, generator=rng)

    old = {"string_to_token": {"*": 265}, "step": 9, "sd_checkpoint": "x"}
    for name, inside, width in (
        ("a1111_string_to_param", "bad-artist", 768),
        ("sd2_width_1024", "other", 1024),
    ):
        content = {**old, "string_to_param": {"*": vectors(2, width)}, "name": inside}
        torch.save(content, folder / f"{name}.pt")
    save_file({"emb_params": vectors(8)}, folder / "a1111_emb_params.safetensors")
    torch.save({"<birb-style>": vectors(1)[0]}, folder / "diffusers_learned_embeds.bin")


def test_files_of_every_trainer(like_sd15: ModelSpec, tmp_path: Path) -> None:
    write_embeddings(tmp_path)
    known = {
        "a1111_string_to_param.pt": ({"a1111_string_to_param", "bad-artist"}, 2),
        "a1111_emb_params.safetensors": ({"a1111_emb_params"}, 8),
        "diffusers_learned_embeds.bin": ({"<birb-style>"}, 1),
    }
    for name, (words, count) in known.items():
        found = read_embedding(tmp_path / name)
        assert set(found.words) == words
        assert {tuple(v[FIRST].shape) for v in found.words.values()} == {(count, 768)}
        check(like_sd15, [AdapterUse(KIND, str(tmp_path / name))])
    with pytest.raises(StudioError) as caught:
        check(like_sd15, [AdapterUse(KIND, str(tmp_path / "sd2_width_1024.pt"))])
    said = str(caught.value)
    assert "Stable Diffusion 2.x" in said and "Stable Diffusion 1.x" in said


def test_the_counter_knows_words_of_letters_only_as_whole_words() -> None:
    counter = TokenCounter.load(STARTER)
    more = counter.with_tokens({"bad-artist": 4, "<luna>": 5}).with_tokens({"luna": 2})
    assert more.words == {"bad-artist": 4, "<luna>": 5, "luna": 2}
    assert more.count("bad-artist") == 4 and more.count("BAD-ARTIST, cat") == 6
    for plain in ("bad-artists", "xbad-artist", "lunar", "a cat"):
        assert more.count(plain) == counter.count(plain)
    assert more.count("<luna>luna <luna>") == 12
    assert counter.count("<luna>") != 5
