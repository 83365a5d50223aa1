"""Who may see communities and the people in them, each within their scope."""

from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, community, form, page

_KNOWS_PEOPLE = (Role.OWNER, Role.LEAD, Role.INSPECTOR)

ROWS: dict[str, Row] = {
    "communities:list": page(),
    "communities:community": page(of=community()),
    "communities:roster": page(*_KNOWS_PEOPLE, of=community()),
    "communities:register": form(Role.OWNER, Role.LEAD),
    "communities:duty": form(Role.OWNER, Role.LEAD),
    "communities:silent": form(Role.OWNER, Role.LEAD, of=community()),
}
