"""Who may do what with the workspace itself."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, public

ROWS: dict[str, Row] = {
    "workspace:start": public("BOTH"),
    "workspace:settings": form(Role.OWNER),
    "workspace:demo": action(Role.OWNER),
    "workspace:verify-audit": action(Role.OWNER, Role.AUDITOR),
}
