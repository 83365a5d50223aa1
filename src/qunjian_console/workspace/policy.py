"""Who may do what with the workspace itself."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, public

ROWS: dict[str, Row] = {
    "workspace:start": public("BOTH"),
    "workspace:settings": form(Role.OWNER),
    "workspace:backups": page(Role.OWNER),
    "workspace:backup-now": action(Role.OWNER),
    "workspace:backup-keys": action(Role.OWNER),
    "workspace:backup-check": action(Role.OWNER),
    "workspace:backup-download": action(Role.OWNER),
    "workspace:demo": action(Role.OWNER),
    "workspace:verify-audit": action(Role.OWNER, Role.AUDITOR),
}
