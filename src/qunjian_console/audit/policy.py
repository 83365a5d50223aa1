"""Who may read the audit log."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, page

ROWS: dict[str, Row] = {"audit:log": page(Role.OWNER, Role.AUDITOR)}
