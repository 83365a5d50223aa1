"""Compiles the passes with numba and keeps the machine code: `python -m qunjian.text.kernel.compiling`, or unasked."""

from __future__ import annotations

import ctypes
import os
from typing import TYPE_CHECKING, Any

import msgspec

from qunjian.model.cache import keep
from qunjian.text.kernel import passes
from qunjian.text.kernel.loading import FAMILY, Compiled, name

if TYPE_CHECKING:
    from collections.abc import Sequence

_ALIGNED = 64  # bytes: a pass begins with a line of the processor's cache
_KINDS = {"u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64", "i4": "int32", "i8": "int64"}


def compiled() -> Compiled:
    """Return the passes as machine code for this processor, fit to run wherever it is laid."""
    import llvmlite.binding as llvm
    import numba

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    symbols = {}
    whole: Any = None
    for each, form in passes.FORMS.items():
        kinds = [_kind(kind, numba.types) for kind in form.split()]
        made: Any = numba.cfunc(numba.types.int64(*kinds), error_model="numpy")(getattr(passes, each))
        symbols[each] = made.native_name.removeprefix("cfunc.")  # the pass itself: what calls it from C asks for Python
        part = llvm.parse_assembly(made._library.get_llvm_str())
        if whole is None:
            whole = part
        else:
            whole.link_in(part)
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic",
        codemodel="jitdefault", jit=True,
    )  # fmt: skip
    found = llvm.ObjectFileRef.from_data(machine.emit_object(whole))
    written = max((each.data() for each in found.sections() if each.is_text()), key=len)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    engine.add_object_file(found)
    engine.finalize_object()
    begins = [engine.get_function_address(each.name) for each in whole.functions if not each.is_declaration]
    return _cut(written, {each: engine.get_function_address(symbol) for each, symbol in symbols.items()}, begins)


def _cut(written: bytes, addresses: dict[str, int], begins: Sequence[int]) -> Compiled:
    """Return the passes alone, from code as it was written and where it now stands linked.

    What linking changed depends on where it stands: such code cannot be kept.
    """
    first, bounds = min(begins), sorted({*begins, min(begins) + len(written)})
    places, code = dict[str, int](), b""
    for each, begin in addresses.items():
        end = bounds[bounds.index(begin) + 1]
        own = written[begin - first : end - first]
        if own != ctypes.string_at(begin, end - begin):
            raise RuntimeError(each)
        places[each] = len(code)
        code += own + bytes(-len(own) % _ALIGNED)
    return Compiled(places, code)


def _kind(form: str, types: Any) -> Any:
    kind = getattr(types, _KINDS[form.removesuffix("*")])
    return types.CPointer(kind) if form.endswith("*") else kind


def main() -> None:
    """Compile the passes, after everybody else's work, and keep them."""
    if hasattr(os, "nice"):
        os.nice(10)
    keep(name(), msgspec.msgpack.encode(compiled()), family=FAMILY, most=4)


if __name__ == "__main__":
    main()
