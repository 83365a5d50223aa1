"""Arrays that took long to make, as bytes for the cache and back: the types, the shapes, then the arrays themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy.typing as npt


class _Packed(msgspec.Struct, frozen=True, array_like=True):
    name: str
    type: str
    shape: tuple[int, ...]
    content: memoryview


def packed(arrays: Mapping[str, npt.NDArray[np.generic]]) -> bytes:
    """Return named arrays as bytes."""
    return msgspec.msgpack.encode(
        [_Packed(name, each.dtype.str, each.shape, memoryview(each.tobytes())) for name, each in arrays.items()]
    )


def unpacked(content: bytes | memoryview) -> dict[str, npt.NDArray[np.generic]]:
    """Return what `packed` packed; raises ValueError (msgspec's errors are some) for anything else.

    Copies, because numpy searches an array that is not aligned in memory by copying it at every search.
    """
    return {
        each.name: np.frombuffer(each.content, dtype=np.dtype(each.type)).reshape(each.shape).copy()
        for each in msgspec.msgpack.decode(content, type=list[_Packed])
    }
