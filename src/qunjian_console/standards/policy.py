"""Who may read standards: everybody, for they bind everybody."""

from qunjian_console.policy.rows import Row, form, page
from qunjian_console.standards.selectors import existing

ROWS: dict[str, Row] = {
    "standards:list": page(),
    "standards:show": page(of=existing),
    "standards:rule": page(of=existing),
    "standards:check": form(of=existing),
}
