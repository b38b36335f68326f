"""The names and shapes of the tensors in a file of ``torch.save``, of which nothing is run."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from studio.catalog.recognise.header import Header
from studio.catalog.recognise.pickle_data import (
    Call,
    Name,
    NotData,
    Pickled,
    Stored,
    read_pickle,
)
from studio.catalog.recognise.unpacked import Shape
from studio.core.errors import StudioError

LARGEST_PICKLE = 64 << 20
"""Maximum bytes of the pickle itself; that of a checkpoint has less than one megabyte."""
DEEPEST = 4
MOST_TENSORS = 65536
LEGACY = 0x1950A86A20F9469CFC6C
"""First number of the files of torch before 1.6 (torch.serialization, ``MAGIC_NUMBER``)."""

WRAPPERS = ("state_dict", "model_state_dict", "params_ema", "params", "params-ema", "module")
"""Names under which programs store the tensors; the first one is used."""

STORAGES = {
    "Float": "F32", "Half": "F16", "BFloat16": "BF16", "Double": "F64", "Long": "I64", "Int": "I32",
    "Short": "I16", "Char": "I8", "Byte": "U8", "Bool": "BOOL",
}  # fmt: skip
DTYPES = {
    "torch.float32": "F32", "torch.float16": "F16", "torch.bfloat16": "BF16",
    "torch.float64": "F64", "torch.int64": "I64", "torch.int32": "I32", "torch.int16": "I16",
    "torch.int8": "I8", "torch.uint8": "U8", "torch.bool": "BOOL",
    "torch.float8_e4m3fn": "F8_E4M3", "torch.float8_e5m2": "F8_E5M2",
}  # fmt: skip
TENSORS = ("torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v2")
WITH_DTYPE = "torch._utils._rebuild_tensor_v3"
AROUND = (
    "torch._utils._rebuild_parameter",
    "torch._utils._rebuild_parameter_with_state",
)
HARMLESS = {
    *TENSORS, WITH_DTYPE, *AROUND, *DTYPES, *(f"torch.{name}Storage" for name in STORAGES),
    "torch.storage.UntypedStorage", "torch.storage.TypedStorage", "torch.Size", "torch.device",
    "collections.OrderedDict", "collections.Counter", "builtins.set", "__builtin__.set",
}  # fmt: skip
"""Globals that torch's ``weights_only`` allows too; a file with any other has code."""


