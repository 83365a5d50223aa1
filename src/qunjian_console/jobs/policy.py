"""Who may do what with jobs."""

from qunjian_console.jobs.selectors import existing
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, page

_RUNNERS = (Role.OWNER, Role.LEAD)

ROWS: dict[str, Row] = {
    "jobs:list": page(Role.OWNER, Role.LEAD, Role.AUDITOR),
    "jobs:job": page(Role.OWNER, Role.LEAD, Role.AUDITOR, of=existing),
    "jobs:cancel": action(*_RUNNERS, of=existing),
    "jobs:retry": action(*_RUNNERS, of=existing),
}
