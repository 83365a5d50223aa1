"""Who may see the first page: everybody who signed in, each within their scope."""

from qunjian_console.policy.rows import Row, page

ROWS: dict[str, Row] = {"overview:today": page()}
