"""Makes the compiled passes callable: from the cache, when there is enough to do; else they are compiled meanwhile.

The object code lies in the cache under the digest of the passes, of what compiled them and of this processor. Until it
is there, and where the extra is not installed, callers get None and do the same in numpy.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import importlib.util
import platform
import subprocess
import sys
import threading
import time
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from qunjian.model.cache import cache_folder, kept
from qunjian.text.kernel.passes import FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

FAMILY = "kernel-"
# Texts or words to be done before the passes are worth loading (50 ms), before they are worth compiling (2 s of
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
    """Object code and the symbol of each pass in it."""

    symbols: dict[str, str]
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
_engines: list[Any] = []  # the code lives as long as these


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
    """Return whether the extra [kernel] is installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("numba", "llvmlite"))


def cached() -> Kernel | None:
    """Return the passes from the cache, or None when they are not there, not whole or made for another machine."""
    try:
        found = kept(name())
        return None if found is None else linked(msgspec.msgpack.decode(found, type=Compiled))
    except (msgspec.MsgspecError, PackageNotFoundError, ImportError, OSError, RuntimeError):
        return None


@cache
def name() -> str:
    """Return the name of the object code in the cache."""
    import llvmlite.binding as llvm  # heavy and optional

    about = [version("numba"), version("llvmlite"), version("numpy"), platform.system(), platform.python_version()]
    about += [platform.machine(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()]
    code = [(files("qunjian.text") / "kernel" / each).read_bytes() for each in ("passes.py", "compiling.py")]
    return FAMILY + hashlib.blake2b(msgspec.msgpack.encode([about, code]), digest_size=16).hexdigest()


def linked(compiled: Compiled) -> Kernel | None:
    """Return the passes in object code, or None when one is missing."""
    import llvmlite.binding as llvm  # heavy and optional

    if compiled.symbols.keys() != FORMS.keys():
        return None
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    machine = llvm.Target.from_default_triple().create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(llvm.ObjectFileRef.from_data(compiled.code))
    engine.finalize_object()
    made = {}
    for each, form in FORMS.items():
        address = engine.get_function_address(compiled.symbols[each])
        if not address:
            return None
        kinds = [ctypes.c_void_p if kind.endswith("*") else ctypes.c_int64 for kind in form.split()]
        made[each] = ctypes.CFUNCTYPE(ctypes.c_int64, *kinds)(address)
    _engines.append(engine)
    return Kernel(**made)


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
