"""Tokenizers that come with the text encoder of a single file: SentencePiece of byte-pair encoding,
as a tensor inside or as a file beside."""

from __future__ import annotations

import struct
from pathlib import Path

import corpus_more_dits as more
import pytest
import torch
from corpus_files import write_safetensors
from corpus_vaes import ldm_vae
from safetensors.torch import save_file
from transformers import GemmaTokenizer, PreTrainedTokenizerFast

from studio.catalog import encoder_vocabulary
from studio.catalog.configurations import tokenizer_folder, tokenizer_options
from studio.catalog.encoder_vocabulary import vocabulary_folder
from studio.catalog.models import identify
from studio.catalog.sentencepiece import parse_vocabulary
from studio.catalog.tokens import read_tokenizer
from studio.core.errors import StudioError

NORMAL, UNKNOWN, CONTROL, USER, BYTE = 1, 2, 3, 4, 6
SPACE = "\u2581"
MERGED = [f"{SPACE}c", "at", f"{SPACE}cat", "ca", "s", f"{SPACE}cats", f"{SPACE}a", "re", "red"]
PIECES = [
    ("<pad>", CONTROL),
    ("<eos>", CONTROL),
    ("<bos>", CONTROL),
    ("<unk>", UNKNOWN),
    ("<start_of_turn>", USER),
    *((f"<0x{byte:02X}>", BYTE) for byte in range(256)),
    *((one, NORMAL) for one in (*MERGED, SPACE, *"abcdert")),
]


def field(number: int, content: bytes) -> bytes:
    size, head = len(content), bytes([number << 3 | 2])
    while size > 127:
        head += bytes([size & 127 | 128])
        size >>= 7
    return head + bytes([size]) + content


def model(pieces: list[tuple[str, int]] = PIECES) -> bytes:
    """Return a SentencePiece model; the earlier a piece, the higher its score."""
    content = b""
    for number, (text, kind) in enumerate(pieces):
        score = bytes([2 << 3 | 5]) + struct.pack("<f", -float(number))
        content += field(1, field(1, text.encode()) + score + bytes([3 << 3, kind]))
    return content


def encoder(folder: Path, data: bytes | None) -> Path:
    """Write a text encoder, with its tokenizer inside as ComfyUI does."""
    state = {"model.embed_tokens.weight": torch.zeros(4, 4)}
    if data is not None:
        state["spiece_model"] = torch.frombuffer(bytearray(data), dtype=torch.uint8)
    file = folder / "gemma.safetensors"
    save_file(state, file)
    return file


def ids_of(folder: Path, text: str) -> list[int]:
    return list(read_tokenizer(folder).encode(text, add_special_tokens=False).ids)


@pytest.mark.parametrize("beside", ["", "tokenizer.model", "spiece.model"])
def test_prompts_are_split_as_by_gemmas_tokenizer(beside: str, tmp_path: Path) -> None:
    file = encoder(tmp_path, None if beside else model())
    if beside:
        (tmp_path / beside).write_bytes(model())
    folder = vocabulary_folder(file)
    ids = {text: number for number, (text, _) in enumerate(PIECES)}
    merges = [(f"{SPACE}", "c"), ("a", "t"), (f"{SPACE}c", "at"), ("c", "a"),
              (f"{SPACE}cat", "s"), (SPACE, "a"), ("r", "e"), ("re", "d")]  # fmt: skip
    reference = GemmaTokenizer(vocab=dict(ids), merges=merges)
    reference.add_tokens(["<start_of_turn>"])
    for text in ("a cat", "cats", "red cats  at ate", "\u00e9 caf\u00e9", "<start_of_turn>cat", ""):
        wanted = reference(text, add_special_tokens=False).input_ids
        assert ids_of(folder, text) == wanted, text
    assert ids_of(folder, "a cats") == [ids["a"], ids[f"{SPACE}cats"]]
    assert ids_of(folder, "\u00e9") == [ids["<0xC3>"], ids["<0xA9>"]]
    assert vocabulary_folder(file) == folder


def test_a_file_of_tokenizers_beside_is_taken_as_it_is(tmp_path: Path) -> None:
    source = vocabulary_folder(encoder(tmp_path, model())) / "tokenizer.json"
    other = tmp_path / "other"
    other.mkdir()
    file = encoder(other, None)
    (other / "tokenizer.json").write_bytes(source.read_bytes())
    assert vocabulary_folder(file) == other


def test_a_missing_or_damaged_tokenizer_is_named(tmp_path: Path) -> None:
    with pytest.raises(StudioError, match="has no tokenizer") as caught:
        vocabulary_folder(encoder(tmp_path, None))
    assert "tokenizer.model" in caught.value.hint
    for data in (b"\xff" * 50, model()[:101], b"\x00"):
        with pytest.raises(StudioError, match="cannot be read"):
            vocabulary_folder(encoder(tmp_path, data))


def test_a_disk_that_refuses_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tokenizer is written at the first use of a model, which must not end in a crash."""
    monkeypatch.setattr(encoder_vocabulary, "data_dir", lambda: tmp_path / "own")
    (tmp_path / "own").write_text("a file, where a folder should be")
    with pytest.raises(StudioError, match=r"tokenizer\.json was not saved"):
        vocabulary_folder(encoder(tmp_path, model()))


def test_the_kinds_of_pieces_are_read() -> None:
    found = parse_vocabulary(model(), Path("spiece.model"))
    assert found.kinds == [kind for _, kind in PIECES]


def test_a_file_of_lumina_asks_for_the_tokenizer_of_its_encoder(tmp_path: Path) -> None:
    shapes = more.lumina_2()
    file = write_safetensors(tmp_path / "unet" / "lumina_2.safetensors", shapes, "BF16")
    write_safetensors(tmp_path / "vae" / "ae.safetensors", ldm_vae(16, quant=False), "BF16")
    with pytest.raises(StudioError, match="no Gemma 2 text encoder"):
        identify(file)
    block = "model.layers.0."
    text = {
        "model.embed_tokens.weight": (256000, 2304),
        "model.norm.weight": (2304,),
        f"{block}self_attn.q_proj.weight": (2048, 2304),
        f"{block}self_attn.k_proj.weight": (1024, 2304),
        f"{block}self_attn.v_proj.weight": (1024, 2304),
        f"{block}mlp.up_proj.weight": (9216, 2304),
        f"{block}input_layernorm.weight": (2304,),
        f"{block}post_feedforward_layernorm.weight": (2304,),
    }
    folder = tmp_path / "text_encoders"
    write_safetensors(folder / "gemma_2_2b_fp16.safetensors", text, "BF16")
    with pytest.raises(StudioError, match="has no tokenizer"):
        identify(file)
    (folder / "tokenizer.model").write_bytes(model())
    spec = identify(file)
    assert spec.family == "lumina_2" and spec.component("text_encoder").files[0].parent == folder
    tokenizer = PreTrainedTokenizerFast.from_pretrained(
        tokenizer_folder(spec),
        **{k: v for k, v in tokenizer_options(spec).items() if k != "tokenizer_class"},
    )
    padded = tokenizer("a", padding="max_length", max_length=4)
    ids = {text: number for number, (text, _) in enumerate(PIECES)}
    assert padded.input_ids == [ids["<bos>"], ids["a"], 0, 0]
    assert padded.attention_mask == [1, 1, 0, 0]
