"""An interpreter of pickles that can only build data: it has no way to call or import anything.

A pickle is a program for a small stack machine (the opcodes are described in Python's
``pickletools``). Here a global is only its name, and a call of one only a record of the call, so
that nothing in the file is ever run.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

MOST_STEPS = 3_000_000
"""Maximum number of opcodes: a checkpoint has about thirty for each tensor."""
LONGEST = 64 << 20


class NotData(Exception):
    """The pickle is cut, damaged, or has an opcode that no file of weights needs."""


@dataclass(frozen=True, slots=True)
class Name:
    """A global that a pickle refers to, such as "torch._utils._rebuild_tensor_v2"."""

    name: str


@dataclass(slots=True, eq=False)
class Call:
    """A call that a pickle asks for and that is not made: of ``what``, with ``arguments``.

    ``items`` are what it adds to the object of that call, such as the entries of an OrderedDict.
    """

    what: object
    arguments: object
    items: dict[Any, Any] = field(default_factory=dict)
    state: object = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A reference to something outside of the pickle, such as a storage of torch."""

    what: object


class _Mark:
    pass


@dataclass(frozen=True, slots=True)
class Pickled:
    """The object of a pickle, the position after it, and all globals that it refers to."""

    value: object
    end: int
    names: frozenset[str]


def read_pickle(data: bytes, start: int = 0) -> Pickled:
    """Return the content of the pickle at ``start``; NotData if it cannot be read.

    Containers, numbers and texts are Python's own; everything else is a ``Name``, ``Call`` or
    ``Stored``.
    """
    machine = _Machine(data, start)
    try:
        value = machine.run()
        return Pickled(value, machine.at, frozenset(machine.names))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, TypeError, ValueError) as error:
        raise NotData(str(error)) from error


class _Machine:
    def __init__(self, data: bytes, start: int) -> None:
        self.data, self.at = data, start
        self.stack: list[Any] = []
        self.memo: dict[int, Any] = {}
        self.names: set[str] = set()

    def run(self) -> object:
        data, steps = self.data, 0
        while True:
            code = data[self.at]
            self.at += 1
            steps += 1
            if code == 0x2E:  # STOP
                return self.stack.pop()
            handler = _HANDLERS.get(code)
            if handler is None or steps > MOST_STEPS:
                raise NotData(f"opcode {code:#x}")
            handler(self)

    def take(self, count: int) -> bytes:
        end = self.at + count
        if count < 0 or count > LONGEST or end > len(self.data):
            raise NotData("length")
        found = self.data[self.at : end]
        self.at = end
        return found

    def line(self, encoding: str = "utf-8") -> str:
        end = self.data.index(b"\n", self.at)
        found = self.data[self.at : end].decode(encoding)
        self.at = end + 1
        return found

    def number(self, kind: str) -> Any:
        found = struct.unpack_from(kind, self.data, self.at)[0]
        self.at += struct.calcsize(kind)
        return found

    def push(self, value: object) -> None:
        self.stack.append(value)

    def above_mark(self) -> list[Any]:
        place = len(self.stack) - 1
        while not isinstance(self.stack[place], _Mark):
            place -= 1
            if place < 0:
                raise NotData("mark")
        found = self.stack[place + 1 :]
        del self.stack[place:]
        return found

    def counted(self, kind: str) -> bytes:
        return self.take(self.number(kind))

    def keep(self, place: int) -> None:
        self.memo[place] = self.stack[-1]

    def call(self) -> None:
        arguments, what = self.stack.pop(), self.stack.pop()
        self.push(Call(what, arguments))

    def build(self) -> None:
        state, target = self.stack.pop(), self.stack[-1]
        if isinstance(target, Call):
            target.state = state

    def set_items(self, pairs: list[Any]) -> None:
        target = self.stack[-1]
        entries = target.items if isinstance(target, Call) else target
        if not isinstance(entries, dict):
            raise NotData("items")
        entries.update(_pairs(pairs))

    def append(self, values: list[Any]) -> None:
        target = self.stack[-1]
        if isinstance(target, list):
            target.extend(values)
        elif isinstance(target, set):
            target.update(map(_key, values))
        elif isinstance(target, Call):
            target.items.update(enumerate(values, len(target.items)))
        else:
            raise NotData("append")

    def set_item(self) -> None:
        value, key = self.stack.pop(), self.stack.pop()
        self.set_items([key, value])

    def append_one(self) -> None:
        self.append([self.stack.pop()])

    def named(self, module: str, name: str) -> Name:
        found = Name(f"{module}.{name}")
        self.names.add(found.name)
        return found

    def stacked_name(self) -> None:
        name, module = self.stack.pop(), self.stack.pop()
        self.push(self.named(str(module), str(name)))

    def tuple_of(self, count: int) -> None:
        if len(self.stack) < count:
            raise NotData("tuple")
        found = tuple(self.stack[len(self.stack) - count :])
        del self.stack[len(self.stack) - count :]
        self.push(found)

    def instance(self) -> None:
        what = self.named(self.line(), self.line())
        self.push(Call(what, tuple(self.above_mark())))

    def object_of(self) -> None:
        what, *arguments = self.above_mark()
        self.push(Call(what, tuple(arguments)))

    def protocol(self) -> None:
        if self.number("<B") > 5:
            raise NotData("protocol")


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass")


