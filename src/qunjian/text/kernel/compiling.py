"""Compiles the passes with numba and keeps the object code: `python -m qunjian.text.kernel.compiling`, or unasked."""

from __future__ import annotations

import os
from typing import Any

import msgspec

from qunjian.model.cache import keep
from qunjian.text.kernel import passes
from qunjian.text.kernel.loading import FAMILY, Compiled, name

_KINDS = {"u1": "uint8", "u2": "uint16", "u4": "uint32", "u8": "uint64", "i4": "int32", "i8": "int64"}


def compiled() -> Compiled:
    """Return the passes as object code for this processor."""
    import llvmlite.binding as llvm
    import numba

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    symbols = {}
    whole: Any = None
    for each, form in passes.FORMS.items():
        kinds = [_kind(kind, numba.types) for kind in form.split()]
        made: Any = numba.cfunc(numba.types.int64(*kinds), error_model="numpy")(getattr(passes, each))
        symbols[each] = made.native_name
        part = llvm.parse_assembly(made._library.get_llvm_str())
        if whole is None:
            whole = part
        else:
            whole.link_in(part)
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(
        cpu=llvm.get_host_cpu_name(), features=llvm.get_host_cpu_features().flatten(), opt=3, reloc="pic",
        codemodel="jitdefault", jit=True,
    )  # fmt: skip
    return Compiled(symbols, machine.emit_object(whole))


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
