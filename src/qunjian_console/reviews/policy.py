"""Who may plan reviews, who reviews, and who sees what about them."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, permission
from qunjian_console.reviews.selectors import existing_plan, item_community

_LEADS = (Role.OWNER, Role.LEAD)
REVIEWERS = (*_LEADS, Role.INSPECTOR)

ROWS: dict[str, Row] = {
    "reviews:list": page(*REVIEWERS, Role.AUDITOR),
    "reviews:plan-new": form(*_LEADS),
    "reviews:plan": page(*REVIEWERS, Role.AUDITOR, of=existing_plan),
    "reviews:plan-close": action(*_LEADS, of=existing_plan),
    "reviews:work": page(*REVIEWERS, of=existing_plan),
    "reviews:next": action(*REVIEWERS, of=existing_plan),
    "reviews:leave": action(*REVIEWERS, of=existing_plan),
    "reviews:item": page(*REVIEWERS, Role.AUDITOR, of=item_community),
    "reviews:judge": action(*REVIEWERS, of=item_community),
    "reviews:skip": action(*REVIEWERS, of=item_community),
    "reviews:undo": action(*REVIEWERS, of=item_community),
    "reviews:draft": action(*REVIEWERS, of=item_community),
    "reviews:keys": form(*REVIEWERS),
    "reviews:links": form(*_LEADS),
    "may:undo-any-review": permission(*_LEADS),
}