def read_torch(path: Path) -> Header:
    """Return the tensors of a torch file; StudioError if it has code, is damaged or no torch file.

    Nested groups become one name with dots ("image_proj.latents").
    """
    try:
        pickled = _pickles(path)
        names = {name for one in pickled for name in one.names}
        if names - HARMLESS:
            raise code_error(path, min(names - HARMLESS))
        content = pickled[-1].value
        found = dict(_tensors(_entries(content)))
    except OSError as error:
        raise StudioError(
            "The weight file {path} cannot be read ({reason}).",
            "Check the disk and the rights of the file.",
            path=str(path),
            reason=error.strerror or str(error),
        ) from error
    except (NotData, zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise StudioError(
            "The weight file {path} is damaged or was not copied completely.",
            "Get it again from where you got it, as safetensors if there is a choice.",
            path=str(path),
        ) from error
    shapes = {name: shape for name, (shape, _) in found.items()}
    dtypes = {name: dtype for name, (_, dtype) in found.items()}
    return Header(path, "pickle", path.stat().st_size, shapes, dtypes, metadata=_texts(content))


def code_error(path: Path, name: str) -> StudioError:
    """Return the error for a pickle that refers to other globals than those of tensors."""
    return StudioError(
        "{path} is a Python pickle that contains more than weights ({name}) and could run code.",
        "It was not opened. Get the safetensors version of it.",
        path=str(path),
        name=name[:80],
    )


def _pickles(path: Path) -> list[Pickled]:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(0)
        if file.read(2) != b"PK":
            file.seek(0)
            return _bare(file.read(min(size, LARGEST_PICKLE)))
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        if any(name.partition("/")[2].startswith("code/") for name in names):
            raise code_error(path, "TorchScript")
        inner = next((name for name in names if name.endswith("data.pkl")), None)
        if inner is None:
            raise StudioError(
                "{path} is a zip archive, not a weight file.",
                "Unpack it; the model may be inside.",
                path=str(path),
            )
        if archive.getinfo(inner).file_size > LARGEST_PICKLE:
            raise NotData("size")
        return [read_pickle(archive.read(inner))]


def _bare(data: bytes) -> list[Pickled]:
    """Return the pickles of a file without an archive: of torch before 1.6, or any one."""
    first = read_pickle(data)
    if first.value != LEGACY:
        return [first]
    found = [first]
    for _ in range(3):  # protocol, system, content
        found.append(read_pickle(data, found[-1].end))
    return found


def _entries(content: object) -> object:
    """Return the innermost group of tensors that programs wrap in others."""
    for _ in range(DEEPEST):
        entries = _group(content)
        inner = next((entries[name] for name in WRAPPERS if _group(entries.get(name))), None)
        if inner is None:
            return content
        content = inner
    return content


def _group(value: object) -> dict[object, object]:
    if isinstance(value, dict):
        return value
    if isinstance(value, Call) and value.what == Name("collections.OrderedDict"):
        return value.items
    return {}


def _tensors(
    content: object, prefix: str = "", depth: int = 0, seen: set[int] | None = None
) -> Iterator[tuple[str, tuple[Shape, str]]]:
    """Yield the tensors of a group; one that contains itself is passed over once only."""
    seen = set() if seen is None else seen
    entries = _group(content)
    if depth > DEEPEST or id(entries) in seen:
        return
    seen.add(id(entries))
    if len(entries) > MOST_TENSORS:
        raise NotData("count")
    for key, value in entries.items():
        found = _tensor(value)
        if found is not None:
            yield f"{prefix}{key}", found
        elif _group(value):
            yield from _tensors(value, f"{prefix}{key}.", depth + 1, seen)


def _tensor(value: object) -> tuple[Shape, str] | None:
    """Return shape and number format of a record of a tensor, None if it is something else."""
    while isinstance(value, Call) and _named(value) in AROUND:
        value = value.arguments[0] if isinstance(value.arguments, tuple) else None
    if not isinstance(value, Call) or not isinstance(value.arguments, tuple):
        return None
    arguments = value.arguments
    known = _named(value) in (*TENSORS, WITH_DTYPE)
    if not known or len(arguments) < 4:
        return None
    shape = arguments[2]
    if isinstance(shape, Call):
        shape = shape.arguments[0] if isinstance(shape.arguments, tuple) else ()
    if not isinstance(shape, tuple) or not all(type(n) is int and n >= 0 for n in shape):
        return None
    return shape, _dtype(arguments)


def _named(call: Call) -> str:
    return call.what.name if isinstance(call.what, Name) else ""


def _dtype(arguments: tuple[object, ...]) -> str:
    if len(arguments) > 6 and isinstance(arguments[6], Name):
        return DTYPES.get(arguments[6].name, "")
    stored = arguments[0]
    parts = stored.what if isinstance(stored, Stored) else ()
    if isinstance(parts, tuple) and len(parts) > 1 and isinstance(parts[1], Name):
        return STORAGES.get(parts[1].name.removeprefix("torch.").removesuffix("Storage"), "")
    return ""


def _texts(content: object) -> dict[str, str]:
    """Return the texts and numbers beside the tensors, such as the name of an embedding."""
    entries = _group(content).items()
    return {
        str(key): str(value)
        for key, value in entries
        if isinstance(value, (str, int, float)) and len(str(key)) < 80 and len(str(value)) < 4096
    }
