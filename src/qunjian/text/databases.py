"""Hyperscan databases: compiled once per set of expressions, then read from the cache, which takes a thousandth."""

from __future__ import annotations

import hashlib
import platform
import time
from importlib.metadata import version
from typing import TYPE_CHECKING

import hyperscan
import msgspec

from qunjian.model.cache import keep, kept

if TYPE_CHECKING:
    from collections.abc import Sequence

REGEX = hyperscan.HS_FLAG_PREFILTER | hyperscan.HS_FLAG_CASELESS | hyperscan.HS_FLAG_MULTILINE
FAMILY = "scan-"
_WORTH_KEEPING = 0.05  # seconds of compiling
# Whoever changes how a database is made from its expressions changes this.
_MADE = "1"

# The number a match is told by, the expression, its flags.
Expression = tuple[int, bytes, int]


class Databases(msgspec.Struct, frozen=True):
    """The database of some expressions (None: of none), and the numbers of those hyperscan refused."""

    database: hyperscan.Database | None
    refused: tuple[int, ...] = ()


class _Kept(msgspec.Struct, frozen=True, array_like=True):
    database: bytes
    refused: tuple[int, ...]


def cached(expressions: Sequence[Expression]) -> Databases | None:
    """Return the database from the cache, or None when it is not there, not whole or made for another machine."""
    if not expressions:
        return Databases(None)
    found = kept(_name(expressions))
    if found is None:
        return None
    try:
        known = msgspec.msgpack.decode(found, type=_Kept)
        if not known.database:
            return Databases(None, known.refused)
        database = hyperscan.loadb(known.database, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
    except (msgspec.MsgspecError, hyperscan.HyperscanError):
        return None
    return Databases(database, known.refused)


def compiled(expressions: Sequence[Expression]) -> Databases:
    """Return the database of all expressions hyperscan takes, and keep it in the cache when it took long to make."""
    if not expressions:
        return Databases(None)
    began = time.perf_counter()
    refused: list[Expression] = []
    try:
        database = _database(expressions)
    except hyperscan.HyperscanError:
        refused = [each for each in expressions if not _takes(each)]
        database = _database([each for each in expressions if each not in refused])
    numbers = tuple(number for number, _, _ in refused)
    if time.perf_counter() - began > _WORTH_KEEPING:
        serial = hyperscan.dumpb(database) if database is not None else b""
        keep(_name(expressions), msgspec.msgpack.encode(_Kept(serial, numbers)), family=FAMILY)
    return Databases(database, numbers)


def _name(expressions: Sequence[Expression]) -> str:
    about = [_MADE, version("hyperscan"), platform.system(), platform.machine(), list(expressions)]
    return FAMILY + hashlib.blake2b(msgspec.msgpack.encode(about), digest_size=16).hexdigest()


def _takes(expression: Expression) -> bool:
    try:
        _database([expression])
    except hyperscan.HyperscanError:
        return False
    return True


def _database(expressions: Sequence[Expression]) -> hyperscan.Database | None:
    if not expressions:
        return None
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    numbers, sources, flags = zip(*expressions, strict=True)
    database.compile(expressions=list(sources), ids=list(numbers), flags=list(flags))
    return database
