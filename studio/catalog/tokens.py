"""Token counts and truncation of prompts, without torch."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, models, normalizers, pre_tokenizers

from studio.catalog import sentencepiece
from studio.catalog.configurations import part_config, tokenizer_folder
from studio.catalog.model_spec import ModelSpec, model_folder
from studio.catalog.prompt_split import Split
from studio.core.errors import StudioError

CLIP_PATTERN = (
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"
)
"""CLIP's split of text into words (https://github.com/openai/CLIP, simple_tokenizer.py)."""


UNKNOWN_PIECE = 2
"""T5's id of what is not in the vocabulary."""

PLACES = range(0xE000, 0xF900)
"""Private-use characters, one per added token, which no prompt and no tokenizer contains."""


class TokenCounter:
    """Counts the tokens of a prompt as the text encoder of one model does."""

    def __init__(
        self,
        tokenizer: Tokenizer,
        limit: int,
        words: Mapping[str, int] | None = None,
        marks: Mapping[str, int] | None = None,
    ) -> None:
        self._tokenizer = tokenizer
        self.limit = limit
        """Maximum number of tokens, without the start and end marks."""
        self.words: Mapping[str, int] = dict(words or {})
        """Added words, each with its number of tokens."""
        self.marks: Mapping[str, int] = dict(marks or {})
        """The private-use character of each added token, with the number of tokens of its word."""

    @classmethod
    def load(cls, model: Path | str) -> TokenCounter:
        """Read the tokenizer of a model folder (or "starter"); StudioError if it is unusable."""
        folder = model_folder(str(model)) / "tokenizer"
        return cls(read_tokenizer(folder), _max_length(folder) - 2)

    @classmethod
    def of(cls, spec: ModelSpec) -> TokenCounter:
        """Read the tokenizer of a model; StudioError if it is unusable or not installed."""
        if spec.configurations is None:
            return cls.load(spec.path)
        limit = int(part_config(spec, "text_encoder").get("max_position_embeddings", 77))
        return cls(read_tokenizer(tokenizer_folder(spec)), limit - 2)

    def with_tokens(self, words: Mapping[str, int]) -> TokenCounter:
        """Return a counter with additional words, each with its number of tokens."""
        tokenizer, ids = with_words(self._tokenizer, words)
        marks = {str(tokenizer.id_to_token(n)): len(ids[word]) for word in words for n in ids[word]}
        return TokenCounter(tokenizer, self.limit, {**self.words, **words}, {**self.marks, **marks})

    def count(self, prompt: str) -> int:
        """Return the number of tokens of ``prompt``, without the start and end marks."""
        return len(self._tokenizer.encode(prompt, add_special_tokens=False).ids)

    def split(self, prompt: str) -> Split:
        """Split ``prompt`` at the model's token limit, between words if possible."""
        encoding = self._tokenizer.encode(prompt, add_special_tokens=False)
        total = len(encoding.ids)
        if total <= self.limit:
            return Split(prompt, "", total, self.limit)
        cut = int(encoding.offsets[self.limit][0])
        inside = self._added_around(prompt, cut)
        if inside is not None:
            # Part of an added word's tokens is meaningless, so the whole word is dropped.
            cut = inside
        elif cut < len(prompt) and not prompt[cut - 1 : cut].isspace():
            # Inside a word: part of it means something else, so the whole word is dropped.
            space = max(prompt.rfind(" ", 0, cut), prompt.rfind("\n", 0, cut))
            cut = space + 1 if space >= 0 else cut
        return Split(prompt[:cut].rstrip(), prompt[cut:].strip(), total, self.limit)

    def _added_around(self, prompt: str, cut: int) -> int | None:
        """Return the start of the added word that contains ``cut``, None if there is none."""
        for word in self.words:
            for found in re.finditer(_spelled(word, r"[^\W_]"), prompt):
                if found.start() <= cut < found.end():
                    return found.start()
        return None


