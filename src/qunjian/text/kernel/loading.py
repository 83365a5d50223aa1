"""Makes the compiled passes callable: from the cache, when there is enough to do; else they are compiled meanwhile.

The machine code lies in the cache under the digest of the passes, of what compiled them and of this processor. It runs
wherever it is laid, so that nothing but it is loaded (the compiler takes 55 MB). Until it is there, where the extra is
not installed, and on other systems than Linux, callers get None and do the same in numpy.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import mmap
import os
import platform
import subprocess
import sys
import threading
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from qunjian.model.cache import cache_folder, kept
from qunjian.text.kernel.passes import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILY = "kernel-"
# Texts or words to be done before the passes are worth loading (a few ms), before they are worth compiling (2 s of
# another process), and before the cache is looked at once more.
_WORTH_LOADING, _WORTH_COMPILING, _AGAIN = 2_000, 20_000, 50_000
_STALE = 3600  # seconds after which a compilation that left nothing may be tried again


class Kernel(NamedTuple):
    """The compiled passes; arguments are addresses and numbers."""

    fold: Callable[..., int]
    plant: Callable[..., int]
    find: Callable[..., int]
    stream: Callable[..., int]
    sift: Callable[..., int]


class Compiled(msgspec.Struct, frozen=True, array_like=True):
    """Machine code that runs wherever it is laid, and where in it each pass begins."""

    places: dict[str, int]
    code: bytes


class _Waiting:
    """What has been asked of this process so far, and what came of it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.done = 0
        self.next = _WORTH_LOADING
        self.kernel: Kernel | None = None
        self.started: subprocess.Popen[bytes] | None = None  # kept, so that it is not called abandoned


_waiting = _Waiting()
_laid: list[mmap.mmap] = []  # the code lives as long as these
_CPUINFO = Path("/proc/cpuinfo")
_TELLING = ("vendor_id", "cpu family", "model", "flags", "CPU implementer", "CPU part", "Features")


def kernel(work: int) -> Kernel | None:
    """Return the compiled passes, or None while numpy does it; `work`: texts to be folded or words to be planted."""
    if _waiting.kernel is not None or _waiting.next < 0:
        return _waiting.kernel
    _waiting.done += work
    if _waiting.done < _waiting.next:
        return None
    with _waiting.lock:
        if _waiting.kernel is None and 0 <= _waiting.next <= _waiting.done:
            _look()
    return _waiting.kernel


def _look() -> None:
    if not installed():
        _waiting.next = -1
        return
    _waiting.kernel = cached()
    if _waiting.kernel is not None:
        return
    if _waiting.done >= _WORTH_COMPILING:
        _compile_meanwhile()
    _waiting.next = _WORTH_COMPILING if _waiting.done < _WORTH_COMPILING else _waiting.done + _AGAIN


def installed() -> bool:
    """Return whether the extra [kernel] is installed, on a system where its code can be kept."""
    return _CPUINFO.is_file() and all(importlib.util.find_spec(name) is not None for name in ("numba", "llvmlite"))


def cached() -> Kernel | None:
    """Return the passes from the cache, or None when they are not there, not whole or made for another machine."""
    try:
        found = kept(name())
        return None if found is None else linked(msgspec.msgpack.decode(found, type=Compiled))
    except (msgspec.MsgspecError, PackageNotFoundError, ImportError, OSError, RuntimeError):
        return None


@cache
def name() -> str:
    """Return the name of the machine code in the cache."""
    about = [version("numba"), version("llvmlite"), version("numpy"), platform.system(), platform.python_version()]
    code = [(files("qunjian.text") / "kernel" / each).read_bytes() for each in ("passes.py", "compiling.py")]
    return FAMILY + hashlib.blake2b(msgspec.msgpack.encode([about, _processor(), code]), digest_size=16).hexdigest()


def _processor() -> list[str]:
    """Return what tells this processor from others that code for it need not run on."""
    first, _, _ = _CPUINFO.read_text(encoding="utf-8", errors="replace").partition("\n\n")
    lines = [line for line in first.splitlines() if line.partition(":")[0].strip() in _TELLING]
    return [platform.machine(), *lines]


def linked(compiled: Compiled) -> Kernel | None:
    """Return the passes, laid into memory that can be run; None when one is missing."""
    if compiled.places.keys() != FORMS.keys():
        return None
    code = _runnable(compiled.code)
    return Kernel(*(_callable(code + compiled.places[each], FORMS[each]) for each in Kernel._fields))


def _runnable(code: bytes) -> int:
    """Return the address of code in memory that can be run and, as it lies in a file, no longer be changed through."""
    handle = os.memfd_create("qunjian-kernel")
    try:
        os.write(handle, code)
        laid = mmap.mmap(handle, len(code), flags=mmap.MAP_PRIVATE, prot=mmap.PROT_READ | mmap.PROT_EXEC)
    finally:
        os.close(handle)
    _laid.append(laid)
    address: int = np.frombuffer(laid, dtype=np.uint8).__array_interface__["data"][0]
    return address


def _callable(address: int, form: str) -> Callable[..., int]:
    """Return the pass at an address: it takes room for what it returns and for errors, of which it raises none."""
    kinds = [ctypes.c_void_p if kind.endswith("*") else ctypes.c_int64 for kind in form.split()]
    run = ctypes.CFUNCTYPE(ctypes.c_int32, ctypes.c_void_p, ctypes.c_void_p, *kinds)(address)

    def call(*arguments: int) -> int:
        returned, error = ctypes.c_int64(), ctypes.c_void_p()
        run(ctypes.byref(returned), ctypes.byref(error), *arguments)
        return returned.value

    return call


def _compile_meanwhile() -> None:
    """Start a process that compiles the passes, unless one did within the hour; a cache that fails is done without."""
    if not sys.executable or _waiting.started is not None:
        return
    mark = cache_folder() / f"{name()}.begun"
    with contextlib.suppress(OSError):
        mark.parent.mkdir(parents=True, exist_ok=True)
        if mark.exists() and time.time() - mark.stat().st_mtime < _STALE:
            return
        mark.touch()
        _waiting.started = subprocess.Popen(
            [sys.executable, "-m", "qunjian.text.kernel.compiling"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip
