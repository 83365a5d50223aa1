"""Who may run inspections, see what they found, and put findings aside."""

from qunjian_console.inspections.refs import run_there, subject
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, permission

_RUNNERS = (Role.OWNER, Role.LEAD)
_READERS = (Role.OWNER, Role.LEAD, Role.INSPECTOR)
_WATCHERS = (*_READERS, Role.MANAGER, Role.AUDITOR)

ROWS: dict[str, Row] = {
    "inspections:list": page(*_WATCHERS),
    "inspections:run": page(*_WATCHERS, of=run_there),
    "inspections:compare": page(*_WATCHERS),
    "inspections:start": form(*_RUNNERS),
    "inspections:schedule": form(*_RUNNERS),
    "inspections:schedule-pause": action(*_RUNNERS),
    "inspections:schedule-resume": action(*_RUNNERS),
    "inspections:schedule-end": action(*_RUNNERS),
    "inspections:findings": page(*_READERS),
    "inspections:finding": page(*_READERS, of=subject),
    "inspections:export": page(*_RUNNERS),
    "inspections:silences": page(*_READERS, Role.AUDITOR),
    "inspections:silence": form(*_RUNNERS),
    "inspections:unsilence": action(*_RUNNERS),
    "inspections:keep": action(*_READERS),
    "inspections:drop": action(*_READERS),
    "may:share-view": permission(*_RUNNERS),
}