def read_tokenizer(folder: Path) -> Tokenizer:
    """Return the tokenizer in a folder: its tokenizer.json, else T5's SentencePiece model, else
    CLIP's vocabulary and merges.

    StudioError if it cannot be read.
    """
    try:
        return _load(folder)
    except StudioError:
        raise
    except Exception as error:  # the tokenizers library raises it bare
        raise StudioError(
            "The tokenizer in {path} cannot be read ({reason}).",
            "Copy the model folder again from where you got it.",
            path=str(folder),
            reason=str(error),
        ) from error


def with_words(
    tokenizer: Tokenizer, words: Mapping[str, int]
) -> tuple[Tokenizer, dict[str, tuple[int, ...]]]:
    """Return a copy of a tokenizer with additional words, and the token ids of each.

    ``words`` gives the number of tokens per word. Matching ignores case; a word of letters does not
    match inside another.
    """
    copy = Tokenizer.from_str(tokenizer.to_str())
    taken = {token.content for token in copy.get_added_tokens_decoder().values()}
    free = iter([chr(code) for code in PLACES if chr(code) not in taken])
    steps: list[normalizers.Normalizer] = [normalizers.NFC()]
    ids: dict[str, tuple[int, ...]] = {}
    # The longest first, so that no word is taken for a part of another.
    for word in sorted(words, key=len, reverse=True):
        marks = [next(free) for _ in range(words[word])]
        steps.append(normalizers.Replace(Regex(_spelled(word, r"[\p{L}\p{N}]")), "".join(marks)))
        copy.add_tokens([AddedToken(mark, normalized=True) for mark in marks])
        ids[word] = tuple(
            number for mark in marks if (number := copy.token_to_id(mark)) is not None
        )
    before = [copy.normalizer] if copy.normalizer is not None else []
    copy.normalizer = normalizers.Sequence([*steps, *before])
    return copy, ids


def _spelled(word: str, letter: str) -> str:
    """Return the regular expression of an added word; ``letter`` matches a character of words."""
    text = r"\s+".join(re.escape(part) for part in word.split())
    before = rf"(?<!{letter})(?<!<)" if word[0].isalnum() else ""
    after = rf"(?!{letter})" if word[-1].isalnum() else ""
    return f"(?i){before}{text}{after}"


def _load(folder: Path) -> Tokenizer:
    if (folder / "tokenizer.json").is_file():
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
    if (folder / sentencepiece.FILE).is_file():
        return _unigram(sentencepiece.read_vocabulary(folder))
    vocab, merges = models.BPE.read_file(str(folder / "vocab.json"), str(folder / "merges.txt"))
    bpe = models.BPE(
        vocab=vocab,
        merges=merges,
        continuing_subword_prefix="",
        end_of_word_suffix="</w>",
        fuse_unk=False,
        unk_token="<|endoftext|>",
    )
    tokenizer = Tokenizer(bpe)
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Lowercase()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(CLIP_PATTERN), behavior="removed", invert=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False),
        ]
    )
    return tokenizer


def _unigram(vocabulary: sentencepiece.Vocabulary) -> Tokenizer:
    """Return T5's tokenizer (https://arxiv.org/abs/1910.10683) of a vocabulary."""
    tokenizer = Tokenizer(models.Unigram(vocabulary.pieces, UNKNOWN_PIECE, False))
    if vocabulary.charsmap:
        tokenizer.normalizer = normalizers.Precompiled(vocabulary.charsmap)
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(prepend_scheme="always")]
    )
    return tokenizer


def _max_length(folder: Path) -> int:
    for file, key in (
        (folder.parent / "text_encoder" / "config.json", "max_position_embeddings"),
        (folder / "tokenizer_config.json", "model_max_length"),
    ):
        if file.is_file():
            value = json.loads(file.read_text(encoding="utf-8")).get(key)
            if isinstance(value, int) and 2 < value < 100_000:
                return value
    return 77
