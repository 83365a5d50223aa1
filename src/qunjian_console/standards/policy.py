"""Who may do what with standards: everybody reads them, for they bind everybody; the QA lead and owners write them."""

from qunjian_console.jobs.selectors import existing as job_existing
from qunjian_console.messages.refs import subject
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, permission
from qunjian_console.standards.releases import announced_existing, release_existing
from qunjian_console.standards.selectors import draft_existing, existing

_WRITERS = (Role.OWNER, Role.LEAD)
_READERS = (Role.OWNER, Role.LEAD, Role.AUDITOR)

ROWS: dict[str, Row] = {
    "standards:list": page(),
    "standards:show": page(of=existing),
    "standards:rule": page(of=existing),
    "standards:check": form(of=existing),
    "may:see-drafts": permission(*_READERS),
    "standards:copy": action(*_WRITERS, of=existing),
    "standards:draft": page(*_READERS, of=draft_existing),
    "standards:draft-history": page(*_READERS, of=draft_existing),
    "standards:draft-restore": action(*_WRITERS, of=draft_existing),
    "standards:draft-discard": action(*_WRITERS, of=draft_existing),
    "standards:draft-about": form(*_WRITERS, of=draft_existing),
    "standards:draft-rules": form(*_WRITERS, of=draft_existing),
    "standards:draft-targets": form(*_WRITERS, of=draft_existing),
    "standards:draft-scorecard": form(*_WRITERS, of=draft_existing),
    "standards:draft-sheet": page(*_READERS, of=draft_existing),
    "standards:draft-sheet-in": form(*_WRITERS, of=draft_existing),
    "standards:rule-new": form(*_WRITERS, of=draft_existing),
    "standards:rule-edit": form(*_WRITERS, of=draft_existing),
    "standards:rule-try": action(*_WRITERS, of=draft_existing),
    "standards:rule-remove": action(*_WRITERS, of=draft_existing),
    "standards:rule-from": form(*_WRITERS, of=subject),
    "standards:rule-from-try": action(*_WRITERS, of=subject),
    "standards:reach": action(*_WRITERS),
    "standards:reached": page(*_WRITERS, of=job_existing),
    "standards:propose": form(*_WRITERS, of=draft_existing),
    "standards:draft-backtest": action(*_WRITERS, of=draft_existing),
    "standards:release": page(*_READERS, of=release_existing),
    "standards:release-publish": action(*_WRITERS, of=release_existing),
    "standards:release-return": action(*_WRITERS, of=release_existing),
    "standards:release-tell": action(*_WRITERS, of=announced_existing),
    "standards:announcement": page(of=announced_existing),
    "standards:announcement-read": action(of=announced_existing),
}
