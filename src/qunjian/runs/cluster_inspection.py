"""Use case: the message checks of an edition on a Spark frame of messages; findings are those of one machine."""

from __future__ import annotations

import pickle
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from qunjian.checks.runner import compile_rules
from qunjian.engines.spark import mapped
from qunjian.model.schemas import FINDING, MESSAGE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qunjian.checks.contract import MessageContext
    from qunjian.checks.runner import Inspector
    from qunjian.standards.rules import Rule


def findings_on_spark(messages: Any, rules: Sequence[Rule], context: MessageContext) -> Any:
    """Return a Spark frame of findings (model.schemas.FINDING) of a Spark frame of messages (model.schemas.MESSAGE).

    Window rules look at many messages at once and are left out: they run where the lake is.
    """
    packed = pickle.dumps(tuple(rules), protocol=5)
    columns = [name for name in _inspector(packed).columns if name in messages.columns]
    return mapped(messages.select(*columns), partial(_inspected, packed, context), FINDING)


def _inspected(rules: bytes, context: MessageContext, batch: pa.RecordBatch) -> pa.RecordBatch:
    columns = [batch.column(name).cast(MESSAGE.field(name).type) for name in batch.schema.names]
    return _inspector(rules).inspect(pa.RecordBatch.from_arrays(columns, names=batch.schema.names), context)


@lru_cache(maxsize=2)
def _inspector(rules: bytes) -> Inspector:
    inspector = compile_rules(pickle.loads(rules))  # noqa: S301 (our own driver's)
    inspector.ready()
    return inspector
