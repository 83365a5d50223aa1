"""Who may look at messages, and who may see them unmasked."""

from qunjian_console.messages.refs import subject
from qunjian_console.policy.roles import Role
from qunjian_console.policy.rows import Row, page, permission

READERS = (Role.OWNER, Role.LEAD, Role.INSPECTOR)

ROWS: dict[str, Row] = {
    "messages:search": page(*READERS),
    "messages:around": page(*READERS, of=subject),
    "may:unmask": permission(Role.OWNER, Role.LEAD),
}
