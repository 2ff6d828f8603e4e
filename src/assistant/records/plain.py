"""Our frozen values as bytes and back, exactly.

Whatever a value of `types` can hold comes back as it was, also a lone surrogate, an infinity or NaN,
which a strict JSON writer refuses. A value that another version wrote still loads: an unknown field is
passed over, a missing one has its default. Each passage is written once, however often it is cited.
"""

from __future__ import annotations

import json
import types
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Union, cast, get_args, get_origin, get_type_hints

from assistant.types import Passage

Pool = list[Passage]
"""The passages of one stored value; elsewhere in it a passage is its number here."""

Reader = Callable[[Any, Pool], Any]


def dump(value: Any) -> bytes:
    """Return a value of our types as compressed JSON."""
    pool: dict[Passage, int] = {}
    plain = _plain(value, pool)
    passages = [_fields(passage, pool) for passage in pool]
    return zlib.compress(json.dumps({"passages": passages, "value": plain}, separators=(",", ":")).encode("ascii"))


def load(kind: Any, body: bytes) -> Any:
    """Return what `dump` was given. Raises ValueError or TypeError if the bytes do not hold a `kind`."""
    try:
        stored = json.loads(zlib.decompress(body))
    except zlib.error as error:
        raise ValueError(str(error)) from error
    read = _fields_reader(Passage)
    pool = [read(passage, []) for passage in stored["passages"]]
    return _reader(kind)(stored["value"], pool)


def _plain(value: Any, pool: dict[Passage, int]) -> Any:
    if isinstance(value, Passage):
        return pool.setdefault(value, len(pool))
    if isinstance(value, tuple | list):
        return [_plain(item, pool) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item, pool) for name, item in value.items()}
    return _fields(value, pool) if is_dataclass(value) else value


def _fields(value: Any, pool: dict[Passage, int]) -> dict[str, Any]:
    return {field.name: _plain(getattr(value, field.name), pool) for field in fields(value)}


@cache
def _reader(kind: Any) -> Reader:
    """Return what makes a value of this annotation from plain data."""
    if kind is Passage:
        return lambda number, pool: pool[number]
    if is_dataclass(kind):
        return _fields_reader(cast(type, kind))
    origin, args = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_reader(args)
    if origin in {Union, types.UnionType}:  # our types have `X | None` alone
        read_given = _reader(next(arg for arg in args if arg is not types.NoneType))
        return lambda data, pool: None if data is None else read_given(data, pool)
    if origin is dict:
        read_item = _reader(args[1])
        return lambda data, pool: {name: read_item(item, pool) for name, item in data.items()}
    return lambda data, _: data


def _tuple_reader(args: tuple[Any, ...]) -> Reader:
    if args[1:] == (...,):
        read = _reader(args[0])
        return lambda data, pool: tuple([read(item, pool) for item in data])
    readers = [_reader(arg) for arg in args]
    return lambda data, pool: tuple([read(item, pool) for read, item in zip(readers, data, strict=False)])


@cache
def _fields_reader(kind: type) -> Reader:
    hints = get_type_hints(kind)
    readers = {field.name: _reader(hints[field.name]) for field in fields(kind)}

    def read(data: Any, pool: Pool) -> Any:
        return kind(**{name: read_field(data[name], pool) for name, read_field in readers.items() if name in data})

    return read
