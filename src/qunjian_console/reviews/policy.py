"""Who may plan reviews, who reviews, and who sees what about them."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, action, form, page, permission
from qunjian_console.reviews import mine
from qunjian_console.reviews.selectors import existing_plan, item_community

_LEADS = (Role.OWNER, Role.LEAD)
_MEASURED = (Role.OPERATOR, Role.INSPECTOR, Role.LEAD, Role.OWNER)
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
    "reviews:mine": page(*_MEASURED),
    "reviews:mine-finding": page(*_MEASURED, of=mine.about_finding),
    "reviews:appeal": form(*_MEASURED, of=mine.about_item),
    "reviews:appeal-withdraw": action(*_MEASURED, of=mine.about_appeal),
    "reviews:appeal-final": action(*_MEASURED, of=mine.about_appeal),
    "reviews:appeals": page(*REVIEWERS, Role.AUDITOR),
    "reviews:appeal-decide": form(*REVIEWERS, of=mine.appeal_community),
    "reviews:attachment": page(*REVIEWERS, of=mine.attachment_community),
    "may:undo-any-review": permission(*_LEADS),
}