def _old_text(data: bytes) -> str:
    return data.decode("latin-1")


_Handler = Callable[[_Machine], object]
_HANDLERS: dict[int, _Handler] = {
    0x80: _Machine.protocol,
    0x95: lambda m: m.number("<Q"),  # FRAME
    0x28: lambda m: m.push(_Mark()),
    0x30: lambda m: m.stack.pop(),
    0x31: lambda m: m.above_mark(),
    0x32: lambda m: m.push(m.stack[-1]),
    0x4E: lambda m: m.push(None),
    0x88: lambda m: m.push(True),
    0x89: lambda m: m.push(False),
    0x4B: lambda m: m.push(m.number("<B")),
    0x4D: lambda m: m.push(m.number("<H")),
    0x4A: lambda m: m.push(m.number("<i")),
    0x47: lambda m: m.push(m.number(">d")),
    0x8A: lambda m: m.push(int.from_bytes(m.counted("<B"), "little", signed=True)),
    0x8B: lambda m: m.push(int.from_bytes(m.counted("<I"), "little", signed=True)),
    0x49: lambda m: m.push({"00": False, "01": True}.get(line := m.line()) or int(line)),
    0x4C: lambda m: m.push(int(m.line().rstrip("L"))),
    0x46: lambda m: m.push(float(m.line())),
    0x53: lambda m: m.push(m.line().strip("'\"")),
    0x56: lambda m: m.push(m.line("raw-unicode-escape")),
    0x58: lambda m: m.push(_text(m.counted("<I"))),
    0x8C: lambda m: m.push(_text(m.counted("<B"))),
    0x8D: lambda m: m.push(_text(m.counted("<Q"))),
    0x54: lambda m: m.push(_old_text(m.counted("<i"))),
    0x55: lambda m: m.push(_old_text(m.counted("<B"))),
    0x42: lambda m: m.push(m.counted("<I")),
    0x43: lambda m: m.push(m.counted("<B")),
    0x8E: lambda m: m.push(m.counted("<Q")),
    0x96: lambda m: m.push(m.counted("<Q")),
    0x5D: lambda m: m.push([]),
    0x7D: lambda m: m.push({}),
    0x29: lambda m: m.push(()),
    0x8F: lambda m: m.push(set()),
    0x6C: lambda m: m.push(m.above_mark()),
    0x74: lambda m: m.push(tuple(m.above_mark())),
    0x85: lambda m: m.tuple_of(1),
    0x86: lambda m: m.tuple_of(2),
    0x87: lambda m: m.tuple_of(3),
    0x64: lambda m: m.push(dict(_pairs(m.above_mark()))),
    0x91: lambda m: m.push(frozenset(map(_key, m.above_mark()))),
    0x61: _Machine.append_one,
    0x65: lambda m: m.append(m.above_mark()),
    0x90: lambda m: m.append(m.above_mark()),
    0x73: _Machine.set_item,
    0x75: lambda m: m.set_items(m.above_mark()),
    0x63: lambda m: m.push(m.named(m.line(), m.line())),
    0x93: _Machine.stacked_name,
    0x52: _Machine.call,
    0x81: _Machine.call,
    0x62: _Machine.build,
    0x69: _Machine.instance,
    0x6F: _Machine.object_of,
    0x50: lambda m: m.push(Stored(m.line())),
    0x51: lambda m: m.push(Stored(m.stack.pop())),
    0x71: lambda m: m.keep(m.number("<B")),
    0x72: lambda m: m.keep(m.number("<I")),
    0x70: lambda m: m.keep(int(m.line())),
    0x94: lambda m: m.keep(len(m.memo)),
    0x68: lambda m: m.push(m.memo[m.number("<B")]),
    0x6A: lambda m: m.push(m.memo[m.number("<I")]),
    0x67: lambda m: m.push(m.memo[int(m.line())]),
}
"""By the numbers of pickletools. EXT1 to EXT4, NEWOBJ_EX and out-of-band buffers are left out."""


def _pairs(values: list[Any]) -> Iterator[tuple[Any, Any]]:
    return zip(map(_key, values[::2]), values[1::2], strict=True)


def _key(value: Any) -> Any:
    """Return a key of a dict or set; NotData for nested ones: hashing may overflow the stack."""
    if value is not None and not isinstance(value, (str, int, float, bytes, Name)):
        raise NotData("key")
    return value
