"""The operations an expression may use so that it means the same on DuckDB and on Spark, and a check that it does.

Measured equal on both: grouping, joins, sums, minima, maxima, distinct counts, exact quantiles, row numbers with a
unique tie-break, lag and lead, integer arithmetic, unnest, list lengths, plain text comparison. Measured unequal, and
so not here: approximate quantiles, timestamp subtraction, ordered first or collect, argmax ties, hash, case of odd
letters, regular expressions, division by zero. Ibis is imported where an expression is built, never before: it costs
most of a second, and a compiled plan does without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ibis.expr.types import Table

# Names of Ibis operation classes. Division only inside ratio(), whose divisor is a NullIf; floor division only by a
# positive number.
ALLOWED = frozenset({
    "UnboundTable", "DatabaseTable", "InMemoryTable", "Project", "Filter", "Aggregate", "Union", "Distinct", "Sort",
    "SortKey", "JoinChain", "JoinLink", "JoinReference", "JoinTable", "SelfReference", "Limit", "DropColumns",
    "TableUnnest", "Field", "Literal", "Alias", "Cast", "Coalesce", "NullIf", "IfElse", "SimpleCase", "SearchedCase",
    "Add", "Subtract", "Multiply", "Divide", "FloorDivide", "Modulus", "Negate", "Greatest", "Least", "Abs",
    "Equals", "NotEquals", "Less", "LessEqual", "Greater", "GreaterEqual", "Between", "And", "Or", "Not",
    "IsNull", "NotNull", "InValues", "ExistsSubquery", "InSubquery", "ScalarSubquery",
    "CountStar", "Count", "CountDistinct", "Sum", "Min", "Max", "Any", "All", "Quantile", "Median",
    "WindowFunction", "WindowBoundary", "RowNumber", "Lag", "Lead",
    "ExtractEpochSeconds", "StringLength", "StringConcat", "StringSlice", "Substring", "EndsWith", "StartsWith",
    "ArrayLength", "Unnest",
})  # fmt: skip


def ratio(numerator: Any, denominator: Any) -> Any:
    """Return numerator / denominator as a float, null where the denominator is zero."""
    return numerator.cast("float64") / denominator.cast("float64").nullif(0.0)


def when(condition: Any, then: Any, otherwise: Any) -> Any:
    """Return `then` where the condition holds, else `otherwise` (also where it is null)."""
    import ibis

    return ibis.ifelse(condition, then, otherwise)


def literal(value: object, kind: str | None = None) -> Any:
    """Return a constant."""
    import ibis

    return ibis.literal(value, kind) if kind else ibis.literal(value)


def absent(kind: str) -> Any:
    """Return a typed null."""
    import ibis

    return ibis.null(kind)


def greatest(*values: Any) -> Any:
    """Return the largest value of a row; no value may be null (engines differ on nulls)."""
    import ibis

    return ibis.greatest(*values)


def least(*values: Any) -> Any:
    """Return the smallest value of a row; no value may be null (engines differ on nulls)."""
    import ibis

    return ibis.least(*values)


def coalesce(*values: Any) -> Any:
    """Return the first value that is not null."""
    import ibis

    return ibis.coalesce(*values)


def rank(group: Sequence[Any], order: Sequence[Any]) -> Any:
    """Return 1, 2, 3 … within the group; `order` must end with a unique tie-break."""
    import ibis

    return ibis.row_number().over(group_by=list(group), order_by=list(order)) + 1


def before(value: Any, group: Sequence[Any], order: Sequence[Any]) -> Any:
    """Return the value of the previous row of the group; null on the first."""
    return value.lag(1).over(group_by=list(group), order_by=list(order))


def following(value: Any, group: Sequence[Any], order: Sequence[Any]) -> Any:
    """Return the value of the next row of the group; null on the last."""
    return value.lead(1).over(group_by=list(group), order_by=list(order))


def stacked(*tables: Table) -> Table:
    """Return the rows of all tables, duplicates kept."""
    import ibis

    return ibis.union(*tables, distinct=False)


def with_lookup(table: Table, other: Table, keys: Sequence[str]) -> Table:
    """Return all rows of `table` with the columns of `other` where the keys match, else nulls."""
    joined = table.left_join(other, list(keys))
    return joined.select(*table.columns, *(name for name in other.columns if name not in keys))


def unbound(name: str, schema: Any) -> Table:
    """Return a table that is known by name and schema only; any engine that has one of that name can run it."""
    import ibis

    return ibis.table(schema, name=name)


def offences(expression: Table) -> list[str]:
    """Return what in an expression is not allowed; an empty list means it means the same everywhere."""
    from ibis.expr import operations

    found: list[str] = []
    for node in expression.op().find(operations.Node):
        name = type(node).__name__
        if name not in ALLOWED:
            found.append(name)
        elif name == "Divide" and type(node.right).__name__ != "NullIf":
            found.append("Divide outside ratio()")
        elif name in ("FloorDivide", "Modulus") and not _positive_number(node.right):
            found.append(f"{name} by something that may be zero or negative")
    return sorted(set(found))


def _positive_number(node: Any) -> bool:
    return type(node).__name__ == "Literal" and node.value > 0
