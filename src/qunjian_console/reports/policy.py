"""Who may do what with reports: within the communities a report tells of."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page
from qunjian_console.reports.selectors import own_job, schedule_subject, subject

_READERS = (Role.OWNER, Role.LEAD, Role.MANAGER, Role.AUDITOR)
_MAKERS = (Role.OWNER, Role.LEAD, Role.MANAGER)
_PACKERS = (Role.OWNER, Role.LEAD, Role.AUDITOR)

ROWS: dict[str, Row] = {
    "reports:list": page(*_READERS),
    "reports:build": form(*_MAKERS),
    "reports:pack": form(*_PACKERS),
    "reports:building": page(*_READERS, of=own_job),
    "reports:cancel": action(*_READERS, of=own_job),
    "reports:retry": action(*_READERS, of=own_job),
    "reports:report": page(*_READERS, of=subject),
    "reports:view": page(*_READERS, of=subject),
    "reports:download": page(*_READERS, of=subject),
    "reports:draw": action(*_MAKERS, of=subject),
    "reports:erase": action(Role.OWNER, Role.LEAD, of=subject),
    "reports:schedules": form(*_MAKERS),
    "reports:pause": action(*_MAKERS, of=schedule_subject),
    "reports:resume": action(*_MAKERS, of=schedule_subject),
    "reports:catch-up": action(*_MAKERS, of=schedule_subject),
    "reports:unschedule": action(*_MAKERS, of=schedule_subject),
}
