"""The marks of other programs in a prompt: weights, BREAK, and LoRAs named in the text.

Brackets are those of A1111
(https://github.com/AUTOMATIC1111/stable-diffusion-webui/wiki/Features#attentionemphasis), + and -
after a word those of Invoke (https://github.com/damian0815/compel/blob/main/doc/syntax.md).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from studio.core.notices import Notice

STRONGER = 1.1
"""Factor of a pair of round brackets or a +; square brackets divide by it."""
WEAKER = 0.9
"""Factor of a - after a word, as in Invoke."""
MOST_WEIGHT = 10.0
"""Maximum absolute weight; larger ones are clipped."""
MOST_LORA = 2.0
"""The same for a LoRA, as on the command line."""
LORA_KINDS = ("lora", "lyco", "locon")
"""Tags of LoRAs in a prompt: <lora:NAME:WEIGHT> or <lora:NAME:TEXT WEIGHT:UNET WEIGHT>."""
LORA_WEIGHTS = ("te", "unet")
"""Names of the two weights, as in <lora:NAME:te=0.5:unet=1>."""

_NUMBER = r"[+-]?(?:\d+\.?\d*|\.\d+)"
_ENDS = r"(?=[\s,.;:)\]}]|$)"
_MARK = re.compile(
    r"(?P<net><(?P<kind>[A-Za-z]+):(?P<rest>[^<>]*)>)"
    r"|\\(?P<escaped>[()\[\]{}<>|:+\\-])"
    r"|(?P<slash>\\)"
    r"|(?P<pause>\bBREAK\b)"
    r"|(?P<and>\bAND\b)"
    r"|(?<!\S)(?P<flag>--(?:ar|aspect|v|q|s|c|stylize|chaos|seed|niji|iw|weird|quality)\b"
    r"(?:\s+[\d.:]+)?)"
    r"|\b(?P<embedding>embedding:(?=(?P<named>\w[\w.-]*)))"
    rf"|(?<!\w)(?P<word>[^\W\d_](?:[\w'\u2019-]*[^\W\d_])?)(?P<signs>\++|-{{2,}}){_ENDS}"
    rf"|(?P<weighs>:\s*(?P<number>{_NUMBER})\s*(?=\)|$))"
    r"|(?P<open>[(\[{])|(?P<shut>[)\]}])|(?P<parts>[|:])"
    r"|(?P<text>\w+|\s+|.)",
    re.DOTALL,
)
_SIGNS = re.compile(rf"(\++|-+){_ENDS}")
_PARTNER = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a prompt with one weight, from ``start`` to ``end`` of the source."""

    text: str
    weight: float = 1.0
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Network:
    """A LoRA, or a network of another ``kind``, named in a prompt; ``text`` is the whole tag.

    ``text_weight`` is the weight for the text encoders, None if it is the same.
    """

    kind: str
    name: str
    weight: float
    text: str
    text_weight: float | None = None

    @property
    def is_lora(self) -> bool:
        """Whether the tag names a LoRA."""
        return self.kind in LORA_KINDS


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt without its marks.

    ``chunks`` are the parts between BREAKs, at least one, each a sequence of pieces; ``embeddings``
    are names after "embedding:", as in ComfyUI; ``notes`` list marks that have no effect.
    """

    chunks: tuple[tuple[Piece, ...], ...]
    networks: tuple[Network, ...] = ()
    embeddings: tuple[str, ...] = ()
    notes: tuple[Notice, ...] = ()

    @property
    def text(self) -> str:
        """The text of the pieces."""
        return " ".join("".join(piece.text for piece in chunk) for chunk in self.chunks)

    @property
    def is_plain(self) -> bool:
        """Whether there is one chunk and every weight is 1."""
        return len(self.chunks) == 1 and all(piece.weight == 1 for piece in self.chunks[0])


def parse_prompt(text: str) -> Prompt:
    """Parse a prompt into weighted pieces and networks.

    ``(word)`` weighs 1.1, ``((word))`` 1.1 * 1.1, ``[word]`` 1 / 1.1, ``(word:1.3)`` 1.3,
    ``word++`` 1.1 * 1.1, ``word--`` 0.9 * 0.9; a bracket after ``\\`` is literal. BREAK starts
    another chunk. Of ``[a|b]``, ``{a|b}``, ``[a:b:0.5]`` one part is kept, with a note, because
    prompts do not change between steps here; the text of an unmatched bracket is kept, too.
    """
    return _Parser(text).result()


def blank_syntax(text: str) -> str:
    """Return a prompt of the same length, with spaces in place of its marks.

    Words found in it have the same positions in ``text``.
    """
    letters = [" "] * len(text)
    for chunk in parse_prompt(text).chunks:
        for piece in chunk:
            letters[piece.start : piece.end] = text[piece.start : piece.end]
    return "".join(letters)


def plain_text(text: str) -> str:
    """Return a prompt without its marks, with spaces and commas around them tidied."""
    parsed = parse_prompt(text)
    found = parsed.text
    return found if found == text else tidy_prompt(found)


def without_signs(prompt: Prompt, known: Iterable[str] = ()) -> Prompt:
    """Return a prompt without characters that a model with a closed vocabulary never learned.

    Quotes, emoji and the like are removed, | and ; become commas, and commas without words between
    them are merged. ``known`` are tokens of adapters, which stay whatever their characters. A note
    lists the characters removed.
    """
    kept = [re.escape(word) for word in sorted(known, key=len, reverse=True)]
    pattern = re.compile("|".join([*kept, r"."]), re.DOTALL | re.IGNORECASE)
    gone: list[str] = []

    def change(found: re.Match[str]) -> str:
        sign = found[0]
        if len(sign) > 1 or _is_learned(sign):
            return sign
        if not 0xFE00 <= ord(sign) <= 0xFE0F and sign != "\u200d":
            # Joiners and modifiers of emoji are invisible.
            gone.append(sign)
        return "," if sign in "|;" else " "

    chunks = []
    for chunk in prompt.chunks:
        pieces = [replace(piece, text=pattern.sub(change, piece.text)) for piece in chunk]
        chunks.append(_without_commas(pieces))
    notes = prompt.notes
    if gone:
        signs = " ".join(dict.fromkeys(gone))
        left_out = Notice(
            "This model does not know these characters, so they were left out: {signs}",
            {"signs": signs},
        )
        notes = (*notes, left_out)
    return replace(prompt, chunks=tuple(chunks), notes=notes)


def _is_learned(sign: str) -> bool:
    """Whether a character occurs in words and plain sentences."""
    kind = unicodedata.category(sign)
    if kind[0] == "M":
        return not 0xFE00 <= ord(sign) <= 0xFE0F and ord(sign) != 0x20E3
    return kind[0] in "LNZ" or sign in ",.-'\u2019\t\r\n" or kind == "Co"


def _without_commas(pieces: Iterable[Piece]) -> tuple[Piece, ...]:
    """Return the pieces of a chunk without commas that have no words between them."""
    found = []
    words = False
    for piece in pieces:
        text = re.sub(r",(?:\s*,)+", ",", piece.text)
        text = text if words else re.sub(r"^[\s,]*,\s*", "", text)
        words = words or bool(text.strip())
        found.append(replace(piece, text=text))
    return tuple(found)


def tidy_prompt(text: str) -> str:
    """Return a text without double spaces and commas that have no words between them."""
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*,(?:\s*,)+", ",", text)
    text = re.sub(r"\s+(?=[,.])", "", text)
    return text.strip(" ,")


@dataclass(slots=True)
class _Bracket:
    """An open bracket: its sign, its position, and the number of pieces before it.

    ``parts`` are the signs | and : in it, each with the number of pieces before.
    """

    sign: str
    start: int
    first: int
    parts: list[tuple[str, int]]


class _Parser:
    """Single-pass parser; the content of a bracket is weighted when the bracket closes."""

    def __init__(self, text: str) -> None:
        self.source = text
        self.pieces: list[Piece | None] = []
        """None marks a BREAK."""
        self.open: list[_Bracket] = []
        self.networks: list[Network] = []
        self.embeddings: list[str] = []
        self.notes: list[Notice] = []
        self.strays: list[str] = []

    def result(self) -> Prompt:
        """Return the prompt."""
        position = 0
        while position < len(self.source):
            found = _MARK.match(self.source, position)
            assert found is not None  # the last alternative is any character
            position = self._take(found)
        self.strays += [bracket.sign for bracket in self.open]
        if self.strays:
            self._add_notice(
                "Unmatched brackets were left out: {signs}",
                signs=" ".join(dict.fromkeys(self.strays)),
            )
        pieces = [self._limited(piece) for piece in self.pieces]
        return Prompt(
            tuple(_chunks(pieces)),
            tuple(self.networks),
            tuple(dict.fromkeys(self.embeddings)),
            unique(self.notes),
        )

    def _take(self, found: re.Match[str]) -> int:
        """Process one mark or one run of letters; return the start of the next."""
        start, end = found.span()
        if found["net"]:
            self._network(found)
        elif found["escaped"]:
            self._add(found["escaped"], end - 1, end)
        elif found["pause"]:
            self.pieces.append(None)
        elif found["and"]:
            self._add_notice("“AND” does not separate prompts here; it is read as a word.")
            self._add(found["and"], start, end)
        elif found["flag"]:
            self._add_notice(
                "“{text}” is a setting of another program and was left out.", text=found["flag"]
            )
        elif found["embedding"]:
            self.embeddings.append(found["named"].rstrip(".-"))
        elif found["word"]:
            self._add(found["word"], start, found.end("word"), _power(found["signs"]))
        elif found["weighs"]:
            return self._weighs(found)
        elif found["open"]:
            self.open.append(_Bracket(found["open"], start, len(self.pieces), []))
        elif found["shut"]:
            return self._shut(found["shut"], end)
        elif found["parts"]:
            self._separator(found["parts"], start, end)
        elif found["text"]:
            self._add(found["text"], start, end)
        return end

    def _add(self, text: str, start: int, end: int, weight: float = 1.0) -> None:
        self.pieces.append(Piece(text, weight, start, end))

    def _add_notice(self, message: str, **values: object) -> None:
        self.notes.append(Notice(message, values))

    def _weighs(self, found: re.Match[str]) -> int:
        """Close a round bracket at its weight; any other colon is a separator."""
        if not self.open or self.open[-1].sign != "(":
            start = found.start()
            self._separator(":", start, start + 1)
            return start + 1
        bracket = self.open.pop()
        self._multiply(bracket.first, float(found["number"]))
        return found.end() + 1

    def _separator(self, sign: str, start: int, end: int) -> None:
        if self.open and self.open[-1].sign != "(":
            self.open[-1].parts.append((sign, len(self.pieces)))
        self._add(sign, start, end)

    def _shut(self, sign: str, end: int) -> int:
        partner = _PARTNER[sign]
        if all(bracket.sign != partner for bracket in self.open):
            self.strays.append(sign)
            return end
        bracket = self.open.pop()
        while bracket.sign != partner:
            self.strays.append(bracket.sign)
            bracket = self.open.pop()
        if bracket.sign == "(":
            signs = _SIGNS.match(self.source, end)
            self._multiply(bracket.first, _power(signs[0]) if signs else STRONGER)
            return signs.end() if signs else end
        if not self._chosen(bracket, end):
            if bracket.sign == "{":
                self._add_notice("Curly brackets have no meaning here and were left out.")
            else:
                self._multiply(bracket.first, 1 / STRONGER)
        return end

    def _chosen(self, bracket: _Bracket, end: int) -> bool:
        """Keep one part of a bracket that changes between steps; False for other brackets."""
        bars = [number for sign, number in bracket.parts if sign == "|"]
        colons = [number for sign, number in bracket.parts if sign == ":"]
        last = len(self.pieces)
        if bars:
            kept = (bracket.first, bars[0])
        elif bracket.sign == "[" and len(colons) in (1, 2):
            when = self._text(colons[-1] + 1, last).strip()
            if re.fullmatch(_NUMBER, when) is None:
                return False
            kept = (bracket.first, colons[0])
            if len(colons) == 2 and (not self._text(*kept).strip() or 0 <= float(when) < 0.5):
                later = (colons[0] + 1, colons[1])
                kept = later if self._text(*later).strip() else kept
        else:
            return False
        said = {"text": self.source[bracket.start : end], "kept": self._text(*kept).strip()}
        if bracket.sign == "{":
            self._add_notice(
                "“{text}” offers a choice, which Lienzo does not support; “{kept}” is used.", **said
            )
        else:
            self._add_notice(
                "“{text}” would change between the steps, which Lienzo does not support; “{kept}” "
                "is used throughout.",
                **said,
            )
        self.pieces[bracket.first :] = self.pieces[slice(*kept)]
        return True

    def _text(self, first: int, last: int) -> str:
        return "".join("" if piece is None else piece.text for piece in self.pieces[first:last])

    def _multiply(self, first: int, factor: float) -> None:
        self.pieces[first:] = [
            None if piece is None else replace(piece, weight=piece.weight * factor)
            for piece in self.pieces[first:]
        ]

    def _limited(self, piece: Piece | None) -> Piece | None:
        """Return a piece with its weight in range, without rounding errors (1 / 1.1 * 1.1)."""
        if piece is None:
            return None
        weight = round(_within(piece.weight, MOST_WEIGHT), 6)
        if abs(piece.weight) > MOST_WEIGHT:
            self._out_of_range(piece.weight, weight)
        return replace(piece, weight=weight)

    def _out_of_range(self, given: float, used: float) -> None:
        self._add_notice(
            "A weight of {number} is out of range, so {used} was used.",
            number=f"{given:g}",
            used=f"{used:g}",
        )

    def _network(self, found: re.Match[str]) -> None:
        kind, (name, *rest) = found["kind"].lower(), found["rest"].split(":")
        text = found["net"]
        if kind not in LORA_KINDS:
            self.networks.append(Network(kind, name.strip(), 1.0, text))
            return
        places: list[float] = []
        named: dict[str, float] = {}
        for one in rest:
            key, is_named, value = one.strip().rpartition("=")
            if re.fullmatch(_NUMBER, value) and key.lower() in ("", *LORA_WEIGHTS):
                places += [] if is_named else [float(value)]
                named |= {key.lower(): float(value)} if is_named else {}
        # A1111's order: the text encoder comes first and is the default for the UNet.
        on_text = named.get("te", places[0] if places else 1.0)
        weight = named.get("unet", places[1] if len(places) > 1 else on_text)
        if len(places[:2]) + len(named) < len(rest):
            self._add_notice(
                "Of “{text}”, only the name and the weights for text encoder and UNet are used: "
                "{used}.",
                text=text,
                used=f"{on_text:g} and {weight:g}",
            )
        on_text, weight = self._lora_weight(on_text), self._lora_weight(weight)
        other = on_text if on_text != weight else None
        self.networks.append(Network(kind, name.strip(), weight, text, other))

    def _lora_weight(self, given: float) -> float:
        used = _within(given, MOST_LORA)
        if used != given:
            self._out_of_range(given, used)
        return used


def _within(value: float, most: float) -> float:
    return max(-most, min(most, value))


def _power(signs: str) -> float:
    base: float = STRONGER if signs[0] == "+" else WEAKER
    return base ** len(signs)


def _chunks(pieces: Iterable[Piece | None]) -> Iterator[tuple[Piece, ...]]:
    """Yield the parts between BREAKs, at least one, joining neighbours of equal weight."""
    chunk: list[Piece] = []
    some = False
    for piece in (*pieces, None):
        if piece is None:
            if "".join(one.text for one in chunk).strip():
                some = True
                yield tuple(_joined(chunk))
            chunk = []
        else:
            chunk.append(piece)
    if not some:
        yield (Piece(""),)


def _joined(pieces: Iterable[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if last is not None and last.weight == piece.weight and last.end == piece.start:
            found[-1] = Piece(last.text + piece.text, last.weight, last.start, piece.end)
        else:
            found.append(piece)
    return found


def unique(notes: Iterable[Notice]) -> tuple[Notice, ...]:
    """Return notices without duplicates, in order; they cannot be keys of a dict."""
    found: list[Notice] = []
    for note in notes:
        if note not in found:
            found.append(note)
    return tuple(found)
